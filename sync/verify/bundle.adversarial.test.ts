/**
 * Files from anybody, and files that a bad stick damaged: each document stands or falls alone, what is not whole says so, and nothing makes the reader throw or hold
 * more than it needs.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { toBase64url } from '../change/base64url.ts';
import { isHash } from '../change/ids.ts';
import { seededRandom } from '../change/ports.ts';
import { utf8 } from '../change/utf8.ts';
import { BundleReader, BUNDLE_LINE_BYTES_MAX, writeBundle, type BundleChunk, type BundleEntry, type BundleHeader, type BundleSummary } from './bundle.ts';
import { checkDocument, type EnvelopeDocument } from './document.ts';
import { digestHash } from './digest.ts';
import golden from './golden/bundle.json' with { type: 'json' };
import { envelopeDocumentId } from './ids.ts';
import { ready } from './sodium.ts';

const SITE = '7bfbdd21912df07b927baff373377fbb';
const random = seededRandom('bundles');
let org: BundleHeader['org'];
let entries: readonly BundleEntry[];

function envelope(size = 512): EnvelopeDocument {
	const [t, n, c] = [random.bytes(32), random.bytes(24), random.bytes(size + 16)];
	return { _id: envelopeDocumentId('e1', t, n, c), v: 'e1', t: toBase64url(t), n: toBase64url(n), c: toBase64url(c) };
}
const entryOf = (size?: number): BundleEntry => ({ db: `${SITE}-care`, document: envelope(size) });

beforeAll(async () => {
	await ready();
	org = digestHash('test', 'bundles');
	entries = Array.from({ length: 6 }, () => entryOf());
});

async function filesOf(of: readonly BundleEntry[], bytesMax = Infinity): Promise<readonly Uint8Array[]> {
	const chunks: BundleChunk[] = [];
	for await (const chunk of writeBundle({ org, hub: null }, of, bytesMax)) chunks.push(chunk);
	const parts = new Set(chunks.map(({ part }) => part));
	return [...parts].map((part) => joined(chunks.filter((chunk) => chunk.part === part).map(({ bytes }) => bytes)));
}
const file = async (): Promise<Uint8Array> => (await filesOf(entries))[0] ?? new Uint8Array();

function joined(pieces: readonly Uint8Array[]): Uint8Array {
	const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
	let at = 0;
	for (const piece of pieces) {
		all.set(piece, at);
		at += piece.length;
	}
	return all;
}

function read(bytes: Uint8Array, step = 1000): BundleSummary & { readonly ids: readonly string[]; readonly problem: string | null } {
	const reader = new BundleReader();
	const ids: string[] = [];
	for (let at = 0; at < bytes.length; at += step) ids.push(...reader.push(bytes.subarray(at, at + step)).map(({ document }) => document._id));
	const { entries: last, summary } = reader.end();
	return { ...summary, ids: [...ids, ...last.map(({ document }) => document._id)], problem: reader.problem?.code ?? null };
}
const idsOf = (of: readonly BundleEntry[]): readonly string[] => of.map(({ document }) => document._id);

describe('a file of documents', () => {
	it('is frozen: written and read as a second implementation writes it', async () => {
		const checked = checkDocument(golden.document);
		if (!checked.ok || !isHash(golden.org)) throw new Error('the vector is no file');
		const found = read(utf8(golden.text));
		expect(found).toMatchObject({ whole: true, more: true, documents: 1, damaged: 0, ids: [golden.document._id], header: { version: 2, org: golden.org, hub: golden.hub, part: 3 } });
		const { BundleWriter } = await import('./bundle.ts');
		const writer = new BundleWriter({ org: golden.org, hub: golden.hub, part: golden.part });
		expect(writer.header() + writer.entry({ db: golden.db, document: checked.value }) + writer.end(golden.more)).toBe(golden.text);
	});

	it('reads the same in pieces of any size', async () => {
		const whole = await file();
		for (const step of [1, 7, 64, 1024, whole.length]) expect(read(whole, step)).toMatchObject({ ids: idsOf(entries), whole: true, damaged: 0, more: false, problem: null });
	});

	it('in several files of bounded size: each stands alone, and together they hold everything once', async () => {
		const many = [...entries, ...Array.from({ length: 30 }, () => entryOf())];
		const files = await filesOf(many, 16_000);
		expect(files.length).toBeGreaterThan(2);
		for (const one of files) expect(one.length).toBeLessThanOrEqual(16_000);
		const found = files.map((one) => read(one));
		expect(found.map(({ whole, more, header }) => [whole, more, header?.part])).toEqual(files.map((_, i) => [true, i < files.length - 1, i + 1]));
		expect(found.flatMap(({ ids }) => ids)).toEqual(idsOf(many));
		// one after the other, as `cat` puts them, in any order
		expect(read(joined([...files].reverse()))).toMatchObject({ whole: true, documents: many.length });
	});

	it('attack 34: any damaged byte costs the documents it lies in and no other, and the file is not taken for whole', async () => {
		const whole = await file();
		const all = idsOf(entries);
		fc.assert(fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
			const bytes = whole.slice();
			bytes[at] = (bytes[at] ?? 0) ^ by;
			const { ids, whole: sound } = read(bytes);
			expect(all.filter((id) => !ids.includes(id)).length, `byte ${at}`).toBeLessThanOrEqual(1);
			expect(ids.every((id) => all.includes(id))).toBe(true);
			expect(sound, `byte ${at}`).toBe(false);
		}), { seed: 5, numRuns: 400 });
	});

	it('attack 34: cut short, with a hole, or with rubbish between, it gives the rest', async () => {
		const whole = await file();
		fc.assert(fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 900 }), (from, length) => {
			const holed = joined([whole.subarray(0, from), whole.subarray(from + length)]);
			const found = read(holed);
			if (found.problem === null) expect(found.documents).toBeGreaterThanOrEqual(entries.length - 3);
			expect(found.whole).toBe(false);
			const filled = joined([whole.subarray(0, from), random.bytes(length), whole.subarray(from)]);
			expect(read(filled).documents).toBeGreaterThanOrEqual(entries.length - 1);
		}), { seed: 6, numRuns: 150 });
		const line = whole.indexOf(10) + 1;
		expect(read(joined([whole.subarray(0, line), new Uint8Array(3 * BUNDLE_LINE_BYTES_MAX), whole.subarray(line)])).documents).toBeGreaterThanOrEqual(entries.length - 1);
	});

	it('says of what is none that it is none, and does not read it to the end', () => {
		expect(read(utf8('{"resourceType":"Bundle"}')).problem).toBe('not-a-bundle');
		expect(read(new Uint8Array()).problem).toBe('not-a-bundle');
		const reader = new BundleReader();
		for (let i = 0; i < 64 && reader.problem === null; i++) reader.push(random.bytes(64 * 1024));
		expect(reader.problem?.code).toBe('not-a-bundle');
		expect(read(utf8('{"bundle":3}\n')).problem).toBe('newer-version');
	});

	it('put together from files of two organizations, is not read on', async () => {
		const strange: Uint8Array[] = [];
		for await (const { bytes } of writeBundle({ org: digestHash('test', 'others'), hub: null }, [entryOf()], Infinity)) strange.push(bytes);
		expect(read(joined([await file(), ...strange]))).toMatchObject({ problem: 'not-a-bundle', documents: entries.length });
	});

	it('attack 08: no bytes make the reader throw', () => {
		fc.assert(fc.property(fc.array(fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.constantFrom('{"db":"', '}}', '\n', '{"bundle":2', '{"count":1,"hash":"x"}', '{"__proto__":{}}').map(utf8)), { maxLength: 12 }), (pieces) => {
			read(joined(pieces), 5);
		}), { seed: 9 });
	});
});
