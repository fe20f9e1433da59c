/**
 * Envelopes written on this device: the outbox and the archive of what this device authored.
 *
 * Invariants:
 *  - a place of a chain (actor, site, compartment, seq) is given once: under a lock the head is read again from durable rows, and the
 *    primary key is the place, so that even without the lock the storage refuses the second (attack 44);
 *  - one `append` is one transaction: of an import, all changes of a file are there or none;
 *  - a row is replaced only while no hub has acknowledged it (sealing again under a newer epoch), the change in it never;
 *  - acknowledged means that a hub said so (A3); the row stays, so that a hub restored from an old backup can be refilled (A4).
 */
import type { Compartment, Hash, Id } from '../change/change.ts';
import { err, ok, problem, type Problem, type Result } from '../result.ts';
import type { AccessDocument, DepositDocument, EnvelopeDocument, IndexDocument, SealedDocument } from '../verify/document.ts';
import type { Locks } from './locks.ts';
import { padded, type OwnRow } from './rows.ts';
import { prefixed, StorageFailure, type Table } from './table.ts';

export interface Chain { readonly actor: Hash; readonly site: Id; readonly comp: Compartment }
/** The last change of a chain on this device; seq 0 and null before the first. */
export interface ChainHead { readonly seq: number; readonly change: Hash | null }

export type NewOwn =
	| { readonly kind: 'change'; readonly chain: Chain; readonly seq: number; readonly change: Hash; readonly db: string; readonly document: EnvelopeDocument }
	| { readonly kind: 'deposit'; readonly change: Hash; readonly db: string; readonly document: DepositDocument }
	/** part of a desk index for a site; `change` is the part's id, which has one row for each site */
	| { readonly kind: 'index'; readonly to: Id; readonly change: Hash; readonly db: string; readonly document: IndexDocument };

/** An envelope of somebody else that was carried here in a file: to be sent on. */
export interface CarriedEnvelope { readonly db: string; readonly document: SealedDocument }

/** A record of the access log at its place: (actor, site, seq). */
export interface AccessRow { readonly actor: Hash; readonly site: Id; readonly seq: number; readonly record: Hash; readonly db: string; readonly document: AccessDocument }

export interface OwnEnvelope {
	readonly key: string;
	/** carried: somebody else's, to be sent on as a change is */
	readonly kind: 'change' | 'deposit' | 'carried';
	readonly chain: Chain | null;
	readonly seq: number;
	readonly change: Hash;
	readonly db: string;
	readonly document: SealedDocument;
	readonly custody: OwnCustody;
}
/** Where an envelope of this device is known to be. `hub` is a hub's public key, `at` ms since 1970 by this device's clock. */
export type OwnCustody =
	| { readonly state: 'this-device' }
	| { readonly state: 'at-hub'; readonly hub: string; readonly at: number }
	| { readonly state: 'refused'; readonly reason: string };

export type AppendProblem = Problem<'chain-taken' | 'storage-failed'>;

const WIDTH = 10;
export const chainName = (chain: Chain): string => `${chain.actor}|${chain.site}|${chain.comp}`;
const changeKey = (chain: Chain, seq: number): string => `c|${chainName(chain)}|${padded(seq, WIDTH)}`;
const ACCESS = 'a|';
const accessKey = (actor: Hash, site: Id, seq: number): string => `${ACCESS}${actor}|${site}|${padded(seq, WIDTH)}`;
const CARRIED = 'x|';
const carriedKey = (id: string): string => `${CARRIED}${id}`;
const DEPOSIT = 'd|';
const depositKey = (id: string): string => `${DEPOSIT}${id}`;

export class OwnEnvelopes {
	readonly #table: Table<OwnRow>;
	readonly #locks: Locks;
	readonly #lock: string;
	/** a place to start looking for the end of a chain; never the answer */
	readonly #lastSeen = new Map<string, number>();

	constructor(table: Table<OwnRow>, locks: Locks, storeName: string) {
		this.#table = table;
		this.#locks = locks;
		this.#lock = `saddlebag-append-${storeName}`;
	}

