/**
 * Entries of one type gathered into facts: connected components of "is the same fact", so that any order of the entries gives the same.
 */
import { byRecency, bySource } from './sources.ts';
import type { FactRule } from './facts/rule.ts';
import type { Source } from './view.ts';

/**
 * Facts as lists of sources, the leading one first. Entries meet under their keys; a key under which very many meet (a vital sign
 * without a time) is compared along its order only, so that no chart can make this quadratic.
 */
export function gather(rule: FactRule, entries: readonly Source[]): readonly (readonly Source[])[] {
	const parent = entries.map((_, at) => at);
	const find = (at: number): number => {
		let root = at;
		while ((parent[root] ?? root) !== root) root = parent[root] ?? root;
		for (let step = at; step !== root;) { const next = parent[step] ?? root; parent[step] = root; step = next; }
		return root;
	};
	const byKey = new Map<string, number[]>();
	for (const [at, entry] of entries.entries()) {
		for (const key of rule.keys(entry)) {
			const known = byKey.get(key);
			if (known === undefined) byKey.set(key, [at]);
			else known.push(at);
		}
	}
	for (const members of byKey.values()) {
		for (let place = 0; place < members.length; place++) {
			const a = members[place] ?? 0;
			const x = entries[a];
			for (let next = place + 1; next < Math.min(members.length, place + 1 + COMPARED_MAX); next++) {
				const b = members[next] ?? 0;
				const y = entries[b];
				const [p, q] = [find(a), find(b)];
				if (p === q || x === undefined || y === undefined || !rule.same(x, y)) continue;
				parent[Math.max(p, q)] = Math.min(p, q);
			}
		}
	}
	const facts = new Map<number, Source[]>();
	for (const [at, entry] of entries.entries()) {
		const root = find(at);
		const fact = facts.get(root);
		if (fact === undefined) facts.set(root, [entry]);
		else fact.push(entry);
	}
	return [...facts.values()].map((sources) => (sources.length < 2 ? sources : leadingFirst(rule, sources)));
}

const COMPARED_MAX = 400;

function leadingFirst(rule: FactRule, sources: readonly Source[]): readonly Source[] {
	const [lead, ...others] = [...sources].sort((a, b) => rule.leads(a) - rule.leads(b) || byRecency(a, b));
	return lead === undefined ? sources : [lead, ...others.sort((a, b) => byRecency(a, b) || bySource(a, b))];
}
