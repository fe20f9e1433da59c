/** The queue opens what it shows, and nothing else; what it rests on is kept sealed and made again where it is missing. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hash, Id } from '../../change/change.ts';
import type { FhirResource } from '../../fhir/resource.ts';
import type { Store } from '../../store/index.ts';
import type { ChartKey } from '../../store/sealedCharts.ts';
import { memoryStore } from '../../store/testing.ts';
import type { ChartRef } from '../api.ts';
import type { Device } from '../device.ts';
import type { DiscrepancyReview, Judgement, ReviewLine } from '../review-api.ts';
import { Clinics, everybodySyncs, must, PASSPHRASE, view } from '../testing/clinics.ts';
import { around, openTab } from '../testing/interrupted.ts';

const patient = (family: string): FhirResource => ({ resourceType: 'Patient', name: [{ family }], birthDate: '1980-03-01', maritalStatus: { text: 'single' } });
const allergy: FhirResource = {
	resourceType: 'AllergyIntolerance', code: { text: 'Penicillin' }, criticality: 'high',
	clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] }
};
const amoxicillin: FhirResource = { resourceType: 'MedicationRequest', status: 'active', intent: 'order', medicationCodeableConcept: { text: 'Amoxicillin 500 mg' } };
const MANY = 40;
const found = async (device: Device, line: ReviewLine | undefined): Promise<DiscrepancyReview> => {
	const item = line === undefined ? null : await must(device.openReview(line));
	if (item?.kind !== 'discrepancy') throw new Error('no discrepancy');
	return item;
};
const first = async (device: Device): Promise<DiscrepancyReview> => found(device, (await must(device.reviews({ site: null, limit: 1 }))).items[0]);
const seenIn = ({ discrepancy }: DiscrepancyReview) => discrepancy.between.map(({ site, chart, id, state }) => ({ site, chart, id, heads: state.heads }));

describe('the queue', () => {
	let clinics: Clinics;
	let amina: Device;
	let ben: Device;
	let store: Store;
	const charts: ChartRef[] = [];
	/** charts of patients that were read from Ben's disk; the register of the site is read with each */
	let read: string[] = [];
	const noteRead = ({ chart }: ChartKey): void => void (charts.some((ref) => ref.chart === chart) && read.push(chart));

	beforeAll(async () => {
		clinics = await Clinics.found();
		amina = await clinics.join('Amina', await clinics.device('amina'), [{ site: clinics.a, role: 'clinician' }]);
		store = await memoryStore();
		ben = await openTab({ ...store, charts: around(store.charts, 'read', { before: () => undefined, after: ([key]) => noteRead(key as ChartKey) }) }, 'test');
		clinics.devices.push(ben);
		await clinics.join('Ben', ben, [{ site: clinics.a, role: 'clinician' }]);
		for (let n = 0; n < MANY; n++) charts.push(await must(amina.registerPatient({ site: clinics.a, patient: patient(`Banda ${String(n)}`) })));
		await everybodySyncs(amina, ben);
		expect((await must(ben.reviews({ site: null, limit: 10 }))).total).toBe(0);
		await clinics.stopHub();
	}, 120_000);
	afterAll(() => clinics.close());

	const at = (n: number): ChartRef => {
		const ref = charts[n];
		if (ref === undefined) throw new Error('no such chart');
		return ref;
	};
	const changes = async (device: Device, n: number, more: object): Promise<void> => {
		const shown = (await view(device, at(n))).patient;
		if (shown === null) throw new Error('no patient');
		await must(device.save({ ref: at(n), comp: 'desk', resource: { ...shown.resource, ...more }, heads: shown.heads }));
	};
	const exchange = async (): Promise<void> => {
		await clinics.startHub();
		await everybodySyncs(amina, ben);
		await clinics.stopHub();
	};
	const memberOf = async (device: Device): Promise<Id> => {
		const state = await device.lockState();
		if (state.kind === 'unlocked') return state.user.member;
		if (state.kind === 'locked' && state.users[0] !== undefined) return state.users[0].member;
		throw new Error(state.kind);
	};

	it('shows the gravest first and counts all, opening only what moved and what it shows', async () => {
		for (const [n, date] of [[3, '1980-04-01'], [7, '1980-05-01'], [11, '1980-06-01']] as const) await changes(amina, n, { birthDate: date });
		for (const n of [3, 7, 11]) await changes(ben, n, { birthDate: '1979-01-01' });
		await must(amina.save({ ref: at(20), comp: 'clinical', resource: allergy, heads: [] }));
		await must(amina.save({ ref: at(20), comp: 'clinical', resource: amoxicillin, heads: [] }));
		await exchange();
		read = [];
		const { total, items } = await must(ben.reviews({ site: clinics.a, limit: 2 }));
		expect(total).toBe(4);
		expect(items.map(({ kind, severity }) => [kind, severity])).toEqual([['discrepancy', 'critical'], ['conflict', 'warning']]);
		expect(new Set(read)).toEqual(new Set([3, 7, 11, 20].map((n) => at(n).chart)));
		read = [];
		expect((await must(ben.reviews({ site: null, limit: 1 }))).total).toBe(4);
		expect(new Set(read)).toEqual(new Set([at(20).chart]));
		expect((await must(ben.reviews({ site: clinics.b, limit: 9 }))).total).toBe(0);
	});

	it('is known again after unlocking, without looking at every chart', async () => {
		const member = await memberOf(ben);
		await ben.lock();
		await must(ben.unlock({ member, passphrase: PASSPHRASE }));
		read = [];
		expect((await must(ben.reviews({ site: null, limit: 0 }))).total).toBe(4);
		expect(read).toEqual([]);
	});

	it('is made again where what was kept is missing or does not open', async () => {
		const member = await memberOf(ben);
		await ben.lock();
		const kept = [...(await store.cursors.list('questions|')).keys(), ...(await store.cursors.list('findings|')).keys()];
		expect(kept.length).toBeGreaterThan(2);
		for (const [n, name] of kept.entries()) await (n % 2 === 0 ? store.cursors.remove([name]) : store.cursors.put(name, 'damaged'));
		for (const name of (await store.cursors.list('moved|')).keys()) await store.cursors.put(name, 'damaged');
		await must(ben.unlock({ member, passphrase: PASSPHRASE }));
		expect((await must(ben.reviews({ site: null, limit: 9 }))).items.length).toBe(4);
	});

	it('loses an answered discrepancy, and shows it again with the earlier answer when an entry that it rests on moves', async () => {
		const one = await first(ben);
		await must(ben.answerDiscrepancy({ ref: one.ref, discrepancy: one.discrepancy.id, judgement: 'accepted-risk', note: 'desensitized', seen: seenIn(one) }));
		expect((await must(ben.reviews({ site: null, limit: 9 }))).total).toBe(3);
		await exchange();
		expect((await must(amina.reviews({ site: null, limit: 9 }))).total).toBe(3);
		const order = (await view(amina, at(20))).entries.find(({ type }) => type === 'MedicationRequest');
		if (order === undefined) throw new Error('no order');
		await must(amina.save({ ref: at(20), comp: 'clinical', resource: { ...order.resource, medicationCodeableConcept: { text: 'Amoxicillin 1 g' } }, heads: order.heads }));
		const again = await first(amina);
		expect(again).toMatchObject({ kind: 'discrepancy', lapsed: { judgement: 'accepted-risk', note: 'desensitized', by: { member: 'Ben' } } });
	});

	it('takes no answer on a dose that was changed after the question was shown: the entries are the same, and the values are not', async () => {
		const shown = await first(amina);
		const order = (await view(amina, at(20))).entries.find(({ type }) => type === 'MedicationRequest');
		if (order === undefined) throw new Error('no order');
		await must(amina.save({ ref: at(20), comp: 'clinical', resource: { ...order.resource, medicationCodeableConcept: { text: 'Amoxicillin 3 g' } }, heads: order.heads }));
		const answer = { ref: shown.ref, discrepancy: shown.discrepancy.id, judgement: 'not-a-problem', note: '' } as const;
		const late = await amina.answerDiscrepancy({ ...answer, seen: seenIn(shown) });
		expect(late.ok ? '' : late.error.code).toBe('stale');
		const again = await first(amina);
		expect(again.discrepancy.id).toBe(shown.discrepancy.id);
		await must(amina.answerDiscrepancy({ ...answer, seen: seenIn(again) }));
		await exchange();
		const second = await ben.answerDiscrepancy({ ...answer, judgement: 'will-follow-up', seen: seenIn(again) });
		expect(second.ok ? '' : second.error.code).toBe('stale');
		// as it was: an entry that moves opens it again
		const now = (await view(amina, at(20))).entries.find(({ type }) => type === 'MedicationRequest');
		await must(amina.save({ ref: at(20), comp: 'clinical', resource: { ...order.resource, medicationCodeableConcept: { text: 'Amoxicillin 1 g' } }, heads: now?.heads ?? [] }));
	});

	it('answered in two ways by two people at once is open again, with both answers and who gave them, until one who saw both answers', async () => {
		await exchange();
		const answer = async (device: Device, judgement: Judgement, note: string, answers: readonly Hash[] = []) => {
			const item = await first(device);
			return device.answerDiscrepancy({ ref: item.ref, discrepancy: item.discrepancy.id, judgement, note, seen: seenIn(item), answers });
		};
		expect((await answer(amina, 'not-a-problem', 'desensitized')).ok && (await answer(ben, 'will-follow-up', 'ask her')).ok).toBe(true);
		await exchange();
		for (const device of [amina, ben]) {
			const [line] = (await must(device.reviews({ site: null, limit: 1 }))).items;
			expect(line).toMatchObject({ kind: 'discrepancy', severity: 'critical', contested: true });
			const { answers, lapsed } = await first(device);
			expect(lapsed).toBeNull();
			expect(answers.map(({ judgement, note, by }) => [judgement, note, by.member]).sort()).toEqual([['not-a-problem', 'desensitized', 'Amina'], ['will-follow-up', 'ask her', 'Ben']]);
		}
		// nobody replaces an answer that was not on screen
		const blind = await answer(amina, 'not-a-problem', '');
		expect(blind.ok ? '' : blind.error.code).toBe('stale');
		// two who settle it differently at once meet again, and the first that nobody contradicts ends it
		for (const [device, judgement] of [[amina, 'not-a-problem'], [ben, 'accepted-risk']] as const) {
			const both = (await first(device)).answers.map(({ by }) => by.change);
			expect((await answer(device, judgement, 'talked about it', both)).ok).toBe(true);
		}
		await exchange();
		const now = await first(ben);
		expect(now.answers.map(({ judgement }) => judgement).sort()).toEqual(['accepted-risk', 'not-a-problem']);
		expect((await answer(ben, 'not-a-problem', 'agreed', now.answers.map(({ by }) => by.change))).ok).toBe(true);
		await exchange();
		for (const device of [amina, ben]) expect((await must(device.reviews({ site: null, limit: 9 }))).items.filter(({ kind }) => kind === 'discrepancy')).toEqual([]);
	});

	it('shows no value in its lines; who opens an item is in the access log, and who reads the list is not', async () => {
		const lead = await clinics.device('lead');
		await clinics.startHub();
		await clinics.join('Lea', lead, [{ site: clinics.a, role: 'lead' }]);
		await everybodySyncs(lead, ben, lead);
		const logged = async (): Promise<string[]> => {
			await everybodySyncs(lead);
			return (await must(lead.accessLog({ site: clinics.a, chart: at(7).chart, limit: 99 }))).records.map(({ name }) => name);
		};
		const line = (await must(lead.reviews({ site: null, limit: 9 }))).items.find(({ ref }) => ref.chart === at(7).chart);
		expect(line).toMatchObject({ kind: 'conflict', type: 'Patient', group: 'birth', about: { resourceType: 'Patient' } });
		expect(JSON.stringify((await must(lead.reviews({ site: null, limit: 9 }))).items.filter(({ kind }) => kind === 'conflict'))).not.toContain('1980-05-01');
		expect(await logged()).not.toContain('Lea');
		const item = line === undefined ? null : await must(lead.openReview(line));
		expect(item?.kind === 'conflict' ? item.values.map(({ value }) => value?.['birthDate']).sort() : []).toEqual(['1979-01-01', '1980-05-01']);
		expect(await logged()).toContain('Lea');
		await clinics.stopHub();
	});

	it('asked for one chart looks at that chart alone', async () => {
		read = [];
		const items = await must(ben.chartReviews(at(7)));
		expect(items.map((item) => [item.kind, item.ref.chart])).toEqual([['conflict', at(7).chart]]);
		expect(new Set(read)).toEqual(new Set([at(7).chart]));
	});

	it('makes a second entry of the other value where both are true, and nothing twice', async () => {
		await exchange();
		const order = async (device: Device) => {
			const found = (await view(device, at(30))).entries.filter(({ type }) => type === 'MedicationRequest');
			const [first] = found;
			return { found, first };
		};
		await must(amina.save({ ref: at(30), comp: 'clinical', resource: amoxicillin, heads: [] }));
		await exchange();
		for (const [device, text] of [[amina, 'Metformin'], [ben, 'Salbutamol']] as const) {
			const { first } = await order(device);
			if (first === undefined) throw new Error('no order');
			await must(device.save({ ref: at(30), comp: 'clinical', resource: { ...first.resource, medicationCodeableConcept: { text } }, heads: first.heads }));
		}
		await exchange();
		for (const device of [amina, ben]) {
			const line = (await must(device.reviews({ site: null, limit: 9 }))).items.find(({ ref, kind }) => kind === 'conflict' && ref.chart === at(30).chart);
			const item = line === undefined ? null : await must(device.openReview(line));
			if (item?.kind !== 'conflict') throw new Error('no question');
			const { ref, id, group, heads } = item;
			await must(device.decide({ ref, id, group, item: null, heads, choice: 'keep-both' }));
		}
		await exchange();
		for (const device of [amina, ben]) {
			const { found } = await order(device);
			expect(found.map(({ resource }) => (resource['medicationCodeableConcept'] as { text: string }).text).sort()).toEqual(['Metformin', 'Salbutamol']);
			expect(found.flatMap(({ origin }) => (origin === undefined ? [] : [origin.how]))).toEqual(['kept-apart']);
			expect(found.every(({ conflicts }) => conflicts.length === 0)).toBe(true);
		}
	});
});

