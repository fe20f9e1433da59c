/** Pages that came as packs: how they lie, how much of them is kept in memory, and how others hear of them. */
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../change/ports.ts';
import { checkDocument, type SealedDocument } from '../verify/document.ts';
import { encodePack, isPackable, readPack } from '../verify/pack.ts';
import { ready } from '../verify/sodium.ts';
import { documentsOf, pageRow } from './pageRow.ts';
import { rowsWritten, type StoreEvent } from './store.ts';
import { fakeEnvelope, memoryStore } from './testing.ts';

beforeAll(ready);
const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
	for (const step of cleanUp.splice(0)) await step();
});
const random = seededRandom('page rows');
const sealed = (count: number): readonly SealedDocument[] => Array.from({ length: count }, () => checkDocument(fakeEnvelope(random))).flatMap((checked) => (checked.ok && isPackable(checked.value) ? [checked.value] : []));
const packed = (documents: readonly SealedDocument[]): Uint8Array => encodePack({ db: 'x', from: '0', to: '1' }, documents);
const inBytes = (pack: Uint8Array): readonly SealedDocument[] => {
	const read = readPack(pack);
	return read.ok ? read.value.documents : [];
};

describe('a row of a pack', () => {
	it('says the same as a row of the same documents one by one, in two thirds of the room', () => {
		const documents = sealed(20);
		const [asPack, asList] = [pageRow({ number: 7, db: 'x', documents, pack: packed(documents) }), pageRow({ number: 7, db: 'x', documents, pack: null })];
		expect(JSON.stringify(documentsOf(asPack))).toBe(JSON.stringify(documentsOf(asList)));
		expect({ id: asPack.id, db: asPack.db, n: asPack.n }).toEqual({ id: asList.id, db: asList.db, n: asList.n });
		expect(asPack.docs.length).toBeLessThan(asList.docs.length);
	});

	it('that is nothing at all throws, as a list does', () => {
		for (const docs of ['pack:', 'pack:AAAA', 'pack:!', '[', '']) expect(() => documentsOf({ id: '1', db: 'x', n: 1, docs })).toThrow(SyntaxError);
	});
});

describe('pages that were just stored', () => {
	it('are handed on from memory, no more of it than is set aside; the rest is read from the disk', async () => {
		const store = await memoryStore();
		cleanUp.push(() => store.close());
		const documents = sealed(2);
		const pack = packed(documents);
		const large = new Uint8Array(30 * 1024 * 1024);
		for (const number of [1, 2, 3]) store.pages.wrote({ number, db: 'x', documents: inBytes(pack), pack: large });
		expect([1, 2, 3].filter((number) => store.pages.fresh(number - 1) !== null)).toEqual([3]);
	});

	it('give their documents whole to who writes them to a file', async () => {
		const store = await memoryStore();
		cleanUp.push(() => store.close());
		const documents = sealed(3);
		store.pages.wrote({ number: 1, db: 'x', documents: inBytes(packed(documents)), pack: packed(documents) });
		expect(store.pages.fresh(0)?.documents.map((document) => ({ ...document }))).toEqual(documents.map((document) => ({ ...document })));
	});

	it('are heard of in other tabs by the note of what they hold', () => {
		const heard: StoreEvent[] = [];
		rowsWritten(['held|p|000000000003', 'held|o|abc', 'cursor|x'], (event) => heard.push(event));
		expect(heard).toEqual([{ kind: 'pages', numbers: [3] }, { kind: 'cursor', keys: ['x'] }]);
	});
});

describe('while pages come as fast as they can be stored', () => {
	it('whoever takes them in waits until the last, or until they have waited enough', async () => {
		const store = await memoryStore();
		cleanUp.push(() => store.close());
		const { pages } = store;
		const patience: (() => void)[] = [];
		const after = (go: () => void): (() => void) => {
			patience.push(go);
			return () => void patience.splice(patience.indexOf(go), 1);
		};
		await pages.calm(after);
		pages.coming = true;
		const done: string[] = [];
		const until = [pages.calm(after).then(() => done.push('first')), pages.calm(after).then(() => done.push('second'))];
		expect(patience.length).toBe(2);
		patience[0]?.();
		await until[0];
		expect(done).toEqual(['first']);
		pages.coming = false;
		await until[1];
		expect(done).toEqual(['first', 'second']);
		expect(patience).toEqual([]);
	});
});
