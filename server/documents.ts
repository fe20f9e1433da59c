/**
 * The check that every document passes on every path into a hub's database: push, deposit, set-up, answer, carrier, restore.
 *
 * First the rule that CouchDB enforces too (`couchdb/rule.js`): shape, size, writer, what belongs where, the one possible revision. Then `checkDocument` (shared
 * with the gate of every device), which adds what no CouchDB can see: that the id is the hash of the body, and its padding. A refused document never stops
 * the rest of a batch (A1).
 */
import { isObject } from '../sync/change/canonical.ts';
import { err, type Result } from '../sync/result.ts';
import { checkDocument, revisionOf, type WireDocument } from '../sync/verify/document.ts';
import { ruleRefuses } from './couchdb/design.ts';
import { roleOf } from './couchdb/roles.ts';
import { databaseName, PREFIX_DEFAULT, type DatabaseName } from './storage/names.ts';
import type { StoredDocument } from './storage/port.ts';

/** One document of a batch that was not taken, as CouchDB's `_bulk_docs` tells it. */
export interface Refusal {
	readonly id: string | null;
	readonly rev?: string;
	readonly error: 'forbidden' | 'conflict';
	readonly reason: string;
}

/** Who writes: one who may write the database, or one who may only deposit in it. */
export type WriterMode = 'write' | 'deposit';

/** A document that came for the database, or why it is refused. Total on any value. */
export function admitDocument(raw: unknown, into: DatabaseName, mode: WriterMode = 'write'): Result<WireDocument, Refusal> {
	const db = databaseName(PREFIX_DEFAULT, into);
	const reason = ruleRefuses(raw, { db, roles: [roleOf(db, mode)] });
	if (reason !== null) return err(refusal(raw, reason));
	const checked = checkDocument(raw);
	return checked.ok ? checked : err(refusal(raw, checked.error.message));
}

/** The refusal of a document, naming it as far as it can be named. */
export function refusal(raw: unknown, reason: string, error: Refusal['error'] = 'forbidden'): Refusal {
	const id = isObject(raw) && typeof raw['_id'] === 'string' ? raw['_id'].slice(0, 128) : null;
	const rev = isObject(raw) && typeof raw['_rev'] === 'string' ? { rev: raw['_rev'].slice(0, 128) } : {};
	return { id, ...rev, error, reason };
}

/** The document as it is stored: its own fields and the one revision it can have. */
export const storedForm = (document: WireDocument): StoredDocument => ({ ...document, _rev: revisionOf(document._id) });

/** Splits a batch into what may be stored and what is refused. */
export function admitAll(batch: readonly unknown[], into: DatabaseName, mode: WriterMode = 'write'): { readonly admitted: readonly WireDocument[]; readonly refused: readonly Refusal[] } {
	const admitted: WireDocument[] = [];
	const refused: Refusal[] = [];
	for (const raw of batch) {
		const result = admitDocument(raw, into, mode);
		if (result.ok) admitted.push(result.value);
		else refused.push(result.error);
	}
	return { admitted, refused };
}
