/**
 * Joining by a link that says nothing itself, and where neither side has a line.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromBase64url } from '../change/base64url.ts';
import type { Id } from '../change/change.ts';
import { steppingClock } from '../change/ports.ts';
import { parseBundle } from '../replication/bundle-file.ts';
import type { Device } from './device.ts';
import { Clinics, must, PASSPHRASE, view } from './testing/clinics.ts';

/** ms: each answer costs its Argon2ids, on a machine that also does other things */
const PATIENCE = 120_000;

const DAY = 86_400_000;
const born = { resourceType: 'Patient', name: [{ family: 'Mbabazi', given: ['Grace'] }] } as const;

let clinics: Clinics;
beforeAll(async () => {
	clinics = await Clinics.found();
});
afterAll(() => clinics.close());

/** A process opens five devices at once and no more. */
async function done(...devices: readonly Device[]): Promise<void> {
	for (const device of devices) {
		clinics.devices.splice(clinics.devices.indexOf(device), 1);
		await device.close();
	}
}

const invited = async (site: Id, days = 7) => {
	const made = await must(clinics.owner.invite({ grants: [{ site, role: 'clinician' }], days }));
	await clinics.owner.syncNow();
	return made;
};

describe('an invitation link', () => {
	test('attack 59: holds the invitation’s seed and nothing else; what it says waits sealed on the hub', async () => {
		const { link } = await invited(clinics.a);
		const payload = fromBase64url(link.split('#')[1] ?? '');
		expect(payload?.length).toBe(37);
		for (const word of ['Rural health', 'Olive', 'Clinic A']) expect(Buffer.from(payload ?? []).toString('latin1')).not.toContain(word);
		const newcomer = await clinics.device('previewing');
		expect(await must(newcomer.previewInvitation(link))).toMatchObject({ organization: 'Rural health', inviter: 'Olive Owner', grants: [{ site: 'Clinic A', role: 'clinician' }], expired: false });
		await done(newcomer);
	});

	test('attack 23: used, refused or altered, it says why', async () => {
		const { link, invitation } = await invited(clinics.a);
		const newcomer = await clinics.device('late');
		await must(clinics.owner.refuse({ invitation, reason: 'wrong person' }));
		await clinics.owner.syncNow();
		expect(await newcomer.previewInvitation(link)).toMatchObject({ ok: false, error: { code: 'unknown-invitation' } });
		expect(await newcomer.previewInvitation(`${link.slice(0, -4)}AAAA`)).toMatchObject({ ok: false, error: { code: 'damaged' } });
		expect(await newcomer.previewInvitation(link.replace(/:\d+\/join/, ':1/join'))).toMatchObject({ ok: false, error: { code: 'damaged' } });
		expect(await newcomer.answerInvitation({ link, name: 'Late', passphrase: PASSPHRASE })).toMatchObject({ ok: false });
		await done(newcomer);
	});

	test('before the inviter’s device has reached the hub, it says so', async () => {
		const { link } = await must(clinics.owner.invite({ grants: [{ site: clinics.a, role: 'clinician' }], days: 7 }));
		const newcomer = await clinics.device('early');
		const early = await newcomer.previewInvitation(link);
		if (!early.ok) expect(early.error).toMatchObject({ code: 'unknown-invitation', message: expect.stringContaining('has not reached the hub yet') });
		await clinics.owner.syncNow();
		expect(await newcomer.previewInvitation(link)).toMatchObject({ ok: true });
		await done(newcomer);
	});
});

