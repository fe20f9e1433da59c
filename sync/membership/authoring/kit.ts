/**
 * The recovery kit: keys that nobody holds, printed in n shares of which m make them again.
 *
 * The kit is given the keys of every compartment as a member is, so that an organization whose owners are all gone loses nothing. Making one and using one
 * are signed statements that everybody sees; a use ends the kit, because its secret was on a device then. Splitting the secret is the device's
 * business, which has the library and its random source; here it is one seed of 32 bytes.
 */
import type { Hash, Hlc } from '../../change/change.ts';
import type { Random } from '../../change/ports.ts';
import { err, ok, problem } from '../../result.ts';
import { kdf, type EpochSecret } from '../../seal/epoch.ts';
import { sealKeyFrom, SECRET_BYTES, sign, signingKeyFrom } from '../../seal/keys.ts';
import { rosterSeal } from '../../seal/roster.ts';
import { kitProof, restoreProof } from '../judge-removal.ts';
import { memberIdOf } from '../ids.ts';
import type { MembershipLog } from '../log.ts';
import { declaredEpoch, sealKeyOf } from '../selectors.ts';
import type { ChainPosition, MembershipState } from '../types.ts';
import { lastRosterKey, rosterKey, wrapForAll } from './epochs.ts';
import { actorFrom, present, write, type ActorSecrets, type Outcome, type Pen, type Written } from './pen.ts';

/** The kit's keys from its seed of 32 bytes; its name is their actor id. */
export function kitFrom(seed: Uint8Array): ActorSecrets {
	const transport = signingKeyFrom(kdf(seed, 'saddlebag/kit-transport/1'));
	return actorFrom(transport, signingKeyFrom(kdf(seed, 'saddlebag/kit-sign/1')), sealKeyFrom(kdf(seed, 'saddlebag/kit-seal/1')));
}

export interface KitMade extends Written {
	readonly kit: Hash;
	/** 32 bytes: to be split, printed and forgotten */
	readonly seed: Uint8Array;
}

/** Makes a kit and ends the one before. Owners only. */
export function makeKit(pen: Pen, { needed, shares }: { readonly needed: number; readonly shares: number }): Outcome<KitMade> {
	const state = present(pen);
	if (!state.ok) return state;
	const seed = pen.random.bytes(SECRET_BYTES);
	const kit = kitFrom(seed);
	const keys = pen.held.filter(({ site, comp, epoch }) => declaredEpoch(state.value, site, comp, epoch) !== null);
	const { deliveries, bundles } = wrapForAll(pen.log.org, [{ actor: kit.actor, seal: kit.keys.seal, keys }], pen.random);
	const replaces = [...state.value.kits.values()].filter(({ status }) => status === 'current').map((one) => one.kit).sort();
	const proof = sign('saddlebag/enrolment/1', kitProof(pen.log.org, kit.actor, kit.keys), kit.sign);
	const written = write(pen, { kind: 'kit', keys: kit.keys, needed, shares, replaces, proof, deliveries }, bundles);
	return written.ok ? ok({ ...written.value, kit: kit.actor, seed }) : written;
}

export interface Restoring {
	readonly log: MembershipLog;
	readonly seed: Uint8Array;
	/** epoch keys that the kit opens: `openDeliveries` with `kitFrom(seed)` */
	readonly held: readonly EpochSecret[];
	/** who becomes an owner: an actor that is known, or one that is new with a name */
	readonly owner: ActorSecrets;
	readonly name: string;
	readonly reinstate: readonly Hash[];
	readonly remove: readonly Hash[];
	readonly positions: readonly ChainPosition[];
	readonly reason: string;
	readonly hlc: Hlc;
	readonly random: Random;
}

/** Uses a kit, once. */
export function restore({ log, seed, held, owner, name, reinstate, remove, positions, reason, hlc, random }: Restoring): Outcome<Written> {
	const kit = kitFrom(seed);
	const pen: Pen = { log, self: kit, held, hlc, random };
	const state = present(pen);
	if (!state.ok) return state;
	const known = state.value.kits.get(kit.actor);
	if (known === undefined) return err(problem('unknown-kit', 'These shares are not of a recovery kit of this organization, or they do not belong together.'));
	if (known.status !== 'current') return err(problem('kit-ended', 'This recovery kit was used or replaced. Take the shares of the present one.'));
	const roster = rosterKey(state.value, held) ?? lastRosterKey(state.value, held);
	if (roster === null) return err(problem('no-key', 'The keys of this organization have not arrived on this device yet. Exchange with the hub first.'));
	const before = state.value.actors.get(owner.actor);
	const member = before?.member ?? memberIdOf(owner.actor);
	const named = state.value.members.get(member)?.name ?? rosterSeal(roster, name, random);
	const proof = sign('saddlebag/enrolment/1', restoreProof(log.org, kit.actor, owner.keys), owner.sign);
	const recipients = recipientsOf(state.value, owner, reinstate, held);
	const { deliveries, bundles } = wrapForAll(log.org, recipients, random);
	return write(pen, {
		kind: 'restore', owner: { member, name: named, keys: owner.keys, proof }, reinstate: [...reinstate].filter((actor) => actor !== owner.actor).sort(),
		actors: [...remove].sort(), positions, reason: reason === '' ? null : rosterSeal(roster, reason, random), deliveries
	}, bundles);
}

/** The owner gets everything; who comes back has its old keys, and is owed what was started since. */
function recipientsOf(state: MembershipState, owner: ActorSecrets, reinstate: readonly Hash[], keys: readonly EpochSecret[]) {
	const seals = [{ actor: owner.actor, seal: owner.keys.seal, keys }];
	const roster = keys.filter(({ comp }) => comp === 'roster');
	for (const actor of reinstate) {
		const seal = sealKeyOf(state, actor);
		if (seal !== undefined && actor !== owner.actor) seals.push({ actor, seal, keys: roster });
	}
	return seals.filter((one) => one.keys.length > 0);
}
