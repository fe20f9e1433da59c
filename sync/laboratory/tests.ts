/**
 * What a clinic's laboratory measures, and the panels by which it is ordered: data, so that a test is added in one place.
 *
 * Codes are LOINC's and units UCUM's. Each code either occurs with this meaning in published FHIR examples (International Patient Summary,
 * Synthea) or in HL7's value set of diagnostic requests. A panel whose make-up has no LOINC code of its own carries ours alone: a code
 * that nearly fits would say that something was asked for which nobody asked for. Tests that are sensitive wherever they are done (HIV)
 * are not here: they belong into the restricted compartment, and an order would name them in the clinical one.
 */

export const LOINC = 'http://loinc.org';
export const UCUM = 'http://unitsofmeasure.org';
/** names of our own panels and answers */
export const LABORATORY = 'urn:saddlebag:laboratory';

export interface LabUnit {
	/** UCUM */
	readonly code: string;
	/** as on the screen and on paper: nothing of the ISMP list of error-prone abbreviations */
	readonly shown: string;
	/** times this is a value in the first unit of the test */
	readonly factor: number;
	/** the code under which the test is known in this unit, where that is another */
	readonly loinc?: string;
}

/** Units to choose from: those in which the number is another one. */
export const unitChoices = (test: QuantityTest): readonly LabUnit[] => test.units.filter(({ factor }, index) => index === 0 || factor !== 1);

export interface LabAnswer {
	readonly key: string;
	readonly meaning: 'expected' | 'abnormal' | 'critical' | 'neutral';
}

interface Named { readonly key: LabTestKey; readonly loinc: string; readonly name: string }
export interface QuantityTest extends Named {
	readonly kind: 'quantity';
	/** the first is what is recorded by default, and what ranges are in */
	readonly units: readonly [LabUnit, ...LabUnit[]];
	/** outside of it nothing is recorded: a slip of the finger, or another unit. In the first unit */
	readonly possible: readonly [number, number];
}
export interface ChoiceTest extends Named {
	readonly kind: 'choice';
	readonly answers: readonly LabAnswer[];
}
export type LabTest = QuantityTest | ChoiceTest;

const unit = (code: string, shown: string, factor = 1, loinc?: string): LabUnit => ({ code, shown, factor, ...(loinc === undefined ? {} : { loinc }) });
const MMOL = unit('mmol/L', 'mmol/L');
const CELLS = unit('10*9/L', '×10⁹/L');
const ENZYME = unit('U/L', 'units/L');
/** mg/dL of glucose: 18.016 g/mol */
const glucoseByMass = (loinc: string): LabUnit => unit('mg/dL', 'mg/dL', 1 / 18.016, loinc);

const PRESENCE: readonly LabAnswer[] = [{ key: 'negative', meaning: 'expected' }, { key: 'positive', meaning: 'abnormal' }];
const STRIP: readonly LabAnswer[] = [{ key: 'negative', meaning: 'expected' }, ...['trace', '1+', '2+', '3+'].map((key): LabAnswer => ({ key, meaning: 'abnormal' }))];

const quantity = (key: LabTestKey, loinc: string, name: string, possible: readonly [number, number], ...units: readonly [LabUnit, ...LabUnit[]]): QuantityTest => ({ kind: 'quantity', key, loinc, name, possible, units });
const choice = (key: LabTestKey, loinc: string, name: string, answers: readonly LabAnswer[]): ChoiceTest => ({ kind: 'choice', key, loinc, name, answers });

export const LAB_TEST_KEYS = [
	'haemoglobin', 'haematocrit', 'leukocytes', 'platelets', 'erythrocytes', 'mcv', 'sodium', 'potassium', 'chloride', 'bicarbonate', 'urea', 'creatinine',
	'albumin', 'bilirubin', 'alt', 'ast', 'alp', 'glucose-fasting', 'glucose-random', 'hba1c', 'cholesterol', 'hdl', 'ldl', 'triglycerides', 'crp',
	'malaria-rdt', 'malaria-smear', 'syphilis', 'hepatitis-b', 'pregnancy', 'blood-group', 'sputum-smear',
	'urine-protein', 'urine-glucose', 'urine-nitrite', 'urine-leukocytes', 'urine-blood'
] as const;
export type LabTestKey = (typeof LAB_TEST_KEYS)[number];

