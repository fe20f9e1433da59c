/**
 * What a hub, a member with the keys or a broken random source can do to envelopes and deposits.
 */
import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { fromBase64url, toBase64url } from '../change/base64url.ts';
import { bytesOf } from '../change/ids.ts';
import { seededRandom } from '../change/ports.ts';
import { keyedDigest, frame } from '../verify/digest.ts';
import { checkDocument, type DepositDocument, type EnvelopeDocument } from '../verify/document.ts';
import { changeId, envelopeDocumentId, readChange } from '../verify/ids.ts';
import { padme } from '../verify/padme.ts';
import { verifySignature } from '../verify/signature.ts';
import { ready, sodium } from '../verify/sodium.ts';
import { sealDeposit } from './deposit.ts';
import { openEnvelope, openWithAny, sealChange } from './envelope.ts';
import { envelopeSubkeys, epochKeys, newEpoch, type EpochKeys } from './epoch.ts';
import { cast, signedChange, signedVoucher, type Cast } from './fixture.ts';
import { newSigningKey, sign } from './keys.ts';
import { keyTag, sealParts } from './siv.ts';

let alice: Cast;
beforeAll(async () => {
	await ready();
	alice = cast();
});

const bytes = (text: string): Uint8Array => fromBase64url(text) ?? new Uint8Array(0);
/** What a gate makes of a document that claims the id of its own body: the verdict's code. */
function verdict(candidates: readonly EpochKeys[], v: 'e1' | 'd1', t: Uint8Array, n: Uint8Array, c: Uint8Array): string {
	const checked = checkDocument({ _id: envelopeDocumentId(v, t, n, c), v, t: toBase64url(t), n: toBase64url(n), c: toBase64url(c) });
	if (!checked.ok) return checked.error.code;
	if (checked.value.v !== 'e1' && checked.value.v !== 'd1') return 'another kind';
	const opened = openWithAny(candidates, checked.value);
	return opened.ok ? 'opened' : opened.error.code;
}
const flip = (field: Uint8Array, at: number, bit = 1): Uint8Array => field.map((byte, i) => (i === at ? byte ^ bit : byte));
function deposit(by: Cast, change = signedChange(by)): DepositDocument {
	const { epoch, org, site, comp, deposit: pair } = by.receiver;
	const sealed = sealDeposit({ epoch, org, site, comp, pub: pair.pub }, change, signedVoucher(by, change));
	if (!sealed.ok) throw new Error(sealed.error.message);
	return sealed.value;
}

describe('attack 01: a byte changed anywhere', () => {
	test('in any field of an envelope, with the name left or made to fit, is refused', () => {
		const document = sealChange(alice.epoch, signedChange(alice));
		const [t, n, c] = [bytes(document.t), bytes(document.n), bytes(document.c)];
		expect(verdict([alice.epoch], 'e1', t, n, c)).toBe('opened');
		for (let i = 0; i < t.length; i++) expect(verdict([alice.epoch], 'e1', flip(t, i), n, c)).toBe('no-key');
		for (let i = 0; i < n.length; i++) expect(verdict([alice.epoch], 'e1', t, flip(n, i), c)).toBe('no-key');
		for (let i = 0; i < c.length; i++) expect(verdict([alice.epoch], 'e1', t, n, flip(c, i))).toBe('bad-ciphertext');
		for (const field of ['t', 'n', 'c'] as const) {
			for (let i = 0; i < document[field].length; i++) {
				const altered = document[field].slice(0, i) + (document[field][i] === 'A' ? 'E' : 'A') + document[field].slice(i + 1);
				expect(checkDocument({ ...document, [field]: altered }).ok, `${field} ${i}`).toBe(false);
			}
		}
	});

	test('in any field of a deposit is refused', () => {
		const document = deposit(alice);
		const [t, n, c] = [bytes(document.t), bytes(document.n), bytes(document.c)];
		expect(verdict([alice.receiver], 'd1', t, n, c)).toBe('opened');
		for (let i = 0; i < t.length; i++) expect(verdict([alice.receiver], 'd1', flip(t, i), n, c)).not.toBe('opened');
		for (let i = 0; i < n.length; i++) expect(verdict([alice.receiver], 'd1', t, flip(n, i), c)).not.toBe('opened');
		for (let i = 0; i < c.length; i += i < 40 ? 1 : 7) expect(verdict([alice.receiver], 'd1', t, n, flip(c, i)), `c ${i}`).not.toBe('opened');
		expect(verdict([alice.receiver], 'd1', t, n, flip(c, 31, 128)), 'the bit that X25519 ignores').not.toBe('opened');
	});

	test('in the signature leaves a change that is nobody\'s', () => {
		const change = signedChange(alice);
		for (let i = 0; i < 64; i++) {
			const sig = toBase64url(flip(bytesOf(change.sig), i));
			expect(verifySignature('saddlebag/change/1', change.text, sig, alice.signing.publicKey)).toBe(false);
		}
	});

	test('and a cut or longer ciphertext is refused without an exception', () => {
		const document = sealChange(alice.epoch, signedChange(alice));
		const [t, n, c] = [bytes(document.t), bytes(document.n), bytes(document.c)];
		fc.assert(fc.property(fc.uint8Array({ maxLength: 700 }), (body) => {
			expect(verdict([alice.epoch], 'e1', t, n, body)).not.toBe('opened');
			expect(verdict([alice.receiver], 'd1', t, n, body)).not.toBe('opened');
			const raw: EnvelopeDocument = { _id: document._id, v: 'e1', t: document.t, n: document.n, c: toBase64url(body) };
			expect(openEnvelope(alice.epoch, raw)).toMatchObject({ ok: false, error: { code: 'bad-ciphertext' } });
		}), { seed: 11 });
		for (const cut of [1, 16, 32]) expect(verdict([alice.epoch], 'e1', t, n, c.subarray(cut))).not.toBe('opened');
	});
});

