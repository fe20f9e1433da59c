/** What a programme says of one patient: things that are to be done, by a day, with the rule they rest on. */
import type { FhirResource } from '../fhir/resource.ts';
import type { Sex } from '../growth/standard.ts';

export type DueState = 'due' | 'overdue' | 'upcoming' | 'scheduled';
export type ProgrammeName = 'immunization' | 'antenatal' | 'hypertension' | 'diabetes' | 'tuberculosis' | 'appointment';

export interface Due {
	readonly programme: ProgrammeName;
	/** stable within the patient: `immunization/penta/2` */
	readonly key: string;
	/** what is to be done; names of vaccines are international and not translated */
	readonly what: { readonly kind: 'vaccine'; readonly vaccine: string; readonly dose: number; readonly doses: number } | { readonly kind: 'contact'; readonly number: number; readonly week: number } | { readonly kind: 'visit' } | { readonly kind: 'sputum'; readonly month: number } | { readonly kind: 'appointment'; readonly description: string };
	readonly state: DueState;
	/** FHIR date on which it is due */
	readonly on: string;
	/** days since it was due; negative before */
	readonly late: number;
	/** name of the form template to do it with; null: none */
	readonly form: string | null;
	readonly source: string;
}

/** What a programme looks at: one person, with the entries in force of all their charts. */
export interface PatientFacts {
	readonly birthDate: string | null;
	readonly sex: Sex | null;
	readonly deceased: boolean;
	readonly resources: readonly FhirResource[];
}

/** Said to be coming this long before. */
export const SOON_DAYS = 28;

/** State of something due on a day. `grace`: days after which it is overdue. */
export function stateOf(due: number, today: number, grace: number): DueState {
	if (today - due > grace) return 'overdue';
	if (today >= due) return 'due';
	return due - today <= SOON_DAYS ? 'upcoming' : 'scheduled';
}