export const LAB_TESTS: readonly LabTest[] = [
	quantity('haemoglobin', '718-7', 'Haemoglobin', [1, 25], unit('g/dL', 'g/dL'), unit('g/L', 'g/L', 0.1)),
	quantity('haematocrit', '4544-3', 'Haematocrit', [5, 75], unit('%', '%'), unit('L/L', 'L/L', 100)),
	quantity('leukocytes', '6690-2', 'White cells', [0.01, 800], CELLS, unit('10*3/uL', '×10³ per microlitre')),
	quantity('platelets', '777-3', 'Platelets', [1, 3000], CELLS, unit('10*3/uL', '×10³ per microlitre')),
	quantity('erythrocytes', '789-8', 'Red cells', [0.5, 10], unit('10*12/L', '×10¹²/L'), unit('10*6/uL', '×10⁶ per microlitre')),
	quantity('mcv', '787-2', 'Mean cell volume', [40, 160], unit('fL', 'fL')),
	quantity('sodium', '2951-2', 'Sodium', [90, 200], MMOL),
	quantity('potassium', '2823-3', 'Potassium', [1, 12], MMOL),
	quantity('chloride', '2075-0', 'Chloride', [50, 160], MMOL),
	quantity('bicarbonate', '1963-8', 'Bicarbonate', [2, 60], MMOL),
	quantity('urea', '22664-7', 'Urea', [0.1, 100], MMOL),
	quantity('creatinine', '14682-9', 'Creatinine', [5, 3000], unit('umol/L', 'micromol/L'), unit('mg/dL', 'mg/dL', 88.42, '2160-0')),
	quantity('albumin', '1751-7', 'Albumin', [5, 80], unit('g/L', 'g/L'), unit('g/dL', 'g/dL', 10)),
	quantity('bilirubin', '14631-6', 'Bilirubin, total', [0.5, 1000], unit('umol/L', 'micromol/L'), unit('mg/dL', 'mg/dL', 17.1, '1975-2')),
	quantity('alt', '1742-6', 'ALT (alanine aminotransferase)', [1, 20_000], ENZYME),
	quantity('ast', '1920-8', 'AST (aspartate aminotransferase)', [1, 20_000], ENZYME),
	quantity('alp', '6768-6', 'Alkaline phosphatase', [1, 10_000], ENZYME),
	quantity('glucose-fasting', '14771-0', 'Glucose, fasting', [0.5, 80], MMOL, glucoseByMass('1558-6')),
	quantity('glucose-random', '15074-8', 'Glucose, not fasting', [0.5, 80], MMOL, glucoseByMass('2339-0')),
	quantity('hba1c', '4548-4', 'HbA1c', [3, 25], unit('%', '%')),
	quantity('cholesterol', '14647-2', 'Cholesterol, total', [0.5, 40], MMOL),
	quantity('hdl', '14646-4', 'HDL cholesterol', [0.1, 10], MMOL),
	quantity('ldl', '39469-2', 'LDL cholesterol', [0.1, 30], MMOL),
	quantity('triglycerides', '14927-8', 'Triglycerides', [0.1, 100], MMOL),
	quantity('crp', '1988-5', 'C-reactive protein', [0, 1000], unit('mg/L', 'mg/L')),
	choice('malaria-rdt', '70569-9', 'Malaria rapid test', [{ key: 'negative', meaning: 'expected' }, { key: 'positive', meaning: 'critical' }]),
	choice('malaria-smear', '32700-7', 'Malaria smear', [
		{ key: 'none-seen', meaning: 'expected' }, { key: 'falciparum', meaning: 'critical' }, { key: 'other-plasmodium', meaning: 'critical' }
	]),
	choice('syphilis', '20507-0', 'Syphilis (RPR)', [{ key: 'non-reactive', meaning: 'expected' }, { key: 'reactive', meaning: 'abnormal' }]),
	choice('hepatitis-b', '5195-3', 'Hepatitis B surface antigen', PRESENCE),
	choice('pregnancy', '2106-3', 'Pregnancy test, urine', [{ key: 'negative', meaning: 'neutral' }, { key: 'positive', meaning: 'neutral' }]),
	choice('blood-group', '882-1', 'Blood group', ['O+', 'O-', 'A+', 'A-', 'B+', 'B-', 'AB+', 'AB-'].map((key): LabAnswer => ({ key, meaning: 'neutral' }))),
	choice('sputum-smear', '11545-1', 'Sputum smear, acid-fast', [
		{ key: 'negative', meaning: 'expected' }, { key: 'scanty', meaning: 'abnormal' }, { key: '1+', meaning: 'abnormal' }, { key: '2+', meaning: 'abnormal' }, { key: '3+', meaning: 'abnormal' }
	]),
	choice('urine-protein', '20454-5', 'Urine protein', STRIP),
	choice('urine-glucose', '25428-4', 'Urine glucose', STRIP),
	choice('urine-nitrite', '5802-4', 'Urine nitrite', PRESENCE),
	choice('urine-leukocytes', '5799-2', 'Urine leukocyte esterase', STRIP),
	choice('urine-blood', '5794-3', 'Urine blood', STRIP)
];

