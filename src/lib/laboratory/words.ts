/** Laboratory in words: tests, answers, ranges, and how far a result is out, which is always told by word, arrow and colour. */
import { m } from '$lib/paraglide/messages.js';
import { isolated } from '$lib/format/direction.ts';
import { formatNumber, formatQuantity } from '$lib/format/number.ts';
import { at, code, concept, number, text } from '$lib/fhir/read.ts';
import type { IconName } from '$lib/ui/icons.ts';
import type { FhirResource } from '$sync/fhir/resource.ts';
import { testOf, unitOf, type Flag, type Judgement, type ShownRange } from '$sync/laboratory/flags.ts';
import type { OrderState } from '$sync/laboratory/orders.ts';
import type { Population } from '$sync/laboratory/ranges.ts';
import { LABORATORY, labPanel, type LabPanelKey, type LabTestKey, type SpecimenKind } from '$sync/laboratory/tests.ts';
import type { Priority } from '$sync/laboratory/record.ts';

type Words = () => string;

const TESTS: Readonly<Record<LabTestKey, Words>> = {
	haemoglobin: m.lab_haemoglobin, haematocrit: m.lab_haematocrit, leukocytes: m.lab_leukocytes, platelets: m.lab_platelets, erythrocytes: m.lab_erythrocytes, mcv: m.lab_mcv,
	sodium: m.lab_sodium, potassium: m.lab_potassium, chloride: m.lab_chloride, bicarbonate: m.lab_bicarbonate, urea: m.lab_urea, creatinine: m.lab_creatinine,
	albumin: m.lab_albumin, bilirubin: m.lab_bilirubin, alt: () => 'ALT', ast: () => 'AST', alp: m.lab_alp,
	'glucose-fasting': m.lab_glucose_fasting, 'glucose-random': m.lab_glucose_random, hba1c: () => 'HbA1c',
	cholesterol: m.lab_cholesterol, hdl: m.lab_hdl, ldl: m.lab_ldl, triglycerides: m.lab_triglycerides, crp: m.lab_crp,
	'malaria-rdt': m.lab_malaria_rdt, 'malaria-smear': m.lab_malaria_smear, syphilis: m.lab_syphilis, 'hepatitis-b': m.lab_hepatitis_b, pregnancy: m.lab_pregnancy, 'blood-group': m.lab_blood_group, 'sputum-smear': m.lab_sputum_smear,
	'urine-protein': m.lab_urine_protein, 'urine-glucose': m.lab_urine_glucose, 'urine-nitrite': m.lab_urine_nitrite, 'urine-leukocytes': m.lab_urine_leukocytes, 'urine-blood': m.lab_urine_blood
};
export const testName = (key: LabTestKey): string => TESTS[key]();

const PANELS: Readonly<Partial<Record<LabPanelKey, Words>>> = { 'blood-count': m.lab_blood_count, kidney: m.lab_kidney, liver: m.lab_liver, lipids: m.lab_lipids, 'urine-strip': m.lab_urine_strip };
/** A panel of one test is called as the test. */
export function panelName(key: LabPanelKey): string {
	const [only] = labPanel(key)?.tests ?? [];
	return PANELS[key]?.() ?? (only === undefined ? key : testName(only));
}

/** What an order or a report is about: our panel in the language of the screen, else what was written. */
export function orderName(resource: FhirResource): string {
	const panel = labPanel(code(at(resource, 'code'), LABORATORY) ?? '');
	return panel === null ? (concept(resource, 'code') ?? '') : panelName(panel.key);
}

/** A result's name: our test's in the language of the screen, else what was written. */
export function resultName(resource: FhirResource): string {
	const test = testOf(resource);
	return test === null ? (concept(resource, 'code') ?? '') : testName(test.key);
}

const ANSWERS: Readonly<Record<string, Words>> = {
	negative: m.lab_negative, positive: m.lab_positive, trace: m.lab_trace, scanty: m.lab_scanty, 'none-seen': m.lab_none_seen, falciparum: () => 'P. falciparum', 'other-plasmodium': m.lab_other_plasmodium,
	reactive: m.lab_reactive, 'non-reactive': m.lab_non_reactive
};
export const answerName = (key: string): string => (Object.hasOwn(ANSWERS, key) ? (ANSWERS[key]?.() ?? key) : isolated(key));

/** The answer of a result that has one of ours; null: read it as it was written. */
export function answerOf(resource: FhirResource): string | null {
	const key = code(at(resource, 'valueCodeableConcept'), LABORATORY);
	return key === undefined ? null : answerName(key);
}

