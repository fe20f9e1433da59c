/** What a check looks at: the facts of all linked charts, gathered by type. */
import type { MedicineBook } from '../../formulary/allergy.ts';
import type { Discrepancy, Source } from '../view.ts';

/** One fact: its sources, the leading one first. */
export type Fact = readonly Source[];

export interface Gathered {
	readonly patients: readonly Source[];
	readonly facts: ReadonlyMap<string, readonly Fact[]>;
	/** Medication resources of the charts, to follow references into; another object when one of them moved */
	readonly medications: MedicineBook;
}

export type Check = (gathered: Gathered) => readonly Discrepancy[];
/** Reads a fact once: another object stands for it as soon as an entry of it moves. What a check asks of every fact costs those that moved. */
export function ofFact<T>(read: (fact: Fact) => T): (fact: Fact) => T {
	const known = new WeakMap<Fact, { readonly value: T }>();
	return (fact) => {
		let found = known.get(fact);
		if (found === undefined) known.set(fact, (found = { value: read(fact) }));
		return found.value;
	};
}

export const factsOf = ({ facts }: Gathered, type: string): readonly Fact[] => facts.get(type) ?? [];
