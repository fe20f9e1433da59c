/**
 * Reading a hub's packs: many envelopes in one answer, for a first sync.
 *
 * A pack is only a faster form of the feed, so everything that goes wrong with one ends in reading the feed instead: no hub can hold a device up by
 * serving bad ones. What came of a pack before the line broke is kept for the next attempt, which asks for the rest alone (A2).
 */
import { err, ok, type Result } from '../result.ts';
import { PACK_BYTES_MAX, packHead, readPack, type Pack } from '../verify/pack.ts';
import type { Sequence } from './hubAnswers.ts';
import type { HubClient } from './hubClient.ts';
import { concernsTheLine, type HubProblem } from './hubProblem.ts';

/** A pack as it came: what is in it, and the bytes that are kept. */
export interface ReceivedPack extends Pack {
	readonly bytes: Uint8Array;
}

interface Part {
	readonly db: string;
	readonly since: string;
	readonly digest: string;
	readonly bytes: Uint8Array;
}

export class PackReader {
	readonly #client: HubClient;
	/** database -> where there is no pack, or none that is good */
	readonly #none = new Map<string, string>();
	#part: Part | null = null;

	constructor(client: HubClient) {
		this.#client = client;
	}

	/** The pack that begins at a position; null when the feed is to be read from there. */
	async at(db: string, since: Sequence, signal: AbortSignal): Promise<Result<ReceivedPack | null, HubProblem>> {
		const from = String(since);
		if (!this.#client.hasPacks || this.#none.get(db) === from) return ok(null);
		const part = this.#part?.db === db && this.#part.since === from ? this.#part : null;
		this.#part = null;
		const { chunks, partial, problem } = await this.#client.pack(db, from, part === null ? null : { digest: part.digest, bytes: part.bytes.length }, signal);
		const bytes = joined(part !== null && partial ? [part.bytes, ...chunks] : chunks);
		if (problem !== null && concernsTheLine(problem)) {
			this.#keep(db, from, bytes.length > 0 ? bytes : (part?.bytes ?? bytes));
			return err(problem);
		}
		// the pack of which a part is here was made again meanwhile
		if (problem?.code === 'not-found' && part !== null) return this.at(db, since, signal);
		const pack = problem === null ? readPack(bytes) : null;
		if (pack?.ok && pack.value.db === db && pack.value.from === from && pack.value.to !== from) return ok({ ...pack.value, bytes });
		this.#none.set(db, from);
		return ok(null);
	}

	#keep(db: string, since: string, bytes: Uint8Array): void {
		const head = bytes.length > PACK_BYTES_MAX ? null : packHead(bytes);
		this.#part = head?.db === db && head.from === since ? { db, since, digest: head.digest, bytes } : null;
	}
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
	const [only] = chunks;
	if (only !== undefined && chunks.length === 1) return only;
	const bytes = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
	let offset = 0;
	for (const chunk of chunks) {
		bytes.set(chunk, offset);
		offset += chunk.length;
	}
	return bytes;
}
