/**
 * One database of the hub in a CouchDB, as one caller may use it.
 *
 * Every request names the caller's roles, so that CouchDB judges it once more. What is read is checked (`checked-row.ts`), the design document is no document
 * of the hub, and cursors are CouchDB's own, passed on as they are.
 */
import { isObject } from '../../sync/change/canonical.ts';
import type { JsonObject } from '../../sync/change/change.ts';
import { err, ok, problem, type Result } from '../../sync/result.ts';
import {
	FROM_NOW, FROM_START, MALFORMED_SEQUENCE, nextLocalRevision,
	type AllDocsPage, type AllDocsQuery, type AllDocsRow, type Caller, type ChangePage, type ChangeRow, type ChangesQuery, type DatabaseInfo, type HubDatabase, type LocalDocument,
	type SequenceProblem, type StoredDocument
} from '../storage/port.ts';
import { readRow, sorted, type FoundRow, type Purge } from './checked-row.ts';
import { AS_ADMIN, CouchError, reasonIn, type As, type Couch } from './client.ts';
import { GATEWAY_USER, rolesFor } from './roles.ts';

/** what CouchDB gives out, and what an embedded hub gave out, which leads to the beginning */
const CURSOR = /^\d{1,15}(?:-[A-Za-z0-9_-]{1,8000})?$/;
const DESIGN = '_design/';

export class CouchDatabase implements HubDatabase {
	readonly name: string;
	readonly #couch: Couch;
	readonly #as: As;
	readonly #path: string;
	readonly #purge: Purge;

	constructor(name: string, couch: Couch, caller: Caller | null, purge: Purge) {
		this.name = name;
		this.#couch = couch;
		this.#as = { user: caller?.device ?? GATEWAY_USER, roles: rolesFor(name, caller) };
		this.#path = `/${encodeURIComponent(name)}`;
		this.#purge = purge;
	}

	async write(documents: readonly StoredDocument[]): Promise<void> {
		if (documents.length === 0) return;
		const route = `${this.#path}/_bulk_docs`;
		const held = await this.#heldFalsely(documents.map(({ _id }) => _id));
		// 202 would mean that fewer nodes than a quorum have it on their disks: not an `ok` of this hub (A4)
		const { json } = await this.#couch.expect([201], this.#as, 'POST', route, { new_edits: false, docs: documents });
		if (!Array.isArray(json)) throw new CouchError('POST', route, 201, 'which is no list of refusals');
		const [refused] = json as readonly unknown[];
		// the rule took them here: CouchDB has another, or other access
		if (refused !== undefined) throw new CouchError('POST', route, 201, `${json.length} refused: ${reasonIn(refused)}`);
		// the others are stored, and these are not: nothing is acknowledged of what a reader would not be given
		if (held.length > 0) throw new CouchError('POST', route, 201, `${held.length} stand under their names with other bodies, which cannot be purged now`);
	}

