/**
 * The shared records that are being looked at, kept so that looking again costs what moved; and the formulary edits of the sites at hand.
 *
 * In memory only, of one unlocked user, and gone with the lock: a view mixes sites and compartments, which no sealed row may.
 */
import type { Id } from '../change/change.ts';
import { SharedRecord } from '../ehr/shared-record.ts';
import { readingsOf, sourceOf } from '../ehr/sources.ts';
import type { EhrView } from '../ehr/view.ts';
import { localFormulary, type LocalFormulary } from '../formulary/local.ts';
import type { ChartState, ResourceState } from '../merge/state.ts';
import { registerChartId } from '../verify/ids.ts';
import type { ChartRef } from './api.ts';
import type { LinkBook } from './link-book.ts';

/** records and formularies kept; a nurse looks at a few charts in turn */
const KEPT_MAX = 8;

export class SharedRecords {
	readonly #read: (ref: ChartRef) => Promise<ChartState | null>;
	readonly #links: LinkBook;
	/** by the charts that take part, the one used last at the end */
	readonly #records = new Map<string, SharedRecord>();
	readonly #formularies = new Map<string, { readonly edits: readonly ResourceState[]; readonly local: LocalFormulary | null }>();

	/** `read`: a chart as held here. */
	constructor(read: (ref: ChartRef) => Promise<ChartState | null>, links: LinkBook) {
		this.#read = read;
		this.#links = links;
	}

	/** The view of these charts, read with the formulary edits of their sites. */
	async view(charts: readonly ChartState[]): Promise<EhrView> {
		const local = await this.formulary(charts.map(({ site }) => site));
		const name = charts.map(({ site, chart }) => `${site}/${chart}`).join(' ');
		const record = this.#records.get(name) ?? new SharedRecord();
		keep(this.#records, name, record);
		return record.view(charts, { linked: this.#links.linked, local });
	}

	/** What the registers of these sites add to the formulary; null when nothing does. The same object as long as no edit moved. */
	async formulary(sites: readonly Id[]): Promise<LocalFormulary | null> {
		const distinct = sitesOf(sites);
		const registers = await Promise.all(distinct.map((site) => this.#read({ site, chart: registerChartId(site) })));
		const edits = registers.flatMap((register) => (register === null ? [] : [...register.resources.values()].filter(({ type, retracted }) => type === 'MedicationKnowledge' && !retracted)));
		const name = distinct.join(' ');
		const known = this.#formularies.get(name);
		const same = known !== undefined && known.edits.length === edits.length && known.edits.every((state, at) => state === edits[at]);
		const formulary = same ? known : { edits, local: localFormulary(edits.flatMap(readings)) };
		keep(this.#formularies, name, formulary);
		return formulary.local;
	}
}

const sitesOf = (sites: readonly Id[]): readonly Id[] => [...new Set(sites)].sort();

/** Every version of an edit that is on screen counts. */
function readings(state: ResourceState): readonly ReturnType<typeof readingsOf>[number]['resource'][] {
	const source = sourceOf(state);
	return source === null ? [] : readingsOf(source).map(({ resource }) => resource);
}

function keep<T>(kept: Map<string, T>, name: string, value: T): void {
	kept.delete(name);
	kept.set(name, value);
	for (const oldest of kept.keys()) {
		if (kept.size <= KEPT_MAX) break;
		kept.delete(oldest);
	}
}
