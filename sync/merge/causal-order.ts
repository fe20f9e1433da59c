/**
 * The one causal order of a graph: every node after those it had seen, and of the possible orders the one that keeps to the given
 * numbering (clock, then id) as far as it can: Kahn's algorithm, always taking the smallest free node.
 */

/**
 * Positions in causal order; null when the numbering is one. `parents` may point anywhere; where they form a cycle, its smallest node is
 * taken as if free.
 */
export function causalPositions(parents: readonly (readonly number[])[]): readonly number[] | null {
	const count = parents.length;
	if (parents.every((list, own) => list.every((at) => at < own))) return null;
	const children: number[][] = Array.from({ length: count }, () => []);
	const open = parents.map((list, own) => {
		for (const at of list) children[at]?.push(own);
		return list.length;
	});
	const free = new SmallestFirst();
	const done = new Uint8Array(count);
	open.forEach((left, at) => left === 0 && free.push(at));
	const order: number[] = [];
	for (let scan = 0; order.length < count; ) {
		let next = free.pop();
		if (next === undefined) {
			while (done[scan] === 1) scan++;
			next = scan;
		}
		if (done[next] === 1) continue;
		done[next] = 1;
		order.push(next);
		for (const child of children[next] ?? []) {
			const left = (open[child] ?? 0) - 1;
			open[child] = left;
			if (left === 0) free.push(child);
		}
	}
	return order;
}

/** A binary heap of numbers. */
class SmallestFirst {
	readonly #items: number[] = [];

	push(value: number): void {
		const items = this.#items;
		let at = items.push(value) - 1;
		while (at > 0) {
			const above = (at - 1) >> 1;
			const parent = items[above] ?? 0;
			if (parent <= value) break;
			items[at] = parent;
			at = above;
		}
		items[at] = value;
	}

	pop(): number | undefined {
		const items = this.#items;
		const top = items[0];
		const last = items.pop();
		if (top === undefined || last === undefined || items.length === 0) return top;
		let at = 0;
		for (;;) {
			let below = 2 * at + 1;
			const left = items[below];
			if (left === undefined) break;
			const right = items[below + 1];
			let child = left;
			if (right !== undefined && right < left) {
				below++;
				child = right;
			}
			if (child >= last) break;
			items[at] = child;
			at = below;
		}
		items[at] = last;
		return top;
	}
}
