/**
 * What is measured in the browser, through the same worker that the app uses. Every time is taken in the page, so that it holds what a
 * screen would wait for.
 */
import { argon2id } from 'hash-wasm';
import { wrap } from 'comlink';
import type { ChartRef, DeviceApi, Outcome } from '../../sync/device/api.ts';
import type { BenchWorker } from './device.worker.ts';
import { pouchFirstSync, pouchPush } from './pouch.ts';

const POLL_MS = 10;

async function must<T>(outcome: Promise<Outcome<T>>): Promise<T> {
	const result = await outcome;
	if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
	return result.value;
}
const turn = () => new Promise<void>((resolve) => setTimeout(resolve, POLL_MS));

/** The device as the page sees it: each method crosses to the worker by its name. */
async function startWorker(): Promise<DeviceApi> {
	const worker = wrap<BenchWorker>(new Worker(new URL('./device.worker.ts', import.meta.url), { type: 'module' }));
	await worker.open('bench');
	status = (state) => worker.until(state);
	return new Proxy({} as DeviceApi, {
		// not a promise itself, or awaiting it would call `then` across the border
		get: (_, method) => (method === 'then' ? undefined : (request: unknown) => worker.call(method as keyof DeviceApi, request))
	});
}

/** All changes that this device has verified, decrypted and folded into what a search or a chart reads. */
async function changesHeld(device: DeviceApi): Promise<number> {
	const hashes = await device.stateHashes();
	return hashes.ok ? hashes.value.reduce((sum, place) => sum + place.changes, 0) : 0;
}

let device: DeviceApi | null = null;
const current = (): DeviceApi => {
	if (!device) throw new Error('no device yet');
	return device;
};
let armed = 0;
let status: BenchWorker['until'] | null = null;
let syncing: Promise<void> = Promise.resolve();

const bench = {
	async join(link: string, name: string, passphrase: string): Promise<string> {
		device = await startWorker();
		return (await must(device.answerInvitation({ link, name, passphrase }))).code;
	},
	/** The clock starts here, before the admission is sent. */
	arm(): void {
		armed = performance.now();
	},
	/** Waits until this device was let in, whence a first sync is counted. Answers the milliseconds since `arm`: who lets it in seals keys meanwhile. */
	async admitted(): Promise<number> {
		syncing = current().syncNow();
		while ((await current().lockState()).kind !== 'unlocked') await turn();
		const before = performance.now() - armed;
		armed += before;
		return before;
	},
	/** Milliseconds until every envelope was on the disk, known to be what its name says: as much as the peer's replication does, which checks nothing. */
	async received(): Promise<number> {
		await status?.('received');
		return performance.now() - armed;
	},
	/** Milliseconds until every change was decrypted, verified, judged and sealed for reading, and `probe` is found by name. */
	async opened(probe: string): Promise<number> {
		await status?.('opened');
		while ((await must(current().search({ query: probe, site: null, limit: 5 }))).length === 0) await turn();
		return performance.now() - armed;
	},
	/** Throws when anything is missing of what was said to be here. */
	async holds(expected: number): Promise<void> {
		await syncing;
		const held = await changesHeld(current());
		if (held < expected) throw new Error(`${held} of ${expected} changes are held`);
	},
	/** Milliseconds from `arm` until a search finds `probe` and `expected` changes can be read. */
	async untilHeld(expected: number, probe: string): Promise<number> {
		const before = await bench.admitted();
		await bench.received();
		const took = before + (await bench.opened(probe));
		await bench.holds(expected);
		return took;
	},
	/** Resolves when the admission has arrived and the device works. */
	async untilAdmitted(): Promise<void> {
		while ((await current().lockState()).kind !== 'unlocked') await current().syncNow();
	},
	async importAll(site: string, files: readonly { readonly name: string; readonly text: string }[]): Promise<number> {
		const organization = await must(current().organization());
		const id = organization.sites.find((s) => s.name === site)?.site;
		if (!id) throw new Error(`no site ${site}`);
		const encoder = new TextEncoder();
		const report = await must(current().importBundles({ site: id, operation: 'bench', files: files.map((f) => ({ name: f.name, bytes: encoder.encode(f.text) })) }));
		return Object.values(report.recorded).reduce((sum, n) => sum + n, 0);
	},
	/** Milliseconds until the hub has confirmed everything written here. */
	async push(): Promise<number> {
		const start = performance.now();
		const sent = current().syncNow();
		while ((await current().syncStatus()).waitingToSend > 0) await turn();
		const took = performance.now() - start;
		await sent;
		return took;
	},
	/** Milliseconds of unlocking until the first search answers, key derivation included; and the derivation alone. */
	async unlock(passphrase: string, probe: string): Promise<{ total: number; derivation: number }> {
		await current().lock();
		const state = await current().lockState();
		const user = state.kind === 'locked' ? state.users[0] : undefined;
		if (!user) throw new Error('nobody to unlock');
		const salt = new Uint8Array(16);
		const before = performance.now();
		await argon2id({ password: passphrase, salt, parallelism: 1, iterations: 3, memorySize: 64 * 1024, hashLength: 32, outputType: 'binary' });
		const derivation = performance.now() - before;
		const start = performance.now();
		await must(current().unlock({ member: user.member, passphrase }));
		const hits = await must(current().search({ query: probe, site: null, limit: 20 }));
		const total = performance.now() - start;
		if (hits.length === 0) throw new Error(`${probe} was not found after unlocking`);
		return { total, derivation };
	},
	/** Milliseconds of each keystroke: every prefix of every name, as it is typed. */
	async keystrokes(names: readonly string[]): Promise<number[]> {
		const times: number[] = [];
		for (const name of names)
			for (let length = 1; length <= name.length; length++) {
				const start = performance.now();
				await must(current().search({ query: name.slice(0, length), site: null, limit: 20 }));
				times.push(performance.now() - start);
			}
		return times;
	},
	async find(probe: string): Promise<ChartRef> {
		const hit = (await must(current().search({ query: probe, site: null, limit: 1 })))[0];
		if (!hit) throw new Error(`${probe} is not here`);
		return { site: hit.site, chart: hit.chart };
	},
	async openChart(ref: ChartRef, entries: number): Promise<number> {
		const start = performance.now();
		const view = await must(current().openChart(ref));
		const took = performance.now() - start;
		if (view.entries.length < entries) throw new Error(`the chart shows ${view.entries.length} of ${entries} entries`);
		return took;
	},
	pouchFirstSync,
	pouchPush
};

declare global {
	interface Window {
		bench: typeof bench;
	}
}
window.bench = bench;
