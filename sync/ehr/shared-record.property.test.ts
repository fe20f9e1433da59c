/**
 * A record that is kept while changes arrive, charts join and leave, and copies come beside their originals, shows what a new one
 * shows that is given the same charts. Discrepancies, items, order and sources: all of it.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, VerifiedChange } from '../change/change.ts';
import { Cast, fakeId, relayedTo } from '../merge/cast.ts';
import { ChartFold, foldCharts } from '../merge/chart.ts';
import { reconcile } from './reconcile.ts';
import { SharedRecord } from './shared-record.ts';
import { groupsOfResource } from './testing/ward.ts';
import type { EhrView } from './view.ts';

const SITES = ['A', 'B', 'C'] as const;

/** Entries that meet: few drugs, few days, few codes. */
const drug = fc.constantFrom('amoxicillin', 'Amoxicillin 500 mg', 'Penicillin V', 'metformin 500 mg', 'Co-trimoxazole', 'the white pills');
const day = fc.constantFrom('2026-01-01', '2026-01-02', '2025-12-20', '2026');
const identifier = fc.option(fc.constantFrom<Json>([{ system: 's', value: '1' }], [{ system: 's', value: '2' }]), { nil: undefined });
const text = (value: string): Json => ({ text: value });
const entry = fc.oneof(
	fc.record({ resourceType: fc.constant('Patient'), birthDate: fc.constantFrom('1990-05-14', '1990-05-15'), gender: fc.constantFrom('female', 'male'), deceasedDateTime: fc.option(fc.constantFrom('2025-12-25', '2024-01-01'), { nil: undefined }) }),
	fc.record({ resourceType: fc.constant('AllergyIntolerance'), code: fc.constantFrom('Penicillin', 'amoxicillin', 'No known allergies', 'red berries').map(text), criticality: fc.constantFrom('low', 'high'), identifier }),
	fc.record({ resourceType: fc.constant('MedicationRequest'), status: fc.constantFrom('active', 'stopped', 'entered-in-error'), intent: fc.constant('order'), medicationCodeableConcept: drug.map(text), authoredOn: day, dosageInstruction: fc.constantFrom<Json>([{ text: 'one daily' }], [{ text: 'two daily' }]), identifier }),
	fc.record({ resourceType: fc.constant('MedicationStatement'), status: fc.constantFrom('active', 'completed'), medicationCodeableConcept: drug.map(text), dosage: fc.constantFrom<Json>([{ text: 'one daily' }], [{ text: 'two daily' }]) }),
	fc.record({ resourceType: fc.constant('MedicationRequest'), status: fc.constant('active'), intent: fc.constant('order'), medicationReference: fc.constantFrom<Json>({ reference: `Medication/${fakeId('A0')}` }, { reference: `Medication/${fakeId('B1')}` }) }),
	fc.record({ resourceType: fc.constant('Medication'), code: drug.map(text) }),
	fc.record({ resourceType: fc.constant('Immunization'), status: fc.constantFrom('completed', 'not-done'), vaccineCode: fc.constantFrom('Pentavalent', 'Measles', 'yellow fever').map(text), occurrenceDateTime: day, lotNumber: fc.constantFrom('L1', 'L2') }),
	fc.record({ resourceType: fc.constant('Condition'), code: fc.constantFrom('Asthma', 'Malaria').map(text), onsetDateTime: day, bodySite: fc.constantFrom<Json>([{ text: 'left' }], [{ text: 'right' }]) }),
	fc.record({ resourceType: fc.constant('Observation'), status: fc.constant('final'), code: fc.constantFrom('Body weight', 'ABO blood group').map(text), effectiveDateTime: day, valueString: fc.constantFrom('A pos', 'B neg') }),
	fc.record({ resourceType: fc.constant('Encounter'), status: fc.constant('finished'), period: day.map((start): Json => ({ start })), identifier })
);
interface Step { readonly site: (typeof SITES)[number]; readonly slot: number; readonly resource: { readonly resourceType: string }; readonly concurrent: boolean; readonly relayed: boolean; readonly look: boolean; readonly without: number }
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
	fc.record({ site: fc.constantFrom(...SITES), slot: fc.nat(5), resource: entry, concurrent: fc.boolean(), relayed: fc.boolean(), look: fc.boolean(), without: fc.nat(9) }), { minLength: 1, maxLength: 30 });

