/** Keys that a hub or a member slips in, swaps or gives to the wrong people. */
import { beforeAll, describe, expect, it } from 'vitest';
import { toBase64url } from '../../change/base64url.ts';
import { COMPARTMENTS, type Hash } from '../../change/change.ts';
import { wrapKeys } from '../../seal/bundle.ts';
import { newEpoch } from '../../seal/epoch.ts';
import { newSealKey } from '../../seal/keys.ts';
import { keyDocuments, openDeliveries } from './deliveries.ts';
import { declareFirst } from './epochs.ts';
import { documentOf, newActor, signStatement } from './pen.ts';
import { siteIdOf } from '../ids.ts';
import { MembershipLog } from '../log.ts';
import { epochsOf, newestEpoch } from '../selectors.ts';
import { setup, type Cast } from '../testing/cast.ts';
import type { MembershipState } from '../types.ts';


const district = () => setup(
	'olga owner of region', 'clinic north below region', 'clinic south below region', 'lea lead of north', 'sam lead of south', 'carl clinician of north'
);
const reasonFor = (holder: { readonly state: MembershipState | null }, id: Hash): string | undefined => holder.state?.refused.find((one) => one.id === id)?.reason;

let cast: Cast;
beforeAll(async () => {
	cast = await district();
});

describe('attack 12: the hub injects keys of its own choice', () => {
	it('attack 12: a bundle that no statement names is not opened, however well it is made', () => {
		const carl = cast.person('carl');
		const evil = newEpoch(cast.site('north'), 'clinical', cast.random);
		const bundle = wrapKeys({ org: cast.org, actor: carl.actor, seal: carl.self.keys.seal }, [evil], cast.random);
		const { keys } = carl.keyring;
		const ring = openDeliveries(carl.log, carl.self, new Map([...keyDocuments(cast.documents), [bundle._id, bundle]]));
		expect(ring.keys).toEqual(keys);
		expect(keys.length).toBeGreaterThan(0);
	});

	it('attack 12: a statement that delivers it needs the signature of a member', () => {
		const hub = newActor(cast.hub, cast.random);
		const signed = signStatement({
			v: 1, kind: 'epoch', org: cast.org, actor: hub.actor, prev: cast.state.heads, hlc: cast.now(), epochs: [], deliveries: []
		}, hub);
		const log = new MembershipLog(cast.org);
		log.add([...cast.statements, documentOf(signed)]);
		expect(reasonFor(log, signed.id)).toContain('not a member');
		// nor in the name of one
		const olga = cast.person('olga');
		const named = signStatement({
			v: 1, kind: 'epoch', org: cast.org, actor: olga.actor, prev: cast.state.heads, hlc: cast.now(), epochs: [], deliveries: []
		}, hub);
		log.add([documentOf(named)]);
		expect(reasonFor(log, named.id)).toBe('The signature is not the author\'s.');
	});

	it('attack 12: a key that no statement declares is not kept, though a member hands it over in a statement', async () => {
		const fresh = await district();
		const [lea, carl] = [fresh.person('lea'), fresh.person('carl')];
		const evil = newEpoch(fresh.site('north'), 'clinical', fresh.random);
		const bundle = wrapKeys({ org: fresh.org, actor: carl.actor, seal: carl.self.keys.seal }, [evil], fresh.random);
		fresh.documents.push(bundle);
		lea.forges({ kind: 'epoch', epochs: [], deliveries: [{ actor: carl.actor, bundle: bundle._id }] });
		const ring = carl.keyring;
		expect(ring.keys.map(({ epoch }) => epoch)).not.toContain(evil.epoch);
		expect(ring.problems).toMatchObject([{ fault: 'undeclared', by: lea.actor, epoch: evil.epoch }]);
	});

	it('attack 12: one member cannot start an epoch where the role may not read, nor deliver keys to those who may not', async () => {
		const fresh = await district();
		const [carl, sam] = [fresh.person('carl'), fresh.person('sam')];
		const first = newestEpoch(fresh.state, fresh.site('north'), 'clinical');
		const evil = newEpoch(fresh.site('north'), 'clinical', fresh.random);
		const older = '0'.repeat(64);
		const epoch = { ...declareFirst(evil), supersedes: first === null ? [] : [first.epoch], older };
		const foreign = sam.forges({ kind: 'epoch', epochs: [epoch], deliveries: [] });
		const leaking = carl.forges({ kind: 'epoch', epochs: [epoch], deliveries: [{ actor: sam.actor, bundle: older }] });
		expect(reasonFor(fresh, foreign.id)).toContain('may not start an epoch');
		expect(reasonFor(fresh, leaking.id)).toContain('may not read there');
		expect(epochsOf(fresh.state, fresh.site('north'), 'clinical')).toHaveLength(1);
	});
});

