/** What members carry from hand to hand is frozen: links, previews, recovery shares, wraps, records of the access log, files and codes. Vectors from a second implementation. */
import { beforeAll, describe, expect, test } from 'vitest';
import golden from './golden/members.json' with { type: 'json' };
import { parseAccessRecord } from '../change/access-record.ts';
import { fromBase64url } from '../change/base64url.ts';
import { isHash, isId, isSignature } from '../change/ids.ts';
import { encodeInvitation, encodeShort, invitationOf, parseLink } from '../membership/authoring/invitation.ts';
import { kitFrom } from '../membership/authoring/kit.ts';
import { openPreview, sealPreview } from '../membership/authoring/preview.ts';
import { encodeShare, kitMark, parseShare } from '../membership/authoring/share.ts';
import { encodeBundle, parseBundle } from '../replication/bundle-file.ts';
import { openAccess, sealAccess } from '../seal/access.ts';
import { epochKeys } from '../seal/epoch.ts';
import { scriptedRandom } from '../seal/fixture.ts';
import { sealKeyFrom, sign, signingKeyFrom } from '../seal/keys.ts';
import { openPasskeyWrap, wrapForPasskey } from '../seal/passkey.ts';
import { checkDocument } from '../verify/document.ts';
import { accessRecordId } from '../verify/ids.ts';
import { ready } from '../verify/sodium.ts';
import { carried, CodeReader } from './carrying.ts';

beforeAll(ready);

const bytes = (text: string): Uint8Array => fromBase64url(text) ?? new Uint8Array(0);
function valid<T extends string>(value: string, is: (value: unknown) => value is T): T {
	if (!is(value)) throw new Error(`malformed vector ${value}`);
	return value;
}

test('an invitation: the whole link, the short one, and what waits at the hub', () => {
	const invitation = invitationOf(golden.invitation);
	if (!invitation.ok) throw new Error(invitation.error.message);
	expect(encodeInvitation(invitation.value)).toBe(golden.whole);
	expect(encodeShort(invitation.value)).toBe(golden.short);
	expect(parseLink(golden.whole)).toEqual({ ok: true, value: { kind: 'whole', invitation: invitation.value } });
	expect(parseLink(golden.short)).toMatchObject({ ok: true, value: { kind: 'seed', seed: golden.invitation.seed, origin: golden.invitation.hub.origin } });
	expect(sealPreview(invitation.value, scriptedRandom(bytes(golden.previewNonce)))).toEqual(golden.preview);
	const checked = checkDocument(golden.preview);
	if (!checked.ok || checked.value.v !== 'p1') throw new Error('the preview is no document');
	expect(openPreview(golden.invitation.seed, golden.invitation.hub.origin, checked.value)).toEqual(invitation);
});

test('a recovery kit and a share of it', () => {
	const kit = kitFrom(bytes(golden.kit.seed));
	expect(kit.actor).toBe(golden.kit.actor);
	expect(kit.keys).toEqual(golden.kit.keys);
	const { text, ...said } = golden.share;
	expect(kitMark(kit.actor)).toBe(said.kit);
	const share = { ...said, bytes: bytes(said.bytes) };
	expect(encodeShare(share)).toBe(text);
	expect(parseShare(text)).toEqual({ ok: true, value: share });
});

test('secrets under a passkey', () => {
	const { passkey } = golden;
	const context = { org: valid(passkey.org, isHash), member: valid(passkey.member, isId), device: valid(passkey.device, isId) };
	const secrets = { sign: signingKeyFrom(bytes(passkey.sign)), seal: sealKeyFrom(bytes(passkey.seal)) };
	expect(wrapForPasskey(bytes(passkey.output), passkey.credential, secrets, context, scriptedRandom(bytes(passkey.nonce)))).toEqual({ ok: true, value: passkey.wrap });
	expect(openPasskeyWrap(bytes(passkey.output), passkey.credential, passkey.wrap, context)).toEqual({ ok: true, value: secrets });
});

test('a record of the access log', () => {
	const { access } = golden;
	const [org, site] = [valid(access.org, isHash), valid(access.site, isId)];
	const sig = valid(access.sig, isSignature);
	expect(parseAccessRecord(access.text).ok).toBe(true);
	expect(accessRecordId(access.text, sig)).toBe(access.id);
	expect(sign('saddlebag/access/1', access.text, signingKeyFrom(bytes(golden.passkey.sign)))).toBe(sig);
	expect(sealAccess({ org, site, epoch: valid(access.epoch, isHash), pub: access.pub }, { text: access.text, sig })).toEqual({ ok: true, value: access.document });
	const checked = checkDocument(access.document);
	if (!checked.ok || checked.value.v !== 'l1') throw new Error('the record is no document');
	expect(openAccess(epochKeys(org, site, 'restricted', bytes(access.key)), checked.value)).toEqual({ text: access.text, sig });
});

describe('work carried by hand', () => {
	test('as a file', () => {
		const { file } = golden;
		const checked = checkDocument(file.document);
		if (!checked.ok) throw new Error(checked.error.message);
		const bundle = { org: valid(file.org, isHash), hub: file.hub, entries: [{ db: file.db, document: checked.value }] };
		expect(encodeBundle(bundle)).toBe(file.text);
		expect(parseBundle(file.text)).toEqual({ ok: true, value: { ...bundle, refused: [] } });
	});

	test('as codes', () => {
		const { text, codes } = golden.file;
		expect(carried(text, 'file').codes).toEqual(codes);
		const reader = new CodeReader();
		expect(codes.map((code) => reader.take(code)).at(-1)).toEqual({ ok: true, value: { kind: 'whole', text } });
	});
});
