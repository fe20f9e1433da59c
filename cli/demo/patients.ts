/**
 * Patients from a folder of FHIR bundles, divided over the clinics as if each had its own register.
 *
 * Every third file goes to two clinics: of its entries besides the patient, a third to both, a third to each alone, so that the shared
 * record has sources that overlap. Deterministic: the same files, the same division.
 */
import type { FhirResource } from '../../sync/fhir/resource.ts';
import { readBundle } from '../../sync/device/import/bundle.ts';
import { ok, type Problem, type Result } from '../../sync/result.ts';
import { readBundleFile, type BundleFile } from '../import/files.ts';

export interface DividedFile<Site extends string> {
	readonly site: Site;
	readonly name: string;
	readonly bytes: Uint8Array;
}
export interface Division<Site extends string> {
	readonly files: readonly DividedFile<Site>[];
	/** names of files given to two sites */
	readonly shared: readonly string[];
}

const SHARED_EVERY = 3;

export function dividePatients<Site extends string>(files: readonly BundleFile[], [first, second]: readonly [Site, Site]): Result<Division<Site>, Problem> {
	const divided: DividedFile<Site>[] = [];
	const shared: string[] = [];
	for (const [index, file] of files.entries()) {
		const read = readBundleFile(file);
		const bundle = readBundle(read.name, read.bytes);
		if (!bundle.ok) return bundle;
		if (index % SHARED_EVERY !== 0) {
			divided.push({ site: index % 2 === 0 ? first : second, ...read });
			continue;
		}
		shared.push(file.name);
		for (const [turn, site] of [first, second].entries()) {
			const { resourceType, type, identifier } = JSON.parse(bundle.value.text) as FhirResource;
			const entry = bundle.value.entries
				.filter(({ resource, position }) => resource.resourceType === 'Patient' || position % 3 !== turn)
				.map(({ fullUrl, resource }) => ({ ...(fullUrl === null ? {} : { fullUrl }), resource }));
			const bytes = new TextEncoder().encode(JSON.stringify({ resourceType, type, ...(identifier === undefined ? {} : { identifier }), entry }));
			divided.push({ site, name: file.name, bytes });
		}
	}
	return ok({ files: divided, shared });
}
