/**
 * A hub that withholds, shows two clinics different things, or goes back, and devices that find out by what they stated to each other.
 *
 * The hub is real; between it and each device is a line that can hide documents and frontiers, as a lying hub would from this one device, and lie about counts
 * so that nothing but the frontier gives it away.
 */
import { cpSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isObject } from '../change/canonical.ts';
import type { Clock } from '../change/ports.ts';
import type { Fetch } from '../replication/boundedFetch.ts';
import type { ChartRef } from './api.ts';
import type { Device } from './device.ts';
import { SILENCE_MS } from './frontier.ts';
import { Clinics, everybodySyncs, must } from './testing/clinics.ts';

/** What a lying hub says to one device. */
class Line {
	/** ids of documents that this device is not shown */
	readonly hidden = new Set<string>();
	/** what is known here is all there is, says the hub */
	frontiers: 'shown' | 'as-known' = 'shown';
	/** what this device pushes is hidden from that one from the beginning */
	hideFrom: Line | null = null;

	readonly fetch: Fetch = async (url, init) => {
		const { pathname } = new URL(url);
		const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : null;
		if (pathname.endsWith('_bulk_docs') && isObject(body) && Array.isArray(body['docs'])) for (const doc of body['docs'] as readonly { readonly _id: string }[]) this.hideFrom?.hidden.add(doc._id);
		const answer = await globalThis.fetch(url, init);
		if (!answer.ok) return answer;
		if (pathname === '/_hub/frontiers' && this.frontiers !== 'shown') {
			const known: unknown = isObject(body) ? body['known'] : undefined;
			// nothing was taken since, it says; or just what the device knows already
			return Response.json({ held: known ?? [], documents: [], last_seq: isObject(body) ? (body['since'] ?? '0') : '0', whole: known !== undefined });
		}
		return this.#without(pathname, answer);
	};

	async #without(pathname: string, answer: Response): Promise<Response> {
		if (this.hidden.size === 0 || !pathname.startsWith('/couch/') || pathname.endsWith('_db_updates')) return answer;
		const json: unknown = await answer.json();
		if (!isObject(json)) return Response.json(json);
		const shown = (row: unknown): boolean => !isObject(row) || typeof row['id'] !== 'string' || !this.hidden.has(row['id']);
		for (const field of ['results', 'rows']) if (Array.isArray(json[field])) return Response.json({ ...json, [field]: (json[field] as readonly unknown[]).filter(shown) });
		// the count agrees with what is shown
		return Response.json(typeof json['doc_count'] === 'number' && pathname.endsWith('-care') ? { ...json, doc_count: json['doc_count'] - this.hidden.size } : json);
	}
}

let clinics: Clinics;
let nora: Device;
let otto: Device;
let chart: ChartRef;
const lines = { nora: new Line(), otto: new Line() };
/** ms that Otto's clock is ahead */
let later = 0;
const clock: Clock = { now: () => Date.now() + later };

beforeAll(async () => {
	clinics = await Clinics.found();
	nora = await clinics.join('Nora Namara', await clinics.device('nora', { fetch: lines.nora.fetch }), [{ site: clinics.a, role: 'clinician' }]);
	otto = await clinics.join('Otto Okello', await clinics.device('otto', { fetch: lines.otto.fetch, clock }), [{ site: clinics.a, role: 'clinician' }]);
	chart = await must(nora.registerPatient({ site: clinics.a, patient: { resourceType: 'Patient', name: [{ family: 'Kato' }] } }));
	await note(nora, 'before');
	await everybodySyncs(nora, otto, clinics.owner, nora, otto);
});
afterAll(() => clinics.close());

const note = (device: Device, text: string) => must(device.save({ ref: chart, comp: 'clinical', resource: { resourceType: 'Condition', code: { text } }, heads: [] }));
const alarms = async (device: Device) => (await device.syncStatus()).alarms;
const kinds = async (device: Device) => (await alarms(device)).map(({ kind }) => kind);

/** Writes entries and sends them; the hub hides them from the other device. */
async function writes(device: Device, texts: readonly string[], line: Line | null = null, from: Line | null = null): Promise<void> {
	if (line !== null) line.hideFrom = from;
	for (const text of texts) await note(device, text);
	await device.syncNow();
	if (line !== null) line.hideFrom = null;
}

describe('frontiers', () => {
	it('of devices that hold the same raise no alarm', async () => {
		for (const device of [nora, otto, clinics.owner]) expect(await alarms(device)).toEqual([]);
		expect(await must(otto.compareFrontier(await must(nora.ownFrontier())))).toMatchObject({ others: ['Nora Namara'], behind: 0, ahead: 0, notCompared: 0, alarms: [] });
	});

	it('of strangers, of oneself, or changed on their way are refused with a sentence', async () => {
		const text = await must(nora.ownFrontier());
		expect(await nora.compareFrontier(text)).toMatchObject({ ok: false, error: { code: 'own-frontier' } });
		for (const other of ['', 'https://example.org', text.slice(0, -8)]) expect(await otto.compareFrontier(other)).toMatchObject({ ok: false, error: { code: 'bad-frontier' } });
	});
});

