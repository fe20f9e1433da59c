/**
 * Which hub this device speaks with: the one it was set up with, another that the membership log names, or a box that carries a site it keeps.
 *
 * All of them are hubs of one organization under the same database names, so the same envelopes go to any: the box in the morning, the region in the afternoon. A
 * hub is taken only when it proves by its key that it is the one that the log names at that address; what it then serves is judged as everywhere.
 */
import type { Hash, Id } from '../change/change.ts';
import { activeCarriers } from '../membership/carrier.ts';
import { databasesFor } from '../membership/databases.ts';
import type { MembershipState } from '../membership/types.ts';
import type { HubClient } from '../replication/hubClient.ts';
import type { HubProblemCode } from '../replication/hubProblem.ts';
import type { HubAddress } from './identity.ts';

/** Addresses tried at once, at most: an organization may name many. */
const TRIED_MAX = 24;

/** Every address at which a hub for this device may be found, the one it was set up with first. */
export function hubsFor(state: MembershipState | null, home: HubAddress, device: Id, takenOn: ReadonlySet<Id>): readonly HubAddress[] {
	if (state === null) return [home];
	const kept = new Set(databasesFor(state, device, takenOn).replicates);
	const boxes = activeCarriers(state).filter(({ sites }) => sites.some((site) => kept.has(`${site}-desk`) || kept.has(`${site}-care`)));
	const all = [home, ...[...boxes, ...state.hubs].flatMap(({ key, origins }) => origins.map((origin): HubAddress => ({ key, origin, prefix: home.prefix })))];
	const seen = new Set<string>();
	return all.filter(({ key, origin }) => !seen.has(`${key} ${origin}`) && seen.add(`${key} ${origin}`));
}

/**
 * The hub that the client speaks with from now on: another that answers, else the one it spoke with. Where the hub itself refused a session, another address of it
 * is no other hub; and the one that this device was set up with is believed: only from another is it left for that. A box that does not carry all that is kept here
 * (`forbidden`) is left for the one that this device was set up with, if that answers, and for no other box.
 */
export async function moveElsewhere(
	why: HubProblemCode, client: HubClient, now: HubAddress | null, { org, hub: home }: { readonly org: Hash; readonly hub: HubAddress }, control: { readonly state: MembershipState | null } | null,
	device: Id, takenOn: ReadonlySet<Id>, clients: { client(origin: string): HubClient }
): Promise<HubAddress | null> {
	if (now === null) return null;
	const refused = why === 'session-ended';
	const partly = why === 'forbidden';
	if ((refused || partly) && now.key === home.key) return now;
	const all = partly ? [{ ...home, prefix: now.prefix }] : hubsFor(control?.state ?? null, { ...home, prefix: now.prefix }, device, takenOn).filter(({ key }) => !refused || key !== now.key);
	const found = await otherHub(all, now, org, (origin) => clients.client(origin));
	if (found !== null) client.redirect(found.origin);
	return found ?? now;
}

/** The first of the others that answers as who it should be; null when none does. */
export async function otherHub(candidates: readonly HubAddress[], now: HubAddress, org: Hash, client: (origin: string) => HubClient): Promise<HubAddress | null> {
	const others = candidates.filter(({ key, origin }) => key !== now.key || origin !== now.origin).slice(0, TRIED_MAX);
	const answers = await Promise.all(others.map(async (hub) => {
		const info = await client(hub.origin).info();
		return info.ok && info.value.hub === hub.key && info.value.org === org && info.value.prefix === hub.prefix ? hub : null;
	}));
	return answers.find((hub) => hub !== null) ?? null;
}
