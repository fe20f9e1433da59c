/** Entries in the wrong chart or under the wrong label, put right by people at two clinics and a region. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Id } from '../../change/change.ts';
import type { FhirResource } from '../../fhir/resource.ts';
import { memoryStore } from '../../store/testing.ts';
import type { ChartRef, Entry } from '../api.ts';
import type { ConflictReview, EntryOnScreen } from '../review-api.ts';
import type { Device } from '../device.ts';
import { Clinics, everybodySyncs, must, view } from '../testing/clinics.ts';
import { around, openTab } from '../testing/interrupted.ts';

const patient = (family: string): FhirResource => ({ resourceType: 'Patient', name: [{ family }], birthDate: '1980-03-01' });
const visit: FhirResource = { resourceType: 'Encounter', status: 'finished', class: { code: 'AMB' } };
const weight = (kg: number, encounter?: Id): FhirResource => ({
	resourceType: 'Observation', status: 'final', code: { text: 'Weight' }, valueQuantity: { value: kg, unit: 'kg' },
	...(encounter === undefined ? {} : { encounter: { reference: `Encounter/${encounter}` } })
});
const entriesOf = async (device: Device, ref: ChartRef, type: string): Promise<readonly Entry[]> => (await view(device, ref)).entries.filter((entry) => entry.type === type);
const seenOf = async (device: Device, ref: ChartRef, ...ids: readonly Id[]) => (await view(device, ref)).entries.filter(({ id }) => ids.includes(id)).map(({ id, heads }) => ({ id, heads }));
const lines = async (device: Device, ref: ChartRef): Promise<unknown[]> => (await entriesOf(device, ref, 'Communication')).map(({ resource }) => (resource['topic'] as { coding: [{ code: string }] }).coding[0].code);

describe('an entry that belongs to another patient', () => {
	let clinics: Clinics;
	let region: Device;
	let amina: Device;
	let alma: Device;
	let ben: Device;
	/** at clinic A, at clinic B (the same person as `right`), and the wrong chart at A */
	let right: ChartRef;
	let atB: ChartRef;
	let wrong: ChartRef;
	let encounter: Id;
	let measured: Id;
	/** the entries as they were on screen before anything was moved */
	let seen: readonly EntryOnScreen[] = [];
	/** what happens before parts of charts are stored */
	let atCharts: () => unknown = () => undefined;

	beforeAll(async () => {
		clinics = await Clinics.found();
		region = clinics.owner;
		const store = await memoryStore();
		amina = await openTab({ ...store, charts: around(store.charts, 'put', { before: () => atCharts() }) }, 'test');
		clinics.devices.push(amina);
		await clinics.join('Amina Nurse', amina, [{ site: clinics.a, role: 'clinician' }]);
		alma = await clinics.join('Alma Nurse', await clinics.device('alma'), [{ site: clinics.a, role: 'clinician' }]);
		ben = await clinics.join('Ben Nurse', await clinics.device('ben'), [{ site: clinics.b, role: 'clinician' }]);
		wrong = await must(amina.registerPatient({ site: clinics.a, patient: patient('Phiri') }));
		right = await must(amina.registerPatient({ site: clinics.a, patient: patient('Banda') }));
		atB = await must(ben.registerPatient({ site: clinics.b, patient: patient('Phiri') }));
		encounter = (await must(alma.save({ ref: wrong, comp: 'clinical', resource: visit, heads: [] }))).id;
		measured = (await must(alma.save({ ref: wrong, comp: 'clinical', resource: weight(61, encounter), heads: [] }))).id;
		await everybodySyncs(amina, alma, ben, region);
		await must(region.link({ a: wrong, b: atB }));
		await everybodySyncs(region, amina, alma, ben, amina);
		expect((await view(ben, atB)).ehr?.items.filter(({ type }) => type === 'Observation').length).toBe(1);
		await clinics.stopHub();
	}, 120_000);
	afterAll(() => clinics.close());

	it('stays where it is when the disk fails half way, and nothing is missing anywhere', async () => {
		atCharts = () => {
			atCharts = () => undefined;
			throw new Error('the disk failed');
		};
		seen = await seenOf(amina, wrong, encounter, measured);
		expect((await amina.moveToPatient({ from: wrong, entries: seen, to: right, reason: 'Wrong folder on the desk' })).ok).toBe(false);
		const both = [...(await entriesOf(amina, wrong, 'Observation')), ...(await entriesOf(amina, right, 'Observation'))];
		expect(both.some(({ retracted }) => !retracted)).toBe(true);
	});

	it('is written nowhere twice when the move is repeated', async () => {
		const first = await must(amina.moveToPatient({ from: wrong, entries: [...seen].reverse(), to: right, reason: 'Wrong folder on the desk' }));
		expect(await must(amina.moveToPatient({ from: wrong, entries: seen, to: right, reason: 'Wrong folder on the desk' }))).toEqual(first);
		expect((await entriesOf(amina, right, 'Observation')).length).toBe(1);
		expect((await entriesOf(amina, right, 'Encounter')).length).toBe(1);
		const [there] = await entriesOf(amina, right, 'Observation');
		expect(there?.state.changes.length).toBe(1);
		const [here] = await entriesOf(amina, wrong, 'Observation');
		expect(here?.state.changes.length).toBe(2);
		expect([await lines(amina, wrong), await lines(amina, right)]).toEqual([['moved-away'], ['moved-here']]);
	});

	it('is not moved with what arrived after it was looked at: that is said, and nothing is written', async () => {
		const from = await must(amina.registerPatient({ site: clinics.a, patient: patient('Tembo') }));
		const { id, heads } = await must(amina.save({ ref: from, comp: 'clinical', resource: weight(64), heads: [] }));
		await must(amina.save({ ref: from, comp: 'clinical', resource: { ...weight(64), id, note: [{ text: 'of his brother' }] }, heads }));
		const outcome = await amina.moveToPatient({ from, entries: [{ id, heads }], to: right, reason: 'wrong' });
		expect(outcome).toMatchObject({ ok: false, error: { code: 'stale', message: 'Something new was written to this entry since you opened it. Nothing was moved. Look at it again first.' } });
		expect((await entriesOf(amina, from, 'Observation')).map(({ retracted }) => retracted)).toEqual([false]);
		expect((await entriesOf(amina, right, 'Observation')).length).toBe(1);
		await must(amina.moveToPatient({ from, entries: await seenOf(amina, from, id), to: await must(amina.registerPatient({ site: clinics.a, patient: patient('Sakala') })), reason: 'wrong' }));
	});

	it('stays struck through where it was, with who, why, and that it is another patient\'s', async () => {
		const [here] = await entriesOf(amina, wrong, 'Observation');
		expect(here).toMatchObject({ retracted: true, retraction: { otherPatient: true, reason: 'Wrong folder on the desk', by: { member: 'Amina Nurse' } } });
		expect(here?.resource).toMatchObject({ valueQuantity: { value: 61 } });
	});

	it('attack 52: says in its new place who moved it, and by the original\'s verified header who recorded it', async () => {
		const [there] = await entriesOf(amina, right, 'Observation');
		expect(there).toMatchObject({
			retracted: false, recorded: { member: 'Amina Nurse' },
			origin: { how: 'moved', from: wrong, id: measured, by: { member: 'Amina Nurse' }, original: { member: 'Alma Nurse', siteName: 'Clinic A' }, altered: false }
		});
		const [original] = (await entriesOf(amina, wrong, 'Observation')).map(({ recorded }) => recorded.at);
		expect(there?.origin?.original?.at).toBe(original);
		const [visited] = await entriesOf(amina, right, 'Encounter');
		expect(there?.resource['encounter']).toEqual({ reference: `Encounter/${visited?.id ?? ''}` });
	});

	it('warns wherever it was relayed', async () => {
		await clinics.startHub();
		await everybodySyncs(amina, ben, region);
		const chart = await view(ben, atB);
		expect(chart.misplaced?.map(({ id, type, retraction }) => [id, type, retraction.otherPatient]).sort()).toEqual([[encounter, 'Encounter', true], [measured, 'Observation', true]].sort());
		expect(chart.ehr?.items.filter(({ type }) => type === 'Observation')).toEqual([]);
		expect(chart.ehr?.items.filter(({ type }) => type === 'Communication').length).toBe(1);
	});

	it('keeps its author when it goes to another site, for readers of that site alone', async () => {
		const [there] = await entriesOf(amina, right, 'Observation');
		await must(region.takeOn(clinics.a));
		await must(region.takeOn(clinics.b));
		await everybodySyncs(region);
		const other = await must(ben.registerPatient({ site: clinics.b, patient: patient('Mwale') }));
		await everybodySyncs(ben, region);
		if (there === undefined) throw new Error('not there');
		await must(region.moveToPatient({ from: right, entries: [there], to: other, reason: 'It was Mwale at B' }));
		await everybodySyncs(region, ben);
		const [at] = await entriesOf(ben, other, 'Observation');
		expect(at).toMatchObject({ origin: { how: 'moved', by: { member: 'Olive Owner', siteName: 'Clinic B' }, original: { member: 'Amina Nurse', siteName: 'Clinic A' }, altered: false } });
		expect((await ben.openChart(right)).ok).toBe(false);
	});

	it('is refused while two versions of it stand, without a reason, and where the user may not write', async () => {
		const codes = async (device: Device, from: ChartRef, ids: readonly Id[], to: ChartRef, reason: string): Promise<string> => {
			const outcome = await device.moveToPatient({ from, entries: await seenOf(device, from, ...ids), to, reason });
			return outcome.ok ? 'moved' : outcome.error.code;
		};
		const order = (await must(amina.save({ ref: wrong, comp: 'clinical', resource: weight(70), heads: [] }))).id;
		await everybodySyncs(amina, alma);
		await clinics.stopHub();
		for (const [device, kg] of [[amina, 71], [alma, 72]] as const) {
			const entry = (await entriesOf(device, wrong, 'Observation')).find(({ id }) => id === order);
			if (entry === undefined) throw new Error('not there');
			await must(device.save({ ref: wrong, comp: 'clinical', resource: { ...entry.resource, status: 'corrected', valueQuantity: { value: kg, unit: 'kg' } }, heads: entry.heads }));
		}
		await clinics.startHub();
		await everybodySyncs(amina, alma, amina);
		expect(await codes(amina, wrong, [order], right, 'wrong')).toBe('in-conflict');
		expect(await codes(amina, wrong, [encounter], right, ' ')).toBe('no-reason');
		const atBens = await must(ben.registerPatient({ site: clinics.b, patient: patient('Zulu') }));
		expect(await codes(ben, wrong, [encounter], atBens, 'wrong')).toBe('not-allowed');
		expect(await codes(ben, wrong, [encounter], atB, 'wrong')).toBe('same-person');
		expect(await codes(amina, wrong, [encounter], wrong, 'wrong')).toBe('same-chart');
	});
});

