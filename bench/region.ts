/**
 * `npx tsx bench/region.ts --clinics 5 --patients 10000`: what a regional device keeps of all its sites, the `desk` of each, measured; and what follows by
 * arithmetic for 50 clinics of 10,000 patients. Not part of `npm run bench`: it takes minutes.
 *
 * A lead of the region joins in a browser; its device fetches, checks, opens and indexes every patient of every clinic. Measured are the time until the last patient of
 * the last clinic is found, the browser's storage, unlocking with all of them, and a search; and, apart from the browser, the memory of the index. `npm run bench` builds the page first.
 * `--index 500000` measures that index alone.
 */
import { chromium, type Page } from '@playwright/test';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { CHROMIUM_FLAGS } from '../e2e/profile.ts';
import { idOf } from '../sync/change/ids.ts';
import { seededRandom } from '../sync/change/ports.ts';
import type { Id } from '../sync/change/change.ts';
import { ChartIndex, type ChartEntry } from '../sync/device/chart-index.ts';
import { BenchOrganization, PASSPHRASE } from './organization.ts';
import { drawRecords } from './records.ts';
import { median, quantile } from './report.ts';

const argument = (name: string, otherwise: number): number => Number(process.argv[process.argv.indexOf(`--${name}`) + 1] ?? NaN) || otherwise;
const CLINICS = process.argv.includes('--clinics') ? argument('clinics', 5) : 5;
const PATIENTS = process.argv.includes('--patients') ? argument('patients', 10_000) : 10_000;
/** what the figures are asked for */
const ASKED = 50 * 10_000;
/** patients that one page of a first sync brings */
const PORTION = 1_000;

function bytesIn(folder: string): number {
	return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
		const file = path.join(folder, entry.name);
		return sum + (entry.isDirectory() ? bytesIn(file) : entry.isFile() ? statSync(file).size : 0);
	}, 0);
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

interface IndexFigures { readonly bytes: number; readonly built: number; readonly slowest: number; readonly strokes: readonly number[]; readonly one: number }

/** Milliseconds of processor time. */
function spent(work: () => void): number {
	const before = process.cpuUsage();
	work();
	const { user, system } = process.cpuUsage(before);
	return (user + system) / 1_000;
}

/** The index that a search runs on, alone, with patients of 50 sites in the portions in which a first sync brings them. */
function measureIndex(count: number): IndexFigures {
	const random = seededRandom(50);
	const sites = Array.from({ length: 50 }, () => idOf(random.bytes(16)));
	const { names } = drawRecords(2_000, 3, true);
	const held = (): number => process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
	collect();
	const before = held();
	const index = new ChartIndex();
	const puts: number[] = [];
	for (let from = 0; from < count; from += PORTION) {
		const entries = Array.from({ length: Math.min(PORTION, count - from) }, (_, n): ChartEntry => drawnEntry(sites[(from + n) % sites.length] ?? idOf(random.bytes(16)), idOf(random.bytes(16)), names, from + n));
		puts.push(spent(() => index.put(entries)));
	}
	collect();
	const bytes = (held() - before) / count;
	const strokes = ['amina', 'kato grace', '07100', 'b-4999', 'village 3', 'okello'].flatMap((query) => [...query].map((_, length) => spent(() => index.search(query.slice(0, length + 1), sites[0] ?? null, 20))));
	const [chart] = index.chartsAt(sites[0] ?? idOf(random.bytes(16)));
	const entry = chart === undefined ? null : index.get(sites[0] ?? idOf(random.bytes(16)), chart);
	const one = spent(() => index.put(entry === null ? [] : [entry]));
	if (sites.reduce((sum, site) => sum + index.countAt(site), 0) !== count) throw new Error('the index lost a patient');
	return { bytes, built: puts.reduce((sum, ms) => sum + ms, 0), slowest: Math.max(...puts), strokes, one };
}

function drawnEntry(site: Id, chart: Id, names: readonly string[], i: number): ChartEntry {
	const name = `${names[i % names.length] ?? ''} ${String(i % 977)}`;
	const facts = { birthDate: `19${String(10 + (i % 90))}-03-0${String(1 + (i % 9))}`, gender: 'female', village: `Village ${String(i % 300)}` };
	const [phone, card] = [`07${String(10_000_000 + i)}`, `B-${String(i)}`];
	return {
		...facts, site, chart, name, also: [], phone, identifiers: [card], deceased: false, changed: `019b2a4c5d00-${String(i % 10_000).padStart(4, '0')}`,
		identity: { ...facts, site, chart, names: [name], phones: [phone], identifiers: [{ system: 'urn:card', value: card }] }, links: []
	};
}

