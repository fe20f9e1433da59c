/**
 * Statement text -> Statement: the only way a statement enters.
 *
 * Text of a kind, version, role, site kind or compartment that this version does not know is no fault: it comes from a newer version,
 * waits, and is carried on (attack 41). Everything else that is not exactly of its shape is malformed and refused for ever.
 */
import { fromBase64url } from '../change/base64url.ts';
import { isAppVersion } from '../change/app-version.ts';
import { isObject, parseCanonical } from '../change/canonical.ts';
import { COMPARTMENTS, SEEN_MAX, type Hash, type Json, type JsonObject } from '../change/change.ts';
import { isHlc } from '../change/hlc.ts';
import { isCompartment, isDocumentId, isHash, isId, isKeyText, isRand, isSignature } from '../change/ids.ts';
import { err, ok, problem, type Problem, type Result } from '../result.ts';
import { faultIn, list, literal, nullable, object, oneOf, sortedSet, type Guard, type Shape } from './shape.ts';
import {
	ROLES, SITE_KINDS,
	type ActorKeys, type AdmitStatement, type AttestStatement, type CarrierStatement, type ChainPosition, type DismissStatement, type EpochDeclaration, type EpochStatement, type Genesis, type Grant,
	type GrantStatement, type HubKey, type HubStatement, type InviteStatement, type KeyDelivery, type KitStatement, type MinimumStatement, type RefuseStatement,
	type RestoreStatement, type RevokeStatement, type RosterSealed, type ShareStatement, type SiteStatement, type Statement, type UnloadStatement, type UnshareStatement, type WithdrawStatement
} from './types.ts';

/** UTF-8 bytes of a statement's text: its document stays under the hub's 256 KiB */
export const STATEMENT_TEXT_BYTES_MAX = 200 * 1024;
/** more recipients are served by further statements */
export const DELIVERIES_MAX = 1000;
export const EPOCHS_MAX = 256;
export const GRANTS_MAX = 64;
export const ORIGINS_MAX = 8;
/** of closed chains in one statement: some 190 bytes each */
export const POSITIONS_MAX = 512;
/** actors that one statement removes or reinstates */
export const REMOVED_MAX = 256;
/** of a recovery kit */
export const SHARES_MAX = 32;
export const PREV_MAX = SEEN_MAX;
const SEALED_CHARACTERS_MAX = 8192;
const ORIGIN_CHARACTERS_MAX = 255;

/** `unknown`: made by a newer version, waits. `malformed`: never. */
export type StatementProblem = Problem<'unknown' | 'malformed'>;

const PLACES = [...COMPARTMENTS, 'roster'] as const;
const KINDS = [
	'genesis', 'hub', 'site', 'invite', 'admit', 'grant', 'epoch', 'refuse', 'revoke', 'withdraw', 'attest', 'kit', 'restore', 'minimum', 'carrier', 'dismiss', 'share', 'unshare', 'unload'
] as const;

const isSealedText: Guard<string> = (value): value is string =>
	typeof value === 'string' && value.length > 0 && value.length <= SEALED_CHARACTERS_MAX && fromBase64url(value) !== null;
const isCount = (min: number, max: number): Guard<number> => (value): value is number =>
	typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max;
const isTime: Guard<number> = (value): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value > 0;

/** An http(s) origin in the form in which a browser states it, whatever its host: what statements written before hosts were looked at may hold. */
const isStatedOrigin: Guard<string> = (value): value is string => {
	if (typeof value !== 'string' || value.length > ORIGIN_CHARACTERS_MAX || !URL.canParse(value)) return false;
	const url = new URL(value);
	return (url.protocol === 'http:' || url.protocol === 'https:') && url.origin === value;
};

/** Hosts that mean one host wherever they are written: URL allows `*`, `;` and `,` in them too, which mean more in a header (CSP Level 3, host-source). */
const PLAIN_HOST = /^https?:\/\/(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]+)?$/;

/** An http(s) origin in the form in which a browser states it, of a plain host name or address. Statements with another are refused when they are judged. */
export const isOrigin: Guard<string> = (value): value is string => isStatedOrigin(value) && PLAIN_HOST.test(value);

