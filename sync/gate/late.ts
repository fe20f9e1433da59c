/**
 * The late lane: which sound changes do not count because their author's chain was closed, or its right fell (design S7, S8).
 *
 * A function of the log and of the chains held, so every device that holds the same keeps the same changes late. What was late when last judged is
 * remembered (`LateMarks`, kept on the device): when the log or a closed chain moves, the difference says what to take back and what to take in.
 */
import type { Change, Compartment, Hash, Id } from '../change/change.ts';
import { closedActors, standingOf, type Standing } from '../membership/closings.ts';
import { canWrite } from '../membership/selectors.ts';
import type { MembershipState } from '../membership/types.ts';
import type { ChainEntry, ChainKnowledge } from './chain.ts';
import type { Membership, Objection } from './context.ts';
import { Coverage } from './coverage.ts';
import type { LateReason } from './verdict.ts';

export interface Revised {
	readonly change: Hash;
	readonly envelope: string;
	readonly detail: string;
	/** it goes to the late lane; else it is quarantined */
	readonly late: boolean;
}
interface Moved {
	readonly revised: readonly Revised[];
	readonly reconsider: readonly string[];
	readonly reopened: readonly Pick<ChainEntry, 'actor' | 'site' | 'comp'>[];
}

/** What a device remembers of its late lane. Hashes and ids only. */
export class LateMarks {
	/** changes that were late when last judged */
	readonly late = new Set<Hash>();
	/** who vouched for copies that were accepted -> compartments that hold them, as `<site>/<comp>` */
	readonly vouched = new Map<Hash, Set<string>>();
	/** statements that close, as far as they were looked at */
	readonly closings = new Set<Hash>();
	/** something was added or taken out since this was last set to false */
	moved = false;

	toText(): string {
		return JSON.stringify({ late: [...this.late].sort(), vouched: [...this.vouched].map(([actor, places]) => [actor, [...places].sort()]), closings: [...this.closings].sort() });
	}

	/** Takes the place of what is remembered. `text` is this device's own. */
	take(text: string): void {
		const kept = JSON.parse(text) as { readonly late: readonly Hash[]; readonly vouched: readonly (readonly [Hash, readonly string[]])[]; readonly closings: readonly Hash[] };
		for (const set of [this.late, this.vouched, this.closings]) set.clear();
		for (const id of kept.late) this.late.add(id);
		for (const [actor, places] of kept.vouched) this.vouched.set(actor, new Set(places));
		for (const id of kept.closings) this.closings.add(id);
		this.moved = false;
	}
}

export class LateLane {
	readonly #chains: ChainKnowledge;
	readonly #log: Membership;
	readonly #marks: LateMarks;
	readonly #coverage: Coverage;
	readonly #standings = new Map<string, Standing>();
	#closed: ReadonlySet<Hash> = new Set();
	#state: MembershipState | null = null;

	constructor(chains: ChainKnowledge, log: Membership, marks: LateMarks) {
		this.#chains = chains;
		this.#log = log;
		this.#marks = marks;
		this.#coverage = new Coverage(chains);
	}

	/** Why a change found at its own site does not count; null when it does. It was entitled at the state it cites. */
	objection(change: Pick<Change, 'actor' | 'site' | 'comp' | 'seq' | 'seen'> & { readonly id: Hash }): Objection | null {
		const reason = this.#reason(change);
		return reason === null ? null : { kind: 'late', reason };
	}

	vouchedBy(actor: Hash, heldAt: Id, comp: Compartment): void {
		const places = this.#marks.vouched.get(actor) ?? new Set<string>();
		this.#marks.vouched.set(actor, places);
		if (places.has(`${heldAt}/${comp}`)) return;
		places.add(`${heldAt}/${comp}`);
		this.#marks.moved = true;
	}

