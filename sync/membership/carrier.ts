/**
 * Boxes: hubs that carry named sites between places without a line, and a hub above.
 *
 * A box holds one Ed25519 key and no data key. The key is at once its hub's, to which sessions are bound, and the transport key of a device, with which it opens
 * sessions at the hub above. What it asks to be let in with is its key, its addresses and its signature over them: so nobody can have addresses named for
 * a key that is not theirs, which would let them pass on challenges (attack 57).
 */
import { canonicalJson, isObject, parseCanonical } from '../change/canonical.ts';
import { fromBase64url, toBase64url } from '../change/base64url.ts';
import type { Hash, Id, Signature } from '../change/change.ts';
import { isHash, isKeyText, isSignature } from '../change/ids.ts';
import { fromUtf8, utf8 } from '../change/utf8.ts';
import { err, ok, problem, type Problem, type Result } from '../result.ts';
import { isAcceptablePublicKey, verifySignature } from '../verify/signature.ts';
import { isOrigin, ORIGINS_MAX } from './parse.ts';
import { list, literal, object } from './shape.ts';
import type { CarrierState, HubKey, MembershipState } from './types.ts';

/** What a box shows to whoever is to let it in: on its page, and where it was started. */
export interface CarrierRequest {
	readonly v: 1;
	readonly org: Hash;
	readonly hub: HubKey;
	readonly proof: Signature;
}

const LINK_CHARACTERS_MAX = 8192;

/** What the box signs, under `saddlebag/enrolment/1`. */
export const carrierProofText = (org: Hash, { key, origins }: HubKey): string => canonicalJson({ org, carrier: { key, origins } });

/** As a link: whoever follows it in the app is asked whether to let the box in. `origin`: of the hub where the app is. */
export const carrierLink = (origin: string, request: CarrierRequest): string => `${origin}/box#${toBase64url(utf8(canonicalJson(request)))}`;

const isRequest = object<CarrierRequest>({
	v: literal(1 as const), org: isHash, hub: object<HubKey>({ key: isKeyText, origins: list(isOrigin, 1, ORIGINS_MAX) }), proof: isSignature
});

/** The request in a link, or in what follows its `#`, if a box with that key signed it. Total on any text. */
export function readCarrierLink(text: string): Result<CarrierRequest, Problem<'bad-link'>> {
	const fault = err(problem('bad-link', 'This is not the link of a box, or part of it is missing.'));
	const bytes = text.length > LINK_CHARACTERS_MAX ? null : fromBase64url(text.slice(text.lastIndexOf('#') + 1).trim());
	const parsed = parseCanonical((bytes === null ? null : fromUtf8(bytes)) ?? '', { bytesMax: LINK_CHARACTERS_MAX });
	if (!parsed.ok || !isObject(parsed.value)) return fault;
	const value: unknown = parsed.value;
	if (!isRequest(value) || !isAcceptablePublicKey(value.hub.key)) return fault;
	return verifySignature('saddlebag/enrolment/1', carrierProofText(value.org, value.hub), value.proof, value.hub.key) ? ok(value) : fault;
}

/** The first characters of a box's key, in groups: what two people compare. */
export const shortKey = (key: string): string => (key.slice(0, 16).match(/.{4}/g) ?? []).join(' ');

const mayCarry = ({ ended, sites }: CarrierState): boolean => ended === null && sites.length > 0;

/** The box that is this device, while it may carry. */
export function carrierOn(state: Pick<MembershipState, 'carriers'>, device: Id): CarrierState | null {
	for (const carrier of state.carriers.values()) if (carrier.device === device && mayCarry(carrier)) return carrier;
	return null;
}

/** Boxes that may carry. */
export const activeCarriers = (state: Pick<MembershipState, 'carriers'>): readonly CarrierState[] => [...state.carriers.values()].filter(mayCarry);
