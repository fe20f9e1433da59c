/**
 * Several people on one tablet: each with a passphrase of their own, each change by who is unlocked, and ways in that end when they should.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromBase64url } from '../change/base64url.ts';
import type { Id } from '../change/change.ts';
import { seededRandom } from '../change/ports.ts';
import { memoryStorage } from '../store/index.ts';
import type { Device } from './device.ts';
import type { ChartRef } from './api.ts';
import { Clinics, must, PASSPHRASE, view } from './testing/clinics.ts';

const OTHERS = 'another passphrase for tests';
const patient = (family: string) => ({ resourceType: 'Patient', name: [{ family, given: ['Grace'] }] });

let clinics: Clinics;
let tablet: Device;
let amina: Id;
let ruth: Id;
let first: ChartRef;

const userNow = async (): Promise<Id | null> => {
	const state = await tablet.lockState();
	return state.kind === 'unlocked' ? state.user.member : null;
};
/** As `Clinics.join`, with a passphrase of their own. */
async function joins(name: string, role: 'clinician' | 'receptionist', passphrase: string): Promise<Id> {
	const { link, invitation } = await must(clinics.owner.invite({ grants: [{ site: clinics.a, role }], days: 7 }));
	await clinics.owner.syncNow();
	const { code } = await must(tablet.answerInvitation({ link, name, passphrase }));
	await clinics.owner.syncNow();
	const answer = (await must(clinics.owner.pendingAnswers())).find((one) => one.invitation === invitation);
	await must(clinics.owner.admit({ invitation, answer: answer?.answer ?? '', code }));
	await clinics.owner.syncNow();
	await tablet.syncNow();
	const { members } = await must(clinics.owner.organization());
	return members.find((member) => member.name === name)?.member ?? ('' as Id);
}

beforeAll(async () => {
	clinics = await Clinics.found();
	await must(clinics.owner.takeOn(clinics.a));
	tablet = await clinics.device('tablet');
	amina = await joins('Amina Kato', 'clinician', PASSPHRASE);
});
afterAll(() => clinics.close());

describe('a second person on the tablet', () => {
	test('answers while the first is locked; both are on the lock screen, and the waiting one with the code', async () => {
		first = await must(tablet.registerPatient({ site: clinics.a, patient: patient('Mbabazi') }));
		await tablet.lock();
		const { link, invitation } = await must(clinics.owner.invite({ grants: [{ site: clinics.a, role: 'receptionist' }], days: 7 }));
		await clinics.owner.syncNow();
		const { code } = await must(tablet.answerInvitation({ link, name: 'Ruth Auma', passphrase: OTHERS }));
		expect(await tablet.lockState()).toMatchObject({ kind: 'locked', users: [{ member: amina, label: 'AK' }], awaiting: [{ invitation, label: 'RA', code }] });
		await clinics.owner.syncNow();
		const [answer] = (await must(clinics.owner.pendingAnswers())).filter((one) => one.invitation === invitation);
		await must(clinics.owner.admit({ invitation, answer: answer?.answer ?? '', code }));
		await clinics.owner.syncNow();
		await tablet.syncNow();
		ruth = (await userNow()) ?? ('' as Id);
		expect([ruth === amina, ruth]).toEqual([false, expect.stringMatching(/^[0-9a-f]{32}$/)]);
	});

	test('each change is by who is unlocked, and the receptionist reads no clinical entry of it', async () => {
		await must(tablet.unlock({ member: amina, passphrase: PASSPHRASE }));
		await must(tablet.save({ ref: first, comp: 'clinical', resource: { resourceType: 'Condition', code: { text: 'Asthma' }, subject: { reference: `Patient/${first.chart}` } }, heads: [] }));
		await must(tablet.unlock({ member: ruth, passphrase: OTHERS }));
		const second = await must(tablet.registerPatient({ site: clinics.a, patient: patient('Okello') }));
		expect((await view(tablet, second)).patient?.recorded.member).toBe('Ruth Auma');
		expect((await view(tablet, first)).patient?.recorded.member).toBe('Amina Kato');
		expect((await view(tablet, first)).entries).toEqual([]);
		expect((await must(tablet.stateHashes())).map(({ comp }) => comp)).toEqual(['desk']);
		expect(await tablet.unlock({ member: ruth, passphrase: PASSPHRASE })).toMatchObject({ ok: false, error: { code: 'wrong-passphrase' } });
		await must(tablet.unlock({ member: amina, passphrase: PASSPHRASE }));
		expect((await view(tablet, first)).entries.map(({ type }) => type)).toEqual(['Condition']);
	});

	test('what one wrote is sent while the other, or nobody, is unlocked', async () => {
		await tablet.lock();
		await tablet.syncNow();
		expect((await tablet.unsent()).changes).toBe(0);
		await clinics.owner.syncNow();
		expect((await view(clinics.owner, first)).entries.map(({ type }) => type)).toEqual(['Condition']);
	});
});

