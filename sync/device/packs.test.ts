/** A first sync by packs beside one by the feed: the same verdicts, the same charts, whatever a hub puts into a pack. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Id } from '../change/change.ts';
import { toBase64url } from '../change/base64url.ts';
import { seededRandom } from '../change/ports.ts';
import { ChainKnowledge } from '../gate/chain.ts';
import type { DatabaseName } from '../gate/context.ts';
import { Setting } from '../gate/testing/setting.ts';
import { sealChange } from '../seal/envelope.ts';
import { checkDocument, plainDocument, type SealedDocument } from '../verify/document.ts';
import { envelopeDocumentId } from '../verify/ids.ts';
import { encodePack, isPackable, readPack } from '../verify/pack.ts';
import { ready } from '../verify/sodium.ts';
import { documentsOf, pageRow } from '../store/index.ts';

beforeAll(ready);

const care = (site: Id): DatabaseName => ({ kind: 'care', site });
const PLACE = { db: 'sb-care', from: '0', to: '9' };

function checked(document: unknown): SealedDocument {
	const result = checkDocument(document);
	if (!result.ok || !isPackable(result.value)) throw new Error('not for a pack');
	return result.value;
}

/** As it is taken in: stored as a row as it came, and read from there. */
function throughPack(documents: readonly SealedDocument[], spoil: (bytes: Uint8Array) => void = () => undefined) {
	const bytes = encodePack(PLACE, documents);
	spoil(bytes);
	const pack = readPack(bytes);
	if (!pack.ok) return null;
	return { arrived: documentsOf(pageRow({ number: 1, db: PLACE.db, documents: pack.value.documents, pack: encodePack(PLACE, pack.value.documents) })), damaged: pack.value.damaged.map(({ id }) => id) };
}

/** Verdict of each envelope and the ids of the chains learned. */
function judged(s: Setting, documents: readonly unknown[]): { readonly verdicts: readonly string[]; readonly accepted: readonly string[]; readonly learned: readonly string[] } {
	const chains = new ChainKnowledge();
	const { verdicts } = s.gate(s.a, chains).inspect(documents, care(s.a));
	return {
		verdicts: verdicts.map((verdict) => (verdict.kind === 'accepted' ? `${verdict.change.envelope} accepted` : `${verdict.envelope} ${verdict.kind} ${verdict.reason}`)).sort(),
		accepted: verdicts.flatMap((verdict) => (verdict.kind === 'accepted' ? [verdict.change.text] : [])).sort(),
		learned: [...chains.entries()].map(({ id, prev }) => `${id} ${prev ?? ''}`).sort()
	};
}

/** What a hub, or a member with keys, can put into a pack whose table is sound. */
const FORGED: readonly (readonly [what: string, make: (s: Setting) => readonly SealedDocument[], expected: readonly string[]])[] = [
	['nothing forged', (s) => s.chain(s.nurseA, 4).map((signed) => checked(s.envelope(signed))), ['accepted', 'accepted', 'accepted', 'accepted']],
	['a change that another member signed', (s) => [checked(s.envelope(s.change(s.nurseA, {}, s.receptionistA)))], ['quarantined bad-signature']],
	['a broken chain: a position that its predecessor does not lead to', (s) => {
		const first = s.change(s.nurseA);
		return [first, s.change(s.nurseA, { seq: 5, prev: first.id })].map((signed) => checked(s.envelope(signed)));
	}, ['accepted', 'quarantined bad-chain']],
	['a stolen predecessor: another member\'s text in the middle of a chain', (s) => {
		const stolen = s.change(s.nurseA, {}, s.nurseB);
		return [stolen, s.change(s.nurseB, { site: s.a, seq: 2, prev: stolen.id })].map((signed) => checked(s.envelope(signed)));
	}, ['quarantined bad-signature']],
	['an envelope of another site', (s) => [checked(s.envelope(s.change(s.nurseB, { site: s.b })))], ['waiting no-key']],
	['a change of another site under a key of this one', (s) => [checked(sealChange(s.epoch(s.a, 'clinical'), s.change(s.nurseB, { site: s.b })))], ['quarantined wrong-context']],
	['a change by someone who may not write here', (s) => [checked(s.envelope(s.change(s.nurseB)))], ['quarantined not-entitled']],
	['a ciphertext that the key it names did not seal', (s) => {
		const { t, n, c } = s.envelope(s.change(s.nurseA));
		const altered = `${c.startsWith('A') ? 'B' : 'A'}${c.slice(1)}`;
		const bytes = [t, n, altered].map((text) => new Uint8Array(Buffer.from(text, 'base64url')));
		return [checked({ _id: envelopeDocumentId('e1', bytes[0] as Uint8Array, bytes[1] as Uint8Array, bytes[2] as Uint8Array), v: 'e1', t, n, c: altered })];
	}, ['quarantined bad-ciphertext']],
	['bytes that nobody sealed', () => {
		const random = seededRandom('rubbish');
		const [t, n, c] = [random.bytes(32), random.bytes(24), random.bytes(512 + 16)];
		return [checked({ _id: envelopeDocumentId('e1', t, n, c), v: 'e1', t: toBase64url(t), n: toBase64url(n), c: toBase64url(c) })];
	}, ['waiting no-key']],
	['one withheld in mid-chain', (s) => s.chain(s.nurseA, 5).filter(({ change }) => change.seq !== 3).map((signed) => checked(s.envelope(signed))), ['accepted', 'accepted', 'accepted', 'accepted']]
];

