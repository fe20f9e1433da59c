/**
 * The forms of a site: those that every Saddlebag has, and those of its register. A copy that a lead made stands in the place of what it was
 * copied from; retiring it brings the original back. Two devices that each made one leave two, and both are shown: nobody's work is hidden.
 */
import type { JsonObject } from '../change/change.ts';
import type { FhirResource } from '../fhir/resource.ts';
import type { Subject } from './evaluate.ts';
import { ageDays } from './evaluate.ts';
import type { Form } from './form.ts';
import { parseForm, type FormProblem } from './parse.ts';
import { TEMPLATES } from './templates/index.ts';

export interface Listed {
	/** resource id in the register; null: comes with the app */
	readonly entry: string | null;
	readonly title: string;
	readonly form: Form | null;
	/** why it cannot be used, when `form` is null */
	readonly problem: FormProblem | null;
	readonly retired: boolean;
	/** another form of the register stands in its place */
	readonly replaced: boolean;
}

function listed(entry: string | null, resource: FhirResource): Listed {
	const parsed = parseForm(resource);
	const title = typeof resource['title'] === 'string' ? resource['title'] : '';
	return { entry, title, form: parsed.ok ? parsed.value : null, problem: parsed.ok ? null : parsed.error, retired: resource['status'] === 'retired', replaced: false };
}

let included: readonly Listed[] | null = null;

/** All forms, those of the app first. `register`: the Questionnaires in force of the site's register chart. */
export function formsOf(register: readonly { readonly id: string; readonly resource: FhirResource }[]): readonly Listed[] {
	included ??= TEMPLATES.map((template) => listed(null, template));
	const own = register.filter(({ resource }) => resource.resourceType === 'Questionnaire').map(({ id, resource }) => listed(id, resource));
	const replaced = new Set(own.flatMap(({ form, retired }) => (form !== null && form.derivedFrom !== null && !retired && form.status === 'active' ? [form.derivedFrom.split('|')[0] ?? ''] : [])));
	return [...included.map((one) => ({ ...one, replaced: one.form !== null && replaced.has(one.form.url) })), ...own];
}

/** Whether a form is meant for this person; what is not known of the person excludes nothing. */
export function suits(form: Form, subject: Subject): boolean {
	const { sex, ageDays: [low, high] } = form.forWhom;
	if (sex !== null && subject.sex !== null && sex !== subject.sex) return false;
	const days = ageDays(subject);
	return days === null || ((low === null || days >= low) && (high === null || days <= high));
}

/** A copy to be edited: a Questionnaire of its own that says what it was copied from. `name`: unique in the site, letters, digits and hyphens. */
export function copyOf(form: Form, name: string, title: string): FhirResource {
	const kept: JsonObject = Object.fromEntries(Object.entries(form.resource).filter(([key]) => key !== 'id'));
	return { ...kept, resourceType: 'Questionnaire', url: `urn:saddlebag:form:site:${name}`, version: '1', name, title, status: 'active', derivedFrom: [form.url] };
}
