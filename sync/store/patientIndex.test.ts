import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Id } from '../change/change.ts';
import { fold, PatientIndex, type SearchEntry } from './patientIndex.ts';

const CLINIC = 'a'.repeat(32) as Id;
const OTHER = 'b'.repeat(32) as Id;
const entry = (n: number, more: Partial<SearchEntry> = {}): SearchEntry => ({
	site: CLINIC, chart: n.toString(16).padStart(32, '0') as Id, name: `Patient ${n}`, also: [], birthDate: null, gender: null, village: null, phone: null,
	identifiers: [], deceased: false, changed: String(n).padStart(12, '0'), ...more
});
const padded = (n: number): string => String(n).padStart(6, '0');
const indexOf = (...entries: SearchEntry[]): PatientIndex => {
	const index = new PatientIndex();
	index.put(entries);
	return index;
};
const found = (index: PatientIndex, query: string, site: Id | null = null): string[] => index.search(query, site, 50).map((each) => each.name);

describe('finding a patient', () => {
	const index = indexOf(
		entry(1, { name: 'Ndèye Fatou Diop', village: 'Keur Massar', phone: '+221 77 123 45 67', identifiers: ['CNI-1985/0042'] }),
		entry(2, { name: 'Fatoumata Diallo', birthDate: '1985-03-12', village: 'Thiès' }),
		entry(3, { name: "Moussa N'Dour", also: ['Moussa Seck'], phone: '0771239999' }),
		entry(4, { name: 'Łukasz Øyen', village: 'Keur Massar' })
	);

	it.each([
		['fatou', ['Ndèye Fatou Diop', 'Fatoumata Diallo']],
		['diop fatou', ['Ndèye Fatou Diop']],
		['NDEYE', ['Ndèye Fatou Diop']],
		['ndour', ["Moussa N'Dour"]],
		["n'dour mou", ["Moussa N'Dour"]],
		['seck', ["Moussa N'Dour"]],
		['lukasz oyen', ['Łukasz Øyen']],
		['thies', ['Fatoumata Diallo']],
		['keur massar', ['Łukasz Øyen', 'Ndèye Fatou Diop']],
		['77 123 45', ['Ndèye Fatou Diop']],
		['+221771234567', ['Ndèye Fatou Diop']],
		['0771239', ["Moussa N'Dour"]],
		['771239', ["Moussa N'Dour"]],
		['1985-03-12', ['Fatoumata Diallo']],
		['cni19850042', ['Ndèye Fatou Diop']],
		['cni 0042', ['Ndèye Fatou Diop']],
		['fatou xyz', []],
		['__proto__', []]
	])('%s', (query, expected) => {
		expect(found(index, query)).toEqual(expected);
	});

	it('shows what matches by name before what matches otherwise, exact before the beginning of a word', () => {
		const mixed = indexOf(entry(1, { name: 'Marie', village: 'Amina' }), entry(2, { name: 'Aminata' }), entry(3, { name: 'Amina' }));
		expect(found(mixed, 'amina')).toEqual(['Amina', 'Aminata', 'Marie']);
	});

	it('shows the own site first, and the most recently changed for an empty query', () => {
		const both = indexOf(entry(1, { name: 'Old', site: OTHER }), entry(2, { name: 'Newer' }), entry(3, { name: 'Newest', site: OTHER }));
		expect(found(both, '', OTHER)).toEqual(['Newest', 'Old', 'Newer']);
		expect(found(both, '')).toEqual(['Newest', 'Newer', 'Old']);
	});

	it('forgets what was replaced, and a site whose key is gone', () => {
		const changing = indexOf(entry(1, { name: 'Before' }), entry(2, { name: 'Kept', site: OTHER }));
		changing.put([entry(1, { name: 'After' })]);
		expect(found(changing, 'before')).toEqual([]);
		expect(found(changing, 'after')).toEqual(['After']);
		changing.dropSite(CLINIC);
		expect(found(changing, '')).toEqual(['Kept']);
	});

	it('gives the same answers whether entries came one by one or at once', () => {
		const words = fc.constantFrom('Amina', 'Aminata', 'Juma', 'Wanjiru', 'Otieno', 'Zoë', 'Ndèye');
		const people = fc.array(fc.record({ n: fc.nat(40), first: words, last: words }), { maxLength: 60 });
		fc.assert(
			fc.property(people, fc.constantFrom('a', 'am', 'amina', 'ju wan', 'zoe', 'o', ''), (list, query) => {
				const entries = list.map(({ n, first, last }, i) => entry(n, { name: `${first} ${last}`, changed: String(i).padStart(6, '0') }));
				const one = new PatientIndex();
				for (const each of entries) one.put([each]);
				const many = indexOf(...Array.from({ length: 500 }, (_, n) => entry(1000 + n, { name: 'Bulk', changed: '0' })), ...entries);
				const named = (index: PatientIndex) => index.search(query, null, 1000).filter((each) => each.name !== 'Bulk').map((each) => `${each.chart} ${each.name}`);
				expect(named(many)).toEqual(named(one));
			}),
			{ seed: 5, numRuns: 100 }
		);
	});

	it('holds what was put last of each chart, whatever came, was replaced or went, and in which portions', () => {
		const sites = [CLINIC, OTHER, 'c'.repeat(32) as Id];
		const step = fc.oneof(
			{ weight: 8, arbitrary: fc.record({ from: fc.nat(900), many: fc.constantFrom(1, 3, 450, 700), site: fc.nat(2), round: fc.nat(99) }) },
			{ weight: 1, arbitrary: fc.record({ gone: fc.nat(2) }) }
		);
		fc.assert(fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
			const index = new PatientIndex();
			const held = new Map<string, SearchEntry>();
			for (const each of steps) {
				if ('gone' in each) {
					const site = sites[each.gone] ?? CLINIC;
					index.dropSite(site);
					for (const [key, one] of held) if (one.site === site) held.delete(key);
					continue;
				}
				const site = sites[each.site] ?? CLINIC;
				const put = Array.from({ length: each.many }, (_, i) => entry(each.from + i, { site, name: `Round ${each.round} Person${each.from + i}`, village: `V${i % 7}`, changed: padded(each.round) }));
				index.put(put);
				for (const one of put) held.set(`${one.site} ${one.chart}`, one);
			}
			const text = (entries: Iterable<SearchEntry>) => [...entries].map((one) => JSON.stringify(one, Object.keys(one).sort())).sort();
			expect(index.size).toBe(held.size);
			expect(text(index.all())).toEqual(text(held.values()));
			for (const site of sites) {
				const here = [...held.values()].filter((one) => one.site === site);
				expect(index.countAt(site)).toBe(here.length);
				expect([...index.chartsAt(site)].sort()).toEqual(here.map(({ chart }) => chart).sort());
				expect(text(index.all(site))).toEqual(text(here));
			}
			const atOnce = indexOf(...held.values());
			for (const query of ['', 'round 7', 'person45', 'v3 round', '99']) {
				expect(index.search(query, CLINIC, 40).map(({ site, chart, name }) => `${site} ${chart} ${name}`)).toEqual(atOnce.search(query, CLINIC, 40).map(({ site, chart, name }) => `${site} ${chart} ${name}`));
			}
			for (const one of [...held.values()].slice(0, 50)) expect(index.get(one.site, one.chart)).toEqual(one);
			expect(index.get(CLINIC, entry(5000).chart)).toBeNull();
		}), { seed: 11, numRuns: 15 });
	});

	it('frees what replaced entries took up', () => {
		const index = new PatientIndex();
		for (let round = 0; round < 30; round++) index.put(Array.from({ length: 600 }, (_, n) => entry(n, { name: `Round${round} Person${n}` })));
		expect(index.size).toBe(600);
		expect(found(index, 'round29 person17')).toEqual(expect.arrayContaining(['Round29 Person17']));
		expect(found(index, 'round28')).toEqual([]);
	});

	it('folds letters that do not decompose', () => {
		expect(fold('Ñandú Straße Đặng ʼOkina')).toBe('nandu strasse dang okina');
	});
});
