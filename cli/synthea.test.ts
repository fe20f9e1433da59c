import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Clinics, everybodySyncs, must } from '../sync/device/testing/clinics.ts';
import type { ChartRef } from '../sync/device/api.ts';
import type { Device } from '../sync/device/device.ts';
import { dividePatients } from './demo/patients.ts';
import { findBundles } from './import/files.ts';
import { untilAtHub } from './import/hub.ts';
import { ImportTally } from './import/report.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../shared/data/synthea');
const LONG = process.env.SADDLEBAG_LONG === '1';
const SHORT_FILES = 8;
const HERE = existsSync(FOLDER) && readdirSync(FOLDER).some((name) => name.endsWith('.json.gz'));
const ROUNDS_MAX = 8;
const NEVER = { aborted: false };

const seconds = (from: number): string => ((performance.now() - from) / 1000).toFixed(1);

describe.skipIf(!HERE)(`bundles of Synthea over two clinics (skipped where ../shared/data/synthea is absent)`, () => {
	let clinics: Clinics;
	const pairs: { readonly a: ChartRef; readonly b: ChartRef }[] = [];
	const charts = { a: new Map<string, ChartRef>(), b: new Map<string, ChartRef>() };
	const tally = { a: new ImportTally(), b: new ImportTally() };
	beforeAll(async () => {
		clinics = await Clinics.found();
	}, 60_000);
	afterAll(() => clinics.close(), 60_000);

	it('gives every device that holds a (site, compartment) the same state hash', async () => {
		const files = must1(findBundles([FOLDER])).slice(0, LONG ? undefined : SHORT_FILES);
		const { files: divided, shared } = must1(dividePatients(files, ['a', 'b']));
		expect(shared.length).toBeGreaterThan(1);
		const clerk = await clinics.join('Import clerk', await clinics.device('clerk'), [{ site: clinics.a, role: 'clinician' }, { site: clinics.b, role: 'clinician' }]);
		const importing = performance.now();
		for (const { site, name, bytes } of divided) {
			const report = await must(clerk.importBundles({ site: clinics[site], files: [{ name, bytes }], operation: name }));
			tally[site].add(report);
			if (shared.includes(name) && report.charts[0] !== undefined) charts[site].set(name, report.charts[0]);
		}
		for (const [name, a] of charts.a) {
			const b = charts.b.get(name);
			if (b !== undefined) pairs.push({ a, b });
		}
		expect(pairs.length).toBe(shared.length);
		const changes = tally.a.total + tally.b.total;
		const imported = performance.now() - importing;
		const pushing = performance.now();
		expect(await untilAtHub(clerk, NEVER)).toEqual({ ok: true, value: null });
		const pushed = performance.now() - pushing;
		const pulling = performance.now();
		const further = await clinics.join('Nurse of both', await clinics.device('both'), [{ site: clinics.a, role: 'clinician' }, { site: clinics.b, role: 'clinician' }]);
		const nurse = await clinics.join('Nurse of B', await clinics.device('nurse-b'), [{ site: clinics.b, role: 'clinician' }]);
		await everybodySyncs(further, nurse, clinics.owner);
		console.log(
			`${files.length} bundles, ${shared.length} of them at both clinics: ${changes} changes\n` +
				`  imported in ${(imported / 1000).toFixed(1)} s (${Math.round(changes / (imported / 1000))}/s), at the hub after ${(pushed / 1000).toFixed(1)} s (${Math.round(changes / (pushed / 1000))}/s), ` +
				`on three further devices after ${seconds(pulling)} s\nclinic A: ${tally.a.lines().join('\n')}\nclinic B: ${tally.b.lines().join('\n')}`
		);
		const byPlace = await hashes([clerk, further, nurse, clinics.owner]);
		// desk and clinical of both clinics on the clerk's and the further device; those of B on the nurse's, desks on the owner's
		expect(byPlace.get(`${clinics.a}/desk`)?.holders).toBe(3);
		expect(byPlace.get(`${clinics.b}/desk`)?.holders).toBe(4);
		expect(byPlace.get(`${clinics.a}/clinical`)?.holders).toBe(2);
		expect(byPlace.get(`${clinics.b}/clinical`)?.holders).toBe(3);
		for (const [place, { hashes: found }] of byPlace) expect(found, place).toHaveProperty('size', 1);
		const counted = [...byPlace.values()].reduce((sum, { changes: held }) => sum + held, 0);
		expect(counted).toBe(changes);
	}, LONG ? 1_200_000 : 120_000);

	it('still does when charts of one person are linked and passed on between the clinics and to the region', async () => {
		const clerk = clinics.devices[1];
		if (clerk === undefined) throw new Error('nobody imported');
		await clinics.owner.syncNow();
		const before = await hashes(clinics.devices);
		for (const { a, b } of pairs.slice(0, LONG ? undefined : 2)) expect((await must(clinics.owner.link({ a, b }))).state).toBe('in-force');
		const after = await settled(clinics.devices);
		for (const [place, { hashes: found }] of after) expect(found, place).toHaveProperty('size', 1);
		for (const place of [`${clinics.a}/clinical`, `${clinics.b}/clinical`, `${clinics.region}/clinical`]) {
			expect(after.get(place)?.changes, place).toBeGreaterThan(before.get(place)?.changes ?? 0);
		}
		const [pair] = pairs;
		if (pair === undefined) throw new Error('nobody has two charts');
		const shared = (await must(clerk.openChart(pair.a))).ehr;
		expect(shared?.items.some(({ sources }) => sources.length > 1)).toBe(true);
		expect((await must(clinics.owner.openChart(pair.b))).ehr?.items.map(({ key }) => key)).toEqual(shared?.items.map(({ key }) => key));
	}, LONG ? 600_000 : 120_000);

	it('adds nothing when the same file is imported again, by a person who never imported before', async () => {
		const [file] = must1(findBundles([FOLDER]));
		const nurse = clinics.devices.at(-1);
		if (file === undefined || nurse === undefined) throw new Error('nothing was imported');
		const { files: divided } = must1(dividePatients([file], ['a', 'b']));
		const again = divided.find(({ site }) => site === 'b');
		if (again === undefined) throw new Error('the first file is at both clinics');
		const report = await must(nurse.importBundles({ site: clinics.b, files: [again], operation: 'again' }));
		expect(report.recorded).toEqual({});
		expect(report.already).toBeGreaterThan(10);
		expect((await nurse.syncStatus()).waitingToSend).toBe(0);
	}, 60_000);
});

function must1<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: { readonly message: string } }): T {
	if (!result.ok) throw new Error(result.error.message);
	return result.value;
}

/** Exchanges until nobody has news for anybody: what one device passes on calls for a mark, and that is news for the next. */
async function settled(devices: readonly Device[]): ReturnType<typeof hashes> {
	let before = '';
	for (let round = 0; round < ROUNDS_MAX; round++) {
		await everybodySyncs(...devices);
		const now = JSON.stringify(await Promise.all(devices.map((device) => must(device.stateHashes()))));
		if (now === before) return hashes(devices);
		before = now;
	}
	throw new Error('the exchange goes on without end');
}

async function hashes(devices: readonly Device[]): Promise<Map<string, { holders: number; changes: number; readonly hashes: Set<string> }>> {
	const byPlace = new Map<string, { holders: number; changes: number; readonly hashes: Set<string> }>();
	for (const device of devices) {
		for (const { site, comp, hash, changes } of await must(device.stateHashes())) {
			const place = byPlace.get(`${site}/${comp}`) ?? { holders: 0, changes, hashes: new Set<string>() };
			place.holders++;
			place.hashes.add(hash);
			byPlace.set(`${site}/${comp}`, place);
		}
	}
	return byPlace;
}
