/** Types of entries and their groups in the words of the screens. What has no word here is named as FHIR or the merge rules name it. */
import { m } from '$lib/paraglide/messages.js';

const TYPES: ReadonlyMap<string, () => string> = new Map([
	['Patient', m.type_patient], ['RelatedPerson', m.type_related_person], ['AllergyIntolerance', m.type_allergy_intolerance], ['Condition', m.type_condition], ['Medication', m.type_medication],
	['MedicationRequest', m.type_medication_request], ['MedicationStatement', m.type_medication_statement], ['MedicationDispense', m.type_medication_dispense], ['MedicationKnowledge', m.type_medication_knowledge], ['Observation', m.type_observation],
	['DiagnosticReport', m.type_diagnostic_report], ['ServiceRequest', m.type_service_request], ['Specimen', m.type_specimen], ['Immunization', m.type_immunization], ['Procedure', m.type_procedure],
	['Encounter', m.type_encounter], ['EpisodeOfCare', m.type_episode_of_care], ['CarePlan', m.type_care_plan], ['CareTeam', m.type_care_team], ['Goal', m.type_goal],
	['Appointment', m.type_appointment], ['Task', m.type_task], ['Communication', m.type_communication], ['Composition', m.type_composition], ['DocumentReference', m.type_document_reference],
	['QuestionnaireResponse', m.type_questionnaire_response], ['Consent', m.type_consent], ['Flag', m.type_flag], ['FamilyMemberHistory', m.type_family_member_history], ['Coverage', m.type_coverage],
	['Questionnaire', m.type_questionnaire], ['PlanDefinition', m.type_plan_definition], ['Linkage', m.type_linkage], ['DetectedIssue', m.type_detected_issue]
]);

const GROUPS: ReadonlyMap<string, () => string> = new Map([
	['identifiers', m.group_identifiers], ['progress', m.group_progress], ['time', m.group_time], ['service', m.group_service], ['priority', m.group_priority], ['participants', m.group_participants],
	['reason', m.group_reason], ['comment', m.group_comment], ['instruction', m.group_instruction], ['narrative', m.group_narrative], ['extensions', m.group_extensions], ['link', m.group_link],
	['relay', m.group_relay], ['names', m.group_names], ['birth', m.group_birth], ['sex', m.group_sex], ['deceased', m.group_deceased], ['multiple-birth', m.group_multiple_birth],
	['telecom', m.group_telecom], ['addresses', m.group_addresses], ['record', m.group_record], ['marital', m.group_marital], ['languages', m.group_languages], ['contacts', m.group_contacts],
	['photo', m.group_photo], ['care-provider', m.group_care_provider], ['relation', m.group_relation], ['substance', m.group_substance], ['status', m.group_status], ['criticality', m.group_criticality],
	['reactions', m.group_reactions], ['onset', m.group_onset], ['provenance', m.group_provenance], ['notes', m.group_notes], ['problem', m.group_problem], ['severity', m.group_severity],
	['stage', m.group_stage], ['evidence', m.group_evidence], ['report', m.group_report], ['category', m.group_category], ['order', m.group_order], ['relative', m.group_relative],
	['conditions', m.group_conditions], ['flag', m.group_flag], ['vaccination', m.group_vaccination], ['programme', m.group_programme], ['result', m.group_result], ['panel', m.group_panel],
	['procedure', m.group_procedure], ['complications', m.group_complications], ['complication-details', m.group_complication_details], ['follow-up', m.group_follow_up], ['reports', m.group_reports], ['sample', m.group_sample],
	['handling', m.group_handling], ['product', m.group_product], ['batch', m.group_batch], ['dispense', m.group_dispense], ['issues', m.group_issues], ['medication', m.group_medication],
	['supply', m.group_supply], ['taking', m.group_taking], ['plan', m.group_plan], ['activities', m.group_activities], ['goals', m.group_goals], ['team', m.group_team],
	['members', m.group_members], ['message', m.group_message], ['visit', m.group_visit], ['diagnoses', m.group_diagnoses], ['place', m.group_place], ['hospitalization', m.group_hospitalization],
	['episode', m.group_episode], ['goal', m.group_goal], ['achievement', m.group_achievement], ['request', m.group_request], ['timing', m.group_timing], ['specimens', m.group_specimens],
	['task', m.group_task], ['owner', m.group_owner], ['outputs', m.group_outputs], ['identifier', m.group_identifier], ['note', m.group_note], ['confidentiality', m.group_confidentiality],
	['attesters', m.group_attesters], ['relations', m.group_relations], ['consent', m.group_consent], ['verifications', m.group_verifications], ['coverage', m.group_coverage], ['costs', m.group_costs],
	['document', m.group_document], ['security', m.group_security], ['definition', m.group_definition], ['publication', m.group_publication], ['credits', m.group_credits], ['scope', m.group_scope],
	['answers', m.group_answers]
]);

export const typeName = (type: string): string => TYPES.get(type)?.() ?? type;
export const groupName = (group: string): string => GROUPS.get(group)?.() ?? group;