describe('attack 28: a hub that withholds a tail from one device', () => {
	it('is named by what another device stated, with the author and the positions, until it gives what it kept', async () => {
		await writes(nora, ['one', 'two', 'three'], lines.nora, lines.otto);
		await otto.syncNow();
		await otto.syncNow();
		const [alarm] = await alarms(otto);
		expect(alarm).toMatchObject({ kind: 'withheld', site: clinics.a, siteName: 'Clinic A', comp: 'clinical', author: 'Nora Namara' });
		expect((alarm?.to ?? 0) - (alarm?.from ?? 0)).toBe(2);
		expect(alarm?.message).toContain('the hub did not give them to this device');
		lines.otto.hidden.clear();
		await otto.syncNow();
		await otto.syncNow();
		expect(await alarms(otto)).toEqual([]);
		expect((await must(otto.openChart(chart))).entries.map(({ resource }) => resource['code'])).toContainEqual({ text: 'three' });
	});
});

describe('attack 36: a listing made to agree', () => {
	it('in number while one document is hidden in the middle leaves the chain broken, and that is named', async () => {
		await writes(nora, ['first']);
		await writes(nora, ['middle'], lines.nora, lines.otto);
		await writes(nora, ['last']);
		expect(lines.otto.hidden.size).toBe(1);
		for (let i = 0; i < 3; i++) await otto.syncNow();
		expect(await alarms(otto)).toMatchObject([{ kind: 'withheld', author: 'Nora Namara' }]);
		// what arrived stays shown
		expect((await must(otto.openChart(chart))).entries.map(({ resource }) => resource['code'])).toContainEqual({ text: 'last' });
		lines.otto.hidden.clear();
		await otto.syncNow();
		await otto.syncNow();
		expect(await alarms(otto)).toEqual([]);
	});
});

describe('attack 29: a hub that shows two clinics different things', () => {
	it('and hides what they state from each other is found out by the first direct comparison, with the point where the views part', async () => {
		for (const line of [lines.nora, lines.otto]) line.frontiers = 'as-known';
		await writes(nora, ['only Nora', 'only Nora too'], lines.nora, lines.otto);
		await writes(otto, ['only Otto'], lines.otto, lines.nora);
		await everybodySyncs(nora, otto, nora, otto);
		expect([...(await alarms(nora)), ...(await alarms(otto))]).toEqual([]);
		const atOtto = await must(otto.compareFrontier(await must(nora.ownFrontier())));
		const atNora = await must(nora.compareFrontier(await must(otto.ownFrontier())));
		expect(atOtto).toMatchObject({ others: ['Nora Namara'], behind: 1, ahead: 1, alarms: [{ kind: 'withheld', author: 'Nora Namara', comp: 'clinical' }] });
		expect((atOtto.alarms[0]?.to ?? 0) - (atOtto.alarms[0]?.from ?? 0)).toBe(1);
		expect(atNora).toMatchObject({ behind: 1, ahead: 1, alarms: [{ kind: 'withheld', author: 'Otto Okello' }] });
		// and stays said while the hub goes on
		for (let i = 0; i < 3; i++) await otto.syncNow();
		expect(await kinds(otto)).toEqual(['withheld']);
		for (const line of [lines.nora, lines.otto]) {
			line.hidden.clear();
			line.frontiers = 'shown';
		}
		await everybodySyncs(nora, otto, nora, otto);
		expect([...(await alarms(nora)), ...(await alarms(otto))]).toEqual([]);
	});
});

describe('attack 20: a hub that goes back', () => {
	it('to an old backup is named by the devices that had seen more, and given back what it lost', async () => {
		const copy = path.join(clinics.folder, '..', `${path.basename(clinics.folder)}-copy`);
		await clinics.stopHub();
		cpSync(clinics.folder, copy, { recursive: true });
		await clinics.startHub();
		await writes(nora, ['after the backup']);
		await everybodySyncs(nora, otto, nora);
		await clinics.stopHub();
		rmSync(clinics.folder, { recursive: true });
		cpSync(copy, clinics.folder, { recursive: true });
		rmSync(copy, { recursive: true });
		await clinics.startHub();
		for (let i = 0; i < 3; i++) await otto.syncNow();
		expect(await kinds(otto)).toContain('hub-went-back');
		const fresh = await clinics.join('Lea Last', await clinics.device('lea'), [{ site: clinics.a, role: 'clinician' }]);
		await everybodySyncs(otto, fresh);
		expect((await must(fresh.openChart(chart))).entries.map(({ resource }) => resource['code'])).toContainEqual({ text: 'after the backup' });
		expect(await alarms(fresh)).toEqual([]);
	});
});

describe('attack 28: a hub that freezes everything', () => {
	it('but goes on answering is named when no device of the site was heard of for a week', async () => {
		lines.otto.frontiers = 'as-known';
		later = SILENCE_MS - 60_000;
		await otto.syncNow();
		expect(await kinds(otto)).not.toContain('silent');
		later = SILENCE_MS + 60 * 60_000;
		await otto.syncNow();
		expect((await alarms(otto)).filter(({ kind }) => kind === 'silent')).toMatchObject([{ siteName: 'Clinic A' }]);
		lines.otto.frontiers = 'shown';
		later = 0;
	});
});
