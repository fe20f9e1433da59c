/**
 * attack 11: what a device asks of the hub does not tell whether it could open what the hub gave it. The same requests in the same order, whether a colleague's entry came,
 * random bytes of its size, or the same entry with a bit of its ciphertext altered.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromBase64url, toBase64url } from '../change/base64url.ts';
import { isObject } from '../change/canonical.ts';
import { seededRandom } from '../change/ports.ts';
import type { Fetch } from '../replication/boundedFetch.ts';
import { checkDocument, revisionOf } from '../verify/document.ts';
import { envelopeDocumentId } from '../verify/ids.ts';
import type { ChartRef } from './api.ts';
import type { Device } from './device.ts';
import { Clinics, everybodySyncs, must } from './testing/clinics.ts';

type Alter = 'nothing' | 'random' | 'flipped';
const random = seededRandom('oracle');

/** On the way to the hub the author's entries become what an attacker would store in their place. */
class Attacker {
	alter: Alter = 'nothing';
	/** the same for every try of the same entry: an author sends again what the hub turns out not to have */
	readonly #made = new Map<string, unknown>();
	readonly fetch: Fetch = async (url, init) => {
		const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : null;
		if (this.alter === 'nothing' || !url.endsWith('_bulk_docs') || !isObject(body) || !Array.isArray(body['docs'])) return globalThis.fetch(url, init);
		const docs = (body['docs'] as readonly unknown[]).map((doc) => {
			const id = isObject(doc) && typeof doc['_id'] === 'string' ? doc['_id'] : '';
			if (!this.#made.has(id)) this.#made.set(id, this.#altered(doc));
			return this.#made.get(id);
		});
		return globalThis.fetch(url, { ...init, body: JSON.stringify({ ...body, docs }) });
	};

	#altered(raw: unknown): unknown {
		const checked = checkDocument(raw);
		if (!checked.ok || checked.value.v !== 'e1') return raw;
		const part = (text: string): Uint8Array => fromBase64url(text) ?? new Uint8Array(0);
		const [t, n, c] = [part(checked.value.t), part(checked.value.n), part(checked.value.c)];
		const changed = this.alter === 'random' ? [random.bytes(t.length), random.bytes(n.length), random.bytes(c.length)] : [t, n, c.map((byte, i) => (i === 7 ? byte ^ 1 : byte))];
		const [tag, nonce, body] = changed;
		if (tag === undefined || nonce === undefined || body === undefined) return raw;
		const _id = envelopeDocumentId('e1', tag, nonce, body);
		return { _id, _rev: revisionOf(_id), v: 'e1', t: toBase64url(tag), n: toBase64url(nonce), c: toBase64url(body) };
	}
}

/** Everything that the reader asks, in order: method, path, and the size of what it sends. */
class Witness {
	readonly seen: string[] = [];
	readonly fetch: Fetch = (url, init) => {
		const { pathname } = new URL(url);
		// the wait for news ends when it ends: how often it is begun anew is a matter of time
		if (!pathname.endsWith('_db_updates')) this.seen.push(`${init.method ?? 'GET'} ${pathname} ${typeof init.body === 'string' ? sizeClass(init.body.length) : ''}`);
		return globalThis.fetch(url, init);
	};
	/** What was asked since the last time, each run of the same request once. */
	take(): readonly string[] {
		return this.seen.splice(0).filter((one, i, all) => one !== all[i - 1]);
	}
}
/** Counters and times in a body have a digit more or less. */
const sizeClass = (bytes: number): string => String(Math.round(bytes / 200));

let clinics: Clinics;
let author: Device;
let reader: Device;
let chart: ChartRef;
const attacker = new Attacker();
const witness = new Witness();

beforeAll(async () => {
	clinics = await Clinics.found();
	author = await clinics.join('Ada Author', await clinics.device('ada', { fetch: attacker.fetch }), [{ site: clinics.a, role: 'clinician' }]);
	reader = await clinics.join('Rita Reader', await clinics.device('rita', { fetch: witness.fetch }), [{ site: clinics.a, role: 'clinician' }]);
	chart = await must(author.registerPatient({ site: clinics.a, patient: { resourceType: 'Patient', name: [{ family: 'Kato' }] } }));
	await everybodySyncs(author, reader, author, reader);
});
afterAll(() => clinics.close());

/** The author writes one entry, and the reader fetches until nothing moves any more. */
async function exchange(alter: Alter, text: string): Promise<ReadonlySet<string>> {
	attacker.alter = 'nothing';
	await everybodySyncs(author, reader);
	await reader.syncNow();
	witness.take();
	attacker.alter = alter;
	await must(author.save({ ref: chart, comp: 'clinical', resource: { resourceType: 'Condition', code: { text } }, heads: [] }));
	await author.syncNow();
	for (let i = 0; i < 3; i++) await reader.syncNow();
	return new Set(witness.take());
}

describe('attack 11: an error oracle', () => {
	it('is not there: the reader asks the same of the hub whether it could open what came or not', async () => {
		const good = await exchange('nothing', 'a good entry');
		expect((await must(reader.openChart(chart))).entries.some(({ resource }) => JSON.stringify(resource).includes('a good entry'))).toBe(true);
		expect([...good].some((request) => request.includes('/_hub/frontier '))).toBe(true);
		const quarantinedOrWaiting = async (): Promise<number> => {
			const { waiting, quarantined } = await reader.syncStatus();
			return waiting + quarantined;
		};
		for (const [alter, text] of [['random', 'never read'], ['flipped', 'altered'], ['nothing', 'another good one']] as const) {
			const before = await quarantinedOrWaiting();
			expect([...(await exchange(alter, text))], alter).toEqual([...good]);
			expect(await quarantinedOrWaiting()).toBe(before + (alter === 'nothing' ? 0 : 1));
		}
	});
});
