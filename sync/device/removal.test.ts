/** People are removed from an organization whose devices meet at a real hub, and their late work is taken over or not. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hash } from '../change/change.ts';
import { parseBundle } from '../replication/bundle-file.ts';
import type { ChartRef } from './api.ts';
import type { Device } from './device.ts';
import type { Removal } from './members-api.ts';
import type { HeadlessOptions } from './headless.ts';
import { Clinics, must } from './testing/clinics.ts';

const ALLERGY = (text: string) => ({
	resourceType: 'AllergyIntolerance',
	clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] },
	code: { text }
});

let clinics: Clinics;
let nina: Device;
let noah: Device;
let nell: Device;
let ref: ChartRef;
/** while false, Noah's tablet has no line */
let noahHasLine = true;

beforeAll(async () => {
	clinics = await Clinics.found();
	nina = await clinics.join('Nina Nurse', await clinics.device('nina'), [{ site: clinics.a, role: 'clinician' }]);
	const line: HeadlessOptions['fetch'] = (url, init) => (noahHasLine ? globalThis.fetch(url, init) : Promise.reject(new TypeError('no line')));
	noah = await clinics.join('Noah Nurse', await clinics.device('noah', { fetch: line }), [{ site: clinics.a, role: 'clinician' }]);
	ref = await must(noah.registerPatient({ site: clinics.a, patient: { resourceType: 'Patient', name: [{ family: 'Kamau', given: ['Ada'] }] } }));
	await all();
}, 240_000);
afterAll(() => clinics.close());

async function all(): Promise<void> {
	for (let round = 0; round < 2; round++) for (const device of [noah, nina, clinics.owner]) await device.syncNow();
}
const records = async (device: Device, text: string) => must(device.save({ ref, comp: 'clinical', resource: ALLERGY(text), heads: [] }));
const allergies = async (device: Device): Promise<readonly string[]> => {
	const { entries } = await must(device.openChart(ref));
	return entries.filter(({ type }) => type === 'AllergyIntolerance').map(({ resource }) => (resource['code'] as { text: string }).text).sort();
};
const memberOf = async (name: string): Promise<Removal> => {
	const found = (await must(clinics.owner.organization())).members.find((member) => member.name === name);
	if (found === undefined) throw new Error(`nobody is called ${name}`);
	return { kind: 'member', member: found.member };
};
const hashes = async (device: Device): Promise<readonly string[]> => (await must(device.stateHashes())).filter(({ site }) => site === clinics.a).map(({ comp, hash }) => `${comp} ${hash}`);

