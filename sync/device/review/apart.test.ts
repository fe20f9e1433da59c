/** Two facts in one entry: each value becomes an entry of its own, or nothing is decided. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { GroupValue } from '../../change/change.ts';
import { Cast } from '../../merge/cast.ts';
import { foldResource } from '../../merge/fold.ts';
import { openQuestion } from '../../merge/review.ts';
import { ready } from '../../verify/sodium.ts';
import { apartDrafts } from './apart.ts';

const ward = new Cast();
const [asha, ben] = [ward.member('Asha', 'clinic A'), ward.member('Ben', 'clinic A')];
const drug = (text: string): GroupValue => ({ intent: 'order', medicationCodeableConcept: { text } });

function disputed(second: GroupValue) {
	const begun = asha.creates('MedicationRequest', { status: { status: 'active' }, medication: drug('Metformin 500 mg') });
	const [x, y] = [asha.edits(begun, { set: { medication: drug('Metformin 850 mg') } }), ben.edits(begun, { set: { medication: second } })];
	const state = foldResource([begun, x, y]);
	const question = state === null ? null : openQuestion(state, 'medication', null);
	if (state === null || question === null) throw new Error('no question');
	return { state, question, kept: x.id };
}
const ref = { site: asha.site, chart: asha.chart };

describe('keep both', () => {
	beforeAll(ready);

	it('writes the other value as an entry of its own, the rest as it is shown', () => {
		const { state, question, kept } = disputed(drug('Salbutamol'));
		const drafts = apartDrafts(ref, state, question, kept, asha.actor);
		expect(drafts).toMatchObject({ ok: true, value: [{ type: 'MedicationRequest', deps: [], body: { set: { medication: drug('Salbutamol'), status: { status: 'active' } } } }] });
		// two who decide so at once make the same entry
		expect(apartDrafts(ref, state, question, kept, ben.actor)).toMatchObject({ value: [{ id: drafts.ok ? drafts.value[0]?.id : '' }] });
	});

	it('is refused as a whole where a value cannot be an entry of its own: it would be dropped', () => {
		// an element that only a newer app knows, in a group that this one folds
		const { state, question, kept } = disputed({ ...drug('Salbutamol'), medicationAsPlanned: 'inhaler' });
		expect(apartDrafts(ref, state, question, kept, asha.actor)).toMatchObject({ ok: false, error: { code: 'not-safe' } });
	});
});
