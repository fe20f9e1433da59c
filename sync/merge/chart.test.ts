import { describe, expect, it } from 'vitest';
import { Cast, fakeDigest, relayedTo } from './cast.ts';
import { ChartFold, foldCharts } from './chart.ts';
import { stateHash } from './hash.ts';

const people = () => {
	const ward = new Cast();
	return { asha: ward.member('Asha', 'clinic A'), ben: ward.member('Ben', 'clinic A'), chi: ward.member('Chi', 'clinic B') };
};

describe('a chart that is being read', () => {
	it('shows a change once it was applied, and says which resource moved', () => {
		const { asha } = people();
		const chart = new ChartFold(asha.site, asha.chart);
		const first = asha.creates('Patient', { birth: { birthDate: '1980-01-01' } });
		expect(chart.apply(first)).toBe(first.change.id);
		expect(chart.apply(first)).toBeNull();
		const edit = asha.edits(first, { set: { birth: { birthDate: '1980-01-02' } } });
		const before = chart.resource(first.change.id);
		expect(chart.applyAll([edit, first])).toEqual(new Set([first.change.id]));
		expect(chart.resource(first.change.id)?.heads).toEqual([edit.id]);
		expect(before?.changes).toHaveLength(1);
		expect(chart.size).toBe(2);
	});

	it('folds only the resource that moved', () => {
		const { asha } = people();
		const chart = new ChartFold(asha.site, asha.chart);
		const patient = asha.creates('Patient', { birth: { birthDate: '1980-01-01' } });
		const allergy = asha.creates('AllergyIntolerance', { criticality: { criticality: 'high' } });
		chart.applyAll([patient, allergy]);
		const untouched = chart.chart.resources.get(allergy.change.id);
		chart.apply(asha.edits(patient, { set: { sex: { gender: 'female' } } }));
		expect(chart.chart.resources.get(allergy.change.id)).toBe(untouched);
	});

	it('takes no change of another chart', () => {
		const { asha, chi } = people();
		expect(new ChartFold(asha.site, asha.chart).apply(chi.creates('Patient', { sex: { gender: 'male' } }))).toBeNull();
	});

	it('keeps the native copy of a change that also came relayed, in whichever order', () => {
		const { asha } = people();
		const first = asha.creates('Patient', { birth: { birthDate: '1980-01-01' } });
		for (const order of [[first, relayedTo(first, 'clinic B')], [relayedTo(first, 'clinic B'), first]]) {
			const [chart] = foldCharts(order);
			expect(chart?.resources.get(first.change.id)?.changes.map(({ via }) => via)).toEqual(['native']);
		}
	});
});

describe('the state hash', () => {
	const world = () => {
		const { asha, ben } = people();
		const patient = asha.creates('Patient', { birth: { birthDate: '1980-01-01' } });
		const allergy = asha.creates('AllergyIntolerance', { criticality: { criticality: 'high' } });
		return { patient, allergy, edit: ben.edits(allergy, { set: { criticality: { criticality: 'low' } } }) };
	};

	it('covers one compartment and nothing of another', () => {
		const { patient, allergy, edit } = world();
		const hash = (comp: 'desk' | 'clinical', ...changes: readonly (typeof patient)[]) => stateHash(foldCharts(changes), comp, fakeDigest);
		expect(hash('desk', patient)).toBe(hash('desk', patient, allergy, edit));
		expect(hash('clinical', allergy, edit)).toBe(hash('clinical', edit, patient, allergy));
		expect(hash('clinical', allergy)).not.toBe(hash('clinical', allergy, edit));
	});

	it('differs when a value that is shown differs, even under the same change ids', () => {
		const { allergy } = world();
		const other = { ...allergy, change: { ...allergy.change, set: { criticality: { criticality: 'low' } } } };
		expect(stateHash(foldCharts([allergy]), 'clinical', fakeDigest)).not.toBe(stateHash(foldCharts([other]), 'clinical', fakeDigest));
	});

	it('does not tell a relayed copy from a native one', () => {
		const { patient } = world();
		expect(stateHash(foldCharts([relayedTo(patient, 'clinic B')]), 'desk', fakeDigest)).toBe(stateHash(foldCharts([patient]), 'desk', fakeDigest));
	});
});
