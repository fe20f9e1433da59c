/**
 * Files carried by hand, at a hub: written from its databases, and taken in document by document with the check of a push.
 *
 * What a hub cannot check of a file is who wrote an envelope, as that is sealed in it: a push has a session that says which device may write where, a file has the
 * word of whoever runs the hub and brings it. It adds no more than such a person can do anyway: a sealed document that no device accepts ends in every device's
 * quarantine. Statements are judged by the log as those of a push are. Everything is read and written a batch at a time: a file may be larger than memory.
 */
import { BundleReader, isEnvelope, type BundleEntry, type BundleProblem, type BundleSummary, type RefusedEntry } from '../sync/verify/bundle.ts';
import { checkDocument } from '../sync/verify/document.ts';
import { err, ok, problem, type Problem, type Result } from '../sync/result.ts';
import { admitAll, storedForm } from './documents.ts';
import { SLICE_ROWS } from './limits.ts';
import type { HubParts } from './parts.ts';
import { controlName, parseDatabaseName, siteDatabaseName, SITE_DATABASES } from './storage/names.ts';
import { FROM_START, type HubDatabase, type StoredDocument } from './storage/port.ts';

/** What bundles and backups need of a hub: one that runs, or its data folder while it does not. */
export type OpenData = Pick<HubParts, 'prefix' | 'storage' | 'organization'>;

const BATCH = 500;
const REASONS_MAX = 100;

/** Names of all databases that the membership log says exist, `control` first. */
export function databaseNames({ prefix, organization }: Pick<OpenData, 'prefix' | 'organization'>): readonly string[] {
	const sites = [...(organization.state?.sites.keys() ?? [])].sort();
	return [controlName(prefix), ...sites.flatMap((site) => SITE_DATABASES.map((kind) => siteDatabaseName(prefix, site, kind)))];
}

/** All documents of a database in the order of its feed, in slices; at most `limit`. */
export async function* documentsOf(database: HubDatabase, limit = Infinity): AsyncGenerator<readonly StoredDocument[]> {
	let given = 0;
	for (let since = FROM_START; given < limit; ) {
		const page = await database.changes({ since, limit: Math.min(SLICE_ROWS, limit - given), includeDocs: true });
		if (!page.ok || page.value.rows.length === 0) return;
		since = page.value.lastSeq;
		given += page.value.rows.length;
		yield page.value.rows.flatMap(({ doc }) => (doc === undefined ? [] : [doc]));
	}
}

/** What a file is to hold: everything, or of some sites with the statements. What does not read back as it was written is left out. */
export async function* entriesOf(data: OpenData, sites: ReadonlySet<string> | null): AsyncGenerator<BundleEntry> {
	for (const name of databaseNames(data)) {
		const place = parseDatabaseName(data.prefix, name);
		if (place === null || (place.kind !== 'control' && sites !== null && !sites.has(place.site))) continue;
		const db = name.slice(data.prefix.length + 1);
		for await (const documents of documentsOf(await data.storage.get(name))) {
			for (const raw of documents) {
				const checked = checkDocument(raw);
				if (checked.ok) yield { db, document: checked.value };
			}
		}
	}
}

export interface BundleReport {
	/** new here */
	readonly stored: number;
	/** were here already */
	readonly already: number;
	readonly refused: number;
	readonly damaged: number;
	/** of some of the refused and damaged */
	readonly reasons: readonly RefusedEntry[];
	readonly whole: boolean;
	readonly more: boolean;
}

/** Statements go before envelopes, as they say which databases there are: a file is given twice, once for each. */
export type BundlePass = 'statements' | 'envelopes';

/** Takes in what a file holds of one kind. */
export async function takeBundle(data: OpenData, chunks: AsyncIterable<Uint8Array>, pass: BundlePass): Promise<Result<BundleReport, BundleProblem | Problem>> {
	const { org } = data.organization;
	if (org === null) return err(problem('no-organization', 'This hub has no organization yet: found it with its set-up link, or restore a backup.'));
	const reader = new BundleReader();
	const taking = new Taking(data, pass);
	for await (const chunk of chunks) {
		const entries = reader.push(chunk);
		if (reader.header !== null && reader.header.org !== org) return err(problem('other-organization', 'This file is of another organization.'));
		await taking.add(entries);
		// what is behind is not read; what came before it counts
		if (reader.problem !== null) break;
	}
	const { entries, summary } = reader.end();
	if (reader.problem !== null && summary.documents === 0) return err(reader.problem);
	if (summary.header !== null && summary.header.org !== org) return err(problem('other-organization', 'This file is of another organization.'));
	await taking.add(entries);
	await taking.flush();
	return ok(taking.report(summary));
}

class Taking {
	readonly #data: OpenData;
	readonly #pass: BundlePass;
	#due: BundleEntry[] = [];
	#given = 0;
	#stored = 0;
	#refused = 0;
	readonly #reasons: RefusedEntry[] = [];

	constructor(data: OpenData, pass: BundlePass) {
		this.#data = data;
		this.#pass = pass;
	}

	async add(entries: readonly BundleEntry[]): Promise<void> {
		for (const entry of entries) {
			if (isEnvelope(entry.document) !== (this.#pass === 'envelopes')) continue;
			this.#due.push(entry);
			if (this.#due.length >= BATCH) await this.flush();
		}
	}

	async flush(): Promise<void> {
		const byDatabase = new Map<string, BundleEntry[]>();
		for (const entry of this.#due) byDatabase.set(entry.db, [...(byDatabase.get(entry.db) ?? []), entry]);
		this.#given += this.#due.length;
		this.#due = [];
		for (const [db, entries] of byDatabase) await this.#take(db, entries);
	}

	async #take(db: string, entries: readonly BundleEntry[]): Promise<void> {
		const { prefix, organization, storage } = this.#data;
		const name = `${prefix}-${db}`;
		const place = parseDatabaseName(prefix, name);
		if (place === null || !organization.hasDatabase(place)) return this.#refuse(entries.map(({ document }) => ({ document: document._id, reason: 'It is of a site that this hub does not know.' })));
		const { admitted, refused } = admitAll(entries.map(({ document }) => storedForm(document)), place);
		this.#refuse(refused.map(({ id, reason }) => ({ document: id ?? '', reason })));
		const database = await storage.get(name);
		const before = (await database.info()).count;
		if (place.kind === 'control') {
			const later = await organization.accept(admitted);
			this.#refuse(later.map(({ id, reason }) => ({ document: id ?? '', reason })));
		} else if (admitted.length > 0) await database.write(admitted.map(storedForm));
		this.#stored += (await database.info()).count - before;
	}

	#refuse(refused: readonly RefusedEntry[]): void {
		this.#refused += refused.length;
		this.#reasons.push(...refused.slice(0, REASONS_MAX - this.#reasons.length));
	}

	report({ damaged, refused, whole, more }: BundleSummary): BundleReport {
		const already = Math.max(0, this.#given - this.#stored - this.#refused);
		return { stored: this.#stored, already, refused: this.#refused, damaged, reasons: [...this.#reasons, ...refused].slice(0, REASONS_MAX), whole, more };
	}
}
