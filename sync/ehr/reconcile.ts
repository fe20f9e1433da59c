/**
 * The EHR view of a person: facts of all linked charts, each once, with all its sources, and what they say that cannot both be true.
 *
 * A pure function of the chart states its reader holds: no chart is changed, nothing is chosen silently, and the order in which charts or
 * resources are given changes nothing. Retracted entries are not in it. What is read from a state is kept with the state, so
 * recomputing after one change costs little more than that change.
 */
import type { ChartState, GroupState, ResourceState } from '../merge/state.ts';
import { allergyAgainstPrescription, noKnownAgainstAllergy, uncodedEntries } from './checks/allergies.ts';
import type { Check, Fact, Gathered } from './checks/gathered.ts';
import { differingDoses, duplicateOrders } from './checks/orders.ts';
import { activityAfterDeath, bloodGroupsDiffer } from './checks/person.ts';
import { vaccinesTooClose } from './checks/vaccines.ts';
import { isAnswer } from './answers.ts';
import { gather } from './cluster.ts';
import { DEMOGRAPHICS, reconcileDemographics } from './demographics.ts';
import { byGravity, discrepancy } from './discrepancy.ts';
import type { FactRule } from './facts/rule.ts';
import { FACTS } from './facts/table.ts';
import type { LinkedCharts } from './links.ts';
import { heldSources } from './sources.ts';
import type { Discrepancy, EhrItem, EhrView, Source } from './view.ts';

const CHECKS: readonly Check[] = [
	allergyAgainstPrescription, uncodedEntries, noKnownAgainstAllergy, duplicateOrders, differingDoses, vaccinesTooClose, bloodGroupsDiffer, activityAfterDeath
];

/** Not items of a record: the person, and the links themselves. Answers to discrepancies stand beside those (`answers.ts`). */
const NOT_ITEMS = new Set(['Patient', 'Linkage']);

export interface ReconcileOptions {
	/** standing of the links between charts, to report those that are contested */
	readonly linked?: LinkedCharts;
}

/** Reconciles charts that are of one person. One chart alone is allowed: its discrepancies are those within it. */
export function reconcile(charts: readonly ChartState[], options: ReconcileOptions = {}): EhrView {
	const all = heldSources(charts);
	const held = { charts: all.charts, sources: all.sources.filter(({ type, state }) => type !== 'DetectedIssue' || !isAnswer(state)) };
	const patients = held.sources.filter(({ type }) => type === 'Patient');
	const byType = new Map<string, Source[]>();
	for (const source of held.sources) {
		if (NOT_ITEMS.has(source.type)) continue;
		const known = byType.get(source.type);
		if (known === undefined) byType.set(source.type, [source]);
		else known.push(source);
	}
	const facts = new Map([...byType].map(([type, sources]): [string, readonly Fact[]] => [type, factsOf(FACTS.get(type), sources)]));
	const gathered: Gathered = { patients, facts, medications: (byType.get('Medication') ?? []).map(({ resource }) => resource) };
	const person = reconcileDemographics(patients);
	const discrepancies = [
		...person.discrepancies, ...CHECKS.flatMap((check) => check(gathered)),
		...[...facts].flatMap(([type, gatheredFacts]) => gatheredFacts.flatMap((fact) => withinFact(FACTS.get(type), fact))),
		...held.sources.filter(({ type }) => type !== 'Linkage').flatMap(conflictsOf).filter((conflict) => !isToldOf(conflict, person.discrepancies)), ...contestedLinks(held.sources, options.linked)
	].sort(byGravity);
	return { charts: held.charts, demographics: person.demographics, patients, items: itemsOf(facts, discrepancies), discrepancies };
}

const factsOf = (rule: FactRule | undefined, sources: readonly Source[]): readonly Fact[] => (rule === undefined ? sources.map((source) => [source]) : gather(rule, sources));

/** What entries of one fact say differently, and that it stands more than once. */
function withinFact(rule: FactRule | undefined, fact: Fact): readonly Discrepancy[] {
	const [lead] = fact;
	if (rule === undefined || lead === undefined || fact.length < 2) return [];
	const found = rule.differences.flatMap(({ kind, element, severity, says, facts }) => {
		const said = fact.map((source) => ({ source, text: says(source) })).filter(({ text }) => text !== '');
		const texts = [...new Set(said.map(({ text }) => text))].sort();
		if (texts.length < 2) return [];
		return [discrepancy(kind, severity, said.map(({ source }) => source), { ...facts?.(lead), element, values: texts.join(' | ') }, [], element)];
	});
	const twice = rule.twice === null ? [] : [discrepancy('recorded-twice', rule.twice.severity, fact, { ...rule.twice.facts(lead), times: String(fact.length) })];
	return [...found, ...twice];
}

const reviews = new WeakMap<ResourceState, readonly GroupState[]>();

/** Groups of one entry whose concurrent values no rule may settle alone. */
function conflictsOf(source: Source): readonly Discrepancy[] {
	let open = reviews.get(source.state);
	if (open === undefined) {
		open = [...source.state.groups.values()].filter(({ review }) => review);
		reviews.set(source.state, open);
	}
	return open.map(({ group }) => discrepancy('value-conflict', 'warning', [source], { group, type: source.type }, [], group));
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

function itemsOf(facts: ReadonlyMap<string, readonly Fact[]>, discrepancies: readonly Discrepancy[]): readonly EhrItem[] {
	const bySource = new Map<string, Set<string>>();
	const nameOf = ({ site, chart, id }: Source): string => `${site}/${chart}/${id}`;
	for (const { id, between } of discrepancies) {
		for (const source of between) {
			const known = bySource.get(nameOf(source));
			if (known === undefined) bySource.set(nameOf(source), new Set([id]));
			else known.add(id);
		}
	}
	const items = [...facts].flatMap(([type, list]) => list.flatMap((sources): EhrItem[] => {
		const [lead] = sources;
		if (lead === undefined) return [];
		const key = `${type}/${[...new Set(sources.map(({ id }) => id))].sort().join('+')}`;
		const touching = new Set(sources.flatMap((source) => [...(bySource.get(nameOf(source)) ?? [])]));
		return [{ key, type, lead, sources, discrepancies: [...touching].sort() }];
	}));
	return items.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : nameOf(a.lead) < nameOf(b.lead) ? -1 : 1));
}
