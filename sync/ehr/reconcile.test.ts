import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../change/change.ts';
import { fakeHash, fakeId } from '../merge/cast.ts';
import { foldCharts } from '../merge/chart.ts';
import { localFormulary } from '../formulary/local.ts';
import { reconcile, type ReconcileOptions } from './reconcile.ts';
import { SharedRecord } from './shared-record.ts';
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

	test('a brand of the site\'s formulary, and a product that an order refers to, are one prescription with what they contain', () => {
		const day = { authoredOn: '2026-01-05' };
		const local = localFormulary([{ resourceType: 'MedicationKnowledge', code: { text: 'Zedcillin' }, ingredient: [{ itemCodeableConcept: { text: 'amoxicillin' } }] }]);
		const charts = chartsOf([at('A', order('one', 'Zedcillin 500 mg', day)), at('B', order('two', 'amoxicillin 500 mg', day))]);
		const orders = (options: ReconcileOptions = {}) => reconcile(charts, options).items.filter(({ type }) => type === 'MedicationRequest').map(({ sources }) => sources.length);
		expect([orders(), orders({ local })]).toEqual([[1, 1], [2]]);
		// kept while the formulary is edited: as if it were gathered anew
		const record = new SharedRecord();
		for (const edits of [null, local, null, local]) expect(record.view(charts, { local: edits })).toEqual(reconcile(charts, { local: edits }));

		const product: WrittenEntry = { name: 'product', resource: resource('Medication', { code: { text: 'amoxicillin' } }) };
		const refers: WrittenEntry = { name: 'one', resource: resource('MedicationRequest', { status: 'active', intent: 'order', medicationReference: { reference: `Medication/${fakeId('product')}` }, ...day }) };
		const referring = chartsOf([at('A', product, refers), at('B', order('two', 'amoxicillin 500 mg', day))]);
		expect(reconcile(referring).items.filter(({ type }) => type === 'MedicationRequest').map(({ sources }) => sources.length)).toEqual([2]);
		// the product arrives after the order that refers to it
		const later = new SharedRecord();
		later.view(referring.map((chart) => ({ ...chart, resources: new Map([...chart.resources].filter(([, { type }]) => type !== 'Medication')) })));
		expect(later.view(referring)).toEqual(reconcile(referring));
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

describe('nothing is joined that is not the same', () => {
	const drawn = (name: string, code: string, value: number, extras: { readonly [element: string]: Json } = {}): WrittenEntry =>
		({ name, resource: resource('Observation', { status: 'final', code: { text: code }, valueQuantity: { value, unit: 'mmol/L' }, ...extras }) });
	const shown = (...charts: readonly WrittenChart[]) => reconcile(chartsOf(charts)).items.map(({ sources }) => sources.length);
	const number = [{ system: 'urn:paper', value: '77' }];

	test('the medicines of one prescription, which bear its number', () => {
		expect(shown(at('A', order('warfarin', 'Warfarin 5 mg', { identifier: number }), order('amoxicillin', 'Amoxicillin 500 mg', { identifier: number })))).toEqual([1, 1]);
	});

	test('two allergies that two sites numbered from one, or that one entry was told apart into', () => {
		const numbered = ({ name, resource: entry }: WrittenEntry, identifier: Json): WrittenEntry => ({ name, resource: { ...entry, identifier } });
		for (const identifier of [[{ value: '1' }], number]) {
			expect(shown(at('A', numbered(allergy('one', 'Peanut'), identifier)), at('B', numbered(allergy('two', 'Penicillin'), identifier)))).toEqual([1, 1]);
		}
	});

	test('the results of one sample, and two values under one number', () => {
		expect(shown(at('A', drawn('K', 'Potassium', 7, { identifier: number }), drawn('Na', 'Sodium', 140, { identifier: number })))).toEqual([1, 1]);
		expect(shown(at('A', drawn('first', 'Potassium', 7, { identifier: number })), at('B', drawn('amended', 'Potassium', 4, { identifier: number })))).toEqual([1, 1]);
		expect(shown(at('A', drawn('first', 'Potassium', 7, { identifier: number })), at('B', drawn('copy', 'Potassium', 7, { identifier: number })))).toEqual([2]);
	});

	test('a report that says benign and one that says malignant', () => {
		const report = (name: string, conclusion: string): WrittenEntry => ({ name, resource: resource('DiagnosticReport', { status: 'final', code: { text: 'Biopsy' }, effectiveDateTime: '2026-01-03', conclusion }) });
		expect(shown(at('A', report('one', 'benign')), at('B', report('two', 'malignant')))).toEqual([1, 1]);
		expect(shown(at('A', report('one', 'benign')), at('B', report('two', 'Benign.')))).toEqual([2]);
	});

	test('the doses of a year, by a card that says only the year', () => {
		const dose = (name: string, day: string): WrittenEntry => ({ name, resource: resource('Immunization', { status: 'completed', vaccineCode: { text: 'MMR' }, occurrenceDateTime: day }) });
		expect(shown(at('A', dose('card', '2020')), at('B', dose('first', '2020-01-10'), dose('second', '2020-06-10')))).toEqual([1, 1, 1]);
	});

	test('morphine twice a day and morphine when needed, ordered on one day', () => {
		const dosed = (repeat: Json): Json => [{ ...(repeat === null ? { asNeededBoolean: true } : { timing: { repeat } }), doseAndRate: [{ doseQuantity: { value: 10, unit: 'mg' } }] }];
		const day = { authoredOn: '2026-01-03' };
		const view = reconcile(chartsOf([at('A', order('regular', 'Morphine', { ...day, dosageInstruction: dosed({ frequency: 2, period: 1, periodUnit: 'd' }) }), order('rescue', 'Morphine', { ...day, dosageInstruction: dosed(null) }))]));
		expect(view.items).toHaveLength(2);
		expect(view.discrepancies.map(({ kind }) => kind)).toContain('duplicate-active-order');
	});
});

describe('doses that differ are said to differ', () => {
	const given = (value: number, unit: string, when: Json = { timing: { repeat: { frequency: 1, period: 1, periodUnit: 'd' } } }): { [element: string]: Json } =>
		({ ...(when as { [element: string]: Json }), doseAndRate: [{ doseQuantity: { value, unit } }] });
	const doses = (drug: string, ...dosages: readonly (readonly { readonly [element: string]: Json }[])[]) => {
		const charts = dosages.map((dosageInstruction, n) => at(`site ${n}`, order(`order ${n}`, drug, { authoredOn: '2026-01-03', identifier: [{ system: 'urn:paper', value: '77' }], dosageInstruction })));
		return reconcile(chartsOf(charts)).discrepancies.filter(({ kind }) => kind === 'dose-differs' || kind === 'cannot-compare').map(({ facts }) => facts['values']);
	};

	test('however small they are, and with all their figures', () => {
		expect(doses('Levothyroxine', [given(25, 'mcg')], [given(30, 'mcg')])).toEqual(['0.025 mg per day | 0.03 mg per day']);
		expect(doses('Digoxin', [given(62.5, 'mcg')], [given(0.06, 'mg')])).toEqual(['0.06 mg per day | 0.0625 mg per day']);
	});

	test('where one adds a dose when needed, or a part in other units', () => {
		const regular = given(10, 'mg');
		expect(doses('Morphine', [regular], [regular, given(5, 'mg', { asNeededBoolean: true })])).toEqual(['10 mg per day | 10 mg per day and 5 mg at a time']);
		expect(doses('Morphine', [regular], [regular, given(100, 'drop')])).toEqual(['10 mg and 100 drop per day | 10 mg per day']);
		expect(doses('Morphine', [regular, given(100, 'drop')], [regular, given(100, 'drop')])).toEqual([]);
	});

	test('where the rate of a drip does', () => {
		const rate = (value: number): { [element: string]: Json } => ({ doseAndRate: [{ rateQuantity: { value, unit: 'mg/h' } }] });
		expect(doses('Morphine', [rate(5)], [rate(50)])).toEqual(['5 mg/h | 50 mg/h']);
	});

	test('eye drops and an injection of one day stay two orders', () => {
		const by = (name: string, text: string): WrittenEntry => order(name, 'Gentamicin', { authoredOn: '2026-01-03', dosageInstruction: [{ route: { text } }] });
		expect(reconcile(chartsOf([at('A', by('drops', 'eye'), by('injection', 'intravenous'))])).items).toHaveLength(2);
	});
});

describe('what two people wrote into one entry at once is checked in every reading', () => {
	const changed = ({ name, resource: first }: WrittenEntry, ...edits: readonly { readonly [element: string]: Json }[]): WrittenEntry =>
		({ name, resource: first, edits: edits.map((edit, n) => ({ by: `writer ${n}`, resource: edit })) });
	const kinds = (...entries: readonly WrittenEntry[]) => reconcile(chartsOf([at('A', ...entries)])).discrepancies.map(({ kind }) => kind);

	test('an order that one took back while another renewed it still clashes with the allergy', () => {
		const contested = changed(order('amoxicillin', 'Amoxicillin 500 mg', { status: 'draft' }), { status: 'active' }, { status: 'entered-in-error' });
		expect(kinds(allergy('penicillin', 'Penicillin'), contested)).toEqual(expect.arrayContaining(['allergy-against-prescription', 'value-conflict']));
	});

	test('two orders of a medicine are two, whichever reading of the one leads', () => {
		const contested = changed(order('one', 'Warfarin 5 mg'), { intent: 'order', medicationCodeableConcept: { text: 'Amoxicillin 500 mg' } }, { intent: 'order', medicationCodeableConcept: { text: 'Ibuprofen 400 mg' } });
		for (const other of ['Amoxicillin 250 mg', 'Ibuprofen 200 mg']) expect(kinds(contested, order('two', other, { authoredOn: '2026-01-03' })), other).toContain('duplicate-active-order');
	});

	test('a blood group that two people read differently is held against the one known', () => {
		const group = (value: string, status = 'preliminary') => ({ status, code: { text: 'Blood group' }, valueString: value });
		const read = (name: string, value: string, status?: string): WrittenEntry => ({ name, resource: resource('Observation', group(value, status)) });
		for (const known of ['A pos', 'B neg']) expect(kinds(changed(read('new', 'A pos'), group('A pos'), group('B neg')), read('known', known, 'final')), known).toContain('blood-group-differs');
	});

	test('"no known allergies" that another made into an allergy is held against the others, not against itself', () => {
		const contested = changed(allergy('entry', 'No known allergies'), { code: { text: 'No known allergies' } }, { code: { text: 'Penicillin' } });
		expect(kinds(contested)).not.toContain('no-known-allergies-against-allergy');
		expect(kinds(contested, allergy('other', 'Latex'))).toContain('no-known-allergies-against-allergy');
	});
});
