import { describe, expect, it } from 'vitest';
import type { Hash, Id } from '../change/change.ts';
import { HubClient } from '../replication/hubClient.ts';
import { realScheduler } from '../replication/scheduler.ts';
import { moveElsewhere } from './hubs.ts';
import type { HubAddress } from './identity.ts';

const ORG = 'o'.repeat(43) as Hash;
const DEVICE = 'd'.repeat(32) as Id;
const home: HubAddress = { key: 'A'.repeat(43), origin: 'https://region.example.org', prefix: 'sb' };
const box: HubAddress = { key: 'B'.repeat(43), origin: 'https://box.example.org', prefix: 'sb' };

/** A client whose line leads to the hubs that are up. */
const client = (origin: string, up: readonly HubAddress[]): HubClient => new HubClient({
	origin, scheduler: realScheduler, fetch: (url) => {
		const hub = up.find((one) => url.startsWith(one.origin));
		if (hub === undefined) return Promise.reject(new TypeError('fetch failed'));
		return Promise.resolve(new Response(JSON.stringify({ saddlebag: '1', hub: hub.key, org: ORG, configured: true, prefix: 'sb', origins: [hub.origin] })));
	}
});
const from = (now: HubAddress, up: readonly HubAddress[], why: 'forbidden' | 'unreachable') => moveElsewhere(
	why, client(now.origin, up), now, { org: ORG, hub: home }, null, DEVICE, new Set(), { client: (origin) => client(origin, up) }
);

describe('a device at a box that does not carry all that it keeps', () => {
	it('goes back to the hub that it was set up with as soon as that answers', async () => {
		expect(await from(box, [home, box], 'forbidden')).toEqual(home);
	});

	it('stays with the box while the hub cannot be reached', async () => {
		expect(await from(box, [box], 'forbidden')).toEqual(box);
	});

	it('is told the same by the hub itself, and stays', async () => {
		expect(await from(home, [home, box], 'forbidden')).toEqual(home);
	});
});
