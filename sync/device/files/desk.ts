/**
 * Files of an unlocked user: sealing what was taken, saving the entry that cites it, opening what others took.
 *
 * The chunks are on the disk, strictly, before the entry that cites them is signed: there is no entry whose file exists nowhere. What a hub served is
 * opened under the entry's own key and compared with the entry's digest; anything else is not shown.
 */
import type { Id } from '../../change/change.ts';
import { canWrite } from '../../membership/selectors.ts';
import { shownResource } from '../../merge/assemble.ts';
import type { ResourceState } from '../../merge/state.ts';
import { ok } from '../../result.ts';
import { FILE_BYTES_MAX, fileDigest, openChunk, sealFile } from '../../seal/file.ts';
import { SECRET_BYTES } from '../../seal/keys.ts';
import { checkDocument } from '../../verify/document.ts';
import type { AccessNotes } from '../access-log.ts';
import type { ChartRef, Outcome, SaveReceipt } from '../api.ts';
import type { ChartReader } from '../chart-reader.ts';
import type { CitedFile, FetchProgress, FileContent, FilesApi } from '../files-api.ts';
import { notAllowed, notHere, refuse } from '../outcome.ts';
import type { DevicePorts } from '../ports.ts';
import type { Saving } from '../saving.ts';
import type { Session } from '../session.ts';
import { citedFile, citing, filesOf, isContentType, isThumbnail, type Cited } from './citation.ts';
import type { FileExchange } from './exchange.ts';

const TITLE_LENGTH_MAX = 200;

export interface FileDeskParts {
	readonly ports: DevicePorts;
	readonly session: Session;
	readonly reader: ChartReader;
	readonly saving: Saving;
	readonly notes: AccessNotes;
	readonly prefix: string;
}

export class FileDesk {
	readonly #parts: FileDeskParts;

	constructor(parts: FileDeskParts) {
		this.#parts = parts;
	}

	async attach({ save, file, thumbnail }: Parameters<FilesApi['attachFile']>[0], exchange: FileExchange): Promise<Outcome<SaveReceipt>> {
		const { ports, session, saving, prefix } = this.#parts;
		const { bytes, contentType, title } = file;
		if (save.resource.resourceType !== 'DocumentReference' || save.comp === 'desk') return refuse('bad-resource', 'A file belongs to a document of the clinical record.');
		if (session.state === null || !canWrite(session.state, session.self.actor, save.ref.site, save.comp)) return notAllowed('write there');
		if (bytes.length === 0) return refuse('empty', 'There is nothing in this file.');
		if (bytes.length > FILE_BYTES_MAX) return refuse('too-large', 'This file is larger than 8 MB. Make it smaller, or take a photo of the pages that matter.');
		if (!isContentType(contentType) || title.length > TITLE_LENGTH_MAX) return refuse('bad-resource', 'The kind of this file is not known.');
		if (thumbnail !== undefined && !isThumbnail(thumbnail)) return refuse('bad-resource', 'The small picture of this file is too large.');
		const key = ports.random.bytes(SECRET_BYTES);
		const { site } = save.ref;
		const chunks = sealFile({ org: session.control.org, site, key }, bytes);
		const kept = await ports.store.files.keep(`${prefix}-${filesOf(site)}`, chunks, ports.clock.now());
		const creation = new Date(ports.clock.now()).toISOString();
		const resource = citing(save.resource, { site, key, digest: fileDigest(bytes), contentType, title, size: bytes.length, chunks: kept.chunks, creation }, thumbnail ?? null);
		const saved = await saving.save({ ...save, resource });
		if (saved.ok) exchange.wake();
		else await ports.store.files.remove(kept);
		return saved;
	}

