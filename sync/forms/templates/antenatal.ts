/** An antenatal contact: dates of the pregnancy, danger signs, blood pressure, the womb, tests, what is given. Rules are WHO's, named at each item; the words are ours. */
import { bloodPressure, CM, haemoglobin, height, nextVisit, note, referral, weight } from './parts.ts';
import { advice, choice, count, date, finding, group, loinc, number, template, when, words, yesNo } from './writing.ts';

const ANC = 'WHO recommendations on antenatal care for a positive pregnancy experience, 2016';
const PRE_ECLAMPSIA = 'WHO recommendations for prevention and treatment of pre-eclampsia and eclampsia, 2011';
const HB = 'WHO guideline on haemoglobin cutoffs to define anaemia, 2024';
const HIV = 'WHO consolidated guidelines on differentiated HIV testing services, 2024';
const SYPHILIS = 'WHO guideline on syphilis screening and treatment for pregnant women, 2017';

const DANGER = '({bleeding} or {fits} or {severe-headache} or {severe-pain} or {waters} or {less-movement} or {fever-weak})';
/** low haemoglobin by trimester: 11.0, 10.5, 11.0 g/dL */
const ANAEMIC = '{haemoglobin} < if({gestation} >= 13 and {gestation} < 28, 10.5, 11)';

const pregnancy = group('pregnancy', 'This pregnancy', [
	date('lmp', 'First day of the last period', { code: loinc('8665-2', 'Last menstrual period start date'), observe: 'survey', carry: true }),
	date('edd-scan', 'Expected date by early ultrasound', { code: loinc('11781-2', 'Delivery date estimated from ultrasound'), observe: 'survey', carry: true, future: true, source: ANC }),
	number('gestation', 'Weeks of pregnancy', [{ code: 'wk', display: 'weeks' }], { calculate: 'floor(first(280 + daysSince({edd-scan}), daysSince({lmp})) / 7)', code: loinc('18185-9', 'Gestational age'), observe: 'exam' }),
	date('edd', 'Expected date of birth', { calculate: 'first({edd-scan}, addDays({lmp}, 280))', code: loinc('11778-8', 'Delivery date Estimated'), observe: 'survey' }),
	advice('dates-doubtful', 'The dates cannot be right: more than 43 weeks. Check the last period, and ask for an ultrasound.', 'warn', { given: '{gestation} > 43' }),
	count('gravida', 'Pregnancies, this one included', { code: loinc('11996-6', '[#] Pregnancies'), observe: 'survey', possible: [1, 25], carry: true }),
	count('para', 'Births', { code: loinc('11977-6', '[#] Parity'), observe: 'survey', possible: [0, 24], carry: true })
]);

const danger = group('danger-signs', 'Danger signs', [
	...([
		['bleeding', 'Bleeding'], ['fits', 'Fits'], ['severe-headache', 'Severe headache or blurred vision'], ['severe-pain', 'Severe pain in the belly'], ['waters', 'Waters broken before labour'],
		['less-movement', 'Baby moves less or not at all'], ['fever-weak', 'Fever and too weak to get up']
	] as const).map(([id, text]) => yesNo(id, text, { code: finding(`anc-${id}`, text), observe: 'exam', required: true, ...(id === 'less-movement' ? { given: '{gestation} >= 20' } : {}) })),
	advice('danger-advice', 'Danger sign: urgent. Stabilise and refer now.', 'danger', { given: DANGER, source: 'WHO, Pregnancy, childbirth, postpartum and newborn care: a guide for essential practice, 3rd edition, 2015' })
]);

const examination = group('examination', 'Examination', [
	weight({ possible: [25, 250], likely: [35, 130], required: true }), height(),
	number('bmi', 'Body mass index', [{ code: 'kg/m2', display: 'kg/m²' }], { calculate: 'round({weight} / (({height} / 100) * ({height} / 100)), 1)' }),
	bloodPressure({ required: true }),
	choice('urine-protein', 'Protein in urine (strip)', [['negative', 'None'], ['trace', 'Trace'], ['1+', '1+'], ['2+', '2+'], ['3+', '3+ or more']], { code: loinc('20454-5', 'Protein in urine by test strip'), observe: 'laboratory' }),
	advice('severe-hypertension', '160/110 or more: severe. Give antihypertensive treatment and magnesium sulfate as trained, and refer now.', 'danger', { given: '{systolic} >= 160 or {diastolic} >= 110', source: PRE_ECLAMPSIA }),
	advice('hypertension', '140/90 or more: measure again after rest, test urine for protein, look for signs of pre-eclampsia; refer where it stays.', 'warn', { given: 'not sure({systolic} >= 160 or {diastolic} >= 110) and ({systolic} >= 140 or {diastolic} >= 90)', source: PRE_ECLAMPSIA }),
	number('fundal-height', 'Height of the womb', [CM], { code: loinc('11881-0', 'Uterus fundal height'), observe: 'exam', possible: [5, 60], likely: [12, 45], given: '{gestation} >= 20', source: ANC }),
	number('fetal-heart', 'Baby\'s heart rate', [{ code: '/min', display: 'per min' }], { code: loinc('55283-6', 'Fetal heart rate'), observe: 'exam', possible: [40, 240], likely: [110, 160], given: '{gestation} >= 20' }),
	choice('presentation', 'Presentation', [['cephalic', 'Head first'], ['breech', 'Breech'], ['transverse', 'Transverse'], ['not-sure', 'Not sure']], { code: finding('presentation', 'Fetal presentation'), observe: 'exam', given: '{gestation} >= 36' })
]);

