/** People whose access ended, on their own devices: what they are told, what is kept for them, and the way back when nobody is left. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseBundle } from '../replication/bundle-file.ts';
import type { ChartRef, LockState } from './api.ts';
import type { Device } from './device.ts';
import type { HeadlessOptions } from './headless.ts';
import type { Removal } from './members-api.ts';
import { Clinics, must, PASSPHRASE } from './testing/clinics.ts';

const ALLERGY = (text: string) => ({
	resourceType: 'AllergyIntolerance',
	clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] },
	code: { text }
});

let clinics: Clinics;
let omar: Device;
let nina: Device;
let noah: Device;
let ref: ChartRef;
/** while false, Noah's tablet has no line */
let noahHasLine = true;

beforeAll(async () => {
	clinics = await Clinics.found();
	omar = await clinics.join('Omar Owner', await clinics.device('omar'), [{ site: clinics.region, role: 'owner' }]);
	nina = await clinics.join('Nina Nurse', await clinics.device('nina'), [{ site: clinics.a, role: 'clinician' }]);
	const line: HeadlessOptions['fetch'] = (url, init) => (noahHasLine ? globalThis.fetch(url, init) : Promise.reject(new TypeError('no line')));
	noah = await clinics.join('Noah Nurse', await clinics.device('noah', { fetch: line }), [{ site: clinics.a, role: 'clinician' }]);
	ref = await must(noah.registerPatient({ site: clinics.a, patient: { resourceType: 'Patient', name: [{ family: 'Kamau', given: ['Ada'] }] } }));
	for (const device of [noah, nina, omar, clinics.owner, noah, nina]) await device.syncNow();
}, 240_000);
afterAll(() => clinics.close());

const memberOf = async (on: Device, name: string): Promise<Removal> => {
	const found = (await must(on.organization())).members.find((member) => member.name === name);
	if (found === undefined) throw new Error(`nobody is called ${name}`);
	return { kind: 'member', member: found.member };
};
const records = (device: Device, text: string) => device.save({ ref, comp: 'clinical', resource: ALLERGY(text), heads: [] });
const allergies = async (device: Device): Promise<readonly string[]> =>
	(await must(device.openChart(ref))).entries.filter(({ type }) => type === 'AllergyIntolerance').map(({ resource }) => (resource['code'] as { text: string }).text).sort();
/** Unlocks as the one user of the device. */
const unlocks = async (device: Device): Promise<LockState> => {
	const before = await device.lockState();
	if (before.kind !== 'locked') throw new Error(`the device is ${before.kind}`);
	const [user] = before.users;
	if (user === undefined) throw new Error('nobody uses the device');
	await must(device.unlock({ member: user.member, passphrase: PASSPHRASE }));
	return device.lockState();
};

describe('a nurse who was removed while she had no line', () => {
	it('is told when and by whom; reads and writes nothing any more; what was not sent is kept for a colleague', async () => {
		noahHasLine = false;
		await must(records(noah, 'latex'));
		await must(clinics.owner.revoke({ removal: await memberOf(clinics.owner, 'Noah Nurse'), reason: 'left the project' }));
		await clinics.owner.syncNow();
		// not heard of it yet: goes on as before
		expect((await noah.lockState()).kind).toBe('unlocked');

		noahHasLine = true;
		await noah.syncNow();
		expect((await noah.lockState()).kind).toBe('locked');
		const state = await unlocks(noah);
		// why is sealed for those who stay
		expect(state).toMatchObject({ kind: 'unlocked', ended: { by: 'Olive Owner', reason: null } });
		expect(state.kind === 'unlocked' && state.ended !== undefined && state.ended.at > 0).toBe(true);

		expect(await must(noah.search({ query: '', site: null, limit: 10 }))).toEqual([]);
		expect(await noah.openChart(ref)).toMatchObject({ ok: false, error: { code: 'access-ended' } });
		expect((await must(noah.stateHashes()))).toEqual([]);
		expect(await records(noah, 'dust')).toMatchObject({ ok: false, error: { code: 'access-ended' } });
		expect(await noah.registerPatient({ site: clinics.a, patient: { resourceType: 'Patient', name: [{ family: 'Otieno' }] } })).toMatchObject({ ok: false, error: { code: 'access-ended' } });

		expect((await noah.unsent()).changes).toBe(1);
		const saved = await must(noah.exportUnsent());
		const bundle = parseBundle(saved.bytes);
		expect(bundle.ok && bundle.value.entries.filter(({ document }) => document.v === 'e1')).toHaveLength(1);
		await nina.syncNow();
		expect((await must(nina.importFile(saved.bytes))).refused).toEqual([]);
		await nina.syncNow();
		expect((await must(nina.lateWork({ site: clinics.a }))).map(({ name, changes }) => [name, changes.length])).toEqual([['Noah Nurse', 1]]);
	}, 240_000);
});

