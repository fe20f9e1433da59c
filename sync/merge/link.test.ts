import { describe, expect, it } from 'vitest';
import type { Creation, Id, VerifiedChange } from '../change/change.ts';
import { linkValue, relayItem, relayKey, type LinkState } from '../fhir/linkage.ts';
import { Cast, type Member } from './cast.ts';
import { foldResource } from './fold.ts';
import { foldLink, statedLinks } from './link.ts';

const clinics = () => {
	const ward = new Cast();
	const [atA, atB] = [ward.member('Lead', 'clinic A'), ward.member('Lead', 'clinic B')];
	const charts = [{ site: atA.site, chart: atA.chart }, { site: atB.site, chart: atB.chart }] as const;
	const ids: [Id, Id] = atA.chart < atB.chart ? [atA.chart, atB.chart] : [atB.chart, atA.chart];
	const create: Creation = { kind: 'link', charts: ids };
	return {
		ward, atA, atB,
		/** the act, once in each chart */
		begins: (state: LinkState): [VerifiedChange, VerifiedChange] => [
			atA.creates('Linkage', { link: linkValue(charts, state) }, { create }), atB.creates('Linkage', { link: linkValue(charts, state) }, { create })
		],
		says: (by: Member, seen: VerifiedChange, state: LinkState) => by.edits(seen, { set: { link: linkValue(charts, state) } }),
		otherAt: (site: string) => ward.member('Other', site)
	};
};
const states = (...changes: VerifiedChange[]) => {
	const state = foldLink(changes);
	return state === null ? [] : statedLinks(state).map(({ link }) => link.state);
};

const permutations = <T>(items: readonly T[]): T[][] =>
	items.length === 0 ? [[]] : items.flatMap((item, at) => permutations([...items.slice(0, at), ...items.slice(at + 1)]).map((rest) => [item, ...rest]));

describe('a link between two charts', () => {
	it('has one id in both charts, and one state from both copies', () => {
		const { begins } = clinics();
		const [a, b] = begins('linked');
		expect(a.change.id).toBe(b.change.id);
		expect(states(a, b)).toEqual(['linked']);
	});

	it('that was undone is undone, although the copy of that at the other clinic has not arrived', () => {
		const { begins, says, atA, atB } = clinics();
		const [a, b] = begins('linked');
		const undoneA = says(atA, a, 'unlinked');
		expect(states(a, b, undoneA)).toEqual(['unlinked']);
		expect(states(a, b, undoneA, says(atB, b, 'unlinked'))).toEqual(['unlinked']);
	});

	it('can be made again, undone again, each act once in each chart, in any order of arrival', () => {
		const { begins, says, atA, atB } = clinics();
		const [a, b] = begins('linked');
		const [ua, ub] = [says(atA, a, 'unlinked'), says(atB, b, 'unlinked')];
		const again = says(atB, ub, 'linked');
		for (const order of permutations([a, b, ua, ub, again])) expect(states(...order)).toEqual(['linked']);
	});

	it('made by one and undone by another at once is contested: both are stated, the separation first', () => {
		const { begins, says, atA, otherAt } = clinics();
		const [a, b] = begins('linked');
		const undone = says(atA, a, 'unlinked');
		const not = says(otherAt('clinic B'), b, 'not-same');
		expect(states(a, b, undone, not)).toEqual(['not-same', 'unlinked']);
		expect(foldLink([a, b, undone, not])?.groups.get('link')).toMatchObject({ conflict: true, review: true });
	});

	it('of two people who each made it stays made when one of them takes back theirs without having seen the other', () => {
		const { begins, says, atA, otherAt, ward } = clinics();
		const [a, b] = begins('linked');
		const other = otherAt('clinic A').creates('Linkage', a.change.set, { create: a.change.create ?? { kind: 'random', rand: '' } });
		expect(states(a, b, other, says(atA, a, 'unlinked'))).toEqual(['unlinked', 'linked']);
		expect(ward.org).toBe(a.change.org);
	});

	it('in one chart alone is folded as any resource', () => {
		const { begins } = clinics();
		const [a] = begins('linked');
		expect(foldResource([a])).toMatchObject({ incomplete: false, comp: 'desk' });
	});
});

describe('relay markers', () => {
	it('of different receivers stand side by side, and the later of one receiver is shown', () => {
		const { begins, atA, atB, otherAt } = clinics();
		const [a] = begins('linked');
		const item = (by: Member, seq: number) => relayItem({ to: atB.site, comp: 'desk', through: [{ actor: by.actor, seq }] });
		const key = relayKey({ to: atB.site, comp: 'desk' });
		const one = atA.edits(a, { add: { relay: { [key]: item(atA, 3), [relayKey({ to: atA.site, comp: 'desk' })]: item(atA, 1) } } });
		const two = otherAt('clinic A').edits(a, { add: { relay: { [key]: item(atA, 5) } } });
		const relay = foldResource([a, one, two])?.groups.get('relay');
		expect(relay).toMatchObject({ review: false });
		expect(relay?.shown).toHaveLength(2);
		expect(relay?.items.find((found) => found.key === key)?.bodies[0]?.change).toBe(two.id);
	});
});