describe('attack 58: what a pack brings is judged as if it had come one by one', () => {
	it.each(FORGED)('%s', (_what, make, expected) => {
		const s = new Setting(58);
		const documents = make(s);
		const taken = throughPack(documents);
		const byPack = judged(s, taken?.arrived ?? []);
		expect(byPack).toEqual(judged(s, documents.map((document) => ({ ...plainDocument(document) }))));
		for (const verdict of expected) expect(byPack.verdicts.some((said) => said.endsWith(verdict))).toBe(true);
		// the order of a feed is the hub's to choose
		expect(judged(s, throughPack([...documents].reverse())?.arrived ?? [])).toEqual(byPack);
	});

	it('a swapped body costs the two it stands under, and nothing else of the chain', () => {
		const s = new Setting(59);
		const documents = s.chain(s.nurseA, 4).map((signed) => checked(s.envelope(signed)));
		const taken = throughPack(documents, (bytes) => {
			const size = 32 + 24 + (Buffer.from(documents[3]?.c ?? '', 'base64url').length);
			const [a, b] = [bytes.slice(bytes.length - 2 * size, bytes.length - size), bytes.slice(bytes.length - size)];
			bytes.set(b, bytes.length - 2 * size);
			bytes.set(a, bytes.length - size);
		});
		expect(taken?.damaged).toEqual(documents.slice(2).map(({ _id }) => _id));
		expect(judged(s, taken?.arrived ?? [])).toEqual(judged(s, documents.slice(0, 2)));
	});

	it('a damaged table is no pack at all, and a pack cut off keeps what had come whole', () => {
		const s = new Setting(60);
		const documents = s.chain(s.nurseA, 3).map((signed) => checked(s.envelope(signed)));
		const size = (document: SealedDocument): number => 32 + 24 + Buffer.from(document.c, 'base64url').length;
		const bodies = documents.reduce((sum, document) => sum + size(document), 0);
		expect(throughPack(documents, (bytes) => (bytes[bytes.length - bodies - 1] = (bytes.at(-bodies - 1) ?? 0) ^ 1))).toBeNull();
		const bytes = encodePack(PLACE, documents);
		const cut = readPack(bytes.subarray(0, bytes.length - 1));
		expect(cut.ok && cut.value.documents.map(({ _id }) => _id)).toEqual(documents.slice(0, 2).map(({ _id }) => _id));
	});
});

describe('a page that came as a pack', () => {
	it('gives back the documents as they are sent and written to files', () => {
		const s = new Setting(61);
		const documents = s.chain(s.nurseA, 3).map((signed) => checked(s.envelope(signed)));
		const arrived = throughPack(documents)?.arrived ?? [];
		expect(arrived.map((document) => plainDocument(document as SealedDocument))).toEqual(documents.map((document) => ({ ...plainDocument(document) })));
		expect(JSON.parse(JSON.stringify(arrived))).toEqual(JSON.parse(JSON.stringify(documents)));
	});

	it('that the disk damaged names what is lost, and gives the rest', () => {
		const s = new Setting(62);
		const documents = s.chain(s.nurseA, 3).map((signed) => checked(s.envelope(signed)));
		const bytes = encodePack(PLACE, documents);
		bytes[bytes.length - 5] = (bytes.at(-5) ?? 0) ^ 1;
		const read = documentsOf(pageRow({ number: 1, db: PLACE.db, documents, pack: bytes }));
		expect(read.map(({ _id }) => _id)).toEqual(documents.map(({ _id }) => _id));
		expect(judged(s, read).verdicts.filter((said) => said.endsWith('quarantined bad-document'))).toEqual([`${documents[2]?._id ?? ''} quarantined bad-document`]);
	});
});
