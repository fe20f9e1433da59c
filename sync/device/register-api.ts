/**
 * The register of a site: its chart without a patient, where form templates (Questionnaire), schedules (PlanDefinition) and formulary edits
 * (MedicationKnowledge) are kept under the same rules, signatures and keys as any entry. They are written by `save` with the register's `ref`.
 */
import type { Id } from '../change/change.ts';
import type { ChartRef, Entry, Outcome } from './api.ts';

/** What a register holds; entries of a person are refused there. */
export const REGISTER_TYPES = ['Questionnaire', 'PlanDefinition', 'MedicationKnowledge'] as const;

export interface RegisterView {
	readonly ref: ChartRef;
	readonly siteName: string;
	/** empty as long as nobody wrote anything */
	readonly entries: readonly Entry[];
	/** the user may write here */
	readonly writable: boolean;
}

export interface RegisterApi {
	/** The register of a site whose clinical records the user may read. */
	register(site: Id): Promise<Outcome<RegisterView>>;
}
