/**
 * Chains: what is known of the positions each actor has used, per (actor, site, compartment).
 *
 * A change is authentic by its own valid signature, or because a later authentic change of the same chain cites it as the one
 * before. So a batch needs about one signature check a chain, and the rest are hashes that were computed anyway.
 *
 * Invariant: everything here is a function of the set of changes learned, never of the order they came in. Where a later arrival
 * shows that an earlier verdict rested on missing knowledge, the gate is told which one to revise.
 */
import type { Change, Compartment, Hash, Id } from '../change/change.ts';

/** One authentic change, as far as its chain is concerned. Kept (sealed) on the device, so that a restart knows its chains. */
export interface ChainEntry {
	readonly id: Hash;
	readonly actor: Hash;
	readonly site: Id;
	readonly comp: Compartment;
	readonly seq: number;
	readonly prev: Hash | null;
	readonly seen: readonly Hash[];
	/** envelopes it was opened from differ when it was relayed; this is the first one */
	readonly envelope: string;
}

/** Two authentic changes at one position: the author's device was cloned, restored or altered. Both count, the device is flagged. */
export interface Equivocation {
	readonly actor: Hash;
	readonly site: Id;
	readonly comp: Compartment;
	readonly seq: number;
	readonly changes: readonly Hash[];
}

/** A position that a later change commits to and that has not arrived: withheld, or still on its way. */
export interface ChainGap {
	readonly actor: Hash;
	readonly site: Id;
	readonly comp: Compartment;
	/** position before the earliest change held above the gap */
	readonly seq: number;
	readonly missing: Hash;
}

type Position = Pick<Change, 'actor' | 'site' | 'comp' | 'seq'>;

const NONE: readonly ChainEntry[] = [];
const chainKey = (at: Pick<Position, 'actor' | 'site' | 'comp'>): string => `${at.actor}/${at.site}/${at.comp}`;

export function entryOf(change: Change, id: Hash, envelope: string): ChainEntry {
	return { id, actor: change.actor, site: change.site, comp: change.comp, seq: change.seq, prev: change.prev, seen: change.seen, envelope };
}

export class ChainKnowledge {
	readonly #entries = new Map<Hash, ChainEntry>();
	/** chain -> seq -> ids at that position */
	readonly #positions = new Map<string, Map<number, Hash[]>>();
	/** id -> authentic changes that cite it as the one before */
	readonly #followers = new Map<Hash, ChainEntry[]>();
	/** opened, but neither signed nor committed to: change id -> its envelope, judged again when a follower comes */
	readonly #suspects = new Map<Hash, string>();

	has(id: Hash): boolean {
		return this.#entries.has(id);
	}

	entry(id: Hash): ChainEntry | undefined {
		return this.#entries.get(id);
	}

	/** An authentic change of the same chain, at the next position, cites exactly this one. */
	isCommitted(change: Position, id: Hash): boolean {
		return this.followers(id).some((next) => next.seq - 1 === change.seq && next.actor === change.actor && next.site === change.site && next.comp === change.comp);
	}

	followers(id: Hash): readonly ChainEntry[] {
		return this.#followers.get(id) ?? NONE;
	}

