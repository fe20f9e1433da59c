/** What is done to an entry from a list, in one tap: the chart is opened, so that the change is made over what stands there now. */
import type { ChartRef, Outcome, SaveReceipt } from '$sync/device/api.ts';
import type { FhirResource } from '$sync/fhir/resource.ts';
import { err, problem } from '$sync/result.ts';
import type { Session } from '$lib/device/session.svelte.ts';
import { m } from '$lib/paraglide/messages.js';

export async function changeEntry(session: Session, ref: ChartRef, id: string, change: (resource: FhirResource) => FhirResource): Promise<Outcome<SaveReceipt>> {
	const opened = await session.device.openChart({ site: ref.site, chart: ref.chart });
	if (!opened.ok) return opened;
	const entry = opened.value.entries.find((one) => one.id === id && !one.retracted);
	if (entry === undefined) return err(problem('unknown-entry', m.entry_stale()));
	return session.device.save({ ref: opened.value.ref, comp: entry.comp, resource: change(entry.resource), heads: entry.heads, ...(entry.state.missing.length > 0 ? { missing: entry.state.missing } : {}) });
}
