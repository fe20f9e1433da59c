/**
 * `_all_docs`: documents by their ids, by keys or by a range.
 */
import { err, ok, type Result } from '../../sync/result.ts';
import { PAGE_ROWS_MAX } from '../limits.ts';
import type { AllDocsQuery, HubDatabase } from '../storage/port.ts';
import type { JsonRecord } from './body.ts';
import { badQuery, badRequest, tooLarge, type Failure } from './failure.ts';
import { streamJson } from './feed.ts';
import { flag, integer, parameters, text, type Parameters } from './query.ts';

const JSON_PARAMETERS = new Set(['key', 'keys', 'startkey', 'start_key', 'endkey', 'end_key']);
const KNOWN = new Set([...JSON_PARAMETERS, 'include_docs', 'limit', 'skip', 'descending', 'inclusive_end']);
const SKIP_MAX = 100_000;

export async function allDocs(database: HubDatabase, url: URL, body: JsonRecord | null): Promise<Result<Response, Failure>> {
	const query = readQuery(url, body);
	if (!query.ok) return query;
	const page = await database.allDocs(query.value);
	return ok(
		streamJson(async (stream) => {
			stream.push(`{"total_rows":${page.total},"offset":${query.value.keys ? 'null' : query.value.skip},"rows":[\n`);
			let lead = '';
			for (const row of page.rows) {
				await stream.send(lead + JSON.stringify(row));
				lead = ',\n';
			}
			stream.push('\n]}\n');
		})
	);
}

function readQuery(url: URL, body: JsonRecord | null): Result<AllDocsQuery, Failure> {
	const from = parameters(url, body, KNOWN, JSON_PARAMETERS);
	if (!from.ok) return from;
	const keys = readKeys(from.value);
	if (!keys.ok) return keys;
	const range = readRange(from.value);
	if (!range.ok) return range;
	const numbers = [integer(from.value, 'limit', PAGE_ROWS_MAX, 0, PAGE_ROWS_MAX), integer(from.value, 'skip', 0, 0, SKIP_MAX)] as const;
	const flags = [flag(from.value, 'include_docs', false), flag(from.value, 'descending', false), flag(from.value, 'inclusive_end', true)] as const;
	const [limit, skip] = numbers;
	const [includeDocs, descending, inclusiveEnd] = flags;
	if (!limit.ok) return limit;
	if (!skip.ok) return skip;
	if (!includeDocs.ok) return includeDocs;
	if (!descending.ok) return descending;
	if (!inclusiveEnd.ok) return inclusiveEnd;
	const rest = { limit: limit.value, skip: skip.value, includeDocs: includeDocs.value, descending: descending.value, inclusiveEnd: inclusiveEnd.value };
	if (keys.value === null) return ok({ ...range.value, ...rest });
	if (Object.keys(range.value).length > 0) return err(badQuery('`keys` is incompatible with `key`, `start_key` and `end_key`'));
	return ok({ keys: keys.value, ...rest });
}

function readKeys(from: Parameters): Result<readonly string[] | null, Failure> {
	const keys = from.get('keys');
	if (keys === undefined) return ok(null);
	if (!Array.isArray(keys) || !keys.every((key): key is string => typeof key === 'string' && key.length <= 1024))
		return err(badRequest('`keys` body member must be an array.'));
	if (keys.length > PAGE_ROWS_MAX) return err(tooLarge(`At most ${PAGE_ROWS_MAX} keys may be asked for at once.`));
	return ok(keys);
}

function readRange(from: Parameters): Result<{ startkey?: string; endkey?: string }, Failure> {
	const range: { startkey?: string; endkey?: string } = {};
	const bounds = [
		['key', ['startkey', 'endkey']],
		['startkey', ['startkey']],
		['start_key', ['startkey']],
		['endkey', ['endkey']],
		['end_key', ['endkey']]
	] as const;
	for (const [name, sets] of bounds) {
		const value = text(from, name);
		if (!value.ok) return value;
		if (value.value !== null) for (const bound of sets) range[bound] = value.value;
	}
	return ok(range);
}