describe('attack 15: different keys for different members', () => {
	it('attack 15: a key that is not the epoch\'s is found by who got it, with the one who delivered it', async () => {
		const fresh = await district();
		const [lea, carl, olga] = [fresh.person('lea'), fresh.person('carl'), fresh.person('olga')];
		const place = { site: fresh.site('north'), comp: 'clinical' } as const;
		const [first] = epochsOf(fresh.state, place.site, place.comp);
		const [shown, other] = [newEpoch(place.site, place.comp, fresh.random), newEpoch(place.site, place.comp, fresh.random)];
		const bundles = [{ to: carl, key: other.key }, { to: olga, key: shown.key }].map(({ to, key }) =>
			wrapKeys({ org: fresh.org, actor: to.actor, seal: to.self.keys.seal }, [{ ...shown, key }], fresh.random));
		lea.send(bundles);
		const split = lea.forges({
			kind: 'epoch', epochs: [{ ...declareFirst(shown), supersedes: first === undefined ? [] : [first.epoch], older: '0'.repeat(64) }],
			deliveries: [carl, olga].map((to, i) => ({ actor: to.actor, bundle: bundles[i]?._id ?? '' }))
		});
		expect(carl.keyring.problems).toEqual([{ fault: 'other-key', by: lea.actor, statement: split.id, epoch: shown.epoch }]);
		expect(carl.keyring.lacking.map((epoch) => epoch.epoch)).toEqual([shown.epoch]);
		expect(carl.opens('north', 'desk')).toBe(true);
		expect(olga.held.map((secret) => secret.epoch)).toContain(shown.epoch);
	});

	it('attack 15: a public key that is not the epoch\'s own is laid at the door of who declared it', async () => {
		const fresh = await district();
		const lea = fresh.person('lea');
		const rand = toBase64url(fresh.random.bytes(16));
		const site = siteIdOf(lea.actor, fresh.site('north'), rand);
		const keys = COMPARTMENTS.map((comp) => newEpoch(site, comp, fresh.random));
		const olga = fresh.person('olga');
		const bundle = wrapKeys({ org: fresh.org, actor: olga.actor, seal: olga.self.keys.seal }, keys, fresh.random);
		lea.send([bundle]);
		const mine = newSealKey(fresh.random).publicKey;
		const signed = lea.forges({
			kind: 'site', site, rand, parent: fresh.site('north'), siteKind: 'clinic', name: fresh.state.name,
			epochs: keys.map((key) => ({ ...declareFirst(key), pub: mine })), deliveries: [{ actor: olga.actor, bundle: bundle._id }]
		});
		expect(olga.keyring.problems.map(({ fault, by, statement }) => ({ fault, by, statement }))).toEqual(
			COMPARTMENTS.map(() => ({ fault: 'wrong-public-key', by: lea.actor, statement: signed.id }))
		);
	});

	it('keeps no key of a compartment that the role may not read (S2), and says who handed it out', async () => {
		const fresh = await district();
		const [lea, carl] = [fresh.person('lea'), fresh.person('carl')];
		const restricted = lea.held.filter((secret) => secret.comp === 'restricted');
		const bundle = wrapKeys({ org: fresh.org, actor: carl.actor, seal: carl.self.keys.seal }, restricted, fresh.random);
		lea.send([bundle]);
		lea.forges({ kind: 'epoch', epochs: [], deliveries: [{ actor: carl.actor, bundle: bundle._id }] });
		expect(carl.held.some((secret) => secret.comp === 'restricted')).toBe(false);
		expect(carl.keyring.problems).toMatchObject([{ fault: 'not-entitled', by: lea.actor }]);
	});
});

