/**
 * Where the checks are asked: a hub of this process, a hub elsewhere that has no organization yet or gives a token, or a CouchDB directly.
 */
import { randomBytes } from 'node:crypto';
import { asAdministrator, provisionDatabase, readAddress } from '../server/couchdb/provision.ts';
import type { HubOptions } from '../server/hub.ts';
import { siteDatabaseName } from '../server/storage/names.ts';
import { Device, foundedHub, foundedOver, type FoundedHub } from '../server/testing/device.ts';
import { isId } from '../sync/change/ids.ts';
import type { Place } from './target.ts';

const session = (device: Device): Record<string, string> => ({ Authorization: `Bearer ${device.token ?? ''}` });

/** A hub of this process, over its own files or a CouchDB, which can be restarted. */
export async function hubHere(options: { readonly couch?: HubOptions['couch']; readonly prefix?: string; readonly port: number }): Promise<Place> {
	let world: FoundedHub = await foundedHub(options);
	const headers = session(world.owner);
	return {
		kind: 'hub', headers, databases: [world.owner.database('north', 'desk'), world.owner.database('north', 'care')],
		// on another port after a restart, where any would do
		get base() {
			return `${world.hub.url}/couch`;
		},
		get origin() {
			return world.hub.url;
		},
		restart: async () => {
			world = await world.restart();
			Object.assign(headers, session(world.owner));
		},
		end: () => world.end()
	};
}

/** A hub elsewhere that has no organization: it is given one for the checks, which stays. `link` is the set-up link that it printed. */
export async function newHub(link: string): Promise<Place> {
	const { origin, hash } = new URL(link);
	const info = (await (await fetch(`${origin}/_hub/info`)).json()) as { readonly hub: string; readonly prefix: string };
	const { owner } = await foundedOver({ url: origin, key: info.hub, setupToken: hash.slice(1) }, info.prefix);
	return { kind: 'hub', base: `${origin}/couch`, headers: session(owner), databases: [owner.database('north', 'desk'), owner.database('north', 'care')], origin, restart: null, end: () => Promise.resolve() };
}

/** A hub elsewhere, in a session that somebody opened, with two databases that it may write to. */
export function openHub(url: string, token: string, databases: readonly [string, string]): Place {
	const { origin } = new URL(url);
	return { kind: 'hub', base: `${origin}/couch`, headers: { Authorization: `Bearer ${token}` }, databases, origin, restart: null, end: () => Promise.resolve() };
}

/** A CouchDB directly, asked by an administrator: two databases are provisioned as for a hub, and removed. */
export async function couchDirectly(url: string): Promise<Place> {
	const address = readAddress(url);
	if (!address.ok) throw new Error(address.error.message);
	if (address.value.admin === null) throw new Error('The address of a CouchDB needs an administrator: http://admin:password@localhost:5984');
	const couch = asAdministrator(address.value.admin);
	const site = randomBytes(16).toString('hex');
	if (!isId(site)) throw new Error('16 bytes are an id');
	const databases = [siteDatabaseName('conformance', site, 'desk'), siteDatabaseName('conformance', site, 'care')] as const;
	for (const name of databases) await provisionDatabase(couch, name);
	const { username, password } = new URL(url);
	const basic = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
	return {
		kind: 'couchdb', base: address.value.url, headers: { Authorization: `Basic ${basic}` }, databases, origin: null, restart: null,
		end: async () => {
			for (const name of databases) await couch.db.destroy(name);
		}
	};
}
