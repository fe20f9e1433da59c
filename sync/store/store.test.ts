import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Change, Hash, Id, Signature, VerifiedChange } from '../change/change.ts';
import { ready } from '../verify/sodium.ts';
import { projectionLock } from './locks.ts';
import type { SearchEntry } from './patientIndex.ts';
import { EVIDENCE_BUDGET } from './plainRows.ts';
import type { ChartKey } from './sealedCharts.ts';
import { fakeEnvelope, fakeSeal, memoryStore } from './testing.ts';
import type { RxStore, StoreEvent } from './store.ts';

const open: RxStore[] = [];
const store = async (name?: string): Promise<RxStore> => {
	const opened = await memoryStore(name);
	open.push(opened);
	return opened;
};
beforeAll(ready);
afterEach(async () => {
	for (const each of open.splice(0)) await each.close();
});

const site = 'a'.repeat(32) as Id;
const chart = (n: number): ChartKey => ({ site, comp: 'clinical', chart: String(n).padStart(32, '0') as Id });
const accepted = (n: number): VerifiedChange => {
	const change: Change = JSON.parse(`{"v":1,"seq":${n}}`);
	return { id: `change-${n}` as Hash, text: JSON.stringify(change), sig: 'sig' as Signature, change, __verified: true, envelope: `e${n}`, via: 'native', heldAt: site };
};
const entry = (n: number, name = `Patient ${n}`): SearchEntry => ({
	site, chart: chart(n).chart, name, also: [], birthDate: null, gender: null, village: null, phone: null, identifiers: [], deceased: false, changed: String(n)
});
const seal = fakeSeal('local key');

describe('sealed charts', () => {
	it('give back all parts of one chart and nothing of its neighbours', async () => {
		const device = await store();
		await device.charts.put([1, 2, 3].map((n) => ({ key: chart(n), part: 'p1', changes: [accepted(n), accepted(n + 10)] })), () => seal);
		await device.charts.put([{ key: chart(2), part: 'p2', changes: [accepted(30)] }], () => seal);
		const read = await device.charts.read(chart(2), seal);
		expect(read.changes.map((change) => change.id).sort()).toEqual(['change-12', 'change-2', 'change-30']);
		expect(read.damaged).toBe(0);
		expect(read.changes[0]).toEqual(accepted(2));
	});

	it('are the same when a batch is ingested twice, and after many parts were melted', async () => {
		const device = await store();
		for (let round = 0; round < 4; round++) {
			for (let n = 0; n < 12; n++) await device.charts.put([{ key: chart(1), part: `p${round}-${n}`, changes: [accepted(n)] }], () => seal);
			expect((await device.charts.read(chart(1), seal)).changes).toHaveLength(12);
		}
		await device.charts.put([{ key: chart(1), part: 'p0-3', changes: [accepted(3)] }], () => seal);
		expect((await device.charts.read(chart(1), seal)).changes).toHaveLength(12);
		const scanned: string[] = [];
		for await (const each of device.charts.scan(site, 'clinical', seal)) scanned.push(`${each.chart.slice(-2)} ${each.changes.length}`);
		expect(scanned).toEqual(['01 12']);
	});

	it('are one row each after many parts were read, and stay erased when they were erased meanwhile', async () => {
		const name = 'melting';
		const device = await memoryStore(name);
		const parts = (n: number) => Array.from({ length: 20 }, (_, i) => ({ key: chart(n), part: `p${String(i).padStart(3, '0')}`, changes: [accepted(i)] }));
		await device.charts.put([...parts(1), ...parts(2)], () => seal);
		await device.charts.read(chart(1), seal);
		await device.locks.exclusive(projectionLock(name), () => Promise.resolve());
		await device.charts.read(chart(2), seal);
		await device.charts.erase(site, 'clinical');
		await device.locks.exclusive(projectionLock(name), () => Promise.resolve());
		expect((await device.charts.read(chart(2), seal)).changes).toHaveLength(0);
		await device.charts.put(parts(1), () => seal);
		await device.charts.read(chart(1), seal);
		await device.locks.exclusive(projectionLock(name), () => Promise.resolve());
		await device.close();
		const again = await store(name);
		const keys = (await again.collections.rows.find({ selector: { key: { $gt: 'chart|', $lt: 'chart}' } } }).exec()).map((row) => row.key);
		expect(keys).toHaveLength(1);
		expect((await again.charts.read(chart(1), seal)).changes).toHaveLength(20);
	});

	it('count rows that do not open, rather than show what was put there without the key', async () => {
		const device = await store();
		await device.charts.put([{ key: chart(1), part: 'p1', changes: [accepted(1)] }], () => seal);
		await device.charts.put([{ key: chart(1), part: 'p2', changes: [accepted(2)] }], () => fakeSeal('another key'));
		const read = await device.charts.read(chart(1), seal);
		expect(read).toMatchObject({ damaged: 1 });
		expect(read.changes.map((change) => change.id)).toEqual(['change-1']);
	});

	it('can be erased per site and compartment', async () => {
		const device = await store();
		await device.charts.put([1, 2].map((n) => ({ key: chart(n), part: 'p1', changes: [accepted(n)] })), () => seal);
		await device.charts.put([{ key: { ...chart(1), comp: 'desk' }, part: 'p1', changes: [accepted(9)] }], () => seal);
		await device.charts.erase(site, 'clinical');
		expect((await device.charts.read(chart(1), seal)).changes).toHaveLength(0);
		expect((await device.charts.read({ ...chart(1), comp: 'desk' }, seal)).changes).toHaveLength(1);
	});
});

