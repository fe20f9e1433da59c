import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Device } from '../device.ts';
import { Clinics, must, view } from '../testing/clinics.ts';

const SYNTHEA = '../shared/data/synthea';
const IPS = '../shared/data/ips';

const bundle = (patientId: string, more: readonly unknown[] = []): Uint8Array => new TextEncoder().encode(JSON.stringify({
	resourceType: 'Bundle', type: 'transaction',
	entry: [
		{ fullUrl: `urn:uuid:${patientId}`, resource: { resourceType: 'Patient', id: patientId, meta: { profile: ['http://x'] }, name: [{ family: 'Phiri', given: ['Joyce'] }], birthDate: '1990-01-02' } },
		{
			fullUrl: 'urn:uuid:c1',
			resource: { resourceType: 'Condition', subject: { reference: `urn:uuid:${patientId}` }, code: { text: 'Asthma' }, clinicalStatus: { coding: [{ code: 'active' }], fromTheFuture: 1 } }
		},
		{ resource: { resourceType: 'Claim', status: 'active' } },
		...more
	]
}));

describe('importing bundles', () => {
	let clinics: Clinics;
	let device: Device;

	beforeAll(async () => {
		clinics = await Clinics.found();
		device = await clinics.join('Amina Nurse', await clinics.device('nurse'), [{ site: clinics.a, role: 'clinician' }]);
	}, 120_000);
	afterAll(() => clinics.close());

	const importFiles = (files: readonly { readonly name: string; readonly bytes: Uint8Array }[], operation = 'import') => device.importBundles({ site: clinics.a, files, operation });

	it('makes a chart of what is recorded, and counts the rest by type and element', async () => {
		const report = await must(importFiles([{ name: 'joyce.json', bytes: bundle('joyce') }]));
		expect(report.recorded).toEqual({ Patient: 1, Condition: 1 });
		expect(report.notRecorded).toEqual({ Claim: 1 });
		expect(report.leftOut).toEqual({ 'Patient.meta': 1, 'Condition.clinicalStatus.fromTheFuture': 1 });
		const [ref] = report.charts;
		expect(ref).toBeDefined();
		if (ref === undefined) return;
		const chart = await view(device, ref);
		expect(chart.patient?.resource['birthDate']).toBe('1990-01-02');
		expect(chart.entries.map(({ resource }) => resource['code'])).toEqual([{ text: 'Asthma' }]);
	});

	it('adds nothing when the same file comes again, compressed or not', async () => {
		const before = await must(device.stateHashes());
		const report = await must(importFiles([{ name: 'again.json.gz', bytes: gzipSync(bundle('joyce')) }]));
		expect([report.recorded, report.already]).toEqual([{}, 2]);
		expect(await must(device.stateHashes())).toEqual(before);
	});

	it('refuses a file with one bad entry, names it, and keeps nothing of it nor of the files after', async () => {
		const before = await must(device.stateHashes());
		const wrong = bundle('other', [{ fullUrl: 'urn:uuid:c2', resource: { resourceType: 'Condition', subject: { reference: 'urn:uuid:other' }, recordedDate: 5 } }]);
		const outcome = await importFiles([{ name: 'wrong.json', bytes: wrong }, { name: 'good.json', bytes: bundle('third') }]);
		expect(!outcome.ok && outcome.error.message).toContain('wrong.json was not imported: entry 4 (Condition)');
		expect(await must(device.stateHashes())).toEqual(before);
	});

	it('leaves whole files only when it is cancelled', async () => {
		const files = Array.from({ length: 6 }, (_, n) => ({ name: `${String(n)}.json`, bytes: bundle(`cancelled-${String(n)}`) }));
		let stored = 0;
		const outcome = await device.importBundles({
			site: clinics.a, files, operation: 'cancel-me',
			progress: ({ done }) => {
				if (done > 0 && ++stored === 2) void device.cancel('cancel-me');
			}
		});
		expect(!outcome.ok && outcome.error.code).toBe('cancelled');
		const again = await must(importFiles(files));
		expect([again.already, again.recorded]).toEqual([4, { Patient: 4, Condition: 4 }]);
	});

	it('leaves out an embedded file that is larger than an element may be, and says so', async () => {
		const data = 'A'.repeat(100_000);
		const report = await must(importFiles([{
			name: 'scan.json',
			bytes: bundle('scan', [{ fullUrl: 'urn:uuid:d1', resource: { resourceType: 'DiagnosticReport', status: 'final', code: { text: 'X-ray' }, subject: { reference: 'urn:uuid:scan' }, presentedForm: [{ contentType: 'application/pdf', data }, { data }] } }])
		}]));
		expect(report.recorded['DiagnosticReport']).toBe(1);
		expect(report.leftOut['DiagnosticReport.presentedForm.data (too large)']).toBe(2);
	});

	it('is refused to who may not register and record at the site', async () => {
		const outcome = await device.importBundles({ site: clinics.b, files: [], operation: 'elsewhere' });
		expect(!outcome.ok && outcome.error.code).toBe('not-allowed');
	});

	it.skipIf(!existsSync(IPS))('takes every one of the published patient summaries (skipped without ../shared/data/ips)', async () => {
		for (const name of readdirSync(IPS).filter((file) => file.endsWith('.json'))) {
			const report = await must(importFiles([{ name, bytes: readFileSync(`${IPS}/${name}`) }], name));
			expect(report.charts.length).toBeGreaterThan(0);
		}
	}, 120_000);

	it.skipIf(!existsSync(SYNTHEA))('takes a Synthea bundle whole (skipped without ../shared/data/synthea)', async () => {
		const name = readdirSync(SYNTHEA).find((file) => file.endsWith('.json.gz')) ?? '';
		const report = await must(importFiles([{ name, bytes: readFileSync(`${SYNTHEA}/${name}`) }], name));
		expect(report.charts.length).toBe(1);
		expect(Object.values(report.recorded).reduce((sum, n) => sum + n, 0)).toBeGreaterThan(20);
	}, 120_000);
});
