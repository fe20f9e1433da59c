/**
 * Pulling: the handler that RxDB calls for more, and that alone moves the checkpoint.
 *
 * One replication for all databases, with a checkpoint `{ [database]: sequence }`. Each call brings one page of one database as one row. Every
 * document is checked (hash and shape) before it is stored; a bad one is noted and never stops the rest (A1); what is held already is
 * dropped. Nothing here throws.
 *
 * RxDB writes what the handler returns while it asks for more, and on a failed write (a full disk) goes on to later checkpoints: the page would be
 * lost for good. So the handler first waits until the page before is durable; when it is not, it returns nothing, no checkpoint moves, and
 * the next round begins at the durable one (A2). Meanwhile the following page is already being fetched.
 */
import type { HeldIds, Store } from '../store/index.ts';
import { pageRow, type BadDocument, type NewPage, type LivePage, type PullCheckpoint, type PulledPage } from '../store/index.ts';
import { checkDocument, type WireDocument } from '../verify/document.ts';
import { encodePack, isPackable, type DamagedRow } from '../verify/pack.ts';
import type { HubClient } from './hubClient.ts';
import { wentBack, type ChangeRow, type ChangesAnswer, type Sequence } from './hubAnswers.ts';
import { concernsTheLine, hubProblem, type HubProblem } from './hubProblem.ts';
import { ok, type Result } from '../result.ts';
import { PackReader, type ReceivedPack } from './packs.ts';
import type { Scheduler } from './scheduler.ts';

export type Checkpoint = PullCheckpoint;
export type Pulled = PulledPage;

export interface RoundOutcome {
	/** new documents stored */
	readonly received: number;
	/** ended the round early; null when every database was read to its end or has a problem of its own */
	readonly problem: HubProblem | null;
	readonly byDatabase: ReadonlyMap<string, HubProblem>;
	/** databases whose feed went back: the hub was restored, began anew, or had lied about where it was */
	readonly regressed: ReadonlySet<string>;
}

interface Round {
	readonly open: string[];
	readonly signal: AbortSignal;
	readonly regressed: Set<string>;
	readonly problems: Map<string, HubProblem>;
	readonly settle: (outcome: RoundOutcome) => void;
	received: number;
	/** pages in a row, per database, that brought nothing new */
	stale: number;
}

/** Documents asked for at once, to begin with: some 700 KB, which a slow line still brings before it is given up. */
export const PAGE_DOCUMENTS = 500;
/** The most, on a line that is quick: each page costs a flush of the disk, whatever its size. The hub gives no more at once. */
const PAGE_DOCUMENTS_MOST = 2_000;
/** ms of waiting for the line after which what came is taken in meanwhile */
const REST_MS = 300;
/** ms within which an answer counts as quick */
const QUICK_MS = 2_000;
/** Rows skipped in memory before the checkpoint is made durable although nothing was stored. */
const SKIPPED_MAX = 1000;
/** ms after which a page that RxDB neither reports as written nor as failed is looked for */
const LOOK_MS = 20_000;
/** RxDB stores a checkpoint only along with a row: this one never changes. It sorts after all pages. */
const POSITION: LivePage = { id: 'position', db: '', n: 0, docs: '[]', _deleted: false };
/** Versions of documents that belong in these databases, as far as this version of the app knows. */
export const DATA_VERSIONS: readonly string[] = ['e1', 'd1', 'l1', 'i1'];

/** What was fetched at once. */
type Fetched = { readonly kind: 'pack'; readonly pack: ReceivedPack } | { readonly kind: 'changes'; readonly answer: ChangesAnswer };
interface ReadPage {
	readonly documents: readonly WireDocument[];
	/** the pack that they came in; null when they came one by one */
	readonly pack: ReceivedPack | null;
	/** how many there were, good or bad */
	readonly rows: number;
	readonly lastSeq: Sequence;
	readonly pending: number | null;
	/** the feed has nothing more */
	readonly ended: boolean;
}
/** cursor: where the last pack of a database ended */
const packedCursor = (db: string): string => `packed-to|${db}`;

export interface PullerOptions {
	readonly store: Store;
	readonly client: HubClient;
	readonly held: HeldIds;
	/** number of the newest page stored */
	readonly newest: number;
	readonly scheduler: Scheduler;
	readonly onReceived: (db: string, documents: number, pending: number | null) => void;
	/** asks RxDB to call the handler */
	readonly resync: () => void;
}

