import { describe, expect, it } from 'vitest';
import { missingRequired, validateResource } from '../fhir/validate.ts';
import type { FhirResource } from '../fhir/resource.ts';
import type { FormContext } from './answers.ts';
import { readForm } from './answers.ts';
import { previousIn } from './chart.ts';
import { editForm, type Edit } from './edit.ts';
import { copyOf, formsOf, suits } from './library.ts';
import { parseForm } from './parse.ts';
import { answersToResources, inVisit } from './record.ts';
import { responseLines } from './response.ts';
import { ANTENATAL } from './templates/antenatal.ts';
import { DIABETES, HYPERTENSION } from './templates/chronic.ts';
import { IMMUNIZATION } from './templates/immunization.ts';
import { TEMPLATES } from './templates/index.ts';
import { TUBERCULOSIS } from './templates/tuberculosis.ts';
import { UNDER_FIVE } from './templates/under-five.ts';
import { asked, fill, form, nobody, NOON, state } from './testing/filling.ts';

const baby: FormContext = { ...nobody, birthDate: '2025-06-14', sex: 'male' };
const mother: FormContext = { ...nobody, birthDate: '1998-03-02', sex: 'female' };
const text = (resource: FhirResource | undefined): string => JSON.stringify(resource);
const shown = (of: FhirResource, values: Parameters<typeof fill>[1], context: FormContext): readonly string[] => asked(state(form(of), values, context));
const well = { 'unable-to-drink': false, 'vomits-everything': false, convulsions: false, lethargic: false };
const noDanger = { bleeding: false, fits: false, 'severe-headache': false, 'severe-pain': false, waters: false, 'less-movement': false, 'fever-weak': false };

describe('every template', () => {
	it.each(TEMPLATES.map((t) => [text(t).slice(0, 0) + String(t['title']), t] as const))('%s is FHIR R4, can be read, fits into one change, and names its sources', (_, template) => {
		expect(validateResource(template)).toEqual({ errors: [], unknown: [] });
		expect(missingRequired(template)).toEqual([]);
		expect(JSON.stringify(template['item']).length).toBeLessThan(60 * 1024);
		expect(String(template['purpose'])).toMatch(/WHO.*20\d\d/u);
		const advice = [...form(template).all.values()].filter((item) => item.type === 'display' && item.tone !== 'info');
		// the one that only checks the form's own dates rests on arithmetic
		expect(advice.filter((item) => item.source === null).map((item) => item.linkId)).toEqual(template === ANTENATAL ? ['dates-doubtful'] : []);
	});

	it('records resources that FHIR takes, whatever is answered', () => {
		const answers: readonly (readonly [FhirResource, FormContext, Parameters<typeof fill>[1]])[] = [
			[UNDER_FIVE, baby, { ...well, oedema: false, weight: 8.1, length: 74, position: 'standing', head: 45.5, muac: 128, temperature: 38.2, 'malaria-test': 'positive', cough: true, breaths: 52, 'chest-indrawing': false, diarrhoea: false, problems: 'malaria,pneumonia', 'vitamin-a-given': true, 'deworming-given': true, 'refer-to': 'District hospital', 'refer-why': 'Pneumonia', 'next-date': '2026-08-28', note: 'Mother will bring the card' }],
			[ANTENATAL, mother, { ...noDanger, lmp: '2026-02-01', gravida: 2, para: 1, weight: 61, height: 158, systolic: 118, diastolic: 76, haemoglobin: 10.1, syphilis: 'positive', 'tetanus-vaccine': '139', 'tetanus-dose': 2, 'tetanus-lot': 'T77', 'iron-given': true, problems: 'anaemia-in-pregnancy' }],
			[HYPERTENSION, mother, { systolic: 152, diastolic: 94, cardiovascular: false, alarm: false, taken: 'some', 'why-missed': 'ran-out,cost', weight: 70 }],
			[DIABETES, mother, { 'glucose-kind': 'fasting', 'fasting-glucose': 9.2, hba1c: 8.1, systolic: 128, diastolic: 80, foot: 'normal', taken: 'all' }],
			[TUBERCULOSIS, mother, { started: '2026-06-10', 'doses-missed': 0, weight: 52, cough: false, blood: false, 'side-effects': 'none', smear: 'negative' }],
			[IMMUNIZATION, baby, { 'severe-reaction': false, 'ill-today': false, 'vaccine-name@0': '05', 'given@0': 'completed', 'dose@0': 1, 'lot@0': 'M1' }]
		];
		for (const [template, context, values] of answers) {
			const recorded = answersToResources(form(template), fill(form(template), values, context), context);
			for (const resource of [recorded.encounter, recorded.response, ...recorded.resources.map((r) => inVisit(r, 'a'.repeat(32)))]) {
				expect([resource.resourceType, validateResource(resource)]).toEqual([resource.resourceType, { errors: [], unknown: [] }]);
				expect([resource.resourceType, missingRequired(resource)]).toEqual([resource.resourceType, []]);
			}
			expect(recorded.resources.length).toBeGreaterThanOrEqual(3);
		}
	});
});