describe('two owners who remove each other', () => {
	it('both fall, and enough shares of the kit bring one back, though no session opens for either; work goes on', async () => {
		const shares = (await must(clinics.owner.makeRecoveryKit({ needed: 2, of: 3 }))).map(({ text }) => text) as [string, string, string];
		for (const device of [clinics.owner, omar, nina]) await device.syncNow();
		await clinics.stopHub();
		await must(omar.revoke({ removal: await memberOf(omar, 'Olive Owner'), reason: 'her tablet was stolen' }));
		await must(clinics.owner.revoke({ removal: await memberOf(clinics.owner, 'Omar Owner'), reason: 'his tablet was stolen' }));
		// both files reach a colleague, who has the next line
		for (const owner of [omar, clinics.owner]) expect((await must(nina.importFile((await must(owner.exportUnsent())).bytes))).refused).toEqual([]);
		await clinics.startHub();
		await nina.syncNow();

		for (const owner of [clinics.owner, omar]) await owner.syncNow();
		expect(await unlocks(clinics.owner)).toMatchObject({ kind: 'unlocked', ended: { by: 'Omar Owner' } });
		expect(await unlocks(omar)).toMatchObject({ kind: 'unlocked', ended: { by: 'Olive Owner' } });
		await clinics.owner.syncNow();
		expect((await clinics.owner.syncStatus()).line).not.toBe('connected');
		expect(await omar.invite({ grants: [{ site: clinics.a, role: 'clinician' }], days: 7 })).toMatchObject({ ok: false });

		expect(await clinics.owner.useRecoveryKit({ shares: [shares[0]], reason: 'we removed each other' })).toMatchObject({ ok: false, error: { code: 'too-few' } });
		await must(clinics.owner.useRecoveryKit({ shares: [shares[2], shares[0]], reason: 'we removed each other' }));
		const back = await clinics.owner.lockState();
		expect(back.kind === 'unlocked' && back.ended).toBeUndefined();
		await clinics.owner.syncNow();
		expect((await clinics.owner.syncStatus()).line).toBe('connected');

		await nina.syncNow();
		expect((await must(nina.recoveryKits()))[0]).toMatchObject({ ended: true, uses: [{ for: 'Olive Owner' }] });
		await must(records(nina, 'nuts'));
		await must(clinics.owner.takeOn(clinics.a));
		for (const device of [nina, clinics.owner, nina, clinics.owner]) await device.syncNow();
		// keys that were started while she was out have come to her too
		expect(await allergies(clinics.owner)).toEqual(['nuts']);
		await must(clinics.owner.invite({ grants: [{ site: clinics.a, role: 'clinician' }], days: 7 }));
		const added = await must(clinics.owner.registerPatient({ site: clinics.a, patient: { resourceType: 'Patient', name: [{ family: 'Otieno' }] } }));
		for (const device of [clinics.owner, nina]) await device.syncNow();
		expect((await must(nina.openChart(added))).patient).not.toBeNull();
		// the other one stays out, and the kit is used up
		expect(await omar.useRecoveryKit({ shares: [shares[1], shares[2]], reason: 'me too' }).then(async (used) => {
			await omar.syncNow();
			return used.ok ? (await omar.syncStatus()).line : used.error.code;
		})).not.toBe('connected');
		await clinics.owner.syncNow();
		expect((await must(clinics.owner.access(null))).grants.some(({ name }) => name === 'Omar Owner')).toBe(false);
	}, 240_000);
});
