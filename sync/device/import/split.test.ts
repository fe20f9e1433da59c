import { beforeAll, describe, expect, it } from 'vitest';
import type { Compartment, Id } from '../../change/change.ts';
import { importedChartId } from '../../verify/ids.ts';
import { ready } from '../../verify/sodium.ts';
import { readBundle, type ReadBundle } from './bundle.ts';
import { splitBundle } from './split.ts';

const SITE = 'a'.repeat(32) as Id;
const OTHER_SITE = 'b'.repeat(32) as Id;
const compartmentOf = (type: string): Compartment | null => (type === 'Patient' ? 'desk' : ['Condition', 'AllergyIntolerance'].includes(type) ? 'clinical' : null);

function read(entries: readonly unknown[], more: object = {}): ReadBundle {
	const result = readBundle('file.json', new TextEncoder().encode(JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry: entries, ...more })));
	if (!result.ok) throw new Error(result.error.message);
	return result.value;
}
const split = (bundle: ReadBundle, site = SITE) => {
	const result = splitBundle(bundle, site, compartmentOf);
	if (!result.ok) throw new Error(result.error.message);
	return result.value;
};
const patient = (url: string | null, id?: string) => ({ ...(url === null ? {} : { fullUrl: url }), resource: { resourceType: 'Patient', ...(id === undefined ? {} : { id }), name: [{ family: 'Phiri' }] } });
const condition = (subject: string, url?: string) => ({ ...(url === undefined ? {} : { fullUrl: url }), resource: { resourceType: 'Condition', subject: { reference: subject }, encounter: { reference: 'urn:uuid:enc' } } });

beforeAll(ready);

describe('splitting a bundle over charts', () => {
	it('gives each patient a chart whose id commits to where the patient comes from', () => {
		const { charts } = split(read([patient('urn:uuid:p1'), patient('https://ehr.example/fhir/Patient/7')]));
		expect(charts.map((chart) => chart.chart)).toEqual([importedChartId(SITE, 'urn:uuid', 'p1'), importedChartId(SITE, 'https://ehr.example/fhir', 'Patient/7')]);
	});

	it('puts an entry into its patient\'s chart and lets its reference follow', () => {
		const { charts } = split(read([condition('urn:uuid:p1', 'urn:uuid:c1'), patient('urn:uuid:p1')]));
		const [first, second] = charts[0]?.resources ?? [];
		expect(first?.resource.resourceType).toBe('Patient');
		expect(second?.resource['subject']).toEqual({ reference: `Patient/${String(first?.id)}` });
		expect(second?.resource['encounter']).toEqual({ reference: 'urn:uuid:enc' });
		expect(second?.resource.id).toBe(second?.id);
	});

	it('finds the patient by a relative reference and under a version', () => {
		const { charts } = split(read([patient('https://ehr.example/fhir/Patient/7', '7'), condition('Patient/7', 'urn:uuid:a'), condition('https://ehr.example/fhir/Patient/7/_history/3', 'urn:uuid:b')]));
		expect(charts[0]?.resources.length).toBe(3);
	});

	it('gives the same ids for the same file, and others at another site', () => {
		const bundle = read([patient(null, 'p'), condition('Patient/p')]);
		expect(split(bundle)).toEqual(split(bundle));
		expect(split(bundle, OTHER_SITE).charts[0]?.chart).not.toBe(split(bundle).charts[0]?.chart);
	});

	it('keeps patients of two files apart when neither says where its ids come from', () => {
		const a = split(read([patient(null, '1')]));
		const b = split(read([patient(null, '1'), { resource: { resourceType: 'Organization' } }]));
		expect(a.charts[0]?.chart).not.toBe(b.charts[0]?.chart);
	});

	it('counts by type what is not recorded, and what has no patient here', () => {
		const { notRecorded } = split(read([patient('urn:uuid:p'), { resource: { resourceType: 'Claim' } }, { resource: { resourceType: 'Claim' } }, condition('urn:uuid:elsewhere')]));
		expect([...notRecorded]).toEqual([['Claim', 2], ['Condition (patient not in this file)', 1]]);
	});

	it('refuses two entries that claim to be one resource, naming both', () => {
		const result = splitBundle(read([patient('urn:uuid:p'), condition('urn:uuid:p', 'urn:uuid:c'), condition('urn:uuid:p', 'urn:uuid:c')]), SITE, compartmentOf);
		expect(!result.ok && result.error.message).toContain('entries 2 and 3 (Condition)');
	});
});
