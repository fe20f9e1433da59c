/**
 * All that is owed to one person, the longest overdue first.
 *
 * Computed from what is in the chart whenever it is asked, and kept nowhere: a record that arrives from elsewhere (a dose given at another
 * site) settles what is due without anybody's doing.
 */
import { dayOf } from './calendar.ts';
import type { Due, PatientFacts } from './due.ts';
import { antenatalDue, appointmentsDue, diabetesDue, hypertensionDue, tuberculosisDue } from './follow-up.ts';
import { STANDARD, type Schedule } from './schedule.ts';
import { dueVaccines } from './vaccines.ts';

const RANK: { readonly [state in Due['state']]: number } = { overdue: 0, due: 1, upcoming: 2, scheduled: 3 };

/** What is due on `today` (a FHIR date), overdue or coming, by the schedule of a site. Nothing of the dead. */
export function dueFor(facts: PatientFacts, today: string, schedule: Schedule = STANDARD): readonly Due[] {
	const now = dayOf(today);
	if (now === null || facts.deceased) return [];
	const all = [
		...dueVaccines(facts, today, schedule.immunization), ...antenatalDue(facts, now, schedule.antenatal), ...hypertensionDue(facts, now, schedule.hypertension),
		...diabetesDue(facts, now, schedule.diabetes), ...tuberculosisDue(facts, now, schedule.tuberculosis), ...appointmentsDue(facts, now)
	];
	return all.toSorted((a, b) => RANK[a.state] - RANK[b.state] || b.late - a.late || a.key.localeCompare(b.key));
}
