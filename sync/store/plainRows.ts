/**
 * The small things a device keeps in `rows`: control documents, identities, cursors, verdicts. One class each, a key prefix each.
 *
 * None is secret and none is plaintext of a record: control documents are as the hub has them, identities hold public keys and wrapped
 * secrets, cursors are positions, verdicts are reason codes. A verdict's explanation may quote what was decrypted, so it is never written
 * here: whoever shows a quarantined envelope has it inspected again.
 */
import type { LateReason, QuarantineReason, WaitingReason } from '../gate/verdict.ts';
import type { AnswerDocument, KeyBundleDocument, OlderKeysDocument, PreviewDocument, StatementDocument } from '../verify/document.ts';
import { padded, type PlainRow } from './rows.ts';
import { prefixed, type Range, type Table } from './table.ts';

export type ControlDocument = StatementDocument | KeyBundleDocument | OlderKeysDocument | AnswerDocument | PreviewDocument;

/** The membership log's documents as they came, checked before they are stored. Never changed, never removed. */
export class ControlDocuments {
	readonly #table: Table<PlainRow>;
	constructor(table: Table<PlainRow>) {
		this.#table = table;
	}

	async all(): Promise<readonly ControlDocument[]> {
		return (await this.#table.range(prefixed('control|'))).map(parseControl);
	}

	async get(ids: readonly string[]): Promise<readonly ControlDocument[]> {
		return (await this.#table.get(ids.map((id) => `control|${id}`))).map(parseControl);
	}

	/** Adds what is not here yet; `hub` is the key of the hub it came from, null when it was made here. Returns the ids that are new. */
	async add(documents: readonly ControlDocument[], hub: string | null): Promise<readonly string[]> {
		const unique = new Map(documents.map((document) => [document._id, document]));
		const rows = [...unique.values()].map((document) => ({ key: `control|${document._id}`, body: JSON.stringify(document), mark: hub ?? '' }));
		const taken = await this.#table.insert(rows);
		if (hub !== null) await this.#mark(taken, hub);
		const known = new Set(taken);
		return [...unique.keys()].filter((id) => !known.has(`control|${id}`));
	}

	/** What `hub` is not known to hold. */
	async unsent(hub: string): Promise<readonly ControlDocument[]> {
		return (await this.#table.range(prefixed('control|'))).filter((row) => row.mark !== hub).map(parseControl);
	}

	async acknowledge(ids: readonly string[], hub: string): Promise<void> {
		await this.#mark(ids.map((id) => `control|${id}`), hub);
	}

	/** The hub began anew: it is to be given everything again. */
	async unacknowledgeAll(): Promise<void> {
		await this.#mark((await this.#table.range(prefixed('control|'))).map((row) => row.key), '');
	}

	async #mark(keys: readonly string[], mark: string): Promise<void> {
		await this.#table.update(keys, (row) => (row.mark === mark ? null : { ...row, mark }));
	}
}

const parseControl = (row: PlainRow): ControlDocument => JSON.parse(row.body);

/** Small values by name: identities (wrapped secrets, transport key, local keys) and cursors. Bodies are the caller's own text. */
export class NamedValues {
	readonly #table: Table<PlainRow>;
	readonly #prefix: string;
	constructor(table: Table<PlainRow>, kind: 'identity' | 'cursor') {
		this.#table = table;
		this.#prefix = `${kind}|`;
	}

	async get(name: string): Promise<string | null> {
		return (await this.#table.one(this.#prefix + name))?.body ?? null;
	}

	async put(name: string, value: string): Promise<void> {
		await this.#table.put([{ key: this.#prefix + name, body: value, mark: '' }]);
	}

	/** Inserts only if the name is free. Returns whether it was. */
	async claim(name: string, value: string): Promise<boolean> {
		return (await this.#table.insert([{ key: this.#prefix + name, body: value, mark: '' }])).length === 0;
	}

	/** All names that begin with `prefix`, in order, with their values. */
	async list(prefix = ''): Promise<ReadonlyMap<string, string>> {
		const rows = await this.#table.range(prefixed(this.#prefix + prefix));
		return new Map(rows.map((row) => [row.key.slice(this.#prefix.length), row.body]));
	}

	async remove(names: readonly string[]): Promise<void> {
		await removeRows(this.#table, names.map((name) => this.#prefix + name));
	}
}

export type StoredVerdict =
	| { readonly kind: 'waiting'; readonly envelope: string; readonly reason: WaitingReason }
	| { readonly kind: 'late'; readonly envelope: string; readonly reason: LateReason }
	| { readonly kind: 'quarantined'; readonly envelope: string; readonly reason: QuarantineReason };

/** A document that the hub served and that is none: what it said instead of an envelope (attacks 1, 31, 33). */
export interface BadDocument {
	readonly envelope: string;
	/** `unknown-version` waits for an upgrade, the rest will never do */
	readonly reason: 'unknown-version' | 'bad-document' | 'deleted';
	readonly detail: string;
	/** the document as JSON, kept as evidence while the budget lasts */
	readonly evidence: string | null;
}

/** Bytes (UTF-16 code units) of evidence kept on one device; ids and reasons are kept beyond it (A1). */
export const EVIDENCE_BUDGET = 1024 * 1024;
/** Ids of bad documents kept per row and rows per database: a hub that serves rubbish for ever does not fill the disk. */
const BAD_ROWS_MAX = 2000;

/** What is waiting and what is quarantined, one row per page. */
export class Verdicts {
	readonly #table: Table<PlainRow>;
	#evidenceUsed: number | null = null;
	constructor(table: Table<PlainRow>) {
		this.#table = table;
	}

	/** The verdicts of one page that are not `accepted`, in place of those before; an empty list says that nothing is left. */
	async put(page: number, verdicts: readonly StoredVerdict[]): Promise<void> {
		await this.putAll(new Map([[page, verdicts]]));
	}

	async putAll(byPage: ReadonlyMap<number, readonly StoredVerdict[]>): Promise<void> {
		const entries = [...byPage].map(([page, verdicts]) => ({ key: `verdict|page|${padded(page, 12)}`, body: JSON.stringify(verdicts.map(stored)), empty: verdicts.length === 0 }));
		await this.#table.put(entries.filter((entry) => !entry.empty).map(({ key, body }) => ({ key, body, mark: '' })));
		await removeRows(this.#table, entries.filter((entry) => entry.empty).map((entry) => entry.key));
	}

	/** Page -> verdicts that are not `accepted`. */
	async all(): Promise<ReadonlyMap<number, readonly StoredVerdict[]>> {
		const rows = await this.#table.range(prefixed('verdict|page|'));
		return new Map(rows.map((row) => [Number(row.key.slice('verdict|page|'.length)), JSON.parse(row.body)]));
	}

	/** Documents refused at the edge, noted per pulled page so that a flood is few rows. */
	async noteBad(db: string, position: string, bad: readonly BadDocument[]): Promise<void> {
		const key = `verdict|bad|${db}|${position.slice(0, 80)}`;
		if (bad.length === 0 || (await this.#table.one(key)) !== null || (await this.#table.count(prefixed(`verdict|bad|${db}|`))) >= BAD_ROWS_MAX) return;
		this.#evidenceUsed ??= await this.#evidence();
		const kept: BadDocument[] = [];
		for (const document of bad) {
			const size = document.evidence?.length ?? 0;
			const fits = this.#evidenceUsed + size <= EVIDENCE_BUDGET;
			if (fits) this.#evidenceUsed += size;
			kept.push({ ...document, envelope: document.envelope.slice(0, 128), detail: document.detail.slice(0, 200), evidence: fits ? document.evidence : null });
		}
		await this.#table.put([{ key, body: JSON.stringify(kept), mark: '' }]);
	}

	/** Database -> documents refused at the edge. */
	async bad(): Promise<ReadonlyMap<string, readonly BadDocument[]>> {
		const found = new Map<string, BadDocument[]>();
		for (const row of await this.#table.range(prefixed('verdict|bad|'))) {
			const db = row.key.split('|')[2] ?? '';
			const list = found.get(db) ?? [];
			const parsed: BadDocument[] = JSON.parse(row.body);
			list.push(...parsed);
			found.set(db, list);
		}
		return found;
	}

	/** Forgets the bad documents of a database, before it is pulled anew. */
	async forgetBad(db: string): Promise<void> {
		await removeRange(this.#table, prefixed(`verdict|bad|${db}|`));
		this.#evidenceUsed = null;
	}

	/** For the screen. */
	async counts(): Promise<{ readonly waiting: number; readonly quarantined: number; readonly late: number }> {
		let late = 0;
		let waiting = 0;
		let quarantined = 0;
		for (const verdicts of (await this.all()).values()) {
			for (const verdict of verdicts) {
				if (verdict.kind === 'waiting') waiting++;
				else if (verdict.kind === 'late') late++;
				else quarantined++;
			}
		}
		const bad = new Map([...(await this.bad()).values()].flat().map((document) => [document.envelope, document]));
		for (const document of bad.values()) {
			if (document.reason === 'unknown-version') waiting++;
			else quarantined++;
		}
		return { waiting, quarantined, late };
	}

	async #evidence(): Promise<number> {
		return [...(await this.bad()).values()].flat().reduce((sum, document) => sum + (document.evidence?.length ?? 0), 0);
	}
}

const stored = ({ kind, envelope, reason }: StoredVerdict) => ({ kind, envelope, reason });

export async function removeRows(table: Table<PlainRow>, keys: readonly string[]): Promise<void> {
	await table.remove(keys, (row) => ({ ...row, body: '', mark: '' }));
}

/** Removes a range piecewise, so that it never has to fit in memory. */
export async function removeRange(table: Table<PlainRow>, range: Range): Promise<void> {
	for (;;) {
		const rows = await table.range({ ...range, limit: 500 });
		if (rows.length === 0) return;
		await removeRows(table, rows.map((row) => row.key));
	}
}
