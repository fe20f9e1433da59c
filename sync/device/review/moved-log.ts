/**
 * Which charts moved, in the order in which changes were taken in: for whoever keeps something about charts and would not look at all of them again.
 *
 * A row per batch and compartment, sealed under the compartment's local key; readers keep how far they have read. Written before the batch itself is
 * kept, under the one lock that ingest holds, so that a crash between makes a chart be looked at in vain and never forgotten. Many rows
 * are melted into one. Begun when somebody first asks: until then nothing is noted.
 */
import type { ChartRef } from '../api.ts';
import { chartName } from '../link-book.ts';
import type { NamedValues } from '../../store/plainRows.ts';
import type { RowSeal } from '../../store/sealedCharts.ts';
import { isId } from '../../change/ids.ts';
import type { Place } from '../session.ts';

const COLLECTION = 'moved';
const ROWS_MAX = 48;
const WIDTH = 12;

const headName = ({ site, comp }: Place): string => `moved-head|${site}|${comp}`;
const prefixOf = ({ site, comp }: Place): string => `moved|${site}|${comp}|`;

export interface MovedSince {
	/** hand it back next time */
	readonly through: number;
	/** null: it is not known which, all are to be looked at */
	readonly charts: readonly ChartRef[] | null;
}

export class MovedLog {
	readonly #values: NamedValues;
	readonly #sealOf: (place: Place) => RowSeal;

	constructor(values: NamedValues, sealOf: (place: Place) => RowSeal) {
		this.#values = values;
		this.#sealOf = sealOf;
	}

	/** Notes charts whose changes are about to be kept. To be called under ingest's lock. */
	async note(place: Place, charts: readonly ChartRef[]): Promise<void> {
		const head = await this.#head(place);
		if (head === null || charts.length === 0) return;
		await this.#put(place, head + 1, charts);
		await this.#values.put(headName(place), String(head + 1));
	}

	/** What moved after `through` (null: nothing was read before). To be called under ingest's lock. */
	async since(place: Place, through: number | null): Promise<MovedSince> {
		const head = await this.#head(place);
		if (head === null) {
			await this.#values.put(headName(place), '0');
			return { through: 0, charts: null };
		}
		if (through === null || through > head) return { through: head, charts: null };
		if (through === head) return { through, charts: [] };
		const rows = await this.#values.list(prefixOf(place));
		const opened = [...rows].map(([name, sealed]) => ({ number: Number(name.slice(prefixOf(place).length)), charts: this.#open(place, name, sealed) }));
		const damaged = opened.some(({ charts }) => charts === 'damaged');
		if (rows.size > ROWS_MAX || damaged) await this.#melt(place, rows, head, damaged ? 'all' : named(opened.map(({ charts }) => charts)));
		const since = damaged ? 'all' : named(opened.filter(({ number }) => number > through).map(({ charts }) => charts));
		return { through: head, charts: since === 'all' ? null : since };
	}

	/** One row in place of all, under the number of the last: whoever has read less than that looks at more charts than moved, never at fewer. */
	async #melt(place: Place, rows: ReadonlyMap<string, string>, head: number, charts: readonly ChartRef[] | 'all'): Promise<void> {
		await this.#put(place, head, charts);
		await this.#values.remove([...rows.keys()].filter((name) => name !== this.#nameOf(place, head)));
	}

	async #head(place: Place): Promise<number | null> {
		const text = await this.#values.get(headName(place));
		const head = text === null ? NaN : Number(text);
		return Number.isSafeInteger(head) ? head : null;
	}

	#nameOf(place: Place, number: number): string {
		return prefixOf(place) + String(number).padStart(WIDTH, '0');
	}

	async #put(place: Place, number: number, charts: readonly ChartRef[] | 'all'): Promise<void> {
		const name = this.#nameOf(place, number);
		await this.#values.put(name, this.#sealOf(place).seal(COLLECTION, name, JSON.stringify(charts === 'all' ? [ALL] : charts.map(chartName))));
	}

	#open(place: Place, name: string, sealed: string): Charts {
		const text = this.#sealOf(place).open(COLLECTION, name, sealed);
		if (text === null) return 'damaged';
		const names: string[] = JSON.parse(text);
		return names.includes(ALL) ? 'all' : names.flatMap((full): readonly ChartRef[] => {
			const [site, chart] = full.split('/');
			return isId(site) && isId(chart) ? [{ site, chart }] : [];
		});
	}
}

/** In place of names: what moved is not known any more. */
const ALL = '*';
type Charts = readonly ChartRef[] | 'all' | 'damaged';

function named(rows: readonly Charts[]): readonly ChartRef[] | 'all' {
	const found = new Map<string, ChartRef>();
	for (const charts of rows) {
		if (charts === 'all' || charts === 'damaged') return 'all';
		for (const ref of charts) found.set(chartName(ref), ref);
	}
	return [...found.values()];
}
