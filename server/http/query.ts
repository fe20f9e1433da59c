/**
 * Parameters of the CouchDB routes, from the query string or (POST) the body, under the names CouchDB gives them.
 *
 * What this hub does not do (filters, views, attachments, other feeds) is refused by name rather than ignored: a client that asked
 * for less than everything must not be given everything and take it for the answer.
 */
import { err, ok, type Result } from '../../sync/result.ts';
import { badQuery, badRequest, type Failure } from './failure.ts';
import type { JsonRecord } from './body.ts';

/** Parameters by name; values as received. */
export type Parameters = ReadonlyMap<string, unknown>;

/** Parameters that change nothing here, and are sent by common clients. */
const HARMLESS = new Set(['style', 'seq_interval', 'attachments', 'conflicts', 'update_seq', 'stable', 'update', 'reduce', '_nonce']);

/** Body members count as parameters too (POST); those of the query string come first. `json`: names whose text in a query string is JSON. */
export function parameters(url: URL, body: JsonRecord | null, known: ReadonlySet<string>, json: ReadonlySet<string>): Result<Parameters, Failure> {
	const found = new Map<string, unknown>();
	for (const [name, value] of Object.entries(body ?? {})) found.set(name, value);
	for (const [name, text] of url.searchParams) {
		if (!json.has(name)) {
			found.set(name, text);
			continue;
		}
		try {
			found.set(name, JSON.parse(text));
		} catch {
			return err(badRequest('invalid UTF-8 JSON'));
		}
	}
	for (const [name, value] of found) {
		if (known.has(name)) continue;
		const off = value === false || value === 'false' || value === null;
		if (!off && !(HARMLESS.has(name) && name !== 'attachments' && name !== 'conflicts')) return err(badQuery(`This hub does not know the parameter ${JSON.stringify(name.slice(0, 40))}.`));
	}
	return ok(found);
}

/** An integer of at least `min`; a larger one than `max` counts as `max`. */
export function integer(from: Parameters, name: string, fallback: number, min: number, max: number): Result<number, Failure> {
	const value = from.get(name);
	if (value === undefined) return ok(fallback);
	const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
	if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0) return err(badQuery(`Invalid value for integer: ${JSON.stringify(value).slice(0, 80)}`));
	return ok(Math.max(min, Math.min(number, max)));
}

export function flag(from: Parameters, name: string, fallback: boolean): Result<boolean, Failure> {
	const value = from.get(name);
	if (value === undefined) return ok(fallback);
	if (value === true || value === 'true') return ok(true);
	if (value === false || value === 'false') return ok(false);
	return err(badQuery(`Invalid boolean parameter: ${JSON.stringify(value).slice(0, 80)}`));
}

/** A text; absent is null. */
export function text(from: Parameters, name: string): Result<string | null, Failure> {
	const value = from.get(name);
	if (value === undefined || value === null) return ok(null);
	if (typeof value === 'string' && value.length <= 1024) return ok(value);
	return err(badQuery(`Invalid value for ${name}: it must be text.`));
}
