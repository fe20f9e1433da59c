/** The forms over a chart: which there are, what each is called, and the section it belongs to. */
import { m } from '$lib/paraglide/messages.js';
import type { EntryType } from '$lib/fhir/entry.ts';
import type { Section } from '$lib/patient/path.ts';
import type { FhirResource } from '$sync/fhir/resource.ts';
import { isLaboratory } from './sections.ts';
import type { IconName } from '$lib/ui/icons.ts';

export const FORM_KINDS = [
	'allergy', 'no-allergy', 'problem', 'medicine', 'vitals', 'vaccine', 'note', 'patient', 'visit',
	'lab-order', 'lab-specimen', 'lab-spoilt', 'lab-result', 'referral', 'referral-answer', 'referral-decline', 'procedure', 'care-plan', 'goal', 'team',
	'task', 'appointment', 'message', 'call'
] as const;
export type FormKind = (typeof FORM_KINDS)[number];

export const isFormKind = (value: string | undefined): value is FormKind => FORM_KINDS.some((k) => k === value);

/** A section with entries of one type; `only` where others of the type stand elsewhere. */
export interface EntrySection {
	readonly section: Section;
	readonly type: EntryType;
	readonly form: FormKind;
	readonly title: () => string;
	readonly add: () => string;
	readonly empty: () => string;
	readonly icon: IconName;
	readonly only?: (resource: FhirResource) => boolean;
}

export const ENTRY_SECTIONS: readonly EntrySection[] = [
	{ section: 'allergies', type: 'AllergyIntolerance', form: 'allergy', title: m.section_allergies, add: m.add_allergy, empty: m.empty_allergies, icon: 'danger' },
	{ section: 'problems', type: 'Condition', form: 'problem', title: m.section_problems, add: m.add_problem, empty: m.empty_problems, icon: 'info' },
	{ section: 'medicines', type: 'MedicationRequest', form: 'medicine', title: m.section_medicines, add: m.add_medicine, empty: m.empty_medicines, icon: 'info' },
	{ section: 'vitals', type: 'Observation', form: 'vitals', title: m.section_vitals, add: m.add_vitals, empty: m.empty_vitals, icon: 'info', only: (resource) => !isLaboratory(resource) },
	{ section: 'vaccines', type: 'Immunization', form: 'vaccine', title: m.section_vaccines, add: m.add_vaccine, empty: m.empty_vaccines, icon: 'info' },
	{ section: 'notes', type: 'Composition', form: 'note', title: m.section_notes, add: m.add_note, empty: m.empty_notes, icon: 'info' }
];

export function sectionTitle(section: Section): string {
	if (section === 'summary') return m.section_summary();
	if (section === 'laboratory') return m.section_laboratory();
	if (section === 'care') return m.section_care();
	if (section === 'shared') return m.section_shared();
	return ENTRY_SECTIONS.find((s) => s.section === section)?.title() ?? '';
}

export const formOf = (type: string): FormKind | null => ENTRY_SECTIONS.find((s) => s.type === type)?.form ?? null;
