/**
 * What saving an entry would raise, before it exists: the view is computed as if it were there, and compared with the view without it.
 */
import type { Compartment, Hash, Hlc, Id } from '../change/change.ts';
import type { FhirResource } from '../fhir/resource.ts';
import type { ChartState, ResourceState } from '../merge/state.ts';
import { reconcile, safetyAlerts, type ReconcileOptions } from './reconcile.ts';
import { withCandidate } from './sources.ts';
import type { Discrepancy } from './view.ts';

export interface Candidate {
	readonly site: Id;
	readonly chart: Id;
	readonly comp: Compartment;
	/** with the id of the entry that is being changed, or a fresh one */
	readonly id: Id;
	readonly resource: FhirResource;
	/** who would write it, and the reading of the device's clock */
	readonly actor: Hash;
	readonly hlc: Hlc;
}

/**
 * Safety alerts that involve the candidate, gravest first; those that stand without it in the same words are left out, since saving it does
 * not raise them.
 */
export function alertsBefore(charts: readonly ChartState[], candidate: Candidate, options: ReconcileOptions = {}): readonly Discrepancy[] {
	const { site, chart, comp, id, actor, hlc } = candidate;
	const resource: FhirResource = { ...candidate.resource, id };
	const state: ResourceState = {
		type: resource.resourceType, id, chart, site, comp, heads: [], incomplete: false, missing: [], groups: new Map(), retracted: false, changes: [], uncertain: []
	};
	withCandidate(state, { site, chart, type: resource.resourceType, id, actor, hlc, uncertainTime: false, state, resource });
	const known = charts.some((held) => held.site === site && held.chart === chart);
	const blank: ChartState = { site, chart, resources: new Map() };
	const after = [...charts, ...(known ? [] : [blank])].map((held) =>
		(held.site === site && held.chart === chart ? { ...held, resources: new Map([...held.resources, [id, state]]) } : held));
	const standing = new Set(safetyAlerts(reconcile(charts, options)).map(sentenceOf));
	return safetyAlerts(reconcile(after, options)).filter((alert) => alert.between.some((source) => source.state === state) && !standing.has(sentenceOf(alert)));
}

const sentenceOf = ({ id, severity, facts }: Discrepancy): string => JSON.stringify([id, severity, Object.entries(facts).sort()]);
