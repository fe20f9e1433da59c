/**
 * The day's lists of a site: who is overdue, expected, being seen, written about.
 *
 * Made in memory from what the index keeps of every chart (`day-index.ts`), for a day and under the schedule of the site. What programmes say of a
 * person is worked out once and again when one of the person's charts, the day or the schedule moved; linked charts count, so a dose given elsewhere
 * settles what is due here. Never on the disk: it mixes compartments and sites.
 */
import type { Hash, Id } from '../../change/change.ts';
import { canRead } from '../../membership/selectors.ts';
import { dateOf, dayOf } from '../../programmes/calendar.ts';
import type { ChartWork, KeptMessage } from '../../programmes/chart-work.ts';
import type { ProgrammeName } from '../../programmes/due.ts';
import { FOLLOW_LISTS, followed, type Followed, type FollowList } from '../../programmes/follow-list.ts';
import { scheduleOf } from '../../programmes/plan.ts';
import { STANDARD, weekday, type Schedule } from '../../programmes/schedule.ts';
import { shownResource } from '../../merge/assemble.ts';
import { fold } from '../../store/patientIndex.ts';
import { registerChartId } from '../../verify/ids.ts';
import type { ChartRef } from '../api.ts';
import type { ChartEntry } from '../chart-index.ts';
import type { ChartReader } from '../chart-reader.ts';
import { chartName, type LinkBook } from '../link-book.ts';
import { Behind } from '../review/slice.ts';
import type { Session } from '../session.ts';
import type { AppointmentLine, CalendarDay, DayView, FollowCounts, FollowLine, MessageLine, Page, TaskLine, VisitLine, WorkPerson } from '../worklist-api.ts';
import type { DayIndex } from './day-index.ts';
import type { ReadMarks } from './read-marks.ts';

/** ms of working out in one go, and persons between two looks at the clock */
const LONG = 120;
const PERSONS_AT_ONCE = 64;
const DAYS_MAX = 62;
const DAY_MS = 86_400_000;

/** What programmes say of the patients of one site on one day. */
interface SiteDay {
	readonly today: string;
	schedule: Schedule;
	/** the register's heads when the schedule was read */
	scheduleOf: string;
	/** by chart name; null: nothing is due */
	readonly persons: Map<string, Followed | null>;
	/** charts to be worked out */
	readonly due: Set<string>;
	indexVersion: number;
	linksVersion: number;
	/** the overdue and due, in order; null: to be put in order again */
	ordered: readonly FollowLine[] | null;
}

export class Worklist {
	readonly #session: Session;
	readonly #index: DayIndex;
	readonly #links: LinkBook;
	readonly #reader: ChartReader;
	readonly #marks: ReadMarks;
	readonly #now: () => number;
	readonly #pause: () => Promise<void>;
	readonly #sites = new Map<Id, SiteDay>();
	readonly #behind = new Behind();

	constructor(session: Session, index: DayIndex, links: LinkBook, reader: ChartReader, marks: ReadMarks, now: () => number, pause: () => Promise<void>) {
		this.#session = session;
		this.#index = index;
		this.#links = links;
		this.#reader = reader;
		this.#marks = marks;
		this.#now = now;
		this.#pause = pause;
	}