describe('attack 02: a ciphertext put in another place', () => {
	test('does not open under the same key for another organization, site or compartment', () => {
		const document = sealChange(alice.epoch, signedChange(alice));
		const { org, site, secret } = alice;
		const bob = cast('bob');
		expect(openEnvelope(epochKeys(org, site, 'clinical', secret.key), document).ok).toBe(true);
		for (const elsewhere of [epochKeys(bob.org, site, 'clinical', secret.key), epochKeys(org, bob.site, 'clinical', secret.key), epochKeys(org, site, 'desk', secret.key)]) {
			expect(openEnvelope(elsewhere, document)).toMatchObject({ ok: false, error: { code: 'bad-ciphertext' } });
		}
	});

	test('and two bodies cannot change names', () => {
		const [a, b] = [sealChange(alice.epoch, signedChange(alice)), sealChange(alice.epoch, signedChange(alice, { reason: 'b' }))];
		expect(checkDocument({ ...a, _id: b._id })).toMatchObject({ ok: false, error: { code: 'bad-id' } });
		expect(checkDocument({ ...a, c: b.c })).toMatchObject({ ok: false, error: { code: 'bad-id' } });
		expect(verdict([alice.epoch], 'e1', bytes(a.t), bytes(a.n), bytes(b.c))).toBe('bad-ciphertext');
	});

	test('a deposit does not open at another site that holds the same epoch key, nor as an envelope', () => {
		const key = new Uint8Array(32).fill(5);
		const [here, there] = [epochKeys(alice.org, alice.site, 'desk', key), epochKeys(alice.org, alice.other, 'desk', key)];
		const change = signedChange(alice);
		const sealed = sealDeposit({ org: here.org, site: here.site, comp: 'desk', epoch: here.epoch, pub: here.deposit.pub }, change, signedVoucher(alice, change));
		if (!sealed.ok) throw new Error(sealed.error.message);
		expect(openWithAny([here], sealed.value).ok).toBe(true);
		expect(openWithAny([there], sealed.value)).toMatchObject({ ok: false, error: { code: 'bad-ciphertext' } });
		expect(openWithAny([here], { ...sealed.value, v: 'e1' }).ok).toBe(false);
		expect(checkDocument({ ...sealed.value, v: 'e1' }).ok).toBe(false);
	});
});

