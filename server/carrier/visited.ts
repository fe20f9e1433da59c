/**
 * Databases in which something for the hub above may lie on this box, by name: carried once, or deposited in.
 *
 * A storage cannot list what it holds. The names are kept in a `_local` document of the log's database, which is durable before anything is written to a database
 * that was not named: a box that starts again knows where to look.
 */
import { Turns } from '../turns.ts';
import { controlName, parseDatabaseName } from '../storage/names.ts';
import type { HubStorage } from '../storage/port.ts';

const VISITED = 'carrier-visited';

export class Visited {
	readonly #storage: HubStorage;
	readonly #prefix: string;
	readonly #turns = new Turns();
	#known: Set<string> | null = null;

	constructor(storage: HubStorage, prefix: string) {
		this.#storage = storage;
		this.#prefix = prefix;
	}

	names(): Promise<ReadonlySet<string>> {
		return this.#turns.take(() => this.#read());
	}

	/** Settles when they are durable. Rejects when the storage fails. */
	add(names: readonly string[]): Promise<void> {
		return this.#turns.take(async () => {
			const known = await this.#read();
			if (names.every((name) => known.has(name))) return;
			const control = await this.#storage.get(controlName(this.#prefix));
			const all = new Set([...known, ...names]);
			await control.putLocal(VISITED, { databases: [...all] }, (await control.local(VISITED))?.rev ?? null);
			this.#known = all;
		});
	}

	async #read(): Promise<Set<string>> {
		if (this.#known !== null) return this.#known;
		const stored = (await (await this.#storage.get(controlName(this.#prefix))).local(VISITED))?.fields['databases'];
		const names = (Array.isArray(stored) ? stored : []).filter((name): name is string => typeof name === 'string' && parseDatabaseName(this.#prefix, name) !== null);
		return (this.#known = new Set(names));
	}
}
