/**
 * A visit being recorded with a form: what was typed, as it was typed, and what the form makes of it. It stays with the session until it is
 * saved or thrown away. What was already stored when a save broke off is remembered, so that trying again records nothing twice.
 */
import type { Outcome } from '$sync/device/api.ts';
import { answersToResources, inVisit } from '$sync/forms/record.ts';
import { firstAnswer, readForm, FILLINGS_MAX, type Answers, type FormContext, type FormState as FormReading } from '$sync/forms/answers.ts';
import { previousIn } from '$sync/forms/chart.ts';
import type { Form, Item } from '$sync/forms/form.ts';
import type { Sex } from '$sync/growth/standard.ts';
import type { FhirResource } from '$sync/fhir/resource.ts';
import { ok } from '$sync/result.ts';
import type { ChartRecord } from '$lib/chart/record.svelte.ts';
import { readPatient } from '$lib/fhir/patient.ts';
import { typeable } from '$lib/format/number.ts';
import { readDate, typedDate, type TypedDate } from '$lib/format/partialDate.ts';
import { fhirDateTime } from '$lib/format/date.ts';
import { FormState } from '$lib/ui/form.svelte.ts';
import { answersOf, placeIn, StoredOnce, type Typed } from './typed.ts';

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
	readonly opened = fhirDateTime(Date.now());
	readonly #stored = new StoredOnce();
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

	get answers(): Answers {
		return answersOf(this.template, this);
	}

	read(): FormReading {
		return readForm(this.template, this.answers, this.context());
	}

	/** Stores the visit, what was found, and the form as it was answered, in this order. */
	async store(save: (resource: FhirResource) => Promise<Outcome<{ readonly id: string }>>): Promise<Outcome<null>> {
		const { encounter, resources, response } = answersToResources(this.template, this.answers, this.context());
		const visit = await this.#stored.save(encounter, save);
		if (!visit.ok) return visit;
		for (const resource of [...resources, response]) {
			const outcome = await this.#stored.save(inVisit(resource, visit.value), save);
			if (!outcome.ok) return outcome;
		}
		return ok(null);
	}
}
