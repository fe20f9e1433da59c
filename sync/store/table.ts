/**
 * Typed reads and writes of one kind of rows, and the same over an RxDB collection. The parts of the store know the interface alone, so that
 * the simulator can put storage under them that crashes and is restored at will.
 *
 * Reads go to the storage instance with an index hint (without it RxDB may choose an index that makes a range read a hundred times
 * slower) and past RxDB's query and document caches, which would hold whole pages in memory. One `write` is one transaction of the storage.
 */
import { normalizeMangoQuery, prepareQuery, type MangoQuerySelector, type RxCollection, type RxDocumentData } from 'rxdb/plugins/core';

export interface Range {
	/** inclusive */
	readonly from?: string;
	/** exclusive */
	readonly to?: string;
	readonly after?: string;
	readonly limit?: number;
}

/** Everything that begins with `prefix`; keys are ASCII. */
export const prefixed = (prefix: string): Range => ({ from: prefix, to: `${prefix}\uffff` });

/** Rows of one kind under a primary key. Every write that resolved is durable, each is one transaction. */
export interface Table<Row extends object> {
	get(keys: readonly string[]): Promise<readonly Row[]>;
	one(key: string): Promise<Row | null>;
	/** Rows in order of the primary key. */
	range(range: Range): Promise<readonly Row[]>;
	/** Rows in order of an index whose first fields equal the given values, the next being within `range`. */
	where(equal: readonly (readonly [keyof Row & string, string | number])[], then: keyof Row & string, range: Range | { readonly atLeast: number; readonly limit?: number }): Promise<readonly Row[]>;
	count(range: Range): Promise<number>;
	countWhere(field: keyof Row & string, value: string, index: readonly (keyof Row & string)[]): Promise<number>;
	/** Inserts all; rows whose key is taken stay as they are and are returned. Throws when the storage fails. */
	insert(rows: readonly Row[]): Promise<readonly string[]>;
	/** Inserts or replaces all, the last writer winning; for rows that can be rebuilt or have one writer. */
	put(rows: readonly Row[]): Promise<void>;
	/** Changes stored rows; returns the keys that another writer changed meanwhile or that are gone. `change` null leaves a row alone. */
	update(keys: readonly string[], change: (stored: Row, key: string) => Row | null): Promise<readonly string[]>;
	/** Removes rows; their keys may stay, `emptied`, until `purge`. */
	remove(keys: readonly string[], emptied: (stored: Row) => Row): Promise<void>;
	/** Takes what was removed off the disk. RxDB's Dexie storage reads the whole table for it: now and then, not at each removal. */
	purge(): Promise<void>;
}

type Stored<Row> = RxDocumentData<Row>;

export class RxTable<Row extends object> implements Table<Row> {
	readonly collection: RxCollection<Row>;
	readonly #key: keyof Row & string;

	constructor(collection: RxCollection<Row>, key: keyof Row & string) {
		this.collection = collection;
		this.#key = key;
	}

	async get(keys: readonly string[]): Promise<Stored<Row>[]> {
		return keys.length === 0 ? [] : this.collection.storageInstance.findDocumentsById([...keys], false);
	}

	async one(key: string): Promise<Stored<Row> | null> {
		return (await this.get([key]))[0] ?? null;
	}

	range(range: Range): Promise<Stored<Row>[]> {
		return this.#query({ [this.#key]: bounds(range) }, ['_deleted', this.#key], range.limit);
	}

	where(equal: readonly (readonly [keyof Row & string, string | number])[], then: keyof Row & string, range: Range | { readonly atLeast: number; readonly limit?: number }): Promise<Stored<Row>[]> {
		const selector: Record<string, unknown> = {};
		for (const [field, value] of equal) selector[field] = { $eq: value };
		const limits = 'atLeast' in range ? { $gte: range.atLeast } : bounds(range);
		if (Object.keys(limits).length > 0) selector[then] = limits;
		const index = ['_deleted', ...equal.map(([field]) => field), then];
		return this.#query(selector, index.includes(this.#key) ? index : [...index, this.#key], range.limit);
	}

