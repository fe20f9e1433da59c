/**
 * Weights of evidence: how much more often a field looks like this among charts of one person than among charts of two.
 *
 * Three kinds of pairs are told apart, after Fellegi and Sunter (1969) with a third class (W. E. Winkler, "Methods for adjusting for
 * lack of independence", 1993): one person (m), two people of one household (h), two unrelated people (u). In a village, brothers share
 * surname, village and telephone; with two classes only, those agreements count as independent evidence and every family is proposed as
 * one person.
 *
 * u is counted: for agreement on a value, how common that value is here (frequency-based weights, Winkler 1989); for the other levels, a
 * spread sample of pairs. m, h and the shares of the classes are estimated by expectation maximization over the candidate pairs
 * (A. P. Dempster et al. 1977), starting from and held towards the defaults below, so that a handful of charts does not teach
 * nonsense. No labelled pair enters. Invariant: everything is a pure function of the set of charts.
 */
import { FIELDS, LEVELS, type Comparison, type Field, type Observation } from './comparison.ts';
import type { PreparedIdentity } from './identity.ts';

export type LevelProbabilities = { readonly [field in Field]: readonly number[] };

/**
 * Where estimation starts: our own assumptions about hand-typed registers (one word in ten with a slip, one in ten different; birth dates safer
 * than names; villages and phones change) and about households (one of two name words shared, twins one pair in a hundred).
 */
export const DEFAULT_M: LevelProbabilities = {
	name: [0.68, 0.2, 0.11, 0.01], word: [0.75, 0.15, 0.1], birthDate: [0.84, 0.07, 0.04, 0.05], sex: [0.985, 0.015], village: [0.75, 0.1, 0.15],
	phone: [0.6, 0.05, 0.35], identifier: [0.9, 0.06, 0.04]
};
export const DEFAULT_H: LevelProbabilities = {
	name: [0.01, 0.01, 0.83, 0.15], word: [0.5, 0.05, 0.45], birthDate: [0.01, 0.02, 0.02, 0.95], sex: [0.5, 0.5], village: [0.9, 0.04, 0.06],
	phone: [0.7, 0.02, 0.28], identifier: [0.0005, 0.002, 0.9975]
};
/** The order of magnitude in a region of some ten thousand people; it matters only until there is data. Names are counted word by word. */
export const DEFAULT_U: LevelProbabilities = {
	name: [0.0001, 0.0003, 0.02, 0.9796], word: [0.01, 0.02, 0.97], birthDate: [0.0001, 0.002, 0.01, 0.9879], sex: [0.5, 0.5], village: [0.05, 0.01, 0.94],
	phone: [0.0003, 0.0001, 0.9996], identifier: [0.00002, 0.0001, 0.99988]
};
/** What is not learnt of households: by these fields they are told from one person, so learning them could only blur the difference. */
const HOUSEHOLD_FIXED: ReadonlySet<Field> = new Set<Field>(['birthDate', 'sex', 'identifier']);
/** How many observed pairs, or charts, the defaults weigh as much as. */
const DEFAULT_PAIRS = 50;
const DEFAULT_CHARTS = 200;

/** How common values are: the probability that a chart drawn at random states this value. */
export class Frequencies {
	readonly #counts = new Map<string, number>();
	readonly #stated = new Map<Field, number>();

	constructor(charts: readonly PreparedIdentity[]) {
		for (const chart of charts) {
			const values: [Field, string][] = [...new Set(chart.names.flat())].map((word) => ['word', word]);
			if (chart.birth !== null && chart.birth.day !== null) values.push(['birthDate', chart.birth.digits]);
			if (chart.sex !== null) values.push(['sex', chart.sex]);
			if (chart.village !== '') values.push(['village', chart.village]);
			for (const phone of chart.phones) values.push(['phone', phone]);
			for (const value of new Set(chart.identifiers.map((identifier) => identifier.value))) values.push(['identifier', value]);
			for (const [field, value] of values) this.#counts.set(`${field} ${value}`, (this.#counts.get(`${field} ${value}`) ?? 0) + 1);
			for (const field of new Set(values.map(([name]) => name))) this.#stated.set(field, (this.#stated.get(field) ?? 0) + 1);
		}
	}

