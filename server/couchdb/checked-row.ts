/**
 * What is in a CouchDB is checked again whenever it is read: somebody with access past the gateway (an administrator, the disk) can put there what the gateway
 * would have refused, and CouchDB cannot tell that a body is not the one its id names.
 *
 * Such a row would stay for ever, because the right document has the same revision and CouchDB takes a repeat for done. So it is purged, which frees
 * the id: whoever holds the right document finds that the hub lacks it and gives it back, as after the loss of a disk (A4). What a newer version of the gateway
 * may have stored is not judged here and never purged.
 */
import { checkDocument, revisionOf } from '../../sync/verify/document.ts';

export interface FoundRow {
	readonly id: string;
	readonly rev: string;
	readonly deleted: boolean;
	/** undefined: was not asked for */
	readonly doc: unknown;
}

const DOCUMENT_ID = /^[0-9a-f]{64}$/;

/** Why a row is none that a gateway stored; null when it is one, as far as can be seen. */
export function whyForeign(row: FoundRow): string | null {
	if (!DOCUMENT_ID.test(row.id)) return 'its name is not that of a document';
	if (row.deleted) return 'it is a deletion';
	if (row.rev !== revisionOf(row.id)) return 'its revision is not the one it can have';
	if (row.doc === undefined) return null;
	const checked = checkDocument(row.doc);
	if (checked.ok) return checked.value._id === row.id ? null : 'it is another document';
	return checked.error.code === 'unknown-version' ? null : checked.error.message;
}
