/**
 * What others may try on the hub: each attack of the list that the hub can see, named by its number.
 */
import { cpSync, mkdirSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toBase64url } from '../sync/change/base64url.ts';
import { fixedClock } from '../sync/change/ports.ts';
import { answers } from '../sync/membership/testing/cast.ts';
import { newSigningKey } from '../sync/seal/keys.ts';
import { revisionOf } from '../sync/verify/document.ts';
import { CHALLENGE_MS, SESSION_MS } from './limits.ts';
import { Device, envelope, envelopes, foundedHub, revised, temporaryFolder, type FoundedHub } from './testing/device.ts';
import { startHub } from './testing.ts';

let world: FoundedHub;
let owner: Device;
let desk: string;
beforeEach(async () => {
	world = await foundedHub();
	owner = world.owner;
	desk = owner.database('north', 'desk');
});
afterEach(() => world.end());

interface Page {
	readonly results: readonly { readonly id: string; readonly doc?: unknown }[];
	readonly last_seq: string;
}
const changes = async (device: Device, database: string, query = ''): Promise<Page> => (await device.get(`/couch/${database}/_changes?${query}`)).json as Page;

describe('attack 30: a hub restored from an old backup', () => {
	it('shows readers of its lost future everything since the backup', async () => {
		const { folder, remove } = temporaryFolder();
		const [data, backup] = [path.join(folder, 'data'), path.join(folder, 'backup')];
		mkdirSync(data);
		const first = await foundedHub({ dataFolder: data });
		const database = first.owner.database('north', 'desk');
		await first.owner.pushes(database, envelopes(5));
		await first.hub.stop();
		cpSync(data, backup, { recursive: true });

		const second = await startHub({ dataFolder: data });
		const reader = await new Device(second, first.owner.person).opensSession();
		await reader.pushes(database, envelopes(3));
		const { last_seq } = await changes(reader, database);
		await second.stop();

		const restored = await startHub({ dataFolder: backup });
		const again = await new Device(restored, first.owner.person).opensSession();
		const others = envelopes(6);
		await again.pushes(database, others);
		const page = await changes(again, database, `since=${last_seq}`);
		// Others too, which it knows already: it may be shown a document twice, and misses none.
		expect(page.results.map((row) => row.id)).toEqual(expect.arrayContaining(others.map((document) => document._id)));
		await restored.stop();
		await first.end();
		remove();
	});
});

describe('attack 31: what is stored', () => {
	it('is not changed by a deletion, another revision, or another body under its id', async () => {
		const [good, other] = [envelope('e1'), envelope('e1')];
		await owner.pushes(desk, [good]);
		const forged = [
			{ _id: good._id, _rev: revisionOf(good._id), _deleted: true },
			{ ...revised(good), _deleted: true },
			{ ...good, _rev: `2-${'a'.repeat(32)}` },
			{ ...good, _rev: `1-${'f'.repeat(32)}` },
			{ ...revised(other), _id: good._id, _rev: revisionOf(good._id) },
			{ ...revised(good), _revisions: { start: 2, ids: ['a'.repeat(32), good._id.slice(0, 32)] } }
		];
		const reply = await owner.post(`/couch/${desk}/_bulk_docs`, { new_edits: false, docs: forged });
		expect(reply.json).toHaveLength(forged.length);
		const page = await changes(owner, desk, 'include_docs=true');
		expect(page.results).toMatchObject([{ id: good._id, doc: revised(good) }]);
		expect(page.results).toHaveLength(1);
	});
});

describe('attack 33: a poison document', () => {
	it.each(['first', 'in the middle', 'last'] as const)('that is %s does not hold up the others', async (place) => {
		const good = envelopes(4).map(revised);
		const poison = { ...revised(envelope('e1')), c: 'AAAA', __proto__: { polluted: true } };
		const at = { first: 0, 'in the middle': 2, last: 4 }[place];
		const reply = await owner.post(`/couch/${desk}/_bulk_docs`, { new_edits: false, docs: [...good.slice(0, at), poison, ...good.slice(at)] });
		expect(reply.json).toHaveLength(1);
		expect((await owner.ids(desk)).sort()).toEqual(good.map((document) => document._id).sort());
	});
});

/** A request whose body is sent by hand; the status of its answer, or `cut` when the hub closed the connection. */
function raw(route: string, headers: Record<string, string>, body: (send: (chunk: string) => boolean, end: () => void) => void): Promise<number | 'cut'> {
	return new Promise((settle) => {
		const request = httpRequest(owner.hub.url + route, { method: 'POST', headers: { Authorization: `Bearer ${owner.token}`, 'Content-Type': 'application/json', ...headers } });
		request.on('response', (response) => {
			response.resume();
			settle(response.statusCode ?? 0);
		});
		request.on('error', () => settle('cut'));
		body((chunk) => !request.destroyed && request.write(chunk), () => request.end());
	});
}

