/**
 * What a hostile hub does with what it is given and asked: as a choice of lies, each told now and then.
 */
import type { StoredDocument } from '../../server/storage/port.ts';
import { fromBase64url, toBase64url } from '../../sync/change/base64url.ts';
import { revisionOf, type WireDocument } from '../../sync/verify/document.ts';
import { envelopeDocumentId } from '../../sync/verify/ids.ts';
import type { Dice } from '../dice.ts';

export interface Row {
	readonly seq: string;
	readonly id: string;
	readonly changes: readonly { readonly rev: string }[];
	readonly deleted?: boolean;
	readonly doc?: unknown;
}

export interface Taken {
	readonly taken: readonly WireDocument[];
	/** refused for no reason */
	readonly conflicts: readonly WireDocument[];
	/** `line`: only a part was taken, and nobody is told */
	readonly lost: 'line' | null;
}

export interface Lies {
	/** which of the documents it keeps */
	taken(documents: readonly WireDocument[]): Taken;
	/** where it begins a feed */
	since(asked: string): string;
	feed(rows: readonly Row[], docs: ReadonlyMap<string, StoredDocument>): readonly Row[];
	/** denies a document that was asked for by name */
	hides(id: string): boolean;
}

export const HONEST: Lies = {
	taken: (documents) => ({ taken: documents, conflicts: [], lost: null }),
	since: (asked) => asked,
	feed: (rows) => rows,
	hides: () => false
};

export type Lie = 'withhold' | 'replay' | 'rewind' | 'swap' | 'forge' | 'conflict' | 'lose-write' | 'serve-deleted' | 'reorder' | 'partial-batch';

export interface Liar {
	readonly lie: Lie;
	readonly share: number;
	readonly dice: Dice;
	readonly told: () => void;
}

/** Envelopes that one hub makes up: devices keep them for it as if they were real, and it must not go on making more out of them. */
const MADE_UP_MAX = 15;

/** The lies in force at a time, together. `madeUp`: ids of envelopes made up so far. */
export function liesOf(liars: readonly Liar[], madeUp: Set<string>): Lies {
	const told = (lie: Lie): boolean => {
		const liar = liars.find((one) => one.lie === lie);
		if (liar === undefined || !liar.dice.chance(liar.share)) return false;
		liar.told();
		return true;
	};
	const diceOf = (lie: Lie): Dice | undefined => liars.find((one) => one.lie === lie)?.dice;
	return {
		taken(documents) {
			const conflicts = documents.filter(() => told('conflict'));
			const refused = new Set(conflicts);
			const kept = documents.filter((document) => !refused.has(document) && !told('lose-write'));
			if (kept.length > 1 && told('partial-batch')) return { taken: kept.slice(0, diceOf('partial-batch')?.below(kept.length) ?? 0), conflicts: [], lost: 'line' };
			return { taken: kept, conflicts, lost: null };
		},
		since: (asked) => (told('rewind') ? '0' : asked),
		feed(rows, docs) {
			const served: Row[] = [];
			for (const row of rows) {
				if (told('withhold')) continue;
				served.push(altered(row, docs));
				if (told('replay')) served.push(row);
			}
			return told('reorder') ? served.reverse() : served;
		},
		hides: () => told('withhold')
	};

	function altered(row: Row, docs: ReadonlyMap<string, StoredDocument>): Row {
		if (told('serve-deleted')) return { ...row, deleted: true, doc: { _id: row.id, _rev: `2-${row.id.slice(0, 32)}`, _deleted: true } };
		if (row.doc === undefined) return row;
		const swap = diceOf('swap');
		if (swap !== undefined && told('swap')) return { ...row, doc: { ...docs.get(swap.of([...docs.keys()])), ...(swap.chance(0.5) ? { _id: row.id, _rev: revisionOf(row.id) } : {}) } };
		const forge = diceOf('forge');
		return forge !== undefined && !madeUp.has(row.id) && told('forge') ? { ...row, ...forged(row, forge, madeUp) } : row;
	}
}

/** Bytes changed: under the true name, or under the name that the changed bytes have. */
function forged(row: Row, dice: Dice, madeUp: Set<string>): Partial<Row> {
	const doc = row.doc as { readonly v?: unknown; readonly t?: unknown; readonly n?: unknown; readonly c?: unknown };
	if (typeof doc.c !== 'string') return {};
	const c = fromBase64url(doc.c);
	if (c === null) return {};
	c[dice.below(c.length)] = dice.below(256);
	const changed = { ...doc, c: toBase64url(c) };
	const [t, n] = [typeof doc.t === 'string' ? fromBase64url(doc.t) : null, typeof doc.n === 'string' ? fromBase64url(doc.n) : null];
	if (doc.v !== 'e1' || t === null || n === null || madeUp.size >= MADE_UP_MAX || dice.chance(0.5)) return { doc: changed };
	const id = envelopeDocumentId('e1', t, n, c);
	madeUp.add(id);
	return { id, changes: [{ rev: revisionOf(id) }], doc: { ...changed, _id: id, _rev: revisionOf(id) } };
}
