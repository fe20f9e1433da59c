/**
 * What is inside a file besides its raw bytes: blocks of LevelDB tables (Snappy), records of LevelDB logs (cut into 32 KiB blocks with a
 * header between), gzip and zlib members. Formats: LevelDB's doc/table_format.md and doc/log_format.md.
 */
import { gunzipSync, inflateSync } from 'node:zlib';
import { uncompress } from 'snappyjs';

const TABLE_MAGIC = Buffer.from('57fb808b247547db', 'hex');
const FOOTER_BYTES = 48;
const LOG_BLOCK_BYTES = 32 * 1024;
const LOG_HEADER_BYTES = 7;
const UNPACKED_BYTES_MAX = 256 * 1024 * 1024;

interface Handle { readonly offset: number; readonly size: number }

function varint(bytes: Buffer, at: number): { value: number; next: number } {
	let value = 0;
	let scale = 1;
	for (let i = at; i < bytes.length && i < at + 9; i++) {
		const byte = bytes[i] ?? 0;
		value += (byte & 0x7f) * scale;
		scale *= 128;
		if (byte < 0x80) return { value, next: i + 1 };
	}
	return { value, next: bytes.length };
}

function handleAt(bytes: Buffer, at: number): Handle & { next: number } {
	const offset = varint(bytes, at);
	const size = varint(bytes, offset.next);
	return { offset: offset.value, size: size.value, next: size.next };
}

function readBlock(file: Buffer, handle: Handle): Buffer | null {
	const end = handle.offset + handle.size;
	if (end >= file.length) return null;
	const body = file.subarray(handle.offset, end);
	if (file[end] !== 1) return body;
	try {
		return Buffer.from(uncompress(body));
	} catch {
		return null; // a torn block: its raw bytes are scanned all the same
	}
}

/** Entries of a block: keys are prefix-compressed, so the key is put together again. */
function* entries(block: Buffer): Generator<{ key: Buffer; value: Buffer }> {
	if (block.length < 4) return;
	const restarts = block.readUInt32LE(block.length - 4);
	const end = block.length - 4 * (restarts + 1);
	let key: Buffer = Buffer.alloc(0);
	for (let at = 0; at < end; ) {
		const shared = varint(block, at);
		const rest = varint(block, shared.next);
		const length = varint(block, rest.next);
		const from = length.next + rest.value;
		key = Buffer.concat([key.subarray(0, shared.value), block.subarray(length.next, from)]);
		yield { key, value: block.subarray(from, from + length.value) };
		at = from + length.value;
	}
}

function tableBlocks(file: Buffer): Buffer[] {
	if (file.length < FOOTER_BYTES || !file.subarray(-8).equals(TABLE_MAGIC)) return [];
	const metaindex = handleAt(file, file.length - FOOTER_BYTES);
	const index = readBlock(file, handleAt(file, metaindex.next));
	if (index === null) return [];
	const found: Buffer[] = [];
	for (const entry of entries(index)) {
		const block = readBlock(file, handleAt(entry.value, 0));
		if (block === null) continue;
		found.push(block);
		for (const { key, value } of entries(block)) found.push(key, value);
	}
	return found;
}

/** Log records put together again over block borders. */
function logRecords(file: Buffer): Buffer[] {
	const records: Buffer[] = [];
	let parts: Buffer[] = [];
	for (let at = 0; at + LOG_HEADER_BYTES <= file.length; ) {
		const left = LOG_BLOCK_BYTES - (at % LOG_BLOCK_BYTES);
		if (left < LOG_HEADER_BYTES) {
			at += left;
			continue;
		}
		const length = file.readUInt16LE(at + 4);
		const type = file[at + 6] ?? 0;
		if (type === 0 || type > 4) {
			at += left;
			continue;
		}
		parts.push(file.subarray(at + LOG_HEADER_BYTES, at + LOG_HEADER_BYTES + length));
		if (type === 1 || type === 4) {
			records.push(Buffer.concat(parts));
			parts = [];
		}
		at += LOG_HEADER_BYTES + length;
	}
	return records;
}

function compressedMembers(file: Buffer): Buffer[] {
	const found: Buffer[] = [];
	const tryAt = (at: number, open: (bytes: Buffer, options: { maxOutputLength: number; finishFlush: number }) => Buffer) => {
		try {
			found.push(open(file.subarray(at), { maxOutputLength: UNPACKED_BYTES_MAX, finishFlush: 2 }));
		} catch {
			return; // two bytes that look like a header are not always one
		}
	};
	for (let at = file.indexOf('\x1f\x8b\x08', 0, 'latin1'); at >= 0; at = file.indexOf('\x1f\x8b\x08', at + 1, 'latin1')) tryAt(at, gunzipSync);
	for (const header of ['\x78\x9c', '\x78\xda', '\x78\x01', '\x78\x5e']) {
		if (file.subarray(0, 2).toString('latin1') === header) tryAt(0, inflateSync);
	}
	return found;
}

/** @param name file name: decides whether it is read as a LevelDB log */
export function unpack(name: string, file: Buffer): Buffer[] {
	return [...tableBlocks(file), ...(name.endsWith('.log') ? logRecords(file) : []), ...compressedMembers(file)];
}
