/**
 * Files carried by hand at a hub, and backups of one: what goes in passes the check of a push, what comes out is all there is, and what is damaged is named.
 */
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hash } from '../sync/change/change.ts';
import { BundleReader, writeBundle, type BundleEntry } from '../sync/verify/bundle.ts';
import { newSigningKey } from '../sync/seal/keys.ts';
import { statementDocument } from '../sync/verify/document.ts';
import { checkBackup, restoreBackup } from './backup/restore.ts';
import { takeBundle } from './bundles.ts';
import { readDoor } from './operations/door.ts';
import { openData } from './operations/open-data.ts';
import { Device, envelope, envelopes, foundedHub, temporaryFolder, type FoundedHub } from './testing/device.ts';
import { startHub } from './testing.ts';

let founded: FoundedHub;
let place: ReturnType<typeof temporaryFolder>;
let folder: string;

beforeAll(async () => {
	place = temporaryFolder();
	folder = path.join(place.folder, 'data');
	founded = await foundedHub({ dataFolder: folder });
	for (const kind of ['desk', 'care'] as const) await founded.owner.pushes(founded.owner.database('north', kind), envelopes(30));
});
afterAll(async () => {
	await founded.end();
	place.remove();
});

interface Answer { readonly status: number; readonly text: string }
/** Through the operator's door. */
function door(method: 'GET' | 'POST', route: string, body?: string | Uint8Array, token?: string): Promise<Answer> {
	const address = readDoor(readFileSync(path.join(folder, 'operator.json'), 'utf8'));
	if (address === null) throw new Error('no door');
	return new Promise((settle, failed) => {
		const sent = request({ host: '127.0.0.1', port: address.port, path: route, method, headers: { Authorization: `Bearer ${token ?? address.token}` } }, (answer) => {
			let text = '';
			answer.setEncoding('utf8');
			answer.on('data', (chunk: string) => (text += chunk));
			answer.on('end', () => settle({ status: answer.statusCode ?? 0, text }));
		});
		sent.on('error', failed);
		sent.end(body);
	});
}
const org = (): Hash => founded.cast.org;
const bare = (name: string): string => name.slice('sb-'.length);
async function fileOf(entries: readonly BundleEntry[], of: Hash = org()): Promise<Uint8Array> {
	const pieces: Uint8Array[] = [];
	for await (const { bytes } of writeBundle({ org: of, hub: null }, entries, Infinity)) pieces.push(bytes);
	return Buffer.concat(pieces);
}
const take = async (file: string | Uint8Array, pass = 'envelopes'): Promise<Record<string, unknown>> => JSON.parse((await door('POST', `/bundle/${pass}`, file)).text) as Record<string, unknown>;
const care = (): string => founded.owner.database('north', 'care');

describe('a file at a hub', () => {
	it('holds everything that the hub has, or one site with all statements', async () => {
		const read = (text: string) => {
			const reader = new BundleReader();
			const entries = [...reader.push(Buffer.from(text)), ...reader.end().entries];
			return { dbs: entries.map(({ db }) => db), ids: new Set(entries.map(({ document }) => document._id)) };
		};
		const all = read((await door('GET', '/bundle')).text);
		for (const kind of ['desk', 'care'] as const) for (const id of await founded.owner.ids(founded.owner.database('north', kind))) expect(all.ids.has(id)).toBe(true);
		for (const id of await founded.owner.ids(founded.owner.control)) expect(all.ids.has(id)).toBe(true);
		const north = read((await door('GET', `/bundle?site=${founded.cast.site('north')}`)).text);
		expect(new Set(north.dbs)).toEqual(new Set(['control', bare(care()), bare(founded.owner.database('north', 'desk'))]));
		expect(read((await door('GET', `/bundle?site=${founded.cast.site('region')}`)).text).dbs.every((db) => db === 'control' || db.startsWith(founded.cast.site('region')))).toBe(true);
	});

	it('is taken in once, in any order; what does not belong is refused by itself', async () => {
		const [first, second, third] = envelopes(3);
		if (first === undefined || second === undefined || third === undefined) throw new Error('no documents');
		const db = bare(care());
		const file = await fileOf([{ db, document: third }, { db: `${'0'.repeat(32)}-care`, document: second }, { db, document: first }]);
		expect(await take(file)).toMatchObject({ stored: 2, already: 0, refused: 1, damaged: 0, whole: true, reasons: [{ document: second._id }] });
		expect(await take(file)).toMatchObject({ stored: 0, already: 2, refused: 1 });
		expect(await founded.owner.ids(care())).toEqual(expect.arrayContaining([first._id, third._id]));
	});

	it('attack 34: damaged, gives what is sound', async () => {
		const documents = envelopes(8);
		const file = Buffer.from(await fileOf(documents.map((document) => ({ db: bare(care()), document }))));
		file[Math.floor(file.length / 2)] = 0;
		expect(await take(file)).toMatchObject({ stored: 7, damaged: 1, whole: false });
		expect(await take(file.subarray(0, file.length / 3))).toMatchObject({ whole: false });
	});

	it('attack 12: statements in it are judged as those of a push', async () => {
		const nina = founded.owner.person.brings('nina', 'clinician of north');
		const forged = nina.forges({ kind: 'hub', hub: { key: newSigningKey(founded.cast.random).publicKey, origins: ['https://evil.example'] } });
		const entries = founded.cast.documents.map((document) => ({ db: 'control', document }));
		expect(await take(await fileOf(entries), 'statements')).toMatchObject({ refused: 1, whole: true, reasons: [{ document: statementDocument(forged.text, forged.sig)._id }] });
		const device = await new Device(founded.hub, nina).opensSession();
		expect((await device.get(`/couch/${care()}`)).status).toBe(200);
		expect((await device.get(`/couch/${founded.owner.database('region', 'care')}`)).status).not.toBe(200);
	});

	it('that ends in another organization\'s gives everything before that', async () => {
		const other = temporaryFolder();
		const world = await foundedHub({ dataFolder: path.join(other.folder, 'data') });
		const name = world.owner.database('north', 'care');
		await world.hub.stop();
		const opened = await openData(path.join(other.folder, 'data'));
		if (!opened.ok) throw new Error(opened.error.message);
		try {
			const documents = envelopes(3);
			const whole = await fileOf(documents.map((document) => ({ db: bare(name), document })), world.cast.org);
			const foreign = await fileOf([{ db: bare(name), document: envelope('e1') }], 'A'.repeat(43) as Hash);
			async function* pieces(): AsyncGenerator<Uint8Array> {
				const header = foreign.indexOf(0x0a) + 1;
				for (const piece of [whole, foreign.subarray(0, header), foreign.subarray(header)]) yield await Promise.resolve(piece);
			}
			expect(await takeBundle(opened.value, pieces(), 'envelopes')).toMatchObject({ ok: true, value: { stored: 3, whole: false } });
			expect((await (await opened.value.storage.get(name)).info()).count).toBe(3);
		} finally {
			await opened.value.close();
			await world.end();
			other.remove();
		}
	});

	it('of another organization, or by whoever has not the operator\'s token, is refused', async () => {
		expect((await door('POST', '/bundle/envelopes', await fileOf([{ db: bare(care()), document: envelope('e1') }], 'A'.repeat(43) as Hash))).status).toBe(400);
		for (const token of ['', 'x', 'A'.repeat(43)]) for (const route of ['/backup', '/bundle']) expect((await door('GET', route, undefined, token)).status).toBe(401);
		expect(statSync(path.join(folder, 'operator.json')).mode & 0o077).toBe(0);
		const outside = await fetch(`${founded.hub.url}/backup`);
		expect(await outside.text()).not.toContain('PRIVATE KEY');
	});
});

