/**
 * Files of any size for carrying by hand, written and taken in piece by piece.
 *
 * A file holds what a hub would be sent, so writing one needs no key unless it is to leave out what somebody else holds: that is told from what their devices
 * stated (frontiers), which only readers can open. Whoever takes one in passes each document through the same gate, and on to the hub. A file is read twice, for the
 * statements first: one of them may be what lets this device keep a database.
 */
import type { Id } from '../change/change.ts';
import { openDocument } from '../gate/open.ts';
import { databasesFor } from '../membership/databases.ts';
import { actorsOn, grantsOf } from '../membership/selectors.ts';
import { err, ok } from '../result.ts';
import type { CarriedEnvelope } from '../store/ownEnvelopes.ts';
import { BundleReader, isEnvelope, writeBundle, type BundleEntry, type BundleSummary } from '../verify/bundle.ts';
import type { Outcome } from './api.ts';
import type { BundleApi, BundleExport, BundleImport, BundleSource, BundleTarget } from './bundle-api.ts';
import { isChunkEntry, takeChunks, unsentChunks } from './files/carried.ts';
import type { Inside } from './inside.ts';
import { parseDatabase } from './ingest.ts';
import { locked, noHub, notArrived, refuse } from './outcome.ts';
import type { Unlocked } from './unlocked.ts';
import type { UnsentWork } from './unsent.ts';

/** own rows read, and envelopes stored, at once */
const BATCH = 500;
const PAGES_AT_ONCE = 4;
/** bytes of a file read at once */
const SLICE_BYTES = 1024 * 1024;

type ExportRequest = Parameters<BundleApi['exportBundle']>[0];
type ImportRequest = Parameters<BundleApi['importBundle']>[0];
type Wanted = (entry: BundleEntry) => boolean;

/** Without the prefix of the hub. */
const bare = (db: string): string => db.slice(db.indexOf('-') + 1);
const cancelled = () => refuse('cancelled', 'Cancelled.');

export class Bundles {
	readonly #inside: Inside;
	readonly #unsent: UnsentWork;

	constructor(inside: Inside, unsent: UnsentWork) {
		this.#inside = inside;
		this.#unsent = unsent;
	}

	/** Whose statements are at hand, the newest first; and the sites that those people are posted to. */
	targets({ session, frontiers }: Unlocked): Outcome<readonly BundleTarget[]> {
		const { state } = session;
		if (state === null) return notArrived();
		const devices = frontiers.stated().map(({ device, at }) => ({ kind: 'device' as const, device, names: actorsOn(state, device).map(({ member }) => session.memberName(member)), at }));
		const sites = new Set(devices.flatMap(({ device }) => sitesOf(session, device)));
		return ok([...devices, ...[...sites].map((site) => ({ kind: 'site' as const, site, name: session.siteName(site) }))]);
	}

