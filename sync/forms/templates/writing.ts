/**
 * Writing a template down: short functions that make FHIR Questionnaire items, so that a template reads like the form it is. What comes out is
 * plain FHIR R4 JSON, the same that a register holds and any FHIR tool reads.
 */
import type { Json, JsonObject } from '../../change/change.ts';
import type { FhirResource } from '../../fhir/resource.ts';
import { CALCULATION, EXT, type Coding, type Operator, type Tone } from '../form.ts';

export type ItemJson = JsonObject & { readonly linkId: string };

const LOINC = 'http://loinc.org';
export const FINDING = 'urn:saddlebag:finding';
export const loinc = (code: string, display: string): Coding => ({ system: LOINC, code, display });
/** A finding that has no free code of its own: ours, stable, with words. */
export const finding = (code: string, display: string): Coding => ({ system: FINDING, code, display });

export interface More {
	readonly code?: Coding;
	readonly required?: boolean;
	/** shown only when; all of them unless `any` */
	readonly when?: readonly JsonObject[];
	readonly any?: boolean;
	/** shown only when this expression is true */
	readonly given?: string;
	/** `[low, high]` in the first unit: outside of it not taken */
	readonly possible?: readonly [number, number];
	/** outside of it asked about */
	readonly likely?: readonly [number, number];
	readonly ask?: string;
	readonly calculate?: string;
	readonly initial?: boolean | number | string;
	readonly carry?: boolean;
	readonly future?: boolean;
	readonly hidden?: boolean;
	/** recorded as an Observation of this category */
	readonly observe?: 'vital-signs' | 'exam' | 'laboratory' | 'survey' | 'social-history';
	/** recorded as a Condition */
	readonly condition?: true;
	/** fills this element of the resource that the group around it becomes */
	readonly fills?: string;
	/** says how the other question was measured */
	readonly methodOf?: string;
	/** guideline and year */
	readonly source?: string;
}

/** A coding, or the code and words of one of our own findings. */
export type Option = readonly [code: string, display: string] | Coding;
const isPair = (option: Option): option is readonly [string, string] => Array.isArray(option);
const optionCoding = (option: Option): Coding => (isPair(option) ? finding(option[0], option[1]) : option);
const expression = (text: string): JsonObject => ({ language: CALCULATION, expression: text });
const codingJson = (coding: Coding): Json => ({ ...coding });

function extensions(more: More): readonly JsonObject[] {
	const list: JsonObject[] = [];
	const add = (url: string, value: JsonObject | null): void => void (value !== null && list.push({ url, ...value }));
	add(EXT.hidden, more.hidden === true ? { valueBoolean: true } : null);
	if (more.possible !== undefined) {
		add(EXT.min, { valueDecimal: more.possible[0] });
		add(EXT.max, { valueDecimal: more.possible[1] });
	}
	add(EXT.likely, more.likely === undefined ? null : { valueRange: { low: { value: more.likely[0] }, high: { value: more.likely[1] } } });
	add(EXT.ask, more.ask === undefined ? null : { valueString: more.ask });
	add(EXT.calculate, more.calculate === undefined ? null : { valueExpression: expression(more.calculate) });
	add(EXT.enable, more.given === undefined ? null : { valueExpression: expression(more.given) });
	add(EXT.observation, more.observe === undefined ? null : { valueBoolean: true });
	add(EXT.category, more.observe === undefined ? null : { valueCodeableConcept: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: more.observe }] } });
	add(EXT.condition, more.condition === true ? { valueBoolean: true } : null);
	add(EXT.method, more.methodOf === undefined ? null : { valueString: more.methodOf });
	add(EXT.carry, more.carry === true ? { valueBoolean: true } : null);
	add(EXT.future, more.future === true ? { valueBoolean: true } : null);
	add(EXT.source, more.source === undefined ? null : { valueString: more.source });
	return list;
}

function item(linkId: string, type: string, text: string, more: More, rest: JsonObject = {}, extra: readonly JsonObject[] = []): ItemJson {
	const extension = [...extensions(more), ...extra];
	const initial: JsonObject | null = more.initial === undefined ? null : typeof more.initial === 'boolean' ? { valueBoolean: more.initial } : typeof more.initial === 'number' ? { valueDecimal: more.initial } : { valueString: more.initial };
	return {
		linkId, ...(text === '' ? {} : { text }), type, ...(extension.length === 0 ? {} : { extension }), ...(more.code === undefined ? {} : { code: [codingJson(more.code)] }),
		...(more.fills === undefined ? {} : { definition: `http://hl7.org/fhir/StructureDefinition/${more.fills.split('.')[0] ?? ''}#${more.fills}` }),
		...(more.required === true ? { required: true } : {}), ...(more.when === undefined ? {} : { enableWhen: more.when, enableBehavior: more.any === true ? 'any' : 'all' }),
		...(initial === null ? {} : { initial: [initial] }), ...rest
	};
}

