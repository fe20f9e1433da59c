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

	/** Entries that all meet under one key, and none of which is the same as another. */
	const CROWDS: readonly (readonly [string, (n: number) => { readonly [element: string]: Json }])[] = [
		['AllergyIntolerance', (n) => ({ code: { text: `penicillin ${n}` }, criticality: 'high' })],
		['MedicationRequest', (n) => ({ status: 'active', medicationCodeableConcept: { text: 'amoxicillin' }, authoredOn: `20${10 + (n % 80)}-0${1 + (n % 9)}-0${1 + (n % 8)}`, dosageInstruction: [{ text: `dose ${n}` }] })],
		['MedicationStatement', (n) => ({ status: 'active', medicationCodeableConcept: { text: 'metformin' }, dosage: [{ text: `dose ${n}` }] })],
		['Immunization', (n) => ({ status: 'completed', vaccineCode: { text: ['MMR', 'yellow fever', 'varicella'][n % 3] ?? '' }, occurrenceDateTime: new Date(1e12 + n * 1e6).toISOString().slice(0, 10), lotNumber: `L${n}` })],
		['Observation', (n) => ({ status: 'final', code: { text: 'K' }, specimen: { identifier: { system: 's', value: '1' } }, valueQuantity: { value: n, unit: `u${n % 50}` }, effectiveDateTime: '2026-01-01' })],
		['Condition', (n) => ({ code: { text: 'Pregnancy' }, onsetDateTime: `19${10 + (n % 90)}-01-01`, bodySite: [{ text: `place ${n}` }] })],
		['ServiceRequest', () => ({ status: 'active', intent: 'order', code: { text: 'sputum' } })],
		['EpisodeOfCare', () => ({ status: 'active', type: [{ text: 'Antenatal care' }], period: { start: '2026-01-01' } })],
		['Medication', () => ({ code: { text: 'amoxicillin' } })],
		['Patient', (n) => ({ birthDate: `19${10 + (n % 90)}-01-01`, name: [{ family: `F${n}` }], identifier: [{ system: 's', value: `v${n}` }], telecom: [{ value: `0${n}` }] })]
	];

	test.each(CROWDS)('four times as many entries of %s take nowhere near sixteen times as long', (type, elements) => {
		const chart = (count: number) => chartsOf([{ site: 'A', entries: [
			entry('penicillin', 'AllergyIntolerance', { code: { text: 'penicillin' } }), entry('enalapril', 'MedicationRequest', { status: 'active', medicationCodeableConcept: { text: 'enalapril' } }),
			...Array.from({ length: count }, (_, n) => entry(`${type} ${n}`, type, elements(n)))
		] }]);
		const time = (count: number): number => {
			const charts = chart(count);
			const before = process.cpuUsage();
			expect(reconcile(charts).items.length).toBeGreaterThan(0);
			const { user, system } = process.cpuUsage(before);
			return (user + system) / 1e3;
		};
		time(500);
		// Milliseconds are added so that a hiccup of a short run decides nothing.
		expect(time(6_000)).toBeLessThan(10 * time(1_500) + 400);
	}, 60_000);

	test.each([
		['each of its own day and lot', (n: number) => ({ occurrenceDateTime: new Date(1e12 + n * 1e6).toISOString().slice(0, 10), lotNumber: `L${String(n)}` })],
		['one day', (n: number) => ({ occurrenceDateTime: '2020-01-01', lotNumber: `L${String(n)}` })],
		['the first dose, over and over', (n: number) => ({ occurrenceDateTime: new Date(1e12 + n * 3 * 864e5).toISOString().slice(0, 10), protocolApplied: [{ doseNumberPositiveInt: 1 }] })]
	])('ten thousand vaccinations take well under two seconds of processor time: %s', (_, elements) => {
		const charts = chartsOf([{ site: 'A', entries: Array.from({ length: 10_000 }, (_entry, n) => entry(`v${String(n)}`, 'Immunization', { status: 'completed', vaccineCode: { text: ['MMR', 'yellow fever'][n % 2] ?? '' }, ...elements(n) })) }]);
		const before = process.cpuUsage();
		expect(reconcile(charts).items.length).toBeGreaterThan(0);
		const { user, system } = process.cpuUsage(before);
		expect((user + system) / 1e6).toBeLessThan(2);
	}, 30_000);

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
