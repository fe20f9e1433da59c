/** A visit that was begun, put down as data and taken up again: with the questions that the form has now, and the time at which it was opened. */
import { aboutForm } from '$lib/chart/draft.svelte.ts';
import type { ChartRecord } from '$lib/chart/record.svelte.ts';
import type { DraftKind } from '$lib/device/drafts.svelte.ts';
import { filledIn } from '$lib/device/keptDraft.ts';
import type { Form } from '$sync/forms/form.ts';
import { VisitDraft } from './visit.svelte.ts';

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Entries of the kind that `is` accepts. */
function entriesOf<T>(stored: unknown, is: (value: unknown) => value is T): [string, T][] {
	return isRecord(stored) ? Object.entries(stored).flatMap(([key, value]) => (is(value) ? [[key, value] as [string, T]] : [])) : [];
}
const isText = (value: unknown): value is string => typeof value === 'string';
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 1;
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);
const isDate = (value: unknown): value is { day: string; month: string; year: string } => isRecord(value) && isText(value['day']) && isText(value['month']) && isText(value['year']);

function taken(data: unknown, draft: VisitDraft): VisitDraft | null {
	if (!isRecord(data)) return null;
	// repeating groups first: they bring the places of their questions
	for (const [linkId, count] of entriesOf(data['fillings'], isCount)) {
		const group = draft.template.all.get(linkId);
		for (let n = 1; group !== undefined && n < count; n++) draft.addFilling(group);
	}
	const known = (place: string): boolean => draft.template.all.has(place.split('@')[0] ?? '');
	for (const [place, text] of entriesOf(data['typed'], isText)) if (known(place)) draft.typed[place] = text;
	for (const [place, date] of entriesOf(data['dates'], isDate)) if (known(place)) draft.dates[place] = { ...date };
	for (const [place, codes] of entriesOf(data['many'], isTexts)) if (known(place)) draft.many[place] = codes;
	for (const [place, unit] of entriesOf(data['units'], isText)) {
		const item = draft.template.all.get(place.split('@')[0] ?? '');
		if (item?.units.some(({ code }) => code === unit) === true) draft.units[place] = unit;
		// the form was changed meanwhile: a number is never taken for one in another unit
		else if (item !== undefined) draft.typed[place] = '';
	}
	const { sexOfChart, kept, backdated, opened } = filledIn({ sexOfChart: '', kept: '', backdated: false, opened: draft.opened }, data);
	if (sexOfChart === 'female' || sexOfChart === 'male') draft.sexOfChart = sexOfChart;
	draft.kept = kept;
	draft.backdated = backdated;
	draft.on = filledIn(draft.on, data['on']);
	// a visit took place when it was begun, not when the tablet was charged again
	draft.opened = opened;
	return draft;
}

export const visitKind = (form: Form, record: ChartRecord, name: string): DraftKind<VisitDraft> => ({
	make: () => new VisitDraft(form, record),
	put: (draft) => draft.put(),
	take: (data) => taken(data, new VisitDraft(form, record)),
	about: () => aboutForm(record, 'visit', name)
});
