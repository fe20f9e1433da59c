/**
 * Entries of one type gathered into facts: connected components of "is the same fact", so that any order of the entries gives the same.
 *
 * Kept while entries come and go: one that moves costs the entries under its keys and those it was one fact with, not the type. The result is
 * that of gathering all entries anew (`shared-record.property.test.ts`).
 */
import type { Fact } from './checks/gathered.ts';
import type { FactRule } from './facts/rule.ts';
import { medicineBook, type MedicineBook } from '../formulary/allergy.ts';
import type { Entry, Moves } from './held-entries.ts';
import { byRecency, bySource } from './sources.ts';
import type { Source } from './view.ts';

/**
 * Entries compared under one key. A key under which very many meet (a vital sign without a time) is compared along its order only, so that no
 * chart can make this quadratic.
 */
const COMPARED_MAX = 400;
/** More moves at once than this: gathering anew is cheaper. */
const MOVES_MAX = 64;

interface Component {
	/** of its first entry: orders the facts */
	readonly key: string;
	readonly entries: readonly Entry[];
	readonly fact: Fact;
}

/** Facts that were there before and are not any more, and those that are new. */
export interface FactMoves { readonly gone: readonly Fact[]; readonly made: readonly Fact[] }

/** No product and no edit is known: names are read by the table alone. */
const NO_BOOK = medicineBook([]);

/** The facts of one resource type. `rule` null: each entry is a fact of its own. */
export class FactSet {
	readonly #rule: FactRule | null;
	#book: MedicineBook = NO_BOOK;
	readonly #byKey = new Map<string, Set<Entry>>();
	/** keys under which too many meet to compare all with all */
	#crowded = 0;
	readonly #componentOf = new Map<Entry, Component>();
	/** by key */
	#components: Component[] = [];
	#facts: readonly Fact[] | null = [];

	constructor(rule: FactRule | null) {
		this.#rule = rule;
	}

	/** Each a list of sources, the leading one first; in an order that depends on nothing but what they are. */
	get facts(): readonly Fact[] {
		this.#facts ??= this.#components.map(({ fact }) => fact);
		return this.#facts;
	}

	/** `book`: what medicines contain now. Where keys rest on it and it is another than before, all entries are gathered anew. */
	move({ removed, added }: Moves, book: MedicineBook = NO_BOOK): FactMoves {
		const before = this.#components;
		if (this.#rule?.readsMedicines === true && book !== this.#book) {
			this.#book = book;
			return this.#reread(before, removed, added);
		}
		const local = this.#crowded === 0 && removed.length + added.length <= MOVES_MAX;
		const log = { gone: new Set<Component>(), made: new Set<Component>() };
		if (local) for (const entry of removed) this.#take(entry, log);
		for (const entry of removed) this.#unlist(entry);
		for (const entry of added) this.#list(entry);
		this.#facts = null;
		if (!local || this.#crowded > 0) return this.#anew(before, removed, added);
		for (const entry of added) this.#add(entry, log);
		this.#components = merged(before.filter((component) => !log.gone.has(component)), [...log.made].filter((component) => !log.gone.has(component)));
		const kept = new Set(before);
		return { gone: [...log.gone].filter((component) => kept.has(component)).map(({ fact }) => fact), made: [...log.made].filter((component) => !log.gone.has(component)).map(({ fact }) => fact) };
	}

	#reread(before: readonly Component[], removed: readonly Entry[], added: readonly Entry[]): FactMoves {
		this.#byKey.clear();
		this.#crowded = 0;
		const gone = new Set(removed);
		for (const { entries } of before) for (const entry of entries) if (!gone.has(entry)) this.#list(entry);
		for (const entry of added) this.#list(entry);
		this.#facts = null;
		return this.#anew(before, removed, added);
	}

