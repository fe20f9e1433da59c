import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../sync/change/ports.ts';
import { reduceResource } from '../../sync/device/import/reduce.ts';
import { readBundle } from '../../sync/device/import/bundle.ts';
import { digestHash } from '../../sync/verify/digest.ts';
import { ready } from '../../sync/verify/sodium.ts';
import { drawDistrict } from './district.ts';

const TODAY = Date.UTC(2026, 5, 1);

describe('the drawn district', () => {
	it('holds only resources that Saddlebag records whole: each is valid FHIR R4 and no element of it is left out', () => {
		const { bundles } = drawDistrict(150, TODAY);
		let resources = 0;
		for (const { name, bundle } of bundles) {
			const read = readBundle(name, new TextEncoder().encode(JSON.stringify(bundle)));
			if (!read.ok) throw new Error(read.error.message);
			for (const { resource } of read.value.entries) {
				resources++;
				const { fault, leftOut } = reduceResource(resource);
				expect(fault, `${name} ${resource.resourceType}`).toBeNull();
				expect(leftOut, `${name} ${resource.resourceType}`).toEqual([]);
			}
		}
		expect(resources).toBeGreaterThan(1500);
	});

	it('is the same for a seed and a day, on every machine', async () => {
		await ready();
		const hash = (seed: number) => digestHash('saddlebag/demo/1', JSON.stringify(drawDistrict(40, TODAY, seededRandom(seed))));
		expect(hash(7)).toBe(hash(7));
		expect(hash(8)).not.toBe(hash(7));
		expect(hash(7)).toBe('VKrUKoSh3CplzbqwaFa5mjymZH139FvErpe6a4Baqmk');
	});

	it('has people with charts at two sites that contradict each other', () => {
		const { bundles, shared } = drawDistrict(150, TODAY);
		expect(shared.length).toBeGreaterThan(15);
		const patients = new Map(bundles.map(({ name, bundle }) => [name, (bundle['entry'] as { resource: { birthDate?: string } }[])[0]?.resource]));
		const differing = shared.filter(([a, b]) => patients.get(a)?.birthDate !== patients.get(b)?.birthDate);
		expect(differing.length).toBeGreaterThan(3);
		for (const [a, b] of shared) expect(a.split('-')[0]).not.toBe(b.split('-')[0]);
	});
});