describe('a person who is removed', () => {
	it('is removed by nobody below or beside', async () => {
		expect(await nina.revoke({ removal: await memberOf('Noah Nurse'), reason: '' })).toMatchObject({ ok: false, error: { code: 'not-allowed' } });
	});

	it('keeps what colleagues had accepted, though the owner who removed them never had it; what comes later is late, and is adopted with its author', async () => {
		await records(noah, 'penicillin');
		await all();
		noahHasLine = false;
		await records(noah, 'latex');
		// the owner, far away, keeps no clinical records of clinic A
		const removal = await memberOf('Noah Nurse');
		const effect = await must(clinics.owner.removalEffect(removal));
		expect([effect.allowed, effect.why]).toEqual([true, null]);
		expect(effect.warnings.some((warning) => warning.includes('Clinic A'))).toBe(true);
		const report = await must(clinics.owner.revoke({ removal, reason: 'left' }));
		expect(report.left).toBe(0);
		expect(report.renewed).toBeGreaterThanOrEqual(2);
		await clinics.owner.syncNow();
		await nina.syncNow();
		expect(await allergies(nina)).toEqual(['penicillin']);
		await records(nina, 'nuts');

		// the hub takes nothing of a removed device: his late entry comes in a file
		const saved = await must(noah.exportUnsent());
		const taken = await must(nina.importFile(saved.bytes));
		expect(taken.refused).toEqual([]);
		await nina.syncNow();
		expect(await allergies(nina)).toEqual(['nuts', 'penicillin']);
		const late = await must(nina.lateWork({ site: clinics.a }));
		expect(late.map(({ name, patient, changes, writable }) => [name, patient, changes.length, writable])).toEqual([['Noah Nurse', 'Ada Kamau', 1, true]]);

		// attack 18: a device that begins now, with everything there already, comes to the same
		nell = await clinics.join('Nell Nurse', await clinics.device('nell'), [{ site: clinics.a, role: 'clinician' }]);
		await nell.syncNow();
		await nina.syncNow();
		expect(await hashes(nell)).toEqual(await hashes(nina));
		expect((await must(nell.lateWork({ site: clinics.a }))).flatMap(({ changes }) => changes)).toEqual(late.flatMap(({ changes }) => changes));

		const actor = late[0]?.actor as Hash;
		expect(await must(nina.adoptLate({ actor, ref, reason: 'seen by me too' }))).toEqual({ adopted: 1 });
		expect(await allergies(nina)).toEqual(['latex', 'nuts', 'penicillin']);
		expect(await must(nina.lateWork({ site: null }))).toEqual([]);
		expect((await nina.adoptLate({ actor, ref, reason: 'again' }))).toMatchObject({ ok: true, value: { adopted: 0 } });
		const adopted = (await must(nina.openChart(ref))).entries.find(({ resource }) => (resource['code'] as { text?: string } | undefined)?.text === 'latex');
		expect(adopted?.recorded.member).toBe('Nina Nurse');
		// who wrote it first is said beside it, by its own signed header
		expect(adopted?.origin).toMatchObject({ how: 'adopted', reason: 'seen by me too', original: { member: 'Noah Nurse' }, altered: false });
	}, 240_000);

	it('attack 17: work that no hub has is sealed again under a key that the removed device never held', async () => {
		await all();
		await clinics.stopHub();
		await records(nina, 'dust');
		const before = await nina.unsent();
		const sealedBefore = envelopes(await must(nina.exportUnsent()));
		// the removal reaches her by hand, before the hub is back
		await must(clinics.owner.revoke({ removal: await memberOf('Nell Nurse'), reason: '' }));
		expect((await must(nina.importFile((await must(clinics.owner.exportUnsent())).bytes))).refused).toEqual([]);
		await nina.syncNow();
		const sealedAfter = envelopes(await must(nina.exportUnsent()));
		expect((await nina.unsent()).changes).toBe(before.changes);
		expect(sealedBefore.length).toBeGreaterThan(0);
		expect(sealedAfter.filter((id) => sealedBefore.includes(id))).toEqual([]);
		await clinics.startHub();
		await all();
		expect(await allergies(nina)).toContain('dust');
		expect((await nina.unsent()).changes).toBe(0);
		// locked as soon as her tablet hears of it; until then the hub takes nothing from it, so nobody gets what she writes now
		await nell.save({ ref, comp: 'clinical', resource: ALLERGY('after'), heads: [] });
		await nell.syncNow();
		await all();
		expect(await allergies(nina)).not.toContain('after');
	}, 240_000);
});

describe('the recovery kit', () => {
	it('attack 24: too few shares, shares of another kit and mistyped ones are refused; enough of them make an owner, visibly, once', async () => {
		const shares = await must(clinics.owner.makeRecoveryKit({ needed: 2, of: 3 }));
		await clinics.owner.syncNow();
		await nina.syncNow();
		const [one, two, three] = shares.map(({ text }) => text) as [string, string, string];
		expect(await must(nina.readShare(two))).toEqual(shares[1]);
		expect(await nina.readShare(one.replace(/.$/, (last) => (last === '2' ? '3' : '2')))).toMatchObject({ ok: false, error: { code: 'damaged' } });
		expect(await nina.useRecoveryKit({ shares: [one, one], reason: 'fire' })).toMatchObject({ ok: false, error: { code: 'too-few' } });
		const { root } = await must(nina.organization());
		const role = async () => (await must(nina.organization())).sites.find(({ site }) => site === root)?.role;
		expect(await role()).toBeNull();
		await must(nina.useRecoveryKit({ shares: [one, three], reason: 'the owner is gone' }));
		expect(await role()).toBe('owner');
		await nina.syncNow();
		await clinics.owner.syncNow();
		const kits = await must(clinics.owner.recoveryKits());
		expect(kits).toHaveLength(1);
		expect(kits[0]).toMatchObject({ ended: true, needed: 2, of: 3, uses: [{ for: 'Nina Nurse' }] });
		expect(await nina.useRecoveryKit({ shares: [one, three], reason: 'me too' })).toMatchObject({ ok: false, error: { code: 'kit-ended' } });
	}, 240_000);
});

/** Names of envelopes in a file of unsent work. */
const envelopes = ({ bytes }: { readonly bytes: Uint8Array }): readonly string[] => {
	const bundle = parseBundle(bytes);
	return bundle.ok ? bundle.value.entries.flatMap(({ document }) => (document.v === 'e1' ? [document._id] : [])) : [];
};