describe('attack 03: a signature stripped, replaced, or made by another member', () => {
	test('the author named in the text is the one whose key must verify', () => {
		const change = signedChange(alice);
		const mallory = newSigningKey(seededRandom('mallory'));
		const stolen = { text: change.text, sig: sign('saddlebag/change/1', change.text, mallory) };
		const opened = openEnvelope(alice.epoch, sealChange(alice.epoch, stolen));
		if (!opened.ok) throw new Error('a member can seal what it likes');
		const read = readChange(opened.value.text, opened.value.sig);
		expect(read).toMatchObject({ ok: true, value: { change: { actor: alice.actor } } });
		expect(verifySignature('saddlebag/change/1', opened.value.text, opened.value.sig, alice.signing.publicKey)).toBe(false);
		expect(changeId(stolen.text, stolen.sig)).not.toBe(changeId(change.text, change.sig));
	});

	test('an empty, short or missing signature is none', () => {
		const { text, sig } = signedChange(alice);
		for (const other of ['', sig.slice(0, 43), `${sig}A`, 'A'.repeat(86), `${sig.slice(0, 85)}B`]) {
			expect(verifySignature('saddlebag/change/1', text, other, alice.signing.publicKey)).toBe(false);
		}
		expect(verdict([alice.epoch], 'e1', ...sealedByHand(frame(new Uint8Array(0), text)))).toBe('bad-ciphertext');
		expect(verdict([alice.epoch], 'e1', ...sealedByHand(frame(text)))).toBe('bad-ciphertext');
	});
});

/** Seals as somebody with the key would who does not keep to the format; `nonce` as the format asks unless given. */
function sealedByHand(plaintext: Uint8Array, options: { readonly nonce?: Uint8Array; readonly pad?: number; readonly fill?: number } = {}): [Uint8Array, Uint8Array, Uint8Array] {
	const { epoch } = alice;
	const padded = new Uint8Array(options.pad ?? padme(plaintext.length)).fill(options.fill ?? 0);
	padded.set(plaintext);
	const nonce = options.nonce ?? keyedDigest(epoch.envelope.nonce, frame(epoch.ad, padded), 24);
	return [keyTag(epoch.envelope, nonce), nonce, sodium().crypto_aead_xchacha20poly1305_ietf_encrypt(padded, epoch.ad, null, nonce, epoch.envelope.aead)];
}

describe('attack 08: a second envelope for the same change', () => {
	test('with another nonce, more padding, padding that is not zero, or bytes that are not text is refused', () => {
		const change = signedChange(alice);
		const plaintext = frame(bytesOf(change.sig), change.text);
		expect(verdict([alice.epoch], 'e1', ...sealedByHand(plaintext))).toBe('opened');
		expect(verdict([alice.epoch], 'e1', ...sealedByHand(plaintext, { nonce: new Uint8Array(24).fill(1) }))).toBe('bad-ciphertext');
		expect(verdict([alice.epoch], 'e1', ...sealedByHand(plaintext, { pad: 2048 }))).toBe('bad-ciphertext');
		expect(verdict([alice.epoch], 'e1', ...sealedByHand(plaintext, { pad: padme(plaintext.length) + 1 }))).toBe('bad-document');
		expect(verdict([alice.epoch], 'e1', ...sealedByHand(plaintext, { fill: 1 }))).toBe('bad-ciphertext');
		expect(verdict([alice.epoch], 'e1', ...sealedByHand(frame(bytesOf(change.sig), Uint8Array.of(0xff, 0xfe))))).toBe('bad-ciphertext');
		expect(verdict([alice.epoch], 'e1', ...sealedByHand(Uint8Array.of(0xff, 0xff, 0xff, 0xff)))).toBe('bad-ciphertext');
	});

	test('a second deposit of the same change, under another ephemeral key, is refused', () => {
		const change = signedChange(alice);
		const voucher = signedVoucher(alice, change);
		const to = alice.receiver;
		const secret = new Uint8Array(32).fill(9);
		const ephemeral = sodium().crypto_scalarmult_base(secret);
		const shared = sodium().crypto_scalarmult(secret, to.deposit.publicKey);
		const keys = envelopeSubkeys(keyedDigest(shared, frame('saddlebag/deposit/1', ephemeral, to.deposit.publicKey)));
		const sealed = sealParts(keys, to.depositAd, [bytesOf(change.sig), change.text, bytesOf(voucher.sig), voucher.text]);
		expect(verdict([to], 'd1', sealed.tag, sealed.nonce, Uint8Array.from([...ephemeral, ...sealed.ciphertext]))).toBe('bad-ciphertext');
	});

	test('a byte order mark before the text stays in the text, which is then not canonical', () => {
		const { text, sig } = signedChange(alice);
		const opened = openEnvelope(alice.epoch, sealChange(alice.epoch, { text: `\ufeff${text}`, sig }));
		if (!opened.ok) throw new Error(opened.error.message);
		expect(opened.value.text).toBe(`\ufeff${text}`);
		expect(readChange(opened.value.text, sig).ok).toBe(false);
	});
});

