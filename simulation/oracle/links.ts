/**
 * Which charts are of one person, worked out naively from all changes of Linkages that a device holds in its own desks.
 *
 * From design.md section 6 and docs/architecture.md, "Sharing a linked chart": a statement holds until somebody entitled who had seen it says
 * otherwise; linked and denied at once is contested; and so is every link on a path between charts stated not to be the same.
 */
import type { Json, VerifiedChange } from '../../sync/change/change.ts';
import { copiesOfActs, pastsOf } from './fold.ts';
import { mayLink, type Law } from './law.ts';

export type Standing = 'in-force' | 'proposed' | 'undone' | 'not-same' | 'contested';
export interface NaiveLink {
	/** `site/chart` of both, sorted by chart */
	readonly charts: readonly [string, string];
	readonly standing: Standing;
}
type Word = 'linked' | 'unlinked' | 'not-same';
interface Statement { readonly id: string; readonly word: Word; readonly entitled: boolean }

/** `changes`: of any types, natively held. */
export function naiveLinks(law: Law, changes: readonly VerifiedChange[]): readonly NaiveLink[] {
	const byLink = new Map<string, Map<string, VerifiedChange>>();
	for (const signed of changes) {
		if (signed.change.type !== 'Linkage' || signed.via !== 'native') continue;
		byLink.set(signed.change.id, (byLink.get(signed.change.id) ?? new Map<string, VerifiedChange>()).set(signed.id, signed));
	}
	const stated = [...byLink.values()].flatMap((own) => standingsOf(law, [...own.values()]));
	return stated.map((link) => (link.standing === 'in-force' && onContestedPath(link, stated) ? { ...link, standing: 'contested' } : link));
}

/** The charts of a chart's person (`site/chart`), itself first; itself alone while nothing is in force. */
export function naivePerson(links: readonly NaiveLink[], chart: string): readonly string[] {
	const reached = [chart];
	for (const here of reached) {
		for (const { charts, standing } of links) {
			const other = standing === 'in-force' && charts.includes(here) ? charts.find((one) => one !== here) : undefined;
			if (other !== undefined && !reached.includes(other)) reached.push(other);
		}
	}
	return reached;
}

function standingsOf(law: Law, changes: readonly VerifiedChange[]): readonly NaiveLink[] {
	const past = pastsOf(changes, copiesOfActs);
	const root = changes.find(({ change }) => change.create?.kind === 'link')?.change.create;
	const ids = root?.kind === 'link' ? root.charts : null;
	const byPair = new Map<string, { readonly charts: readonly [string, string]; readonly said: Statement[] }>();
	for (const { id, change } of changes) {
		const charts = chartsNamed(change.set['link'] ?? null);
		const word = wordOf(change.set['link'] ?? null);
		if (charts === null || word === null || !charts.includes(`${change.site}/${change.chart}`)) continue;
		if (ids !== null && !charts.every((chart) => (ids as readonly string[]).includes(chart.split('/')[1] ?? ''))) continue;
		const pair = byPair.get(charts.join(' ')) ?? { charts, said: [] };
		byPair.set(charts.join(' '), pair);
		pair.said.push({ id, word, entitled: mayLink(law, change.actor, charts.map((chart) => chart.split('/')[0] ?? '')) });
	}
	return [...byPair.values()].map(({ charts, said }) => ({ charts, standing: standingOf(said, (later, earlier) => past(later).has(earlier)) }));
}

function standingOf(said: readonly Statement[], saw: (later: VerifiedChange['id'], earlier: VerifiedChange['id']) => boolean): Standing {
	const sawIt = (other: Statement, one: Statement): boolean => saw(other.id as VerifiedChange['id'], one.id as VerifiedChange['id']);
	const words = new Set(said.filter((one) => one.entitled && !said.some((other) => other.entitled && sawIt(other, one))).map(({ word }) => word));
	if (words.has('linked')) return words.size > 1 ? 'contested' : 'in-force';
	if (words.has('not-same')) return 'not-same';
	if (words.has('unlinked')) return 'undone';
	const proposed = said.some((one) => !one.entitled && one.word === 'linked' && !said.some((other) => sawIt(other, one)));
	return proposed ? 'proposed' : 'undone';
}

/** Is there, among what its charts are joined to, a pair that somebody stated not to be one person? */
function onContestedPath(link: NaiveLink, stated: readonly NaiveLink[]): boolean {
	const joined = naivePerson(stated, link.charts[0]);
	return stated.some(({ charts, standing }) => (standing === 'not-same' || standing === 'contested') && charts.every((chart) => joined.includes(chart)));
}

type Plain = { readonly [key: string]: Json };
const plain = (value: Json | undefined): Plain => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Plain) : {});
const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);

function chartsNamed(value: Json): readonly [string, string] | null {
	const names = list(plain(value)['item']).map((item) => String(plain(plain(plain(item)['resource'])['identifier'])['value'] ?? ''));
	const [a, b] = names.sort((x, y) => ((x.split('/')[1] ?? '') < (y.split('/')[1] ?? '') ? -1 : 1));
	return a === undefined || b === undefined || names.length !== 2 ? null : [a, b];
}

function wordOf(value: Json): Word | null {
	const code = list(plain(value)['modifierExtension']).map((extension) => plain(extension)['valueCode'])[0];
	return code === 'linked' || code === 'unlinked' || code === 'not-same' ? code : null;
}
