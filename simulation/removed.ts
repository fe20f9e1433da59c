/**
 * The promises about people who are removed: who is still to be served when the world has healed, what the oracle then holds of closed chains, and
 * that no late change vanishes, no key reaches who was removed, and removals that hit each other remove both (design S7 and S8).
 */
import type { Hash } from '../sync/change/change.ts';
import type { Device } from '../sync/device/device.ts';
import { keyDocuments } from '../sync/membership/authoring/deliveries.ts';
import { actorIdOf } from '../sync/membership/ids.ts';
import { MembershipLog } from '../sync/membership/log.ts';
import type { ActorSecrets } from '../sync/membership/authoring/pen.ts';
import { isActive } from '../sync/membership/selectors.ts';
import type { MembershipState } from '../sync/membership/types.ts';
import type { ControlDocument } from '../sync/store/index.ts';
import { canonical } from './oracle/canonical.ts';
import type { Finding, Judged } from './oracle/expect.ts';
import { everyKey } from './oracle/keys.ts';
import { briefly, grantedBy, type Law, type Post, type Right } from './oracle/law.ts';
import type { OpenedChange, WorldKey } from './oracle/open.ts';
import { Removals, standing, type Blow, type Held } from './oracle/removals.ts';
import type { Machine } from './world/machine.ts';
import type { World } from './world/world.ts';

/** The organization by a set of control documents. */
export interface Organization {
	readonly documents: readonly ControlDocument[];
	readonly log: MembershipLog;
	readonly state: MembershipState;
	readonly law: Law;
	readonly removals: Removals;
}

const logOf = (org: Hash, documents: readonly ControlDocument[]): MembershipLog => {
	const log = new MembershipLog(org);
	log.add(documents.filter((document) => document.v === 's1'));
	return log;
};

/** What control documents are on a disk. */
export function controlOn({ disk }: Machine): readonly ControlDocument[] {
	return disk.rows.keys({ from: 'control|', to: 'control|\uffff' }).map((key) => JSON.parse(disk.rows.get(key)?.body ?? '') as ControlDocument);
}

export function controlAtHub({ hub }: World): readonly ControlDocument[] {
	return [...hub.database('sb-control').docs.values()].map((document) => JSON.parse(JSON.stringify(document)) as ControlDocument);
}

/** By what the hub has and every device that the hub still serves: a removed device keeps to itself what it says. */
export function settledDocuments(world: World): readonly ControlDocument[] {
	const found = new Map(controlAtHub(world).map((document) => [document._id, document]));
	for (const machine of activeMachines(world, [...found.values()])) for (const document of controlOn(machine)) if (!found.has(document._id)) found.set(document._id, document);
	return [...found.values()];
}

/** Machines whose user is still a member by these documents. */
export function activeMachines(world: World, documents: readonly ControlDocument[]): readonly Machine[] {
	const { state } = logOf(world.founded.org, documents);
	return world.machines.filter(({ person }) => state !== null && isActive(state, person.self.actor));
}

export function organizationBy(org: Hash, documents: readonly ControlDocument[]): Organization {
	const log = logOf(org, documents);
	const { state } = log;
	if (state === null) throw new Error('a world without an organization');
	const postsAt = (actor: string, seen: readonly string[]): readonly Held[] | null => {
		const then = log.at(seen as Parameters<typeof log.at>[0]);
		if (then === null) return null;
		const known = [...then.actors.values()].find((one) => one.actor === actor);
		return known === undefined || !isActive(then, known.actor) ? [] : (then.members.get(known.member)?.grants ?? []);
	};
	const remembered = remembering(postsAt);
	const law: Law = {
		org,
		sites: new Map([...state.sites.values()].map(({ site, parent }) => [site, parent])),
		actors: new Map([...state.actors.values(), ...state.fallen.values()].map(({ actor, keys, member }) => {
			const person = state.members.get(member);
			return [actor, { sign: keys.sign, posts: [...(person?.grants ?? []), ...(person?.former ?? [])] }];
		})),
		then: remembered
	};
	const removals = new Removals({
		law, statements: log.statements, stands: (statement) => included(state, statement),
		known: (actor) => [...state.actors.keys()].some((one) => one === actor), memberOf: (actor) => [...state.actors.values()].find((one) => one.actor === actor)?.member ?? null, postsAt: remembered
	});
	return { documents, log, state, law, removals };
}

