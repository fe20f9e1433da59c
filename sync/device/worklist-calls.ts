/**
 * The day's lists, in the words of `DeviceApi`. Whoever may not read the desk of a site is told so; clinical lists are empty for who reads the desk alone.
 */
import type { Id } from '../change/change.ts';
import { canRead } from '../membership/selectors.ts';
import { ok } from '../result.ts';
import type { Outcome } from './api.ts';
import { BoxCalls } from './box-calls.ts';
import { notAllowed } from './outcome.ts';
import type { WorklistApi } from './worklist-api.ts';
import type { Worklist } from './worklist/worklist.ts';

type Asked<Name extends keyof WorklistApi> = Parameters<WorklistApi[Name]>[0];

export abstract class WorklistCalls extends BoxCalls implements WorklistApi {
	async day({ site, today, limit }: Asked<'day'>): ReturnType<WorklistApi['day']> {
		return this.#at(site, (worklist) => worklist.day(site, today, limit));
	}
	async followUp(request: Asked<'followUp'>): ReturnType<WorklistApi['followUp']> {
		return this.#at(request.site, (worklist) => worklist.followUp(request));
	}
	async openTasks(request: Asked<'openTasks'>): ReturnType<WorklistApi['openTasks']> {
		return this.#at(request.site, (worklist) => worklist.openTasks(request));
	}
	async calendar({ site, from, days }: Asked<'calendar'>): ReturnType<WorklistApi['calendar']> {
		return this.#at(site, (worklist) => worklist.calendar(site, from, days));
	}
	async appointmentsOn({ site, day }: Asked<'appointmentsOn'>): ReturnType<WorklistApi['appointmentsOn']> {
		return this.#at(site, (worklist) => worklist.appointmentsOn(site, day));
	}
	async inbox({ site, from, limit }: Asked<'inbox'>): ReturnType<WorklistApi['inbox']> {
		return this.#at(site, (worklist) => worklist.inbox(site, from, limit));
	}
	async messagesOf(ref: Asked<'messagesOf'>): ReturnType<WorklistApi['messagesOf']> {
		return this.#at(ref.site, (worklist) => worklist.messagesOf(ref));
	}
	async readMessages(ids: Asked<'readMessages'>): ReturnType<WorklistApi['readMessages']> {
		return this.reading(async ({ readMarks }) => ok(await readMarks.add(ids)));
	}
	async household({ ref, today }: Asked<'household'>): ReturnType<WorklistApi['household']> {
		return this.#at(ref.site, (worklist) => worklist.household(ref, today));
	}

	#at<T>(site: Id, ask: (worklist: Worklist) => Promise<T>): Promise<Outcome<T>> {
		return this.reading(async ({ session, worklist }) => {
			if (session.state === null || !canRead(session.state, session.self.actor, site, 'desk')) return notAllowed('see the work of that site');
			return ok(await ask(worklist));
		});
	}
}
