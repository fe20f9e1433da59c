import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RECORDED_TYPES } from '../../fhir/elements.ts';
import { groupsOf } from '../../fhir/groups.ts';
import { Cast } from '../cast.ts';
import { explain } from '../explain.ts';
import { foldResource } from '../fold.ts';
import type { GroupState } from '../state.ts';
import { rulesPage } from './page.ts';
import { NONE, type Order } from './row.ts';
import { concurrently, orderOf, sample } from '../testing/rows.ts';
import { TABLE } from './table.ts';

const ROWS = RECORDED_TYPES.flatMap((type) => TABLE[type].map((row) => ({ type, row, name: `${type}.${row.group}` })));

describe('the table', () => {
	it.each(RECORDED_TYPES)('has one row for every group of %s, and no other', (type) => {
		expect(TABLE[type].map((row) => row.group).sort()).toEqual([...groupsOf(type).keys()].sort());
	});

	it('merges lists as lists and nothing else as a list', () => {
		for (const { type, row, name } of ROWS) {
			expect(groupsOf(type).get(row.group)?.list !== null, name).toBe(row.rule === 'union' || row.rule === 'append');
		}
	});

	it('gives every row a reason of its own', () => {
		const reasons = ROWS.map(({ row }) => row.reason);
		expect(new Set(reasons).size).toBe(reasons.length);
		for (const { row, name } of ROWS) {
			expect(row.reason.length, name).toBeGreaterThan(30);
			expect(row.reason, name).not.toMatch(/\b(default|generic|same as|see above|n\/a|tbd|various)\b/i);
		}
	});

	it('ranks each word once, and contradicts only words that it ranks', () => {
		for (const { row, name } of ROWS) {
			const order = orderOf(row);
			if (order === null) continue;
			expect(new Set(order.ranks).size, name).toBe(order.ranks.length);
			expect(order.ranks, name).toContain(NONE);
			if (row.rule === 'furthest') for (const word of row.contradictions.flat()) expect(order.ranks, name).toContain(word);
		}
	});

	it('keeps high-risk facts from being settled by a clock', () => {
		const lastRows = ROWS.filter(({ row }) => row.rule === 'last').map(({ name }) => name);
		for (const name of ['Patient.birth', 'Patient.sex', 'Patient.deceased', 'AllergyIntolerance.status', 'AllergyIntolerance.substance', 'MedicationRequest.medication', 'Observation.result', 'Flag.flag', 'Consent.consent', 'Linkage.link']) {
			expect(lastRows).not.toContain(name);
		}
	});
});

describe('docs/merge-rules.md', () => {
	it('is current (npx tsx sync/merge/rules/generate/page.ts writes it)', () => {
		expect(readFileSync(new URL('../../../docs/merge-rules.md', import.meta.url), 'utf8')).toBe(rulesPage());
	});
});

const valuesOf = (state: GroupState) => state.shown.map(({ value }) => value);

