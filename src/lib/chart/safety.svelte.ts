/**
 * The safety check before a save: what is severe and can be acted on stops the hand once and takes a reason to go on; everything else
 * is shown in the chart afterwards (alerts that interrupt for little are overridden for all).
 */
import type { Outcome, SaveReceipt, SaveRequest } from '$sync/device/api.ts';
import type { Discrepancy } from '$sync/ehr/view.ts';
import { ok } from '$sync/result.ts';
import type { ChartRecord } from './record.svelte.ts';

export class SafetyCheck {
	/** what stands in the way now; empty when nothing does */
	alerts = $state.raw<readonly Discrepancy[]>([]);
	#answer: ((reason: string | null) => void) | null = null;

	constructor(private readonly record: () => ChartRecord) {}

	/** Saves, after asking when it must; the value is null when the person turned back. */
	async save(request: SaveRequest): Promise<Outcome<SaveReceipt | null>> {
		const grave = (await this.record().alertsBefore(request)).filter((a) => a.severity === 'critical');
		if (grave.length === 0) return this.record().save(request);
		const reason = await new Promise<string | null>((resolve) => {
			this.#answer = resolve;
			this.alerts = grave;
		});
		this.alerts = [];
		if (reason === null) return ok(null);
		return this.record().save({ ...request, reason });
	}

	/** `null`: turn back. */
	answer(reason: string | null): void {
		const waiting = this.#answer;
		this.#answer = null;
		waiting?.(reason);
	}
}
