/**
 * A record of the access log: one person looked at one chart.
 *
 * Signed by the reader's actor, in a chain of its own for each (actor, site): seq and the hash of the record before, so that a record that was
 * taken out or put in later shows. It is no change: no chart, head or state hash knows of it (design D4), and it says nothing of
 * what was read.
 */
import { err, ok, problem, type Problem, type Result } from '../result.ts';
import { canonicalJson, isObject, parseCanonical } from './canonical.ts';
import type { Hash, Id } from './change.ts';
import { isHash, isId } from './ids.ts';
import { hasOnly } from './shape.ts';
import { isWellFormed } from './utf8.ts';

export const ACCESS_KINDS = ['opened', 'glass'] as const;
export type AccessKind = (typeof ACCESS_KINDS)[number];

export interface AccessRecordText {
	readonly v: 1;
	readonly org: Hash;
	readonly site: Id;
	readonly chart: Id;
	/** who looked */
	readonly actor: Hash;
	/** from 1, per (actor, site) */
	readonly seq: number;
	/** the record before; null for the first */
	readonly prev: Hash | null;
	/** ms since 1970 by the reader's clock */
	readonly at: number;
	/** opened: the chart was shown. glass: restricted entries of it, after giving a reason */
	readonly kind: AccessKind;
	readonly reason: string | null;
}

export const REASON_CHARACTERS_MAX = 500;
const TEXT_BYTES_MAX = 4 * 1024;
const FIELDS = ['v', 'org', 'site', 'chart', 'actor', 'seq', 'prev', 'at', 'kind', 'reason'];
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

/** The text to sign. Throws on a record that `parseAccessRecord` would refuse. */
export function encodeAccessRecord(record: AccessRecordText): string {
	const text = canonicalJson(record);
	const parsed = parseAccessRecord(text);
	if (!parsed.ok) throw new TypeError(`an access record was made that nobody would accept: ${parsed.error.message}`);
	return text;
}

/** Total on any text. */
export function parseAccessRecord(text: string): Result<AccessRecordText, Problem<'unknown-version' | 'bad-record'>> {
	const parsed = parseCanonical(text, { bytesMax: TEXT_BYTES_MAX });
	if (!parsed.ok || !isObject(parsed.value)) return bad();
	const raw = parsed.value;
	if (typeof raw['v'] === 'number' && raw['v'] > 1) return err(problem('unknown-version', 'The record was made by a newer version of the app.'));
	if (!hasOnly(raw, FIELDS) || raw['v'] !== 1) return bad();
	const { org, site, chart, actor, seq, prev, at, reason } = raw;
	const kind = ACCESS_KINDS.find((one) => one === raw['kind']);
	if (!isHash(org) || !isId(site) || !isId(chart) || !isHash(actor) || !isCount(seq) || seq === 0 || !isCount(at) || kind === undefined) return bad();
	if (!(prev === null ? seq === 1 : isHash(prev) && seq > 1)) return bad();
	if (!(reason === null ? kind === 'opened' : kind === 'glass' && typeof reason === 'string' && reason !== '' && reason.length <= REASON_CHARACTERS_MAX && isWellFormed(reason))) return bad();
	return ok({ v: 1, org, site, chart, actor, seq, prev: prev as Hash | null, at, kind, reason: reason as string | null });
}

const bad = (): Result<never, Problem<'bad-record'>> => err(problem('bad-record', 'The record of the access log is not valid.'));
