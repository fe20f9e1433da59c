/**
 * Code systems and small value sets that forms and checks use.
 *
 * Only what may ship: HL7 FHIR R4 value sets (CC0), LOINC codes (© Regenstrief Institute, free under the LOINC licence, with notice),
 * UCUM units (© Regenstrief Institute and the UCUM Organization, free with notice), CVX codes (US CDC, public domain). Displays here
 * are what is written into `Coding.display`; what the screen says is translated elsewhere.
 */
import type { JsonObject } from '../change/change.ts';

export const SYSTEM = {
	allergyClinical: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical',
	allergyVerification: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification',
	conditionClinical: 'http://terminology.hl7.org/CodeSystem/condition-clinical',
	conditionVerification: 'http://terminology.hl7.org/CodeSystem/condition-ver-status',
	conditionCategory: 'http://terminology.hl7.org/CodeSystem/condition-category',
	observationCategory: 'http://terminology.hl7.org/CodeSystem/observation-category',
	encounterClass: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
	loinc: 'http://loinc.org',
	ucum: 'http://unitsofmeasure.org',
	cvx: 'http://hl7.org/fhir/sid/cvx',
	snomed: 'http://snomed.info/sct'
} as const;

export interface Code {
	readonly code: string;
	readonly display: string;
}
const codes = (...pairs: readonly (readonly [string, string])[]): readonly Code[] => pairs.map(([code, display]) => ({ code, display }));

/** A CodeableConcept of one coding. */
export const concept = (system: string, { code, display }: Code, text?: string): JsonObject => ({ coding: [{ system, code, display }], ...(text === undefined ? {} : { text }) });

export const ALLERGY_CLINICAL = codes(['active', 'Active'], ['inactive', 'Inactive'], ['resolved', 'Resolved']);
export const ALLERGY_VERIFICATION = codes(['unconfirmed', 'Unconfirmed'], ['confirmed', 'Confirmed'], ['refuted', 'Refuted'], ['entered-in-error', 'Entered in Error']);
export const ALLERGY_CATEGORY = codes(['food', 'Food'], ['medication', 'Medication'], ['environment', 'Environment'], ['biologic', 'Biologic']);
export const ALLERGY_CRITICALITY = codes(['low', 'Low Risk'], ['high', 'High Risk'], ['unable-to-assess', 'Unable to Assess Risk']);
export const REACTION_SEVERITY = codes(['mild', 'Mild'], ['moderate', 'Moderate'], ['severe', 'Severe']);
export const CONDITION_CLINICAL = codes(
	['active', 'Active'], ['recurrence', 'Recurrence'], ['relapse', 'Relapse'], ['inactive', 'Inactive'], ['remission', 'Remission'], ['resolved', 'Resolved']
);
export const CONDITION_VERIFICATION = codes(
	['unconfirmed', 'Unconfirmed'], ['provisional', 'Provisional'], ['differential', 'Differential'], ['confirmed', 'Confirmed'], ['refuted', 'Refuted'],
	['entered-in-error', 'Entered in Error']
);
export const MEDICATION_REQUEST_STATUS = codes(
	['active', 'Active'], ['on-hold', 'On Hold'], ['cancelled', 'Cancelled'], ['completed', 'Completed'], ['entered-in-error', 'Entered in Error'], ['stopped', 'Stopped'],
	['draft', 'Draft'], ['unknown', 'Unknown']
);
export const MEDICATION_REQUEST_INTENT = codes(
	['proposal', 'Proposal'], ['plan', 'Plan'], ['order', 'Order'], ['original-order', 'Original Order'], ['reflex-order', 'Reflex Order'], ['filler-order', 'Filler Order'],
	['instance-order', 'Instance Order'], ['option', 'Option']
);
export const REQUEST_PRIORITY = codes(['routine', 'Routine'], ['urgent', 'Urgent'], ['asap', 'ASAP'], ['stat', 'STAT']);
export const ADMINISTRATIVE_GENDER = codes(['male', 'Male'], ['female', 'Female'], ['other', 'Other'], ['unknown', 'Unknown']);
export const OBSERVATION_STATUS = codes(
	['registered', 'Registered'], ['preliminary', 'Preliminary'], ['final', 'Final'], ['amended', 'Amended'], ['corrected', 'Corrected'], ['cancelled', 'Cancelled'],
	['entered-in-error', 'Entered in Error'], ['unknown', 'Unknown']
);
export const COMPOSITION_STATUS = codes(['preliminary', 'Preliminary'], ['final', 'Final'], ['amended', 'Amended'], ['entered-in-error', 'Entered in Error']);
export const IMMUNIZATION_STATUS = codes(['completed', 'Completed'], ['entered-in-error', 'Entered in Error'], ['not-done', 'Not Done']);
export const VITAL_SIGNS_CATEGORY: Code = { code: 'vital-signs', display: 'Vital Signs' };
/** LOINC document type of a progress note, the usual note of a visit. */
export const PROGRESS_NOTE: Code = { code: '11506-3', display: 'Progress note' };

