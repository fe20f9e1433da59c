/**
 * z-scores by the LMS method, and WHO's restricted application of it: weight is skewed, so beyond 3 SD from the median distances are counted
 * in steps as wide as the last one between 2 and 3 SD (WHO Child Growth Standards: Methods and development, 2006, chapter 7).
 */
import type { Lms } from './standard.ts';

/** The measurement that has a z-score: the inverse of LMS, which the lines of a chart are drawn with. Exact for -3 to 3. */
export function valueAt({ l, m, s }: Lms, z: number): number {
	return Math.abs(l) < 1e-9 ? m * Math.exp(s * z) : m * (1 + l * s * z) ** (1 / l);
}

const plain = (value: number, { l, m, s }: Lms): number => (Math.abs(l) < 1e-9 ? Math.log(value / m) / s : ((value / m) ** l - 1) / (l * s));

/** z of a measurement that is not of weight: length, height, head circumference. */
export const zscore = plain;

/** z of a measurement of weight, restricted beyond 3 SD. */
export function restrictedZscore(value: number, lms: Lms): number {
	const z = plain(value, lms);
	if (z > 3) return 3 + (value - valueAt(lms, 3)) / (valueAt(lms, 3) - valueAt(lms, 2));
	if (z < -3) return -3 + (value - valueAt(lms, -3)) / (valueAt(lms, -2) - valueAt(lms, -3));
	return z;
}