	/** Leaves the chart itself out, and leans on the default while there are few charts. */
	of(field: Field, value: string): number {
		const others = Math.max(0, (this.#counts.get(`${field} ${value}`) ?? 0) - 1);
		const charts = Math.max(0, (this.#stated.get(field) ?? 0) - 1);
		return (others + DEFAULT_CHARTS * (DEFAULT_U[field][0] ?? 0.01)) / (charts + DEFAULT_CHARTS);
	}
}

export interface Model {
	readonly m: LevelProbabilities;
	readonly h: LevelProbabilities;
	readonly u: LevelProbabilities;
	readonly frequencies: Frequencies;
	/** share of pairs of one person, and of one household, among all pairs */
	readonly prior: { readonly person: number; readonly household: number };
}

export interface Verdict {
	/** posterior probability that the pair is of one person */
	readonly probability: number;
	/** bits: log2 of P(what is seen | one person) / P(what is seen | two people) */
	readonly weight: number;
	/** of the alternatives, how much the household is the likelier one (0 to 1) */
	readonly household: number;
}

/** -log2 of the probability of what was observed among unrelated people. */
function rarity({ field, level, value, words }: Observation, model: Pick<Model, 'u' | 'frequencies'>): number {
	if (words === undefined) return -Math.log2(value === null ? (model.u[field][level] ?? 1) : model.frequencies.of(field, value));
	let bits = 0;
	for (const word of words) bits -= Math.log2(word.value === null ? (model.u.word[word.level] ?? 1) : model.frequencies.of('word', word.value));
	return bits;
}

const rarityOf = ({ observations }: Comparison, model: Pick<Model, 'u' | 'frequencies'>): number =>
	observations.reduce((sum, observation) => sum + rarity(observation, model), 0);

const mapFields = (make: (field: Field) => readonly number[]): LevelProbabilities => ({
	name: make('name'), word: make('word'), birthDate: make('birthDate'), sex: make('sex'), village: make('village'), phone: make('phone'), identifier: make('identifier')
});

const inBits = (shares: LevelProbabilities): LevelProbabilities => mapFields((field) => shares[field].map(Math.log2));

/** `m` and `h` in bits: taking logarithms once per table, not once per pair, is most of the speed of the estimate. */
function judgeWith(comparison: Comparison, rarityBits: number, m: LevelProbabilities, h: LevelProbabilities, prior: Model['prior']): Verdict {
	let person = rarityBits;
	let household = rarityBits;
	for (const { field, level } of comparison.observations) {
		person += m[field][level] ?? 0;
		household += h[field][level] ?? 0;
	}
	const others = Math.max(1e-12, 1 - prior.person);
	const householdShare = prior.household / others;
	// P(seen | two people) / P(seen | unrelated), in bits
	const household2 = Math.log2(householdShare) + household;
	const alternatives = household2 > 60 ? household2 : Math.log2(1 - householdShare + Math.pow(2, household2));
	const weight = person - alternatives;
	return {
		probability: 1 / (1 + Math.pow(2, -(weight + Math.log2(prior.person / others)))), weight,
		household: Math.pow(2, Math.min(0, household2 - alternatives))
	};
}

/** Judges comparisons under one model. */
export function judgeUnder(model: Model): (comparison: Comparison) => Verdict {
	const [m, h] = [inBits(model.m), inBits(model.h)];
	return (comparison) => judgeWith(comparison, rarityOf(comparison, model), m, h, model.prior);
}

/**
 * Weight of one observation in bits, against the alternative that the whole pair leaves open: in a pair that looks like a household, a shared
 * village says nothing. (The sum over fields is therefore close to, not equal to, the weight of the pair.)
 */
export function weigh(observation: Observation, model: Model, household: number): number {
	const { field, level } = observation;
	const person = Math.log2(model.m[field][level] ?? 1);
	return (1 - household) * (person + rarity(observation, model)) + household * (person - Math.log2(model.h[field][level] ?? 1));
}

type Counts = Map<Field, Float64Array>;
const emptyCounts = (): Counts => new Map(FIELDS.map((field) => [field, new Float64Array(LEVELS[field].length)]));
function count(counts: Counts, field: Field, level: number, by: number): void {
	const levels = counts.get(field);
	if (levels !== undefined) levels[level] = (levels[level] ?? 0) + by;
}

/** Level probabilities from (possibly fractional) counts, leaning on `defaults` as if on `DEFAULT_PAIRS` pairs. */
function smooth(counts: Counts, defaults: LevelProbabilities, fixed: ReadonlySet<Field> = new Set()): LevelProbabilities {
	return mapFields((field) => {
		if (fixed.has(field)) return defaults[field];
		const seen = counts.get(field) ?? new Float64Array(0);
		const total = seen.reduce((sum, some) => sum + some, 0) + DEFAULT_PAIRS;
		return defaults[field].map((share, level) => ((seen[level] ?? 0) + DEFAULT_PAIRS * share) / total);
	});
}

/** u from comparisons of charts that stand far apart in an order unrelated to who they are. */
export function countRandomLevels(comparisons: Iterable<Comparison>): LevelProbabilities {
	const counts = emptyCounts();
	for (const { observations } of comparisons) {
		for (const { field, level, words } of observations) {
			if (words === undefined) count(counts, field, level, 1);
			else for (const word of words) count(counts, 'word', word.level, 1);
		}
	}
	return smooth(counts, DEFAULT_U);
}

const ITERATIONS = 15;

/** Where the shares of the classes start: one chart in twenty has a second one, and a person has four others in the household. */
export function startingPrior(charts: number): Model['prior'] {
	const pairs = Math.max(10, (charts * (charts - 1)) / 2);
	return { person: Math.min(0.1, (0.05 * charts) / pairs), household: Math.min(0.2, (2 * charts) / pairs) };
}

/**
 * Estimates m, h and the shares of the classes. `comparisons` are the candidates among all pairs of the charts; the pairs outside are taken
 * for unrelated people. Yields after each iteration, so that a caller can let other work in, or stop.
 */
export function* estimate(comparisons: readonly Comparison[], charts: number, base: Pick<Model, 'u' | 'frequencies'>): Generator<undefined, Model> {
	// The rarity of what was observed does not change between iterations.
	const rarities = Float64Array.from(comparisons, (comparison) => rarityOf(comparison, base));
	const totalPairs = Math.max(10, (charts * (charts - 1)) / 2);
	let model: Model = { ...base, m: DEFAULT_M, h: DEFAULT_H, prior: startingPrior(charts) };
	for (let iteration = 0; iteration < ITERATIONS; iteration++) {
		const ofPerson = emptyCounts();
		const ofHousehold = emptyCounts();
		let people = 0;
		let households = 0;
		const [m, h] = [inBits(model.m), inBits(model.h)];
		for (const [at, comparison] of comparisons.entries()) {
			const { probability, household } = judgeWith(comparison, rarities[at] ?? 0, m, h, model.prior);
			const householdProbability = (1 - probability) * household;
			people += probability;
			households += householdProbability;
			for (const { field, level } of comparison.observations) {
				if (probability > 1e-4) count(ofPerson, field, level, probability);
				if (householdProbability > 1e-4) count(ofHousehold, field, level, householdProbability);
			}
		}
		const share = (found: number, most: number): number => Math.min(most, (found + 0.05) / totalPairs);
		model = {
			...base, m: smooth(ofPerson, DEFAULT_M), h: smooth(ofHousehold, DEFAULT_H, HOUSEHOLD_FIXED),
			prior: { person: share(people, 0.4), household: share(households, 0.4) }
		};
		yield;
	}
	return model;
}
