/** Parts of a shared desk index in the hands of those who should not open or make them; and the bytes of version 1. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { fromBase64url, toBase64url } from '../change/base64url.ts';
import { canonicalJson } from '../change/canonical.ts';
import { hashOf } from '../change/ids.ts';
import { encodeIndexRecord, INDEX_ENTRIES_MAX, INDEX_TEXT_CHARACTERS_MAX, laterOf, parseIndexRecord, type IndexEntry, type IndexRecordText } from '../change/index-record.ts';
import type { Id } from '../change/change.ts';
import { checkDocument } from '../verify/document.ts';
import { envelopeDocumentId, indexRecordId } from '../verify/ids.ts';
import { verifySignature } from '../verify/signature.ts';
import { ready } from '../verify/sodium.ts';
import { openAccess } from './access.ts';
import { openIndex, sealIndex } from './desk-index.ts';
import { openWithAny } from './envelope.ts';
import { epochKeys } from './epoch.ts';
import { cast, type Cast } from './fixture.ts';
import { sign } from './keys.ts';
import type { SignedText } from './opened.ts';

const FILE = new URL('./golden/desk-index.json', import.meta.url);
let alice: Cast;
let record: IndexRecordText;
beforeAll(async () => {
	await ready();
	alice = cast('desk index');
	const gone: IndexEntry = { chart: 'f'.repeat(32) as Id, n: 3, name: null, year: null, village: null };
	record = { v: 1, org: alice.org, site: alice.other, share: hashOf(new Uint8Array(32).fill(7)), actor: alice.actor, entries: [{ chart: '0'.repeat(32) as Id, n: 1, name: 'Ada Banda', year: 1980, village: 'Kisoro' }, gone] };
});
const epoch = (site = alice.site, comp: 'desk' | 'clinical' = 'desk') => epochKeys(alice.org, site, comp, alice.secret.key);
const signed = (): SignedText => {
	const text = encodeIndexRecord(record);
	return { text, sig: sign('saddlebag/desk-index-record/1', text, alice.signing) };
};
const sealed = () => {
	const made = sealIndex({ org: alice.org, site: alice.site, epoch: epoch().epoch, pub: epoch().deposit.pub }, signed());
	if (!made.ok) throw new Error(made.error.message);
	return made.value;
};

describe('a part of a shared desk index', () => {
	it('opens for who reads the desk of the site it was sealed to, twice the same bytes, and is a document that hubs take', () => {
		expect(openIndex(epoch(), sealed())).toEqual(signed());
		expect(sealed()).toEqual(sealed());
		expect(checkDocument(sealed()).ok).toBe(true);
	});

	it('is frozen byte for byte', () => {
		const made = { key: toBase64url(alice.secret.key), text: signed().text, sig: signed().sig, id: indexRecordId(signed().text, signed().sig), document: sealed() };
		if (process.env['FREEZE'] === '1' && !existsSync(FILE)) writeFileSync(FILE, `${JSON.stringify(made, null, '\t')}\n`);
		// in docs/formats.md as golden/desk-index.json
		const frozen = JSON.parse(readFileSync(FILE, 'utf8')) as typeof made;
		expect(made).toEqual(frozen);
		expect(openIndex(epoch(), frozen.document)?.text).toBe(frozen.text);
	});

	it('attack 01: with any byte changed opens for nobody', () => {
		const document = sealed();
		for (const field of ['t', 'n', 'c'] as const) {
			const bytes = fromBase64url(document[field]) ?? new Uint8Array();
			for (let at = 0; at < bytes.length; at += field === 'c' ? 7 : 1) {
				const changed = Uint8Array.from(bytes, (byte, i) => (i === at ? byte ^ 1 : byte));
				expect(openIndex(epoch(), { ...document, [field]: toBase64url(changed) })).toBeNull();
			}
		}
	});

	it('attack 02 and 05: opens at no other site, in no other compartment, and as no other kind', () => {
		for (const other of [epoch(alice.other), epoch(alice.site, 'clinical')]) expect(openIndex(other, sealed())).toBeNull();
		const { t, n, c } = sealed();
		const [tag, nonce, body] = [t, n, c].map((text) => fromBase64url(text) ?? new Uint8Array()) as [Uint8Array, Uint8Array, Uint8Array];
		expect(openAccess(epoch(), { _id: envelopeDocumentId('l1', tag, nonce, body), v: 'l1', t, n, c })).toBeNull();
		expect(openWithAny([epoch()], { _id: envelopeDocumentId('d1', tag, nonce, body), v: 'd1', t, n, c }).ok).toBe(false);
		expect(verifySignature('saddlebag/access/1', signed().text, signed().sig, alice.signing.publicKey)).toBe(false);
	});

	it('attack 08: has one form only', () => {
		expect(parseIndexRecord(encodeIndexRecord(record))).toEqual({ ok: true, value: record });
		const [one, gone] = record.entries as [IndexEntry, IndexEntry];
		const entries: readonly object[][] = [
			[], [gone, one], [one, one], [{ ...one, n: 0 }], [{ ...one, n: 1.5 }], [{ ...one, name: '' }], [{ ...one, name: 'x'.repeat(INDEX_TEXT_CHARACTERS_MAX + 1) }], [{ ...one, year: 12000 }], [{ ...one, year: -1 }],
			[{ ...gone, village: 'Kisoro' }], [{ ...one, phone: '1' }], [{ ...one, chart: 'x' }], [{ chart: one.chart, n: 1 }]
		];
		for (const wrong of entries) expect(parseIndexRecord(canonicalJson({ ...record, entries: wrong })), JSON.stringify(wrong)).toMatchObject({ ok: false });
		for (const wrong of [{ ...record, extra: 1 }, { ...record, share: 'x' }, { ...record, v: 0 }]) expect(parseIndexRecord(canonicalJson(wrong)).ok).toBe(false);
		expect(parseIndexRecord(canonicalJson({ ...record, v: 2 }))).toMatchObject({ error: { code: 'unknown-version' } });
		fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (any) => void parseIndexRecord(any)), { seed: 4 });
	});

	it('attack 50: at its largest is a document that hubs take', () => {
		const long = '€'.repeat(INDEX_TEXT_CHARACTERS_MAX);
		const entries = Array.from({ length: INDEX_ENTRIES_MAX }, (_, i): IndexEntry => ({ chart: i.toString(16).padStart(32, '0') as Id, n: 1, name: long, year: 1980, village: long }));
		const text = encodeIndexRecord({ ...record, entries });
		const made = sealIndex({ org: alice.org, site: alice.site, epoch: epoch().epoch, pub: epoch().deposit.pub }, { text, sig: sign('saddlebag/desk-index-record/1', text, alice.signing) });
		expect(made.ok && checkDocument(made.value).ok).toBe(true);
	});

	it('of all that is told of a chart the same counts, whatever the order', () => {
		const entry = fc.record({ n: fc.integer({ min: 1, max: 3 }), name: fc.constantFrom('Ada', 'Eda', 'Ida'), year: fc.constantFrom(1980, 1981, null), village: fc.constantFrom('Kisoro', null) });
		fc.assert(fc.property(fc.array(entry, { minLength: 1, maxLength: 6 }), fc.integer(), (facts, turn) => {
			const all = facts.map((fact): IndexEntry => ({ chart: '0'.repeat(32) as Id, ...fact }));
			const at = Math.abs(turn) % all.length;
			const latest = (list: readonly IndexEntry[]) => list.reduce(laterOf);
			expect(latest([...all.slice(at), ...all.slice(0, at)].reverse())).toEqual(latest(all));
		}), { seed: 5 });
	});
});
