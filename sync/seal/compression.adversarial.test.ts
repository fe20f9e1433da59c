/**
 * attack 51: text that an attacker chose, beside a secret, must not show how alike the two are. Nothing that is sealed is ever compressed, so sizes follow lengths
 * alone, and lengths are rounded up.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { signatureOf } from '../change/ids.ts';
import { padme } from '../verify/padme.ts';
import { ready } from '../verify/sodium.ts';
import { sealChange } from './envelope.ts';
import { epochKeys, newEpoch } from './epoch.ts';
import { cast, type Cast } from './fixture.ts';
import { rosterSeal } from './roster.ts';

let alice: Cast;
beforeAll(async () => {
	await ready();
	alice = cast('compression');
});

const ROOT = path.resolve(import.meta.dirname, '../..');
const COMPRESSES = /from '(?:node:)?zlib'|CompressionStream|import \{[^}]*\b(?:Async)?(?:[Gg]zip|[Dd]eflate|[Zz]ip|[Zz]lib|[Cc]ompress)\w*\b[^}]*\} from 'fflate'/;
/** the app's own files, which are public */
const MAY_COMPRESS = new Set(['server/http/static.ts']);

function sources(folder: string): readonly string[] {
	return readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
		const below = `${folder}/${entry.name}`;
		if (entry.isDirectory()) return sources(below);
		return /\.(?:ts|svelte)$/.test(entry.name) && !/\.(?:test|spec)\.ts$/.test(entry.name) ? [below] : [];
	});
}

describe('attack 51: what is sealed', () => {
	test('has the size of its length, whether it repeats a secret, itself or nothing', () => {
		const epoch = newEpoch(alice.site, 'clinical', alice.random);
		const keys = epochKeys(alice.org, alice.site, 'clinical', epoch.key);
		const secret = 'HIV positive since 2019';
		const sig = signatureOf(alice.random.bytes(64));
		const guesses = [secret.repeat(40), 'x'.repeat(secret.length * 40), Array.from({ length: secret.length * 40 }, (_, i) => String.fromCharCode(33 + ((i * 7919) % 90))).join('')];
		const sizes = guesses.map((guess) => sealChange(keys, { text: `${secret}|${guess}`, sig }).c.length);
		expect(new Set(sizes).size).toBe(1);
		const names = guesses.map((guess) => rosterSeal({ site: null, comp: 'roster', epoch: epoch.epoch, key: epoch.key }, `${secret}|${guess}`, alice.random).box.length);
		expect(new Set(names).size).toBe(1);
	});

	test('comes in few sizes: from 512 bytes to 160 KiB fewer than 160', () => {
		const sizes = new Set<number>();
		for (let length = 1; length <= 160 * 1024; length += 13) sizes.add(padme(length));
		expect(sizes.size).toBeLessThan(160);
	});

	test('is never compressed: no part of the project calls a compressor on anything but the app\'s own files', () => {
		const files = ['sync', 'server', 'src'].flatMap(sources);
		expect(files.length).toBeGreaterThan(200);
		expect(files.filter((file) => !MAY_COMPRESS.has(file) && COMPRESSES.test(readFileSync(path.join(ROOT, file), 'utf8')))).toEqual([]);
		// the search finds one where there is one, and does not take unpacking for packing
		expect(COMPRESSES.test("import { Gzip } from 'fflate';")).toBe(true);
		expect(COMPRESSES.test("import { Gunzip } from 'fflate';")).toBe(false);
		expect(COMPRESSES.test(readFileSync(path.join(ROOT, 'server/http/static.ts'), 'utf8'))).toBe(true);
	});
});
