/** Follow-up of treatment of drug-susceptible tuberculosis: weight, doses taken, side effects, sputum at months 2, 5 and 6. */
import { nextVisit, note, referral, weight } from './parts.ts';
import { advice, choice, count, date, finding, group, loinc, number, template, when, yes, yesNo } from './writing.ts';

const TB = 'WHO consolidated guidelines on tuberculosis, module 4: treatment and care, 2025';
const HANDBOOK = 'WHO operational handbook on tuberculosis, module 4: treatment and care, 2025';

export const TUBERCULOSIS = template({
	name: 'tuberculosis-follow-up', title: 'Tuberculosis follow-up', description: 'A visit during six months of treatment of drug-susceptible tuberculosis.', sources: [TB, HANDBOOK]
}, [
	group('course', 'Treatment', [
		date('started', 'Treatment began', { code: finding('tb-treatment-start', 'Tuberculosis treatment began'), observe: 'survey', carry: true, required: true }),
		number('month', 'Month of treatment', [{ code: 'mo', display: 'month' }], { calculate: 'floor(daysSince({started}) / 30.4375) + 1', code: finding('tb-treatment-month', 'Month of tuberculosis treatment'), observe: 'survey' }),
		number('doses-missed', 'Doses missed since the last visit', [{ code: '{doses}', display: 'doses' }], { code: finding('tb-doses-missed', 'Tuberculosis doses missed since the last visit'), observe: 'survey', possible: [0, 200], likely: [0, 14], required: true }, 'integer'),
		advice('interrupted', 'Two months or more without treatment is an interruption: see the protocol before going on.', 'danger', { given: '{doses-missed} >= 60', source: HANDBOOK }),
		weight({ required: true, source: HANDBOOK }),
		advice('weight-dose', 'Doses go by weight: check the number of tablets against the weight of today.', 'info', { given: 'known({weight})', source: HANDBOOK })
	]),
	group('symptoms', 'Symptoms', [
		yesNo('cough', 'Still coughs', { code: finding('cough', 'Cough'), observe: 'exam', required: true }),
		yesNo('blood', 'Coughs blood', { code: finding('haemoptysis', 'Coughs blood'), observe: 'exam', required: true }),
		choice('side-effects', 'Side effects', [['jaundice', 'Yellow eyes or dark urine'], ['vision', 'Sees worse'], ['rash', 'Rash'], ['vomiting', 'Vomits'], ['joint-pain', 'Joint pain'], ['numbness', 'Burning or numb feet'], ['none', 'None']], { code: finding('tb-side-effects', 'Side effects of tuberculosis treatment'), observe: 'survey', several: true, required: true, source: HANDBOOK }),
		advice('jaundice-advice', 'Yellow eyes or dark urine: stop the tablets today and refer.', 'danger', { when: [when('side-effects', '=', 'jaundice')], source: HANDBOOK }),
		advice('vision-advice', 'Sees worse: stop ethambutol and refer.', 'danger', { when: [when('side-effects', '=', 'vision')], source: HANDBOOK }),
		advice('blood-advice', 'Coughs blood: refer.', 'danger', { when: [yes('blood')], source: HANDBOOK })
	]),
	group('sputum', 'Sputum', [
		advice('sputum-due', 'Sputum is due: at the end of months 2, 5 and 6.', 'warn', { given: '{month} = 2 or {month} = 5 or {month} = 6', source: TB }),
		choice('smear', 'Smear', [['negative', 'Negative'], ['scanty', 'Scanty'], ['1+', '1+'], ['2+', '2+'], ['3+', '3+'], ['not-done', 'Not done']], { code: loinc('11545-1', 'Acid-fast stain'), observe: 'laboratory' }),
		advice('smear-positive', 'Positive at month 5 or later is treatment failure until shown otherwise: test for resistance and refer. At month 2: ask about missed doses and test for resistance.', 'danger', { given: '{month} >= 2 and known({smear}) and {smear} != \'negative\' and {smear} != \'not-done\'', source: TB }),
		choice('hiv', 'HIV status', [['negative', 'Negative'], ['positive', 'Positive'], ['unknown', 'Not known']], { code: finding('hiv-status', 'HIV status'), observe: 'survey', carry: true, source: TB })
	]),
	group('contacts', 'At home', [
		count('children', 'Children under 5 in the house', { code: finding('tb-contacts-under-five', 'Children under 5 in the house'), observe: 'survey', possible: [0, 30], carry: true }),
		advice('children-advice', 'Screen the children for tuberculosis; preventive treatment for those who are well.', 'warn', { given: '{children} > 0', source: 'WHO consolidated guidelines on tuberculosis, module 1: prevention, 2024' })
	]),
	referral(), nextVisit('if({month} <= 2, 14, 28)', 'Tuberculosis follow-up'), note()
]);
