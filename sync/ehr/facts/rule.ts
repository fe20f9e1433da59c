/**
 * What the table of facts says of a resource type: when two entries are the same fact, which leads, which differences matter.
 */
import type { MedicineBook } from '../../formulary/allergy.ts';
import type { DiscrepancyKind, Severity, Source } from '../view.ts';

/** A difference between entries of one fact that is a discrepancy. */
export interface Difference {
	readonly kind: DiscrepancyKind;
	readonly element: string;
	readonly severity: Severity;
	/** what is compared, as a text; empty: this entry says nothing, and then does not differ */
	readonly says: (source: Source) => string;
	/** whether two entries that say different texts say different things; null: they cannot be compared. Without it, different texts differ */
	readonly differ?: (a: Source, b: Source) => boolean | null;
	/** names facts from the leading entry (drug, substance …) */
	readonly facts?: (lead: Source) => { readonly [name: string]: string };
}

export interface FactRule {
	readonly type: string;
	/** entries that share a key are compared with `same`; an entry without keys stands alone. `book`: what medicines contain, for rules that read it */
	readonly keys: (source: Source, book: MedicineBook) => readonly string[];
	/** keys rest on what medicines contain: they are taken anew when that changes */
	readonly readsMedicines?: true;
	/** whether two entries that share a key are one fact (body site, date window, value). Symmetric */
	readonly same: (a: Source, b: Source) => boolean;
	/** places in the order of who leads, smallest first; equal places: the latest entry leads */
	readonly leads: (source: Source) => number;
	readonly differences: readonly Difference[];
	/** how urgent it is that the fact stands more than once; null: it is only shown once */
	readonly twice: { readonly severity: Severity; readonly facts: (lead: Source) => { readonly [name: string]: string } } | null;
	/** in words, for docs/reconciliation.md: when two entries are one fact, and which leads */
	readonly sameWhen: string;
	readonly leadsWhen: string;
	/** why these rules: what goes wrong clinically otherwise */
	readonly reason: string;
}

/** A reading of a source that is taken once per state. */
export function remembered<T>(read: (source: Source) => T): (source: Source) => T {
	const known = new WeakMap<object, { readonly value: T }>();
	return (source) => {
		let found = known.get(source.resource);
		if (found === undefined) known.set(source.resource, (found = { value: read(source) }));
		return found.value;
	};
}
