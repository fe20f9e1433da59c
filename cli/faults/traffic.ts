/**
 * Somebody who pushes and somebody who pulls, without rest, through whatever happens to the hub: what was acknowledged is remembered, and counted against what is there afterwards.
 */
import { Device, envelopes } from '../../server/testing/device.ts';

interface Page { readonly results: readonly { readonly id: string }[]; readonly last_seq: string }

const BATCH = 25;
const PULL_ROWS = 40;
const PATIENCE_MS = 60_000;
const pause = (ms: number): Promise<void> => new Promise((later) => setTimeout(later, ms));

export class Traffic {
	readonly acknowledged: string[] = [];
	readonly pulled = new Set<string>();
	/** is one under way now? */
	pushing = false;
	pulling = false;
	readonly #device: () => Device;
	readonly #database: string;
	#since = '0';
	#done = false;
	readonly #running: Promise<unknown>;

	/** `device`: with its session, asked anew for each request, as where it is reached may change. */
	constructor(device: () => Device, database: string) {
		this.#device = device;
		this.#database = database;
		this.#running = Promise.all([this.#pushes(), this.#pulls()]);
	}

	/** Ends it, and pulls what is left: until the hub says several times that there is nothing more. */
	async end(): Promise<void> {
		this.#done = true;
		await this.#running;
		for (const gives = Date.now() + PATIENCE_MS, empty = { pages: 0 }; empty.pages < 3; ) {
			const rows = await this.#pull();
			if (rows < 0 && Date.now() > gives) throw new Error('the hub answers no more');
			if (rows < 0) await pause(100);
			else empty.pages = rows === 0 ? empty.pages + 1 : 0;
		}
	}

	async #pushes(): Promise<void> {
		while (!this.#done) {
			const documents = envelopes(BATCH);
			this.pushing = true;
			const reply = await this.#device().pushes(this.#database, documents).catch(() => null);
			this.pushing = false;
			if (reply?.status === 201 && Array.isArray(reply.json) && reply.json.length === 0) this.acknowledged.push(...documents.map(({ _id }) => _id));
			else await pause(5);
		}
	}

	async #pulls(): Promise<void> {
		while (!this.#done) {
			this.pulling = true;
			const count = await this.#pull();
			this.pulling = false;
			if (count <= 0) await pause(5);
		}
	}

	/** How many rows; -1 where there was no answer. */
	async #pull(): Promise<number> {
		const reply = await this.#device().get(`/couch/${this.#database}/_changes?since=${this.#since}&limit=${String(PULL_ROWS)}&include_docs=true`).catch(() => null);
		if (reply?.status !== 200) return -1;
		const page = reply.json as Page;
		this.#since = page.last_seq;
		for (const { id } of page.results) this.pulled.add(id);
		return page.results.length;
	}
}

/** Every id of a database, read from its beginning; each as often as it is there. */
export async function allIds(device: Device, database: string): Promise<string[]> {
	const ids: string[] = [];
	for (let since = '0'; ; ) {
		const { status, json } = await device.get(`/couch/${database}/_changes?since=${since}&limit=2000`);
		if (status !== 200) throw new Error(`the feed cannot be read: ${JSON.stringify(json)}`);
		const page = json as Page;
		ids.push(...page.results.map(({ id }) => id));
		if (page.results.length === 0) return ids;
		since = page.last_seq;
	}
}

export interface Count { readonly acknowledged: number; readonly found: number; readonly lost: readonly string[]; readonly missed: readonly string[] }

/** What was acknowledged against what is held, and what is held against what was pulled. */
export function counted({ acknowledged, pulled }: Traffic, held: readonly string[]): Count {
	const there = new Set(held);
	return { acknowledged: acknowledged.length, found: there.size, lost: acknowledged.filter((id) => !there.has(id)), missed: [...there].filter((id) => !pulled.has(id)) };
}
