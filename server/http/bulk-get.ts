/**
 * Documents by name and revision, as replicators ask for them: `_bulk_get`, `_revs_diff`, and one document by its path.
 *
 * A document has one revision for ever, so that the answers follow from whether it is here.
 */
import { isObject } from '../../sync/change/canonical.ts';
import { err, ok, type Result } from '../../sync/result.ts';
import { PAGE_ROWS_MAX, SLICE_ROWS } from '../limits.ts';
import type { AllDocsRow, HubDatabase, StoredDocument } from '../storage/port.ts';
import type { JsonRecord } from './body.ts';
import { answer, badRequest, notFound, tooLarge, type Failure } from './failure.ts';
import { streamJson } from './feed.ts';
import { flag, parameters, text, type Parameters } from './query.ts';

const REVISION = /^[1-9]\d{0,9}-[0-9A-Za-z_.-]{1,128}$/;
/** revisions of one document asked about at once */
const REVISIONS_MAX = 1_000;

/** Those of `ids` that are here, each once. */
async function find(database: HubDatabase, ids: Iterable<string>, includeDocs: boolean): Promise<ReadonlyMap<string, Extract<AllDocsRow, { readonly id: string }>>> {
	const keys = [...new Set(ids)];
	const found = new Map<string, Extract<AllDocsRow, { readonly id: string }>>();
	if (keys.length === 0) return found;
	const { rows } = await database.allDocs({ keys, includeDocs, limit: keys.length, skip: 0, descending: false, inclusiveEnd: true });
	for (const row of rows) if ('id' in row) found.set(row.id, row);
	return found;
}

const withHistory = (doc: StoredDocument): object => ({ ...doc, _revisions: { start: 1, ids: [doc._rev.slice(2)] } });

/** `_revs_diff`: of the revisions named, those that are not here. */
export async function revsDiff(database: HubDatabase, body: JsonRecord): Promise<Result<Response, Failure>> {
	const asked = new Map<string, readonly string[]>();
	for (const [id, revisions] of Object.entries(body)) {
		if (!Array.isArray(revisions) || revisions.length > REVISIONS_MAX) return err(badRequest('Of each document a list of at most 1,000 revisions is expected.'));
		if (!revisions.every((revision): revision is string => typeof revision === 'string' && REVISION.test(revision))) return err(badRequest('Invalid rev format'));
		if (revisions.length > 0) asked.set(id, revisions);
	}
	if (asked.size > PAGE_ROWS_MAX) return err(tooLarge(`At most ${PAGE_ROWS_MAX} documents may be asked about at once.`));
	const found = await find(database, asked.keys(), false);
	const lines: string[] = [];
	for (const [id, revisions] of asked) {
		const held = found.get(id)?.value.rev;
		const missing = revisions.filter((revision) => revision !== held);
		if (missing.length === 0) continue;
		lines.push(`${JSON.stringify(id)}:${JSON.stringify({ missing, ...(held === undefined || !missing.some((revision) => generation(revision) > generation(held)) ? {} : { possible_ancestors: [held] }) })}`);
	}
	// written by hand: an id may be a name that means something to objects
	return ok(new Response(`{${lines.join(',')}}\n`, { status: 200, headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' } }));
}

const generation = (revision: string): number => Number.parseInt(revision, 10);

interface Asked { readonly id: string | null; readonly rev: string | null }

/** `_bulk_get`: each document that is asked for, with its revision, or why not. */
export async function bulkGet(database: HubDatabase, url: URL, body: JsonRecord): Promise<Result<Response, Failure>> {
	const query = parameters(url, null, new Set(['revs', 'latest', 'attachments']), new Set());
	if (!query.ok) return query;
	const revs = flag(query.value, 'revs', false);
	if (!revs.ok) return revs;
	const docs: unknown = body['docs'];
	if (!Array.isArray(docs)) return err(badRequest("Missing JSON list of 'docs'."));
	if (docs.length > PAGE_ROWS_MAX) return err(tooLarge(`At most ${PAGE_ROWS_MAX} documents may be asked for at once.`));
	const asked = docs.map((raw): Asked => ({
		id: isObject(raw) && typeof raw['id'] === 'string' && raw['id'].length <= 1024 ? raw['id'] : null,
		rev: isObject(raw) && typeof raw['rev'] === 'string' ? raw['rev'].slice(0, 160) : null
	}));
	return ok(
		streamJson(async (stream) => {
			stream.push('{"results":[');
			for (let from = 0; from < asked.length && !stream.gone.aborted; from += SLICE_ROWS) {
				const slice = asked.slice(from, from + SLICE_ROWS);
				const found = await find(database, slice.flatMap(({ id }) => id ?? []), true);
				await stream.send((from === 0 ? '' : ',') + slice.map((each) => resultOf(each, found.get(each.id ?? '')?.doc, revs.value)).join(','));
			}
			stream.push(']}\n');
		})
	);
}

function resultOf({ id, rev }: Asked, doc: StoredDocument | undefined, revs: boolean): string {
	const fail = (error: object): string => JSON.stringify({ id, docs: [{ error }] });
	if (id === null) return fail({ id, rev, error: 'bad_request', reason: 'document id missed' });
	if (doc === undefined || (rev !== null && rev !== doc._rev)) return fail({ id, rev: rev ?? 'undefined', error: 'not_found', reason: 'missing' });
	return JSON.stringify({ id, docs: [{ ok: revs ? withHistory(doc) : doc }] });
}

/** One document by its path. */
export async function oneDocument(database: HubDatabase, id: string, url: URL): Promise<Result<Response, Failure>> {
	const query = parameters(url, null, new Set(['revs', 'rev', 'latest']), new Set());
	if (!query.ok) return query;
	const wanted = readWanted(query.value);
	if (!wanted.ok) return wanted;
	const doc = (await find(database, [id], true)).get(id)?.doc;
	if (doc === undefined || (wanted.value.rev !== null && wanted.value.rev !== doc._rev)) return err(notFound('missing'));
	const response = answer(wanted.value.revs ? withHistory(doc) : doc);
	response.headers.set('ETag', JSON.stringify(doc._rev));
	return ok(response);
}

function readWanted(query: Parameters): Result<{ readonly rev: string | null; readonly revs: boolean }, Failure> {
	const revs = flag(query, 'revs', false);
	if (!revs.ok) return revs;
	const rev = text(query, 'rev');
	if (!rev.ok) return rev;
	return rev.value === null || REVISION.test(rev.value) ? ok({ rev: rev.value, revs: revs.value }) : err(badRequest('Invalid rev format'));
}
