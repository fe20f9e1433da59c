/** What was to be told to a site, and was not sent when somebody there was removed. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FhirResource } from '../fhir/resource.ts';
import { utf8 } from '../change/utf8.ts';
import { encodeBundle, isEnvelope } from '../replication/bundle-file.ts';
import { checkDocument } from '../verify/document.ts';
import type { Device } from './device.ts';
import { Clinics, everybodySyncs, must } from './testing/clinics.ts';

const patient = (family: string): FhirResource => ({ resourceType: 'Patient', name: [{ family }], birthDate: '1980-03-01' });
const told = async (device: Device, query: string): Promise<number> => (await must(device.search({ query, site: null, limit: 9 }))).filter((hit) => hit.told === true).length;

let clinics: Clinics;
let nurseA: Device;
let nurseB: Device;
let thief: Device;
const cut = { nurse: false, thief: false };
/** parts of the index that the nurse at A handed the hub for B */
const handed: { readonly db: string; readonly document: unknown }[] = [];

beforeAll(async () => {
	clinics = await Clinics.found();
	nurseA = await clinics.join('Amina Nurse', await clinics.device('nurse-a', {
		fetch: (url, init) => {
			const deposit = /\/_hub\/deposit\/[^/]*?-([0-9a-f]{32}-desk)$/.exec(url);
			if (cut.nurse) return Promise.reject(new TypeError('fetch failed'));
			if (deposit !== null && typeof init?.body === 'string') {
				for (const { _rev, ...document } of (JSON.parse(init.body) as { docs: { _rev?: string }[] }).docs) handed.push({ db: deposit[1] ?? _rev ?? '', document });
			}
			return fetch(url, init);
		}
	}), [{ site: clinics.a, role: 'clinician' }]);
	nurseB = await clinics.join('Ben Nurse', await clinics.device('nurse-b'), [{ site: clinics.b, role: 'clinician' }]);
	thief = await clinics.join('Theo Thief', await clinics.device('thief', { fetch: (url, init) => (cut.thief ? Promise.reject(new TypeError('fetch failed')) : fetch(url, init)) }), [{ site: clinics.b, role: 'clinician' }]);
	await must(nurseA.registerPatient({ site: clinics.a, patient: patient('Banda') }));
	await must(clinics.owner.shareIndex({ site: clinics.a, among: [clinics.b] }));
	await clinics.owner.syncNow();
	await everybodySyncs(nurseA, nurseA, nurseB, thief);
	cut.thief = true;
}, 120_000);
afterAll(() => clinics.close());

/** Somebody hands the thief what the hub has. */
async function leaks(): Promise<void> {
	const info = await (await fetch(`${clinics.hub.url}/_hub/info`)).json() as { readonly hub: string; readonly prefix: string };
	const { org } = await must(thief.organization());
	const entries = handed.map(({ db, document }) => {
		const checked = checkDocument(document);
		if (!checked.ok || !isEnvelope(checked.value)) throw new Error('not a part of an index');
		return { db, document: checked.value };
	});
	await must(thief.importFile(utf8(encodeBundle({ org, hub: { key: info.hub, origin: clinics.hub.url, prefix: info.prefix }, entries }))));
	await thief.syncNow();
}

it('attack 17: is sealed again before it goes out, so that who was removed opens none of it; whoever stays finds the patient', async () => {
	// a control: what goes out before the removal opens
	await must(nurseA.registerPatient({ site: clinics.a, patient: patient('Chebet') }));
	await everybodySyncs(nurseA, nurseA);
	await leaks();
	expect([await told(thief, 'banda'), await told(thief, 'chebet')]).toEqual([1, 1]);

	// made and kept for want of a line, before anybody knows of the removal
	cut.nurse = true;
	await must(nurseA.registerPatient({ site: clinics.a, patient: patient('Drani') }));
	await nurseA.syncNow();
	const gone = (await must(clinics.owner.organization())).members.find(({ name }) => name === 'Theo Thief');
	if (gone === undefined) throw new Error('no such member');
	await must(clinics.owner.revoke({ removal: { kind: 'member', member: gone.member }, reason: 'stolen' }));
	await clinics.owner.syncNow();
	cut.nurse = false;
	await everybodySyncs(nurseA, nurseA, nurseB, nurseA, nurseB);
	expect(await told(nurseB, 'drani')).toBe(1);
	await leaks();
	expect([await told(thief, 'banda'), await told(thief, 'drani')]).toEqual([1, 0]);
}, 60_000);
