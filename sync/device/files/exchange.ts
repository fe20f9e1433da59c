/**
 * Sealed chunks to and from a hub, beside the replication of changes: what was made here is sent until a hub confirmed that it has it, whether or not
 * anybody is unlocked; what is opened is asked for by name, a few chunks at a time, each kept as it comes, so that a line that breaks costs what was
 * on its way and no more.
 *
 * A session of its own, for the databases of files alone: a device replicates none of them. One tab sends at a time, under a lock.
 */
import type { Id } from '../../change/change.ts';
import { databasesFor } from '../../membership/databases.ts';
import { HubClient } from '../../replication/hubClient.ts';
import { backoffMs, type Scheduler } from '../../replication/scheduler.ts';
import { err, ok, type Problem, type Result } from '../../result.ts';
import { sign } from '../../seal/keys.ts';
import type { ChunkDocument, KeptFile } from '../../store/fileRows.ts';
import { checkDocument } from '../../verify/document.ts';
import type { Inside } from '../inside.ts';
import { noHub } from '../outcome.ts';

/** Chunks in one request: about 3 MB. */
const AT_ONCE = 16;
const RETRY_FIRST_MS = 15_000;
const RETRY_MOST_MS = 10 * 60_000;
/** Characters of chunks that stay on a device for opening them again: about 200 photos of 1 MB */
const KEPT_CHARACTERS = 280 * 1024 * 1024;

export class FileExchange {
	readonly #inside: Inside;
	readonly #scheduler: Scheduler;
	#client: HubClient | null = null;
	#stopped = false;
	/** of the round that is under way */
	#round = new AbortController();
	#cancel: (() => void) | null = null;
	#failures = 0;
	#running: Promise<void> | null = null;
	#again = false;
	/** nothing was made here in this run, and nobody asked what is left from another: there is nothing to look for */
	#begun = false;

