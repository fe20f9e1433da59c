/**
 * A page of pulled envelopes as a row: what came as a pack is kept as the bytes of that pack, what came one by one as a JSON list.
 *
 * A pack is kept in one piece because taking it apart costs more than all else that is done to receive it: a first sync writes what it was sent, and
 * each document is checked by its hash when it comes and again when it is read.
 */
import { fromBase64url, toBase64url } from '../change/base64url.ts';
import type { WireDocument } from '../verify/document.ts';
import { readPack } from '../verify/pack.ts';
import { padded, type PageRow } from './rows.ts';

/** What came at once and is to be stored as one row. */
export interface NewPage {
	readonly number: number;
	readonly db: string;
	readonly documents: readonly WireDocument[];
	/** the pack that holds these documents and no others; null when they came one by one */
	readonly pack: Uint8Array | null;
}

const WIDTH = 12;
/** What a row of a pack begins with; a row of single documents is a JSON list. */
const PACKED = 'pack:';

export const pageId = (number: number): string => padded(number, WIDTH);

/** A row of a page, to be handed to replication, which writes it. */
export const pageRow = ({ number, db, documents, pack }: NewPage): PageRow => ({
	id: pageId(number),
	db,
	n: documents.length,
	docs: pack === null ? JSON.stringify(documents) : PACKED + toBase64url(pack)
});

/** What a row holds. Of a pack that the disk damaged, what is whole and the names of the rest; a row that is nothing at all throws. */
export function documentsOf({ docs }: PageRow): readonly WireDocument[] {
	if (!docs.startsWith(PACKED)) return JSON.parse(docs);
	const bytes = fromBase64url(docs.slice(PACKED.length));
	const pack = bytes === null ? null : readPack(bytes);
	if (pack?.ok !== true) throw new SyntaxError('a row of the storage is damaged');
	const { documents, damaged } = pack.value;
	return damaged.length === 0 ? documents : [...documents, ...damaged.map(({ id }): WireDocument => ({ _id: id, v: 'e1', t: '', n: '', c: '' }))];
}
