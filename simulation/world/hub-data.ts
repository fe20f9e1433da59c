/**
 * What a hub keeps: databases in memory with the promises of the real ones. Documents are written once, a feed gives them in the order of
 * writing, and a sequence names the epoch it is of, so that a hub restored from a backup is noticed (`server/storage/sequence.ts`).
 */
import { ok } from '../../sync/result.ts';
import type { ChangesQuery, LocalDocument, StoredDocument } from '../../server/storage/port.ts';
import { countAfter, formatSequence, parseSince, type Epoch } from '../../server/storage/sequence.ts';
import type { ControlDatabase } from '../../server/organization.ts';
import type { FrontierMemory } from './hub-frontiers.ts';

export interface HubImage {
	readonly databases: ReadonlyMap<string, HubDatabase>;
	/** null on a hub that keeps none */
	readonly frontiers: FrontierMemory | null;
}

export class HubDatabase implements ControlDatabase {
	readonly name: string;
	readonly docs: Map<string, StoredDocument>;
	readonly log: string[];
	/** a replicator's own, in no feed */
	readonly locals: Map<string, LocalDocument>;
	epochs: readonly Epoch[];

	constructor(name: string, of?: HubDatabase) {
		this.name = name;
		this.docs = new Map(of?.docs);
		this.log = [...(of?.log ?? [])];
		this.locals = new Map(of?.locals);
		this.epochs = of?.epochs ?? [];
	}

	/** A hub begins an epoch each time it opens a database. */
	begin(epoch: string): void {
		this.epochs = [...this.epochs, { name: epoch, from: this.log.length }];
	}

	store(documents: readonly StoredDocument[]): boolean {
		let grown = false;
		for (const document of documents) {
			if (this.docs.has(document._id)) continue;
			this.docs.set(document._id, document);
			this.log.push(document._id);
			grown = true;
		}
		return grown;
	}

	write(documents: readonly StoredDocument[]): Promise<void> {
		this.store(documents);
		return Promise.resolve();
	}

	sequenceOf(count: number): string {
		return formatSequence(count, this.epochs);
	}

	/** Null for what is no sequence. */
	countAfter(since: string): number | null {
		const parsed = parseSince(since);
		return parsed.ok ? countAfter(parsed.value, this.epochs, this.log.length) : null;
	}

	changes({ since, limit, includeDocs }: ChangesQuery): ReturnType<ControlDatabase['changes']> {
		const from = this.countAfter(since) ?? 0;
		const rows = this.log.slice(from, from + limit).map((id, i) => {
			const doc = this.docs.get(id);
			return { seq: this.sequenceOf(from + i + 1), id, changes: [{ rev: doc?._rev ?? '' }], ...(includeDocs && doc !== undefined ? { doc } : {}) };
		});
		const last = from + rows.length;
		return Promise.resolve(ok({ rows, lastSeq: this.sequenceOf(last), pending: this.log.length - last }));
	}
}