describe('attack 09: keys of small order', () => {
	const lowOrder = [new Uint8Array(32), new Uint8Array(32).fill(1, 0, 1), bytes('7f___________________________________________38'), bytes('4Ot6fDtBuK4WVuP68Z_EatoJjeucMrH9hmIFFl9JuAA')];

	test('nothing is deposited to one', () => {
		const { epoch, org, site, comp } = alice.receiver;
		const change = signedChange(alice);
		for (const point of [...lowOrder, new Uint8Array(31)]) {
			expect(sealDeposit({ epoch, org, site, comp, pub: toBase64url(point) }, change, signedVoucher(alice, change))).toMatchObject({ ok: false, error: { code: 'bad-epoch-key' } });
		}
	});

	test('a deposit from one does not open, though anyone could know its key', () => {
		const document = deposit(alice);
		for (const point of lowOrder) {
			const body = bytes(document.c);
			body.set(point);
			expect(verdict([alice.receiver], 'd1', bytes(document.t), bytes(document.n), body)).toBe('bad-ciphertext');
		}
	});
});

describe('attack 10: nonces', () => {
	test('never repeat over different changes, with no random source at all, and the same change is the same bytes', () => {
		const nonces = new Set<string>();
		const { sig, text } = signedChange(alice);
		const count = 20_000;
		for (let i = 0; i < count; i++) nonces.add(sealChange(alice.epoch, { sig, text: `${text}${i}` }).n);
		expect(nonces.size).toBe(count);
		expect(sealChange(alice.epoch, { sig, text })).toEqual(sealChange(epochKeys(alice.org, alice.site, 'clinical', alice.secret.key), { sig, text }));
		expect(deposit(alice)).toEqual(deposit(alice));
	});

	test('differ where two versions of the app write or pad the same change differently, or in another place', () => {
		const change = signedChange(alice);
		const plaintext = frame(bytesOf(change.sig), change.text);
		const nonces = [
			sealedByHand(plaintext)[1], sealedByHand(plaintext, { pad: 4096 })[1], sealedByHand(frame(bytesOf(change.sig), change.text, 'v2'))[1],
			bytes(sealChange(epochKeys(alice.org, alice.other, 'clinical', alice.secret.key), change).n), bytes(sealChange(epochKeys(alice.org, alice.site, 'desk', alice.secret.key), change).n), bytes(deposit(alice, change).n)
		];
		expect(new Set(nonces.map(toBase64url)).size).toBe(nonces.length);
	});
});

describe('attack 45: what sizes tell', () => {
	const sizeOf = (textLength: number): number => sealChange(alice.epoch, { sig: signedChange(alice).sig, text: 'x'.repeat(textLength) }).c.length;

	test('all small entries look alike, and there are few sizes above', () => {
		expect(new Set([0, 1, 100, 300, 440].map(sizeOf)).size).toBe(1);
		const classes = new Set<number>();
		for (let length = 0; length <= 160 * 1024; length += 16) classes.add(padme(length));
		expect(classes.size).toBeLessThanOrEqual(160);
		for (let length = 513; length < 200_000; length += 101) expect(padme(length) / length).toBeLessThan(1.12);
	});

	test('two entries of one class show the same fields and lengths', () => {
		const [a, b] = [sealChange(alice.epoch, signedChange(alice)), sealChange(alice.epoch, signedChange(alice, { comp: 'restricted', type: 'Condition' }))];
		const shape = (document: EnvelopeDocument) => Object.entries(document).map(([field, value]) => [field, value.length]);
		expect(shape(a)).toEqual(shape(b));
	});
});

describe('attack 04: one ciphertext that two keys open (invisible salamander)', () => {
	test('exists for the cipher alone, and the key tag admits one of the two keys', () => {
		const random = seededRandom('salamander');
		const [one, two] = [alice.epoch, epochKeys(alice.org, alice.site, 'clinical', newEpoch(alice.site, 'clinical', random).key)];
		const nonce = random.bytes(24);
		const ciphertext = salamander(one, two, nonce);
		const plain = (epoch: EpochKeys, ad: Uint8Array) => sodium().crypto_aead_xchacha20poly1305_ietf_decrypt(null, ciphertext, ad, nonce, epoch.envelope.aead);
		expect(plain(one, one.ad)).not.toEqual(plain(two, two.ad));
		for (const [sealer, other] of [[one, two], [two, one]] as const) {
			const tag = keyTag(sealer.envelope, nonce);
			expect(verdict([other], 'e1', tag, nonce, ciphertext)).toBe('no-key');
			expect(verdict([other, sealer], 'e1', tag, nonce, ciphertext)).toBe('bad-ciphertext');
		}
	});
});

