/**
 * Questionnaire -> Form. What cannot be used is an error with words for the person who edits the template, never half a form: a question
 * that silently did not appear, or a rule that silently did not fire, is worse than no form.
 */
import type { Json } from '../change/change.ts';
import { at, code, flag, list, number, text } from '../fhir/path.ts';
import type { FhirResource } from '../fhir/resource.ts';
import { err, ok, problem, type Problem, type Result } from '../result.ts';
import { answersIn, parseExpression, type Expression } from './expression.ts';
import {
	CALCULATION, EXT, ITEM_TYPES, RESOURCE_KINDS, type Coding, type EnableWhen, type Form, type Item, type ItemType, type Operator, type Recording, type Tone, type Unit
} from './form.ts';
import { mayFill } from './elements.ts';

export type FormProblem = Problem<'not-a-form' | 'bad-item' | 'bad-expression' | 'unknown-question' | 'circular'>;

const ITEMS_MAX = 400;
const DEPTH_MAX = 6;
const TEXT_MAX = 1_000;
const LINK_ID = /^[A-Za-z][A-Za-z0-9-]{0,63}$/u;
const OPERATORS: readonly Operator[] = ['exists', '=', '!=', '>', '<', '>=', '<='];
const TONES: readonly Tone[] = ['info', 'warn', 'danger'];
/** types of FHIR that are shown as one of ours */
const TYPE_OF: ReadonlyMap<string, ItemType> = new Map<string, ItemType>([...ITEM_TYPES.map((t) => [t, t] as const), ['quantity', 'decimal']]);

class Refused extends Error {
	constructor(readonly code: FormProblem['code'], message: string) { super(message); }
}

const extension = (of: Json, url: string): Json | undefined => list(of, 'extension').find((e) => text(e, 'url') === url);

export function codingOf(from: Json | undefined): Coding | null {
	const [system, value, display] = [text(from, 'system'), text(from, 'code'), text(from, 'display')];
	if (value === undefined && display === undefined) return null;
	return { ...(system === undefined ? {} : { system }), ...(value === undefined ? {} : { code: value }), ...(display === undefined ? {} : { display }) };
}

function expressionAt(of: Json, url: string, linkId: string): Expression | null {
	const found = at(extension(of, url), 'valueExpression');
	if (found === undefined) return null;
	if (text(found, 'language') !== CALCULATION) throw new Refused('bad-expression', `"${linkId}" calculates in a language that this app does not know (${text(found, 'language') ?? 'none'}).`);
	const parsed = parseExpression(text(found, 'expression') ?? '');
	if (!parsed.ok) throw new Refused('bad-expression', `${linkId}: ${parsed.error.message}`);
	return parsed.value;
}

function unitsOf(of: Json): readonly Unit[] {
	const unit = (from: Json | undefined): Unit | null => {
		const coding = codingOf(at(from, 'valueCoding'));
		const factor = number(extension(at(from, 'valueCoding') ?? null, EXT.unitFactor), 'valueDecimal') ?? 1;
		return coding?.code === undefined || !(factor > 0) ? null : { code: coding.code, display: coding.display ?? coding.code, factor, of: codingOf(at(extension(at(from, 'valueCoding') ?? null, EXT.unitOf), 'valueCoding')) };
	};
	const first = unit(extension(of, EXT.unit));
	const others = list(of, 'extension').filter((e) => text(e, 'url') === EXT.unitOption).map(unit);
	return [first, ...others].filter((u) => u !== null);
}

function bound(of: Json, url: string): number | null {
	const found = extension(of, url);
	return number(found, 'valueDecimal') ?? number(found, 'valueInteger') ?? null;
}

function conditionsOf(of: Json, linkId: string): readonly EnableWhen[] {
	return list(of, 'enableWhen').map((when) => {
		const [question, operator] = [text(when, 'question'), OPERATORS.find((o) => o === text(when, 'operator'))];
		const answer = flag(when, 'answerBoolean') ?? number(when, 'answerDecimal') ?? number(when, 'answerInteger') ?? number(when, 'answerQuantity', 'value')
			?? text(when, 'answerCoding', 'code') ?? text(when, 'answerString') ?? text(when, 'answerDate');
		if (question === undefined || operator === undefined || answer === undefined) throw new Refused('bad-item', `"${linkId}" has a condition that this app cannot read.`);
		return { question, operator, answer };
	});
}

