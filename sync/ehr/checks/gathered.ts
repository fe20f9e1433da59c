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
export const factsOf = ({ facts }: Gathered, type: string): readonly Fact[] => facts.get(type) ?? [];
