/**
 * One database, both ways between a box and the hub above.
 *
 * Fetched: by packs at first, then by ids, of which only those are asked for that are not here. Sent: what the hub above says that it lacks. So nothing crosses the
 * line twice, whichever way it came. Where the two counts differ afterwards, both are read from the beginning once more: a hub put back to a backup is refilled.
 * How far it got is kept in a `_local` document of the box's database, moved after what it speaks of is stored (A2).
 */
import { err, ok, type Result } from '../../sync/result.ts';
import type { WireDocument } from '../../sync/verify/document.ts';
import { admitDocument, storedForm } from '../documents.ts';
import type { Organization } from '../organization.ts';
import type { DatabaseName } from '../storage/names.ts';
import { FROM_START, type HubDatabase, type HubStorage, type StoredDocument } from '../storage/port.ts';
import type { Upstream, UpstreamProblem } from './upstream.ts';

export interface FerryParts {
	readonly up: Pick<Upstream, 'pack' | 'changes' | 'documents' | 'count' | 'push'>;
	readonly storage: HubStorage;
	readonly organization: Pick<Organization, 'accept'>;
	readonly signal: AbortSignal;
	/** by database */
	readonly tally: { readonly queue: Map<string, number>; readonly lag: Map<string, number>; refused: number };
	/** by how many documents the two differed after the last exchange: what lasts is looked into, what is on its way is not */
	readonly differed: Map<string, string>;
	/** the hub above lacked what it once had: what cannot be compared with it, as deposits, is to be sent again */
	wentBack: boolean;
}

export interface Route {
	/** names of the database here and above */
	readonly ours: string;
	readonly theirs: string;
	readonly place: DatabaseName;
	/** `deposit`: it may only be added to, above */
	readonly mode: 'both' | 'deposit';
}

/** Ids asked for at once, and documents fetched or sent at once. */
const IDS = 500;
const DOCUMENTS = 200;
const SEND_BYTES = 4 * 1024 * 1024;
const MARKS = 'carrier';
const ENDLESS: UpstreamProblem = { code: 'bad-answer', message: 'The hub above repeats itself without end.' };
/** Pages of the first log that bring nothing new, and documents of it. */
const IDLE_MAX = 20;
const LOG_DOCUMENTS_MAX = 1_000_000;
/** Ids fetched in this run, at most, that are not asked for again when they come up in the box's own feed. */
const RECENT_MAX = 100_000;

/**
 * How far a database was read and sent; the difference of counts that was looked into last. `deposited`: how far deposits were sent since it is not carried,
 * or not any more, and `stranded` what was met there that only a database that is carried may be sent: that waits behind `pushed`.
 * `again`: how far deposits were sent once more; empty when they need not be.
 */
interface Marks { pulled: string; packed: string; pushed: string; looked: string; deposited: string; stranded: number; again: string; rev: string | null }

/** Carries one database; what broke it, or null. */
export async function ferry(parts: FerryParts, route: Route): Promise<UpstreamProblem | null> {
	const database = await parts.storage.get(route.ours);
	const marks = await readMarks(database);
	const recent = new Set<string>();
	const once = async (): Promise<UpstreamProblem | null> =>
		(route.mode === 'both' ? await pull(parts, route, database, marks, recent) : null) ?? (await push(parts, route, database, marks, recent));
	const problem = (route.mode === 'deposit' ? await repeat(parts, route, database, marks) : null) ?? (await once());
	if (problem !== null || route.mode === 'deposit') return problem;
	const theirs = await parts.up.count(route.theirs, parts.signal);
	if (!theirs.ok) return theirs.error.code === 'refused' ? null : theirs.error;
	const difference = String(theirs.value - (await database.info()).count);
	const lasts = parts.differed.get(route.ours) === difference;
	parts.differed.set(route.ours, difference);
	if (difference === '0' && marks.looked !== '') {
		marks.looked = '';
		await writeMarks(database, marks);
	}
	if (difference === '0' || !lasts || difference === marks.looked) return null;
	if (difference.startsWith('-')) parts.wentBack = true;
	Object.assign(marks, { pulled: FROM_START, packed: '', pushed: FROM_START, looked: difference });
	await writeMarks(database, marks);
	return (await once()) ?? settled(parts, route, database, marks);
}

/** A difference that was made good is forgotten: it may come once more, and the hub above be put back a second time by as many. */
async function settled({ up, differed, signal }: FerryParts, { ours, theirs }: Route, database: HubDatabase, marks: Marks): Promise<UpstreamProblem | null> {
	const count = await up.count(theirs, signal);
	if (!count.ok) return count.error.code === 'refused' ? null : count.error;
	if (count.value !== (await database.info()).count) return null;
	marks.looked = '';
	differed.set(ours, '0');
	await writeMarks(database, marks);
	return null;
}

