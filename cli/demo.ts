/**
 * `npm run demo`: a hub with a demo organization, built at the first start and continued at later ones.
 *
 * Below its folder: `hub/`, the hub's data, and `members.json`, written last. Without the second, the first is of a building that ended early,
 * and is built anew.
 */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { startHub, type RunningHub } from '../server/hub.ts';
import { makeLog, stopSignal, version } from '../server/run.ts';
import { err, ok, problem, type Problem, type Result } from '../sync/result.ts';
import { buildDemo, type Built, type DemoPatients } from './demo/build.ts';
import { drawnPatients, patientsFrom } from './demo/choose.ts';
import { keepMembers, memberLines, membersPage, readMembers, type DemoMembers } from './demo/members.ts';
import { DemoFailure } from './demo/organization.ts';
import { ProgressLine } from './demo/progress.ts';

/** As `options/demo.mjs` reads them; port 0 is any free one. */
export interface DemoSettings {
	readonly port: number;
	readonly folder: string;
	readonly patients: string | null;
	readonly people: number;
	readonly fresh: boolean;
	readonly logLevel: string;
}

export interface RunningDemo {
	readonly hub: RunningHub;
	readonly members: DemoMembers['members'];
	readonly hint: string;
	/** null when it was there already */
	readonly built: Built | null;
}

type Report = (doing: string, done?: number, total?: number) => void;

/** Starts the demo, building it if it is not there. What was cancelled or failed leaves nothing behind. */
export async function startDemo(settings: DemoSettings, root: string, signal: { readonly aborted: boolean }, report: Report): Promise<Result<RunningDemo, Problem>> {
	const { folder, port, logLevel, fresh } = settings;
	const data = path.join(folder, 'hub');
	const file = path.join(folder, 'members.json');
	let members = fresh ? null : readMembers(file);
	let patients: DemoPatients | null = null;
	if (members === null) {
		if (existsSync(path.join(folder, 'databases'))) return err(problem('not-a-demo', `${folder} is the data of a hub, not of a demo. Choose another folder with --data.`));
		const chosen = settings.patients === null ? ok(drawnPatients(settings.people, Date.now())) : patientsFrom(settings.patients);
		if (!chosen.ok) return chosen;
		patients = chosen.value;
	}
	const pages = new Map([['demo', () => membersPage(members ?? { members: [], hint: '' }, hub.url)]]);
	if (members === null) {
		rmSync(file, { force: true });
		rmSync(data, { recursive: true, force: true });
	}
	mkdirSync(folder, { recursive: true, mode: 0o700 });
	const started = await startHub({
		dataFolder: data, port, host: 'localhost', buildFolder: path.join(root, 'build'), version: version(), log: makeLog(logLevel), pages
	});
	if (!started.ok) return started;
	const hub = started.value;
	if (patients === null) return ok({ hub, ...(members ?? { members: [], hint: '' }), built: null });
	try {
		const built = await buildDemo({ setupLink: `${hub.url}/setup#${hub.setupToken ?? ''}`, patients, signal, report });
		keepMembers(file, built.handOvers, patients.hint);
		members = readMembers(file) ?? { members: [], hint: '' };
		return ok({ hub, ...members, built });
	} catch (failure) {
		await hub.stop();
		rmSync(data, { recursive: true, force: true });
		if (signal.aborted) return err(problem('cancelled', 'Cancelled: nothing of the demo was kept.'));
		if (!(failure instanceof DemoFailure)) throw failure;
		return err(problem('failed', `The demo could not be built (${failure.message}). Nothing of it was kept; start it again.`));
	}
}

/** The exit code. */
export async function runDemo(settings: DemoSettings, root: string): Promise<number> {
	const line = new ProgressLine();
	const asked = { aborted: false };
	const stopped = stopSignal().then(() => {
		asked.aborted = true;
	});
	const began = Date.now();
	const demo = await startDemo(settings, root, asked, (doing, done, total) => line.show(doing, done, total));
	line.end();
	if (!demo.ok) {
		console.error(demo.error.message);
		return demo.error.code === 'cancelled' ? 130 : 1;
	}
	const { hub, members, hint, built } = demo.value;
	if (built !== null) {
		const { tally, linked } = built;
		console.log(`Built in ${Math.round((Date.now() - began) / 1000)} s: ${tally.charts} charts, ${tally.total} entries, ${linked} people linked; others wait for the reviewer to link.`);
	}
	console.log(`\nWho may log in (everybody is made up):\n${memberLines(members).join('\n')}\n\n${hint}\n`);
	console.log(`To become one of them, open this page, with one browser profile for each person:\n  ${hub.url}/_hub/demo`);
	console.log(`The app itself is at ${hub.url}. The demo is kept in ${settings.folder} (--fresh builds it anew). Ctrl-C stops the hub.`);
	await stopped;
	console.log('Stopping …');
	await hub.stop();
	return 0;
}
