import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../change/change.ts';
import { fakeHash, fakeId } from '../merge/cast.ts';
import { foldCharts } from '../merge/chart.ts';
import { reconcile } from './reconcile.ts';
import { changesOf, chartsOf, inWords, resource, type WrittenChart, type WrittenEntry } from './testing/ward.ts';

const patient = (site: string): WrittenEntry => ({ name: `patient ${site}`, resource: resource('Patient', { name: [{ family: 'Faye', given: ['Awa'] }], birthDate: '1990-05-14' }) });
const allergy = (name: string, text: string): WrittenEntry => ({ name, resource: resource('AllergyIntolerance', { code: { text } }) });
const order = (name: string, text: string, extras: { readonly [element: string]: Json } = {}): WrittenEntry =>
	({ name, resource: resource('MedicationRequest', { status: 'active', intent: 'order', medicationCodeableConcept: { text }, ...extras }) });
const at = (site: string, ...entries: readonly WrittenEntry[]): WrittenChart => ({ site, entries: [patient(site), ...entries] });

describe('the EHR view', () => {
	test('shows one fact once, and every source of it with site, author and time from the headers', () => {
		const view = reconcile(chartsOf([at('A', allergy('one', 'Penicillin')), at('B', allergy('two', 'penicillin'))]));
		const [item] = view.items;
		expect(item?.sources.map(({ site }) => site).sort()).toEqual([fakeId('site A'), fakeId('site B')].sort());
		for (const source of item?.sources ?? []) {
			expect(source.actor).toBe(fakeHash('actor Asha'));
			expect(source.hlc).toBe(source.state.changes.at(-1)?.change.hlc);
			expect(source.resource['code']).toBeDefined();
		}
		expect(item?.discrepancies).toEqual(view.discrepancies.map(({ id }) => id));
	});

	test('attack 52: an author or time inside a payload does not reach the sources', () => {
		const forged: WrittenEntry = { name: 'forged', by: 'Mallory', resource: resource('AllergyIntolerance', { code: { text: 'latex' }, recorder: { display: 'Dr. Asha' }, recordedDate: '1999-01-01' }) };
		const [item] = reconcile(chartsOf([at('A', forged)])).items;
		expect(item?.lead.actor).toBe(fakeHash('actor Mallory'));
		expect(item?.lead.hlc.slice(0, 12)).toBe(item?.lead.state.changes[0]?.change.hlc.slice(0, 12));
	});

	test('says which charts are copies from elsewhere', () => {
		const view = reconcile(chartsOf([at('A'), { ...at('B'), relayed: true }]));
		expect(view.charts.map(({ held }) => held).sort()).toEqual(['native', 'relayed']);
	});

	test('a chart held twice, as its own and as copies, counts once', () => {
		const written = [at('A', allergy('one', 'Penicillin'))];
		const once = chartsOf(written);
		const view = reconcile([...once, ...chartsOf(written.map((chart) => ({ ...chart, relayed: true })))]);
		expect(inWords(view, written)).toEqual(inWords(reconcile(once), written));
	});

	test('leaves the charts untouched, and an empty set of charts is an empty view', () => {
		const charts = chartsOf([at('A', allergy('one', 'Penicillin')), at('B', order('two', 'amoxicillin'))]);
		const before = JSON.stringify(charts.map(({ resources }) => [...resources.keys()]));
		reconcile(charts);
		expect(JSON.stringify(charts.map(({ resources }) => [...resources.keys()]))).toBe(before);
		expect(reconcile([])).toEqual({ charts: [], demographics: [], patients: [], items: [], discrepancies: [] });
	});

	test('without the link, each chart alone has no alert of the other', () => {
		const charts = chartsOf([at('A', allergy('one', 'Penicillin')), at('B', order('two', 'amoxicillin'))]);
		expect(reconcile(charts).discrepancies.map(({ kind }) => kind)).toEqual(['allergy-against-prescription']);
		for (const chart of charts) expect(reconcile([chart]).discrepancies).toEqual([]);
	});

	test('a drug changed at once by two people is checked in both readings', () => {
		const changed: WrittenEntry = {
			...order('order', 'erythromycin'), edits: [
				{ by: 'Chidi', resource: { intent: 'order', medicationCodeableConcept: { text: 'amoxicillin' } } },
				{ by: 'Dora', resource: { intent: 'order', medicationCodeableConcept: { text: 'doxycycline' } } }
			]
		};
		const kinds = reconcile(chartsOf([at('A', allergy('one', 'Penicillin'), changed)])).discrepancies.map(({ kind }) => kind);
		expect(kinds).toContain('allergy-against-prescription');
		expect(kinds).toContain('value-conflict');
	});

	test('any set of entries in any order gives the same view, and no reading throws', () => {
		const words = fc.constantFrom('Penicillin', 'amoxicillin', 'Co-trimoxazole', 'No known allergies', 'asthma', 'x', '');
		const value = fc.oneof(fc.constant(null), fc.boolean(), fc.integer(), words, fc.array(words, { maxLength: 2 }), fc.record({ text: words }), fc.record({ coding: fc.array(fc.record({ code: words }), { maxLength: 2 }) }));
		const entry = fc.record({
			type: fc.constantFrom('AllergyIntolerance', 'MedicationRequest', 'Condition', 'Immunization', 'Observation', 'Encounter'),
			site: fc.constantFrom('A', 'B', 'C'), code: value, status: value, when: fc.oneof(fc.constantFrom('2025-01-01', '2025', 'x'), fc.integer())
		});
		const properties: { readonly [type: string]: readonly [string, string, string] } = {
			AllergyIntolerance: ['code', 'clinicalStatus', 'recordedDate'], MedicationRequest: ['medicationCodeableConcept', 'status', 'authoredOn'],
			Condition: ['code', 'clinicalStatus', 'onsetDateTime'], Immunization: ['vaccineCode', 'status', 'occurrenceDateTime'],
			Observation: ['code', 'status', 'effectiveDateTime'], Encounter: ['class', 'status', 'period']
		};
		fc.assert(fc.property(fc.array(entry, { maxLength: 12 }), fc.infiniteStream(fc.nat(1000)), (entries, order2) => {
			const written = entries.map(({ type, site, code, status, when }, place): WrittenChart => {
				const [a = 'code', b = 'status', c = 'id'] = properties[type] ?? [];
				return { site, entries: [{ name: `${place}`, resource: resource(type, { [a]: code, [b]: status, [c]: when }) }] };
			});
			const changes = changesOf(written);
			const shuffled = changes.map((change) => ({ change, at: order2.next().value ?? 0 })).sort((x, y) => x.at - y.at).map(({ change }) => change);
			expect(inWords(reconcile(foldCharts(shuffled)), written)).toEqual(inWords(reconcile(foldCharts(changes)), written));
		}), { seed: 42, numRuns: 150 });
	});

	test('2,000 entries at four sites, told twice each, are one view, the same when asked again', () => {
		const diagnoses = ['asthma', 'malaria', 'hypertension', 'diabetes', 'anaemia', 'fracture', 'otitis', 'cataract'];
		const written = ['A', 'B', 'C', 'D'].map((site) => at(site, ...Array.from({ length: 500 }, (_, n): WrittenEntry => {
			const day = `20${10 + (n % 15)}-0${1 + (n % 9)}-1${n % 9}`;
			if (n % 10 === 0) return order(`${site}${n}`, 'Amoxicillin 250 MG Oral Capsule', { authoredOn: day, status: n % 20 === 0 ? 'active' : 'stopped' });
			if (n % 10 === 1) return { name: `${site}${n}`, resource: resource('Condition', { code: { text: `${diagnoses[n % 8] ?? ''} ${n % 40}` }, onsetDateTime: day }) };
			if (n % 100 === 2) return allergy(`${site}${n}`, ['Penicillin', 'Latex', 'Ibuprofen', 'Egg', 'Sulfa'][n % 5] ?? '');
			return { name: `${site}${n}`, resource: resource('Observation', { status: 'final', code: { text: 'Body weight' }, effectiveDateTime: `${day}T08:${10 + (n % 50)}`, valueQuantity: { value: n, unit: 'kg' } }) };
		})));
		const charts = chartsOf(written);
		const view = reconcile(charts);
		expect(view.items.length).toBeLessThan(2_000);
		expect(reconcile(charts)).toEqual(view);
	});
});

describe('the id of a discrepancy', () => {
	const idsOf = (...charts: readonly WrittenChart[]): readonly string[] => reconcile(chartsOf(charts)).discrepancies.map(({ id }) => id);

	test('stays the same while the same is said of the same entries', () => {
		const a = at('A', allergy('one', 'Penicillin'));
		expect(idsOf(a, at('B', order('two', 'amoxicillin')))).toEqual(idsOf(at('B', order('two', 'Amoxicillin 250 MG Oral Capsule')), a));
	});

	test('is another one when an order is changed to a drug that clashes more, or to another dose', () => {
		const a = at('A', allergy('one', 'Penicillin'));
		expect(idsOf(a, at('B', order('two', 'ceftriaxone')))).not.toEqual(idsOf(a, at('B', order('two', 'amoxicillin'))));
		const dosed = (text: string): WrittenChart => at('B', order('two', 'metformin', { authoredOn: '2026-01-02', dosageInstruction: [{ text }] }));
		const first = at('A', order('one', 'metformin', { authoredOn: '2025-01-01', dosageInstruction: [{ text: '500 mg daily' }] }));
		expect(idsOf(first, dosed('850 mg daily'))).not.toEqual(idsOf(first, dosed('8500 mg daily')));
	});
});
