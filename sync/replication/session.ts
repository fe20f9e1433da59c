/**
 * One connected stretch with a hub: control, pulls, the outbox, comparing counts, waiting for news, and again, until something breaks.
 */
import type { HeldIds } from '../store/index.ts';
import type { ControlExchange } from './control.ts';
import { DepositsAgain } from './deposits-again.ts';
import { ok, type Result } from '../result.ts';
import { countOf, type Sequence, type UpdatesAnswer } from './hubAnswers.ts';
import { hubProblem, type HubProblem } from './hubProblem.ts';
import { DATA_VERSIONS, type Puller } from './pull.ts';
import type { Sender } from './push.ts';
import { reconcile } from './reconcile.ts';
import type { ReplicationOptions, Scope } from './replication.ts';
import { backoffMs } from './scheduler.ts';
import type { StatusBoard } from './status.ts';

export interface SessionParts {
	readonly options: ReplicationOptions;
	readonly hub: string;
	readonly board: StatusBoard;
	readonly puller: Puller;
	readonly sender: Sender;
	readonly held: HeldIds;
	readonly control: ControlExchange;
}

/** Why a wait ends early: a person asked, or something here wants to be sent again. */
export type Nudge = 'asked' | 'internal';

export interface SessionHooks {
	/** databases to be compared by id although nothing is known to be amiss */
	readonly reconcile: Set<string>;
	readonly scope: () => Promise<Scope>;
	/** called after each complete exchange */
	readonly settle: () => void;
	/** takes how to end the wait for news early; null when there is no wait */
	readonly wake: (wake: ((nudge: Nudge) => void) | null) => void;
}

const LONGPOLL_MS = 55_000;
/** cursor: versions of documents that the app understood when it last replicated */
const UNDERSTOOD = 'versions-understood';
/** Counts are compared at the start of a session, after sending, and at least this often; those of the control database too. */
const CHECK_MS = 60 * 60_000;
/** Ids are compared at least this often: some 150 bytes a document. */
const COMPARE_MS = 24 * 60 * 60_000;
const COMPARE_MANY_MS = 7 * COMPARE_MS;
const MANY = 5000;
/** While something kept here is not to be read at this hub, another is looked for this often. */
const ELSEWHERE_MS = 60_000;
/** bounds of the pause before a difference that stayed is looked into again */
const AGAIN_FIRST_MS = 60_000;
const AGAIN_MOST_MS = 6 * 60 * 60_000;

export class Session {
	readonly #parts: SessionParts;
	/** database -> what was amiss when last looked at (how many documents more or fewer, how many that were none), and when the same may be looked into again */
	readonly #differences = new Map<string, { readonly signs: string; readonly times: number; readonly notBefore: number }>();
	#checked: number | null = null;
	/** when the control database was last compared as a whole */
	#controlChecked: number | null = null;
	/** sentences on what stays amiss while the line is good: with a database that cannot be read, and with entries that cannot be sent */
	#trouble: string | null = null;
	/** databases that could not be read when last tried: tried again at the next turn, whether there is news of them or not */
	#unread: ReadonlySet<string> = new Set();
	#unsent: string | null = null;
	/** ms since 1970 */
	#lookedElsewhere = -Infinity;
	readonly #depositsAgain: DepositsAgain;
	/** database -> ms since 1970, as text, of its last comparison by id */
	readonly #lastCompared = new Map<string, string>();

	constructor(parts: SessionParts) {
		this.#parts = parts;
		this.#depositsAgain = new DepositsAgain({ cursors: parts.options.store.cursors, scheduler: parts.options.scheduler, hub: parts.hub, sender: parts.sender });
	}

