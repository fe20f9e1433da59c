/**
 * No format without a frozen vector: `docs/formats.md` lists each format with the file that freezes it, and everything that the code hashes, signs or seals for is on
 * that page. A new format that is not frozen, or not written down, fails here.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { SIGNATURE_DOMAINS } from './domains.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const page = read('docs/formats.md');

function filesIn(folder: string): readonly string[] {
	return readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? filesIn(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`]));
}
const typescript = ['sync', 'server'].flatMap(filesIn).filter((file) => file.endsWith('.ts'));
const tests = typescript.filter((file) => file.endsWith('.test.ts'));
const sources = typescript.filter((file) => !file.endsWith('.test.ts') && !file.includes('/testing/'));

interface Row { readonly format: string; readonly mark: string; readonly vector: string }
const rows = page.slice(page.indexOf('## Frozen vectors')).split('\n').flatMap((line): Row[] => {
	const match = /^\| ([^|]+) \| ?([a-z0-9]*) ?\| `([^`]+)` \|$/.exec(line);
	return match === null ? [] : [{ format: match[1] ?? '', mark: match[2] ?? '', vector: match[3] ?? '' }];
});

/** Made from what is held already and never leaving the device, or compared within one run only: no format. */
const DERIVED = new Set([
	'saddlebag/state/1', 'saddlebag/membership-state/1', 'saddlebag/item-key/1', 'saddlebag/links-known/1', 'saddlebag/import-file/1', 'saddlebag/hub-session-mac/1', 'saddlebag/pin/1'
]);

describe('every format', () => {
	test('has a vector that some test reads', () => {
		expect(rows.length).toBeGreaterThan(10);
		const read = tests.map((file) => readFileSync(path.join(ROOT, file), 'utf8')).join('\n');
		const unread = rows.filter(({ vector }) => !existsSync(path.join(ROOT, vector)) || !read.includes(`golden/${path.basename(vector)}`));
		expect(unread).toEqual([]);
	});

	test('of a document on a hub is in the table, by its mark', () => {
		const marks = [...(/^const VERSIONS = \[(.*)\];$/m.exec(read('sync/verify/document.ts'))?.[1] ?? '').matchAll(/'([a-z]+\d+)'/g)].map((match) => match[1] ?? '');
		expect(marks).toContain('e1');
		expect([...marks, 'f1'].filter((mark) => !rows.some((row) => row.mark === mark))).toEqual([]);
	});

	test('that is hashed, signed or sealed for is on the page', () => {
		const used = new Set(sources.flatMap((file) => read(file).match(/saddlebag\/[a-z][a-z-]*\/[0-9]+/g) ?? []));
		expect(used.size).toBeGreaterThan(40);
		// a family of subkeys may be written as `…-nonce/1` after its first member
		const named = (domain: string): boolean => page.includes(domain) || page.includes(`…${/-[a-z]+\/\d+$/.exec(domain)?.[0] ?? ' none'}`);
		expect([...used].filter((domain) => !DERIVED.has(domain) && !named(domain)).sort()).toEqual([]);
		expect(SIGNATURE_DOMAINS.filter((domain) => !page.includes(domain))).toEqual([]);
	});
});