export interface Range {
	readonly min: number;
	readonly max: number;
}

/**
 * A vital sign as one number. Outside `expected` a form asks whether the value is right; outside `possible` it is refused as a slip
 * of the finger. Neither says what is healthy.
 */
export interface VitalSign extends Code {
	/** UCUM code and what is printed */
	readonly ucum: string;
	readonly unit: string;
	readonly decimals: 0 | 1;
	readonly expected: Range;
	readonly possible: Range;
	/** where the bounds come from */
	readonly source: string;
	/** LOINC panel of which it is a component, null when it stands alone */
	readonly panel: string | null;
}

/** Codes and units: FHIR R4 vital signs profile, https://hl7.org/fhir/R4/observation-vitalsigns.html. */
export const BLOOD_PRESSURE_PANEL: Code = { code: '85354-9', display: 'Blood pressure panel with all children optional' };
const CIEL = 'absolute range of the CIEL concept dictionary as OpenMRS ships it';
export const VITAL_SIGNS: readonly VitalSign[] = [
	{
		code: '8480-6', display: 'Systolic blood pressure', ucum: 'mm[Hg]', unit: 'mmHg', decimals: 0, expected: { min: 70, max: 250 }, possible: { min: 0, max: 300 },
		source: `expected: from 70 (Simple) to 250 (${CIEL}, 5085); possible: to 300 (Simple)`, panel: '85354-9'
	},
	{
		code: '8462-4', display: 'Diastolic blood pressure', ucum: 'mm[Hg]', unit: 'mmHg', decimals: 0, expected: { min: 40, max: 150 }, possible: { min: 0, max: 180 },
		source: `expected: from 40 (Simple) to 150 (${CIEL}, 5086); possible: to 180 (Simple)`, panel: '85354-9'
	},
	{
		code: '8867-4', display: 'Heart rate', ucum: '/min', unit: 'beats/min', decimals: 0, expected: { min: 30, max: 230 }, possible: { min: 0, max: 350 },
		source: `expected: to 230 (${CIEL}, 5087), from 30 ours; possible: ours, above any tachycardia of the newborn`, panel: null
	},
	{
		code: '9279-1', display: 'Respiratory rate', ucum: '/min', unit: 'breaths/min', decimals: 0, expected: { min: 5, max: 100 }, possible: { min: 0, max: 200 },
		source: `ours: the ${CIEL} (5242, 0 to 999) catches no slip`, panel: null
	},
	{
		code: '2708-6', display: 'Oxygen saturation in Arterial blood', ucum: '%', unit: '%', decimals: 0, expected: { min: 50, max: 100 }, possible: { min: 0, max: 100 },
		source: `possible: ${CIEL}, 5092; expected: ours`, panel: null
	},
	{
		code: '8310-5', display: 'Body temperature', ucum: 'Cel', unit: '°C', decimals: 1, expected: { min: 30, max: 43 }, possible: { min: 13, max: 47 },
		source: `expected: to 43 (${CIEL}, 5088), from 30 ours; possible: ours, beyond the survived extremes of 13.7 °C and 46.5 °C`, panel: null
	},
	{
		code: '8302-2', display: 'Body height', ucum: 'cm', unit: 'cm', decimals: 1, expected: { min: 30, max: 220 }, possible: { min: 10, max: 272 },
		source: `possible: ${CIEL}, 5090; expected: ours`, panel: null
	},
	{
		code: '29463-7', display: 'Body weight', ucum: 'kg', unit: 'kg', decimals: 1, expected: { min: 0.5, max: 250 }, possible: { min: 0.1, max: 650 },
		source: `expected: to 250 (${CIEL}, 5089), from 0.5 ours; possible: ours`, panel: null
	},
	{
		code: '9843-4', display: 'Head Occipital-frontal circumference', ucum: 'cm', unit: 'cm', decimals: 1, expected: { min: 20, max: 65 }, possible: { min: 10, max: 100 },
		source: 'ours', panel: null
	},
	{
		code: '39156-5', display: 'Body mass index (BMI) [Ratio]', ucum: 'kg/m2', unit: 'kg/m²', decimals: 1, expected: { min: 8, max: 80 }, possible: { min: 3, max: 250 },
		source: 'ours; computed from height and weight', panel: null
	}
];

