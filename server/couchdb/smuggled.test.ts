/**
 * A body that somebody smuggled past the gateway ends in the quarantine of whoever is served it, and the right one takes its place again: real devices, a gateway,
 * a real CouchDB, and an administrator of it who means ill.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { FhirResource } from '../../sync/fhir/resource.ts';
import type { ChartRef } from '../../sync/device/api.ts';
import type { Device } from '../../sync/device/device.ts';
import { Clinics, must, view } from '../../sync/device/testing/clinics.ts';
import { revisionOf } from '../../sync/verify/document.ts';
import { hasCouch, testCouch, type TestCouch } from '../testing/couchdb.ts';
import { envelope } from '../testing/device.ts';
import { ask } from './provision.ts';
import { GATEWAY_USER } from './roles.ts';

const problem = (text: string): FhirResource => ({ resourceType: 'Condition', code: { text } });
const problems = async (device: Device, ref: ChartRef): Promise<unknown[]> => (await view(device, ref)).entries.filter(({ resource }) => resource.resourceType === 'Condition').map(({ resource }) => (resource['code'] as { text: string }).text).sort();

describe.skipIf(!hasCouch)('attack 58: a false body under a true name, put into CouchDB past the gateway', () => {
	let couch: TestCouch;
	let clinics: Clinics;
	let amina: Device;
	let ben: Device;
	let ref: ChartRef;
	let care: string;
	beforeAll(async () => {
		couch = await testCouch();
		clinics = await Clinics.found({ couch: couch.options, prefix: couch.prefix });
		amina = await clinics.join('Amina Nurse', await clinics.device('amina'), [{ site: clinics.a, role: 'clinician' }]);
		ben = await clinics.join('Ben Nurse', await clinics.device('ben'), [{ site: clinics.a, role: 'clinician' }]);
		care = `${couch.prefix}-${clinics.a}-care`;
		ref = await must(amina.registerPatient({ site: clinics.a, patient: { resourceType: 'Patient', name: [{ family: 'Tembo' }] } }));
		await must(amina.save({ ref, comp: 'clinical', resource: problem('Asthma'), heads: [] }));
		await must(amina.save({ ref, comp: 'clinical', resource: { resourceType: 'Observation', status: 'final', code: { text: 'Weight' }, valueString: '60 kg' }, heads: [] }));
		await amina.syncNow();
		await ben.syncNow();
	}, 180_000);
	afterEach(() => vi.restoreAllMocks());
	afterAll(async () => {
		await clinics.close();
		await couch.remove();
	});

	interface Found { readonly id: string; readonly doc: { readonly c: string; readonly v: string } }
	const envelopes = async (): Promise<readonly Found[]> => {
		const { json } = await ask(couch.admin, 'GET', `${care}/_all_docs?include_docs=true`);
		return (json as { rows: Found[] }).rows.filter(({ id, doc }) => !id.startsWith('_') && doc.v === 'e1');
	};
	/** In the place of the right body, under the one revision that there can be: the rule cannot tell. */
	async function smuggle(id: string): Promise<string> {
		const { c, t, n } = envelope('e1');
		await ask(couch.admin, 'POST', `${care}/_purge`, { [id]: [revisionOf(id)] });
		const { json } = await ask(couch.admin, 'POST', `${care}/_bulk_docs`, { new_edits: false, docs: [{ _id: id, _rev: revisionOf(id), v: 'e1', t, n, c }] });
		expect(json).toEqual([]);
		return c;
	}

	it('is set aside by every client that is served it, and replaced by the right one, which they hold', async () => {
		const [target] = await envelopes();
		if (target === undefined) throw new Error('something was written');
		// as long as CouchDB does not purge, everybody is served it
		const real = globalThis.fetch;
		vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => (String(input).endsWith('/_purge') && JSON.stringify(init?.headers).includes(GATEWAY_USER) ? Promise.reject(new Error('cut off')) : real(input, init)));
		const falseBody = await smuggle(target.id);
		const clients = [amina, ben];
		for (const client of clients) await client.syncNow();
		for (const client of clients) {
			expect((await client.syncStatus()).quarantined).toBeGreaterThan(0);
			expect(await problems(client, ref)).toEqual(['Asthma']);
		}
		expect((await envelopes()).find(({ id }) => id === target.id)?.doc.c.slice(0, 40)).toBe(falseBody.slice(0, 40));
		vi.restoreAllMocks();
		for (const client of [...clients, ...clients]) await client.syncNow();
		expect((await envelopes()).find(({ id }) => id === target.id)?.doc.c.slice(0, 40)).toBe(target.doc.c.slice(0, 40));
	});

	it('is taken away at once by the gateway that reads it', async () => {
		const [, target] = await envelopes();
		if (target === undefined) throw new Error('more was written');
		await smuggle(target.id);
		for (const client of [ben, amina, ben, amina]) await client.syncNow();
		expect((await envelopes()).find(({ id }) => id === target.id)?.doc.c.slice(0, 40)).toBe(target.doc.c.slice(0, 40));
	});

	it('is found by whoever comes new, who has everything once the others were there', async () => {
		const [target] = await envelopes();
		if (target === undefined) throw new Error('something was written');
		await smuggle(target.id);
		const carla = await clinics.join('Carla Nurse', await clinics.device('carla'), [{ site: clinics.a, role: 'clinician' }]);
		await carla.syncNow();
		await ben.syncNow();
		await amina.syncNow();
		await carla.syncNow();
		expect((await envelopes()).find(({ id }) => id === target.id)?.doc.c.slice(0, 40)).toBe(target.doc.c.slice(0, 40));
		expect(await problems(carla, ref)).toEqual(['Asthma']);
		expect(await must(carla.stateHashes())).toEqual(await must(ben.stateHashes()));
	});
});
