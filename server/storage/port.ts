/**
 * What the hub asks of its storage: the port behind which a database stands that is embedded, or a CouchDB.
 *
 * Documents are written once under the one revision their id allows; `write` is done when they are durable (A4). Where a reader is in a database is an OPAQUE
 * cursor: it is handed back as it was given, compared with nothing, and understood only by the back end that gave it. A back end may show a reader a document
 * twice and never misses one: a cursor of a history that was lost leads back to what both histories share, or to the beginning (A2, A4; attack 30).
 */
import type { JsonObject } from '../../sync/change/change.ts';
import type { Problem, Result } from '../../sync/result.ts';

/** A document as it is stored: the fields of its kind, its id and its revision. */
export type StoredDocument = { readonly _id: string; readonly _rev: string } & { readonly [field: string]: unknown };

/** Where everything begins, and where nothing is left: cursors that every back end understands. */
export const FROM_START = '0';
export const FROM_NOW = 'now';

export interface ChangesQuery {
	/** a cursor that this database gave out, `FROM_START` or `FROM_NOW` */
	readonly since: string;
	readonly limit: number;
	readonly includeDocs: boolean;
}
export interface ChangeRow {
	readonly seq: string;
	readonly id: string;
	readonly changes: readonly { readonly rev: string }[];
	readonly doc?: StoredDocument;
}
export interface ChangePage {
	readonly rows: readonly ChangeRow[];
	/** where to go on, also when there are no rows */
	readonly lastSeq: string;
	/** rows after this page */
	readonly pending: number;
}
/** as CouchDB words it */
export const MALFORMED_SEQUENCE = "Malformed sequence supplied in 'since' parameter.";
export type SequenceProblem = Problem<'query_parse_error'>;

export interface AllDocsQuery {
	readonly keys?: readonly string[];
	readonly startkey?: string;
	readonly endkey?: string;
	readonly inclusiveEnd: boolean;
	readonly descending: boolean;
	readonly skip: number;
	readonly limit: number;
	readonly includeDocs: boolean;
}
export type AllDocsRow =
	| { readonly key: string; readonly error: 'not_found' }
	| { readonly id: string; readonly key: string; readonly value: { readonly rev: string }; readonly doc?: StoredDocument };
export interface AllDocsPage {
	/** documents in the database */
	readonly total: number;
	readonly rows: readonly AllDocsRow[];
}

export interface DatabaseInfo {
	/** documents in the database */
	readonly count: number;
	/** the cursor of a reader who has everything */
	readonly sequence: string;
}

/** A `_local` document: kept here, in no feed, never passed on. */
export interface LocalDocument {
	readonly rev: string;
	readonly fields: JsonObject;
}

/** One database of the hub. Rejections mean that the storage failed (disk, line): the request is answered 500 and nothing was acknowledged. */
export interface HubDatabase {
	readonly name: string;
	/** Stores documents that passed the check (`documents.ts`); what is there already stays as it is. Settles when all are durable. */
	write(documents: readonly StoredDocument[]): Promise<void>;
	/** Rows after a cursor, oldest first. The order is this hub's own. */
	changes(query: ChangesQuery): Promise<Result<ChangePage, SequenceProblem>>;
	allDocs(query: AllDocsQuery): Promise<AllDocsPage>;
	info(): Promise<DatabaseInfo>;
	/** `id` without `_local/`; null when there is none. */
	local(id: string): Promise<LocalDocument | null>;
	/** Puts it in the place of whatever is there, as CouchDB does: its revision is one above the one named (`0-1` after none). Durable. */
	putLocal(id: string, fields: JsonObject, rev: string | null): Promise<string>;
}

/** For whom the hub asks: a back end that enforces access itself is told, the embedded one relies on the routes. */
export interface Caller {
	readonly device: string;
	readonly mode: 'read' | 'write' | 'deposit';
}

export interface DatabaseUpdate {
	readonly name: string;
	readonly seq: string;
}

/** What gateways before one storage must agree on. */
export interface SharedState {
	/** The organization that was founded here; null when none was. */
	organization(): Promise<string | null>;
	/** Says that it was founded; the one that was first, this or another. */
	claim(org: string): Promise<string>;
}

/** All databases of a hub. */
export interface HubStorage {
	/** null when no other gateway uses this storage */
	readonly shared: SharedState | null;
	/** The database, made when it is new. Only for names the membership log says exist. Without `caller` it is the hub itself that asks. */
	get(name: string, caller?: Caller): Promise<HubDatabase>;
	/** Tells `listener` the name of each database written to, by whatever gateway, until the returned function is called. May tell too often, never too seldom. */
	onWritten(listener: (name: string) => void): () => void;
	/** The cursor of a reader of `updatedSince` who has heard of everything. */
	readonly sequence: string;
	/** Which of `names` were written to since; all of them when that cannot be told (another run or gateway, or the first time). */
	updatedSince(since: string, names: readonly string[]): Result<readonly DatabaseUpdate[], SequenceProblem>;
	/** Whether a cursor is of another run or gateway, so that `updatedSince` tells all: who goes from gateway to gateway is told so each time. */
	isOfAnother(since: string): boolean;
	/** Finishes what is being written and closes all; nothing may be written afterwards. */
	close(): Promise<void>;
}

/** The revision of a `_local` document after the one named. */
export const nextLocalRevision = (rev: string | null): string => `0-${Number(/^0-(\d{1,9})$/.exec(rev ?? '')?.[1] ?? 0) + 1}`;
