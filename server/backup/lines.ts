/**
 * The lines of a backup: everything that a hub cannot get back from its devices, and everything that it would take them long to send again.
 *
 * Sections, each with its count and its hash: small files (the hub's key, its certificates, frontiers), then each database. A backup holds the hub's key and is to be
 * kept as one keeps a key; of records it holds what the hub has: ciphertext. The hashes are against decay, not against a forger, who gains nothing: what is
 * restored passes the check of a push, and every device judges it again.
 */
import { toBase64url } from '../../sync/change/base64url.ts';
import { isObject, parseJson } from '../../sync/change/canonical.ts';
import { isHash, isKeyText } from '../../sync/change/ids.ts';
import { digest } from '../../sync/verify/digest.ts';
import type { StoredDocument } from '../storage/port.ts';

export interface BackupHeader { readonly backup: 1; readonly at: number; readonly hub: string; readonly org: string | null; readonly prefix: string }
export type BackupLine =
	| { readonly kind: 'header'; readonly header: BackupHeader }
	| { readonly kind: 'file'; readonly name: string; readonly content: string }
	| { readonly kind: 'database'; readonly name: string }
	| { readonly kind: 'document'; readonly document: unknown }
	| { readonly kind: 'end'; readonly section: string; readonly count: number; readonly hash: string; readonly omitted: number }
	| { readonly kind: 'tail'; readonly sections: number; readonly hash: string };

export const FILES = 'files';
export const HUB_KEY = 'hub.key.pem';
/** names of frontiers begin with it */
export const FRONTIERS = 'frontiers/';
/** of a frontier, the largest of what a line may hold, escaped twice */
export const BACKUP_LINE_BYTES_MAX = 4 * 1024 * 1024;
/** below the data folder, and nothing else */
export const FILE_NAME = /^(?:hub\.key\.pem|tls\/[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*|frontiers\/[0-9a-f]{32}-(?:desk|care)\/[0-9a-f]{32}\.json)$/;

export const linked = (before: string, line: string): string => toBase64url(digest('saddlebag/backup-line/1', before, line));

function parsed(line: string): unknown {
	try {
		return parseJson(line);
	} catch {
		return null;
	}
}

/** What a line says; null when it is none. Total on any text. */
export function readBackupLine(line: string): BackupLine | null {
	if (line.length > BACKUP_LINE_BYTES_MAX) return null;
	const raw = parsed(line);
	if (!isObject(raw)) return null;
	const { backup, at, hub, org, prefix, file, content, database, doc, end, count, hash, omitted, sections } = raw;
	if (backup !== undefined) {
		const sound = backup === 1 && typeof at === 'number' && isKeyText(hub) && (org === null || isHash(org)) && typeof prefix === 'string';
		return sound ? { kind: 'header', header: { backup, at, hub, org, prefix } } : null;
	}
	if (typeof file === 'string' && typeof content === 'string') return { kind: 'file', name: file, content };
	if (typeof database === 'string') return { kind: 'database', name: database };
	if (doc !== undefined) return { kind: 'document', document: doc };
	if (typeof end === 'string' && typeof count === 'number' && typeof hash === 'string') return { kind: 'end', section: end, count, hash, omitted: typeof omitted === 'number' ? omitted : 0 };
	return typeof sections === 'number' && typeof hash === 'string' ? { kind: 'tail', sections, hash } : null;
}

/** Writes sections in order; each call gives text with its line feeds. */
export class BackupWriter {
	#hash = '';
	#count = 0;
	#sections = 0;
	#all = '';

	header(header: BackupHeader): string {
		const line = JSON.stringify(header);
		this.#all = linked('', line);
		return `${line}\n`;
	}
	file(name: string, content: string): string {
		return this.#line(JSON.stringify({ file: name, content }));
	}
	database(name: string): string {
		return `${JSON.stringify({ database: name })}\n`;
	}
	document(document: StoredDocument): string {
		return this.#line(JSON.stringify({ doc: document }));
	}
	/** `omitted`: documents that were in the database and are not in the backup, as no hub would take them. */
	end(section: string, omitted = 0): string {
		const line = JSON.stringify({ end: section, count: this.#count, hash: this.#hash, ...(omitted === 0 ? {} : { omitted }) });
		this.#all = linked(this.#all, line);
		this.#sections++;
		[this.#hash, this.#count] = ['', 0];
		return `${line}\n`;
	}
	tail(): string {
		return `${JSON.stringify({ sections: this.#sections, hash: this.#all })}\n`;
	}

	#line(line: string): string {
		this.#hash = linked(this.#hash, line);
		this.#count++;
		return `${line}\n`;
	}
}
