/**
 * A day's work of one clinic over a line of 50 kbit/s, 800 ms there and back, and packets lost: 800 changes that a device wrote without a line are sent to the hub, which is
 * a process of its own. In the middle the line is dead for a while and then cut: what was acknowledged is not sent again. Then a colleague fetches them over the same line.
 */
import { rmSync } from 'node:fs';
import { HubProcess } from '../cli/faults/hub-process.ts';
import { seededRandom } from '../sync/change/ports.ts';
import { Clinics, must } from '../sync/device/testing/clinics.ts';
import type { Device } from '../sync/device/device.ts';
import { drawRecords } from './records.ts';
import { printFigures, type Figure } from './report.ts';
import { ThinLine } from './thin-line.ts';

const CHANGES = process.argv.includes('--quick') ? 200 : 800;
const SHAPE = { bytesPerSecond: 50_000 / 8, latencyMs: 800, loss: 0.05 };
/** the line is dead for so long, then cut */
const DEAD_MS = 10_000;
const GOAL_S = 300;
const pause = (ms: number): Promise<void> => new Promise((later) => setTimeout(later, ms));

const clinics = await Clinics.found();
const nurse = await clinics.join('Amina Kato', await clinics.device('amina'), [{ site: clinics.a, role: 'clinician' }]);
// at home while the nurse sends: the line is one person's at a time
let isHome = false;
const colleague = await clinics.join('Ben Okello', await clinics.device('ben', { fetch: (url, init) => (isHome ? Promise.reject(new TypeError('no line')) : fetch(url, init)) }), [{ site: clinics.a, role: 'clinician' }]);
await clinics.owner.close();
isHome = true;
await clinics.stopHub();
const encoder = new TextEncoder();
const report = await must(nurse.importBundles({ site: clinics.a, operation: 'day', files: drawRecords(CHANGES, 7).files.map(({ name, text }) => ({ name, bytes: encoder.encode(text) })) }));
const written = Object.values(report.recorded).reduce((sum, each) => sum + each, 0);
const hub = await new HubProcess(clinics.folder, 0, { origin: clinics.hub.url }).start();
const line = new ThinLine(SHAPE, seededRandom('thin line'), () => hub.port);
await line.listen(clinics.hub.port);

const waiting = async (device: Device): Promise<number> => (await device.syncStatus()).waitingToSend;
async function until(done: () => Promise<boolean>, device: Device): Promise<number> {
	const began = performance.now();
	// once, as a person does: from then on the app tries by itself
	void device.syncNow();
	for (let at = began; !(await done()); ) {
		if (performance.now() - at > 30_000) {
			at = performance.now();
			const { line: state, waitingToSend } = await device.syncStatus();
			console.error(`  after ${((at - began) / 1000).toFixed(0)} s: ${String(waitingToSend)} wait, ${state}; ${String(line.bytes.up)} bytes up, ${String(line.bytes.down)} down`);
		}
		await pause(200);
	}
	return (performance.now() - began) / 1000;
}

try {
	const trouble = (async () => {
		while ((await waiting(nurse)) > written / 2) await pause(200);
		line.dead = true;
		await pause(DEAD_MS);
		line.cut();
		line.dead = false;
	})();
	const sent = await until(async () => (await waiting(nurse)) === 0, nurse);
	await trouble;
	const up = line.bytes.up;
	console.error(`sent: ${String(written)} changes in ${sent.toFixed(0)} s, ${String(up)} bytes up and ${String(line.bytes.down)} down, ${String(line.stalls)} stalls, dead for ${String(DEAD_MS / 1000)} s and cut once`);
	const held = async (device: Device): Promise<string> => JSON.stringify((await must(device.stateHashes())).filter(({ site }) => site === clinics.a));
	const whole = await held(nurse);
	await nurse.close();
	isHome = false;
	const before = line.bytes.down;
	const fetched = await until(async () => (await held(colleague)) === whole, colleague);
	const down = line.bytes.down - before;
	console.error(`fetched: in ${fetched.toFixed(0)} s, ${String(down)} bytes down`);
	const figure = (bench: string, unit: Figure['unit'], value: number, limit: number | null): Figure => ({ bench, unit, saddlebag: value, peer: null, goal: limit === null ? null : `under ${String(limit)} s`, met: limit === null ? null : value / 1000 < limit, runs: 1 });
	const figures = [
		figure(`a day's work of ${String(written)} changes sent over 50 kbit/s, 800 ms, 5 % loss`, 'ms', sent * 1000, GOAL_S), figure('the same fetched by a colleague', 'ms', fetched * 1000, GOAL_S),
		figure('bytes on the line for each change, sent', 'bytes', up / written, null), figure('bytes on the line for each change, fetched', 'bytes', down / written, null)
	];
	printFigures(figures);
	process.exitCode = figures.some(({ met }) => met === false) ? 1 : 0;
} finally {
	await colleague.close();
	await line.close();
	await hub.stop();
	rmSync(clinics.folder, { recursive: true, force: true });
}
process.exit();
