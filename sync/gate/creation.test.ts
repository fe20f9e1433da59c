/** The names of links and answers commit to what they are about and to no type: the gate holds each to its one type. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Creation, SignedChange } from '../change/change.ts';
import { idOf } from '../change/ids.ts';
import { judgedValue } from '../fhir/detected-issue.ts';
import { ready } from '../verify/sodium.ts';
import { Setting } from './testing/setting.ts';

beforeAll(ready);

const verdictOn = (s: Setting, signed: SignedChange): string => {
	const [verdict] = s.gate(s.a).inspect([s.envelope(signed)], { kind: 'care', site: s.a }).verdicts;
	return verdict === undefined || verdict.kind === 'accepted' ? 'accepted' : `${verdict.kind}: ${verdict.reason}`;
};

/** An answer to "recorded twice" about two entries, as an app writes it. */
function answer(s: Setting): { readonly create: Creation; readonly set: SignedChange['change']['set'] } {
	const resources = [idOf(s.random.bytes(16)), idOf(s.random.bytes(16))].sort();
	const entries = resources.map((id) => ({ site: s.a, chart: s.chart, type: 'Condition', id, heads: [s.now] }));
	return { create: { kind: 'answer', discrepancy: 'recorded-twice', resources }, set: { judgement: judgedValue({ subject: 'recorded-twice', judgement: 'not-a-problem', note: 'one and the same', entries }) } };
}

describe('the beginning of an answer', () => {
	it('is accepted where its name commits to the discrepancy and the entries', () => {
		const s = new Setting(301);
		expect(verdictOn(s, s.change(s.nurseA, { type: 'DetectedIssue', ...answer(s) }))).toBe('accepted');
	});

	it('is refused under a name that commits to other entries', () => {
		const s = new Setting(302);
		const { create, set } = answer(s);
		const other = s.change(s.nurseA, { type: 'DetectedIssue', ...answer(s) });
		expect(verdictOn(s, s.change(s.nurseA, { type: 'DetectedIssue', create, set, id: other.change.id }))).toBe('quarantined: bad-creation');
	});

	it('is refused for an entry of another type, which would stand under the name of the answer', () => {
		const s = new Setting(303);
		expect(verdictOn(s, s.change(s.nurseA, { type: 'AllergyIntolerance', create: answer(s).create }))).toBe('quarantined: bad-creation');
		const charts = [s.chart, idOf(s.random.bytes(16))].sort();
		const [a, b] = charts;
		if (a === undefined || b === undefined) throw new Error('two charts');
		expect(verdictOn(s, s.change(s.nurseA, { type: 'AllergyIntolerance', create: { kind: 'link', charts: [a, b] } }))).toBe('quarantined: bad-creation');
	});
});
