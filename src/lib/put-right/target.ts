/** The entry that is to be put right: where it stands, what was on the screen, and what the person may do with it there. */
import type { ChartRef, Entry, Outcome } from '$sync/device/api.ts';
import type { Session } from '$lib/device/session.svelte.ts';
import type { Compartment, Hash, Id } from '$sync/change/change.ts';
import type { FhirResource } from '$sync/fhir/resource.ts';
import type { Source } from '$sync/ehr/view.ts';
import type { ConflictReview } from '$sync/device/review-api.ts';
import type { Rights } from '$lib/organization/rights.ts';

export interface Target {
	readonly ref: ChartRef;
	readonly type: string;
	readonly id: Id;
	readonly comp: Compartment;
	readonly resource: FhirResource;
	readonly heads: readonly Hash[];
	readonly retracted: boolean;
}

export const ofEntry = (entry: Entry, ref: ChartRef): Target => ({ ref, type: entry.type, id: entry.id, comp: entry.comp, resource: entry.resource, heads: entry.heads, retracted: entry.retracted });
export const ofSource = (source: Source): Target => ({
	ref: { site: source.site, chart: source.chart }, type: source.type, id: source.id, comp: source.state.comp, resource: source.resource, heads: source.state.heads, retracted: source.state.retracted
});
export const ofConflict = (item: ConflictReview): Target => ({ ref: item.ref, type: item.type, id: item.id, comp: item.comp, resource: item.resource, heads: item.heads, retracted: false });

const writes = (target: Target, rights: Rights): boolean =>
	!target.retracted && (target.comp === 'desk' ? rights.writesDesk : target.comp === 'restricted' ? rights.writesRestricted : rights.writesClinical);

export interface Acts {
	readonly move: boolean;
	readonly retract: boolean;
	readonly relabel: 'restricted' | 'clinical' | null;
}

/** A person's own details are corrected, not moved or struck through; what may be relabelled needs the right to write in both parts. */
export function actsOn(target: Target, rights: Rights): Acts {
	const entry = target.type !== 'Patient' && writes(target, rights);
	const relabels = entry && target.comp !== 'desk' && rights.writesRestricted && rights.writesClinical;
	return { move: entry, retract: entry, relabel: !relabels ? null : target.comp === 'clinical' ? 'restricted' : 'clinical' };
}

/**
 * Does something to an entry as it was on the screen. What was written to it since is never acted on unseen: then nothing is done, and `stale` gets the entry
 * as it is now, to be looked at.
 */
export async function actOn<T>(session: Session, { ref, id }: Target, act: () => Promise<Outcome<T>>, stale: (now: Target) => void): Promise<Outcome<T>> {
	const outcome = await act();
	if (outcome.ok || outcome.error.code !== 'stale') return outcome;
	const chart = await session.device.openChart(ref);
	const entry = chart.ok ? chart.value.entries.find((one) => one.id === id) : undefined;
	if (entry !== undefined) stale(ofEntry(entry, ref));
	return outcome;
}