	async count(range: Range): Promise<number> {
		return this.#count({ [this.#key]: bounds(range) }, ['_deleted', this.#key]);
	}

	async countWhere(field: keyof Row & string, value: string, index: readonly (keyof Row & string)[]): Promise<number> {
		return this.#count({ [field]: { $eq: value } }, ['_deleted', ...index]);
	}

	async insert(rows: readonly Row[]): Promise<string[]> {
		if (rows.length === 0) return [];
		const { error } = await this.collection.bulkInsert([...rows]);
		return error.map((failure) => {
			if (failure.status !== 409) throw new StorageFailure(failure.documentId);
			return failure.documentId;
		});
	}

	async put(rows: readonly Row[]): Promise<void> {
		const wanted = new Map(rows.map((row) => [String(row[this.#key]), row]));
		for (let attempt = 0; wanted.size > 0; attempt++) {
			if (attempt > 20) throw new StorageFailure([...wanted.keys()].join(', ').slice(0, 200));
			const taken = await this.insert([...wanted.values()]);
			const lost = new Set(await this.update(taken, (stored, key) => ({ ...stored, ...wanted.get(key) })));
			for (const key of wanted.keys()) if (!lost.has(key)) wanted.delete(key);
		}
	}

	async update(keys: readonly string[], change: (stored: Stored<Row>, key: string) => Row | null): Promise<string[]> {
		const stored = await this.get(keys);
		const gone = new Set(keys);
		const writes = [];
		for (const previous of stored) {
			const key = String(previous[this.#key as keyof Stored<Row>]);
			gone.delete(key);
			const document = change(previous, key);
			if (document !== null) writes.push({ previous, document: { ...previous, ...document } });
		}
		if (writes.length === 0) return [...gone];
		const { error } = await this.collection.storageInstance.bulkWrite(writes, 'saddlebag-update');
		for (const failure of error) {
			if (failure.status !== 409) throw new StorageFailure(failure.documentId);
			gone.add(failure.documentId);
		}
		return [...gone];
	}

	async remove(keys: readonly string[], emptied: (stored: Stored<Row>) => Row): Promise<void> {
		for (let remaining = keys, attempt = 0; remaining.length > 0 && attempt < 10; attempt++) {
			const lost = await this.update(remaining, (stored) => ({ ...emptied(stored), _deleted: true }));
			// what is gone already counts as lost too: a second look tells
			remaining = lost.length === 0 ? lost : (await this.get(lost)).map((stored) => String(stored[this.#key as keyof Stored<Row>]));
		}
	}

	async purge(): Promise<void> {
		await this.collection.storageInstance.cleanup(0);
	}

	async #query(selector: Record<string, unknown>, index: readonly string[], limit: number | undefined): Promise<Stored<Row>[]> {
		const { documents } = await this.collection.storageInstance.query(this.#prepare(selector, index, limit));
		return documents;
	}

	async #count(selector: Record<string, unknown>, index: readonly string[]): Promise<number> {
		return (await this.collection.storageInstance.count(this.#prepare(selector, index, undefined))).count;
	}

	#prepare(selector: Record<string, unknown>, index: readonly string[], limit: number | undefined) {
		const schema = this.collection.schema.jsonSchema;
		const query = normalizeMangoQuery<Row>(schema, {
			selector: { _deleted: { $eq: false }, ...selector } as MangoQuerySelector<Row>,
			index: [...index],
			...(limit === undefined ? {} : { limit })
		});
		return prepareQuery<Row>(schema, query as Parameters<typeof prepareQuery<Row>>[1]);
	}
}

/** The browser's storage failed (full, closed, corrupt): what was to be written is not there. */
export class StorageFailure extends Error {
	constructor(row: string) {
		super(`The storage of this device did not take row ${row}`);
		this.name = 'StorageFailure';
	}
}

const bounds = ({ from, after, to }: Range): Record<string, string> => ({
	...(after !== undefined ? { $gt: after } : from !== undefined ? { $gte: from } : {}),
	...(to !== undefined ? { $lt: to } : {})
});
