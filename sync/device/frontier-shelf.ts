/**
 * The newest frontier of each device and database that this device has ever seen, kept on its disk.
 *
 * Never replaced by an older one: what was seen once is what a hub that goes back is held against, after a restart too. Documents are as they travel:
 * sealed and signed, so that the disk says nothing, and a hub that lost one is given it back.
 */
import type { Id } from '../change/change.ts';
import { checkFrontier, frontierId, isSignedBy, type CheckedFrontier } from '../verify/frontier.ts';
import type { NamedValues } from '../store/index.ts';

export interface Kept extends CheckedFrontier {
	/** ms since 1970 by this device's clock when this counter was first seen */
	readonly heard: number;
	/** the hub is known to have had it */
	readonly atHub: boolean;
	/** of an own one: number of the last pulled page of its database when it was made */
	readonly asOf: number;
}

/** What a device and a database have one frontier of. */
export const shelfName = (device: Id, database: string): string => `${device}|${database}`;
export const databaseIn = ({ statement }: Pick<CheckedFrontier, 'statement'>): string => `${statement.site}-${statement.kind}`;
const nameOf = (frontier: CheckedFrontier): string => shelfName(frontier.statement.device, databaseIn(frontier));

const PREFIX = 'frontier|';

export type Taken = 'newer' | 'known' | 'older' | 'other-under-one-counter' | 'not-signed';

export class FrontierShelf {
	readonly #values: NamedValues;
	readonly #kept = new Map<string, Kept>();

	constructor(values: NamedValues) {
		this.#values = values;
	}

	/** Reads what any tab has kept. */
	async load(): Promise<void> {
		for (const [name, text] of await this.#values.list(PREFIX)) {
			const row = JSON.parse(text) as { document: unknown; heard: number; atHub: boolean; asOf?: number };
			const checked = checkFrontier(row.document);
			if (checked.ok) this.#kept.set(name.slice(PREFIX.length), { ...checked.value, heard: row.heard, atHub: row.atHub, asOf: row.asOf ?? 0 });
		}
	}

	all(): readonly Kept[] {
		return [...this.#kept.values()];
	}

	get(device: Id, database: string): Kept | undefined {
		return this.#kept.get(shelfName(device, database));
	}

	/** Keeps it when it is newer. `key`: the device's transport key by the membership log; null when it has none, any more or yet. */
	async take(frontier: CheckedFrontier, key: string | null, now: number, atHub: boolean, asOf = 0): Promise<Taken> {
		if (key === null || !isSignedBy(frontier.document, key)) return 'not-signed';
		const before = this.#kept.get(nameOf(frontier));
		if (before !== undefined && before.statement.n > frontier.statement.n) return 'older';
		if (before?.statement.n === frontier.statement.n) {
			if (frontierId(before.document) !== frontierId(frontier.document)) return 'other-under-one-counter';
			if (atHub) await this.confirm(before);
			return 'known';
		}
		await this.#keep({ ...frontier, heard: now, atHub, asOf });
		return 'newer';
	}

	/** The hub has it. */
	async confirm(kept: Kept): Promise<void> {
		if (!kept.atHub) await this.#keep({ ...kept, atHub: true });
	}

	async #keep(kept: Kept): Promise<void> {
		this.#kept.set(nameOf(kept), kept);
		const { document, heard, atHub, asOf } = kept;
		await this.#values.put(PREFIX + nameOf(kept), JSON.stringify({ document, heard, atHub, asOf }));
	}
}
