/**
 * Comparing, by ids alone, what the hub has of a database with what is held here, and mending both sides.
 *
 * Feeds can lie: a hub may be restored from an old backup, begin anew, have dropped writes that it acknowledged, or have skipped ahead. Then
 * what it lacks is sent again, the own and the pulled (A4), and what is missing here is fetched by name. It costs some 150 bytes
 * a document, so it runs only when the counts differ or a feed went back, or when asked.
 */
import type { Store } from '../store/index.ts';
import { heldPrefix, type HeldIds } from '../store/index.ts';
import { err, ok, type Result } from '../result.ts';
import type { Sequence } from './hubAnswers.ts';
import type { HubClient } from './hubClient.ts';
import type { HubProblem } from './hubProblem.ts';
import type { Puller } from './pull.ts';
import type { Sender } from './push.ts';

export interface ReconcileOptions {
	readonly store: Store;
	readonly client: HubClient;
	readonly held: HeldIds;
	readonly puller: Puller;
	readonly sender: Sender;
	readonly hub: string;
}

export interface Reconciled {
	readonly atHub: number;
	/** fetched because they were missing here */
	readonly fetched: number;
	/** own envelopes that wait to be sent again */
	readonly toSend: number;
	/** of others, given back to the hub */
	readonly refilled: number;
	/** of others, which the hub would not take back, and ids it listed whose documents it did not give */
	readonly unresolved: number;
}

const IDS = 2000;
const FETCH = 100;
const PAGES_MAX = 10_000;

export async function reconcile(options: ReconcileOptions, db: string, signal: AbortSignal): Promise<Result<Reconciled, HubProblem>> {
	const { store, client, held, puller, hub } = options;
	const listed = await idsAtHub(client, db, signal);
	if (!listed.ok) return listed;
	const atHub = listed.value;
	const missing = [...atHub.values()].filter((id) => !held.has(db, id));
	puller.suspect.delete(db);
	let fetched = 0;
	for (let i = 0; i < missing.length; i += FETCH) {
		const answer = await client.documents(db, missing.slice(i, i + FETCH), true, signal);
		if (!answer.ok) return answer;
		const outcome = await puller.ingest(db, answer.value.map(({ id, doc }) => ({ id, doc, deleted: false, seq: 0 })), signal);
		if (outcome.problem !== null) return err(outcome.problem);
		fetched += outcome.received;
	}
	const toSend = await store.own.unacknowledgeUnless(hub, db, (envelope) => atHub.has(heldPrefix(envelope)));
	const refilled = await refill(options, db, atHub);
	return refilled.ok ? ok({ atHub: atHub.size, fetched, toSend, ...refilled.value, unresolved: refilled.value.unresolved + missing.length - fetched }) : refilled;
}

/** Prefix -> id of every document in the database, as far as the hub lists them. */
async function idsAtHub(client: HubClient, db: string, signal: AbortSignal): Promise<Result<ReadonlyMap<string, string>, HubProblem>> {
	const ids = new Map<string, string>();
	let at: Sequence = 0;
	for (let page = 0; page < PAGES_MAX; page++) {
		const answer = await client.changes(db, at, IDS, false, signal);
		if (!answer.ok) return answer;
		const { rows, lastSeq, pending } = answer.value;
		const before = ids.size;
		for (const row of rows) if (!row.deleted && /^[0-9a-f]{64}$/.test(row.id)) ids.set(heldPrefix(row.id), row.id);
		if (rows.length === 0 || pending === 0 || lastSeq === at || ids.size === before || (pending === null && rows.length < IDS)) break;
		at = lastSeq;
	}
	return ok(ids);
}

/** Sends the hub what it lacks of the pages held here. */
async function refill({ store, sender }: ReconcileOptions, db: string, atHub: ReadonlyMap<string, string>): Promise<Result<Pick<Reconciled, 'refilled' | 'unresolved'>, HubProblem>> {
	let [refilled, unresolved] = [0, 0];
	for (let after = 0; ; ) {
		const pages = await store.pages.after(after, 20);
		const last = pages.at(-1);
		if (last === undefined) return ok({ refilled, unresolved });
		after = last.number;
		const lost = pages.flatMap((page) => (page.db === db ? page.documents.filter((document) => !atHub.has(heldPrefix(document._id))) : []));
		if (lost.length === 0) continue;
		const refused = await sender.refill(db, lost);
		if (!refused.ok) return refused;
		refilled += lost.length - refused.value;
		unresolved += refused.value;
	}
}
