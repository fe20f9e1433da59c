/**
 * Saving what belongs together, such as a visit and all that was found at it, in one act: one transaction, whose durability is confirmed once.
 */
import type { Outcome, SaveReceipt, SaveRequest } from './api.ts';

export interface BatchEntry extends SaveRequest {
	/** `urn:uuid:…`: how other resources of the batch refer to this new one (`reference`), as in a FHIR transaction */
	readonly fullUrl?: string;
}

export interface BatchApi {
	/** Each resource is a change of its own; all are stored or none. Receipts in the order of the requests. */
	saveAll(requests: readonly BatchEntry[]): Promise<Outcome<readonly SaveReceipt[]>>;
}

/** Resources in one batch: a visit form makes twenty. */
export const BATCH_MAX = 200;
