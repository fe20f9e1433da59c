/** The same hub read by packs and by its feed: what two devices hold in the end is the same, to the byte. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Fetch } from '../replication/boundedFetch.ts';
import { Clinics, must } from './testing/clinics.ts';

let clinics: Clinics;
beforeAll(async () => {
	clinics = await Clinics.found({ packs: { documents: 12, bytes: 64 * 1024, least: 3 } });
}, 120_000);
afterAll(() => clinics.close());

it('D3: a device that synced by packs holds what one holds that read every page', async () => {
	const asked = { first: 0, second: 0 };
	const counting = (who: keyof typeof asked, packs: boolean): Fetch => async (url, init) => {
		const isPack = new URL(url).pathname.startsWith('/_hub/pack/');
		if (isPack && packs) asked[who]++;
		return isPack && !packs ? Response.json({ error: 'not_found', reason: 'none' }, { status: 404 }) : globalThis.fetch(url, init);
	};
	const author = await clinics.join('Amina Nurse', await clinics.device('author'), [{ site: clinics.a, role: 'clinician' }]);
	for (let person = 0; person < 9; person++) {
		const { chart } = await must(author.registerPatient({ site: clinics.a, patient: { resourceType: 'Patient', name: [{ family: `Person ${String(person)}` }] } }));
		for (const text of ['Asthma', 'Malaria']) await must(author.save({ ref: { site: clinics.a, chart }, comp: 'clinical', heads: [], resource: { resourceType: 'Condition', code: { text } } }));
	}
	await author.syncNow();
	const [first, second] = [await clinics.device('first', { fetch: counting('first', true) }), await clinics.device('second', { fetch: counting('second', false) })];
	for (const [name, device] of [['By packs', first], ['By pages', second]] as const) {
		await clinics.join(name, device, [{ site: clinics.a, role: 'clinician' }]);
		await device.syncNow();
	}
	const expected = await must(author.stateHashes());
	expect(expected.reduce((sum, { changes }) => sum + changes, 0)).toBeGreaterThanOrEqual(27);
	expect(await must(first.stateHashes())).toEqual(expected);
	expect(await must(second.stateHashes())).toEqual(expected);
	expect(asked.first).toBeGreaterThan(1);
	expect((await first.syncStatus())).toMatchObject({ receiving: null, waiting: 0, quarantined: 0 });
}, 120_000);
