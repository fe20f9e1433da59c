/**
 * The sequence a reader hands back as `since`, and how a hub restored from a backup is noticed.
 *
 * A sequence is `N-epoch`: N counts the writes of a database, the epoch is a random name given each time the database is opened. The
 * database keeps the list of its epochs and where each began. A hub restored from a backup has lost the writes after it, and will
 * give their numbers to other documents; but a reader's sequence then names an epoch that, in this history, ended earlier or is not
 * there, so the reader is taken back to the last point that both histories share. CouchDB does the same with its shard epochs.
 * Invariant: a reader may be shown a document twice, and never misses one (A2, A4; attack 30).
 */
import { isObject } from '../../sync/change/canonical.ts';
import { MALFORMED_SEQUENCE } from './port.ts';
import { err, ok, problem, type Problem, type Result } from '../../sync/result.ts';

export interface Epoch {
	/** 8 random hex digits */
	readonly name: string;
	/** the number of writes when it began */
	readonly from: number;
}

/** Older epochs are forgotten: their readers start from the beginning, which is slow and loses nothing. */
export const EPOCHS_MAX = 500;

export type Since = { readonly kind: 'now' } | { readonly kind: 'after'; readonly count: number; readonly epoch: string | null };

/** Reads `since`: `now`, a number, or a sequence that this or another hub gave out. */
export function parseSince(text: string): Result<Since, Problem<'query_parse_error'>> {
	if (text === 'now') return ok({ kind: 'now' });
	// a cursor of a CouchDB (the hub's storage was changed, or the reader comes from another hub) is of an epoch that is not known here
	const match = /^(\d{1,15})(?:-([0-9a-f]{8}|[A-Za-z0-9_-]{40,8000}))?$/.exec(text);
	if (!match) return err(problem('query_parse_error', MALFORMED_SEQUENCE));
	return ok({ kind: 'after', count: Number(match[1]), epoch: match[2] ?? null });
}

/** The epochs as they were stored; what is not one is left out. */
export function parseEpochs(stored: unknown): readonly Epoch[] {
	if (!Array.isArray(stored)) return [];
	return stored.filter((epoch: unknown): epoch is Epoch => isObject(epoch) && typeof epoch['name'] === 'string' && typeof epoch['from'] === 'number');
}

export const formatSequence = (count: number, epochs: readonly Epoch[]): string => `${count}-${epochs.at(-1)?.name ?? '00000000'}`;

/** The count after which a reader has to be shown everything, given how many writes there are (`current`). */
export function countAfter(since: Since, epochs: readonly Epoch[], current: number): number {
	if (since.kind === 'now') return current;
	if (since.epoch === null) return Math.min(since.count, current);
	const index = epochs.findIndex((epoch) => epoch.name === since.epoch);
	if (index === -1) return 0;
	const ended = epochs[index + 1]?.from ?? current;
	return Math.min(since.count, ended);
}
