/** The forms that a site works with, from the app and from its register. */
import type { Entry } from '$sync/device/api.ts';
import type { Id } from '$sync/change/change.ts';
import type { Form } from '$sync/forms/form.ts';
import { formsOf, type Listed } from '$sync/forms/library.ts';
import { err, ok, problem, type Problem, type Result } from '$sync/result.ts';
import { m } from '$lib/paraglide/messages.js';
import { refusal } from '$lib/language/refusals.ts';
import type { Session } from '$lib/device/session.svelte.ts';

export interface SiteForms { readonly listed: readonly Listed[]; readonly register: readonly Entry[]; readonly writable: boolean; readonly problem: string | null }

/** How a form is named in an address: its entry in the register, or its template. */
export const nameOf = (listed: Listed): string => listed.entry ?? listed.form?.resource['name']?.toString() ?? '';

export async function siteForms(session: Session, site: Id): Promise<SiteForms> {
	const outcome = await session.device.register(site);
	const register = outcome.ok ? outcome.value.entries.filter((e) => !e.retracted && e.type === 'Questionnaire') : [];
	return { listed: formsOf(register.map((e) => ({ id: e.id, resource: e.resource }))), register, writable: outcome.ok && outcome.value.writable, problem: outcome.ok ? null : refusal(outcome.error) };
}

export async function formNamed(session: Session, site: Id, name: string): Promise<Result<Form, Problem>> {
	const { listed } = await siteForms(session, site);
	// what is due names a template: the site's own version of it is the one to fill in
	const template = listed.find((one) => one.entry === null && nameOf(one) === name);
	const own = template?.replaced === true ? listed.find((one) => one.entry !== null && !one.retired && one.form?.derivedFrom === template.form?.url) : undefined;
	const found = own ?? listed.find((one) => nameOf(one) === name);
	if (found === undefined) return err(problem('no-such-form', m.form_not_found()));
	return found.form === null ? err(found.problem ?? problem('no-such-form', m.form_not_found())) : ok(found.form);
}
