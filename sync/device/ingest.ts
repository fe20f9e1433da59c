/**
 * From envelopes on this disk to readable charts: through the gate, a page at a time, in the order of arrival.
 *
 * Cursors say how far each database and each own chain was taken; they move last, so that a crash repeats a page and loses none. A
 * database whose keys the present user does not hold is left for one who does. What waits is inspected again when keys or statements
 * come. Several tabs may call this: a lock lets one work at a time, and the others read on where it stopped.
 */
import type { Compartment, Id } from '../change/change.ts';
import type { ChainEntry } from '../gate/chain.ts';
import type { Inspection } from '../gate/gate.ts';
import type { DatabaseName } from '../gate/context.ts';
import type { Verdict } from '../gate/verdict.ts';
import { RULES_VERSION } from '../merge/rules/table.ts';
import { databaseOf } from '../membership/databases.ts';
import { projectionLock } from '../store/locks.ts';
import { chainName, type Chain, type OwnEnvelope } from '../store/ownEnvelopes.ts';
import type { StoredVerdict } from '../store/plainRows.ts';
import type { Page } from '../store/pulledPages.ts';
import type { Store } from '../store/store.ts';
import type { ChartRef } from './api.ts';
import { isOfNoChart, noteBeside } from './beside-charts.ts';
import { acceptedIn, firstAccepted, storedVerdict } from './judged.ts';
import type { Projection } from './projection.ts';
import { INGEST_CURSORS as CURSORS, placeName, type Place, type Session } from './session.ts';

interface Cursors {
	/** database name without prefix -> number of the last page taken */
	readonly pages: { [database: string]: number };
	/** chain -> seq of the last own change taken */
	readonly own: { [chain: string]: number };
}

const RETRIED = 'retried';
/** what was said for want of something that whoever said it did not have, and this tab may */
const RELATIVE: ReadonlySet<StoredVerdict['reason']> = new Set<StoredVerdict['reason']>(['bad-signature', 'unknown-element', 'unknown-version']);
/** what was late when last judged */
const LATE = 'late';
/** lists of what was carried here and is to be taken in */
const CARRIED = 'carried|';
const OWN_BATCH = 500;
const PAGES_AT_ONCE = 4;
/** ms for which receiving is given way to, at a time */
const PATIENCE_MS = 3_000;

export interface IngestHooks {
	/** charts that moved; 'all' when something was made again from the beginning */
	moved(charts: readonly ChartRef[] | 'all'): void;
	/** lets other work of this worker run */
	pause(): Promise<void>;
	/** calls back after some ms; answers how to call that off */
	after(ms: number, back: () => void): () => void;
	/** entries that were taken in; 0 before the first */
	progress(done: number): void;
}

/** A database name of a hub, with any prefix: `…<site>-desk` or `…<site>-care`. */
export function parseDatabase(name: string): DatabaseName | null {
	const match = /(?:^|-)([0-9a-f]{32})-(desk|care)$/.exec(name);
	return match === null ? null : { site: match[1] as Id, kind: match[2] as 'desk' | 'care' };
}

const bareName = ({ site, kind }: DatabaseName): string => `${site}-${kind}`;

export class Ingest {
	readonly #store: Store;
	readonly #session: Session;
	readonly #projection: Projection;
	readonly #hooks: IngestHooks;
	readonly #lock: string;
	#cursors: Cursors = { pages: {}, own: {} };
	/** as stored when last seen; null before the first look */
	#cursorText: string | null = null;
	/** how often something was begun anew: a cursor from before must not overwrite one that was set back */
	#restarts = 0;
	/** may a change refused for its signature have been vouched for without this session knowing of it? */
	#unsure = true;

	constructor(store: Store, session: Session, projection: Projection, hooks: IngestHooks) {
		this.#store = store;
		this.#session = session;
		this.#projection = projection;
		this.#hooks = hooks;
		this.#lock = projectionLock(store.name);
	}