export class Puller {
	readonly #options: PullerOptions;
	readonly #positions = new Map<string, Sequence>();
	#number: number;
	#limit = PAGE_DOCUMENTS;
	/** ms that the last page took to come */
	#tookMs = 0;
	#round: Round | null = null;
	#skipped = 0;
	#unconfirmed: (NewPage & { readonly stored: Promise<boolean> }) | null = null;
	#confirm: ((stored: boolean) => void) | null = null;
	#ahead: { readonly db: string; readonly since: Sequence; readonly answer: Promise<Result<Fetched, HubProblem>> } | null = null;
	readonly #packs: PackReader;
	/** database -> where the last pack of it ended: another may begin there */
	readonly #packedTo = new Map<string, string>();
	#extra: { readonly db: string; readonly documents: readonly WireDocument[] }[] = [];
	#notes: Promise<void> = Promise.resolve();
	/** database -> documents served that were none, since it was last compared by id: the true ones may be missing here */
	readonly suspect = new Map<string, number>();

	constructor(options: PullerOptions) {
		this.#options = options;
		this.#number = options.newest;
		this.#packs = new PackReader(options.client);
	}

	/** Reads the databases to their ends. One round at a time. */
	async round(databases: readonly string[], signal: AbortSignal): Promise<RoundOutcome> {
		// RxDB may be closed under us and never ask: an end that is called for comes all the same
		const stop = (): void => void this.#end(hubProblem('stopped', 'Called off.'));
		const outcome = await new Promise<RoundOutcome>((settle) => {
			this.#round = { open: [...databases].sort(deskFirst), signal, settle, regressed: new Set(), problems: new Map(), received: 0, stale: 0 };
			signal.addEventListener('abort', stop);
			if (signal.aborted) stop();
			else this.#options.resync();
		});
		signal.removeEventListener('abort', stop);
		await this.#notes;
		return outcome;
	}

	/** Stores documents that were fetched by id; those held, or bad, are left out. Resolves when they are durable. */
	async ingest(db: string, rows: readonly ChangeRow[], signal: AbortSignal): Promise<RoundOutcome> {
		this.#extra.push({ db, documents: await this.#checked(db, `by-id-${rows[0]?.id ?? ''}`, rows) });
		return this.round([], signal);
	}

	/** Where the feed of a database has been read to. */
	position(db: string): Sequence {
		return this.#positions.get(db) ?? 0;
	}

	/** Reads a database from its beginning at the next round. */
	forget(db: string): void {
		this.#positions.set(db, 0);
	}

	/** RxDB reports rows that were written, or that a write failed. */
	written(ids: readonly string[]): void {
		const page = this.#unconfirmed;
		if (page === null || !ids.some((id) => Number(id) === page.number)) return;
		this.#options.store.pages.wrote(page);
		this.#confirm?.(true);
	}
	failed(): void {
		this.#confirm?.(false);
	}

	/** The handler. An empty answer ends RxDB's loop and moves nothing. */
	async pull(checkpoint: Checkpoint | undefined): Promise<Pulled> {
		try {
			return await this.#pull(checkpoint);
		} catch (failure) {
			return this.#end(hubProblem('stopped', `Receiving failed on this device: ${failure instanceof Error ? failure.message.slice(0, 200) : 'unknown'}`));
		}
	}

