/**
 * The hub's answers, parsed at the edge: what is not of the protocol's shape is a `bad-answer`, whatever it is. Documents inside stay
 * `unknown` until `checkDocument` has looked at them.
 */
import { isAppVersion } from '../change/app-version.ts';
import { err, ok, type Result } from '../result.ts';
import { checkDocument, type PreviewDocument, type WireDocument } from '../verify/document.ts';
import { hubProblem, type HubProblem } from './hubProblem.ts';

/** Opaque position in a database's feed: text (CouchDB) or number (PouchDB). */
export type Sequence = string | number;

export interface ChangeRow {
	readonly seq: Sequence;
	readonly id: string;
	readonly deleted: boolean;
	/** null when the row carried none */
	readonly doc: unknown;
}
export interface ChangesAnswer { readonly rows: readonly ChangeRow[]; readonly lastSeq: Sequence; readonly pending: number | null }
export interface Refusal { readonly id: string; readonly reason: string }
export interface DatabaseInfo { readonly docCount: number; readonly updateSeq: Sequence }
export interface HubInfo { readonly version: string; readonly hub: string; readonly org: string | null; readonly configured: boolean; readonly prefix: string; /** the version of the app that it says is required */ readonly minimum: string | null; /** under which the hub is reached, the one that invitations should carry first */ readonly origins: readonly string[] }
export interface UpdatesAnswer { readonly databases: readonly string[]; readonly lastSeq: Sequence }
/** Whose frontier of which database a hub holds, under which counter; and those asked for. */
export interface FrontiersAnswer { readonly held: readonly FrontierRow[]; readonly documents: readonly unknown[]; readonly lastSeq: string; /** all that is held is listed */ readonly whole: boolean }
export interface FrontierRow { readonly device: string; readonly database: string; readonly n: number }
export interface DocumentRow { readonly id: string; readonly doc: unknown }

const SEQUENCE_MAX = 8192;
/** of the names of a hub's databases */
const PREFIX = /^[a-z][a-z0-9_]{0,31}$/;
const bad = (what: string): Result<never, HubProblem> => err(hubProblem('bad-answer', `The hub’s answer is not of the protocol: ${what}.`));
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isSequence = (value: unknown): value is Sequence => (typeof value === 'string' && value.length > 0 && value.length <= SEQUENCE_MAX) || (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0);
const isText = (value: unknown, max = 4096): value is string => typeof value === 'string' && value.length <= max;

/** How far a position is, where that can be told (CouchDB and this hub begin a sequence with a count), else NaN. */
export const countOf = (sequence: Sequence): number => (typeof sequence === 'number' ? sequence : Number(/^\d{1,15}/.exec(sequence)?.[0] ?? NaN));

/** Under which name the hub opened the database that a position is of, where it says so: another after each start, so after each backup put back too. */
export const runOf = (sequence: Sequence): string => /^\d{1,15}-(.{1,64})$/.exec(String(sequence))?.[1] ?? '';

/** Does the answer begin before where it was asked to? Then the hub was restored or began anew, or had lied about where it was. */
export function wentBack(since: Sequence, answer: ChangesAnswer): boolean {
	const first = answer.rows[0];
	return first === undefined ? countOf(answer.lastSeq) < countOf(since) : countOf(first.seq) <= countOf(since);
}

export function parseChanges(raw: unknown): Result<ChangesAnswer, HubProblem> {
	if (!isRecord(raw) || !Array.isArray(raw['results']) || !isSequence(raw['last_seq'])) return bad('changes');
	const rows: ChangeRow[] = [];
	for (const row of raw['results']) {
		if (!isRecord(row) || !isSequence(row['seq']) || !isText(row['id'], 512)) return bad('a row of changes');
		rows.push({ seq: row['seq'], id: row['id'], deleted: row['deleted'] === true, doc: row['doc'] ?? null });
	}
	const pending = raw['pending'];
	return ok({ rows, lastSeq: raw['last_seq'], pending: typeof pending === 'number' && pending >= 0 ? pending : null });
}

/** Of `_bulk_docs` with `new_edits: false`, or of a deposit: what was refused, each with its reason. */
export function parseRefusals(raw: unknown): Result<readonly Refusal[], HubProblem> {
	if (!Array.isArray(raw)) return bad('a list of refusals');
	const refusals: Refusal[] = [];
	for (const row of raw) {
		if (!isRecord(row)) return bad('a row of refusals');
		if (row['error'] === undefined) continue;
		if (!isText(row['id'], 512)) return bad('a refusal without an id');
		const reason = [row['error'], row['reason']].filter((part) => typeof part === 'string').join(': ');
		refusals.push({ id: row['id'], reason: reason.slice(0, 300) });
	}
	return ok(refusals);
}

