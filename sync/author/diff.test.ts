import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../change/canonical.ts';
import type { VerifiedChange } from '../change/change.ts';
import type { FhirResource } from '../fhir/resource.ts';
import { validateWrites } from '../fhir/validate.ts';
import { shownResource } from '../merge/assemble.ts';
import { Cast, fakeDigest } from '../merge/cast.ts';
import { foldResource } from '../merge/fold.ts';
import type { ResourceState } from '../merge/state.ts';
import { diffResource, type DiffOptions } from './diff.ts';
import { isEmptyBody, type ChangeBody } from './stamp.ts';

const options: DiffOptions = { digest: fakeDigest };
const fold = (...changes: VerifiedChange[]): ResourceState => {
	const state = foldResource(changes);
	if (state === null) throw new Error('nothing to fold');
	return state;
};
const written = (before: ResourceState | null, after: FhirResource, more: Partial<DiffOptions> = {}): ChangeBody => {
	const result = diffResource(before, after, { ...options, ...more });
	if (!result.ok) throw new Error(result.error.message);
	return result.value;
};
const problemOf = (before: ResourceState | null, after: FhirResource, more: Partial<DiffOptions> = {}) => {
	const result = diffResource(before, after, { ...options, ...more });
	return result.ok ? null : { code: result.error.code, paths: result.error.paths };
};
const people = () => {
	const ward = new Cast();
	return { asha: ward.member('Asha', 'clinic A'), ben: ward.member('Ben', 'clinic A') };
};

const MARY: FhirResource = {
	resourceType: 'Patient', name: [{ use: 'official', family: 'Majhi', given: ['Mary'] }, { use: 'nickname', text: 'Munni' }], gender: 'female',
	birthDate: '1980-01-01', telecom: [{ system: 'phone', value: '+91 94370 00001' }], identifier: [{ system: 'urn:card', value: '17' }]
};
/** The state after a form of a new resource was saved, and after each further form. */
const saved = (...forms: readonly FhirResource[]): ResourceState => {
	const { asha } = people();
	let state: ResourceState | null = null;
	let last: VerifiedChange | null = null;
	const all: VerifiedChange[] = [];
	for (const form of forms) {
		const body = written(state, form);
		last = last === null ? asha.creates(form.resourceType, body.set, body) : asha.edits(last, body);
		all.push(last);
		state = fold(...all);
	}
	if (state === null) throw new Error('no form');
	return state;
};
const shown = (state: ResourceState): FhirResource => {
	const { id: _id, ...rest } = shownResource(state);
	return { ...rest, resourceType: state.type };
};

describe('a new resource', () => {
	it('writes every group of the form, lists by natural key', () => {
		expect(written(null, MARY)).toEqual({
			set: { birth: { birthDate: '1980-01-01' }, sex: { gender: 'female' } }, unset: [], remove: {},
			add: {
				names: { official: { use: 'official', family: 'Majhi', given: ['Mary'] }, nickname: { use: 'nickname', text: 'Munni' } },
				telecom: { 'phone|+919437000001': { system: 'phone', value: '+91 94370 00001' } }, identifiers: { 'urn:card|17': { system: 'urn:card', value: '17' } }
			}
		});
	});

	it('reads back as the form said', () => {
		expect(shown(saved(MARY))).toEqual(MARY);
	});

	it('ignores id, meta and the reference to the patient: chart and change say them', () => {
		const { set } = written(null, { resourceType: 'Condition', id: 'x', meta: { versionId: '3' }, subject: { reference: 'Patient/1' }, code: { text: 'asthma' } });
		expect(set).toEqual({ problem: { code: { text: 'asthma' } } });
	});
});

