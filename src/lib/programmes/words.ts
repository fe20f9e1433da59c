/** What is due, in words. */
import { m } from '$lib/paraglide/messages.js';
import type { Due, DueState } from '$sync/programmes/due.ts';
import type { GridState } from '$sync/programmes/vaccines.ts';
import type { IconName } from '$lib/ui/icons.ts';

export function dueWhat(due: Due): string {
	switch (due.what.kind) {
		case 'vaccine': return m.due_vaccine({ vaccine: due.what.vaccine, dose: due.what.dose });
		case 'contact': return m.due_contact({ number: due.what.number, week: due.what.week });
		case 'sputum': return m.due_sputum({ month: due.what.month });
		case 'appointment': return due.what.description === '' ? m.due_appointment_plain() : m.due_appointment({ what: due.what.description });
		case 'visit': return m.due_visit({ programme: due.programme === 'diabetes' ? m.programme_diabetes() : due.programme === 'tuberculosis' ? m.programme_tuberculosis() : m.programme_hypertension() });
	}
}

export function dueStateName(state: DueState, late: number): string {
	switch (state) {
		case 'overdue': return m.due_overdue({ days: late });
		case 'due': return m.due_now();
		case 'upcoming': return m.due_upcoming();
		case 'scheduled': return m.due_scheduled();
	}
}

export const gridStates: Readonly<Record<GridState, { readonly name: () => string; readonly icon: IconName; readonly look: string }>> = {
	given: { name: m.grid_given, icon: 'check', look: 'bg-good-soft text-good border-good' }, historical: { name: m.grid_historical, icon: 'check', look: 'bg-paper text-ink border-line' },
	'not-given': { name: m.grid_not_given, icon: 'none', look: 'bg-warn-soft text-warn border-warn-line' }, missed: { name: m.grid_missed, icon: 'unknown', look: 'bg-ground text-muted border-line' },
	due: { name: m.grid_due, icon: 'warning', look: 'bg-warn-soft text-warn border-warn-line' }, overdue: { name: m.grid_overdue, icon: 'danger', look: 'bg-danger-soft text-danger border-danger' },
	upcoming: { name: m.grid_upcoming, icon: 'waiting', look: 'bg-paper text-ink border-line' }, scheduled: { name: m.grid_scheduled, icon: 'waiting', look: 'bg-paper text-muted border-hair' }
};
