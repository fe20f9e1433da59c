/**
 * A visit of a child under five: danger signs, measuring with growth scores, fever, cough and diarrhoea, supplements.
 *
 * The rules are WHO's and are named at each item; the words are ours. What a form advises is what a guideline says to do first, never a
 * diagnosis: a worker decides.
 */
import { CM, note, nextVisit, referral, temperature, weight } from './parts.ts';
import { advice, choice, finding, group, loinc, number, template, when, yes, yesNo } from './writing.ts';

const IMCI = 'WHO, Integrated Management of Childhood Illness: chart booklet, 2014';
const SAM = 'WHO, guideline on the prevention and management of wasting and nutritional oedema, 2023';
const STANDARDS = 'WHO Child Growth Standards, 2006';

const DANGER = '({unable-to-drink} or {vomits-everything} or {convulsions} or {lethargic})';
/** breaths per minute from which breathing is fast: 60 under 2 months, 50 to 12 months, then 40 */
const FAST = '{breaths} >= if(ageMonths() < 2, 60, if(ageMonths() < 12, 50, 40))';

const dangerSigns = group('danger-signs', 'General danger signs', [
	advice('young-infant', 'Under 2 months: not feeding well, 60 breaths per minute or more, severe chest indrawing, 37.5 °C or more, below 35.5 °C, or moving only when stimulated: refer now.', 'danger', { given: 'ageMonths() < 2', source: IMCI }),
	yesNo('unable-to-drink', 'Not able to drink or breastfeed', { code: finding('unable-to-drink', 'Not able to drink or breastfeed'), observe: 'exam', required: true }),
	yesNo('vomits-everything', 'Vomits everything', { code: finding('vomits-everything', 'Vomits everything'), observe: 'exam', required: true }),
	yesNo('convulsions', 'Convulsions in this illness, or now', { code: finding('convulsions', 'Convulsions'), observe: 'exam', required: true }),
	yesNo('lethargic', 'Lethargic or unconscious', { code: finding('lethargic', 'Lethargic or unconscious'), observe: 'exam', required: true }),
	advice('danger-advice', 'General danger sign: urgent. Finish the assessment at once, give pre-referral treatment, refer now.', 'danger', { given: DANGER, source: IMCI })
], { source: IMCI });

const measuring = group('measuring', 'Measuring', [
	yesNo('oedema', 'Swelling of both feet that keeps the mark of a thumb', { code: finding('oedema-both-feet', 'Oedema of both feet'), observe: 'exam', initial: false, source: SAM }),
	weight({ possible: [0.3, 60], likely: [1.5, 30], required: true }),
	number('length', 'Length or height', [CM], { code: loinc('8302-2', 'Body height'), observe: 'vital-signs', possible: [25, 140], likely: [42, 125] }),
	choice('position', 'Measured', [{ system: 'urn:saddlebag:position', code: 'lying', display: 'Lying' }, { system: 'urn:saddlebag:position', code: 'standing', display: 'Standing' }], { methodOf: 'length', when: [when('length', 'exists', true)], required: true, source: STANDARDS }),
	number('head', 'Head circumference', [CM], { code: loinc('9843-4', 'Head circumference'), observe: 'vital-signs', possible: [20, 65], likely: [30, 55], given: 'ageMonths() < 24' }),
	number('muac', 'Mid-upper arm circumference', [{ code: 'mm', display: 'mm' }], { code: finding('muac', 'Mid-upper arm circumference'), observe: 'vital-signs', possible: [50, 300], likely: [80, 220], given: 'ageMonths() >= 6', source: SAM })
], { source: STANDARDS });

const scores = group('scores', 'Growth', [
	number('z-weight-for-age', 'Weight-for-age', [{ code: '{Zscore}', display: 'z' }], { calculate: 'zWeightForAge({weight}, {oedema})', code: finding('z-weight-for-age', 'Weight-for-age z-score'), observe: 'survey', source: STANDARDS }),
	number('z-length-for-age', 'Length or height-for-age', [{ code: '{Zscore}', display: 'z' }], { calculate: 'zLengthForAge({length}, {position})', code: finding('z-length-for-age', 'Length/height-for-age z-score'), observe: 'survey', source: STANDARDS }),
	number('z-weight-for-length', 'Weight-for-length or height', [{ code: '{Zscore}', display: 'z' }], { calculate: 'zWeightForLength({weight}, {length}, {position}, {oedema})', code: finding('z-weight-for-length', 'Weight-for-length/height z-score'), observe: 'survey', source: STANDARDS }),
	number('z-head', 'Head circumference-for-age', [{ code: '{Zscore}', display: 'z' }], { calculate: 'zHead({head})', code: finding('z-head-for-age', 'Head circumference-for-age z-score'), observe: 'survey', source: STANDARDS }),
	advice('sam', 'Severe wasting or oedema: treat or refer for severe acute malnutrition today.', 'danger', { given: '{z-weight-for-length} < -3 or {muac} < 115 or {oedema}', source: SAM }),
	advice('mam', 'Moderate wasting: assess the child and its feeding, counsel, and see it again within two weeks.', 'warn', { given: 'not sure({z-weight-for-length} < -3 or {muac} < 115 or {oedema}) and ({z-weight-for-length} < -2 or {muac} < 125)', source: SAM }),
	advice('stunted', 'Length-for-age below -2: assess feeding and care, and follow growth.', 'warn', { given: '{z-length-for-age} < -2', source: STANDARDS })
], { given: 'known({weight})' });

