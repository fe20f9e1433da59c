/**
 * What an unlocked user decides, is told and puts right, in the words of `ReviewApi`: each line hands the question to the part that answers it.
 */
import { ok } from '../result.ts';
import { notHere, refuse } from './outcome.ts';
import { groupHistories } from './review/histories.ts';
import type { ChartRef } from './api.ts';
import type { ReviewApi } from './review-api.ts';
import { UnlockedApi } from './unlocked-api.ts';

export abstract class ReviewedApi extends UnlockedApi implements ReviewApi {
	async reviews({ site, limit }: Parameters<ReviewApi['reviews']>[0]): ReturnType<ReviewApi['reviews']> {
		return this.reading(async ({ queue }) => ok(await queue.reviews(site, limit)));
	}
	async openReview({ ref, key }: Parameters<ReviewApi['openReview']>[0]): ReturnType<ReviewApi['openReview']> {
		return this.reading(async ({ queue, notes }) => {
			const item = await queue.item(ref, key);
			// before anything of it is shown, and of every chart whose values it shows
			const charts = item === null ? [] : item.kind === 'conflict' ? [ref] : [ref, ...item.discrepancy.between];
			for (const { site, chart } of new Map(charts.map((one) => [`${one.site}/${one.chart}`, one])).values()) await notes.opened({ site, chart });
			return ok(item);
		});
	}
	async chartReviews(ref: ChartRef): ReturnType<ReviewApi['chartReviews']> {
		return this.reading(async ({ queue, notes }) => {
			await notes.opened(ref);
			return ok(await queue.ofChart(ref));
		});
	}
	async decide(decision: Parameters<ReviewApi['decide']>[0]): ReturnType<ReviewApi['decide']> {
		return this.writing(({ deciding }) => deciding.decide(decision));
	}
	async answerDiscrepancy(request: Parameters<ReviewApi['answerDiscrepancy']>[0]): ReturnType<ReviewApi['answerDiscrepancy']> {
		return this.writing(({ answering }) => answering.answer(request));
	}
	async history({ ref, id, group }: Parameters<ReviewApi['history']>[0]): ReturnType<ReviewApi['history']> {
		return this.reading(async ({ reader, session, notes }) => {
			const chart = await reader.state(ref);
			if (chart === null) return notHere();
			const state = chart.resources.get(id);
			if (state === undefined) return refuse('unknown-entry', 'This entry is not on this device.');
			if (notes.hides(ref, state)) return refuse('restricted', 'This entry is restricted. Give a reason in its chart to see it.');
			await notes.opened(ref);
			return ok(groupHistories(session, state, group));
		});
	}
	async notices(): ReturnType<ReviewApi['notices']> {
		return this.reading(async ({ queue }) => ok(await queue.notices()));
	}
	async restore(request: Parameters<ReviewApi['restore']>[0]): ReturnType<ReviewApi['restore']> {
		return this.writing(({ deciding }) => deciding.restore(request));
	}
	async dismissNotice(key: string): ReturnType<ReviewApi['dismissNotice']> {
		return this.reading(async ({ dismissed }) => ok(await dismissed.add(key)));
	}
	async moveToPatient(request: Parameters<ReviewApi['moveToPatient']>[0]): ReturnType<ReviewApi['moveToPatient']> {
		return this.writing(({ moving }) => moving.toPatient(request));
	}
	async relabel(request: Parameters<ReviewApi['relabel']>[0]): ReturnType<ReviewApi['relabel']> {
		return this.writing(({ moving }) => moving.relabel(request));
	}
	async retract(request: Parameters<ReviewApi['retract']>[0]): ReturnType<ReviewApi['retract']> {
		return this.writing(({ deciding }) => deciding.retract(request));
	}
}
