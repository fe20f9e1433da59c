/**
 * What taking away, attesting and restoring do to the state, once they may.
 *
 * A removed actor stays in the state with what closed it: its signatures and its name are still to be read, and the gate needs to know how far its
 * chains count (design S7). Nothing is ever taken out of the books.
 */
import type { Hash, Id } from '../change/change.ts';
import type { Core } from './core.ts';
import { actorIdOf } from './ids.ts';
import { isActive } from './selectors.ts';
import type { ActorState, Attested, AttestStatement, ChainPosition, Closing, Grant, HeldGrant, KitStatement, MemberState, RestoreStatement, RevokeStatement, Statement, WithdrawStatement } from './types.ts';

const NOBODY: ReadonlySet<Hash> = new Set();

const attested = (statement: Hash, by: Hash, actor: Hash, positions: readonly ChainPosition[]): readonly Attested[] =>
	positions.filter((position) => position.actor === actor).map(({ site, comp, seq, change }) => ({ site, comp, seq, change, by, statement }));

interface Closer {
	readonly actor: Hash;
	readonly positions: readonly ChainPosition[];
	readonly reason: Closing['reason'];
}

/** Closes one actor's chains. `own`: the state after the statement at its own causal past, null while that is being made. */
function close(core: Core, id: Hash, actor: Hash, { actor: by, positions, reason }: Closer, grants: readonly Grant[] | null, own: Core | null): Core {
	const known = core.closings.get(actor) ?? [];
	if (known.some(({ statement }) => statement === id)) return core;
	const knew = (own ?? core).closings.get(actor)?.map(({ statement }) => statement).filter((statement) => statement !== id) ?? [];
	const closing: Closing = { statement: id, by, grants, reason, knew, positions: attested(id, by, actor, positions) };
	return { ...core, closings: core.closings.with(actor, [...known, closing]) };
}

/** The actors that a revocation takes away from a state: those it names, and whoever else is there for the member it names. */
export function revoked(core: Pick<Core, 'members' | 'actors'>, { member, actors }: Pick<RevokeStatement, 'member' | 'actors'>): readonly Hash[] {
	const person = member === null ? undefined : core.members.get(member);
	return [...new Set([...actors, ...(person?.actors ?? [])])].filter((actor) => core.actors.has(actor));
}

/** `spared`: actors that the recovery kit has brought back meanwhile. */
export function afterRevoke(core: Core, id: Hash, statement: RevokeStatement, own: Core | null, spared: ReadonlySet<Hash> = NOBODY): Core {
	const closing = revoked(core, statement).filter((actor) => !spared.has(actor) && (isActive(core, actor) || statement.actors.includes(actor)));
	return closing.reduce((state, actor) => close(state, id, actor, statement, null, own), core);
}

const isOneOf = (grants: readonly Grant[], { site, role }: Grant): boolean => grants.some((grant) => grant.site === site && grant.role === role);

export function afterWithdraw(core: Core, id: Hash, statement: WithdrawStatement, own: Core | null): Core {
	const { member, grants } = statement;
	const known = core.members.get(member);
	if (known === undefined) return core;
	const ended: MemberState['former'] = known.grants.filter((grant) => isOneOf(grants, grant)).map((grant) => ({ ...grant, ended: id }));
	const left: readonly HeldGrant[] = known.grants.filter((grant) => !isOneOf(grants, grant));
	const without: Core = { ...core, members: core.members.with(member, { ...known, grants: left, former: [...known.former, ...ended] }) };
	return known.actors.reduce((state, actor) => close(state, id, actor, statement, grants, own), without);
}

export function afterAttest(core: Core, id: Hash, { actor: by, closing, positions }: AttestStatement): Core {
	let { closings } = core;
	for (const actor of new Set(positions.map((position) => position.actor))) {
		const more = attested(id, by, actor, positions);
		const known = closings.get(actor);
		if (known !== undefined) closings = closings.with(actor, known.map((one) => (one.statement === closing ? { ...one, positions: [...one.positions, ...more] } : one)));
	}
	return { ...core, closings };
}

export function afterKit(core: Core, id: Hash, { actor: by, keys, needed, shares, replaces }: KitStatement): Core {
	const kit = actorIdOf(keys);
	let { kits } = core;
	for (const one of replaces) {
		const replaced = kits.get(one);
		if (replaced?.status === 'current') kits = kits.with(one, { ...replaced, status: 'replaced' });
	}
	return { ...core, kits: kits.with(kit, { kit, keys, needed, shares, statement: id, by, status: 'current', used: null }) };
}

/** Those whom a restore makes members, whoever says otherwise without having seen it. */
export const broughtBack = ({ owner, reinstate }: RestoreStatement): ReadonlySet<Hash> => new Set([actorIdOf(owner.keys), ...reinstate]);

export function afterRestore(core: Core, id: Hash, statement: RestoreStatement, own: Core | null): Core {
	const { actor: kit, owner, actors } = statement;
	const used = core.kits.get(kit);
	let { closings } = core;
	for (const actor of broughtBack(statement)) {
		const known = closings.get(actor);
		if (known !== undefined) closings = closings.with(actor, known.filter(({ grants }) => grants !== null));
	}
	const opened: Core = { ...core, closings, kits: used === undefined ? core.kits : core.kits.with(kit, { ...used, status: 'used', used: id }) };
	const restored = installOwner(opened, id, kit, owner);
	// who was admitted for the new owner without its author's knowledge is no owner
	const unseen = own === null ? [] : (core.members.get(owner.member)?.actors ?? []).filter((actor) => !own.actors.has(actor));
	return [...actors, ...unseen].filter((actor) => restored.actors.has(actor)).reduce((state, actor) => close(state, id, actor, statement, null, own), restored);
}

function installOwner(core: Core, id: Hash, kit: Hash, { member, name, keys }: RestoreStatement['owner']): Core {
	const actor = actorIdOf(keys);
	const post: HeldGrant = { site: core.root, role: 'owner', statement: id, by: kit };
	const known = core.members.get(member);
	const grants = known === undefined ? [post] : isOneOf(known.grants, post) ? known.grants : [...known.grants, post];
	const actors = known?.actors.includes(actor) === true ? known.actors : [...(known?.actors ?? []), actor];
	const state: ActorState = core.actors.get(actor) ?? { actor, member, keys, statement: id, admittedBy: kit };
	return {
		...core,
		members: core.members.with(member, { member, name: known?.name ?? name, grants, former: known?.former ?? [], actors }),
		actors: core.actors.with(actor, state)
	};
}

/** Who was admitted for a member that was removed at the same time falls with it; of one that lost a post, the new device loses it like the others. */
export function fallWith(core: Core, id: Hash, statement: Statement, member: Id, newcomer: Hash, own: Core | null): Core {
	if ((statement.kind !== 'revoke' && statement.kind !== 'withdraw') || statement.member !== member) return core;
	return close(core, id, newcomer, statement, statement.kind === 'withdraw' ? statement.grants : null, own);
}
