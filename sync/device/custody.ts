/**
 * Where own changes are known to be: only here, on their way, or refused. What is in no row here is at the hub: it was acknowledged, or
 * came from there (A3).
 *
 * Rows name a change but not its chart, so that the disk says nothing; which chart has unsent changes is known while unlocked.
 */
import type { Hash, VerifiedChange } from '../change/change.ts';
import { hlcMs } from '../change/hlc.ts';
import { openDocument } from '../gate/open.ts';
import type { OwnEnvelope, Store } from '../store/index.ts';
import type { ChartRef, Custody as CustodyState } from './api.ts';
import { parseDatabase } from './ingest.ts';
import { chartName } from './link-book.ts';
import type { Session } from './session.ts';

/** More than this on one device only: it has been without a hub for very long, and the exact list no longer matters to anyone */
const UNSENT_MAX = 5_000;

export class Custody {
	readonly #store: Store;
	readonly #session: Session;
	readonly #underway: () => ReadonlySet<string>;
	/** envelope -> chart that its change is of; the same for ever */
	readonly #chartOf = new Map<string, string>();
	#unsent = new Map<Hash, OwnEnvelope>();
	#charts = new Set<string>();
	#stale = true;

	constructor(store: Store, session: Session, underway: () => ReadonlySet<string>) {
		this.#store = store;
		this.#session = session;
		this.#underway = underway;
	}

	/** Own rows were written or acknowledged. */
	moved(): void {
		this.#stale = true;
	}

	async refresh(): Promise<void> {
		if (!this.#stale) return;
		this.#stale = false;
		const rows = (await this.#store.own.onThisDeviceOnly(UNSENT_MAX)).filter((row) => row.kind === 'change');
		this.#unsent = new Map(rows.map((row) => [row.change, row]));
		this.#charts = new Set(rows.map((row) => this.#chart(row)).filter((chart) => chart !== ''));
	}

	/** Has this chart changes that exist on this device only? As of the last `refresh`. */
	isUnsent(ref: ChartRef): boolean {
		return this.#charts.has(chartName(ref));
	}

	/** The least safe of an entry's changes decides. As of the last `refresh`. */
	of(changes: readonly VerifiedChange[]): CustodyState {
		const underway = this.#underway();
		let sending = false;
		let here = false;
		for (const { id } of changes) {
			const row = this.#unsent.get(id);
			if (row === undefined) continue;
			if (row.custody.state === 'refused') return { state: 'refused', reason: row.custody.reason };
			if (underway.has(row.key)) sending = true;
			else here = true;
		}
		if (here) return { state: 'this-device' };
		if (sending) return { state: 'sending' };
		const last = changes.at(-1);
		return { state: 'at-hub', at: last === undefined ? 0 : hlcMs(last.change.hlc) };
	}

	#chart(row: OwnEnvelope): string {
		const known = this.#chartOf.get(row.document._id);
		if (known !== undefined) return known;
		const database = parseDatabase(row.db);
		const opened = database === null ? null : openDocument(row.document, database, this.#session.control.org, this.#session.keyring);
		const chart = opened?.ok === true ? chartName(opened.value.signed.change) : '';
		this.#chartOf.set(row.document._id, chart);
		return chart;
	}
}