describe('the under-5 visit', () => {
	it('shows the scores of the child and what severe wasting calls for', () => {
		const seen = state(form(UNDER_FIVE), { ...well, oedema: false, weight: 6.9, length: 74, position: 'lying', muac: 130 }, baby);
		expect(seen.at.get('z-weight-for-length')?.answer).toMatchObject({ kind: 'number', value: -3.73 });
		expect(asked(seen)).toContain('sam');
		expect(asked(seen)).not.toContain('mam');
	});
	it('advises moderate wasting when the arm was not measured', () => {
		const seen = shown(UNDER_FIVE, { ...well, oedema: false, weight: 7.5, length: 74, position: 'lying' }, baby);
		expect(seen).toContain('mam');
		expect(seen).not.toContain('sam');
	});
	it('gives no weight score with oedema, and treats it as severe', () => {
		const seen = state(form(UNDER_FIVE), { ...well, oedema: true, weight: 9, length: 74, position: 'lying' }, baby);
		expect(seen.at.get('z-weight-for-age')?.answer).toBeNull();
		expect(seen.at.get('z-length-for-age')?.answer).not.toBeNull();
		expect(asked(seen)).toContain('sam');
	});
	it.each([['2026-07-01', 59, false], ['2026-07-01', 60, true], ['2025-12-14', 50, true], ['2025-12-14', 49, false], ['2025-01-14', 40, true], ['2025-01-14', 39, false]])('born %s, %d breaths: fast %s (60, 50, 40 by age)', (birthDate, breaths, fast) =>
		expect(shown(UNDER_FIVE, { cough: true, breaths }, { ...baby, birthDate }).includes('fast-breathing')).toBe(fast));
	it('asks what belongs to the age only', () => {
		expect(shown(UNDER_FIVE, { weight: 4 }, { ...baby, birthDate: '2026-06-01' })).not.toContain('muac');
		expect(shown(UNDER_FIVE, { weight: 14 }, { ...baby, birthDate: '2023-01-01' })).not.toContain('head');
	});
	it('records length with the way it was measured, and the scores marked as calculated', () => {
		const { resources, encounter } = answersToResources(form(UNDER_FIVE), fill(form(UNDER_FIVE), { ...well, oedema: false, weight: 8.1, length: 74, position: 'standing' }, baby), baby);
		const length = resources.find((r) => text(r).includes('8302-2'));
		expect(length).toMatchObject({ valueQuantity: { value: 74, code: 'cm' }, method: { coding: [{ code: 'standing' }] }, effectiveDateTime: NOON });
		expect(resources.find((r) => text(r).includes('"z-weight-for-age"'))).toMatchObject({ extension: [{ url: 'urn:saddlebag:calculated', valueBoolean: true }] });
		expect(encounter).toMatchObject({ status: 'finished', period: { start: NOON }, type: [{ coding: [{ code: 'under-five-visit' }] }] });
	});
	it('never records what is out of range, unreadable or no longer asked', () => {
		const of = form(UNDER_FIVE);
		const answers = fill(of, { ...well, weight: 81, cough: false, breaths: 52, temperature: 38 }, baby);
		expect(readForm(of, answers, baby).at.get('weight')?.mend).toBe('impossible');
		const { resources, response } = answersToResources(of, answers, baby);
		expect(resources.some((r) => text(r).includes('29463-7'))).toBe(false);
		expect(text(response)).not.toContain('breaths');
	});
});