const illness = group('illness', 'Illness today', [
	temperature({ possible: [25, 44] }),
	advice('fever-advice', 'Fever (37.5 °C or more): test for malaria where it is found, look for a cause.', 'warn', { given: '{temperature} >= 37.5', source: IMCI }),
	choice('malaria-test', 'Malaria rapid test', [['negative', 'Negative'], ['positive', 'Positive'], ['not-done', 'Not done']], { code: finding('malaria-rdt', 'Malaria rapid test'), observe: 'laboratory', given: '{temperature} >= 37.5' }),
	yesNo('cough', 'Cough or difficult breathing', { code: finding('cough', 'Cough or difficult breathing'), observe: 'exam' }),
	number('breaths', 'Breaths in one minute', [{ code: '/min', display: 'per min' }], { code: loinc('9279-1', 'Respiratory rate'), observe: 'vital-signs', possible: [5, 150], likely: [15, 90], when: [yes('cough')] }),
	yesNo('chest-indrawing', 'Chest indrawing', { code: finding('chest-indrawing', 'Chest indrawing'), observe: 'exam', when: [yes('cough')] }),
	advice('fast-breathing', 'Fast breathing or chest indrawing: treat for pneumonia; refer when there is a danger sign.', 'warn', { given: `${FAST} or {chest-indrawing}`, source: IMCI }),
	yesNo('diarrhoea', 'Diarrhoea', { code: finding('diarrhoea', 'Diarrhoea'), observe: 'exam' }),
	choice('dehydration', 'Dehydration', [['none', 'None'], ['some', 'Some'], ['severe', 'Severe']], { code: finding('dehydration', 'Dehydration'), observe: 'exam', when: [yes('diarrhoea')], required: true, source: IMCI }),
	advice('dehydration-some', 'Some dehydration: give oral rehydration solution here and look again after four hours; zinc.', 'warn', { when: [when('dehydration', '=', 'some')], source: IMCI }),
	advice('dehydration-severe', 'Severe dehydration: intravenous fluid at once, or refer now giving sips on the way.', 'danger', { when: [when('dehydration', '=', 'severe')], source: IMCI }),
	choice('problems', 'Problems found', [
		['pneumonia', 'Pneumonia'], ['malaria', 'Malaria'], ['acute-diarrhoea', 'Acute diarrhoea'], ['severe-acute-malnutrition', 'Severe acute malnutrition'], ['moderate-acute-malnutrition', 'Moderate acute malnutrition'], ['ear-infection', 'Ear infection'], ['anaemia', 'Anaemia'], ['none', 'None of these']
	], { several: true, condition: true })
]);

const supplements = group('supplements', 'Given today', [
	group('vitamin-a', '', [yesNo('vitamin-a-given', 'Vitamin A', { code: finding('vitamin-a', 'Vitamin A supplement'), fills: 'Procedure.code', source: 'WHO, guideline: vitamin A supplementation in infants and children 6–59 months of age, 2011' })], { becomes: 'Procedure', given: 'ageMonths() >= 6' }),
	group('deworming', '', [yesNo('deworming-given', 'Deworming', { code: finding('deworming', 'Deworming'), fills: 'Procedure.code', source: 'WHO, guideline: preventive chemotherapy to control soil-transmitted helminth infections, 2017' })], { becomes: 'Procedure', given: 'ageMonths() >= 12' })
], { given: 'ageMonths() >= 6' });

export const UNDER_FIVE = template({
	name: 'under-five-visit', title: 'Under-5 visit', description: 'A sick or well child under 5 years: danger signs, growth, illness, supplements.', sources: [IMCI, SAM, STANDARDS], ageDays: [0, 1826]
}, [dangerSigns, measuring, scores, illness, supplements, referral(), nextVisit(`if(sure(${DANGER}), 2, if(sure({z-weight-for-length} < -2 or {muac} < 125), 14, 30))`, 'Under-5 visit'), note()]);
