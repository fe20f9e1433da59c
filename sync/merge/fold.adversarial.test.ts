import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change, Hash, Json, VerifiedChange } from '../change/change.ts';
import { RECORDED_TYPES } from '../fhir/elements.ts';
import { groupsOf } from '../fhir/groups.ts';
import { shownResource } from './assemble.ts';
import { Cast, fakeDigest, fakeHash, FIRST_MORNING_MS, verified } from './cast.ts';
import { ChartFold, foldCharts } from './chart.ts';
import { explain } from './explain.ts';
import { foldResource } from './fold.ts';
import { stateHash } from './hash.ts';
import { commonAncestor, historyOf } from './history.ts';
import { foldLink, statedLinks } from './link.ts';

const people = () => {
	const ward = new Cast();
	return { asha: ward.member('Asha', 'clinic A'), ben: ward.member('Ben', 'clinic A') };
};
/** The same change with something about it forged. */
const forged = (signed: VerifiedChange, more: Partial<Change>, id: Hash = signed.id): VerifiedChange => verified(id, { ...signed.change, ...more });

describe('attack 39: forged dependencies', () => {
	it('on changes that do not exist supersede nothing, hide nothing and are counted as missing', () => {
		const { asha } = people();
		const first = asha.creates('Patient', { birth: { birthDate: '1980-01-01' } });
		const phantoms = Array.from({ length: 64 }, (_, at) => fakeHash(`nobody ${at}`)).sort();
		const edit = forged(asha.edits(first, { set: { birth: { birthDate: '1990-01-01' } } }), { deps: phantoms });
		const state = foldResource([first, edit]);
		expect(state).toMatchObject({ incomplete: true });
		expect(state?.missing).toHaveLength(64);
		expect(state?.groups.get('birth')?.shown).toHaveLength(2);
	});

	it('in a circle, or on itself, end in one state whatever the order of arrival', () => {
		const { asha } = people();
		const first = asha.creates('Patient', { birth: { birthDate: '1980-01-01' } });
		const [a, b, c] = ['1981', '1982', '1983'].map((birthDate) => asha.edits(first, { set: { birth: { birthDate } } }));
		if (a === undefined || b === undefined || c === undefined) throw new Error('three edits');
		const circle = [first, forged(a, { deps: [c.id] }), forged(b, { deps: [a.id] }), forged(c, { deps: [b.id, c.id].sort() })];
		const hashes = [circle, [...circle].reverse(), [circle[2], circle[0], circle[3], circle[1]].flatMap((signed) => signed ?? [])].map((order) => stateHash(foldCharts(order), 'desk', fakeDigest));
		expect(new Set(hashes).size).toBe(1);
		expect(foldResource(circle)?.changes).toHaveLength(4);
		expect(historyOf(foldResource(circle) ?? fail(), 'birth')).toHaveLength(4);
		commonAncestor(foldResource(circle) ?? fail(), 'birth');
	});

	it('on the future of another resource touch only their own resource', () => {
		const { asha } = people();
		const one = asha.creates('Patient', { birth: { birthDate: '1980-01-01' } });
		const other = asha.creates('AllergyIntolerance', { criticality: { criticality: 'high' } });
		const edit = forged(asha.edits(one, { set: { sex: { gender: 'male' } } }), { deps: [other.id] });
		const [chart] = foldCharts([one, other, edit]);
		expect(chart?.resources.get(other.change.id)?.heads).toEqual([other.id]);
		expect(chart?.resources.get(one.change.id)).toMatchObject({ incomplete: true, missing: [other.id] });
	});

	it('5,000 orphans of one resource fold within seconds, and cost another resource nothing', () => {
		const { asha, ben } = people();
		const first = asha.creates('Patient', { birth: { birthDate: '1980-01-01' } });
		const chart = new ChartFold(asha.site, asha.chart);
		for (let at = 0; at < 5_000; at++) chart.apply(forged(ben.edits(first, { set: { sex: { gender: `g${at}` } } }), { deps: [fakeHash(`nobody ${at}`)] }));
		const allergy = asha.creates('AllergyIntolerance', { criticality: { criticality: 'high' } });
		chart.apply(allergy);
		expect(chart.resource(allergy.change.id)?.incomplete).toBe(false);
		expect(chart.resource(first.change.id)?.missing).toHaveLength(5_000);
	});
});

describe('attack 41: changes of a newer app', () => {
	it('leave the groups that this version knows alone, stay in the history, and are heads to be cited', () => {
		const { asha } = people();
		const first = asha.creates('Patient', { birth: { birthDate: '1980-01-01' } });
		const newer = forged(asha.edits(first, {}), { set: { pronouns: { pronouns: 'they' } }, add: { aliases: { a: 'x' } }, remove: { aliases: ['b'] } });
		const state = foldResource([first, newer]);
		expect(state?.heads).toEqual([newer.id]);
		expect([...(state?.groups.keys() ?? [])]).toEqual(['birth']);
		expect(state?.changes).toHaveLength(2);
		expect(historyOf(state ?? fail(), 'pronouns')).toHaveLength(1);
	});

	it('of a type that this version does not know are kept without a group', () => {
		const { asha } = people();
		const first = asha.creates('MolecularSequence', { x: { a: 1 } }, { comp: 'clinical' });
		expect(foldResource([first])).toMatchObject({ type: 'MolecularSequence', heads: [first.id], retracted: false });
	});
});