describe('a backup', () => {
	const file = (): string => path.join(place.folder, 'hub.backup');

	it('is written while pushes go on, and restored by itself: the same hub, with what was there', async () => {
		const before = await founded.owner.ids(care());
		let pushing = true;
		const late: string[] = [];
		const pusher = (async () => {
			while (pushing) {
				const documents = envelopes(5);
				await founded.owner.pushes(care(), documents);
				late.push(...documents.map(({ _id }) => _id));
			}
		})();
		const { status, text } = await door('GET', '/backup');
		pushing = false;
		await pusher;
		expect(status).toBe(200);
		writeFileSync(file(), text);
		expect(await checkBackup(file())).toMatchObject({ ok: true });

		const target = path.join(place.folder, 'restored');
		expect(await restoreBackup(file(), target)).toMatchObject({ ok: true, value: { hub: founded.hub.key } });
		const again = await startHub({ dataFolder: target });
		try {
			expect(again.key).toBe(founded.hub.key);
			const device = await new Device(again, founded.owner.person).opensSession();
			const found = await device.ids(care());
			expect(before.filter((id) => !found.includes(id))).toEqual([]);
			expect(new Set(found).size).toBe(found.length);
			// nothing that was never there
			expect(found.every((id) => before.includes(id) || late.includes(id))).toBe(true);
		} finally {
			await again.stop();
		}
		expect(await restoreBackup(file(), target)).toMatchObject({ ok: false, error: { code: 'not-empty' } });
	});

	it('damaged anywhere is refused, with what is damaged named, and nothing is restored', async () => {
		const text = readFileSync(file(), 'utf8');
		const lines = text.trimEnd().split('\n');
		const target = path.join(place.folder, 'never');
		const damages: readonly (readonly [string, string, RegExp])[] = [
			['a byte of a document', text.replace(/("c":"[^"]{40})[^"]{4}/u, '$1!!!!'), /database sb-\S+: document [0-9a-f]{64} is damaged/u],
			['a document left out', lines.toSpliced(lines.findIndex((line) => line.includes('"e1"')), 1).join('\n'), /database sb-\S+: \d+ of \d+ entries are there/u],
			['cut short', text.slice(0, text.length * 0.7), /cut short/u],
			['a section left out', lines.slice(0, -1).filter((line) => !line.includes('hub.key.pem')).join('\n'), /files of the hub|cut short/u],
			['nothing', '', /empty/u],
			['something else', 'hello\n', /not a backup/u],
			['something behind it', `${text}{"doc":{}}\n`, /behind the end/u],
			['a path out of the folder', text.replace('"file":"hub.key.pem"', '"file":"../evil"'), /no file of a hub/u]
		];
		for (const [what, damaged, says] of damages) {
			writeFileSync(file(), damaged);
			const restored = await restoreBackup(file(), target);
			expect(restored.ok ? 'restored' : restored.error.message, what).toMatch(says);
			expect(readdirSync(place.folder), what).not.toContain('never');
			expect(readdirSync(place.folder), what).not.toContain('evil');
		}
	});
});
