/** Whom the demo's registers are filled with: the drawn district, or bundles of the user's own. */
import { ok, type Problem, type Result } from '../../sync/result.ts';
import { findBundles } from '../import/files.ts';
import type { DemoPatients } from './build.ts';
import { drawDistrict } from './district.ts';
import { dividePatients } from './patients.ts';

/** the stories that `district.ts` tells come first */
const STORIES = 3;
const STORY_HINT = 'Look for Amina Achieng: one clinic knows of her penicillin allergy, another prescribed her amoxicillin.';
/** of patients from a folder, so many shared ones are linked, and the rest wait for the reviewer */
const LINKED_OWN = 2;

export function drawnPatients(people: number, today: number): DemoPatients {
	const { bundles, shared } = drawDistrict(people, today);
	const encoder = new TextEncoder();
	return { files: bundles.map(({ site, name, bundle }) => ({ site, name, bytes: encoder.encode(JSON.stringify(bundle)) })), shared, linked: STORIES, hint: STORY_HINT };
}

/** Every file is read first: a damaged one is refused before anything is built. */
export function patientsFrom(folder: string): Result<DemoPatients, Problem> {
	const found = findBundles([folder]);
	if (!found.ok) return found;
	const divided = dividePatients(found.value, ['kibarani', 'lwanda']);
	if (!divided.ok) return divided;
	const nameAt = (site: string, name: string): string => `${site}: ${name}`;
	return ok({
		files: divided.value.files.map(({ site, name, bytes }) => ({ site, name: nameAt(site, name), bytes })),
		shared: divided.value.shared.map((name) => [nameAt('kibarani', name), nameAt('lwanda', name)] as const),
		linked: LINKED_OWN,
		hint: 'Some patients have charts at both clinics; two of them are linked already, the others wait for the reviewer.'
	});
}
