/**
 * Runs the simulator against itself: each known bug is put into the source, and seeds are run until one of the promises breaks.
 *
 * A mutant that nothing catches within the limit means that the checks or the plans are too weak; one whose patch does not fit means that it
 * would test nothing. Both fail the run. Whatever throws or never ends counts as caught too: nobody could ship it.
 *
 * A seed that is on record as having caught a mutant is tried first, so that a run of all is over while somebody waits for it; where it does not any more, seeds are
 * counted from the first as ever. The table says which it was.
 */
import { bundle } from '../bundle.ts';
import { runAll } from '../pool.ts';
import type { Failure } from '../report.ts';
import type { Order } from '../worker.ts';
import { patchesOf, type Mutant } from './mutant.ts';
import { MUTANTS } from './table.ts';

export interface MutantOptions {
	readonly mutants?: readonly Mutant[];
	/** first seed */
	readonly from?: number;
	/** seeds that every mutant is run for: how often it is caught in them is reported */
	readonly sample?: number;
	/** seeds after which a mutant counts as missed */
	readonly limit?: number;
	/** leaves recorded seeds alone: seeds are counted from the first until one catches it */
	readonly counting?: boolean;
	/** mutants run at once */
	readonly threads?: number;
	readonly onResult?: (result: MutantResult) => void;
}

export interface MutantResult {
	readonly name: string;
	/** the seed that caught it, as a count from the first; null: none within the limit */
	readonly seedsToCatch: number | null;
	/** the seed was the recorded one, which is tried before any other: an earlier one might have caught it too */
	readonly recorded: boolean;
	/** of the first `sample` seeds, in how many it was caught */
	readonly caughtIn: number;
	readonly sample: number;
	readonly first: (Failure & { readonly seed: number }) | null;
	/** why it could not be run */
	readonly problem: string | null;
}

export const SEEDS_LIMIT = 200;
const SAMPLE = 10;

/** All mutants; resolves when each was caught, missed, or found not to fit. */
export async function runMutants(options: MutantOptions = {}): Promise<readonly MutantResult[]> {
	const queue = [...(options.mutants ?? MUTANTS)];
	const results: MutantResult[] = [];
	const lane = async (): Promise<void> => {
		for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
			const result = await runMutant(mutant, options);
			results.push(result);
			options.onResult?.(result);
		}
	};
	await Promise.all(Array.from({ length: options.threads ?? 1 }, lane));
	return results;
}

/** Whether every mutant did its work and was caught. */
export const allCaught = (results: readonly MutantResult[]): boolean => results.every(({ seedsToCatch, problem }) => seedsToCatch !== null && problem === null);

async function runMutant(mutant: Mutant, { from: lowest = 1, sample = SAMPLE, limit = SEEDS_LIMIT, counting = false }: MutantOptions): Promise<MutantResult> {
	const from = Math.max(lowest, mutant.from ?? 1);
	const bundled = await bundle({ patches: patchesOf(mutant) }).catch((failure: unknown) => failure instanceof Error ? failure : new Error(String(failure)));
	if (bundled instanceof Error) return { name: mutant.name, seedsToCatch: null, recorded: false, caughtIn: 0, sample, first: null, problem: bundled.message };
	const found = new Map<number, Failure & { readonly seed: number }>();
	const caughtBy = mutant.seen === undefined || counting || mutant.seen < from || mutant.seen >= from + limit ? null : mutant.seen;
	let asked = from;
	const orders = (function* (): Generator<Order> {
		if (caughtBy !== null) yield { seed: caughtBy };
		for (; asked < from + limit && (asked < from + sample || found.size === 0); asked++) if (asked !== caughtBy) yield { seed: asked };
	})();
	await runAll({ bundle: bundled.path, threads: 1 }, () => orders.next().value ?? null, ({ seed, failures }) => {
		const caught = failures.find(({ kind }) => kind === 'total' || mutant.caughtBy.includes(kind));
		if (caught !== undefined) found.set(seed, { ...caught, seed });
	});
	await bundled.remove();
	const seed = found.size === 0 ? null : Math.min(...found.keys());
	return {
		name: mutant.name, seedsToCatch: seed === null ? null : seed - from + 1, recorded: seed !== null && seed === caughtBy && seed >= asked,
		caughtIn: [...found.keys()].filter((each) => each < from + sample).length, sample, first: seed === null ? null : (found.get(seed) ?? null), problem: null
	};
}

/** The table of docs/simulation.md. */
export function mutantTable(results: readonly MutantResult[]): string {
	const rows = results.map(({ name, seedsToCatch, recorded, caughtIn, sample, first, problem }) => {
		const seeds = problem ?? (seedsToCatch === null ? 'not caught' : recorded ? `${String(seedsToCatch)}, recorded` : String(seedsToCatch));
		return `| ${name} | ${seeds} | ${String(caughtIn)} of ${String(sample)} | ${first === null ? '' : first.kind} |`;
	});
	return ['| mutant | caught by seed | caught in | seen as |', '| --- | --- | --- | --- |', ...rows].join('\n');
}
