/**
 * What anyone can send to a hub, or a hub to a device, in place of a document.
 */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import deposit from '../seal/golden/deposit.json' with { type: 'json' };
import code from '../seal/golden/code.json' with { type: 'json' };
import envelope from '../seal/golden/envelope.json' with { type: 'json' };
import keys from '../seal/golden/keys.json' with { type: 'json' };
import ids from './golden/ids.json' with { type: 'json' };
import { toBase64url } from '../change/base64url.ts';
import { signatureOf } from '../change/ids.ts';
import { seededRandom } from '../change/ports.ts';
import { checkDocument, DOCUMENT_BYTES_MAX, revisionOf, statementDocument } from './document.ts';
import { envelopeDocumentId, keyBundleDocumentId } from './ids.ts';
import { isPaddedLength, padme } from './padme.ts';
import { ready } from './sodium.ts';

beforeAll(ready);

const statement = { _id: ids.statement._id, v: 's1', text: ids.statement.text, sig: ids.statement.sig };
const first = envelope.envelopes[0]?.document;
if (first === undefined) throw new Error('no vector');
/** One of every kind. */
const documents: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
	['an envelope', first], ['a deposit', deposit.document], ['a statement', statement], ['a key bundle', keys.bundle], ['older keys', keys.older], ['an answer', code.answer]
];
const codeOf = (raw: unknown): string => {
	const checked = checkDocument(raw);
	return checked.ok ? 'accepted' : checked.error.code;
};

describe.each(documents)('%s', (_kind, document) => {
	test('passes, with or without the one revision it can have, and comes out with its own fields only', () => {
		const _rev = revisionOf(document['_id'] ?? '');
		expect(checkDocument(document)).toEqual({ ok: true, value: document });
		expect(checkDocument({ ...document, _rev, _revisions: { start: 1, ids: [_rev.slice(2)] } })).toEqual({ ok: true, value: document });
	});

	test('attack 31: another revision, a history, a deletion, an attachment or any other field is refused', () => {
		const _rev = revisionOf(document['_id'] ?? '');
		for (const other of ['2-' + _rev.slice(2), '1-' + '0'.repeat(32), '1-abc', 1, null, '']) expect(codeOf({ ...document, _rev: other })).toBe('bad-revision');
		for (const other of [{ start: 2, ids: [_rev.slice(2), 'a'] }, { start: 1, ids: [] }, { start: 1, ids: ['0'.repeat(32)] }, { start: 1, ids: [_rev.slice(2)], x: 1 }, [], null, 'x']) {
			expect(codeOf({ ...document, _rev, _revisions: other })).toBe('bad-revision');
		}
		for (const extra of [{ _deleted: true }, { _deleted: false }, { _attachments: {} }, { _conflicts: [] }, { author: 'Dr. A' }]) expect(codeOf({ ...document, ...extra })).toBe('bad-document');
	});

	test('attack 58: a false body under a true name, or a true body under a false name, is refused', () => {
		for (const [field, value] of Object.entries(document)) {
			if (field === 'v') continue;
			for (let at = 0; at < value.length; at += 1 + Math.floor(value.length / 40)) {
				const altered = value.slice(0, at) + (value[at] === 'a' ? 'b' : 'a') + value.slice(at + 1);
				expect(checkDocument({ ...document, [field]: altered }).ok, `${field} at ${at}`).toBe(false);
			}
		}
	});

	test('a missing field, or one of another type, is refused', () => {
		for (const field of Object.keys(document)) {
			const { [field]: _gone, ...rest } = document;
			expect(checkDocument(rest).ok, `without ${field}`).toBe(false);
			for (const value of [null, 1, {}, [], '', ['a'], { toString: 'x' }]) expect(checkDocument({ ...document, [field]: value }).ok, `${field} ${JSON.stringify(value)}`).toBe(false);
		}
	});

	test('attack 05: no kind passes as another', () => {
		for (const v of ['e1', 'd1', 's1', 'k1', 'o1', 'a1']) if (v !== document['v']) expect(codeOf({ ...document, v })).not.toBe('accepted');
	});

	test('attack 06: an unknown newer version is told apart from nonsense', () => {
		for (const v of ['e2', 'd9', 's10', 'x1']) expect(codeOf({ ...document, v })).toBe('unknown-version');
		for (const v of ['e0', 'e', '1', 'E1', '__proto__', 'constructor']) expect(codeOf({ ...document, v })).toBe('bad-document');
	});
});

test('attack 50: a document is at most 256 KiB, whatever its kind', () => {
	const random = seededRandom('large');
	const [t, n] = [random.bytes(32), random.bytes(24)];
	const sized = (bytes: number): string => {
		const c = new Uint8Array(bytes);
		return codeOf({ _id: envelopeDocumentId('e1', t, n, c), v: 'e1', t: toBase64url(t), n: toBase64url(n), c: toBase64url(c) });
	};
	expect(sized(padme(165_000) + 16)).toBe('accepted');
	expect(sized(padme(200_000) + 16)).toBe('too-large');
	const bundle = new Uint8Array(200_000);
	expect(codeOf({ _id: keyBundleDocumentId(bundle), v: 'k1', c: toBase64url(bundle) })).toBe('too-large');
	const sig = signatureOf(random.bytes(64));
	expect(codeOf(statementDocument('x'.repeat(DOCUMENT_BYTES_MAX), sig))).toBe('too-large');
	expect(codeOf(statementDocument('"'.repeat(DOCUMENT_BYTES_MAX / 2), sig))).toBe('too-large');
	expect(codeOf(statementDocument('é'.repeat(1000), sig))).toBe('accepted');
});

test('attack 45: a made-up size is no size', () => {
	const random = seededRandom('size');
	const [t, n] = [random.bytes(32), random.bytes(24)];
	for (const size of [0, 15, 16, 511, 527, 529, 1000, 1024 + 17]) {
		const c = new Uint8Array(size);
		expect(codeOf({ _id: envelopeDocumentId('e1', t, n, c), v: 'e1', t: toBase64url(t), n: toBase64url(n), c: toBase64url(c) }), String(size)).toBe('bad-document');
	}
	for (let length = 0; length < 5000; length++) expect(isPaddedLength(padme(length))).toBe(true);
	expect([padme(0), padme(512), padme(513), padme(1024), padme(1025), padme(100_000)]).toEqual([512, 512, 544, 1024, 1088, 100_352]);
});

test('attack 42: the check is total on any value', () => {
	fc.assert(fc.property(fc.anything({ withNullPrototype: true, withMap: true, withBigInt: true }), (raw) => {
		expect(checkDocument(raw).ok).toBe(false);
	}), { seed: 21 });
	fc.assert(fc.property(fc.constantFrom(...documents.map(([, document]) => document)), fc.constantFrom('_id', 'v', 't', 'n', 'c', 'text', 'sig', 'invitation', '_rev', '_revisions'), fc.jsonValue(), (document, field, value) => {
		if (value !== document[field]) expect(checkDocument({ ...document, [field]: value }).ok).toBe(false);
	}), { seed: 22, numRuns: 500 });
});
