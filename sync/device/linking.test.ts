import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FhirResource } from '../fhir/resource.ts';
import type { ChartRef } from './api.ts';
import type { Device } from './device.ts';
import { Clinics, everybodySyncs, must, view } from './testing/clinics.ts';

const patient: FhirResource = { resourceType: 'Patient', name: [{ family: 'Zulu', given: ['Ruth'] }], birthDate: '2001-09-09', gender: 'female' };
const problem = (text: string): FhirResource => ({ resourceType: 'Condition', code: { text } });

describe('linking charts', () => {
	let clinics: Clinics;
	let region: Device;
	let atBoth: Device;
	let onlyA: Device;
	let atA: ChartRef;
	let atB: ChartRef;

	beforeAll(async () => {
		clinics = await Clinics.found();
		region = clinics.owner;
		atBoth = await clinics.join('Bella Both', await clinics.device('both'), [{ site: clinics.a, role: 'clinician' }, { site: clinics.b, role: 'clinician' }]);
		onlyA = await clinics.join('Amina Nurse', await clinics.device('only-a'), [{ site: clinics.a, role: 'clinician' }]);
		atB = await must(atBoth.registerPatient({ site: clinics.b, patient }));
		await must(atBoth.save({ ref: atB, comp: 'clinical', resource: problem('Epilepsy'), heads: [] }));
	}, 120_000);
	afterAll(() => clinics.close());

	it('brings a chart here in one step: demographics copied, both linked, what the other site knows in the shared record', async () => {
		atA = await must(atBoth.bringHere({ found: atB, site: clinics.a }));
		const chart = await view(atBoth, atA);
		expect(chart.patient?.resource['birthDate']).toBe('2001-09-09');
		expect(chart.links.map(({ state }) => state)).toEqual(['in-force']);
		expect(chart.ehr?.items.map(({ type }) => type)).toEqual(['Condition']);
		expect(await must(atBoth.bringHere({ found: atB, site: clinics.a }))).toEqual(atA);
	});

	it('relays the history by a device of the site, so that a colleague who is only there sees it', async () => {
		await everybodySyncs(atBoth, onlyA);
		expect((await view(onlyA, atA)).ehr?.items.map(({ lead }) => lead.resource['code'])).toEqual([{ text: 'Epilepsy' }]);
	});

	it('relays once: another exchange adds no copy', async () => {
		const hashes = await must(onlyA.stateHashes());
		await everybodySyncs(atBoth, onlyA, region);
		expect(await must(onlyA.stateHashes())).toEqual(hashes);
	});

	it('attack 53: a link to a stranger\'s chart by somebody posted at one site is a proposal, and nothing is relayed for it', async () => {
		const own = await must(onlyA.registerPatient({ site: clinics.a, patient: { ...patient, name: [{ family: 'Zulu', given: ['Rut'] }] } }));
		const strange = await must(atBoth.registerPatient({ site: clinics.b, patient: { ...patient, name: [{ family: 'Secret' }] } }));
		await everybodySyncs(atBoth, onlyA);
		expect((await must(onlyA.link({ a: own, b: strange }))).state).toBe('proposed');
		await everybodySyncs(onlyA, atBoth, region, onlyA);
		expect((await view(onlyA, own)).ehr).toBeNull();
		expect((await onlyA.openChart(strange)).ok).toBe(false);
		const proposal = (await must(region.proposals({ limit: 20 }))).find(({ origin }) => origin === 'link-proposal');
		expect([proposal?.a.chart, proposal?.b.chart].sort()).toEqual([own.chart, strange.chart].sort());
	});

	it('takes a link back only with a reason and with roles at both sites', async () => {
		expect((await onlyA.unlink({ a: atA, b: atB, reason: 'I say so' })).ok).toBe(false);
		expect((await atBoth.unlink({ a: atA, b: atB, reason: ' ' })).ok).toBe(false);
	});

	it('catches up with what was written while the link was taken back, when it is made again', async () => {
		await must(atBoth.unlink({ a: atA, b: atB, reason: 'Not sure' }));
		await everybodySyncs(atBoth, onlyA);
		await must(atBoth.save({ ref: atB, comp: 'clinical', resource: problem('Asthma'), heads: [] }));
		expect((await view(onlyA, atA)).ehr).toBeNull();
		await must(atBoth.link({ a: atA, b: atB }));
		await everybodySyncs(atBoth, onlyA);
		expect((await view(onlyA, atA)).ehr?.items.map(({ lead }) => (lead.resource['code'] as { text: string }).text).sort()).toEqual(['Asthma', 'Epilepsy']);
	});

	it('shows charts apart when they are stated not to be of one person', async () => {
		expect((await must(atBoth.notSame({ a: atA, b: atB, reason: 'Cousins of one name' }))).state).toBe('not-same');
		await everybodySyncs(atBoth, onlyA);
		expect((await view(onlyA, atA)).ehr).toBeNull();
		expect((await must(region.proposals({ limit: 50 }))).some(({ a, b }) => [a.chart, b.chart].includes(atA.chart) && [a.chart, b.chart].includes(atB.chart))).toBe(false);
	});

	it('says in each chart that charts are both linked and stated not to be of one person, and shows them apart', async () => {
		const one = await must(atBoth.registerPatient({ site: clinics.a, patient: { ...patient, name: [{ family: 'Mwansa' }] } }));
		const other = await must(atBoth.registerPatient({ site: clinics.b, patient: { ...patient, name: [{ family: 'Mwansah' }] } }));
		await everybodySyncs(atBoth, region);
		await clinics.stopHub();
		expect((await must(atBoth.link({ a: one, b: other }))).state).toBe('in-force');
		expect((await must(region.notSame({ a: one, b: other, reason: 'I know both' }))).state).toBe('not-same');
		await clinics.startHub();
		await everybodySyncs(atBoth, region, onlyA);
		for (const device of [atBoth, region, onlyA]) {
			const chart = await view(device, one);
			expect(chart.links.map(({ state }) => state)).toEqual(['contested']);
			expect(chart.ehr).toBeNull();
			expect(chart.alerts.map(({ kind, severity }) => [kind, severity])).toContainEqual(['linked-and-not-same', 'critical']);
		}
	});

	it('merges two edits of one entry made apart, and lets a resolution settle what no rule may', async () => {
		const [one, two] = [onlyA, atBoth];
		await clinics.stopHub();
		const before = (await view(one, atA)).patient;
		if (before === null) throw new Error('no patient');
		await must(one.save({ ref: atA, comp: 'desk', resource: { ...before.resource, birthDate: '2001-09-10' }, heads: before.heads }));
		await must(two.save({ ref: atA, comp: 'desk', resource: { ...before.resource, birthDate: '2001-09-19' }, heads: before.heads }));
		await clinics.startHub();
		await everybodySyncs(one, two, one);
		const [seenByOne, seenByTwo] = [(await view(one, atA)).patient, (await view(two, atA)).patient];
		expect(seenByOne?.resource).toEqual(seenByTwo?.resource);
		expect(seenByOne?.conflicts.map(({ group, review, values }) => [group, review, values.length])).toEqual([['birth', true, 2]]);
		if (seenByOne === null) return;
		const undecided = await one.save({ ref: atA, comp: 'desk', resource: { ...seenByOne.resource, birthDate: '2001-01-01' }, heads: seenByOne.heads });
		expect(!undecided.ok && undecided.error.code).toBe('in-conflict');
		await must(one.save({ ref: atA, comp: 'desk', resource: { ...seenByOne.resource, birthDate: '2001-09-19' }, heads: seenByOne.heads, resolve: ['birth'] }));
		await everybodySyncs(one, two);
		const settled = (await view(two, atA)).patient;
		expect([settled?.conflicts, settled?.resource['birthDate']]).toEqual([[], '2001-09-19']);
	});
});
