import { beforeAll, describe, expect, it } from 'vitest';
import type { Hash, Id } from '../change/change.ts';
import { hlc } from '../change/hlc.ts';
import { hashOf, idOf } from '../change/ids.ts';
import { seededRandom } from '../change/ports.ts';
import { parseChange } from '../change/text.ts';
import { parseVoucher } from '../change/voucher.ts';
import { newSigningKey } from '../seal/keys.ts';
import { verifySignature } from '../verify/signature.ts';
import { ready } from '../verify/sodium.ts';
import { signChange, stampChange, type Stamp } from './stamp.ts';
import { vouch } from './voucher.ts';

const random = seededRandom('stamp');
const hash = (): Hash => hashOf(random.bytes(32));
const id = (): Id => idOf(random.bytes(16));
const stamp = (more: Partial<Stamp> = {}): Stamp => ({
	org: hash(), site: id(), comp: 'clinical', chart: id(), type: 'Condition', id: id(), actor: hash(), tip: null, deps: [hash()], hlc: hlc(5), seen: [hash()],
	body: { set: { problem: { code: { text: 'Malaria' } } }, unset: [], add: {}, remove: {} }, ...more
});

beforeAll(ready);

describe('stamping and signing a change', () => {
	it('gives a change that everybody parses, signed by its author over exactly its text, the same at every attempt', () => {
		const key = newSigningKey(random);
		const stamped = stampChange(stamp({ tip: { seq: 4, id: hash() } }));
		if (!stamped.ok) throw new Error(stamped.error.message);
		const signed = signChange(stamped.value, key);
		if (!signed.ok) throw new Error(signed.error.message);
		expect(parseChange(signed.value.text)).toEqual({ ok: true, value: stamped.value });
		expect(stamped.value.seq).toBe(5);
		expect(verifySignature('saddlebag/change/1', signed.value.text, signed.value.sig, key.publicKey)).toBe(true);
		expect(signChange(stamped.value, key)).toEqual(signed);
	});

	it('refuses a change that says nothing, and a beginning without its commitment', () => {
		const nothing = stampChange(stamp({ body: { set: {}, unset: [], add: {}, remove: {} } }));
		expect(!nothing.ok && nothing.error.code).toBe('nothing-changed');
		const noCreate = stampChange(stamp({ deps: [] }));
		expect(!noCreate.ok && noCreate.error.code).toBe('not-a-beginning');
	});

	it('attack 60: of more heads than a change can cite, as many as fit are cited, so that a resolution can always be written', () => {
		const deps = Array.from({ length: 500 }, hash);
		const stamped = stampChange(stamp({ deps }));
		expect(stamped.ok && stamped.value.deps).toEqual([...deps].sort().slice(0, 64));
	});

	it('says so in words when a text cannot be signed or is too large', () => {
		const key = newSigningKey(random);
		const bad = (text: string) => {
			const stamped = stampChange(stamp({ body: { set: { problem: { code: { text } } }, unset: [], add: {}, remove: {} } }));
			if (!stamped.ok) throw new Error(stamped.error.message);
			const signed = signChange(stamped.value, key);
			return signed.ok ? null : signed.error.code;
		};
		expect(bad('half a surrogate \ud800')).toBe('not-encodable');
		expect(bad('x'.repeat(200_000))).not.toBeNull();
		expect(bad('x')).toBeNull();
	});

	it('vouches for one change at one receiving site', () => {
		const key = newSigningKey(random);
		const stamped = stampChange(stamp());
		if (!stamped.ok) throw new Error(stamped.error.message);
		const to = id();
		const { text, sig } = vouch(hash(), stamped.value, { to, actor: hash(), seen: [hash()], key });
		const parsed = parseVoucher(text);
		expect(parsed.ok && [parsed.value.to, parsed.value.site]).toEqual([to, stamped.value.site]);
		expect(verifySignature('saddlebag/voucher/1', text, sig, key.publicKey)).toBe(true);
	});
});
