import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../change/change.ts';
import type { FhirResource } from '../fhir/resource.ts';
import type { ChartRef } from './api.ts';
import type { Device } from './device.ts';
import { Clinics, everybodySyncs, must, view } from './testing/clinics.ts';

const product = (name: string, ingredient: string, more: { readonly [element: string]: Json } = {}): FhirResource =>
	({ resourceType: 'MedicationKnowledge', status: 'active', code: { text: name }, ingredient: [{ itemCodeableConcept: { text: ingredient } }], ...more });

describe('the register of a site', () => {
	let clinics: Clinics;
	let amina: Device;
	let bella: Device;
	let desk: Device;
	let ref: ChartRef;

	beforeAll(async () => {
		clinics = await Clinics.found();
		amina = await clinics.join('Amina Nurse', await clinics.device('amina'), [{ site: clinics.a, role: 'clinician' }]);
		bella = await clinics.join('Bella Nurse', await clinics.device('bella'), [{ site: clinics.a, role: 'clinician' }]);
		desk = await clinics.join('Dora Desk', await clinics.device('dora'), [{ site: clinics.a, role: 'receptionist' }]);
		ref = (await must(amina.register(clinics.a))).ref;
	}, 300_000);
	afterAll(() => clinics.close());

	it('is there from the first day, empty, and for those who may read the clinic\'s care', async () => {
		expect(await must(amina.register(clinics.a))).toMatchObject({ siteName: 'Clinic A', entries: [], writable: true });
		expect(await desk.register(clinics.a)).toMatchObject({ ok: false, error: { code: 'not-allowed' } });
	});

	it('takes forms, schedules and formulary edits, and no entries of a person', async () => {
		for (const resource of [
			{ resourceType: 'Questionnaire', status: 'active', title: 'Antenatal visit' }, { resourceType: 'PlanDefinition', status: 'active', title: 'Vaccines in the first year' }, product('Zedcillin', 'amoxicillin')
		] satisfies readonly FhirResource[]) await must(amina.save({ ref, comp: 'clinical', resource, heads: [] }));
		expect(await amina.save({ ref, comp: 'clinical', resource: { resourceType: 'Condition', code: { text: 'Asthma' } }, heads: [] })).toMatchObject({ ok: false, error: { code: 'not-in-register' } });
		await everybodySyncs(amina, bella);
		expect((await must(bella.register(clinics.a))).entries.map(({ type }) => type).sort()).toEqual(['MedicationKnowledge', 'PlanDefinition', 'Questionnaire']);
		const [here, there] = await Promise.all([amina, bella].map((device) => must(device.stateHashes())));
		expect(here?.find(({ site, comp }) => site === clinics.a && comp === 'clinical')).toEqual(there?.find(({ site, comp }) => site === clinics.a && comp === 'clinical'));
		expect(await must(amina.search({ query: '', site: null, limit: 10 }))).toEqual([]);
	});

	it('makes a local brand readable to the checks of every chart of the site, before an order is saved and after', async () => {
		const chart = await must(bella.registerPatient({ site: clinics.a, patient: { resourceType: 'Patient', name: [{ family: 'Zulu' }] } }));
		await must(bella.save({ ref: chart, comp: 'clinical', resource: { resourceType: 'AllergyIntolerance', code: { text: 'Penicillin' } }, heads: [] }));
		const order: FhirResource = { resourceType: 'MedicationRequest', status: 'active', intent: 'order', medicationCodeableConcept: { text: 'Zedcillin 500 mg' } };
		const before = await must(bella.alertsBefore({ ref: chart, comp: 'clinical', resource: order, heads: [] }));
		expect(before).toMatchObject([{ kind: 'allergy-against-prescription', severity: 'critical' }]);
		await must(bella.save({ ref: chart, comp: 'clinical', resource: order, heads: [] }));
		expect((await view(bella, chart)).alerts.map(({ facts }) => facts)).toEqual(before.map(({ facts }) => facts));
	});

	it('keeps both of two concurrent edits, and both count', async () => {
		const [here, there] = await Promise.all([amina, bella].map(async (device) => (await must(device.register(clinics.a))).entries.find(({ type }) => type === 'MedicationKnowledge')));
		if (here === undefined || there === undefined) throw new Error('the edit is not here');
		await must(amina.save({ ref, comp: 'clinical', resource: { ...here.resource, ingredient: [{ itemCodeableConcept: { text: 'cefalexin' } }] }, heads: here.heads }));
		await must(bella.save({ ref, comp: 'clinical', resource: { ...there.resource, ingredient: [{ itemCodeableConcept: { text: 'paracetamol' } }] }, heads: there.heads }));
		await everybodySyncs(amina, bella);
		const edit = (await must(amina.register(clinics.a))).entries.find(({ type }) => type === 'MedicationKnowledge');
		expect(edit?.conflicts).toMatchObject([{ group: 'product', rule: 'both', review: true }]);
		const [patient] = await must(amina.search({ query: 'Zulu', site: null, limit: 1 }));
		if (patient === undefined) throw new Error('no patient');
		// Penicillin against cefalexin, which only one of the two versions contains.
		expect((await view(amina, patient)).alerts.map(({ kind, facts }) => [kind, facts['drug']])).toEqual([['allergy-against-prescription', 'cefalexin (Zedcillin 500 mg)']]);
	});
});
