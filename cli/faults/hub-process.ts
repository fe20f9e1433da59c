/**
 * A hub in a process of its own that can be killed in the middle of anything and started again over the same folder.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { CouchOptions } from '../../server/couchdb/client.ts';
import { isObject, parseJson } from '../../sync/change/canonical.ts';

/** Beside its folder and port. */
export interface HubSettings {
	/** origins under which it is reached besides, with spaces between */
	readonly origin?: string;
	/** origin of the hub above: this one is a box */
	readonly upstream?: string;
	readonly couch?: CouchOptions;
	/** PEM, where several gateways are one hub */
	readonly hubKey?: string;
	readonly prefix?: string;
	/** added to the clock of the machine */
	readonly clockMs?: number;
}

export class HubProcess {
	readonly folder: string;
	/** what it is from its next start on */
	settings: HubSettings;
	#child: ChildProcess | null = null;
	port: number;
	key = '';
	setupToken: string | null = null;

	/** `port` 0: any free one, kept from then on. */
	constructor(folder: string, port = 0, settings: HubSettings = {}) {
		this.folder = folder;
		this.port = port;
		this.settings = settings;
	}

	get url(): string {
		return `http://localhost:${String(this.port)}`;
	}

	/** Of the process that runs; 0 when none does. */
	get pid(): number {
		return this.#child?.pid ?? 0;
	}

	async start(): Promise<this> {
		const program = path.join(import.meta.dirname, 'hub-main.ts');
		const child = spawn(process.execPath, ['--import', 'tsx', program, JSON.stringify({ ...this.settings, dataFolder: this.folder, port: this.port })], { stdio: ['ignore', 'pipe', 'inherit'] });
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
