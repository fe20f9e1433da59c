/**
 * Which databases of a CouchDB are written to, by whatever gateway: one `_db_updates` longpoll for a whole gateway.
 *
 * CouchDB gathers these news for up to half a second. When the feed breaks off nobody knows what was missed, so everybody is told of everything.
 */
import { isObject } from '../../sync/change/canonical.ts';
import { AS_ADMIN, CouchError, reasonIn, type Couch } from './client.ts';

const LONGPOLL_MS = 30_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

export interface FeedListener {
	readonly written: (database: string) => void;
	/** the line to CouchDB broke: anything may have been written meanwhile */
	readonly missed: () => void;
	readonly failed: (error: unknown) => void;
}

export class UpdatesFeed {
	readonly #couch: Couch;
	readonly #listener: FeedListener;
	readonly #ended = new AbortController();
	#running: Promise<void> = Promise.resolve();

	constructor(couch: Couch, listener: FeedListener) {
		this.#couch = couch;
		this.#listener = listener;
	}

	/** Settles when it listens: what is written from now on is told. */
	async start(): Promise<void> {
		const since = (await this.#ask('now', 0)).last;
		this.#running = this.#follow(since);
	}

	async stop(): Promise<void> {
		this.#ended.abort();
		await this.#running;
	}

	async #follow(from: string): Promise<void> {
		let since = from;
		let pause = FIRST_PAUSE_MS;
		while (!this.#ended.signal.aborted) {
			try {
				const { names, last } = await this.#ask(since, LONGPOLL_MS);
				since = last;
				pause = FIRST_PAUSE_MS;
				for (const name of new Set(names)) this.#listener.written(name);
			} catch (error) {
				if (this.#ended.signal.aborted) return;
				this.#listener.failed(error);
				await this.#wait(pause);
				pause = Math.min(LONGEST_PAUSE_MS, pause * 2);
				this.#listener.missed();
			}
		}
	}

	async #ask(since: string, timeoutMs: number): Promise<{ readonly names: readonly string[]; readonly last: string }> {
		const query = new URLSearchParams({ since });
		if (timeoutMs > 0) query.set('feed', 'longpoll');
		if (timeoutMs > 0) query.set('timeout', String(timeoutMs));
		const route = `/_db_updates?${query}`;
		const { status, json } = await this.#couch.ask(AS_ADMIN, 'GET', route, undefined, this.#ended.signal, timeoutMs + LONGPOLL_MS);
		if (status !== 200 || !isObject(json) || !Array.isArray(json['results']) || typeof json['last_seq'] !== 'string') throw new CouchError('GET', route, status, reasonIn(json));
		const names = json['results'].flatMap((row) => (isObject(row) && typeof row['db_name'] === 'string' ? [row['db_name']] : []));
		return { names, last: json['last_seq'] };
	}

	#wait(ms: number): Promise<void> {
		return new Promise((resolve) => {
			const done = (): void => {
				clearTimeout(timer);
				this.#ended.signal.removeEventListener('abort', done);
				resolve();
			};
			const timer = setTimeout(done, ms);
			this.#ended.signal.addEventListener('abort', done);
		});
	}
}