describe('what an author is told', () => {
	let clinics: Clinics;
	let amina: Device;
	let ben: Device;
	let ref: ChartRef;

	beforeAll(async () => {
		clinics = await Clinics.found();
		amina = await clinics.join('Amina', await clinics.device('amina'), [{ site: clinics.a, role: 'clinician' }]);
		ben = await clinics.join('Ben', await clinics.device('ben'), [{ site: clinics.a, role: 'clinician' }]);
		ref = await must(amina.registerPatient({ site: clinics.a, patient: patient('Banda') }));
		await everybodySyncs(amina, ben);
		await clinics.stopHub();
		for (const [device, text] of [[amina, 'married'], [ben, 'widowed']] as const) {
			const shown = (await view(device, ref)).patient;
			if (shown === null) throw new Error('no patient');
			await must(device.save({ ref, comp: 'desk', resource: { ...shown.resource, maritalStatus: { text } }, heads: shown.heads }));
		}
		await clinics.startHub();
		await everybodySyncs(amina, ben);
	}, 120_000);
	afterAll(() => clinics.close());

	it('that a rule shows another value, and nobody else is', async () => {
		const [told, ...more] = await must(amina.notices());
		expect(more).toEqual([]);
		expect(told).toMatchObject({ group: 'marital', item: null, about: { resourceType: 'Patient' }, patient: 'Banda', writable: true, yours: { value: { maritalStatus: { text: 'married' } }, shown: false } });
		expect(told?.shown.map(({ value, by }) => [value?.['maritalStatus'], by.member])).toEqual([[{ text: 'widowed' }, 'Ben']]);
		expect(await must(ben.notices())).toEqual([]);
	});

	it('on each of their devices: putting it away is of that device alone, and restoring it ends it on all', async () => {
		const state = await amina.lockState();
		if (state.kind !== 'unlocked') throw new Error(state.kind);
		const phone = await clinics.device('phone');
		const { link, invitation } = await must(clinics.owner.reinvite({ member: state.user.member, days: 1 }));
		await clinics.owner.syncNow();
		const { code } = await must(phone.answerInvitation({ link, name: 'Amina', passphrase: PASSPHRASE }));
		await clinics.owner.syncNow();
		const [answer] = await must(clinics.owner.pendingAnswers());
		await must(clinics.owner.admit({ invitation, answer: answer?.answer ?? '', code }));
		await everybodySyncs(clinics.owner, phone, amina);
		// written by one device, told on both
		for (const device of [amina, phone]) expect((await must(device.notices())).map(({ group }) => group)).toEqual(['marital']);
		const [told] = await must(phone.notices());
		if (told === undefined) throw new Error('nothing told');
		await must(phone.dismissNotice(told.key));
		await everybodySyncs(phone, amina);
		expect(await must(phone.notices())).toEqual([]);
		expect((await must(amina.notices())).map(({ key }) => key)).toEqual([told.key]);
		await must(phone.restore({ ref, id: told.id, group: told.group, item: told.item, change: told.yours.change, heads: told.heads }));
		await everybodySyncs(phone, amina);
		expect(await must(amina.notices())).toEqual([]);
		expect((await view(amina, ref)).patient?.resource['maritalStatus']).toEqual({ text: 'married' });
	});

	it('who set theirs aside, where somebody restored another', async () => {
		await everybodySyncs(amina, ben);
		const [news] = await must(ben.notices());
		expect(news?.why).toBe('Your value was set aside by Amina at Clinic A.');
		expect((await view(ben, ref)).patient?.resource['maritalStatus']).toEqual({ text: 'married' });
	});

	it('nothing that was put away, also after unlocking again', async () => {
		const [news] = await must(ben.notices());
		if (news === undefined) throw new Error('nothing told');
		await must(ben.dismissNotice(news.key));
		expect(await must(ben.notices())).toEqual([]);
		const state = await ben.lockState();
		if (state.kind !== 'unlocked') throw new Error(state.kind);
		await ben.lock();
		expect((await ben.notices()).ok).toBe(false);
		await must(ben.unlock({ member: state.user.member, passphrase: PASSPHRASE }));
		expect(await must(ben.notices())).toEqual([]);
	});

	it('says which medicine it is about, also where only its status or its number is in question', async () => {
		const drug: FhirResource = { resourceType: 'MedicationStatement', status: 'active', medicationCodeableConcept: { text: 'Salbutamol' }, identifier: [{ system: 'urn:a', value: '1' }] };
		const { id } = await must(amina.save({ ref, comp: 'clinical', resource: drug, heads: [] }));
		await everybodySyncs(amina, ben);
		await clinics.stopHub();
		const entry = async (device: Device) => (await view(device, ref)).entries.find((one) => one.id === id);
		const { identifier: _, ...without } = drug;
		await must(amina.save({ ref, comp: 'clinical', resource: { ...without, id }, heads: (await entry(amina))?.heads ?? [] }));
		await must(ben.save({ ref, comp: 'clinical', resource: { ...drug, id, identifier: [{ system: 'urn:a', value: '1', use: 'official' }] }, heads: (await entry(ben))?.heads ?? [] }));
		await clinics.startHub();
		await everybodySyncs(amina, ben);
		const told = (await must(amina.notices())).find((one) => one.id === id);
		expect(told).toMatchObject({ type: 'MedicationStatement', group: 'identifiers', about: { medicationCodeableConcept: { text: 'Salbutamol' } }, yours: { value: null } });
		expect(told?.about['status']).toBeUndefined();
		expect(told?.shown.map(({ value, by }) => [value?.['identifier'], by.member])).toEqual([[[{ system: 'urn:a', value: '1', use: 'official' }], 'Ben']]);
		expect(told?.why).toContain('You took this out');
		// taken out again, now having seen who wrote it
		if (told === undefined) throw new Error('nothing told');
		await must(amina.restore({ ref, id, group: told.group, item: told.item, change: told.yours.change, heads: told.heads }));
		expect((await entry(amina))?.resource['identifier']).toBeUndefined();
		expect((await must(amina.notices())).filter((one) => one.id === id)).toEqual([]);
	});

	it('refuses to restore over what has moved since it was shown', async () => {
		const shown = (await view(ben, ref)).patient;
		if (shown === null) throw new Error('no patient');
		const history = await must(ben.history({ ref, id: shown.id, group: 'marital' }));
		const mine = history[0]?.entries.find(({ value }) => (value?.['maritalStatus'] as { text: string } | undefined)?.text === 'widowed');
		if (mine === undefined) throw new Error('not in the history');
		const restored = await ben.restore({ ref, id: shown.id, group: 'marital', item: null, change: mine.change, heads: [mine.change] });
		expect(restored.ok ? '' : restored.error.code).toBe('stale');
		expect(history[0]).toMatchObject({ rule: 'last', entries: [{ kind: 'set' }, { current: false }, { current: false }, { current: true, shown: true, by: { member: 'Amina' } }] });
	});
});
