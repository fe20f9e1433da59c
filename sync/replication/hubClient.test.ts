import { beforeAll, describe, expect, it } from 'vitest';
import type { Hash, Id } from '../change/change.ts';
import { seededRandom } from '../change/ports.ts';
import { ready } from '../verify/sodium.ts';
import { exchange } from './boundedFetch.ts';
import { FakeHub } from './fakeHub.ts';
import { HubClient } from './hubClient.ts';
import { parseChanges, parseInfo, parseRefusals, wentBack } from './hubAnswers.ts';
import { backoffMs, realScheduler, type Scheduler } from './scheduler.ts';

beforeAll(ready);

/** A scheduler whose time moves only when it is told. */
function handScheduler(): Scheduler & { pass(ms: number): void } {
	let now = 0;
	const tasks = new Set<{ readonly at: number; readonly task: () => void }>();
	return {
		now: () => now,
		fraction: () => 0.5,
		after(ms, task) {
			const entry = { at: now + ms, task };
			tasks.add(entry);
			return () => tasks.delete(entry);
		},
		pass(ms) {
			now += ms;
			for (const entry of [...tasks]) {
				if (entry.at > now) continue;
				tasks.delete(entry);
				entry.task();
			}
		}
	};
}
const turn = () => new Promise((resolve) => setImmediate(resolve));
const client = (hub: FakeHub) => {
	const made = new HubClient({ fetch: hub.fetch, origin: 'https://hub.test/', scheduler: realScheduler });
	made.use({ hub: hub.key, org: 'o'.repeat(43) as Hash, device: 'd'.repeat(32) as Id, databases: ['desk'], sign: () => 'signature' });
	return made;
};
const request = { url: 'https://hub.test/x', method: 'GET', signal: new AbortController().signal, bytesMax: 1000, silenceMs: 100, wholeMs: 1000 } as const;
const streaming = (start: (controller: ReadableStreamDefaultController<Uint8Array>) => void): Response => new Response(new ReadableStream({ start }));
const bytes = (text: string) => new TextEncoder().encode(text);

describe('the client of a hub', () => {
	it('opens one session however many routes ask for it at once', async () => {
		const hub = new FakeHub(seededRandom(1));
		const hubClient = client(hub);
		await Promise.all([1, 2, 3].map(() => hubClient.databaseInfo('desk')));
		expect(hub.requests.filter((each) => each.endsWith('/session'))).toHaveLength(1);
	});

	it('attack 57: signs nothing for a hub with another key', async () => {
		const [hub, other] = [new FakeHub(seededRandom(1)), new FakeHub(seededRandom(2))];
		let signed = 0;
		const hubClient = new HubClient({ fetch: other.fetch, origin: 'https://hub.test', scheduler: realScheduler });
		hubClient.use({ hub: hub.key, org: 'o'.repeat(43) as Hash, device: 'd'.repeat(32) as Id, databases: [], sign: () => String(signed++) });
		expect(await hubClient.databaseInfo('desk')).toMatchObject({ ok: false, error: { code: 'wrong-hub' } });
		expect(signed).toBe(0);
	});

	it('signs in again once when the session ended, and says so when that does not help', async () => {
		const hub = new FakeHub(seededRandom(1));
		const hubClient = client(hub);
		await hubClient.databaseInfo('desk');
		hub.sessions++;
		expect((await hubClient.databaseInfo('desk')).ok).toBe(true);
		hub.intercept = (_, path) => (path.startsWith('/couch') ? new Response('{"error":"unauthorized","reason":"no longer enrolled"}', { status: 401 }) : null);
		expect(await hubClient.databaseInfo('desk')).toMatchObject({ ok: false, error: { code: 'session-ended', status: 401 } });
	});

	it.each([
		[403, 'forbidden'], [404, 'not-found'], [413, 'refused'], [429, 'busy'], [500, 'hub-failed'], [503, 'busy']
	])('turns status %i into %s', async (status, code) => {
		const answer = await exchange(() => Promise.resolve(new Response('{"reason":"why"}', { status })), realScheduler, request);
		expect(answer).toMatchObject({ ok: false, error: { code, status, message: expect.stringContaining('why') } });
	});
});

