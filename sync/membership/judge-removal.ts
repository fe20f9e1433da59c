/**
 * Whether a statement that takes something away, attests a closed chain, or makes or uses a recovery kit may say what it says.
 *
 * Nobody removes above their own role or outside their subtree; only the recovery kit outranks all (design S8). Authority over a
 * person is asked with the posts that the author could know of: a concurrent promotion shields nobody.
 */
import { canonicalJson } from '../change/canonical.ts';
import type { Hash } from '../change/change.ts';
import { verifySignature } from '../verify/signature.ts';
import type { Core } from './core.ts';
import { afterRestore, afterRevoke, afterWithdraw } from './taking-away.ts';
import { actorIdOf, memberIdOf } from './ids.ts';
import { deliveriesFault, first, keysFault, nextEpochsFault, rotationFault, unless, type Refusal } from './refusal.ts';
import { allows } from './roles.ts';
import { canRead, grantsOf, isActive, may, mayTakeAway } from './selectors.ts';
import type { AttestStatement, ChainPosition, Grant, KitStatement, RestoreStatement, RevokeStatement, WithdrawStatement } from './types.ts';

/** What an actor that joins says it agrees to: `for` is the kit that installs it. */
export const kitProof = (org: Hash, kit: Hash, keys: KitStatement['keys']): string => canonicalJson({ org, kit, keys });
export const restoreProof = (org: Hash, kit: Hash, keys: RestoreStatement['owner']['keys']): string => canonicalJson({ org, restore: kit, keys });

/** `state`: who may do what. `past`: what the author knew of those it removes. */
export function revokeAuthority(state: Core, past: Core, { actor, actors }: Pick<RevokeStatement, 'actor' | 'actors'>): Refusal {
	if (actors.length === 1 && actors[0] === actor) return null;
	const grants = actors.flatMap((target) => past.members.get(past.actors.get(target)?.member ?? memberIdOf(target))?.grants ?? []);
	const anywhere = grantsOf(state, actor).some(({ role }) => allows(role, 'revoke'));
	return unless(anywhere && grants.every((grant) => mayTakeAway(state, actor, grant)), 'It removes above its author\'s own role or outside its author\'s sites.');
}

export function revokeDetails(past: Core, statement: RevokeStatement): Refusal {
	const { actor, actors, member, positions, epochs, deliveries } = statement;
	const person = member === null ? null : past.members.get(member);
	return first(
		() => unless(actors.every((target) => isActive(past, target)), 'Somebody it removes is not a member.'),
		() => unless(person !== undefined, 'The member is not known.'),
		() => unless(person === null || person === undefined || sameActors(person.actors.filter((one) => isActive(past, one)), actors), 'It does not remove the member on all devices, or it removes others too.'),
		() => positionsFault(positions, (position) => actors.includes(position.actor)),
		() => rotationFault(past, actor, epochs),
		() => nextEpochsFault(past, epochs),
		() => deliveriesFault(afterRevoke(past, past.org, statement, null), deliveries, epochs, null)
	);
}

const sameActors = (a: readonly Hash[], b: readonly Hash[]): boolean => a.length === b.length && a.every((one) => b.includes(one));

export const withdrawAuthority = (state: Core, { actor, grants }: Pick<WithdrawStatement, 'actor' | 'grants'>): Refusal =>
	unless(grants.every((grant) => mayTakeAway(state, actor, grant)), 'It takes away a role above its author\'s own or outside its author\'s sites.');

export function withdrawDetails(past: Core, statement: WithdrawStatement): Refusal {
	const { actor, member, grants, positions, epochs, deliveries } = statement;
	const known = past.members.get(member);
	if (known === undefined) return 'The member is not known.';
	const held = (grant: Grant): boolean => known.grants.some((one) => one.site === grant.site && one.role === grant.role);
	return first(
		() => unless(grants.every(held), 'The member does not have what is taken away.'),
		() => positionsFault(positions, (position) => known.actors.includes(position.actor)),
		() => rotationFault(past, actor, epochs),
		() => nextEpochsFault(past, epochs),
		() => deliveriesFault(afterWithdraw(past, past.org, statement, null), deliveries, epochs, null)
	);
}

/** Only who may read a compartment can know how far a chain of it goes. */
export const attestAuthority = (state: Core, { actor, positions }: AttestStatement): Refusal =>
	unless(positions.every(({ site, comp }) => canRead(state, actor, site, comp)), 'It attests chains of a compartment that its author may not read.');

/** Who lost something by the closing itself is no witness to how far it had got by then. */
export function attestDetails(past: Core, { actor: witness, closing, positions }: AttestStatement): Refusal {
	if (past.closings.get(witness)?.some(({ statement }) => statement === closing) === true) return 'It attests chains that were closed by what took something from its author.';
	return positionsFault(positions, ({ actor }) => past.closings.get(actor)?.some(({ statement }) => statement === closing) === true);
}

function positionsFault(positions: readonly ChainPosition[], closed: (position: ChainPosition) => boolean): Refusal {
	// of a chain with a gap each part may be attested
	const places = new Set(positions.map(({ actor, site, comp, seq }) => `${actor}/${site}/${comp}/${seq}`));
	return first(
		() => unless(positions.every(closed), 'It states a position of a chain that it does not close.'),
		() => unless(places.size === positions.length, 'It states two changes at one position of a chain.')
	);
}

export const kitAuthority = (state: Core, { actor, keys }: KitStatement): Refusal =>
	first(
		() => unless(may(state, actor, 'recover', state.root), 'Its author may not make a recovery kit.'),
		() => unless(!state.kits.has(actorIdOf(keys)) && !state.actors.has(actorIdOf(keys)), 'The kit exists already.')
	);

export function kitDetails(past: Core, { keys, needed, shares, replaces, proof, deliveries }: KitStatement): Refusal {
	const kit = actorIdOf(keys);
	const current = [...past.kits.values()].filter(({ status }) => status === 'current').map((one) => one.kit).sort();
	return first(
		() => unless(needed <= shares, 'More shares are needed than there are.'),
		() => keysFault(keys),
		() => unless(verifySignature('saddlebag/enrolment/1', kitProof(past.org, kit, keys), proof, keys.sign), 'The kit\'s own key did not sign it.'),
		() => unless(current.length === replaces.length && current.every((one, i) => one === replaces[i]), 'It does not end the kit before it.'),
		() => unless(deliveries.every(({ actor }) => actor === kit), 'Delivers keys to somebody other than the kit.')
	);
}

export function restoreDetails(past: Core, statement: RestoreStatement): Refusal {
	const { actor: kit, owner, reinstate, actors, positions, deliveries } = statement;
	const actor = actorIdOf(owner.keys);
	const known = past.actors.get(actor);
	return first(
		() => unless(past.kits.get(kit)?.status === 'current', 'This recovery kit was used or replaced.'),
		() => keysFault(owner.keys),
		() => unless(verifySignature('saddlebag/enrolment/1', restoreProof(past.org, kit, owner.keys), owner.proof, owner.keys.sign), 'The new owner did not agree.'),
		() => unless(known === undefined ? owner.member === memberIdOf(actor) && !past.members.has(owner.member) : known.member === owner.member, 'The owner is not the member it names.'),
		() => unless(reinstate.every((one) => past.actors.has(one) && !isActive(past, one)), 'Somebody it brings back was not removed.'),
		() => unless(actors.every((one) => one !== actor && isActive(past, one)), 'Somebody it removes is not a member.'),
		() => positionsFault(positions, (position) => actors.includes(position.actor)),
		() => deliveriesFault(afterRestore(past, past.org, statement, null), deliveries, [], null)
	);
}
