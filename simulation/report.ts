/**
 * What a run of the simulator says. Plain data: it crosses from a worker thread to the command line, and is compared byte for byte.
 */

/**
 * What went wrong, by the promise that was broken:
 * - `diverged`: two devices that hold the same changes show another state
 * - `lost`: an acknowledged change is nowhere where it must be
 * - `leaked`: plaintext or a secret key in something handed to the hub
 * - `forbidden`: something is applied that the rules of membership, keys or chains forbid
 * - `hidden`: something that arrived, could be opened and is allowed is not applied
 * - `total`: an act, the fold or the loop threw
 * - `liveness`: after all lines are up, the devices did not come to hold the same in time
 * - `oracle`: the optimized code and the naive one disagree
 */
export type FailureKind = 'diverged' | 'lost' | 'leaked' | 'forbidden' | 'hidden' | 'total' | 'liveness' | 'oracle';

export interface Failure {
	readonly kind: FailureKind;
	/** virtual ms since the run began */
	readonly at: number;
	readonly detail: string;
}

export interface Report {
	readonly seed: number;
	/** changes acknowledged to users */
	readonly changes: number;
	/** faults that happened: messages dropped, doubled or held back, crashes, lies of the hub … */
	readonly faults: number;
	readonly failures: readonly Failure[];
	/** BLAKE2b-256 of the whole trace, base64url: equal for equal plans */
	readonly traceHash: string;
	/** events of the virtual queue that were carried out */
	readonly ticks: number;
}