describe('attack 34: answers that are not what they should be', () => {
	it('a body above the limit is cut off while it is read', async () => {
		let pulled = 0;
		const endless = new Response(new ReadableStream({ pull: (controller) => (pulled++, controller.enqueue(new Uint8Array(400))) }));
		expect(await exchange(() => Promise.resolve(endless), realScheduler, request)).toMatchObject({ ok: false, error: { code: 'too-large' } });
		expect(pulled).toBeLessThan(10);
	});

	it('JSON that was cut off is not half an answer', async () => {
		expect(await exchange(() => Promise.resolve(new Response('{"results":[{"seq":1')), realScheduler, request)).toMatchObject({ ok: false, error: { code: 'bad-answer' } });
	});

	it('silence ends the exchange', async () => {
		const scheduler = handScheduler();
		const answer = exchange(() => Promise.resolve(streaming((controller) => controller.enqueue(bytes('{')))), scheduler, request);
		await turn();
		scheduler.pass(100);
		expect(await answer).toMatchObject({ ok: false, error: { code: 'timeout' } });
	});

	it('a byte now and then does not keep it open for ever', async () => {
		const scheduler = handScheduler();
		let drip: (text: string) => void = () => undefined;
		const answer = exchange(() => Promise.resolve(streaming((controller) => (drip = (text) => controller.enqueue(bytes(text))))), scheduler, request);
		for (let i = 0; i < 30; i++) {
			await turn();
			drip(' ');
			await turn();
			scheduler.pass(50);
		}
		expect(await answer).toMatchObject({ ok: false, error: { code: 'timeout' } });
	});

	it('shapes that are not of the protocol are refused, whatever they are', () => {
		for (const raw of [null, 1, 'x', [], {}, { results: {} }, { results: [], last_seq: -1 }, { results: [null], last_seq: 1 }, { results: [{ seq: {}, id: 'a' }], last_seq: 1 }, { results: [{ seq: 1, id: 5 }], last_seq: 1 }]) {
			expect(parseChanges(raw).ok).toBe(false);
		}
		for (const raw of [null, {}, 'x', [1], [{ error: 'x' }]]) expect(parseRefusals(raw).ok).toBe(false);
		const info = (prefix: unknown) => parseInfo({ saddlebag: '1', hub: 'k', org: null, configured: false, prefix, origins: [] }).ok;
		expect(info('sb')).toBe(true);
		// it goes into names of databases, and those into keys on this device's disk
		for (const prefix of ['', 'a b', 'a|b', 'a/b', 'A', 7, 'x'.repeat(40)]) expect(info(prefix)).toBe(false);
	});
});

describe('positions in a feed', () => {
	const answer = (seqs: readonly (string | number)[], lastSeq: string | number) => ({ rows: seqs.map((seq) => ({ seq, id: 'x', deleted: false, doc: null })), lastSeq, pending: 0 });
	it('tell when the feed went back, where they can', () => {
		expect(wentBack('10-a', answer([], '10-b'))).toBe(false);
		expect(wentBack('10-a', answer(['11-b'], '11-b'))).toBe(false);
		expect(wentBack('10-a', answer([], '7-b'))).toBe(true);
		expect(wentBack('10-a', answer(['5-b', '12-b'], '12-b'))).toBe(true);
		expect(wentBack('opaque', answer(['other'], 'other'))).toBe(false);
	});
});

describe('the pause after a failure', () => {
	it('grows to its bound, and is never less than half of it', () => {
		const pauses = Array.from({ length: 12 }, (_, failures) => backoffMs(failures, 1000, 60_000, 0));
		expect(pauses.slice(0, 4)).toEqual([500, 1000, 2000, 4000]);
		expect(Math.max(...pauses)).toBe(30_000);
		expect(backoffMs(50, 1000, 60_000, 0.999)).toBeLessThanOrEqual(60_000);
	});
});