/** What is shown, without the states themselves. */
const told = (view: EhrView): Json => JSON.parse(JSON.stringify(view, (key, value: unknown) => (key === 'state' ? undefined : value))) as Json;

/** The changes that the steps make: a slot of a site is written again by somebody who saw it, or beside it by somebody who did not. */
function writes(all: readonly Step[]): readonly (readonly VerifiedChange[])[] {
	const cast = new Cast();
	const begun = new Map<string, VerifiedChange>();
	return all.map(({ site, slot, resource, concurrent, relayed }) => {
		const written = Object.fromEntries(Object.entries(resource).filter(([, value]) => value !== undefined)) as { readonly resourceType: string; readonly [element: string]: Json };
		const { set, add } = groupsOfResource(resource.resourceType, written);
		const name = `${site} ${slot} ${resource.resourceType}`;
		const member = cast.member(concurrent ? 'Ben' : 'Asha', site);
		const before = begun.get(name);
		const made = before === undefined ? member.creates(resource.resourceType, set, { add, id: fakeId(resource.resourceType === 'Medication' ? `${site}${slot}` : name) }) : member.edits(before, { set, add });
		if (before === undefined || !concurrent) begun.set(name, made);
		return relayed ? [made, relayedTo(made, 'elsewhere')] : [made];
	});
}

describe('a record that is kept', () => {
	test('shows at every step what a new one shows', () => {
		fc.assert(fc.property(steps, (all) => {
			const kept = new SharedRecord();
			const folds = new Map(SITES.map((site) => [site, new ChartFold(fakeId(`site ${site}`), fakeId(`chart at ${site}`))]));
			for (const [at, changes] of writes(all).entries()) {
				const { site, look, without } = all[at] ?? { site: 'A' as const, look: true, without: 9 };
				for (const change of changes) folds.get(site)?.apply(change);
				if (!look && at < all.length - 1) continue;
				// Now and then a chart is not linked for a while.
				const charts = SITES.flatMap((one, place) => { const fold = folds.get(one); return fold === undefined || fold.size === 0 || place === without ? [] : [fold.chart]; });
				expect(told(kept.view(charts))).toEqual(told(reconcile(charts)));
			}
		}), { seed: 20_260_107, numRuns: 150 });
	});

	test('shows the same whether copies are folded with their originals or apart', () => {
		fc.assert(fc.property(steps, (all) => {
			const changes = writes(all);
			const native = changes.flatMap(([first]) => (first === undefined ? [] : [first]));
			const copies = native.map((change) => relayedTo(change, 'elsewhere'));
			const kept = new SharedRecord();
			const once = told(kept.view(foldCharts(native)));
			expect(told(kept.view([...foldCharts(native), ...foldCharts(copies)]))).toEqual(once);
			expect(told(kept.view(foldCharts(native)))).toEqual(once);
		}), { seed: 20_260_108, numRuns: 60 });
	});

	test('is the very same view while nothing moved', () => {
		const cast = new Cast();
		const charts = foldCharts([cast.member('Asha', 'A').creates('Condition', { problem: { code: { text: 'Asthma' } } })]);
		const kept = new SharedRecord();
		expect(kept.view(charts)).toBe(kept.view(charts));
		expect(kept.view([])).toEqual({ charts: [], demographics: [], patients: [], items: [], discrepancies: [] });
	});

	test('equals a new one where so many meet under one key that they are compared in order only', () => {
		const cast = new Cast();
		const site = cast.member('Asha', 'A');
		const fold = new ChartFold(site.site, site.chart);
		const kept = new SharedRecord();
		for (let n = 0; n < 430; n++) {
			const made = site.creates('MedicationRequest', { medication: { intent: 'order', medicationCodeableConcept: { text: 'metformin' } }, provenance: { authoredOn: `20${10 + (n % 20)}-01-01` }, status: { status: 'completed' } }, { id: fakeId(`order ${n}`) });
			fold.apply(made);
			if (n % 7 === 0 || n > 395) expect(kept.view([fold.chart]).items.length).toBe(reconcile([fold.chart]).items.length);
			if (n === 420) fold.apply(site.edits(made, { set: { status: { status: 'entered-in-error' } } }));
		}
		expect(told(kept.view([fold.chart]))).toEqual(told(reconcile([fold.chart])));
	});
});
