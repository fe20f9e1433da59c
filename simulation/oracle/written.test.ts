import { describe, expect, it } from 'vitest';
import type { VerifiedChange } from '../../sync/change/change.ts';
import type { FhirResource } from '../../sync/fhir/resource.ts';
import { shownResource } from '../../sync/merge/assemble.ts';
import { Cast } from '../../sync/merge/cast.ts';
import { foldResource } from '../../sync/merge/fold.ts';
import { notAsSaved, untouchedWritten, type ShownChart } from './written.ts';

const ward = new Cast();
const [asha, ben] = [ward.member('Asha', 'clinic A'), ward.member('Ben', 'clinic A')];
const born = asha.creates('Patient', { sex: { gender: 'male' } });
const sex = (gender: string) => ({ set: { sex: { gender } } });

/** The chart of one patient, of which these changes have come. */
function chartOf(...changes: readonly VerifiedChange[]): ShownChart {
	const state = foldResource(changes);
	if (state === null) throw new Error('nothing to fold');
	return { patient: { id: state.id, type: state.type, heads: state.heads, resource: shownResource(state), state }, entries: [] };
}
const form = (gender: string): FhirResource => ({ resourceType: 'Patient', id: born.change.id, gender });

const saves = (change: VerifiedChange, gender: string, opened: FhirResource | null = null, missing: readonly string[] = []) =>
	({ id: born.change.id, change: change.id, form: { ...form(gender), language: 'fr' }, opened, missing });

describe('what was saved', () => {
	const french = { set: { language: { language: 'fr' } } };

	it('is shown', () => {
		const before = asha.edits(born, sex('female'));
		const save = asha.edits(before, french);
		expect(notAsSaved(chartOf(born, before, save), saves(save, 'unknown'))).toMatchObject([{ kind: 'lost' }]);
		const both = asha.edits(born, { set: { sex: { gender: 'female' }, language: { language: 'fr' } } });
		expect(notAsSaved(chartOf(born, both), saves(both, 'female', form('male')))).toEqual([]);
	});

	it('stands beside what the entry on the screen cited and what came only after the form was opened', () => {
		const [here, late] = [asha.edits(born, sex('unknown')), ben.edits(born, sex('female'))];
		const cites = asha.edits([here, late], { set: { marital: { maritalStatus: { text: 'single' } } } });
		const save = asha.edits(cites, french);
		const view = chartOf(born, here, late, cites, save);
		const opened: FhirResource = form('unknown');
		expect(notAsSaved(view, saves(save, 'unknown', opened, [late.id]))).toEqual([]);
		expect(notAsSaved(view, saves(save, 'other', opened, [late.id])), 'touched').toMatchObject([{ kind: 'lost' }]);
		expect(notAsSaved(view, saves(save, 'unknown', opened)), 'nothing was lacking').toMatchObject([{ kind: 'lost' }]);
	});
});

describe('what a form left as it was', () => {
	it('is not written', () => {
		const save = asha.edits(born, { set: { sex: { gender: 'female' } }, remove: { telecom: ['phone|1'] } });
		const opened: FhirResource = { ...form('male'), telecom: [{ system: 'phone', value: '2' }] };
		const saved = { change: save.id, form: { ...opened, gender: 'female' }, opened, resolve: [] };
		const byId = new Map([[save.id as string, save]]);
		expect(untouchedWritten([saved], byId)).toMatchObject([{ kind: 'forbidden', detail: expect.stringContaining('writes telecom,') }]);
		expect(untouchedWritten([{ ...saved, resolve: ['telecom'] }], byId)).toEqual([]);
		expect(untouchedWritten([{ ...saved, form: { ...saved.form, telecom: [] } }], byId)).toEqual([]);
	});
});
