/**
 * Statements that did not know of each other: who removes whom, with one outcome for every order of delivery.
 *
 * The rules (design S8), as strong removal is called in the literature on group membership over hash graphs:
 *  1. A removal, withdrawal or replaced recovery kit beats whatever its victims said at the same time, removals included.
 *  2. Where removals beat each other (two leads at once, or a cycle of three), all of them stand and all fall: no thief keeps a key because a
 *     hash came out lower.
 *  3. What rested on authority that is void is void with it: who was admitted by somebody who fell was never a member.
 *  4. Places and keys stand: a new site or epoch gives nobody authority, and dropping it would lose what was written there meanwhile.
 *  5. A use of the recovery kit is beaten by nothing but a newer kit, and shields those whom it brings back.
 *  6. A kit is used once. Of uses that did not know of each other the one counts that stands last in the log's order: it had seen more of the log, so that
 *     who finds the shares later and cites an old head undoes nothing. The others are void, and who was admitted by one of them was never a member.
 *
 * Rules 1 to 3 define each other, so the removals that stand are found as the alternating fixpoint of `survivors` (the well-founded
 * semantics of Van Gelder, Ross and Schlipf, 1991): first those that stand even if all others did, then those that stand if only these do, and
 * so on. What remains undecided is the cycles of rule 2. Order, ids and clocks take no part in it.
 */
import type { Hash } from '../change/change.ts';
import { apply, pass, voided, type Core } from './core.ts';
import type { Node } from './graph.ts';
import { actorIdOf } from './ids.ts';
import { clash } from './judge.ts';
import { revokeAuthority, withdrawAuthority } from './judge-removal.ts';
import { unless, type Refusal } from './refusal.ts';
import { isActive, mayHandOut } from './selectors.ts';
import { afterRestore, afterRevoke, afterWithdraw, broughtBack, fallWith } from './taking-away.ts';
import type { Grant, GrantStatement, Genesis, SignedStatement, Statement } from './types.ts';

type Later = Exclude<Statement, Genesis>;

/** The state at `base` and all of `suffix`, its descendants in the order of the log. */
export function applyConcurrent(base: Core, suffix: readonly Node[]): Core {
	if (!suffix.some(({ signed, refusal }) => refusal === null && isTaking(signed.statement))) return suffix.reduce(applyAlone, base);
	return new Concurrent(base, suffix).resolve();
}

const isTaking = ({ kind }: Statement): boolean => kind === 'revoke' || kind === 'withdraw' || kind === 'restore' || kind === 'kit';

/** One more statement where nobody is removed: authority, and what a concurrent statement made first. */
function applyAlone(core: Core, { signed, refusal, after }: Node): Core {
	const { id, statement } = signed;
	const void_ = refusal ?? (statement.kind === 'genesis' ? 'An organization is founded once.' : null);
	if (void_ !== null || statement.kind === 'genesis') return pass(core, id, void_ ?? '');
	const reason = objection(core, statement, after);
	return reason === null ? apply(core, id, statement, after) : voided(core, id, statement, after, reason);
}

/** Rule 4 for those that give nobody authority; the others as at any place of the log. `own`: the state after it at its own causal past. */
function objection(view: Core, statement: Later, own: Core): Refusal {
	if (statement.kind === 'epoch') return null;
	if (statement.kind === 'site') return unless(!view.sites.has(statement.site), 'The site exists already.');
	return clash(view, statement) ?? (statement.kind === 'grant' ? unseenDeviceFault(view, own, statement) : null);
}

/**
 * A post is given to a person on the devices that its giver knew of. On one that a lead admitted for that person meanwhile, it would be in the hands of
 * whoever answered that invitation: so it is void if that lead could not have given it, and is given again by who has seen the device.
 */
function unseenDeviceFault(view: Core, own: Core, { member, grants }: GrantStatement): Refusal {
	const unseen = (view.members.get(member)?.actors ?? []).filter((actor) => !own.actors.has(actor));
	const admitters = unseen.flatMap((actor) => view.actors.get(actor)?.admittedBy ?? []);
	const entitled = admitters.every((by) => grants.every((grant) => mayHandOut(view, by, 'admit', grant)));
	return unless(entitled, 'The member was invited again at the same time, by somebody who may not give this post. Look at the new device, and give the post once more.');
}

