/**
 * Photos and documents of a patient: taken here, kept sealed until a hub has them, and fetched when somebody opens them or asks for them in advance.
 */
import type { Hash, Id } from '../change/change.ts';
import type { ChartRef, Outcome, SaveReceipt, SaveRequest } from './api.ts';

/** UTF-16 code units of a thumbnail as it stands in its entry: about 10 KB of picture. */
export const THUMBNAIL_LENGTH_MAX = 14_000;

export interface FileContent {
	readonly bytes: Uint8Array;
	/** `image/jpeg`, `application/pdf` … */
	readonly contentType: string;
	readonly title: string;
}

/** A file as its entry cites it. */
export interface CitedFile {
	readonly contentType: string;
	readonly title: string;
	/** bytes */
	readonly size: number;
	readonly digest: Hash;
	/** a small picture that came with the entry, base64; null when there is none */
	readonly thumbnail: { readonly contentType: string; readonly data: string } | null;
	/** all of it is on this device */
	readonly here: boolean;
	/** a hub confirmed that it has it; false for a file of this device that was not sent yet */
	readonly sent: boolean;
}

export interface FetchProgress { readonly done: number; readonly total: number }

export interface FilesApi {
	/**
	 * Stores a file and the DocumentReference that cites it; the file is on the disk before the entry is. `thumbnail`: a small JPEG or PNG, base64, at most
	 * `THUMBNAIL_LENGTH_MAX`. Elements `content` of the resource are written here.
	 */
	attachFile(request: { readonly save: SaveRequest; readonly file: FileContent; readonly thumbnail?: { readonly contentType: string; readonly data: string } }): Promise<Outcome<SaveReceipt>>;
	/** What is known of the files of a chart's entries, without opening any. */
	files(ref: ChartRef): Promise<Outcome<readonly { readonly entry: Id; readonly file: CitedFile }[]>>;
	/** The bytes, fetched from the hub where they are not here. What came before the line broke is kept, and only the rest asked for the next time. */
	openFile(request: { readonly ref: ChartRef; readonly entry: Id }): Promise<Outcome<FileContent>>;
	/** Fetches the files of these charts that are not here, newest first, for work where there will be no line. */
	fetchFiles(refs: readonly ChartRef[]): Promise<Outcome<FetchProgress>>;
}
