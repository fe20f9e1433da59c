/**
 * First sync: a device that was just let in, over packs, beside PouchDB 9 (`indexeddb` adapter) replicating the same records in plaintext in its largest useful
 * batches, in the same run and in turn, each in a browser profile of its own on disk.
 *
 * The peer's replication stores documents and checks nothing, over a hub in memory. What compares with it is `received`: every envelope on the disk, flushed, and
 * known to be what its name says. `opened` is what no peer does: every change decrypted, verified, judged and sealed again for reading. Both are counted from
 * the moment at which the device was let in, the peer's from the first request. Ratios of times hold within a run; ratios of processor time also while the
 * machine does other work.
 */
import type { Page } from '@playwright/test';
import type { Id } from '../sync/change/change.ts';
import type { BenchOrganization } from './organization.ts';
import { startPlaintextHub } from './peer/plaintextHub.ts';
import { browserProcessorMs } from './processor.ts';
import { drawRecords } from './records.ts';
import { median, type Figure } from './report.ts';

/** Times what the peer's rate is to be beaten by. */
const GOAL = 10;

export type OnPage = <T>(use: (page: Page, profile: string) => Promise<T>) => Promise<T>;

interface Taken { readonly ms: number; readonly processor: number | null }
interface Ours { readonly admitted: number; readonly received: Taken; readonly opened: Taken }

const since = (start: number | null, profile: string): number | null => {
	const now = browserProcessorMs(profile);
	return start === null || now === null ? null : now - start;
};

function ours(onPage: OnPage, organization: BenchOrganization, site: Id, changes: number, probe: string): Promise<Ours> {
	return onPage(async (page, profile) => {
		await organization.joinInBrowser(page, [site]);
		const admitted = await page.evaluate(() => window.bench.admitted());
		const start = browserProcessorMs(profile);
		const received = { ms: await page.evaluate(() => window.bench.received()), processor: since(start, profile) };
		const opened = { ms: await page.evaluate((name) => window.bench.opened(name), probe), processor: since(start, profile) };
		await page.evaluate((expected) => window.bench.holds(expected), changes);
		return { admitted, received, opened };
	});
}

function theirs(onPage: OnPage, from: string, url: string, changes: number): Promise<Taken> {
	return onPage(async (page, profile) => {
		await page.goto(from);
		const start = browserProcessorMs(profile);
		const ms = await page.evaluate(([hub, expected]) => window.bench.pouchFirstSync(hub, expected), [url, changes] as const);
		return { ms, processor: since(start, profile) };
	});
}

/** @param count changes, and records of the peer */
export async function firstSync(onPage: OnPage, organization: BenchOrganization, count: number, runs: number): Promise<readonly Figure[]> {
	const records = drawRecords(count, 1);
	const site = await organization.addSite('First sync');
	const changes = await organization.fill(site, records.files);
	const probe = records.names.at(-1) ?? '';
	const peer = await startPlaintextHub(records.plain.slice(0, changes));
	const all: { readonly own: Ours; readonly peer: Taken }[] = [];
	for (let run = 0; run < runs; run++) {
		const own = await ours(onPage, organization, site, changes, probe);
		all.push({ own, peer: await theirs(onPage, organization.hub.url, peer.url, changes) });
		console.error(`first sync, run ${run + 1}: ${describe(own)}, peer ${told(all.at(-1)?.peer)}`);
	}
	await peer.stop();
	const figure = (name: string, of: (own: Ours) => Taken): readonly Figure[] => {
		const rate = (times: readonly number[]): number => changes / (median(times) / 1000);
		const compare = (bench: string, unit: Figure['unit'], value: (taken: Taken) => number | null, goal: number | null): readonly Figure[] => {
			const [mine, other] = [all.flatMap(({ own }) => value(of(own)) ?? []), all.flatMap((run) => value(run.peer) ?? [])];
			if (mine.length < runs || other.length < runs) return [];
			const [saddlebag, beside] = [rate(mine), rate(other)];
			return [{ bench, unit, saddlebag, peer: beside, goal: goal === null ? null : `${goal} times the peer`, met: goal === null ? null : saddlebag >= goal * beside, runs }];
		};
		return [
			...compare(`first sync of ${changes} changes, ${name}`, 'per s', ({ ms }) => ms, name === RECEIVED ? GOAL : null),
			...compare(`the same by processor time of the browser`, 'per s', ({ processor }) => processor, null)
		];
	};
	return [...figure(RECEIVED, ({ received }) => received), ...figure('verified and readable', ({ opened }) => opened)];
}

const RECEIVED = 'received';
const told = (taken: Taken | undefined): string => (taken === undefined ? '' : `${Math.round(taken.ms)} ms (processor ${Math.round(taken.processor ?? NaN)})`);
const describe = ({ admitted, received, opened }: Ours): string => `let in after ${Math.round(admitted)} ms, received ${told(received)}, readable ${told(opened)}`;