describe('sealed search entries', () => {
	it('give the newest entry of each chart, before and after melting', async () => {
		const device = await store();
		await device.index.put(site, Array.from({ length: 2500 }, (_, n) => entry(n)), seal);
		for (let n = 0; n < 60; n++) await device.index.put(site, [entry(n, `Renamed ${n}`)], seal);
		for (let round = 0; round < 3; round++) {
			const { entries, damaged } = await device.index.load(site, seal);
			expect(damaged).toBe(0);
			expect(entries).toHaveLength(2500);
			expect(entries.filter((each) => each.name.startsWith('Renamed'))).toHaveLength(60);
		}
		await device.index.put(site, [entry(3, 'Renamed again')], seal);
		expect((await device.index.load(site, seal)).entries.find((each) => each.chart === chart(3).chart)?.name).toBe('Renamed again');
	});
});

describe('control documents', () => {
	const statement = (n: number) => ({ _id: String(n).padStart(64, '0'), v: 's1' as const, text: `{"n":${n}}`, sig: 'x'.repeat(86) as Signature });

	it('are kept once, and wait for the hub when made here', async () => {
		const device = await store();
		expect(await device.control.add([statement(1), statement(2)], 'hub-a')).toHaveLength(2);
		expect(await device.control.add([statement(2), statement(3), statement(3)], null)).toEqual([statement(3)._id]);
		expect((await device.control.unsent('hub-a')).map((document) => document._id)).toEqual([statement(3)._id]);
		await device.control.acknowledge([statement(3)._id], 'hub-a');
		expect(await device.control.unsent('hub-a')).toEqual([]);
		expect(await device.control.unsent('hub-b')).toHaveLength(3);
		expect(await device.control.all()).toHaveLength(3);
	});

	it('made here and then seen at the hub are acknowledged by that', async () => {
		const device = await store();
		await device.control.add([statement(1)], null);
		expect(await device.control.add([statement(1)], 'hub-a')).toEqual([]);
		expect(await device.control.unsent('hub-a')).toEqual([]);
	});
});

describe('verdicts', () => {
	it('are counted, replaced by page, and gone when nothing waits', async () => {
		const device = await store();
		await device.verdicts.put(1, [{ kind: 'waiting', envelope: 'a', reason: 'no-key' }, { kind: 'quarantined', envelope: 'b', reason: 'bad-signature' }]);
		await device.verdicts.noteBad('db', '1', [{ envelope: 'c', reason: 'bad-document', detail: 'no', evidence: null }, { envelope: 'd', reason: 'unknown-version', detail: 'e9', evidence: null }]);
		expect(await device.verdicts.counts()).toEqual({ waiting: 2, quarantined: 2, late: 0 });
		await device.verdicts.put(1, []);
		expect(await device.verdicts.counts()).toEqual({ waiting: 1, quarantined: 1, late: 0 });
	});

	it('keep every id and reason, and bodies within the budget (A1)', async () => {
		const device = await store();
		const big = 'x'.repeat(EVIDENCE_BUDGET / 4);
		for (let n = 0; n < 6; n++) await device.verdicts.noteBad('db', String(n), [{ envelope: `e${n}`, reason: 'bad-document', detail: '', evidence: big }]);
		const bad = (await device.verdicts.bad()).get('db') ?? [];
		expect(bad).toHaveLength(6);
		expect(bad.filter((document) => document.evidence !== null)).toHaveLength(4);
	});
});

