/** Boxes that carry sites: who lets them, what they may reach, and how it ends. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../change/ports.ts';
import type { Hash } from '../change/change.ts';
import { newSigningKey, sign, type SigningKey } from '../seal/keys.ts';
import { dismiss, letCarry, unload } from './authoring/carrier.ts';
import { nameHub } from './authoring/hub.ts';
import { activeCarriers, carrierLink, carrierProofText, readCarrierLink, type CarrierRequest } from './carrier.ts';
import { databasesFor } from './databases.ts';
import { deviceIdOf } from './ids.ts';
import { MembershipLog } from './log.ts';
import { transportKeyOf } from './selectors.ts';
import { must, setup, type Cast, type Person } from './testing/cast.ts';
import { describeState } from './testing/describe.ts';

const random = seededRandom('boxes');
const ORIGIN = 'https://192.168.8.1:4000';
const region = () => setup('olga owner of region', 'clinic north below region', 'clinic south below region', 'lea lead of north', 'carl clinician of north');

function asks(cast: Cast, key: SigningKey, origins: readonly string[] = [ORIGIN], org: Hash = cast.org): CarrierRequest {
	const hub = { key: key.publicKey, origins };
	return { v: 1, org, hub, proof: sign('saddlebag/enrolment/1', carrierProofText(org, hub), key) as CarrierRequest['proof'] };
}
const lets = (person: Person, request: CarrierRequest, ...sites: readonly string[]) => person.posts(must(letCarry(person.pen, request, sites.map((site) => person.cast.site(site)))));
const dismisses = (person: Person, key: SigningKey, reason = '') => person.posts(must(dismiss(person.pen, key.publicKey, reason)));
const unloads = (person: Person, key: SigningKey, ...sites: readonly string[]) => person.posts(must(unload(person.pen, key.publicKey, sites.map((site) => person.cast.site(site)), 'stolen')));
const reaches = (cast: Cast, key: SigningKey) => databasesFor(cast.state, deviceIdOf(key.publicKey)).mayRead;

describe('a box', () => {
	it('carries both databases of the sites it was let, and the log, and nothing else; it opens sessions with its key', async () => {
		const cast = await region();
		const box = newSigningKey(random);
		expect(reaches(cast, box)).toEqual([]);
		lets(cast.person('lea'), asks(cast, box), 'north');
		const north = cast.site('north');
		expect(reaches(cast, box)).toEqual([`${north}-care`, `${north}-desk`, 'control'].sort());
		expect(databasesFor(cast.state, deviceIdOf(box.publicKey)).mayWrite).toEqual(reaches(cast, box));
		expect(transportKeyOf(cast.state, deviceIdOf(box.publicKey))).toBe(box.publicKey);
		expect(activeCarriers(cast.state)).toMatchObject([{ key: box.publicKey, origins: [ORIGIN] }]);
	});

	it('let again carries more, under the addresses said last', async () => {
		const cast = await region();
		const box = newSigningKey(random);
		lets(cast.person('lea'), asks(cast, box), 'north');
		lets(cast.person('olga'), asks(cast, box, ['https://box.local:4000']), 'south');
		expect(activeCarriers(cast.state)).toMatchObject([{ origins: ['https://box.local:4000'], sites: [cast.site('north'), cast.site('south')].sort() }]);
	});

	it('dismissed opens nothing, and is never let again under its key', async () => {
		const cast = await region();
		const box = newSigningKey(random);
		lets(cast.person('lea'), asks(cast, box), 'north');
		dismisses(cast.person('lea'), box, 'stolen on the road');
		expect(reaches(cast, box)).toEqual([]);
		expect(transportKeyOf(cast.state, deviceIdOf(box.publicKey))).toBeNull();
		expect(() => lets(cast.person('olga'), asks(cast, box), 'north')).toThrow('new key');
	});

	it('is relieved of a site by whoever leads that one, and carries the others on; of all, it carries nothing', async () => {
		const cast = await region();
		const box = newSigningKey(random);
		const [lea, olga] = [cast.person('lea'), cast.person('olga')];
		lets(olga, asks(cast, box), 'north', 'south');
		unloads(lea, box, 'north');
		expect(activeCarriers(cast.state)).toMatchObject([{ sites: [cast.site('south')], unloaded: [cast.site('north')] }]);
		expect(reaches(cast, box)).toEqual([`${cast.site('south')}-care`, `${cast.site('south')}-desk`, 'control'].sort());
		expect(() => lets(olga, asks(cast, box), 'north')).toThrow('new key');
		expect(() => unloads(lea, box, 'north')).toThrow('does not carry');
		unloads(olga, box, 'south');
		expect(activeCarriers(cast.state)).toEqual([]);
		expect(reaches(cast, box)).toEqual([]);
		expect(transportKeyOf(cast.state, deviceIdOf(box.publicKey))).toBeNull();
	});

	it('asks with a link that cannot be bent', async () => {
		const cast = await region();
		const request = asks(cast, newSigningKey(random));
		expect(readCarrierLink(carrierLink(ORIGIN, request))).toEqual({ ok: true, value: request });
		expect(readCarrierLink(carrierLink(ORIGIN, { ...request, hub: { ...request.hub, origins: ['https://evil.example'] } })).ok).toBe(false);
		for (const text of ['', '#', 'https://x/box#e30', 'x'.repeat(20_000), `${ORIGIN}/box#AAAA`]) expect(readCarrierLink(text).ok).toBe(false);
		expect(letCarry(cast.person('lea').pen, asks(cast, newSigningKey(random), [ORIGIN], 'A'.repeat(43) as Hash), [cast.site('north')])).toMatchObject({ ok: false });
	});
});

describe('attack 57: letting a box carry', () => {
	it('is for whoever leads all its sites', async () => {
		const cast = await region();
		const box = newSigningKey(random);
		expect(() => lets(cast.person('carl'), asks(cast, box), 'north')).toThrow('may not let');
		expect(() => lets(cast.person('lea'), asks(cast, box), 'north', 'south')).toThrow('may not let');
		lets(cast.person('olga'), asks(cast, box), 'north', 'south');
		expect(() => dismisses(cast.person('lea'), box)).toThrow('may not dismiss');
		expect(() => dismisses(cast.person('carl'), box)).toThrow('may not dismiss');
		dismisses(cast.person('olga'), box);
	});

	it('names no addresses that the box did not sign, and never for the key of a hub', async () => {
		const cast = await region();
		const [box, other] = [newSigningKey(random), newSigningKey(random)];
		const signed = asks(cast, box);
		const lea = cast.person('lea');
		expect(() => lets(lea, { ...signed, hub: { key: box.publicKey, origins: ['https://evil.example'] } }, 'north')).toThrow('did not ask');
		expect(() => lets(lea, { ...signed, hub: { key: other.publicKey, origins: [ORIGIN] } }, 'north')).toThrow('did not ask');
		expect(() => lets(cast.person('olga'), asks(cast, cast.hub, ['https://evil.example']), 'north')).toThrow('that of a hub');
	});

	it('names hosts only: no wildcard and nothing that ends a directive of a policy, by letting, by link and by naming a hub', async () => {
		const cast = await region();
		const lea = cast.person('lea');
		for (const origin of ['https://*', 'https://*.example', 'http://x;sandbox', 'https://a,b', "http://x'self'", 'http://a_b']) {
			const request = asks(cast, newSigningKey(random), [ORIGIN, origin]);
			expect(() => lets(lea, request, 'north')).toThrow('one host');
			expect(readCarrierLink(carrierLink(ORIGIN, request)).ok).toBe(false);
			expect(nameHub(cast.person('olga').pen, { key: cast.hub.publicKey, origins: [origin] })).toMatchObject({ ok: false });
		}
		for (const origin of ['http://localhost:4000', 'https://[fd00::1]:4000', 'https://box.local', 'http://192.168.8.1']) lets(lea, asks(cast, newSigningKey(random), [origin]), 'north');
	});

	it('at an address that is not one host, stored before this was looked at, is void, and what cites it stands', async () => {
		const cast = await region();
		const lea = cast.person('lea');
		const request = asks(cast, newSigningKey(random), ['https://*']);
		const old = lea.forges({ kind: 'carrier', hub: request.hub, sites: [cast.site('north')], proof: request.proof });
		const after = cast.person('olga').forges({ kind: 'minimum', version: '1.2.3' }, [old.id]);
		const log = new MembershipLog(cast.org);
		log.add([...cast.statements, old, after]);
		expect(log.state === null ? null : activeCarriers(log.state)).toEqual([]);
		expect(log.state?.required).toHaveLength(1);
	});

	it('taking a site from it is for whoever leads that site, also when it was taken from it all', async () => {
		const cast = await region();
		const box = newSigningKey(random);
		lets(cast.person('olga'), asks(cast, box), 'north', 'south');
		expect(() => unloads(cast.person('lea'), box, 'south')).toThrow('may not take');
		expect(() => unloads(cast.person('lea'), box, 'north', 'south')).toThrow('may not take');
		expect(() => unloads(cast.person('carl'), box, 'north')).toThrow('may not take');
		expect(() => unloads(cast.person('lea'), newSigningKey(random), 'north')).toThrow('not known');
		unloads(cast.person('olga'), box, 'north', 'south');
		expect(() => dismisses(cast.person('lea'), box)).toThrow('may not dismiss');
		dismisses(cast.person('olga'), box);
	});

	it('a site taken from it stays taken, though it was let carry that and another anew at the same time, in every order', async () => {
		const cast = await region();
		const box = newSigningKey(random);
		lets(cast.person('olga'), asks(cast, box), 'north');
		const lea = cast.person('lea').goesOffline();
		unloads(lea, box, 'north');
		lets(cast.person('olga'), asks(cast, box, ['https://again.example']), 'north', 'south');
		lea.comesBack();
		expect(activeCarriers(cast.state)).toMatchObject([{ sites: [cast.site('south')] }]);
		for (const order of [cast.statements, [...cast.statements].reverse()]) {
			const log = new MembershipLog(cast.org);
			for (const statement of order) log.add([statement]);
			expect(log.state === null ? null : describeState(log.state)).toEqual(describeState(cast.state));
		}
	});

	it('by somebody who is removed at the same time is void, in every order; a dismissal holds against letting it anew at the same time', async () => {
		const cast = await region();
		const [first, second] = [newSigningKey(random), newSigningKey(random)];
		lets(cast.person('olga'), asks(cast, first), 'north');
		const lea = cast.person('lea').goesOffline();
		lets(lea, asks(cast, second), 'north');
		lets(lea, asks(cast, first, ['https://again.example']), 'north');
		cast.person('olga').removes(lea);
		dismisses(cast.person('olga'), first);
		lea.comesBack();
		expect(activeCarriers(cast.state)).toEqual([]);
		for (const order of [cast.statements, [...cast.statements].reverse()]) {
			const log = new MembershipLog(cast.org);
			for (const statement of order) log.add([statement]);
			expect(log.state === null ? null : describeState(log.state)).toEqual(describeState(cast.state));
		}
	});
});