describe('the other templates', () => {
	it('pregnancy: weeks and expected date from the last period, by ultrasound where there is one', () => {
		const seen = state(form(ANTENATAL), { lmp: '2026-02-01' }, mother);
		expect(seen.at.get('gestation')?.answer).toMatchObject({ value: 27 });
		expect(seen.at.get('edd')?.answer).toMatchObject({ value: '2026-11-08' });
		expect(state(form(ANTENATAL), { lmp: '2026-02-01', 'edd-scan': '2026-11-22' }, mother).at.get('gestation')?.answer).toMatchObject({ value: 25 });
	});
	it('pregnancy: the next contact is the next of 12, 20, 26, 30, 34, 36, 38, 40 weeks', () => {
		expect(state(form(ANTENATAL), { ...noDanger, lmp: '2026-02-01' }, mother).at.get('next-suggested')?.answer).toMatchObject({ value: '2026-09-04' });
	});
	it('pregnancy: anaemia by trimester', () => {
		expect(shown(ANTENATAL, { lmp: '2026-02-01', haemoglobin: 10.6 }, mother)).not.toContain('anaemia');
		expect(shown(ANTENATAL, { lmp: '2026-07-01', haemoglobin: 10.6 }, mother)).toContain('anaemia');
	});
	it('haemoglobin typed in g/L is judged in g/dL and kept as it was typed', () => {
		const of = form(ANTENATAL);
		const answers = fill(of, { lmp: '2026-02-01', haemoglobin: 92 }, mother, { units: { haemoglobin: 'g/L' } });
		expect(readForm(of, answers, mother).at.get('haemoglobin')).toMatchObject({ mend: null, doubt: null });
		expect(asked(readForm(of, answers, mother))).toContain('anaemia');
		expect(answersToResources(of, answers, mother).resources.find((r) => text(r).includes('718-7'))).toMatchObject({ valueQuantity: { value: 92, code: 'g/L' } });
	});
	it('glucose in mg/dL is recorded under the code for mass', () => {
		const of = form(DIABETES);
		const answers = fill(of, { 'glucose-kind': 'fasting', 'fasting-glucose': 330 }, mother, { units: { 'fasting-glucose': 'mg/dL' } });
		expect(asked(readForm(of, answers, mother))).toContain('very-high');
		expect(answersToResources(of, answers, mother).resources.find((r) => text(r).includes('mg/dL'))).toMatchObject({ code: { coding: [{ code: '1558-6' }] } });
	});
	it.each([[150, 80, ['above-target']], [138, 88, ['at-target']], [182, 80, ['crisis']]])('hypertension %d/%d: %j', (systolic, diastolic, expected) =>
		expect(shown(HYPERTENSION, { systolic, diastolic, cardiovascular: false, alarm: false }, mother).filter((place) => ['above-target', 'at-target', 'crisis'].includes(place))).toEqual(expected));
	it('hypertension with diabetes: 132 is above target', () => expect(shown(HYPERTENSION, { systolic: 132, diastolic: 80, cardiovascular: true }, mother)).toContain('above-target'));
	it('blood pressure is one Observation with two components', () => {
		const { resources } = answersToResources(form(HYPERTENSION), fill(form(HYPERTENSION), { systolic: 152, diastolic: 94 }, mother), mother);
		expect(resources.filter((r) => text(r).includes('8480-6'))).toMatchObject([{ code: { coding: [{ code: '85354-9' }] }, component: [{ valueQuantity: { value: 152 } }, { valueQuantity: { value: 94 } }] }]);
	});
	it('tuberculosis: sputum is due in months 2, 5 and 6', () => {
		expect([15, 45, 75, 135, 165].map((day) => {
			const when = new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10);
			return shown(TUBERCULOSIS, { started: '2026-01-01' }, { ...mother, when }).includes('sputum-due');
		})).toEqual([false, true, false, true, true]);
	});
	it('several vaccines in one visit, one not given', () => {
		const of = form(IMMUNIZATION);
		const answers = fill(of, { 'vaccine-name@0': '198', 'given@0': 'completed', 'dose@0': 2, 'lot@0': 'P9', 'vaccine-name@1': '133', 'given@1': 'not-done', 'why-not@1': 'out of stock' }, baby, { fillings: new Map([['vaccine', 2]]) });
		expect(answersToResources(of, answers, baby).resources.filter((r) => r.resourceType === 'Immunization')).toMatchObject([
			{ status: 'completed', vaccineCode: { coding: [{ code: '198' }] }, lotNumber: 'P9', protocolApplied: [{ doseNumberPositiveInt: 2 }], occurrenceDateTime: '2026-08-14' },
			{ status: 'not-done', vaccineCode: { coding: [{ code: '133' }] }, statusReason: { text: 'out of stock' } }
		]);
	});
	it('are offered to those they are for', () => {
		const offered = (context: FormContext): readonly string[] => formsOf([]).flatMap(({ form: of }) => (of !== null && suits(of, context) ? [of.title] : []));
		expect(offered(baby)).toEqual(['Under-5 visit', 'Immunization visit', 'Tuberculosis follow-up']);
		expect(offered(mother)).not.toContain('Under-5 visit');
		expect(offered({ ...mother, sex: 'male' })).not.toContain('Antenatal contact');
		expect(offered(nobody)).toHaveLength(TEMPLATES.length);
	});
});

