/**
 * What every form does the same way: check on Save and never before, keep all input, put the list of what to mend on top with the
 * focus on it and the same words at each field (GOV.UK error summary), and say in words what the device answered.
 */
import type { Outcome } from '$sync/device/api.ts';
import { refusal } from '$lib/language/refusals.ts';

/** What is to be mended: `field` is the id of the control. */
export interface FieldError {
	readonly field: string;
	readonly message: string;
}

export class FormState {
	errors = $state<readonly FieldError[]>([]);
	/** the device's own refusal, already a sentence for people */
	problem = $state<string | null>(null);
	busy = $state(false);

	at(field: string): string | undefined {
		return this.errors.find((e) => e.field === field)?.message;
	}

	clear(): void {
		this.errors = [];
		this.problem = null;
	}

	/** Runs `action` when nothing is to be mended; the value on success, null when something stands in the way. */
	async submit<T>(errors: readonly FieldError[], action: () => Promise<Outcome<T>>): Promise<{ readonly value: T } | null> {
		if (this.busy) return null;
		this.errors = errors;
		this.problem = null;
		if (errors.length > 0) return null;
		this.busy = true;
		try {
			const outcome = await action();
			if (outcome.ok) return { value: outcome.value };
			this.problem = refusal(outcome.error);
			return null;
		} finally {
			this.busy = false;
		}
	}
}