	/**
	 * Of these, where another body stands under the name and could not be taken away: CouchDB would take the right one for a repeat, and answer as if it were
	 * stored. Only the bodies of repeats are read, which are few.
	 */
	async #heldFalsely(keys: readonly string[]): Promise<readonly string[]> {
		const route = `${this.#path}/_all_docs`;
		const { json } = await this.#couch.expect([200], AS_ADMIN, 'POST', route, { keys });
		if (!isObject(json) || !Array.isArray(json['rows'])) throw new CouchError('POST', route, 200, 'which is no list of documents');
		return this.#purge.take(this.name, json['rows'].flatMap((raw) => readRow(raw, false)?.row?.id ?? []));
	}

	async changes(query: ChangesQuery): Promise<Result<ChangePage, SequenceProblem>> {
		if (query.since !== FROM_NOW && !CURSOR.test(query.since)) return err(problem('query_parse_error', MALFORMED_SEQUENCE));
		let page = await this.#changes(query);
		// the design document alone is no page
		while (page.rows.length === 0 && page.pending > 0) page = await this.#changes({ ...query, since: page.lastSeq });
		// ahead of all that is here: the files of CouchDB were put back to an older state
		if (page.rows.length === 0 && query.since !== FROM_NOW && countOf(query.since) > countOf(page.lastSeq)) page = await this.#changes({ ...query, since: FROM_START });
		return ok(page);
	}

	async #changes({ since, limit, includeDocs }: ChangesQuery): Promise<ChangePage> {
		// a number alone is no cursor of CouchDB
		const from = since === FROM_NOW || since.includes('-') ? since : FROM_START;
		const route = (at: string): string => `${this.#path}/_changes?${new URLSearchParams({ since: at, limit: String(limit), include_docs: String(includeDocs) })}`;
		let reply = await this.#couch.ask(this.#as, 'GET', route(from));
		// of another hub, or of a database that was made anew
		if (reply.status === 400 && from !== FROM_START) reply = await this.#couch.ask(this.#as, 'GET', route(FROM_START));
		const { status, json } = reply;
		if (status !== 200) throw new CouchError('GET', route(from), status, reasonIn(json));
		if (!isObject(json) || !Array.isArray(json['results']) || typeof json['last_seq'] !== 'string') throw new CouchError('GET', route(from), status, 'which is no page of changes');
		const pending = typeof json['pending'] === 'number' ? json['pending'] : 0;
		return { rows: await this.#rows(json['results'], includeDocs), lastSeq: json['last_seq'], pending };
	}

	/** What is foreign is purged first and then shown once more, so that devices keep it as evidence, and whoever has the right document gives it back. */
	async #rows(results: readonly unknown[], includeDocs: boolean): Promise<readonly ChangeRow[]> {
		const read = results.map((raw) => {
			const row = readChange(raw, includeDocs);
			if (row === null) throw new CouchError('GET', `${this.#path}/_changes`, 200, 'with a row that is none');
			return row;
		}).filter(({ id }) => !id.startsWith(DESIGN));
		const { own, foreign } = sorted(read);
		await this.#purge.take(this.name, foreign.map(({ id }) => id));
		return (includeDocs ? read : own).map(({ change }) => change);
	}

	async allDocs(query: AllDocsQuery): Promise<AllDocsPage> {
		return query.keys === undefined ? this.#range(query) : this.#byKeys(query.keys, query.includeDocs);
	}

	/** The bodies are read in any case: that a document is here is said only of the right one. */
	async #byKeys(keys: readonly string[], includeDocs: boolean): Promise<AllDocsPage> {
		const page = await this.#allDocs('POST', new URLSearchParams({ include_docs: 'true' }), { keys });
		const { own, foreign } = sorted(page.rows.flatMap(({ row }) => (row === null || row.id.startsWith(DESIGN) ? [] : [row])));
		await this.#purge.take(this.name, foreign.filter(({ deleted }) => !deleted).map(({ id }) => id));
		const found = new Set(own);
		const rows = page.rows.map(({ key, row }): AllDocsRow => (row !== null && found.has(row) ? shown(row, includeDocs) : { key, error: 'not_found' }));
		return { total: page.total, rows };
	}

	/** The design document counts in CouchDB's `skip` and `limit`; its name sorts after the digits and before the letters. */
	async #range(query: AllDocsQuery): Promise<AllDocsPage> {
		const parameters = new URLSearchParams({
			include_docs: String(query.includeDocs), limit: String(query.limit + 1), skip: String(query.skip), descending: String(query.descending), inclusive_end: String(query.inclusiveEnd)
		});
		if (query.startkey !== undefined) parameters.set('startkey', JSON.stringify(query.startkey));
		if (query.endkey !== undefined) parameters.set('endkey', JSON.stringify(query.endkey));
		const page = await this.#allDocs('GET', parameters);
		const found = page.rows.flatMap(({ row }) => (row === null ? [] : [row]));
		const all = found.filter((row) => !row.id.startsWith(DESIGN));
		const first = found[0]?.id;
		const isBeyond = (key: string): boolean => (query.descending ? key < DESIGN : key > DESIGN);
		const begins = query.startkey === undefined || !isBeyond(query.startkey);
		const skipped = query.skip > 0 && all.length === found.length && first !== undefined && isBeyond(first) && begins;
		const rows = sorted(all.slice(skipped ? 1 : 0).slice(0, query.limit));
		await this.#purge.take(this.name, rows.foreign.map(({ id }) => id));
		return { total: page.total, rows: rows.own.map((row) => shown(row, query.includeDocs)) };
	}

	async #allDocs(method: 'GET' | 'POST', parameters: URLSearchParams, body?: object): Promise<{ readonly total: number; readonly rows: readonly { readonly key: string; readonly row: FoundRow | null }[] }> {
		const route = `${this.#path}/_all_docs`;
		const { json } = await this.#couch.expect([200], this.#as, method, `${route}?${parameters}`, body);
		if (!isObject(json) || !Array.isArray(json['rows'])) throw new CouchError(method, route, 200, 'which is no list of documents');
		const total = typeof json['total_rows'] === 'number' ? Math.max(0, json['total_rows'] - 1) : 0;
		return { total, rows: json['rows'].map((raw) => {
			const read = readRow(raw, parameters.get('include_docs') === 'true');
			if (read === undefined) throw new CouchError(method, route, 200, 'with a row that is none');
			return read;
		}) };
	}

	async info(): Promise<DatabaseInfo> {
		const { json } = await this.#couch.expect([200], this.#as, 'GET', this.#path);
		if (!isObject(json) || typeof json['doc_count'] !== 'number' || typeof json['update_seq'] !== 'string') throw new CouchError('GET', this.#path, 200, 'which says nothing of a database');
		return { count: Math.max(0, json['doc_count'] - 1), sequence: json['update_seq'] };
	}

	async local(id: string): Promise<LocalDocument | null> {
		const { status, json } = await this.#couch.expect([200, 404], this.#as, 'GET', this.#local(id));
		if (status === 404) return null;
		if (!isObject(json) || typeof json['rev'] !== 'string' || !isObject(json['fields'])) return null;
		return { rev: json['rev'], fields: json['fields'] };
	}

	async putLocal(id: string, fields: JsonObject, rev: string | null): Promise<string> {
		const next = nextLocalRevision(rev);
		await this.#couch.expect([201, 202], this.#as, 'PUT', this.#local(id), { rev: next, fields });
		return next;
	}

	#local(id: string): string {
		return `${this.#path}/_local/${encodeURIComponent(id)}`;
	}
}

const countOf = (cursor: string): number => Number(/^\d{1,15}/.exec(cursor)?.[0] ?? 0);

const shown = (row: FoundRow, includeDocs: boolean): AllDocsRow => ({ id: row.id, key: row.id, value: { rev: row.rev }, ...(includeDocs ? { doc: row.doc as StoredDocument } : {}) });

function readChange(raw: unknown, includeDocs: boolean): (FoundRow & { readonly change: ChangeRow }) | null {
	if (!isObject(raw) || typeof raw['id'] !== 'string' || typeof raw['seq'] !== 'string' || !Array.isArray(raw['changes'])) return null;
	const [leaf] = raw['changes'];
	if (!isObject(leaf) || typeof leaf['rev'] !== 'string') return null;
	const deleted = raw['deleted'] === true;
	const { id, seq } = raw;
	const change = { seq, id, changes: [{ rev: leaf['rev'] }], ...(deleted ? { deleted } : {}), ...(includeDocs && isObject(raw['doc']) ? { doc: raw['doc'] as StoredDocument } : {}) };
	return { id, rev: leaf['rev'], deleted, doc: includeDocs ? (raw['doc'] ?? null) : undefined, change };
}
