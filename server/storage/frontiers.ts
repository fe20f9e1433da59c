/**
 * The newest frontier of each device and database: the one thing on a hub that is replaced, and only by one with a higher counter.
 *
 * Kept apart from the databases, which are written once: a file for each, replaced whole and durably. A hub restored from an old backup serves older ones, and is
 * found out by that; devices give it the newer ones back.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseJson } from '../../sync/change/canonical.ts';
import type { Id } from '../../sync/change/change.ts';
import { isId } from '../../sync/change/ids.ts';
import { checkFrontier, frontierId, type CheckedFrontier } from '../../sync/verify/frontier.ts';
import { writeFileDurably } from './durable-file.ts';

/** `<site>-desk` or `<site>-care`: without the hub's prefix. */
export const databaseOfFrontier = ({ statement }: CheckedFrontier): string => `${statement.site}-${statement.kind}`;

export interface HeldFrontier extends CheckedFrontier {
	/** of all writes of this run; 0 when it was there before */
	readonly written: number;
}

export type FrontierPut = { readonly taken: true } | { readonly taken: false; readonly held: number };

/** Where the frontiers of a hub are kept: the port, as `port.ts` is for documents. */
export interface FrontierStore {
	/** All of a database (without prefix), which the membership log says exists. */
	of(database: string): Promise<ReadonlyMap<Id, HeldFrontier>>;
	/** Where a reader goes on next time. */
	readonly sequence: string;
	/** The count of writes that a reader at `since` has seen; null when it cannot be told, and everything is to be shown. */
	seen(since: unknown): number | null;
	/** Stores it if it is newer than the one held; settled when it is durable. `held`: the counter of the one held when it is not taken. */
	put(frontier: CheckedFrontier): Promise<FrontierPut>;
}

/** In files of the hub's own data folder. */
export class FrontierFiles implements FrontierStore {
	readonly #folder: string;
	/** database without prefix -> device -> its newest */
	readonly #databases = new Map<string, Map<Id, HeldFrontier>>();
	/** names this run of the hub: a reader of another run is told everything once */
	readonly #run = randomBytes(4).toString('hex');
	#writes = 0;

	constructor(folder: string) {
		this.#folder = folder;
	}

	of(database: string): Promise<ReadonlyMap<Id, HeldFrontier>> {
		return Promise.resolve(this.#open(database));
	}

	get sequence(): string {
		return `${this.#writes}-${this.#run}`;
	}

	seen(since: unknown): number | null {
		const match = typeof since === 'string' ? /^(\d{1,15})-([0-9a-f]{8})$/.exec(since) : null;
		return match?.[2] === this.#run ? Number(match[1]) : null;
	}

	put(frontier: CheckedFrontier): Promise<FrontierPut> {
		return Promise.resolve().then(() => this.#put(frontier));
	}

	#put(frontier: CheckedFrontier): FrontierPut {
		const database = databaseOfFrontier(frontier);
		const known = this.#open(database);
		const { device, n } = frontier.statement;
		const before = known.get(device);
		if (before !== undefined && frontierId(before.document) === frontierId(frontier.document)) return { taken: true };
		if (before !== undefined && before.statement.n >= n) return { taken: false, held: before.statement.n };
		const folder = path.join(this.#folder, database);
		mkdirSync(folder, { recursive: true });
		writeFileDurably(path.join(folder, `${device}.json`), JSON.stringify(frontier.document), 0o600);
		known.set(device, { ...frontier, written: ++this.#writes });
		return { taken: true };
	}

	/** What does not read back as it was written is left out: its device states anew. */
	#open(database: string): Map<Id, HeldFrontier> {
		const open = this.#databases.get(database);
		if (open !== undefined) return open;
		const found = new Map<Id, HeldFrontier>();
		const folder = path.join(this.#folder, database);
		for (const file of existsSync(folder) ? readdirSync(folder) : []) {
			const device = file.replace(/\.json$/, '');
			if (!isId(device)) continue;
			const frontier = readFrontier(path.join(folder, file));
			if (frontier !== null && frontier.statement.device === device && databaseOfFrontier(frontier) === database) found.set(device, { ...frontier, written: 0 });
		}
		this.#databases.set(database, found);
		return found;
	}
}

function readFrontier(file: string): CheckedFrontier | null {
	try {
		const checked = checkFrontier(parseJson(readFileSync(file, 'utf8')));
		return checked.ok ? checked.value : null;
	} catch {
		return null;
	}
}
