import { describe, expect, test } from 'vitest';
import type { Json } from '../change/change.ts';
import { reconcile } from './reconcile.ts';
import { chartsOf, resource, type WrittenChart, type WrittenEntry } from './testing/ward.ts';

const entry = (name: string, type: string, elements: { readonly [element: string]: Json }): WrittenEntry => ({ name, resource: resource(type, elements) });
const viewOf = (...entries: readonly WrittenEntry[]) => reconcile(chartsOf([{ site: 'A', entries }]));

describe('hostile charts', () => {
	test('two thousand orders of one drug on one day do not make the view quadratic', () => {
		const written: WrittenChart = { site: 'A', entries: Array.from({ length: 2_000 }, (_, n) => entry(`o${n}`, 'MedicationRequest', {
			status: 'active', medicationCodeableConcept: { text: 'amoxicillin' }, authoredOn: n % 2 === 0 ? '2026-01-01' : '2026-01-02', dosageInstruction: [{ text: `dose ${n}` }]
		})) };
		const charts = chartsOf([written]);
		// a quadratic view would run into the time limit of a test
		expect(reconcile(charts).items.length).toBeGreaterThan(0);
	});

	test('names of object machinery as codes, systems, types of value and words', () => {
		const words = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
		const view = viewOf(...words.flatMap((word, n) => [
			entry(`a${n}`, 'AllergyIntolerance', { code: { text: word, coding: [{ system: word, code: word }] }, criticality: word }),
			entry(`m${n}`, 'MedicationRequest', { status: word, intent: word, medicationCodeableConcept: { text: word }, dosageInstruction: [{ doseAndRate: [{ doseQuantity: { value: 1, unit: word } }], timing: { repeat: { frequency: 1, period: 1, periodUnit: word } } }] })
		]));
		expect(view.items).toHaveLength(8);
	});

	test('wrong shapes everywhere read as absent', () => {
		for (const value of [null, 7, true, 'x', [], [null], {}, { coding: 5 }, [{ coding: [7] }]] as readonly Json[]) {
			const shape = (names: readonly string[]): { readonly [element: string]: Json } => Object.fromEntries(names.map((name) => [name, value]));
			const view = viewOf(
				entry('p', 'Patient', shape(['birthDate', 'gender', 'deceasedDateTime'])), entry('a', 'AllergyIntolerance', shape(['code', 'clinicalStatus', 'verificationStatus', 'type', 'category', 'criticality'])),
				entry('c', 'Condition', shape(['code', 'bodySite', 'onsetDateTime', 'clinicalStatus'])), entry('m', 'MedicationRequest', shape(['status', 'medicationReference', 'dosageInstruction', 'authoredOn'])),
				entry('i', 'Immunization', shape(['status', 'vaccineCode', 'occurrenceDateTime', 'lotNumber', 'protocolApplied'])), entry('o', 'Observation', shape(['status', 'code', 'valueQuantity', 'effectiveDateTime'])),
				entry('e', 'Encounter', shape(['status', 'period']))
			);
			expect(view.patients).toHaveLength(1);
			expect(view.items).toHaveLength(6);
		}
	});

	test('doses of zero, infinite and enormous periods give no false equality and no error', () => {
		const dosed = (name: string, value: number, period: number): WrittenEntry => entry(name, 'MedicationRequest', {
			status: 'active', medicationCodeableConcept: { text: 'metformin' }, authoredOn: name,
			dosageInstruction: [{ timing: { repeat: { frequency: 1, period, periodUnit: 'd' } }, doseAndRate: [{ doseQuantity: { value, unit: 'mg' } }] }]
		});
		const view = viewOf(dosed('2026-01-01', 500, 0), dosed('2026-01-02', 500, -1), dosed('2026-01-03', 1e308, 1e-308), dosed('2026-01-04', 500, 1));
		expect(view.discrepancies.map(({ kind }) => kind)).toContain('dose-differs');
	});

	test('a fact in a sentence is cut, whatever length the payload has', () => {
		const view = viewOf(entry('a', 'AllergyIntolerance', { code: { text: 'z'.repeat(60_000) } }));
		expect(Math.max(...view.discrepancies.flatMap(({ facts }) => Object.values(facts)).map((text) => text.length))).toBeLessThanOrEqual(200);
	});
});
