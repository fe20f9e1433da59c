/**
 * Real data through everything: all Synthea bundles that are here, split over two clinics that share patients, imported, sent, received by
 * further devices, linked. Every device that holds a (site, compartment) must come to the same hash of it (invariant D3).
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import type { ChartRef, ImportReport } from './api.ts';
import { Clinics, everybodySyncs, must, view } from './testing/clinics.ts';

const SYNTHEA = '../shared/data/synthea';
const SHARED_EVERY = 6;

describe.skipIf(!existsSync(SYNTHEA))('all Synthea bundles over two clinics (skipped without ../shared/data/synthea)', () => {
	let clinics: Clinics | null = null;
	afterAll(() => clinics?.close());

	it('gives equal state hashes on all devices that hold the same, and one shared record of a patient seen at both', async () => {
		clinics = await Clinics.found();
		const { owner: region, a, b } = clinics;
		const nurseA = await clinics.join('Amina Nurse', await clinics.device('nurse-a'), [{ site: a, role: 'clinician' }]);
		const nurseB = await clinics.join('Ben Nurse', await clinics.device('nurse-b'), [{ site: b, role: 'clinician' }]);
		const both = await clinics.join('Bella Both', await clinics.device('both'), [{ site: a, role: 'clinician' }, { site: b, role: 'clinician' }]);
		const files = readdirSync(SYNTHEA).filter((name) => name.endsWith('.json.gz')).sort().map((name) => ({ name, bytes: readFileSync(`${SYNTHEA}/${name}`) }));
		const shared = files.filter((_, n) => n % SHARED_EVERY === 0);
		const atA = await must(nurseA.importBundles({ site: a, files: files.filter((file, n) => n % 2 === 0 || shared.includes(file)), operation: 'a' }));
		const atB = await must(nurseB.importBundles({ site: b, files: files.filter((file, n) => n % 2 === 1 || shared.includes(file)), operation: 'b' }));
		expect(atA.charts.length + atB.charts.length).toBe(files.length + shared.length);
		await everybodySyncs(nurseA, nurseB, both, region);

		const pair = await samePerson(atA, atB, async (ref) => JSON.stringify((await view(both, ref)).patient?.resource['name']));
		expect((await must(both.link(pair))).state).toBe('in-force');
		await everybodySyncs(both, nurseA, nurseB, region);
		const [fromA, fromB] = [await view(nurseA, pair.a), await view(nurseB, pair.b)];
		expect(fromA.ehr?.charts.length).toBe(2);
		expect(fromB.ehr?.items.map(({ key }) => key)).toEqual(fromA.ehr?.items.map(({ key }) => key));

		const byPlace = new Map<string, Set<string>>();
		let devices = 0;
		for (const device of [nurseA, nurseB, both, region]) {
			devices++;
			for (const { site, comp, hash, changes } of await must(device.stateHashes())) {
				byPlace.set(`${site}/${comp}`, (byPlace.get(`${site}/${comp}`) ?? new Set()).add(`${hash} of ${String(changes)}`));
			}
			expect((await device.syncStatus()).quarantined).toBe(0);
		}
		expect(devices).toBe(4);
		expect([...byPlace].filter(([, hashes]) => hashes.size !== 1)).toEqual([]);
	}, 600_000);
});

/** The first two charts, one at each clinic, whose patients have the same name: they came from one file. */
async function samePerson(atA: ImportReport, atB: ImportReport, nameOf: (ref: ChartRef) => Promise<string>): Promise<{ a: ChartRef; b: ChartRef }> {
	const names = new Map<string, ChartRef>();
	for (const ref of atA.charts) names.set(await nameOf(ref), ref);
	for (const b of atB.charts) {
		const a = names.get(await nameOf(b));
		if (a !== undefined) return { a, b };
	}
	throw new Error('no patient at both clinics');
}
