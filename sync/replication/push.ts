/**
 * Sending what was written here. RxDB's push handler and the sweep at the start of each session both come through `send`.
 *
 * What counts is not RxDB's idea of what it pushed but the custody of each own row: RxDB finds unpushed rows by their time of writing, and on a
 * tablet whose clock fell back it would never look at them again. A row waits until a hub said that it has it. The handler
 * returns no conflicts, ever; a refused document is kept with its reason and tried again after a growing pause, and never holds up the next (A1).
 */
import type { HeldIds, OwnEnvelope, Store } from '../store/index.ts';
import type { WireDocument } from '../verify/document.ts';
import type { HubClient } from './hubClient.ts';
import type { Refusal } from './hubAnswers.ts';
import { concernsTheLine, hubProblem, type HubProblem } from './hubProblem.ts';
import { Pace } from './pace.ts';
import { backoffMs, type Scheduler } from './scheduler.ts';
import { err, ok, type Result } from '../result.ts';

export interface SendOutcome { readonly sent: number; readonly refused: number; /** of databases that sessions are not opened for: not offered */ readonly outside: number; readonly problem: HubProblem | null }

const BATCH_DOCUMENTS = 500;
const AUDIT_IDS = 1000;
/** characters of a batch at most (`pace.ts`); the hub reads 16 MiB */
const BATCH_CHARACTERS = 4 * 1024 * 1024;
const RETRY_FIRST_MS = 30_000;
const RETRY_MOST_MS = 60 * 60_000;
const NOTHING: SendOutcome = { sent: 0, refused: 0, outside: 0, problem: null };

/** Which deposits are offered again. Times in ms. */
export interface OfferAgain { readonly from?: number; readonly until?: number; readonly after?: string | null; readonly limit?: number }

export interface SenderOptions {
	readonly store: Store;
	readonly client: HubClient;
	readonly held: HeldIds;
	readonly scheduler: Scheduler;
	/** key of the hub */
	readonly hub: string;
	readonly onProgress: (sent: number, refused: number) => void;
}

export class Sender {
	readonly #options: SenderOptions;
	readonly #refused = new Map<string, { readonly times: number; readonly notBefore: number }>();
	readonly #underway = new Set<string>();
	readonly #pace = new Pace(BATCH_CHARACTERS);
	#turn: Promise<unknown> = Promise.resolve();
	/** acknowledgements being written while the next batch is on its way */
	#settling: Promise<void> = Promise.resolve();
	/** acknowledged since the last audit: database -> row key by envelope id */
	readonly #unaudited = new Map<string, Map<string, string>>();
	/** null while there is no session: rows then wait for the next sweep */
	#signal: AbortSignal | null = null;

	constructor(options: SenderOptions) {
		this.#options = options;
	}

	open(signal: AbortSignal): void {
		this.#signal = signal;
	}
	shut(): void {
		this.#signal = null;
	}

	/** Keys of rows being sent at this moment. */
	get underway(): ReadonlySet<string> {
		return this.#underway;
	}

	/** How many the hub refused when they were last offered. */
	get refused(): number {
		return this.#refused.size;
	}

