/**
 * How the groups of a resource type are written down: which elements mean something only together, and which are never recorded.
 *
 * A group is the unit of writing and of merging: drug with dose, result with unit and status. Were they apart, a merge could show the
 * dose of one prescriber under the drug of another (attack on meaning, not on bytes). `modifierExtension` and `contained` belong to
 * the group they qualify, for the same reason.
 */
import type { Compartment } from '../../change/change.ts';

/** Elements by StructureDefinition name (`onset[x]`); a list has one repeating element, whose items are added and removed by key. */
export type GroupDefinition = readonly string[] | { readonly list: string };

export interface TypeDefinition {
	/** compartments where a resource of this type may live */
	readonly comps: readonly Compartment[];
	/** element -> why it is never recorded */
	readonly never: { readonly [element: string]: string };
	readonly groups: { readonly [group: string]: GroupDefinition };
}

export const list = (element: string): GroupDefinition => ({ list: element });

/** Clinical facts may be labelled sensitive when they are recorded; then they live under the restricted keys for life. */
export const CLINICAL: readonly Compartment[] = ['clinical', 'restricted'];
export const DESK: readonly Compartment[] = ['desk'];

/** Elements of every resource that are derived or carry no fact. */
export const NEVER: { readonly [element: string]: string } = {
	id: 'the change names the resource',
	meta: 'version and time come from verified headers, never from a payload',
	implicitRules: 'what needs rules of its own to be read safely cannot be read safely here',
	language: 'the language of display texts is no fact about the patient'
};
export const CHART_SAYS = 'the chart says whose it is';
