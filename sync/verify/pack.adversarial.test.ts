/** What a hub, or its disk, can make of a pack: nothing of it may throw, and a damaged body costs itself alone. */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import golden from './golden/pack.json' with { type: 'json' };
import deposit from '../seal/golden/deposit.json' with { type: 'json' };
import envelope from '../seal/golden/envelope.json' with { type: 'json' };
import { toBase64url, toHex } from '../change/base64url.ts';
import { seededRandom } from '../change/ports.ts';
import { frame } from './digest.ts';
import { checkDocument } from './document.ts';
import { envelopeDocumentId } from './ids.ts';
import { encodePack, isPackable, PACK_BYTES_MAX, packHead, parsePack } from './pack.ts';
import { ready, sodium } from './sodium.ts';

beforeAll(ready);

const PLACE = { db: 'sb-site-care', from: '0', to: '9-abcdef01' };
const random = seededRandom('packs');
const made = (size = 512): unknown => {
	const [t, n, c] = [random.bytes(32), random.bytes(24), random.bytes(size + 16)];
	return { _id: envelopeDocumentId('e1', t, n, c), v: 'e1', t: toBase64url(t), n: toBase64url(n), c: toBase64url(c) };
};
const checked = (documents: readonly unknown[]) => documents.map((document) => {
	const result = checkDocument(document);
	if (!result.ok || !isPackable(result.value)) throw new Error('not a document for a pack');
	return result.value;
});
const packOf = (documents: readonly unknown[]): Uint8Array => encodePack(PLACE, checked(documents));
const HEAD = (bytes: Uint8Array): number => bytes.length - 3 * (32 + 24 + 528);

describe('a pack', () => {
	test('gives back what was put in, as the check of single documents has it', () => {
		const documents = [...envelope.envelopes.map(({ document }) => document), deposit.document, made(), made(576)];
		const parsed = parsePack(packOf(documents));
		expect(parsed).toMatchObject({ ok: true, value: { ...PLACE, count: documents.length, damaged: [] } });
		expect(parsed.ok && parsed.value.documents).toEqual(documents);
	});

	test('is these bytes for ever', () => {
		const bytes = packOf([...envelope.envelopes.map(({ document }) => document), deposit.document]);
		expect({ bytes: bytes.length, blake2b: toHex(sodium().crypto_generichash(32, bytes, null)), digest: packHead(bytes)?.digest }).toEqual(golden);
	});

	test('may be empty', () => {
		expect(parsePack(packOf([]))).toMatchObject({ ok: true, value: { documents: [], damaged: [] } });
	});

	test('its head is read as soon as it has come', () => {
		const bytes = packOf([made(), made(), made()]);
		expect(packHead(bytes.subarray(0, 20))).toBeNull();
		expect(packHead(bytes.subarray(0, 400))).toMatchObject({ ...PLACE, count: 3 });
	});
});

describe('attack 33: a pack that was altered', () => {
	test('loses the one document whose body was touched, wherever the bit', () => {
		const bytes = packOf([made(), made(), made()]);
		const bodies = HEAD(bytes);
		fc.assert(fc.property(fc.integer({ min: bodies, max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
			const altered = bytes.slice();
			altered[at] = (altered[at] ?? 0) ^ flip;
			const parsed = parsePack(altered);
			expect(parsed.ok && parsed.value.documents.length).toBe(2);
			expect(parsed.ok && parsed.value.damaged.map(({ reason }) => reason)).toEqual(['bad-document']);
		}), { seed: 1, numRuns: 60 });
	});

	test('in its head or table is no pack, or the same', () => {
		const bytes = packOf([made(), made(), made()]);
		const whole = parsePack(bytes);
		fc.assert(fc.property(fc.integer({ min: 0, max: HEAD(bytes) - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
			const altered = bytes.slice();
			altered[at] = (altered[at] ?? 0) ^ flip;
			const parsed = parsePack(altered);
			if (parsed.ok) expect(parsed).toEqual(whole);
		}), { seed: 2, numRuns: 300 });
	});

	test('or cut off anywhere keeps what had come whole, and never throws', () => {
		const bytes = packOf([made(), made(), made()]);
		for (let length = 0; length < bytes.length; length += 7) {
			const parsed = parsePack(bytes.subarray(0, length));
			const complete = Math.max(0, Math.floor((length - HEAD(bytes)) / (32 + 24 + 528)));
			if (parsed.ok) expect(parsed.value.documents.length).toBe(complete);
			else expect(length).toBeLessThan(HEAD(bytes));
		}
	});

	test('by bytes at its end is refused', () => {
		const bytes = packOf([made()]);
		expect(parsePack(new Uint8Array([...bytes, 0])).ok).toBe(false);
	});
});

describe('attack 34: a pack made to harm', () => {
	test('of any bytes whatever never throws', () => {
		fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => void parsePack(bytes)), { seed: 3, numRuns: 300 });
		fc.assert(fc.property(fc.json(), fc.uint8Array({ maxLength: 200 }), (head, table) => {
			expect(parsePack(frame('saddlebag/pack/1', head, table)).ok).toBe(false);
		}), { seed: 4, numRuns: 200 });
	});

	test('larger than a pack may be is not looked at', () => {
		expect(parsePack(new Uint8Array(PACK_BYTES_MAX + 1))).toMatchObject({ ok: false, error: { code: 'too-large' } });
	});

	test('with lengths that lead beyond its end gives nothing that is not there', () => {
		const head = (count: number) => `{"count":${count},"db":"a","digest":"${'A'.repeat(43)}","from":"0","to":"1","v":1}`;
		for (const count of [-1, 1.5, 1e9, 8193]) expect(parsePack(frame('saddlebag/pack/1', head(count), new Uint8Array(38)))).toMatchObject({ ok: false });
		const view = new Uint8Array(packOf([made()]));
		new DataView(view.buffer).setUint32(0, 0xffffffff);
		expect(parsePack(view).ok).toBe(false);
	});

	test('attack 58: a body under the name of another is left out', () => {
		const [a, b] = checked([made(), made()]);
		if (a === undefined || b === undefined) throw new Error('none');
		const swapped = packOf([a, b]);
		const size = 32 + 24 + 528;
		const bodies = swapped.length - 2 * size;
		const [first, second] = [swapped.slice(bodies, bodies + size), swapped.slice(bodies + size)];
		swapped.set(second, bodies);
		swapped.set(first, bodies + size);
		expect(parsePack(swapped)).toMatchObject({ ok: true, value: { documents: [], damaged: [{ id: a._id }, { id: b._id }] } });
	});

	test('a document of a size that no change has is left out', () => {
		const [t, n, c] = [random.bytes(32), random.bytes(24), random.bytes(513 + 16)];
		expect(checkDocument({ _id: envelopeDocumentId('e1', t, n, c), v: 'e1', t: toBase64url(t), n: toBase64url(n), c: toBase64url(c) }).ok).toBe(false);
	});
});
