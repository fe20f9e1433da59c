/** What is measured with: drawn clinic records as bundles for Saddlebag, and the same resources in plaintext for the peer. */
import { clinicBundle, type FhirBundle } from '../cli/demo/bundle.ts';
import { drawFrom } from '../cli/demo/draw.ts';
import { drawPerson } from '../cli/demo/person.ts';
import { seededRandom } from '../sync/change/ports.ts';
import type { PlainRecord } from './peer/plaintextHub.ts';

/** 2026-01-01: the records are the same in every run. */
const TODAY = Date.UTC(2026, 0, 1);

export interface BenchFile { readonly name: string; readonly text: string }
export interface BenchRecords {
	readonly files: readonly BenchFile[];
	readonly plain: readonly PlainRecord[];
	readonly names: readonly string[];
}

function entriesOf(bundle: FhirBundle): readonly { readonly resource: object; readonly fullUrl: string }[] {
	return bundle['entry'] as unknown[] as { resource: object; fullUrl: string }[];
}

/** Bundles of about ten resources a person, exactly `resources` in all. */
export function drawRecords(resources: number, seed: number, patientsOnly = false): BenchRecords {
	const draw = drawFrom(seededRandom(seed));
	const files: BenchFile[] = [];
	const plain: PlainRecord[] = [];
	const names: string[] = [];
	for (let number = 0; plain.length < resources; number++) {
		const person = drawPerson(draw, TODAY);
		const bundle = clinicBundle(draw, { person, number: `B-${seed}-${number}`, allergy: person.allergy ?? 'none', prescriptions: person.treatment, visits: 3 }, 'bench', TODAY);
		const entry = entriesOf(bundle).slice(0, patientsOnly ? 1 : resources - plain.length);
		files.push({ name: `bench-${seed}-${number}.json`, text: JSON.stringify({ ...bundle, entry }) });
		names.push(`${person.given} ${person.family}`);
		for (const { resource, fullUrl } of entry) plain.push({ ...resource, _id: `${fullUrl.slice(9).replaceAll('-', '')}${String(seed).padStart(32, '0')}`, author: 'clerk', site: 'bench', recorded: TODAY });
	}
	return { files, plain, names };
}

/** One person with `observations` weights: the long chart. */
export function longChart(observations: number): BenchFile {
	const subject = 'urn:uuid:00000000-0000-4000-8000-000000000001';
	const patient = { fullUrl: subject, resource: { resourceType: 'Patient', name: [{ family: 'Longchart', given: ['Zebedee'] }], gender: 'male', birthDate: '1950-01-01' } };
	const weights = Array.from({ length: observations }, (_, i) => ({
		fullUrl: `urn:uuid:00000000-0000-4000-8000-1${String(i).padStart(11, '0')}`,
		resource: {
			resourceType: 'Observation', status: 'final', code: { coding: [{ system: 'http://loinc.org', code: '29463-7', display: 'Body weight' }] }, subject: { reference: subject },
			effectiveDateTime: new Date(TODAY - i * 86_400_000).toISOString().slice(0, 10), valueQuantity: { value: 60 + (i % 9), unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' }
		}
	}));
	const entry = [patient, ...weights].map((e) => ({ ...e, request: { method: 'POST', url: e.resource.resourceType } }));
	return { name: 'long-chart.json', text: JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }) };
}
