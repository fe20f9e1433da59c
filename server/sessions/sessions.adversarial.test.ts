/**
 * Sessions over real HTTP, against somebody who steals, replays, relays, guesses or was thrown out: what a token, a challenge or a transport key is worth to them.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fixedClock } from '../../sync/change/ports.ts';
import { revoke } from '../../sync/membership/authoring/removal.ts';
import { must, type Person } from '../../sync/membership/testing/cast.ts';
import { newEpoch, epochKeys } from '../../sync/seal/epoch.ts';
import { encodeState, sealStates } from '../../sync/seal/frontier.ts';
import { newSigningKey, sign } from '../../sync/seal/keys.ts';
import { encodeFrontier, type FrontierDocument } from '../../sync/verify/frontier.ts';
import { Device, envelopes, foundedHub, revised, envelope, type FoundedHub } from '../testing/device.ts';
import { CHALLENGE_MS, SESSION_MS } from '../limits.ts';

let world: FoundedHub;
let owner: Device;
let nina: Device;
let desk: string;
beforeEach(async () => {
	world = await foundedHub();
	owner = world.owner;
	nina = await joined('nina', 'clinician of north');
	desk = owner.database('north', 'desk');
});
afterEach(() => world.end());

async function joined(name: string, words: string): Promise<Device> {
	const person = world.cast.person('olga').brings(name, words);
	await owner.syncsControl();
	return new Device(world.hub, person).opensSession();
}
const withToken = (device: Device, token: string | null, hub = world.hub): Device => Object.assign(new Device(hub, device.person), { token });

describe('attack 57: a stolen box passes on the challenge of the regional hub', () => {
	it('and what the tablet signs for the box is void at the region, in every combination of hub and origin', async () => {
		// the tablet is enrolled at the region (this world's hub), and believes to speak to the box, which forwards the region's challenge
		const box = { key: newSigningKey(world.cast.random).publicKey, url: 'https://box.example' };
		for (const hub of [box.key, world.hub.key]) {
			for (const origin of [box.url, world.hub.url]) {
				const said = `hub ${hub === box.key ? 'box' : 'region'}, origin ${origin === box.url ? 'box' : 'region'}`;
				const reply = await nina.requestSession(await nina.sessionText({ hub, origin, databases: [desk] }));
				// a control: signed for the region itself it opens a session, so that nothing else stands in the way of the others
				expect([said, reply.status]).toEqual([said, hub === world.hub.key && origin === world.hub.url ? 200 : 403]);
			}
		}
	});

	it('and a session opened at one hub opens nothing at another', async () => {
		const region = await foundedHub();
		try {
			expect((await withToken(nina, nina.token, region.hub).get(`/couch/${desk}`)).status).toBe(401);
			expect((await withToken(owner, region.owner.token).get(`/couch/${desk}`)).status).toBe(401);
		} finally {
			await region.end();
		}
	});
});

describe('a stolen token', () => {
	it('reaches no database that was not asked for when it was issued, and none that the device may not reach', async () => {
		const narrow = await new Device(world.hub, nina.person).opensSession([desk]);
		expect((await narrow.get(`/couch/${desk}`)).status).toBe(200);
		for (const other of [nina.database('north', 'care'), nina.control, nina.database('region', 'desk'), nina.database('region', 'care')]) {
			expect((await narrow.get(`/couch/${other}`)).status, other).toBe(403);
			expect((await narrow.get(`/couch/${other}/_changes?include_docs=true`)).status, other).toBe(403);
			expect((await narrow.pushes(other, envelopes(1))).status, other).toBe(403);
		}
		const wide = await new Device(world.hub, nina.person).opensSession([desk, nina.database('region', 'care'), nina.database('region', 'desk')]);
		expect((await wide.get(`/couch/${nina.database('region', 'care')}`)).status).toBe(403);
	});

	it('ends by itself, and a challenge before that', async () => {
		await world.end();
		const clock = fixedClock(Date.UTC(2026, 0, 6));
		world = await foundedHub({ clock });
		owner = world.owner;
		const { token } = owner;
		const nonce = await owner.challenge();
		clock.set(clock.now() + CHALLENGE_MS);
		expect((await owner.requestSession(await owner.sessionText({ nonce }))).status).toBe(401);
		clock.set(clock.now() + SESSION_MS - CHALLENGE_MS);
		expect((await withToken(owner, token).get(`/couch/${owner.control}`)).status).toBe(401);
	});

	it('is not guessed, lengthened, widened or made of a challenge', async () => {
		const [body = '', mac = ''] = (nina.token ?? '').split('.');
		const said = JSON.parse(Buffer.from(body, 'base64url').toString()) as { e: number };
		const remade = (fields: object) => `${Buffer.from(JSON.stringify({ ...said, ...fields })).toString('base64url')}.${mac}`;
		const tries = [
			remade({ e: said.e + 3_600_000 }), remade({ d: owner.id }), remade({ b: 'c' }), `${body}.${'A'.repeat(mac.length)}`, `${body}.`, `.${mac}`, body, `${body}.${mac}.${mac}`,
			await nina.challenge(), (await nina.challenge()).split('.').slice(0, 2).join('.')
		];
		for (const token of tries) expect((await withToken(nina, token).get(`/couch/${desk}`)).status, token.slice(0, 20)).toBe(401);
	});
});

describe('a session of somebody who was taken out', () => {
	const takeOut = async (person: Person): Promise<void> => {
		const olga = world.cast.person('olga');
		olga.posts(must(revoke(olga.pen, { member: person.member, actors: [person.actor], positions: [], reason: 'lost' })));
		await owner.syncsControl();
	};

	it('attack 17: ends at once, in the middle of a longpoll too, and no new one is opened', async () => {
		const { token } = nina;
		const waiting = nina.get('/couch/_db_updates?feed=longpoll&since=now&timeout=60000');
		const reading = nina.get(`/couch/${desk}/_changes?feed=longpoll&since=now&timeout=60000&include_docs=true`);
		await takeOut(nina.person);
		await owner.pushes(desk, envelopes(1));
		expect(JSON.stringify(await reading)).not.toContain('"doc"');
		expect(JSON.stringify(await waiting)).not.toContain(desk);
		const thief = withToken(nina, token);
		for (const route of [`/couch/${desk}`, `/couch/${desk}/_changes`, `/couch/${nina.control}/_changes`, '/couch/_db_updates']) expect((await thief.get(route)).status, route).toBe(401);
		expect((await thief.pushes(desk, envelopes(1))).status).toBe(401);
		expect((await thief.post(`/_hub/deposit/${desk}`, { docs: [revised(envelope('d1'))] })).status).toBe(401);
		expect((await thief.post('/_hub/frontiers', { known: [] })).status).toBe(401);
		expect((await thief.requestSession(await thief.sessionText({ databases: [desk] }))).status).toBe(401);
	});

	it('ends only for that device', async () => {
		const lea = await joined('lea', 'lead of region');
		await takeOut(nina.person);
		expect((await lea.get(`/couch/${desk}`)).status).toBe(200);
	});
});

describe('attack 50: allowances', () => {
	const again = async (allowances: NonNullable<Parameters<typeof foundedHub>[0]>['allowances']): Promise<void> => {
		await world.end();
		world = await foundedHub({ ...(allowances === undefined ? {} : { allowances }), clock: fixedClock(Date.UTC(2026, 0, 6)) });
		owner = world.owner;
		desk = owner.database('north', 'desk');
	};

	it('of bytes: a member who fills the disk is stopped, told when to come back, and nobody else is', async () => {
		await again({ bytes: { burst: 100_000, perSecond: 10 } });
		const mallory = await joined('mallory', 'clinician of north');
		const codes: number[] = [];
		for (let i = 0; i < 8; i++) codes.push((await mallory.pushes(desk, envelopes(20))).status);
		expect(codes[0]).toBe(201);
		expect(codes.at(-1)).toBe(429);
		expect((await owner.ids(desk)).length).toBeLessThan(160);
		expect((await owner.pushes(desk, envelopes(20))).status).toBe(201);
		const refused = await fetch(`${world.hub.url}/couch/${desk}/_bulk_docs`, {
			method: 'POST', headers: { Authorization: `Bearer ${mallory.token ?? ''}`, 'Content-Type': 'application/json' }, body: JSON.stringify({ new_edits: false, docs: envelopes(40).map(revised) })
		});
		expect(refused.status).toBe(429);
		expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(60);
		// reading goes on
		expect((await mallory.get(`/couch/${desk}`)).status).toBe(200);
	});

	it('of deposits at sites of others, and of the membership log', async () => {
		await again({ deposit: { burst: 5, perSecond: 0.001 }, control: { burst: 40, perSecond: 0.001 } });
		const docs = Array.from({ length: 4 }, () => revised(envelope('d1')));
		expect((await owner.post(`/_hub/deposit/${desk}`, { docs })).status).toBe(201);
		expect((await owner.post(`/_hub/deposit/${desk}`, { docs })).status).toBe(429);
		const bundles = world.cast.documents.filter(({ v }) => v === 'k1');
		let status = 201;
		for (let i = 0; i < 40 && status === 201; i++) ({ status } = await owner.pushes(owner.control, bundles));
		expect(status).toBe(429);
	});

	it('of strangers: challenges and sessions of one address are counted, before anything is verified', async () => {
		await again({ stranger: { burst: 20, perSecond: 0.001 } });
		const stranger = new Device(world.hub, owner.person);
		const codes: number[] = [];
		for (let i = 0; i < 30; i++) codes.push((await stranger.post(i % 2 === 0 ? '/_hub/session' : '/_hub/setup', { text: 'x', sig: 'x', token: 'guess' })).status);
		expect(codes.slice(-5)).toEqual([429, 429, 429, 429, 429]);
		expect((await owner.get(`/couch/${desk}`)).status).toBe(200);
	});

	it('of requests of one device', async () => {
		await again({ request: { burst: 30, perSecond: 0.001 } });
		let status = 200;
		for (let i = 0; i < 40 && status === 200; i++) ({ status } = await owner.get(`/couch/${desk}`));
		expect(status).toBe(429);
	});
});

describe('frontiers at the hub', () => {
	const stated = (device: Device, n: number, org = world.cast.org, signer = device.person.transport): FrontierDocument => {
		const site = world.cast.site('north');
		const keys = epochKeys(org, site, 'desk', newEpoch(site, 'desk', world.cast.random).key);
		const parts = sealStates([{ place: { device: device.id, keys }, text: encodeState({ v: 1, n, at: 1, seen: [], chains: [] }) }], world.cast.random);
		const text = encodeFrontier({ v: 1, org, device: device.id, site, kind: 'desk', n, parts });
		return { v: 'f1', text, sig: sign('saddlebag/frontier/1', text, signer) };
	};
	const put = (by: Device, document: FrontierDocument) => by.post('/_hub/frontier', { document });
	const listed = async (by: Device, known: readonly object[] = []) => (await by.post('/_hub/frontiers', { known })).json as { readonly held: readonly { readonly n: number }[]; readonly documents: readonly unknown[] };

	it('attack 20: are replaced by newer ones only, whoever hands them in, and survive a restart', async () => {
		const two = stated(nina, 2);
		expect((await put(nina, two)).status).toBe(200);
		expect((await put(owner, two)).status).toBe(200);
		expect((await put(nina, stated(nina, 1))).status).toBe(409);
		expect((await put(nina, stated(nina, 2))).status).toBe(409);
		expect((await put(owner, stated(nina, 7))).status).toBe(200);
		expect(await listed(owner)).toMatchObject({ held: [{ n: 7 }], documents: [{ v: 'f1' }] });
		expect((await listed(owner, [{ device: nina.id, database: `${world.cast.site('north')}-desk`, n: 7 }])).documents).toEqual([]);
		world = await world.restart();
		owner = world.owner;
		expect((await listed(owner)).held).toMatchObject([{ n: 7 }]);
	});

	it('attack 05: are not taken from another key, organization, kind of text, or of a device that does not read there', async () => {
		expect((await put(nina, stated(nina, 1, world.cast.org, owner.person.transport))).status).toBe(403);
		expect((await put(nina, stated(nina, 1, newEpoch(null, 'roster', world.cast.random).epoch))).status).toBe(403);
		const session = await nina.sessionText();
		expect((await put(nina, { v: 'f1', text: session, sig: sign('saddlebag/session/1', session, nina.person.transport) })).status).toBe(400);
		world.cast.person('olga').addsSite('south', 'region');
		const sara = await joined('sara', 'clinician of south');
		expect((await put(owner, stated(sara, 1))).status).toBe(403);
		expect((await put(sara, stated(nina, 1))).status).toBe(403);
		expect((await listed(sara)).held).toEqual([]);
	});
});
