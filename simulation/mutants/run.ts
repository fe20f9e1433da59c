/**
 * Runs the simulator against itself: each known bug is put into the source, and seeds are run until one of the promises breaks.
 *
 * A mutant that nothing catches within the limit means that the checks or the plans are too weak; one whose patch does not fit means that it
 * would test nothing. Both fail the run. Whatever throws or never ends counts as caught too: nobody could ship it.
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
	/** mutants run at once */
	readonly threads?: number;
	readonly onResult?: (result: MutantResult) => void;
}

export interface MutantResult {
	readonly name: string;
	/** seeds run until it was first caught; null: not within the limit */
	readonly seedsToCatch: number | null;
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

async function runMutant(mutant: Mutant, { from: lowest = 1, sample = SAMPLE, limit = SEEDS_LIMIT }: MutantOptions): Promise<MutantResult> {
	const from = Math.max(lowest, mutant.from ?? 1);
	const bundled = await bundle({ patches: patchesOf(mutant) }).catch((failure: unknown) => failure instanceof Error ? failure : new Error(String(failure)));
	if (bundled instanceof Error) return { name: mutant.name, seedsToCatch: null, caughtIn: 0, sample, first: null, problem: bundled.message };
	const found: (Failure & { readonly seed: number })[] = [];
	let asked = from;
	const next = (): Order | null => (asked < from + limit && (asked < from + sample || found.length === 0) ? { seed: asked++ } : null);
	await runAll({ bundle: bundled.path, threads: 1 }, next, ({ seed, failures }) => {
		const caught = failures.find(({ kind }) => kind === 'total' || mutant.caughtBy.includes(kind));
		if (caught !== undefined) found.push({ ...caught, seed });
	});
	await bundled.remove();
	const [first = null] = found;
	return {
		name: mutant.name, seedsToCatch: first === null ? null : first.seed - from + 1, caughtIn: found.filter(({ seed }) => seed < from + sample).length, sample, first, problem: null
	};
}

/** The table of docs/simulation.md. */
export function mutantTable(results: readonly MutantResult[]): string {
	const rows = results.map(({ name, seedsToCatch, caughtIn, sample, first, problem }) =>
		`| ${name} | ${problem ?? (seedsToCatch === null ? 'not caught' : String(seedsToCatch))} | ${String(caughtIn)} of ${String(sample)} | ${first === null ? '' : first.kind} |`);
	return ['| mutant | seeds until caught | caught in | seen as |', '| --- | --- | --- | --- |', ...rows].join('\n');
}
