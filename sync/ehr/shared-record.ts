/**
 * The EHR view of one person, kept while changes arrive: per type the facts, per check its findings, per fact its item.
 *
 * Given the charts again, it pays for the entries that moved: their facts are gathered anew, the checks that read their types are asked
 * again, and everything else is taken as it was. The view equals that of a new object that was given the same charts
 * (`shared-record.property.test.ts`), so the charts remain the only truth; this object may be dropped at any time.
 */
import { medicineBook } from '../formulary/allergy.ts';
import type { LocalFormulary } from '../formulary/local.ts';
import type { ChartState, GroupState } from '../merge/state.ts';
import { isAnswer } from './answers.ts';
import type { Fact, Gathered } from './checks/gathered.ts';
import { CHECKS } from './checks/table.ts';
import { FactSet, type FactMoves } from './cluster.ts';
import { DEMOGRAPHICS, reconcileDemographics } from './demographics.ts';
import { compared } from './compared.ts';
import { byGravity, discrepancy } from './discrepancy.ts';
import type { Difference, FactRule } from './facts/rule.ts';
import { FACTS } from './facts/table.ts';
import { HeldEntries, type Entry, type Moves } from './held-entries.ts';
import { ItemList } from './items.ts';
import type { LinkedCharts } from './links.ts';
import type { Discrepancy, DiscrepancyKind, EhrView, Severity, Source } from './view.ts';

export interface ReconcileOptions {
	/** standing of the links between charts, to report those that are contested */
	readonly linked?: LinkedCharts;
	/** the formulary edits of the sites' registers; the same object as long as they are the same */
	readonly local?: LocalFormulary | null;
}

/** Not items of a record: the person, and the links themselves. Answers to discrepancies stand beside those (`answers.ts`). */
const NOT_ITEMS = new Set(['Patient', 'Linkage']);
const NOTHING: readonly Discrepancy[] = [];
const NOTHING_MOVED: Moves = { removed: [], added: [] };

/** What is known of one type. */
interface Shelf {
	readonly rule: FactRule | null;
	readonly facts: FactSet;
	readonly entries: Map<string, Entry>;
	/** what entries of one fact say differently: only facts with something to say */
	readonly within: Map<Fact, readonly Discrepancy[]>;
	/** values in conflict, of entries that have some */
	readonly conflicts: Map<string, readonly Discrepancy[]>;
}

export class SharedRecord {
	readonly #held = new HeldEntries((state) => state.type !== 'DetectedIssue' || !isAnswer(state));
	readonly #shelves = new Map<string, Shelf>();
	readonly #found = CHECKS.map(() => NOTHING);
	readonly #items = new ItemList();
	#person: ReturnType<typeof reconcileDemographics> = { demographics: [], discrepancies: [] };
	#medications: Gathered['medications'] = medicineBook([]);
	#view: EhrView | null = null;
	#linked: LinkedCharts | undefined;
	#local: LocalFormulary | null = null;

