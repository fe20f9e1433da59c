import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Level } from './level.ts';
import { missed, scanFolder } from './scan.ts';

const CANARIES = ['Zanzibarine-Quux', 'Grâce Ñandú', '0799 555 013', '1893-04-17'];
let folder = '';
beforeEach(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'scanner-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const found = async () => (await scanFolder(folder, CANARIES)).findings.map((f) => f.form);

async function writeLevel(rows: readonly (readonly [string, Buffer])[], compact: boolean) {
	const db = await Level.open(path.join(folder, 'db'), true);
	for (const [key, value] of rows) await db.put(key, value);
	if (compact) await db.compact();
	await db.close();
}

describe('the canary scanner', () => {
	it('finds nothing where nothing is', async () => {
		writeFileSync(path.join(folder, 'a'), 'nothing to see');
		expect(await found()).toEqual([]);
	});
	it('finds a canary in each form that this stack writes text in', async () => {
		const secret = CANARIES[0] ?? '';
		const shapes: Buffer[] = [
			Buffer.from(secret), Buffer.from(secret, 'utf16le'), Buffer.from(secret.toLowerCase()),
			...[0, 1, 2].map((pad) => Buffer.from(Buffer.from(`${'x'.repeat(pad)}${secret}yy`).toString('base64'))),
			...[0, 1, 2].map((pad) => Buffer.from(Buffer.from(`${'x'.repeat(pad)}${secret}yy`).toString('base64url'))),
			Buffer.from([...secret].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')),
			gzipSync(Buffer.from(`{"name":"${secret}"}`.repeat(20)))
		];
		for (const [index, bytes] of shapes.entries()) {
			writeFileSync(path.join(folder, 'a'), Buffer.concat([Buffer.from([7, 7, 7]), bytes]));
			expect(await found(), `shape ${index}`).not.toEqual([]);
		}
	});
	it('finds accented text that was folded for search', async () => {
		writeFileSync(path.join(folder, 'a'), 'xx grace nandu xx');
		expect(await found()).toEqual(['utf-8 folded']);
	});
	it('finds what lies in compressed table blocks and in logs, whichever way the database is read', async () => {
		for (const compact of [true, false]) {
			await writeLevel(CANARIES.map((canary, index) => [`row${index}`, Buffer.from(JSON.stringify({ filler: 'aaaa '.repeat(2000), canary, more: 'aaaa '.repeat(2000) }))]), compact);
			const scan = await scanFolder(folder, CANARIES);
			expect(missed(CANARIES, scan)).toEqual([]);
			expect(scan.databases).toBe(1);
			expect(scan.findings.some((f) => f.where.includes('unpacked'))).toBe(true);
			rmSync(path.join(folder, 'db'), { recursive: true });
		}
	});
	it('refuses a canary too short to mean anything', async () => {
		await expect(scanFolder(folder, ['ab'])).rejects.toThrow(/under 6/);
	});
});
