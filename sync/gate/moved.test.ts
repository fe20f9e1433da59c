/** The name of a moved entry commits to where it came from and to where it came. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Creation, SignedChange } from '../change/change.ts';
import { idOf } from '../change/ids.ts';
import { ready } from '../verify/sodium.ts';
import { Setting } from './testing/setting.ts';

beforeAll(ready);

const verdictOn = (s: Setting, signed: SignedChange): string => {
	const [verdict] = s.gate(s.a).inspect([s.envelope(signed)], { kind: 'care', site: s.a }).verdicts;
	return verdict === undefined || verdict.kind === 'accepted' ? 'accepted' : `${verdict.kind}: ${verdict.reason}`;
};

describe('the beginning of a moved entry', () => {
	const from = (s: Setting, original: SignedChange): Extract<Creation, { kind: 'moved' }> =>
		({ kind: 'moved', site: s.a, chart: original.change.chart, resource: original.change.id, change: original.id });

	it('is accepted under the name that commits to the original and the chart it came to, whoever moves it', () => {
		const s = new Setting(401);
		const create = from(s, s.change(s.nurseA));
		const chart = idOf(s.random.bytes(16));
		const moved = s.change(s.nurseA, { chart, create });
		expect(verdictOn(s, moved)).toBe('accepted');
		expect(s.change(s.nurseB, { chart, create }).change.id).toBe(moved.change.id);
	});

	it('attack 55: is refused under a name that commits to another original, another chart or another compartment', () => {
		const s = new Setting(402);
		const create = from(s, s.change(s.nurseA));
		const chart = idOf(s.random.bytes(16));
		const { id } = s.change(s.nurseA, { chart, create }).change;
		const others: Creation[] = [
			{ ...create, change: s.change(s.nurseA).id }, { ...create, resource: idOf(s.random.bytes(16)) }, { ...create, chart: idOf(s.random.bytes(16)) }, { ...create, site: s.b }
		];
		for (const other of others) expect(verdictOn(s, s.change(s.nurseA, { chart, create: other, id }))).toBe('quarantined: bad-creation');
		expect(verdictOn(s, s.change(s.nurseA, { chart: idOf(s.random.bytes(16)), create, id }))).toBe('quarantined: bad-creation');
		expect(verdictOn(s, s.change(s.nurseA, { chart, create, id, comp: 'restricted' }))).toBe('quarantined: bad-creation');
		expect(verdictOn(s, s.change(s.nurseA, { chart, create, id, type: 'Condition', set: { problem: { code: { text: 'Malaria' } } } }))).toBe('quarantined: bad-creation');
	});
});