	/** The view of charts that are of one person; the same object while nothing moved. */
	view(charts: readonly ChartState[], options: ReconcileOptions = {}): EhrView {
		const moves = this.#held.take(charts);
		const held = this.#held.charts;
		const { linked, local = null } = options;
		const edited = this.#local !== local;
		if (this.#view !== null && moves.size === 0 && this.#linked === linked && !edited && sameCharts(this.#view.charts, held)) return this.#view;
		this.#linked = linked;
		this.#local = local;
		// What medicines contain is known before they are gathered.
		const [before, products] = [this.#medications, moves.get('Medication')];
		if (products !== undefined) this.#shelve('Medication', products);
		if (products !== undefined || edited) this.#medications = medicineBook(sourcesOf(this.#shelves.get('Medication')).map(({ resource }) => resource), local);
		for (const [type, moved] of moves) if (type !== 'Medication') this.#shelve(type, moved);
		if (before !== this.#medications) for (const [type, { rule }] of this.#shelves) if (rule?.readsMedicines === true && !moves.has(type)) this.#shelve(type, NOTHING_MOVED);
		const patients = sourcesOf(this.#shelves.get('Patient'));
		if (moves.has('Patient')) this.#person = reconcileDemographics(patients);
		// Every check that reads a medicine reads Medication: an edit of the formulary is to them as if one moved.
		this.#ask(new Set([...moves.keys(), ...(edited ? ['Medication'] : [])]), patients);
		const discrepancies = this.#discrepancies();
		this.#view = { charts: held, demographics: this.#person.demographics, patients, items: this.#items.withDiscrepancies(discrepancies), discrepancies };
		return this.#view;
	}

	#shelve(type: string, moved: Moves): void {
		const known = this.#shelves.get(type);
		const rule = FACTS.get(type) ?? null;
		const shelf: Shelf = known ?? { rule, facts: new FactSet(rule), entries: new Map(), within: new Map(), conflicts: new Map() };
		if (known === undefined) this.#shelves.set(type, shelf);
		for (const { key } of moved.removed) {
			shelf.entries.delete(key);
			shelf.conflicts.delete(key);
		}
		for (const entry of moved.added) {
			shelf.entries.set(entry.key, entry);
			const conflicts = type === 'Linkage' ? NOTHING : conflictsOf(entry.source);
			if (conflicts.length > 0) shelf.conflicts.set(entry.key, conflicts);
		}
		if (NOT_ITEMS.has(type)) return;
		const facts: FactMoves = shelf.facts.move(moved, this.#medications);
		this.#items.move(type, facts);
		for (const fact of facts.gone) shelf.within.delete(fact);
		if (rule === null) return;
		for (const fact of facts.made) {
			const found = withinFact(rule, fact);
			if (found.length > 0) shelf.within.set(fact, found);
		}
	}

	/** Asks the checks that read a type that moved. */
	#ask(moves: ReadonlySet<string>, patients: readonly Source[]): void {
		if (moves.size === 0) return;
		const facts = new Map([...this.#shelves].filter(([type]) => !NOT_ITEMS.has(type)).map(([type, shelf]): [string, readonly Fact[]] => [type, shelf.facts.facts]));
		const gathered: Gathered = { patients, facts, medications: this.#medications };
		for (const [at, { reads, check }] of CHECKS.entries()) if (reads === 'all' || reads.some((type) => moves.has(type))) this.#found[at] = check(gathered);
	}

	#discrepancies(): readonly Discrepancy[] {
		const all: Discrepancy[] = [...this.#person.discrepancies, ...this.#found.flat(), ...contestedLinks(sourcesOf(this.#shelves.get('Linkage')), this.#linked)];
		for (const { within, conflicts } of this.#shelves.values()) {
			for (const found of within.values()) all.push(...found);
			for (const found of conflicts.values()) all.push(...found.filter((conflict) => !isToldOf(conflict, this.#person.discrepancies)));
		}
		return all.sort(byGravity);
	}
}

/** In order; asked of types with few entries. */
const sourcesOf = (shelf: Shelf | undefined): readonly Source[] =>
	(shelf === undefined ? [] : [...shelf.entries.values()].sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ source }) => source));
const sameCharts = (a: EhrView['charts'], b: EhrView['charts']): boolean =>
	a.length === b.length && a.every(({ site, chart, held }, at) => site === b[at]?.site && chart === b[at].chart && held === b[at].held);

/** What entries of one fact say differently, and that it stands more than once. */
function withinFact(rule: FactRule, fact: Fact): readonly Discrepancy[] {
	const [lead] = fact;
	if (lead === undefined || fact.length < 2) return NOTHING;
	const found = rule.differences.flatMap((difference) => differencesIn(difference, fact, lead));
	const twice = rule.twice === null ? [] : [discrepancy('recorded-twice', rule.twice.severity, fact, { ...rule.twice.facts(lead), times: String(fact.length) })];
	return [...found, ...twice];
}

function differencesIn({ kind, element, severity, says, differ, facts }: Difference, fact: Fact, lead: Source): readonly Discrepancy[] {
	const byText = new Map<string, Source[]>();
	for (const source of fact) {
		const text = says(source);
		if (text === '') continue;
		const known = byText.get(text);
		if (known === undefined) byText.set(text, [source]);
		else known.push(source);
	}
	if (byText.size < 2) return NOTHING;
	const texts = [...byText].sort(([a], [b]) => (a < b ? -1 : 1));
	const { apart, unlike } = compared(texts, ([, [a]], [, [b]]) => (differ === undefined || a === undefined || b === undefined ? true : differ(a, b)));
	const made = (name: DiscrepancyKind, gravity: Severity, said: readonly (readonly [string, readonly Source[]])[]): Discrepancy =>
		discrepancy(name, gravity, said.flatMap(([, sources]) => sources), { ...facts?.(lead), element, values: said.map(([text]) => text).join(' | ') }, [], element);
	if (apart.length > 0) return [made(kind, severity, apart)];
	return unlike.length > 0 ? [made('cannot-compare', 'info', unlike)] : NOTHING;
}

/** Groups of one entry whose concurrent values no rule may settle alone. */
function conflictsOf(source: Source): readonly Discrepancy[] {
	const open: GroupState[] = [];
	for (const group of source.state.groups.values()) if (group.review) open.push(group);
	return open.length === 0 ? NOTHING : open.map(({ group }) => discrepancy('value-conflict', 'warning', [source], { group, type: source.type }, [], group));
}

/** Birth dates that differ are one finding, whether they differ within a chart or between charts. */
function isToldOf({ facts }: Discrepancy, demographics: readonly Discrepancy[]): boolean {
	const element = DEMOGRAPHICS.find(({ group }) => facts['type'] === 'Patient' && group === facts['group'])?.element;
	return element !== undefined && demographics.some((found) => found.facts['element'] === element);
}

function contestedLinks(sources: readonly Source[], linked: LinkedCharts | undefined): readonly Discrepancy[] {
	return (linked?.links ?? []).filter(({ standing }) => standing === 'contested').flatMap((link) => {
		const about = sources.filter(({ type, id }) => type === 'Linkage' && id === link.id);
		return about.length === 0 ? [] : [discrepancy('linked-and-not-same', 'critical', about, { contested: link.contested ?? 'both' })];
	});
}