	#keysOf(entry: Entry): readonly string[] {
		return this.#rule?.keys(entry.source, this.#book) ?? [];
	}

	/** Takes an entry out of its fact; what remains of it may fall into several. */
	#take(entry: Entry, log: { readonly gone: Set<Component>; readonly made: Set<Component> }): void {
		const component = this.#componentOf.get(entry);
		if (component === undefined) return;
		log.gone.add(component);
		this.#componentOf.delete(entry);
		for (const rest of this.#gathered(component.entries.filter((other) => other !== entry))) log.made.add(this.#keep(rest));
	}

	#add(entry: Entry, log: { readonly gone: Set<Component>; readonly made: Set<Component> }): void {
		const joined = new Set<Component>();
		for (const key of this.#keysOf(entry)) {
			for (const other of this.#byKey.get(key) ?? []) {
				const component = this.#componentOf.get(other);
				if (other === entry || component === undefined || joined.has(component)) continue;
				if (this.#rule?.same(entry.source, other.source) === true) joined.add(component);
			}
		}
		for (const component of joined) log.gone.add(component);
		log.made.add(this.#keep([entry, ...[...joined].flatMap(({ entries }) => entries)].sort(byKey)));
	}

	#keep(entries: readonly Entry[]): Component {
		const component: Component = { key: entries[0]?.key ?? '', entries, fact: leadingFirst(this.#rule, entries.map(({ source }) => source)) };
		for (const entry of entries) this.#componentOf.set(entry, component);
		return component;
	}

	#list(entry: Entry): void {
		for (const key of this.#keysOf(entry)) {
			const known = this.#byKey.get(key);
			if (known === undefined) this.#byKey.set(key, new Set([entry]));
			else if (known.add(entry).size === COMPARED_MAX + 1) this.#crowded++;
		}
	}

	#unlist(entry: Entry): void {
		for (const key of this.#keysOf(entry)) {
			const known = this.#byKey.get(key);
			if (known?.delete(entry) !== true) continue;
			if (known.size === COMPARED_MAX) this.#crowded--;
			if (known.size === 0) this.#byKey.delete(key);
		}
	}

	#anew(before: readonly Component[], removed: readonly Entry[], added: readonly Entry[]): FactMoves {
		const entries = new Set(before.flatMap((component) => component.entries));
		for (const entry of removed) entries.delete(entry);
		for (const entry of added) entries.add(entry);
		this.#componentOf.clear();
		const sorted = [...entries].sort(byKey);
		const rule = this.#rule;
		const found = rule === null ? sorted.map((entry) => [entry]) : connected(rule, sorted, this.#meetings(sorted));
		this.#components = found.map((members) => this.#keep(members));
		return { gone: before.map(({ fact }) => fact), made: this.#components.map(({ fact }) => fact) };
	}

	/** All that meet under a key, as positions among all entries. */
	#meetings(entries: readonly Entry[]): readonly (readonly number[])[] {
		const place = new Map(entries.map((entry, at) => [entry, at]));
		return [...this.#byKey.values()].filter(({ size }) => size > 1).map((members) => [...members].map((entry) => place.get(entry) ?? 0).sort((a, b) => a - b));
	}

	/** Positions of the entries under each key. */
	#meetingsOf(entries: readonly Entry[]): Iterable<readonly number[]> {
		const byName = new Map<string, number[]>();
		for (const [at, entry] of entries.entries()) {
			for (const key of this.#keysOf(entry)) {
				const known = byName.get(key);
				if (known === undefined) byName.set(key, [at]);
				else known.push(at);
			}
		}
		return byName.values();
	}

	/** Components of these entries, which are in order; each in order, and the components by their first. */
	#gathered(entries: readonly Entry[]): readonly (readonly Entry[])[] {
		const rule = this.#rule;
		return rule === null || entries.length < 2 ? entries.map((entry) => [entry]) : connected(rule, entries, this.#meetingsOf(entries));
	}
}

/** @param meeting positions of entries that meet under a key, in order */
function connected(rule: FactRule, entries: readonly Entry[], meeting: Iterable<readonly number[]>): readonly (readonly Entry[])[] {
	const parent = entries.map((_, at) => at);
	const find = (at: number): number => {
		let root = at;
		while ((parent[root] ?? root) !== root) root = parent[root] ?? root;
		for (let step = at; step !== root;) { const next = parent[step] ?? root; parent[step] = root; step = next; }
		return root;
	};
	for (const members of meeting) {
		for (let place = 0; place < members.length; place++) {
			const a = members[place] ?? 0;
			const x = entries[a];
			for (let next = place + 1; next < Math.min(members.length, place + 1 + COMPARED_MAX); next++) {
				const b = members[next] ?? 0;
				const y = entries[b];
				const [p, q] = [find(a), find(b)];
				if (p === q || x === undefined || y === undefined || !rule.same(x.source, y.source)) continue;
				parent[Math.max(p, q)] = Math.min(p, q);
			}
		}
	}
	const found = new Map<number, Entry[]>();
	for (const [at, entry] of entries.entries()) {
		const root = find(at);
		const members = found.get(root);
		if (members === undefined) found.set(root, [entry]);
		else members.push(entry);
	}
	return [...found.values()];
}

const byKey = (a: { readonly key: string }, b: { readonly key: string }): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);

/** Two lists by key as one: the first is in order and long, the second short. */
function merged(kept: readonly Component[], made: readonly Component[]): Component[] {
	const sorted = [...made].sort(byKey);
	const all: Component[] = [];
	let next = 0;
	for (const component of kept) {
		for (let one = sorted[next]; one !== undefined && one.key < component.key; one = sorted[++next]) all.push(one);
		all.push(component);
	}
	return [...all, ...sorted.slice(next)];
}

function leadingFirst(rule: FactRule | null, sources: readonly Source[]): readonly Source[] {
	if (rule === null || sources.length < 2) return sources;
	const [lead, ...others] = [...sources].sort((a, b) => rule.leads(a) - rule.leads(b) || byRecency(a, b));
	return lead === undefined ? sources : [lead, ...others.sort((a, b) => byRecency(a, b) || bySource(a, b))];
}