describe('an edit', () => {
	it('writes nothing when nothing was changed', () => {
		expect(isEmptyBody(written(saved(MARY), MARY))).toBe(true);
		expect(isEmptyBody(written(saved(MARY), shownResource(saved(MARY))))).toBe(true);
	});

	it('writes only the group that was changed', () => {
		expect(written(saved(MARY), { ...MARY, birthDate: '1980-02-01' })).toEqual({ set: { birth: { birthDate: '1980-02-01' } }, unset: [], add: {}, remove: {} });
	});

	it('writes a group whole: the unchanged drug with the changed dose', () => {
		const order: FhirResource = { resourceType: 'MedicationRequest', status: 'active', intent: 'order', medicationCodeableConcept: { text: 'amoxicillin' }, dosageInstruction: [{ text: '250 mg' }] };
		expect(written(saved(order), { ...order, dosageInstruction: [{ text: '500 mg' }] }).set).toEqual({
			medication: { intent: 'order', medicationCodeableConcept: { text: 'amoxicillin' }, dosageInstruction: [{ text: '500 mg' }] }
		});
	});

	it('clears a group whose elements the form emptied', () => {
		const { birthDate: _birthDate, ...rest } = MARY;
		expect(written(saved(MARY), { ...rest, resourceType: 'Patient' })).toEqual({ set: {}, unset: ['birth'], add: {}, remove: {} });
	});

	it('replaces a corrected item under its key, and adds and removes others', () => {
		const after: FhirResource = { ...MARY, name: [{ use: 'official', family: 'Majhi', given: ['Maria'] }], identifier: [{ system: 'urn:card', value: '17' }, { system: 'urn:card', value: '18' }] };
		expect(written(saved(MARY), after)).toEqual({
			set: {}, unset: [], add: { names: { official: { use: 'official', family: 'Majhi', given: ['Maria'] } }, identifiers: { 'urn:card|18': { system: 'urn:card', value: '18' } } },
			remove: { names: ['nickname'] }
		});
	});

	it('does not care for the order of a list', () => {
		expect(isEmptyBody(written(saved(MARY), { ...MARY, name: [{ use: 'nickname', text: 'Munni' }, { use: 'official', family: 'Majhi', given: ['Mary'] }] }))).toBe(true);
	});

	it('tells two items of one natural key apart, and leaves the first alone', () => {
		const two: FhirResource = { ...MARY, name: [{ use: 'official', text: 'A' }, { use: 'official', text: 'B' }] };
		const state = saved(two);
		expect(shown(state)['name']).toEqual([{ use: 'official', text: 'A' }, { use: 'official', text: 'B' }]);
		expect(isEmptyBody(written(state, two))).toBe(true);
		expect(state.groups.get('names')).toMatchObject({ conflict: false });
	});

	it('replaces an edited remark: the old wording stays in the history', () => {
		const allergy: FhirResource = { resourceType: 'AllergyIntolerance', code: { text: 'penicillin' }, note: [{ text: 'rsh' }] };
		const body = written(saved(allergy), { ...allergy, note: [{ text: 'rash' }] });
		expect(Object.keys(body.add['notes'] ?? {})).toHaveLength(1);
		expect(body.remove['notes']).toHaveLength(1);
		expect(shown(saved(allergy, { ...allergy, note: [{ text: 'rash' }] }))['note']).toEqual([{ text: 'rash' }]);
	});

	it('is deterministic', () => {
		const after: FhirResource = { ...MARY, gender: 'unknown', name: [{ use: 'usual', text: 'Mary' }] };
		expect(canonicalJson(written(saved(MARY), after))).toBe(canonicalJson(written(saved(MARY), after)));
	});
});