describe('an entry under the wrong label', () => {
	let clinics: Clinics;
	let amina: Device;
	let ben: Device;
	let region: Device;
	let atA: ChartRef;
	let atB: ChartRef;
	const problem: FhirResource = { resourceType: 'Condition', code: { text: 'HIV infection' }, abatementDateTime: '2020' };

	beforeAll(async () => {
		clinics = await Clinics.found();
		region = clinics.owner;
		amina = await clinics.join('Amina Nurse', await clinics.device('amina'), [{ site: clinics.a, role: 'lead' }]);
		ben = await clinics.join('Ben Nurse', await clinics.device('ben'), [{ site: clinics.b, role: 'clinician' }]);
		atA = await must(amina.registerPatient({ site: clinics.a, patient: patient('Banda') }));
		atB = await must(ben.registerPatient({ site: clinics.b, patient: patient('Banda') }));
		await everybodySyncs(amina, ben, region);
		await must(region.link({ a: atA, b: atB }));
		await must(amina.save({ ref: atA, comp: 'clinical', resource: problem, heads: [] }));
		await everybodySyncs(region, amina, ben, amina, ben);
		expect((await view(ben, atB)).ehr?.items.filter(({ type }) => type === 'Condition').length).toBe(1);
	}, 120_000);
	afterAll(() => clinics.close());

	it('is a new entry in the other compartment and a bare retraction, which goes where the old one went; the new one does not', async () => {
		const [before] = await entriesOf(amina, atA, 'Condition');
		if (before === undefined) throw new Error('no entry');
		const other = await must(amina.save({ ref: atA, comp: 'clinical', resource: { ...problem, id: before.id, code: { text: 'HIV infection' }, note: [{ text: 'told me so himself' }] }, heads: before.heads }));
		const unseen = await amina.relabel({ ref: atA, id: before.id, heads: before.heads, comp: 'restricted', reason: 'He asked for it' });
		expect(unseen.ok ? '' : unseen.error.code).toBe('stale');
		const receipt = await must(amina.relabel({ ref: atA, id: before.id, heads: other.heads, comp: 'restricted', reason: 'He asked for it' }));
		expect(await must(amina.relabel({ ref: atA, id: before.id, heads: other.heads, comp: 'restricted', reason: 'He asked for it' }))).toMatchObject({ id: receipt.id, change: null });
		await everybodySyncs(amina, ben, region);
		const [old, made] = [...(await entriesOf(amina, atA, 'Condition'))].sort((a) => (a.id === before.id ? -1 : 1));
		expect(made).toMatchObject({ id: receipt.id, comp: 'restricted', retracted: false, origin: { how: 'relabelled', original: { member: 'Amina Nurse' }, reason: 'He asked for it' } });
		expect(old).toMatchObject({ comp: 'clinical', retracted: true, retraction: { reason: null, otherPatient: false } });
		expect(old?.resource['code']).toEqual({ text: 'HIV infection' });
		expect(JSON.stringify(old?.state.changes.at(-1)?.change)).not.toMatch(/asked|restricted|relabel/);
		const chart = await view(ben, atB);
		expect(chart.ehr?.items.filter(({ type }) => type === 'Condition')).toEqual([]);
		expect(chart.misplaced).toEqual([]);
	});

	it('is shown in its new place, in its history and in the queue, only to who gives a reason', async () => {
		const made = (await entriesOf(amina, atA, 'Condition')).find(({ comp }) => comp === 'restricted');
		if (made === undefined) throw new Error('not relabelled');
		const lea = await clinics.join('Lea Lead', await clinics.device('lea'), [{ site: clinics.a, role: 'lead' }]);
		await must(region.takeOn(clinics.a));
		await everybodySyncs(lea, region);
		await clinics.stopHub();
		await must(lea.breakGlass({ ref: atA, reason: 'His doctor' }));
		for (const [device, text] of [[amina, 'HIV infection, stage 2'], [lea, 'HIV infection, stage 3']] as const) {
			await must(device.save({ ref: atA, comp: 'restricted', resource: { ...made.resource, code: { text } }, heads: made.heads }));
		}
		await clinics.startHub();
		await everybodySyncs(amina, lea, amina, region);
		const questions = async (device: Device): Promise<readonly ConflictReview[]> => {
			const lines = (await must(device.reviews({ site: clinics.a, limit: 9 }))).items.filter(({ kind }) => kind === 'conflict');
			const items = await Promise.all(lines.map((line) => must(device.openReview(line))));
			return items.flatMap((item) => (item?.kind === 'conflict' ? [item] : []));
		};
		expect((await questions(amina)).map(({ values }) => values.length)).toEqual([2]);
		const [behind] = await questions(region);
		expect(behind).toMatchObject({ comp: 'restricted', values: [], choices: [], writable: false });
		expect(JSON.stringify(behind)).not.toContain('HIV');
		const refused = await region.history({ ref: atA, id: made.id, group: null });
		expect(refused.ok ? '' : refused.error.code).toBe('restricted');
		await must(region.breakGlass({ ref: atA, reason: 'Asked to decide' }));
		expect((await questions(region)).map(({ values }) => values.length)).toEqual([2]);
		expect((await must(region.history({ ref: atA, id: made.id, group: 'problem' })))[0]?.entries.length).toBe(3);
	}, 60_000);

	it('is struck through at the other site when it is taken back there, and its history is still readable', async () => {
		const saved = await must(amina.save({ ref: atA, comp: 'clinical', resource: { resourceType: 'AllergyIntolerance', code: { text: 'Latex' } }, heads: [] }));
		await everybodySyncs(amina, ben);
		await must(amina.retract({ ref: atA, id: saved.id, heads: saved.heads, reason: 'It was a plaster' }));
		await everybodySyncs(amina, ben);
		expect((await view(ben, atB)).ehr?.items.filter(({ type }) => type === 'AllergyIntolerance')).toEqual([]);
		const history = await must(ben.history({ ref: atA, id: saved.id, group: null }));
		expect(history.find(({ group }) => group === 'status')?.entries.map(({ reason, relayed, by }) => [reason, relayed, by.siteName])).toEqual([['It was a plaster', true, 'Clinic A']]);
	});
});
