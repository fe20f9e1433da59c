import { describe, expect, test } from 'vitest';
import { describe as inWords } from '$lib/chart/describe.ts';
import { validateResource } from '$sync/fhir/validate.ts';
import { writeGoal, measureOf } from '$sync/goals/goals.ts';
import { writeOrder, writeReport, writeSpecimen } from '$sync/laboratory/record.ts';
import { labPanel } from '$sync/laboratory/tests.ts';
import { writeReferral, writeStep } from '$sync/referrals/referral.ts';
import { emptyProcedure, membersIn, openActivities, readProcedure, writePlan, writeProcedure, writeTeam } from './care.ts';

const NOW = '2026-08-14T09:42:00+03:00';
const valid = (resource: Parameters<typeof inWords>[0]): void => expect(validateResource(resource)).toMatchObject({ errors: [], unknown: [] });

describe('a procedure', () => {
	const done = writeProcedure(null, { ...emptyProcedure('2026-08-14'), name: 'Suture of wound', site: 'Left hand', outcome: 'Closed', note: 'Five stitches' });
	test('is read as it was written, and is FHIR', () => {
		valid(done);
		expect(readProcedure(done)).toEqual({ name: 'Suture of wound', done: 'completed', date: '2026-08-14', site: 'Left hand', outcome: 'Closed', why: '', note: 'Five stitches' });
	});
	test('what was not done says why, and loses what only a done one has', () => {
		const not = writeProcedure(done, { ...readProcedure(done), done: 'not-done', why: 'Refused' });
		valid(not);
		expect([not['status'], not['bodySite'], not['outcome'], not['statusReason']]).toEqual(['not-done', undefined, undefined, { text: 'Refused' }]);
	});
	test('codes of an imported one stay where the words do', () => {
		const imported = { ...done, code: { coding: [{ system: 'http://snomed.info/sct', code: '18557009' }], text: 'Fracture care' } };
		expect(writeProcedure(imported, { ...readProcedure(imported), note: 'Seen' })['code']).toEqual(imported.code);
	});
});

describe('a care plan', () => {
	const plan = writePlan(null, { title: 'Hypertension', description: '', status: 'active', more: 'Less salt\n\nWalk daily\nLess salt', done: [] }, NOW);
	test('has one activity for each line, and ticks off what was done', () => {
		valid(plan);
		expect(openActivities(plan)).toEqual(['Less salt', 'Walk daily']);
		const later = writePlan(plan, { title: 'Hypertension', description: '', status: 'active', more: 'Weigh weekly\nLess salt', done: ['Less salt'] }, NOW);
		expect(openActivities(later)).toEqual(['Walk daily', 'Weigh weekly']);
		expect(inWords(later).body).toBe('• Less salt (done)\n• Walk daily\n• Weigh weekly');
	});
});

describe('a care team', () => {
	const team = writeTeam(null, [], { member: 'a'.repeat(32), name: 'Amina Kato', role: 'Nurse' });
	test('takes members of the organization and others, and lets them go', () => {
		const two = writeTeam(team, membersIn(team).map(({ key }) => key), { member: null, name: 'Her sister', role: '' });
		valid(two);
		expect(membersIn(two).map(({ words }) => words)).toEqual(['Amina Kato, Nurse', 'Her sister']);
		expect(membersIn(writeTeam(two, membersIn(two).slice(1).map(({ key }) => key), null)).map(({ words }) => words)).toEqual(['Her sister']);
	});
});

describe('orders, referrals and goals in words', () => {
	const panel = labPanel('blood-count');
	const systolic = measureOf('systolic');
	if (panel === null || systolic === null) throw new Error('no data');
	test.each([
		[writeOrder({ panel }, { priority: 'stat', reason: 'Pale', note: '' }, NOW), 'Laboratory order: Full blood count', ['Now', 'Pale']],
		[writeSpecimen('o1', { kind: 'blood', words: 'Blood', label: 'B-17', note: '' }, NOW), 'Specimen: Blood', []],
		[writeReport({ text: 'Biopsy' }, [], { order: null, specimen: null, when: NOW, person: { sex: null, birthDate: null, pregnancyWeeks: null } }, { conclusion: 'Benign', final: true, issued: NOW }), 'Laboratory report: Biopsy', ['Benign']],
		[writeReferral({ to: { site: 's', name: 'Katwe Clinic' }, service: 'Ultrasound', reason: 'Pain', urgency: 'routine', note: '', sent: [] }, NOW), 'Ultrasound', ['To Katwe Clinic', 'Pain']],
		[writeStep(null, 'q', 'declined', 'No sonographer', NOW), 'Answer to a referral', ['Declined', 'No sonographer']],
		[writeGoal(null, { description: 'Pressure', status: 'active', start: '2026-08-14', target: { measure: systolic, direction: 'at-most', value: 140, due: '2026-12-31' }, due: '', note: '' }, '2026-08-14'), 'Pressure', ['Systolic pressure at most 140 mmHg by 31-Dec-2026', 'Active']]
	] as const)('%#', (resource, title, details) => {
		const said = inWords(resource);
		expect(said.title).toBe(title);
		for (const detail of details) expect(said.details.map((one) => one.replace(/[\u2066-\u2069]/gu, ''))).toContain(detail);
	});
	test('an imported interpretation is a word, never a bare code', () => {
		const imported = { resourceType: 'Observation', status: 'final', code: { text: 'Ferritin' }, valueQuantity: { value: 900, unit: 'ug/L' }, interpretation: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation', code: 'HH' }] }] } as const;
		expect(inWords(imported).details).toContain('Critically high');
	});
});
