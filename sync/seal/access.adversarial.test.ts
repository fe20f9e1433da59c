/** Records of the access log, passkeys, PINs and previews in the hands of those who should not open or make them. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { fromBase64url, toBase64url } from '../change/base64url.ts';
import { encodeAccessRecord, parseAccessRecord, type AccessRecordText } from '../change/access-record.ts';
import { canonicalJson } from '../change/canonical.ts';
import { accessRecordId, envelopeDocumentId } from '../verify/ids.ts';
import { ready } from '../verify/sodium.ts';
import { openAccess, sealAccess } from './access.ts';
import { openWithAny } from './envelope.ts';
import { epochKeys } from './epoch.ts';
import { cast, type Cast } from './fixture.ts';
import { sign } from './keys.ts';
import { openPasskeyWrap, wrapForPasskey } from './passkey.ts';
import { PIN_TRIES, PinKeeper } from './pin.ts';
import { secretsText } from './passphrase.ts';

let alice: Cast;
let record: AccessRecordText;
beforeAll(async () => {
	await ready();
	alice = cast('access');
	record = { v: 1, org: alice.org, site: alice.site, chart: alice.other, actor: alice.actor, seq: 1, prev: null, at: 1_700_000_000_000, kind: 'opened', reason: null };
});
const epoch = () => epochKeys(alice.org, alice.site, 'restricted', alice.secret.key);
const sealed = () => {
	const text = encodeAccessRecord(record);
	const made = sealAccess({ org: alice.org, site: alice.site, epoch: epoch().epoch, pub: epoch().deposit.pub }, { text, sig: sign('saddlebag/access/1', text, alice.signing) });
	if (!made.ok) throw new Error(made.error.message);
	return made.value;
};

describe('a record of the access log', () => {
	it('opens for the holders of the key it was sealed to, twice the same bytes', () => {
		expect(openAccess(epoch(), sealed())?.text).toBe(encodeAccessRecord(record));
		expect(sealed()).toEqual(sealed());
	});

	it('attack 01: with any byte changed opens for nobody', () => {
		const document = sealed();
		for (const field of ['t', 'n', 'c'] as const) {
			const bytes = fromBase64url(document[field]) ?? new Uint8Array();
			for (let at = 0; at < bytes.length; at += field === 'c' ? 7 : 1) {
				const changed = Uint8Array.from(bytes, (byte, i) => (i === at ? byte ^ 1 : byte));
				expect(openAccess(epoch(), { ...document, [field]: toBase64url(changed) })).toBeNull();
			}
		}
	});

	it('attack 02 and 05: opens under no other site, compartment or kind', () => {
		const elsewhere = [epochKeys(alice.org, alice.other, 'restricted', alice.secret.key), epochKeys(alice.org, alice.site, 'desk', alice.secret.key)];
		for (const other of elsewhere) expect(openAccess(other, sealed())).toBeNull();
		const { t, n, c } = sealed();
		const [tag, nonce, body] = [t, n, c].map((text) => fromBase64url(text) ?? new Uint8Array()) as [Uint8Array, Uint8Array, Uint8Array];
		expect(openWithAny([epoch()], { _id: envelopeDocumentId('d1', tag, nonce, body), v: 'd1', t, n, c }).ok).toBe(false);
	});

	it('attack 08: has one form only', () => {
		const text = encodeAccessRecord(record);
		expect(parseAccessRecord(text)).toEqual({ ok: true, value: record });
		const forged: readonly object[] = [
			{ ...record, seq: 0 }, { ...record, seq: 2 }, { ...record, prev: accessRecordId(text, sign('saddlebag/access/1', text, alice.signing)) }, { ...record, kind: 'glass' },
			{ ...record, reason: 'x' }, { ...record, kind: 'glass', reason: '' }, { ...record, kind: 'closed' }, { ...record, at: -1 }, { ...record, at: 1.5 }, { ...record, extra: 1 }, { ...record, chart: 'x' }
		];
		for (const one of forged) expect(parseAccessRecord(canonicalJson(one as never)), JSON.stringify(one)).toMatchObject({ ok: false });
		expect(parseAccessRecord(canonicalJson({ ...record, v: 2 }))).toMatchObject({ error: { code: 'unknown-version' } });
		fc.assert(fc.property(fc.string(), (any) => void parseAccessRecord(any)), { seed: 3 });
	});
});

describe('ways in besides the passphrase', () => {
	const context = () => ({ org: alice.org, member: alice.site, device: alice.other });
	const secrets = () => ({ sign: alice.signing, seal: alice.sealing });

	it('attack 26: a passkey’s wrap opens with its own secret, credential and account, and with nothing else', () => {
		const output = alice.random.bytes(32);
		const made = wrapForPasskey(output, 'cred', secrets(), context(), alice.random);
		if (!made.ok) throw new Error(made.error.message);
		expect(openPasskeyWrap(output, 'cred', made.value, context())).toMatchObject({ ok: true, value: { seal: { publicKey: alice.sealing.publicKey } } });
		expect(openPasskeyWrap(alice.random.bytes(32), 'cred', made.value, context()).ok).toBe(false);
		expect(openPasskeyWrap(output, 'other', made.value, context()).ok).toBe(false);
		expect(openPasskeyWrap(output, 'cred', made.value, { ...context(), member: alice.other }).ok).toBe(false);
		expect(openPasskeyWrap(output.subarray(1), 'cred', made.value, context()).ok).toBe(false);
		for (const raw of [null, {}, [], 'x', { ...made.value, v: 2 }, { ...made.value, n: '' }, { ...made.value, c: 'AA' }, { ...made.value, x: 1 }]) expect(openPasskeyWrap(output, 'cred', raw, context()).ok).toBe(false);
		expect(wrapForPasskey(output.subarray(1), 'cred', secrets(), context(), alice.random).ok).toBe(false);
	});

	it('attack 49: five wrong PINs erase it, also when they come all at once, and the right one after them opens nothing', async () => {
		const pins = new PinKeeper(alice.random);
		for (const pin of ['', '12345', 'abcdef', '000000', '1234567890123']) expect(await pins.keep('a', pin, secretsText(secrets()))).toMatchObject({ error: { code: 'bad-pin' } });
		expect(await pins.keep('a', '271828', secretsText(secrets()))).toEqual({ ok: true, value: null });
		expect((await pins.open('b', '271828')).ok).toBe(false);
		const tries = await Promise.all([...Array.from({ length: PIN_TRIES }, () => '111112'), '271828'].map((pin) => pins.open('a', pin)));
		expect(tries.map((one) => (one.ok ? 'opened' : one.error.code))).toEqual(['wrong-pin', 'wrong-pin', 'wrong-pin', 'wrong-pin', 'no-pin', 'no-pin']);
		expect(pins.triesLeft('a')).toBeNull();
	});
});
