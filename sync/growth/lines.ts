/** The lines of a growth chart: for each z the measurements along age or length, from the same figures as the scores, so that a point and its z-score can never disagree. */
import { DAYS_A_MONTH, LAST_DAY, lengthRange, lmsForAge, lmsForLength, LYING_UNTIL_DAYS, type AgeIndicator, type Position, type Sex } from './standard.ts';
import { valueAt } from './zscore.ts';

/** The lines that are drawn (WHO growth charts; ux 51). */
export const CHART_LINES = [-3, -2, 0, 2, 3] as const;
export interface Point { readonly x: number; readonly y: number }
export interface Line { readonly z: number; /** apart where the measure changes at two years */ readonly pieces: readonly (readonly Point[])[] }

const STEPS = 80;

function sample(from: number, to: number, value: (x: number) => number | null): readonly Point[] {
	const points: Point[] = [];
	for (let step = 0; step <= STEPS; step++) {
		const x = from + ((to - from) * step) / STEPS;
		const y = value(x);
		if (y !== null) points.push({ x, y });
	}
	return points;
}

/** Lines over an age range in days. */
export function linesForAge(indicator: AgeIndicator, sex: Sex, from: number, to: number): readonly Line[] {
	const end = Math.min(to, LAST_DAY);
	const parts = from <= LYING_UNTIL_DAYS && end > LYING_UNTIL_DAYS ? [[from, LYING_UNTIL_DAYS], [LYING_UNTIL_DAYS + 1, end]] as const : [[from, end]] as const;
	return CHART_LINES.map((z) => ({
		z,
		pieces: parts.map(([a, b]) => sample(a, b, (days) => {
			const lms = lmsForAge(indicator, sex, days);
			return lms === null ? null : valueAt(lms, z);
		}))
	}));
}

/** Lines over a range of cm. */
export function linesForLength(sex: Sex, position: Position, from: number, to: number): readonly Line[] {
	const [low, high] = lengthRange(position);
	return CHART_LINES.map((z) => ({
		z,
		pieces: [sample(Math.max(from, low), Math.min(to, high), (cm) => {
			const lms = lmsForLength(sex, position, cm);
			return lms === null ? null : valueAt(lms, z);
		})]
	}));
}

export const monthsOf = (days: number): number => days / DAYS_A_MONTH;
