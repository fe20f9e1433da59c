/**
 * Which charts are of one person, from the links stated between them.
 *
 * A link counts where its author's roles reach both sites; else it is a proposal, and so is taking one back. Both copies of a link are
 * read as one history, in which a statement holds until somebody entitled who had seen it says otherwise. Whatever makes it
 * doubtful that charts belong together takes them apart: a link stated and denied by people who had not seen each other, or a path of
 * links between charts that somebody stated to be of two people. Showing two people's records as one is the worse error.
 *
 * Pure: what an actor's roles reach is asked of the predicate passed in. Invariant: the answer does not depend on the order of the states, nor
 * on which copy of a change is held.
 */
import type { Hash, Hlc, Id, VerifiedChange } from '../change/change.ts';
import { linkOf, type ChartName, type LinkState } from '../fhir/linkage.ts';
import { buildDag, byClock } from '../merge/dag.ts';
import { twins } from '../merge/same-act.ts';
import type { ResourceState } from '../merge/state.ts';

/** Whether an actor's roles reach both sites, or did at the state of the membership log that the statement cites. */
export type ReachesBoth = (actor: Hash, sites: readonly [Id, Id], seen: readonly Hash[]) => boolean;

export type LinkStanding = 'in-force' | 'proposed' | 'undone' | 'not-same' | 'contested';

export interface LinkStatement { readonly state: LinkState; readonly actor: Hash; readonly site: Id; readonly hlc: Hlc; readonly change: Hash }

export interface ChartLink {
	/** id of the Linkage, the same at both sites */
	readonly id: Id;
	/** sorted by chart id */
	readonly charts: readonly [ChartName, ChartName];
	readonly standing: LinkStanding;
	/** the statement that decides (of several, the latest), or the latest proposal */
	readonly by: LinkStatement;
	/** statements that wait for somebody entitled: a proposed link, or a proposal to take one back */
	readonly proposals: readonly LinkStatement[];
	/** why it is contested: `both` linked and denied at once; `path` the charts are joined to others that are stated not to be the same */
	readonly contested: 'both' | 'path' | null;
}

export interface Person {
	/** sorted by chart id; the charts shown as one record */
	readonly charts: readonly ChartName[];
	/** ids of the links in force among them */
	readonly links: readonly Id[];
}

export interface LinkedCharts {
	/** sorted by id, then charts; one for each pair of names that is stated under an id */
	readonly links: readonly ChartLink[];
	/** components of two charts and more under links in force that nothing contests; sorted by first chart id */
	readonly persons: readonly Person[];
}

interface StatedLink { readonly id: Id; readonly charts: readonly [ChartName, ChartName]; readonly entitled: readonly LinkStatement[]; readonly proposals: readonly LinkStatement[] }

const keyOf = ({ site, chart }: ChartName): string => `${site}/${chart}`;
const pairOf = ([a, b]: readonly [ChartName, ChartName]): string => `${keyOf(a)} ${keyOf(b)}`;

/** The links and persons stated by these Linkage states (any copies, any order; other types are passed over). */
export function linkedCharts(states: Iterable<ResourceState>, reachesBoth: ReachesBoth): LinkedCharts {
	const changes = new Map<Id, VerifiedChange[]>();
	for (const state of states) {
		if (state.type !== 'Linkage') continue;
		const known = changes.get(state.id);
		if (known === undefined) changes.set(state.id, [...state.changes]);
		else known.push(...state.changes);
	}
	const stated = [...changes].flatMap(([id, all]) => readLinks(id, all, reachesBoth)).sort((a, b) => (a.id !== b.id ? (a.id < b.id ? -1 : 1) : pairOf(a.charts) < pairOf(b.charts) ? -1 : 1));
	const standings = stated.map((link) => standingOf(link));
	const inForce = stated.filter((_, at) => standings[at] === 'in-force');
	const components = componentsOf(inForce);
	const contestedComponents = new Set<string>();
	for (const [at, link] of stated.entries()) {
		if (standings[at] !== 'not-same' && standings[at] !== 'contested') continue;
		const [a, b] = link.charts.map((chart) => components.get(keyOf(chart)));
		if (a !== undefined && a === b) contestedComponents.add(a);
	}
	const links = stated.map((link, at): ChartLink => {
		const standing = standings[at] ?? 'proposed';
		const onPath = standing === 'in-force' && contestedComponents.has(components.get(keyOf(link.charts[0])) ?? '');
		return {
			id: link.id, charts: link.charts, standing: onPath ? 'contested' : standing, by: leading(link), proposals: link.proposals,
			contested: onPath ? 'path' : standing === 'contested' ? 'both' : null
		};
	});
	return { links, persons: personsOf(links.filter(({ standing }) => standing === 'in-force'), components) };
}

/** The person of a chart; null when it stands alone. */
export const personOf = ({ persons }: LinkedCharts, { site, chart }: ChartName): Person | null =>
	persons.find(({ charts }) => charts.some((other) => other.chart === chart && other.site === site)) ?? null;

/** The links of a chart, whatever their standing. */
export const linksOf = ({ links }: LinkedCharts, { site, chart }: ChartName): readonly ChartLink[] =>
	links.filter(({ charts }) => charts.some((other) => other.chart === chart && other.site === site));

function leading({ entitled, proposals }: StatedLink): LinkStatement {
	const latest = [...(entitled.length > 0 ? entitled : proposals)].sort(byClock).at(-1);
	if (latest === undefined) throw new TypeError('a link without a statement is not kept');
	return latest;
}

