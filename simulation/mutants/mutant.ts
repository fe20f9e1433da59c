/**
 * A known bug, as text replaced in a source file when the simulator is bundled.
 */
import type { SourcePatch } from '../bundle.ts';
import type { FailureKind } from '../report.ts';

export interface Mutant extends SourcePatch {
	/** in a few words, for the table in docs/simulation.md */
	readonly name: string;
	/** further places that belong to the same bug */
	readonly also?: readonly SourcePatch[];
	/** first seed of the worlds in which it can matter, where that is not the first of all */
	readonly from?: number;
	/** a seed that caught it once: tried before others, so that a run of all mutants is short. It proves nothing by being written here */
	readonly seen?: number;
	/** who had it, or whose paper warns of it */
	readonly why: string;
	/** failures that it must show as: another kind would say that it was caught by luck */
	readonly caughtBy: readonly FailureKind[];
}

export const patchesOf = ({ file, find, replace, also = [] }: Mutant): readonly SourcePatch[] => [{ file, find, replace }, ...also];
