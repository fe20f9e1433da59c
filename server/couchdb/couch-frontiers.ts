/**
 * Frontiers in a CouchDB: a document for each device and database in `<prefix>-gateway`, replaced under its counter, which the rule guards too.
 *
 * A database's frontiers are read at first use and kept in memory; what other gateways put there is taken up as the feed tells of it.
 */
import { randomBytes } from 'node:crypto';
import { isObject } from '../../sync/change/canonical.ts';
import type { Id } from '../../sync/change/change.ts';
import { checkFrontier, frontierId, type CheckedFrontier } from '../../sync/verify/frontier.ts';
import { databaseOfFrontier, type FrontierPut, type FrontierStore, type HeldFrontier } from '../storage/frontiers.ts';
import { Turns } from '../turns.ts';
import { AS_ADMIN, CouchError, reasonIn, type As, type Couch } from './client.ts';
import { GATEWAY_USER, rolesFor } from './roles.ts';

const ATTEMPTS = 5;

/** `frontier`: null when what is there is none */
interface Kept { readonly frontier: CheckedFrontier | null; readonly rev: string }

export class CouchFrontiers implements FrontierStore {
	readonly #couch: Couch;
	readonly #path: string;
	readonly #as: As;
	/** database without prefix -> device -> its newest */
	readonly #databases = new Map<string, Promise<Map<Id, HeldFrontier>>>();
	readonly #turns = new Turns();
	/** names this run of the gateway */
	readonly #run = randomBytes(4).toString('hex');
	#writes = 0;
	/** where the changes of the database were read to; null before the first look */
	#since: string | null = null;

	constructor(couch: Couch, database: string) {
		this.#couch = couch;
		this.#path = `/${database}`;
		this.#as = { user: GATEWAY_USER, roles: rolesFor(database, null) };
	}

	async of(database: string): Promise<ReadonlyMap<Id, HeldFrontier>> {
		return this.#open(database);
	}

	get sequence(): string {
		return `${this.#writes}-${this.#run}`;
	}

	seen(since: unknown): number | null {
		const match = typeof since === 'string' ? /^(\d{1,15})-([0-9a-f]{8})$/.exec(since) : null;
		return match?.[2] === this.#run ? Number(match[1]) : null;
	}

	async put(frontier: CheckedFrontier): Promise<FrontierPut> {
		const database = databaseOfFrontier(frontier);
		const { device, n } = frontier.statement;
		const known = await this.#open(database);
		const id = `frontier:${database}:${device}`;
		for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
			const there = await this.#read(id);
			if (there?.frontier && frontierId(there.frontier.document) === frontierId(frontier.document)) return { taken: true };
			if (there?.frontier && there.frontier.statement.n >= n) {
				this.#keep(known, there.frontier);
				return { taken: false, held: there.frontier.statement.n };
			}
			// no gateway put that there, and its counter could keep every true one out
			if (there !== null && there.frontier === null) await this.#couch.expect([201, 202], AS_ADMIN, 'POST', `${this.#path}/_purge`, { [id]: [there.rev] });
			const route = `${this.#path}/${encodeURIComponent(id)}`;
			const { status, json } = await this.#couch.ask(this.#as, 'PUT', route, { n, document: frontier.document, ...(there?.frontier ? { _rev: there.rev } : {}) });
			if (status === 201) {
				this.#keep(known, frontier);
				return { taken: true };
			}
			// another gateway put one meanwhile
			if (status !== 409) throw new CouchError('PUT', route, status, reasonIn(json));
		}
		throw new CouchError('PUT', this.#path, 409, 'again and again');
	}

	async #read(id: string): Promise<Kept | null> {
		const { status, json } = await this.#couch.expect([200, 404], this.#as, 'GET', `${this.#path}/${encodeURIComponent(id)}`);
		if (status === 404 || !isObject(json) || typeof json['_rev'] !== 'string') return null;
		return { frontier: readFrontier(id, json), rev: json['_rev'] };
	}

	#keep(known: Map<Id, HeldFrontier>, frontier: CheckedFrontier): void {
		const before = known.get(frontier.statement.device);
		if (before !== undefined && before.statement.n >= frontier.statement.n) return;
		known.set(frontier.statement.device, { ...frontier, written: ++this.#writes });
	}

	/** Takes up what was written since the last look. Never rejects: the next look takes it up. */
	refresh(): Promise<void> {
		return this.#turns.take(async () => {
			try {
				const page = await this.#couch.expect([200], this.#as, 'GET', `${this.#path}/_changes?${new URLSearchParams({ since: this.#since ?? 'now', include_docs: 'true' })}`);
				if (!isObject(page.json) || !Array.isArray(page.json['results']) || typeof page.json['last_seq'] !== 'string') return;
				for (const row of page.json['results']) {
					const frontier = isObject(row) ? readFrontier(row['id'], row['doc']) : null;
					const open = frontier === null ? null : await this.#databases.get(databaseOfFrontier(frontier))?.catch(() => null);
					if (frontier && open) this.#keep(open, frontier);
				}
				this.#since = page.json['last_seq'];
			} catch {
				// the feed reports what is wrong with the line; what was missed is taken up at the next look
			}
		});
	}

	#open(database: string): Promise<Map<Id, HeldFrontier>> {
		const open = this.#databases.get(database);
		if (open !== undefined) return open;
		const opening = this.#load(database);
		this.#databases.set(database, opening);
		opening.catch(() => this.#databases.delete(database));
		return opening;
	}

	async #load(database: string): Promise<Map<Id, HeldFrontier>> {
		// from here on changes are followed, so that none falls between the reading and the first news
		if (this.#since === null) await this.#follow();
		const range = new URLSearchParams({ startkey: JSON.stringify(`frontier:${database}:`), endkey: JSON.stringify(`frontier:${database}:~`), include_docs: 'true' });
		const { json } = await this.#couch.expect([200], this.#as, 'GET', `${this.#path}/_all_docs?${range}`);
		const found = new Map<Id, HeldFrontier>();
		for (const row of isObject(json) && Array.isArray(json['rows']) ? json['rows'] : []) {
			const frontier = isObject(row) ? readFrontier(row['id'], row['doc']) : null;
			if (frontier !== null) found.set(frontier.statement.device, { ...frontier, written: 0 });
		}
		return found;
	}

	async #follow(): Promise<void> {
		const { json } = await this.#couch.expect([200], this.#as, 'GET', `${this.#path}/_changes?since=now&limit=1`);
		if (isObject(json) && typeof json['last_seq'] === 'string') this.#since ??= json['last_seq'];
	}
}

/** A frontier under its name and counter; its signature is for those who use it. */
function readFrontier(id: unknown, doc: unknown): CheckedFrontier | null {
	if (!isObject(doc)) return null;
	const checked = checkFrontier(doc['document']);
	if (!checked.ok || doc['n'] !== checked.value.statement.n) return null;
	return id === `frontier:${databaseOfFrontier(checked.value)}:${checked.value.statement.device}` ? checked.value : null;
}