export function quantityOf(resource: FhirResource): string | null {
	const value = number(resource, 'valueQuantity', 'value');
	const test = testOf(resource);
	if (value === undefined) return null;
	const written = text(resource, 'valueQuantity', 'unit') ?? text(resource, 'valueQuantity', 'code') ?? '';
	const unit = test?.kind === 'quantity' ? (unitOf(test, text(resource, 'valueQuantity', 'code') ?? '')?.shown ?? written) : written;
	return formatQuantity(value, unit);
}

export function specimenName(kind: SpecimenKind): string {
	const names: Readonly<Record<SpecimenKind, Words>> = { blood: m.specimen_blood, urine: m.specimen_urine, sputum: m.specimen_sputum, stool: m.specimen_stool, swab: m.specimen_swab, other: m.specimen_other };
	return names[kind]();
}
/** Of a Specimen, in the language of the screen where it is one of our kinds. */
export function specimenOf(resource: FhirResource): string {
	const kind = code(at(resource, 'type'), LABORATORY);
	const known = (['blood', 'urine', 'sputum', 'stool', 'swab'] as const).find((one) => one === kind);
	return known === undefined ? (concept(resource, 'type') ?? '') : specimenName(known);
}

export function urgencyName(priority: Priority): string {
	return priority === 'stat' ? m.urgency_stat() : priority === 'routine' ? m.urgency_routine() : m.urgency_urgent();
}

export function populationName(population: Population): string {
	const names: Readonly<Record<Population, Words>> = {
		'months-6-23': m.population_months_6, 'months-24-59': m.population_months_24, 'years-5-11': m.population_years_5, 'years-12-14': m.population_years_12, women: m.population_women, men: m.population_men,
		'pregnancy-first': m.population_pregnancy_1, 'pregnancy-second': m.population_pregnancy_2, 'pregnancy-third': m.population_pregnancy_3, adults: m.population_adults, everyone: m.population_everyone
	};
	return names[population]();
}

export function rangeWords({ low, high, unit, words }: ShownRange): string {
	const limits = low !== null && high !== null ? m.range_from_to({ low: formatNumber(low), high: formatQuantity(high, unit) }) : low !== null ? m.range_from({ low: formatQuantity(low, unit) }) : high !== null ? m.range_to({ high: formatQuantity(high, unit) }) : '';
	return limits === '' ? words : limits;
}

/** Range with whose it is, or why there is none. */
export function besideValue({ range, why }: Judgement): string {
	if (range !== null) return range.population === null ? m.lab_range_printed({ range: rangeWords(range) }) : m.lab_range({ range: rangeWords(range), population: populationName(range.population) });
	switch (why) {
		case 'no-row': return m.lab_no_range();
		case 'sex-not-known': return m.lab_no_range_sex();
		case 'age-not-known': return m.lab_no_range_age();
		case 'other-unit': return m.lab_other_unit();
		case null: return '';
	}
}

export interface FlagLook { readonly name: string; readonly icon: IconName; readonly tone: 'danger' | 'warn' | 'good' }
export function flagLook(flag: Flag): FlagLook {
	switch (flag) {
		case 'normal': return { name: m.flag_normal(), icon: 'check', tone: 'good' };
		case 'low': return { name: m.flag_low(), icon: 'down', tone: 'warn' };
		case 'high': return { name: m.flag_high(), icon: 'up', tone: 'warn' };
		case 'critical-low': return { name: m.flag_critical_low(), icon: 'far-down', tone: 'danger' };
		case 'critical-high': return { name: m.flag_critical_high(), icon: 'far-up', tone: 'danger' };
		case 'abnormal': return { name: m.flag_abnormal(), icon: 'warning', tone: 'warn' };
		case 'critical': return { name: m.flag_critical(), icon: 'danger', tone: 'danger' };
	}
}

export interface StateLook { readonly name: string; readonly icon: IconName; readonly tone: 'danger' | 'warn' | 'good' | 'plain' }
export function orderState(state: OrderState): StateLook {
	switch (state) {
		case 'ordered': return { name: m.lab_state_ordered(), icon: 'waiting', tone: 'warn' };
		case 'specimen-taken': return { name: m.lab_state_taken(), icon: 'waiting', tone: 'plain' };
		case 'specimen-rejected': return { name: m.lab_state_rejected(), icon: 'warning', tone: 'danger' };
		case 'partial': return { name: m.lab_state_partial(), icon: 'waiting', tone: 'plain' };
		case 'resulted': return { name: m.lab_state_resulted(), icon: 'warning', tone: 'warn' };
		case 'acknowledged': return { name: m.lab_state_acknowledged(), icon: 'check', tone: 'good' };
		case 'cancelled': return { name: m.lab_state_cancelled(), icon: 'none', tone: 'plain' };
	}
}
