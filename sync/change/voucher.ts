/**
 * A voucher: the signed word of an actor entitled at a change's origin that the change was accepted there.
 *
 * A relayed change travels with one, so that somebody who was revoked cannot deposit a backdated fork of the origin's chain at a site
 * that never saw the origin (attack 56). It names the one change and the one receiving site.
 */
import { err, ok, problem, type Problem, type Result } from '../result.ts';
import { canonicalJson, isObject, parseCanonical, parseJson } from './canonical.ts';
import { SEEN_MAX, type Compartment, type Hash, type Id, type Signature } from './change.ts';
import { isCompartment, isHash, isId } from './ids.ts';
import { hasOnly, isSortedSetOf } from './shape.ts';

export interface Voucher {
	readonly v: 1;
	readonly org: Hash;
	/** origin site of the change */
	readonly site: Id;
	readonly comp: Compartment;
	readonly change: Hash;
	/** receiving site */
	readonly to: Id;
	/** who vouches */
	readonly actor: Hash;
	/** membership heads that the voucher had seen, sorted, at most 64 */
	readonly seen: readonly Hash[];
}

/** A voucher as it was signed. */
export interface SignedVoucher {
	readonly text: string;
	readonly sig: Signature;
	readonly voucher: Voucher;
}

export type VoucherProblem = Problem<'unknown-version' | 'bad-voucher'>;

export const VOUCHER_TEXT_BYTES_MAX = 8 * 1024;
const FIELDS = ['v', 'org', 'site', 'comp', 'change', 'to', 'actor', 'seen'];

/** The text to sign. Throws on a voucher that `parseVoucher` would refuse. */
export function encodeVoucher(voucher: Voucher): string {
	const text = canonicalJson(voucher);
	const parsed = parseVoucher(text);
	if (!parsed.ok) throw new TypeError(`a voucher was made that nobody would accept: ${parsed.error.message}`);
	return text;
}

/** The voucher that a received text says. Never throws. */
export function parseVoucher(text: string): Result<Voucher, VoucherProblem> {
	const parsed = parseCanonical(text, { bytesMax: VOUCHER_TEXT_BYTES_MAX });
	const raw = parsed.ok ? parsed.value : null;
	if (!isObject(raw)) return versionOf(text) > 1 ? err(newer()) : err(bad('it is not canonical JSON'));
	if (raw['v'] !== 1) return versionOf(text) > 1 ? err(newer()) : err(bad('its version is not a version'));
	const { org, site, comp, change, to, actor, seen } = raw;
	if (!hasOnly(raw, FIELDS)) return err(bad('a field is missing or unknown'));
	if (!isHash(org) || !isId(site) || !isCompartment(comp) || !isHash(change) || !isId(to) || !isHash(actor)) return err(bad('a field is malformed'));
	if (!isSortedSetOf(seen, isHash, SEEN_MAX)) return err(bad(`seen are at most ${SEEN_MAX} hashes, sorted`));
	return ok({ v: 1, org, site, comp, change, to, actor, seen });
}

const newer = (): VoucherProblem => problem('unknown-version', 'This relayed entry was vouched for by a newer version of the app.');
const bad = (why: string): VoucherProblem => problem('bad-voucher', `The voucher is not valid: ${why}.`);

function versionOf(text: string): number {
	try {
		const raw = text.length <= VOUCHER_TEXT_BYTES_MAX ? parseJson(text) : null;
		const v = isObject(raw) ? raw['v'] : 0;
		return typeof v === 'number' && Number.isSafeInteger(v) ? v : 0;
	} catch {
		return 0;
	}
}
