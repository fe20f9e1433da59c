/** What came of a call, in words. */
import type { CallOutcome } from '$sync/programmes/chart-work.ts';
import { m } from '$lib/paraglide/messages.js';

export const outcomeNames: Readonly<Record<CallOutcome, () => string>> = { agreed: m.call_agreed, later: m.call_later, 'no-answer': m.call_no_answer, removed: m.call_removed };
