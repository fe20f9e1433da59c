/**
 * The membership log of one organization as it grows: statements in, state out, the same for any order of arrival.
 *
 * What cites a statement that has not arrived, or one that this version does not understand, waits and is named; the rest works (attack 21). What
 * had no right to say what it says is refused with the reason, and has no effect (attacks 12 to 14). Keys and secrets are none of
 * this file's business: the hub runs it too.
 */
import type { Hash, Signature } from '../change/change.ts';
import type { Result } from '../result.ts';
import { ok } from '../result.ts';
import { statementId } from '../verify/ids.ts';
import { BookKeys } from './book.ts';
import type { Core } from './core.ts';
import { compareNodes, coreAt, genesisNode, includedHeads, laterNode, type Node } from './graph.ts';
import { citedBy, parseStatement, PREV_MAX, type StatementProblem } from './parse.ts';
import type { MembershipState, RefusedStatement, SignedStatement } from './types.ts';

/** The signed part of a statement document (`s1`), as `checkDocument` gives it. */
export interface StatementText {
	readonly text: string;
	readonly sig: Signature;
}

/** What came of each document added; statements that had waited for one of them are among the taken or refused. */
export interface Added {
	readonly taken: readonly Hash[];
	readonly refused: readonly RefusedStatement[];
	readonly waiting: readonly Hash[];
}

/** What would come of a statement if it were added now. */
export type Preview =
	| { readonly kind: 'known' }
	| { readonly kind: 'taken'; readonly signed: SignedStatement }
	| { readonly kind: 'waiting'; readonly missing: readonly Hash[] }
	| { readonly kind: 'refused'; readonly reason: string };

interface Waiting {
	/** null: of a newer version */
	readonly signed: SignedStatement | null;
	readonly cites: readonly Hash[];
}

/** States of the log at the places that changes cite, kept for the next change that cites the same. */
const STATES_KEPT_MAX = 4096;

/** A text and its signature as a statement with its id. The signature is not verified here. */
export const readStatement = (text: string, sig: Signature): Result<SignedStatement, StatementProblem> => read(statementId(text, sig), text, sig);

function read(id: Hash, text: string, sig: Signature): Result<SignedStatement, StatementProblem> {
	const parsed = parseStatement(text);
	return parsed.ok ? ok({ id, text, sig, statement: parsed.value }) : parsed;
}

export class MembershipLog {
	private readonly nodes = new Map<Hash, Node>();
	private readonly tips = new Set<Node>();
	private readonly waiting = new Map<Hash, Waiting>();
	/** cited hash -> ids of what waits for it */
	private readonly waitedFor = new Map<Hash, Hash[]>();
	/** malformed, of another organization: never part of the graph */
	private readonly void = new Map<Hash, string>();
	private present: MembershipState | null = null;
	private judgedLast: Node | null = null;
	private readonly states = new Map<string, MembershipState>();

	/** `org`: id of the genesis statement, from the set-up or the invitation: what the hub serves is measured against it. */
	constructor(readonly org: Hash) {}

	/** Adds statements in any order; repeats cost nothing. Total: nothing that a text holds makes it throw. */
	add(documents: readonly StatementText[]): Added {
		const taken: Hash[] = [];
		const refused: RefusedStatement[] = [];
		const arrived: Hash[] = [];
		for (const { text, sig } of documents) {
			const id = statementId(text, sig);
			if (this.isKnown(id)) continue;
			this.present = null;
			arrived.push(id);
			const entering = read(id, text, sig);
			if (!entering.ok && entering.error.code === 'malformed') this.refuse(id, entering.error.message, refused);
			else if (entering.ok && this.isForeign(entering.value)) this.refuse(id, 'It belongs to another organization.', refused);
			else this.enter(id, { signed: entering.ok ? entering.value : null, cites: entering.ok ? entering.value.statement.prev : citedBy(text) }, taken, refused);
		}
		return { taken, refused, waiting: arrived.filter((id) => this.waiting.has(id)) };
	}

	/** How many statements arrived with their whole past, refused ones included: a change may cite any of them. */
	get size(): number {
		return this.nodes.size;
	}

	/** What `add` would make of a statement, without adding it: for a hub that must answer before it stores. */
	preview({ text, sig }: StatementText): Preview {
		const id = statementId(text, sig);
		if (this.isKnown(id)) return { kind: 'known' };
		const parsed = read(id, text, sig);
		if (!parsed.ok) return parsed.error.code === 'malformed' ? { kind: 'refused', reason: parsed.error.message } : { kind: 'waiting', missing: [] };
		if (this.isForeign(parsed.value)) return { kind: 'refused', reason: 'It belongs to another organization.' };
		const missing = parsed.value.statement.prev.filter((cited) => !this.nodes.has(cited));
		if (missing.length > 0) return { kind: 'waiting', missing };
		const node = this.judged(parsed.value);
		if (typeof node === 'string') return { kind: 'refused', reason: node };
		return node.refusal === null ? { kind: 'taken', signed: parsed.value } : { kind: 'refused', reason: node.refusal };
	}

	/** The state of all that arrived; null until the genesis has. The same object until something is added. */
	get state(): MembershipState | null {
		if (this.tips.size === 0) return null;
		this.present ??= this.resolve();
		return this.present;
	}

	/** The state at these statements and all their past; null while one of them is unknown or waits, or when there are none. */
	at(heads: readonly Hash[]): MembershipState | null {
		const sorted = [...new Set(heads)].sort();
		const key = sorted.join(' ');
		const kept = this.states.get(key);
		if (kept !== undefined) return kept;
		const nodes = sorted.map((id) => this.nodes.get(id)).filter((node) => node !== undefined);
		if (nodes.length === 0 || nodes.length < sorted.length) return null;
		const core = coreAt(nodes);
		const state = stateOf(core, includedHeads(nodes, core));
		if (this.states.size >= STATES_KEPT_MAX) this.states.clear();
		this.states.set(key, state);
		return state;
	}

