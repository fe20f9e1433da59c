/**
 * How much of a medicine a prescription says: enough to see that two say different things, never to compute a dose from.
 */
import { words } from '../../formulary/names.ts';
import type { FhirResource } from '../../fhir/resource.ts';
import { at, nameOf, numberOf, objectsIn, textOf } from '../read.ts';

export interface Dose {
	/** amount per day and its unit, where amount, frequency and period are given; with "as needed" left out, the highest */
	readonly daily: { readonly amount: number; readonly unit: string } | null;
	/** amount at a time, where no frequency is given */
	readonly single: { readonly amount: number; readonly unit: string } | null;
	/** free text, as plain words */
	readonly text: string;
	/** strength in the product's name: "500 mg" */
	readonly strength: string;
}

const DAYS_OF: ReadonlyMap<string, number> = new Map([['h', 1 / 24], ['d', 1], ['wk', 7], ['mo', 30.4375], ['a', 365.25]]);
const MASS_IN_MG: ReadonlyMap<string, number> = new Map([['mg', 1], ['g', 1000], ['mcg', 0.001], ['ug', 0.001], ['µg', 0.001], ['microgram', 0.001], ['micrograms', 0.001]]);

/** Masses in mg, other units in singular lower case. */
function quantity(amount: number, unit: string): { amount: number; unit: string } {
	const plain = unit.trim().toLowerCase();
	const mass = MASS_IN_MG.get(plain);
	const inMg = amount * (mass ?? 1);
	return mass === undefined || !Number.isFinite(inMg) ? { amount, unit: plain.replace(/s$/u, '') } : { amount: inMg, unit: 'mg' };
}

function strengthIn(name: string): string {
	const found = [...name.matchAll(/(\d+(?:[.,]\d+)?)\s*(mg|g|mcg|µg|micrograms?|iu|units?)(?![a-z])/giu)].slice(0, 8);
	return found.map(([, amount = '', unit = '']) => {
		const { amount: value, unit: plain } = quantity(Number(amount.replace(',', '.')), unit);
		return `${Math.round(value * 1000) / 1000} ${plain}`;
	}).sort().join(' + ');
}

export function readDose(resource: FhirResource): Dose {
	const dosages = objectsIn(resource['dosageInstruction'] ?? resource['dosage']);
	let daily: { amount: number; unit: string } | null = null;
	let single: { amount: number; unit: string } | null = null;
	for (const dosage of dosages) {
		const given = at(dosage, 'doseAndRate', 0, 'doseQuantity') ?? at(dosage, 'doseAndRate', 0, 'doseRange', 'high');
		const amount = numberOf(at(given, 'value'));
		if (amount === null) continue;
		const dose = quantity(amount, textOf(at(given, 'unit')) || textOf(at(given, 'code')));
		const repeat = at(dosage, 'timing', 'repeat');
		const [frequency, period, days] = [numberOf(at(repeat, 'frequency')), numberOf(at(repeat, 'period')), DAYS_OF.get(textOf(at(repeat, 'periodUnit')))];
		if (frequency === null || period === null || days === undefined || period <= 0) { single ??= dose; continue; }
		const perDay = (dose.amount * frequency) / (period * days);
		// A period of next to nothing gives no amount per day.
		if (!Number.isFinite(perDay)) { single ??= dose; continue; }
		if (daily === null) daily = { amount: perDay, unit: dose.unit };
		else if (daily.unit === dose.unit && Number.isFinite(daily.amount + perDay)) daily = { amount: daily.amount + perDay, unit: dose.unit };
	}
	return {
		daily, single, text: dosages.map((dosage) => words(textOf(dosage['text'])).join(' ')).filter((text) => text !== '').join('; '),
		strength: strengthIn(nameOf(resource['medicationCodeableConcept']))
	};
}

const nearly = (a: number, b: number): boolean => Math.abs(a - b) <= 0.01 * Math.max(Math.abs(a), Math.abs(b));

/** Whether two doses say different things: yes, no, or null when they cannot be compared. */
export function dosesDiffer(a: Dose, b: Dose): boolean | null {
	// Tablets of different strength are different doses; milligrams are milligrams.
	const strengthsDiffer = a.strength !== '' && b.strength !== '' && a.strength !== b.strength;
	for (const field of ['daily', 'single'] as const) {
		const [x, y] = [a[field], b[field]];
		if (x === null || y === null || x.unit !== y.unit) continue;
		return !nearly(x.amount, y.amount) || (x.unit !== 'mg' && strengthsDiffer);
	}
	if (a.text !== '' && b.text !== '') return a.text !== b.text || strengthsDiffer;
	return strengthsDiffer ? true : null;
}

/** A dose in a few words, for a sentence. */
export function doseInWords({ daily, single, text, strength }: Dose): string {
	const round = (amount: number): string => String(Math.round(amount * 100) / 100);
	if (daily !== null) return `${round(daily.amount)} ${daily.unit} per day`;
	if (single !== null) return `${round(single.amount)} ${single.unit}`;
	return text || strength;
}
