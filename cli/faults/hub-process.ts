/**
 * A hub in a process of its own that can be killed in the middle of anything and started again over the same folder.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { isObject, parseJson } from '../../sync/change/canonical.ts';

export class HubProcess {
	readonly folder: string;
	readonly #origin: string | undefined;
	#child: ChildProcess | null = null;
	port: number;
	key = '';
	setupToken: string | null = null;

	/** `port` 0: any free one, kept from then on. */
	constructor(folder: string, port = 0, origin?: string) {
		this.folder = folder;
		this.port = port;
		this.#origin = origin;
	}

	get url(): string {
		return `http://localhost:${String(this.port)}`;
	}

	async start(): Promise<this> {
		const program = path.join(import.meta.dirname, 'hub-main.ts');
		const child = spawn(process.execPath, ['--import', 'tsx', program, this.folder, String(this.port), ...(this.#origin === undefined ? [] : [this.#origin])], { stdio: ['ignore', 'pipe', 'inherit'] });
		this.#child = child;
		for await (const line of createInterface({ input: child.stdout })) {
			const said = parseJson(line);
			if (!isObject(said) || typeof said['port'] !== 'number') continue;
			this.port = said['port'];
			this.key = typeof said['key'] === 'string' ? said['key'] : '';
			this.setupToken = typeof said['setupToken'] === 'string' ? said['setupToken'] : null;
			return this;
		}
		throw new Error('the hub did not start');
	}

	/** As a power cut does, as far as a process can: nothing is closed, nothing more is written. */
	kill(): Promise<void> {
		return this.#end('SIGKILL');
	}
	stop(): Promise<void> {
		return this.#end('SIGTERM');
	}

	async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
		const child = this.#child;
		this.#child = null;
		if (child === null || child.exitCode !== null || child.signalCode !== null) return;
		const ended = once(child, 'exit');
		child.kill(signal);
		await ended;
	}
}
