/**
 * A CouchDB in a process of its own, over a folder of its own, that can be killed and started again: where `COUCHDB_BIN` names the `bin/couchdb` of an installation, of
 * which nothing is changed. Several with `cluster` become nodes of one cluster.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export const COUCHDB_BIN = process.env['COUCHDB_BIN'] ?? null;
export const PASSWORD = 'correct-horse-battery';
const START_MS = 60_000;
const ASK_MS = 10_000;

export interface CouchProcessOptions {
	readonly folder: string;
	/** of the Erlang node, before `@127.0.0.1`; no two alike on one machine */
	readonly name: string;
	/** a node of a cluster, in which each database has so many shards, each at three nodes */
	readonly cluster?: { readonly shards: number };
}

async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
	const { port } = server.address() as AddressInfo;
	await new Promise<void>((closed) => server.close(() => closed()));
	return port;
}

export class CouchProcess {
	readonly #options: CouchProcessOptions;
	#child: ChildProcess | null = null;
	port = 0;

	constructor(options: CouchProcessOptions) {
		this.#options = options;
	}

	/** Of its Erlang node. */
	get node(): string {
		return `${this.#options.name}@127.0.0.1`;
	}
	/** With the administrator's name and password. */
	get url(): string {
		return `http://admin:${PASSWORD}@127.0.0.1:${String(this.port)}`;
	}

	/** Settles when it answers. The first start chooses a free port, which is kept. */
	async start(): Promise<this> {
		if (COUCHDB_BIN === null) throw new Error('COUCHDB_BIN is not set');
		if (this.port === 0) {
			this.port = await freePort();
			this.#configure();
		}
		const { folder } = this.#options;
		const installed = path.join(path.dirname(COUCHDB_BIN), '../etc');
		const child = spawn(COUCHDB_BIN, [], {
			stdio: 'ignore',
			env: { ...process.env, COUCHDB_ARGS_FILE: path.join(folder, 'vm.args'), COUCHDB_INI_FILES: `${path.join(installed, 'default.ini')} ${path.join(folder, 'couch.ini')}`, ERL_CRASH_DUMP: path.join(folder, 'erl_crash.dump') }
		});
		this.#child = child;
		for (const began = Date.now(); ; ) {
			if ((await this.ask('GET', '/_up').catch(() => null))?.status === 200) break;
			if (child.exitCode !== null || Date.now() - began > START_MS) throw new Error('CouchDB did not start');
			await new Promise((later) => setTimeout(later, 100));
		}
		if (this.#options.cluster === undefined) for (const database of ['_users', '_replicator']) await this.ask('PUT', `/${database}`);
		return this;
	}

	/** As an administrator. */
	async ask(method: string, route: string, body?: unknown): Promise<{ readonly status: number; readonly json: unknown }> {
		const answer = await fetch(`http://127.0.0.1:${String(this.port)}${route}`, {
			method, signal: AbortSignal.timeout(ASK_MS),
			headers: { Authorization: `Basic ${Buffer.from(`admin:${PASSWORD}`).toString('base64')}`, 'Content-Type': 'application/json' },
			...(body === undefined ? {} : { body: JSON.stringify(body) })
		});
		return { status: answer.status, json: await answer.json() };
	}

	/** As a power cut does, as far as a process can. */
	async kill(): Promise<void> {
		const child = this.#child;
		this.#child = null;
		if (child === null || child.exitCode !== null || child.signalCode !== null) return;
		const ended = once(child, 'exit');
		child.kill('SIGKILL');
		await ended;
	}

	#configure(): void {
		const { folder, cluster } = this.#options;
		mkdirSync(path.join(folder, 'data'), { recursive: true });
		const data = path.join(folder, 'data');
		writeFileSync(path.join(folder, 'vm.args'), [
			`-name ${this.node}`, '-setcookie saddlebag-test', '-kernel inet_dist_use_interface {127,0,0,1}', '-kernel error_logger silent', '-sasl sasl_error_logger false',
			'-kernel prevent_overlapping_partitions false', '+SDio 4', '+Bd -noinput', '-os_mon start_memsup false start_cpu_sup false', ''
		].join('\n'));
		writeFileSync(path.join(folder, 'couch.ini'), [
			'[couchdb]', `single_node = ${String(cluster === undefined)}`, `uuid = ${'0'.repeat(32)}`, `database_dir = ${data}`, `view_index_dir = ${data}`, `uri_file = ${path.join(folder, 'couch.uri')}`,
			...(cluster === undefined ? [] : ['[cluster]', `q = ${String(cluster.shards)}`, 'n = 3']),
			'[chttpd]', `port = ${String(this.port)}`, 'bind_address = 127.0.0.1', '[log]', 'level = error', 'writer = file', `file = ${path.join(folder, 'couch.log')}`,
			// hashed at the start: a few rounds are enough for a test
			'[chttpd_auth]', 'iterations = 10', 'secret = 0123456789abcdef0123456789abcdef', '[admins]', `admin = ${PASSWORD}`, ''
		].join('\n'));
	}
}

/** Makes one cluster of nodes that run. */
export async function joined(nodes: readonly CouchProcess[]): Promise<void> {
	const [first, ...others] = nodes;
	if (first === undefined) return;
	for (const { node } of others) await first.ask('PUT', `/_node/_local/_nodes/${node}`, {});
	for (const database of ['_users', '_replicator', '_global_changes']) await first.ask('PUT', `/${database}`);
	for (const began = Date.now(); ; ) {
		const { json } = await first.ask('GET', '/_membership');
		const { all_nodes: all } = json as { readonly all_nodes: readonly string[] };
		if (all.length === nodes.length) return;
		if (Date.now() - began > START_MS) throw new Error('the nodes did not find each other');
		await new Promise((later) => setTimeout(later, 200));
	}
}
