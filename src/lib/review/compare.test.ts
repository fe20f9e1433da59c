import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FhirResource } from '$sync/fhir/resource.ts';
import { compare, movement } from './compare.ts';

const order = (dose: number, frequency: number, more: object = {}): FhirResource => ({
	resourceType: 'MedicationRequest', medicationCodeableConcept: { text: 'amoxicillin' },
	dosageInstruction: [{ timing: { repeat: { frequency, period: 1, periodUnit: 'd' } }, doseAndRate: [{ doseQuantity: { value: dose, unit: 'mg' } }], ...more }]
});
const said = (rows: ReturnType<typeof compare>['rows']): readonly (readonly (string | null)[])[] => rows.filter((row) => row.differs).map(({ label, texts }) => [label, ...texts]);

test('two orders that differ in how often only differ in that row, and the drug is the same in both', () => {
	const { rows } = compare([order(500, 3), order(500, 2)]);
	expect(said(rows)).toEqual([['How often', '3 times daily', '2 times daily']]);
	expect(rows.find(({ label }) => label === 'Medicine')).toMatchObject({ differs: false });
});

test('what the words cannot tell apart is shown as it is in the data', () => {
	const { rows } = compare([order(500, 3, { maxDosePerPeriod: { numerator: { value: 3 } } }), order(500, 3, { maxDosePerPeriod: { numerator: { value: 4 } } })]);
	expect(said(rows)).toEqual([['Dosage, maxDosePerPeriod, numerator, value', '3', '4']]);
});

test('a difference beside one that has words is listed among all differences', () => {
	const { rows, leaves } = compare([order(500, 3, { text: 'a' }), order(250, 3, { sequence: 2, text: 'a' })]);
	expect(said(rows)).toEqual([['Dose', '500 mg', '250 mg']]);
	expect(leaves.map(({ key }) => key)).toContain('dosageInstruction.0.sequence');
});

test('a side that cleared everything says nothing in each row', () => {
	const { rows } = compare([{ resourceType: 'Patient', birthDate: '1991-03-04' }, null]);
	expect(said(rows)).toEqual([['Date of birth', '04-Mar-1991', null]]);
});

test.each([[null, 'x', 'added'], ['x', null, 'taken-out'], ['x', 'y', 'changed'], ['x', 'x', 'as-before'], [null, null, 'as-before']] as const)('from %s to %s: %s', (before, now, expected) => {
	expect(movement(before, now)).toBe(expected);
});

test('whatever differs in the data differs on the screen, and what does not does not', () => {
	const element = fc.constantFrom('dosageInstruction', 'component', 'name', 'birthDate', 'reaction', 'onsetString', 'section', '__proto__x');
	const value = fc.jsonValue({ maxDepth: 4 });
	const same = (a: unknown, b: unknown): boolean => { try { expect(a).toEqual(b); return true; } catch { return false; } };
	fc.assert(
		fc.property(element, value, value, (name, a, b) => {
			const side = (v: unknown): FhirResource => JSON.parse(JSON.stringify({ resourceType: 'Basic', [name]: v })) as FhirResource;
			const { rows } = compare([side(a), side(b)]);
			expect(rows.some((row) => row.differs)).toBe(!same(side(a), side(b)));
		}), { seed: 7, numRuns: 400 }
	);
});