	async #pull(checkpoint: Checkpoint | undefined): Promise<Pulled> {
		for (const [db, sequence] of Object.entries(checkpoint ?? {})) if (!this.#positions.has(db)) this.#positions.set(db, sequence);
		if (!(await this.#confirmed())) {
			this.#positions.clear();
			return this.#end(hubProblem('stopped', 'The storage of this device did not take what was received: it may be full.'));
		}
		for (let round = this.#round; round !== null; round = this.#round) {
			if (round.signal.aborted) return this.#end(hubProblem('stopped', 'Called off.'));
			const extra = this.#extra.shift();
			if (extra !== undefined) {
				const fresh = this.#fresh(extra.db, extra.documents);
				if (fresh.length > 0) return this.#store(round, extra.db, fresh, null, null);
				continue;
			}
			const db = round.open[0];
			if (db === undefined) return this.#skipped > 0 ? this.#moveOnly() : this.#end(null);
			const page = await this.#page(db, round);
			if (page !== null) return page;
			if (this.#skipped > SKIPPED_MAX) return this.#moveOnly();
		}
		return { documents: [], checkpoint: undefined };
	}

	/** One page of a database: a row to store, the end of the round, or null to go on. */
	async #page(db: string, round: Round): Promise<Pulled | null> {
		const since = this.position(db);
		const rest = this.#options.scheduler.after(REST_MS, () => (this.#options.store.pages.coming = false));
		const answer = await this.#next(db, since, round.signal);
		rest();
		if (!answer.ok) return this.#refused(db, answer.error, round);
		const { documents, pack, rows, lastSeq, pending, ended } = await this.#read(db, since, answer.value, round);
		const fresh = this.#fresh(db, documents);
		this.#positions.set(db, lastSeq);
		if (ended) round.open.shift();
		else if (this.#livelock(db, since, lastSeq, fresh.length, round)) {
			round.problems.set(db, hubProblem('bad-answer', 'The hub repeats itself without end.'));
			round.open.shift();
		}
		const next = round.open[0];
		if (next !== undefined) this.#fetchAhead(next, round.signal);
		this.#options.store.pages.coming = pack !== null && next !== undefined;
		if (fresh.length > 0) return this.#store(round, db, fresh, pending, pack === null ? null : bytesOf(pack, fresh));
		this.#skipped += rows;
		return null;
	}

	/** What a page or pack holds that is what it says; the rest is noted. */
	async #read(db: string, since: Sequence, fetched: Fetched, round: Round): Promise<ReadPage> {
		if (fetched.kind === 'pack') {
			const { documents, damaged, to } = fetched.pack;
			await this.#noteBad(db, to, damaged.map(damagedRow));
			this.#packedTo.set(db, to);
			this.#options.store.cursors.put(packedCursor(db), to).catch(() => undefined);
			return { documents, pack: fetched.pack, rows: documents.length + damaged.length, lastSeq: to, pending: null, ended: false };
		}
		const { rows, lastSeq, pending } = fetched.answer;
		if (wentBack(since, fetched.answer)) round.regressed.add(db);
		const documents = await this.#checked(db, String(lastSeq), rows);
		return { documents, pack: null, rows: rows.length, lastSeq, pending, ended: rows.length === 0 || pending === 0 || (pending === null && rows.length < this.#limit) };
	}

	/** A feed that yields nothing new for longer than what is held of it can explain. */
	#livelock(db: string, since: Sequence, lastSeq: Sequence, fresh: number, round: Round): boolean {
		round.stale = fresh > 0 ? 0 : round.stale + 1;
		if (fresh === 0 && since === lastSeq) return true;
		return round.stale > 20 + (2 * this.#options.held.count(db)) / Math.max(1, this.#limit);
	}

	#refused(db: string, problem: HubProblem, round: Round): Pulled | null {
		if ((problem.code === 'too-large' || problem.code === 'timeout') && this.#limit > 1) {
			this.#limit = Math.max(1, Math.floor(this.#limit / 4));
			return problem.code === 'timeout' ? this.#end(problem) : null;
		}
		if (concernsTheLine(problem)) return this.#end(problem);
		round.problems.set(db, problem);
		round.open.shift();
		return null;
	}

	#next(db: string, since: Sequence, signal: AbortSignal): Promise<Result<Fetched, HubProblem>> {
		const ahead = this.#ahead;
		this.#ahead = null;
		return ahead !== null && ahead.db === db && ahead.since === since ? ahead.answer : this.#ask(db, since, signal);
	}

