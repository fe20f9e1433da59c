/** Follow-up of hypertension and of diabetes: readings, treatment taken, complications, and what the guideline says comes next. */
import { bloodPressure, glucose, height, nextVisit, note, pulse, referral, weight } from './parts.ts';
import { advice, choice, finding, group, loinc, number, template, when, yes, yesNo } from './writing.ts';

const HTN = 'WHO guideline for the pharmacological treatment of hypertension in adults, 2021';
const HEARTS = 'WHO HEARTS technical package: evidence-based treatment protocols, 2018';
const HEARTS_D = 'WHO HEARTS-D: diagnosis and management of type 2 diabetes, 2020';

const taking = (which: string): ReturnType<typeof choice> => choice('taken', `${which} medicines in the last 7 days`, [['all', 'Taken every day'], ['some', 'Some days missed'], ['none', 'Not taken'], ['not-prescribed', 'None prescribed']], { code: finding('medicines-taken', 'Medicines taken in the last 7 days'), observe: 'survey', required: true });
const missed = choice('why-missed', 'Why', [['ran-out', 'Ran out'], ['side-effects', 'Side effects'], ['forgot', 'Forgot'], ['cost', 'Cost'], ['felt-well', 'Felt well'], ['other', 'Other']], {
	code: finding('why-medicines-missed', 'Why medicines were missed'), observe: 'survey', several: true, when: [when('taken', '=', 'some'), when('taken', '=', 'none')], any: true
});
const tobacco = yesNo('tobacco', 'Uses tobacco', { code: finding('tobacco-use', 'Uses tobacco'), observe: 'social-history' });

const HIGH = '({systolic} >= 140 or {diastolic} >= 90)';
const TIGHT = '({cardiovascular} and {systolic} >= 130)';

export const HYPERTENSION = template({
	name: 'hypertension-follow-up', title: 'Hypertension follow-up', description: 'Blood pressure, treatment taken, and when to come again.', sources: [HTN, HEARTS], ageDays: [6570, null]
}, [
	group('readings', 'Readings', [
		bloodPressure({ required: true }), pulse(),
		yesNo('cardiovascular', 'Known heart disease, stroke, diabetes or kidney disease', { code: finding('high-cardiovascular-risk', 'Known cardiovascular disease, diabetes or chronic kidney disease'), observe: 'survey', carry: true, required: true }),
		advice('crisis', '180/110 or more. With chest pain, breathlessness, weakness of one side, confusion or loss of sight: an emergency, refer now. Without: start or raise treatment and see again within a week.', 'danger', { given: '{systolic} >= 180 or {diastolic} >= 110', source: HEARTS }),
		advice('above-target', 'Above target: below 140/90, and below 130 systolic with heart disease, stroke, diabetes or kidney disease. Ask about missed doses, then raise treatment by the protocol.', 'warn', { given: `not sure({systolic} >= 180 or {diastolic} >= 110) and (${HIGH} or ${TIGHT})`, source: HTN }),
		advice('at-target', 'At target. Continue.', 'info', { given: `not (${HIGH} or ${TIGHT})`, source: HTN }),
		yesNo('alarm', 'Chest pain, breathlessness, weakness of one side, or loss of sight', { code: finding('cardiovascular-alarm', 'Cardiovascular alarm symptom'), observe: 'exam', required: true }),
		advice('alarm-advice', 'Alarm symptom: refer now.', 'danger', { when: [yes('alarm')], source: HEARTS })
	]),
	group('treatment', 'Treatment', [taking('Blood pressure'), missed, tobacco, weight({ possible: [20, 400], likely: [30, 200] }), height()]),
	referral(),
	nextVisit(`if(sure({alarm}) or sure({systolic} >= 180 or {diastolic} >= 110), 7, if(sure(${HIGH} or ${TIGHT}), 28, 90))`, 'Hypertension follow-up'), note()
]);

export const DIABETES = template({
	name: 'diabetes-follow-up', title: 'Diabetes follow-up', description: 'Glucose, blood pressure, feet, treatment taken, and when to come again.', sources: [HEARTS_D, HTN], ageDays: [6570, null]
}, [
	group('readings', 'Readings', [
		choice('glucose-kind', 'Glucose measured', [['fasting', 'Fasting'], ['random', 'At any time'], ['not-measured', 'Not measured']], { required: true }),
		glucose('fasting-glucose', 'Fasting glucose', loinc('14771-0', 'Fasting glucose'), loinc('1558-6', 'Fasting glucose'), { when: [when('glucose-kind', '=', 'fasting')], required: true }),
		glucose('random-glucose', 'Glucose', loinc('15074-8', 'Glucose in blood'), loinc('2339-0', 'Glucose in blood'), { when: [when('glucose-kind', '=', 'random')], required: true }),
		number('hba1c', 'HbA1c', [{ code: '%', display: '%' }], { code: loinc('4548-4', 'Haemoglobin A1c'), observe: 'laboratory', possible: [3, 25], likely: [4, 18] }),
		advice('low', 'Below 3.9 mmol/L: low. Give sugar now, measure again in 15 minutes.', 'danger', { given: '{fasting-glucose} < 3.9 or {random-glucose} < 3.9', source: HEARTS_D }),
		advice('very-high', '18 mmol/L or more: test urine for ketones. With ketones, vomiting or drowsiness refer now.', 'danger', { given: '{fasting-glucose} >= 18 or {random-glucose} >= 18', source: HEARTS_D }),
		advice('above-target', 'Above target (fasting below 7.0 mmol/L, HbA1c below 7 %): ask about missed doses, food and activity, then raise treatment by the protocol.', 'warn', { given: 'not sure({fasting-glucose} >= 18) and ({fasting-glucose} >= 7 or {hba1c} >= 7)', source: HEARTS_D }),
		bloodPressure({ required: true }),
		advice('pressure', '140/90 or more: treat; with diabetes the target is below 130 systolic.', 'warn', { given: '{systolic} >= 140 or {diastolic} >= 90', source: HTN }),
		weight({ possible: [20, 400], likely: [30, 200] }), height()
	]),
	group('feet', 'Feet and eyes', [
		choice('foot', 'Feet', [['normal', 'Nothing found'], ['loss-of-feeling', 'Loss of feeling'], ['no-pulse', 'No pulse felt'], ['ulcer', 'Ulcer or infection'], ['not-examined', 'Not examined today']], { code: finding('diabetic-foot', 'Foot examination'), observe: 'exam', several: true, required: true, source: HEARTS_D }),
		advice('ulcer-advice', 'Ulcer or infection of the foot: refer.', 'danger', { when: [when('foot', '=', 'ulcer')], source: HEARTS_D }),
		yesNo('eyes-this-year', 'Eyes examined in the last two years', { code: finding('eyes-examined', 'Eyes examined in the last two years'), observe: 'survey', source: HEARTS_D })
	]),
	group('treatment', 'Treatment', [taking('Diabetes'), missed, tobacco]),
	referral(),
	nextVisit('if(sure({fasting-glucose} < 3.9 or {random-glucose} < 3.9 or {fasting-glucose} >= 18 or {random-glucose} >= 18), 7, if(sure({fasting-glucose} >= 7 or {hba1c} >= 7 or {random-glucose} >= 11.1), 28, 90))', 'Diabetes follow-up'), note()
]);
