/** The day's lists over real devices: what is recorded on one moves them on another; the index kept from change to change is the index made anew. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../change/ports.ts';
import type { Id } from '../../change/change.ts';
import type { FhirResource } from '../../fhir/resource.ts';
import { dateOf, dayOf } from '../../programmes/calendar.ts';
import { CALL, CALL_UNTIL, COMMUNICATION } from '../../programmes/chart-work.ts';
import { planOf } from '../../programmes/plan.ts';
import { STANDARD } from '../../programmes/schedule.ts';
import type { Store } from '../../store/index.ts';
import { memoryStore } from '../../store/testing.ts';
import type { ChartRef, Outcome } from '../api.ts';
import type { Device } from '../device.ts';
import { Clinics, everybodySyncs, must, PASSPHRASE, view } from '../testing/clinics.ts';
import { openTab } from '../testing/interrupted.ts';
import type { DayView } from '../worklist-api.ts';

const now = Date.now();
const TODAY = new Date(now).toISOString().slice(0, 10);
const ago = (days: number): string => dateOf((dayOf(TODAY) ?? 0) - days);
const child = (given: string, days: number): FhirResource => ({ resourceType: 'Patient', name: [{ family: 'Okello', given: [given] }], birthDate: ago(days), telecom: [{ system: 'phone', value: '0772123456' }] });
const dose = (cvx: string, days: number): FhirResource => ({ resourceType: 'Immunization', status: 'completed', vaccineCode: { coding: [{ system: 'http://hl7.org/fhir/sid/cvx', code: cvx }] }, occurrenceDateTime: ago(days) });
const visit = (days: number): FhirResource => ({ resourceType: 'Encounter', status: 'finished', class: { code: 'AMB' }, period: { start: `${ago(days)}T08:00:00Z` } });
const call = (outcome: string, until: string): FhirResource => ({
	resourceType: 'Communication', status: 'completed', category: [{ coding: [{ system: COMMUNICATION, code: 'call' }] }], topic: { coding: [{ system: CALL, code: outcome }] }, extension: [{ url: CALL_UNTIL, valueDate: until }]
});
const message = (words: string, to: readonly Id[] = []): FhirResource => ({
	resourceType: 'Communication', status: 'completed', category: [{ coding: [{ system: COMMUNICATION, code: 'message' }] }], payload: [{ contentString: words }], ...(to.length === 0 ? {} : { recipient: to.map((member) => ({ reference: `Practitioner/${member}` })) })
});
const appointment = (days: number): FhirResource => ({ resourceType: 'Appointment', status: 'booked', start: `${ago(days)}T09:00:00Z`, created: ago(days + 1), minutesDuration: 15, participant: [{ status: 'accepted' }], description: 'Weighing' });
const task = (due: string): FhirResource => ({ resourceType: 'Task', status: 'requested', intent: 'order', description: 'Home visit', restriction: { period: { end: due } } });

/** Asks until nothing is left to be looked at. */
async function settled<T extends { readonly unread: number }>(ask: () => Promise<Outcome<T>>): Promise<T> {
	for (;;) {
		const answer = await must(ask());
		if (answer.unread === 0) return answer;
	}
}