describe('attack 34: a request that is too much', () => {
	const push = () => `/couch/${desk}/_bulk_docs`;

	it('of 17 MiB by its own account is refused before it is read', async () => {
		expect(await raw(push(), { 'Content-Length': String(17 * 1024 * 1024) }, (send) => send('{'))).toBe(413);
	});

	it('that never ends is refused once over the limit', async () => {
		const chunk = ' '.repeat(1024 * 1024);
		const status = await raw(push(), {}, (send) => {
			for (let mebibytes = 0; mebibytes < 20; mebibytes++) send(chunk);
		});
		expect(status).toBe(413);
		expect((await owner.get(`/couch/${desk}`)).json).toMatchObject({ doc_count: 0 });
	});

	it('of more than 1 MiB is not taken from strangers', async () => {
		const stranger = new Device(world.hub, owner.person);
		for (const route of ['/_hub/session', '/_hub/answer', '/_hub/setup']) expect((await stranger.post(route, { text: ' '.repeat(1024 * 1024) })).status).toBe(413);
	});

	it('that is cut short stores nothing', async () => {
		const whole = JSON.stringify({ new_edits: false, docs: envelopes(3).map(revised) });
		expect(await owner.send('POST', push(), whole.slice(0, -10))).toMatchObject({ status: 400 });
		expect((await owner.get(`/couch/${desk}`)).json).toMatchObject({ doc_count: 0 });
	});

	it('that is a compressed bomb is not unpacked', async () => {
		for (const encoding of ['br', 'deflate', 'zstd', 'gzip, gzip']) expect(await owner.send('POST', push(), '{}', { 'Content-Encoding': encoding })).toMatchObject({ status: 415 });
	});

	it('that is a gzip bomb ends at the limit of a body, and what is honest is taken', async () => {
		const auth = { Authorization: `Bearer ${owner.token}`, 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' };
		const bomb = gzipSync(Buffer.alloc(128 * 1024 * 1024, ' '));
		expect(bomb.length).toBeLessThan(200_000);
		const before = process.memoryUsage().arrayBuffers;
		const answers = await Promise.all([1, 2, 3, 4].map(() => fetch(world.hub.url + push(), { method: 'POST', headers: auth, body: bomb })));
		expect(answers.map(({ status }) => status)).toEqual([413, 413, 413, 413]);
		expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(128 * 1024 * 1024);
		const honest = await fetch(world.hub.url + push(), { method: 'POST', headers: auth, body: gzipSync(JSON.stringify({ new_edits: false, docs: [] })) });
		expect([honest.status, await honest.json()]).toEqual([201, []]);
	});

	it('that is nested without end is refused, and the hub lives', async () => {
		const deep = `{"new_edits":false,"docs":[${'['.repeat(500_000)}${']'.repeat(500_000)}]}`;
		expect(await owner.send('POST', push(), deep)).toMatchObject({ status: 201, json: [{ error: 'forbidden' }] });
		const field = `{"new_edits":false,"docs":[{"_id":${'['.repeat(500_000)}${']'.repeat(500_000)},"_rev":1}]}`;
		expect(await owner.send('POST', push(), field)).toMatchObject({ status: 201, json: [{ error: 'forbidden' }] });
	});

	it('whose headers come a byte at a time is cut off', async () => {
		const slow = await foundedHub({ timeouts: { headersMs: 200, checkMs: 50 } });
		const socket = connect(slow.hub.port, '127.0.0.1');
		const text = await new Promise<string>((settle) => {
			let received = '';
			socket.on('data', (chunk: Buffer) => (received += chunk.toString('utf8')));
			socket.on('close', () => settle(received));
			socket.on('error', () => undefined);
			socket.write('POST /couch/x HTTP/1.1\r\nHost: x\r\nX-Slow: ');
		});
		expect(text).toMatch(/^HTTP\/1.1 408 /);
		await slow.end();
	});

	it('with headers beyond 64 KiB is refused', async () => {
		const reply = await fetch(`${owner.hub.url}/couch/${desk}`, { headers: { Authorization: `Bearer ${'a'.repeat(70_000)}` } });
		expect(reply.status).toBe(431);
	});
});

describe('attack 35: another organization', () => {
	it('cannot be founded here by documents made for another hub', async () => {
		const { folder, remove } = temporaryFolder();
		const fresh = await startHub({ dataFolder: folder });
		const device = new Device(fresh, owner.person);
		const reply = await device.post('/_hub/setup', { token: fresh.setupToken, documents: world.cast.documents });
		expect(reply).toMatchObject({ status: 403, json: { reason: expect.stringContaining('another hub') } });
		expect(fresh.setupToken).not.toBeNull();
		await fresh.stop();
		remove();
	});

	it('gets no session and no statement in', async () => {
		const other = await foundedHub();
		const stranger = new Device(world.hub, other.owner.person);
		expect(await stranger.requestSession(await stranger.sessionText())).toMatchObject({ status: 403 });
		const foreign = await owner.pushes(owner.control, other.cast.documents.filter((document) => document.v === 's1'));
		expect(foreign.json).toHaveLength(other.cast.statements.length);
		expect(await owner.ids(owner.control)).toHaveLength(world.cast.documents.length);
		await other.end();
	});
});

describe('attacks 12 and 14: a statement', () => {
	it('of an actor that the log does not know is not stored', async () => {
		const nina = answers(world.cast, 'nina', world.cast.person('olga').invites('clinician of north').link).person;
		nina.forges({ kind: 'refuse', invitation: nina.self.keys.device, reason: null }, world.cast.state.heads);
		const reply = await owner.syncsControl();
		expect(reply.json).toMatchObject([{ error: 'forbidden' }]);
		expect(await owner.ids(owner.control)).toHaveLength(world.cast.documents.length - 1);
	});

	it('that its author may not make is not stored, and the rest of the batch is', async () => {
		const nina = world.cast.person('olga').brings('nina', 'receptionist of north');
		const before = world.cast.documents.length;
		nina.forges({ kind: 'hub', hub: { key: newSigningKey(world.cast.random).publicKey, origins: ['https://evil.example'] } });
		const reply = await owner.syncsControl();
		expect(reply.json).toHaveLength(1);
		expect(await owner.ids(owner.control)).toHaveLength(before);
	});

	it('may arrive before those it cites', async () => {
		const olga = world.cast.person('olga');
		olga.addsSite('south', 'region');
		olga.addsSite('east', 'region');
		expect(await owner.pushes(owner.control, [...world.cast.documents].reverse())).toMatchObject({ status: 201, json: [] });
	});
});

describe('attack 50: each limit', () => {
	it('of a batch, a page and a document is asserted', async () => {
		expect((await owner.post(`/couch/${desk}/_bulk_docs`, { new_edits: false, docs: Array(1001).fill(null) })).status).toBe(413);
		expect((await owner.pushes(desk, [envelope('e1', 262_144)])).json).toMatchObject([{ error: 'forbidden' }]);
		await owner.pushes(desk, envelopes(1000));
		await owner.pushes(desk, envelopes(1000));
		await owner.pushes(desk, envelopes(10));
		expect((await changes(owner, desk, 'limit=100000')).results).toHaveLength(2000);
		expect(((await owner.get(`/couch/${desk}/_all_docs?limit=100000`)).json as { rows: unknown[] }).rows).toHaveLength(2000);
	});
});

describe('attack 57: a challenge or a token', () => {
	it('is void a second time', async () => {
		const text = await owner.sessionText();
		expect((await owner.requestSession(text)).status).toBe(200);
		expect(await owner.requestSession(text)).toMatchObject({ status: 401, json: { reason: expect.stringContaining('challenge') } });
	});

	it('passed on by a page at another origin is refused', async () => {
		expect(await owner.requestSession(await owner.sessionText({ origin: 'https://evil.example' }))).toMatchObject({ status: 403 });
	});

	it('for another hub is refused', async () => {
		expect(await owner.requestSession(await owner.sessionText({ hub: newSigningKey(world.cast.random).publicKey }))).toMatchObject({ status: 403 });
	});

	it('signed by another device is refused', async () => {
		expect(await owner.requestSession(await owner.sessionText(), newSigningKey(world.cast.random))).toMatchObject({ status: 401 });
	});

	it('of another hub’s making is refused', async () => {
		const other = await foundedHub();
		expect(await owner.requestSession(await owner.sessionText({ nonce: await other.owner.challenge() }))).toMatchObject({ status: 401 });
		const carried = new Device(world.hub, owner.person);
		carried.token = other.owner.token;
		expect((await carried.get(`/couch/${desk}`)).status).toBe(401);
		await other.end();
	});

	it('altered in any character is refused', async () => {
		const token = owner.token ?? '';
		const thief = new Device(world.hub, owner.person);
		thief.token = token;
		expect((await thief.get(`/couch/${desk}`)).status).toBe(200);
		for (let at = 0; at < token.length; at += 7) {
			thief.token = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
			expect((await thief.get(`/couch/${desk}`)).status).toBe(401);
		}
	});

	it('ends', async () => {
		const clock = fixedClock(Date.UTC(2026, 5, 1));
		const timed = await foundedHub({ clock });
		const text = await timed.owner.sessionText();
		clock.set(clock.now() + CHALLENGE_MS);
		expect((await timed.owner.requestSession(text)).status).toBe(401);
		clock.set(clock.now() + SESSION_MS);
		expect((await timed.owner.get(`/couch/${timed.owner.control}`)).status).toBe(401);
		await timed.end();
	});
});

describe('attack 58: a false body under a true id', () => {
	const falsified = <T extends { readonly c: string }>(document: T): T => ({ ...document, c: toBase64url(new Uint8Array(528)) });

	it('is refused by every path that writes', async () => {
		const olga = world.cast.person('olga');
		const invited = olga.invites('clinician of north');
		await owner.syncsControl();
		const answer = answers(world.cast, 'nina', invited.link).answered.document;
		const bundle = world.cast.documents.find((document) => document.v === 'k1');
		if (!bundle) throw new Error('there is no key bundle');
		const refused = [{ error: 'forbidden', reason: expect.stringContaining('hash') }];
		expect((await owner.pushes(desk, [falsified(envelope('e1'))])).json).toMatchObject(refused);
		expect((await owner.pushes(owner.control, [falsified(bundle)])).json).toMatchObject(refused);
		expect((await owner.post(`/_hub/deposit/${desk}`, { docs: [revised({ ...envelope('d1'), c: envelope('d1').c })] })).json).toMatchObject(refused);
		expect(await owner.post('/_hub/answer', { document: falsified(answer) })).toMatchObject({ status: 400, json: { reason: expect.stringContaining('hash') } });
		const { folder, remove } = temporaryFolder();
		const fresh = await startHub({ dataFolder: folder });
		const founding = await new Device(fresh, olga).post('/_hub/setup', { token: fresh.setupToken, documents: [falsified(bundle)] });
		expect(founding).toMatchObject({ status: 400, json: { reason: expect.stringContaining('hash') } });
		await fresh.stop();
		remove();
	});
});

describe('attack 59: an invitation’s answer', () => {
	it('without the invitation’s key is refused', async () => {
		const olga = world.cast.person('olga');
		const [one, two] = [olga.invites('clinician of north'), olga.invites('lead of region')];
		await owner.syncsControl();
		const mine = answers(world.cast, 'mallory', one.link).answered.document;
		expect((await owner.post('/_hub/answer', { document: { ...mine, invitation: two.invitation } })).status).toBe(400);
		expect((await owner.pushes(owner.control, [mine])).json).toEqual([]);
	});

	it('after another is refused, whoever holds the link: the first one stays the only one to be compared', async () => {
		const invited = world.cast.person('olga').invites('clinician of north');
		await owner.syncsControl();
		const [first, second] = ['nina', 'mallory'].map((name) => answers(world.cast, name, invited.link).answered.document);
		if (first === undefined || second === undefined) throw new Error('both answer');
		const stranger = new Device(world.hub, owner.person);
		const answered = async (): Promise<readonly string[]> => (await owner.ids(owner.control)).filter((id) => id === first._id || id === second._id);
		expect((await stranger.post('/_hub/answer', { document: first })).status).toBeLessThan(300);
		expect(await answered()).toEqual([first._id]);
		// the second is as sound as the first: the same key of the link, a signature of its own
		const late = await stranger.post('/_hub/answer', { document: second });
		expect(late.status).toBeGreaterThanOrEqual(400);
		expect(await answered()).toEqual([first._id]);
		// a repeat, after a line that broke, is no second answer
		expect((await stranger.post('/_hub/answer', { document: first })).status).toBeLessThan(300);
		expect(await answered()).toEqual([first._id]);
	});
});

describe('attack 51: an answer with records in it', () => {
	it('is not compressed, whatever the client says it can read', async () => {
		await owner.pushes(desk, envelopes(20));
		for (const route of [`/couch/${desk}/_changes?include_docs=true`, `/couch/${desk}/_all_docs?include_docs=true`, '/couch/_db_updates?feed=normal', '/_hub/info']) {
			const response = await fetch(world.hub.url + route, { headers: { Authorization: `Bearer ${owner.token ?? ''}`, 'Accept-Encoding': 'gzip, br, deflate' } });
			expect(response.status).toBe(200);
			expect(response.headers.get('content-encoding'), route).toBeNull();
			await response.arrayBuffer();
		}
	});
});
