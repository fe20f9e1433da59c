/**
 * Which charts may be of one person: proposals for a person who knows both sites, never a merge.
 *
 * Pure: no clock, no randomness, no storage. Long work is a generator behind `findPairs`, which lets the caller breathe (`pause`), hear of
 * progress and stop. Output is sorted by weight, then by chart ids, so that any order of the input gives the same proposals.
 */
import type { Id } from '../change/change.ts';
import { candidatePairs } from './blocking.ts';
import { compare, LEVELS, type Comparison, type Observation } from './comparison.ts';
import { prepare, type ChartIdentity, type PreparedIdentity } from './identity.ts';
import { countRandomLevels, DEFAULT_H, DEFAULT_M, DEFAULT_U, estimate, Frequencies, judgeUnder, startingPrior, weigh, type Model, type Verdict } from './model.ts';
import { wordsAgree } from './similarity.ts';

/** Agreement of one field: how it compares and what it weighs (bits, log2 of the likelihood ratio). Same shape as in `sync/device/api.ts`. */
export interface FieldAgreement {
	readonly field: 'name' | 'birthDate' | 'sex' | 'village' | 'phone' | 'identifier';
	readonly a: string;
	readonly b: string;
	readonly level: 'agrees' | 'close' | 'differs' | 'missing';
	readonly weight: number;
}

export interface MatchedPair {
	readonly a: ChartIdentity;
	readonly b: ChartIdentity;
	readonly fields: readonly FieldAgreement[];
	/** total weight in bits */
	readonly weight: number;
	/** posterior probability that both charts are of one person */
	readonly probability: number;
}

export interface MatchOptions {
	/** proposals below this probability are left out; 0.5 by default, more likely than not (docs/matching.md has the figures) */
	readonly threshold?: number;
	/** pairs that need no proposal: linked already, or stated not to be the same */
	readonly exclude?: (a: ChartIdentity, b: ChartIdentity) => boolean;
	readonly progress?: (done: number, total: number) => void;
	readonly signal?: { readonly aborted: boolean };
	/** lets other work run; awaited every few thousand pairs (in a worker: a macrotask, so that a cancel message can arrive) */
	readonly pause?: () => Promise<void>;
}

export interface MatchResult { readonly pairs: readonly MatchedPair[]; readonly compared: number; readonly charts: number; readonly model: Model; readonly aborted: boolean }

/** A proposal is looked at by a person, so what is more likely than not is shown. */
export const DEFAULT_THRESHOLD = 0.5;
/** For a person at the desk: what is worth a look before a new chart is made. */
export const DUPLICATE_THRESHOLD = 0.5;

const PAUSE_PAIRS = 4_000;
const SAMPLE_PAIRS = 20_000;

const byId = (x: { site: Id; chart: Id }, y: { site: Id; chart: Id }): number => {
	const [a, b] = [`${x.chart} ${x.site}`, `${y.chart} ${y.site}`];
	return a < b ? -1 : a > b ? 1 : 0;
};

/** A `wordsAgree` that compares each two words once. */
function memoizedAgreement(): typeof wordsAgree {
	const known = new Map<string, Map<string, 'same' | 'close' | 'different'>>();
	return (x, y) => {
		if (x === y) return 'same';
		const [a, b] = x < y ? [x, y] : [y, x];
		let row = known.get(a);
		if (row === undefined) known.set(a, (row = new Map()));
		let answer = row.get(b);
		if (answer === undefined) row.set(b, (answer = wordsAgree(a, b)));
		return answer;
	};
}

/** Pairs spread over all charts by strides: their sorted order is by chart id, which is a hash and says nothing about the person. */
function* spreadPairs(charts: readonly PreparedIdentity[], agree: typeof wordsAgree): Generator<Comparison> {
	const count = charts.length;
	const strides = Math.max(1, Math.ceil(SAMPLE_PAIRS / Math.max(1, count)));
	for (let stride = 1; stride <= Math.min(strides, Math.floor((count - 1) / 2)); stride++) {
		const step = Math.max(1, Math.floor((count * stride) / (strides + 1) / 2)) + stride;
		for (let at = 0; at < count; at++) {
			const [a, b] = [charts[at], charts[(at + step) % count]];
			if (a !== undefined && b !== undefined && a !== b) yield compare(a, b, agree);
		}
	}
}

const LEVEL_NAMES: { readonly [name: string]: FieldAgreement['level'] } = { same: 'agrees', close: 'close', partly: 'close', year: 'close', different: 'differs' };

const shown = {
	name: (chart: ChartIdentity): string => chart.names.join('; '),
	birthDate: (chart: ChartIdentity): string => chart.birthDate ?? '',
	sex: (chart: ChartIdentity): string => chart.gender ?? '',
	village: (chart: ChartIdentity): string => chart.village ?? '',
	phone: (chart: ChartIdentity): string => chart.phones.join(', '),
	identifier: (chart: ChartIdentity): string => chart.identifiers.map(({ value }) => value).join(', ')
} as const;

const levelOf = ({ field, level }: Observation): FieldAgreement['level'] => LEVEL_NAMES[LEVELS[field][level] ?? 'different'] ?? 'differs';

