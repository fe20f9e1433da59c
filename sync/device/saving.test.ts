import { describe, expect, it } from 'vitest';
import type { VerifiedChange } from '../change/change.ts';
import type { FhirResource } from '../fhir/resource.ts';
import { diffResource } from '../author/diff.ts';
import { shownResource } from '../merge/assemble.ts';
import { Cast, fakeDigest } from '../merge/cast.ts';
import { foldResource } from '../merge/fold.ts';
import { onScreen } from './saving.ts';

const ward = new Cast();
const [asha, ben, chi] = [ward.member('Asha', 'clinic A'), ward.member('Ben', 'clinic A'), ward.member('Chi', 'clinic A')];
const phone = (value: string) => ({ telecom: { [`phone|${value}`]: { system: 'phone', value } } });
const folded = (changes: readonly VerifiedChange[]) => {
	const state = foldResource(changes);
	if (state === null) throw new Error('nothing to fold');
	return state;
};

describe('what a form was opened on', () => {
	const born = asha.creates('Patient', { language: { communication: [{ language: { text: 'Wolof' } }] } }, { add: phone('1') });
	const first = ben.edits(born, { add: phone('2') });
	const late = ben.edits(first, { add: phone('3') });
	const cites = chi.edits(late, { set: { marital: { maritalStatus: { text: 'single' } } } });

	it('is what lies in the past of its heads', () => {
		const beside = asha.edits(born, { add: phone('4') });
		expect(onScreen([cites.id], [], [born, first, late, cites, beside]).map(({ id }) => id)).toEqual([born, first, late, cites].map(({ id }) => id));
	});

	it('holds nothing that came only afterwards, so that saving the form takes out no item that it never showed', () => {
		const opened = folded([born, cites]);
		expect(opened.missing).toEqual([late.id]);
		const form: FhirResource = { ...shownResource(opened), gender: 'female' };
		const written = (before: readonly VerifiedChange[]) => diffResource(folded(before), form, { digest: fakeDigest });
		const all = [born, first, late, cites];
		expect(written(onScreen(opened.heads, opened.missing, all))).toMatchObject({ ok: true, value: { set: { sex: { gender: 'female' } }, unset: [], add: {}, remove: {} } });
		expect(written(onScreen(opened.heads, [], all))).toMatchObject({ ok: true, value: { remove: { telecom: ['phone|2', 'phone|3'] } } });
	});
});
