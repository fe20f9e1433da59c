/** The day's lists in words. */
import type { FollowLine } from '$sync/device/worklist-api.ts';
import type { AppointmentStatus, KeptAppointment } from '$sync/programmes/chart-work.ts';
import { dateOf, dayOf } from '$sync/programmes/calendar.ts';
import type { ProgrammeName } from '$sync/programmes/due.ts';
import type { FollowList } from '$sync/programmes/follow-list.ts';
import { weekday, type ScheduleName } from '$sync/programmes/schedule.ts';
import { m } from '$lib/paraglide/messages.js';
import { formatFhirDate, formatInstant } from '$lib/format/date.ts';
import { CALL_REASONS, type CallReason } from '$lib/fhir/work.ts';
import { outcomeNames } from './outcomes.ts';
import { dueWhat } from '$lib/programmes/words.ts';

export const listNames: Readonly<Record<FollowList, () => string>> = { pending: m.follow_pending, agreed: m.follow_agreed, later: m.follow_later, removed: m.follow_removed, away: m.follow_away, due: m.follow_due, upcoming: m.follow_upcoming };
export const programmeNames: Readonly<Record<ProgrammeName, () => string>> = {
	immunization: m.programme_immunization, antenatal: m.programme_antenatal, hypertension: m.programme_hypertension, diabetes: m.programme_diabetes, tuberculosis: m.programme_tuberculosis, appointment: m.programme_appointment
};
export const scheduleNames: Readonly<Record<ScheduleName, () => string>> = {
	immunization: m.programme_immunization, antenatal: m.programme_antenatal, hypertension: m.programme_hypertension, diabetes: m.programme_diabetes, tuberculosis: m.programme_tuberculosis, 'clinic-days': m.schedule_clinic_days
};
const reasons: Readonly<Record<CallReason, () => string>> = {
	died: m.call_reason_died, moved: m.call_reason_moved, elsewhere: m.call_reason_elsewhere, refuses: m.call_reason_refuses, number: m.call_reason_number, other: m.call_reason_other
};
export const reasonOptions = (): readonly { readonly value: CallReason; readonly label: string }[] => CALL_REASONS.map((value) => ({ value, label: reasons[value]() }));

const WEEKDAYS = [m.weekday_1, m.weekday_2, m.weekday_3, m.weekday_4, m.weekday_5, m.weekday_6, m.weekday_7] as const;
export const weekdayName = (index: number): string => WEEKDAYS[index]?.() ?? '';

/** A day ahead with its weekday: `Tuesday, 18-Aug-2026`. */
export function dayInWords(day: string): string {
	const count = dayOf(day);
	return count === null ? formatFhirDate(day) : `${weekdayName(weekday(count))}, ${formatFhirDate(dateOf(count))}`;
}

export const dayAfter = (day: string, days: number): string => dateOf((dayOf(day) ?? 0) + days);

/** `4 days overdue`, `Due today`, `Due in 3 days`. */
export const lateInWords = (late: number): string => (late > 0 ? m.follow_late({ count: late }) : late === 0 ? m.follow_now() : m.follow_in({ count: -late }));

/** The first things that are due, and how many more. */
export function duesInWords({ dues }: FollowLine, most = 3): string {
	const words = dues.slice(0, most).map(dueWhat);
	return dues.length > most ? `${words.join('; ')} ${m.follow_more({ count: dues.length - most })}` : words.join('; ');
}

export function callInWords({ call }: FollowLine): string {
	if (call === null) return '';
	const reason = CALL_REASONS.find((one) => one === call.reason);
	const outcome = reason === undefined ? outcomeNames[call.outcome]() : `${outcomeNames[call.outcome]()} (${reasons[reason]()})`;
	const about = { outcome, member: call.member, time: formatInstant(call.at) };
	return call.until === '' ? m.follow_said(about) : m.follow_said_until({ ...about, date: formatFhirDate(call.until) });
}

export function statusInWords(status: AppointmentStatus): string {
	switch (status) {
		case 'arrived': case 'checked-in': case 'fulfilled': return m.appointment_state_arrived();
		case 'noshow': return m.appointment_state_noshow();
		case 'cancelled': return m.appointment_state_cancelled();
		case 'booked': return m.appointment_state_booked();
		case 'waitlist': return m.appointment_state_waiting();
		case 'proposed': case 'pending': return m.appointment_state_proposed();
	}
}

/** `09:30` in the zone of this device, or that any time of the day will do. */
export function timeInWords({ start }: Pick<KeptAppointment, 'start'>): string {
	const at = start.includes('T') ? new Date(start) : null;
	if (at === null || Number.isNaN(at.getTime())) return m.appointment_any_time();
	return `${String(at.getHours()).padStart(2, '0')}:${String(at.getMinutes()).padStart(2, '0')}`;
}

export const isOpen = ({ status }: Pick<KeptAppointment, 'status'>): boolean => ['proposed', 'pending', 'booked', 'waitlist'].includes(status);