	async list(ref: ChartRef): Promise<Outcome<readonly { readonly entry: Id; readonly file: CitedFile }[]>> {
		const chart = await this.#parts.reader.state(ref);
		if (chart === null) return notHere();
		const files: { readonly entry: Id; readonly file: CitedFile }[] = [];
		for (const state of chart.resources.values()) {
			const cited = this.#hidden(ref, state) ? null : citedIn(state);
			if (cited !== null) files.push({ entry: state.id, file: await this.#known(cited) });
		}
		return ok(files);
	}

	async open(ref: ChartRef, entry: Id, exchange: FileExchange, signal: AbortSignal): Promise<Outcome<FileContent>> {
		const state = await this.#parts.reader.resource(ref, entry);
		if (state === null) return refuse('unknown-entry', 'This entry is not on this device.');
		if (this.#hidden(ref, state)) return refuse('restricted', 'This entry is restricted. Give a reason in its chart to see it.');
		const cited = citedIn(state);
		if (cited === null) return refuse('no-file', 'This entry has no file that this version of the app can open.');
		await this.#parts.notes.opened(ref);
		const fetched = await exchange.fetch(cited.site, cited.chunks, signal);
		if (!fetched.ok) return fetched;
		const bytes = await this.#opened(cited);
		if (bytes === null) await this.#forget(cited);
		return bytes === null ? refuse('file-damaged', 'This file does not match what its author recorded, and is not shown. Ask whoever took it to take it again.') : ok({ bytes, contentType: cited.contentType, title: cited.title });
	}

	/** Those of the charts' files that are not here, newest entries first. */
	async fetchAll(refs: readonly ChartRef[], exchange: FileExchange, signal: AbortSignal): Promise<Outcome<FetchProgress>> {
		let [done, total] = [0, 0];
		for (const ref of refs) {
			const chart = await this.#parts.reader.state(ref);
			const cited = [...(chart?.resources.values() ?? [])].flatMap((state) => (this.#hidden(ref, state) || state.retracted ? [] : (citedIn(state) ?? [])));
			for (const { site, chunks } of cited) {
				total++;
				const fetched = await exchange.fetch(site, chunks, signal);
				if (fetched.ok) done++;
				// with no line the rest fails too; a file that was not sent yet stops no other
				else if (fetched.error.code !== 'file-not-sent' && fetched.error.code !== 'not-allowed') return fetched;
			}
		}
		return ok({ done, total });
	}

	#hidden(ref: ChartRef, state: ResourceState): boolean {
		return this.#parts.notes.hides(ref, state);
	}

	async #known({ contentType, title, size, digest, chunks, thumbnail }: Cited): Promise<CitedFile> {
		const { files } = this.#parts.ports.store;
		const [here, kept] = [await files.chunks(chunks), await files.get(chunks[0] ?? '')];
		return { contentType, title, size, digest, thumbnail, here: here.size === chunks.length, sent: kept === null || kept.hub !== '' };
	}

	/** Chunks that this disk may have damaged, to be asked for again; what no hub has stays. */
	async #forget({ chunks }: Cited): Promise<void> {
		const { files } = this.#parts.ports.store;
		const kept = await files.get(chunks[0] ?? '');
		if (kept !== null && kept.hub !== '') await files.remove(kept);
	}

	/** Null where anything is not as its author sealed it. */
	async #opened({ site, key, digest, chunks, size }: Cited): Promise<Uint8Array | null> {
		const { ports, session } = this.#parts;
		const rows = await ports.store.files.chunks(chunks);
		const bytes = new Uint8Array(size);
		let at = 0;
		for (const [index, id] of chunks.entries()) {
			const checked = checkDocument(rows.get(id));
			const part = checked.ok && checked.value.v === 'e1' && checked.value._id === id ? openChunk({ org: session.control.org, site, key }, index, chunks.length, checked.value) : null;
			if (part === null || at + part.length > size) return null;
			bytes.set(part, at);
			at += part.length;
		}
		return at === size && fileDigest(bytes) === digest ? bytes : null;
	}
}

function citedIn(state: ResourceState): Cited | null {
	return state.type === 'DocumentReference' ? citedFile(shownResource(state)) : null;
}
