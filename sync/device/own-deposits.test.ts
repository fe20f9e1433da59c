import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FhirResource } from '../fhir/resource.ts';
import { Clinics, everybodySyncs, must } from './testing/clinics.ts';
import type { Device } from './device.ts';

const patient = (given: string): FhirResource => ({ resourceType: 'Patient', name: [{ family: 'Otieno', given: [given] }], birthDate: '1961-11-20', gender: 'male' });

let clinics: Clinics;
let both: Device;
let nurseB: Device;

beforeAll(async () => {
	clinics = await Clinics.found();
	both = await clinics.join('Bella Both', await clinics.device('both'), [{ site: clinics.a, role: 'clinician' }, { site: clinics.b, role: 'clinician' }]);
	nurseB = await clinics.join('Ben Nurse', await clinics.device('nurse-b'), [{ site: clinics.b, role: 'clinician' }]);
}, 60_000);
afterAll(() => clinics.close());

it('holds the copies that it passed on itself like everybody who reads the site they went to', async () => {
	const a = await must(both.registerPatient({ site: clinics.a, patient: patient('Joseph') }));
	const b = await must(both.registerPatient({ site: clinics.b, patient: patient('Josef') }));
	await must(both.save({ ref: a, comp: 'clinical', heads: [], resource: { resourceType: 'Condition', code: { text: 'Asthma' } } }));
	await must(both.link({ a, b }));
	await everybodySyncs(both, nurseB, clinics.owner);
	const hashAt = async (device: Device) => (await must(device.stateHashes())).filter(({ site }) => site === clinics.b).map(({ comp, hash, changes }) => `${comp} ${hash} of ${changes}`);
	const ofB = await hashAt(nurseB);
	expect(await hashAt(both)).toEqual(ofB);
	// the patient and the condition of A, as copies at B
	expect((await must(nurseB.openChart(b))).ehr?.items.map(({ type }) => type)).toEqual(['Condition']);
	const [desk] = (await must(clinics.owner.stateHashes())).filter(({ site, comp }) => site === clinics.b && comp === 'desk');
	expect(ofB).toContain(`desk ${desk?.hash ?? ''} of ${desk?.changes ?? 0}`);
}, 60_000);
