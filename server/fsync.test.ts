/**
 * An acknowledged write is on the disk (invariant A4).
 *
 * Killing the hub proves nothing: the kernel keeps the pages. So its system calls are traced, and between the arrival of a push and the answer there must be
 * a write to the database's log file and, after it, an fsync or fdatasync of that file that succeeded. The same hub without LevelDB's `sync`
 * is the control: were this test to pass for it, the test would be worth nothing.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { isObject, parseJson } from '../sync/change/canonical.ts';
import { envelopes, foundedOver, temporaryFolder } from './testing/device.ts';

const CALLS = 'trace=read,write,writev,recvfrom,recvmsg,sendto,sendmsg,fsync,fdatasync';
const hasStrace = spawnSync('strace', ['-V']).status === 0;
if (!hasStrace) console.log('strace is not here: that an acknowledged write is fsynced was NOT checked.');

interface Call {
	readonly name: string;
	/** path or socket of the descriptor */
	readonly on: string;
	readonly text: string;
	/** line in the trace at which it began, and at which it was over */
	readonly began: number;
	readonly ended: number;
	readonly result: number;
}

/** The calls of a trace (`strace -f -y`), joined where strace split them because another thread came between. */
function parseTrace(trace: string): Call[] {
	const calls: Call[] = [];
	const open = new Map<string, { readonly line: number; readonly text: string }>();
	trace.split('\n').forEach((line, at) => {
		const [, thread = '', rest = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
		const unfinished = /^(.*) <unfinished \.\.\.>$/.exec(rest);
		if (unfinished?.[1] !== undefined) {
			open.set(thread, { line: at, text: unfinished[1] });
			return;
		}
		const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest);
		const begun = resumed ? open.get(thread) : undefined;
		const whole = resumed ? (begun?.text ?? '') + (resumed[1] ?? '') : rest;
		const call = /^(\w+)\(\d+<(.*?)>[,)]?(.*)$/.exec(whole);
		const result = /=\s(-?\d+)(?:\s\w+.*)?$/.exec(whole);
		if (call && result) calls.push({ name: call[1] ?? '', on: call[2] ?? '', text: call[3] ?? '', began: begun?.line ?? at, ended: at, result: Number(result[1]) });
	});
	return calls;
}

interface Push {
	/** the database's log was written, then synced, between arrival and answer */
	readonly durable: boolean;
}

/** What happened between the arrival of each push into the database and its answer. */
function pushesIn(calls: readonly Call[], database: string): Push[] {
	const isLog = (call: Call): boolean => call.on.includes(`/databases/${database}/`) && call.on.endsWith('.log');
	const arrivals = calls.filter((call) => /^(?:read|recv)/.test(call.name) && call.text.includes(`POST /couch/${database}/_bulk_docs`));
	return arrivals.map((arrival) => {
		const answered = calls.find((call) => /^(?:write|send)/.test(call.name) && call.on === arrival.on && call.began > arrival.ended && call.text.includes('HTTP/1.1 201'));
		if (!answered) throw new Error('the trace has no answer to a push');
		const between = calls.filter((call) => call.began > arrival.ended && call.ended < answered.began && isLog(call));
		const written = between.findIndex((call) => call.name.startsWith('write') && call.result > 0);
		const synced = between.findLastIndex((call) => /^f(?:data)?sync$/.test(call.name) && call.result === 0);
		return { durable: written !== -1 && synced > written };
	});
}

/** Runs a hub under strace, pushes five times, and returns the trace of the pushes. */
async function tracePushes(mode: 'synced' | 'unsynced'): Promise<Push[]> {
	const { folder, remove } = temporaryFolder();
	const output = path.join(folder, 'trace');
	const hubProgram = path.join(import.meta.dirname, 'testing', 'traced-hub.ts');
	const traced = spawn('strace', ['-f', '-y', '-s', '160', '-e', CALLS, '-o', output, process.execPath, '--import', 'tsx', hubProgram, path.join(folder, 'data'), mode], { stdio: ['ignore', 'pipe', 'inherit'] });
	let hub: TracedHub | null = null;
	try {
		hub = await hubOf(traced);
		const { owner } = await foundedOver(hub);
		const database = owner.database('north', 'desk');
		// The database is opened before: what LevelDB syncs when it makes its files is not what is asked.
		await owner.get(`/couch/${database}`);
		for (let push = 0; push < 2; push++) expect(await owner.pushes(database, envelopes(5))).toMatchObject({ status: 201, json: [] });
		// At once: these may share one write, and each must still wait for it.
		for (const reply of await Promise.all([1, 2, 3].map((size) => owner.pushes(database, envelopes(size))))) expect(reply).toMatchObject({ status: 201, json: [] });
		// To the hub itself: strace passes no signal on. It ends when the hub has.
		const ended = once(traced, 'exit');
		process.kill(hub.pid, 'SIGTERM');
		await ended;
		hub = null;
		return pushesIn(parseTrace(readFileSync(output, 'utf8')), database);
	} finally {
		if (hub) process.kill(hub.pid, 'SIGKILL');
		remove();
	}
}

interface TracedHub {
	readonly pid: number;
	readonly url: string;
	readonly key: string;
	readonly setupToken: string;
}

async function hubOf(traced: ChildProcess): Promise<TracedHub> {
	if (!traced.stdout) throw new Error('the hub has no output');
	for await (const line of createInterface({ input: traced.stdout })) {
		const said = parseJson(line);
		if (!isObject(said)) continue;
		const { pid, url, key, setupToken } = said;
		if (typeof pid === 'number' && typeof url === 'string' && typeof key === 'string' && typeof setupToken === 'string')
			return { pid, url: url.replace('localhost', '127.0.0.1'), key, setupToken };
	}
	throw new Error('the hub did not start');
}

describe.skipIf(!hasStrace)('between a push and its answer', { timeout: 120_000 }, () => {
	it('the database’s log is written and fsynced', async () => {
		expect(await tracePushes('synced')).toEqual(Array(5).fill({ durable: true }));
	});

	it('without LevelDB’s sync it is not, and this test says so', async () => {
		expect(await tracePushes('unsynced')).toEqual(Array(5).fill({ durable: false }));
	});
});
