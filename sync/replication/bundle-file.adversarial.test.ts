/**
 * Files and codes from anybody: what is not whole says so, one bad document stops no other, and nothing makes the readers throw.
 */
import { describe, expect, it } from 'vitest';
import { beforeAll } from 'vitest';
import fc from 'fast-check';
import { canonicalJson } from '../change/canonical.ts';
import { utf8 } from '../change/utf8.ts';
import { sealChange } from '../seal/envelope.ts';
import { epochKeys } from '../seal/epoch.ts';
import { cast, signedChange, type Cast } from '../seal/fixture.ts';
import { toBase64url } from '../change/base64url.ts';
import { digest } from '../verify/digest.ts';
import { ready } from '../verify/sodium.ts';
import { encodeBundle, parseBundle, type BundleEntry } from './bundle-file.ts';

let alice: Cast;
let entries: readonly BundleEntry[];
const text = (): string => encodeBundle({ org: alice.org, hub: null, entries });
/** A file over these lines with a true tail: what a careful forger hands over. */
const resealed = (lines: readonly string[]): string => {
	const body = lines.map((line) => `${line}\n`).join('');
	return `${body}${canonicalJson({ count: lines.length - 1, hash: toBase64url(digest('saddlebag/bundle/1', body)) })}\n`;
};
const code = (given: string | Uint8Array): string => {
	const parsed = parseBundle(given);
	return parsed.ok ? 'parsed' : parsed.error.code;
};

beforeAll(async () => {
	await ready();
	alice = cast('bundle');
	const epoch = epochKeys(alice.org, alice.site, 'desk', alice.secret.key);
	entries = [1, 2].map((seq) => ({ db: `${alice.site}-desk`, document: sealChange(epoch, { ...signedChange(alice), text: `${signedChange(alice).text}${' '.repeat(seq)}` }) }));
});

describe('a bundle file', () => {
	it('reads back what was written, from text and from bytes', () => {
		for (const given of [text(), utf8(text())]) expect(parseBundle(given)).toEqual({ ok: true, value: { org: alice.org, hub: null, entries, refused: [] } });
	});

	it('attack 34: cut short anywhere, or with a line taken out, put in or moved, it is not whole', () => {
		const whole = text();
		for (let length = 0; length < whole.length - 1; length += 97) expect(code(whole.slice(0, length)), String(length)).not.toBe('parsed');
		const lines = whole.trimEnd().split('\n');
		for (const changed of [lines.toSpliced(1, 1), lines.toSpliced(1, 0, lines[1] ?? ''), [lines[0], lines[2], lines[1], lines[3]]]) expect(code(`${changed.join('\n')}\n`)).toBe('cut-short');
	});

	it('attack 33: a poisonous document first, in the middle or last is refused by itself', () => {
		const [header = '', first = '', second = ''] = text().trimEnd().split('\n');
		for (const poison of ['', '{}', 'null', '[1]', '{"db":"control","doc":{}}', first.replace('"v":"e1"', '"v":"e9"'), first.replace(/"c":"..../, '"c":"AAAA'), first.replace('-desk', '-news'), first.replace(/"db":"[^"]*"/, '"db":"control"'), '{"__proto__":{}}', 'x'.repeat(400_000)]) {
			for (const lines of [[header, poison, first, second], [header, first, poison, second], [header, first, second, poison]]) {
				const parsed = parseBundle(resealed(lines));
				expect(parsed.ok ? [parsed.value.entries.length, parsed.value.refused.length] : parsed.error.code, poison.slice(0, 40)).toEqual([2, 1]);
			}
		}
	});

	it('of a newer version, of no version, or with a header that is none, is refused with a sentence', () => {
		const lines = text().trimEnd().split('\n').slice(1, -1);
		const headed = (header: unknown): string => resealed([canonicalJson(header as never), ...lines]);
		expect(code(headed({ bundle: 3, hub: null, org: alice.org }))).toBe('newer-version');
		for (const header of [{ bundle: 1, org: alice.org }, { bundle: 1, hub: {}, org: alice.org }, { bundle: 1, hub: null, org: 'x' }, { hub: null, org: alice.org }, [], { bundle: 1, hub: { key: 'k', origin: 'javascript:alert(1)', prefix: 'sb' }, org: alice.org }]) {
			expect(code(headed(header)), JSON.stringify(header)).toBe('not-a-bundle');
		}
	});

	it('attack 08: nothing makes the reader throw', () => {
		fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => void parseBundle(bytes)), { seed: 7 });
		fc.assert(fc.property(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 0, max: 255 }), (at, value) => {
			const bytes = utf8(text());
			bytes[at % bytes.length] = value;
			void parseBundle(bytes);
		}), { seed: 8 });
	});
});