const included = ({ included: all }: MembershipState, statement: string): boolean => (all as ReadonlySet<string>).has(statement);

function remembering(postsAt: (actor: string, seen: readonly string[]) => readonly Held[] | null): typeof postsAt {
	const known = new Map<string, readonly Held[] | null>();
	return (actor, seen) => {
		const name = `${actor} ${seen.join()}`;
		const before = known.get(name);
		const posts = before === undefined ? postsAt(actor, seen) : before;
		known.set(name, posts);
		return posts;
	};
}

/** Every key of the world, whoever of its people holds it. */
export function allKeys(world: World, { log, documents }: Pick<Organization, 'log' | 'documents'>): readonly WorldKey[] {
	const keys = new Map<string, WorldKey>();
	const bundles = keyDocuments(documents);
	for (const { self } of world.founded.people) {
		for (const { site, comp, epoch, key } of everyKey(world.founded.org, self, log.statements, bundles).values()) {
			if (site !== null && comp !== 'roster') keys.set(epoch, { org: world.founded.org, site, comp, epoch, key });
		}
	}
	return [...keys.values()];
}

/** Somebody who lost something by what was known when this was written, and was given nothing by what was not: a post that is void delivers its keys all the same. */
function isShutOut({ log, state, law, removals }: Organization, actor: string, { site, comp, seen }: Pick<OpenedChange['change'], 'site' | 'comp' | 'seen'>): boolean {
	const posts = law.then?.(actor, seen) ?? null;
	const reads = (given: readonly Post[]): boolean => grantedBy(law, given, site, ({ reads: read }) => read.includes(comp));
	if (posts === null || reads(posts)) return false;
	const knew = removals.past(seen);
	const person = [...state.actors.values()].find((one) => one.actor === actor);
	// a removal that turned out void took nothing: who it named was given the keys rightly
	if (person === undefined || !knew.has(person.statement) || !removals.touching(actor).some((taking) => knew.has(taking))) return false;
	if (isActive(state, person.actor) && reads(state.members.get(person.member)?.grants ?? [])) return false;
	const unheardOf = log.statements.flatMap(({ id, statement }): readonly Post[] => (statement.kind === 'grant' && statement.member === person.member && !knew.has(id) ? statement.grants : []));
	// one that is void delivers its keys as well
	const isBack = log.statements.some(({ id, statement }) => statement.kind === 'restore' && !knew.has(id) && (actorIdOf(statement.owner.keys) === actor || statement.reinstate.some((one) => one === actor)));
	return !reads(unheardOf) && !isBack;
}

/**
 * Somebody sealed what they wrote after they knew of a removal, or of a post that was taken away, under a key that the secrets of who lost it open: all
 * bundles that were ever made out to them, whatever the log says of it.
 */
export function sealedForShutOut(people: readonly ActorSecrets[], organization: Organization, opened: Iterable<Pick<OpenedChange, 'id' | 'change' | 'epoch' | 'comp'>>): readonly Finding[] {
	const { log, documents, removals } = organization;
	const bundles = keyDocuments(documents);
	const lost = people.filter(({ actor }) => removals.touched(actor)).map((self) => ({ actor: self.actor, keys: everyKey(log.org, self, log.statements, bundles) }));
	if (lost.length === 0) return [];
	return [...opened].flatMap(({ id, change, epoch, comp }): readonly Finding[] => lost.flatMap(({ actor, keys }): readonly Finding[] => {
		const held = keys.get(epoch);
		const site = held?.site ?? null;
		if (site === null || !isShutOut(organization, actor, { site, comp, seen: change.seen })) return [];
		return [{ kind: 'forbidden', detail: `${briefly(id, change)} was written in the knowledge that ${actor.slice(0, 6)} may not read ${comp} of ${site.slice(0, 6)} any more, and is sealed under a key that ${actor.slice(0, 6)} holds` }];
	}));
}

