/** Sealed forms of version 1 are frozen: this fails when a byte moves. The vectors come from `golden/vectors.py`. */
import { beforeAll, describe, expect, test } from 'vitest';
import code from './golden/code.json' with { type: 'json' };
import deposit from './golden/deposit.json' with { type: 'json' };
import envelope from './golden/envelope.json' with { type: 'json' };
import keys from './golden/keys.json' with { type: 'json' };
import local from './golden/local.json' with { type: 'json' };
import { fromBase64url } from '../change/base64url.ts';
import { isHash, isId, isSignature } from '../change/ids.ts';
import { parseVoucher } from '../change/voucher.ts';
import { answerDocument, checkDocument, type WireDocument } from '../verify/document.ts';
import { ready } from '../verify/sodium.ts';
import { openKeys, openOlderKeys, sealOlderKeys, wrapKeys } from './bundle.ts';
import { comparisonCode } from './code.ts';
import { sealDeposit } from './deposit.ts';
import { openWithAny, sealChange } from './envelope.ts';
import { depositPublicKey, epochKeys, type EpochSecret } from './epoch.ts';
import { scriptedRandom } from './fixture.ts';
import { sealKeyFrom, sign, signingKeyFrom } from './keys.ts';
import { openTextRow, sealTextRow } from './local.ts';
import { createWrap, openWrap } from './passphrase.ts';
import { rosterOpen, rosterSeal } from './roster.ts';

beforeAll(ready);

const bytes = (text: string): Uint8Array => fromBase64url(text) ?? new Uint8Array(0);
function valid<T extends string>(value: string, is: (value: unknown) => value is T): T {
	if (!is(value)) throw new Error(`malformed vector ${value}`);
	return value;
}
function received<V extends WireDocument['v']>(raw: unknown, v: V): Extract<WireDocument, { v: V }> {
	const checked = checkDocument(raw);
	if (!checked.ok) throw new Error(checked.error.message);
	if (!isVersion(checked.value, v)) throw new Error(`a document of kind ${checked.value.v}`);
	return checked.value;
}
const isVersion = <V extends WireDocument['v']>(document: WireDocument, v: V): document is Extract<WireDocument, { v: V }> => document.v === v;
const signed = (raw: { text: string; sig: string }) => ({ text: raw.text, sig: valid(raw.sig, isSignature) });

describe('an envelope', () => {
	const keysOf = () => epochKeys(valid(envelope.org, isHash), valid(envelope.site, isId), 'clinical', bytes(envelope.key));

	test.each(envelope.envelopes.map((vector) => [vector.what, vector] as const))('of %s', (_what, vector) => {
		const epoch = keysOf();
		expect(epoch.epoch).toBe(envelope.epoch);
		expect(sign('saddlebag/change/1', vector.text, signingKeyFrom(bytes(envelope.seed)))).toBe(vector.sig);
		expect(sealChange(epoch, signed(vector))).toEqual(vector.document);
		expect(openWithAny([epoch], received(vector.document, 'e1'))).toEqual({ ok: true, value: { epoch, text: vector.text, sig: vector.sig, voucher: null } });
	});
});

test('a deposit', () => {
	const epoch = epochKeys(valid(deposit.org, isHash), valid(deposit.site, isId), 'clinical', bytes(deposit.key));
	expect(epoch.epoch).toBe(deposit.epoch);
	expect(depositPublicKey(bytes(deposit.key))).toBe(deposit.pub);
	const to = { org: epoch.org, site: epoch.site, comp: epoch.comp, epoch: epoch.epoch, pub: deposit.pub };
	expect(sealDeposit(to, signed(deposit), signed(deposit.voucher))).toEqual({ ok: true, value: deposit.document });
	expect(openWithAny([epoch], received(deposit.document, 'd1'))).toMatchObject({ ok: true, value: { text: deposit.text, voucher: deposit.voucher } });
	expect(parseVoucher(deposit.voucher.text).ok).toBe(true);
});

describe('keys', () => {
	const secret = (raw: { site: string | null; comp: string; epoch: string; key: string }): EpochSecret => ({
		site: raw.site === null ? null : valid(raw.site, isId), comp: raw.comp === 'roster' ? 'roster' : 'clinical', epoch: valid(raw.epoch, isHash), key: bytes(raw.key)
	});
	const secrets = () => keys.keys.map(secret);
	const org = valid(keys.org, isHash);
	const actor = valid(keys.actor, isHash);

	test('in a bundle', () => {
		const seal = sealKeyFrom(bytes(keys.sealSecret));
		expect(seal.publicKey).toBe(keys.seal);
		expect(wrapKeys({ org, actor, seal: keys.seal }, secrets(), scriptedRandom(bytes(keys.ephemeralSecret)))).toEqual(keys.bundle);
		expect(openKeys({ org, actor, seal }, received(keys.bundle, 'k1'))).toEqual({ ok: true, value: { keys: secrets(), mismatched: [] } });
	});

	test('of epochs before', () => {
		expect(sealOlderKeys(org, secret(keys.newer), secrets().slice(0, 1), scriptedRandom(bytes(keys.olderNonce)))).toEqual(keys.older);
		expect(openOlderKeys(org, secret(keys.newer), received(keys.older, 'o1'))).toEqual({ ok: true, value: { keys: secrets().slice(0, 1), mismatched: [] } });
	});
});

describe('on the device and among members', () => {
	test('a name', () => {
		const roster: EpochSecret = { site: null, comp: 'roster', epoch: valid(local.roster.epoch, isHash), key: bytes(local.roster.key) };
		const box = { epoch: roster.epoch, box: local.roster.box };
		expect(rosterSeal(roster, local.roster.text, scriptedRandom(bytes(local.roster.nonce)))).toEqual(box);
		expect(rosterOpen(roster, box)).toEqual({ ok: true, value: local.roster.text });
	});

	test('a row', () => {
		const { row } = local;
		const key = { site: valid(envelope.site, isId), comp: 'clinical', key: bytes(row.key) } as const;
		expect(sealTextRow(key, row.collection, row.id, row.text, scriptedRandom(bytes(row.nonce)))).toBe(row.row);
		expect(openTextRow(key, row.collection, row.id, row.row)).toBe(row.text);
	});

	test('secrets under a passphrase, typed with a ligature or without', async () => {
		const { wrap } = local;
		const context = { org: valid(wrap.org, isHash), member: valid(wrap.member, isId), device: valid(wrap.device, isId) };
		const secrets = { sign: signingKeyFrom(bytes(wrap.sign)), seal: sealKeyFrom(bytes(wrap.seal)) };
		const made = await createWrap(wrap.passphrase, secrets, context, scriptedRandom(bytes(wrap.salt), bytes(wrap.nonce)));
		expect(made).toEqual({ ok: true, value: wrap.wrap });
		expect(await openWrap('fine weather tomorrow', wrap.wrap, context)).toEqual({ ok: true, value: secrets });
	});

	test('the comparison code', async () => {
		const { answer } = code;
		expect(answerDocument(valid(answer.invitation, isId), answer.c, valid(answer.sig, isSignature))).toEqual(answer);
		const input = { org: valid(code.org, isHash), invitation: valid(code.invitation, isId), inviter: valid(code.inviter, isHash), answer: answer._id, keys: { ...code.keys, device: valid(code.keys.device, isId) } };
		expect(await comparisonCode(input)).toBe(code.code);
	});
});
