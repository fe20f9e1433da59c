/**
 * Files carried by hand between devices: everything, or what another lacks; in any order, twice, damaged.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BundleImport, BundlePiece, BundleTarget } from './bundle-api.ts';
import type { Device } from './device.ts';
import { Clinics, everybodySyncs, must } from './testing/clinics.ts';

let clinics: Clinics;
let amina: Device;
let ben: Device;
const patient = (family: string) => ({ resourceType: 'Patient', name: [{ family, given: ['Grace'] }] });
const MIB = 1024 * 1024;

/** The files that a device writes. */
async function filesOf(device: Device, lacking: Parameters<Device['exportBundle']>[0]['lacking'], bytesMax = MIB): Promise<readonly Uint8Array<ArrayBuffer>[]> {
	const pieces: BundlePiece[] = [];
	await must(device.exportBundle({ lacking, bytesMax, operation: 'file', write: (piece) => void pieces.push(piece) }));
	const files = new Set(pieces.map(({ part }) => part));
	return [...files].map((part) => new Uint8Array(Buffer.concat(pieces.filter((piece) => piece.part === part).map(({ bytes }) => bytes))));
}
const takes = (device: Device, file: Uint8Array<ArrayBuffer>): Promise<BundleImport> => must(device.importBundle({ file: new Blob([file]), operation: 'file' }));
const families = async (device: Device): Promise<readonly string[]> => (await must(device.search({ query: '', site: clinics.a, limit: 50 }))).map(({ name }) => name).sort();
const hashes = async (device: Device) => (await must(device.stateHashes())).filter(({ site }) => site === clinics.a);

beforeAll(async () => {
	clinics = await Clinics.found();
	await must(clinics.owner.takeOn(clinics.a));
	[amina, ben] = [await clinics.device('amina'), await clinics.device('ben')];
	await clinics.join('Amina Kato', amina, [{ site: clinics.a, role: 'clinician' }]);
	await clinics.join('Ben Okello', ben, [{ site: clinics.a, role: 'clinician' }]);
	await must(amina.registerPatient({ site: clinics.a, patient: patient('Achieng') }));
	await everybodySyncs(amina, ben);
	await clinics.stopHub();
});
afterAll(() => clinics.close());

