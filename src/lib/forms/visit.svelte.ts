/**
 * A visit being recorded with a form: what was typed, as it was typed, and what the form makes of it. It is kept until it is saved or thrown away;
 * all that it records is stored in one act or not at all, so that trying again records nothing twice.
 */
import type { SaveRequest } from '$sync/device/api.ts';
import type { BatchEntry } from '$sync/device/batch-api.ts';
import { answersToResources, inVisit } from '$sync/forms/record.ts';
import { firstAnswer, readForm, FILLINGS_MAX, type Answers, type FormContext, type FormState as FormReading } from '$sync/forms/answers.ts';
import { previousIn } from '$sync/forms/chart.ts';
import type { Form, Item } from '$sync/forms/form.ts';
import type { Sex } from '$sync/growth/standard.ts';
import type { FhirResource } from '$sync/fhir/resource.ts';
import type { ChartRecord } from '$lib/chart/record.svelte.ts';
import { readPatient } from '$lib/fhir/patient.ts';
import { typeable } from '$lib/format/number.ts';
import { readDate, typedDate, type TypedDate } from '$lib/format/partialDate.ts';
import { fhirDateTime } from '$lib/format/date.ts';
import { FormState } from '$lib/ui/form.svelte.ts';
import { answersOf, placeIn, type Typed } from './typed.ts';

/** how what was found refers to a visit that has no id yet */
const VISIT = 'urn:uuid:visit';

export class VisitDraft implements Typed {
	readonly form = new FormState();
	typed = $state<Record<string, string>>({});
	dates = $state<Record<string, TypedDate>>({});
	many = $state<Record<string, string[]>>({});
	units = $state<Record<string, string>>({});
	fillings = $state<Record<string, number>>({});
	/** which growth chart, where the sex is not known */
	sexOfChart = $state<Sex | ''>('');
	/** doubts that were said yes to, as shown */
	kept = $state('');
	/** when the visit took place, where it was earlier */
	on = $state<TypedDate>({ day: '', month: '', year: '' });
	backdated = $state(false);
	restored = $state(false);
	opened = fhirDateTime(Date.now());
	/** read once for each state of the chart, not on every keystroke */
	readonly #previous = $derived.by(() => previousIn([...this.record.entries('Observation').shown.map((e) => e.resource), ...this.record.elsewhere('Observation').map((i) => i.lead.resource)]));

	constructor(readonly template: Form, readonly record: ChartRecord) {
		for (const item of template.all.values()) this.#begin(item, 0);
	}

	/** What a question shows before anybody answered. */
	#begin(item: Item, filling: number): void {
		const place = placeIn(item, filling);
		if (item.type === 'date') this.dates[place] = { day: '', month: '', year: '' };
		else if (item.type === 'choice' && item.repeats) this.many[place] = [];
		else this.typed[place] = '';
		if (item.units.length > 0) this.units[place] = item.units[0]?.code ?? '';
		const start = firstAnswer(item, this.context());
		if (start === null) return;
		if (start.kind === 'boolean') this.typed[place] = start.value ? 'yes' : 'no';
		else if (start.kind === 'number') {
			this.typed[place] = typeable(start.value);
			if (start.unit !== null && item.units.length > 0) this.units[place] = start.unit;
		} else if (start.kind === 'date') this.dates[place] = typedDate(start.value);
		else if (start.kind === 'coding') {
			const codes = start.codings.map((c) => c.code ?? c.display ?? '').filter((c) => item.options.some((o) => (o.code ?? o.display) === c));
			if (item.repeats) this.many[place] = codes;
			else this.typed[place] = codes[0] ?? '';
		} else if (start.kind === 'text') this.typed[place] = start.value;
	}

	addFilling(group: Item): void {
		const count = this.fillings[group.linkId] ?? 1;
		if (count >= FILLINGS_MAX) return;
		const each = (items: readonly Item[]): void => items.forEach((item) => { this.#begin(item, count); each(item.items); });
		each(group.items);
		this.fillings[group.linkId] = count + 1;
	}

	/** Takes the last filling away. */
	dropFilling(group: Item): void {
		this.fillings[group.linkId] = Math.max(1, (this.fillings[group.linkId] ?? 1) - 1);
	}

	/** Switching the unit empties the box: a number is never taken for one in another unit. */
	useUnit(place: string, unit: string): void {
		if (this.units[place] !== unit) this.typed[place] = '';
		this.units[place] = unit;
	}

	get when(): string {
		if (!this.backdated) return this.opened;
		const on = readDate(this.on, { partial: false, now: Date.now() });
		return on.ok && on.value !== '' ? on.value : this.opened;
	}

	context(): FormContext {
		const patient = this.record.view?.patient?.resource ?? null;
		const fields = patient === null ? null : readPatient(patient);
		const gender = fields?.gender;
		return {
			birthDate: fields === null || fields.birthDate === '' ? null : fields.birthDate, sex: gender === 'female' || gender === 'male' ? gender : this.sexOfChart === '' ? null : this.sexOfChart,
			when: this.when, previous: this.#previous
		};
	}

	/** All that was filled in, as JSON data. */
	put(): Readonly<Record<string, unknown>> {
		const { typed, dates, many, units, fillings, sexOfChart, kept, on, backdated, opened } = this;
		return { ...$state.snapshot({ typed, dates, many, units, fillings, on }), sexOfChart, kept, backdated, opened };
	}

	get answers(): Answers {
		return answersOf(this.template, this);
	}

	read(): FormReading {
		return readForm(this.template, this.answers, this.context());
	}

	/** The visit, what was found, and the form as it was answered, to be stored in one act. */
	toSave(request: (resource: FhirResource) => SaveRequest): readonly BatchEntry[] {
		const { encounter, resources, response } = answersToResources(this.template, this.answers, this.context());
		return [{ ...request(encounter), fullUrl: VISIT }, ...[...resources, response].map((resource) => request(inVisit(resource, VISIT)))];
	}
}
