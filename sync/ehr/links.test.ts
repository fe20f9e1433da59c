import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Hash, Id, VerifiedChange } from '../change/change.ts';
import { linkValue, type ChartName, type LinkState } from '../fhir/linkage.ts';
import { Cast, fakeHash, fakeId, relayedTo, type Member } from '../merge/cast.ts';
import { foldCharts } from '../merge/chart.ts';
import { linkedCharts, linksOf, personOf, type LinkedCharts, type ReachesBoth } from './links.ts';
import { reconcile } from './reconcile.ts';

const REGION = fakeHash('actor Ruth');
/** Ruth works for the region and reaches every site; the others reach only their own. */
const reachesBoth: ReachesBoth = (actor) => actor === REGION;
const chart = (site: string): ChartName => ({ site: fakeId(`site ${site}`), chart: fakeId(`chart at ${site}`) });

/** Writes of links between charts at sites, each act in both charts. */
class Links {
	readonly cast = new Cast();
	readonly changes: VerifiedChange[] = [];

	/** States a link for the first time, by somebody who had seen nothing of it. */
	begins(who: string, a: string, b: string, state: LinkState): VerifiedChange[] {
		const pair = [chart(a).chart, chart(b).chart].sort() as [Id, Id];
		return this.#both(a, b, (site) => this.#at(who, site).creates('Linkage', { link: linkValue([chart(a), chart(b)], state) }, { create: { kind: 'link', charts: pair } }));
	}

	/** States it anew, having seen these. */
	says(who: string, a: string, b: string, state: LinkState, seen: readonly VerifiedChange[]): VerifiedChange[] {
		return this.#both(a, b, (site) => {
			const [first, ...more] = seen.filter(({ change }) => change.site === fakeId(`site ${site}`));
			if (first === undefined) throw new TypeError('nothing was seen at that site');
			return this.#at(who, site).edits([first, ...more], { set: { link: linkValue([chart(a), chart(b)], state) } });
		});
	}

	#at(who: string, site: string): Member {
		return this.cast.member(who, site);
	}
	#both(a: string, b: string, write: (site: string) => VerifiedChange): VerifiedChange[] {
		const made = [write(a), write(b)];
		this.changes.push(...made);
		return made;
	}
	linked(changes: readonly VerifiedChange[] = this.changes): LinkedCharts {
		return linkedCharts(foldCharts(changes).flatMap(({ resources }) => [...resources.values()]), reachesBoth);
	}
}

const together = (linked: LinkedCharts, site: string): number => personOf(linked, chart(site))?.charts.length ?? 1;