	/** Runs a section in which no other tab projects: own saves and ingest take turns. */
	exclusive<T>(section: () => Promise<T>): Promise<T> {
		return this.#store.locks.exclusive(this.#lock, async () => {
			await this.#readCursors();
			return section();
		});
	}

	/**
	 * The log moved: what counted and is late now leaves the charts, and what was late and counts now comes in. `before` runs first, while what is
	 * known of chains is still what was accepted without the news; it may write to the log.
	 */
	async turn(before: () => Promise<void>): Promise<void> {
		await this.exclusive(async () => {
			await before();
			const [place] = this.#session.places;
			if (place !== undefined) await this.#keep('turn', this.#inspect([], { kind: kindOf(place.comp), site: place.site }));
		});
	}

	/** Takes in all that has come; resolves when nothing is left or the session ended. */
	async run(): Promise<void> {
		await this.exclusive(() => this.#takeOwn());
		await this.exclusive(() => this.#takeCarried());
		let more = true;
		while (more && !this.#session.closed) {
			if (this.#store.pages.coming) this.#hooks.progress(0);
			await this.#store.pages.calm((go) => this.#hooks.after(PATIENCE_MS, go));
			more = await this.exclusive(() => this.#takePages());
			await this.#hooks.pause();
		}
		if (this.#unsure && !this.#session.closed) await this.exclusive(() => this.#suspectsAgain());
	}

	/** Erases what is derived of a compartment, so that it is made again from the envelopes. */
	async rebuild(places: readonly Place[]): Promise<void> {
		if (places.length > 0) await this.exclusive(() => this.#startOver(places));
	}

	/** Inspects again what waits, unless nothing was learned since that was last done: no key, no statement, no newer version. */
	async retryWaiting(): Promise<void> {
		const { self, keyring, places, control } = this.#session;
		const known = [self.actor, keyring.size, places.length, control.log.size, RULES_VERSION].join(' ');
		if ((await this.#store.cursors.get(RETRIED)) === known) return;
		for (const [number, verdicts] of await this.#store.verdicts.all()) {
			if (this.#session.closed) return;
			const due = new Set(verdicts.filter((verdict) => verdict.kind === 'waiting').map((verdict) => verdict.envelope));
			if (due.size === 0) continue;
			await this.exclusive(() => this.#again(number, verdicts, due));
			await this.#hooks.pause();
		}
		await this.#store.cursors.put(RETRIED, known);
	}

	/**
	 * Own changes just made durable: judged by the same gate as everybody's and shown at once, after any before them that a tab stored and
	 * did not live to take in. Within `exclusive`. Answers whether all were accepted.
	 */
	async takeSaved(rows: readonly OwnEnvelope[]): Promise<boolean> {
		const saved = rows.filter((row) => row.kind === 'change');
		const begun = new Set<string>();
		for (const { chain, seq } of saved) {
			if (chain === null || begun.has(chainName(chain))) continue;
			begun.add(chainName(chain));
			await this.#takeChain(chain, seq - 1);
		}
		return this.#takeRows(saved);
	}

	/**
	 * What was carried here in a file. A list of keys stands for each file; what cannot be judged yet stays on it, and is tried again at the next
	 * occasion. What never will be is named by its envelope where its like from a hub is.
	 */
	async #takeCarried(): Promise<void> {
		for (const [list, text] of await this.#store.cursors.list(CARRIED)) {
			if (this.#session.closed) return;
			const left: string[] = [];
			const keys = JSON.parse(text) as readonly string[];
			for (let from = 0; from < keys.length; from += OWN_BATCH) left.push(...(await this.#takeCarriedRows(await this.#store.own.get(keys.slice(from, from + OWN_BATCH)))));
			this.#requireOpen();
			if (left.length === 0) await this.#store.cursors.remove([list]);
			else if (left.length < keys.length) await this.#store.cursors.put(list, JSON.stringify(left));
		}
	}

	/** Keys of those that wait. */
	async #takeCarriedRows(rows: readonly OwnEnvelope[]): Promise<readonly string[]> {
		const byDatabase = new Map<string, OwnEnvelope[]>();
		for (const row of rows) byDatabase.set(row.db, [...(byDatabase.get(row.db) ?? []), row]);
		const left: string[] = [];
		for (const [db, carried] of byDatabase) {
			const database = parseDatabase(db);
			if (database === null) continue;
			for (const { key, document } of carried) if (document.v === 'i1') await noteBeside(this.#store.cursors, bareName(database), key, [document]);
			const own = carried.filter(({ document }) => document.v !== 'i1');
			if (own.length === 0) continue;
			const inspection = this.#inspect(own.map(({ document }) => document), database);
			await this.#keep(`x-${firstAccepted(inspection)}`, inspection);
			const waits = new Set(inspection.verdicts.filter(({ kind }) => kind === 'waiting').map((verdict) => (verdict.kind === 'accepted' ? '' : verdict.envelope)));
			left.push(...own.filter(({ document }) => waits.has(document._id)).map(({ key }) => key));
			const refused = inspection.verdicts.flatMap((verdict) => (verdict.kind === 'quarantined' ? [{ envelope: verdict.envelope, reason: 'bad-document' as const, detail: `carried here in a file: ${verdict.reason}`, evidence: null }] : []));
			await this.#store.verdicts.noteBad(db, `carried-${own[0]?.document._id ?? ''}`, refused);
		}
		return left;
	}

	async #takeOwn(): Promise<void> {
		for (const chain of await this.#store.own.chains()) if (this.#session.holds(chain.site, chain.comp)) await this.#takeChain(chain, Infinity);
	}

	/** Own changes of a chain up to a position, from where they were last taken. */
	async #takeChain(chain: Chain, upTo: number): Promise<void> {
		for (;;) {
			const from = this.#cursors.own[chainName(chain)] ?? 0;
			const rows = from >= upTo ? [] : await this.#store.own.after(chain, from, Math.min(OWN_BATCH, upTo - from));
			if (rows.length === 0 || this.#session.closed) return;
			await this.#takeRows(rows);
			if ((this.#cursors.own[chainName(chain)] ?? 0) <= from) return;
		}
	}

	async #takeRows(rows: readonly OwnEnvelope[]): Promise<boolean> {
		const byPlace = new Map<string, { readonly chain: Chain; readonly rows: OwnEnvelope[] }>();
		for (const row of rows) {
			if (row.chain === null) continue;
			const place = `${row.chain.site}/${row.chain.comp}`;
			const known = byPlace.get(place);
			if (known === undefined) byPlace.set(place, { chain: row.chain, rows: [row] });
			else known.rows.push(row);
		}
		let all = true;
		const restarts = this.#restarts;
		for (const { chain, rows: own } of byPlace.values()) {
			if (!this.#session.holds(chain.site, chain.comp)) {
				all = false;
				continue;
			}
			const inspection = this.#inspect(own.map((row) => row.document), { kind: kindOf(chain.comp), site: chain.site });
			const accepted = acceptedIn(inspection.verdicts);
			all &&= accepted.length === own.length;
			const first = own[0];
			if (first !== undefined) await this.#keep(`e-${first.document._id.slice(0, 32)}`, inspection);
			for (const row of own) {
				if (row.chain === null || restarts !== this.#restarts) continue;
				const name = chainName(row.chain);
				this.#cursors.own[name] = Math.max(this.#cursors.own[name] ?? 0, row.seq);
			}
		}
		await this.#writeCursors();
		return all;
	}

	/** The next pages of databases that can be opened. True when there may be more. */
	async #takePages(): Promise<boolean> {
		const openable = new Set(this.#session.places.map(({ site, comp }) => databaseOf(site, comp)));
		if (openable.size === 0) return false;
		const from = Math.min(...[...openable].map((name) => this.#cursors.pages[name] ?? 0));
		const fresh = this.#store.pages.fresh(from);
		const pages = fresh === null ? await this.#store.pages.after(from, PAGES_AT_ONCE) : [fresh];
		const restarts = this.#restarts;
		if (pages.length > 0) this.#hooks.progress(0);
		for (const page of pages) {
			const database = parseDatabase(page.db);
			if (database !== null && openable.has(bareName(database)) && page.number > (this.#cursors.pages[bareName(database)] ?? 0)) await this.#takePage(page, database);
		}
		const last = pages.at(-1);
		if (last === undefined) return false;
		if (restarts !== this.#restarts) return true;
		for (const name of openable) this.#cursors.pages[name] = Math.max(this.#cursors.pages[name] ?? 0, last.number);
		await this.#writeCursors();
		return true;
	}

	async #takePage(page: Page, database: DatabaseName): Promise<void> {
		const documents = page.sealed.filter((document) => !isOfNoChart(document));
		await noteBeside(this.#store.cursors, bareName(database), String(page.number), page.sealed);
		const inspection = this.#inspect(documents, database);
		const rest = inspection.verdicts.filter((verdict) => verdict.kind !== 'accepted');
		// first: the log may move while the rest is kept, and what of this page counts then is found by what is noted of it
		await this.#store.verdicts.put(page.number, rest.map(storedVerdict));
		await this.#keep(`p-${String(page.number)}`, inspection);
		this.#hooks.progress(page.sealed.length);
	}

	async #again(number: number, verdicts: readonly StoredVerdict[], due: ReadonlySet<string>): Promise<void> {
		const [page] = await this.#store.pages.get([number]);
		const database = page === undefined ? null : parseDatabase(page.db);
		if (page === undefined || database === null) return;
		const documents = page.sealed.filter((document) => due.has(document._id));
		const inspection = this.#inspect(documents, database);
		const before = new Map(verdicts.map((verdict) => [verdict.envelope, verdict.kind]));
		if (inspection.verdicts.every((verdict) => verdict.kind !== 'accepted' && verdict.kind === before.get(verdict.envelope))) return;
		await this.#keep(`p-${String(number)}-${firstAccepted(inspection)}`, inspection);
		const settled = inspection.verdicts.filter((verdict) => verdict.kind !== 'accepted').map(storedVerdict);
		await this.#store.verdicts.put(number, [...verdicts.filter((verdict) => !due.has(verdict.envelope)), ...settled]);
	}

	async #keep(batch: string, { verdicts, learned, revised, reconsider, stale, reopened }: Inspection): Promise<void> {
		const moved = await this.#projection.apply(batch, acceptedIn(verdicts), learned);
		this.#requireOpen();
		if (moved.length > 0) this.#hooks.moved(moved);
		await this.#takeBack(revised, stale);
		await this.#reopen(reopened);
		if (reconsider.length > 0) await this.#reconsider(new Set(reconsider));
		if (this.#session.late.moved) await this.#keepLate();
	}

	/**
	 * Verdicts were overturned by what came later. What is late now is taken out at its own site; a contradicted change, which only a tampered device
	 * brings about, wherever it may be held as a copy too. Those places are made again with what is known now.
	 */
	async #takeBack(revised: Inspection['revised'], stale: Inspection['stale']): Promise<void> {
		const due = new Set(stale.map(placeName));
		const comps = new Set<Compartment>();
		for (const { change, late } of revised) {
			const entry = this.#session.chains.entry(change);
			if (entry !== undefined && late) due.add(placeName(entry));
			else if (entry !== undefined) comps.add(entry.comp);
		}
		const places = this.#session.places.filter((place) => due.has(placeName(place)) || comps.has(place.comp));
		if (places.length > 0) await this.#startOver(places);
	}

	/**
	 * Own and carried changes that were late and count now are taken in once more, from the first; and all that was noted as late is inspected: a change
	 * may have come in several envelopes, of which its chain names only the first.
	 */
	async #reopen(chains: readonly Pick<ChainEntry, 'actor' | 'site' | 'comp'>[]): Promise<void> {
		if (chains.length === 0) return;
		this.#restarts++;
		for (const chain of chains) delete this.#cursors.own[chainName(chain)];
		const carried = await this.#store.own.carried(Number.MAX_SAFE_INTEGER);
		if (carried.length > 0) await this.#store.cursors.put(`${CARRIED}all`, JSON.stringify(carried));
		await this.#writeCursors();
		await this.#inspectAgain(({ kind }) => kind === 'late');
	}

	/** Last: what was cut off before is found to have moved again. */
	async #keepLate(): Promise<void> {
		this.#requireOpen();
		this.#session.late.moved = false;
		await this.#store.cursors.put(LATE, this.#session.late.toText());
	}

	/** Cursors first: what is erased is then surely made again, wherever this is cut off. */
	async #startOver(places: readonly Place[]): Promise<void> {
		this.#restarts++;
		const carried = await this.#store.own.carried(Number.MAX_SAFE_INTEGER);
		if (carried.length > 0) await this.#store.cursors.put(`${CARRIED}all`, JSON.stringify(carried));
		const own = await this.#store.own.chains();
		for (const { site, comp } of places) {
			delete this.#cursors.pages[databaseOf(site, comp)];
			for (const chain of own) if (chain.site === site && chain.comp === comp) delete this.#cursors.own[chainName(chain)];
		}
		await this.#writeCursors();
		for (const { site, comp } of places) {
			await this.#store.charts.erase(site, comp);
			await this.#session.ledger.mend(site, comp, this.#session.seal({ site, comp }));
			if (comp !== 'desk') continue;
			await this.#store.index.erase(site);
			this.#session.index.dropSite(site);
		}
		this.#hooks.moved('all');
	}

	/**
	 * The gate's verdicts. What it accepts for a compartment that is just being opened (its key came a moment ago) waits until it is: nothing of
	 * it could be stored.
	 */
	#inspect(documents: readonly unknown[], database: DatabaseName): Inspection {
		const inspection = this.#session.gate.inspect(documents, database);
		const verdicts = inspection.verdicts.map((verdict): Verdict => {
			if (verdict.kind !== 'accepted' || this.#session.holds(verdict.change.heldAt, verdict.change.change.comp)) return verdict;
			return { kind: 'waiting', envelope: verdict.change.envelope, reason: 'no-key' };
		});
		return { ...inspection, verdicts };
	}

	/**
	 * Once in each session and after another tab took something in: changes refused for their signature (the one that commits to them may have
	 * come when nobody here remembered them), what was not understood (the other tab may have been of an older version), and what was late (its
	 * taking back may have been cut off).
	 */
	async #suspectsAgain(): Promise<void> {
		this.#unsure = false;
		await this.#inspectAgain(({ kind, reason }) => kind === 'late' || RELATIVE.has(reason));
	}

	async #inspectAgain(isDue: (verdict: StoredVerdict) => boolean): Promise<void> {
		for (const [number, verdicts] of await this.#store.verdicts.all()) {
			const due = new Set(verdicts.filter(isDue).map((verdict) => verdict.envelope));
			if (due.size > 0) await this.#again(number, verdicts, due);
		}
	}

	/** Quarantined for their signature, and now vouched for by a later change of their chain. */
	async #reconsider(due: ReadonlySet<string>): Promise<void> {
		for (const [number, verdicts] of await this.#store.verdicts.all()) {
			if (verdicts.some((verdict) => due.has(verdict.envelope))) await this.#again(number, verdicts, due);
		}
	}

	async #readCursors(): Promise<void> {
		const text = (await this.#store.cursors.get(CURSORS)) ?? '';
		if (text === this.#cursorText) return;
		const late = await this.#store.cursors.get(LATE);
		if (late !== null) this.#session.late.take(late);
		// another tab took something in since this one last looked, or since it read what it holds in memory
		const byAnother = (this.#cursorText ?? this.#session.loadedAt) !== text;
		this.#cursorText = text;
		this.#cursors = text === '' ? { pages: {}, own: {} } : (JSON.parse(text) as Cursors);
		if (!byAnother) return;
		this.#projection.notAlone();
		this.#unsure = true;
		await this.#session.reloadChains();
	}

	async #writeCursors(): Promise<void> {
		this.#requireOpen();
		this.#cursorText = JSON.stringify(this.#cursors);
		await this.#store.cursors.put(CURSORS, this.#cursorText);
	}

	/** Without keys nothing accepted is stored: what locking cuts off must not be noted as taken in. It is taken in at the next unlocking. */
	#requireOpen(): void {
		if (this.#session.closed) throw new Error('The device was locked meanwhile.');
	}
}

const kindOf = (comp: Compartment): DatabaseName['kind'] => (comp === 'desk' ? 'desk' : 'care');
