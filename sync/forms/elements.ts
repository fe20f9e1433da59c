/**
 * Which elements of which resources the answers of a form may fill. A closed list: a template comes from elsewhere, and must not be able to
 * write what no form should (who did it, which chart it is in, that something was entered in error, or a prescription, which has to
 * pass the safety checks of its own form).
 */
import type { ResourceKind } from './form.ts';

/** How an answer is written: `codeable` a CodeableConcept, `date`, `text`, `whole` a positive whole number, `code` the code of an option, `note` an Annotation. */
export type Shape = 'codeable' | 'codeables' | 'date' | 'text' | 'code' | 'dose' | 'note' | 'start';

const FILLABLE: ReadonlyMap<string, Shape> = new Map<string, Shape>([
	['Immunization.vaccineCode', 'codeable'], ['Immunization.occurrenceDateTime', 'date'], ['Immunization.lotNumber', 'text'], ['Immunization.expirationDate', 'date'],
	['Immunization.status', 'code'], ['Immunization.statusReason', 'codeable'], ['Immunization.protocolApplied.doseNumberPositiveInt', 'dose'], ['Immunization.note', 'note'],
	['Appointment.start', 'start'], ['Appointment.description', 'text'],
	['ServiceRequest.code', 'codeable'], ['ServiceRequest.reasonCode', 'codeables'], ['ServiceRequest.priority', 'code'], ['ServiceRequest.note', 'note'],
	['Condition.code', 'codeable'], ['Condition.onsetDateTime', 'date'], ['Condition.note', 'note'],
	['Procedure.code', 'codeable'], ['Procedure.performedDateTime', 'date'], ['Procedure.note', 'note']
]);

export const mayFill = (element: string): boolean => FILLABLE.has(element);
export const shapeOf = (element: string): Shape | null => FILLABLE.get(element) ?? null;

/** What a resource must have been told before it is worth recording. */
export const NEEDED: { readonly [kind in ResourceKind]: string } = {
	Immunization: 'Immunization.vaccineCode', Appointment: 'Appointment.start', ServiceRequest: 'ServiceRequest.code', Condition: 'Condition.code', Procedure: 'Procedure.code'
};