describe('ways in besides the passphrase', () => {
	const prf = seededRandom('authenticator').bytes(32);
	const credential = 'Y3JlZGVudGlhbA';

	test('attack 49: a PIN opens what a passphrase opened, five wrong tries erase it, and so does the end of the app', async () => {
		expect(await tablet.unlockWithPin({ member: amina, pin: '481516' })).toMatchObject({ ok: false, error: { code: 'no-pin' } });
		await must(tablet.unlock({ member: amina, passphrase: PASSPHRASE }));
		expect(await tablet.setPin('111111')).toMatchObject({ ok: false, error: { code: 'bad-pin' } });
		await must(tablet.setPin('481516'));
		await tablet.lock();
		await must(tablet.unlockWithPin({ member: amina, pin: '481516' }));
		expect((await view(tablet, first)).entries).toHaveLength(1);
		await tablet.lock();
		expect(await tablet.unlockWithPin({ member: ruth, pin: '481516' })).toMatchObject({ ok: false, error: { code: 'no-pin' } });
		for (const left of [4, 3, 2, 1]) {
			expect(await tablet.unlockWithPin({ member: amina, pin: '000001' })).toMatchObject({ ok: false, error: { code: 'wrong-pin' } });
			expect((await tablet.quickUnlocks()).find(({ member }) => member === amina)?.pin).toEqual({ triesLeft: left });
		}
		expect(await tablet.unlockWithPin({ member: amina, pin: '000001' })).toMatchObject({ ok: false, error: { code: 'no-pin' } });
		expect(await tablet.unlockWithPin({ member: amina, pin: '481516' })).toMatchObject({ ok: false, error: { code: 'no-pin' } });
		expect(await userNow()).toBeNull();
	});

	test('attack 26: a passkey taken away, and a passphrase changed, no longer open', async () => {
		await must(tablet.unlock({ member: amina, passphrase: PASSPHRASE }));
		const { salt } = await must(tablet.passkeySalt());
		expect(fromBase64url(salt)).toHaveLength(32);
		await must(tablet.addPasskey({ credential, salt, output: prf.slice() }));
		await tablet.lock();
		expect((await tablet.quickUnlocks()).find(({ member }) => member === amina)?.passkeys).toMatchObject([{ credential, salt }]);
		expect(await tablet.unlockWithPasskey({ member: amina, credential, output: new Uint8Array(32) })).toMatchObject({ ok: false, error: { code: 'wrong-passkey' } });
		expect(await tablet.unlockWithPasskey({ member: ruth, credential, output: prf.slice() })).toMatchObject({ ok: false, error: { code: 'wrong-passkey' } });
		await must(tablet.unlockWithPasskey({ member: amina, credential, output: prf.slice() }));
		await must(tablet.removePasskey(credential));
		await tablet.lock();
		expect(await tablet.unlockWithPasskey({ member: amina, credential, output: prf.slice() })).toMatchObject({ ok: false, error: { code: 'wrong-passkey' } });

		await must(tablet.unlock({ member: amina, passphrase: PASSPHRASE }));
		await must(tablet.addPasskey({ credential, salt, output: prf.slice() }));
		await must(tablet.setPin('271828'));
		expect(await tablet.changePassphrase({ old: OTHERS, fresh: 'a fresh passphrase' })).toMatchObject({ ok: false, error: { code: 'wrong-passphrase' } });
		expect(await tablet.changePassphrase({ old: PASSPHRASE, fresh: 'short' })).toMatchObject({ ok: false, error: { code: 'short-passphrase' } });
		await must(tablet.changePassphrase({ old: PASSPHRASE, fresh: 'a fresh passphrase' }));
		await tablet.lock();
		expect(await tablet.unlock({ member: amina, passphrase: PASSPHRASE })).toMatchObject({ ok: false, error: { code: 'wrong-passphrase' } });
		expect(await tablet.unlockWithPasskey({ member: amina, credential, output: prf.slice() })).toMatchObject({ ok: false, error: { code: 'wrong-passkey' } });
		expect(await tablet.unlockWithPin({ member: amina, pin: '271828' })).toMatchObject({ ok: false, error: { code: 'no-pin' } });
		await must(tablet.unlock({ member: amina, passphrase: 'a fresh passphrase' }));
	});

	test('a label of one’s own choice stands on the lock screen, and who is taken off the tablet is gone from it', async () => {
		await must(tablet.appearAs({ label: 'Night nurse', color: 5 }));
		await must(tablet.registerPatient({ site: clinics.a, patient: patient('Namara') }));
		expect(await tablet.removeUser({ member: amina, evenUnsent: false })).toMatchObject({ ok: false, error: { code: 'unsent' } });
		await tablet.syncNow();
		await must(tablet.removeUser({ member: amina, evenUnsent: false }));
		expect(await tablet.lockState()).toMatchObject({ kind: 'locked', users: [{ member: ruth }] });
		expect(await tablet.unlock({ member: amina, passphrase: 'a fresh passphrase' })).toMatchObject({ ok: false, error: { code: 'unknown-user' } });
	});
});