describe('without a hub', () => {
	test('everything goes in files of bounded size, taken in in any order and twice: both devices end alike', async () => {
		for (const family of ['Bwambale', 'Chebet', 'Drani']) await must(amina.registerPatient({ site: clinics.a, patient: patient(family) }));
		await must(ben.registerPatient({ site: clinics.a, patient: patient('Ejang') }));
		const files = await filesOf(amina, null, 12_000);
		expect(files.length).toBeGreaterThan(1);
		for (const file of files) {
			expect(file.length).toBeLessThan(13_500);
			expect(Buffer.from(file).toString('latin1')).not.toContain('Bwambale');
		}
		expect(await amina.unsent()).toMatchObject({ changes: 3, nowhereElse: 0 });
		const taken: BundleImport[] = [];
		for (const file of [...files].reverse()) taken.push(await takes(ben, file));
		expect(taken.reduce((sum, { envelopes }) => sum + envelopes, 0)).toBe(3);
		expect(taken.every(({ whole, damaged, refused }) => whole && damaged === 0 && refused.length === 0)).toBe(true);
		for (const file of files) expect(await takes(ben, file)).toMatchObject({ envelopes: 0, statements: 0 });
		for (const file of await filesOf(ben, null)) await takes(amina, file);
		await expect.poll(() => families(ben)).toHaveLength(5);
		await expect.poll(() => families(amina)).toHaveLength(5);
		expect(await hashes(amina)).toEqual(await hashes(ben));
		// what came from Ben is in no file of hers yet
		expect(await amina.unsent()).toMatchObject({ changes: 4, nowhereElse: 1 });
	});

	test('what another device stated that it holds is left out', async () => {
		await must(amina.compareFrontier(await must(ben.ownFrontier())));
		const targets = await must(amina.bundleTargets());
		const device = targets.find((one): one is BundleTarget & { kind: 'device' } => one.kind === 'device' && one.names.includes('Ben Okello'));
		expect(targets.some((one) => one.kind === 'site' && one.site === clinics.a)).toBe(true);
		if (device === undefined) throw new Error('the device is no target');
		const whole = await must(amina.exportBundle({ lacking: null, bytesMax: MIB, operation: 'all', write: () => undefined }));
		const lacking = await must(amina.exportBundle({ lacking: { device: device.device }, bytesMax: MIB, operation: 'lacking', write: () => undefined }));
		expect(lacking.leftOut).toBeGreaterThan(0);
		expect(lacking.documents + lacking.leftOut).toBe(whole.documents);
		await must(amina.registerPatient({ site: clinics.a, patient: patient('Female') }));
		for (const target of [{ device: device.device }, { site: clinics.a }]) {
			const [file] = await filesOf(amina, target);
			if (file === undefined) throw new Error('no file');
			expect((Buffer.from(file).toString('latin1').match(/-desk"/gu) ?? []).length).toBeLessThanOrEqual(4);
			await takes(ben, file);
		}
		await expect.poll(() => families(ben)).toHaveLength(6);
	});

	test('a damaged file loses what is damaged; cut off, it says so; the whole one brings the rest', async () => {
		for (const family of ['Gonzaga', 'Halima']) await must(amina.registerPatient({ site: clinics.a, patient: patient(family) }));
		const [file] = await filesOf(amina, null, 64 * MIB);
		if (file === undefined) throw new Error('no file');
		const lines = Buffer.from(file).toString('latin1').split('\n');
		const last = lines.findLastIndex((line) => line.includes('-desk"'));
		const damaged = lines.with(last, (lines[last] ?? '').replace(/"c":"..../u, '"c":"!!!!'));
		const taken = await takes(ben, new Uint8Array(Buffer.from(damaged.join('\n'), 'latin1')));
		expect(taken).toMatchObject({ whole: false, damaged: 1 });
		expect(taken.envelopes).toBeLessThanOrEqual(2);
		expect(await takes(ben, file.slice(0, file.length - 20))).toMatchObject({ whole: false });
		expect(await takes(ben, file)).toMatchObject({ whole: true, envelopes: 0 });
		await expect.poll(() => families(ben)).toHaveLength(8);
	});

	test('of another organization, or none of this app, it is refused with a sentence', async () => {
		const [file] = await filesOf(amina, null, 64 * MIB);
		const text = Buffer.from(file ?? []).toString('latin1');
		const strange = text.replace(/"org":"[^"]+"/u, `"org":"${'A'.repeat(43)}"`);
		expect(await ben.importBundle({ file: new Blob([strange]), operation: 'x' })).toMatchObject({ ok: false, error: { code: 'other-organization' } });
		expect(await ben.importBundle({ file: new Blob(['a photo']), operation: 'x' })).toMatchObject({ ok: false, error: { code: 'not-a-bundle' } });
	});

	test('called off, it ends; what was taken in stays, and the next time brings the rest', async () => {
		const [file] = await filesOf(amina, null, 64 * MIB);
		const ending = ben.importBundle({ file: new Blob([file ?? new Uint8Array()]), operation: 'off', progress: () => void ben.cancel('off') });
		expect(await ending).toMatchObject({ ok: false, error: { code: 'cancelled' } });
		expect(await amina.exportBundle({ lacking: null, bytesMax: MIB, operation: 'off', write: () => undefined, progress: () => void amina.cancel('off') })).toMatchObject({ ok: false, error: { code: 'cancelled' } });
	});

	test('locked, a device gives everything and takes in; for whom it is, it cannot tell', async () => {
		await amina.lock();
		const files = await filesOf(amina, null);
		expect(files).toHaveLength(1);
		expect(await amina.exportBundle({ lacking: { site: clinics.a }, bytesMax: MIB, operation: 'file', write: () => undefined })).toMatchObject({ ok: false, error: { code: 'locked' } });
		expect(await takes(amina, files[0] ?? new Uint8Array())).toMatchObject({ envelopes: 0, statements: 0, whole: true });
	});
});

test('what was carried reaches the hub by whoever has a line first, once', async () => {
	await clinics.startHub();
	await ben.syncNow();
	expect((await ben.unsent()).changes).toBe(0);
	await clinics.owner.syncNow();
	await expect.poll(() => families(clinics.owner)).toHaveLength(8);
	await amina.syncNow();
	expect((await amina.unsent()).changes).toBe(0);
});
