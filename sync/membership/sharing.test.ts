/** Letting other sites find a site's patients: who may, who ends it, and one outcome for every order. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endShare, shareIndex } from './authoring/sharing.ts';
import { MembershipLog } from './log.ts';
import { mayTell, sharedWith, sharesInForce } from './shares.ts';
import { must, setup, type Cast, type Person } from './testing/cast.ts';
import { describeState } from './testing/describe.ts';

const region = () => setup(
	'olga owner of region', 'clinic north below region', 'clinic south below region', 'clinic west below region', 'lars lead of region', 'lea lead of north', 'sam lead of south',
	'carl clinician of north', 'rita receptionist of south'
);
const shares = (cast: Cast, person: Person, from: string, ...among: string[]) => person.posts(must(shareIndex(person.pen, cast.site(from), among.map((name) => cast.site(name)))));
const inForce = (cast: Cast) => sharesInForce(cast.state).map(({ site, with: sites }) => [site, ...sites]);

/** Two leads of the region share and end at once, one of them is removed meanwhile, and somebody who may not tries it too. */
async function tangled(): Promise<Cast> {
	const cast = await region();
	const [olga, lars, lea, carl] = [cast.person('olga'), cast.person('lars'), cast.person('lea'), cast.person('carl')];
	shares(cast, olga, 'north', 'south');
	const [first] = sharesInForce(cast.state);
	if (first === undefined) throw new Error('nothing is shared');
	for (const person of [lars, lea, carl]) void person.state;
	for (const person of [olga, lars, lea]) person.goesOffline();
	shares(cast, lars, 'south', 'north');
	shares(cast, olga, 'west', 'north', 'south');
	lea.posts(must(endShare(lea.pen, first.statement)));
	olga.posts(must(endShare(olga.pen, first.statement)));
	olga.removes(lars);
	carl.forges({ kind: 'share', site: cast.site('north'), with: [cast.site('west')] });
	for (const person of [olga, lars, lea]) person.comesBack();
	return cast;
}

describe('sharing a desk index', () => {
	it('is for who leads the site and all that are named', async () => {
		const cast = await region();
		const [olga, lars, lea, carl, rita] = ['olga', 'lars', 'lea', 'carl', 'rita'].map((name) => cast.person(name)) as [Person, Person, Person, Person, Person];
		shares(cast, olga, 'north', 'south');
		shares(cast, lars, 'south', 'west');
		expect(inForce(cast)).toHaveLength(2);
		// a lead of one of both answers for one of both
		for (const person of [lea, carl, rita]) {
			void person.state;
			expect(() => shares(cast, person, 'north', 'south')).toThrow('may not share');
			person.forges({ kind: 'share', site: cast.site('north'), with: [cast.site('south')] });
		}
		expect(inForce(cast)).toHaveLength(2);
	});

	it('names other sites, each once, and no unknown one', async () => {
		const cast = await region();
		const olga = cast.person('olga');
		const [north, south] = [cast.site('north'), cast.site('south')];
		void olga.state;
		for (const among of [[], [north], [south, south], [north.replace(/./g, '0')]]) olga.forges({ kind: 'share', site: north, with: among as never });
		expect(inForce(cast)).toEqual([]);
	});

	it('is ended by who leads the site, for good, and begun anew by another statement', async () => {
		const cast = await region();
		const [olga, lea, sam] = [cast.person('olga'), cast.person('lea'), cast.person('sam')];
		shares(cast, olga, 'north', 'south');
		const share = sharesInForce(cast.state)[0]?.statement;
		if (share === undefined) throw new Error('nothing is shared');
		void sam.state;
		expect(() => sam.posts(must(endShare(sam.pen, share)))).toThrow('may not end');
		void lea.state;
		lea.posts(must(endShare(lea.pen, share)));
		expect(inForce(cast)).toEqual([]);
		shares(cast, olga, 'north', 'south');
		expect(inForce(cast)).toHaveLength(1);
		expect(cast.state.shares.get(share)?.ended).not.toBeNull();
	});

	it('lets those tell who write the desk there, at the named sites and at home, for as long as both last', async () => {
		const cast = await region();
		const [olga, carl, rita] = [cast.person('olga'), cast.person('carl'), cast.person('rita')];
		const [north, south, west] = [cast.site('north'), cast.site('south'), cast.site('west')];
		shares(cast, olga, 'north', 'south');
		const share = sharesInForce(cast.state)[0]?.statement;
		if (share === undefined) throw new Error('nothing is shared');
		const told = { share, site: north, actor: carl.self.actor };
		expect([north, south, west].map((reader) => mayTell(cast.state, told, reader))).toEqual([true, true, false]);
		expect(mayTell(cast.state, { ...told, actor: rita.self.actor }, south)).toBe(false);
		expect(mayTell(cast.state, { ...told, site: south }, south)).toBe(false);
		expect(sharedWith(cast.state, south)).toHaveLength(1);
		void olga.state;
		olga.removes(carl);
		expect(mayTell(cast.state, told, south)).toBe(false);
	});

	it('attack 19: of somebody who was removed at the same time is void; of two who end it at once it ends', async () => {
		const cast = await tangled();
		expect(inForce(cast)).toEqual([[cast.site('west'), ...[cast.site('north'), cast.site('south')].sort()]]);
	});

	it('is the same for every permutation and batching of its statements', async () => {
		const cast = await tangled();
		const { statements } = cast;
		const expected = describeState(cast.state);
		fc.assert(fc.property(fc.shuffledSubarray(statements.map((_, i) => i), { minLength: statements.length }), fc.integer({ min: 1, max: 5 }), (order, batch) => {
			const log = new MembershipLog(cast.org);
			const sequence = order.flatMap((i) => statements[i] ?? []);
			for (let i = 0; i < sequence.length; i += batch) {
				log.add(sequence.slice(i, i + batch));
				void log.state;
			}
			expect(log.state === null ? null : describeState(log.state)).toEqual(expected);
		}), { seed: 20261122, numRuns: 40 });
	});
});
