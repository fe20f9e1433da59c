/**
 * The control plane: pulled first and whole, before any session of pulls, because what it says decides what the rest means.
 *
 * A small loop of its own beside RxDB: documents are few, their rows are never paged, and a gap must be noticed at once. When the hub went back
 * (its feed or its count says so) everything is read again and what it lost is given back.
 */
import { err, ok, type Result } from '../result.ts';
import type { BadDocument, ControlDocument, Store } from '../store/index.ts';
import { checkDocument } from '../verify/document.ts';
import { wentBack, type Sequence } from './hubAnswers.ts';
import type { HubClient } from './hubClient.ts';
import type { HubProblem } from './hubProblem.ts';

const PAGE = 500;
const BATCH = 200;
/** a hub that never comes to an end is left there until the next time */
const PAGES_MAX = 2000;

export interface ControlOutcome {
	/** `_id`s that were not here before */
	readonly added: readonly string[];
	/** reasons for which the hub refused documents made here; they stay and are offered again */
	readonly refused: readonly string[];
}

export class ControlExchange {
	readonly #store: Store;
	readonly #client: HubClient;
	readonly #hub: string;

	constructor(store: Store, client: HubClient, hub: string) {
		this.#store = store;
		this.#client = client;
		this.#hub = hub;
	}

	/** Pulls what is new, then gives the hub what was made here. `thorough` compares counts as well. */
	async run(db: string, signal: AbortSignal, thorough: boolean): Promise<Result<ControlOutcome, HubProblem>> {
		const pulled = await this.#pull(db, signal);
		if (!pulled.ok) return pulled;
		const added = [...pulled.value];
		const pushed = await this.#push(db, signal);
		if (!pushed.ok) return pushed;
		if (thorough) {
			const info = await this.#client.databaseInfo(db, signal);
			if (!info.ok) return info;
			// what it refused is here alone, perhaps for want of the very statement that it lost
			if (info.value.docCount !== (await this.#store.control.all()).length - pushed.value.length) {
				const again = await this.#again(db, signal);
				if (!again.ok) return again;
				added.push(...again.value);
			}
		}
		return ok({ added, refused: pushed.value });
	}

	async #pull(db: string, signal: AbortSignal): Promise<Result<readonly string[], HubProblem>> {
		const cursor = `control-${this.#hub}-${db}`;
		const added: string[] = [];
		const since = parseCursor(await this.#store.cursors.get(cursor));
		let at: Sequence = since;
		for (let page = 0; page < PAGES_MAX; page++) {
			const answer = await this.#client.changes(db, at, PAGE, true, signal);
			if (!answer.ok) return answer;
			const { rows, lastSeq, pending } = answer.value;
			if (wentBack(at, answer.value)) {
				await this.#store.cursors.put(cursor, '0');
				return this.#again(db, signal);
			}
			const good: ControlDocument[] = [];
			const bad: BadDocument[] = [];
			for (const row of rows) {
				const checked = row.deleted ? null : checkDocument(row.doc);
				if (checked?.ok && checked.value._id === row.id && isControl(checked.value)) good.push(checked.value);
				else if (!row.id.startsWith('_design/')) bad.push({ envelope: row.id, reason: checked !== null && !checked.ok && checked.error.code === 'unknown-version' ? 'unknown-version' : 'bad-document', detail: '', evidence: null });
			}
			await this.#store.verdicts.noteBad(db, String(lastSeq), bad);
			added.push(...(await this.#store.control.add(good, this.#hub)));
			if (lastSeq !== at) await this.#store.cursors.put(cursor, JSON.stringify(lastSeq));
			if (rows.length === 0 || pending === 0 || lastSeq === at || (pending === null && rows.length < PAGE)) break;
			at = lastSeq;
		}
		return ok(added);
	}

	/** From the beginning, and then back to the hub whatever it turned out not to have. */
	async #again(db: string, signal: AbortSignal): Promise<Result<readonly string[], HubProblem>> {
		await this.#store.control.unacknowledgeAll();
		const added: string[] = [];
		let at: Sequence = 0;
		for (let page = 0; page < PAGES_MAX; page++) {
			const answer = await this.#client.changes(db, at, PAGE, true, signal);
			if (!answer.ok) return answer;
			const { rows, lastSeq, pending } = answer.value;
			const documents = rows.flatMap((row) => {
				const checked = checkDocument(row.doc);
				return checked.ok && isControl(checked.value) ? [checked.value] : [];
			});
			added.push(...(await this.#store.control.add(documents, this.#hub)));
			if (rows.length === 0 || pending === 0 || lastSeq === at) {
				await this.#store.cursors.put(`control-${this.#hub}-${db}`, JSON.stringify(lastSeq));
				break;
			}
			at = lastSeq;
		}
		const pushed = await this.#push(db, signal);
		return pushed.ok ? ok(added) : pushed;
	}

	/** Answers to invitations are handed in by who holds the invitation, not here. */
	async #push(db: string, signal: AbortSignal): Promise<Result<readonly string[], HubProblem>> {
		const unsent = (await this.#store.control.unsent(this.#hub)).filter((document) => document.v !== 'a1');
		const reasons: string[] = [];
		for (let i = 0; i < unsent.length; i += BATCH) {
			const batch = unsent.slice(i, i + BATCH);
			const answer = await this.#client.bulkDocs(db, batch, signal);
			if (!answer.ok) return err(answer.error);
			const refused = new Set(answer.value.map((refusal) => refusal.id));
			reasons.push(...answer.value.map((refusal) => refusal.reason));
			await this.#store.control.acknowledge(batch.map((document) => document._id).filter((id) => !refused.has(id)), this.#hub);
		}
		return ok(reasons);
	}
}

function isControl(document: { readonly v: string }): document is ControlDocument {
	return ['s1', 'k1', 'o1', 'a1', 'p1'].includes(document.v);
}

function parseCursor(text: string | null): Sequence {
	const parsed: unknown = text === null ? 0 : JSON.parse(text);
	return typeof parsed === 'string' || typeof parsed === 'number' ? parsed : 0;
}
