/**
 * Reading a chart: all changes of it that are held here, natively or as relayed copies, folded into one state.
 *
 * Which copies were read from does not show in the state: a set of changes has one fold. That is why the shared record is the same at
 * both clinics and at the region.
 */
import type { Id, VerifiedChange } from '../change/change.ts';
import type { ChartState, ResourceState } from '../merge/state.ts';
import type { ChartRef } from './api.ts';
import { KeptFolds } from './kept-folds.ts';
import type { LinkBook } from './link-book.ts';
import type { Projection } from './projection.ts';
import type { Session } from './session.ts';
import { SharedRecords } from './shared-records.ts';

export class ChartReader {
	readonly #session: Session;
	readonly #projection: Projection;
	readonly #links: LinkBook;
	readonly #folds = new KeptFolds();
	/** the shared records of persons whose charts were read here */
	readonly records: SharedRecords;

	constructor(session: Session, projection: Projection, links: LinkBook) {
		this.#session = session;
		this.#projection = projection;
		this.#links = links;
		this.records = new SharedRecords((ref) => this.state(ref), links);
	}

	/**
	 * Every change held of a chart; the native one first where a copy was relayed too. Copies are there because of a link, and out of every view
	 * once none is in force.
	 */
	async changes(ref: ChartRef): Promise<readonly VerifiedChange[]> {
		const places = this.#links.person(ref).length > 1 ? this.#holders(ref) : this.#session.places.filter(({ site }) => site === ref.site);
		const read = await Promise.all(places.map(({ site, comp }) => this.#projection.read(site, comp, ref.chart)));
		const found = new Map<string, VerifiedChange>();
		for (const signed of read.flat()) {
			if (signed.change.site === ref.site && (signed.via === 'native' || !found.has(signed.id))) found.set(signed.id, signed);
		}
		return [...found.values()];
	}

	/** The chart as held here; null when nothing of it is. `more`: changes to count as if they were there. */
	async state(ref: ChartRef, more: readonly VerifiedChange[] = []): Promise<ChartState | null> {
		const changes = await this.changes(ref);
		if (changes.length + more.length === 0) return null;
		return more.length === 0 ? this.#folds.state(ref, changes) : this.#folds.imagined(ref, changes, more);
	}

	/** One entry of a chart; null when nothing of it is held. */
	async resource(ref: ChartRef, id: Id): Promise<ResourceState | null> {
		return (await this.state(ref))?.resources.get(id) ?? null;
	}

	/** Where copies of a chart can be: at its own site, at those of linked charts, and at sites above them. */
	#holders(ref: ChartRef): Session['places'] {
		const sites = new Set<Id>([ref.site]);
		for (const { charts } of this.#links.of(ref)) for (const { site } of charts) sites.add(site);
		for (const site of sites) {
			const parent = this.#session.state?.sites.get(site)?.parent ?? null;
			if (parent !== null) sites.add(parent);
		}
		return this.#session.places.filter(({ site }) => sites.has(site));
	}
}
