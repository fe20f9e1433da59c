/** The hub as a program: what it prints, what it logs, and that it stops and continues. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunSettings } from './run.ts';
import { Device, envelope, envelopes, foundedOver, revised, temporaryFolder } from './testing/device.ts';

const PROGRAM = `import { runHub } from ${JSON.stringify(path.join(import.meta.dirname, 'run.ts'))}; process.exitCode = await runHub(JSON.parse(process.argv[1]));`;
const CANARY = 'Nomvula-Canary-8812';

class Program {
	printed = '';
	logged = '';
	readonly child: ChildProcessByStdio<null, Readable, Readable>;

	constructor(settings: Partial<RunSettings>) {
		const defaults: RunSettings = { port: 0, dataFolder: '', host: 'localhost', logLevel: 'debug', lan: false, trustPort: 0, tlsCert: null, tlsKey: null, origins: [] };
		const args = ['--import', 'tsx', '--input-type=module', '--eval', PROGRAM, JSON.stringify({ ...defaults, ...settings })];
		this.child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
		this.child.stdout.on('data', (chunk: Buffer) => (this.printed += chunk.toString('utf8')));
		this.child.stderr.on('data', (chunk: Buffer) => (this.logged += chunk.toString('utf8')));
	}

	async saying(words: RegExp): Promise<RegExpExecArray> {
		for (;;) {
			const found = words.exec(this.printed);
			if (found) return found;
			if (this.child.exitCode !== null) throw new Error(`it ended: ${this.printed}${this.logged}`);
			await once(this.child.stdout, 'data');
		}
	}
	async stops(signal: 'SIGINT' | 'SIGTERM'): Promise<number | null> {
		const ended = once(this.child, 'close');
		this.child.kill(signal);
		await ended;
		return this.child.exitCode;
	}
}

let place: ReturnType<typeof temporaryFolder>;
const programs: Program[] = [];
const start = (settings: Partial<RunSettings> = {}): Program => {
	const program = new Program({ dataFolder: path.join(place.folder, 'data'), ...settings });
	programs.push(program);
	return program;
};
beforeEach(() => {
	place = temporaryFolder();
});
afterEach(() => {
	for (const { child } of programs.splice(0)) child.kill('SIGKILL');
	place.remove();
});

async function reached(program: Program) {
	const [, url = ''] = await program.saying(/running at (http\S+)/);
	await program.saying(/Ctrl-C/);
	const info = (await (await fetch(`${url}/_hub/info`)).json()) as { hub: string };
	return { url, key: info.hub, setupToken: /\/setup#(\S+)/.exec(program.printed)?.[1] ?? null };
}

describe('the program', () => {
	it('prints the set-up link once, stops at Ctrl-C, and continues', async () => {
		const first = start();
		const hub = await reached(first);
		expect(hub.setupToken).not.toBeNull();
		const { owner } = await foundedOver(hub);
		const sent = envelopes(2);
		await owner.pushes(owner.database('north', 'desk'), sent);
		expect(await first.stops('SIGINT')).toBe(0);
		expect(first.printed).toContain('Stopping');

		const second = start();
		const again = await reached(second);
		expect(again).toMatchObject({ key: hub.key, setupToken: null });
		const device = await new Device(again, owner.person).opensSession();
		expect((await device.ids(owner.database('north', 'desk'))).sort()).toEqual(sent.map((document) => document._id).sort());
		expect(await second.stops('SIGTERM')).toBe(0);
	});

	it('logs what it does, and no secret and nothing that a client sent', async () => {
		const program = start();
		const hub = await reached(program);
		const { owner } = await foundedOver(hub);
		const database = owner.database('north', 'desk');
		const good = revised(envelope('e1'));
		await owner.post(`/couch/${database}/_bulk_docs`, { new_edits: false, docs: [good, { ...revised(envelope('e1')), note: CANARY }, { _id: CANARY, _rev: CANARY }, { _id: `_design/${CANARY}` }] });
		await owner.get(`/couch/${CANARY}`);
		await owner.get(`/couch/${database}/_all_docs?startkey=${encodeURIComponent(JSON.stringify(CANARY))}&${CANARY}=1`);
		await owner.post('/_hub/answer', { document: { name: CANARY } });
		await owner.post('/_hub/session', { text: CANARY, sig: CANARY });
		await owner.send('POST', `/couch/${database}/_bulk_docs`, `{"docs": ${CANARY}`);
		await program.stops('SIGINT');
		expect(program.logged).toContain('documents refused');
		expect(program.logged).toContain(`"path":"/couch/${database}/_bulk_docs"`);
		for (const secret of [CANARY, hub.setupToken ?? '', owner.token ?? '', good.c, good._id]) expect(program.logged).not.toContain(secret);
	});

	it('says in words what stands in its way', async () => {
		const first = start();
		const { url } = await reached(first);
		const busy = start({ dataFolder: path.join(place.folder, 'other'), port: Number(new URL(url).port) });
		await once(busy.child, 'close');
		expect(busy.logged).toMatch(/Port \d+ is used by another program\./);
		const locked = start();
		await once(locked.child, 'close');
		expect(locked.logged).toContain('Another hub uses the data folder');
		expect([busy.child.exitCode, locked.child.exitCode]).toEqual([1, 1]);
		await first.stops('SIGTERM');
	});
});
