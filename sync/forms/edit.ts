/**
 * Editing a template: a few acts on the Questionnaire itself, each giving a new one that parses or saying why not. What this editor does not
 * know (calculations, recording, extensions of others) is carried along untouched.
 */
import type { Json, JsonObject } from '../change/change.ts';
import { isObject } from '../change/canonical.ts';
import { list, text } from '../fhir/path.ts';
import type { FhirResource } from '../fhir/resource.ts';
import { err, ok, problem, type Result } from '../result.ts';
import { EXT, type Coding } from './form.ts';
import { parseForm, type FormProblem } from './parse.ts';
import { choice, FINDING, longText, number, words, yesNo, date, type ItemJson } from './templates/writing.ts';

export type NewQuestion = 'yes-no' | 'number' | 'text' | 'long-text' | 'date' | 'choice';

export type Edit =
	| { readonly kind: 'title'; readonly title: string }
	| { readonly kind: 'text'; readonly linkId: string; readonly text: string }
	| { readonly kind: 'required'; readonly linkId: string; readonly required: boolean }
	/** ask about values outside of it; null takes the range away */
	| { readonly kind: 'likely'; readonly linkId: string; readonly range: readonly [number, number] | null }
	| { readonly kind: 'move'; readonly linkId: string; readonly by: -1 | 1 }
	| { readonly kind: 'remove'; readonly linkId: string }
	/** at the end of a group, or of the form where `into` is null; recorded as an Observation under a code of the site's own */
	| { readonly kind: 'add'; readonly into: string | null; readonly question: NewQuestion; readonly text: string; readonly unit: string; readonly options: readonly string[] }
	| { readonly kind: 'status'; readonly status: 'active' | 'retired' };

type Items = readonly Json[];

/** Items with `change` applied to the list that holds `linkId`; null when it is nowhere. */
function within(items: Items, linkId: string, change: (items: Items, index: number) => Items): Items | null {
	const index = items.findIndex((item) => text(item, 'linkId') === linkId);
	if (index >= 0) return change(items, index);
	for (const [at, item] of items.entries()) {
		const inner = isObject(item) ? within(list(item, 'item'), linkId, change) : null;
		if (inner !== null && isObject(item)) return items.with(at, withItems(item, inner));
	}
	return null;
}

/** FHIR has no empty lists: a group that lost its last question loses the element. */
function withItems(item: JsonObject, items: Items): JsonObject {
	const { item: _, ...rest } = item;
	return items.length === 0 ? rest : { ...rest, item: items };
}

const replaced = (change: (item: JsonObject) => JsonObject) => (items: Items, index: number): Items => items.map((item, i) => (i === index && isObject(item) ? change(item) : item));

function moved(by: -1 | 1): (items: Items, index: number) => Items {
	return (items, index) => {
		const [one, other] = [items[index], items[index + by]];
		return one === undefined || other === undefined ? items : items.with(index, other).with(index + by, one);
	};
}

function likely(range: readonly [number, number] | null): (item: JsonObject) => JsonObject {
	return (item) => {
		const { extension: _, ...rest } = item;
		const kept = list(item, 'extension').filter((e) => text(e, 'url') !== EXT.likely);
		const all = range === null ? kept : [...kept, { url: EXT.likely, valueRange: { low: { value: range[0] }, high: { value: range[1] } } }];
		return all.length === 0 ? rest : { ...rest, extension: all };
	};
}

/** A name for a new question from its words; numbered when taken. */
function nameFor(words: string, taken: ReadonlySet<string>): string {
	const plain = words.toLowerCase().normalize('NFD').replace(/[^a-z0-9]+/gu, '-').replace(/^[^a-z]+|-+$/gu, '').slice(0, 40);
	const base = `own-${plain === '' ? 'question' : plain}`;
	for (let n = 1; ; n++) if (!taken.has(n === 1 ? base : `${base}-${n}`)) return n === 1 ? base : `${base}-${n}`;
}

function newItem(edit: Extract<Edit, { kind: 'add' }>, taken: ReadonlySet<string>): ItemJson {
	const linkId = nameFor(edit.text, taken);
	const code: Coding = { system: FINDING, code: linkId, display: edit.text };
	const more = { code, observe: 'survey' } as const;
	switch (edit.question) {
		case 'yes-no': return yesNo(linkId, edit.text, more);
		case 'number': return number(linkId, edit.text, edit.unit === '' ? [] : [{ code: edit.unit, display: edit.unit }], more);
		case 'text': return words(linkId, edit.text, more);
		case 'long-text': return longText(linkId, edit.text, more);
		case 'date': return date(linkId, edit.text, more);
		case 'choice': return choice(linkId, edit.text, edit.options.map((option, index) => [`${linkId}-${index + 1}`, option] as const), more);
	}
}

function edited(items: Items, edit: Edit, taken: ReadonlySet<string>): Items | null {
	switch (edit.kind) {
		case 'text': return within(items, edit.linkId, replaced((item) => ({ ...item, text: edit.text })));
		case 'required': return within(items, edit.linkId, replaced((item) => ({ ...item, required: edit.required })));
		case 'likely': return within(items, edit.linkId, replaced(likely(edit.range)));
		case 'move': return within(items, edit.linkId, moved(edit.by));
		case 'remove': return within(items, edit.linkId, (all, index) => all.toSpliced(index, 1));
		case 'add': return edit.into === null ? [...items, newItem(edit, taken)] : within(items, edit.into, replaced((group) => withItems(group, [...list(group, 'item'), newItem(edit, taken)])));
		case 'title': case 'status': return items;
	}
}

/** The template after one act; the version counts up. An act that would break the form (a rule rests on what is removed) is refused with the reason. */
export function editForm(resource: FhirResource, edit: Edit): Result<FhirResource, FormProblem> {
	if ((edit.kind === 'text' || edit.kind === 'add') && edit.text.trim() === '') return err(problem('bad-item', 'Enter the words of the question.'));
	if (edit.kind === 'title' && edit.title.trim() === '') return err(problem('bad-item', 'Enter the name of the form.'));
	if (edit.kind === 'add' && edit.question === 'choice' && edit.options.length < 2) return err(problem('bad-item', 'A choice needs two answers or more.'));
	if (edit.kind === 'likely' && edit.range !== null && !(edit.range[0] <= edit.range[1])) return err(problem('bad-item', 'The lower limit must not be above the upper one.'));
	const before = parseForm(resource);
	const items = edited(list(resource, 'item'), edit, new Set(before.ok ? before.value.all.keys() : []));
	if (items === null) return err(problem('unknown-question', 'That question is not in this form any more.'));
	const version = Number(text(resource, 'version') ?? '1');
	const after: FhirResource = {
		...resource, item: items, version: String(Number.isInteger(version) ? version + 1 : 1),
		...(edit.kind === 'title' ? { title: edit.title.trim() } : {}), ...(edit.kind === 'status' ? { status: edit.status } : {})
	};
	const parsed = parseForm(after);
	return parsed.ok ? ok(after) : parsed;
}