	/** Notes an authentic change. Returns the envelope of a suspect that it vouches for and that should be judged again, if any. */
	learn(entry: ChainEntry): string | null {
		if (this.#entries.has(entry.id)) return null;
		this.#entries.set(entry.id, entry);
		this.#suspects.delete(entry.id);
		const chain = chainKey(entry);
		const seqs = this.#positions.get(chain) ?? new Map<number, Hash[]>();
		this.#positions.set(chain, seqs);
		const here = seqs.get(entry.seq);
		if (here === undefined) seqs.set(entry.seq, [entry.id]);
		else here.push(entry.id);
		if (entry.prev === null) return null;
		const followers = this.#followers.get(entry.prev);
		if (followers === undefined) this.#followers.set(entry.prev, [entry]);
		else followers.push(entry);
		return this.#suspects.get(entry.prev) ?? null;
	}

	suspect(id: Hash, envelope: string): void {
		this.#suspects.set(id, envelope);
	}

	/** All entries, to be kept on the device. */
	entries(): IterableIterator<ChainEntry> {
		return this.#entries.values();
	}

	equivocations(): readonly Equivocation[] {
		const found: Equivocation[] = [];
		for (const seqs of this.#positions.values()) {
			for (const [seq, ids] of seqs) {
				const first = ids.length > 1 ? this.#entries.get(ids[0] as Hash) : undefined;
				if (first !== undefined) found.push({ actor: first.actor, site: first.site, comp: first.comp, seq, changes: [...ids].sort() });
			}
		}
		return found.sort((a, b) => (chainKey(a) < chainKey(b) ? -1 : chainKey(a) > chainKey(b) ? 1 : a.seq - b.seq));
	}

	/**
	 * What authentic changes commit to and has not arrived. `whole` says whether all of a chain is expected here: of a chain that is
	 * only relayed to this device, parts are missing by design.
	 */
	gaps(whole: (site: Id, comp: Compartment) => boolean): readonly ChainGap[] {
		const found: ChainGap[] = [];
		for (const entry of this.#entries.values()) {
			if (entry.prev === null || this.#entries.has(entry.prev) || !whole(entry.site, entry.comp)) continue;
			found.push({ actor: entry.actor, site: entry.site, comp: entry.comp, seq: entry.seq - 1, missing: entry.prev });
		}
		return found;
	}

	/**
	 * The furthest position of a chain before which nothing is missing here, and everything is as `counts` says; 0 when that fails at its
	 * beginning. Being known of a chain is no verdict: a change may wait for a key, a statement or an upgrade all the same.
	 */
	unbrokenTo(actor: Hash, site: Id, comp: Compartment, counts: (entry: ChainEntry) => boolean = () => true): number {
		const seqs = this.#positions.get(chainKey({ actor, site, comp }));
		let seq = 0;
		for (let here = seqs?.get(1); here !== undefined; here = seqs?.get(seq + 1)) {
			if (!here.every((id) => counts(this.#entries.get(id) as ChainEntry))) break;
			seq++;
		}
		return seq;
	}

	/** Ids held at a position: none, one, or, where an author's device was cloned or altered, several. */
	idsAt({ actor, site, comp, seq }: Position): readonly Hash[] {
		return this.#positions.get(chainKey({ actor, site, comp }))?.get(seq) ?? [];
	}

	/** Actors of whom changes of this site and compartment are held. */
	actorsOf(site: Id, comp: Compartment): readonly Hash[] {
		const end = `/${site}/${comp}`;
		return [...this.#positions.keys()].filter((chain) => chain.endsWith(end)).map((chain) => chain.slice(0, -end.length) as Hash);
	}

	/** How many changes of a chain are held. */
	lengthOf(at: Pick<Position, 'actor' | 'site' | 'comp'>): number {
		let length = 0;
		for (const ids of this.#positions.get(chainKey(at))?.values() ?? []) length += ids.length;
		return length;
	}

	/** All that is held of one chain. */
	entriesOf(at: Pick<Position, 'actor' | 'site' | 'comp'>): readonly ChainEntry[] {
		return [...(this.#positions.get(chainKey(at))?.values() ?? [])].flatMap((ids) => ids.flatMap((id) => this.#entries.get(id) ?? []));
	}

	/** The chains of an actor of which anything is held. */
	chainsOf(actor: Hash): readonly Pick<ChainEntry, 'actor' | 'site' | 'comp'>[] {
		const found: ChainEntry[] = [];
		for (const [chain, seqs] of this.#positions) {
			const [ids] = chain.startsWith(`${actor}/`) ? seqs.values() : [];
			const entry = ids?.[0] === undefined ? undefined : this.#entries.get(ids[0]);
			if (entry !== undefined) found.push(entry);
		}
		return found;
	}

	/** Changes known of. */
	get size(): number {
		return this.#entries.size;
	}

	/** How many changes of a chain are known here; more than positions where one was given twice. */
	count(actor: Hash, site: Id, comp: Compartment): number {
		let count = 0;
		for (const ids of this.#positions.get(chainKey({ actor, site, comp }))?.values() ?? []) count += ids.length;
		return count;
	}

	/** The furthest position of a chain held here: what an author continues from. Of two at one position, the lower id. */
	tip(actor: Hash, site: Id, comp: Compartment): { readonly seq: number; readonly id: Hash } | null {
		const seqs = this.#positions.get(chainKey({ actor, site, comp }));
		if (seqs === undefined) return null;
		let seq = 0;
		for (const at of seqs.keys()) if (at > seq) seq = at;
		const id = [...(seqs.get(seq) ?? [])].sort()[0];
		return id === undefined ? null : { seq, id };
	}
}

/**
 * Why a change cannot follow the one it names as its predecessor, or null when it can. The predecessor's content is fixed by its
 * id, so the answer never changes. `covers(later, earlier)`: the log positions cited move forward only (invariant S7).
 */
export function contradiction(
	change: Omit<ChainEntry, 'envelope'>, before: Omit<ChainEntry, 'envelope'>, covers: (later: readonly Hash[], earlier: readonly Hash[]) => boolean
): string | null {
	if (before.actor !== change.actor || before.site !== change.site || before.comp !== change.comp) return 'follows a change of another chain';
	if (before.seq + 1 !== change.seq) return `position ${String(change.seq)} follows position ${String(before.seq)}`;
	if (!covers(change.seen, before.seen)) return 'cites an older state of the membership log than the change before it';
	return null;
}
