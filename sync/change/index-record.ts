/**
 * Part of a shared desk index: what one device of a site tells of some of its patients, so that other sites find them.
 *
 * Per chart the name, the year of birth and the village, as the chart shows them; nothing else, and nothing clinical. It is no change: no chart, head or
 * state hash knows of it, and what is told follows from the charts. The text names the share under which it was told, so that a share that ends takes
 * all of it out of every view. Of what is told of one chart the greatest `n` counts, of equal ones the greater text: any order gives the same rows.
 */
import { err, ok, problem, type Problem, type Result } from '../result.ts';
import { canonicalJson, isObject, parseCanonical } from './canonical.ts';
import type { Hash, Id, Json } from './change.ts';
import { isHash, isId } from './ids.ts';
import { hasOnly } from './shape.ts';
import { isWellFormed } from './utf8.ts';

export interface IndexEntry {
	readonly chart: Id;
	/** from 1; one more than what was told of this chart before */
	readonly n: number;
	/** null: there is no such patient any more */
	readonly name: string | null;
	readonly year: number | null;
	readonly village: string | null;
}
export interface IndexRecordText {
	readonly v: 1;
	readonly org: Hash;
	/** whose patients these are */
	readonly site: Id;
	/** the statement under which they are told of */
	readonly share: Hash;
	/** who tells */
	readonly actor: Hash;
	/** sorted by chart, each chart once */
	readonly entries: readonly IndexEntry[];
}

/** entries of one record: with the longest names its document stays under the hub's 256 KiB */
export const INDEX_ENTRIES_MAX = 100;
export const INDEX_TEXT_CHARACTERS_MAX = 200;
const TEXT_BYTES_MAX = 160 * 1024;
const FIELDS = ['v', 'org', 'site', 'share', 'actor', 'entries'];
const ENTRY_FIELDS = ['chart', 'n', 'name', 'year', 'village'];

/** The text to sign. Throws on a record that `parseIndexRecord` would refuse. */
export function encodeIndexRecord(record: IndexRecordText): string {
	const text = canonicalJson(record);
	const parsed = parseIndexRecord(text);
	if (!parsed.ok) throw new TypeError(`part of an index was made that nobody would accept: ${parsed.error.message}`);
	return text;
}

/** Total on any text. */
export function parseIndexRecord(text: string): Result<IndexRecordText, Problem<'unknown-version' | 'bad-record'>> {
	const parsed = parseCanonical(text, { bytesMax: TEXT_BYTES_MAX });
	if (!parsed.ok || !isObject(parsed.value)) return bad();
	const raw = parsed.value;
	if (typeof raw['v'] === 'number' && raw['v'] > 1) return err(problem('unknown-version', 'The index was made by a newer version of the app.'));
	const { org, site, share, actor, entries: given } = raw;
	if (!hasOnly(raw, FIELDS) || raw['v'] !== 1 || !isHash(org) || !isId(site) || !isHash(share) || !isHash(actor)) return bad();
	if (!Array.isArray(given) || given.length === 0 || given.length > INDEX_ENTRIES_MAX) return bad();
	const entries: IndexEntry[] = [];
	for (const one of given) {
		const entry = entryIn(one);
		if (entry === null || entry.chart <= (entries.at(-1)?.chart ?? '')) return bad();
		entries.push(entry);
	}
	return ok({ v: 1, org, site, share, actor, entries });
}

function entryIn(raw: Json): IndexEntry | null {
	if (!isObject(raw) || !hasOnly(raw, ENTRY_FIELDS)) return null;
	const { chart, n, name, year, village } = raw;
	if (!isId(chart) || typeof n !== 'number' || !Number.isSafeInteger(n) || n < 1) return null;
	if (!isText(name) || !isText(village) || !(year === null || (typeof year === 'number' && Number.isSafeInteger(year) && year >= 0 && year <= 9999))) return null;
	// of who is not there any more nothing is told
	return name === null && (year !== null || village !== null) ? null : { chart, n, name, year, village };
}

const isText = (value: Json | undefined): value is string | null =>
	value === null || (typeof value === 'string' && value !== '' && value.length <= INDEX_TEXT_CHARACTERS_MAX && isWellFormed(value));

/** What counts of all that is told of one chart: the same for every order. */
export function laterOf(a: IndexEntry, b: IndexEntry): IndexEntry {
	if (a.n !== b.n) return a.n > b.n ? a : b;
	return canonicalJson({ ...a }) >= canonicalJson({ ...b }) ? a : b;
}

const bad = (): Result<never, Problem<'bad-record'>> => err(problem('bad-record', 'The part of an index is not valid.'));