const sealed = object<RosterSealed>({ epoch: isHash, box: isSealedText });
export const isActorKeys = object<ActorKeys>({ device: isId, sign: isKeyText, seal: isKeyText, transport: isKeyText });
export const isGrant = object<Grant>({ site: isId, role: oneOf(ROLES) });
const hubKey = object<HubKey>({ key: isKeyText, origins: list(isStatedOrigin, 1, ORIGINS_MAX) });
const epoch = object<EpochDeclaration>({
	site: nullable(isId), comp: oneOf(PLACES), epoch: isHash, pub: isKeyText, supersedes: sortedSet(isHash, 0, EPOCHS_MAX), older: nullable(isDocumentId)
});
const grants = list(isGrant, 1, GRANTS_MAX);
const deliveries = list(object<KeyDelivery>({ actor: isHash, bundle: isDocumentId }), 0, DELIVERIES_MAX);
const epochs = list(epoch, 0, EPOCHS_MAX);
const position = object<ChainPosition>({ actor: isHash, site: isId, comp: isCompartment, seq: isCount(1, Number.MAX_SAFE_INTEGER), change: isHash });
const positions = list(position, 0, POSITIONS_MAX);
const base = { v: literal(1 as const), actor: isHash, hlc: isHlc };
const later = { ...base, org: isHash, prev: sortedSet(isHash, 1, PREV_MAX) };

const GENESIS: Shape<Omit<Genesis, 'org'>> = {
	...base, kind: literal('genesis'), prev: sortedSet(isHash, 0, 0), rand: isRand, name: sealed,
	root: object<Genesis['root']>({ site: isId, kind: oneOf(SITE_KINDS), name: sealed }),
	owner: object<Genesis['owner']>({ member: isId, name: sealed, keys: isActorKeys }),
	hub: hubKey, epochs, deliveries
};
const HUB: Shape<HubStatement> = { ...later, kind: literal('hub'), hub: hubKey };
const SITE: Shape<SiteStatement> = {
	...later, kind: literal('site'), site: isId, rand: isRand, parent: isId, siteKind: oneOf(SITE_KINDS), name: sealed, epochs, deliveries
};
const INVITE: Shape<InviteStatement> = {
	...later, kind: literal('invite'), invitation: isId, key: isKeyText, member: isId, grants, expires: isTime
};
const ADMIT: Shape<AdmitStatement> = {
	...later, kind: literal('admit'), invitation: isId, member: isId, name: sealed, keys: isActorKeys, proof: isSignature, grants, answer: isDocumentId,
	deliveries
};
const GRANT: Shape<GrantStatement> = { ...later, kind: literal('grant'), member: isId, grants, deliveries };
const EPOCH: Shape<EpochStatement> = { ...later, kind: literal('epoch'), epochs, deliveries };
const REFUSE: Shape<RefuseStatement> = { ...later, kind: literal('refuse'), invitation: isId, reason: nullable(sealed) };
const takingAway = { positions, reason: nullable(sealed), epochs, deliveries };
const REVOKE: Shape<RevokeStatement> = { ...later, kind: literal('revoke'), member: nullable(isId), actors: sortedSet(isHash, 1, REMOVED_MAX), ...takingAway };
const WITHDRAW: Shape<WithdrawStatement> = { ...later, kind: literal('withdraw'), member: isId, grants, ...takingAway };
const ATTEST: Shape<AttestStatement> = { ...later, kind: literal('attest'), closing: isHash, positions: list(position, 1, POSITIONS_MAX) };
const KIT: Shape<KitStatement> = {
	...later, kind: literal('kit'), keys: isActorKeys, needed: isCount(2, SHARES_MAX), shares: isCount(2, SHARES_MAX),
	replaces: sortedSet(isHash, 0, PREV_MAX), proof: isSignature, deliveries
};
const RESTORE: Shape<RestoreStatement> = {
	...later, kind: literal('restore'),
	owner: object<RestoreStatement['owner']>({ member: isId, name: sealed, keys: isActorKeys, proof: isSignature }),
	reinstate: sortedSet(isHash, 0, REMOVED_MAX), actors: sortedSet(isHash, 0, REMOVED_MAX), positions, reason: nullable(sealed), deliveries
};

const MINIMUM: Shape<MinimumStatement> = { ...later, kind: literal('minimum'), version: isAppVersion };