	/** Runs until something breaks; returns it. */
	async run(first: Scope, signal: AbortSignal, hooks: SessionHooks): Promise<HubProblem> {
		const { options, board } = this.#parts;
		const begin = await options.client.updates(0, 0, signal);
		if (!begin.ok) return begin.error;
		let since: Sequence = begin.value.lastSeq;
		let scope = first;
		await this.#afterUpgrade(hooks);
		let changed: ReadonlySet<string> | null = null;
		let asked = false;
		for (;;) {
			const fresh = await this.#control(scope, changed, signal, hooks);
			if ('code' in fresh) return fresh;
			const databases = fresh.databases.filter((db) => changed === null || changed.has(db) || this.#unread.has(db) || !scope.databases.includes(db));
			scope = fresh;
			const problem = await this.#exchange(scope, databases, signal, hooks, asked);
			if (problem !== null) return problem;
			board.update({ line: 'connected' });
			await options.store.tidy(options.scheduler.now());
			await board.note();
			hooks.settle();
			if (await this.#isBetterElsewhere()) return hubProblem('stopped', 'Going back to the hub that has what this one does not carry.');
			const news = await this.#wait(since, signal, hooks);
			if (!news.ok) return news.error;
			since = news.value.lastSeq;
			changed = news.value.woken === null ? new Set(news.value.databases) : null;
			asked = news.value.woken === 'asked';
		}
	}

	/** A box serves the sites that it carries and no others: who keeps more goes back to the hub as soon as it answers, and stays with the box until then. */
	async #isBetterElsewhere(): Promise<boolean> {
		const { options } = this.#parts;
		const now = options.scheduler.now();
		if (this.#unread.size === 0 || Math.abs(now - this.#lookedElsewhere) < ELSEWHERE_MS) return false;
		this.#lookedElsewhere = now;
		return (await options.onUnreachable?.(hubProblem('forbidden', this.#trouble ?? '')).catch(() => false)) ?? false;
	}

	/** Documents of versions that were unknown before an upgrade are asked for by name, now that they may be understood (D7). */
	async #afterUpgrade(hooks: SessionHooks): Promise<void> {
		const { cursors, verdicts } = this.#parts.options.store;
		const understood = DATA_VERSIONS.join(' ');
		if ((await cursors.get(UNDERSTOOD)) === understood) return;
		for (const [db, bad] of await verdicts.bad()) {
			if (!bad.some((document) => document.reason === 'unknown-version')) continue;
			await verdicts.forgetBad(db);
			hooks.reconcile.add(db);
		}
		await cursors.put(UNDERSTOOD, understood);
	}

	/** Control, where it moved; then the scope as it is now: the log may have grown, or a site been taken on. */
	async #control(scope: Scope, changed: ReadonlySet<string> | null, signal: AbortSignal, hooks: SessionHooks): Promise<Scope | HubProblem> {
		const { options, control } = this.#parts;
		const thorough = changed === null || this.#isLongAgo(this.#controlChecked);
		const outcome = thorough || changed.has(scope.control) || (await this.#unsentControl()) ? await control.run(scope.control, signal, thorough) : null;
		if (outcome?.ok === false) return outcome.error;
		if (thorough) this.#controlChecked = options.scheduler.now();
		if (outcome !== null && outcome.value.added.length > 0) await options.onControl?.(outcome.value.added);
		const next = await hooks.scope();
		options.client.use({ hub: next.hub, org: next.org, device: next.device, databases: [next.control, ...next.databases], sign: options.sign });
		return next;
	}

	async #unsentControl(): Promise<boolean> {
		return (await this.#parts.options.store.control.unsent(this.#parts.hub)).some((document) => document.v !== 'a1');
	}

	/** Pulls the databases that moved, sends what waits, and sees that both sides agree. */
	async #exchange(scope: Scope, databases: readonly string[], signal: AbortSignal, hooks: SessionHooks, asked: boolean): Promise<HubProblem | null> {
		const amiss = new Set<string>();
		const pulled = await this.#pull(databases, signal, amiss);
		if (pulled !== null) return pulled;
		const sent = await this.#send(signal);
		if ('code' in sent) return sent;
		const { options, sender } = this.#parts;
		const [readable] = scope.databases;
		const unproven = (await sender.audit()) ?? (readable === undefined ? null : await this.#depositsAgain.run(readable, this.#parts.puller.position(readable)));
		if (unproven !== null) return unproven;
		const due = sent.sent || this.#isLongAgo(this.#checked) ? scope.databases : databases;
		for (const db of due) {
			const differs = await this.#differs(db, signal, asked);
			if (typeof differs !== 'boolean') return differs;
			if (differs) amiss.add(db);
		}
		if (due === scope.databases) this.#checked = options.scheduler.now();
		for (const db of scope.databases) if (hooks.reconcile.has(db) || (await this.#isDue(db))) amiss.add(db);
		if (amiss.size === 0) return null;
		for (const db of amiss) {
			const outcome = await reconcile({ ...options, ...this.#parts }, db, signal);
			if (!outcome.ok) return outcome.error;
			hooks.reconcile.delete(db);
			if (outcome.value.unresolved > 0) this.#parts.puller.suspect.set(db, outcome.value.unresolved);
			await this.#noteCompared(db);
		}
		const again = await this.#send(signal);
		if ('code' in again) return again;
		for (const db of amiss) await this.#differs(db, signal, false);
		return null;
	}

	/**
	 * Counts that agree prove little: a document lost there and another withheld here cancel out. So ids are compared now and then in any case,
	 * less often where that is much to read.
	 */
	async #isDue(db: string): Promise<boolean> {
		const { options, held } = this.#parts;
		const text = this.#lastCompared.get(db) ?? (await options.store.cursors.get(this.#comparedCursor(db)));
		if (text === null) {
			await this.#noteCompared(db);
			return false;
		}
		this.#lastCompared.set(db, text);
		const since = options.scheduler.now() - Number(text);
		// a clock that fell back says nothing about how long ago it was
		return since < 0 || since > (held.count(db) > MANY ? COMPARE_MANY_MS : COMPARE_MS);
	}

	/** A clock that fell back says nothing about how long ago it was. */
	#isLongAgo(at: number | null): boolean {
		if (at === null) return true;
		const since = this.#parts.options.scheduler.now() - at;
		return since < 0 || since > CHECK_MS;
	}

	async #noteCompared(db: string): Promise<void> {
		const now = String(this.#parts.options.scheduler.now());
		this.#lastCompared.set(db, now);
		await this.#parts.options.store.cursors.put(this.#comparedCursor(db), now);
	}

	#comparedCursor(db: string): string {
		return `compared-${this.#parts.hub}-${db}`;
	}

	async #pull(databases: readonly string[], signal: AbortSignal, amiss: Set<string>): Promise<HubProblem | null> {
		const { board, puller, options } = this.#parts;
		if (databases.length === 0) return null;
		board.update({ receiving: { done: 0, total: null } });
		const outcome = await puller.round(databases, signal);
		for (const db of outcome.regressed) amiss.add(db);
		const now = options.scheduler.now();
		const heard = Object.fromEntries(databases.filter((db) => !outcome.byDatabase.has(db)).map((db) => [db, now]));
		const [trouble] = outcome.byDatabase.values();
		if (outcome.problem === null) {
			this.#trouble = trouble?.message ?? null;
			this.#unread = new Set(outcome.byDatabase.keys());
		}
		board.update({
			receiving: null,
			...(outcome.problem === null ? { lastReceived: now, heard: { ...board.status.heard, ...heard }, problem: this.#trouble ?? this.#unsent } : {})
		});
		return outcome.problem;
	}

	async #send(signal: AbortSignal): Promise<{ readonly sent: boolean } | HubProblem> {
		const { board, sender, options, hub } = this.#parts;
		const total = await options.store.own.countUnacknowledged(hub);
		if (total > 0) board.update({ sending: { done: 0, total } });
		const outcome = total === 0 ? null : await sender.sweep();
		if (outcome !== null && outcome.problem !== null && !signal.aborted) {
			board.update({ sending: null });
			return outcome.problem;
		}
		this.#unsent = total === 0 ? null : stillUnsent(sender.refused, outcome?.outside ?? 0);
		board.update({ sending: null, problem: this.#trouble ?? this.#unsent });
		return { sent: (outcome?.sent ?? 0) > 0 };
	}

	/**
	 * Does the hub hold another number of documents than are held here, when both were just read to the same point? A difference that was
	 * looked into and stayed (documents that no one can take, a hub that goes on losing them) is looked into again after a growing pause,
	 * or when a person asks.
	 */
	async #differs(db: string, signal: AbortSignal, asked: boolean): Promise<boolean | HubProblem> {
		const { options, held, puller } = this.#parts;
		const info = await options.client.databaseInfo(db, signal);
		if (!info.ok) return info.error.code === 'not-found' || info.error.code === 'forbidden' ? false : info.error;
		const unsent = (await options.store.own.onThisDeviceOnly(10_000)).filter((own) => own.db === db && held.has(db, own.document._id)).length;
		const difference = info.value.docCount - (held.count(db) - unsent);
		// it moved on since it was read: more there is no wonder, the feed will bring it
		if (difference > 0 && countOf(info.value.updateSeq) > countOf(puller.position(db))) return false;
		const signs = `${difference} ${puller.suspect.get(db) ?? 0}`;
		const known = this.#differences.get(db);
		if (signs === '0 0') {
			this.#differences.delete(db);
			return false;
		}
		const now = options.scheduler.now();
		const same = known?.signs === signs;
		if (same && now < known.notBefore && !asked) return false;
		const times = same ? known.times + 1 : 0;
		this.#differences.set(db, { signs, times, notBefore: now + backoffMs(times, AGAIN_FIRST_MS, AGAIN_MOST_MS, options.scheduler.fraction()) });
		return true;
	}

	async #wait(since: Sequence, signal: AbortSignal, hooks: SessionHooks): Promise<Result<UpdatesAnswer & { readonly woken: Nudge | null }, HubProblem>> {
		const { options } = this.#parts;
		const waiting = new AbortController();
		const stop = (): void => waiting.abort();
		let woken: Nudge | null = null;
		signal.addEventListener('abort', stop);
		if (signal.aborted) stop();
		hooks.wake((nudge) => {
			woken = nudge;
			stop();
		});
		const news = await options.client.updates(since, options.longpollMs ?? LONGPOLL_MS, waiting.signal);
		hooks.wake(null);
		signal.removeEventListener('abort', stop);
		if (news.ok) return ok({ ...news.value, woken: null });
		return woken !== null && !signal.aborted ? ok({ databases: [], lastSeq: since, woken }) : news;
	}
}

/** It stays amiss, and said, until the hub has taken them: the next good exchange the other way changes nothing about it. */
function stillUnsent(refused: number, outside: number): string | null {
	if (refused > 0) return `The hub refused ${refused} of the entries waiting to be sent. They are kept here and will be offered again.`;
	if (outside > 0) return `${outside} of the entries waiting to be sent belong to a site that this device does not keep, or may not write to any more. They are kept here.`;
	return null;
}
