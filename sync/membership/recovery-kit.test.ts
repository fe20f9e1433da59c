/** The recovery kit: made by owners, used once with enough shares, outranking every removal. */
import { combine, split } from 'shamir-secret-sharing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kitFrom, restore, type KitMade } from './authoring/kit.ts';
import { openDeliveries, keyDocuments } from './authoring/deliveries.ts';
import { encodeShare, kitMark, parseShare } from './authoring/share.ts';
import { restoreProof } from './judge-removal.ts';
import { actorIdOf, memberIdOf } from './ids.ts';
import { placesToRenew, usableEpochs } from './renewal.ts';
import { isActive, roleAt } from './selectors.ts';
import { answers, must, setup, type Cast, type Person } from './testing/cast.ts';
import { newActor, write as writeAs, type StatementBody } from './authoring/pen.ts';
import { sign } from '../seal/keys.ts';

const region = () => setup('olga owner of region', 'omar owner of region', 'clinic north below region', 'lea lead of north', 'carl clinician of north');
const two = (cast: Cast): [Person, Person] => [cast.person('olga'), cast.person('omar')];

describe('a recovery kit', () => {
	it('undoes a mutual removal of all owners, and is used up by it', async () => {
		const cast = await region();
		const [olga, omar] = two(cast);
		const kit = olga.makesKit();
		for (const person of [olga, omar]) person.goesOffline();
		olga.removes(omar);
		omar.removes(olga);
		for (const person of [olga, omar]) person.comesBack();
		expect([olga, omar].map(({ actor }) => isActive(cast.state, actor))).toEqual([false, false]);
		omar.restoresWith(kit, { reinstate: [olga.actor] });
		expect([olga, omar].map(({ actor }) => roleAt(cast.state, actor, cast.site('region')))).toEqual(['owner', 'owner']);
		expect([...cast.state.kits.values()].map(({ status, used }) => [status, used !== null])).toEqual([['used', true]]);
		expect(() => olga.restoresWith(kit)).toThrow('used or replaced');
		// its secret was on a device: nothing is sealed any more under what it opens
		expect(placesToRenew(cast.state, omar.actor).length).toBeGreaterThan(0);
		omar.renews();
		olga.deliversWhatIsOwed();
		omar.deliversWhatIsOwed();
		for (const person of [olga, omar, cast.person('lea'), cast.person('carl')]) expect(person.keyring.lacking, person.name).toEqual([]);
	});

	it('installs an owner on a new device when nobody is left, with the keys of everything, those of later epochs included', async () => {
		const cast = await region();
		const [olga, omar] = two(cast);
		const kit = olga.makesKit();
		cast.person('lea').addsSite('river', 'north', 'outreach');
		cast.person('carl').rotates({ site: cast.site('north'), comp: 'clinical' });
		olga.removes(omar);
		olga.removes(olga);
		const { person: nadia } = answers(cast, 'nadia', { ...cast.person('lea').invites('clinician of north').link });
		nadia.restoresWith(kit);
		cast.add(nadia);
		expect(roleAt(cast.state, nadia.actor, cast.site('region'))).toBe('owner');
		nadia.renews();
		expect(nadia.opens('river', 'restricted') && nadia.opens('north', 'clinical')).toBe(true);
		expect(nadia.keyring.lacking).toEqual([]);
		expect(nadia.brings('newcomer', 'owner of region').keyring.lacking).toEqual([]);
	});

	it('outranks removals made at the same time by whoever did not see it', async () => {
		const cast = await region();
		const [olga, omar] = two(cast);
		const kit = olga.makesKit();
		olga.removes(omar);
		olga.goesOffline();
		omar.restoresWith(kit, { remove: [olga.actor] });
		const thief = cast.person('lea').goesOffline();
		olga.removes(cast.person('carl'));
		olga.comesBack();
		thief.comesBack();
		expect(isActive(cast.state, omar.actor)).toBe(true);
		expect(isActive(cast.state, olga.actor)).toBe(false);
		expect(isActive(cast.state, cast.person('carl').actor), 'what a removed owner said meanwhile is void').toBe(true);
	});

	it('attack 24: an older kit does nothing, cited before the newer one or after, unless the newer one is void itself', async () => {
		const cast = await region();
		const [olga, omar] = two(cast);
		const old = olga.makesKit();
		omar.goesOffline();
		olga.makesKit();
		omar.restoresWith(old, { remove: [] });
		omar.comesBack();
		expect(cast.state.refused.map(({ reason }) => reason)).toEqual(['A newer recovery kit was made at the same time.']);
		expect(() => omar.restoresWith(old)).toThrow('used or replaced');
		expect([...cast.state.kits.values()].filter(({ status }) => status === 'current')).toHaveLength(1);

		const other = await region();
		const [thief, honest] = two(other);
		const kit = thief.makesKit();
		for (const person of [thief, honest]) person.goesOffline();
		thief.makesKit();
		honest.removes(thief);
		other.person('lea').restoresWith(kit);
		for (const person of [thief, honest]) person.comesBack();
		expect(roleAt(other.state, other.person('lea').actor, other.site('region')), 'a kit that a falling owner made ends none').toBe('owner');
	});

	it('attack 24: is used once: of two uses apart the one counts that had seen more of the log, and nobody is a member by the other', async () => {
		const cast = await region();
		const [olga, omar] = two(cast);
		const kit = olga.makesKit();
		const { person: finder } = answers(cast, 'finder', { ...cast.person('lea').invites('clinician of north').link });
		finder.goesOffline();
		olga.removes(omar);
		// the owners use it today; whoever finds the shares cites what was there before
		omar.restoresWith(kit, { remove: [olga.actor] });
		finder.restoresWith(kit, { remove: [omar.actor] });
		finder.renews();
		const accomplice = finder.brings('accomplice', 'owner of region');
		finder.comesBack();
		expect(roleAt(cast.state, omar.actor, cast.site('region'))).toBe('owner');
		for (const { actor } of [finder, accomplice]) {
			expect(cast.state.actors.has(actor)).toBe(false);
			expect(cast.state.fallen.has(actor)).toBe(true);
		}
		expect(cast.state.refused.map(({ reason }) => reason)).toContain('This recovery kit was used twice at the same time; the other use counts.');
		// what the finder was given by itself makes the keys unusable: renewed, it opens nothing
		omar.renews();
		expect(placesToRenew(cast.state, omar.actor)).toEqual([]);
		for (const comp of ['desk', 'clinical', 'restricted'] as const) {
			for (const epoch of usableEpochs(cast.state, { site: cast.site('north'), comp })) expect(epoch.holders).not.toContain(finder.actor);
		}
	});

	it('attack 24: a use that somebody else signs, for other keys, or without the new owner\'s consent is refused', async () => {
		const cast = await region();
		const [olga, omar] = two(cast);
		const kit = olga.makesKit();
		const secrets = kitFrom(kit.seed);
		const stranger = newActor(omar.transport, cast.random);
		const proof = sign('saddlebag/enrolment/1', restoreProof(cast.org, kit.kit, stranger.keys), stranger.sign);
		const name = cast.state.name;
		const owner = { member: memberIdOf(actorIdOf(stranger.keys)), name, keys: stranger.keys, proof };
		const body = (change: object): StatementBody => ({ kind: 'restore', owner: { ...owner, ...change }, reinstate: [], actors: [], positions: [], reason: null, deliveries: [] });
		const before = cast.state.included.size;
		cast.person('carl').forges(body({}));
		const asKit = (change: object): void => {
			const { documents } = must(restoreForged(cast, secrets, body(change)));
			cast.documents.push(...documents);
		};
		expect(() => asKit({ keys: omar.self.keys })).toThrow('did not agree');
		expect(() => asKit({ member: olga.member })).toThrow('not the member');
		expect(cast.state.included.size).toBe(before);
		expect(() => carlMakes(cast)).toThrow('may not make');
	});
});