const CARRIER: Shape<CarrierStatement> = { ...later, kind: literal('carrier'), hub: hubKey, sites: sortedSet(isId, 1, GRANTS_MAX), proof: isSignature };
const DISMISS: Shape<DismissStatement> = { ...later, kind: literal('dismiss'), carrier: isKeyText, reason: nullable(sealed) };
const UNLOAD: Shape<UnloadStatement> = { ...later, kind: literal('unload'), carrier: isKeyText, sites: sortedSet(isId, 1, GRANTS_MAX), reason: nullable(sealed) };
const SHARE: Shape<ShareStatement> = { ...later, kind: literal('share'), site: isId, with: sortedSet(isId, 1, GRANTS_MAX) };
const UNSHARE: Shape<UnshareStatement> = { ...later, kind: literal('unshare'), share: isHash };

/** The statement in a text that came from elsewhere. Total on any string; says nothing of signature or authority. */
export function parseStatement(text: string): Result<Statement, StatementProblem> {
	const parsed = parseCanonical(text, { bytesMax: STATEMENT_TEXT_BYTES_MAX });
	if (!parsed.ok) return malformed(parsed.error.message);
	const value = parsed.value;
	if (!isObject(value)) return malformed('The text is not an object.');
	const unknown = unknownPart(value);
	if (unknown !== null) return err(problem('unknown', `This statement needs a newer version of the app: it does not know ${unknown}.`));
	switch (value['kind']) {
		case 'genesis': return read(GENESIS, value);
		case 'hub': return read(HUB, value);
		case 'site': return read(SITE, value);
		case 'invite': return read(INVITE, value);
		case 'admit': return read(ADMIT, value);
		case 'grant': return read(GRANT, value);
		case 'epoch': return read(EPOCH, value);
		case 'refuse': return read(REFUSE, value);
		case 'revoke': return read(REVOKE, value);
		case 'withdraw': return read(WITHDRAW, value);
		case 'attest': return read(ATTEST, value);
		case 'kit': return read(KIT, value);
		case 'restore': return read(RESTORE, value);
		case 'minimum': return read(MINIMUM, value);
		case 'carrier': return read(CARRIER, value);
		case 'dismiss': return read(DISMISS, value);
		case 'unload': return read(UNLOAD, value);
		case 'share': return read(SHARE, value);
		case 'unshare': return read(UNSHARE, value);
		default: return malformed('The statement has no kind.');
	}
}

/** Statements that a text cites, read without understanding the rest: what an unknown statement waits beside. */
export function citedBy(text: string): readonly Hash[] {
	const parsed = parseCanonical(text, { bytesMax: STATEMENT_TEXT_BYTES_MAX });
	if (!parsed.ok || !isObject(parsed.value)) return [];
	const prev = parsed.value['prev'];
	return Array.isArray(prev) ? prev.filter(isHash).slice(0, PREV_MAX) : [];
}

function read<T extends Statement>(shape: Shape<T>, value: Json): Result<T, StatementProblem> {
	const isShaped: Guard<T> = object(shape);
	if (isShaped(value)) return ok(value);
	const fault = faultIn(shape, value) ?? '';
	return malformed(`The field ${JSON.stringify(fault.slice(0, 40))} is missing, of the wrong form, or does not belong there.`);
}

const malformed = (message: string): Result<never, StatementProblem> => err(problem('malformed', message));

const CODE = /^[a-z][a-z0-9-]{0,31}$/;
const isNewer = (value: unknown, known: readonly string[]): value is string =>
	typeof value === 'string' && CODE.test(value) && !known.includes(value);

/** What a newer version would have put there, in words; null when nothing is. */
function unknownPart(value: JsonObject): string | null {
	const { v, kind } = value;
	if (v !== 1) return typeof v === 'number' && Number.isSafeInteger(v) && v > 1 ? `version ${v}` : null;
	if (isNewer(kind, KINDS)) return `the kind ${kind}`;
	for (const role of codes(value['grants'], 'role')) if (isNewer(role, ROLES)) return `the role ${role}`;
	for (const comp of codes(value['epochs'], 'comp')) if (isNewer(comp, PLACES)) return `the compartment ${comp}`;
	for (const comp of codes(value['positions'], 'comp')) if (isNewer(comp, COMPARTMENTS)) return `the compartment ${comp}`;
	const root = value['root'];
	const siteKind = value['siteKind'] ?? (isObject(root) ? root['kind'] : undefined);
	return isNewer(siteKind, SITE_KINDS) ? `the kind of site ${siteKind}` : null;
}

const codes = (items: unknown, field: string): readonly unknown[] =>
	Array.isArray(items) ? items.map((item: unknown) => (isObject(item) ? item[field] : undefined)) : [];