function recordingOf(of: Json, type: ItemType, linkId: string): Recording | null {
	const kind = code({ coding: [{ code: text(extension(of, EXT.resource), 'valueCode') ?? text(extension(of, EXT.resource), 'valueString') ?? '' }] });
	if (kind !== undefined) {
		const known = RESOURCE_KINDS.find((k) => k === kind);
		if (known === undefined || type !== 'group') throw new Refused('bad-item', `"${linkId}" cannot be recorded as ${kind}.`);
		return { kind: 'resource', type: known };
	}
	const method = text(extension(of, EXT.method), 'valueString');
	if (method !== undefined) return { kind: 'method', of: method };
	if (flag(extension(of, EXT.condition), 'valueBoolean') === true) return { kind: 'condition' };
	if (flag(extension(of, EXT.observation), 'valueBoolean') === true) {
		return { kind: 'observation', category: text(extension(of, EXT.category), 'valueCodeableConcept', 'coding', 0, 'code') ?? 'survey' };
	}
	const definition = text(of, 'definition');
	const element = definition?.split('#')[1];
	if (definition === undefined) return null;
	if (element === undefined || !mayFill(element)) throw new Refused('bad-item', `"${linkId}" fills ${definition}, which a form may not.`);
	return { kind: 'element', element };
}

function initialOf(of: Json): Item['initial'] {
	const first = at(of, 'initial', 0);
	const chosen = list(of, 'answerOption').find((o) => flag(o, 'initialSelected') === true);
	return flag(first, 'valueBoolean') ?? number(first, 'valueDecimal') ?? number(first, 'valueInteger') ?? text(first, 'valueString') ?? text(first, 'valueDate')
		?? text(first, 'valueCoding', 'code') ?? text(chosen, 'valueCoding', 'code') ?? null;
}

class Reader {
	readonly all = new Map<string, Item>();

	items(from: readonly Json[], depth: number, within: string | null): readonly Item[] {
		if (depth > DEPTH_MAX) throw new Refused('bad-item', `The form is nested more than ${DEPTH_MAX} deep.`);
		return from.map((one) => this.#item(one, depth, within));
	}

	#item(from: Json, depth: number, within: string | null): Item {
		const linkId = text(from, 'linkId') ?? '';
		if (!LINK_ID.test(linkId)) throw new Refused('bad-item', `"${linkId.slice(0, 40)}" is no name for a question: letters, digits and hyphens, beginning with a letter.`);
		if (this.all.has(linkId)) throw new Refused('bad-item', `Two questions are named "${linkId}".`);
		const type = TYPE_OF.get(text(from, 'type') ?? '');
		if (type === undefined) throw new Refused('bad-item', `"${linkId}" is of the type ${text(from, 'type') ?? 'none'}, which this app cannot ask.`);
		if (this.all.size >= ITEMS_MAX) throw new Refused('bad-item', `The form has more than ${ITEMS_MAX} questions.`);
		const repeats = flag(from, 'repeats') === true;
		if (repeats && type !== 'choice' && type !== 'group') throw new Refused('bad-item', `"${linkId}" repeats: only a choice or a group may.`);
		if (repeats && type === 'group' && within !== null) throw new Refused('bad-item', `"${linkId}" repeats within "${within}", which repeats.`);
		// its place among all questions is taken before its children take theirs
		this.all.set(linkId, NOTHING);
		const item = { ...this.#rest(from, linkId, type), repeats, within, items: this.items(list(from, 'item'), depth + 1, repeats && type === 'group' ? linkId : within) };
		if (item.items.length > 0 && type !== 'group') throw new Refused('bad-item', `"${linkId}" has questions under it and is no group.`);
		this.all.set(linkId, item);
		return item;
	}

	#rest(from: Json, linkId: string, type: ItemType): Omit<Item, 'repeats' | 'within' | 'items'> {
		const likely = at(extension(from, EXT.likely), 'valueRange');
		const options = list(from, 'answerOption').map((o) => codingOf(at(o, 'valueCoding')) ?? { display: text(o, 'valueString') ?? '' });
		if (type === 'choice' && (options.length === 0 || options.some((o) => (o.code ?? o.display ?? '') === ''))) throw new Refused('bad-item', `"${linkId}" is a choice without options.`);
		return {
			linkId, type, text: (text(from, 'text') ?? '').slice(0, TEXT_MAX), required: flag(from, 'required') === true,
			hidden: flag(extension(from, EXT.hidden), 'valueBoolean') === true,
			codes: list(from, 'code').flatMap((c) => codingOf(c) ?? []),
			enableWhen: conditionsOf(from, linkId), enableAll: text(from, 'enableBehavior') !== 'any', enableExpression: expressionAt(from, EXT.enable, linkId),
			options, units: unitsOf(from), possible: [bound(from, EXT.min), bound(from, EXT.max)],
			likely: [number(likely, 'low', 'value') ?? null, number(likely, 'high', 'value') ?? null], ask: text(extension(from, EXT.ask), 'valueString') ?? null,
			calculate: expressionAt(from, EXT.calculate, linkId), initial: initialOf(from), carry: flag(extension(from, EXT.carry), 'valueBoolean') === true, future: flag(extension(from, EXT.future), 'valueBoolean') === true,
			recording: recordingOf(from, type, linkId), maxLength: number(from, 'maxLength') ?? TEXT_MAX,
			tone: TONES.find((t) => t === text(extension(from, EXT.tone), 'valueCode')) ?? 'info', source: text(extension(from, EXT.source), 'valueString') ?? null
		};
	}
}