/**
 * Uses of recovery kits, by the letter of rule 6: of each kit one use counts at most, and that is the last in the order of the log (depth, then id).
 * Whoever used it in vain is no owner by it.
 */
export function usesOfKits({ log, state, removals }: Organization): readonly Finding[] {
	const depths = depthsOf(log);
	const depth = (id: string): number => depths.get(id) ?? 0;
	const all = log.statements.flatMap(({ id, statement }) => (statement.kind === 'restore' ? [{ id, kit: statement.actor as string }] : []));
	const ends = (other: string, kit: string): boolean => {
		const statement = log.statements.find(({ id }) => id === other)?.statement;
		return (statement?.kind === 'restore' && statement.actor === kit) || (statement?.kind === 'kit' && statement.replaces.some((one) => one === kit));
	};
	// who knew that it was used up, or replaced, used nothing
	const uses = all.filter(({ id, kit }) => ![...removals.past([id])].some((other) => other !== id && ends(other, kit)));
	return [...new Set(uses.map(({ kit }) => kit))].flatMap((kit): readonly Finding[] => {
		const ofKit = uses.filter((use) => use.kit === kit).sort((a, b) => depth(a.id) - depth(b.id) || (a.id < b.id ? -1 : 1));
		const counted = ofKit.filter(({ id }) => included(state, id));
		const replaced = log.statements.some(({ id, statement }) => statement.kind === 'kit' && statement.replaces.some((one) => one === kit) && included(state, id));
		const owners = [...state.members.values()].flatMap(({ grants }) => grants.map((post) => post.statement as string));
		return [
			...(counted.length > 1 ? [{ kind: 'forbidden' as const, detail: `a recovery kit was used ${String(counted.length)} times: ${counted.map(({ id }) => id.slice(0, 6)).join()}` }] : []),
			...(counted.length === 0 && !replaced ? [{ kind: 'lost' as const, detail: `the use of a recovery kit ${ofKit.map(({ id }) => id.slice(0, 6)).join()} counts for nothing, although no newer kit was made` }] : []),
			...counted.filter(({ id }) => id !== ofKit.at(-1)?.id).map(({ id }) => ({ kind: 'forbidden' as const, detail: `the use ${id.slice(0, 6)} of a recovery kit counts, and not the last one` })),
			...ofKit.filter(({ id }) => !included(state, id) && owners.includes(id)).map(({ id }) => ({ kind: 'forbidden' as const, detail: `somebody holds a post by the use ${id.slice(0, 6)} of a recovery kit, which is void` }))
		];
	});
}

/** Longest way back to the beginning. */
function depthsOf({ statements }: MembershipLog): ReadonlyMap<string, number> {
	const depths = new Map<string, number>();
	for (let moved = true; moved; ) {
		moved = false;
		for (const { id, statement } of statements) {
			const cited = statement.kind === 'genesis' ? [] : statement.prev.map((prev) => depths.get(prev));
			if (depths.has(id) || cited.some((one) => one === undefined)) continue;
			depths.set(id, statement.kind === 'genesis' ? 0 : 1 + Math.max(...cited.map((one) => one ?? 0)));
			moved = true;
		}
	}
	return depths;
}

/** What somebody may still write by what they are posted to now: posts of old do not count. */
export function mayStillWrite({ state, law }: Organization, actor: string, site: string, comp: string): boolean {
	const person = [...state.actors.values()].find((one) => one.actor === actor);
	if (person === undefined || !isActive(state, person.actor)) return false;
	return grantedBy(law, state.members.get(person.member)?.grants ?? [], site, ({ writes }) => writes.includes(comp as Right));
}

