/**
 * What the device refuses, in the language on the screen. The device says each refusal as a code and an English sentence; the usual codes
 * have words of their own here. English, and what has none, is shown as the device says it: its sentence knows more than its code.
 */
import { m } from '$lib/paraglide/messages.js';
import { getLocale } from '$lib/paraglide/runtime.js';
import type { Problem } from '$sync/result.ts';

const words: ReadonlyMap<string, () => string> = new Map([
	['wrong-passphrase', m.refused_passphrase], ['wrong-pin', m.refused_pin], ['locked', m.refused_locked], ['unknown-chart', m.refused_chart], ['no-hub', m.refused_no_hub],
	['not-allowed', m.refused_not_allowed], ['access-ended', m.refused_access_ended], ['app-too-old', m.refused_too_old], ['stale', m.refused_stale], ['cancelled', m.refused_cancelled]
]);

export const refusal = (problem: Problem): string => (getLocale() === 'en' ? problem.message : (words.get(problem.code)?.() ?? problem.message));