interface Taker {
	readonly node: Node;
	/** statements of the suffix in its past */
	readonly past: ReadonlySet<Node>;
}
interface Outcome {
	readonly core: Core;
	readonly standing: ReadonlySet<Node>;
}

class Concurrent {
	private readonly takers: readonly Taker[];
	/** takers in the past of each node */
	private readonly takersBefore = new Map<Node, ReadonlySet<Node>>();
	private readonly position = new Map<Node, number>();
	private readonly restores: readonly Taker[];

	constructor(private readonly base: Core, private readonly suffix: readonly Node[]) {
		for (const [i, node] of suffix.entries()) this.position.set(node, i);
		for (const node of suffix) {
			const before = new Set<Node>();
			for (const cited of node.cites) {
				for (const taker of this.takersBefore.get(cited) ?? []) before.add(taker);
				if (this.position.has(cited) && isTaking(cited.signed.statement)) before.add(cited);
			}
			this.takersBefore.set(node, before);
		}
		const accepted = suffix.filter(({ signed, refusal }) => refusal === null && isTaking(signed.statement));
		this.takers = accepted.map((node) => ({ node, past: this.pastOf(node) }));
		this.restores = this.takers.filter(({ node }) => node.signed.statement.kind === 'restore');
	}

	resolve(): Core {
		const repeated = this.restores.filter(({ node }) => this.isUsedAgain(node));
		const contested = this.restores.filter((restore) => this.replacersOf(restore).length > 0);
		const outcome = this.settle(new Set([...repeated, ...contested].map(({ node }) => node)));
		if (contested.length === 0) return outcome.core;
		// a newer kit that is void itself ends nothing
		const replaced = contested.filter((restore) => this.replacersOf(restore).some((kit) => outcome.standing.has(kit)));
		return replaced.length === contested.length ? outcome.core : this.settle(new Set([...repeated, ...replaced].map(({ node }) => node))).core;
	}

	/** Rule 6: a later use of the same kit; neither knew of the other, or the later had been refused where it stood. */
	private isUsedAgain(node: Node): boolean {
		return this.restores.some(({ node: other }) => other.signed.statement.actor === node.signed.statement.actor && this.isAfter(other, node));
	}

	/** The outcome under the removals that stand (rules 1 to 3). */
	private settle(barred: ReadonlySet<Node>): Outcome {
		let possible = this.survivors(new Set(), barred);
		for (let round = 0; round <= this.takers.length; round++) {
			const certain = this.survivors(possible, barred);
			const next = this.survivors(certain, barred);
			const settled = next.size === possible.size && [...next].every((node) => possible.has(node));
			possible = next;
			if (settled) break;
		}
		return this.run(possible, barred, true);
	}

	/** The removals whose authors have authority if exactly these removals stood. */
	private survivors(standing: ReadonlySet<Node>, barred: ReadonlySet<Node>): ReadonlySet<Node> {
		const { standing: all } = this.run(standing, barred, false);
		return new Set(this.takers.map(({ node }) => node).filter((node) => isRemoval(node) && all.has(node)));
	}

	/** Applies the suffix in order under the assumption that `assumed` stand. `final`: they do, whatever befell their authors (rule 2). */
	private run(assumed: ReadonlySet<Node>, barred: ReadonlySet<Node>, final: boolean): Outcome {
		const standing = new Set<Node>();
		const acting = this.takers.filter(({ node }) => (node.signed.statement.kind === 'restore' ? !barred.has(node) : assumed.has(node)));
		let core = this.base;
		for (const node of this.suffix) {
			const { signed: { id, statement }, after } = node;
			if (node.refusal !== null || statement.kind === 'genesis') {
				core = pass(core, id, node.refusal ?? 'An organization is founded once.');
				continue;
			}
			const certain = final && isRemoval(node) && assumed.has(node);
			const reason = barred.has(node) ? this.whyBarred(node) : certain ? null : this.objectionTo(node, statement, core, acting);
			if (reason === null) standing.add(node);
			// while it is only asked who survives, a removal acts when it is assumed to, not when it is found to
			const acts = isRemoval(node) ? assumed.has(node) : reason === null;
			core = acts ? this.applied(core, node, statement, acting) : voided(core, id, statement, after, reason ?? 'Its author was removed at the same time.');
		}
		return { core, standing };
	}