function standingOf({ entitled, proposals }: StatedLink): LinkStanding {
	const said = new Set(entitled.map(({ state }) => state));
	if (said.has('linked')) return said.size > 1 ? 'contested' : 'in-force';
	if (said.has('not-same')) return 'not-same';
	if (said.has('unlinked')) return 'undone';
	return proposals.some(({ state }) => state === 'linked') ? 'proposed' : 'undone';
}

interface Stated { readonly at: number; readonly entitled: boolean; readonly charts: readonly [ChartName, ChartName]; readonly statement: LinkStatement }

/**
 * Reads the statements of one Linkage, of which those hold that no entitled later one had seen. The id commits to two chart ids and not to their
 * sites, which a statement may name wrongly: what is said of one pair of names neither hides nor ends what is said of another.
 */
function readLinks(id: Id, changes: readonly VerifiedChange[], reachesBoth: ReachesBoth): readonly StatedLink[] {
	const dag = buildDag(changes, twins);
	const root = dag.changes.find(({ change }) => change.create?.kind === 'link')?.change.create;
	const byPair = new Map<string, Stated[]>();
	for (const [at, signed] of dag.changes.entries()) {
		const { change } = signed;
		const link = linkOf(change.set['link']);
		// The id commits to the two charts: a statement about others is not about this link. Without its beginning here, the author's own chart must be one of them.
		if (link === null || !namesThem(link.charts, change, root?.kind === 'link' ? root.charts : null)) continue;
		const { charts, state } = link;
		const entitled = reachesBoth(change.actor, [charts[0].site, charts[1].site], change.seen);
		const stated: Stated = { at, entitled, charts, statement: { state, actor: change.actor, site: change.site, hlc: change.hlc, change: signed.id } };
		const known = byPair.get(pairOf(charts));
		if (known === undefined) byPair.set(pairOf(charts), [stated]);
		else known.push(stated);
	}
	const past = causalPast(dag.parents);
	return [...byPair.values()].flatMap((statements) => {
		const [first] = statements;
		return first === undefined ? [] : [{ id, charts: first.charts, ...standingStatements(statements, past) }];
	});
}

function standingStatements(statements: readonly Stated[], past: readonly ReadonlySet<number>[]): Pick<StatedLink, 'entitled' | 'proposals'> {
	const seenBy = (later: number, earlier: number): boolean => past[later]?.has(earlier) === true;
	const holds = statements.filter(({ at, entitled }) => entitled && !statements.some((other) => other.entitled && seenBy(other.at, at)));
	const proposals = statements.filter(({ at, entitled }) => !entitled && !statements.some((other) => seenBy(other.at, at)));
	return { entitled: distinct(holds.map(({ statement }) => statement)), proposals: distinct(proposals.map(({ statement }) => statement)) };
}

function namesThem(charts: readonly [ChartName, ChartName], change: { readonly site: Id; readonly chart: Id }, ids: readonly [Id, Id] | null): boolean {
	if (!charts.some(({ site, chart }) => site === change.site && chart === change.chart)) return false;
	return ids === null || charts.every(({ chart }) => ids.includes(chart));
}

/** One act is written twice, once in each chart: of equal statements of one author the earlier by clock, then id, stands for both. */
function distinct(statements: readonly LinkStatement[]): readonly LinkStatement[] {
	const kept = new Map<string, LinkStatement>();
	for (const statement of [...statements].sort(byClock)) {
		const key = `${statement.actor} ${statement.state}`;
		if (!kept.has(key)) kept.set(key, statement);
	}
	return [...kept.values()];
}

function causalPast(parents: readonly (readonly number[])[]): readonly ReadonlySet<number>[] {
	const past: Set<number>[] = [];
	for (const direct of parents) {
		const seen = new Set<number>();
		for (const parent of direct) {
			seen.add(parent);
			for (const earlier of past[parent] ?? []) seen.add(earlier);
		}
		past.push(seen);
	}
	return past;
}

/** Chart key -> representative of its component. */
function componentsOf(links: readonly Pick<StatedLink, 'charts'>[]): ReadonlyMap<string, string> {
	const parent = new Map<string, string>();
	const find = (key: string): string => {
		let at = key;
		for (let up = parent.get(at) ?? at; up !== at; up = parent.get(at) ?? at) at = up;
		return at;
	};
	for (const { charts: [a, b] } of links) {
		const [x, y] = [find(keyOf(a)), find(keyOf(b))].sort();
		if (x === undefined || y === undefined) continue;
		parent.set(x, x);
		parent.set(y, x);
	}
	return new Map([...parent.keys(), ...links.flatMap(({ charts }) => charts.map(keyOf))].map((key) => [key, find(key)]));
}

function personsOf(links: readonly ChartLink[], components: ReadonlyMap<string, string>): readonly Person[] {
	const persons = new Map<string, { charts: Map<string, ChartName>; links: Id[] }>();
	for (const link of links) {
		const component = components.get(keyOf(link.charts[0])) ?? '';
		const person = persons.get(component) ?? { charts: new Map<string, ChartName>(), links: [] };
		persons.set(component, person);
		for (const chart of link.charts) person.charts.set(keyOf(chart), chart);
		person.links.push(link.id);
	}
	return [...persons.values()].map(({ charts, links: ids }) => ({ charts: [...charts.values()].sort((a, b) => (a.chart < b.chart ? -1 : 1)), links: [...new Set(ids)].sort() }))
		.sort((a, b) => ((a.charts[0]?.chart ?? '') < (b.charts[0]?.chart ?? '') ? -1 : 1));
}
