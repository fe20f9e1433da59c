/**
 * The EHR view: the shared record of a person, computed from the linked charts that its reader holds. A pure function of their
 * states; no chart is changed by it, and it goes away when the link is undone.
 */
import type { Hash, Hlc, Id } from '../change/change.ts';
import type { ResourceState } from '../merge/state.ts';
import type { FhirResource } from '../fhir/resource.ts';

export type Severity = 'critical' | 'warning' | 'info';

/** Where a shown item comes from: the resource, and the change that last wrote it. */
export interface Source {
	readonly site: Id;
	readonly chart: Id;
	readonly type: string;
	readonly id: Id;
	/** author and time from verified headers only, never from inside a payload */
	readonly actor: Hash;
	readonly hlc: Hlc;
	readonly uncertainTime: boolean;
	readonly state: ResourceState;
	/** the FHIR resource as this source alone shows it */
	readonly resource: FhirResource;
}

export interface EhrItem {
	/** stable key: resource type and the sorted ids of its sources */
	readonly key: string;
	readonly type: string;
	/** the entry that leads; its resource is what a list shows */
	readonly lead: Source;
	/** all sources, the leading one first. More than one: the same fact recorded more than once */
	readonly sources: readonly Source[];
	/** discrepancies that touch this item, by their id */
	readonly discrepancies: readonly string[];
}

export const DISCREPANCY_KINDS = [
	'demographics-differ', 'recorded-twice', 'allergy-against-prescription', 'no-known-allergies-against-allergy',
	'duplicate-active-order', 'dose-differs', 'status-differs', 'vaccine-too-close', 'blood-group-differs',
	'results-contradict', 'cannot-compare', 'pregnancy-against-medicine', 'activity-after-death', 'uncoded-cannot-check', 'linked-and-not-same', 'value-conflict'
] as const;
export type DiscrepancyKind = (typeof DISCREPANCY_KINDS)[number];

export interface Discrepancy {
	/** hash-free stable id: kind and the sorted resource ids (and element) it is about */
	readonly id: string;
	readonly kind: DiscrepancyKind;
	/** what an answer to it is about: the kind, with its element where several of one kind stand between the same entries. Values are not in it */
	readonly subject: string;
	readonly severity: Severity;
	/** machine-readable facts for the sentence: e.g. { substance: 'penicillin', drug: 'amoxicillin', via: 'penicillins' } */
	readonly facts: { readonly [name: string]: string };
	readonly between: readonly Source[];
	/** what the statement rests on (formulary rows, schedule), with its published source */
	readonly basis: readonly string[];
}

export interface EhrView {
	/** charts that take part, sorted */
	readonly charts: readonly { readonly site: Id; readonly chart: Id; readonly held: 'native' | 'relayed' }[];
	readonly demographics: readonly { readonly element: string; readonly values: readonly { readonly value: unknown; readonly sources: readonly Source[] }[] }[];
	readonly patients: readonly Source[];
	readonly items: readonly EhrItem[];
	readonly discrepancies: readonly Discrepancy[];
}