describe('links between charts', () => {
	test('a link by somebody whose roles reach both sites makes one person of two charts', () => {
		const links = new Links();
		links.begins('Ruth', 'A', 'B', 'linked');
		const linked = links.linked();
		expect(linked.links).toMatchObject([{ standing: 'in-force', contested: null, proposals: [] }]);
		expect(together(linked, 'A')).toBe(2);
		expect(personOf(linked, chart('A'))).toEqual(personOf(linked, chart('B')));
	});

	test('attack 53: a look-alike chart linked by somebody of one site is a proposal only, until somebody who reaches both confirms', () => {
		const links = new Links();
		const proposed = links.begins('Mallory', 'A', 'B', 'linked');
		expect(links.linked()).toMatchObject({ links: [{ standing: 'proposed', proposals: [{ state: 'linked' }] }], persons: [] });
		links.says('Ruth', 'A', 'B', 'linked', proposed);
		expect(links.linked().links).toMatchObject([{ standing: 'in-force', proposals: [] }]);
	});

	test('unlinking gives the charts back; linking again joins them again', () => {
		const links = new Links();
		const first = links.begins('Ruth', 'A', 'B', 'linked');
		const second = links.says('Ruth', 'A', 'B', 'unlinked', first);
		expect(links.linked()).toMatchObject({ links: [{ standing: 'undone' }], persons: [] });
		links.says('Ruth', 'A', 'B', 'linked', second);
		expect(together(links.linked(), 'A')).toBe(2);
	});

	test('taking back somebody else’s link from one site is a proposal, and the link holds meanwhile', () => {
		const links = new Links();
		const first = links.begins('Ruth', 'A', 'B', 'linked');
		const doubt = links.says('Mallory', 'A', 'B', 'not-same', first);
		expect(links.linked().links).toMatchObject([{ standing: 'in-force', proposals: [{ state: 'not-same' }] }]);
		links.says('Ruth', 'A', 'B', 'not-same', doubt);
		expect(links.linked()).toMatchObject({ links: [{ standing: 'not-same' }], persons: [] });
	});

	test('linked and denied by people who had not seen each other stands apart, contested', () => {
		const links = new Links();
		const first = links.begins('Ruth', 'A', 'B', 'unlinked');
		links.says('Ruth', 'A', 'B', 'linked', first);
		links.says('Ruth', 'A', 'B', 'not-same', first);
		expect(links.linked()).toMatchObject({ links: [{ standing: 'contested', contested: 'both' }], persons: [] });
	});

	test('linked at one site and unlinked at the other before the copies met is contested', () => {
		const links = new Links();
		const first = links.begins('Ruth', 'A', 'B', 'unlinked');
		const one = links.says('Ruth', 'A', 'B', 'linked', first);
		const other = links.says('Ruth', 'A', 'B', 'unlinked', first);
		const [linkAtA] = one;
		const unlinkAtB = other[1];
		if (linkAtA === undefined || unlinkAtB === undefined) throw new TypeError('both sites were written');
		expect(links.linked([...first, linkAtA, unlinkAtB]).links).toMatchObject([{ standing: 'contested' }]);
	});

	test('three charts in a row are one person; a denial between the ends takes all apart', () => {
		const links = new Links();
		links.begins('Ruth', 'A', 'B', 'linked');
		links.begins('Ruth', 'B', 'C', 'linked');
		expect(together(links.linked(), 'A')).toBe(3);
		links.begins('Ruth', 'A', 'C', 'not-same');
		const linked = links.linked();
		expect(linked.persons).toEqual([]);
		expect(linksOf(linked, chart('B')).map(({ standing, contested }) => `${standing} ${String(contested)}`)).toEqual(['contested path', 'contested path']);
		expect(linksOf(linked, chart('A')).map(({ standing }) => standing).sort()).toEqual(['contested', 'not-same']);
	});

	test('a denial elsewhere leaves other persons alone', () => {
		const links = new Links();
		links.begins('Ruth', 'A', 'B', 'linked');
		links.begins('Ruth', 'C', 'D', 'linked');
		links.begins('Ruth', 'A', 'C', 'not-same');
		expect([together(links.linked(), 'A'), together(links.linked(), 'D')]).toEqual([2, 2]);
	});

	test('a statement about other charts under this id counts for nothing', () => {
		const links = new Links();
		const first = links.begins('Mallory', 'A', 'B', 'linked');
		const [atA] = first;
		if (atA === undefined) throw new TypeError('site A was written');
		links.changes.push(links.cast.member('Ruth', 'A').edits(atA, { set: { link: linkValue([chart('A'), chart('C')], 'linked') } }));
		expect(links.linked()).toMatchObject({ links: [{ standing: 'proposed' }], persons: [] });
	});

	test('attack 53: who may only write at one site cannot push a link out of sight by stating one of another place under its id', () => {
		const links = new Links();
		links.begins('Ruth', 'A', 'B', 'linked');
		const elsewhere: ChartName = { site: fakeId('site A'), chart: chart('B').chart };
		const pair = [chart('A').chart, chart('B').chart].sort() as [Id, Id];
		for (const state of ['linked', 'not-same'] as const) {
			const planted = links.cast.member('Mallory', 'A').creates('Linkage', { link: linkValue([chart('A'), elsewhere], state) }, { create: { kind: 'link', charts: pair }, at: Date.UTC(2021, 0, 1) });
			for (const reaches of [reachesBoth, () => true]) {
				const states = foldCharts([planted, ...links.changes]).flatMap(({ resources }) => [...resources.values()]);
				const linked = linkedCharts(states, reaches);
				expect(linksOf(linked, chart('B'))).toMatchObject([{ standing: 'in-force', contested: null }]);
				expect(personOf(linked, chart('A'))?.charts).toEqual(expect.arrayContaining([chart('A'), chart('B')]));
			}
		}
	});

	test('one copy of a link is enough, native or relayed, in any order and number', () => {
		const links = new Links();
		const first = links.begins('Ruth', 'A', 'B', 'linked');
		links.says('Ruth', 'A', 'B', 'unlinked', first);
		links.begins('Ruth', 'B', 'C', 'linked');
		links.begins('Mallory', 'A', 'C', 'linked');
		const expected = links.linked();
		const doubled = [...links.changes, ...links.changes.map((change) => relayedTo(change, 'elsewhere'))];
		fc.assert(fc.property(fc.shuffledSubarray(doubled, { minLength: doubled.length }), (shuffled) => {
			expect(links.linked(shuffled)).toEqual(expected);
		}), { seed: 3, numRuns: 20 });
		const oneCopy = links.changes.filter(({ change }) => change.site !== fakeId('site A') || change.chart !== chart('A').chart);
		expect(links.linked(oneCopy).links.map(({ standing }) => standing).sort()).toEqual(expected.links.map(({ standing }) => standing).sort());
	});

	test('a contested link is a critical discrepancy of each of its charts', () => {
		const links = new Links();
		const first = links.begins('Ruth', 'A', 'B', 'unlinked');
		links.says('Ruth', 'A', 'B', 'linked', first);
		links.says('Ruth', 'A', 'B', 'not-same', first);
		const charts = foldCharts(links.changes);
		const linked = links.linked();
		for (const held of charts) {
			expect(reconcile([held], { linked }).discrepancies).toMatchObject([{ kind: 'linked-and-not-same', severity: 'critical', facts: { contested: 'both' } }]);
		}
	});

	test('who reaches what is asked of the actor and both sites', () => {
		const asked: [Hash, readonly [Id, Id]][] = [];
		const links = new Links();
		links.begins('Ruth', 'A', 'B', 'linked');
		linkedCharts(foldCharts(links.changes).flatMap(({ resources }) => [...resources.values()]), (actor, sites) => { asked.push([actor, sites]); return true; });
		expect(asked.every(([actor, sites]) => actor === REGION && sites.includes(fakeId('site A')) && sites.includes(fakeId('site B')))).toBe(true);
	});
});
