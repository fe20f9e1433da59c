/**
 * What removals do to the work of those removed (design S7 and S8), by the letter of docs/formats.md and in the most naive way.
 *
 * From the state machine comes only which statements stand (`stands`) and who was posted where at cited heads (`postsAt`). Which statement closes
 * whose chain, what lies in whose past, how far positions reach, and who falls when removals are mutual, is worked out here from the statements.
 */
import type { Compartment } from '../../sync/change/change.ts';
import { actorIdOf } from '../../sync/membership/ids.ts';
import type { SignedStatement } from '../../sync/membership/types.ts';
import { grantedBy, type Law, type Post, type Right } from './law.ts';

export interface Position { readonly actor: string; readonly site: string; readonly comp: string; readonly seq: number; readonly change: string }
/** A change, as far as its chain is concerned. */
export interface Link { readonly id: string; readonly actor: string; readonly site: string; readonly comp: Compartment; readonly seq: number; readonly prev: string | null; readonly seen: readonly string[] }
export interface Held extends Post { readonly statement: string }

export interface RemovalsParts {
	readonly law: Law;
	readonly statements: readonly SignedStatement[];
	/** took part in the state of all that arrived */
	readonly stands: (statement: string) => boolean;
	/** is an actor of the organization by all that arrived, removed or not */
	readonly known: (actor: string) => boolean;
	readonly memberOf: (actor: string) => string | null;
	/** posts of an actor at cited heads; null while one of the heads is missing */
	readonly postsAt: (actor: string, seen: readonly string[]) => readonly Held[] | null;
}

/** A statement that takes something from somebody. `posts` null: everything. */
interface Taking { readonly id: string; readonly victim: (actor: string) => boolean; readonly posts: readonly Post[] | null; readonly positions: readonly Position[] }

export class Removals {
	readonly #parts: RemovalsParts;
	readonly #prev = new Map<string, readonly string[]>();
	readonly #pasts = new Map<string, ReadonlySet<string>>();
	readonly #takings: readonly Taking[];

	constructor(parts: RemovalsParts) {
		this.#parts = parts;
		for (const { id, statement } of parts.statements) this.#prev.set(id, statement.kind === 'genesis' ? [] : statement.prev);
		const restores = parts.statements.flatMap(({ id, statement }) => (statement.kind === 'restore' && parts.stands(id) ? [{ id, back: new Set<string>([actorIdOf(statement.owner.keys), ...statement.reinstate]) }] : []));
		// the kit undoes a removal that it knew, and is not undone by one that did not know it
		const isBack = (actor: string, taking: string): boolean => restores.some(({ id, back }) => back.has(actor) && !this.past([taking]).has(id));
		this.#takings = parts.statements.filter(({ id }) => parts.stands(id)).flatMap(({ id, statement }): readonly Taking[] => {
			const more = (): readonly Position[] => parts.statements.flatMap((other) => (other.statement.kind === 'attest' && other.statement.closing === id && parts.stands(other.id) ? other.statement.positions : []));
			if (statement.kind === 'revoke') {
				const { actors, member } = statement;
				const named = new Set<string>(actors);
				return [{ id, posts: null, positions: [...statement.positions, ...more()], victim: (actor) => (named.has(actor) || (member !== null && parts.memberOf(actor) === member)) && !isBack(actor, id) }];
			}
			return statement.kind === 'withdraw'
				? [{ id, posts: statement.grants, positions: [...statement.positions, ...more()], victim: (actor) => parts.memberOf(actor) === statement.member }] : [];
		});
	}

	get any(): boolean {
		return this.#takings.length > 0;
	}

	/** Statements that remove this actor altogether. */
	removing(actor: string): readonly string[] {
		return this.#takings.filter(({ posts, victim }) => posts === null && victim(actor)).map(({ id }) => id);
	}

	/** Statements that stand and take something from this actor. */
	touching(actor: string): readonly string[] {
		return this.#takings.filter(({ victim }) => victim(actor)).map(({ id }) => id);
	}

	/** Whether anything was taken from this actor. */
	touched(actor: string): boolean {
		return !this.#parts.known(actor) || this.#takings.some(({ victim }) => victim(actor));
	}

	/** The cited statements and all before them. */
	past(heads: readonly string[]): ReadonlySet<string> {
		const name = heads.join();
		const known = this.#pasts.get(name);
		if (known !== undefined) return known;
		const past = new Set<string>(heads);
		for (const id of past) for (const before of this.#prev.get(id) ?? []) past.add(before);
		this.#pasts.set(name, past);
		return past;
	}

	/** Up to where what an actor wrote (or read, to vouch for it) at a place counts when it cites `seen`; null: all of it counts. */
	limit({ actor, site, comp, seen }: Pick<Link, 'actor' | 'site' | 'comp' | 'seen'>, right: 'reads' | 'writes'): readonly Position[] | null {
		const { law, stands, known, postsAt } = this.#parts;
		const posts = (postsAt(actor, seen) ?? []).filter((post) => grantedBy(law, [post], site, (permits) => permits[right].includes(comp as Right)) && stands(post.statement));
		if (!known(actor) || posts.length === 0) return [];
		const before = this.past(seen);
		const takes = ({ posts: taken }: Taking, { site: at, role }: Post): boolean => taken?.some((one) => one.site === at && one.role === role) === true;
		const unseen = this.#takings.filter((taking) => taking.victim(actor) && !before.has(taking.id));
		const left = posts.filter((post) => !unseen.some((taking) => takes(taking, post)));
		const cuts = unseen.filter((taking) => taking.posts === null || (left.length === 0 && posts.some((post) => takes(taking, post))));
		if (cuts.length === 0) return null;
		const first = cuts.filter((cut) => !cuts.some((other) => other !== cut && this.past([cut.id]).has(other.id)));
		return first.flatMap(({ positions }) => positions).filter((position) => position.actor === actor && position.site === site && position.comp === comp);
	}
}

