import { describe, expect, it } from 'vitest';
import type { VerifiedChange } from '../change/change.ts';
import { Cast, type Writing } from './cast.ts';
import { explain, type WhyCode } from './explain.ts';
import { foldResource } from './fold.ts';

const concept = (code: string) => ({ coding: [{ code }] });
const ward = new Cast();
const [asha, ben] = [ward.member('Asha', 'clinic A'), ward.member('Ben', 'clinic A')];

/** Why a group shows what it shows after two people wrote, the second not having seen the first. */
function why(type: string, group: string, first: Writing, ...edits: readonly Writing[]): WhyCode | undefined {
	const begin = asha.creates(type, first.set ?? {}, first);
	const all: VerifiedChange[] = [begin, ...edits.map((edit, at) => (at === 0 ? asha : ben).edits(begin, edit))];
	const state = foldResource(all)?.groups.get(group);
	return state === undefined ? undefined : explain(state).code;
}
const result = (status: string, value: number) => ({ set: { result: { status, valueInteger: value } } });

describe('why this is shown', () => {
	const cases: readonly (readonly [WhyCode, WhyCode | undefined])[] = [
		['one-value', why('Patient', 'birth', { set: { birth: { birthDate: '1980' } } })],
		['agreed', why('Patient', 'birth', { set: { birth: { birthDate: '1980' } } }, { set: { birth: { birthDate: '1981' } } }, { set: { birth: { birthDate: '1981' } } })],
		['cleared', why('Patient', 'birth', { set: { birth: { birthDate: '1980' } } }, { unset: ['birth'] })],
		['latest', why('Patient', 'marital', {}, { set: { marital: { maritalStatus: concept('M') } } }, { set: { marital: { maritalStatus: concept('S') } } })],
		['all-shown', why('Patient', 'birth', {}, { set: { birth: { birthDate: '1980' } } }, { set: { birth: { birthDate: '1981' } } })],
		['safest', why('AllergyIntolerance', 'criticality', {}, { set: { criticality: { criticality: 'low' } } }, { set: { criticality: { criticality: 'high' } } })],
		['furthest', why('Task', 'progress', {}, { set: { progress: { status: 'accepted' } } }, { set: { progress: { status: 'completed' } } })],
		['contradiction', why('Task', 'progress', {}, { set: { progress: { status: 'cancelled' } } }, { set: { progress: { status: 'completed' } } })],
		['amended', why('Observation', 'result', result('final', 1), result('corrected', 2))],
		['amended-differently', why('Observation', 'result', result('final', 1), result('corrected', 2), result('corrected', 3))],
		['versions-differ', why('Observation', 'result', result('registered', 0), result('final', 1), result('final', 2))],
		['list', why('Patient', 'names', { add: { names: { a: { text: 'A' } } } })],
		['item-differs', why('Patient', 'names', {}, { add: { names: { a: { text: 'A' } } } }, { add: { names: { a: { text: 'B' } } } })],
		['item-latest', why('Patient', 'telecom', {}, { add: { telecom: { a: { value: '1' } } } }, { add: { telecom: { a: { value: '2' } } } })],
		['all-in-order', why('Condition', 'notes', {}, { add: { notes: { a: { text: '1' } } } }, { add: { notes: { b: { text: '2' } } } })]
	];

	it.each(cases)('%s', (expected, code) => {
		expect(code).toBe(expected);
	});

	it('is a sentence for every code', () => {
		expect(new Set(cases.map(([code]) => code)).size).toBe(cases.length);
	});
});
