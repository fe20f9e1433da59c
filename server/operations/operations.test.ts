/** What those who run a hub may ask: health by anybody, numbers by whoever has the token, and nothing of a record or a device in either. */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { steppingClock } from '../../sync/change/ports.ts';
import { envelope, envelopes, foundedHub, temporaryFolder, type FoundedHub } from '../testing/device.ts';
import { Metrics, trafficOf } from './metrics.ts';

let founded: FoundedHub;
let place: ReturnType<typeof temporaryFolder>;
const token = (): string => readFileSync(path.join(place.folder, 'metrics.token'), 'utf8').trim();
const metrics = async (authorization?: string): Promise<Response> => fetch(`${founded.hub.url}/metrics`, authorization === undefined ? {} : { headers: { Authorization: authorization } });

beforeAll(async () => {
	place = temporaryFolder();
	founded = await foundedHub({ dataFolder: place.folder });
});
afterAll(async () => {
	await founded.end();
	place.remove();
});

describe('a hub', () => {
	it('says that it is up', async () => {
		const up = await fetch(`${founded.hub.url}/_up`);
		expect([up.status, await up.json()]).toEqual([200, { status: 'ok' }]);
	});

	it('attack: tells its numbers to nobody without the token, which only its own user reads', async () => {
		for (const authorization of [undefined, '', 'Bearer', `Bearer ${'x'.repeat(token().length)}`, `Basic ${token()}`]) expect((await metrics(authorization)).status).toBe(401);
		expect(statSync(path.join(place.folder, 'metrics.token')).mode & 0o077).toBe(0);
	});

	it('counts sessions, pushes, pulls, and what was refused; names sites, no device and nobody', async () => {
		const { owner } = founded;
		const care = owner.database('north', 'care');
		await owner.pushes(care, envelopes(3));
		await owner.post(`/couch/${care}/_bulk_docs`, { new_edits: false, docs: [{ ...envelope('e1'), _rev: '1-x' }, { _id: 'x' }] });
		await owner.ids(care);
		await owner.opensSession();
		const answer = await metrics(`Bearer ${token()}`);
		expect(answer.headers.get('content-type')).toContain('version=0.0.4');
		const text = await answer.text();
		for (const line of [/^saddlebag_requests_total\{traffic="push",status="2xx"\} \d+$/m, /^saddlebag_requests_total\{traffic="pull",status="2xx"\} 1$/m, /^saddlebag_requests_total\{traffic="session",status="2xx"\} \d+$/m,
			/^saddlebag_documents_refused_total 2$/m, /^saddlebag_documents_stored_total \d+$/m, /^saddlebag_disk_free_bytes \d{6,}$/m, /^saddlebag_request_seconds_bucket\{traffic="push",le="\+Inf"\} \d+$/m]) expect(text).toMatch(line);
		expect(text).toContain(`saddlebag_site_silence_seconds{site="${founded.cast.site('north')}"}`);
		for (const secret of [owner.id, owner.token ?? '', founded.cast.org, '127.0.0.1', token()]) expect(text).not.toContain(secret);
		for (const line of text.trimEnd().split('\n')) expect(line).toMatch(/^(?:# (?:HELP|TYPE) \S+ .+|[a-z_]+(?:\{[a-z]+="[^"]*"(?:,[a-z]+="[^"]*")*\})? -?[0-9.e+]+)$/);
	});
});

it('a clock that falls back makes no time negative', async () => {
	const clock = steppingClock(1_000_000, -5_000);
	const counted = new Metrics(clock, place.folder, 'sb', { onWritten: () => () => undefined });
	counted.begin('push')(201);
	counted.add(() => [{ name: 'saddlebag_carrier_lag_seconds', help: 'Lag.', labels: { upstream: 'a"b\n' }, value: 3 }]);
	expect(await counted.text()).not.toMatch(/ -\d/);
	expect(await counted.text()).toContain('saddlebag_carrier_lag_seconds{upstream="a_b_"} 3');
});

it('what is asked for is counted by what it is, whatever the path', () => {
	expect([['POST', '/couch/sb-control/_bulk_docs'], ['GET', '/couch/x/_changes/'], ['GET', '/couch/_db_updates'], ['POST', '/_hub/session'], ['POST', '/_hub/deposit/x'], ['GET', '/_hub/pack/x'], ['GET', '/couch/'], ['GET', '/_bulk_docs']].map(([method = '', route = '']) => trafficOf(method, route)))
		.toEqual(['push', 'pull', 'wait', 'session', 'deposit', 'pull', 'other', 'other']);
});
