/**
 * The merge rules of every recorded type, as one table.
 *
 * `Record<RecordedType, …>` makes a missing type a type error; `table.test.ts` fails when a group has no row, or two, or a reason
 * that could stand anywhere.
 */
import type { RecordedType } from '../../fhir/elements.ts';
import { isRecordedType } from '../../fhir/elements.ts';
import { groupNamed } from '../../fhir/groups.ts';
import { rows as AllergyIntolerance } from './allergy-intolerance.ts';
import { rows as Appointment } from './appointment.ts';
import { rows as CarePlan } from './care-plan.ts';
import { rows as CareTeam } from './care-team.ts';
import { rows as Communication } from './communication.ts';
import { rows as Composition } from './composition.ts';
import { rows as Condition } from './condition.ts';
import { rows as Consent } from './consent.ts';
import { rows as Coverage } from './coverage.ts';
import { rows as DetectedIssue } from './detected-issue.ts';
import { rows as DiagnosticReport } from './diagnostic-report.ts';
import { rows as DocumentReference } from './document-reference.ts';
import { rows as Encounter } from './encounter.ts';
import { rows as EpisodeOfCare } from './episode-of-care.ts';
import { rows as FamilyMemberHistory } from './family-member-history.ts';
import { rows as Flag } from './flag.ts';
import { rows as Goal } from './goal.ts';
import { rows as Immunization } from './immunization.ts';
import { rows as Linkage } from './linkage.ts';
import { rows as Medication } from './medication.ts';
import { rows as MedicationDispense } from './medication-dispense.ts';
import { rows as MedicationKnowledge } from './medication-knowledge.ts';
import { rows as MedicationRequest } from './medication-request.ts';
import { rows as MedicationStatement } from './medication-statement.ts';
import { rows as Observation } from './observation.ts';
import { rows as Patient } from './patient.ts';
import { rows as PlanDefinition } from './plan-definition.ts';
import { rows as Procedure } from './procedure.ts';
import { rows as Questionnaire } from './questionnaire.ts';
import { rows as QuestionnaireResponse } from './questionnaire-response.ts';
import { rows as RelatedPerson } from './related-person.ts';
import { rows as ServiceRequest } from './service-request.ts';
import { rows as Specimen } from './specimen.ts';
import { rows as Task } from './task.ts';
import type { Row, RowOf } from './row.ts';

/**
 * Raised whenever the rules do something else: the state is a function of the changes and of this version (D3). `version.test.ts` holds what each version does.
 * 1: the first table. 2: an entry is retracted only while no other word of its status stands beside that; decisions and their choices.
 */
export const RULES_VERSION = 2;

export const TABLE: { readonly [type in RecordedType]: readonly Row[] } = {
	AllergyIntolerance, Appointment, CarePlan, CareTeam, Communication, Composition, Condition, Consent, Coverage, DetectedIssue, DiagnosticReport,
	DocumentReference, Encounter, EpisodeOfCare, FamilyMemberHistory, Flag, Goal, Immunization, Linkage, Medication,
	MedicationDispense, MedicationKnowledge, MedicationRequest, MedicationStatement, Observation, Patient, PlanDefinition, Procedure, Questionnaire,
	QuestionnaireResponse, RelatedPerson, ServiceRequest, Specimen, Task
};

/** A row of a list group, with the element whose items it merges. */
export type ListRow = RowOf<'union' | 'append'> & { readonly element: string };
export type TableRow = Exclude<Row, { rule: 'union' | 'append' }> | ListRow;
export const isListRow = (row: TableRow): row is ListRow => row.rule === 'union' || row.rule === 'append';

const built = new Map<string, ReadonlyMap<string, TableRow>>();
const NO_RULES: ReadonlyMap<string, TableRow> = new Map();

/** The rows of a type by group, in the table's order; empty for a type that is not recorded. */
export function rulesOf(type: string): ReadonlyMap<string, TableRow> {
	const known = built.get(type);
	if (known !== undefined) return known;
	if (!isRecordedType(type)) return NO_RULES;
	const rules = new Map(TABLE[type].map((row) => [row.group, withElement(type, row)]));
	built.set(type, rules);
	return rules;
}

function withElement(type: RecordedType, row: Row): TableRow {
	if (row.rule !== 'union' && row.rule !== 'append') return row;
	const element = groupNamed(type, row.group)?.list;
	if (element === undefined || element === null) throw new TypeError(`${type}.${row.group} is no list, and has the rule of one`);
	return { ...row, element };
}
