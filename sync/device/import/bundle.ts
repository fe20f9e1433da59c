/**
 * Reading a FHIR R4 bundle from a file: `.json` or gzip of it, told apart by content, never by name.
 *
 * The whole file is read and judged before anything is made of it, so that a file is imported whole or refused with the entry and
 * the reason. Sizes are limited before memory is spent (attack 34: zip bomb).
 */
import { Gunzip } from 'fflate';
import { err, ok, problem, type Problem, type Result } from '../../result.ts';
import type { FhirResource } from '../../fhir/resource.ts';

/** limit of a file once decompressed; Synthea's largest bundles have 40 MB */
export const BUNDLE_BYTES_MAX = 256 * 1024 * 1024;
export const ENTRIES_MAX = 100_000;
const DEPTH_MAX = 32;
/** compressed bytes handed to the decompressor at a time: bounds what one step can blow up to */
const GUNZIP_STEP_BYTES = 64 * 1024;

const BUNDLE_TYPES: ReadonlySet<string> = new Set(['transaction', 'batch', 'collection', 'document', 'searchset']);

/** One resource of a bundle, with the names by which other entries may refer to it. */
export interface BundleEntry {
	/** position in the file, from 1: what a message names */
	readonly position: number;
	readonly fullUrl: string | null;
	readonly resource: FhirResource;
}

export interface ReadBundle {
	readonly file: string;
	/** where ids without a server of their own come from: the bundle's identifier, or null */
	readonly identifier: string | null;
	readonly text: string;
	readonly entries: readonly BundleEntry[];
}

export type BundleError = Problem<'not-a-bundle' | 'too-large' | 'bad-entry'>;

const refuse = (file: string, code: BundleError['code'], why: string): Result<never, BundleError> =>
	err(problem(code, `${file} was not imported: ${why}`));

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Decompresses gzip up to a limit. Null: more than the limit, or not valid gzip. */
function gunzip(bytes: Uint8Array, bytesMax: number): Uint8Array | 'too-large' | 'damaged' {
	const parts: Uint8Array[] = [];
	let size = 0;
	const stream = new Gunzip((part) => {
		size += part.length;
		if (size <= bytesMax) parts.push(part);
	});
	let ended = false;
	try {
		for (let at = 0; at < bytes.length; at += GUNZIP_STEP_BYTES) {
			const end = Math.min(at + GUNZIP_STEP_BYTES, bytes.length);
			ended = end === bytes.length;
			stream.push(bytes.subarray(at, end), ended);
			if (size > bytesMax) return 'too-large';
		}
	} catch {
		return 'damaged';
	}
	if (!ended) return 'damaged';
	// the trailer holds the length modulo 2^32 (RFC 1952, 2.3.1); the stream decoder does not check it, and a cut file may pass
	const trailer = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4, 4).getUint32(0, true);
	if (trailer !== size % 2 ** 32) return 'damaged';
	const whole = new Uint8Array(size);
	let offset = 0;
	for (const part of parts) {
		whole.set(part, offset);
		offset += part.length;
	}
	return whole;
}

function depthOf(value: unknown, limit: number): boolean {
	if (limit < 0) return false;
	if (Array.isArray(value)) return value.every((item) => depthOf(item, limit - 1));
	if (isObject(value)) return Object.values(value).every((item) => depthOf(item, limit - 1));
	return true;
}

function decode(file: string, bytes: Uint8Array, bytesMax: number): Result<string, BundleError> {
	const limit = `${String(Math.round(bytesMax / 2 ** 20))} MiB`;
	if (bytes.length > bytesMax) return refuse(file, 'too-large', `the file is larger than ${limit}.`);
	let plain = bytes;
	if (bytes.length > 18 && bytes[0] === 0x1f && bytes[1] === 0x8b) {
		const unpacked = gunzip(bytes, bytesMax);
		if (unpacked === 'too-large') return refuse(file, 'too-large', `it unpacks to more than ${limit}.`);
		if (unpacked === 'damaged') return refuse(file, 'not-a-bundle', 'the compressed file is damaged or cut short.');
		plain = unpacked;
	}
	try {
		return ok(new TextDecoder('utf-8', { fatal: true }).decode(plain));
	} catch {
		return refuse(file, 'not-a-bundle', 'it is not UTF-8 text.');
	}
}

function readEntry(file: string, raw: unknown, position: number): Result<BundleEntry | null, BundleError> {
	const where = `entry ${String(position)}`;
	if (!isObject(raw)) return refuse(file, 'bad-entry', `${where} is not an object.`);
	// an entry may carry no resource, e.g. a DELETE in a transaction: nothing is recorded of it
	if (raw.resource === undefined) return ok(null);
	if (!isObject(raw.resource)) return refuse(file, 'bad-entry', `${where} has a resource that is not an object.`);
	const type = raw.resource.resourceType;
	if (typeof type !== 'string' || !/^[A-Z][A-Za-z]{1,63}$/.test(type)) return refuse(file, 'bad-entry', `${where} has no valid resourceType.`);
	if (raw.resource.id !== undefined && typeof raw.resource.id !== 'string') return refuse(file, 'bad-entry', `${where} (${type}) has an id that is not text.`);
	if (raw.fullUrl !== undefined && typeof raw.fullUrl !== 'string') return refuse(file, 'bad-entry', `${where} (${type}) has a fullUrl that is not text.`);
	if (!depthOf(raw.resource, DEPTH_MAX)) return refuse(file, 'bad-entry', `${where} (${type}) is nested more than ${String(DEPTH_MAX)} levels deep.`);
	return ok({ position, fullUrl: raw.fullUrl ?? null, resource: raw.resource as FhirResource });
}

/** Reads and judges one file as a bundle of resources. `bytesMax` bounds it before and after unpacking. */
export function readBundle(file: string, bytes: Uint8Array, bytesMax = BUNDLE_BYTES_MAX): Result<ReadBundle, BundleError> {
	const text = decode(file, bytes, bytesMax);
	if (!text.ok) return text;
	let parsed: unknown;
	try {
		parsed = JSON.parse(text.value);
	} catch (error) {
		return refuse(file, 'not-a-bundle', `it is not valid JSON (${error instanceof Error ? error.message : 'unreadable'}).`);
	}
	if (!isObject(parsed) || parsed.resourceType !== 'Bundle') return refuse(file, 'not-a-bundle', 'it is not a FHIR Bundle.');
	if (typeof parsed.type !== 'string' || !BUNDLE_TYPES.has(parsed.type)) {
		return refuse(file, 'not-a-bundle', `bundles of type ${JSON.stringify(parsed.type ?? null)} are not imported; transaction, collection, document and searchset are.`);
	}
	const raw = parsed.entry ?? [];
	if (!Array.isArray(raw)) return refuse(file, 'not-a-bundle', 'its entries are not a list.');
	if (raw.length > ENTRIES_MAX) return refuse(file, 'too-large', `it has more than ${String(ENTRIES_MAX)} entries.`);
	const entries: BundleEntry[] = [];
	for (const [index, item] of raw.entries()) {
		const entry = readEntry(file, item, index + 1);
		if (!entry.ok) return entry;
		if (entry.value !== null) entries.push(entry.value);
	}
	return ok({ file, identifier: identifierOf(parsed.identifier), text: text.value, entries });
}

function identifierOf(value: unknown): string | null {
	if (!isObject(value) || typeof value.value !== 'string') return null;
	return typeof value.system === 'string' ? `${value.system}|${value.value}` : value.value;
}
