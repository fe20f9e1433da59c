/**
 * How much of a medicine a prescription says: enough to see that two say different things, never to compute a dose from.
 */
import { words } from '../../formulary/names.ts';
import type { FhirResource } from '../../fhir/resource.ts';
import { unitOf } from '../units.ts';
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
/** Doses are compared in these; by dimensions. */
const MEASURED_IN: ReadonlyMap<string, { readonly unit: string; readonly per: number }> = new Map([['g1', { unit: 'mg', per: 1e3 }], ['m3', { unit: 'mL', per: 1e6 }], ['IU1', { unit: 'IU', per: 1 }]]);

/** Masses in mg, volumes in mL, other units in singular lower case. */
function quantity(amount: number, unit: string): { amount: number; unit: string } {
	const known = unit.trim() === '' ? null : unitOf(unit);
	const measured = known === null ? undefined : MEASURED_IN.get(known.dimensions);
	const converted = amount * (known?.factor ?? 1) * (measured?.per ?? 1);
	if (measured === undefined || !Number.isFinite(converted)) return { amount, unit: unit.trim().toLowerCase().replace(/s$/u, '') };
	// Powers of ten leave traces behind the twelfth digit.
	return { amount: Number(converted.toPrecision(12)), unit: measured.unit };
}

/** Pieces of a product with one strength are an amount of it: two tablets of 250 mg are 500 mg. */
function weighed(dose: { amount: number; unit: string } | null, strength: string): { amount: number; unit: string } | null {
	const [, mg] = /^([\d.]+) mg$/u.exec(strength) ?? [];
	return dose === null || mg === undefined || unitOf(dose.unit)?.dimensions !== 'piece1' ? dose : { amount: dose.amount * Number(mg), unit: 'mg' };
}

/** As many figures as doses have, however small: 0.0625 mg is not 0.06 mg. */
const inFigures = (amount: number): string => String(Number(amount.toPrecision(6)));

function strengthIn(name: string): string {
	const found = [...name.matchAll(/(\d+(?:[.,]\d+)?)\s*(mg|g|mcg|µg|micrograms?|iu|units?)(?![a-z])/giu)].slice(0, 8);
	return found.map(([, amount = '', unit = '']) => {
		const { amount: value, unit: plain } = quantity(Number(amount.replace(',', '.')), unit);
		return `${inFigures(value)} ${plain}`;
	}).sort().join(' + ');
}

export function readDose(resource: FhirResource): Dose {
	const dosages = objectsIn(resource['dosageInstruction'] ?? resource['dosage']);
	let daily: { amount: number; unit: string } | null = null;
	let single: { amount: number; unit: string } | null = null;
	for (const dosage of dosages) {
		const given = at(dosage, 'doseAndRate', 0, 'doseQuantity') ?? at(dosage, 'doseAndRate', 0, 'doseRange', 'high')
			?? at(dosage, 'doseAndRate', 0, 'rateQuantity') ?? at(dosage, 'doseAndRate', 0, 'rateRange', 'high');
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
		else if (daily.unit !== dose.unit) daily = { amount: daily.amount, unit: `${daily.unit} and ${inFigures(perDay)} ${dose.unit}` };
		else if (Number.isFinite(daily.amount + perDay)) daily = { amount: daily.amount + perDay, unit: dose.unit };
	}
	const strength = strengthIn(nameOf(resource['medicationCodeableConcept']));
	return {
		daily: weighed(daily, strength), single: weighed(single, strength), text: dosages.map((dosage) => words(textOf(dosage['text'])).join(' ')).filter((text) => text !== '').join('; '),
		strength
	};
}

const nearly = (a: number, b: number): boolean => Math.abs(a - b) <= 0.01 * Math.max(Math.abs(a), Math.abs(b));

/** Whether two doses say different things: yes, no, or null when they cannot be compared. */
export function dosesDiffer(a: Dose, b: Dose): boolean | null {
	// Tablets of different strength are different doses; milligrams are milligrams.
	const strengthsDiffer = a.strength !== '' && b.strength !== '' && a.strength !== b.strength;
	for (const field of ['daily', 'single'] as const) {
		const [x, y] = [a[field], b[field]];
		if (x === null || y === null) continue;
		// Drops and milligrams are not two doses because they are two numbers.
		if (x.unit !== y.unit) return null;
		if (!nearly(x.amount, y.amount) || (x.unit !== 'mg' && strengthsDiffer)) return true;
		// Beside a regular dose, one more when needed is a difference.
		if (field === 'single' || (a.single === null) !== (b.single === null)) return field === 'daily';
		if (a.single === null) return false;
	}
	if (a.text !== '' && b.text !== '') return a.text !== b.text || strengthsDiffer;
	return strengthsDiffer ? true : null;
}

/** A dose in a few words, for a sentence. */
export function doseInWords({ daily, single, text, strength }: Dose): string {
	if (daily !== null) return `${inFigures(daily.amount)} ${daily.unit} per day${single === null ? '' : ` and ${inFigures(single.amount)} ${single.unit} at a time`}`;
	if (single !== null) return `${inFigures(single.amount)} ${single.unit}`;
	return text || strength;
}
