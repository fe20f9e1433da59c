/**
 * Where own changes are known to be: only here, on their way, or refused. What is in no row here is at the hub: it was acknowledged, or
 * came from there (A3).
 *
 * Rows name a change but not its chart, so that the disk says nothing; which chart has unsent changes is known while unlocked.
 */
import type { Hash, VerifiedChange } from '../change/change.ts';
import { hlcMs } from '../change/hlc.ts';
import type { Keyring } from '../gate/keyring.ts';
import { openDocument } from '../gate/open.ts';
import type { OwnEnvelope, Store } from '../store/index.ts';
import type { ChartRef, Custody as CustodyState } from './api.ts';
import { parseDatabase } from './ingest.ts';
import { chartName } from './link-book.ts';

/** rows read at once */
const BATCH = 1000;

/** A change that no hub has acknowledged. */
interface Unsent {
	readonly key: string;
	readonly change: Hash;
	readonly custody: OwnEnvelope['custody'];
	/** name of its chart; empty when it cannot be opened with the keys held */
	readonly chart: string;
}

/** What of a session is asked: keys, to know which chart an envelope is of. */
export interface CustodySession {
	readonly keyring: Keyring;
	readonly control: { readonly org: Hash };
}

export class Custody {
	readonly #store: Store;
	readonly #session: CustodySession;
	readonly #underway: () => ReadonlySet<string>;
	/** by the key of their rows: all of them, however many; what is left out would pass for being at the hub */
	readonly #rows = new Map<string, Unsent>();
	readonly #byChange = new Map<Hash, Unsent>();
	/** chart -> how many of its changes */
	readonly #charts = new Map<string, number>();
	/** keys of rows that moved since they were read; null: all are to be read */
	#moved: Set<string> | null = null;
	#keys = -1;
	#refreshing: Promise<void> = Promise.resolve();

	constructor(store: Store, session: CustodySession, underway: () => ReadonlySet<string>) {
		this.#store = store;
		this.#session = session;
		this.#underway = underway;
	}

	/** Own rows were written or acknowledged. */
	moved(keys: readonly string[]): void {
		for (const key of keys) this.#moved?.add(key);
	}

	/** Reads what moved. */
	refresh(): Promise<void> {
		this.#refreshing = this.#refreshing.then(() => this.#refresh(), () => this.#refresh());
		return this.#refreshing;
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
			const row = this.#byChange.get(id);
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

	async #refresh(): Promise<void> {
		// a key that came may open what could not be told to be of a chart
		if (this.#moved === null || this.#keys !== this.#session.keyring.size) return this.#readAll();
		const due = [...this.#moved];
		this.#moved.clear();
		try {
			for (let from = 0; from < due.length; from += BATCH) {
				const keys = due.slice(from, from + BATCH);
				const rows = new Map((await this.#store.own.get(keys)).map((row) => [row.key, row]));
				for (const key of keys) this.#note(key, rows.get(key));
			}
		} catch (failure) {
			this.#moved = null;
			throw failure;
		}
	}

	async #readAll(): Promise<void> {
		this.#moved = new Set();
		this.#keys = this.#session.keyring.size;
		this.#rows.clear();
		this.#byChange.clear();
		this.#charts.clear();
		try {
			for (let after: string | null = null; ; ) {
				const rows: readonly OwnEnvelope[] = await this.#store.own.onThisDeviceOnly(BATCH, after);
				for (const row of rows) this.#note(row.key, row);
				const last = rows.at(-1);
				if (last === undefined) return;
				after = last.key;
			}
		} catch (failure) {
			this.#moved = null;
			throw failure;
		}
	}

	#note(key: string, row: OwnEnvelope | undefined): void {
		const before = this.#rows.get(key);
		if (before !== undefined) {
			this.#rows.delete(key);
			this.#byChange.delete(before.change);
			const left = (this.#charts.get(before.chart) ?? 1) - 1;
			if (left > 0) this.#charts.set(before.chart, left);
			else this.#charts.delete(before.chart);
		}
		if (row === undefined || row.kind !== 'change' || row.custody.state === 'at-hub') return;
		const unsent: Unsent = { key, change: row.change, custody: row.custody, chart: before?.chart || this.#chartOf(row) };
		this.#rows.set(key, unsent);
		this.#byChange.set(unsent.change, unsent);
		this.#charts.set(unsent.chart, (this.#charts.get(unsent.chart) ?? 0) + 1);
	}

	#chartOf(row: OwnEnvelope): string {
		const database = parseDatabase(row.db);
		const opened = database === null ? null : openDocument(row.document, database, this.#session.control.org, this.#session.keyring);
		return opened?.ok === true ? chartName(opened.value.signed.change) : '';
	}
}