/** The agreement of each field, with its weight: what a reviewer is shown. */
function explain(a: PreparedIdentity, b: PreparedIdentity, model: Model, comparison: Comparison, { household }: Verdict): FieldAgreement[] {
	return (['name', 'birthDate', 'sex', 'village', 'phone', 'identifier'] as const).map((field) => {
		const seen = comparison.observations.find((item) => item.field === field || (field === 'name' && item.field === 'word'));
		return {
			field, a: shown[field](a.identity), b: shown[field](b.identity), level: seen === undefined ? 'missing' : levelOf(seen),
			weight: seen === undefined ? 0 : Math.round(weigh(seen, model, household) * 100) / 100
		};
	});
}

function proposal(a: PreparedIdentity, b: PreparedIdentity, model: Model, comparison: Comparison, verdict: Verdict): MatchedPair {
	return {
		a: a.identity, b: b.identity, fields: explain(a, b, model, comparison, verdict), weight: Math.round(verdict.weight * 100) / 100,
		probability: verdict.probability
	};
}

/** What is assumed before there is anything to estimate from. */
const defaultModel = (charts: readonly PreparedIdentity[]): Model =>
	({ m: DEFAULT_M, h: DEFAULT_H, u: DEFAULT_U, frequencies: new Frequencies(charts), prior: startingPrior(Math.max(20, charts.length)) });

/** Compares two charts under a model, or under the defaults. */
export function comparePair(a: ChartIdentity, b: ChartIdentity, model?: Model): MatchedPair {
	const [x, y] = [prepare(a), prepare(b)];
	const used = model ?? defaultModel([x, y]);
	const comparison = compare(x, y);
	return proposal(x, y, used, comparison, judgeUnder(used)(comparison));
}

/**
 * Proposes pairs among `charts`. 20,000 charts take a few seconds on one core (docs/matching.md). An aborted run answers with
 * `aborted` and no pairs.
 */
export async function findPairs(charts: readonly ChartIdentity[], options: MatchOptions = {}): Promise<MatchResult> {
	const prepared = [...charts].sort(byId).map(prepare);
	const agree = memoizedAgreement();
	const base = { u: countRandomLevels(spreadPairs(prepared, agree)), frequencies: new Frequencies(prepared) };
	const candidates: { readonly a: PreparedIdentity; readonly b: PreparedIdentity }[] = [];
	const comparisons: Comparison[] = [];
	let sincePause = 0;
	for (const { pairs, done, total } of candidatePairs(prepared)) {
		for (const [i, j] of pairs) {
			const [a, b] = [prepared[i], prepared[j]];
			if (a === undefined || b === undefined) continue;
			candidates.push({ a, b });
			comparisons.push(compare(a, b, agree));
		}
		sincePause += pairs.length;
		if (sincePause < PAUSE_PAIRS) continue;
		sincePause = 0;
		options.progress?.(done, total);
		await options.pause?.();
		if (options.signal?.aborted === true) break;
	}
	const stopped = (): MatchResult => ({ pairs: [], compared: comparisons.length, charts: charts.length, model: defaultModel(prepared), aborted: true });
	const isStopped = (): boolean => options.signal?.aborted === true;
	if (isStopped()) return stopped();
	const estimating = estimate(comparisons, prepared.length, base);
	let step = estimating.next();
	while (step.done !== true) {
		await options.pause?.();
		if (isStopped()) return stopped();
		step = estimating.next();
	}
	const model = step.value;
	const judge = judgeUnder(model);
	const threshold = options.threshold ?? DEFAULT_THRESHOLD;
	const found: MatchedPair[] = [];
	for (const [at, comparison] of comparisons.entries()) {
		const verdict = judge(comparison);
		const pair = candidates[at];
		if (verdict.probability < threshold || pair === undefined || options.exclude?.(pair.a.identity, pair.b.identity) === true) continue;
		found.push(proposal(pair.a, pair.b, model, comparison, verdict));
	}
	found.sort((x, y) => y.weight - x.weight || byId(x.a, y.a) || byId(x.b, y.b));
	return { pairs: found, compared: comparisons.length, charts: charts.length, model, aborted: false };
}

/**
 * Charts that may be of the same person as `of`, best first: the look before a new chart is registered. Compares with every chart,
 * because a desk clerk may know only half of the fields that blocking needs.
 */
export function findDuplicates(of: ChartIdentity, among: readonly ChartIdentity[], limit = 10, threshold = DUPLICATE_THRESHOLD): MatchedPair[] {
	const subject = prepare(of);
	const others = among.filter((chart) => chart.chart !== of.chart || chart.site !== of.site).map(prepare);
	const agree = memoizedAgreement();
	const model = defaultModel([...others, subject]);
	const judge = judgeUnder(model);
	const found: MatchedPair[] = [];
	for (const other of others) {
		const comparison = compare(subject, other, agree);
		const verdict = judge(comparison);
		if (verdict.probability >= threshold) found.push(proposal(subject, other, model, comparison, verdict));
	}
	return found.sort((x, y) => y.weight - x.weight || byId(x.b, y.b)).slice(0, limit);
}
