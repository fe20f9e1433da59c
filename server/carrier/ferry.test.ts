/** One database between a box and a hub above that may forget, repeat itself, or be asked for less than it was. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isId } from '../../sync/change/ids.ts';
import { ok } from '../../sync/result.ts';
import type { EnvelopeDocument, WireDocument } from '../../sync/verify/document.ts';
import { ready } from '../../sync/verify/sodium.ts';
import { storedForm } from '../documents.ts';
import type { StoredDocument } from '../storage/port.ts';
import { EmbeddedStorage } from '../storage/embedded-storage.ts';
import { envelope, envelopes, temporaryFolder } from '../testing/device.ts';
import { depositAgain, ferry, fetchAll, type FerryParts, type Route } from './ferry.ts';

const site = 'a'.repeat(32);
if (!isId(site)) throw new Error('not an id');
const DESK: Omit<Route, 'mode'> = { ours: `sb-${site}-desk`, theirs: `sb-${site}-desk`, place: { kind: 'desk', site } };

let storage: EmbeddedStorage;
let end: () => Promise<void>;
beforeEach(async () => {
	await ready();
	const place = temporaryFolder();
	storage = new EmbeddedStorage(place.folder);
	end = () => storage.close().then(place.remove);
});
afterEach(() => end());

type Above = FerryParts['up'];

/** A hub above that keeps what it is sent in `held`; its feed is the order of ids in it. */
function above(changed: Partial<Above> = {}): Above & { readonly held: Map<string, StoredDocument> } {
	const held = new Map<string, StoredDocument>();
	return {
		held,
		pack: () => Promise.resolve(null),
		changes: (_, since) => Promise.resolve(ok({ ids: [...held.keys()].slice(Number(since)), lastSeq: String(held.size), pending: 0 })),
		documents: (_, ids) => Promise.resolve(ok(new Map(ids.flatMap((id) => (held.has(id) ? [[id, held.get(id)]] : []))))),
		count: () => Promise.resolve(ok(held.size)),
		push: (_, docs) => {
			for (const document of docs) held.set(document._id, document);
			return Promise.resolve(ok(0));
		},
		...changed
	};
}
function carries(up: Above): { readonly parts: FerryParts; readonly run: (mode: Route['mode']) => ReturnType<typeof ferry> } {
	const parts: FerryParts = {
		up, storage, organization: { accept: () => Promise.resolve([]) }, signal: new AbortController().signal,
		tally: { queue: new Map(), lag: new Map(), refused: 0 }, differed: new Map(), wentBack: false
	};
	return { parts, run: (mode) => ferry(parts, { ...DESK, mode }) };
}
const write = async (documents: readonly WireDocument[]): Promise<void> => (await storage.get(DESK.ours)).write(documents.map(storedForm));
const sorted = (ids: Iterable<string>): string[] => [...ids].sort();
const named = (documents: readonly WireDocument[]): string[] => sorted(documents.map(({ _id }) => _id));

it('counts what was written to a site before it stopped carrying it, and sends it when it carries it again', async () => {
	const hub = above();
	const { parts, run } = carries(hub);
	const [before, stranded, deposited] = [envelopes(1), envelopes(2), envelope('d1')];
	await write(before);
	await run('both');
	await write([...stranded, deposited]);
	for (const _ of [1, 2]) {
		expect(await run('deposit')).toBeNull();
		expect([sorted(hub.held.keys()), parts.tally.queue.get(DESK.ours)]).toEqual([named([...before, deposited]), 2]);
	}
	expect(await run('both')).toBeNull();
	expect([sorted(hub.held.keys()), parts.tally.queue.get(DESK.ours)]).toEqual([named([...before, ...stranded, deposited]), 0]);
});

it('refills a hub above that loses as many documents a second time, and says each time that it went back', async () => {
	const hub = above();
	const { parts, run } = carries(hub);
	await write(envelopes(3));
	await run('both');
	for (const _ of [1, 2]) {
		hub.held.clear();
		parts.wentBack = false;
		for (let exchange = 0; exchange < 3; exchange++) expect(await run('both')).toBeNull();
		expect([hub.held.size, parts.wentBack]).toEqual([3, true]);
	}
});

it('sends deposits once more to a hub above that went back, and nothing but deposits', async () => {
	const hub = above();
	const { parts, run } = carries(hub);
	const deposited = envelope('d1');
	await write([...envelopes(2), deposited]);
	await run('deposit');
	hub.held.clear();
	await run('deposit');
	expect(hub.held.size).toBe(0);
	await depositAgain(storage, DESK.ours);
	await run('deposit');
	expect([[...hub.held.keys()], parts.tally.queue.get(DESK.ours)]).toEqual([[deposited._id], 2]);
});

it('attack 58: is not kept busy by empty packs, packs it has, or a log, without end', async () => {
	let at = 0;
	const packOf = (documents: readonly EnvelopeDocument[]): Above['pack'] => (db, from) =>
		Promise.resolve({ db, from, to: `${++at}-aaaaaaaa`, count: documents.length, digest: '', documents, damaged: [] });
	expect(await carries(above({ pack: packOf([]) })).run('both')).toBeNull();
	const known = envelopes(400);
	await write(known);
	expect(await carries(above({ pack: packOf(known) })).run('both')).toMatchObject({ code: 'bad-answer' });
	expect(at).toBeLessThan(100);
	const endless = above({ changes: () => Promise.resolve(ok({ ids: ['x'], lastSeq: String(++at), pending: 1 })) });
	expect(await fetchAll(carries(endless).parts, 'sb-control', 10)).toMatchObject({ ok: false, error: { code: 'bad-answer' } });
});