	async day(site: Id, today: string, limit: number): Promise<DayView> {
		const { unread, day } = await this.#upToDate(site, today);
		const lines = this.#ordered(site, day);
		const tasks = this.#tasks(site, true);
		const appointments = this.#appointments(site).filter(({ appointment }) => appointment.start.slice(0, 10) === today && appointment.status !== 'cancelled');
		const visits = this.#visits(site);
		return {
			unread, clinical: this.#session.holds(site, 'clinical'), follow: countsOf(lines), overdue: lines.filter(({ list }) => list === 'pending').slice(0, limit),
			tasks: { ...pageOf(tasks, 0, limit), overdue: tasks.filter(({ task }) => task.due !== '' && task.due < today).length },
			appointments: pageOf(appointments, 0, limit), visits: pageOf(visits, 0, limit), messages: (await this.#messages(site)).filter((line) => line.unread).length
		};
	}

	async followUp({ site, today, list, programme, words, from, limit }: { readonly site: Id; readonly today: string; readonly list: FollowList; readonly programme: ProgrammeName | null; readonly words: string; readonly from: number; readonly limit: number }): Promise<Page<FollowLine> & { readonly counts: FollowCounts; readonly unread: number }> {
		const { unread, day } = await this.#upToDate(site, today);
		const asked = fold(words.slice(0, 100)).split(/\s+/u).filter((word) => word !== '');
		const lines = this.#ordered(site, day).filter(({ dues }) => programme === null || dues.some((due) => due.programme === programme)).filter(({ person }) => matches(person, asked));
		return { ...pageOf(lines.filter((line) => line.list === list), from, limit), counts: countsOf(lines), unread };
	}

	async openTasks({ site, mine, from, limit }: { readonly site: Id; readonly mine: boolean; readonly from: number; readonly limit: number }): Promise<Page<TaskLine> & { readonly unread: number }> {
		const unread = await this.#index.refresh();
		return { ...pageOf(this.#tasks(site, mine), from, limit), unread };
	}

	async calendar(site: Id, from: string, days: number): Promise<readonly CalendarDay[]> {
		await this.#index.refresh();
		const first = dayOf(from) ?? 0;
		const booked = new Map<string, number>();
		for (const { appointment: { start, status } } of this.#appointments(site)) if (status !== 'cancelled') booked.set(start.slice(0, 10), (booked.get(start.slice(0, 10)) ?? 0) + 1);
		const readable = this.#session.holds(site, 'clinical');
		const { schedule } = readable ? await this.#scheduleAt(site) : { schedule: STANDARD };
		return Array.from({ length: Math.max(0, Math.min(days, DAYS_MAX)) }, (_, i): CalendarDay => {
			const day = dateOf(first + i);
			return { day, booked: booked.get(day) ?? 0, capacity: readable ? (schedule['clinic-days'].capacity[weekday(first + i)] ?? 0) : null };
		});
	}

	async appointmentsOn(site: Id, day: string): Promise<readonly AppointmentLine[]> {
		await this.#index.refresh();
		return this.#appointments(site).filter(({ appointment }) => appointment.start.slice(0, 10) === day);
	}

	async inbox(site: Id, from: number, limit: number): Promise<Page<MessageLine> & { readonly unread: number }> {
		const unread = await this.#index.refresh();
		return { ...pageOf(await this.#messages(site), from, limit), unread };
	}

	async messagesOf(ref: ChartRef): Promise<readonly MessageLine[]> {
		await this.#index.refresh();
		const read = await this.#marks.ids();
		const charts = this.#links.person(ref).flatMap((one) => this.#index.of(one));
		return charts.flatMap(({ messages }) => messages).map((message) => this.#messageLine(ref, message, read)).sort((a, b) => a.message.at - b.message.at);
	}

	async household(ref: ChartRef, today: string): Promise<{ readonly tasks: readonly TaskLine[]; readonly overdue: readonly FollowLine[] }> {
		const { day } = await this.#upToDate(ref.site, today);
		const phone = this.#session.index.get(ref.site, ref.chart)?.phone ?? null;
		const own = new Set(this.#links.person(ref).map(chartName));
		const shares = (person: WorkPerson): boolean => phone !== null && person.phone === phone && !own.has(chartName(person));
		return { tasks: this.#tasks(ref.site, false).filter(({ person }) => shares(person)), overdue: this.#ordered(ref.site, day).filter(({ person, list }) => shares(person) && list === 'pending') };
	}

	/** The site's day, as far as it is worked out; the rest follows behind. */
	async #upToDate(site: Id, today: string): Promise<{ readonly unread: number; readonly day: SiteDay }> {
		const left = await this.#index.refresh();
		const day = await this.#siteDay(site, today);
		await this.#workOut(site, day);
		this.#behind.run(() => day.due.size > 0 && this.#sites.get(site) === day && !this.#session.closed, async () => {
			await this.#pause();
			await this.#workOut(site, day);
		});
		return { unread: left + day.due.size, day };
	}

	async #siteDay(site: Id, today: string): Promise<SiteDay> {
		const moved = this.#index.takeMoved();
		for (const [at, known] of this.#sites) this.#note(at, known, moved);
		const known = this.#sites.get(site);
		const { schedule, heads } = await this.#scheduleAt(site);
		if (known?.today === today) {
			if (known.scheduleOf !== heads) [known.schedule, known.scheduleOf] = [schedule, (this.#all(site, known), heads)];
			return known;
		}
		const day: SiteDay = { today, schedule, scheduleOf: heads, persons: new Map(), due: new Set(), indexVersion: this.#session.index.version, linksVersion: this.#session.index.linksVersion, ordered: null };
		// of yesterday nothing is kept
		this.#sites.set(site, day);
		this.#all(site, day);
		return day;
	}

	/** What moved since: the charts themselves, and whoever is linked to them. */
	#note(site: Id, day: SiteDay, moved: ReadonlySet<string> | null): void {
		const { index } = this.#session;
		if (moved === null || day.linksVersion !== index.linksVersion) this.#all(site, day);
		else if (moved.size > 0 || day.indexVersion !== index.version) {
			day.ordered = null;
			for (const name of moved) {
				const [at, chart] = name.split('/') as [Id, Id];
				for (const ref of this.#links.person({ site: at, chart })) if (ref.site === site) day.due.add(chartName(ref));
			}
		}
		[day.indexVersion, day.linksVersion] = [index.version, index.linksVersion];
	}

	#all(site: Id, day: SiteDay): void {
		day.persons.clear();
		day.due.clear();
		day.ordered = null;
		for (const { chart } of this.#patients(site)) day.due.add(chartName({ site, chart }));
	}

	*#patients(site: Id): Generator<ChartEntry> {
		for (const entry of this.#session.index.all()) if (entry.site === site && entry.identity !== null) yield entry;
	}

	/** Works out persons for as long as a screen can wait. */
	async #workOut(site: Id, day: SiteDay): Promise<void> {
		const began = this.#now();
		let worked = 0;
		for (const name of day.due) {
			if (worked > 0 && worked % PERSONS_AT_ONCE === 0 && Math.abs(this.#now() - began) >= LONG) break;
			day.due.delete(name);
			worked++;
			const entry = this.#session.index.get(site, name.slice(site.length + 1) as Id);
			day.persons.set(name, entry === null || entry.identity === null ? null : this.#follow(entry, day));
		}
		if (worked > 0) day.ordered = null;
	}

	#follow(entry: ChartEntry, { today, schedule }: SiteDay): Followed | null {
		const sex = entry.gender === 'female' || entry.gender === 'male' ? entry.gender : null;
		const works: readonly ChartWork[] = this.#links.person(entry).flatMap((ref) => this.#index.of(ref));
		return followed({ birthDate: entry.birthDate, sex, deceased: entry.deceased }, works, today, this.#now(), schedule);
	}

	/** The schedule of a site from its register, read again when the register moved. */
	async #scheduleAt(site: Id): Promise<{ readonly schedule: Schedule; readonly heads: string }> {
		const { state, self } = this.#session;
		if (state === null || !canRead(state, self.actor, site, 'clinical')) return { schedule: STANDARD, heads: '' };
		const register = await this.#reader.state({ site, chart: registerChartId(site) });
		const plans = [...(register?.resources.values() ?? [])].filter(({ type, retracted }) => type === 'PlanDefinition' && !retracted);
		return { schedule: scheduleOf(plans.map((plan) => ({ id: plan.id, resource: shownResource(plan) }))).schedule, heads: plans.flatMap(({ heads }) => heads).sort().join(' ') };
	}

	#ordered(site: Id, day: SiteDay): readonly FollowLine[] {
		day.ordered ??= [...day.persons].flatMap(([name, of]): readonly FollowLine[] => {
			const person = of === null ? null : this.#person({ site, chart: name.slice(site.length + 1) as Id });
			return of === null || person === null ? [] : [this.#followLine(person, of)];
		}).sort((a, b) => b.late - a.late || (a.person.chart < b.person.chart ? -1 : 1));
		return day.ordered;
	}

	#followLine(person: WorkPerson, { list, dues, late, call, seen }: Followed): FollowLine {
		return { person, list, dues, late, call: call === null ? null : { ...call, member: this.#session.authorName(call.by as Hash) }, seen: seen === 0 ? null : seen };
	}

	#person({ site, chart }: ChartRef): WorkPerson | null {
		const entry = this.#session.index.get(site, chart);
		if (entry === null || entry.identity === null) return null;
		const { name, birthDate, gender, village, phone, deceased } = entry;
		return { site, chart, name, birthDate, gender, village, phone, deceased };
	}

	/** Lines of one kind over all charts of a site. */
	#lines<Part, Line>(site: Id, comp: 'desk' | 'clinical', parts: (work: ChartWork) => readonly Part[], line: (person: WorkPerson, part: Part) => Line | null): Line[] {
		const lines: Line[] = [];
		for (const { ref, work } of this.#index.at(site, comp)) {
			const own = parts(work);
			const person = own.length === 0 ? null : this.#person(ref);
			if (person === null) continue;
			for (const part of own) {
				const made = line(person, part);
				if (made !== null) lines.push(made);
			}
		}
		return lines;
	}

	#author(actor: string): string {
		return this.#session.authorName(actor as Hash);
	}

	#memberName(member: string): string {
		return member === '' ? '' : this.#session.memberName(member as Id);
	}

	/** Those without a day come last. */
	#tasks(site: Id, mine: boolean): readonly TaskLine[] {
		const self = this.#session.user.member;
		return this.#lines(site, 'clinical', ({ tasks }) => tasks, (person, task): TaskLine | null =>
			mine && task.owner !== '' && task.owner !== self ? null : { person, task, from: this.#author(task.by), owner: this.#memberName(task.owner) })
			.sort((a, b) => (a.task.due === '' ? '9' : a.task.due).localeCompare(b.task.due === '' ? '9' : b.task.due) || Number(b.task.urgent) - Number(a.task.urgent) || (a.task.id < b.task.id ? -1 : 1));
	}

	#appointments(site: Id): readonly AppointmentLine[] {
		return this.#lines(site, 'desk', ({ appointments }) => appointments, (person, appointment): AppointmentLine => ({ person, appointment }))
			.sort((a, b) => a.appointment.start.localeCompare(b.appointment.start) || a.person.name.localeCompare(b.person.name) || (a.appointment.id < b.appointment.id ? -1 : 1));
	}

	/** Begun within two days: what nobody ended since was forgotten, and is in the chart. */
	#visits(site: Id): readonly VisitLine[] {
		const recent = this.#now() - 2 * DAY_MS;
		return this.#lines(site, 'clinical', ({ visits }) => visits, (person, visit): VisitLine | null => (Date.parse(visit.since) < recent ? null : { person, visit }))
			.sort((a, b) => a.visit.since.localeCompare(b.visit.since) || (a.visit.id < b.visit.id ? -1 : 1));
	}

	async #messages(site: Id): Promise<readonly MessageLine[]> {
		const read = await this.#marks.ids();
		return this.#lines(site, 'clinical', ({ messages }) => messages, (person, message) => this.#messageLine(person, message, read))
			.filter(({ mine, message }) => mine || message.to.length === 0 || message.to.includes(this.#session.user.member))
			.sort((a, b) => b.message.at - a.message.at || (a.message.id < b.message.id ? -1 : 1));
	}

	#messageLine(ref: ChartRef, message: KeptMessage, read: ReadonlySet<Id>): MessageLine {
		const person = this.#person(ref) ?? { site: ref.site, chart: ref.chart, name: '', birthDate: null, gender: null, village: null, phone: null, deceased: false };
		const mine = this.#session.state?.actors.get(message.by as Hash)?.member === this.#session.user.member;
		const forMe = message.to.length === 0 || message.to.includes(this.#session.user.member);
		return { person, message, from: this.#author(message.by), to: message.to.map((member) => this.#memberName(member)), mine, unread: !mine && forMe && !read.has(message.id as Id) };
	}
}

const pageOf = <T>(lines: readonly T[], from: number, limit: number): Page<T> => ({ total: lines.length, rows: lines.slice(from, from + limit) });

function countsOf(lines: readonly FollowLine[]): FollowCounts {
	const counts = Object.fromEntries(FOLLOW_LISTS.map((list) => [list, 0])) as { [list in FollowList]: number };
	for (const { list } of lines) counts[list]++;
	return counts;
}

function matches({ name, village }: WorkPerson, asked: readonly string[]): boolean {
	if (asked.length === 0) return true;
	const own = fold(`${name} ${village ?? ''}`).split(/[^\p{L}\p{N}]+/u);
	return asked.every((word) => own.some((one) => one.startsWith(word)));
}