export type SpecimenKind = 'blood' | 'urine' | 'sputum' | 'stool' | 'swab' | 'other';
export const SPECIMEN_KINDS = ['blood', 'urine', 'sputum', 'stool', 'swab', 'other'] as const satisfies readonly SpecimenKind[];

export interface LabPanel {
	readonly key: LabPanelKey;
	/** of the panel; a panel of one test has that test's. Null: there is none that says the same */
	readonly loinc: string | null;
	readonly name: string;
	readonly tests: readonly LabTestKey[];
	readonly specimen: SpecimenKind;
}

export const LAB_PANEL_KEYS = [
	'blood-count', 'haemoglobin', 'malaria-rdt', 'malaria-smear', 'glucose-fasting', 'glucose-random', 'hba1c', 'kidney', 'liver', 'lipids', 'urine-strip',
	'pregnancy', 'syphilis', 'hepatitis-b', 'blood-group', 'sputum-smear', 'crp'
] as const;
export type LabPanelKey = (typeof LAB_PANEL_KEYS)[number];

const single = (key: LabPanelKey & LabTestKey, specimen: SpecimenKind = 'blood'): LabPanel => {
	const test = LAB_TESTS.find((one) => one.key === key);
	if (test === undefined) throw new TypeError(`no test ${key}`);
	return { key, loinc: test.loinc, name: test.name, tests: [key], specimen };
};

export const LAB_PANELS: readonly LabPanel[] = [
	{ key: 'blood-count', loinc: '58410-2', name: 'Full blood count', tests: ['haemoglobin', 'haematocrit', 'leukocytes', 'platelets', 'erythrocytes', 'mcv'], specimen: 'blood' },
	single('haemoglobin'), single('malaria-rdt'), single('malaria-smear'), single('glucose-fasting'), single('glucose-random'), single('hba1c'),
	{ key: 'kidney', loinc: null, name: 'Kidney function and electrolytes', tests: ['sodium', 'potassium', 'chloride', 'bicarbonate', 'urea', 'creatinine'], specimen: 'blood' },
	{ key: 'liver', loinc: '24325-3', name: 'Liver function', tests: ['albumin', 'bilirubin', 'alt', 'ast', 'alp'], specimen: 'blood' },
	{ key: 'lipids', loinc: '24331-1', name: 'Lipids', tests: ['cholesterol', 'hdl', 'ldl', 'triglycerides'], specimen: 'blood' },
	{ key: 'urine-strip', loinc: null, name: 'Urine test strip', tests: ['urine-protein', 'urine-glucose', 'urine-nitrite', 'urine-leukocytes', 'urine-blood'], specimen: 'urine' },
	single('pregnancy', 'urine'), single('syphilis'), single('hepatitis-b'), single('blood-group'), single('sputum-smear', 'sputum'), single('crp')
];

const TESTS: ReadonlyMap<string, LabTest> = new Map(LAB_TESTS.map((test) => [test.key, test]));
const PANELS: ReadonlyMap<string, LabPanel> = new Map(LAB_PANELS.map((panel) => [panel.key, panel]));
const BY_LOINC: ReadonlyMap<string, LabTest> = new Map(LAB_TESTS.flatMap((test) => [
	[test.loinc, test] as const, ...(test.kind === 'quantity' ? test.units.flatMap(({ loinc }) => (loinc === undefined ? [] : [[loinc, test] as const])) : [])
]));

export const labTest = (key: string): LabTest | null => TESTS.get(key) ?? null;
export const labPanel = (key: string): LabPanel | null => PANELS.get(key) ?? null;
export const testByLoinc = (code: string): LabTest | null => BY_LOINC.get(code) ?? null;
