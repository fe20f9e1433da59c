/**
 * The body of a request as JSON, within limits.
 *
 * A declared length over the limit is refused before a byte is read; an undeclared one as soon as it is passed. A body may be compressed with gzip, as CouchDB takes
 * it: it is unpacked piece by piece, and what comes out counts, so that a few kilobytes that ask for gigabytes end at the same limit (attack 34).
 */
import { err, ok, type Result } from '../../sync/result.ts';
import { BODIES_BYTES_MAX, BODY_BYTES_MAX } from '../limits.ts';
import { badContentType, badRequest, busy, tooLarge, type Failure } from './failure.ts';

export type JsonRecord = { readonly [key: string]: unknown };
export const isRecord = (value: unknown): value is JsonRecord => typeof value === 'object' && value !== null && !Array.isArray(value);

const overLimit = (bytesMax: number): Result<never, Failure> => err(tooLarge(`The body is larger than ${bytesMax} bytes.`));
let bytesHeld = 0;

/** Reads the body as a JSON object and hands it to `use`; the memory counts as taken until `use` has settled. */
export async function withJson(request: Request, use: (body: JsonRecord) => Promise<Response>, bytesMax: number = BODY_BYTES_MAX): Promise<Result<Response, Failure>> {
	const declared = checkHeaders(request, bytesMax);
	if (!declared.ok) return declared;
	if (bytesHeld > 0 && bytesHeld + (declared.value.bytes ?? 0) > BODIES_BYTES_MAX) return err(busy('The hub is reading too many requests at once; try again.'));
	const account = { bytes: 0 };
	try {
		const bytes = await readBytes(request, declared.value.gzip, bytesMax, account);
		if (!bytes.ok) return bytes;
		const body = parse(bytes.value);
		return body.ok ? ok(await use(body.value)) : body;
	} finally {
		bytesHeld -= account.bytes;
	}
}

interface Declared {
	/** null when it is not said */
	readonly bytes: number | null;
	readonly gzip: boolean;
}

function checkHeaders(request: Request, bytesMax: number): Result<Declared, Failure> {
	const encoding = (request.headers.get('content-encoding') ?? 'identity').trim().toLowerCase();
	if (encoding !== 'identity' && encoding !== 'gzip') return err(badContentType(`${encoding.slice(0, 40)} is not a supported content encoding.`));
	const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
	if (type !== 'application/json') return err(badContentType('Content-Type must be application/json'));
	const gzip = encoding === 'gzip';
	const length = request.headers.get('content-length');
	if (length === null) return ok({ bytes: null, gzip });
	const bytes = Number(length);
	if (!Number.isSafeInteger(bytes) || bytes < 0) return err(badRequest('Content-Length is not a number.'));
	return bytes > bytesMax ? overLimit(bytesMax) : ok({ bytes, gzip });
}

async function readBytes(request: Request, gzip: boolean, bytesMax: number, account: { bytes: number }): Promise<Result<Uint8Array, Failure>> {
	if (!request.body) return ok(new Uint8Array());
	const chunks: Uint8Array[] = [];
	const reader = (gzip ? request.body.pipeThrough(new DecompressionStream('gzip')) : request.body).getReader();
	for (;;) {
		const next = await reader.read().catch(() => null);
		if (next === null) return err(badRequest(gzip ? 'Request body is not properly gzipped.' : 'The body ended before it was complete.'));
		if (next.done) break;
		account.bytes += next.value.byteLength;
		bytesHeld += next.value.byteLength;
		if (account.bytes > bytesMax || bytesHeld > BODIES_BYTES_MAX) {
			// Not awaited: a client that goes on sending must not hold up the answer.
			void reader.cancel().catch(() => undefined);
			return account.bytes > bytesMax ? overLimit(bytesMax) : err(busy('The hub is reading too many requests at once; try again.'));
		}
		chunks.push(next.value);
	}
	const bytes = new Uint8Array(account.bytes);
	let offset = 0;
	for (const chunk of chunks) {
		bytes.set(chunk, offset);
		offset += chunk.byteLength;
	}
	return ok(bytes);
}

function parse(bytes: Uint8Array): Result<JsonRecord, Failure> {
	let value: unknown;
	try {
		value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
	} catch {
		return err(badRequest('invalid UTF-8 JSON'));
	}
	return isRecord(value) ? ok(value) : err(badRequest('Request body must be a JSON object'));
}
