/**
 * What other tabs write: each tab has its own memory of search entries, and hears of the others' charts from the shared disk.
 */
import type { Id } from '../change/change.ts';
import type { ChartPart, Store } from '../store/index.ts';
import type { ChartRef } from './api.ts';
import type { Session } from './session.ts';

/** Parts written here whose echo has not come; when a storage does not echo, the oldest are forgotten. */
const ECHOES_MAX = 5_000;
/** Parts that reading melted together: nothing new is in them. */
const MELTED = 'z';

export class Followed {
	readonly #store: Store;
	readonly #session: Session;
	readonly #token: string;
	readonly #own = new Set<string>();
	readonly #stale = new Set<Id>();

	/** `token`: marks the search entries that this tab writes. */
	constructor(store: Store, session: Session, token: string) {
		this.#store = store;
		this.#session = session;
		this.#token = token;
	}

	/** To be called before parts are written: their echo is no news. */
	writes(parts: readonly ChartPart[]): void {
		for (const { key, part } of parts) this.#own.add(`${key.site}|${key.comp}|${key.chart}|${part}`);
		for (const name of this.#own) {
			if (this.#own.size <= ECHOES_MAX) break;
			this.#own.delete(name);
		}
	}

	/** Rows that were stored, by whichever tab. Answers the charts that another one moved. */
	notice(kind: 'index' | 'chart', keys: readonly string[]): readonly ChartRef[] {
		const moved = new Map<string, ChartRef>();
		for (const key of keys) {
			if (kind === 'index') {
				const [, site, part = ''] = key.split('|');
				if (site !== undefined && !part.includes(this.#token)) this.#stale.add(site as Id);
				continue;
			}
			if (this.#own.delete(key)) continue;
			const [site, , chart, part = ''] = key.split('|');
			if (site !== undefined && chart !== undefined && !part.startsWith(MELTED)) moved.set(`${site}/${chart}`, { site: site as Id, chart: chart as Id });
		}
		return [...moved.values()];
	}

	get stale(): boolean {
		return this.#stale.size > 0;
	}

	/** Reads the search entries of sites that another tab wrote to. */
	async read(): Promise<void> {
		const sites = [...this.#stale];
		this.#stale.clear();
		for (const site of sites) {
			if (!this.#session.holds(site, 'desk')) continue;
			this.#session.index.put((await this.#store.index.load(site, this.#session.seal({ site, comp: 'desk' }))).entries);
		}
	}
}
