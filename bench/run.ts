/**
 * `npm run bench` (`-- --first-sync`: that alone): first sync, push, unlock, search and opening a chart in Chromium, beside PouchDB 9 (`indexeddb` adapter) replicating
 * the same records in plaintext in the same run, the two in turn.
 */
import { chromium, type Page } from '@playwright/test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { CHROMIUM_FLAGS } from '../e2e/profile.ts';
import { firstSync } from './first-sync.ts';
import { BenchOrganization, PASSPHRASE } from './organization.ts';
import { startPlaintextHub } from './peer/plaintextHub.ts';
import { drawRecords, longChart } from './records.ts';
import { median, printFigures, quantile, type Figure } from './report.ts';

const QUICK = process.argv.includes('--quick');
const RUNS = QUICK ? 1 : 3;
const FIRST_SYNC = QUICK ? 4_000 : 20_000;
const PUSH = QUICK ? 1_000 : 5_000;
const PATIENTS = QUICK ? 2_000 : 10_000;
const LONG_CHART = 299;

/** A page in a profile of its own on disk, where a flush costs what it costs; the peer's hub has another origin, hence the policy is lifted here. */
async function onPage<T>(use: (page: Page, profile: string) => Promise<T>): Promise<T> {
	const folder = mkdtempSync(path.join(tmpdir(), 'saddlebag-bench-profile-'));
	const executablePath = process.env['CHROMIUM_PATH'];
	const context = await chromium.launchPersistentContext(folder, { ...(executablePath ? { executablePath } : {}), args: CHROMIUM_FLAGS, bypassCSP: true });
	try {
		return await use(context.pages()[0] ?? (await context.newPage()), folder);
	} finally {
		await context.close();
		rmSync(folder, { recursive: true, force: true });
	}
}

async function push(organization: BenchOrganization): Promise<Figure> {
	const site = await organization.addSite('Push');
	const ours: number[] = [];
	const theirs: number[] = [];
	let sent = 0;
	for (let run = 0; run < RUNS; run++) {
		const records = drawRecords(PUSH, 100 + run);
		ours.push(await onPage(async (page) => {
			await organization.joinInBrowser(page, [site]);
			await page.evaluate(() => window.bench.untilAdmitted());
			await organization.stopHub();
			sent = await page.evaluate((files) => window.bench.importAll('Push', files), records.files);
			await organization.startHub();
			return page.evaluate(() => window.bench.push());
		}));
		const peer = await startPlaintextHub([]);
		theirs.push(await onPage(async (page) => {
			await page.goto(organization.hub.url);
			return page.evaluate(([url, plain]) => window.bench.pouchPush(url, plain), [peer.url, records.plain.slice(0, sent)] as const);
		}));
		await peer.stop();
		console.error(`push, run ${run + 1}: ${Math.round(ours.at(-1) ?? 0)} ms, peer ${Math.round(theirs.at(-1) ?? 0)} ms`);
	}
	const rate = (times: readonly number[]) => sent / (median(times) / 1000);
	return { bench: `push of ${sent} changes`, unit: 'per s', saddlebag: rate(ours), peer: rate(theirs), goal: null, met: null, runs: RUNS };
}

async function daily(organization: BenchOrganization): Promise<Figure[]> {
	const patients = drawRecords(PATIENTS, 900, true);
	const site = await organization.addSite('Many patients');
	const changes = await organization.fill(site, [...patients.files, longChart(LONG_CHART)]);
	return onPage(async (page) => {
		await organization.joinInBrowser(page, [site]);
		await page.evaluate(([expected, probe]) => window.bench.untilHeld(expected, probe), [changes, 'Zebedee'] as const);
		const unlocks: number[] = [];
		for (let run = 0; run < RUNS; run++) {
			const { total, derivation } = await page.evaluate((passphrase) => window.bench.unlock(passphrase, 'Zebedee'), PASSPHRASE);
			unlocks.push(total - derivation);
		}
		const strokes = await page.evaluate((names) => window.bench.keystrokes(names), [...new Set(patients.names)].slice(0, 40));
		const ref = await page.evaluate(() => window.bench.find('Zebedee Longchart'));
		const opens: number[] = [];
		for (let run = 0; run < 10; run++) opens.push(await page.evaluate(([at, entries]) => window.bench.openChart(at, entries), [ref, LONG_CHART] as const));
		const figure = (bench: string, value: number, limit: number, runs: number): Figure => ({ bench, unit: 'ms', saddlebag: value, peer: null, goal: `under ${limit} ms`, met: value < limit, runs });
		return [
			figure(`unlock to first search, ${PATIENTS} patients, without key derivation`, median(unlocks), 1_000, RUNS),
			figure(`search per keystroke, median, ${PATIENTS} patients`, median(strokes), 16, strokes.length),
			figure(`search per keystroke, 99th percentile, ${PATIENTS} patients`, quantile(strokes, 0.99), 16, strokes.length),
			figure(`open a chart of ${LONG_CHART + 1} changes, median`, median(opens), 50, opens.length),
			figure(`open a chart of ${LONG_CHART + 1} changes, slowest`, Math.max(...opens), 50, opens.length)
		];
	});
}

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const organization = new BenchOrganization(path.join(root, 'artifacts/bench'));
try {
	await organization.found();
	const figures = [...(await firstSync(onPage, organization, FIRST_SYNC, RUNS)), ...(process.argv.includes('--first-sync') ? [] : [await push(organization), ...(await daily(organization))])];
	printFigures(figures);
	process.exitCode = figures.some((f) => f.met === false) ? 1 : 0;
} finally {
	await organization.close();
}