	/** Sends those rows that the hub does not have yet. One call works at a time. Never throws. */
	send(keys: readonly string[]): Promise<SendOutcome> {
		const mine = this.#turn.then(async () => {
			try {
				return await this.#send(keys);
			} finally {
				await this.#settling;
			}
		});
		this.#turn = mine.catch(() => undefined);
		return mine.catch(() => ({ ...NOTHING, problem: hubProblem('stopped', 'The storage of this device failed.') }));
	}

	/** Everything that the hub has not acknowledged. */
	async sweep(): Promise<SendOutcome> {
		const { own } = this.#options.store;
		const [nowhere, notHere] = await Promise.all([own.countUnsent(), own.countUnacknowledged(this.#options.hub)]);
		let total = NOTHING;
		for (let after: string | null = null; ; ) {
			const waiting: readonly OwnEnvelope[] =
				nowhere === notHere ? await own.onThisDeviceOnly(BATCH_DOCUMENTS, after) : await own.unacknowledged(this.#options.hub, BATCH_DOCUMENTS, after);
			const last = waiting.at(-1);
			if (last === undefined) return total;
			const outcome = await this.send(waiting.map((own) => own.key));
			total = added(total, outcome);
			if (outcome.problem !== null) return total;
			after = last.key;
		}
	}

	/**
	 * Asks by name for what the hub acknowledged since the last audit: an `ok` that was not kept is taken back (A3), and the row is on this device
	 * only again. Deposits go where this device may not read, so the hub's word is all there is for them.
	 */
	async audit(): Promise<HubProblem | null> {
		const { store, client, hub } = this.#options;
		for (const [db, keys] of this.#unaudited) {
			const ids = [...keys.keys()];
			for (let i = 0; i < ids.length; i += AUDIT_IDS) {
				const asked = ids.slice(i, i + AUDIT_IDS);
				if (this.#signal === null) return null;
				const answer = await client.documents(db, asked, false, this.#signal);
				if (!answer.ok) return concernsTheLine(answer.error) ? answer.error : null;
				const there = new Set(answer.value.map((row) => row.id));
				await store.own.unacknowledge(asked.filter((id) => !there.has(id)).flatMap((id) => keys.get(id) ?? []), hub);
				for (const id of asked) keys.delete(id);
			}
			this.#unaudited.delete(db);
		}
		return null;
	}

	#toAudit(db: string, own: readonly OwnEnvelope[]): void {
		const keys = this.#unaudited.get(db) ?? new Map<string, string>();
		for (const { document, key } of own) keys.set(document._id, key);
		this.#unaudited.set(db, keys);
	}

	/**
	 * Gives the hub once more the deposits that it acknowledged at or after `from` and before `until` (ms): where this device may not read, it cannot ask
	 * whether they are still there. What is refused now waits to be sent again (A3, A4). With a `limit`, no more than so many, from the row after
	 * `after`; `last` is then where the next go on, null when none are left.
	 */
	async offerAgain({ from = 0, until = Infinity, after = null, limit = Infinity }: OfferAgain): Promise<{ readonly problem: HubProblem | null; readonly last: string | null }> {
		const { own } = this.#options.store;
		let offered = 0;
		for (let page = after; ; ) {
			const { rows, last } = await own.deposited(this.#options.hub, from, BATCH_DOCUMENTS, page);
			if (last === null) return { problem: null, last: null };
			page = last;
			const due = rows.filter(({ custody }) => custody.state === 'at-hub' && custody.at < until);
			const problem = await this.#offer(due);
			if (problem !== null) return { problem, last: null };
			offered += due.length;
			if (offered >= limit) return { problem: null, last };
		}
	}

	async #offer(rows: readonly OwnEnvelope[]): Promise<HubProblem | null> {
		const { store, hub } = this.#options;
		for (const [db, kind, deposits] of grouped(rows)) {
			for (const batch of batches(deposits, this.#pace)) {
				const answer = await this.#post(db, batch.map(({ document }) => document), kind);
				if (!answer.ok && concernsTheLine(answer.error)) return answer.error;
				const refused = answer.ok ? new Set(answer.value.map(({ id }) => id)) : null;
				await store.own.unacknowledge(batch.filter(({ document }) => refused === null || refused.has(document._id)).map(({ key }) => key), hub);
			}
		}
		return null;
	}

	/** Gives the hub documents of others that it lost (A4). Returns how many it refused. */
	async refill(db: string, documents: readonly WireDocument[]): Promise<Result<number, HubProblem>> {
		let refused = 0;
		for (const batch of batches(documents, this.#pace)) {
			const answers = await Promise.all([
				this.#post(db, batch.filter((document) => document.v === 'e1'), 'bulk'),
				this.#post(db, batch.filter((document) => document.v !== 'e1'), 'deposit')
			]);
			for (const answer of answers) {
				if (answer.ok) refused += answer.value.length;
				else if (concernsTheLine(answer.error)) return answer;
				else refused += batch.length;
			}
		}
		return ok(refused);
	}

	async #send(keys: readonly string[]): Promise<SendOutcome> {
		const { store, hub, scheduler, client } = this.#options;
		const now = scheduler.now();
		const due = keys.filter((key) => (this.#refused.get(key)?.notBefore ?? -Infinity) <= now);
		const rows = (await store.own.get(due)).filter((own) => own.custody.state !== 'at-hub' || own.custody.hub !== hub);
		// asked before this device may write there (a place just taken on), the hub could only refuse: they wait for a session that reaches it
		const within = rows.filter((own) => own.kind === 'deposit' || client.reaches(own.db));
		let total: SendOutcome = { ...NOTHING, outside: rows.length - within.length };
		for (const [db, kind, own] of grouped(within)) {
			for (const batch of batches(own, this.#pace)) {
				for (const each of batch) this.#underway.add(each.key);
				const outcome = await this.#sendBatch(db, kind, batch);
				total = added(total, outcome);
				if (outcome.problem !== null) {
					for (const each of batch) this.#underway.delete(each.key);
					return total;
				}
			}
		}
		return total;
	}

	async #sendBatch(db: string, kind: 'bulk' | 'deposit', batch: readonly OwnEnvelope[]): Promise<SendOutcome> {
		const { store, held, hub, scheduler, onProgress } = this.#options;
		const missing = await this.#lackedHere(db, kind, batch);
		if (!missing.ok) return { ...NOTHING, problem: missing.error };
		if (missing.value.length < batch.length) return this.#passOver(db, kind, batch, missing.value);
		// held before the hub has it: its echo must not be stored as another's. A deposit's echo is wanted: where its author reads the receiving
		// site too, it is taken in there as everybody else takes it in, else this device's state of that site would lack it (D3)
		const changes = batch.filter((own) => own.kind !== 'deposit').map((own) => own.document._id);
		held.add(db, changes);
		const noted = changes[0] === undefined ? Promise.resolve() : store.pages.noteOwn(changes[0], db, changes);
		noted.catch(() => undefined);
		const answer = await this.#post(db, batch.map((own) => own.document), kind);
		await noted;
		if (!answer.ok) return this.#failedBatch(db, kind, batch, answer.error);
		const reasons = new Map(answer.value.map((refusal) => [refusal.id, refusal.reason]));
		const taken = batch.filter((own) => !reasons.has(own.document._id));
		const refused = batch.filter((own) => reasons.has(own.document._id));
		const at = scheduler.now();
		const before = this.#settling;
		this.#settling = (async () => {
			await before;
			await store.own.acknowledge(taken.map((own) => own.key), hub, at, new Set(taken.map((own) => own.document._id)));
			for (const own of taken) this.#refused.delete(own.key);
			if (kind === 'bulk') this.#toAudit(db, taken);
			for (const own of refused) await this.#refuse(own, reasons.get(own.document._id) ?? '');
			for (const own of batch) this.#underway.delete(own.key);
			onProgress(taken.length, refused.length);
		})();
		this.#settling.catch(() => undefined);
		return { ...NOTHING, sent: taken.length, refused: refused.length };
	}

	/** Of a batch that another hub has taken already, what this one does not have by another way (a box, another device): asked by name, since it may be much. */
	async #lackedHere(db: string, kind: 'bulk' | 'deposit', batch: readonly OwnEnvelope[]): Promise<Result<readonly OwnEnvelope[], HubProblem>> {
		const { client, hub } = this.#options;
		const elsewhere = batch.filter(({ custody }) => custody.state === 'at-hub' && custody.hub !== hub);
		if (kind !== 'bulk' || elsewhere.length === 0 || this.#signal === null) return ok(batch);
		const answer = await client.documents(db, elsewhere.map(({ document }) => document._id), false, this.#signal);
		if (!answer.ok) return concernsTheLine(answer.error) ? answer : ok(batch);
		const there = new Set(answer.value.map(({ id }) => id));
		return ok(batch.filter(({ document }) => !there.has(document._id)));
	}

	/** Those that are there count as acknowledged; the others are sent. */
	async #passOver(db: string, kind: 'bulk' | 'deposit', batch: readonly OwnEnvelope[], missing: readonly OwnEnvelope[]): Promise<SendOutcome> {
		const { store, held, hub, scheduler } = this.#options;
		const lacking = new Set(missing.map(({ key }) => key));
		const there = batch.filter(({ key }) => !lacking.has(key));
		held.add(db, there.map(({ document }) => document._id));
		await store.own.acknowledge(there.map(({ key }) => key), hub, scheduler.now());
		for (const { key } of there) this.#underway.delete(key);
		return missing.length === 0 ? NOTHING : this.#sendBatch(db, kind, missing);
	}

	/** The hub would not take the batch as a whole: is it the line, or one document in it? */
	async #failedBatch(db: string, kind: 'bulk' | 'deposit', batch: readonly OwnEnvelope[], problem: HubProblem): Promise<SendOutcome> {
		if (concernsTheLine(problem)) return { ...NOTHING, problem };
		if (problem.code === 'bad-answer' || problem.code === 'too-large') return { ...NOTHING, problem };
		if (problem.code === 'refused' && batch.length > 1) {
			const half = Math.ceil(batch.length / 2);
			const first = await this.#sendBatch(db, kind, batch.slice(0, half));
			if (first.problem !== null) return first;
			const second = await this.#sendBatch(db, kind, batch.slice(half));
			return added(first, second);
		}
		for (const own of batch) {
			await this.#refuse(own, problem.message);
			this.#underway.delete(own.key);
		}
		this.#options.onProgress(0, batch.length);
		return { ...NOTHING, refused: batch.length };
	}

	async #refuse(own: OwnEnvelope, reason: string): Promise<void> {
		const { scheduler, store } = this.#options;
		const times = (this.#refused.get(own.key)?.times ?? 0) + 1;
		this.#refused.set(own.key, { times, notBefore: scheduler.now() + backoffMs(times - 1, RETRY_FIRST_MS, RETRY_MOST_MS, scheduler.fraction()) });
		await store.own.refuse(own.key, reason);
	}

	async #post(db: string, documents: readonly WireDocument[], kind: 'bulk' | 'deposit'): Promise<Result<readonly Refusal[], HubProblem>> {
		const signal = this.#signal;
		if (documents.length === 0) return ok([]);
		if (signal === null) return err(hubProblem('stopped', 'There is no line to the hub now.'));
		const { client, scheduler } = this.#options;
		const began = scheduler.now();
		const answer = await (kind === 'bulk' ? client.bulkDocs(db, documents, signal) : client.deposit(db, documents, signal));
		const characters = documents.reduce((sum, document) => sum + sizeOf(document), 0);
		if (answer.ok) this.#pace.took(scheduler.now() - began, characters);
		else if (answer.error.code === 'timeout' || answer.error.code === 'unreachable') this.#pace.brokeOff(characters);
		return answer;
	}
}

const added = (a: SendOutcome, b: SendOutcome): SendOutcome =>
	({ sent: a.sent + b.sent, refused: a.refused + b.refused, outside: a.outside + b.outside, problem: b.problem });

function grouped(rows: readonly OwnEnvelope[]): [db: string, kind: 'bulk' | 'deposit', own: OwnEnvelope[]][] {
	const groups = new Map<string, [string, 'bulk' | 'deposit', OwnEnvelope[]]>();
	for (const own of rows) {
		const kind = own.kind === 'deposit' ? 'deposit' : 'bulk';
		const group = groups.get(`${kind} ${own.db}`);
		if (group === undefined) groups.set(`${kind} ${own.db}`, [own.db, kind, [own]]);
		else group[2].push(own);
	}
	return [...groups.values()];
}

function* batches<T extends WireDocument | OwnEnvelope>(all: readonly T[], pace: Pace): Generator<readonly T[]> {
	let batch: T[] = [];
	let characters = 0;
	for (const each of all) {
		const size = sizeOf('document' in each ? each.document : each);
		if (batch.length > 0 && (batch.length >= BATCH_DOCUMENTS || characters + size > pace.characters)) {
			yield batch;
			batch = [];
			characters = 0;
		}
		batch.push(each);
		characters += size;
	}
	if (batch.length > 0) yield batch;
}

const sizeOf = (document: WireDocument): number => ('c' in document ? document.c.length : document.text.length) + 256;