describe('a group under review', () => {
	const disputed = (): ResourceState => {
		const { asha, ben } = people();
		const body = written(null, MARY);
		const first = asha.creates('Patient', body.set, body);
		return fold(first, asha.edits(first, { set: { birth: { birthDate: '1980-01-02' } } }), ben.edits(first, { set: { birth: { birthDate: '1980-02-01' } } }));
	};

	it('is not touched by a save of something else', () => {
		const state = disputed();
		expect(written(state, { ...shownResource(state), gender: 'unknown' })).toEqual({ set: { sex: { gender: 'unknown' } }, unset: [], add: {}, remove: {} });
	});

	it('is not settled by accident, and the edit is not dropped: an error names the group', () => {
		expect(problemOf(disputed(), { ...MARY, birthDate: '1981-01-01' })).toEqual({ code: 'in-conflict', paths: ['birth'] });
	});

	it('is not taken for untouched where the form leaves the other of the two values', () => {
		const state = disputed();
		expect(state.groups.get('birth')?.shown.map(({ value }) => value)).toEqual([{ birthDate: '1980-02-01' }, { birthDate: '1980-01-02' }]);
		expect(isEmptyBody(written(state, { ...MARY, birthDate: '1980-02-01' }))).toBe(true);
		expect(problemOf(state, { ...MARY, birthDate: '1980-01-02' })).toEqual({ code: 'in-conflict', paths: ['birth'] });
		expect(problemOf(state, { ...MARY, gender: 'unknown', birthDate: '1980-01-02' })).toEqual({ code: 'in-conflict', paths: ['birth'] });
		expect(written(state, { ...MARY, birthDate: '1980-01-02' }, { resolve: ['birth'] }).set).toEqual({ birth: { birthDate: '1980-01-02' } });
	});

	it('is written by a resolution, even with the value that leads already', () => {
		expect(written(disputed(), { ...MARY, birthDate: '1980-02-01' }, { resolve: ['birth'] }).set).toEqual({ birth: { birthDate: '1980-02-01' } });
	});

	it('in a list keeps both bodies apart when both are right', () => {
		const { asha, ben } = people();
		const body = written(null, MARY);
		const first = asha.creates('Patient', body.set, body);
		const a = asha.edits(first, { add: { names: { official: { use: 'official', text: 'Maria Majhi' } } } });
		const b = ben.edits(first, { add: { names: { official: { use: 'official', text: 'Mary Manjhi' } } } });
		const state = fold(first, a, b);
		const form = shownResource(state);
		expect(isEmptyBody(written(state, form))).toBe(true);
		expect(problemOf(state, { ...form, name: [{ use: 'official', text: 'Mary Manjhi' }] })).toMatchObject({ code: 'in-conflict' });
		const both = asha.edits([a, b], written(state, form, { resolve: ['names'] }));
		const settled = fold(first, a, b, both);
		expect(settled.groups.get('names')).toMatchObject({ conflict: false });
		expect(shown(settled)['name']).toHaveLength(3);
		const one = asha.edits([a, b], written(state, { ...form, name: [{ use: 'official', text: 'Mary Manjhi' }] }, { resolve: ['names'] }));
		expect(shown(fold(first, a, b, one))['name']).toEqual([{ use: 'official', text: 'Mary Manjhi' }]);
	});

	it('that a rule settled by itself can simply be edited', () => {
		const { asha, ben } = people();
		const first = asha.creates('Patient', { marital: { maritalStatus: { text: 'single' } } });
		const state = fold(first, asha.edits(first, { set: { marital: { maritalStatus: { text: 'married' } } } }), ben.edits(first, { set: { marital: { maritalStatus: { text: 'widowed' } } } }));
		expect(written(state, { resourceType: 'Patient', maritalStatus: { text: 'divorced' } }).set).toEqual({ marital: { maritalStatus: { text: 'divorced' } } });
	});
});

describe('what may not be written', () => {
	it('an element of the wrong type, with its path', () => {
		expect(problemOf(null, { resourceType: 'Patient', birthDate: '1980-02-31' })).toMatchObject({ code: 'bad-resource' });
		expect(problemOf(null, { resourceType: 'Patient', name: { text: 'Mary' } })?.paths[0]).toContain('Patient.name');
	});

	it('an element unknown to FHIR R4: all are listed, none is dropped', () => {
		expect(problemOf(null, { resourceType: 'Patient', horoscope: 'leo', name: [{ text: 'M', aura: 'blue' }] })).toEqual({ code: 'unknown-element', paths: ['Patient.horoscope', 'Patient.name[0].aura'] });
	});

	it('a type that is not recorded, or another type than before', () => {
		expect(problemOf(null, { resourceType: 'Claim' })).toMatchObject({ code: 'not-recorded' });
		expect(problemOf(saved(MARY), { resourceType: 'Condition', code: { text: 'asthma' } })).toMatchObject({ code: 'not-recorded' });
	});
});

describe('any two forms of a patient', () => {
	const name = fc.record({ use: fc.constantFrom('official', 'usual'), text: fc.constantFrom('Mary', 'Maria', 'Munni') });
	const form = fc.record(
		{
			birthDate: fc.constantFrom('1980', '1980-01', '1980-01-01'), gender: fc.constantFrom('female', 'male'), name: fc.uniqueArray(name, { minLength: 1, maxLength: 3, selector: canonicalJson }),
			identifier: fc.uniqueArray(fc.record({ system: fc.constant('urn:card'), value: fc.constantFrom('1', '2', '3') }), { minLength: 1, maxLength: 3, selector: canonicalJson })
		},
		{ requiredKeys: [] }
	).map((elements): FhirResource => ({ ...elements, resourceType: 'Patient' }));
	const sorted = (resource: FhirResource) =>
		Object.fromEntries(Object.entries(resource).map(([key, value]) => [key, Array.isArray(value) ? value.map((item) => canonicalJson(item)).sort() : value]));

	it('lead from one to the other by what the diff writes, with every write valid', () => {
		fc.assert(fc.property(form, form, (before, after) => {
			if (Object.keys(before).length === 1) return;
			const body = written(saved(before), after);
			expect(validateWrites('Patient', 'desk', body)).toMatchObject({ errors: [], unknown: [] });
			if (!isEmptyBody(body)) expect(sorted(shown(saved(before, after)))).toEqual(sorted(after));
			else expect(sorted(before)).toEqual(sorted(after));
		}), { seed: 7, numRuns: 300 });
	});
});