	async export({ lacking, bytesMax, write, progress }: ExportRequest, signal: AbortSignal): Promise<Outcome<BundleExport>> {
		const [control, hub, unlocked] = [this.#inside.control(), this.#inside.hub(), this.#inside.unlocked()];
		if (control === null || hub === null) return noHub();
		if (lacking !== null && unlocked === null) return locked();
		const wanted = lacking === null || unlocked === null ? () => true : lackedBy(unlocked, lacking);
		const { clock, store } = this.#inside.ports;
		const noteSaved = lacking === null ? await this.#unsent.reached() : null;
		const name = `records-${new Date(clock.now()).toISOString().slice(0, 10)}`;
		const count = { documents: 0, leftOut: 0, done: 0 };
		const total = (await store.pages.count()) + (await store.own.count()) + 1;
		const entries = this.#entries(wanted, count, () => progress?.({ done: Math.min(count.done, total), total }), signal);
		let files = 0;
		for await (const { part, bytes, last } of writeBundle({ org: control.org, hub: hub.prefix === '' ? null : hub }, entries, bytesMax)) {
			if (signal.aborted) return cancelled();
			await write({ part, name: `${name}${part === 1 ? '' : `-${String(part)}`}.saddlebag`, bytes, last });
			files = part;
		}
		if (signal.aborted) return cancelled();
		await noteSaved?.();
		return ok({ files, documents: count.documents, leftOut: count.leftOut });
	}

	/** Statements first: who takes them in knows then what may be kept. */
	async *#entries(wanted: Wanted, count: { documents: number; leftOut: number; done: number }, report: () => void, signal: AbortSignal): AsyncGenerator<BundleEntry> {
		const { store, scheduler } = this.#inside.ports;
		const give = function* (entry: BundleEntry): Generator<BundleEntry> {
			if (!wanted(entry)) count.leftOut++;
			else {
				count.documents++;
				yield entry;
			}
		};
		const statements = new Map([...(await store.control.all()), ...(await this.#unsent.statements())].map((document) => [document._id, document]));
		for (const document of statements.values()) {
			count.documents++;
			yield { db: 'control', document };
		}
		count.done++;
		for (let after: string | null = null; !signal.aborted; ) {
			const rows = await store.own.page(BATCH, after);
			for (const { db, document } of rows) yield* give({ db: bare(db), document });
			count.done += rows.length;
			report();
			const last = rows.at(-1);
			if (last === undefined) break;
			after = last.key;
		}
		for await (const entry of unsentChunks(this.#inside)) {
			if (signal.aborted) break;
			count.documents++;
			yield entry;
		}
		for (let after = 0; !signal.aborted; ) {
			const pages = await store.pages.after(after, PAGES_AT_ONCE);
			for (const { db, documents, number } of pages) {
				for (const document of documents) yield* give({ db: bare(db), document });
				after = number;
			}
			count.done += pages.length;
			report();
			if (pages.length === 0) break;
			await new Promise<void>((resume) => scheduler.after(0, resume));
		}
	}

	async import({ file, progress }: ImportRequest, signal: AbortSignal): Promise<Outcome<BundleImport>> {
		const [control, hub, scope] = [this.#inside.control(), this.#inside.hub(), this.#inside.scope()];
		if (control === null || hub === null || scope === null) return noHub();
		const { store } = this.#inside.ports;
		const report = (done: number): void => progress?.({ done, total: 2 * file.size });
		let [statements, statementsGiven] = [0, 0];
		const first = await this.#read(file, 0, report, signal, async (entries) => {
			const given = entries.flatMap(({ document }) => (isEnvelope(document) ? [] : [document]));
			if (given.length === 0) return;
			const added = await store.control.add(given, null);
			[statements, statementsGiven] = [statements + added.length, statementsGiven + given.length];
			if (added.length > 0) await this.#inside.controlArrived(added);
		});
		if (!first.ok) return first;
		// a statement in the file may be what lets this device keep the database
		const kept = new Set((this.#inside.scope() ?? scope).databases);
		const held = await store.pages.peek();
		const own = await this.#unsent.envelopes();
		let [envelopes, already, elsewhere] = [0, 0, 0];
		const second = await this.#read(file, file.size, report, signal, async (entries) => {
			const rows: CarriedEnvelope[] = [];
			const given = entries.filter((entry) => isChunkEntry(entry));
			const chunks = await takeChunks(this.#inside, given);
			[envelopes, elsewhere, already] = [envelopes + chunks.fresh, elsewhere + chunks.refused.length, already + given.length - chunks.fresh - chunks.refused.length];
			for (const { db, document } of entries) {
				if (!isEnvelope(document) || isChunkEntry({ db })) continue;
				const name = `${hub.prefix}-${db}`;
				if (!kept.has(name)) elsewhere++;
				else if (held.has(name, document._id) || own.has(document._id)) already++;
				else rows.push({ db: name, document });
			}
			const fresh = await store.own.carry(rows);
			if (fresh.length > 0) await store.cursors.put(`carried|${fresh[0] ?? ''}`, JSON.stringify(fresh));
			[envelopes, already] = [envelopes + fresh.length, already + rows.length - fresh.length];
		});
		if (envelopes > 0) this.#inside.envelopesArrived();
		if (!second.ok) return second;
		const { header, damaged, refused, whole, more } = second.value;
		return ok({ organization: header?.org ?? null, envelopes, statements, already: already + statementsGiven - statements, elsewhere, damaged, refused, whole, more });
	}

	/** Hands over the documents of a file, a bounded number at a time. */
	async #read(file: BundleSource, before: number, report: (done: number) => void, signal: AbortSignal, take: (entries: readonly BundleEntry[]) => Promise<void>): Promise<Outcome<BundleSummary>> {
		const org = this.#inside.control()?.org ?? null;
		const reader = new BundleReader();
		let due: BundleEntry[] = [];
		const flush = async (): Promise<void> => {
			const entries = due;
			due = [];
			if (entries.length > 0) await take(entries);
		};
		for (let at = 0; at < file.size; at += SLICE_BYTES) {
			if (signal.aborted) return cancelled();
			const slice = await file.slice(at, Math.min(file.size, at + SLICE_BYTES)).arrayBuffer().catch(() => null);
			if (slice === null) return refuse('unreadable', 'The file could not be read to its end. Copy it to this device and try again; what was read is kept.');
			const entries = reader.push(new Uint8Array(slice));
			if (reader.header !== null && reader.header.org !== org) return refuse('other-organization', 'This file is of another organization.');
			due.push(...entries);
			if (due.length >= BATCH) await flush();
			report(before + at);
		}
		const { entries, summary } = reader.end();
		if (reader.problem !== null && summary.documents === 0) return err(reader.problem);
		if (summary.header !== null && summary.header.org !== org) return refuse('other-organization', 'This file is of another organization.');
		due.push(...entries);
		await flush();
		report(before + file.size);
		return ok(summary);
	}
}

/** Sites that the people of a device are posted to. */
const sitesOf = ({ state }: Unlocked['session'], device: Id): readonly Id[] =>
	state === null ? [] : actorsOn(state, device).flatMap(({ actor }) => grantsOf(state, actor).map(({ site }) => site));

/** What is not known to be held by a device, or by any other device of a site. What cannot be opened here is not known to be held by anybody. */
function lackedBy({ session, frontiers }: Unlocked, target: { readonly device: Id } | { readonly site: Id }): Wanted {
	const { state, control, keyring } = session;
	if (state === null) return () => true;
	const stated = frontiers.stated().map(({ device }) => device);
	const devices = new Set('device' in target ? [target.device] : stated.filter((device) => sitesOf(session, device).includes(target.site)));
	const kept = new Set([...devices].flatMap((device) => [...databasesFor(state, device).replicates, ...frontiers.databasesStatedBy(device)]));
	return ({ db, document }) => {
		if (!isEnvelope(document)) return true;
		if (devices.size > 0 && !kept.has(db)) return false;
		const database = parseDatabase(db);
		const opened = database === null ? null : openDocument(document, database, control.org, keyring);
		// a copy for a linked site is no position in a chain of that site
		if (opened?.ok !== true || opened.value.voucher !== null) return true;
		const { signed: { id, change: { actor, site, comp, seq } } } = opened.value;
		return !frontiers.heldBy({ actor, site, comp, seq, id }).some(({ device }) => devices.has(device));
	};
}
