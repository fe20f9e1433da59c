/**
 * The check that every document passes on every path into a hub's database: push, deposit, set-up, answer.
 *
 * `checkDocument` (shared with the gate of every device) says whether it is of a known shape and its id the hash of its body. Added here is
 * what belongs where, and the words in which CouchDB's clients expect a refusal. A refused document never stops the rest of a batch (A1).
 */
import { isObject } from '../sync/change/canonical.ts';
import { err, type Result } from '../sync/result.ts';
import { checkDocument, revisionOf, type WireDocument } from '../sync/verify/document.ts';
import type { DatabaseName } from './storage/names.ts';
import type { StoredDocument } from './storage/port.ts';

/** One document of a batch that was not taken, as CouchDB's `_bulk_docs` tells it. */
export interface Refusal {
	readonly id: string | null;
	readonly rev?: string;
	readonly error: 'forbidden' | 'conflict';
	readonly reason: string;
}

const SITE_VERSIONS: ReadonlySet<string> = new Set(['e1', 'd1', 'l1']);
const CONTROL_VERSIONS: ReadonlySet<string> = new Set(['s1', 'k1', 'o1', 'a1', 'p1']);

/** A document that came for the database, or why it is refused. Total on any value. */
export function admitDocument(raw: unknown, into: DatabaseName): Result<WireDocument, Refusal> {
	if (!isObject(raw)) return err(refusal(raw, 'Document must be a JSON object'));
	if (typeof raw['_id'] === 'string' && raw['_id'].startsWith('_')) return err(refusal(raw, 'Design and local documents are not taken here.'));
	if (Object.hasOwn(raw, '_deleted')) return err(refusal(raw, 'Documents are written once: a deletion is refused.'));
	if (Object.hasOwn(raw, '_attachments')) return err(refusal(raw, 'Attachments are not taken here.'));
	if (!Object.hasOwn(raw, '_rev')) return err(refusal(raw, 'The document has no _rev: it must be the one revision its id allows.'));
	const checked = checkDocument(raw);
	if (!checked.ok) return err(refusal(raw, checked.error.message));
	const versions = into.kind === 'control' ? CONTROL_VERSIONS : SITE_VERSIONS;
	if (!versions.has(checked.value.v)) return err(refusal(raw, `A document of version ${checked.value.v} does not belong in this database.`));
	return checked;
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
export function admitAll(batch: readonly unknown[], into: DatabaseName): { readonly admitted: readonly WireDocument[]; readonly refused: readonly Refusal[] } {
	const admitted: WireDocument[] = [];
	const refused: Refusal[] = [];
	for (const raw of batch) {
		const result = admitDocument(raw, into);
		if (result.ok) admitted.push(result.value);
		else refused.push(result.error);
	}
	return { admitted, refused };
}
