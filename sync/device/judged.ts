/** What becomes of the gate's verdicts: what is kept for reading, and what is noted of the rest. */
import type { Inspection } from '../gate/gate.ts';
import type { Verdict } from '../gate/verdict.ts';
import type { StoredVerdict } from '../store/plainRows.ts';

export const acceptedIn = (verdicts: readonly Verdict[]) => verdicts.flatMap((verdict) => (verdict.kind === 'accepted' ? [verdict.change] : []));

/**
 * Names what is taken in of a page or file that is looked at more than once. What was accepted at an earlier look is not among what is due at a later one,
 * so no two looks that accept something have one name; what still waits would give them one, and the second would be stored over the first.
 */
export const firstAccepted = ({ verdicts }: Inspection): string => acceptedIn(verdicts)[0]?.envelope.slice(0, 32) ?? '';

/** What is noted of a change that was not accepted. */
export function storedVerdict(verdict: Verdict): StoredVerdict {
	if (verdict.kind === 'accepted') throw new TypeError('an accepted change needs no note');
	if (verdict.kind === 'late') return { kind: 'late', envelope: verdict.envelope, reason: verdict.reason };
	return verdict.kind === 'waiting'
		? { kind: 'waiting', envelope: verdict.envelope, reason: verdict.reason }
		: { kind: 'quarantined', envelope: verdict.envelope, reason: verdict.reason };
}