	/** To be called before anything is judged: what the log has moved since. */
	turn(): Moved & { readonly stale: readonly { readonly site: Id; readonly comp: Compartment }[] } {
		const { state } = this.#log;
		if (state === null || state === this.#state) return { revised: [], reconsider: [], reopened: [], stale: [] };
		this.#state = state;
		this.#standings.clear();
		this.#coverage.clear();
		const before = this.#closed;
		this.#closed = closedActors(state);
		const chains = [...new Set([...this.#closed, ...before])].flatMap((actor) => this.#chains.chainsOf(actor));
		const rejoined = this.#marksOutside(chains);
		const moved = this.#judgeAgain([...chains, ...rejoined]);
		return { ...moved, stale: this.#stale(state) };
	}

	/** What new knowledge of closed chains moves. */
	learned(entries: readonly ChainEntry[]): Moved {
		const chains = new Map<string, ChainEntry>();
		for (const entry of entries) if (this.#closed.has(entry.actor)) chains.set(`${entry.actor}/${entry.site}/${entry.comp}`, entry);
		return this.#judgeAgain([...chains.values()]);
	}

	#judgeAgain(chains: readonly Pick<ChainEntry, 'actor' | 'site' | 'comp'>[]): Moved {
		const revised: Revised[] = [];
		const reconsider: string[] = [];
		const reopened = new Map<string, ChainEntry>();
		for (const entry of chains.flatMap((chain) => this.#chains.entriesOf(chain))) {
			const reason = this.#reason(entry);
			if ((reason !== null) === this.#marks.late.has(entry.id)) continue;
			this.#marks.moved = true;
			if (reason === null) {
				this.#marks.late.delete(entry.id);
				reconsider.push(entry.envelope);
				reopened.set(`${entry.actor}/${entry.site}/${entry.comp}`, entry);
			} else {
				this.#marks.late.add(entry.id);
				revised.push({ change: entry.id, envelope: entry.envelope, detail: reason, late: true });
			}
		}
		return { revised, reconsider, reopened: [...reopened.values()] };
	}

	/** Chains of changes that were late and whose actor nothing is closed of any more: the recovery kit undid it. */
	#marksOutside(chains: readonly Pick<ChainEntry, 'actor'>[]): readonly ChainEntry[] {
		const looked = new Set(chains.map(({ actor }) => actor));
		const found = new Map<string, ChainEntry>();
		for (const id of this.#marks.late) {
			const entry = this.#chains.entry(id);
			if (entry !== undefined && !looked.has(entry.actor)) found.set(`${entry.actor}/${entry.site}/${entry.comp}`, entry);
		}
		return [...found.values()];
	}

	#stale(state: MembershipState): readonly { readonly site: Id; readonly comp: Compartment }[] {
		const stale = new Set<string>();
		for (const [actor, closings] of state.closings) {
			for (const { statement } of closings) {
				if (this.#marks.closings.has(statement)) continue;
				this.#marks.closings.add(statement);
				this.#marks.moved = true;
				for (const place of this.#marks.vouched.get(actor) ?? []) stale.add(place);
				this.#marks.vouched.delete(actor);
			}
		}
		for (const actor of state.fallen.keys()) {
			for (const place of this.#marks.vouched.get(actor) ?? []) stale.add(place);
			if (this.#marks.vouched.delete(actor)) this.#marks.moved = true;
		}
		return [...stale].map((place) => ({ site: place.slice(0, 32) as Id, comp: place.slice(33) as Compartment }));
	}

	#reason(entry: Pick<Change, 'actor' | 'site' | 'comp' | 'seq' | 'seen'> & { readonly id: Hash }): LateReason | null {
		if (!this.#closed.has(entry.actor)) return null;
		const standing = this.#standing(entry);
		if (standing.kind === 'stands') return null;
		if (standing.kind === 'fallen') return 'fallen';
		return this.#coverage.covers(standing.positions, entry) ? null : 'closed';
	}

	#standing({ actor, site, comp, seen }: Pick<Change, 'actor' | 'site' | 'comp' | 'seen'>): Standing {
		const name = `${seen.join()}/${actor}/${site}/${comp}`;
		const known = this.#standings.get(name);
		if (known !== undefined) return known;
		const at = this.#log.at(seen);
		const judged: Standing = this.#state === null || at === null || !canWrite(at, actor, site, comp)
			? { kind: 'stands' }
			: standingOf(this.#state, at, actor, site, comp, 'write');
		this.#standings.set(name, judged);
		return judged;
	}
}