describe('attack 42: whatever reaches the fold, it does not throw', () => {
	it('any value in any group of any type, sets on lists and adds on groups included', () => {
		const target = fc.constantFrom(...RECORDED_TYPES).chain((type) => fc.tuple(fc.constant(type), fc.constantFrom(...groupsOf(type).keys())));
		const json = fc.jsonValue({ maxDepth: 4 }).map((value): Json => JSON.parse(JSON.stringify(value)) as Json);
		fc.assert(fc.property(target, fc.array(fc.dictionary(fc.string(), json), { minLength: 1, maxLength: 4 }), json, ([type, group], values, item) => {
			const { asha, ben } = people();
			const first = asha.creates(type, { [group]: values[0] ?? {} }, { add: { [group]: { k: item } } });
			const edits = values.map((value, at) => (at % 2 ? asha : ben).edits(first, { set: { [group]: value }, add: { [group]: { k: item, l: at } }, remove: { [group]: ['k'] } }));
			const state = foldResource([first, ...edits]);
			if (state === null) throw new Error('nothing to fold');
			shownResource(state);
			for (const found of state.groups.values()) explain(found);
			stateHash(foldCharts([first, ...edits]), first.change.comp, fakeDigest);
			const link = foldLink([first, ...edits]);
			if (link !== null) statedLinks(link);
		}), { seed: 42, numRuns: 400 });
	});

	it('names that every object answers to are values like others, not groups', () => {
		const { asha } = people();
		const first = asha.creates('Patient', { birth: { birthDate: '1980-01-01', constructor: 'x', toString: 'y' } });
		const state = foldResource([first, forged(asha.edits(first, {}), { set: { constructor: { a: 1 } }, unset: ['hasOwnProperty'], add: { valueOf: { a: 1 } } })]);
		expect([...(state?.groups.keys() ?? [])]).toEqual(['birth']);
	});
});

describe('attack 50: one bad resource', () => {
	it('with 3,000 edits of one group by one hand in turn, or all at once, folds within seconds', () => {
		const { asha } = people();
		const first = asha.creates('Patient', { birth: { birthDate: '1980-01-01' } });
		const chain: VerifiedChange[] = [first];
		for (let at = 0; at < 3000; at++) chain.push(asha.edits(chain[at] ?? first, { set: { sex: { gender: `g${at}` } } }));
		expect(foldResource(chain)?.groups.get('sex')?.heads).toHaveLength(1);
		const fan = [first, ...Array.from({ length: 3000 }, (_, at) => asha.edits(first, { set: { sex: { gender: `g${at}` } } }))];
		expect(foldResource(fan)?.groups.get('sex')?.shown).toHaveLength(3000);
	});

	it('with clocks that run backwards along 3,000 changes is put in causal order', () => {
		const { asha } = people();
		const chain: VerifiedChange[] = [asha.creates('Patient', { sex: { gender: 'g' } }, { at: FIRST_MORNING_MS })];
		for (let at = 0; at < 3000; at++) chain.push(asha.edits(chain[at] ?? fail(), { set: { sex: { gender: `g${at}` } }, at: FIRST_MORNING_MS - at * 1000 }));
		expect(foldResource([...chain].reverse())?.changes.map(({ id }) => id)).toEqual(chain.map(({ id }) => id));
	});
});

describe('attack 60: a hundred thousand heads', () => {
	it('1,000 concurrent heads are joined by resolutions that cite 64 each', () => {
		const { asha } = people();
		const first = asha.creates('Patient', { birth: { birthDate: '1980-01-01' } });
		const all: VerifiedChange[] = [first, ...Array.from({ length: 1000 }, (_, at) => asha.edits(first, { set: { birth: { birthDate: `${1900 + (at % 100)}` } } }))];
		for (let state = foldResource(all); state !== null && state.heads.length > 1; state = foldResource(all)) {
			const [head, ...rest] = all.filter(({ id }) => state?.heads.slice(0, 64).includes(id));
			if (head === undefined) break;
			all.push(asha.edits([head, ...rest], { set: { birth: { birthDate: '1980-01-01' } } }));
		}
		expect(foldResource(all)).toMatchObject({ heads: [all.at(-1)?.id] });
		expect(foldResource(all)?.groups.get('birth')).toMatchObject({ conflict: false, review: false });
	});
});

describe('two kinds of resource under one id', () => {
	it('are kept apart: neither is hidden, and the order of arrival does not matter', () => {
		const { asha } = people();
		const allergy = asha.creates('AllergyIntolerance', { criticality: { criticality: 'high' } });
		const impostor = forged(asha.edits(allergy, {}), { type: 'Observation', set: { category: { category: [] } } });
		const elsewhere = forged(asha.edits(allergy, {}), { comp: 'restricted', set: { criticality: { criticality: 'low' } } }, fakeHash('elsewhere'));
		const views = [[allergy, impostor, elsewhere], [elsewhere, impostor, allergy]].map((order) => foldCharts(order)[0]?.resources ?? new Map());
		for (const resources of views) {
			expect(resources.size).toBe(3);
			expect(resources.get(allergy.change.id)).toMatchObject({ type: 'AllergyIntolerance', comp: 'clinical' });
			expect([...resources.keys()].sort()).toEqual([...(views[0]?.keys() ?? [])].sort());
		}
	});
});

function fail(): never {
	throw new Error('nothing to fold');
}