async function onPage<T>(use: (page: Page, folder: string) => Promise<T>): Promise<T> {
	const folder = mkdtempSync(path.join(tmpdir(), 'saddlebag-region-profile-'));
	const executablePath = process.env['CHROMIUM_PATH'];
	const context = await chromium.launchPersistentContext(folder, { ...(executablePath ? { executablePath } : {}), args: CHROMIUM_FLAGS, bypassCSP: true });
	context.setDefaultTimeout(0);
	try {
		return await use(context.pages()[0] ?? (await context.newPage()), folder);
	} finally {
		await context.close();
		rmSync(folder, { recursive: true, force: true });
	}
}

if (process.argv.includes('--index')) {
	const count = argument('index', ASKED);
	const { bytes, built, slowest, strokes, one } = measureIndex(count);
	console.log(`the search index alone, ${String(count)} patients of 50 sites, by the ${String(PORTION)}, processor time: built in ${(built / 1000).toFixed(1)} s, slowest portion ${slowest.toFixed(0)} ms`);
	console.log(`${bytes.toFixed(0)} bytes a patient, ${(bytes * count / 1024 / 1024).toFixed(0)} MiB; search: median ${median(strokes).toFixed(1)} ms, slowest ${Math.max(...strokes).toFixed(1)} ms; one patient more ${one.toFixed(1)} ms`);
	process.exit(0);
}
const organization = new BenchOrganization(path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), 'artifacts/bench'));
const say = (text: string): void => console.log(text);
try {
	await organization.found();
	const { root } = await organization.owner.organization().then((outcome) => (outcome.ok ? outcome.value : Promise.reject(new Error(outcome.error.message))));
	const filled = performance.now();
	let probe = '';
	let changes = 0;
	for (let clinic = 0; clinic < CLINICS; clinic++) {
		const records = drawRecords(PATIENTS, 7_000 + clinic, true);
		const site = await organization.addSite(`Clinic ${String(clinic + 1)}`);
		changes += await organization.fill(site, records.files);
		probe = records.names.at(-1) ?? '';
		console.error(`clinic ${String(clinic + 1)} of ${String(CLINICS)} filled, ${String(Math.round((performance.now() - filled) / 1000))} s`);
	}
	await onPage(async (page, folder) => {
		await organization.joinInBrowser(page, [root], 'lead');
		const took = await page.evaluate(([expected, name]) => window.bench.untilHeld(expected, name), [changes, probe] as const);
		const { usage = 0 } = await page.evaluate(() => navigator.storage.estimate());
		const onDisk = bytesIn(folder);
		const unlock = await page.evaluate(([passphrase, name]) => window.bench.unlock(passphrase, name), [PASSPHRASE, probe] as const);
		const strokes = await page.evaluate((names) => window.bench.keystrokes(names), [probe, 'amina', 'kato', 'grace okello']);
		const scale = ASKED / changes;
		const perPatient = measureIndex(Math.min(changes, 100_000)).bytes;
		const mib = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(0)} MiB`;
		const times = (ms: number): string => (ms < 10_000 ? `${String(Math.round(ms))} ms` : `${String(Math.round(ms / 1000))} s`);
		say(`measured: ${String(CLINICS)} clinics, ${String(changes)} patients (desk), one lead of the region, Chromium`);
		say(`first sync until the last patient is found: ${times(took)} (${String(Math.round(changes / (took / 1000)))} patients/s)`);
		say(`browser storage: ${mib(usage)} by its own estimate (${String(Math.round(usage / changes))} bytes a patient); profile folder ${mib(onDisk)}`);
		say(`unlock to first search, without key derivation: ${times(unlock.total - unlock.derivation)}`);
		say(`search per keystroke: median ${times(median(strokes))}, 99th percentile ${times(quantile(strokes, 0.99))}`);
		say(`memory of the search index: ${String(Math.round(perPatient))} bytes a patient`);
		say(`by arithmetic, for ${String(ASKED)} patients (50 clinics of 10,000), if all of it grew in proportion: first sync ${times(took * scale)}, storage ${mib(usage * scale)}, unlock ${times((unlock.total - unlock.derivation) * scale)}, index ${mib(perPatient * ASKED)}`);
	});
} finally {
	await organization.close();
}
