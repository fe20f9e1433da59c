import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { amountsDiffer, molarMass, unitOf } from './units.ts';

const of = (text: string) => {
	const [, comparator = '', value = '', unit = ''] = /^([<>]=?)?(-?[\d.]+)\s*(.*)$/u.exec(text) ?? [];
	return { value: Number(value), unit, comparator };
};
const differ = (a: string, b: string, grams: number | null = null): boolean | null => amountsDiffer(of(a), of(b), grams);

describe('two results', () => {
	test.each([
		['70 kg', '70000 g'], ['70 kg', '154.3 [lb_av]'], ['154 lbs', '70 kg'], ['1.7 m', '170 cm'], ['98.6 [degF]', '37 Cel'], ['37.0 C', '310.15 K'], ['120 mm[Hg]', '16 kPa'], ['120 mmHg', '120 mm[Hg]'],
		['12.5 g/dL', '125 g/L'], ['5 mg/L', '0.5 mg/dL'], ['250 10*3/uL', '250 10*9/L'], ['350 cells/uL', '0.35 10*9/L'], ['60 bpm', '60 /min'], ['500 mcg', '0.5 mg'], ['500 µg', '500 ug'], ['5.2 mmol/L', '5.23 mmol/L'],
		['40 %', '0.4 1'], ['120 {beats}/min', '120 /min'], ['40 U/L', '40 [U]/L'.replace('[U]', 'U')], ['<5 mg/L', '3 mg/L'], ['>100 mg/L', '250 mg/L'], ['5 widgets', '5 widgets']
	])('%s and %s say the same', (a, b) => {
		expect(differ(a, b)).toBe(false);
		expect(differ(b, a)).toBe(false);
	});

	test.each([
		['70 kg', '70 g'], ['70 kg', '70 lbs'], ['37 Cel', '39.5 Cel'], ['37 C', '37 F'], ['12.5 g/dL', '9.8 g/dL'], ['5.2 mmol/L', '7.8 mmol/L'], ['<5 mg/L', '9 mg/L'], ['>100 mg/L', '20 mg/L'], ['5 widgets', '8 widgets'], ['0.5 mg', '0.05 mg']
	])('%s and %s differ', (a, b) => {
		expect(differ(a, b)).toBe(true);
		expect(differ(b, a)).toBe(true);
	});

	test.each([['70 kg', '70 cm'], ['5 mg', '1 tablet'], ['5 widgets', '5 mg'], ['5 mmol/L', '90 mg/dL'], ['5', '5 mg'], ['5 U/L', '5 IU/L'], ['37 Cel', '37 Cel/h']])('%s and %s do not compare, which is not a difference', (a, b) => {
		expect(differ(a, b)).toBeNull();
		expect(differ(b, a)).toBeNull();
	});

	test('mass and amount of substance compare where the molar mass of the analyte is known', () => {
		const glucose = molarMass(['2345-7'], []);
		expect(differ('90 mg/dL', '5.0 mmol/L', glucose)).toBe(false);
		expect(differ('90 mg/dL', '9.0 mmol/L', glucose)).toBe(true);
		expect(differ('1.0 mg/dL', '88.4 umol/L', molarMass([], ['serum', 'creatinine']))).toBe(false);
		expect(molarMass(['1-1'], ['haemoglobin'])).toBeNull();
	});

	test('any text as a unit and any number is answered, the same both ways', () => {
		const amount = fc.record({ value: fc.double({ noNaN: true, noDefaultInfinity: true }), unit: fc.oneof(fc.string(), fc.constantFrom('mg', 'kg', 'mmol/L', '10*9/L', '/', '.', 'mg/', '[', '{', '10*99', 'm-9')), comparator: fc.constantFrom('', '<', '>=', 'x') });
		fc.assert(fc.property(amount, amount, (a, b) => {
			expect(amountsDiffer(a, b, 100)).toBe(amountsDiffer(b, a, 100));
			expect(amountsDiffer(a, a, 100)).toBe(false);
		}), { seed: 20_260_111, numRuns: 500 });
		expect(unitOf('x'.repeat(1000))).toBeNull();
	});
});
