import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { isObject, parseJson } from '../change/canonical.ts';
import { isRecordedType } from './elements.ts';
import { missingRequired, validateGroup, validateItem, validateResource, validateWrites } from './validate.ts';

const errorsOf = (resource: unknown) => validateResource(resource).errors.map(({ path, message }) => `${path} ${message}`);

describe('a resource', () => {
	it('as clinics record it has no errors and no unknown elements', () => {
		expect(validateResource({
			resourceType: 'MedicationRequest', status: 'active', intent: 'order', medicationCodeableConcept: { coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '723' }], text: 'amoxicillin' },
			subject: { reference: 'Patient/1' }, authoredOn: '2026-01-05', dosageInstruction: [{
				text: '250 mg three times a day', timing: { repeat: { frequency: 3, period: 1, periodUnit: 'd' } }, doseAndRate: [{ doseQuantity: { value: 250, unit: 'mg', system: 'http://unitsofmeasure.org', code: 'mg' } }]
			}],
			note: [{ authorString: 'A. Nurse', time: '2026-01-05T08:00:00+05:30', text: 'with food' }]
		})).toMatchObject({ errors: [], unknown: [] });
	});

	it('with a known element of the wrong type has an error with its path', () => {
		expect(errorsOf({ resourceType: 'Patient', birthDate: 19800101 })).toEqual(['Patient.birthDate is not a date']);
		expect(errorsOf({ resourceType: 'Patient', birthDate: '1980-02-30' })).toEqual(['Patient.birthDate is not a date']);
		expect(errorsOf({ resourceType: 'Patient', name: { text: 'Mary' } })).toEqual(['Patient.name is not a list']);
		expect(errorsOf({ resourceType: 'Patient', name: [{ given: ['Mary', 3] }] })).toEqual(['Patient.name[0].given[1] is not a string']);
		expect(errorsOf({ resourceType: 'Patient', gender: ['female'] })).toEqual(['Patient.gender is not a code']);
		expect(errorsOf({ resourceType: 'Patient', active: 'yes' })).toEqual(['Patient.active is not a boolean']);
		expect(errorsOf({ resourceType: 'Observation', valueQuantity: { value: '5' } })).toEqual(['Observation.valueQuantity.value is not a decimal']);
		expect(errorsOf({ resourceType: 'Patient', contact: [{ name: 'Mother' }] })).toEqual(['Patient.contact[0].name is not a HumanName']);
	});

	it('with an unknown element lists it, at any depth, and has no error', () => {
		expect(validateResource({ resourceType: 'Patient', horoscope: 'leo', name: [{ aura: 1 }], contact: [{ name: { aura: 2 } }] })).toMatchObject({
			errors: [], unknown: ['Patient.horoscope', 'Patient.name[0].aura', 'Patient.contact[0].name.aura']
		});
	});

	it('with two types of one choice is wrong', () => {
		expect(errorsOf({ resourceType: 'Patient', deceasedBoolean: true, deceasedDateTime: '2026' })).toEqual(['Patient.deceasedDateTime deceased[x] has two types at once']);
		expect(errorsOf({ resourceType: 'Patient', deceasedDateTime: '2026', _deceasedDateTime: { id: 'a' } })).toEqual([]);
	});

	it('may have ids and extensions beside primitives, and gaps in lists of them', () => {
		const extension = [{ url: 'http://example.org/approximate', valueBoolean: true }];
		expect(validateResource({ resourceType: 'Patient', _birthDate: { extension }, name: [{ given: ['Mary', null], _given: [null, { extension }] }] })).toMatchObject({ errors: [], unknown: [] });
		expect(errorsOf({ resourceType: 'Patient', _birthDate: { extension: [{ url: 'x', valueDate: 5 }] } })).toEqual(['Patient._birthDate.extension[0].valueDate is not a date']);
		expect(errorsOf({ resourceType: 'Patient', name: [null] })).toEqual(['Patient.name[0] is not a HumanName']);
	});

	it('carries contained resources: those recorded here are checked, others are carried as they are', () => {
		expect(errorsOf({ resourceType: 'MedicationRequest', contained: [{ resourceType: 'Medication', id: 'm', status: 5 }, { resourceType: 'Organization', name: 5 }] })).toEqual([
			'MedicationRequest.contained[0].status is not a code'
		]);
	});

	it('of a type that is not recorded is unknown as a whole', () => {
		expect(validateResource({ resourceType: 'Claim', total: 'x' })).toMatchObject({ errors: [], unknown: ['Claim'] });
	});

	it('lacks what FHIR requires, except what the chart says', () => {
		expect(missingRequired({ resourceType: 'AllergyIntolerance' })).toEqual([]);
		expect(missingRequired({ resourceType: 'Observation', status: 'final' })).toEqual(['Observation.code']);
		expect(missingRequired({ resourceType: 'Immunization', status: 'completed', vaccineCode: { text: 'BCG' }, occurrenceString: 'at birth' })).toEqual([]);
	});
});

