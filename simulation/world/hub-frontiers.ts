/**
 * Frontiers on a simulated hub: the newest of each device and database, in memory. What is a frontier and whose it is, is judged by the hub's own code; the
 * answers are those of `server/http/frontiers.ts`.
 */
import { isObject } from '../../sync/change/canonical.ts';
import type { Id } from '../../sync/change/change.ts';
import { checkFrontier, frontierId, isSignedBy, type CheckedFrontier } from '../../sync/verify/frontier.ts';
import type { Organization } from '../../server/organization.ts';
import { databaseOfFrontier, type FrontierPut, type FrontierStore, type HeldFrontier } from '../../server/storage/frontiers.ts';
import type { HubAnswer } from './hub.ts';

/** names the run of a hub: a reader of another run is told everything once */
let runs = 0;

export class FrontierMemory implements FrontierStore {
	readonly #databases: Map<string, Map<Id, HeldFrontier>>;
	readonly #run = ++runs;
	#writes = 0;

	constructor(databases: ReadonlyMap<string, ReadonlyMap<Id, HeldFrontier>> = new Map()) {
		this.#databases = new Map([...databases].map(([name, held]) => [name, new Map([...held].map(([device, one]) => [device, { ...one, written: 0 }]))]));
	}

	copy(): FrontierMemory {
		return new FrontierMemory(this.#databases);
	}

	held(database: string): ReadonlyMap<Id, HeldFrontier> {
		return this.#databases.get(database) ?? new Map<Id, HeldFrontier>();
	}

	of(database: string): Promise<ReadonlyMap<Id, HeldFrontier>> {
		return Promise.resolve(this.held(database));
	}

	get sequence(): string {
		return `${String(this.#writes)}-${String(this.#run)}`;
	}

	seen(since: unknown): number | null {
		const [count, run] = typeof since === 'string' ? since.split('-') : [];
		return run === String(this.#run) ? Number(count) : null;
	}

	put(frontier: CheckedFrontier): Promise<FrontierPut> {
		return Promise.resolve(this.take(frontier));
	}

	take(frontier: CheckedFrontier): FrontierPut {
		const database = databaseOfFrontier(frontier);
		const known = this.#databases.get(database) ?? new Map<Id, HeldFrontier>();
		this.#databases.set(database, known);
		const { device, n } = frontier.statement;
		const before = known.get(device);
		if (before !== undefined && frontierId(before.document) === frontierId(frontier.document)) return { taken: true };
		if (before !== undefined && before.statement.n >= n) return { taken: false, held: before.statement.n };
		known.set(device, { ...frontier, written: ++this.#writes });
		return { taken: true };
	}
}

/** Who asks: `reads` are names of databases, with prefix. */
interface Asking { readonly frontiers: FrontierMemory; readonly organization: Organization; readonly reads: readonly string[] }

const bare = (name: string): string => name.slice(name.indexOf('-') + 1);
const refuse = (status: number, error: string, reason: string): HubAnswer => ({ status, value: { error, reason } });

export function frontiersAbove({ frontiers, reads }: Asking, body: unknown): HubAnswer {
	const asked = isObject(body) ? body : {};
	const rows = Array.isArray(asked['known']) ? asked['known'].filter((row: unknown) => isObject(row)) : [];
	const known = new Map(rows.map((row) => [`${String(row['device'])}|${String(row['database'])}`, Number(row['n'])]));
	const since = frontiers.seen(asked['since']);
	const held: { readonly device: string; readonly database: string; readonly n: number }[] = [];
	const documents: unknown[] = [];
	for (const database of reads.map(bare)) {
		for (const [device, { statement, document, written }] of frontiers.held(database)) {
			if (since !== null && written <= since) continue;
			held.push({ device, database, n: statement.n });
			if ((known.get(`${device}|${database}`) ?? 0) < statement.n) documents.push(document);
		}
	}
	return { status: 200, value: { held, documents, last_seq: frontiers.sequence, whole: since === null } };
}

export function takeFrontier({ frontiers, organization, reads }: Asking, body: unknown): HubAnswer {
	const checked = checkFrontier(isObject(body) ? body['document'] : null);
	if (!checked.ok) return refuse(400, 'bad_request', checked.error.message);
	const { org, device } = checked.value.statement;
	const database = databaseOfFrontier(checked.value);
	const key = organization.transportKey(device);
	const name = reads.find((one) => bare(one) === database);
	if (org !== organization.org || name === undefined || !organization.accessOf(device).read.has(name)) return refuse(403, 'forbidden', 'That database is not kept.');
	if (key === null || !isSignedBy(checked.value.document, key)) return refuse(403, 'forbidden', 'The signature of the frontier is not that of its device.');
	const put = frontiers.take(checked.value);
	return put.taken ? { status: 200, value: { ok: true } } : refuse(409, 'conflict', `A frontier under counter ${String(put.held)} is held already.`);
}
