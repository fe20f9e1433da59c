/**
 * A form as Saddlebag shows it: what a FHIR Questionnaire says, read once and checked, so that nothing later has to distrust it.
 *
 * Templates come from the app and from the site's register, where other people's devices write them; `parse.ts` makes a `Form` of either or
 * says what is wrong. Whatever is here is total: expressions parsed, references inside the form, no cycle among calculations.
 */
import type { FhirResource } from '../fhir/resource.ts';
import type { Expression } from './expression.ts';

export interface Coding { readonly system?: string; readonly code?: string; readonly display?: string }

export const ITEM_TYPES = ['group', 'display', 'boolean', 'decimal', 'integer', 'date', 'string', 'text', 'choice'] as const;
export type ItemType = (typeof ITEM_TYPES)[number];

/** A unit that a number may be typed in; `factor` turns it into the first unit of the item, in which its ranges are stated. */
export interface Unit { readonly code: string; readonly display: string; readonly factor: number; /** code of the Observation when it was measured in this unit; null: the item's */ readonly of: Coding | null }

export type Operator = 'exists' | '=' | '!=' | '>' | '<' | '>=' | '<=';
export interface EnableWhen { readonly question: string; readonly operator: Operator; readonly answer: boolean | number | string }

/** What an answer becomes. Everything is kept in the QuestionnaireResponse as well. */
export type Recording =
	/** an Observation with the item's code; in a group the coded items are its components */
	| { readonly kind: 'observation'; readonly category: string }
	/** a Condition: of a yes the item's code, of a choice the chosen one */
	| { readonly kind: 'condition' }
	/** a group becomes one resource of this type, from the `element`s within it */
	| { readonly kind: 'resource'; readonly type: ResourceKind }
	/** a value of that resource, by element */
	| { readonly kind: 'element'; readonly element: string }
	/** how the Observation of another question was measured */
	| { readonly kind: 'method'; readonly of: string };
export const RESOURCE_KINDS = ['Immunization', 'Appointment', 'ServiceRequest', 'Condition', 'Procedure'] as const;
export type ResourceKind = (typeof RESOURCE_KINDS)[number];

export type Tone = 'info' | 'warn' | 'danger';

export interface Item {
	readonly linkId: string;
	readonly text: string;
	readonly type: ItemType;
	readonly required: boolean;
	/** of a choice: several may be chosen; of a group: it may be filled several times */
	readonly repeats: boolean;
	readonly hidden: boolean;
	readonly codes: readonly Coding[];
	readonly enableWhen: readonly EnableWhen[];
	readonly enableAll: boolean;
	readonly enableExpression: Expression | null;
	readonly options: readonly Coding[];
	readonly units: readonly Unit[];
	/** outside of it: not taken */
	readonly possible: readonly [number | null, number | null];
	/** outside of it: asked about, then kept */
	readonly likely: readonly [number | null, number | null];
	/** the words of the question about an unlikely value; null: the screen's own */
	readonly ask: string | null;
	readonly calculate: Expression | null;
	/** answer to begin with: a boolean, number, text or the code of an option */
	readonly initial: boolean | number | string | null;
	/** begins with the latest recorded value of its code */
	readonly carry: boolean;
	/** of a date: a day to come may be given */
	readonly future: boolean;
	readonly recording: Recording | null;
	readonly maxLength: number;
	readonly tone: Tone;
	/** where the rule behind the item comes from: a guideline with its year */
	readonly source: string | null;
	readonly items: readonly Item[];
	/** the repeating group it stands in; null outside of one */
	readonly within: string | null;
}

export interface Form {
	readonly url: string;
	readonly version: string;
	readonly title: string;
	/** what kind of visit this is: becomes the type of the Encounter */
	readonly codes: readonly Coding[];
	readonly description: string;
	/** whose template it is a copy of; null: none */
	readonly derivedFrom: string | null;
	readonly status: string;
	/** for whom the form is offered; null bounds are open */
	readonly forWhom: { readonly sex: 'female' | 'male' | null; readonly ageDays: readonly [number | null, number | null] };
	readonly items: readonly Item[];
	/** every item by linkId, in reading order */
	readonly all: ReadonlyMap<string, Item>;
	readonly resource: FhirResource;
}

export const CALCULATION = 'urn:saddlebag:calculation:1';
/** Names of the extensions that a template may use: FHIR's own where there is one. */
export const EXT = {
	hidden: 'http://hl7.org/fhir/StructureDefinition/questionnaire-hidden',
	unit: 'http://hl7.org/fhir/StructureDefinition/questionnaire-unit',
	unitOption: 'http://hl7.org/fhir/StructureDefinition/questionnaire-unitOption',
	unitFactor: 'urn:saddlebag:form:unit-factor',
	unitOf: 'urn:saddlebag:form:unit-of',
	min: 'http://hl7.org/fhir/StructureDefinition/minValue',
	max: 'http://hl7.org/fhir/StructureDefinition/maxValue',
	likely: 'urn:saddlebag:form:likely',
	ask: 'urn:saddlebag:form:ask',
	calculate: 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression',
	enable: 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-enableWhenExpression',
	observation: 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-observationExtract',
	category: 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-observation-extract-category',
	resource: 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-itemExtractionContext',
	condition: 'urn:saddlebag:form:condition',
	method: 'urn:saddlebag:form:method-of',
	carry: 'urn:saddlebag:form:carry',
	future: 'urn:saddlebag:form:future',
	tone: 'urn:saddlebag:form:tone',
	source: 'urn:saddlebag:form:source',
	ages: 'urn:saddlebag:form:age-days',
	sex: 'urn:saddlebag:form:sex'
} as const;
