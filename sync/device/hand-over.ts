/**
 * The hand-over of a device: how one made without a screen (the demo's) becomes a person's browser.
 *
 * It carries what lies on a locked device's disk and nothing more: the transport key, which opens hub sessions and decrypts nothing, and
 * the account with its secrets under Argon2id. Only an identity that has written no change is handed over, and the copy it came from is
 * erased at once, so that no chain is continued in two places (attack 44). Here is the text alone, so that a page can say whose device a
 * browser would become; `take-over.ts` acts on it.
 */
import { fromBase64url, toBase64url } from '../change/base64url.ts';
import { canonicalJson, parseCanonical } from '../change/canonical.ts';
import { isHash, isId, isKeyText, isRand } from '../change/ids.ts';
import { isText } from '../change/shape.ts';
import { fromUtf8, utf8 } from '../change/utf8.ts';
import { isActorKeys, isOrigin } from '../membership/parse.ts';
import { literal, object, type Guard } from '../membership/shape.ts';
import type { HubAddress, Account } from './identity.ts';
import { err, ok, problem, type Problem, type Result } from '../result.ts';

export interface HandOver {
	readonly v: 1;
	/** whose device: shown before anything is done */
	readonly name: string;
	/** seed of the device's transport key, base64url */
	readonly transport: string;
	readonly hub: HubAddress;
	readonly account: Omit<Account, 'answered' | 'bound' | 'passkeys'>;
}

const BYTES_MAX = 8 * 1024;
const COUNT_MAX = 2 ** 31;

const isCount: Guard<number> = (value): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < COUNT_MAX;
const text = (bytesMax: number): Guard<string> => (value): value is string => isText(value, bytesMax);
const isHub = object<HubAddress>({ key: isKeyText, origin: isOrigin, prefix: text(32) });
const isWrap = object<Account['wrap']>({
	v: literal(1 as const), n: text(64), c: text(1024),
	kdf: object<Account['wrap']['kdf']>({ name: literal('argon2id' as const), memory: isCount, passes: isCount, lanes: literal(1 as const), salt: isRand })
});
const isAccount = object<HandOver['account']>({
	member: isId, organization: isHash, actor: isHash, keys: isActorKeys, label: text(64), color: isCount, wrap: isWrap
});
const isHandOver = object<HandOver>({ v: literal(1 as const), name: text(256), transport: isKeyText, hub: isHub, account: isAccount });

/** As it stands after `#` in a link: there it reaches no server. */
export const encodeHandOver = (handOver: HandOver): string => toBase64url(utf8(canonicalJson(handOver)));

/** Total on any text; a whole link is taken as well. */
export function parseHandOver(given: string): Result<HandOver, Problem<'not-a-hand-over'>> {
	const payload = given.trim().split('#').at(-1) ?? '';
	const bytes = payload.length > BYTES_MAX * 2 ? null : fromBase64url(payload);
	const decoded = bytes === null ? null : fromUtf8(bytes);
	const parsed = decoded === null ? null : parseCanonical(decoded, { bytesMax: BYTES_MAX });
	if (parsed?.ok !== true || !isHandOver(parsed.value)) return err(problem('not-a-hand-over', 'This link is not whole. Copy all of it and open it again.'));
	return ok(parsed.value);
}