describe('a change', () => {
	const writes = (more: object) => ({ set: {}, unset: [], add: {}, remove: {}, ...more });

	it('writes groups to their elements only', () => {
		expect(validateGroup('Patient', 'birth', { birthDate: '1980', _birthDate: { id: 'a' } })).toMatchObject({ errors: [], unknown: [] });
		expect(validateGroup('Patient', 'birth', { gender: 'female' }).errors).toEqual([{ path: 'Patient.gender', message: 'belongs to the group sex, not birth' }]);
		expect(validateGroup('Condition', 'problem', { subject: { reference: 'Patient/2' } }).errors[0]?.message).toBe('is never recorded');
	});

	it('sets groups and adds items, never the other way round', () => {
		expect(validateWrites('Patient', 'desk', writes({ set: { names: { name: [{ text: 'Mary' }] } } })).errors).toHaveLength(1);
		expect(validateWrites('Patient', 'desk', writes({ add: { birth: { a: '1980' } } })).errors).toHaveLength(1);
		expect(validateWrites('Patient', 'desk', writes({ unset: ['names'] })).errors).toHaveLength(1);
		expect(validateWrites('Patient', 'desk', writes({ remove: { birth: ['a'] } })).errors).toHaveLength(1);
		expect(validateWrites('Patient', 'desk', writes({ unset: ['birth'], add: { names: { official: { text: 'Mary' } } }, remove: { names: ['usual'] } }))).toMatchObject({ errors: [], unknown: [] });
	});

	it('checks each item by its own path', () => {
		expect(validateItem('Patient', 'names', { text: 5 }).errors).toEqual([{ path: 'Patient.name[].text', message: 'is not a string' }]);
		expect(validateWrites('Patient', 'desk', writes({ add: { names: { official: { text: 5 } } } })).errors[0]?.path).toBe('Patient.name[official].text');
	});

	it('puts a resource only where its type may live', () => {
		expect(validateWrites('AllergyIntolerance', 'desk', writes({ unset: ['status'] })).errors[0]?.message).toContain('desk');
		expect(validateWrites('AllergyIntolerance', 'restricted', writes({ unset: ['status'] })).errors).toEqual([]);
	});

	it('attack 41: of a newer app waits: unknown types, groups and elements are listed, not refused', () => {
		expect(validateWrites('MolecularSequence', 'clinical', writes({ set: { x: {} } }))).toMatchObject({ errors: [], unknown: ['MolecularSequence'] });
		expect(validateWrites('Patient', 'desk', writes({ set: { pronouns: { pronouns: 'they' } } }))).toMatchObject({ errors: [], unknown: ['Patient:pronouns'] });
		expect(validateWrites('Patient', 'desk', writes({ set: { birth: { birthDate: '1980', birthTime: '08:00' } } }))).toMatchObject({ errors: [], unknown: ['Patient.birthTime'] });
		expect(validateWrites('Patient', 'desk', writes({ unset: ['pronouns'], remove: { aliases: ['a'] } }))).toMatchObject({ errors: [], unknown: ['Patient:pronouns', 'Patient:aliases'] });
	});
});

const SYNTHEA = new URL('../../../shared/data/synthea/', import.meta.url);
describe.skipIf(!existsSync(SYNTHEA))('Synthea bundles (skipped where ../shared/data/synthea is absent)', () => {
	it('have no error and no unknown element in any resource of a recorded type', () => {
		let checked = 0;
		for (const file of readdirSync(SYNTHEA).filter((name) => name.endsWith('.json.gz')).slice(0, 12)) {
			const bundle = parseJson(gunzipSync(readFileSync(new URL(file, SYNTHEA))).toString('utf8'));
			const entries = isObject(bundle) && Array.isArray(bundle['entry']) ? bundle['entry'] : [];
			for (const entry of entries) {
				const resource = isObject(entry) ? entry['resource'] : null;
				if (!isObject(resource) || !isRecordedType(resource['resourceType'])) continue;
				expect(validateResource(resource), file).toMatchObject({ errors: [], unknown: [] });
				checked++;
			}
		}
		expect(checked).toBeGreaterThan(500);
	});
});
