/**
 * Search entries are derived by the rules (a person's shown name, birth date, death), and kept. After an upgrade that does something else they are made
 * again from the charts, so that a search finds what the chart shows (D3).
 *
 * A mark per site says under which version all its entries were made; it is written last, so what is cut off is done again. Entries that arrive meanwhile are made by
 * the present rules anyway.
 */
import type { Id } from '../change/change.ts';
import { RULES_VERSION } from '../merge/rules/table.ts';
import type { Store } from '../store/index.ts';
import { entryOf } from './chart-index.ts';
import type { Ingest } from './ingest.ts';
import type { Projection } from './projection.ts';
import type { Session } from './session.ts';

/** charts made anew between two pauses */
const SLICE = 50;
const markOf = (site: Id): string => `entry-rules|${site}`;

export class EntryRules {
	readonly #store: Store;
	readonly #session: Session;
	readonly #projection: Projection;
	readonly #ingest: Ingest;
	readonly #pause: () => Promise<void>;

	constructor(store: Store, session: Session, projection: Projection, ingest: Ingest, pause: () => Promise<void>) {
		this.#store = store;
		this.#session = session;
		this.#projection = projection;
		this.#ingest = ingest;
		this.#pause = pause;
	}

	/** Makes the entries anew of every site where they were made under other rules. Costs a look at one mark per site when none were. */
	async keepUp(): Promise<void> {
		for (const { site, comp } of this.#session.places) {
			if (comp !== 'desk' || (await this.#store.cursors.get(markOf(site))) === String(RULES_VERSION)) continue;
			const charts = this.#session.index.chartsAt(site);
			for (let from = 0; from < charts.length; from += SLICE) {
				await this.#ingest.exclusive(() => this.#makeAnew(site, charts.slice(from, from + SLICE)));
				if (this.#session.closed) return;
				await this.#pause();
			}
			await this.#store.cursors.put(markOf(site), String(RULES_VERSION));
		}
	}

	async #makeAnew(site: Id, charts: readonly Id[]): Promise<void> {
		const made = await Promise.all(charts.map(async (chart) => entryOf(site, chart, (await this.#projection.read(site, 'desk', chart)).filter(({ via }) => via === 'native'))));
		const entries = made.filter((entry) => entry !== null);
		if (entries.length === 0 || this.#session.closed) return;
		this.#session.index.put(entries);
		await this.#store.index.put(site, entries, this.#session.seal({ site, comp: 'desk' }));
	}
}