export function parseDocuments(raw: unknown): Result<readonly DocumentRow[], HubProblem> {
	if (!isRecord(raw) || !Array.isArray(raw['rows'])) return bad('rows of documents');
	const rows: DocumentRow[] = [];
	for (const row of raw['rows']) {
		if (!isRecord(row)) return bad('a row of documents');
		const value = row['value'];
		if (row['error'] !== undefined || !isText(row['id'], 512) || (isRecord(value) && value['deleted'] === true)) continue;
		rows.push({ id: row['id'], doc: row['doc'] ?? null });
	}
	return ok(rows);
}

export function parseDatabaseInfo(raw: unknown): Result<DatabaseInfo, HubProblem> {
	if (!isRecord(raw) || typeof raw['doc_count'] !== 'number' || !isSequence(raw['update_seq'])) return bad('database info');
	return ok({ docCount: raw['doc_count'], updateSeq: raw['update_seq'] });
}

export function parseUpdates(raw: unknown): Result<UpdatesAnswer, HubProblem> {
	if (!isRecord(raw) || !Array.isArray(raw['results']) || !isSequence(raw['last_seq'])) return bad('database updates');
	const databases = raw['results'].flatMap((row) => (isRecord(row) && isText(row['db_name'], 512) ? [row['db_name']] : []));
	return ok({ databases, lastSeq: raw['last_seq'] });
}

/** At most this many frontiers are looked at in one answer. */
const FRONTIERS_MAX = 20_000;

export function parseFrontiers(raw: unknown): Result<FrontiersAnswer, HubProblem> {
	if (!isRecord(raw) || !Array.isArray(raw['held']) || !Array.isArray(raw['documents']) || raw['held'].length > FRONTIERS_MAX) return bad('frontiers');
	const held: FrontierRow[] = [];
	for (const row of raw['held']) {
		if (!isRecord(row) || !isText(row['device'], 64) || !isText(row['database'], 128) || typeof row['n'] !== 'number') return bad('a row of frontiers');
		held.push({ device: row['device'], database: row['database'], n: row['n'] });
	}
	return ok({ held, documents: raw['documents'], lastSeq: isText(raw['last_seq'], 64) ? raw['last_seq'] : '0', whole: raw['whole'] !== false });
}

export function parseInfo(raw: unknown): Result<HubInfo, HubProblem> {
	if (!isRecord(raw) || !isText(raw['hub'], 64) || typeof raw['configured'] !== 'boolean' || !isText(raw['prefix']) || !PREFIX.test(raw['prefix'])) return bad('info');
	const org = raw['org'];
	const origins = Array.isArray(raw['origins']) ? raw['origins'].filter((origin) => isText(origin, 512)).slice(0, 64) : [];
	return ok({ version: isText(raw['saddlebag'], 64) ? raw['saddlebag'] : '', hub: raw['hub'], org: isText(org, 64) ? org : null, configured: raw['configured'], prefix: raw['prefix'], minimum: isAppVersion(raw['minimum']) ? raw['minimum'] : null, origins });
}

export function parsePreview(raw: unknown): Result<PreviewDocument, HubProblem> {
	const checked = isRecord(raw) ? checkDocument(raw['document']) : null;
	return checked?.ok && checked.value.v === 'p1' ? ok(checked.value) : bad('the preview of an invitation');
}

/** Documents of the log that do not check out are left out: each of the others proves itself. */
export function parseFarewell(raw: unknown): Result<readonly WireDocument[], HubProblem> {
	if (!isRecord(raw) || !Array.isArray(raw['documents'])) return bad('what ended the access of this device');
	return ok(raw['documents'].flatMap((document) => {
		const checked = checkDocument(document);
		return checked.ok && ['s1', 'k1', 'o1'].includes(checked.value.v) ? [checked.value] : [];
	}));
}

export function parseChallenge(raw: unknown): Result<{ readonly nonce: string; readonly hub: string }, HubProblem> {
	if (!isRecord(raw) || !isText(raw['nonce'], 128) || !isText(raw['hub'], 64)) return bad('a challenge');
	return ok({ nonce: raw['nonce'], hub: raw['hub'] });
}

/** A session's token, and whether the hub has packs. */
export function parseSession(raw: unknown): Result<{ readonly token: string; readonly packs: boolean }, HubProblem> {
	if (!isRecord(raw) || !isText(raw['token'], 64 * 1024) || !/^[\x21-\x7e]+$/.test(raw['token'])) return bad('a session');
	return ok({ token: raw['token'], packs: raw['packs'] === true });
}
