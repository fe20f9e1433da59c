/** What can go wrong with a hub, in the terms in which replication decides what to do next. */
import type { Problem } from '../result.ts';

export type HubProblemCode =
	| 'unreachable' // no line, no such host, TLS not trusted
	| 'timeout' // began to answer or not, and did not finish in time
	| 'too-large' // the answer exceeds what this client reads
	| 'bad-answer' // not JSON, cut off, or not of the shape of the protocol
	| 'wrong-hub' // another key than the membership log enrols
	| 'session-ended' // 401: sign again
	| 'forbidden' // 403
	| 'not-found' // 404
	| 'refused' // another 4xx: what was asked is not accepted
	| 'busy' // 429, 503
	| 'hub-failed' // another 5xx
	| 'stopped'; // this side aborted

export interface HubProblem extends Problem<HubProblemCode> {
	/** HTTP status, where there was one */
	readonly status: number | null;
}

export const hubProblem = (code: HubProblemCode, message: string, status: number | null = null): HubProblem => ({ code, message, status });

/** Problems of the line or the hub as a whole: no use asking it for something else now. */
export const concernsTheLine = (problem: HubProblem): boolean =>
	['unreachable', 'timeout', 'wrong-hub', 'session-ended', 'busy', 'hub-failed', 'stopped'].includes(problem.code);

/** The problem that an HTTP status and CouchDB's `{ error, reason }` say. */
export function statusProblem(status: number, reason: string): HubProblem {
	const said = reason === '' ? `status ${status}` : reason.slice(0, 200);
	if (status === 401) return hubProblem('session-ended', `The hub asks this device to sign in again: ${said}`, status);
	if (status === 403) return hubProblem('forbidden', `The hub does not allow this device to do that: ${said}`, status);
	if (status === 404) return hubProblem('not-found', `The hub does not have that: ${said}`, status);
	if (status === 429 || status === 503) return hubProblem('busy', `The hub is busy and will be asked again: ${said}`, status);
	if (status >= 500) return hubProblem('hub-failed', `The hub failed and will be asked again: ${said}`, status);
	return hubProblem('refused', `The hub refused: ${said}`, status);
}
