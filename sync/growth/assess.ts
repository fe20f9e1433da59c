/**
 * One measuring of a child, judged against the WHO Child Growth Standards 2006.
 *
 * Every indicator answers with a z-score or with the reason why there is none: no figure is ever left out in silence, and none is made
 * up. Length and height differ by 0.7 cm: a child under two years who stood is counted 0.7 cm longer, one of two years or more who lay
 * 0.7 cm shorter, and the correction is said (WHO Anthro; ux 51). With oedema of both feet weight means nothing: no weight indicator is
 * computed, and the child counts as severely malnourished (WHO Anthro).
 */
import { INDICATORS, LAST_DAY, LYING_UNTIL_DAYS, lmsForAge, lmsForLength, type Indicator, type Lms, type Position, type Sex } from './standard.ts';
import { restrictedZscore, zscore } from './zscore.ts';

export interface Measuring {
	/** null: not known. The standards need it; which chart is to be used must then be asked */
	readonly sex: Sex | null;
	/** whole days from birth to the measuring; null: not known well enough */
	readonly ageDays: number | null;
	/** kg */
	readonly weight?: number | undefined;
	/** cm, as it was measured */
	readonly length?: number | undefined;
	/** how length was measured; without it the usual way for the age is assumed, and said */
	readonly position?: Position | undefined;
	/** cm, head circumference */
	readonly head?: number | undefined;
	/** swelling of both feet that keeps the mark of a thumb */
	readonly oedema?: boolean | undefined;
}

export type NoScore = 'no-measurement' | 'sex-not-known' | 'age-not-known' | 'age-out-of-range' | 'length-out-of-range' | 'oedema' | 'not-positive';

export type Score =
	| { readonly indicator: Indicator; /** two decimals, as WHO Anthro gives it */ readonly z: number; /** outside of what WHO Anthro takes for a possible value: measure again */ readonly implausible: boolean }
	| { readonly indicator: Indicator; readonly z: null; readonly why: NoScore };

export interface Assessment {
	readonly scores: readonly Score[];
	/** cm added to the length as measured: 0.7, -0.7 or 0 */
	readonly correction: number;
	/** the way of measuring that the length is now of; null where neither age nor position is known */
	readonly countedAs: Position | null;
	readonly positionAssumed: boolean;
	/** a child under 9 months cannot stand to be measured: the position is doubtful (WHO Anthro) */
	readonly positionDoubtful: boolean;
	/** kg/m², of the corrected length */
	readonly bmi: number | null;
}

const CORRECTION_CM = 0.7;
const NINE_MONTHS_DAYS = 274;
/** Without an age: shorter than this was lying (WHO Anthro). */
const LYING_BELOW_CM = 87;

/** Bounds of plausible z-scores (WHO Anthro 2006 and later). */
const PLAUSIBLE: { readonly [indicator in Indicator]: readonly [number, number] } = {
	'weight-for-age': [-6, 5], 'length-for-age': [-6, 6], 'weight-for-length': [-5, 5], 'bmi-for-age': [-5, 5], 'head-for-age': [-5, 5]
};
export const plausibleRange = (indicator: Indicator): readonly [number, number] => PLAUSIBLE[indicator];

interface Length { readonly cm: number | undefined; readonly correction: number; readonly position: Position | null; readonly assumed: boolean; readonly doubtful: boolean }

function lengthOf({ length, position, ageDays }: Measuring): Length {
	const usual: Position | null = ageDays === null ? (length === undefined ? null : length < LYING_BELOW_CM ? 'lying' : 'standing') : ageDays <= LYING_UNTIL_DAYS ? 'lying' : 'standing';
	const doubtful = position === 'standing' && ageDays !== null && ageDays < NINE_MONTHS_DAYS;
	const measured = position ?? usual;
	if (length === undefined || ageDays === null || usual === null || measured === usual) return { cm: length, correction: 0, position: measured, assumed: position === undefined, doubtful };
	const correction = usual === 'lying' ? CORRECTION_CM : -CORRECTION_CM;
	return { cm: length + correction, correction, position: usual, assumed: false, doubtful };
}

function scored(indicator: Indicator, value: number, lms: Lms): Score {
	const z = Math.round((indicator === 'length-for-age' || indicator === 'head-for-age' ? zscore(value, lms) : restrictedZscore(value, lms)) * 100) / 100;
	const [low, high] = PLAUSIBLE[indicator];
	// a value that no number describes is no z-score either
	return { indicator, z: Number.isFinite(z) ? z + 0 : 0, implausible: !Number.isFinite(z) || z < low || z > high };
}

function scoreOf(indicator: Indicator, measuring: Measuring, length: Length, bmi: number | null): Score {
	const none = (why: NoScore): Score => ({ indicator, z: null, why });
	const values: { readonly [indicator in Indicator]: number | null | undefined } = {
		'weight-for-age': measuring.weight, 'length-for-age': length.cm, 'bmi-for-age': bmi, 'head-for-age': measuring.head,
		'weight-for-length': length.cm === undefined ? undefined : measuring.weight
	};
	const value = values[indicator];
	if (value === undefined || value === null) return none('no-measurement');
	if (!(value > 0)) return none('not-positive');
	const ofWeight = indicator !== 'length-for-age' && indicator !== 'head-for-age';
	if (measuring.oedema === true && ofWeight) return none('oedema');
	const { sex, ageDays } = measuring;
	if (sex === null) return none('sex-not-known');
	if (ageDays !== null && (ageDays < 0 || ageDays > LAST_DAY)) return none('age-out-of-range');
	if (indicator === 'weight-for-length') {
		const lms = length.position === null ? null : lmsForLength(sex, length.position, length.cm ?? 0);
		return lms === null ? none('length-out-of-range') : scored(indicator, value, lms);
	}
	if (ageDays === null) return none('age-not-known');
	const lms = lmsForAge(indicator, sex, ageDays);
	return lms === null ? none('age-out-of-range') : scored(indicator, value, lms);
}

/** All indicators of one measuring. Total: numbers of any kind give an answer. */
export function assess(measuring: Measuring): Assessment {
	const length = lengthOf(measuring);
	const bmi = measuring.weight !== undefined && measuring.weight > 0 && length.cm !== undefined && length.cm > 0 ? measuring.weight / (length.cm / 100) ** 2 : null;
	return {
		scores: INDICATORS.map((indicator) => scoreOf(indicator, measuring, length, bmi)), correction: length.cm === undefined ? 0 : length.correction, countedAs: length.cm === undefined ? null : length.position,
		positionAssumed: length.cm !== undefined && length.assumed, positionDoubtful: length.cm !== undefined && length.doubtful, bmi
	};
}