	/** Authority where all concurrent removals that act have acted, those later in the order too. */
	private objectionTo(node: Node, statement: Later, core: Core, acting: readonly Taker[]): Refusal {
		let view = core;
		for (const taker of acting) if (this.isAfter(taker.node, node) && this.areConcurrent(taker, node)) view = this.taken(view, taker, acting);
		if (statement.kind !== 'revoke' && statement.kind !== 'withdraw') return objection(view, statement, node.after);
		if (!isActive(view, statement.actor)) return 'Its author was removed at the same time.';
		return statement.kind === 'revoke' ? revokeAuthority(view, node.after, statement) : withdrawAuthority(view, statement);
	}

	private applied(core: Core, node: Node, statement: Later, acting: readonly Taker[]): Core {
		const { signed: { id }, after } = node;
		const earlier = acting.filter((taker) => this.isAfter(node, taker.node) && this.areConcurrent(taker, node));
		if (statement.kind === 'grant') return apply(core, id, withoutWithdrawn(statement, earlier), after);
		const next = apply(core, id, statement, after, this.sparedBy(node, acting));
		if (statement.kind !== 'admit') return next;
		return earlier.reduce((state, { node: { signed, after: own } }) => fallWith(state, signed.id, signed.statement, statement.member, actorIdOf(statement.keys), own), next);
	}

	/** What a removal does to authority. */
	private taken(core: Core, { node }: Taker, acting: readonly Taker[]): Core {
		const { signed: { id, statement }, after } = node;
		if (statement.kind === 'revoke') return afterRevoke(core, id, statement, after, this.sparedBy(node, acting));
		if (statement.kind === 'withdraw') return afterWithdraw(core, id, statement, after);
		return statement.kind === 'restore' ? afterRestore(core, id, statement, after) : core;
	}

	/** Rule 5: whom concurrent uses of a kit bring back; one that is void itself brings back nobody. */
	private sparedBy(node: Node, acting: readonly Taker[]): ReadonlySet<Hash> {
		const spared = new Set<Hash>();
		for (const restore of acting) {
			const { statement } = restore.node.signed;
			if (statement.kind === 'restore' && this.areConcurrent(restore, node)) for (const actor of broughtBack(statement)) spared.add(actor);
		}
		return spared;
	}

	private replacersOf(restore: Taker): readonly Node[] {
		const used = restore.node.signed.statement.actor;
		return this.takers.flatMap(({ node }) => {
			const { statement } = node.signed;
			return statement.kind === 'kit' && statement.replaces.includes(used) && this.areConcurrent(restore, node) ? [node] : [];
		});
	}

	private whyBarred(node: Node): string {
		return this.isUsedAgain(node) ? 'This recovery kit was used twice at the same time; the other use counts.' : 'A newer recovery kit was made at the same time.';
	}

	private isAfter(a: Node, b: Node): boolean {
		return (this.position.get(a) ?? 0) > (this.position.get(b) ?? 0);
	}

	private areConcurrent({ node, past }: Taker, other: Node): boolean {
		return node !== other && !past.has(other) && this.takersBefore.get(other)?.has(node) !== true;
	}

	private pastOf(node: Node): ReadonlySet<Node> {
		const past = new Set<Node>();
		const open = [...node.cites];
		for (let next = open.pop(); next !== undefined; next = open.pop()) {
			if (past.has(next) || !this.position.has(next)) continue;
			past.add(next);
			open.push(...next.cites);
		}
		return past;
	}
}

const isRemoval = ({ signed }: { readonly signed: SignedStatement }): boolean => signed.statement.kind === 'revoke' || signed.statement.kind === 'withdraw';

/** A post that was taken away at the same time is not given: whichever came first in the order. */
function withoutWithdrawn(statement: GrantStatement, earlier: readonly Taker[]): GrantStatement {
	const withdrawn = earlier.flatMap(({ node }): readonly Grant[] => {
		const other = node.signed.statement;
		return other.kind === 'withdraw' && other.member === statement.member ? other.grants : [];
	});
	return { ...statement, grants: statement.grants.filter(({ site, role }) => !withdrawn.some((one) => one.site === site && one.role === role)) };
}