/** Removals, whoever made them, by the rule that those that hit each other at once all stand. Withdrawals at the same time are left to the machine. */
export function survivorsOfFights(world: World, { log, state, removals }: Organization): readonly Finding[] {
	const blows = log.statements.flatMap(({ id, statement }): readonly Blow[] => (statement.kind === 'revoke' ? [{ id, by: statement.actor, victims: statement.actors, past: removals.past(statement.prev) }] : []));
	const taken = log.statements.flatMap(({ id, statement }) => (statement.kind === 'withdraw' || statement.kind === 'restore' ? [{ id, past: removals.past(statement.prev) }] : []));
	const clear = blows.every((blow) => taken.every(({ id, past }) => past.has(blow.id) || blow.past.has(id)));
	if (!clear) return [];
	const honest = new Set<string>(world.founded.people.map(({ self }) => self.actor));
	const stand = standing(blows);
	return blows.flatMap(({ id, by, victims }): readonly Finding[] => (!stand.has(id) || !honest.has(by) ? [] : victims.flatMap((victim): readonly Finding[] => {
		const active = [...state.actors.keys()].some((actor) => actor === victim && isActive(state, actor));
		return active ? [{ kind: 'forbidden', detail: `${victim.slice(0, 6)} is a member, although the removal by ${by.slice(0, 6)} (${id.slice(0, 6)}) stands` }] : [];
	})));
}

/** Rule 1 of S8, the naive way: what a removed person said at the same time lets nobody in. Where a kit was used the machine decides. */
export function letInByRemoved({ log, state, removals }: Organization): readonly Finding[] {
	const { statements } = log;
	if (statements.some(({ statement }) => statement.kind === 'restore')) return [];
	const standing = statements.flatMap(({ id, statement }) => (statement.kind === 'revoke' && included(state, id) ? [{ id, actors: statement.actors as readonly string[] }] : []));
	return statements.filter(({ id, statement }) => (statement.kind === 'admit' || statement.kind === 'grant') && included(state, id)).flatMap(({ id, statement }): readonly Finding[] => {
		const apart = standing.find((removal) => removal.actors.includes(statement.actor) && !removals.past([id]).has(removal.id) && !removals.past([removal.id]).has(id));
		return apart === undefined ? [] : [{ kind: 'forbidden', detail: `the ${statement.kind} ${id.slice(0, 6)} stands, although ${statement.actor.slice(0, 6)}, who signed it, was removed at the same time` }];
	});
}

/** What a device shows of late work against what its disk holds of it. What somebody took over is not shown any more. */
export async function laneOf(device: Device, judged: Judged): Promise<readonly Finding[]> {
	const lane = await device.lateWork({ site: null });
	if (!lane.ok) return [{ kind: 'total', detail: `does not show late work: ${lane.error.message}` }];
	const shown = new Set<string>(lane.value.flatMap(({ changes }) => changes.map(({ change }) => change)));
	const taken = new Set([...judged.places.values()].flat().flatMap(({ change }) => [...(change.create?.kind === 'moved' ? [change.create.change as string] : []), bodyOf(change)]));
	const hidden = judged.late.filter(({ id, change }) => !shown.has(id) && !taken.has(id) && !(keepsItsName(change) && taken.has(bodyOf(change))));
	const known = new Set<string>(judged.late.map(({ id }) => id));
	return [
		...hidden.map(({ id, change }): Finding => ({ kind: 'hidden', detail: `${briefly(id, change)} is late, and not in the late lane` })),
		...[...shown].filter((id) => !known.has(id)).map((id): Finding => ({ kind: 'forbidden', detail: `${id.slice(0, 8)} is in the late lane, and is not late` }))
	];
}

/** An edit is taken over as an edit, a link as the same link: only other beginnings become entries of their own. */
const keepsItsName = ({ create }: Judged['late'][number]['change']): boolean => create === undefined || create.kind === 'link' || create.kind === 'answer';
const bodyOf = ({ chart, comp, type, set, unset, add, remove }: Judged['late'][number]['change']): string => canonical({ chart, comp, type, set, unset, add, remove });