/** From now on deposits of a database are sent from its beginning, once more; the hub above has each but once. */
export async function depositAgain(storage: HubStorage, ours: string): Promise<void> {
	const database = await storage.get(ours);
	const marks = await readMarks(database);
	marks.again = FROM_START;
	await writeMarks(database, marks);
}

/** Every document of a database above, checked: the log before there is one here. */
export async function fetchAll(parts: FerryParts, theirs: string, limit: number): Promise<Result<readonly WireDocument[], UpstreamProblem>> {
	const all = new Map<string, WireDocument>();
	for (let since = FROM_START, idle = 0; ; ) {
		const page = await parts.up.changes(theirs, since, limit, parts.signal);
		if (!page.ok) return page;
		const got = await fetchDocuments(parts, theirs, { kind: 'control' }, page.value.ids);
		if (!got.ok) return got;
		const before = all.size;
		for (const document of got.value) all.set(document._id, document);
		idle = all.size === before ? idle + 1 : 0;
		if (page.value.ids.length === 0 || page.value.pending === 0 || page.value.lastSeq === since) return ok([...all.values()]);
		if (idle > IDLE_MAX || all.size > LOG_DOCUMENTS_MAX) return err(ENDLESS);
		since = page.value.lastSeq;
	}
}

async function pull(parts: FerryParts, { ours, theirs, place }: Route, database: HubDatabase, marks: Marks, recent: Set<string>): Promise<UpstreamProblem | null> {
	const { up, signal, tally } = parts;
	for (let idle = 0, repeated = 0; !signal.aborted; ) {
		const pack = place.kind !== 'control' && (marks.pulled === FROM_START || marks.pulled === marks.packed) ? await up.pack(theirs, marks.pulled, signal) : null;
		// an empty pack leads nowhere: the feed is read instead
		if (pack !== null && pack.count > 0 && pack.damaged.length === 0) {
			const missing = await lacking(database, pack.documents);
			await store(parts, place, database, missing, recent);
			repeated = missing.length === 0 ? repeated + pack.count : 0;
			Object.assign(marks, { pulled: pack.to, packed: pack.to });
			await writeMarks(database, marks);
			if (repeated > 20 * IDS + 2 * (await database.info()).count) return ENDLESS;
			continue;
		}
		const page = await up.changes(theirs, marks.pulled, IDS, signal);
		// a database that the hub above has not made yet, or that is not this box's any more
		if (!page.ok) return page.error.code === 'refused' ? null : page.error;
		const { ids, lastSeq, pending } = page.value;
		tally.lag.set(ours, pending + ids.length);
		const here = await held(database, ids);
		const got = await fetchDocuments(parts, theirs, place, ids.filter((id) => !here.has(id)));
		if (!got.ok) return got.error;
		await store(parts, place, database, got.value, recent);
		const moved = lastSeq !== marks.pulled;
		marks.pulled = lastSeq;
		if (moved) await writeMarks(database, marks);
		tally.lag.set(ours, pending);
		idle = got.value.length === 0 ? idle + 1 : 0;
		if (ids.length === 0 || pending === 0 || !moved) return null;
		// a feed that never ends and never brings anything
		if (idle > 20 + (2 * (await database.info()).count) / IDS) return ENDLESS;
	}
	return { code: 'no-line', message: 'Stopped.' };
}

async function push(parts: FerryParts, { ours, theirs, mode }: Route, database: HubDatabase, marks: Marks, recent: Set<string>): Promise<UpstreamProblem | null> {
	const { up, signal, tally } = parts;
	const deposit = mode === 'deposit';
	while (!signal.aborted) {
		const page = await database.changes({ since: deposit ? marks.deposited : marks.pushed, limit: IDS, includeDocs: false });
		if (!page.ok) return { code: 'no-line', message: 'The storage of this box cannot be read.' };
		const { rows, lastSeq, pending } = page.value;
		if (rows.length === 0) {
			tally.queue.set(ours, deposit ? marks.stranded : 0);
			return null;
		}
		let ids = rows.map(({ id }) => id).filter((id) => !recent.has(id));
		tally.queue.set(ours, pending + ids.length + (deposit ? marks.stranded : 0));
		if (mode === 'both' && ids.length > 0) {
			const there = await up.documents(theirs, ids, false, signal);
			if (!there.ok) return there.error;
			ids = ids.filter((id) => !there.value.has(id));
		}
		const documents = await documentsOf(database, ids);
		const due = deposit ? documents.filter(isDeposit) : documents;
		const stranded = deposit ? marks.stranded + documents.length - due.length : 0;
		tally.queue.set(ours, pending + due.length + stranded);
		const sent = await send(parts, theirs, due, deposit);
		if (!sent.ok) return sent.error;
		tally.refused += sent.value;
		Object.assign(marks, { deposited: lastSeq, stranded }, deposit ? {} : { pushed: lastSeq });
		await writeMarks(database, marks);
		tally.queue.set(ours, pending + stranded);
	}
	return { code: 'no-line', message: 'Stopped.' };
}

