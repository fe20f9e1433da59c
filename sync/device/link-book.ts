/**
 * Which charts are of one person, as far as the links held here say: the standing of each link (`sync/ehr/links.ts`), kept until a link or
 * the membership log moves.
 */
import type { Hash, Hlc, Id } from '../change/change.ts';
import { linkedCharts, type LinkedCharts, type LinkStanding } from '../ehr/links.ts';
import { relayMarkerOf, type ChartName, type RelayMarker } from '../fhir/linkage.ts';
import { foldResource } from '../merge/fold.ts';
import type { ResourceState } from '../merge/state.ts';
import { readingTaken } from '../membership/closings.ts';
import { canRead, reachedOnce, reaches, type Authority } from '../membership/selectors.ts';
import type { ChartRef } from './api.ts';
import type { ChartIndex } from './chart-index.ts';

export interface Standing {
	readonly id: Id;
	readonly charts: readonly [ChartName, ChartName];
	readonly state: LinkStanding;
	readonly by: Hash;
	readonly at: Hlc;
	/** the statement that decides: linked again is another one */
	readonly word: Hash;
}

/** What of a session is asked: the links held, and whose roles reach where. */
export interface LinkBookSession {
	readonly index: ChartIndex;
	readonly state: Authority | null;
	/** what the membership log said at the heads that a statement cites */
	readonly control?: { at(heads: readonly Hash[]): Authority | null };
}

export const chartName = ({ site, chart }: ChartRef): string => `${site}/${chart}`;
const pairName = (a: ChartRef, b: ChartRef): string => [chartName(a), chartName(b)].sort().join(' ');

export class LinkBook {
	readonly #session: LinkBookSession;
	#version = -1;
	#log: Authority | null = null;
	/** by the names of both charts */
	#standings = new Map<string, Standing>();
	#linked: LinkedCharts = { links: [], persons: [] };
	#byChart = new Map<string, Standing[]>();
	#persons = new Map<string, readonly ChartName[]>();

	constructor(session: LinkBookSession) {
		this.#session = session;
	}

	/** All that is said about links of a chart. */
	of(ref: ChartRef): readonly Standing[] {
		this.#refresh();
		return this.#byChart.get(chartName(ref)) ?? [];
	}

	all(): readonly Standing[] {
		this.#refresh();
		return [...this.#standings.values()];
	}

	between(a: ChartRef, b: ChartRef): Standing | null {
		this.#refresh();
		return this.#standings.get(pairName(a, b)) ?? null;
	}

	/** The standing of every link, as a view of the shared record reports those that are contested. */
	get linked(): LinkedCharts {
		this.#refresh();
		return this.#linked;
	}

	/** The charts of a chart's person, itself first; itself alone while no link is in force or one is contested. */
	person(ref: ChartRef): readonly ChartRef[] {
		this.#refresh();
		const others = (this.#persons.get(chartName(ref)) ?? []).filter((one) => chartName(one) !== chartName(ref));
		return [ref, ...others];
	}

	/** What the copy kept in one chart says, for its next change; null when there is none. */
	copy(id: Id, keeper: ChartRef): ResourceState | null {
		const kept = this.#session.index.link(id).flatMap(({ changes }) => changes).filter(({ change }) => change.site === keeper.site && change.chart === keeper.chart);
		return foldResource(kept);
	}

	/**
	 * How far the chart's own history was relayed under a link, by those who could: whoever may write to the desk may write a marker, and one
	 * that says more than was done would keep authors from passing on the rest. It counts as long as its author's vouchers of that time do.
	 */
	markers(id: Id, keeper: ChartRef): readonly RelayMarker[] {
		const { state } = this.#session;
		const items = this.copy(id, keeper)?.groups.get('relay')?.items ?? [];
		return items.flatMap((item) => item.bodies).flatMap(({ body, actor, change }) => {
			const marker = relayMarkerOf(body);
			if (marker === null || state === null || !canRead(state, actor, keeper.site, marker.comp)) return [];
			const taken = readingTaken(state, actor, keeper.site, marker.comp);
			return taken.length === 0 || this.#knew(id, change, actor, taken) ? [marker] : [];
		});
	}

	/** Was a change of a link written by somebody who knew of these closings of its own chains? */
	#knew(link: Id, change: Hash, actor: Hash, closings: readonly Hash[]): boolean {
		const written = this.#session.index.link(link).flatMap(({ changes }) => changes).find(({ id }) => id === change);
		const then = written === undefined ? null : (this.#session.control?.at(written.change.seen) ?? null);
		const known = new Set(then?.closings.get(actor)?.map(({ statement }) => statement));
		return closings.every((statement) => known.has(statement));
	}

	#refresh(): void {
		const { index, state } = this.#session;
		if (state === null || (this.#version === index.linksVersion && this.#log === state)) return;
		this.#version = index.linksVersion;
		this.#log = state;
		const states: ResourceState[] = [];
		for (const [, copies] of index.links()) {
			for (const { changes } of copies.values()) {
				const folded = foldResource(changes);
				if (folded !== null) states.push(folded);
			}
		}
		// what was linked with the right to it stays linked when its author leaves or moves on
		const had = (actor: Hash, sites: readonly Id[], seen: readonly Hash[]): boolean => {
			const then = this.#session.control?.at(seen) ?? null;
			return then !== null && reachedOnce(state, actor, sites, 'link') && reaches(then, actor, sites, 'link');
		};
		this.#take(linkedCharts(states, (actor, sites, seen) => reaches(state, actor, sites, 'link') || had(actor, sites, seen)));
	}

	#take(linked: LinkedCharts): void {
		const { links, persons } = linked;
		this.#linked = linked;
		this.#standings = new Map(links.map(({ id, charts, standing, by }) => [pairName(...charts), { id, charts, state: standing, by: by.actor, at: by.hlc, word: by.change }]));
		this.#byChart = new Map();
		for (const standing of this.#standings.values()) {
			for (const chart of standing.charts) {
				const known = this.#byChart.get(chartName(chart));
				if (known === undefined) this.#byChart.set(chartName(chart), [standing]);
				else known.push(standing);
			}
		}
		this.#persons = new Map(persons.flatMap(({ charts }) => charts.map((chart) => [chartName(chart), charts] as const)));
	}
}
