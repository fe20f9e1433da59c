/**
 * The text by which a device opens a session at a hub, signed with its transport key.
 *
 * It names the hub's enrolled key, the origin, the databases asked and the hub's nonce: what one hub was told is void at any other,
 * so that a stolen box cannot pass a challenge on (attack 57).
 */
import { err, ok, problem, type Problem, type Result } from '../result.ts';
import { canonicalJson, isObject, parseCanonical } from './canonical.ts';
import type { Hash, Id } from './change.ts';
import { isHash, isId, isKeyText } from './ids.ts';
import { hasOnly, isSortedSet, isText } from './shape.ts';

export interface SessionRequest {
	readonly v: 1;
	/** Ed25519 public key of the hub, base64url */
	readonly hub: string;
	readonly origin: string;
	readonly org: Hash;
	readonly device: Id;
	/** names of databases, sorted */
	readonly databases: readonly string[];
	/** as the hub's challenge gave it */
	readonly nonce: string;
}

export const SESSION_TEXT_BYTES_MAX = 512 * 1024;
export const SESSION_DATABASES_MAX = 4096;
const FIELDS = ['v', 'hub', 'origin', 'org', 'device', 'databases', 'nonce'];

/** The text to sign. Throws on a request that `parseSession` would refuse. */
export function encodeSession(request: SessionRequest): string {
	const text = canonicalJson(request);
	const parsed = parseSession(text);
	if (!parsed.ok) throw new TypeError(`a session request was made that no hub would accept: ${parsed.error.message}`);
	return text;
}

/** The request that a received text says. Never throws. */
export function parseSession(text: string): Result<SessionRequest, Problem<'bad-session'>> {
	const parsed = parseCanonical(text, { bytesMax: SESSION_TEXT_BYTES_MAX });
	if (!parsed.ok) return bad(parsed.error.message);
	const raw = parsed.value;
	if (!isObject(raw) || !hasOnly(raw, FIELDS) || raw['v'] !== 1) return bad('a field is missing or unknown');
	const { hub, origin, org, device, databases, nonce } = raw;
	if (!isKeyText(hub) || !isText(origin, 512) || !isHash(org) || !isId(device) || !isText(nonce, 128)) return bad('a field is malformed');
	if (!isSortedSet(databases, isDatabaseName, SESSION_DATABASES_MAX)) return bad('databases are a sorted list of names');
	return ok({ v: 1, hub, origin, org, device, databases, nonce });
}

const bad = (why: string): Result<never, Problem<'bad-session'>> => err(problem('bad-session', `The session request is not valid: ${why}.`));
const isDatabaseName = (value: unknown): value is string => isText(value, 238);
