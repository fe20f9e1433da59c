/**
 * From answers to what is recorded: Observations, Conditions, Immunizations and the rest as the template declares, the visit they were found
 * at, and the form as it was answered. A fact that only stands in a QuestionnaireResponse is invisible to every other screen.
 *
 * Nothing is written here: the resources have no ids yet. Whoever stores them stores the Encounter first and lets the others point to it
 * (`inVisit`). Only answers to questions that were asked count; calculated values are recorded like others, marked as derived.
 */
import type { Json, JsonObject } from '../change/change.ts';
import type { FhirResource } from '../fhir/resource.ts';
import { readForm, unitOf, type Answer, type Answers, type Asked, type FormContext, type FormState } from './answers.ts';
import { NEEDED, shapeOf } from './elements.ts';
import type { Coding, Form, Item, ResourceKind, Unit } from './form.ts';
import { writeResponse } from './response.ts';

export interface Recorded {
	readonly encounter: FhirResource;
	/** in reading order, without ids; those of the desk are Appointments */
	readonly resources: readonly FhirResource[];
	readonly response: FhirResource;
}

const UCUM = 'http://unitsofmeasure.org';
const CLINICAL = 'http://terminology.hl7.org/CodeSystem/condition-clinical';
const VERIFICATION = 'http://terminology.hl7.org/CodeSystem/condition-ver-status';
const CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category';
const CONDITION_CATEGORY = 'http://terminology.hl7.org/CodeSystem/condition-category';

const json = (coding: Coding): JsonObject => ({ ...(coding.system === undefined ? {} : { system: coding.system }), ...(coding.code === undefined ? {} : { code: coding.code }), ...(coding.display === undefined ? {} : { display: coding.display }) });
const plain = (system: string, code: string): Json => ({ coding: [{ system, code }] });

/** A CodeableConcept of codings; `words` is what the person answered or was asked. */
function codeable(codings: readonly Coding[], words: string): JsonObject {
	const coded = codings.filter((c) => c.code !== undefined).map(json);
	return { ...(coded.length === 0 ? {} : { coding: coded }), ...(words === '' ? {} : { text: words }) };
}
const chosen = (coding: Coding): JsonObject => codeable([coding], coding.display ?? coding.code ?? '');

/** `value[x]` of an Observation for an answer; null for what is no value. */
function observed(item: Item, answer: Answer): JsonObject | null {
	switch (answer.kind) {
		case 'boolean': return { valueBoolean: answer.value };
		case 'number': {
			const unit = unitOf(item, answer.unit);
			if (unit !== null) return { valueQuantity: { value: answer.value, unit: unit.display, system: UCUM, code: unit.code } };
			return Number.isInteger(answer.value) ? { valueInteger: answer.value } : { valueQuantity: { value: answer.value } };
		}
		case 'text': return answer.value.trim() === '' ? null : { valueString: answer.value };
		case 'date': return { valueDateTime: answer.value };
		case 'coding': {
			const [first] = answer.codings;
			if (first === undefined) return null;
			if (answer.codings.length === 1) return { valueCodeableConcept: chosen(first) };
			return { valueCodeableConcept: codeable(answer.codings, answer.codings.map((c) => c.display ?? c.code ?? '').join(', ')) };
		}
		case 'unreadable': return null;
	}
}

class Recorder {
	readonly made: FhirResource[] = [];

	constructor(readonly state: FormState, readonly context: FormContext) {}