/** Poly1305's prime. */
const P = 2n ** 130n - 5n;
const little = (field: Uint8Array): bigint => [...field].reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
const mod = (value: bigint): bigint => ((value % P) + P) % P;
function power(base: bigint, exponent: bigint): bigint {
	let result = 1n;
	for (let square = mod(base), left = exponent; left > 0n; left >>= 1n, square = mod(square * square)) if (left & 1n) result = mod(result * square);
	return result;
}

/** From a ChaCha20 block, by taking off again the words that its last step adds. */
function hchacha20(key: Uint8Array, input: Uint8Array): Uint8Array {
	const block = createCipheriv('chacha20', key, input).update(new Uint8Array(64));
	const added = Buffer.concat([Buffer.from('expand 32-byte k'), input]);
	const out = Buffer.alloc(32);
	[0, 1, 2, 3, 12, 13, 14, 15].forEach((word, i) => out.writeUInt32LE((block.readUInt32LE(4 * word) - added.readUInt32LE(4 * i)) >>> 0, 4 * i));
	return out;
}

/**
 * 512 bytes of ciphertext and one authenticator that are right under both keys (Dodis, Grubbs, Ristenpart and Woodage, 2018): the first two
 * blocks are the solution of two linear equations over Poly1305's field, one per key; candidate authenticators are tried until
 * both solutions are blocks.
 */
function salamander(one: EpochKeys, two: EpochKeys, nonce: Uint8Array): Uint8Array {
	const size = 512;
	const macs = [one, two].map((epoch) => macOf(epoch, nonce, size));
	const [first, second] = macs;
	if (first === undefined || second === undefined) throw new Error('two keys');
	for (let attempt = 1n; attempt < 5000n; attempt++) {
		const [a, b] = [mod(BigInt.asUintN(128, attempt - first.s) - first.rest), mod(BigInt.asUintN(128, attempt - second.s) - second.rest)];
		const inverse = power(mod(first.x * second.y - second.x * first.y), P - 2n);
		const x = mod((a * second.y - b * first.y) * inverse) - 2n ** 128n;
		const y = mod((first.x * b - second.x * a) * inverse) - 2n ** 128n;
		if (x < 0n || x >= 2n ** 128n || y < 0n || y >= 2n ** 128n) continue;
		const out = new Uint8Array(size + 16);
		[x, y, attempt].forEach((block, i) => {
			for (let j = 0; j < 16; j++) out[(i === 2 ? size : 16 * i) + j] = Number((block >> BigInt(8 * j)) & 255n);
		});
		return out;
	}
	throw new Error('no salamander found');
}

/** Poly1305 over associated data, `size` bytes of which the first two blocks are unknown and the rest zero, and the lengths. */
function macOf(epoch: EpochKeys, nonce: Uint8Array, size: number): { readonly x: bigint; readonly y: bigint; readonly rest: bigint; readonly s: bigint } {
	const subkey = hchacha20(epoch.envelope.aead, nonce.subarray(0, 16));
	const stream = createCipheriv('chacha20', subkey, Buffer.concat([new Uint8Array(8), nonce.subarray(16)])).update(new Uint8Array(32));
	const r = little(stream.subarray(0, 16)) & 0x0ffffffc0ffffffc0ffffffc0fffffffn;
	const blocks: bigint[] = [];
	for (let i = 0; i < epoch.ad.length; i += 16) {
		const block = new Uint8Array(16);
		block.set(epoch.ad.subarray(i, i + 16));
		blocks.push(little(block) + 2n ** 128n);
	}
	const unknown = blocks.length;
	for (let i = 0; i < size; i += 16) blocks.push(i < 32 ? 0n : 2n ** 128n);
	blocks.push(BigInt(epoch.ad.length) + (BigInt(size) << 64n) + 2n ** 128n);
	const weight = (index: number): bigint => power(r, BigInt(blocks.length - index));
	const rest = blocks.reduce((sum, block, i) => mod(sum + block * weight(i)), 0n);
	return { x: weight(unknown), y: weight(unknown + 1), rest, s: little(stream.subarray(16, 32)) };
}
