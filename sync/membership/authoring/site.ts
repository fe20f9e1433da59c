/**
 * Adding a site: a place below another, with the first epoch of each compartment, wrapped for every actor entitled to it.
 */
import { toBase64url } from '../../change/base64url.ts';
import { COMPARTMENTS, type Hash, type Id } from '../../change/change.ts';
import { err, ok, problem } from '../../result.ts';
import { newEpoch, type EpochSecret } from '../../seal/epoch.ts';
import { rosterSeal } from '../../seal/roster.ts';
import { epochPlace, siteIdOf } from '../ids.ts';
import { heldPlaces, holdersOf, sealKeyOf, type Authority } from '../selectors.ts';
import type { SiteKind, SiteState } from '../types.ts';
import { declareFirst, rosterKey, wrapForAll, type Deliveries } from './epochs.ts';
import { present, write, type Outcome, type Pen, type Written } from './pen.ts';

export interface SiteAdded extends Written {
	readonly site: Id;
}

export function addSite(pen: Pen, request: { readonly name: string; readonly kind: SiteKind; readonly parent: Id }): Outcome<SiteAdded> {
	const state = present(pen);
	if (!state.ok) return state;
	const { self, random, held } = pen;
	const roster = rosterKey(state.value, held);
	if (roster === null) return err(problem('no-key', 'This device does not hold the key of names yet. Wait for the next exchange with the hub.'));
	const rand = toBase64url(random.bytes(16));
	const site = siteIdOf(self.actor, request.parent, rand);
	const name = rosterSeal(roster, request.name, random);
	const keys = COMPARTMENTS.map((comp) => newEpoch(site, comp, random));
	const built: SiteState = { site, parent: request.parent, kind: request.kind, name, statement: state.value.org };
	const { deliveries, bundles } = wrapForEntitled({ ...state.value, sites: new Map([...state.value.sites, [site, built]]) }, state.value.org, keys, pen);
	const written = write(pen, {
		kind: 'site', site, rand, parent: request.parent, siteKind: request.kind, name, epochs: keys.map(declareFirst), deliveries
	}, bundles, keys);
	return written.ok ? ok({ ...written.value, site }) : written;
}

/** Bundles of new keys for every actor who may hold one of them, the author first: its device finds its keys in the log too. */
export function wrapForEntitled(authority: Authority, org: Hash, keys: readonly EpochSecret[], { self, random }: Pen): Deliveries {
	// what each may hold is asked once, not for each of hundreds of keys
	const reach = new Map(holdersOf(authority).map((actor) => [actor, heldPlaces(authority, actor)]));
	const placed = keys.map((key) => ({ key, place: epochPlace(key.site, key.comp) }));
	const everyone = new Set([self.actor, ...placed.flatMap(({ place }) => [...reach].flatMap(([actor, places]) => (places.has(place) ? [actor] : [])))]);
	const recipients = [...everyone].flatMap((actor) => {
		const entitled = placed.flatMap(({ key, place }) => (reach.get(actor)?.has(place) === true ? [key] : []));
		const seal = sealKeyOf(authority, actor);
		return seal === undefined || entitled.length === 0 ? [] : [{ actor, seal, keys: entitled }];
	});
	return wrapForAll(org, recipients, random);
}
