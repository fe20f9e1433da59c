/** A verdict does not depend on whether the device was restarted between a change and the one that vouches for it (D3). */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { FhirResource } from '../fhir/resource.ts';
import { changeId } from '../verify/ids.ts';
import type { ChartRef } from './api.ts';
import type { Device } from './device.ts';
import { Clinics, must, PASSPHRASE, view } from './testing/clinics.ts';

const forging = vi.hoisted(() => ({ now: false }));
// an author whose device signs wrongly, once: the signature is of another text, and the next change commits to it all the same
vi.mock('../author/stamp.ts', async (original) => {
	const real = await original<typeof import('../author/stamp.ts')>();
	return {
		...real,
		signChange: (...given: Parameters<typeof real.signChange>): ReturnType<typeof real.signChange> => {
			const signed = real.signChange(...given);
			const other = forging.now ? real.signChange({ ...given[0], seq: given[0].seq + 1, prev: given[0].seen[0] ?? null }, given[1]) : null;
			if (!signed.ok || !other?.ok) return signed;
			const { sig } = other.value;
			return { ok: true, value: { ...signed.value, sig, id: changeId(signed.value.text, sig) } };
		}
	};
});

const problem = (text: string): FhirResource => ({ resourceType: 'Condition', code: { text } });
const problems = async (device: Device, ref: ChartRef): Promise<unknown[]> => (await view(device, ref)).entries.map(({ resource }) => (resource['code'] as { text: string }).text).sort();

describe('a change without a valid signature, to which a later one commits', () => {
	let clinics: Clinics;
	let author: Device;
	let restarted: Device;
	let other: Device;
	let ref: ChartRef;

	beforeAll(async () => {
		clinics = await Clinics.found();
		const grants = [{ site: clinics.a, role: 'clinician' }] as const;
		author = await clinics.join('Mallory Author', await clinics.device('author'), grants);
		restarted = await clinics.join('Amina Nurse', await clinics.device('restarted'), grants);
		other = await clinics.join('Ben Nurse', await clinics.device('other'), grants);
		ref = await must(author.registerPatient({ site: clinics.a, patient: { resourceType: 'Patient', name: [{ family: 'Tembo' }] } }));
	}, 120_000);
	afterAll(() => clinics.close());

	it('counts on a device that was locked in between as it does on one that was not', async () => {
		await must(author.save({ ref, comp: 'clinical', resource: problem('First'), heads: [] }));
		forging.now = true;
		const forged = await author.save({ ref, comp: 'clinical', resource: problem('Second'), heads: [] });
		forging.now = false;
		expect(!forged.ok && forged.error.code).toBe('not-accepted');
		await author.syncNow();
		for (const device of [restarted, other]) {
			await device.syncNow();
			expect(await problems(device, ref)).toEqual(['First']);
			expect((await device.syncStatus()).quarantined).toBe(1);
		}
		const state = await restarted.lockState();
		if (state.kind !== 'unlocked') throw new Error('it was unlocked');
		await restarted.lock();
		await must(restarted.unlock({ member: state.user.member, passphrase: PASSPHRASE }));
		await must(author.save({ ref, comp: 'clinical', resource: problem('Third'), heads: [] }));
		await author.syncNow();
		for (const device of [restarted, other]) {
			await device.syncNow();
			expect(await problems(device, ref)).toEqual(['First', 'Second', 'Third']);
			expect((await device.syncStatus()).quarantined).toBe(0);
		}
		expect(await must(restarted.stateHashes())).toEqual(await must(other.stateHashes()));
	});
});
