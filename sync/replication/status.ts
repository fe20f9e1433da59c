/**
 * How replication stands, for the screen. Kept by the tab that replicates, and noted durably at each turn of events, so that other tabs and the
 * next start can say how old the news is (A3, attack 28).
 */
import type { NamedValues } from '../store/index.ts';

export interface ReplicationStatus {
	readonly line: 'connected' | 'offline' | 'connecting' | 'no-hub';
	readonly sending: { readonly done: number; readonly total: number } | null;
	readonly receiving: { readonly done: number; readonly total: number | null } | null;
	/** ms since 1970 of the last completed transfer each way, by this device's clock */
	readonly lastSent: number | null;
	readonly lastReceived: number | null;
	readonly problem: string | null;
	/** origin of the hub */
	readonly hub: string | null;
	/** database -> ms since 1970 when the hub last said that there is nothing newer: a hub that withholds all cannot make this move */
	readonly heard: { readonly [database: string]: number };
}

export const NO_STATUS: ReplicationStatus = { line: 'no-hub', sending: null, receiving: null, lastSent: null, lastReceived: null, problem: null, hub: null, heard: {} };
const CURSOR = 'replication-status';

export class StatusBoard {
	#status = NO_STATUS;
	readonly #cursors: NamedValues;
	readonly #onChange: (status: ReplicationStatus) => void;

	constructor(cursors: NamedValues, onChange: (status: ReplicationStatus) => void) {
		this.#cursors = cursors;
		this.#onChange = onChange;
	}

	get status(): ReplicationStatus {
		return this.#status;
	}

	update(change: Partial<ReplicationStatus>): void {
		this.#status = { ...this.#status, ...change };
		this.#onChange(this.#status);
	}

	/** What was noted last, by this tab or another; transfers under way are not part of it. */
	async load(): Promise<void> {
		const text = await this.#cursors.get(CURSOR);
		if (text === null) return;
		const noted: ReplicationStatus = JSON.parse(text);
		this.#status = { ...NO_STATUS, ...noted };
		this.#onChange(this.#status);
	}

	async note(): Promise<void> {
		await this.#cursors.put(CURSOR, JSON.stringify({ ...this.#status, sending: null, receiving: null }));
	}

	/** Is this the key of another tab's note? */
	static isNote(key: string): boolean {
		return key === CURSOR;
	}
}
