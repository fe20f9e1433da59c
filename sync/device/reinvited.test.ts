/**
 * A forgotten passphrase on a tablet with work that nobody has seen yet: the person comes back as the same member, and the work is not lost.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Clinics, must, PASSPHRASE, view } from './testing/clinics.ts';

let clinics: Clinics;
beforeAll(async () => {
	clinics = await Clinics.found();
	await must(clinics.owner.takeOn(clinics.a));
});
afterAll(() => clinics.close());

test('who is invited again on the same tablet is the same member with new keys; what lay there unsent is sent, and colleagues read it', async () => {
	const tablet = await clinics.join('Amina Kato', await clinics.device('tablet'), [{ site: clinics.a, role: 'clinician' }]);
	const [before] = (await must(clinics.owner.organization())).members.filter(({ name }) => name === 'Amina Kato');
	const member = before?.member ?? clinics.a;
	await clinics.stopHub();
	const ref = await must(tablet.registerPatient({ site: clinics.a, patient: { resourceType: 'Patient', name: [{ family: 'Mbabazi' }] } }));
	await must(tablet.save({ ref, comp: 'clinical', resource: { resourceType: 'Condition', code: { text: 'Malaria' }, subject: { reference: `Patient/${ref.chart}` } }, heads: [] }));
	await tablet.lock();
	expect(await tablet.unlock({ member, passphrase: 'was it this one?' })).toMatchObject({ ok: false, error: { code: 'wrong-passphrase' } });

	await clinics.startHub();
	const again = await must(clinics.owner.reinvite({ member, days: 1 }));
	await clinics.owner.syncNow();
	expect(await must(tablet.previewInvitation(again.link))).toMatchObject({ grants: [{ site: 'Clinic A', role: 'clinician' }] });
	const { code } = await must(tablet.answerInvitation({ link: again.link, name: 'Amina Kato', passphrase: 'a new passphrase' }));
	expect(await tablet.lockState()).toMatchObject({ kind: 'locked', users: [{ member }], awaiting: [{ code }] });
	await clinics.owner.syncNow();
	const [answer] = await must(clinics.owner.pendingAnswers());
	await must(clinics.owner.admit({ invitation: again.invitation, answer: answer?.answer ?? '', code }));
	await clinics.owner.syncNow();
	await tablet.syncNow();

	expect(await tablet.lockState()).toMatchObject({ kind: 'unlocked', user: { member } });
	const [after] = (await must(clinics.owner.organization())).members.filter(({ name }) => name === 'Amina Kato');
	expect([after?.member, after?.actors.length]).toEqual([member, 2]);
	expect((await tablet.unsent()).changes).toBe(0);
	await clinics.owner.syncNow();
	expect((await view(clinics.owner, ref)).entries.map(({ resource }) => resource['code'])).toEqual([{ text: 'Malaria' }]);
	await expect.poll(async () => (await view(tablet, ref)).entries.length).toBe(1);
	await tablet.lock();
	expect(await tablet.unlock({ member, passphrase: PASSPHRASE })).toMatchObject({ ok: false, error: { code: 'wrong-passphrase' } });
	await must(tablet.unlock({ member, passphrase: 'a new passphrase' }));
	expect(await clinics.owner.reinvite({ member: clinics.a, days: 1 })).toMatchObject({ ok: false, error: { code: 'unknown-member' } });
});
