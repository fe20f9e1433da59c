/** A visit and what was found at it, saved in one act: all of it or nothing, each entry a change of its own. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FhirResource } from '../fhir/resource.ts';
import type { ChartRef } from './api.ts';
import { BATCH_MAX, type BatchEntry } from './batch-api.ts';
import type { Device } from './device.ts';
import { Clinics, everybodySyncs, must, view } from './testing/clinics.ts';

const VISIT = 'urn:uuid:visit';
let clinics: Clinics;
let tablet: Device;
let ref: ChartRef;

beforeAll(async () => {
	clinics = await Clinics.found();
	await must(clinics.owner.takeOn(clinics.a));
	tablet = await clinics.join('Amina Kato', await clinics.device('tablet'), [{ site: clinics.a, role: 'clinician' }]);
	ref = await must(tablet.registerPatient({ site: clinics.a, patient: { resourceType: 'Patient', name: [{ family: 'Mbabazi' }] } }));
});
afterAll(() => clinics.close());

const entry = (resource: FhirResource, more: Partial<BatchEntry> = {}): BatchEntry => ({ ref, comp: 'clinical', resource, heads: [], ...more });
const visit = (): BatchEntry => entry({ resourceType: 'Encounter', status: 'finished', class: { code: 'AMB' } }, { fullUrl: VISIT });
const found = (text: string): BatchEntry => entry({ resourceType: 'Condition', code: { text }, encounter: { reference: VISIT } });
const textsNow = async (): Promise<unknown[]> => (await view(tablet, ref)).entries.filter(({ type }) => type === 'Condition').map(({ resource }) => (resource['code'] as { text: string }).text).toSorted();

describe('several entries in one act', () => {
	test('refer to the visit by its id, are all there, and arrive elsewhere as any entry', async () => {
		const receipts = await must(tablet.saveAll([visit(), found('Cough'), found('Fever'), entry({ resourceType: 'Appointment', status: 'proposed', participant: [{ status: 'needs-action' }] }, { comp: 'desk' })]));
		expect(new Set(receipts.map(({ change }) => change)).size).toBe(4);
		const there = await view(tablet, ref);
		const encounter = there.entries.find(({ type }) => type === 'Encounter');
		expect(encounter?.id).toBe(receipts[0]?.id);
		for (const text of ['Cough', 'Fever']) {
			const one = there.entries.find(({ resource }) => (resource['code'] as { text?: string } | undefined)?.text === text);
			expect(one).toMatchObject({ custody: { state: 'this-device' }, resource: { encounter: { reference: `Encounter/${encounter?.id ?? ''}` } } });
			expect(receipts.find(({ id }) => id === one?.id)?.heads).toEqual(one?.heads);
		}
		await everybodySyncs(tablet, clinics.owner);
		expect((await view(clinics.owner, ref)).entries.map(({ id }) => id).toSorted()).toEqual(receipts.map(({ id }) => id).toSorted());
	});

	test('are none of them there when one cannot be saved', async () => {
		const before = await tablet.unsent();
		const bad = [
			[visit(), found('Not kept'), entry({ resourceType: 'Condition', code: { text: 7 } })],
			[visit(), found('Not kept'), entry({ resourceType: 'Condition', code: { text: 'Of another visit' }, encounter: { reference: 'urn:uuid:other' } })],
			[visit(), found('Not kept'), visit()],
			[visit(), found('Not kept'), entry({ resourceType: 'Condition', id: '0'.repeat(32), code: { text: 'Nowhere' } })],
			[visit(), found('Not kept'), { ...found('Elsewhere'), ref: { site: clinics.b, chart: ref.chart } }],
			Array.from({ length: BATCH_MAX + 1 }, () => found('Too many'))
		];
		for (const requests of bad) expect((await tablet.saveAll(requests)).ok).toBe(false);
		expect((await tablet.unsent()).changes).toBe(before.changes);
		expect(await textsNow()).toEqual(['Cough', 'Fever']);
	});

	test('may change what is there; an entry twice in one act is refused', async () => {
		const cough = (await view(tablet, ref)).entries.find(({ resource }) => (resource['code'] as { text?: string } | undefined)?.text === 'Cough');
		if (cough === undefined) throw new Error('no cough');
		const changed = entry({ ...cough.resource, code: { text: 'Whooping cough' } }, { heads: cough.heads });
		expect(await tablet.saveAll([changed, changed])).toMatchObject({ ok: false, error: { code: 'twice' } });
		const [receipt, , same] = await must(tablet.saveAll([changed, visit(), entry({ ...(await view(tablet, ref)).entries.find(({ resource }) => (resource['code'] as { text?: string } | undefined)?.text === 'Fever')?.resource, resourceType: 'Condition' }, { heads: (await view(tablet, ref)).entries.find(({ resource }) => (resource['code'] as { text?: string } | undefined)?.text === 'Fever')?.heads ?? [] })]));
		expect(same?.change).toBeNull();
		expect((await view(tablet, ref)).entries.find(({ id }) => id === cough.id)?.heads).toEqual(receipt?.heads);
		expect(await textsNow()).toEqual(['Fever', 'Whooping cough']);
	});

	test('of nothing is nothing', async () => {
		expect(await must(tablet.saveAll([]))).toEqual([]);
	});
});
