/**
 * The day's work over all patients of a site: the first screen, follow-up lists, calendar, tasks, messages.
 *
 * Answers are what is known at once. `unread` says how many charts have not been looked at yet (after a first exchange, or an update of the app):
 * while it is not 0, asking again soon gives more. Writing is `save`, as for any entry. Days are FHIR dates of the calendar that the person sees.
 */
import type { Id } from '../change/change.ts';
import type { KeptAppointment, KeptCall, KeptMessage, OpenTask, OpenVisit } from '../programmes/chart-work.ts';
import type { Due, ProgrammeName } from '../programmes/due.ts';
import type { FollowList } from '../programmes/follow-list.ts';
import type { ChartRef, Outcome } from './api.ts';

/** Whom a line of a list is about. */
export interface WorkPerson extends ChartRef {
	readonly name: string; readonly birthDate: string | null; readonly gender: string | null; readonly village: string | null; readonly phone: string | null; readonly deceased: boolean;
}

export interface TaskLine { readonly person: WorkPerson; readonly task: OpenTask; /** who gave it, who is to do it; '' where nobody is named */ readonly from: string; readonly owner: string }
export interface AppointmentLine { readonly person: WorkPerson; readonly appointment: KeptAppointment }
export interface VisitLine { readonly person: WorkPerson; readonly visit: OpenVisit }
export interface MessageLine { readonly person: WorkPerson; readonly message: KeptMessage; readonly from: string; /** names; empty: everybody at the site */ readonly to: readonly string[]; readonly mine: boolean; readonly unread: boolean }
export interface FollowLine {
	readonly person: WorkPerson;
	readonly list: FollowList;
	readonly dues: readonly Due[];
	/** days overdue; negative: days until it is due */
	readonly late: number;
	readonly call: (KeptCall & { readonly member: string }) | null;
	/** ms since 1970 of the last visit, null when none is known */
	readonly seen: number | null;
}

export type FollowCounts = { readonly [list in FollowList]: number };
/** A part of a list, and how long all of it is. */
export interface Page<T> { readonly total: number; readonly rows: readonly T[] }

export interface DayView {
	readonly unread: number;
	/** the clinical part is readable and kept here: without it there are appointments alone */
	readonly clinical: boolean;
	readonly tasks: Page<TaskLine> & { readonly overdue: number };
	readonly follow: FollowCounts;
	/** those to be called, the longest overdue first */
	readonly overdue: readonly FollowLine[];
	readonly appointments: Page<AppointmentLine>;
	readonly visits: Page<VisitLine>;
	/** messages to this user that were not opened on this device */
	readonly messages: number;
}

export interface CalendarDay { readonly day: string; readonly booked: number; /** how many there is time for; null: not known to this role */ readonly capacity: number | null }

interface AtSite { readonly site: Id; /** FHIR date */ readonly today: string }
interface Part { /** rows to pass over */ readonly from: number; readonly limit: number }

export interface WorklistApi {
	/** The first screen. `limit`: rows of each part. */
	day(request: AtSite & { readonly limit: number }): Promise<Outcome<DayView>>;
	/** A follow-up list, the longest overdue first. `words`: the beginnings of words of name or village. */
	followUp(request: AtSite & Part & { readonly list: FollowList; readonly programme: ProgrammeName | null; readonly words: string }): Promise<Outcome<Page<FollowLine> & { readonly counts: FollowCounts; readonly unread: number }>>;
	/** Open tasks by the day on which they are due. `mine`: for this user or for nobody in particular. */
	openTasks(request: AtSite & Part & { readonly mine: boolean }): Promise<Outcome<Page<TaskLine> & { readonly unread: number }>>;
	/** Days from `from` on, and who is expected. At most 62 days. */
	calendar(request: { readonly site: Id; readonly from: string; readonly days: number }): Promise<Outcome<readonly CalendarDay[]>>;
	appointmentsOn(request: { readonly site: Id; readonly day: string }): Promise<Outcome<readonly AppointmentLine[]>>;
	/** Messages to this user, or from them, of all patients of the site; the newest first. */
	inbox(request: { readonly site: Id } & Part): Promise<Outcome<Page<MessageLine> & { readonly unread: number }>>;
	/** Messages of one chart, the oldest first. Nothing is marked as read by it. */
	messagesOf(ref: ChartRef): Promise<Outcome<readonly MessageLine[]>>;
	/** Marks messages as read on this device, for this user; nobody else is told. */
	readMessages(ids: readonly Id[]): Promise<Outcome<null>>;
	/** Open tasks and overdue people that share a telephone number with the chart's person: its household, as far as that tells. */
	household(request: AtSite & { readonly ref: ChartRef }): Promise<Outcome<{ readonly tasks: readonly TaskLine[]; readonly overdue: readonly FollowLine[] }>>;
}
