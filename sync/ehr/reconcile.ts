/**
 * The EHR view of a person: facts of all linked charts, each once, with all its sources, and what they say that cannot both be true.
 *
 * A pure function of the chart states its reader holds: no chart is changed, nothing is chosen silently, and the order in which charts or
 * resources are given changes nothing. Retracted entries are not in it. Whoever looks again as changes arrive keeps a `SharedRecord`.
 */
import type { ChartState } from '../merge/state.ts';
import { SharedRecord, type ReconcileOptions } from './shared-record.ts';
import type { EhrView } from './view.ts';

export type { ReconcileOptions } from './shared-record.ts';

/** Reconciles charts that are of one person. One chart alone is allowed: its discrepancies are those within it. */
export const reconcile = (charts: readonly ChartState[], options: ReconcileOptions = {}): EhrView => new SharedRecord().view(charts, options);