	#fetchAhead(db: string, signal: AbortSignal): void {
		const since = this.position(db);
		this.#ahead = { db, since, answer: this.#ask(db, since, signal) };
	}

	/** A pack where one may begin, else a page of the feed. */
	async #ask(db: string, since: Sequence, signal: AbortSignal): Promise<Result<Fetched, HubProblem>> {
		const { client, scheduler, store } = this.#options;
		if (client.hasPacks && !this.#packedTo.has(db)) this.#packedTo.set(db, (await store.cursors.get(packedCursor(db)).catch(() => null)) ?? '');
		if (since === 0 || this.#packedTo.get(db) === since) {
			const pack = await this.#packs.at(db, since, signal);
			if (!pack.ok) return pack;
			if (pack.value !== null) return ok({ kind: 'pack', pack: pack.value });
		}
		const started = scheduler.now();
		const answer = await client.changes(db, since, this.#limit, true, signal);
		this.#tookMs = scheduler.now() - started;
		return answer.ok ? ok({ kind: 'changes', answer: answer.value }) : answer;
	}

	/** Documents of a page that are what they say; the others are noted. */
	async #checked(db: string, position: string, rows: readonly ChangeRow[]): Promise<readonly WireDocument[]> {
		const good: WireDocument[] = [];
		const bad: BadDocument[] = [];
		for (const row of rows) {
			const checked = row.deleted || isDeleted(row.doc) ? null : checkDocument(row.doc);
			if (checked?.ok && checked.value._id === row.id && DATA_VERSIONS.includes(checked.value.v)) good.push(checked.value);
			else if (!row.id.startsWith('_design/')) bad.push(badDocument(row, checked));
		}
		await this.#noteBad(db, position, bad);
		return good;
	}

	async #noteBad(db: string, position: string, bad: readonly BadDocument[]): Promise<void> {
		if (bad.length === 0) return;
		this.suspect.set(db, (this.suspect.get(db) ?? 0) + bad.length);
		await this.#options.store.verdicts.noteBad(db, position, bad).catch(() => undefined);
	}

	/** What is not held, each once. */
	#fresh(db: string, documents: readonly WireDocument[]): readonly WireDocument[] {
		const fresh = new Map<string, WireDocument>();
		for (const document of documents) if (!this.#options.held.has(db, document._id)) fresh.set(document._id, document);
		return [...fresh.values()];
	}

	#store(round: Round, db: string, documents: readonly WireDocument[], pending: number | null, pack: Uint8Array | null): Pulled {
		const page = { number: ++this.#number, db, documents, pack };
		const stored = new Promise<boolean>((resolve) => (this.#confirm = resolve));
		this.#unconfirmed = { ...page, stored };
		round.received += documents.length;
		this.#limit = Math.min(this.#tookMs < QUICK_MS ? PAGE_DOCUMENTS_MOST : PAGE_DOCUMENTS, this.#limit * 2);
		this.#options.onReceived(db, documents.length, pending);
		this.#skipped = 0;
		return { documents: [{ ...pageRow(page), _deleted: false }], checkpoint: this.#checkpoint() };
	}

	#moveOnly(): Pulled {
		this.#skipped = 0;
		return { documents: [POSITION], checkpoint: this.#checkpoint() };
	}

	#checkpoint(): Checkpoint {
		return Object.fromEntries(this.#positions);
	}

	/** Is the page handed over last in the storage? Then its ids are noted as held. */
	async #confirmed(): Promise<boolean> {
		const page = this.#unconfirmed;
		if (page === null) return true;
		const look = this.#options.scheduler.after(LOOK_MS, () => void this.#look(page.number));
		const stored = await page.stored;
		look();
		this.#unconfirmed = null;
		this.#confirm = null;
		if (!stored) {
			this.#number = page.number - 1;
			return false;
		}
		const ids = page.documents.map((document) => document._id);
		this.#options.held.add(page.db, ids);
		const before = this.#notes;
		// a note that is not written costs a rebuild at the next start, nothing else
		this.#notes = this.#options.store.pages.noteHeld(page.number, page.db, ids).then(() => before, () => before);
		return true;
	}

	/** Neither written nor failed for long: is it there? */
	async #look(number: number): Promise<void> {
		const [page] = await this.#options.store.pages.get([number]).catch(() => []);
		if (this.#unconfirmed?.number === number) this.#confirm?.(page !== undefined && page.documents[0]?._id === this.#unconfirmed.documents[0]?._id);
	}

	#end(problem: HubProblem | null): Pulled {
		const round = this.#round;
		this.#round = null;
		this.#ahead = null;
		this.#options.store.pages.coming = false;
		if (problem !== null) this.#extra = [];
		round?.settle({ received: round.received, problem, byDatabase: round.problems, regressed: round.regressed });
		return { documents: [], checkpoint: undefined };
	}
}

/** Who is known here, before what is recorded of them: a first sync is of use as soon as people are found. */
const deskFirst = (a: string, b: string): number => Number(b.endsWith('-desk')) - Number(a.endsWith('-desk')) || (a < b ? -1 : 1);

/** The pack as it came when all of it is new and whole, else one of what is. */
const bytesOf = (pack: ReceivedPack, fresh: readonly WireDocument[]): Uint8Array => (fresh.length === pack.count ? pack.bytes : encodePack(pack, fresh.filter(isPackable)));

const damagedRow = ({ id, reason }: DamagedRow): BadDocument =>
	({ envelope: id, reason, detail: reason === 'unknown-version' ? 'The document was made by a newer version of the app.' : 'It was damaged in a pack of the hub.', evidence: null });
const isDeleted = (doc: unknown): boolean => typeof doc === 'object' && doc !== null && '_deleted' in doc;

function badDocument(row: ChangeRow, checked: ReturnType<typeof checkDocument> | null): BadDocument {
	const evidence = row.doc === null ? null : JSON.stringify(row.doc);
	if (checked === null) return { envelope: row.id, reason: 'deleted', detail: 'The hub says that it was deleted. Nothing is ever deleted.', evidence };
	if (checked.ok) return { envelope: row.id, reason: 'bad-document', detail: 'A document under the name of another, or in a database where it does not belong.', evidence };
	return { envelope: row.id, reason: checked.error.code === 'unknown-version' ? 'unknown-version' : 'bad-document', detail: checked.error.message, evidence };
}