/** Sends the deposits of a database once more, without a look at how far it was sent. */
async function repeat(parts: FerryParts, { theirs }: Route, database: HubDatabase, marks: Marks): Promise<UpstreamProblem | null> {
	while (marks.again !== '' && !parts.signal.aborted) {
		const page = await database.changes({ since: marks.again, limit: IDS, includeDocs: false });
		if (!page.ok) return { code: 'no-line', message: 'The storage of this box cannot be read.' };
		const { rows, lastSeq } = page.value;
		const sent = await send(parts, theirs, (await documentsOf(database, rows.map(({ id }) => id))).filter(isDeposit), true);
		if (!sent.ok) return sent.error;
		marks.again = rows.length === 0 ? '' : lastSeq;
		await writeMarks(database, marks);
	}
	return null;
}

const isDeposit = ({ v }: StoredDocument): boolean => v === 'd1' || v === 'l1' || v === 'i1';

/** How many were refused. */
async function send({ up, signal }: FerryParts, theirs: string, due: readonly StoredDocument[], deposit: boolean): Promise<Result<number, UpstreamProblem>> {
	let refused = 0;
	for (let from = 0; from < due.length; ) {
		const batch: StoredDocument[] = [];
		for (let bytes = 0; from < due.length && batch.length < DOCUMENTS; ) {
			const next = due[from] as StoredDocument;
			bytes += JSON.stringify(next).length;
			if (batch.length > 0 && bytes > SEND_BYTES) break;
			batch.push(next);
			from++;
		}
		const pushed = await up.push(theirs, batch, deposit, signal);
		if (!pushed.ok && pushed.error.code !== 'refused') return pushed;
		refused += pushed.ok ? pushed.value : batch.length;
	}
	return ok(refused);
}

/** Documents by name, each checked as a push is; what is not what it says is counted and left out. */
async function fetchDocuments(parts: FerryParts, theirs: string, place: DatabaseName, ids: readonly string[]): Promise<Result<readonly WireDocument[], UpstreamProblem>> {
	const good: WireDocument[] = [];
	for (let from = 0; from < ids.length; from += DOCUMENTS) {
		const asked = ids.slice(from, from + DOCUMENTS);
		const answer = await parts.up.documents(theirs, asked, true, parts.signal);
		if (!answer.ok) return err(answer.error);
		for (const id of asked) {
			const admitted = admitDocument(answer.value.get(id) ?? null, place);
			if (admitted.ok && admitted.value._id === id) good.push(admitted.value);
			else parts.tally.refused++;
		}
	}
	return ok(good);
}

async function store(parts: FerryParts, place: DatabaseName, database: HubDatabase, documents: readonly WireDocument[], recent: Set<string>): Promise<void> {
	if (documents.length === 0) return;
	if (place.kind === 'control') await parts.organization.accept(documents);
	else await database.write(documents.map(storedForm));
	if (recent.size < RECENT_MAX) for (const { _id } of documents) recent.add(_id);
}

async function lacking<T extends { readonly _id: string }>(database: HubDatabase, documents: readonly T[]): Promise<readonly T[]> {
	const here = await held(database, documents.map(({ _id }) => _id));
	return documents.filter(({ _id }) => !here.has(_id));
}

async function held(database: HubDatabase, ids: readonly string[]): Promise<ReadonlySet<string>> {
	if ((await database.info()).count === 0 || ids.length === 0) return new Set();
	const here = new Set<string>();
	for (let from = 0; from < ids.length; from += IDS) {
		const page = await database.allDocs({ ...BY_KEYS, keys: ids.slice(from, from + IDS), includeDocs: false });
		for (const row of page.rows) if (!('error' in row)) here.add(row.id);
	}
	return here;
}

async function documentsOf(database: HubDatabase, ids: readonly string[]): Promise<readonly StoredDocument[]> {
	if (ids.length === 0) return [];
	const page = await database.allDocs({ ...BY_KEYS, keys: ids, includeDocs: true });
	return page.rows.flatMap((row) => ('error' in row || row.doc === undefined ? [] : [row.doc]));
}

const BY_KEYS = { inclusiveEnd: true, descending: false, skip: 0, limit: IDS } as const;

async function readMarks(database: HubDatabase): Promise<Marks> {
	const stored = await database.local(MARKS);
	const text = (name: string, otherwise: string): string => {
		const value = stored?.fields[name];
		return typeof value === 'string' ? value : otherwise;
	};
	const stranded = stored?.fields['stranded'];
	return {
		pulled: text('pulled', FROM_START), packed: text('packed', ''), pushed: text('pushed', FROM_START), looked: text('looked', ''),
		deposited: text('deposited', text('pushed', FROM_START)), stranded: typeof stranded === 'number' ? stranded : 0, again: text('again', ''), rev: stored?.rev ?? null
	};
}

async function writeMarks(database: HubDatabase, marks: Marks): Promise<void> {
	const { rev, ...fields } = marks;
	marks.rev = await database.putLocal(MARKS, fields, rev);
}