	/** Arrived with its whole past, and understood: a change may be judged at it. */
	knows(id: Hash): boolean {
		return this.nodes.has(id);
	}

	/** `older` is `newer` or in its past: along a chain the cited heads only move forward (design S7). False for unknown ones. */
	isBefore(older: Hash, newer: Hash): boolean {
		const target = this.nodes.get(older);
		const start = this.nodes.get(newer);
		if (target === undefined || start === undefined) return false;
		const seen = new Set<Node>();
		const stack: Node[] = [start];
		for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
			if (node === target) return true;
			if (seen.has(node) || compareNodes(node, target) < 0) continue;
			seen.add(node);
			stack.push(...node.cites);
		}
		return false;
	}

	/** Everything that arrived with its whole past, in the order of the log, refused ones included. */
	get statements(): readonly SignedStatement[] {
		return [...this.nodes.values()].sort(compareNodes).map((node) => node.signed);
	}

	/** A statement that arrived with its whole past. */
	statement(id: Hash): SignedStatement | null {
		return this.nodes.get(id)?.signed ?? null;
	}

	private isKnown(id: Hash): boolean {
		return this.nodes.has(id) || this.waiting.has(id) || this.void.has(id);
	}

	private isForeign({ id, statement }: SignedStatement): boolean {
		return statement.kind === 'genesis' ? id !== this.org : statement.org !== this.org;
	}

	private refuse(id: Hash, reason: string, refused: RefusedStatement[]): void {
		this.void.set(id, reason);
		refused.push({ id, reason });
	}

	/** Takes a statement whose past is here, and then what waited for it; a loop, because a log may arrive backwards. */
	private enter(id: Hash, entering: Waiting, taken: Hash[], refused: RefusedStatement[]): void {
		this.waiting.set(id, entering);
		for (const cited of entering.cites) if (!this.nodes.has(cited)) this.waitFor(cited, id);
		const due = [id];
		for (let next = due.pop(); next !== undefined; next = due.pop()) {
			const one = this.waiting.get(next);
			if (one === undefined || one.signed === null || !one.cites.every((cited) => this.nodes.has(cited))) continue;
			this.waiting.delete(next);
			const node = this.judged(one.signed);
			if (typeof node === 'string') {
				this.refuse(next, node, refused);
				continue;
			}
			this.attach(next, node);
			if (node.refusal === null) taken.push(next);
			else refused.push({ id: next, reason: node.refusal });
			due.push(...(this.waitedFor.get(next) ?? []));
			this.waitedFor.delete(next);
		}
	}

	private waitFor(cited: Hash, id: Hash): void {
		const ids = this.waitedFor.get(cited);
		if (ids === undefined) this.waitedFor.set(cited, [id]);
		else ids.push(id);
	}

	/** What was just previewed is not judged again when it is added: it follows from the statement and its past alone. */
	private judged(signed: SignedStatement): Node | string {
		if (signed.statement.kind === 'genesis') return genesisNode(signed);
		if (this.judgedLast?.signed.id === signed.id) return this.judgedLast;
		const cites = signed.statement.prev.map((cited) => this.nodes.get(cited)).filter((node) => node !== undefined);
		this.judgedLast = laterNode(signed, cites);
		return this.judgedLast;
	}

	private attach(id: Hash, node: Node): void {
		this.nodes.set(id, node);
		for (const cited of node.cites) this.tips.delete(cited);
		this.tips.add(node);
	}

	private resolve(): MembershipState {
		const tips = [...this.tips];
		const core = coreAt(tips);
		const waiting = [...this.waiting.keys()].sort();
		const missing = [...this.waitedFor.keys()].filter((id) => !this.isKnown(id)).sort();
		const invalid = [...this.void].map(([id, reason]) => ({ id, reason }));
		return stateOf(core, includedHeads(tips, core), { waiting, missing, invalid });
	}
}

/** The state of a set of statements: a pure function of the set. Null without the genesis. */
export function resolve(org: Hash, statements: readonly StatementText[]): MembershipState | null {
	const log = new MembershipLog(org);
	log.add(statements);
	return log.state;
}

/** The same at some of them; null when one of them is unknown or waits. */
export function stateAt(org: Hash, statements: readonly StatementText[], heads: readonly Hash[]): MembershipState | null {
	const log = new MembershipLog(org);
	log.add(statements);
	return log.at(heads);
}

interface Beside {
	readonly waiting: readonly Hash[];
	readonly missing: readonly Hash[];
	readonly invalid: readonly RefusedStatement[];
}

const NOTHING_BESIDE: Beside = { waiting: [], missing: [], invalid: [] };

function stateOf(core: Core, heads: readonly Node[], { waiting, missing, invalid }: Beside = NOTHING_BESIDE): MembershipState {
	const { org, name, root, hubs, sites, members, actors, epochs, invitations, closings, fallen, kits, required, carriers, shares, included } = core;
	let refused: readonly RefusedStatement[] | null = null;
	return {
		org, name, root, hubs, sites, members, actors, epochs, invitations, closings, fallen, kits, required, carriers, shares,
		// of very many heads the deepest: a few statements later they are joined (attack 60)
		heads: heads.slice(-PREV_MAX).map((node) => node.signed.id).sort(),
		included: new BookKeys(included),
		waiting, missing,
		get refused() {
			refused ??= [...[...core.refused].map(([id, reason]) => ({ id, reason })), ...invalid].sort((a, b) => (a.id < b.id ? -1 : 1));
			return refused;
		}
	};
}