/** Is a change committed to by an attested position, and by each where positions lie on forked paths? `byId`: all that is held of the chain. */
export function reaches(positions: readonly Position[], change: Pick<Link, 'id' | 'seq'>, byId: ReadonlyMap<string, Link>): boolean {
	const paths = positions.flatMap((position) => {
		const path = new Set<string>();
		let lowest = Infinity;
		for (let here = byId.get(position.change); here !== undefined && here.seq < lowest; here = here.prev === null ? undefined : byId.get(here.prev)) {
			if (path.size === 0 && here.seq !== position.seq) break;
			path.add(here.id);
			lowest = here.seq;
		}
		// of a path that breaks off, what lies before the break is not known to be on it, nor not to be
		return path.size === 0 ? [] : [{ end: position, path, lowest }];
	});
	return paths.some((one) => one.path.has(change.id) && paths.every((other) => other.path.has(change.id) || change.seq < other.lowest || one.path.has(other.end.change) || other.end.seq < one.lowest));
}

/** A removal as a fight sees it: by whom, of whom, and what it knew of. */
export interface Blow { readonly id: string; readonly by: string; readonly victims: readonly string[]; readonly past: ReadonlySet<string> }

/**
 * The removals that stand among those that hit each other's authors at once: one that is hit by none that stands does, one that is hit by one
 * that certainly stands does not, and what remains hits itself in a circle, where all stand.
 */
export function standing(blows: readonly Blow[]): ReadonlySet<string> {
	const hits = (a: Blow, b: Blow): boolean => a !== b && a.victims.includes(b.by) && !a.past.has(b.id) && !b.past.has(a.id);
	const fate = new Map<string, 'stands' | 'falls'>();
	for (let moved = true; moved; ) {
		moved = false;
		for (const blow of blows) {
			if (fate.has(blow.id)) continue;
			const hitBy = blows.filter((other) => hits(other, blow));
			const next = hitBy.some(({ id }) => fate.get(id) === 'stands') ? 'falls' : hitBy.every(({ id }) => fate.get(id) === 'falls') ? 'stands' : null;
			if (next !== null) fate.set(blow.id, next);
			moved ||= next !== null;
		}
	}
	return new Set(blows.filter(({ id }) => fate.get(id) !== 'falls').map(({ id }) => id));
}
