/**
 * Charts that were read, kept folded: reading one again folds only the resources that moved since.
 *
 * What the store holds decides: when a change that was folded is not there any more (a key was lost, a verdict revised, a copy is out of every
 * view), the chart is folded anew.
 */
import type { Hash, VerifiedChange } from '../change/change.ts';
import { ChartFold } from '../merge/chart.ts';
import type { ChartState } from '../merge/state.ts';
import type { ChartRef } from './api.ts';

/** A linked person has few charts, and a nurse looks at few persons in turn. */
const KEPT_MAX = 16;

interface Kept {
	readonly fold: ChartFold;
	/** by change: which copy of it was folded */
	readonly copies: Map<Hash, string>;
}

const copyOf = ({ via, heldAt, envelope }: VerifiedChange): string => `${via} ${heldAt} ${envelope}`;

export class KeptFolds {
	readonly #kept = new Map<string, Kept>();

	/** The state of a chart of which these changes are held, each once. Its map is the caller's own. */
	state(ref: ChartRef, changes: readonly VerifiedChange[]): ChartState {
		const { fold } = this.#upToDate(ref, changes);
		const { site, chart, resources } = fold.chart;
		return { site, chart, resources: new Map(resources) };
	}

	/** The state with further changes, as if they were there; nothing of them is kept. */
	imagined(ref: ChartRef, changes: readonly VerifiedChange[], more: readonly VerifiedChange[]): ChartState {
		const { site, chart, resources } = this.state(ref, changes);
		const touched = new Set(more.map(({ change }) => change.id));
		const fold = new ChartFold(site, chart);
		fold.applyAll([...changes.filter(({ change }) => touched.has(change.id)), ...more]);
		return { site, chart, resources: new Map([...resources, ...fold.chart.resources]) };
	}

	#upToDate(ref: ChartRef, changes: readonly VerifiedChange[]): Kept {
		const name = `${ref.site}/${ref.chart}`;
		const known = this.#kept.get(name);
		const fresh = changes.filter((signed) => known?.copies.get(signed.id) !== copyOf(signed));
		const complete = known !== undefined && changes.length - fresh.length === known.copies.size;
		const kept = complete ? known : { fold: new ChartFold(ref.site, ref.chart), copies: new Map<Hash, string>() };
		for (const signed of complete ? fresh : changes) {
			kept.fold.apply(signed);
			kept.copies.set(signed.id, copyOf(signed));
		}
		this.#kept.delete(name);
		this.#kept.set(name, kept);
		for (const oldest of this.#kept.keys()) {
			if (this.#kept.size <= KEPT_MAX) break;
			this.#kept.delete(oldest);
		}
		return kept;
	}
}
