import { describe, expect, it } from 'vitest';
import { Cast, fakeId } from './cast.ts';
import { saysTheSame } from './origin.ts';

const ward = new Cast();
const [asha, mallory] = [ward.member('Asha', 'clinic A'), ward.member('Mallory', 'clinic A')];
const weight = (kg: number, encounter = 'Encounter/1') => ({ result: { status: 'final', valueInteger: kg }, provenance: { encounter: { reference: encounter } } });

describe('an entry that cites another as its origin', () => {
	const original = asha.creates('Observation', weight(61), { add: { notes: { n: { text: 'with shoes' } } } });
	const corrected = asha.edits(original, { set: { result: { status: 'corrected', valueInteger: 62 } } });
	const create = { kind: 'moved', site: original.change.site, chart: original.change.chart, resource: original.change.id, change: original.id } as const;
	const moved = (set: ReturnType<typeof weight>, note = 'with shoes') => mallory.creates('Observation', set, { create, chart: fakeId('other chart'), add: { notes: { n: { text: note } } } });

	it('says what it said, at its beginning or after a correction, whatever the entries around it are called there', () => {
		expect(saysTheSame(moved(weight(61)), [original, corrected])).toBe(true);
		expect(saysTheSame(moved({ ...weight(62, 'Encounter/2'), result: { status: 'corrected', valueInteger: 62 } }), [original, corrected])).toBe(true);
	});

	it('attack 52: does not lend its author\'s name to another value, a mixture of two, or another note', () => {
		expect(saysTheSame(moved(weight(90)), [original, corrected])).toBe(false);
		expect(saysTheSame(moved({ ...weight(61), result: { status: 'final', valueInteger: 62 } }), [original, corrected])).toBe(false);
		expect(saysTheSame(moved(weight(61), 'without'), [original, corrected])).toBe(false);
		expect(saysTheSame(moved(weight(61)), [])).toBe(false);
		expect(saysTheSame(moved(weight(61)), [corrected])).toBe(false);
	});

	it('attack 52: nor to a part of it, unless the rest was cleared', () => {
		const { result } = weight(61);
		const part = mallory.creates('Observation', { result }, { create, chart: fakeId('other chart') });
		expect(saysTheSame(part, [original, corrected])).toBe(false);
		expect(saysTheSame(part, [original, asha.edits(corrected, { unset: ['provenance'] })])).toBe(true);
	});
});
