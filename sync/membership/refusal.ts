/**
 * Questions that judges of several kinds of statements ask: keys, deliveries, first and further epochs, handing out.
 */
import type { Hash } from '../change/change.ts';
import { isAcceptablePublicKey, isAcceptableSealKey } from '../verify/signature.ts';
import type { Core } from './core.ts';
import { deviceMatches, epochPlace } from './ids.ts';
import { canHold, declaredEpoch, isActive, may, mayHandOut } from './selectors.ts';
import type { ActorKeys, EpochDeclaration, Grant, KeyDelivery } from './types.ts';

/** Why not, as a sentence; null when nothing stands against it. */
export type Refusal = string | null;

/** First refusal of several questions. */
export const first = (...questions: readonly (() => Refusal)[]): Refusal => {
	for (const question of questions) {
		const refusal = question();
		if (refusal !== null) return refusal;
	}
	return null;
};
export const unless = (holds: boolean, reason: string): Refusal => (holds ? null : reason);

export const handOutFault = (state: Core, actor: Hash, act: 'invite' | 'admit' | 'grant', grants: readonly Grant[]): Refusal =>
	first(
		() => unless(grants.every((grant) => state.sites.has(grant.site)), 'A site is not known.'),
		() => unless(grants.every((grant) => mayHandOut(state, actor, act, grant)), 'It grants above its author\'s own role or outside its author\'s sites.')
	);

export const keysFault = (keys: ActorKeys): Refusal =>
	first(
		() => unless(isAcceptablePublicKey(keys.sign) && isAcceptablePublicKey(keys.transport) && isAcceptableSealKey(keys.seal), 'A key is not a usable key.'),
		() => unless(deviceMatches(keys), 'The device\'s id is not its own.')
	);

/** First epochs: exactly these places, each once, succeeding nothing. */
export function epochsFault(epochs: readonly EpochDeclaration[], places: readonly string[]): Refusal {
	const declared = epochs.map((epoch): string => epochPlace(epoch.site, epoch.comp)).sort();
	const expected = [...places].sort();
	return first(
		() => unless(declared.length === expected.length && declared.every((place, i) => place === expected[i]), 'It does not start one epoch for each compartment.'),
		() => unless(epochs.every((epoch) => epoch.supersedes.length === 0 && epoch.older === null), 'A first epoch succeeds none.'),
		() => unless(epochs.every((epoch) => isAcceptableSealKey(epoch.pub)), 'An epoch\'s key is not a usable key.')
	);
}

/** Its author may start further epochs there: whoever holds a compartment may (design S3). */
export function rotationFault(state: Core, actor: Hash, epochs: readonly EpochDeclaration[]): Refusal {
	const entitled = ({ site, comp }: EpochDeclaration): boolean =>
		canHold(state, actor, site, comp) && (site === null || may(state, actor, 'rotate', site));
	return unless(epochs.every(entitled), 'Its author may not start an epoch of a compartment that it may not read.');
}

/** Further epochs: each new, with the older keys wrapped under it. */
export function nextEpochsFault(past: Core, epochs: readonly EpochDeclaration[]): Refusal {
	const isNew = ({ site, comp, epoch }: EpochDeclaration): boolean => declaredEpoch(past, site, comp, epoch) === null;
	const succeeds = ({ site, comp, supersedes }: EpochDeclaration): boolean =>
		supersedes.length > 0 && supersedes.every((older) => declaredEpoch(past, site, comp, older) !== null);
	return first(
		() => unless(new Set(epochs.map((epoch) => epoch.epoch)).size === epochs.length && epochs.every(isNew), 'An epoch is declared twice.'),
		() => unless(epochs.every(succeeds), 'An epoch succeeds one that is not known there.'),
		() => unless(epochs.every((epoch) => epoch.older !== null && isAcceptableSealKey(epoch.pub)), 'An epoch lacks the older keys or a usable key.')
	);
}

/**
 * Keys go to members and the recovery kit only, and to nobody who may read none of the epochs started (S2). `newcomer`: the actor this
 * statement admits. `places` empty: a delivery of what each recipient is entitled to.
 */
export function deliveriesFault(
	past: Core, deliveries: readonly KeyDelivery[],
	places: readonly { readonly site: EpochDeclaration['site']; readonly comp: EpochDeclaration['comp'] }[], newcomer: Hash | null
): Refusal {
	if (newcomer !== null) return unless(deliveries.every(({ actor }) => actor === newcomer), 'Delivers keys to somebody other than the new member.');
	return first(
		() => unless(deliveries.every(({ actor }) => isActive(past, actor) || past.kits.get(actor)?.status === 'current'), 'Delivers keys to somebody who is not a member.'),
		() => unless(
			places.length === 0 || deliveries.every(({ actor }) => places.some(({ site, comp }) => canHold(past, actor, site, comp))),
			'Delivers keys to somebody who may not read there.'
		)
	);
}