describe('a file of what was not sent', () => {
	test('saved on a locked tablet that is then wiped, imported on another: nothing is lost', async () => {
		const storage = memoryStorage();
		const dying = await clinics.device('dying', { storage });
		await clinics.join('Ben Okello', dying, [{ site: clinics.a, role: 'clinician' }]);
		await clinics.stopHub();
		const ref = await must(dying.registerPatient({ site: clinics.a, patient: patient('Tumusiime') }));
		await must(dying.save({ ref, comp: 'clinical', resource: { resourceType: 'Condition', code: { text: 'Malaria' }, subject: { reference: `Patient/${ref.chart}` } }, heads: [] }));
		await dying.lock();
		expect(await dying.unsent()).toMatchObject({ changes: 2, nowhereElse: 2 });
		expect(await dying.wipe({ evenUnsent: false })).toMatchObject({ ok: false, error: { code: 'unsent' } });
		const { bytes, documents, file } = await must(dying.exportUnsent());
		expect(documents).toBeGreaterThanOrEqual(2);
		for (const word of ['Tumusiime', 'Malaria', 'Ben']) expect(Buffer.from(bytes).toString('utf8')).not.toContain(word);
		// whether the browser wrote it nobody knows before somebody has seen it
		expect(await dying.unsent()).toMatchObject({ changes: 2, nowhereElse: 2 });
		expect(await dying.wipe({ evenUnsent: false })).toMatchObject({ ok: false, error: { code: 'unsent' } });
		expect(await dying.savedUnsent('another file')).toMatchObject({ ok: false, error: { code: 'unknown-file' } });
		await must(dying.savedUnsent(file));
		expect(await dying.unsent()).toMatchObject({ changes: 2, nowhereElse: 0 });
		clinics.devices.splice(clinics.devices.indexOf(dying), 1);
		await must(dying.wipe({ evenUnsent: false }));

		expect(await tablet.importFile(bytes.subarray(0, bytes.length - 40))).toMatchObject({ ok: false, error: { code: 'cut-short' } });
		expect(await must(tablet.importFile(bytes))).toMatchObject({ envelopes: 2, refused: [] });
		expect(await must(tablet.importFile(bytes))).toMatchObject({ envelopes: 0 });
		await must(tablet.unlock({ member: ruth, passphrase: OTHERS }));
		await expect.poll(async () => (await must(tablet.search({ query: 'Tumusiime', site: null, limit: 5 }))).length).toBe(1);
		await tablet.lock();
		await clinics.startHub();
		await tablet.syncNow();
		expect((await tablet.unsent()).changes).toBe(0);
		await clinics.owner.syncNow();
		expect((await view(clinics.owner, ref)).entries.map(({ type }) => type)).toEqual(['Condition']);
	});
});
