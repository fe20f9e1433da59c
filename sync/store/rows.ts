/**
 * What a device keeps, as RxDB rows: three collections, because RxDB without its paid plugins opens at most 13 in one process and
 * tests run several devices in one.
 *
 *  - `own`: one row per envelope written here. The primary key of a change's row is its place in its chain, so that the storage
 *    itself refuses a second change at the same place, whatever two tabs do. Pushed.
 *  - `pages`: one row per pulled page of envelopes, insert-only (a row each would be twenty times slower). Pulled.
 *  - `rows`: everything else, told apart by the first part of the key: control documents, sealed charts and search entries,
 *    verdicts, identities, cursors. Never replicated by RxDB.
 *
 * Nothing here is plaintext of a record: envelopes are ciphertext, derived rows are sealed before they come here, and the rest are
 * ids, hashes, public keys, reason codes and times (S1).
 */
import type { RxJsonSchema } from 'rxdb/plugins/core';

export interface OwnRow {
	/** `c|actor|site|comp|seq` of a change, `d|_id` of a deposit */
	readonly key: string;
	/** `actor|site|comp`; empty for a deposit */
	readonly chain: string;
	readonly seq: number;
	/** id of the change in it */
	readonly change: string;
	/** `_id` of the envelope or deposit */
	readonly envelope: string;
	/** database of the hub that it belongs in */
	readonly db: string;
	/** the document as JSON */
	readonly doc: string;
	/** key of the hub that acknowledged it last; empty while it is on this device only */
	readonly hub: string;
	/** ms since 1970, by this device's clock, of that acknowledgement; 0 before */
	readonly at: number;
	/** why the hub refused it, empty when it did not */
	readonly refused: string;
}

export interface PageRow {
	/** a counter of this device, 12 digits: the order in which pages came here, whatever the clock says */
	readonly id: string;
	readonly db: string;
	/** how many documents */
	readonly n: number;
	/** the documents as a JSON list */
	readonly docs: string;
}

export interface PlainRow {
	/** `kind|…` */
	readonly key: string;
	readonly body: string;
	/** of a control document: key of the hub known to hold it; else empty */
	readonly mark: string;
}

const text = { type: 'string' } as const;
const bounded = (maxLength: number) => ({ type: 'string', maxLength }) as const;
const count = { type: 'number', minimum: 0, maximum: 10 ** 15, multipleOf: 1 } as const;

export const OWN_SCHEMA: RxJsonSchema<OwnRow> = {
	version: 0,
	type: 'object',
	primaryKey: 'key',
	properties: {
		key: bounded(160), chain: bounded(130), seq: count, change: bounded(43), envelope: bounded(64), db: bounded(240),
		doc: text, hub: bounded(64), at: count, refused: text
	},
	required: ['key', 'chain', 'seq', 'change', 'envelope', 'db', 'doc', 'hub', 'at', 'refused'],
	indexes: [['_deleted', 'key'], ['_deleted', 'hub', 'at', 'key'], ['_deleted', 'change', 'key']]
};

export const PAGE_SCHEMA: RxJsonSchema<PageRow> = {
	version: 0,
	type: 'object',
	primaryKey: 'id',
	properties: { id: bounded(16), db: bounded(240), n: count, docs: text },
	required: ['id', 'db', 'n', 'docs'],
	indexes: [['_deleted', 'id']]
};

export const PLAIN_SCHEMA: RxJsonSchema<PlainRow> = {
	version: 0,
	type: 'object',
	primaryKey: 'key',
	properties: { key: bounded(400), body: text, mark: bounded(64) },
	required: ['key', 'body', 'mark'],
	indexes: [['_deleted', 'key']]
};

/** Numbers in keys have a fixed width, so that the order of texts is the order of numbers. */
export const padded = (n: number, width: number): string => String(n).padStart(width, '0');
