/** What is recorded by one tap, without a form: new entries, and one that changes, in one act. */
import type { Entry } from '$sync/device/api.ts';
import type { FhirResource } from '$sync/fhir/resource.ts';
import { refusal } from '$lib/language/refusals.ts';
import { m } from '$lib/paraglide/messages.js';
import type { ChartRecord } from './record.svelte.ts';

export interface Tap {
	readonly news?: readonly FhirResource[];
	/** the entry that they are about: what is restricted stays so */
	readonly beside?: Entry | null;
	/** as it is on the screen */
	readonly change?: Entry | null;
	readonly to?: (resource: FhirResource) => FhirResource;
}

/** Null when it is stored; otherwise why not, as a sentence. */
export async function saveOne(record: ChartRecord, { news = [], beside = null, change = null, to }: Tap): Promise<string | null> {
	const changed = change === null || to === undefined ? [] : [{ ...record.request(to(change.resource), { heads: change.heads, missing: change.state.missing }), comp: change.comp }];
	const outcome = await record.saveAll([...news.map((resource) => ({ ...record.request(resource, { heads: [] }), ...(beside === null ? {} : { comp: beside.comp }) })), ...changed]);
	if (!outcome.ok) return refusal(outcome.error);
	record.saved = m.custody_this_device();
	return null;
}
