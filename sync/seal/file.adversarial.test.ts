/** Photos and documents: the same bytes for ever; no chunk opens in another's place, file, site or organization, nor as a change; names of files are parsed or nothing. */
import { beforeAll, describe, expect, test } from 'vitest';
import golden from './golden/file.json' with { type: 'json' };
import { fromBase64url, toBase64url } from '../change/base64url.ts';
import { isHash, isId } from '../change/ids.ts';
import { seededRandom } from '../change/ports.ts';
import { checkDocument, DOCUMENT_BYTES_MAX, type EnvelopeDocument } from '../verify/document.ts';
import { envelopeDocumentId } from '../verify/ids.ts';
import { ready } from '../verify/sodium.ts';
import { openWithAny, sealChange } from './envelope.ts';
import { epochKeys } from './epoch.ts';
import { CHUNK_BYTES, FILE_BYTES_MAX, fileDigest, fileUrl, openChunk, parseFileUrl, sealFile, type FileKey } from './file.ts';
import { cast, signedChange } from './fixture.ts';

beforeAll(ready);

const bytes = (text: string): Uint8Array => fromBase64url(text) ?? new Uint8Array(0);
function valid<T extends string>(value: string, is: (value: unknown) => value is T): T {
	if (!is(value)) throw new Error(`malformed vector ${value}`);
	return value;
}
const file: FileKey = { org: valid(golden.org, isHash), site: valid(golden.site, isId), key: bytes(golden.key) };
const sound = (raw: unknown): EnvelopeDocument => {
	const checked = checkDocument(raw);
	if (!checked.ok || checked.value.v !== 'e1') throw new Error('not a sound document');
	return checked.value;
};

test('a file is sealed and named as ever: version 1 is frozen', () => {
	const content = bytes(golden.content);
	expect(sealFile(file, content)).toEqual([golden.document]);
	expect(openChunk(file, 0, 1, sound(golden.document))).toEqual(content);
	expect(fileDigest(content)).toBe(golden.digest);
	expect(fileUrl(file.site, file.key, fileDigest(content))).toBe(golden.url);
	const large = Uint8Array.from({ length: golden.large.bytes }, (_, i) => (i * 7) % 251);
	expect(sealFile(file, large).map(({ _id }) => _id)).toEqual(golden.large.chunks);
	expect(fileDigest(large)).toBe(golden.large.digest);
});

describe('a chunk', () => {
	const content = seededRandom('file').bytes(2 * CHUNK_BYTES + 10);
	const sealed = () => sealFile(file, content);

	test('is a document that a hub takes, however incompressible the file and however large', () => {
		for (const document of [...sealed(), ...sealFile(file, seededRandom('full').bytes(4 * CHUNK_BYTES))]) {
			expect(JSON.stringify(document).length).toBeLessThan(DOCUMENT_BYTES_MAX);
			expect(sound(document)).toEqual(document);
		}
	});
	test('opens in its place, and in no other', () => {
		const [first, second, third] = sealed() as [EnvelopeDocument, EnvelopeDocument, EnvelopeDocument];
		expect([first, second, third].map((one, index) => openChunk(file, index, 3, one)?.length)).toEqual([CHUNK_BYTES, CHUNK_BYTES, 10]);
		expect(openChunk(file, 1, 3, first)).toBeNull();
		expect(openChunk(file, 0, 2, first)).toBeNull();
		expect(openChunk({ ...file, site: valid('0'.repeat(32), isId) }, 0, 3, first)).toBeNull();
		expect(openChunk({ ...file, org: valid('A'.repeat(43), isHash) }, 0, 3, first)).toBeNull();
		expect(openChunk({ ...file, key: new Uint8Array(32) }, 0, 3, first)).toBeNull();
	});
	test('altered by whoever keeps it, under a name that fits, does not open', () => {
		const [first] = sealed() as [EnvelopeDocument];
		const [t, n, c] = [bytes(first.t), bytes(first.n), bytes(first.c)];
		for (const part of [t, n, c]) {
			const altered = Uint8Array.from(part);
			altered[3] = (altered[3] ?? 0) ^ 1;
			const [ta, na, ca] = [t, n, c].map((one) => (one === part ? altered : one)) as [Uint8Array, Uint8Array, Uint8Array];
			expect(openChunk(file, 0, 3, { _id: envelopeDocumentId('e1', ta, na, ca), v: 'e1', t: toBase64url(ta), n: toBase64url(na), c: toBase64url(ca) })).toBeNull();
		}
	});
	test('attack 05: is no change, even under one key; nor is a change a chunk', () => {
		const epoch = epochKeys(file.org, file.site, 'clinical', file.key);
		const [first] = sealFile(file, bytes(golden.content)) as [EnvelopeDocument];
		expect(openWithAny([epoch], first).ok).toBe(false);
		expect(openChunk(file, 0, 1, sealChange(epoch, signedChange(cast('files'))))).toBeNull();
	});
	test('of nothing, or of more than a file may have, is not made', () => {
		for (const size of [0, FILE_BYTES_MAX + 1]) expect(() => sealFile(file, new Uint8Array(size))).toThrow(RangeError);
		expect(() => sealFile({ ...file, key: new Uint8Array(16) }, new Uint8Array(1))).toThrow(RangeError);
	});
});

test('the name of a file is read as it was written, or not at all', () => {
	expect(parseFileUrl(golden.url)).toEqual({ site: file.site, key: file.key, digest: golden.digest });
	const parts = golden.url.split(':');
	const broken = ['', 'https://example.org/x.jpg', `${golden.url}:more`, golden.url.replace(':1:', ':2:'), golden.url.slice(0, -1), parts.with(4, 'x').join(':'), parts.with(5, 'AAAA').join(':'), parts.with(6, '../..').join(':')];
	for (const url of broken) expect(parseFileUrl(url)).toBeNull();
});
