/**
 * Starting epochs and wrapping their keys for who is entitled to them.
 */
import type { Hash, Id } from '../../change/change.ts';
import type { Random } from '../../change/ports.ts';
import { sealOlderKeys, wrapKeys } from '../../seal/bundle.ts';
import { depositPublicKey, type EpochSecret } from '../../seal/epoch.ts';
import type { KeyBundleDocument, OlderKeysDocument } from '../../verify/document.ts';
import { DELIVERIES_MAX } from '../parse.ts';
import { usableEpochs } from '../renewal.ts';
import { epochsOf, placesOf, type Authority } from '../selectors.ts';
import type { EpochDeclaration, EpochState, KeyDelivery, MembershipState } from '../types.ts';

/** Keys in one bundle: some 200 bytes each, a third more as base64url, under the hub's 256 KiB. */
const KEYS_PER_BUNDLE_MAX = 600;

export interface Deliveries {
	readonly deliveries: readonly KeyDelivery[];
	readonly bundles: readonly KeyBundleDocument[];
}

/** A first epoch: it succeeds none. */
export const declareFirst = ({ site, comp, epoch, key }: EpochSecret): EpochDeclaration =>
	({ site, comp, epoch, pub: depositPublicKey(key), supersedes: [], older: null });

/** An epoch that succeeds others, with their keys, and those that they had succeeded, wrapped under its own. */
export function declareNext(
	org: Hash, next: EpochSecret, supersedes: readonly Hash[], older: readonly EpochSecret[], random: Random
): { readonly declaration: EpochDeclaration; readonly document: OlderKeysDocument } {
	const document = sealOlderKeys(org, next, older, random);
	const { site, comp, epoch, key } = next;
	return { declaration: { site, comp, epoch, pub: depositPublicKey(key), supersedes: [...supersedes].sort(), older: document._id }, document };
}

/**
 * One bundle of its keys for each recipient (several when they are very many), for as many recipients as one statement may name; the rest
 * stay owed and are served by `deliver`.
 */
export function wrapForAll(
	org: Hash, recipients: readonly { readonly actor: Hash; readonly seal: string; readonly keys: readonly EpochSecret[] }[], random: Random
): Deliveries {
	const deliveries: KeyDelivery[] = [];
	const bundles: KeyBundleDocument[] = [];
	const lines = new Map<EpochSecret, string>();
	for (const { actor, seal, keys } of recipients) {
		const parts = Math.ceil(keys.length / KEYS_PER_BUNDLE_MAX);
		if (deliveries.length + parts > DELIVERIES_MAX) break;
		for (let part = 0; part < parts; part++) {
			const bundle = wrapKeys({ org, actor, seal }, keys.slice(part * KEYS_PER_BUNDLE_MAX, (part + 1) * KEYS_PER_BUNDLE_MAX), random, lines);
			bundles.push(bundle);
			deliveries.push({ actor, bundle: bundle._id });
		}
	}
	return { deliveries, bundles };
}

/** The keys held of all epochs, older ones included, that an actor is entitled to under `authority`. */
export function keysFor(authority: Authority, state: MembershipState, actor: Hash, held: readonly EpochSecret[]): readonly EpochSecret[] {
	const byEpoch = new Map(held.map((secret) => [secret.epoch, secret]));
	return placesOf(authority, actor).flatMap(({ site, comp }) =>
		epochsOf(state, site, comp).flatMap((epoch) => byEpoch.get(epoch.epoch) ?? [])
	);
}

/** The newest roster key held that may still be sealed under: names and reasons are. Null when there is none: under one that somebody removed holds, they would read them. */
export function rosterKey(state: MembershipState, held: readonly EpochSecret[]): EpochSecret | null {
	const byEpoch = new Map(held.map((secret) => [secret.epoch, secret]));
	const isHeld = (epoch: EpochState): boolean => byEpoch.has(epoch.epoch);
	const newest = usableEpochs(state, { site: null, comp: 'roster' }).findLast(isHeld);
	return newest === undefined ? null : (byEpoch.get(newest.epoch) ?? null);
}

/** The newest roster key held at all: for a use of the recovery kit, which starts no epoch and may find none that is usable. */
export function lastRosterKey(state: MembershipState, held: readonly EpochSecret[]): EpochSecret | null {
	const byEpoch = new Map(held.map((secret) => [secret.epoch, secret]));
	const newest = epochsOf(state, null, 'roster').findLast(({ epoch }) => byEpoch.has(epoch));
	return newest === undefined ? null : (byEpoch.get(newest.epoch) ?? null);
}

/** The keys held of one place, oldest first in the log's order. */
export function heldOf(state: MembershipState, held: readonly EpochSecret[], site: Id | null, comp: EpochDeclaration['comp']): readonly EpochSecret[] {
	return epochsOf(state, site, comp).flatMap((epoch) => held.find((secret) => secret.epoch === epoch.epoch) ?? []);
}
