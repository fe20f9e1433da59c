/**
 * From accepted changes to what is kept for reading: sealed chart parts and search entries. The only writer of both.
 *
 * Applying the same batch again changes nothing, so ingest may be cut off anywhere and go on from its last cursor.
 */
import type { Compartment, Id, VerifiedChange } from '../change/change.ts';
import type { ChainEntry } from '../gate/chain.ts';
import type { ChartPart } from '../store/sealedCharts.ts';
import type { Store } from '../store/store.ts';
import type { ChartRef } from './api.ts';
import { entryOf, type ChartEntry } from './chart-index.ts';
import type { Followed } from './followed.ts';
import type { MovedLog } from './review/moved-log.ts';
import type { Place, Session } from './session.ts';

export class Projection {
	readonly #store: Store;
	readonly #session: Session;

	readonly #followed: Followed;
	/** rows of this compartment do not open: damaged or tampered with, to be made again */
	readonly #damaged: (place: Place) => void;
	/** which charts are about to move */
	readonly #moved: MovedLog;
	/** does no other tab take things in? */
	#alone = true;

	constructor(store: Store, session: Session, followed: Followed, moved: MovedLog, damaged: (place: Place) => void) {
		this.#damaged = damaged;
		this.#moved = moved;
		this.#store = store;
		this.#session = session;
		this.#followed = followed;
	}

	/**
	 * Keeps accepted changes. `batch` names where they come from (at most 50 characters of [a-z0-9-]); the same batch has the same name
	 * at every attempt. Answers the charts that moved.
	 */
	async apply(batch: string, accepted: readonly VerifiedChange[], learned: readonly ChainEntry[]): Promise<readonly ChartRef[]> {
		const held = accepted.filter((signed) => this.#session.holds(signed.heldAt, signed.change.comp));
		const parts = partsOf(batch, held);
		this.#followed.writes(parts);
		await this.#noteMoves(held);
		if (parts.length > 0) await this.#store.charts.put(parts, (site, comp) => this.#session.seal({ site, comp }));
		await this.#refreshEntries(held);
		await this.#keepChains(held, learned);
		this.#session.noticed(held.map((signed) => signed.change.hlc));
		const moved = new Map(held.map(({ change }) => [`${change.site}/${change.chart}`, { site: change.site, chart: change.chart }]));
		return [...moved.values()];
	}

	async #noteMoves(held: readonly VerifiedChange[]): Promise<void> {
		const byPlace = new Map<string, { readonly place: Place; readonly charts: Map<string, ChartRef> }>();
		for (const { heldAt, change: { comp, site, chart } } of held) {
			const name = `${heldAt}/${comp}`;
			const known = byPlace.get(name) ?? { place: { site: heldAt, comp }, charts: new Map<string, ChartRef>() };
			byPlace.set(name, known);
			known.charts.set(`${site}/${chart}`, { site, chart });
		}
		for (const { place, charts } of byPlace.values()) await this.#moved.note(place, [...charts.values()]);
	}

	/** Another tab takes things in too: that a chart is not in this one's memory no longer means that nothing of it is stored. */
	notAlone(): void {
		this.#alone = false;
	}

	/** All changes held of a chart in one compartment of one site's databases. */
	async read(heldAt: Id, comp: Compartment, chart: Id): Promise<readonly VerifiedChange[]> {
		if (!this.#session.holds(heldAt, comp)) return [];
		const place = { site: heldAt, comp };
		const { changes, damaged } = await this.#store.charts.read({ ...place, chart }, this.#session.seal(place));
		if (damaged > 0) this.#damaged(place);
		return changes;
	}

	/** Search entries are of charts at their own site: relayed copies are seen through the chart that they are linked to. */
	async #refreshEntries(held: readonly VerifiedChange[]): Promise<void> {
		const byChart = new Map<string, { readonly site: Id; readonly chart: Id; readonly changes: VerifiedChange[] }>();
		for (const signed of held) {
			const { comp, site, chart } = signed.change;
			if (signed.via !== 'native') continue;
			if (comp !== 'desk') {
				// clinical changes move no search entry, but they are news of their site
				this.#session.index.heard(site, signed.change.hlc);
				continue;
			}
			const key = `${site}/${chart}`;
			const known = byChart.get(key);
			if (known === undefined) byChart.set(key, { site, chart, changes: [signed] });
			else known.changes.push(signed);
		}
		const bySite = new Map<Id, ChartEntry[]>();
		for (const { site, chart, changes } of byChart.values()) {
			// a chart not met before has nothing but this batch: a first sync reads no chart back
			const known = !this.#alone || this.#session.index.has(site, chart);
			const entry = entryOf(site, chart, known ? await this.read(site, 'desk', chart) : changes);
			if (entry === null) continue;
			const entries = bySite.get(site);
			if (entries === undefined) bySite.set(site, [entry]);
			else entries.push(entry);
		}
		for (const [site, entries] of bySite) {
			this.#session.index.put(entries);
			await this.#store.index.put(site, entries, this.#session.seal({ site, comp: 'desk' }));
		}
	}

	async #keepChains(held: readonly VerifiedChange[], learned: readonly ChainEntry[]): Promise<void> {
		const heldAt = new Map(held.map((signed) => [signed.id, signed.heldAt]));
		const byPlace = new Map<string, { readonly site: Id; readonly comp: Compartment; readonly entries: ChainEntry[] }>();
		for (const entry of learned) {
			const site = heldAt.get(entry.id) ?? entry.site;
			if (!this.#session.holds(site, entry.comp)) continue;
			const key = `${site}/${entry.comp}`;
			const known = byPlace.get(key);
			if (known === undefined) byPlace.set(key, { site, comp: entry.comp, entries: [entry] });
			else known.entries.push(entry);
		}
		for (const { site, comp, entries } of byPlace.values()) await this.#session.ledger.add(site, comp, entries, this.#session.seal({ site, comp }));
	}
}

function partsOf(batch: string, accepted: readonly VerifiedChange[]): readonly ChartPart[] {
	const parts = new Map<string, { readonly key: ChartPart['key']; readonly part: string; readonly changes: VerifiedChange[] }>();
	for (const signed of accepted) {
		const { comp, chart } = signed.change;
		const key = `${signed.heldAt}/${comp}/${chart}`;
		const known = parts.get(key);
		if (known === undefined) parts.set(key, { key: { site: signed.heldAt, comp, chart }, part: batch, changes: [signed] });
		else known.changes.push(signed);
	}
	return [...parts.values()];
}
