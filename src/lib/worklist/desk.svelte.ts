/** What is done from the day's lists: one act at a time, said afterwards in words, and the form that is open over a list. */
import type { ChartRef, Outcome } from '$sync/device/api.ts';
import type { AppointmentLine, TaskLine } from '$sync/device/worklist-api.ts';
import type { FhirResource } from '$sync/fhir/resource.ts';
import type { Session } from '$lib/device/session.svelte.ts';
import { appointmentStatus, finishTask, readAppointment, writeAppointment } from '$lib/fhir/work.ts';
import { fhirDateTime, formatFhirDate, today } from '$lib/format/date.ts';
import { refusal } from '$lib/language/refusals.ts';
import { m } from '$lib/paraglide/messages.js';
import { changeEntry } from './act.ts';
import type { AppointmentAct } from './AppointmentRow.svelte';
import { dayAfter } from './words.ts';

export interface OpenForm { readonly kind: 'call' | 'appointment' | 'task' | 'message'; readonly ref: ChartRef; readonly entry: string | null; readonly name: string }

export class WorkDesk {
	busy = $state(false);
	said = $state<string | null>(null);
	problem = $state<string | null>(null);
	form = $state.raw<OpenForm | null>(null);
	readonly #session: Session;

	constructor(session: Session) {
		this.#session = session;
	}

	open(kind: OpenForm['kind'], person: ChartRef & { readonly name: string }, entry: string | null = null): void {
		[this.said, this.problem] = [null, null];
		this.form = { kind, ref: { site: person.site, chart: person.chart }, entry, name: person.name };
	}

	/** The open form was left; `outcome`: what was stored, in words. */
	closed(outcome: string | null): void {
		const name = this.form?.name ?? '';
		if (outcome !== null) this.said = `${m.call_done({ outcome, name })}. ${m.custody_this_device()}`;
		this.form = null;
	}

	async finish({ person, task }: TaskLine): Promise<boolean> {
		return this.#run(() => changeEntry(this.#session, person, task.id, (resource) => finishTask(resource, fhirDateTime(Date.now()))), m.task_done_of({ what: task.what, name: person.name }));
	}

	async appointment(line: AppointmentLine, act: AppointmentAct): Promise<void> {
		const { person, appointment } = line;
		if (act.kind === 'change') return this.open('appointment', person, appointment.status === 'noshow' ? null : appointment.id);
		const { kind } = act;
		if (kind !== 'move') {
			const words = { arrived: m.appointment_arrived_of, noshow: m.appointment_noshow_of, cancelled: m.appointment_cancel_of }[kind]({ name: person.name });
			await this.#run(() => changeEntry(this.#session, person, appointment.id, (resource) => appointmentStatus(resource, kind)), words);
			return;
		}
		const day = dayAfter(today(Date.now()), act.days);
		const moved = (before: FhirResource | null, of: FhirResource): FhirResource => writeAppointment(before, { ...readAppointment(of), day }, fhirDateTime, fhirDateTime(Date.now()));
		// that somebody stayed away is kept: another day is another appointment then
		await this.#run(() => (appointment.status === 'noshow' ? this.#anew(line, day) : changeEntry(this.#session, person, appointment.id, (resource) => moved(resource, resource))), m.appointment_moved({ date: formatFhirDate(day), name: person.name }));
	}

	#anew({ person, appointment }: AppointmentLine, day: string): Promise<Outcome<unknown>> {
		const { time, what } = readAppointment({ resourceType: 'Appointment', ...(appointment.start.includes('T') ? { start: appointment.start } : {}), description: appointment.what });
		return this.#session.device.save({ ref: { site: person.site, chart: person.chart }, comp: 'desk', resource: writeAppointment(null, { day, time, what }, fhirDateTime, fhirDateTime(Date.now())), heads: [] });
	}

	async #run(act: () => Promise<Outcome<unknown>>, words: string): Promise<boolean> {
		if (this.busy) return false;
		this.busy = true;
		const outcome = await act();
		this.busy = false;
		this.problem = outcome.ok ? null : refusal(outcome.error);
		this.said = outcome.ok ? `${words}. ${m.custody_this_device()}` : null;
		return outcome.ok;
	}
}
