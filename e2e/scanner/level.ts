/** LevelDB with promises, as far as the scanner and its control need it. */
import leveldown from 'leveldown';

type Done = (error?: Error | null) => void;
/** leveldown's published types leave out what it inherits from abstract-leveldown. */
interface Raw {
	open(options: { createIfMissing: boolean; compression?: boolean }, done: Done): void;
	put(key: string, value: Buffer, done: Done): void;
	compactRange(start: string, end: string, done: Done): void;
	close(done: Done): void;
	iterator(options: { keyAsBuffer: true; valueAsBuffer: true }): { next(done: (error: Error | null | undefined, key?: Buffer, value?: Buffer) => void): void; end(done: Done): void };
}
const settled = (run: (done: Done) => void) => new Promise<void>((resolve, reject) => run((error) => (error ? reject(error) : resolve())));

export class Level {
	readonly #db: Raw;
	private constructor(db: Raw) {
		this.#db = db;
	}
	/** @throws when LevelDB refuses the folder (another comparator, a lock, no database) */
	static async open(folder: string, createIfMissing: boolean): Promise<Level> {
		const db = leveldown(folder) as ReturnType<typeof leveldown> & Raw;
		await settled((done) => db.open({ createIfMissing, compression: true }, done));
		return new Level(db);
	}
	put = (key: string, value: Buffer): Promise<void> => settled((done) => this.#db.put(key, value, done));
	compact = (): Promise<void> => settled((done) => this.#db.compactRange('\x00', '\xff', done));
	close = (): Promise<void> => settled((done) => this.#db.close(done));
	/** Every key and value, one after the other. */
	async contents(): Promise<Buffer[]> {
		const iterator = this.#db.iterator({ keyAsBuffer: true, valueAsBuffer: true });
		const found: Buffer[] = [];
		for (;;) {
			const row = await new Promise<[Buffer, Buffer] | null>((resolve, reject) =>
				iterator.next((error, key, value) => (error ? reject(error) : resolve(key && value ? [Buffer.from(key), Buffer.from(value)] : null)))
			);
			if (row === null) break;
			found.push(...row);
		}
		await settled((done) => iterator.end(done));
		return found;
	}
}
