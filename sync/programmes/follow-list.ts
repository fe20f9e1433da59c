/**
 * Who is to be looked after, and in which list a person who is overdue stands: to be called, agreed to come, to be called later, not to be called any
 * more, or away for a year (the outcomes of Simple's overdue list).
 *
 * A call counts until the next visit; what was agreed until its day has passed. Nothing is kept: the answer follows from the chart's entries
 * and the day.
 */
import type { Json } from '../change/change.ts';
import { dayOf } from './calendar.ts';
import type { ChartWork, KeptAppointment, KeptCall } from './chart-work.ts';
import type { Due, PatientFacts } from './due.ts';
import { entryOf } from './kept-facts.ts';
import { dueFor } from './programmes.ts';
import type { Schedule } from './schedule.ts';

export const FOLLOW_LISTS = ['pending', 'agreed', 'later', 'removed', 'away', 'due', 'upcoming'] as const;
/** `pending` to `away`: the overdue. `due`: due and not overdue; `upcoming`: within four weeks. */
export type FollowList = (typeof FOLLOW_LISTS)[number];

/** Days without a visit after which somebody is away. */
export const AWAY_DAYS = 365;
/** Days for which an agreement to come counts when no day was named. */
const AGREED_DAYS = 7;
const DAY_MS = 86_400_000;

export interface Followed {
	readonly list: FollowList;
	/** what is overdue, due or coming, the longest overdue first */
	readonly dues: readonly Due[];
	/** days since the longest overdue was due; negative where nothing is due yet */
	readonly late: number;
	/** the call that counts, null for none */
	readonly call: KeptCall | null;
	/** ms since 1970 of the last visit; 0: none is known */
	readonly seen: number;
}

type Person = Pick<PatientFacts, 'birthDate' | 'sex' | 'deceased'>;

const asResource = ({ id, start, status, what, made }: KeptAppointment): PatientFacts['resources'][number] => {
	const elements: { [name: string]: Json } = { id, status, start };
	if (what !== '') elements['description'] = what;
	if (made !== '') elements['created'] = made;
	return { resourceType: 'Appointment', ...elements };
};

/** A person's day, from what is kept of their charts. Null: nothing is due in the next four weeks. `now`: ms since 1970, within `today` (a FHIR date). */
export function followed(person: Person, works: readonly ChartWork[], today: string, now: number, schedule: Schedule): Followed | null {
	const appointments = works.flatMap((work) => work.appointments);
	const resources = [...works.flatMap((work) => work.facts.map(entryOf)), ...appointments.map(asResource)];
	const dues = dueFor({ ...person, resources }, today, schedule).filter(({ state }) => state !== 'scheduled');
	const [first] = dues;
	if (first === undefined) return null;
	const seen = Math.max(0, ...works.map((work) => work.seen));
	const call = lastCall(works, seen);
	const list = first.state === 'overdue' ? overdueList(call, appointments, seen, first.late, today, now) : first.state === 'due' ? 'due' : 'upcoming';
	return { list, dues, late: Math.max(...dues.map(({ late }) => late)), call, seen };
}

/** The last call since the last visit. */
function lastCall(works: readonly ChartWork[], seen: number): KeptCall | null {
	const calls = works.flatMap(({ call }) => (call === null || call.at <= seen ? [] : [call]));
	return calls.sort((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1))[0] ?? null;
}

function overdueList(call: KeptCall | null, appointments: readonly KeptAppointment[], seen: number, late: number, today: string, now: number): FollowList {
	const day = dayOf(today) ?? 0;
	if (call?.outcome === 'removed') return 'removed';
	if (call?.outcome === 'later' && (dayOf(call.until) ?? -Infinity) > day) return 'later';
	const agreedUntil = call?.outcome === 'agreed' ? (dayOf(call.until) ?? Math.floor(call.at / DAY_MS) + AGREED_DAYS) : -Infinity;
	if (agreedUntil >= day || appointments.some(({ status, start }) => ['proposed', 'pending', 'booked'].includes(status) && start.slice(0, 10) >= today)) return 'agreed';
	return (seen === 0 ? late : (now - seen) / DAY_MS) > AWAY_DAYS ? 'away' : 'pending';
}
