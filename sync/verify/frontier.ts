/**
 * A frontier: what one device says it holds of one database, under a counter, signed with its transport key.
 *
 * The one kind of document that is replaced: a hub and every device keep the newest of each device and database, and never an older one, so that a
 * hub that goes back, or shows two clinics different things, is contradicted by what devices signed (attacks 20, 28, 29). What is held is sealed
 * in parts, one for each compartment, under keys of their readers; anybody can check the rest.
 */
import { fromBase64url, toBase64url } from '../change/base64url.ts';
import { canonicalJson, isObject, parseCanonical } from '../change/canonical.ts';
import type { Hash, Id, Json, Signature } from '../change/change.ts';
import { isHash, isId, isSignature } from '../change/ids.ts';
import { hasOnly } from '../change/shape.ts';
import { err, ok, problem, type Problem, type Result } from '../result.ts';
import { digestHash } from './digest.ts';
import { AEAD_TAG_BYTES, NONCE_BYTES } from './document.ts';
import { isPaddedLength } from './padme.ts';
import { verifySignature } from './signature.ts';

/** One compartment's part, sealed; or, where a device holds no key of it, random bytes that nobody can tell from one. */
export interface FrontierPart { readonly t: string; readonly n: string; readonly c: string }

export interface FrontierStatement {
	readonly v: 1;
	readonly org: Hash;
	readonly device: Id;
	readonly site: Id;
	readonly kind: 'desk' | 'care';
	/** grows with each statement of this device about this database, from 1 */
	readonly n: number;
	/** one for `desk`, two of one size for `care`; sorted by `t`, so that their order says nothing */
	readonly parts: readonly FrontierPart[];
}

/** As it travels and is kept. */
export interface FrontierDocument { readonly v: 'f1'; readonly text: string; readonly sig: Signature }

export interface CheckedFrontier { readonly document: FrontierDocument; readonly statement: FrontierStatement }
export type FrontierProblem = Problem<'bad-frontier' | 'unknown-version'>;

/** UTF-8 bytes of the signed text: some 900 chains in each part */
export const FRONTIER_TEXT_BYTES_MAX = 512 * 1024;
export const PARTS = { desk: 1, care: 2 } as const;
const FIELDS = ['v', 'org', 'device', 'site', 'kind', 'n', 'parts'];

/** The text to sign. Throws on a statement that `checkFrontier` would refuse. */
export function encodeFrontier(statement: FrontierStatement): string {
	const text = canonicalJson(statement);
	if (parseStatement(text) === null) throw new TypeError('a frontier was made that nobody would accept');
	return text;
}

/** A received document: its shape and limits. The signature is checked by `isSignedBy`, as whose it is the membership log says. Total on any value. */
export function checkFrontier(raw: unknown): Result<CheckedFrontier, FrontierProblem> {
	if (!isObject(raw)) return bad();
	const { v, text, sig } = raw;
	if (typeof v === 'string' && /^f[1-9][0-9]{0,3}$/.test(v) && v !== 'f1') return err(problem('unknown-version', 'This frontier was made by a newer version of the app.'));
	if (v !== 'f1' || !hasOnly(raw, ['v', 'text', 'sig']) || typeof text !== 'string' || !isSignature(sig)) return bad();
	const statement = parseStatement(text);
	return statement === null ? bad() : ok({ document: { v, text, sig }, statement });
}

export const isSignedBy = (document: FrontierDocument, transportKey: string): boolean => verifySignature('saddlebag/frontier/1', document.text, document.sig, transportKey);

/** Names a statement: tells two statements under one counter apart. */
export const frontierId = (document: FrontierDocument): Hash => digestHash('saddlebag/frontier-id/1', document.text);

const bad = (): Result<never, FrontierProblem> => err(problem('bad-frontier', 'The frontier is not valid.'));

function parseStatement(text: string): FrontierStatement | null {
	const parsed = parseCanonical(text, { bytesMax: FRONTIER_TEXT_BYTES_MAX });
	if (!parsed.ok || !isObject(parsed.value) || !hasOnly(parsed.value, FIELDS)) return null;
	const { v, org, device, site, kind, n } = parsed.value;
	if (v !== 1 || !isHash(org) || !isId(device) || !isId(site) || (kind !== 'desk' && kind !== 'care')) return null;
	if (typeof n !== 'number' || !Number.isSafeInteger(n) || n < 1) return null;
	const parts = parseParts(parsed.value['parts'], PARTS[kind]);
	return parts === null ? null : { v, org, device, site, kind, n, parts };
}

function parseParts(raw: Json | undefined, count: number): readonly FrontierPart[] | null {
	if (!Array.isArray(raw) || raw.length !== count) return null;
	const parts: FrontierPart[] = [];
	for (const part of raw as readonly Json[]) {
		if (!isObject(part) || !hasOnly(part, ['t', 'n', 'c'])) return null;
		const { t, n, c } = part;
		if (typeof t !== 'string' || typeof n !== 'string' || typeof c !== 'string') return null;
		if (fromBase64url(t)?.length !== 32 || fromBase64url(n)?.length !== NONCE_BYTES) return null;
		if (!isPaddedLength((fromBase64url(c)?.length ?? 0) - AEAD_TAG_BYTES)) return null;
		const before = parts.at(-1);
		if (before !== undefined && (before.t >= t || before.c.length !== c.length)) return null;
		parts.push({ t, n, c });
	}
	return parts;
}

/** In the order in which a statement lists them. */
export const sortParts = (parts: readonly FrontierPart[]): readonly FrontierPart[] => [...parts].sort((a, b) => (a.t < b.t ? -1 : a.t > b.t ? 1 : 0));

// --- from device to device ------------------------------------------------------------------------------------------------------------------

const CARRIED = 'saddlebag-frontier:';
/** frontiers in one text, one a database; and characters */
const CARRIED_MAX = 256;
const CARRIED_CHARACTERS_MAX = 8 * 1024 * 1024;

/** Frontiers as one text, for a code to be scanned or a file: what two devices compare without any hub. */
export const carryFrontiers = (documents: readonly FrontierDocument[]): string =>
	CARRIED + toBase64url(new TextEncoder().encode(canonicalJson(documents.map(({ v, text, sig }) => ({ v, text, sig })))));

/** The frontiers in such a text; null when it is none. */
export function readCarried(text: string): readonly CheckedFrontier[] | null {
	const trimmed = text.trim();
	const bytes = trimmed.startsWith(CARRIED) && trimmed.length <= CARRIED_CHARACTERS_MAX ? fromBase64url(trimmed.slice(CARRIED.length)) : null;
	const parsed = bytes === null ? null : parseCanonical(new TextDecoder().decode(bytes), { bytesMax: CARRIED_CHARACTERS_MAX });
	if (parsed === null || !parsed.ok || !Array.isArray(parsed.value) || parsed.value.length === 0 || parsed.value.length > CARRIED_MAX) return null;
	const checked = (parsed.value as readonly Json[]).map((one) => checkFrontier(one));
	const good = checked.flatMap((one) => (one.ok ? [one.value] : []));
	return good.length === checked.length ? good : null;
}
