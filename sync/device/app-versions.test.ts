/** An app that is older than what an owner requires reads on, and writes nothing. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FhirResource } from '../fhir/resource.ts';
import type { ChartRef } from './api.ts';
import type { Device } from './device.ts';
import { Clinics, everybodySyncs, must, PASSPHRASE, view } from './testing/clinics.ts';

const patient = (given: string): FhirResource => ({ resourceType: 'Patient', name: [{ family: 'Otieno', given: [given] }], birthDate: '1961-11-20', gender: 'male' });
const asthma: FhirResource = { resourceType: 'Condition', code: { text: 'Asthma' } };

let clinics: Clinics;
let old: Device;
let ref: ChartRef;
const site = () => ({ site: clinics.a, role: 'lead' as const });

beforeAll(async () => {
	clinics = await Clinics.found();
	old = await clinics.join('Otto Old', await clinics.device('old', { appVersion: '0.0.9' }), [site()]);
	ref = await must(old.registerPatient({ site: clinics.a, patient: patient('Joseph') }));
	await everybodySyncs(old, clinics.owner);
}, 60_000);
afterAll(() => clinics.close());

describe('attack 06: a required version of the app', () => {
	it('is nobody\'s to require but an owner\'s, and none newer than their own', async () => {
		expect(await old.requireAppVersion('0.0.9')).toMatchObject({ ok: false, error: { code: 'not-allowed' } });
		expect(await clinics.owner.requireAppVersion('2.0.0')).toMatchObject({ ok: false, error: { code: 'newer-than-this' } });
		expect(await clinics.owner.requireAppVersion('2')).toMatchObject({ ok: false, error: { code: 'bad-version' } });
		expect(await must(old.appVersions())).toEqual({ running: '0.0.9', required: null, outdated: false, mayRequire: false });
	});

	it('stops an older app from writing, inviting and admitting, in words; reading, sending and removing go on', async () => {
		// written before the news: kept, and sent
		await must(old.save({ ref, comp: 'clinical', heads: [], resource: asthma }));
		await must(clinics.owner.requireAppVersion('0.1.0'));
		await everybodySyncs(clinics.owner, old);
		expect(await old.lockState()).toMatchObject({ kind: 'unlocked', outdated: { running: '0.0.9', required: '0.1.0' } });
		const tooOld = { ok: false, error: { code: 'app-too-old', message: expect.stringContaining('requires version 0.1.0') } };
		expect(await old.save({ ref, comp: 'clinical', heads: [], resource: { ...asthma, code: { text: 'Gout' } } })).toMatchObject(tooOld);
		expect(await old.registerPatient({ site: clinics.a, patient: patient('Mary') })).toMatchObject(tooOld);
		expect(await old.invite({ grants: [{ site: clinics.a, role: 'clinician' }], days: 7 })).toMatchObject(tooOld);
		expect(await old.addSite({ name: 'Outpost', kind: 'outreach', parent: clinics.a })).toMatchObject(tooOld);
		expect((await view(old, ref)).entries.map(({ type }) => type)).toContain('Condition');
		expect((await old.syncStatus()).waitingToSend).toBe(0);
		const members = (await must(old.organization())).members;
		const effect = await must(old.removalEffect({ kind: 'member', member: members.find(({ name }) => name === 'Otto Old')?.member ?? ('' as never) }));
		expect(effect.allowed).toBe(true);
		// who runs what is required notices nothing
		await must(clinics.owner.save({ ref, comp: 'clinical', heads: [], resource: { ...asthma, code: { text: 'Gout' } } }));
	}, 30_000);

	it('is told to who wants to join with an older app; holds for who joins by a hub that hides it; and is lifted by an update, or a lower version', async () => {
		let hides = false;
		const { link, invitation } = await must(clinics.owner.invite({ grants: [{ site: clinics.a, role: 'clinician' }], days: 7 }));
		await clinics.owner.syncNow();
		const late = await clinics.device('late', {
			appVersion: '0.0.9',
			fetch: async (url, init) => {
				const response = await fetch(url, init);
				return hides && url.endsWith('/_hub/info') ? Response.json({ ...(await response.json() as object), minimum: null }) : response;
			}
		});
		const answering = { link, name: 'Lars Late', passphrase: PASSPHRASE };
		expect(await late.answerInvitation(answering)).toMatchObject({ ok: false, error: { code: 'app-too-old' } });
		expect((await late.lockState()).kind).toBe('empty');
		hides = true;
		const { code } = await must(late.answerInvitation(answering));
		await clinics.owner.syncNow();
		const answer = (await must(clinics.owner.pendingAnswers())).find((one) => one.invitation === invitation);
		await must(clinics.owner.admit({ invitation, answer: answer?.answer ?? '', code }));
		await everybodySyncs(clinics.owner, late);
		expect(await late.registerPatient({ site: clinics.a, patient: patient('Ann') })).toMatchObject({ ok: false, error: { code: 'app-too-old' } });
		expect((await must(late.search({ query: 'Otieno', site: null, limit: 5 }))).length).toBeGreaterThan(0);
		await must(clinics.owner.requireAppVersion('0.0.5'));
		await everybodySyncs(clinics.owner, late);
		expect(await late.lockState()).not.toHaveProperty('outdated');
		expect((await late.registerPatient({ site: clinics.a, patient: patient('Ann') })).ok).toBe(true);
	}, 30_000);
});
