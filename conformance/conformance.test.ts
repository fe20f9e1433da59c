/** A hub answers as CouchDB does, but for what is recorded; a CouchDB, where there is one, as is expected of it; and the suite notices when one does not. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { hasCouch, testCouch } from '../server/testing/couchdb.ts';
import { ready } from '../sync/verify/sodium.ts';
import { run, summary, type Outcome } from './check.ts';
import { GROUPS } from './groups.ts';
import { couchDirectly, hubHere } from './places.ts';
import { Target, type Place } from './target.ts';

await ready();

const differing = (outcomes: readonly Outcome[]): readonly Outcome[] => outcomes.filter(({ verdict }) => verdict.kind === 'differs');
async function askAll(place: Place): Promise<readonly Outcome[]> {
	try {
		return await run(GROUPS, new Target(place));
	} finally {
		await place.end();
	}
}

describe('the protocol', { timeout: 180_000 }, () => {
	it('is spoken by the embedded hub, with the differences on record and no others', async () => {
		const outcomes = await askAll(await hubHere({ port: 0 }));
		expect(differing(outcomes)).toEqual([]);
		expect(summary(outcomes)).toEqual({ line: '153 checks, 140 same, 13 differ', unexpected: 0 });
	});

	it.skipIf(!hasCouch)('is spoken by CouchDB as the checks expect', async () => {
		const { address } = await testCouch();
		const outcomes = await askAll(await couchDirectly(address.admin));
		expect(differing(outcomes)).toEqual([]);
		expect(summary(outcomes).line).toBe('147 checks, 147 same, 0 differ');
	});

	it.skipIf(!hasCouch)('is spoken by a gateway over CouchDB as by the embedded hub', async () => {
		const couch = await testCouch();
		const outcomes = await askAll(await hubHere({ port: 0, couch: couch.options, prefix: couch.prefix })).finally(couch.remove);
		expect(differing(outcomes)).toEqual([]);
		expect(summary(outcomes).line).toBe('153 checks, 140 same, 13 differ');
	});

	it('has on record as differences only what differs, each with its reason', () => {
		const expected = GROUPS.flatMap(([, checks]) => checks);
		expect(expected.every(({ couchdb, hub }) => hub === undefined || (JSON.stringify(hub.answer) !== JSON.stringify(couchdb) && hub.why !== ''))).toBe(true);
	});
});

describe('the suite', () => {
	it('finds that a server which says yes to everything speaks no protocol', async () => {
		const server = createServer((_request, response) => response.setHeader('Content-Type', 'application/json').end('{"ok":true,"results":[],"rows":[],"last_seq":"1-a","pending":0}'));
		await new Promise<void>((listening) => server.listen(0, 'localhost', listening));
		const url = `http://localhost:${(server.address() as AddressInfo).port}`;
		const place: Place = { kind: 'hub', base: url, headers: {}, databases: ['a-none', 'b-none'], origin: url, restart: null, end: () => Promise.resolve() };
		const groups = GROUPS.filter(([name]) => !['clients', 'waiting', '_changes', '_db_updates'].includes(name));
		const outcomes = await run(groups, new Target(place));
		server.closeAllConnections();
		server.close();
		expect(summary(outcomes).unexpected).toBeGreaterThan(outcomes.length * 0.7);
	});
});
