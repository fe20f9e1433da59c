/** Lives as the charts of a region record them, drawn from a seed: what the EHR view is measured with. */
import type { Json } from '../sync/change/change.ts';
import { resource, type WrittenChart, type WrittenEntry } from '../sync/ehr/testing/ward.ts';
import { seededFractions } from '../sync/matching/testing/region.ts';

const DRUGS = ['Amoxicillin 250 MG Oral Capsule', 'Metformin 500 mg', 'Enalapril 10 mg', 'Paracetamol 500 mg', 'Amlodipine 5 MG Oral Tablet', 'Co-trimoxazole 960 mg', 'Salbutamol inhaler'];
const PROBLEMS = ['Asthma', 'Malaria', 'Hypertension', 'Diabetes mellitus', 'Anaemia', 'Otitis media', 'Cataract', 'Pneumonia'];
const FINDINGS = ['Body weight', 'Body height', 'Systolic blood pressure', 'Heart rate', 'Body temperature', 'Haemoglobin'];
const VACCINES = ['BCG', 'OPV', 'Pentavalent', 'Measles', 'Td'];

/** A life in one chart of `entries` entries; the same seed gives the same. */
export function makeChart(site: string, seed: number, entries = 500): WrittenChart {
	const fraction = seededFractions(seed);
	const pick = (list: readonly string[]): string => list[Math.floor(fraction() * list.length)] ?? '';
	const day = (): string => `20${10 + Math.floor(fraction() * 15)}-${String(1 + Math.floor(fraction() * 12)).padStart(2, '0')}-${String(1 + Math.floor(fraction() * 28)).padStart(2, '0')}`;
	const entry = (n: number, type: string, elements: { readonly [element: string]: Json }): WrittenEntry => ({ name: `${site} ${n}`, resource: resource(type, elements) });
	const patient = entry(-1, 'Patient', { name: [{ family: 'Faye', given: ['Awa'] }], birthDate: '1990-05-14', gender: 'female' });
	return {
		site,
		entries: [patient, ...Array.from({ length: entries - 1 }, (_, n): WrittenEntry => {
			const kind = fraction();
			if (kind < 0.01) return entry(n, 'AllergyIntolerance', { code: { text: pick(['Penicillin', 'Latex', 'Ibuprofen', 'Eggs']) } });
			if (kind < 0.1) return entry(n, 'Condition', { code: { text: pick(PROBLEMS) }, onsetDateTime: day(), clinicalStatus: { coding: [{ code: fraction() < 0.3 ? 'active' : 'resolved' }] } });
			if (kind < 0.2) return entry(n, 'MedicationRequest', { status: fraction() < 0.15 ? 'active' : 'completed', intent: 'order', medicationCodeableConcept: { text: pick(DRUGS) }, authoredOn: day() });
			if (kind < 0.24) return entry(n, 'Immunization', { status: 'completed', vaccineCode: { text: pick(VACCINES) }, occurrenceDateTime: day() });
			if (kind < 0.4) return entry(n, 'Encounter', { status: 'finished', class: { code: 'AMB' }, period: { start: day() } });
			return entry(n, 'Observation', { status: 'final', code: { text: pick(FINDINGS) }, effectiveDateTime: `${day()}T09:30`, valueQuantity: { value: Math.floor(fraction() * 100), unit: 'kg' } });
		})]
	};
}