describe('what was recorded before', () => {
	const chart = (value: number, when: string): FhirResource => ({ resourceType: 'Observation', status: 'final', effectiveDateTime: when, code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] }, valueQuantity: { value, unit: 'kg', code: 'kg' } });
	const before: FormContext = { ...baby, previous: previousIn([chart(7.2, '2026-05-01'), chart(7.9, '2026-07-02'), chart(6, '2026-01-01')]) };

	it('stands beside the box, and a weight ten times as high is asked about', () => {
		const seen = state(form(UNDER_FIVE), { weight: 41 }, before).at.get('weight');
		expect(seen?.previous).toMatchObject({ answer: { value: 7.9 }, when: '2026-07-02' });
		expect(seen?.doubt).toBe('out-by-ten');
	});
	it('is carried on where the template says so, in whatever unit it was', () => {
		const lmp: FhirResource = { resourceType: 'Observation', status: 'final', effectiveDateTime: '2026-04-01', code: { coding: [{ system: 'http://loinc.org', code: '8665-2' }] }, valueDateTime: '2026-02-01' };
		expect(state(form(ANTENATAL), {}, { ...mother, previous: previousIn([lmp]) }).at.get('gestation')?.answer).toMatchObject({ value: 27 });
	});
	it('is left out where its unit is not one of the form\'s', () => {
		const pounds: FhirResource = { ...chart(170, '2026-07-09'), valueQuantity: { value: 170, unit: 'lb', code: '[lb_av]' } };
		expect(state(form(UNDER_FIVE), { weight: 8 }, { ...baby, previous: previousIn([pounds]) }).at.get('weight')?.previous).toBeNull();
	});
});

describe('a filled form', () => {
	it('can be read in its own words when the template is gone', () => {
		const { response } = answersToResources(form(HYPERTENSION), fill(form(HYPERTENSION), { systolic: 152, diastolic: 94, taken: 'all' }, mother), mother);
		expect(responseLines(response).map(({ question }) => question)).toContain('Systolic');
		expect(response).toMatchObject({ questionnaire: 'urn:saddlebag:form:template:hypertension-follow-up|1', status: 'completed' });
	});
});

describe('a lead\'s own form', () => {
	const copy = copyOf(form(HYPERTENSION), 'bwera-hypertension', 'Hypertension at Bwera');
	const edited = (edit: Edit, of: FhirResource = copy): FhirResource | string => {
		const result = editForm(of, edit);
		return result.ok ? result.value : result.error.message;
	};

	it('stands in the place of the original until it is retired', () => {
		const listed = formsOf([{ id: 'x', resource: copy }]);
		expect(listed.find(({ title }) => title === 'Hypertension follow-up')?.replaced).toBe(true);
		const retired = edited({ kind: 'status', status: 'retired' });
		expect(typeof retired === 'string' ? retired : formsOf([{ id: 'x', resource: retired }]).find(({ title }) => title === 'Hypertension follow-up')?.replaced).toBe(false);
	});
	it('takes other words, ranges, an order and questions of its own, and records their answers', () => {
		const added = edited({ kind: 'add', into: 'treatment', question: 'choice', text: 'Salt at table', unit: '', options: ['Never', 'Always'] });
		if (typeof added === 'string') throw new Error(added);
		const of = form(added);
		expect(of.version).toBe('2');
		expect(validateResource(added)).toEqual({ errors: [], unknown: [] });
		const { resources } = answersToResources(of, fill(of, { 'own-salt-at-table': 'own-salt-at-table-2' }, mother), mother);
		expect(text(resources[0])).toContain('Always');
		expect(form(edited({ kind: 'text', linkId: 'systolic', text: 'Upper' }) as FhirResource).all.get('systolic')?.text).toBe('Upper');
		expect(form(edited({ kind: 'likely', linkId: 'pulse', range: [50, 120] }) as FhirResource).all.get('pulse')?.likely).toEqual([50, 120]);
		expect([...form(edited({ kind: 'move', linkId: 'pulse', by: -1 }) as FhirResource).all.keys()].slice(0, 3)).toEqual(['readings', 'pulse', 'blood-pressure']);
	});
	it('cannot lose what a rule rests on without the rule, and is told which', () => {
		expect(edited({ kind: 'remove', linkId: 'alarm' })).toMatch(/"alarm-advice" depends on "alarm"/u);
		expect(typeof edited({ kind: 'remove', linkId: 'tobacco' })).toBe('object');
		expect(edited({ kind: 'text', linkId: 'gone', text: 'x' })).toMatch(/not in this form/u);
		expect(edited({ kind: 'add', into: null, question: 'choice', text: 'One', unit: '', options: ['Only'] })).toMatch(/two answers/u);
	});
	it('two copies made apart are both listed', () => expect(formsOf([{ id: 'x', resource: copy }, { id: 'y', resource: copy }]).filter(({ title }) => title === 'Hypertension at Bwera')).toHaveLength(2));
	it('that cannot be read is listed with the reason', () => {
		const [last] = formsOf([{ id: 'z', resource: { resourceType: 'Questionnaire', title: 'Broken', status: 'active', item: [{ linkId: 'a', type: 'reference' }] } }]).slice(-1);
		expect(last).toMatchObject({ title: 'Broken', form: null, problem: { code: 'bad-item' } });
		expect(parseForm({ resourceType: 'Questionnaire', title: 'Nothing' }).ok).toBe(false);
	});
});
