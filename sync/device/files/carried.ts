/**
 * Chunks in files that are carried by hand: of what this device alone has, out; what comes in is kept and sent on, for databases that this device may
 * write. Which file a chunk is of stands in the entries; here each is kept for itself.
 */
import type { Inside } from '../inside.ts';
import { databasesFor } from '../../membership/databases.ts';
import type { BundleEntry } from '../../replication/bundle-file.ts';
import type { EnvelopeDocument } from '../../verify/document.ts';
import { checkDocument } from '../../verify/document.ts';

const FILES = /^([0-9a-f]{32})-files$/;

/** Of every file that no hub has, in files of the organization: database without the hub's prefix. */
export async function* unsentChunks({ ports }: Inside): AsyncGenerator<{ readonly db: string; readonly document: EnvelopeDocument }> {
	for await (const file of ports.store.files.unsent()) {
		for (const id of file.chunks) {
			const checked = checkDocument((await ports.store.files.chunks([id])).get(id));
			if (checked.ok && checked.value.v === 'e1') yield { db: file.db.slice(file.db.indexOf('-') + 1), document: checked.value };
		}
	}
}

/** Files that no hub has and that are in none of the files saved by hand. */
export async function countUnsentFiles({ ports }: Inside, saved: ReadonlySet<string>): Promise<{ readonly files: number; readonly nowhereElse: number }> {
	let [files, nowhereElse] = [0, 0];
	for await (const { chunks } of ports.store.files.unsent()) {
		files++;
		if (!chunks.every((id) => saved.has(id))) nowhereElse++;
	}
	return { files, nowhereElse };
}

/** Is the entry a chunk? */
export const isChunkEntry = ({ db }: Pick<BundleEntry, 'db'>): boolean => FILES.test(db);

/** Keeps chunks that came by hand. Returns how many are new here, and those that are not for this device. */
export async function takeChunks(inside: Inside, entries: readonly BundleEntry[]): Promise<{ readonly fresh: number; readonly refused: readonly string[] }> {
	const [control, hub, scope, { store, clock }] = [inside.control(), inside.hub(), inside.scope(), inside.ports];
	const state = control?.state ?? null;
	const writable = new Set(state === null || scope === null ? [] : databasesFor(state, scope.device).mayWrite);
	const refused: string[] = [];
	let fresh = 0;
	for (const { db, document } of entries) {
		const site = FILES.exec(db)?.[1] ?? '';
		if (document.v !== 'e1' || hub === null || !writable.has(`${site}-care`)) {
			refused.push(document._id);
			continue;
		}
		if ((await store.files.chunks([document._id])).size > 0) continue;
		await store.files.keep(`${hub.prefix}-${db}`, [document], clock.now());
		fresh++;
	}
	return { fresh, refused };
}
