/**
 * The second back end: the databases of a hub in a CouchDB, one server or a cluster, behind any number of gateways.
 *
 * A gateway keeps nothing that another needs: documents, frontiers and which organization was founded are in CouchDB. Databases are provisioned at their first
 * use in this run, which also mends what somebody changed of their access or rule.
 */
import type { ServerScope } from 'nano';
import type { Logger } from 'pino';
import { isObject } from '../../sync/change/canonical.ts';
import type { Result } from '../../sync/result.ts';
import { gatewayName, parseDatabaseName } from '../storage/names.ts';
import type { Caller, DatabaseUpdate, HubDatabase, HubStorage, SequenceProblem, SharedState } from '../storage/port.ts';
import { Written } from '../storage/written.ts';
import { Purge } from './checked-row.ts';
import { Couch, CouchError, reasonIn, type CouchOptions } from './client.ts';
import { CouchDatabase } from './couch-database.ts';
import { CouchFrontiers } from './couch-frontiers.ts';
import { UpdatesFeed } from './feed.ts';
import { asProxy, provisionDatabase } from './provision.ts';
import { ADMIN_ROLE, GATEWAY_USER, rolesFor } from './roles.ts';

const ORGANIZATION = 'organization';

export class CouchStorage implements HubStorage {
	readonly shared: SharedState;
	readonly frontiers: CouchFrontiers;
	readonly #couch: Couch;
	readonly #admin: ServerScope;
	readonly #prefix: string;
	readonly #log: Logger;
	readonly #purge: Purge;
	readonly #written = new Written();
	readonly #feed: UpdatesFeed;
	/** provisioned in this run */
	readonly #ready = new Map<string, Promise<void>>();

	private constructor(options: CouchOptions, prefix: string, log: Logger) {
		this.#couch = new Couch(options);
		this.#admin = asProxy(options.url, GATEWAY_USER, [ADMIN_ROLE], options.secret);
		this.#prefix = prefix;
		this.#log = log;
		this.#purge = new Purge(this.#couch, (database, id, reason) => log.error({ database, id, reason }, 'a document that no gateway stored is purged'));
		const own = gatewayName(prefix);
		this.#feed = new UpdatesFeed(this.#couch, {
			written: (name) => {
				if (name === own) void this.frontiers.refresh();
				else if (parseDatabaseName(prefix, name) !== null) this.#written.note(name);
			},
			missed: () => {
				void this.frontiers.refresh();
				this.#written.noteAll(this.#ready.keys());
			},
			failed: (error) => log.warn({ error: messageOf(error) }, 'the feed of CouchDB broke off')
		});
		this.frontiers = new CouchFrontiers(this.#couch, own);
		this.shared = { organization: () => this.#organization(), claim: (org) => this.#claim(org) };
	}

	/** Opens it: CouchDB must be there and take the secret. Rejects with what is wrong. */
	static async open(options: CouchOptions, prefix: string, log: Logger): Promise<CouchStorage> {
		const storage = new CouchStorage(options, prefix, log);
		await storage.#provisioned(gatewayName(prefix));
		await storage.#feed.start();
		return storage;
	}

	async get(name: string, caller?: Caller): Promise<HubDatabase> {
		if (parseDatabaseName(this.#prefix, name) === null) throw new Error('not the name of a database');
		await this.#provisioned(name);
		return new CouchDatabase(name, this.#couch, caller ?? null, this.#purge);
	}

	#provisioned(name: string): Promise<void> {
		const before = this.#ready.get(name);
		if (before !== undefined) return before;
		const provisioning = provisionDatabase(this.#admin, name).then((done) => {
			for (const what of done) this.#log.info({ database: name }, what);
		});
		this.#ready.set(name, provisioning);
		provisioning.catch(() => this.#ready.delete(name));
		return provisioning;
	}

	onWritten(listener: (name: string) => void): () => void {
		return this.#written.listen(listener);
	}
	get sequence(): string {
		return this.#written.sequence;
	}
	updatedSince(since: string, names: readonly string[]): Result<readonly DatabaseUpdate[], SequenceProblem> {
		return this.#written.since(since, names);
	}
	isOfAnother(since: string): boolean {
		return this.#written.isOfAnother(since);
	}

	get #ownPath(): string {
		return `/${gatewayName(this.#prefix)}/${ORGANIZATION}`;
	}

	async #organization(): Promise<string | null> {
		const { status, json } = await this.#couch.expect([200, 404], this.#self, 'GET', this.#ownPath);
		return status === 200 && isObject(json) && typeof json['org'] === 'string' ? json['org'] : null;
	}

	async #claim(org: string): Promise<string> {
		const { status, json } = await this.#couch.ask(this.#self, 'PUT', this.#ownPath, { org });
		if (status === 201) return org;
		const held = status === 409 ? await this.#organization() : null;
		if (held === null) throw new CouchError('PUT', this.#ownPath, status, reasonIn(json));
		return held;
	}

	get #self(): { readonly user: string; readonly roles: readonly string[] } {
		return { user: GATEWAY_USER, roles: rolesFor(gatewayName(this.#prefix), null) };
	}

	async close(): Promise<void> {
		await this.#feed.stop();
	}
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
