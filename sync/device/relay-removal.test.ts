/** Copies for a linked site that were not sent when somebody there was removed. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FhirResource } from '../fhir/resource.ts';
import { utf8 } from '../change/utf8.ts';
import { encodeBundle, isEnvelope } from '../replication/bundle-file.ts';
import { checkDocument } from '../verify/document.ts';
import type { ChartRef } from './api.ts';
import type { Device } from './device.ts';
import { Clinics, everybodySyncs, must, view } from './testing/clinics.ts';

const patient = (family: string): FhirResource => ({ resourceType: 'Patient', name: [{ family }], birthDate: '1980-03-01' });
const problem = (text: string): FhirResource => ({ resourceType: 'Condition', code: { text } });
const shared = async (device: Device, ref: ChartRef): Promise<readonly string[]> =>
	((await view(device, ref)).ehr?.items ?? []).filter(({ type }) => type === 'Condition').map(({ lead }) => (lead.resource['code'] as { text: string }).text).sort();

let clinics: Clinics;
let nurseA: Device;
let nurseB: Device;
let thief: Device;
let atA: ChartRef;
let atB: ChartRef;
const cut = { nurse: false, thief: false };
/** what the nurse at A handed the hub for B, as the hub has it */
const handed: { readonly db: string; readonly document: unknown }[] = [];

beforeAll(async () => {
	clinics = await Clinics.found();
	const line = (who: keyof typeof cut) => (url: string, init?: RequestInit): Promise<Response> => (cut[who] ? Promise.reject(new TypeError('fetch failed')) : fetch(url, init));
	nurseA = await clinics.join('Amina Nurse', await clinics.device('nurse-a', {
		fetch: (url, init) => {
			const deposit = /\/_hub\/deposit\/[^/]*?-([0-9a-f]{32}-(?:desk|care))$/.exec(url);
			if (deposit !== null && !cut.nurse && typeof init?.body === 'string') {
				for (const { _rev, ...document } of (JSON.parse(init.body) as { docs: { _rev?: string }[] }).docs) handed.push({ db: deposit[1] ?? _rev ?? '', document });
			}
			return line('nurse')(url, init as RequestInit);
		}
	}), [{ site: clinics.a, role: 'clinician' }]);
	nurseB = await clinics.join('Ben Nurse', await clinics.device('nurse-b'), [{ site: clinics.b, role: 'clinician' }]);
	thief = await clinics.join('Theo Thief', await clinics.device('thief', { fetch: (url, init) => line('thief')(url, init as RequestInit) }), [{ site: clinics.b, role: 'clinician' }]);
	atA = await must(nurseA.registerPatient({ site: clinics.a, patient: patient('Banda') }));
	atB = await must(nurseB.registerPatient({ site: clinics.b, patient: patient('Bandah') }));
	await everybodySyncs(nurseA, nurseB, clinics.owner);
	await must(clinics.owner.link({ a: atA, b: atB }));
	await everybodySyncs(clinics.owner, nurseA, nurseB, thief, nurseA, nurseB, thief);
	cut.thief = true;
}, 120_000);
afterAll(() => clinics.close());

/** Somebody hands the thief what the hub has. Answers how much of it was new. */
const leaks = async (): Promise<number> => {
	const info = await (await fetch(`${clinics.hub.url}/_hub/info`)).json() as { readonly hub: string; readonly prefix: string };
	const { org } = await must(thief.organization());
	const entries = handed.map(({ db, document }) => {
		const checked = checkDocument(document);
		if (!checked.ok || !isEnvelope(checked.value)) throw new Error('not a deposit');
		return { db, document: checked.value };
	});
	const taken = await must(thief.importFile(utf8(encodeBundle({ org, hub: { key: info.hub, origin: clinics.hub.url, prefix: info.prefix }, entries }))));
	// no line: what was carried here is taken in all the same
	await thief.syncNow();
	return taken.envelopes;
};

it('attack 17: are sealed again before they go out, so that who was removed opens none of them; whoever stays reads them', async () => {
	// a control: what goes out before the removal opens
	await must(nurseA.save({ ref: atA, comp: 'clinical', heads: [], resource: problem('Asthma') }));
	await everybodySyncs(nurseA);
	await leaks();
	expect(await shared(thief, atB)).toEqual(['Asthma']);

	cut.nurse = true;
	await must(nurseA.save({ ref: atA, comp: 'clinical', heads: [], resource: problem('Gout') }));
	const { members } = await must(clinics.owner.organization());
	const member = members.find(({ name }) => name === 'Theo Thief')?.member;
	if (member === undefined) throw new Error('the thief is a member');
	await must(clinics.owner.revoke({ removal: { kind: 'member', member }, reason: 'tablet stolen' }));
	await everybodySyncs(clinics.owner, nurseB);
	cut.nurse = false;
	const before = handed.length;
	await everybodySyncs(nurseA, nurseB);
	expect(handed.length).toBeGreaterThan(before);
	expect((await nurseA.syncStatus()).waitingToSend).toBe(0);
	expect(await shared(nurseB, atB)).toEqual(['Asthma', 'Gout']);
	expect(await leaks()).toBeGreaterThan(0);
	expect(await shared(thief, atB)).toEqual(['Asthma']);
}, 60_000);

it('what a removed colleague had not sent is passed on once it is adopted, in the name of who adopted it, with the reason; not before', async () => {
	const theirs = (await view(nurseA, atA)).ehr?.items.length;
	await must(thief.save({ ref: atB, comp: 'clinical', heads: [], resource: problem('Goitre') }));
	// with it come copies for sites that the nurse does not keep
	expect((await must(nurseB.importFile((await must(thief.exportUnsent())).bytes))).envelopes).toBeGreaterThan(0);
	await everybodySyncs(nurseB, nurseA);
	const [late] = await must(nurseB.lateWork({ site: clinics.b }));
	if (late === undefined) throw new Error('nothing came late');
	expect((await view(nurseA, atA)).ehr?.items.length).toBe(theirs);
	expect(await shared(nurseB, atB)).toEqual(['Asthma', 'Gout']);

	expect(await must(nurseB.adoptLate({ actor: late.actor, ref: late.ref, reason: 'seen by me too' }))).toEqual({ adopted: 1 });
	await everybodySyncs(nurseB, nurseA);
	expect(await shared(nurseB, atB)).toEqual(['Asthma', 'Goitre', 'Gout']);
	expect(await shared(nurseA, atA)).toEqual(['Asthma', 'Goitre', 'Gout']);
	const source = (await view(nurseA, atA)).ehr?.items.find(({ lead }) => (lead.resource['code'] as { text?: string } | undefined)?.text === 'Goitre')?.lead;
	const adopter = (await must(clinics.owner.organization())).members.find(({ name }) => name === 'Ben Nurse')?.actors.map(({ actor }) => actor);
	expect(adopter).toContain(source?.actor);
	expect(source?.state.changes.map(({ via, change }) => [via, change.reason, change.create?.kind])).toEqual([['relayed', 'seen by me too', 'moved']]);
}, 60_000);
