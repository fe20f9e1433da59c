/**
 * The hash graph of statements, and its one order.
 *
 * A statement's depth is one more than the greatest of those it cites; the order is depth, then id. It follows from the statement and its past
 * alone: a statement that arrives late changes the order of no two others, and no clock takes part. All of a statement's
 * past stands before it, so the state after a statement is the state at what it cites with the statement applied last. A state at
 * several heads starts from the nearest statement whose past holds all that is common, and applies the rest in order. Of two concurrent
 * statements neither stands before that statement, so who removes whom at the same time is settled among the rest (`concurrent.ts`).
 */
import { applyConcurrent } from './concurrent.ts';
import { apply, found, pass, type Core } from './core.ts';
import { judge, judgeGenesis } from './judge.ts';
import type { SignedStatement } from './types.ts';

export interface Node {
	readonly signed: SignedStatement;
	/** 0 for the genesis */
	readonly depth: number;
	readonly cites: readonly Node[];
	/** refused at its own causal past; null when it may say what it says */
	readonly refusal: string | null;
	/** the state after it, at its own causal past */
	readonly after: Core;
}

/** Order of the log: negative when `a` stands before `b`. */
export function compareNodes(a: Node, b: Node): number {
	if (a.depth !== b.depth) return a.depth - b.depth;
	return a.signed.id < b.signed.id ? -1 : a.signed.id > b.signed.id ? 1 : 0;
}

/** The first node of an organization's log; null, with the reason, when the genesis is not sound. */
export function genesisNode(signed: SignedStatement): Node | string {
	const genesis = signed.statement;
	if (genesis.kind !== 'genesis') return 'It is not the founding statement of this organization.';
	return judgeGenesis(signed, genesis) ?? { signed, depth: 0, cites: [], refusal: null, after: found(signed.id, genesis) };
}

/** A statement judged at its own causal past. `cites` are the nodes of its `prev`. */
export function laterNode(signed: SignedStatement, cites: readonly Node[]): Node {
	const { id, statement } = signed;
	const depth = 1 + Math.max(...cites.map((node) => node.depth));
	const past = coreAt(cites);
	const refusal = statement.kind === 'genesis' ? 'An organization is founded once.' : judge(past, signed, statement);
	const after = refusal !== null || statement.kind === 'genesis' ? pass(past, id, refusal ?? '') : apply(past, id, statement, null);
	return { signed, depth, cites, refusal, after };
}

/** The state at these nodes (one at least): of them and all their past. */
export function coreAt(heads: readonly Node[]): Core {
	const frontier = new Frontier(heads);
	const suffix: Node[] = [];
	while (frontier.size > 1) {
		const node = frontier.takeLast();
		suffix.push(node);
		for (const cited of node.cites) frontier.add(cited);
	}
	return applyConcurrent(frontier.takeLast().after, suffix.reverse());
}

/** The included statements that no other included one has in its past, in the order of the log. */
export function includedHeads(tips: readonly Node[], core: Core): readonly Node[] {
	const frontier = new Frontier(tips);
	const covered = new Set<Node>();
	const heads: Node[] = [];
	let open = frontier.size;
	while (open > 0) {
		const node = frontier.takeLast();
		const isCovered = covered.delete(node);
		const isHead = !isCovered && core.included.has(node.signed.id);
		if (isHead) heads.push(node);
		if (!isCovered) open--;
		for (const cited of node.cites) {
			const isNew = frontier.add(cited);
			if (isNew) open++;
			if ((isCovered || isHead) && !covered.has(cited)) {
				covered.add(cited);
				open--;
			}
		}
	}
	return heads.reverse();
}

/** Nodes in the log's order, each once; taken from the end. */
class Frontier {
	private readonly nodes: Node[] = [];

	constructor(nodes: readonly Node[]) {
		for (const node of nodes) this.add(node);
	}

	get size(): number {
		return this.nodes.length;
	}

	/** False when it was there already. */
	add(node: Node): boolean {
		let low = 0;
		let high = this.nodes.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			const other = this.nodes[middle];
			if (other !== undefined && compareNodes(other, node) < 0) low = middle + 1;
			else high = middle;
		}
		if (this.nodes[low] === node) return false;
		this.nodes.splice(low, 0, node);
		return true;
	}

	takeLast(): Node {
		const node = this.nodes.pop();
		if (node === undefined) throw new Error('a log has a beginning, so its frontier is never empty');
		return node;
	}
}