describe('every row does what its rule says', () => {
	it.each(ROWS.filter(({ row }) => row.rule === 'last'))('$name shows the later', ({ type, row }) => {
		const state = concurrently(type, row.group, { marker: 'a' }, { marker: 'b' });
		expect(state).toMatchObject({ conflict: true, review: false, outvoted: [{ value: { marker: 'a' } }] });
		expect(valuesOf(state)).toEqual([{ marker: 'b' }]);
	});

	it.each(ROWS.filter(({ row }) => row.rule === 'both'))('$name shows both, for review', ({ type, row, name }) => {
		const order = orderOf(row);
		const words = order === null ? [] : order.ranks.filter((word) => word !== NONE);
		if (order === null) expect(valuesOf(concurrently(type, row.group, { marker: 'a' }, { marker: 'b' }))).toEqual([{ marker: 'b' }, { marker: 'a' }]);
		for (let at = 1; at < words.length; at++) {
			const [better, worse] = [sample(name, order ?? neverOrder, words[at - 1] ?? ''), sample(name, order ?? neverOrder, words[at] ?? '')];
			const state = concurrently(type, row.group, better, worse);
			expect(state).toMatchObject({ conflict: true, review: true, outvoted: [] });
			expect(valuesOf(state)).toEqual([better, worse]);
		}
	});

	it.each(ROWS.filter(({ row }) => row.rule === 'safest'))('$name shows the safer of any two, whoever was later', ({ type, row, name }) => {
		const order = orderOf(row) ?? neverOrder;
		const words = order.ranks.filter((word) => word !== NONE);
		for (let at = 1; at < words.length; at++) {
			const [safer, other] = [sample(name, order, words[at - 1] ?? ''), sample(name, order, words[at] ?? '')];
			for (const state of [concurrently(type, row.group, safer, other), concurrently(type, row.group, other, safer)]) {
				expect(state).toMatchObject({ conflict: true, review: true, outvoted: [{ value: other }] });
				expect(valuesOf(state), words[at]).toEqual([safer]);
			}
		}
	});

	it.each(ROWS.filter(({ row }) => row.rule === 'furthest'))('$name shows the furthest, and contradictions both', ({ type, row, name }) => {
		if (row.rule !== 'furthest') return;
		const words = row.order.ranks.filter((word) => word !== NONE);
		const contradict = (a: string, b: string) => row.contradictions.some((pair) => pair.includes(a) && pair.includes(b));
		for (const a of words) {
			for (const b of words.slice(words.indexOf(a) + 1)) {
				const [ahead, behind] = [sample(name, row.order, a), sample(name, row.order, b)];
				const state = concurrently(type, row.group, ahead, behind);
				expect(valuesOf(state), `${a} against ${b}`).toEqual(contradict(a, b) ? [ahead, behind] : [ahead]);
				expect(state.review).toBe(contradict(a, b));
			}
		}
	});

	it.each(ROWS.filter(({ row }) => row.rule === 'frozen'))('$name keeps the original beside an amendment', ({ type, row }) => {
		if (row.rule !== 'frozen') return;
		const final = row.final.is({ status: 'current' }) ? { status: 'current' } : { status: ['final', 'completed'].find((status) => row.final.is({ status })) ?? '' };
		expect(row.final.is(final)).toBe(true);
		const ward = new Cast();
		const asha = ward.member('Asha', 'clinic A');
		const original = asha.creates(type, { [row.group]: { ...final, marker: 'original' } });
		const amended = asha.edits(original, { set: { [row.group]: { ...final, marker: 'amended' } } });
		const state = foldResource([original, amended])?.groups.get(row.group);
		expect(state?.shown.map(({ change }) => change)).toEqual([amended.id, original.id]);
		expect(state === undefined ? '' : explain(state).code).toBe('amended');
	});

	it.each(ROWS.filter(({ row }) => row.rule === 'union' || row.rule === 'append'))('$name keeps the items of both', ({ type, row }) => {
		const ward = new Cast();
		const [asha, ben] = [ward.member('Asha', 'clinic A'), ward.member('Ben', 'clinic B')];
		const begin = asha.creates(type, {}, { add: { [row.group]: { k: { marker: 'k' } } } });
		const a = asha.edits(begin, { add: { [row.group]: { x: { marker: 'x' }, k: { marker: 'a' } } } });
		const b = ben.edits(begin, { add: { [row.group]: { y: { marker: 'y' }, k: { marker: 'b' } } } });
		const state = foldResource([begin, a, b])?.groups.get(row.group);
		expect(new Set(state?.items.map(({ key }) => key))).toEqual(new Set(['k', 'x', 'y']));
		expect(state).toMatchObject({ conflict: true, review: row.rule === 'union' && row.sameKey === 'both' });
		expect(state?.shown).toHaveLength(row.rule === 'union' && row.sameKey === 'last' ? 3 : 4);
	});
});

const neverOrder: Order = { of: '', label: () => NONE, ranks: [] };
