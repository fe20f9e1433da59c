/** Vaccines given at one visit, several in one form; lot and expiry asked per vaccine. */
import { note } from './parts.ts';
import { advice, choice, count, date, group, template, when, words, yesNo, finding, type Option } from './writing.ts';

const ROUTINE = 'WHO recommendations for routine immunization: summary tables, 2024';
const SAFETY = 'WHO, Immunization in practice: a practical guide for health staff, 2015';

const CVX: readonly (readonly [code: string, display: string])[] = [
	['19', 'BCG'], ['08', 'Hepatitis B, child'], ['182', 'OPV'], ['10', 'IPV'], ['198', 'DTP-HepB-Hib (pentavalent)'], ['133', 'PCV13'], ['177', 'PCV10'], ['122', 'Rotavirus'], ['05', 'Measles'], ['04', 'Measles-rubella'],
	['03', 'MMR'], ['37', 'Yellow fever'], ['137', 'HPV'], ['139', 'Td'], ['112', 'Tetanus toxoid']
];
const vaccines: readonly Option[] = CVX.map(([code, display]) => ({ system: 'http://hl7.org/fhir/sid/cvx', code, display }));

export const IMMUNIZATION = template({
	name: 'immunization-visit', title: 'Immunization visit', description: 'Vaccines given or put off today.', sources: [ROUTINE, SAFETY]
}, [
	group('before', 'Before vaccinating', [
		yesNo('severe-reaction', 'Severe reaction to an earlier dose', { code: finding('severe-reaction-to-vaccine', 'Severe reaction to an earlier dose'), observe: 'survey', required: true }),
		advice('reaction-advice', 'Severe allergic reaction to an earlier dose: do not give that vaccine again. Record the allergy.', 'danger', { when: [when('severe-reaction', '=', true)], source: SAFETY }),
		yesNo('ill-today', 'So ill today that hospital is needed', { code: finding('too-ill-to-vaccinate', 'So ill that hospital is needed'), observe: 'exam', required: true }),
		advice('ill-advice', 'A mild illness is no reason to put a vaccine off. So ill that hospital is needed: refer first.', 'warn', { when: [when('ill-today', '=', true)], source: SAFETY })
	]),
	group('vaccine', 'Vaccine', [
		choice('vaccine-name', 'Vaccine', vaccines, { fills: 'Immunization.vaccineCode', required: true }),
		choice('given', 'Was it given', [{ system: 'http://hl7.org/fhir/event-status', code: 'completed', display: 'Given' }, { system: 'http://hl7.org/fhir/event-status', code: 'not-done', display: 'Not given' }], { fills: 'Immunization.status', initial: 'completed', required: true }),
		words('why-not', 'Why not', { fills: 'Immunization.statusReason', when: [when('given', '=', 'not-done')], required: true }),
		count('dose', 'Dose number', { fills: 'Immunization.protocolApplied.doseNumberPositiveInt', possible: [1, 10], when: [when('given', '=', 'completed')] }),
		words('lot', 'Lot number', { fills: 'Immunization.lotNumber', when: [when('given', '=', 'completed')] }),
		date('expiry', 'Expires', { fills: 'Immunization.expirationDate', future: true, when: [when('given', '=', 'completed')] }),
		advice('expired', 'The vaccine has expired: do not give it.', 'danger', { given: '{expiry} < today()', source: SAFETY })
	], { repeats: true, becomes: 'Immunization' }),
	note()
]);