	constructor(inside: Inside) {
		this.#inside = inside;
		this.#scheduler = inside.ports.scheduler;
		// a hub took something, or gave something: there is a line, so what failed is worth trying
		inside.ports.store.subscribe(({ kind }) => {
			if (this.#failures > 0 && this.#running === null && (kind === 'own' || kind === 'pages')) this.wake();
		});
	}

	/** Something was made, or a line came: sends what is due soon, and keeps trying. */
	wake(): void {
		this.#begun = true;
		this.#cancel?.();
		this.#cancel = null;
		if (this.#running !== null) this.#again = true;
		else this.#running = this.#exchange().finally(() => this.#next());
	}

	/** Sends now; resolves when all is there or the line failed. */
	async round(): Promise<void> {
		if (!this.#begun) return;
		this.wake();
		while (this.#running !== null) await this.#running;
	}

	stop(): void {
		this.#stopped = true;
		this.#round.abort();
		this.#cancel?.();
	}

	#next(): void {
		this.#running = null;
		if (this.#stopped) return;
		if (this.#again) {
			this.#again = false;
			this.wake();
		} else if (this.#failures > 0) {
			this.#cancel = this.#scheduler.after(backoffMs(this.#failures - 1, RETRY_FIRST_MS, RETRY_MOST_MS, this.#scheduler.fraction()), () => this.wake());
		}
	}

	async #exchange(): Promise<void> {
		const { store } = this.#inside.ports;
		if (this.#stopped) return;
		const { signal } = (this.#round = new AbortController());
		try {
			await store.locks.exclusive(`saddlebag-files-${store.name}`, async () => {
				let failed = false;
				for await (const file of store.files.unsent()) failed = !(await this.#send(file, signal)) || failed;
				this.#failures = failed ? this.#failures + 1 : 0;
			}, signal);
		} catch {
			if (!signal.aborted) this.#failures++;
		}
	}

	/** A file counts as sent when the hub, asked by name, has each of its chunks (A3). */
	async #send(file: KeptFile, signal: AbortSignal): Promise<boolean> {
		const { store } = this.#inside.ports;
		const ready = this.#ready(file.db);
		if (!ready.ok) return false;
		const { client, hub } = ready.value;
		for (let i = 0; i < file.chunks.length; i += AT_ONCE) {
			const ids = file.chunks.slice(i, i + AT_ONCE);
			const before = await client.documents(file.db, ids, false, signal);
			if (!before.ok) return false;
			const there = new Set(before.value.map(({ id }) => id));
			const missing = ids.filter((id) => !there.has(id));
			if (missing.length === 0) continue;
			const chunks = [...(await store.files.chunks(missing)).values()].flatMap((raw) => soundChunk(raw));
			// a row that the disk damaged cannot be sent: the rest of the file still is
			const refused = await client.bulkDocs(file.db, chunks, signal);
			if (!refused.ok || refused.value.length > 0) return false;
			const after = await client.documents(file.db, missing, false, signal);
			if (!after.ok || after.value.length < missing.length) return false;
		}
		await store.files.acknowledge(file, hub);
		return true;
	}

	/**
	 * Brings chunks here that are not. `progress` counts chunks. What a hub serves is taken only under the name that is the hash of it; whether it is a
	 * chunk of this file is for whoever opens it.
	 */
	async fetch(site: Id, chunks: readonly string[], signal: AbortSignal, progress: (done: number) => void = () => undefined): Promise<Result<null, Problem>> {
		const { store } = this.#inside.ports;
		const prefix = this.#inside.hub()?.prefix ?? '';
		const db = `${prefix}-${site}-files`;
		const here = await store.files.chunks(chunks);
		const missing = chunks.filter((id) => !here.has(id));
		progress(here.size);
		if (missing.length === 0) return ok(null);
		const ready = this.#ready(db);
		if (!ready.ok) return ready;
		for (let i = 0; i < missing.length; i += AT_ONCE) {
			const ids = new Set(missing.slice(i, i + AT_ONCE));
			const answer = await ready.value.client.documents(db, [...ids], true, signal);
			if (!answer.ok) return answer.error.code === 'unreachable' || answer.error.code === 'timeout' ? err({ code: 'file-not-here', message: 'This file is not on this device, and there is no line to fetch it. What is here already is kept.' }) : answer;
			const sound = answer.value.flatMap(({ doc }) => soundChunk(doc)).filter(({ _id }) => ids.has(_id));
			await store.files.add(sound);
			if (sound.length < ids.size) return err({ code: 'file-not-sent', message: 'The hub does not have all of this file yet. It comes when the device that it was taken with has sent it.' });
			progress(here.size + i + sound.length);
		}
		await store.files.note({ db, chunks, size: chunks.length * 180_000, used: this.#inside.ports.clock.now(), hub: ready.value.hub });
		await store.files.evict(KEPT_CHARACTERS);
		return ok(null);
	}

	/** The client of the hub that this device speaks with now, for one database of files. */
	#ready(db: string): Result<{ readonly client: HubClient; readonly hub: string }, Problem> {
		const [hub, scope, control, ports] = [this.#inside.hub(), this.#inside.scope(), this.#inside.control(), this.#inside.ports];
		if (hub === null || scope === null || control?.state === null || control === null || hub.prefix === '') return noHub();
		const site = db.slice(hub.prefix.length + 1, -'-files'.length);
		const { mayRead, mayWrite } = databasesFor(control.state, scope.device);
		if (![...mayRead, ...mayWrite].includes(`${site}-care`)) return err({ code: 'not-allowed', message: 'This device may not reach the files of that site.' });
		if (this.#client?.origin !== hub.origin) this.#client = new HubClient({ fetch: ports.fetch, origin: hub.origin, scheduler: ports.scheduler });
		this.#client.use({ hub: scope.hub, org: scope.org, device: scope.device, databases: [db], sign: (text) => this.#inside.identities.device().then(({ transport }) => sign('saddlebag/session/1', text, transport)) });
		return ok({ client: this.#client, hub: hub.key });
	}
}

function soundChunk(raw: unknown): ChunkDocument[] {
	const checked = checkDocument(raw);
	return checked.ok && checked.value.v === 'e1' ? [{ _id: checked.value._id, v: 'e1', t: checked.value.t, n: checked.value.n, c: checked.value.c }] : [];
}