const NOTHING: Item = {
	linkId: '', text: '', type: 'display', required: false, repeats: false, hidden: true, codes: [], enableWhen: [], enableAll: true, enableExpression: null, options: [], units: [], possible: [null, null],
	likely: [null, null], ask: null, calculate: null, initial: null, carry: false, future: false, recording: null, maxLength: 0, tone: 'info', source: null, items: [], within: null
};

/** Questions an item depends on, for being asked or for its value. */
const dependsOn = (item: Item): readonly string[] => [
	...item.enableWhen.map((w) => w.question), ...(item.enableExpression === null ? [] : answersIn(item.enableExpression)), ...(item.calculate === null ? [] : answersIn(item.calculate))
];

/** Every question named exists, within reach, and no value or condition depends on itself: a question depends on the group it stands in as well. */
function checkReferences(all: ReadonlyMap<string, Item>): void {
	const parents = new Map([...all.values()].flatMap((item) => item.items.map((child) => [child.linkId, item.linkId] as const)));
	const settled = new Set<string>();
	const visit = (linkId: string, path: readonly string[], from: Item): void => {
		const item = all.get(linkId);
		if (item === undefined) throw new Refused('unknown-question', `"${from.linkId}" depends on "${linkId}", which the form does not ask.`);
		if (item.within !== null && item.within !== from.within) throw new Refused('unknown-question', `"${from.linkId}" depends on "${linkId}", which is asked several times.`);
		if (path.includes(linkId)) throw new Refused('circular', `"${linkId}" depends on itself.`);
		if (settled.has(linkId)) return;
		const parent = parents.get(linkId);
		for (const next of [...dependsOn(item), ...(parent === undefined ? [] : [parent])]) visit(next, [...path, linkId], item);
		settled.add(linkId);
	};
	for (const item of all.values()) {
		if (item.recording?.kind === 'method' && !all.has(item.recording.of)) throw new Refused('unknown-question', `"${item.linkId}" says how "${item.recording.of}" was measured, which the form does not ask.`);
		visit(item.linkId, [], item);
	}
}

/** Reads a Questionnaire. */
export function parseForm(resource: FhirResource): Result<Form, FormProblem> {
	const title = text(resource, 'title') ?? text(resource, 'name');
	if (resource.resourceType !== 'Questionnaire' || title === undefined) return err(problem('not-a-form', 'This is no form: it is no Questionnaire, or has no title.'));
	try {
		const reader = new Reader();
		const items = reader.items(list(resource, 'item'), 1, null);
		if (items.length === 0) return err(problem('not-a-form', `The form "${title}" asks nothing.`));
		checkReferences(reader.all);
		const ages = at(extension(resource, EXT.ages), 'valueRange');
		const sex = text(extension(resource, EXT.sex), 'valueCode');
		return ok({
			url: text(resource, 'url') ?? '', version: text(resource, 'version') ?? '', title, description: text(resource, 'description') ?? '', status: text(resource, 'status') ?? 'unknown',
			codes: list(resource, 'code').flatMap((c) => codingOf(c) ?? []), derivedFrom: text(resource, 'derivedFrom', 0) ?? null,
			forWhom: { sex: sex === 'female' || sex === 'male' ? sex : null, ageDays: [number(ages, 'low', 'value') ?? null, number(ages, 'high', 'value') ?? null] },
			items, all: reader.all, resource
		});
	} catch (error) {
		if (error instanceof Refused) return err(problem(error.code, error.message));
		throw error;
	}
}