describe('the day of a site', () => {
	let clinics: Clinics;
	let amina: Device;
	let ben: Device;
	let dora: Device;
	let store: Store;
	let ref: ChartRef;
	let benMember: Id;
	const day = (device: Device): Promise<DayView> => settled(() => device.day({ site: clinics.a, today: TODAY, limit: 20 }));
	const list = (device: Device, name: 'pending' | 'agreed' | 'later' | 'removed' | 'away' | 'due' | 'upcoming' = 'pending', words = '') =>
		settled(() => device.followUp({ site: clinics.a, today: TODAY, list: name, programme: null, words, from: 0, limit: 50 }));
	const add = async (device: Device, to: ChartRef, resource: FhirResource): Promise<Id> => (await must(device.save({ ref: to, comp: resource.resourceType === 'Appointment' ? 'desk' : 'clinical', resource, heads: [] }))).id;
	const changes = async (device: Device, id: Id, more: object): Promise<void> => {
		const entry = (await view(device, ref)).entries.find((one) => one.id === id);
		if (entry === undefined) throw new Error('no such entry');
		await must(device.save({ ref, comp: entry.comp, resource: { ...entry.resource, ...more }, heads: entry.heads }));
	};

	beforeAll(async () => {
		clinics = await Clinics.found();
		store = await memoryStore();
		amina = await openTab(store, 'one');
		clinics.devices.push(amina);
		await clinics.join('Amina', amina, [{ site: clinics.a, role: 'clinician' }, { site: clinics.b, role: 'clinician' }]);
		ben = await clinics.join('Ben', await clinics.device('ben'), [{ site: clinics.a, role: 'lead' }]);
		dora = await clinics.join('Dora', await clinics.device('dora'), [{ site: clinics.a, role: 'receptionist' }]);
		const self = (await must(ben.organization())).members.find(({ self: own }) => own);
		if (self === undefined) throw new Error('no member');
		benMember = self.member;
		ref = await must(amina.registerPatient({ site: clinics.a, patient: child('Joseph', 200) }));
		await add(amina, ref, visit(150));
	}, 300_000);
	afterAll(() => clinics.close());

	it('has the overdue child on it, with telephone and village, before and after a call, on both devices', async () => {
		expect((await day(amina)).overdue).toMatchObject([{ person: { name: expect.stringContaining('Okello') as unknown, phone: '0772123456' }, list: 'pending' }]);
		await add(amina, ref, call('agreed', ago(-2)));
		await everybodySyncs(amina, ben);
		for (const device of [amina, ben]) expect((await list(device, 'agreed')).rows).toMatchObject([{ call: { outcome: 'agreed', member: 'Amina' } }]);
		expect(await list(ben)).toMatchObject({ total: 0, counts: { pending: 0, agreed: 1 } });
		expect((await list(ben, 'agreed', 'jos oke')).total).toBe(1);
		expect((await list(ben, 'agreed', 'jos x')).total).toBe(0);
	});

	it('a dose given at a linked chart of another clinic settles what is due', async () => {
		const key = 'immunization/bcg/1';
		const keys = async (): Promise<readonly string[]> => (await list(amina, 'agreed')).rows.flatMap(({ dues }) => dues.map((due) => due.key));
		expect(await keys()).toContain(key);
		const other = await must(amina.bringHere({ found: ref, site: clinics.b }));
		await add(amina, other, dose('19', 20));
		expect(await keys()).not.toContain(key);
	});

	it('an appointment stands in the calendar, is moved, and missed is overdue; who reads the desk alone sees it too', async () => {
		const id = await add(amina, ref, appointment(-1));
		expect((await must(amina.calendar({ site: clinics.a, from: TODAY, days: 3 }))).map(({ booked }) => booked)).toEqual([0, 1, 0]);
		await changes(amina, id, { start: `${TODAY}T10:00:00Z` });
		await everybodySyncs(amina, ben, dora);
		expect((await day(dora))).toMatchObject({ clinical: false, appointments: { total: 1, rows: [{ person: { name: expect.stringContaining('Joseph') as unknown } }] }, tasks: { total: 0 } });
		await changes(ben, id, { status: 'noshow' });
		await everybodySyncs(ben, amina);
		expect((await list(amina, 'agreed')).rows[0]?.dues.map((due) => due.programme)).toContain('appointment');
	});

	it('a task stands on it until it is finished, and a message is unread until it is opened here', async () => {
		const id = await add(amina, ref, task(ago(1)));
		await add(amina, ref, message('Look at the wound.', [benMember]));
		await add(amina, ref, message('For myself.', [(await must(amina.organization())).members.find(({ self }) => self)?.member ?? benMember]));
		await everybodySyncs(amina, ben);
		expect(await day(ben)).toMatchObject({ tasks: { total: 1, overdue: 1, rows: [{ task: { what: 'Home visit' }, from: 'Amina' }] }, messages: 1 });
		const inbox = await must(ben.inbox({ site: clinics.a, from: 0, limit: 10 }));
		expect(inbox.rows.map(({ message: { words }, unread, mine }) => [words, unread, mine])).toEqual([['Look at the wound.', true, false]]);
		await must(ben.readMessages(inbox.rows.map((line) => line.message.id as Id)));
		expect((await day(ben)).messages).toBe(0);
		await changes(ben, id, { status: 'completed' });
		await everybodySyncs(ben, amina);
		expect((await day(amina)).tasks.total).toBe(0);
	});

	it('follows the schedule of the site when a lead changes it', async () => {
		const due = async (): Promise<number> => (await list(amina, 'agreed')).rows[0]?.dues.length ?? 0;
		const before = await due();
		const register = (await must(ben.register(clinics.a))).ref;
		const only = { ...STANDARD, immunization: { series: STANDARD.immunization.series.filter(({ name }) => name === 'penta'), source: 'Ours' } };
		await must(ben.save({ ref: register, comp: 'clinical', resource: planOf('immunization', only, 'Only penta', `${TODAY}T08:00:00Z`), heads: [] }));
		await must(ben.save({ ref: register, comp: 'clinical', resource: planOf('clinic-days', { ...STANDARD, 'clinic-days': { capacity: [1, 2, 3, 4, 5, 6, 7], source: '' } }, 'Days', `${TODAY}T08:00:00Z`), heads: [] }));
		await everybodySyncs(ben, amina);
		expect(await due()).toBeLessThan(before);
		expect((await must(amina.calendar({ site: clinics.a, from: '2026-08-10', days: 7 }))).map(({ capacity }) => capacity)).toEqual([1, 2, 3, 4, 5, 6, 7]);
		expect((await must(dora.calendar({ site: clinics.a, from: TODAY, days: 1 })))[0]?.capacity).toBeNull();
	});

	it('shows a household what else is open there', async () => {
		const sister = await must(amina.registerPatient({ site: clinics.a, patient: child('Mary', 300) }));
		await add(amina, sister, visit(290));
		await add(amina, sister, task(ago(3)));
		const open = await must(amina.household({ ref, today: TODAY, site: clinics.a }));
		expect(open).toMatchObject({ tasks: [{ person: { chart: sister.chart } }], overdue: [{ person: { chart: sister.chart } }] });
	});

	it('kept from change to change it is what is made anew, and what another tab reads, whatever was recorded in which order', async () => {
		const random = seededRandom(6);
		const pick = (max: number): number => (random.bytes(1)[0] ?? 0) % max;
		const charts: ChartRef[] = [];
		for (let n = 0; n < 6; n++) charts.push(await must(amina.registerPatient({ site: clinics.a, patient: child(`Child ${n}`, 30 + n * 150) })));
		const made: { readonly at: ChartRef; readonly id: Id }[] = [];
		const step = async (): Promise<void> => {
			const at = charts[pick(charts.length)];
			if (at === undefined) throw new Error('no chart');
			const resources = [visit(pick(200)), dose(['19', '198', '133'][pick(3)] ?? '19', pick(200)), call(['agreed', 'later', 'removed'][pick(3)] ?? 'agreed', ago(pick(20) - 10)), appointment(pick(20) - 10), task(ago(pick(20) - 10)), message('Words')];
			const old = made[pick(Math.max(1, made.length))];
			if (pick(4) === 0 && old !== undefined) {
				const entry = (await view(amina, old.at)).entries.find(({ id, retracted }) => id === old.id && !retracted);
				if (entry !== undefined) await must(amina.retract({ ref: old.at, id: old.id, heads: entry.heads, reason: 'wrong person' }));
				return;
			}
			const resource = resources[pick(resources.length)];
			if (resource !== undefined) made.push({ at, id: await add(amina, at, resource) });
		};
		const all = async (device: Device) => ({ ...(await day(device)), lists: await Promise.all((['pending', 'agreed', 'later', 'removed', 'away', 'due', 'upcoming'] as const).map((name) => list(device, name))), inbox: (await must(device.inbox({ site: clinics.a, from: 0, limit: 100 }))).rows });
		const opened = async (token: string): Promise<Device> => {
			const tab = await openTab(store, token);
			const state = await tab.lockState();
			if (state.kind !== 'locked' || state.users[0] === undefined) throw new Error(state.kind);
			await must(tab.unlock({ member: state.users[0].member, passphrase: PASSPHRASE }));
			return tab;
		};
		const other = await opened('two');
		for (let round = 0; round < 3; round++) {
			for (let n = 0; n < 14; n++) {
				await step();
				if (pick(3) === 0) await (pick(2) === 0 ? day(amina) : day(other));
			}
			const kept = await all(amina);
			expect(await all(other)).toEqual(kept);
			const rows = [...(await store.cursors.list('day|')).keys(), ...(await store.cursors.list('day-head|')).keys()];
			expect(rows.length).toBeGreaterThan(4);
			// made anew: of another version, damaged, or not there at all
			if (round === 0) await store.cursors.remove(rows);
			else if (round === 1) for (const row of rows) await store.cursors.put(row, 'damaged');
			const anew = await opened(`anew${round}`);
			expect(await all(anew)).toEqual(kept);
		}
		const disk = JSON.stringify([...(await store.cursors.list('day'))]);
		expect(['Home visit', 'Weighing', '198', 'Words'].filter((plain) => disk.includes(plain))).toEqual([]);
	}, 120_000);
});