describe('the store', () => {
	it('knows what it holds, also when the note of it was lost', async () => {
		const device = await store();
		const documents = [1, 2, 3].map((n) => fakeEnvelope(n));
		await device.collections.pages.bulkInsert([{ id: '000000000001', db: 'x', n: 3, docs: JSON.stringify(documents) }]);
		expect(await device.pages.newest()).toBe(1);
		const held = await device.pages.held();
		expect(documents.every((document) => held.has('x', document._id))).toBe(true);
		expect(held.has('y', documents[0]!._id)).toBe(false);
		expect((await device.pages.after(0, 10))[0]).toMatchObject({ number: 1, db: 'x', documents });
	});

	it('melts its notes of what it holds, and knows the same afterwards, through a crash too', async () => {
		const device = await store();
		const id = (n: number) => n.toString(16).padStart(64, '0').split('').reverse().join('');
		const page = (n: number) => ({ id: String(n).padStart(12, '0'), db: 'x', n: 1, docs: JSON.stringify([{ _id: id(n) }]) });
		await device.collections.pages.bulkInsert(Array.from({ length: 1100 }, (_, i) => page(i + 1)));
		await device.pages.noteOwn(id(5000), 'x', [id(5000), id(5001)]);
		const notes = async () => (await device.collections.rows.find({ selector: { key: { $gt: 'held|', $lt: 'held}' } } }).exec()).map((row) => row.key);
		for (let round = 0; round < 3; round++) {
			const held = await device.pages.held();
			expect(held.count('x')).toBe(1102);
			expect(held.has('x', id(1100)) && held.has('x', id(5001))).toBe(true);
		}
		expect((await notes()).sort()).toEqual(['held|m|x|000000000000', 'held|upto']);
		// a page that came afterwards and whose note was lost
		await device.collections.pages.bulkInsert([page(1101)]);
		expect((await device.pages.held()).has('x', id(1101))).toBe(true);
		expect(await notes()).toHaveLength(3);
	});

	it('tells of writes by kind', async () => {
		const device = await store();
		const events: StoreEvent[] = [];
		device.subscribe((event) => events.push(event));
		await device.cursors.put('ingested', '5');
		await device.charts.put([{ key: chart(1), part: 'p1', changes: [accepted(1)] }], () => seal);
		expect(events.map((event) => event.kind)).toEqual(['cursor', 'chart']);
	});

	it('takes what was removed off the disk once a month', async () => {
		const device = await store();
		const month = 30 * 24 * 3600_000;
		const kept = async () => (await device.collections.rows.storageInstance.findDocumentsById(['identity|gone'], true)).length;
		await device.tidy(0);
		await device.identity.put('gone', 'x');
		await device.identity.remove(['gone']);
		await device.tidy(month - 1);
		expect(await kept()).toBe(1);
		await new Promise((resolve) => setImmediate(resolve));
		await device.tidy(month + 1);
		expect(await kept()).toBe(0);
		await device.identity.put('gone', 'again');
		expect(await device.identity.get('gone')).toBe('again');
	});

	it('leaves nothing when it is erased', async () => {
		const device = await memoryStore('erased');
		await device.identity.put('user', 'wrapped');
		await device.erase();
		const again = await store('erased');
		expect(await again.identity.get('user')).toBeNull();
	});

	it('claims a name once', async () => {
		const device = await store();
		expect(await device.identity.claim('transport', 'first')).toBe(true);
		expect(await device.identity.claim('transport', 'second')).toBe(false);
		expect(await device.identity.get('transport')).toBe('first');
		await device.identity.remove(['transport']);
		expect(await device.identity.list()).toEqual(new Map());
	});
});