const tests = group('tests', 'Tests', [
	haemoglobin({ source: HB }),
	advice('anaemia', 'Haemoglobin is low for this stage: treat as anaemia and find the cause; below 7 g/dL is severe, refer.', 'warn', { given: ANAEMIC, source: HB }),
	choice('hiv', 'HIV test', [['negative', 'Not reactive'], ['positive', 'Reactive'], ['known-positive', 'Known positive'], ['not-done', 'Not done']], { code: finding('hiv-test', 'HIV test'), observe: 'laboratory', source: HIV }),
	choice('syphilis', 'Syphilis test', [['negative', 'Not reactive'], ['positive', 'Reactive'], ['not-done', 'Not done']], { code: finding('syphilis-test', 'Syphilis test'), observe: 'laboratory', source: SYPHILIS }),
	advice('syphilis-advice', 'Reactive: treat with benzathine benzylpenicillin today, check for allergy to penicillin first; treat the partner.', 'danger', { when: [when('syphilis', '=', 'positive')], source: SYPHILIS }),
	choice('problems', 'Problems found', [['anaemia-in-pregnancy', 'Anaemia in pregnancy'], ['gestational-hypertension', 'Gestational hypertension'], ['pre-eclampsia', 'Pre-eclampsia'], ['urinary-infection', 'Urinary tract infection'], ['malaria', 'Malaria'], ['syphilis', 'Syphilis'], ['none', 'None of these']], { several: true, condition: true })
]);

const given = group('given', 'Given today', [
	group('iron', '', [yesNo('iron-given', 'Iron and folic acid, daily', { code: finding('iron-folic-acid', 'Iron and folic acid supplied'), fills: 'Procedure.code', source: ANC })], { becomes: 'Procedure' }),
	group('ipt', '', [yesNo('ipt-given', 'Malaria prevention (sulfadoxine-pyrimethamine), where it is policy', { code: finding('iptp', 'Intermittent preventive treatment in pregnancy'), fills: 'Procedure.code', source: 'WHO guidelines for malaria, 2024' })], { becomes: 'Procedure', given: '{gestation} >= 13' }),
	group('tetanus', 'Tetanus vaccine', [
		choice('tetanus-vaccine', 'Vaccine', [{ system: 'http://hl7.org/fhir/sid/cvx', code: '139', display: 'Td' }, { system: 'http://hl7.org/fhir/sid/cvx', code: '112', display: 'Tetanus toxoid' }], { fills: 'Immunization.vaccineCode', source: 'WHO, Tetanus vaccines: position paper, 2017' }),
		count('tetanus-dose', 'Dose number', { fills: 'Immunization.protocolApplied.doseNumberPositiveInt', possible: [1, 6], given: 'known({tetanus-vaccine})', required: true }),
		words('tetanus-lot', 'Lot number', { fills: 'Immunization.lotNumber', given: 'known({tetanus-vaccine})' })
	], { becomes: 'Immunization' })
]);

/** Next of the eight contacts: up to 12, then 20, 26, 30, 34, 36, 38 and 40 weeks. */
const NEXT = 'first(above({gestation} + 2, 20, 26, 30, 34, 36, 38, 40), {gestation} + 1)';

export const ANTENATAL = template({
	name: 'antenatal-contact', title: 'Antenatal contact', description: 'A contact during pregnancy, first or later.', sources: [ANC, PRE_ECLAMPSIA, HB], sex: 'female', ageDays: [3652, 20454]
}, [pregnancy, danger, examination, tests, given, referral(), nextVisit(`if(sure(${DANGER}), 2, if(known({gestation}), (${NEXT} - {gestation}) * 7, 28))`, 'Antenatal contact'), note()]);
