/**
 * What moves rows between this storage and the handlers of replication: RxDB's `replicateRxCollection`, a pull-only one on `pages` (so that
 * RxDB keeps no second copy of each pulled document) and a push-only one on `own`. A port, so that the simulator can call the same handlers in
 * a plain loop.
 *
 * What RxDB's own CouchDB plugin gets wrong (design section 9) is met here: the checkpoint moves in the pull handler alone, the stream says
 * RESYNC and nothing else, and push reports no conflicts.
 */
import { replicateRxCollection } from 'rxdb/plugins/replication';
import type { RxCollection } from 'rxdb/plugins/core';
import { Subject } from 'rxjs';
import type { OwnRow, PageRow } from './rows.ts';

/** Where the feed of each database was read to: stored with the page that brought it there. */
export type PullCheckpoint = { readonly [database: string]: string | number };
export type LivePage = PageRow & { readonly _deleted: false };
export interface PulledPage { readonly documents: LivePage[]; readonly checkpoint: PullCheckpoint | undefined }

export interface RowHandlers {
	/** The next page after a checkpoint; an empty answer ends the round. Never throws. */
	pull(checkpoint: PullCheckpoint | undefined): Promise<PulledPage>;
	/** Pages that are durable now. */
	written(ids: readonly string[]): void;
	/** A page could not be stored. */
	failed(): void;
	/** Own rows that were written. Never throws. */
	push(keys: readonly string[]): Promise<void>;
}

export interface MovingRows {
	/** Calls `pull` until it has nothing more. */
	resync(): void;
	cancel(): Promise<void>;
}

/** Begins to move rows between the storage and one hub; checkpoints are kept for each. */
export type RowMover = (hub: string, handlers: RowHandlers) => Promise<MovingRows>;

const RETRY_MS = 5000;
const PUSHED_AT_ONCE = 500;

export function rxRowMover({ own, pages }: { readonly own: RxCollection<OwnRow>; readonly pages: RxCollection<PageRow> }): RowMover {
	return async (hub, handlers) => {
		const resync = new Subject<'RESYNC'>();
		const common = { live: true, retryTime: RETRY_MS, waitForLeadership: false, toggleOnDocumentVisible: false } as const;
		const pulling = replicateRxCollection<PageRow, PullCheckpoint>({
			...common,
			collection: pages,
			replicationIdentifier: `pull-${hub}`,
			pull: { handler: (checkpoint) => handlers.pull(checkpoint), batchSize: 1, stream$: resync }
		});
		const pushing = replicateRxCollection<OwnRow, never>({
			...common,
			collection: own,
			replicationIdentifier: `push-${hub}`,
			push: {
				batchSize: PUSHED_AT_ONCE,
				async handler(rows) {
					await handlers.push(rows.map((row) => row.newDocumentState.key));
					return [];
				}
			}
		});
		const stored = pages.storageInstance.changeStream().subscribe((bulk) => handlers.written(bulk.events.map((event) => event.documentId)));
		const failed = pulling.error$.subscribe(() => handlers.failed());
		await Promise.all([pulling.startPromise, pushing.startPromise]);
		return {
			resync: () => resync.next('RESYNC'),
			async cancel() {
				stored.unsubscribe();
				failed.unsubscribe();
				await Promise.all([pulling.cancel(), pushing.cancel()]);
			}
		};
	};
}
