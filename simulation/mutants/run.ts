/**
 * Runs the simulator against itself: each known bug is put into the source, and seeds are run until one of the promises breaks.
 *
 * A mutant that nothing catches within the limit means that the checks or the plans are too weak; one whose patch does not fit means that it
 * would test nothing. Both fail the run. A worker that neither answers nor ends counts as caught: the bug made it hang.
 */
import { Worker } from 'node:worker_threads';
import { bundle } from '../bundle.ts';
import type { Failure, Report } from '../report.ts';
import type { Done, Order } from '../worker.ts';
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
	/** ms that a seed may take */
	readonly seedMs?: number;
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
const SEED_MS = 120_000;

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

async function runMutant(mutant: Mutant, { from = 1, sample = SAMPLE, limit = SEEDS_LIMIT, seedMs = SEED_MS }: MutantOptions): Promise<MutantResult> {
	const failed = (problem: string): MutantResult => ({ name: mutant.name, seedsToCatch: null, caughtIn: 0, sample, first: null, problem });
	const bundled = await bundle({ patches: patchesOf(mutant) }).catch((failure: unknown) => failure instanceof Error ? failure : new Error(String(failure)));
	if (bundled instanceof Error) return failed(bundled.message);
	let seeds = new Seeds(bundled.path, seedMs);
	let [seedsToCatch, caughtIn, run]: [number | null, number, number] = [null, 0, 0];
	let first: MutantResult['first'] = null;
	try {
		while (run < limit && (run < sample || seedsToCatch === null)) {
			const seed = from + run++;
			const report = await seeds.run(seed);
			if (report === null) {
				await seeds.close();
				seeds = new Seeds(bundled.path, seedMs);
			}
			const caught = report === null ? HUNG : report.failures.find(({ kind }) => mutant.caughtBy.includes(kind) || kind === 'total');
			if (caught === undefined) continue;
			seedsToCatch ??= run;
			first ??= { ...caught, seed };
			if (run <= sample) caughtIn++;
		}
	} finally {
		await seeds.close();
		await bundled.remove();
	}
	return { name: mutant.name, seedsToCatch, caughtIn, sample, first, problem: null };
}

const HUNG: Failure = { kind: 'liveness', at: 0, detail: 'the run does not end' };

/** A worker of one bundle that runs seeds one after the other. */
class Seeds {
	readonly #worker: Worker;
	readonly #seedMs: number;

	constructor(file: string, seedMs: number) {
		this.#worker = new Worker(file, { stderr: true });
		this.#seedMs = seedMs;
	}

	/** Null when the seed does not end in time, or takes the worker with it. */
	run(seed: number): Promise<Report | null> {
		return new Promise((resolve) => {
			const settle = (report: Report | null): void => {
				clearTimeout(timer);
				this.#worker.removeAllListeners();
				this.#worker.on('error', () => undefined);
				resolve(report);
			};
			const timer = setTimeout(() => settle(null), this.#seedMs);
			this.#worker.once('message', ({ report }: Done) => settle(report));
			this.#worker.once('error', () => settle(null));
			this.#worker.once('exit', () => settle(null));
			this.#worker.postMessage({ seed } satisfies Order);
		});
	}

	async close(): Promise<void> {
		this.#worker.removeAllListeners();
		await this.#worker.terminate();
	}
}

/** The table of docs/simulation.md. */
export function mutantTable(results: readonly MutantResult[]): string {
	const rows = results.map(({ name, seedsToCatch, caughtIn, sample, first, problem }) =>
		`| ${name} | ${problem ?? (seedsToCatch === null ? 'not caught' : String(seedsToCatch))} | ${String(caughtIn)} of ${String(sample)} | ${first === null ? '' : first.kind} |`);
	return ['| mutant | seeds until caught | caught in | seen as |', '| --- | --- | --- | --- |', ...rows].join('\n');
}
