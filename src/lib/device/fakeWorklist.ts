/** The day's lists of the fake device: a made-up morning, enough to look at each screen. */
import type { OrdersApi } from '$sync/device/orders-api.ts';
import type { FollowLine, WorklistApi, WorkPerson } from '$sync/device/worklist-api.ts';
import { dateOf, dayOf } from '$sync/programmes/calendar.ts';
import { FOLLOW_LISTS, type FollowList } from '$sync/programmes/follow-list.ts';
import { ok } from '$sync/result.ts';
import { A, hash, id, NOW } from './fakeMembers.ts';
import { FakeReviews } from './fakeReviews.ts';

type Answer<F extends keyof WorklistApi> = ReturnType<WorklistApi[F]>;
const person = (n: number, name: string, more: Partial<WorkPerson> = {}): WorkPerson => ({ site: A, chart: id(20 + n), name, birthDate: '2025-06-14', gender: 'male', village: 'Bwera', phone: '0772123456', deceased: false, ...more });
const joseph = person(2, 'Joseph Okello');
const grace = person(0, 'Grace Mbabazi', { birthDate: '1991-03-04', gender: 'female' });
const before = (days: number): string => dateOf((dayOf(new Date(NOW).toISOString()) ?? 0) - days);
const line = (list: FollowList, late: number, more: Partial<FollowLine> = {}): FollowLine => ({
	person: joseph, list, late, call: null, seen: NOW - 60 * 86_400_000,
	dues: [{ programme: 'immunization', key: 'immunization/measles/1', what: { kind: 'vaccine', vaccine: 'Measles-rubella', dose: 1, doses: 2 }, state: late > 0 ? 'overdue' : 'due', on: before(late), late, form: 'immunization-visit', source: 'WHO' }], ...more
});

export abstract class FakeWorklist extends FakeReviews implements WorklistApi, OrdersApi {
	async openOrders(): ReturnType<OrdersApi['openOrders']> {
		const referral = { id: id(95), what: 'Ultrasound', reason: 'Pain since a week', urgency: 'urgent' as const, site: A, to: 'Bwera Health Post', on: `${before(3)}T09:00:00+03:00`, status: 'active' };
		return ok({
			unread: 0, incoming: { total: 1, rows: [{ person: grace, referral, state: 'sent' as const, from: 'Katwe Clinic', to: 'Bwera Health Post' }] },
			outgoing: { total: 1, rows: [{ person: joseph, referral: { ...referral, id: id(96), what: 'Surgery', urgency: 'stat' as const, to: 'District Hospital' }, state: 'answered' as const, from: 'Bwera Health Post', to: 'District Hospital' }] },
			laboratory: { total: 2, rows: [{ person: grace, order: { id: id(97), panel: 'haemoglobin', what: '', state: 'resulted' as const, critical: true, urgent: true, on: `${before(0)}T08:00:00+03:00` } }, { person: joseph, order: { id: id(98), panel: 'malaria-rdt', what: '', state: 'ordered' as const, critical: false, urgent: false, on: `${before(1)}T08:00:00+03:00` } }] }
		});
	}

	#lines: readonly FollowLine[] = [line('pending', 41), line('agreed', 12, { person: grace, call: { id: id(90), outcome: 'agreed', until: before(-2), reason: '', note: '', by: hash(5), at: NOW, member: 'Nurse Amina' } }), line('due', 0, { person: grace })];
	#counts = Object.fromEntries(FOLLOW_LISTS.map((list) => [list, this.#lines.filter((one) => one.list === list).length])) as { [list in FollowList]: number };
	#tasks = [{ person: grace, task: { id: id(91), what: 'Home visit after birth', due: before(1), urgent: true, owner: '', by: hash(6), at: NOW }, from: 'Dr. Okello', owner: '' }];
	#appointments = [{ person: grace, appointment: { id: id(92), start: `${before(0)}T09:30:00+03:00`, minutes: 15, status: 'booked' as const, what: 'Blood pressure', made: before(20) } }];
	#messages = [{ person: grace, message: { id: id(93), words: 'Please check the dressing on Friday.', to: [], urgent: false, answers: '', by: hash(6), at: NOW - 3_600_000 }, from: 'Dr. Okello', to: [], mine: false, unread: true }];

	async day(): Answer<'day'> {
		return ok({ unread: 0, clinical: true, tasks: { total: 1, rows: this.#tasks, overdue: 1 }, follow: this.#counts, overdue: this.#lines.slice(0, 1), appointments: { total: 1, rows: this.#appointments }, visits: { total: 0, rows: [] }, messages: 1 });
	}
	async followUp({ list }: Parameters<WorklistApi['followUp']>[0]): Answer<'followUp'> {
		const rows = this.#lines.filter((one) => one.list === list);
		return ok({ total: rows.length, rows, counts: this.#counts, unread: 0 });
	}
	async openTasks(): Answer<'openTasks'> { return ok({ total: 1, rows: this.#tasks, unread: 0 }); }
	async calendar({ from, days }: Parameters<WorklistApi['calendar']>[0]): Answer<'calendar'> {
		return ok(Array.from({ length: days }, (_, i) => ({ day: dateOf((dayOf(from) ?? 0) + i), booked: (i * 7) % 31, capacity: 30 })));
	}
	async appointmentsOn(): Answer<'appointmentsOn'> { return ok(this.#appointments); }
	async inbox(): Answer<'inbox'> { return ok({ total: 1, rows: this.#messages, unread: 0 }); }
	async messagesOf(): Answer<'messagesOf'> { return ok(this.#messages); }
	async readMessages(): Answer<'readMessages'> { return ok(null); }
	async household(): Answer<'household'> { return ok({ tasks: [], overdue: [] }); }
}