/** Vaccines of common schedules, by CVX (CDC, https://www2a.cdc.gov/vaccines/iis/iisstandards/vaccines.asp?rpt=cvx). */
export const VACCINES: readonly Code[] = codes(
	['19', 'BCG'], ['08', 'Hep B, adolescent or pediatric'], ['43', 'Hep B, adult'], ['45', 'Hep B, unspecified formulation'], ['178', 'OPV bivalent'],
	['02', 'OPV, trivalent'], ['10', 'IPV'], ['89', 'polio, unspecified formulation'], ['198', 'DTP-hepB-Hib Pentavalent Non-US'], ['102', 'DTP-Hib-Hep B'], ['01', 'DTP'],
	['20', 'DTaP'], ['146', 'DTaP,IPV,Hib,HepB'], ['17', 'Hib, unspecified formulation'], ['177', 'PCV10'], ['133', 'Pneumococcal conjugate PCV 13'],
	['152', 'Pneumococcal Conjugate, unspecified formulation'], ['33', 'pneumococcal polysaccharide PPV23'], ['119', 'rotavirus, monovalent'],
	['116', 'rotavirus, pentavalent'], ['122', 'rotavirus, unspecified formulation'], ['05', 'measles'], ['04', 'M/R'], ['03', 'MMR'], ['94', 'MMRV'], ['06', 'rubella'],
	['21', 'varicella'], ['37', 'yellow fever'], ['191', 'meningococcal A polysaccharide (non-US)'], ['103', 'meningococcal C conjugate'],
	['108', 'meningococcal ACWY, unspecified formulation'], ['39', 'Japanese encephalitis SC'], ['134', 'Japanese Encephalitis IM'], ['190', 'Typhoid conjugate vaccine (TCV)'],
	['101', 'typhoid, ViCPs'], ['25', 'typhoid, oral'], ['173', 'cholera, BivWC'], ['26', 'cholera, unspecified formulation'], ['18', 'rabies, intramuscular injection'],
	['90', 'rabies, unspecified formulation'], ['28', 'DT (pediatric)'], ['09', 'Td (adult), 2 Lf tetanus toxoid, preservative free, adsorbed'],
	['139', 'Td(adult) unspecified formulation'], ['115', 'Tdap'], ['35', 'tetanus toxoid, adsorbed'], ['118', 'HPV, bivalent'], ['62', 'HPV, quadrivalent'], ['165', 'HPV9'],
	['137', 'HPV, unspecified formulation'], ['83', 'Hep A, ped/adol, 2 dose'], ['52', 'Hep A, adult'], ['88', 'influenza, unspecified formulation'],
	['207', 'COVID-19, mRNA, LNP-S, PF, 100 mcg/0.5mL dose or 50 mcg/0.25mL dose'], ['208', 'COVID-19, mRNA, LNP-S, PF, 30 mcg/0.3 mL dose'],
	['210', 'COVID-19 vaccine, vector-nr, rS-ChAdOx1, PF, 0.5 mL'], ['213', 'SARS-COV-2 (COVID-19) vaccine, UNSPECIFIED']
);

/** The vital sign of a LOINC code, null when it is none of ours. */
export const vitalSign = (loinc: string): VitalSign | null => VITAL_SIGNS.find(({ code }) => code === loinc) ?? null;
