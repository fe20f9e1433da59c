/** A release is what was signed, or it is told what differs. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../server/testing/device.ts';
import { startHub, type TestHub } from '../server/testing.ts';
import { differences, filesOf, readRelease, servedBy, signRelease, type Release } from './release.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const [pem, pub] = [privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), String(publicKey.export({ format: 'jwk' }).x)];
let place: ReturnType<typeof temporaryFolder>;
let build: string;
let hub: TestHub;
let release: Release;
const serve = async (): Promise<void> => void (hub = await startHub({ dataFolder: path.join(place.folder, 'data'), buildFolder: build }));

beforeAll(async () => {
	place = temporaryFolder();
	build = path.join(place.folder, 'build');
	mkdirSync(path.join(build, '_app'), { recursive: true });
	for (const [name, content] of [['index.html', '<!doctype html><h1>app</h1>'], ['_app/start.js', 'start()'], ['_app/start.js.br', 'x'], ['.stamp', 'x']] as const) writeFileSync(path.join(build, name), content);
	const read = readRelease(signRelease(filesOf(build), '1.2.3', pem), pub);
	if (!read.ok) throw new Error(read.error.message);
	release = read.value;
	await serve();
});
afterAll(async () => {
	await hub.stop();
	place.remove();
});

describe('attack 48: a release', () => {
	it('that a hub serves as it was signed is found to be so', async () => {
		expect([...release.files.keys()]).toEqual(['/_app/start.js', '/index.html']);
		expect(differences(release, await servedBy(hub.url, release))).toEqual([]);
		expect(differences(release, filesOf(build))).toEqual([]);
	});

	it('of which the hub replaced, left out or added a file is found not to be it', async () => {
		await hub.stop();
		writeFileSync(path.join(build, 'index.html'), '<!doctype html><h1>false</h1>');
		rmSync(path.join(build, '_app/start.js'));
		writeFileSync(path.join(build, 'more.js'), 'steal()');
		await serve();
		expect(differences(release, await servedBy(hub.url, release))).toEqual(['/_app/start.js is missing', '/index.html is another file']);
		expect(differences(release, filesOf(build))).toEqual(['/_app/start.js is missing', '/index.html is another file', '/more.js is not part of the release']);
	});

	it('signed by another key, or altered, is none', () => {
		const manifest = signRelease(release.files, '1.2.3', pem);
		const other = String(generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }).x);
		for (const [text, key] of [[manifest, other], [manifest.replace('1.2.3', '1.2.4'), pub], [manifest, 'x'], ['', pub], ['{}', pub], ['null', pub], [manifest.replace('index', 'indey'), pub]] as const) expect(readRelease(text, key).ok).toBe(false);
	});
});
