/**
 * The storage of a device: three tables in memory with the promises of the real one. A write is one transaction, durable when it resolves;
 * what a process that dies was still waiting for is there wholly or not at all. A copy of it is a backup.
 */
import { pagesWritten, rowsWritten, type OwnRow, type PageRow, type PlainRow, type Range, type StoreEvent, type Table } from '../../sync/store/index.ts';
import type { Process } from './process.ts';

/** Rows under their primary key, in its order. Rows are never changed, only replaced: a copy of the map is a snapshot. */
export class Rows<Row extends object> {
	readonly key: keyof Row & string;
	#rows: Map<string, Row>;
	#keys: string[] | null = null;

	constructor(key: keyof Row & string, rows: ReadonlyMap<string, Row> = new Map()) {
		this.key = key;
		this.#rows = new Map(rows);
	}

	copy(): Rows<Row> {
		return new Rows(this.key, this.#rows);
	}

	get(key: string): Row | undefined {
		return this.#rows.get(key);
	}

	set(key: string, row: Row): void {
		if (!this.#rows.has(key)) this.#keys = null;
		this.#rows.set(key, row);
	}

	delete(key: string): void {
		if (this.#rows.delete(key)) this.#keys = null;
	}

	values(): Iterable<Row> {
		return this.#rows.values();
	}

	/** Keys from the first that satisfies the lower bound to the last that satisfies the upper one. */
	keys({ from, after, to, limit }: Range): readonly string[] {
		this.#keys ??= [...this.#rows.keys()].sort();
		const keys = this.#keys;
		const low = after ?? from ?? '';
		let start = lowerBound(keys, low);
		if (after !== undefined && keys[start] === after) start++;
		const end = to === undefined ? keys.length : lowerBound(keys, to);
		return keys.slice(start, limit === undefined ? end : Math.min(end, start + limit));
	}
}

function lowerBound(keys: readonly string[], wanted: string): number {
	let [low, high] = [0, keys.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((keys[middle] ?? '') < wanted) low = middle + 1;
		else high = middle;
	}
	return low;
}

/** What survives of a device: rows, and where replication had got to (RxDB keeps that beside the rows). */
export interface DiskImage {
	readonly own: Rows<OwnRow>;
	readonly pages: Rows<PageRow>;
	readonly rows: Rows<PlainRow>;
	readonly checkpoints: ReadonlyMap<string, string>;
}

export class Disk {
	own = new Rows<OwnRow>('key');
	pages = new Rows<PageRow>('id');
	rows = new Rows<PlainRow>('key');
	checkpoints = new Map<string, string>();
	/** told of own rows at the moment at which they are durable */
	onOwn: (keys: readonly string[]) => void = () => undefined;
	readonly #watchers = new Set<{ readonly process: Process; readonly emit: (event: StoreEvent) => void }>();

	image(): DiskImage {
		return { own: this.own.copy(), pages: this.pages.copy(), rows: this.rows.copy(), checkpoints: new Map(this.checkpoints) };
	}

	restore({ own, pages, rows, checkpoints }: DiskImage): void {
		[this.own, this.pages, this.rows, this.checkpoints] = [own.copy(), pages.copy(), rows.copy(), new Map(checkpoints)];
	}

	clear(): void {
		this.restore(new Disk().image());
	}

	watch(process: Process, emit: (event: StoreEvent) => void): () => void {
		const watcher = { process, emit };
		this.#watchers.add(watcher);
		return () => this.#watchers.delete(watcher);
	}

	/** Tells the writer and its other tabs, once the write is done. */
	written(table: 'own' | 'pages' | 'rows', keys: readonly string[]): void {
		if (keys.length === 0) return;
		if (table === 'own') this.onOwn(keys);
		queueMicrotask(() => {
			for (const { process, emit } of [...this.#watchers]) {
				if (!process.alive) continue;
				const tell = (event: StoreEvent): void => process.whenAwake(() => emit(event));
				if (table === 'own') tell({ kind: 'own', keys });
				else if (table === 'pages') pagesWritten(keys, tell);
				else rowsWritten(keys, tell);
			}
		});
	}
}

/** A table of a disk, as one process reaches it. */
export class DiskTable<Row extends object> implements Table<Row> {
	readonly #process: Process;
	readonly #rows: () => Rows<Row>;
	readonly #written: (keys: readonly string[]) => void;

	constructor(process: Process, rows: () => Rows<Row>, written: (keys: readonly string[]) => void) {
		this.#process = process;
		this.#rows = rows;
		this.#written = written;
	}

	get(keys: readonly string[]): Promise<readonly Row[]> {
		return this.#process.disk(() => keys.map((key) => this.#rows().get(key)).filter((row) => row !== undefined));
	}

	one(key: string): Promise<Row | null> {
		return this.#process.disk(() => this.#rows().get(key) ?? null);
	}

	range(range: Range): Promise<readonly Row[]> {
		return this.#process.disk(() => this.#ranged(range));
	}

	where(equal: readonly (readonly [keyof Row & string, string | number])[], then: keyof Row & string, range: Range | { readonly atLeast: number; readonly limit?: number }): Promise<readonly Row[]> {
		return this.#process.disk(() => {
			const found = this.#ranged('atLeast' in range || then !== this.#rows().key ? {} : { ...range, limit: Infinity })
				.filter((row) => equal.every(([field, value]) => row[field] === value));
			if ('atLeast' in range) {
				const fits = found.filter((row) => Number(row[then]) >= range.atLeast);
				return fits.sort((a, b) => Number(a[then]) - Number(b[then])).slice(0, range.limit);
			}
			return found.slice(0, range.limit);
		});
	}

	count(range: Range): Promise<number> {
		return this.#process.disk(() => this.#rows().keys(range).length);
	}

	countWhere(field: keyof Row & string, value: string): Promise<number> {
		return this.#process.disk(() => {
			let count = 0;
			for (const row of this.#rows().values()) if (row[field] === value) count++;
			return count;
		});
	}

	insert(rows: readonly Row[]): Promise<readonly string[]> {
		if (rows.length === 0) return Promise.resolve([]);
		return this.#process.disk(() => {
			const table = this.#rows();
			const taken: string[] = [];
			const written: string[] = [];
			for (const row of rows) {
				const key = String(row[table.key]);
				if (table.get(key) !== undefined) taken.push(key);
				else {
					table.set(key, row);
					written.push(key);
				}
			}
			this.#written(written);
			return taken;
		});
	}

	put(rows: readonly Row[]): Promise<void> {
		if (rows.length === 0) return Promise.resolve();
		return this.#process.disk(() => {
			const table = this.#rows();
			for (const row of rows) table.set(String(row[table.key]), row);
			this.#written(rows.map((row) => String(row[table.key])));
		});
	}

	update(keys: readonly string[], change: (stored: Row, key: string) => Row | null): Promise<readonly string[]> {
		return this.#process.disk(() => {
			const table = this.#rows();
			const gone: string[] = [];
			const written: string[] = [];
			for (const key of keys) {
				const stored = table.get(key);
				const next = stored === undefined ? null : change(stored, key);
				if (stored === undefined) gone.push(key);
				else if (next !== null) {
					table.set(key, next);
					written.push(key);
				}
			}
			this.#written(written);
			return gone;
		});
	}

	remove(keys: readonly string[]): Promise<void> {
		return this.#process.disk(() => {
			for (const key of keys) this.#rows().delete(key);
			this.#written(keys);
		});
	}

	purge(): Promise<void> {
		return this.#process.disk(() => undefined);
	}

	#ranged(range: Range): Row[] {
		const table = this.#rows();
		return table.keys(range).map((key) => table.get(key)).filter((row) => row !== undefined);
	}
}