	#observation(item: Item, category: string, rest: JsonObject, calculated: boolean, filling: number, unit: Unit | null = null): FhirResource {
		const codes = unit === null || unit.of === null ? item.codes : [unit.of];
		return {
			resourceType: 'Observation', status: 'final', category: [plain(CATEGORY, category)], code: codeable(codes, codes[0]?.display ?? item.text),
			effectiveDateTime: this.context.when, ...rest, ...this.#method(item, filling), ...(calculated ? { extension: [{ url: 'urn:saddlebag:calculated', valueBoolean: true }] } : {})
		};
	}

	/** How it was measured, where another question says so. */
	#method(item: Item, filling: number): JsonObject {
		const said = this.state.asked.find((one) => one.item.recording?.kind === 'method' && one.item.recording.of === item.linkId && one.filling === filling && one.answer?.kind === 'coding');
		const coding = said?.answer?.kind === 'coding' ? said.answer.codings[0] : undefined;
		return coding === undefined ? {} : { method: chosen(coding) };
	}

	observe(one: Asked, category: string): void {
		const { item, filling } = one;
		if (item.type === 'group') {
			const component = this.#inside(one).flatMap((part) => {
				const value = part.answer === null || part.item.codes.length === 0 ? null : observed(part.item, part.answer);
				return value === null ? [] : [{ code: codeable(part.item.codes, part.item.codes[0]?.display ?? part.item.text), ...value }];
			});
			if (component.length > 0) this.made.push(this.#observation(item, category, { component }, false, filling));
			return;
		}
		const value = one.answer === null ? null : observed(item, one.answer);
		if (value !== null) this.made.push(this.#observation(item, category, value, one.calculated, filling, one.answer?.kind === 'number' ? unitOf(item, one.answer.unit) : null));
	}

	/** A yes, or each chosen option but the one that says none. */
	conditions({ item, answer }: Asked): void {
		const found = answer?.kind === 'boolean' && answer.value ? [{ concept: codeable(item.codes, item.codes[0]?.display ?? item.text) }]
			: answer?.kind === 'coding' ? answer.codings.filter((c) => c.code !== 'none').map((c) => ({ concept: chosen(c) })) : [];
		for (const { concept } of found) this.made.push(this.#condition({ code: concept }));
	}

	#condition(rest: JsonObject): FhirResource {
		return {
			resourceType: 'Condition', clinicalStatus: plain(CLINICAL, 'active'), verificationStatus: plain(VERIFICATION, 'confirmed'),
			category: [plain(CONDITION_CATEGORY, 'encounter-diagnosis')], recordedDate: this.context.when, ...rest
		};
	}

	/** What stands in a group, in the same filling of it. */
	#inside(group: Asked): readonly Asked[] {
		const names = new Set<string>();
		const walk = (items: readonly Item[]): void => items.forEach((item) => { names.add(item.linkId); walk(item.items); });
		walk(group.item.items);
		return this.state.asked.filter((one) => names.has(one.item.linkId) && one.filling === group.filling);
	}

	resource(group: Asked, type: ResourceKind): void {
		const elements = new Map<string, Json>();
		for (const { item, answer } of this.#inside(group)) {
			if (item.recording?.kind !== 'element' || answer === null || !item.recording.element.startsWith(`${type}.`)) continue;
			const value = elementOf(item.recording.element, item, answer);
			if (value !== null) elements.set(item.recording.element.slice(type.length + 1), value);
		}
		if (!elements.has(NEEDED[type].slice(type.length + 1))) return;
		this.made.push(this.#complete(type, elements));
	}

	#complete(type: ResourceKind, elements: ReadonlyMap<string, Json>): FhirResource {
		const { when } = this.context;
		const dose = elements.get('protocolApplied.doseNumberPositiveInt');
		const rest = Object.fromEntries([...elements].filter(([name]) => !name.includes('.')));
		switch (type) {
			case 'Immunization':
				return { resourceType: type, status: 'completed', recorded: when, occurrenceDateTime: when.slice(0, 10), ...rest, ...(dose === undefined ? {} : { protocolApplied: [{ doseNumberPositiveInt: dose }] }) };
			case 'Appointment': {
				const { start, ...other } = rest;
				return { resourceType: type, status: 'proposed', created: when, requestedPeriod: [{ start: start ?? '', end: start ?? '' }], participant: [{ required: 'required', status: 'needs-action', type: [{ text: 'patient' }] }], ...other };
			}
			case 'ServiceRequest': return { resourceType: type, status: 'active', intent: 'order', authoredOn: when, ...rest };
			case 'Procedure': return { resourceType: type, status: 'completed', performedDateTime: when.slice(0, 10), ...rest };
			case 'Condition': return this.#condition(rest);
		}
	}
}

function elementOf(element: string, item: Item, answer: Answer): Json | null {
	const coding = answer.kind === 'coding' ? answer.codings[0] : undefined;
	const words = answer.kind === 'text' ? answer.value.trim() : (coding?.display ?? '');
	switch (shapeOf(element)) {
		case 'codeable': return coding !== undefined ? chosen(coding) : answer.kind === 'boolean' ? (answer.value ? codeable(item.codes, item.codes[0]?.display ?? item.text) : null) : words === '' ? null : { text: words };
		case 'codeables': return answer.kind === 'coding' ? answer.codings.map(chosen) : words === '' ? null : [{ text: words }];
		case 'date': case 'start': return answer.kind === 'date' ? answer.value : null;
		case 'code': return coding?.code ?? null;
		case 'dose': return answer.kind === 'number' && Number.isInteger(answer.value) && answer.value > 0 ? answer.value : null;
		case 'note': return words === '' ? null : [{ text: words }];
		case 'text': return words === '' ? null : words;
		case null: return null;
	}
}

function encounterOf(form: Form, { when }: FormContext): FhirResource {
	return {
		resourceType: 'Encounter', status: 'finished', class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB', display: 'ambulatory' },
		type: [codeable(form.codes, form.title)], period: { start: when, end: when }
	};
}

/** What a filled form records. The answers must have nothing left to mend (`readForm`): what is out of range or unreadable is not recorded. */
export function answersToResources(form: Form, answers: Answers, context: FormContext): Recorded {
	const state = readForm(form, answers, context);
	const recorder = new Recorder({ ...state, asked: state.asked.filter((one) => one.mend === null) }, context);
	for (const one of state.asked) {
		const { recording } = one.item;
		if (recording === null || one.mend !== null) continue;
		if (recording.kind === 'observation') recorder.observe(one, recording.category);
		else if (recording.kind === 'condition') recorder.conditions(one);
		else if (recording.kind === 'resource') recorder.resource(one, recording.type);
	}
	return { encounter: encounterOf(form, context), resources: recorder.made, response: writeResponse(form, state, context.when) };
}

/** The same resource as found at a visit, by its id or by the `urn:uuid:` that it has in one act of saving. Desk resources do not point into the clinical part. */
export function inVisit(resource: FhirResource, encounter: string): FhirResource {
	const reference = encounter.startsWith('urn:uuid:') ? encounter : `Encounter/${encounter}`;
	return resource.resourceType === 'Appointment' ? resource : { ...resource, encounter: { reference } };
}