/** A condition on another answer. */
export function when(question: string, operator: Operator, answer: boolean | number | string): JsonObject {
	return { question, operator, ...(typeof answer === 'boolean' ? { answerBoolean: answer } : typeof answer === 'number' ? { answerDecimal: answer } : { answerCoding: { code: answer } }) };
}
export const yes = (question: string): JsonObject => when(question, '=', true);

/** A unit by its UCUM code; `factor` turns it into the first unit of its question. */
export interface UnitJson { readonly code: string; readonly display: string; readonly factor?: number; /** code of the Observation when measured in this unit */ readonly of?: Coding }

function unitExtension({ factor, of }: UnitJson): JsonObject {
	const extension: readonly JsonObject[] = [...(factor === undefined ? [] : [{ url: EXT.unitFactor, valueDecimal: factor }]), ...(of === undefined ? [] : [{ url: EXT.unitOf, valueCoding: codingJson(of) }])];
	return extension.length === 0 ? {} : { extension };
}

export function number(linkId: string, text: string, units: readonly UnitJson[], more: More = {}, type: 'decimal' | 'integer' = 'decimal'): ItemJson {
	const extra = units.map((unit, index): JsonObject => ({
		url: index === 0 ? EXT.unit : EXT.unitOption,
		valueCoding: { ...unitExtension(unit), system: 'http://unitsofmeasure.org', code: unit.code, display: unit.display }
	}));
	return item(linkId, type, text, more, {}, extra);
}
export const count = (linkId: string, text: string, more: More = {}): ItemJson => number(linkId, text, [], more, 'integer');
export const yesNo = (linkId: string, text: string, more: More = {}): ItemJson => item(linkId, 'boolean', text, more);
export const date = (linkId: string, text: string, more: More = {}): ItemJson => item(linkId, 'date', text, more);
export const words = (linkId: string, text: string, more: More = {}): ItemJson => item(linkId, 'string', text, more);
export const longText = (linkId: string, text: string, more: More = {}): ItemJson => item(linkId, 'text', text, more);
export function choice(linkId: string, text: string, options: readonly Option[], more: More & { readonly several?: true } = {}): ItemJson {
	const { initial, several, ...rest } = more;
	const answerOption = options.map((option): JsonObject => {
		const coding = optionCoding(option);
		return { valueCoding: codingJson(coding), ...(initial !== undefined && coding.code === initial ? { initialSelected: true } : {}) };
	});
	return item(linkId, 'choice', text, rest, { answerOption, ...(several === true ? { repeats: true } : {}) });
}
export function group(linkId: string, text: string, items: readonly ItemJson[], more: More & { readonly becomes?: string; readonly repeats?: true } = {}): ItemJson {
	const { becomes, repeats, ...rest } = more;
	return item(linkId, 'group', text, rest, { ...(repeats === true ? { repeats: true } : {}), item: items }, becomes === undefined ? [] : [{ url: EXT.resource, valueCode: becomes }]);
}
/** What the form tells the worker when something is found. */
export function advice(linkId: string, text: string, tone: Tone, more: More): ItemJson {
	return item(linkId, 'display', text, more, {}, [{ url: EXT.tone, valueCode: tone }]);
}

export interface TemplateHead {
	readonly name: string;
	readonly title: string;
	readonly description: string;
	/** guidelines the template follows, with their years */
	readonly sources: readonly string[];
	readonly ageDays?: readonly [number | null, number | null];
	readonly sex?: 'female' | 'male';
}

export const TEMPLATE_BASE = 'urn:saddlebag:form:template:';

export function template(head: TemplateHead, items: readonly ItemJson[]): FhirResource {
	const [low, high] = head.ageDays ?? [null, null];
	const range = { ...(low === null ? {} : { low: { value: low, unit: 'd', system: 'http://unitsofmeasure.org', code: 'd' } }), ...(high === null ? {} : { high: { value: high, unit: 'd', system: 'http://unitsofmeasure.org', code: 'd' } }) };
	const extension: readonly JsonObject[] = [
		...(head.ageDays === undefined ? [] : [{ url: EXT.ages, valueRange: range }]), ...(head.sex === undefined ? [] : [{ url: EXT.sex, valueCode: head.sex }])
	];
	return {
		resourceType: 'Questionnaire', ...(extension.length === 0 ? {} : { extension }), url: `${TEMPLATE_BASE}${head.name}`, version: '1', name: head.name, title: head.title, status: 'active', subjectType: ['Patient'],
		description: head.description, purpose: `Follows: ${head.sources.join('; ')}.`, code: [{ system: 'urn:saddlebag:visit', code: head.name, display: head.title }], item: items
	};
}
