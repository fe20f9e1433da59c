/**
 * The app's store over a simulated disk, and what moves its rows: a plain loop that calls the same handlers as RxDB does, in the same order. The
 * next page is asked for while the one before is being written; a checkpoint is durable after its page and never before.
 */
import { storeOver, type LivePage, type Locks, type MovingRows, type PullCheckpoint, type RowHandlers, type RowMover, type Store } from '../../sync/store/index.ts';
import { DiskTable, type Disk } from './disk.ts';
import type { Process } from './process.ts';

export function simulatedStore(options: { readonly name: string; readonly token: string; readonly disk: Disk; readonly process: Process; readonly locks: Locks }): Store {
	const { name, token, disk, process, locks } = options;
	return storeOver({
		name, token, locks,
		tables: {
			own: new DiskTable(process, () => disk.own, (keys) => disk.written('own', keys)),
			pages: new DiskTable(process, () => disk.pages, (keys) => disk.written('pages', keys)),
			rows: new DiskTable(process, () => disk.rows, (keys) => disk.written('rows', keys))
		},
		replicate: plainLoop(disk, process),
		durability: () => 'strict',
		watch: (emit) => disk.watch(process, emit),
		close: () => Promise.resolve(),
		erase: () => process.disk(() => disk.clear())
	});
}

function plainLoop(disk: Disk, process: Process): RowMover {
	return async (hub, handlers) => {
		const text = await process.disk(() => disk.checkpoints.get(hub));
		return new PlainLoop(disk, process, hub, handlers, text === undefined ? undefined : (JSON.parse(text) as PullCheckpoint));
	};
}

class PlainLoop implements MovingRows {
	readonly #disk: Disk;
	readonly #process: Process;
	readonly #hub: string;
	readonly #handlers: RowHandlers;
	#checkpoint: PullCheckpoint | undefined;
	#pulling = false;
	#again = false;
	#stopped = false;
	#writing: Promise<void> = Promise.resolve();
	/** own rows seen: what was there at the start is for the sweep */
	readonly #seen: Set<string>;
	readonly #unpushed = new Set<string>();
	#pushing = false;
	readonly #unwatch: () => void;

	constructor(disk: Disk, process: Process, hub: string, handlers: RowHandlers, checkpoint: PullCheckpoint | undefined) {
		this.#disk = disk;
		this.#process = process;
		this.#hub = hub;
		this.#handlers = handlers;
		this.#checkpoint = checkpoint;
		this.#seen = new Set(disk.own.keys({}));
		this.#unwatch = disk.watch(process, (event) => {
			if (event.kind === 'own') this.#noticed(event.keys);
		});
	}

	#noticed(keys: readonly string[]): void {
		for (const key of keys) {
			if (this.#seen.has(key)) continue;
			this.#seen.add(key);
			this.#unpushed.add(key);
		}
		if (this.#unpushed.size > 0 && !this.#stopped) void this.#push();
	}

	resync(): void {
		if (this.#pulling) this.#again = true;
		else void this.#pull();
	}

	async cancel(): Promise<void> {
		this.#stopped = true;
		this.#unwatch();
		await this.#writing;
	}

	async #pull(): Promise<void> {
		this.#pulling = true;
		do {
			this.#again = false;
			while (!this.#stopped) {
				const { documents, checkpoint } = await this.#handlers.pull(this.#checkpoint);
				if (documents.length === 0) break;
				this.#checkpoint = checkpoint ?? this.#checkpoint;
				this.#writing = this.#writing.then(() => this.#store(documents, checkpoint));
			}
			await this.#writing;
		} while (this.#again && !this.#stopped);
		this.#pulling = false;
	}

	async #store(documents: readonly LivePage[], checkpoint: PullCheckpoint | undefined): Promise<void> {
		const written = documents.map(({ id }) => id);
		await this.#process.disk(() => {
			for (const { id, db, n, docs } of documents) this.#disk.pages.set(id, { id, db, n, docs });
			this.#disk.written('pages', written);
		});
		this.#handlers.written(written);
		if (checkpoint !== undefined) await this.#process.disk(() => void this.#disk.checkpoints.set(this.#hub, JSON.stringify(checkpoint)));
	}

	async #push(): Promise<void> {
		if (this.#pushing) return;
		this.#pushing = true;
		while (this.#unpushed.size > 0 && !this.#stopped) {
			const keys = [...this.#unpushed];
			this.#unpushed.clear();
			await this.#handlers.push(keys);
		}
		this.#pushing = false;
	}
}
