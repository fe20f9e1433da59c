/**
 * `_bulk_docs` and deposits: the ways in which a device writes.
 *
 * Each document is taken or refused by itself; what is taken is on the disk before the answer. The answer lists what was refused and is `[]` when
 * nothing was, as CouchDB answers with `new_edits: false`.
 */
import { err, ok, type Result } from '../../sync/result.ts';
import { admitAll, admitDocument, refusal, storedForm, type Refusal } from '../documents.ts';
import { BATCH_DOCUMENTS_MAX } from '../limits.ts';
import type { HubParts } from '../parts.ts';
import type { Session } from '../sessions/token.ts';
import type { DatabaseName } from '../storage/names.ts';
import type { HubDatabase, StoredDocument } from '../storage/port.ts';
import type { JsonRecord } from './body.ts';
import { badRequest, tooLarge, tooMany, type Failure } from './failure.ts';

/** The documents of a request's body. */
export function readBatch(body: JsonRecord): Result<readonly unknown[], Failure> {
	const docs: unknown = body['docs'];
	if (docs === undefined) return err(badRequest('POST body must include `docs` parameter.'));
	if (!Array.isArray(docs)) return err(badRequest('`docs` parameter must be an array.'));
	if (docs.length > BATCH_DOCUMENTS_MAX) return err(tooLarge(`At most ${BATCH_DOCUMENTS_MAX} documents may be sent at once.`));
	return ok(docs);
}

/** Stores a push; returns what was refused. */
export async function bulkDocs(hub: HubParts, { device }: Session, database: HubDatabase, place: DatabaseName, body: JsonRecord): Promise<Result<readonly Refusal[], Failure>> {
	const batch = readBatch(body);
	if (!batch.ok) return batch;
	if (body['new_edits'] !== false)
		return ok(batch.value.map((raw) => refusal(raw, 'Documents are written once, under the revision their id allows: send new_edits: false.')));
	const { admitted, refused } = admitAll(batch.value, place);
	const wait = place.kind === 'control' ? hub.budgets.take('control', device, admitted.length) : hub.budgets.take('bytes', device, bytesOf(admitted.map(storedForm)));
	if (wait !== null) return err(tooMany(wait));
	const later = place.kind === 'control' ? await hub.organization.accept(admitted) : [];
	if (place.kind !== 'control' && admitted.length > 0) await database.write(admitted.map(storedForm));
	report(hub, database.name, admitted.length - later.length, [...refused, ...later]);
	return ok([...refused, ...later]);
}

export type DepositAnswer = { readonly ok: true; readonly id: string; readonly rev: string } | Refusal;

/** Appends deposits and records of the access log, and nothing else, to a database that the device need not reach; one answer per document, in order. */
export async function deposit(hub: HubParts, { device }: Session, database: HubDatabase, place: DatabaseName, body: JsonRecord): Promise<Result<readonly DepositAnswer[], Failure>> {
	const batch = readBatch(body);
	if (!batch.ok) return batch;
	const answers: DepositAnswer[] = [];
	const taken = [];
	for (const raw of batch.value) {
		const document = admitDocument(raw, place, 'deposit');
		if (!document.ok) {
			answers.push(document.error);
			continue;
		}
		const stored = storedForm(document.value);
		taken.push(stored);
		answers.push({ ok: true, id: stored._id, rev: stored._rev });
	}
	const wait = hub.budgets.take('deposit', device, taken.length) ?? hub.budgets.take('bytes', device, bytesOf(taken));
	if (wait !== null) return err(tooMany(wait));
	if (taken.length > 0) await database.write(taken);
	report(hub, database.name, taken.length, answers.filter((answer): answer is Refusal => 'error' in answer));
	return ok(answers);
}

/** About what they take on the disk. */
const bytesOf = (documents: readonly StoredDocument[]): number => documents.reduce((sum, document) => sum + JSON.stringify(document).length, 0);

/** Ids and counts only: what is in a document never reaches the log. */
function report(hub: HubParts, database: string, stored: number, refused: readonly Refusal[]): void {
	hub.operations.metrics.documents(stored, refused.length);
	if (refused.length === 0) hub.log.debug({ database, stored }, 'stored');
	else hub.log.warn({ database, stored, refused: refused.length, first: refused[0]?.reason }, 'documents refused');
}