const carlMakes = (cast: Cast): KitMade => cast.person('lea').makesKit();

function restoreForged(cast: Cast, kit: ReturnType<typeof kitFrom>, body: StatementBody) {
	const { log } = cast.person('olga');
	void cast.person('olga').state;
	return writeAs({ log, self: kit, held: [], hlc: cast.now(), random: cast.random }, body);
}

describe('shares of a kit', () => {
	it('make the kit again from any that are enough, whichever they are, and nothing from fewer', async () => {
		const cast = await region();
		const kit = cast.person('olga').makesKit(3, 5);
		const texts = (await split(kit.seed, 5, 3)).map((bytes, i) => encodeShare({ kit: kitMark(kit.kit), number: i + 1, of: 5, needed: 3, bytes }));
		const bytesOf = (numbers: readonly number[]): Uint8Array[] => numbers.map((n) => must(parseShare(texts[n] ?? '')).bytes);
		for (const numbers of [[0, 1, 2], [4, 2, 0], [1, 3, 4]]) expect(kitFrom(await combine(bytesOf(numbers))).actor).toBe(kit.kit);
		expect(kitFrom(await combine(bytesOf([0, 4]))).actor).not.toBe(kit.kit);
		void cast.person('omar').state;
		const wrong = restore({
			log: cast.person('omar').log, seed: await combine(bytesOf([0, 4])), held: openDeliveries(cast.person('omar').log, cast.person('omar').self, keyDocuments([])).keys,
			owner: cast.person('omar').self, name: 'omar', reinstate: [], remove: [], positions: [], reason: '', hlc: cast.now(), random: cast.random
		});
		expect(wrong).toMatchObject({ ok: false, error: { code: 'unknown-kit' } });
		expect(usableEpochs(cast.state, { site: cast.site('north'), comp: 'clinical' })).toHaveLength(1);
	});

	it('are read in any typing, and a wrong letter anywhere shows', async () => {
		const cast = await region();
		const kit = cast.person('olga').makesKit();
		const [first] = await split(kit.seed, 3, 2);
		const share = { kit: kitMark(kit.kit), number: 1, of: 3, needed: 2, bytes: first ?? new Uint8Array() };
		const text = encodeShare(share);
		expect(parseShare(` ${text.toLowerCase().replaceAll('-', ' ')}\n`)).toEqual({ ok: true, value: share });
		for (let i = 0; i < text.length; i++) {
			if (text[i] === '-') continue;
			const other = text[i] === 'A' ? 'B' : 'A';
			expect(parseShare(text.slice(0, i) + other + text.slice(i + 1)).ok, `letter ${i}`).toBe(false);
		}
		fc.assert(fc.property(fc.string(), (any) => !parseShare(any).ok), { seed: 24 });
	});
});
