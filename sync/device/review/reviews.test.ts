/** Values that no rule may settle, decided by people at their own devices, offline first. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FhirResource } from '../../fhir/resource.ts';
import type { ChartRef, Entry } from '../api.ts';
import type { Device } from '../device.ts';
import type { HeadlessOptions } from '../headless.ts';
import type { ConflictReview, Decision, ReviewItem } from '../review-api.ts';
import { Clinics, everybodySyncs, must, view } from '../testing/clinics.ts';

const patient: FhirResource = { resourceType: 'Patient', name: [{ family: 'Banda', given: ['Grace'] }], birthDate: '1980-03-01' };
const order = (mg: number): FhirResource => ({
	resourceType: 'MedicationRequest', status: 'active', intent: 'order', medicationCodeableConcept: { text: `Metformin ${String(mg)} mg` }
});

const drug = (value: FhirResource | null | undefined): string => (value?.['medicationCodeableConcept'] as { text: string } | undefined)?.text ?? '';
const isConflict = (item: ReviewItem | null): item is ConflictReview => item?.kind === 'conflict';
const conflicts = async (device: Device): Promise<readonly ConflictReview[]> =>
	(await Promise.all((await must(device.reviews({ site: null, limit: 50 }))).items.map((line) => must(device.openReview(line))))).filter(isConflict);
const orders = async (device: Device, ref: ChartRef): Promise<readonly Entry[]> => (await view(device, ref)).entries.filter(({ type }) => type === 'MedicationRequest');
const decisionOf = ({ ref, id, group, item, heads }: ConflictReview, more: Pick<Decision, 'choice' | 'keep' | 'value' | 'reason'>): Decision => ({ ref, id, group, item, heads, ...more });
const sides = (item: ConflictReview | undefined): string[] => (item?.values ?? []).map(({ value }) => drug(value)).sort();
const keeping = (item: ConflictReview, text: string): Decision => {
	const value = item.values.find((side) => drug(side.value) === text);
	if (value === undefined) throw new Error(`${text} is none of ${sides(item).join(', ')}`);
	return decisionOf(item, { choice: 'keep', keep: value.change });
};

describe('reviews', () => {
	let clinics: Clinics;
	let amina: Device;
	let ben: Device;
	let late: Device;
	/** in the villages, without a line */
	let lenaIsOut = false;
	let ref: ChartRef;

	beforeAll(async () => {
		clinics = await Clinics.found();
		const join = async (name: string, options: Partial<HeadlessOptions> = {}): Promise<Device> => clinics.join(name, await clinics.device(name, options), [{ site: clinics.a, role: 'clinician' }]);
		amina = await join('Amina');
		ben = await join('Ben');
		late = await join('Lena', { fetch: (url, init) => (lenaIsOut ? Promise.reject(new TypeError('no line')) : globalThis.fetch(url, init)) });
		ref = await must(amina.registerPatient({ site: clinics.a, patient }));
		await must(amina.save({ ref, comp: 'clinical', resource: order(500), heads: [] }));
		await everybodySyncs(amina, ben, late);
		lenaIsOut = true;
		await clinics.stopHub();
	}, 120_000);
	afterAll(() => clinics.close());

	const doseBy = async (device: Device, mg: number): Promise<void> => {
		const [entry] = await orders(device, ref);
		if (entry === undefined) throw new Error('no order');
		await must(device.save({ ref, comp: 'clinical', resource: { ...entry.resource, medicationCodeableConcept: { text: `Metformin ${String(mg)} mg` } }, heads: entry.heads }));
	};
	const exchange = async (): Promise<void> => {
		await clinics.startHub();
		await everybodySyncs(amina, ben);
		await clinics.stopHub();
	};

	it('lists all values, who, where, when, what all had seen, and what is safe', async () => {
		await doseBy(amina, 850);
		await doseBy(ben, 1000);
		await doseBy(late, 250);
		await exchange();
		const [item, ...more] = await conflicts(amina);
		expect(more).toEqual([]);
		expect(item).toMatchObject({ type: 'MedicationRequest', group: 'medication', rule: 'both', patient: 'Grace Banda', reopened: false, severity: 'critical', writable: true });
		expect(sides(item)).toEqual(['Metformin 1000 mg', 'Metformin 850 mg']);
		expect(item?.values.map(({ by }) => [by.member, by.siteName]).sort()).toEqual([['Amina', 'Clinic A'], ['Ben', 'Clinic A']]);
		expect(drug(item?.ancestor?.value)).toBe('Metformin 500 mg');
		expect(item?.choices).toEqual(['keep', 'keep-both', 'new-value', 'not-sure']);
	});

	it('says to the others who looked and was not sure, and changes no value by it', async () => {
		const [item] = await conflicts(amina);
		if (item === undefined) throw new Error('no question');
		const before = (await orders(amina, ref))[0]?.heads;
		await must(amina.decide(decisionOf(item, { choice: 'not-sure', reason: 'ask the family' })));
		await exchange();
		const [seen] = await conflicts(ben);
		expect(seen?.notSure.map(({ member }) => member)).toEqual(['Amina']);
		expect((await orders(ben, ref))[0]?.heads).toEqual(before);
	});

	it('opens again when two nurses decide differently, with both decisions as values', async () => {
		const [seenByAmina] = await conflicts(amina);
		const [seenByBen] = await conflicts(ben);
		if (seenByAmina === undefined || seenByBen === undefined) throw new Error('no question');
		await must(amina.decide(keeping(seenByAmina, 'Metformin 850 mg')));
		await must(ben.decide(keeping(seenByBen, 'Metformin 1000 mg')));
		expect(await conflicts(amina)).toEqual([]);
		await exchange();
		for (const device of [amina, ben]) {
			const [item] = await conflicts(device);
			expect(item?.reopened).toBe(true);
			expect(sides(item)).toEqual(['Metformin 1000 mg', 'Metformin 850 mg']);
		}
	});

	it('refuses a decision on what is no longer there', async () => {
		const [item] = await conflicts(amina);
		if (item === undefined) throw new Error('no question');
		await must(amina.decide(keeping(item, 'Metformin 1000 mg')));
		const again = await amina.decide(keeping(item, 'Metformin 850 mg'));
		expect(again.ok ? '' : again.error.code).toBe('stale');
		await exchange();
		expect(await conflicts(ben)).toEqual([]);
		expect(drug((await orders(ben, ref))[0]?.resource)).toBe('Metformin 1000 mg');
	});

	it('opens again when a value arrives that the decider had not seen', async () => {
		lenaIsOut = false;
		await clinics.startHub();
		await everybodySyncs(late, amina, ben);
		const [item] = await conflicts(ben);
		expect(item?.reopened).toBe(true);
		expect(sides(item)).toEqual(['Metformin 1000 mg', 'Metformin 250 mg']);
	});
});
