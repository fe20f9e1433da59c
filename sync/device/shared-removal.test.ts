/** Somebody is removed who shares a tablet with others: they are locked out of it, the others work on, and nobody's unsent work is lost. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Id } from '../change/change.ts';
import type { FhirResource } from '../fhir/resource.ts';
import type { ChartRef } from './api.ts';
import type { Device } from './device.ts';
import { Clinics, everybodySyncs, must, PASSPHRASE, view } from './testing/clinics.ts';

const OTHERS = 'another passphrase for tests';
const problem = (text: string): FhirResource => ({ resourceType: 'Condition', code: { text } });
const problems = async (device: Device, ref: ChartRef): Promise<readonly string[]> =>
	(await view(device, ref)).entries.filter(({ type }) => type === 'Condition').map(({ resource }) => (resource['code'] as { text: string }).text).sort();

let clinics: Clinics;
let tablet: Device;
let ref: ChartRef;
let cut = false;
const member = new Map<string, Id>();

async function joins(name: string, passphrase: string): Promise<void> {
	const { link, invitation } = await must(clinics.owner.invite({ grants: [{ site: clinics.a, role: 'clinician' }], days: 7 }));
	await clinics.owner.syncNow();
	const { code } = await must(tablet.answerInvitation({ link, name, passphrase }));
	await clinics.owner.syncNow();
	const answer = (await must(clinics.owner.pendingAnswers())).find((one) => one.invitation === invitation);
	await must(clinics.owner.admit({ invitation, answer: answer?.answer ?? '', code }));
	await everybodySyncs(clinics.owner, tablet);
	const known = (await must(clinics.owner.organization())).members.find((one) => one.name === name);
	if (known === undefined) throw new Error(`${name} did not join`);
	member.set(name, known.member);
	await tablet.lock();
}
const unlock = (name: string, passphrase: string): Promise<unknown> => must(tablet.unlock({ member: member.get(name) ?? ('' as Id), passphrase }));

beforeAll(async () => {
	clinics = await Clinics.found();
	await must(clinics.owner.takeOn(clinics.a));
	tablet = await clinics.device('tablet', { fetch: (url, init) => (cut ? Promise.reject(new TypeError('fetch failed')) : fetch(url, init)) });
	await joins('Amina Kato', PASSPHRASE);
	await joins('Ruth Auma', OTHERS);
	await unlock('Amina Kato', PASSPHRASE);
	ref = await must(tablet.registerPatient({ site: clinics.a, patient: { resourceType: 'Patient', name: [{ family: 'Mbabazi' }] } }));
	await everybodySyncs(tablet, clinics.owner);
}, 120_000);
afterAll(() => clinics.close());

it('locks out who was removed, lets the others work on, and sends what each of them had not sent', async () => {
	cut = true;
	await must(tablet.save({ ref, comp: 'clinical', heads: [], resource: problem('by Amina') }));
	await tablet.lock();
	await unlock('Ruth Auma', OTHERS);
	await must(tablet.save({ ref, comp: 'clinical', heads: [], resource: problem('by Ruth') }));
	expect(await problems(tablet, ref)).toEqual(['by Amina', 'by Ruth']);
	expect((await tablet.unsent()).changes).toBe(2);
	await must(clinics.owner.revoke({ removal: { kind: 'member', member: member.get('Amina Kato') ?? ('' as Id) }, reason: 'left' }));
	await clinics.owner.syncNow();
	cut = false;
	await everybodySyncs(tablet, clinics.owner, tablet, clinics.owner);

	// Ruth had both before she heard of it, and said so: nothing is thrown out, and everything is at the hub
	expect((await tablet.lockState())).toMatchObject({ kind: 'unlocked', user: { member: member.get('Ruth Auma') } });
	expect(await problems(tablet, ref)).toEqual(['by Amina', 'by Ruth']);
	expect((await tablet.unsent()).changes).toBe(0);
	expect(await problems(clinics.owner, ref)).toEqual(['by Amina', 'by Ruth']);
	await must(tablet.save({ ref, comp: 'clinical', heads: [], resource: problem('afterwards') }));
	await everybodySyncs(tablet, clinics.owner);
	expect(await problems(clinics.owner, ref)).toEqual(['afterwards', 'by Amina', 'by Ruth']);

	await tablet.lock();
	await unlock('Amina Kato', PASSPHRASE);
	expect(await tablet.lockState()).toMatchObject({ kind: 'unlocked', ended: { by: 'Olive Owner' } });
	expect((await tablet.openChart(ref)).ok).toBe(false);
	expect(await must(tablet.search({ query: 'Mbabazi', site: null, limit: 5 }))).toEqual([]);
	expect(await tablet.save({ ref, comp: 'clinical', heads: [], resource: problem('as if nothing had happened') })).toMatchObject({ ok: false, error: { code: 'access-ended' } });
	expect(await tablet.removalEffect({ kind: 'member', member: member.get('Ruth Auma') ?? ('' as Id) })).not.toMatchObject({ value: { allowed: true } });

	await tablet.lock();
	await unlock('Ruth Auma', OTHERS);
	expect(await problems(tablet, ref)).toEqual(['afterwards', 'by Amina', 'by Ruth']);
}, 60_000);
