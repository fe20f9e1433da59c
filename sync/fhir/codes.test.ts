import { describe, expect, it } from 'vitest';
import * as codes from './codes.ts';
import { TABLE } from '../merge/rules/table.ts';

const LOINC = /^\d{1,5}-\d$/;

/** LOINC's check digit, mod 10 (Luhn) over the number before the hyphen. Source: LOINC Users' Guide, appendix on check digits. */
function loincCheckDigit(number: string): number {
	const sum = [...number].reverse().map(Number).reduce((total, digit, place) => {
		const doubled = place % 2 === 0 ? digit * 2 : digit;
		return total + (doubled > 9 ? doubled - 9 : doubled);
	}, 0);
	return (10 - (sum % 10)) % 10;
}

describe('code tables', () => {
	it('have LOINC codes whose check digit is right', () => {
		for (const { code } of [...codes.VITAL_SIGNS, codes.BLOOD_PRESSURE_PANEL, codes.PROGRESS_NOTE]) {
			expect(code).toMatch(LOINC);
			const [number = '', check] = code.split('-');
			expect(Number(check), code).toBe(loincCheckDigit(number));
		}
	});

	it('have each code once', () => {
		for (const list of [codes.VACCINES, codes.VITAL_SIGNS, codes.CONDITION_CLINICAL, codes.MEDICATION_REQUEST_STATUS]) {
			expect(new Set(list.map(({ code }) => code)).size).toBe(list.length);
		}
		for (const { code } of codes.VACCINES) expect(code).toMatch(/^\d{2,3}$/);
	});

	it('ask before they refuse, and say where a bound comes from', () => {
		for (const { display, expected, possible, source } of codes.VITAL_SIGNS) {
			expect(possible.min, display).toBeLessThanOrEqual(expected.min);
			expect(expected.min, display).toBeLessThan(expected.max);
			expect(expected.max, display).toBeLessThanOrEqual(possible.max);
			expect(source, display).not.toBe('');
		}
		expect(codes.vitalSign('8480-6')?.ucum).toBe('mm[Hg]');
		expect(codes.vitalSign('constructor')).toBeNull();
	});

	it('are all ranked where a merge rule ranks that status', () => {
		const ranks = (type: 'AllergyIntolerance' | 'Condition' | 'MedicationRequest', group: string): readonly string[] => {
			const row = TABLE[type].find((candidate) => candidate.group === group);
			return row?.rule === 'safest' ? row.order.ranks : row?.rule === 'both' ? (row.leads?.ranks ?? []) : [];
		};
		for (const { code } of codes.ALLERGY_CLINICAL) expect(ranks('AllergyIntolerance', 'status')).toContain(code);
		for (const { code } of codes.ALLERGY_CRITICALITY) expect(ranks('AllergyIntolerance', 'criticality')).toContain(code);
		for (const { code } of codes.CONDITION_CLINICAL) expect(ranks('Condition', 'status')).toContain(code);
		for (const { code } of codes.MEDICATION_REQUEST_STATUS) expect(ranks('MedicationRequest', 'status')).toContain(code);
		for (const { code } of codes.REQUEST_PRIORITY) expect(ranks('MedicationRequest', 'priority')).toContain(code);
	});
});
