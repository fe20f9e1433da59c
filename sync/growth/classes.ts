/**
 * Where a z-score lies between the lines of a growth chart, and what WHO calls it.
 *
 * A point on a line belongs to the less severe side: "below -2" is said of what lies between -2 and -3 (WHO, Training Course on Child Growth
 * Assessment, module C, 2008). Names of undernutrition and overweight are those of the same module.
 */
import type { Indicator } from './standard.ts';

export const BANDS = ['below-3', 'below-2', 'within', 'above-1', 'above-2', 'above-3'] as const;
export type Band = (typeof BANDS)[number];

/** Which band of the chart; above 1 counts only where WHO names it (weight-for-length and BMI). */
export function bandOf(indicator: Indicator, z: number): Band {
	if (z < -3) return 'below-3';
	if (z < -2) return 'below-2';
	if (z > 3) return 'above-3';
	if (z > 2) return 'above-2';
	return z > 1 && (indicator === 'weight-for-length' || indicator === 'bmi-for-age') ? 'above-1' : 'within';
}

export type Meaning =
	| 'severely-stunted' | 'stunted' | 'severely-underweight' | 'underweight' | 'severely-wasted' | 'wasted'
	| 'possible-risk-of-overweight' | 'overweight' | 'obese' | 'very-tall' | 'growth-problem-see-weight-for-length' | 'small-head' | 'large-head' | 'none';

const MEANINGS: { readonly [indicator in Indicator]: { readonly [band in Band]: Meaning } } = {
	'length-for-age': { 'below-3': 'severely-stunted', 'below-2': 'stunted', within: 'none', 'above-1': 'none', 'above-2': 'none', 'above-3': 'very-tall' },
	'weight-for-age': {
		'below-3': 'severely-underweight', 'below-2': 'underweight', within: 'none', 'above-1': 'none', 'above-2': 'growth-problem-see-weight-for-length', 'above-3': 'growth-problem-see-weight-for-length'
	},
	'weight-for-length': { 'below-3': 'severely-wasted', 'below-2': 'wasted', within: 'none', 'above-1': 'possible-risk-of-overweight', 'above-2': 'overweight', 'above-3': 'obese' },
	'bmi-for-age': { 'below-3': 'severely-wasted', 'below-2': 'wasted', within: 'none', 'above-1': 'possible-risk-of-overweight', 'above-2': 'overweight', 'above-3': 'obese' },
	'head-for-age': { 'below-3': 'small-head', 'below-2': 'small-head', within: 'none', 'above-1': 'none', 'above-2': 'large-head', 'above-3': 'large-head' }
};

export const meaningOf = (indicator: Indicator, z: number): Meaning => MEANINGS[indicator][bandOf(indicator, z)];