describe('joining with no line on either side', () => {
	/** By camera: every code of it, in another order and one twice. */
	async function byCamera(codes: readonly string[], device: Device): Promise<string> {
		expect(codes.length).toBeGreaterThan(0);
		for (const code of [...codes.slice(1), codes[1] ?? codes[0] ?? '', codes[0] ?? '']) {
			expect(code.length).toBeLessThan(1000);
			const progress = await must(device.scanned(code));
			if (progress.kind === 'whole') return progress.text;
		}
		throw new Error('the codes did not make a whole');
	}

	test('both sides complete by three codes, and the newcomer writes before any hub was reached', async () => {
		const { offline, invitation } = await must(clinics.owner.invite({ grants: [{ site: clinics.a, role: 'clinician' }], days: 7 }));
		await clinics.stopHub();
		const amina = await clinics.device('amina');
		expect(await must(amina.previewInvitation(offline))).toMatchObject({ organization: 'Rural health', grants: [{ site: 'Clinic A', role: 'clinician' }] });
		const { code } = await must(amina.answerInvitation({ link: offline, name: 'Amina', passphrase: PASSPHRASE }));
		expect(await amina.lockState()).toMatchObject({ kind: 'awaiting-admission', code, invitation });

		const text = await byCamera((await must(amina.carriedAnswer(invitation))).codes, clinics.owner);
		const pending = await must(clinics.owner.takeAnswer(text));
		expect(pending).toMatchObject({ name: 'Amina', code, grants: [{ siteName: 'Clinic A', role: 'clinician' }], expired: false });
		expect(await clinics.owner.admitOffline({ invitation, answer: pending.answer, code: '2222 2222' })).toMatchObject({ ok: false, error: { code: 'wrong-code' } });
		const admission = await must(clinics.owner.admitOffline({ invitation, answer: pending.answer, code }));

		await must(amina.takeAdmission(await byCamera(admission.codes, amina)));
		expect(await amina.lockState()).toMatchObject({ kind: 'unlocked' });
		const ref = await must(amina.registerPatient({ site: clinics.a, patient: born }));
		expect((await view(amina, ref)).patient?.custody).toEqual({ state: 'this-device' });
		expect((await amina.unsent()).changes).toBeGreaterThan(0);

		expect(await clinics.owner.takeAnswer(text)).toMatchObject({ ok: false, error: { code: 'invitation-closed' } });
		await clinics.startHub();
		await clinics.owner.syncNow();
		await amina.syncNow();
		await clinics.owner.syncNow();
		expect((await view(clinics.owner, ref)).patient?.resource).toMatchObject(born);
		expect((await amina.unsent()).changes).toBe(0);
		await done(amina);
	}, PATIENCE);

	test('a hub that has not heard of the invitation yet keeps nobody from going on by hand; one that was used or withdrawn is refused, and leaves nothing', async () => {
		const line = { up: true };
		const far = await clinics.device('far-lead', { fetch: (...asked) => (line.up ? fetch(...asked) : Promise.reject(new TypeError('no line'))) });
		await clinics.join('Faith Lead', far, [{ site: clinics.a, role: 'lead' }]);
		line.up = false;
		const { offline, invitation } = await must(far.invite({ grants: [{ site: clinics.a, role: 'clinician' }], days: 7 }));
		const amina = await clinics.device('amina');
		const { code } = await must(amina.answerInvitation({ link: offline, name: 'Amina', passphrase: PASSPHRASE }));
		expect(await amina.lockState()).toMatchObject({ kind: 'awaiting-admission', code, invitation });
		expect(await must(amina.answerInvitation({ link: offline, name: 'Amina', passphrase: PASSPHRASE }))).toEqual({ code });
		const pending = await must(far.takeAnswer((await must(amina.carriedAnswer(invitation))).text));
		const admission = await must(far.admitOffline({ invitation, answer: pending.answer, code }));
		await must(amina.takeAdmission(admission.text));
		const ref = await must(amina.registerPatient({ site: clinics.a, patient: born }));
		line.up = true;
		await far.syncNow();
		await amina.syncNow();
		await clinics.owner.syncNow();
		expect((await view(clinics.owner, ref)).patient?.resource).toMatchObject(born);
		await done(amina);
		const mallory = await clinics.device('mallory');
		expect(await mallory.answerInvitation({ link: offline, name: 'Mallory', passphrase: PASSPHRASE })).toMatchObject({ ok: false, error: { code: 'refused', message: expect.stringContaining('used or withdrawn') } });
		expect(await mallory.lockState()).toEqual({ kind: 'empty' });
		await done(mallory, far);
	}, PATIENCE);

	test('attack 23: expiry is judged by who admits; another’s admission and one of another organization admit nobody', async () => {
		const clock = steppingClock(Date.now(), 1);
		const late = await clinics.device('lea', { clock: { now: () => clock.now() } });
		await clinics.join('Lea Lead', late, [{ site: clinics.a, role: 'lead' }]);
		const made = await must(late.invite({ grants: [{ site: clinics.a, role: 'receptionist' }], days: 1 }));
		const other = await must(clinics.owner.invite({ grants: [{ site: clinics.b, role: 'receptionist' }], days: 1 }));
		const [ben, zoe] = [await clinics.device('ben'), await clinics.device('zoe')];
		await must(ben.answerInvitation({ link: made.offline, name: 'Ben', passphrase: PASSPHRASE }));
		const zoes = await must(zoe.answerInvitation({ link: other.offline, name: 'Zoe', passphrase: PASSPHRASE }));
		const pendingZoe = await must(clinics.owner.takeAnswer((await must(zoe.carriedAnswer(other.invitation))).text));
		const admission = await must(clinics.owner.admitOffline({ invitation: other.invitation, answer: pendingZoe.answer, code: zoes.code }));
		expect(await ben.takeAdmission(admission.text)).toMatchObject({ ok: false, error: { code: 'not-admitted' } });
		expect(parseBundle(admission.text)).toMatchObject({ ok: true });
		expect(await ben.takeAdmission(admission.text.slice(0, -20))).toMatchObject({ ok: false, error: { code: 'cut-short' } });
		expect(await ben.takeAdmission('hello')).toMatchObject({ ok: false, error: { code: 'not-a-bundle' } });
		const answered = await must(late.takeAnswer((await must(ben.carriedAnswer(made.invitation))).text));
		const passed = Date.now() + 2 * DAY;
		clock.now = () => passed;
		expect(await late.admitOffline({ invitation: made.invitation, answer: answered.answer, code: answered.code })).toMatchObject({ ok: false, error: { code: 'expired' } });
		await must(zoe.takeAdmission(admission.text));
		expect(await zoe.lockState()).toMatchObject({ kind: 'unlocked' });
	}, PATIENCE);
});
