/** The hub as a process, the way a user starts it, so that it can be stopped, killed and started again under a browser. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const START_MS_MAX = 60_000;
const STOP_MS_MAX = 15_000;

/** A port nobody listens on: the hub must come back on the same one. */
async function freePort(): Promise<number> {
	const probe = createServer();
	await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
	const { port } = probe.address() as AddressInfo;
	await new Promise<void>((resolve) => probe.close(() => resolve()));
	return port;
}

export class HubProcess {
	readonly folder: string;
	readonly port: number;
	#child: ChildProcess | null = null;
	#output = '';

	private constructor(folder: string, port: number) {
		this.folder = folder;
		this.port = port;
	}

	/** A new hub in a folder of its own, not started yet. */
	static async create(): Promise<HubProcess> {
		return new HubProcess(mkdtempSync(path.join(tmpdir(), 'saddlebag-hub-')), await freePort());
	}

	get url(): string {
		return `http://localhost:${this.port}`;
	}
	/** Everything the hub printed and logged since it was created. */
	get output(): string {
		return this.#output;
	}
	/** The one-time link it printed. */
	get setupLink(): string {
		const link = /https?:\/\/\S+\/setup#\S+/.exec(this.#output)?.[0];
		if (!link) throw new Error(`the hub printed no set-up link:\n${this.#output}`);
		return link;
	}

	/** `more`: further flags of `npm start` */
	async start(...more: readonly string[]): Promise<void> {
		const child = spawn(process.execPath, ['cli/start.mjs', '--port', String(this.port), '--data', this.folder, ...more], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, SADDLEBAG_LOG_LEVEL: 'debug' } });
		this.#child = child;
		const collect = (chunk: Buffer) => {
			this.#output += chunk.toString('utf8');
		};
		child.stdout.on('data', collect);
		child.stderr.on('data', collect);
		const deadline = Date.now() + START_MS_MAX;
		for (;;) {
			if (child.exitCode !== null) throw new Error(`the hub ended with ${child.exitCode}:\n${this.#output}`);
			if (await this.#answers()) return;
			if (Date.now() > deadline) throw new Error(`the hub did not answer within ${START_MS_MAX} ms:\n${this.#output}`);
			await new Promise((resolve) => setTimeout(resolve, 100));
		}
	}

	async #answers(): Promise<boolean> {
		try {
			return (await fetch(`${this.url}/_hub/info`, { signal: AbortSignal.timeout(1_000) })).ok;
		} catch {
			return false; // not listening yet
		}
	}

	/** As Ctrl-C does. */
	async stop(signal: 'SIGINT' | 'SIGKILL' = 'SIGINT'): Promise<void> {
		const child = this.#child;
		if (!child || child.exitCode !== null || child.signalCode !== null) return;
		const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
		child.kill(signal);
		const force = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
		await ended;
		clearTimeout(force);
		this.#child = null;
	}

	async remove(): Promise<void> {
		await this.stop();
		rmSync(this.folder, { recursive: true, force: true });
	}
}
