/** Growth in words: what an indicator is called, where a z-score lies, and why there is none. */
import { m } from '$lib/paraglide/messages.js';
import { formatFixed } from '$lib/format/number.ts';
import type { NoScore } from '$sync/growth/assess.ts';
import { bandOf, meaningOf, type Band, type Meaning } from '$sync/growth/classes.ts';
import type { Indicator } from '$sync/growth/standard.ts';

export function indicatorName(indicator: Indicator): string {
	const names: Readonly<Record<Indicator, () => string>> = {
		'weight-for-age': m.growth_weight_for_age, 'length-for-age': m.growth_length_for_age, 'weight-for-length': m.growth_weight_for_length, 'bmi-for-age': m.growth_bmi_for_age, 'head-for-age': m.growth_head_for_age
	};
	return names[indicator]();
}

export function bandName(band: Band): string {
	const names: Readonly<Record<Band, () => string>> = {
		'below-3': m.growth_below_3, 'below-2': m.growth_below_2, within: m.growth_within, 'above-1': m.growth_above_1, 'above-2': m.growth_above_2, 'above-3': m.growth_above_3
	};
	return names[band]();
}

export function meaningName(meaning: Meaning): string {
	const names: Readonly<Record<Meaning, () => string>> = {
		'severely-stunted': m.growth_severely_stunted, stunted: m.growth_stunted, 'severely-underweight': m.growth_severely_underweight, underweight: m.growth_underweight, 'severely-wasted': m.growth_severely_wasted, wasted: m.growth_wasted,
		'possible-risk-of-overweight': m.growth_risk_overweight, overweight: m.growth_overweight, obese: m.growth_obese, 'very-tall': m.growth_very_tall, 'growth-problem-see-weight-for-length': m.growth_see_weight_for_length, 'small-head': m.growth_small_head, 'large-head': m.growth_large_head, none: () => ''
	};
	return names[meaning]();
}

export function noScoreName(why: NoScore): string {
	const names: Readonly<Record<NoScore, () => string>> = {
		'no-measurement': m.growth_no_measurement, 'sex-not-known': m.growth_no_sex, 'age-not-known': m.growth_no_age, 'age-out-of-range': m.growth_age_range, 'length-out-of-range': m.growth_length_range, oedema: m.growth_oedema, 'not-positive': m.growth_no_measurement
	};
	return names[why]();
}

/** `below -2, stunted` */
export function bandWords(indicator: Indicator, z: number): string {
	return [bandName(bandOf(indicator, z)), meaningName(meaningOf(indicator, z))].filter((s) => s !== '').join(', ');
}

/** Two decimals with a minus that cannot be taken for a hyphen; never -0. */
export const zText = (z: number): string => formatFixed(Math.abs(z) < 0.005 ? 0 : z, 2);

const SCORES: ReadonlyMap<string, Indicator> = new Map<string, Indicator>([
	['z-weight-for-age', 'weight-for-age'], ['z-length-for-age', 'length-for-age'], ['z-weight-for-length', 'weight-for-length'], ['z-bmi', 'bmi-for-age'], ['z-head', 'head-for-age']
]);
export const isScore = (linkId: string): boolean => SCORES.has(linkId);
export function scoreWords(linkId: string, z: number): string {
	const indicator = SCORES.get(linkId);
	return indicator === undefined ? '' : bandWords(indicator, z);
}
