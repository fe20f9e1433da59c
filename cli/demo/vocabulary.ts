/**
 * Words and codes of the demo's made-up district. Nobody in it exists: given names and family names are common East African ones,
 * put together by a seed. Codes are from free sets only: LOINC, UCUM, CVX, RxNorm, and SNOMED CT terms of the Global Patient Set.
 */
export const VILLAGES = ['Kibarani', 'Mto Mdogo', 'Nyakato', 'Lwanda Hill', 'Ukweli', 'Songambele', 'Bondeni', 'Kilima Tatu', 'Maji Mazuri', 'Olkaria Gate', 'Ferry Landing', 'Mlimani'] as const;
export const FAMILY_NAMES = ['Achieng', 'Mwangi', 'Odhiambo', 'Wanjiru', 'Kamau', 'Njeri', 'Otieno', 'Mutua', 'Chebet', 'Kiprop', 'Nakato', 'Okello', 'Mbeki', 'Hassan', 'Abdi', 'Juma', 'Mollel', 'Massawe', 'Kimaro', 'Lema', 'Shayo', 'Nyambura', 'Barasa', 'Wekesa', 'Simiyu', 'Ochieng'] as const;
export const GIVEN_FEMALE = ['Amina', 'Grace', 'Faith', 'Mary', 'Rehema', 'Zawadi', 'Neema', 'Halima', 'Esther', 'Joyce', 'Mercy', 'Salma', 'Ruth', 'Fatuma', 'Upendo', 'Agnes', 'Dorcas', 'Winfrida'] as const;
export const GIVEN_MALE = ['Joseph', 'Peter', 'Hamisi', 'Baraka', 'Daniel', 'Emmanuel', 'Salim', 'Juma', 'Elias', 'Moses', 'Isaac', 'Yusuf', 'Simon', 'Rajabu', 'Paulo', 'Musa', 'Jackson', 'Godfrey'] as const;

export interface Coded { readonly system: string; readonly code: string; readonly display: string }
const snomed = (code: string, display: string): Coded => ({ system: 'http://snomed.info/sct', code, display });
const rxnorm = (code: string, display: string): Coded => ({ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code, display });
const cvx = (code: string, display: string): Coded => ({ system: 'http://hl7.org/fhir/sid/cvx', code, display });
const loinc = (code: string, display: string): Coded => ({ system: 'http://loinc.org', code, display });

export const PROBLEMS = {
	hypertension: snomed('38341003', 'Hypertension'),
	diabetes: snomed('44054006', 'Type 2 diabetes mellitus'),
	asthma: snomed('195967001', 'Asthma'),
	epilepsy: snomed('84757009', 'Epilepsy'),
	malaria: snomed('61462000', 'Malaria'),
	pneumonia: snomed('233604007', 'Pneumonia'),
	anaemia: snomed('271737000', 'Anemia')
} as const;

export interface Prescription { readonly drug: Coded; readonly dose: number; readonly unit: string; readonly perDay: number; readonly days: number }
export const DRUGS = {
	amoxicillin: { drug: rxnorm('723', 'Amoxicillin'), dose: 500, unit: 'mg', perDay: 3, days: 5 },
	cotrimoxazole: { drug: rxnorm('10831', 'Sulfamethoxazole / Trimethoprim'), dose: 960, unit: 'mg', perDay: 2, days: 5 },
	amlodipine: { drug: rxnorm('17767', 'Amlodipine'), dose: 5, unit: 'mg', perDay: 1, days: 90 },
	hydrochlorothiazide: { drug: rxnorm('5487', 'Hydrochlorothiazide'), dose: 25, unit: 'mg', perDay: 1, days: 90 },
	metformin: { drug: rxnorm('6809', 'Metformin'), dose: 500, unit: 'mg', perDay: 2, days: 90 },
	ibuprofen: { drug: rxnorm('5640', 'Ibuprofen'), dose: 400, unit: 'mg', perDay: 3, days: 5 },
	paracetamol: { drug: rxnorm('161', 'Paracetamol'), dose: 1000, unit: 'mg', perDay: 3, days: 3 },
	salbutamol: { drug: rxnorm('435', 'Salbutamol'), dose: 100, unit: 'ug', perDay: 4, days: 90 }
} as const satisfies Record<string, Prescription>;

export const ALLERGENS = [rxnorm('70618', 'Penicillin'), rxnorm('10180', 'Sulfamethoxazole'), rxnorm('1191', 'Aspirin'), rxnorm('5640', 'Ibuprofen')] as const;
export const PENICILLIN = ALLERGENS[0];

/** Childhood schedule by age in weeks (WHO recommendations for routine immunization, table 2). */
export const CHILD_VACCINES: readonly { readonly vaccine: Coded; readonly weeks: number; readonly dose: number }[] = [
	{ vaccine: cvx('19', 'BCG'), weeks: 0, dose: 1 },
	{ vaccine: cvx('02', 'Oral polio vaccine'), weeks: 6, dose: 1 },
	{ vaccine: cvx('198', 'DTP-hepB-Hib Pentavalent'), weeks: 6, dose: 1 },
	{ vaccine: cvx('198', 'DTP-hepB-Hib Pentavalent'), weeks: 10, dose: 2 },
	{ vaccine: cvx('198', 'DTP-hepB-Hib Pentavalent'), weeks: 14, dose: 3 },
	{ vaccine: cvx('05', 'Measles'), weeks: 39, dose: 1 }
];

export const VITALS = {
	bloodPressure: loinc('85354-9', 'Blood pressure panel'),
	systolic: loinc('8480-6', 'Systolic blood pressure'),
	diastolic: loinc('8462-4', 'Diastolic blood pressure'),
	weight: loinc('29463-7', 'Body weight'),
	height: loinc('8302-2', 'Body height'),
	temperature: loinc('8310-5', 'Body temperature'),
	pulse: loinc('8867-4', 'Heart rate')
} as const;

export const NO_KNOWN_ALLERGY = snomed('716186003', 'No known allergy');