	/**
	 * Appends what `build` makes, all or nothing. `build` is given the present head of any chain it asks for, signs and seals, and may
	 * return rows of several chains and deposits; an empty list writes nothing. Nobody else appends meanwhile: keep it short.
	 * Resolves after the storage confirmed the transaction. A throw of `build` passes through and nothing is written.
	 */
	async append(build: (head: (chain: Chain) => Promise<ChainHead>) => Promise<readonly NewOwn[]> | readonly NewOwn[]): Promise<Result<readonly OwnEnvelope[], AppendProblem>> {
		return this.#locks.exclusive(this.#lock, async () => {
			const rows = distinct((await build((chain) => this.head(chain))).map(toRow));
			try {
				const place = await this.#firstTaken(rows);
				if (place !== null) return err(problem('chain-taken', 'Another window of this app saved at the same moment. Nothing was saved here; please save again.'));
				const taken = await this.#table.insert(rows);
				// a deposit has one body for one id: that it is here already is no failure
				if (taken.some((key) => !key.startsWith('d|'))) {
					return err(problem('chain-taken', 'Another window of this app saved at the same moment. Please look at what was saved before saving again.'));
				}
			} catch (failure) {
				if (!(failure instanceof StorageFailure) && !isStorageError(failure)) throw failure;
				return err(problem('storage-failed', 'The storage of this device did not take the entry: it may be full. The entry is not saved.'));
			}
			return ok(rows.map(fromRow));
		});
	}

	/** Keeps a record of the access log. False when its place is taken: another tab wrote one at the same moment. */
	async note({ actor, site, seq, record, db, document }: AccessRow): Promise<boolean> {
		const row = { key: accessKey(actor, site, seq), chain: '', seq, change: record, envelope: document._id, db, doc: JSON.stringify(document), hub: '', at: 0, refused: '' };
		return (await this.#table.insert([row])).length === 0;
	}

	/** The record at a place of this device's access log. */
	async noted(actor: Hash, site: Id, seq: number): Promise<{ readonly record: Hash } | null> {
		const row = await this.#table.one(accessKey(actor, site, seq));
		return row === null ? null : { record: row.change as Hash };
	}

	/** All records that were written here at a site. */
	async notes(site: Id): Promise<readonly AccessDocument[]> {
		const rows = await this.#table.range(prefixed(ACCESS));
		return rows.filter((row) => row.key.split('|')[2] === site).map((row): AccessDocument => JSON.parse(row.doc));
	}

	/** Takes in what was carried here; what was carried here before stays as it is. Returns the keys that are new. */
	async carry(carried: readonly CarriedEnvelope[]): Promise<readonly string[]> {
		const rows = [...new Map(carried.map(({ db, document }) => [carriedKey(document._id), {
			key: carriedKey(document._id), chain: '', seq: 0, change: '', envelope: document._id, db, doc: JSON.stringify(document), hub: '', at: 0, refused: ''
		}])).values()];
		const taken = new Set(await this.#table.insert(rows));
		return rows.map(({ key }) => key).filter((key) => !taken.has(key));
	}

	/** Keys of all that was ever carried here, in order; `after` pages on. */
	async carried(limit: number, after: string | null = null): Promise<readonly string[]> {
		return (await this.#table.range({ ...prefixed(CARRIED), ...(after === null ? {} : { after }), limit })).map(({ key }) => key);
	}

	/** The present head of a chain, from durable rows. */
	async head(chain: Chain): Promise<ChainHead> {
		const last = await this.#last(chain);
		return last === null ? { seq: 0, change: null } : { seq: last.seq, change: last.change as Hash };
	}

	/** Rows of one chain after a seq, in order. */
	async after(chain: Chain, seq: number, limit: number): Promise<readonly OwnEnvelope[]> {
		const rows = await this.#table.range({ ...prefixed(`c|${chainName(chain)}|`), after: changeKey(chain, seq), limit });
		return rows.map(fromRow);
	}

	/** Chains that have at least one change here: a handful, found by skipping from one to the next. */
	async chains(): Promise<readonly Chain[]> {
		const chains: Chain[] = [];
		for (let after = 'c|'; ; ) {
			const [row] = await this.#table.range({ after, to: 'c|\uffff', limit: 1 });
			if (row === undefined) return chains;
			chains.push(fromRow(row).chain ?? defect(row.key));
			after = `c|${row.chain}|\uffff`;
		}
	}

	/** What `hub` has not acknowledged, in order of key; `after` pages on. Reads over all rows: for a change of hub. */
	async unacknowledged(hub: string, limit: number, after: string | null = null): Promise<readonly OwnEnvelope[]> {
		const found: OwnRow[] = [];
		for (let from = after; found.length < limit; ) {
			const rows = await this.#table.range({ ...(from === null ? {} : { after: from }), limit: Math.max(limit, 200) });
			for (const row of rows) if (row.hub !== hub && found.length < limit) found.push(row);
			const last = rows.at(-1);
			if (last === undefined) break;
			from = last.key;
		}
		return found.map(fromRow);
	}

	/** Rows that no hub has acknowledged, by index, in order of key; `after` pages on. */
	async onThisDeviceOnly(limit: number, after: string | null = null): Promise<readonly OwnEnvelope[]> {
		return (await this.#table.where([['hub', ''], ['at', 0]], 'key', { limit, ...(after === null ? {} : { after }) })).map(fromRow);
	}

	/** How many rows no hub has acknowledged, of whatever kind. */
	countUnsent(): Promise<number> {
		return this.#table.countWhere('hub', '', ['hub', 'at', 'key']);
	}

	/** How many exist on this device only; records of who looked at what are not entries, and are not counted. */
	async countOnThisDeviceOnly(): Promise<number> {
		const [all, notes] = await Promise.all([this.countUnsent(), this.#table.where([['hub', ''], ['at', 0]], 'key', prefixed(ACCESS))]);
		return all - notes.length;
	}

	/** All rows, of whatever kind and custody, in order of key; `after` pages on. */
	async page(limit: number, after: string | null = null): Promise<readonly OwnEnvelope[]> {
		return (await this.#table.range({ ...(after === null ? {} : { after }), limit })).map(fromRow);
	}

	/** How many rows there are. */
	count(): Promise<number> {
		return this.#table.count({});
	}

	async countUnacknowledged(hub: string): Promise<number> {
		const [all, acknowledged] = await Promise.all([this.#table.count({}), this.#table.countWhere('hub', hub, ['hub', 'at', 'key'])]);
		return all - acknowledged;
	}

	/** Acknowledged by `hub` at or after `since` (ms), oldest first. */
	async acknowledged(hub: string, since: number, limit: number): Promise<readonly OwnEnvelope[]> {
		return (await this.#table.where([['hub', hub]], 'at', { atLeast: since, limit })).map(fromRow);
	}

	async get(keys: readonly string[]): Promise<readonly OwnEnvelope[]> {
		return (await this.#table.get(keys)).map(fromRow);
	}

	/** `hub` has these. `sent`: the names of their envelopes when they were sent; one that was sealed again meanwhile is not there in its new envelope. */
	async acknowledge(keys: readonly string[], hub: string, at: number, sent: ReadonlySet<string> | null = null): Promise<void> {
		await this.#settle(keys, (row) => (sent?.has(row.envelope) === false ? null : { ...row, hub, at: Math.max(1, Math.trunc(at)), refused: '' }));
	}

	/** The hub refused this one: kept, shown with the reason, tried again later. */
	async refuse(key: string, reason: string): Promise<void> {
		await this.#settle([key], (row) => (row.hub === '' && row.refused !== reason ? { ...row, refused: reason.slice(0, 300) } : null));
	}

	/** What `hub` turned out not to have: waits to be sent again. */
	async unacknowledge(keys: readonly string[], hub: string): Promise<void> {
		await this.#settle(keys, (row) => (row.hub === hub ? { ...row, hub: '', at: 0 } : null));
	}

	/** What `hub` had acknowledged in a database and, by its own list, does not have: waits again (A4). Returns how many. */
	async unacknowledgeUnless(hub: string, db: string, isThere: (envelope: string) => boolean): Promise<number> {
		let count = 0;
		for (let after = ''; ; ) {
			const rows = await this.#table.range({ after, limit: 1000 });
			const last = rows.at(-1);
			if (last === undefined) return count;
			const keys = rows.filter((row) => row.hub === hub && row.db === db && !isThere(row.envelope)).map((row) => row.key);
			await this.unacknowledge(keys, hub);
			count += keys.length;
			after = last.key;
		}
	}

	/** The same change sealed again under another epoch, as long as no hub acknowledged the first. Returns whether it was replaced. A copy keeps its key, whatever its name is then. */
	async replaceUnsent(key: string, document: EnvelopeDocument | DepositDocument): Promise<boolean> {
		const row = await this.#table.one(key);
		if (row === null || row.hub !== '') return false;
		const lost = await this.#table.update([key], (stored) => (stored.hub === '' ? { ...stored, envelope: document._id, doc: JSON.stringify(document), refused: '' } : null));
		return lost.length === 0;
	}

	/** Takes back copies for linked sites that no hub acknowledged; they can be made again from the changes. Nothing else is ever taken back. */
	async takeBack(keys: readonly string[]): Promise<void> {
		const unsent = (await this.#table.get(keys)).filter((row) => row.key.startsWith(DEPOSIT) && row.hub === '').map(({ key }) => key);
		if (unsent.length > 0) await this.#table.remove(unsent, (row) => ({ ...row, doc: '' }));
	}

	/** Deposits that `hub` acknowledged at or after `since` (ms), in order of key; `after` pages on. */
	async deposited(hub: string, since: number, limit: number, after: string | null = null): Promise<{ readonly rows: readonly OwnEnvelope[]; readonly last: string | null }> {
		const rows = await this.#table.range({ ...prefixed(DEPOSIT), ...(after === null ? {} : { after }), limit });
		return { rows: rows.filter((row) => row.hub === hub && row.at >= since).map(fromRow), last: rows.at(-1)?.key ?? null };
	}

	/** Custody of changes written here; changes of others are not in the answer. */
	async custodyOf(changes: readonly Hash[]): Promise<ReadonlyMap<Hash, OwnCustody>> {
		const found = new Map<Hash, OwnCustody>();
		await Promise.all(
			changes.map(async (change) => {
				const rows = await this.#table.where([['change', change]], 'key', { limit: 1, ...prefixed('c|') });
				if (rows[0] !== undefined) found.set(change, custody(rows[0]));
			})
		);
		return found;
	}

	/** Another tab may settle the same rows: try again on what it changed. */
	async #settle(keys: readonly string[], change: (row: OwnRow) => OwnRow | null): Promise<void> {
		let remaining = keys;
		for (let attempt = 0; remaining.length > 0 && attempt < 10; attempt++) {
			const lost = await this.#table.update(remaining, change);
			remaining = lost.length === remaining.length && attempt > 0 ? [] : lost;
		}
	}

	async #last(chain: Chain): Promise<OwnRow | null> {
		// RxDB reads a whole range to sort it downwards. A chain has no gaps, so gallop to its end, from where it last was: two lookups
		const name = chainName(chain);
		let seq = this.#lastSeen.get(name) ?? 1;
		let known = await this.#table.one(changeKey(chain, seq));
		if (known === null && seq > 1) known = await this.#table.one(changeKey(chain, (seq = 1)));
		if (known === null) return null;
		for (let step = 1; ; ) {
			const next = await this.#table.one(changeKey(chain, seq + step));
			if (next !== null) {
				known = next;
				seq += step;
				step *= 2;
			} else if (step === 1) break;
			else step = Math.floor(step / 2);
		}
		this.#lastSeen.set(name, seq);
		return known;
	}

	async #firstTaken(rows: readonly OwnRow[]): Promise<string | null> {
		for (const row of rows) {
			if (row.key.startsWith('c|') && row.seq === 0) throw new RangeError('a chain begins at seq 1');
		}
		const firsts = new Map<string, OwnRow>();
		for (const row of rows) if (row.chain !== '' && !firsts.has(row.chain)) firsts.set(row.chain, row);
		for (const first of firsts.values()) {
			const chain = fromRow(first).chain ?? defect(first.key);
			const head = await this.head(chain);
			let expected = head.seq;
			for (const row of rows) if (row.chain === first.chain && row.seq !== ++expected) return row.key;
		}
		return null;
	}
}

/** Without deposits that come again: a chart with two links to one site owes it one copy of a change for each of them, which are the same bytes. */
function distinct(rows: readonly OwnRow[]): readonly OwnRow[] {
	const deposits = new Set<string>();
	return rows.filter(({ key }) => !key.startsWith('d|') || (!deposits.has(key) && deposits.add(key) !== undefined));
}

function toRow(own: NewOwn): OwnRow {
	const shared = { change: own.change, envelope: own.document._id, db: own.db, doc: JSON.stringify(own.document), hub: '', at: 0, refused: '' };
	return own.kind === 'change'
		? { key: changeKey(own.chain, own.seq), chain: chainName(own.chain), seq: own.seq, ...shared }
		: { key: depositKey(own.kind === 'index' ? `i|${own.change}|${own.to}` : own.document._id), chain: '', seq: 0, ...shared };
}

function fromRow(row: OwnRow): OwnEnvelope {
	const [actor, site, comp] = row.chain.split('|');
	const chain = row.chain === '' ? null : { actor: actor as Hash, site: site as Id, comp: comp as Compartment };
	const document: OwnEnvelope['document'] = JSON.parse(row.doc);
	return {
		key: row.key,
		// a carried deposit goes the way of deposits
		kind: chain !== null ? 'change' : row.key.startsWith(CARRIED) && document.v === 'e1' ? 'carried' : 'deposit',
		chain,
		seq: row.seq,
		change: row.change as Hash,
		db: row.db,
		document,
		custody: custody(row)
	};
}

function custody(row: OwnRow): OwnCustody {
	if (row.hub !== '') return { state: 'at-hub', hub: row.hub, at: row.at };
	return row.refused === '' ? { state: 'this-device' } : { state: 'refused', reason: row.refused };
}

/** IndexedDB says so when the disk is full or the database was closed under us. */
const isStorageError = (failure: unknown): boolean =>
	failure instanceof Error && /QuotaExceeded|AbortError|DatabaseClosed|InvalidState|UnknownError|closed/i.test(`${failure.name} ${failure.message}`);

function defect(key: string): never {
	throw new TypeError(`an own row without a chain: ${key}`);
}
