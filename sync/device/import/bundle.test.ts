import { gzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readBundle } from './bundle.ts';

const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const patient = { resourceType: 'Patient', name: [{ family: 'Banda' }] };
const bundle = (type: string, ...resources: unknown[]) => ({ resourceType: 'Bundle', type, entry: resources.map((resource) => ({ resource })) });

describe('reading a bundle file', () => {
	it.each(['transaction', 'collection', 'document', 'searchset', 'batch'])('takes a %s', (type) => {
		const read = readBundle('a.json', bytes(bundle(type, patient)));
		expect(read.ok && read.value.entries.map((entry) => entry.resource.resourceType)).toEqual(['Patient']);
	});

	it('tells gzip by its content, whatever the name says', () => {
		const read = readBundle('a.json', gzipSync(bytes(bundle('collection', patient))));
		expect(read.ok && read.value.entries.length).toBe(1);
	});

	it('takes a byte order mark, which Windows programs write', () => {
		expect(readBundle('a.json', new Uint8Array([0xef, 0xbb, 0xbf, ...bytes(bundle('collection', patient))])).ok).toBe(true);
	});

	it('leaves out entries without a resource, as a transaction that deletes has', () => {
		const read = readBundle('a.json', bytes({ resourceType: 'Bundle', type: 'transaction', entry: [{ request: { method: 'DELETE', url: 'Patient/1' } }] }));
		expect(read.ok && read.value.entries).toEqual([]);
	});

	it.each([
		['text that is not JSON', '{"resourceType":"Bundle",', 'not valid JSON'],
		['another resource', patient, 'not a FHIR Bundle'],
		['a history', bundle('history', patient), 'type "history"'],
		['entries that are no list', { resourceType: 'Bundle', type: 'collection', entry: {} }, 'not a list'],
		['an entry that is no object', { resourceType: 'Bundle', type: 'collection', entry: [{ resource: patient }, 7] }, 'entry 2 is not an object'],
		['a resource without a type', bundle('collection', patient, { id: 'x' }), 'entry 2 has no valid resourceType'],
		['a resource type that is a path', bundle('collection', { resourceType: '__proto__' }), 'entry 1 has no valid resourceType'],
		['an id that is a number', bundle('collection', { resourceType: 'Patient', id: 1 }), 'entry 1 (Patient) has an id']
	])('refuses %s and says where and why', (_, value, why) => {
		const read = readBundle('clinic.json', bytes(value));
		expect(read.ok).toBe(false);
		if (!read.ok) {
			expect(read.error.message).toContain('clinic.json was not imported');
			expect(read.error.message).toContain(why);
		}
	});

	it('attack 34: a gzip cut short or damaged is refused, at every length', () => {
		const whole = gzipSync(bytes(bundle('collection', patient)));
		for (let length = 2; length < whole.length; length++) expect(readBundle('a', whole.slice(0, length)).ok).toBe(false);
	});

	it('attack 34: a compressed file that unpacks to more than the limit is refused without unpacking it whole', () => {
		const bomb = gzipSync(new Uint8Array(8 * 1024 * 1024));
		expect(bomb.length).toBeLessThan(64 * 1024);
		const read = readBundle('bomb.json.gz', bomb, 1024 * 1024);
		expect(!read.ok && read.error.code).toBe('too-large');
	});

	it('attack 42: deep nesting is refused before anything walks it', () => {
		let extension: unknown = { url: 'x' };
		for (let level = 0; level < 200; level++) extension = { extension: [extension] };
		const read = readBundle('deep.json', bytes(bundle('collection', { ...patient, ...(extension as object) })));
		expect(!read.ok && read.error.message).toContain('levels deep');
	});
});
