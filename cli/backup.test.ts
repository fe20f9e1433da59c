/**
 * `saddlebag backup`: a good backup is never lost to a bad one, and what answers in the place of a hub is not taken for it.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkBackup } from '../server/backup/restore.ts';
import { DOOR_FILE, doorProof } from '../server/operations/door.ts';
import { noteBackEnd } from '../server/operations/open-data.ts';
import { foundedHub, temporaryFolder } from '../server/testing/device.ts';
import { main as backup } from './backup.ts';

const TOKEN = 'the token of the hub';
const cleanUp: (() => Promise<void> | void)[] = [];
const said: string[] = [];
let folder: string;
beforeEach(() => {
	const place = temporaryFolder();
	folder = place.folder;
	cleanUp.push(place.remove);
	said.splice(0);
	const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
	const error = vi.spyOn(console, 'error').mockImplementation((line: string) => void said.push(line));
	cleanUp.push(() => log.mockRestore(), () => error.mockRestore());
});
afterEach(async () => {
	for (const step of cleanUp.splice(0).reverse()) await step();
});

const at = (name: string): string => path.join(folder, name);

/** The data folder of a hub that was stopped. */
async function stoppedHub(): Promise<string> {
	const world = await foundedHub({ dataFolder: at('data') });
	await world.end();
	return at('data');
}

/** Something that listens where the file in `data` says the hub does; what it was sent. */
async function listensFor(data: string, answers: (route: string) => string): Promise<readonly string[]> {
	const heard: string[] = [];
	const server = createServer((request, response) => {
		heard.push(`${request.url ?? ''} ${request.headers.authorization ?? ''}`);
		response.end(answers(request.url ?? ''));
	});
	await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
	cleanUp.push(() => new Promise<void>((closed) => server.close(() => closed())));
	const address = server.address();
	mkdirSync(data, { recursive: true });
	writeFileSync(path.join(data, DOOR_FILE), JSON.stringify({ port: address !== null && typeof address === 'object' ? address.port : 0, token: TOKEN }));
	return heard;
}

describe('saddlebag backup', () => {
	it('leaves the backup that is there as it is when the new one is not whole', async () => {
		writeFileSync(at('hub.backup'), 'a good one');
		await listensFor(at('data'), (route) => {
			const nonce = /^\/proof\/(.+)$/u.exec(route)?.[1];
			return nonce === undefined ? 'not a backup\n' : JSON.stringify({ proof: doorProof(TOKEN, nonce) });
		});
		expect(await backup(['--to', at('hub.backup'), '--data', at('data')])).toBe(1);
		expect(said.join('\n')).toMatch(/what was there is as it was/u);
		expect(readFileSync(at('hub.backup'), 'utf8')).toBe('a good one');
		expect(readdirSync(folder).filter((name) => name.includes('.part'))).toEqual([]);
	});

	it('keeps as many backups before it as it is told', async () => {
		const data = await stoppedHub();
		const stamps: string[] = [];
		for (let night = 1; night <= 4; night++) {
			expect(await backup(['--to', at('hub.backup'), '--keep', '2', '--data', data])).toBe(0);
			stamps.unshift(readFileSync(at('hub.backup'), 'utf8').split('\n')[0] ?? '');
		}
		const kept = ['hub.backup', 'hub.backup.1', 'hub.backup.2'];
		expect(readdirSync(folder).filter((name) => name.startsWith('hub.backup')).sort()).toEqual(kept);
		expect(kept.map((name) => readFileSync(at(name), 'utf8').split('\n')[0])).toEqual(stamps.slice(0, 3));
		for (const name of kept) expect(await checkBackup(at(name))).toMatchObject({ ok: true });
	});

	it('of a folder without databases writes nothing, makes none, and leaves what is there', async () => {
		const data = at('data');
		mkdirSync(data);
		writeFileSync(path.join(data, 'hub.key.pem'), 'of a hub over CouchDB, before it noted that');
		writeFileSync(at('hub.backup'), 'a good one');
		expect(await backup(['--to', at('hub.backup'), '--data', data])).toBe(1);
		expect(said.join('\n')).toMatch(/databases of the hub are not in/u);
		noteBackEnd(data, 'couchdb');
		// as the command once made them
		mkdirSync(path.join(data, 'databases', 'sb-control'), { recursive: true });
		expect(await backup(['--to', at('hub.backup'), '--data', data])).toBe(1);
		expect(said.join('\n')).toMatch(/in CouchDB/u);
		expect(readdirSync(path.join(data, 'databases', 'sb-control'))).toEqual([]);
		expect(readFileSync(at('hub.backup'), 'utf8')).toBe('a good one');
	});

	it('attack: tells the token to nothing that only listens on the port of a hub that was killed', async () => {
		const data = await stoppedHub();
		const heard = await listensFor(data, () => JSON.stringify({ proof: 'mine' }));
		expect(await backup(['--to', at('hub.backup'), '--data', data])).toBe(0);
		expect(heard).toHaveLength(1);
		expect(heard.join('\n')).not.toContain(TOKEN);
		expect(existsSync(at('hub.backup'))).toBe(true);
	});
});
