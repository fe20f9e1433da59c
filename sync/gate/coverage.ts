/**
 * Which changes of a closed chain are attested (design S7): those that an attested position commits to by its hash. On one path the furthest
 * position counts; where attested positions lie on forked paths, only what is before the fork.
 *
 * A position whose change is not held says nothing yet, for or against; what cannot be shown to lie before one is late until it can. So a path that a
 * hub withholds opens no way for a forged one, and nobody makes a chain late by attesting what does not exist.
 */
import type { Hash } from '../change/change.ts';
import type { Attested } from '../membership/types.ts';
import type { ChainEntry, ChainKnowledge } from './chain.ts';

interface Path {
	readonly end: Hash;
	readonly seq: number;
	/** everything from the end back to where a predecessor is not held */
	readonly members: ReadonlySet<Hash>;
	/** seq of the last of them */
	readonly lowest: number;
}
interface Known {
	readonly length: number;
	readonly paths: readonly Path[];
}

export class Coverage {
	readonly #chains: ChainKnowledge;
	readonly #known = new Map<string, Known>();

	constructor(chains: ChainKnowledge) {
		this.#chains = chains;
	}

	/** The log moved: other positions are attested. */
	clear(): void {
		this.#known.clear();
	}

	covers(positions: readonly Attested[], entry: Pick<ChainEntry, 'id' | 'actor' | 'site' | 'comp' | 'seq'>): boolean {
		const paths = this.#paths(positions, entry);
		const on = paths.filter(({ members }) => members.has(entry.id));
		return on.some((path) => paths.every((other) => (entry.seq <= other.seq
			? other.members.has(entry.id) || entry.seq < other.lowest
			: path.members.has(other.end) || other.seq < path.lowest)));
	}

	#paths(positions: readonly Attested[], at: Pick<ChainEntry, 'actor' | 'site' | 'comp'>): readonly Path[] {
		const length = this.#chains.lengthOf(at);
		const name = `${at.actor}/${at.site}/${at.comp}/${[...new Set(positions.map(({ change }) => change))].sort().join()}`;
		const before = this.#known.get(name);
		if (before?.length === length) return before.paths;
		const paths = [...new Set(positions)].flatMap((position) => this.#pathTo(position, at) ?? []);
		this.#known.set(name, { length, paths });
		return paths;
	}

	#pathTo({ change, seq }: Attested, at: Pick<ChainEntry, 'actor' | 'site' | 'comp'>): Path | null {
		let entry = this.#chains.entry(change);
		if (entry === undefined || entry.seq !== seq || !isOf(entry, at)) return null;
		const members = new Set<Hash>();
		let lowest = seq;
		while (entry !== undefined && !members.has(entry.id) && isOf(entry, at)) {
			members.add(entry.id);
			lowest = entry.seq;
			const before: ChainEntry | undefined = entry.prev === null ? undefined : this.#chains.entry(entry.prev);
			entry = before?.seq === lowest - 1 ? before : undefined;
		}
		return { end: change, seq, members, lowest };
	}
}

const isOf = (entry: ChainEntry, at: Pick<ChainEntry, 'actor' | 'site' | 'comp'>): boolean =>
	entry.actor === at.actor && entry.site === at.site && entry.comp === at.comp;
