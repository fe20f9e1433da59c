import { describe, expect, it } from 'vitest';
import type { VerifiedChange } from '../change/change.ts';
import { shownResource } from './assemble.ts';
import { Cast, FIRST_MORNING_MS } from './cast.ts';
import { explain } from './explain.ts';
import { foldResource } from './fold.ts';
import type { GroupState, ResourceState } from './state.ts';

const fold = (...changes: VerifiedChange[]): ResourceState => {
	const state = foldResource(changes);
	if (state === null) throw new Error('nothing to fold');
	return state;
};
const group = (state: ResourceState, name: string): GroupState => {
	const found = state.groups.get(name);
	if (found === undefined) throw new Error(`no group ${name}`);
	return found;
};
const concept = (code: string) => ({ coding: [{ system: 'http://example.org', code }] });
const YEAR_MS = 365.25 * 24 * 3600 * 1000;

const cast = () => {
	const ward = new Cast();
	return { ward, asha: ward.member('Asha', 'clinic A'), ben: ward.member('Ben', 'clinic A') };
};

describe('one chart, two people who cannot see each other', () => {
	it('keep edits of different groups, both', () => {
		const { asha, ben } = cast();
		const first = asha.creates('Patient', { birth: { birthDate: '1980-01-01' }, sex: { gender: 'female' } });
		const state = fold(first, asha.edits(first, { set: { birth: { birthDate: '1980-01-02' } } }), ben.edits(first, { set: { marital: { maritalStatus: { text: 'widowed' } } } }));
		expect(shownResource(state)).toEqual({
			resourceType: 'Patient', id: first.change.id, birthDate: '1980-01-02', gender: 'female', maritalStatus: { text: 'widowed' }
		});
		expect([...state.groups.values()].some(({ conflict }) => conflict)).toBe(false);
		expect(state.heads).toHaveLength(2);
	});

	it('who record the same value agree', () => {
		const { asha, ben } = cast();
		const first = asha.creates('Patient', { birth: { birthDate: '1980-01-01' } });
		const birth = group(fold(first, asha.edits(first, { set: { birth: { birthDate: '1980-01-02' } } }), ben.edits(first, { set: { birth: { birthDate: '1980-01-02' } } })), 'birth');
		expect(birth).toMatchObject({ conflict: false, review: false });
		expect(birth.heads).toHaveLength(2);
		expect(birth.shown).toHaveLength(1);
		expect(explain(birth).code).toBe('agreed');
	});

	it('an edit that had seen the other one settles it', () => {
		const { asha, ben } = cast();
		const first = asha.creates('Patient', { birth: { birthDate: '1980-01-01' } });
		const a = asha.edits(first, { set: { birth: { birthDate: '1980-01-02' } } });
		const b = ben.edits(first, { set: { birth: { birthDate: '1980-02-01' } } });
		const settled = ben.edits([a, b], { set: { birth: { birthDate: '1980-01-02' } } });
		expect(group(fold(first, a, b, settled), 'birth')).toMatchObject({ conflict: false, shown: [{ change: settled.id }] });
	});
});

describe('last', () => {
	it('shows the later preferred language, and tells the other author', () => {
		const { asha, ben } = cast();
		const first = asha.creates('Patient', { languages: { communication: [{ language: { text: 'Hindi' } }] } });
		const earlier = ben.edits(first, { set: { languages: { communication: [{ language: { text: 'Odia' } }] } } });
		const later = asha.edits(first, { set: { languages: { communication: [{ language: { text: 'Santali' } }] } } });
		const languages = group(fold(first, later, earlier), 'languages');
		expect(languages).toMatchObject({ conflict: true, review: false, shown: [{ change: later.id }], outvoted: [{ change: earlier.id }] });
		expect(explain(languages).code).toBe('latest');
	});
});

describe('both', () => {
	it('shows two birth dates and asks for a review', () => {
		const { asha, ben } = cast();
		const first = asha.creates('Patient', { birth: { birthDate: '1980-01-01' } });
		const a = asha.edits(first, { set: { birth: { birthDate: '1980-01-02' } } });
		const b = ben.edits(first, { set: { birth: { birthDate: '1980-02-01' } } });
		const birth = group(fold(first, a, b), 'birth');
		expect(birth).toMatchObject({ conflict: true, review: true, outvoted: [] });
		expect(birth.shown.map(({ value }) => value?.['birthDate'])).toEqual(['1980-02-01', '1980-01-02']);
	});

	it('never mixes the dose of one prescriber with the drug of another', () => {
		const { asha, ben } = cast();
		const first = asha.creates('MedicationRequest', { medication: { medicationCodeableConcept: { text: 'amoxicillin' }, dosageInstruction: [{ text: '250 mg' }] } });
		const drug = asha.edits(first, { set: { medication: { medicationCodeableConcept: { text: 'azithromycin' }, dosageInstruction: [{ text: '500 mg' }] } } });
		const dose = ben.edits(first, { set: { medication: { medicationCodeableConcept: { text: 'amoxicillin' }, dosageInstruction: [{ text: '500 mg three times' }] } } });
		const values = group(fold(first, drug, dose), 'medication').shown.map(({ value }) => value);
		expect(values).toEqual([dose.change.set['medication'], drug.change.set['medication']]);
	});

	it('treats an order that one stopped and another put on hold as still on hold, in the checks, until reviewed', () => {
		const { asha, ben } = cast();
		const first = asha.creates('MedicationRequest', { status: { status: 'active' } });
		const hold = asha.edits(first, { set: { status: { status: 'on-hold' } } });
		const stop = ben.edits(first, { set: { status: { status: 'stopped' } } });
		const state = fold(first, hold, stop);
		expect(group(state, 'status')).toMatchObject({ review: true, shown: [{ change: hold.id }, { change: stop.id }] });
		expect(shownResource(state)['status']).toBe('on-hold');
	});

	it('shows that one cleared what another changed', () => {
		const { asha, ben } = cast();
		const first = asha.creates('Patient', { sex: { gender: 'male' } });
		const state = fold(first, asha.clears(first, 'sex'), ben.edits(first, { set: { sex: { gender: 'female' } } }));
		expect(group(state, 'sex')).toMatchObject({ review: true });
		expect(group(state, 'sex').shown.map(({ value }) => value)).toEqual([{ gender: 'female' }, null]);
	});
});

describe('safest', () => {
	it('keeps an allergy active that a later clock calls resolved', () => {
		const { asha, ben } = cast();
		const first = asha.creates('AllergyIntolerance', { status: { clinicalStatus: concept('inactive') } });
		const active = asha.edits(first, { set: { status: { clinicalStatus: concept('active') } } });
		const resolved = ben.edits(first, { set: { status: { clinicalStatus: concept('resolved') } } });
		const state = fold(first, resolved, active);
		expect(group(state, 'status')).toMatchObject({ conflict: true, review: true, shown: [{ change: active.id }], outvoted: [{ change: resolved.id }] });
		expect(explain(group(state, 'status')).code).toBe('safest');
	});

	it('does not let an entered-in-error of one retract what another confirmed meanwhile', () => {
		const { asha, ben } = cast();
		const first = asha.creates('AllergyIntolerance', { status: { clinicalStatus: concept('active') } });
		const error = asha.edits(first, { set: { status: { verificationStatus: concept('entered-in-error') } }, reason: 'wrong patient' });
		const confirmed = ben.edits(first, { set: { status: { clinicalStatus: concept('active'), verificationStatus: concept('confirmed') } } });
		expect(fold(first, error, confirmed).retracted).toBe(false);
		expect(fold(first, error).retracted).toBe(true);
	});

	it('shows the deceased patient as deceased (the clock of the other edit is later)', () => {
		const { asha, ben } = cast();
		const first = asha.creates('Patient', { deceased: { deceasedBoolean: false } });
		const died = asha.edits(first, { set: { deceased: { deceasedDateTime: '2026-01-04' } } });
		const alive = ben.edits(first, { unset: ['deceased'] });
		expect(shownResource(fold(first, died, alive))['deceasedDateTime']).toBe('2026-01-04');
	});

	it('shows two dates of death, both', () => {
		const { asha, ben } = cast();
		const first = asha.creates('Patient', { sex: { gender: 'male' } });
		const state = fold(
			first, asha.edits(first, { set: { deceased: { deceasedDateTime: '2026-01-03' } } }), ben.edits(first, { set: { deceased: { deceasedDateTime: '2026-01-04' } } })
		);
		expect(group(state, 'deceased').shown).toHaveLength(2);
	});

	it('shows a word that the order does not know beside the safest, instead of ranking it', () => {
		const { asha, ben } = cast();
		const first = asha.creates('AllergyIntolerance', { criticality: { criticality: 'low' } });
		const state = fold(
			first, asha.edits(first, { set: { criticality: { criticality: 'high' } } }), ben.edits(first, { set: { criticality: { criticality: 'extreme' } } })
		);
		expect(group(state, 'criticality').shown.map(({ value }) => value?.['criticality'])).toEqual(['high', 'extreme']);
	});
});

describe('union', () => {
	const card = (value: string) => ({ system: 'urn:card', value });

	it('keeps the identifiers that two people added', () => {
		const { asha, ben } = cast();
		const first = asha.creates('Patient', { sex: { gender: 'male' } });
		const state = fold(first, asha.edits(first, { add: { identifiers: { 'urn:card|1': card('1') } } }), ben.edits(first, { add: { identifiers: { 'urn:card|2': card('2') } } }));
		expect(shownResource(state)['identifier']).toEqual([card('1'), card('2')]);
		expect(group(state, 'identifiers').conflict).toBe(false);
	});

	it('removes only what the remover had seen', () => {
		const { asha, ben } = cast();
		const first = asha.creates('Patient', { sex: { gender: 'male' } }, { add: { identifiers: { a: card('1') } } });
		const removed = asha.edits(first, { remove: { identifiers: ['a'] } });
		const again = ben.edits(first, { add: { identifiers: { a: { ...card('1'), use: 'official' } } } });
		expect(shownResource(fold(first, removed))).not.toHaveProperty('identifier');
		expect(shownResource(fold(first, removed, again))['identifier']).toEqual([{ ...card('1'), use: 'official' }]);
	});

	it('shows both bodies of one reaction and asks for a review', () => {
		const { asha, ben } = cast();
		const first = asha.creates('AllergyIntolerance', { substance: { code: concept('penicillin') } }, { add: { reactions: { rash: { manifestation: [concept('rash')], severity: 'mild' } } } });
		const state = fold(
			first, asha.edits(first, { add: { reactions: { rash: { manifestation: [concept('rash')], severity: 'severe' } } } }),
			ben.edits(first, { add: { reactions: { rash: { manifestation: [concept('rash')], severity: 'moderate' } } } })
		);
		expect(group(state, 'reactions')).toMatchObject({ conflict: true, review: true });
		expect(group(state, 'reactions').items[0]?.bodies).toHaveLength(2);
		expect(shownResource(state)['reaction']).toHaveLength(2);
	});

	it('takes the later of two bodies of one address, and tells the other author', () => {
		const { asha, ben } = cast();
		const first = asha.creates('Patient', { sex: { gender: 'male' } }, { add: { addresses: { home: { city: 'Gunupur' } } } });
		const a = asha.edits(first, { add: { addresses: { home: { city: 'Rayagada' } } } });
		const b = ben.edits(first, { add: { addresses: { home: { city: 'Koraput' } } } });
		const state = fold(first, b, a);
		expect(shownResource(state)['address']).toEqual([{ city: 'Koraput' }]);
		expect(group(state, 'addresses')).toMatchObject({ conflict: true, review: false, outvoted: [{ change: a.id }] });
		expect(explain(group(state, 'addresses')).code).toBe('item-latest');
	});

	it('replaces an item when one change removes and adds it', () => {
		const { asha } = cast();
		const first = asha.creates('Patient', { sex: { gender: 'male' } }, { add: { identifiers: { a: card('1') } } });
		const state = fold(first, asha.edits(first, { remove: { identifiers: ['a'] }, add: { identifiers: { a: card('2') } } }));
		expect(shownResource(state)['identifier']).toEqual([card('2')]);
	});
});

describe('append', () => {
	it('shows every remark in the order of writing', () => {
		const { asha, ben } = cast();
		const first = asha.creates('AllergyIntolerance', { substance: { code: concept('penicillin') } }, { add: { notes: { z: { text: 'one' } } } });
		const state = fold(first, ben.edits(first, { add: { notes: { m: { text: 'two' } } } }), asha.edits(first, { add: { notes: { a: { text: 'three' } } } }));
		expect(shownResource(state)['note']).toEqual([{ text: 'one' }, { text: 'two' }, { text: 'three' }]);
		expect(group(state, 'notes')).toMatchObject({ conflict: false, review: false });
	});
});

describe('furthest', () => {
	it('keeps a visit finished when a late message says that the patient arrived', () => {
		const { asha, ben } = cast();
		const first = asha.creates('Encounter', { progress: { status: 'planned' } });
		const finished = asha.edits(first, { set: { progress: { status: 'finished' } } });
		const arrived = ben.edits(first, { set: { progress: { status: 'arrived' } } });
		expect(group(fold(first, arrived, finished), 'progress')).toMatchObject({ review: false, shown: [{ change: finished.id }], outvoted: [{ change: arrived.id }] });
	});

	it('shows a visit that was both cancelled and finished as a contradiction', () => {
		const { asha, ben } = cast();
		const first = asha.creates('Encounter', { progress: { status: 'planned' } });
		const state = fold(first, asha.edits(first, { set: { progress: { status: 'finished' } } }), ben.edits(first, { set: { progress: { status: 'cancelled' } } }));
		expect(group(state, 'progress')).toMatchObject({ review: true });
		expect(group(state, 'progress').shown).toHaveLength(2);
		expect(explain(group(state, 'progress')).code).toBe('contradiction');
	});

	it('takes the later of two ends of a finished visit', () => {
		const { asha, ben } = cast();
		const first = asha.creates('Encounter', { progress: { status: 'in-progress' } });
		const a = asha.edits(first, { set: { progress: { status: 'finished', period: { end: '2026-01-05T10:00:00Z' } } } });
		const b = ben.edits(first, { set: { progress: { status: 'finished', period: { end: '2026-01-05T11:00:00Z' } } } });
		expect(group(fold(first, b, a), 'progress')).toMatchObject({ review: false, shown: [{ change: b.id }] });
	});
});

describe('frozen', () => {
	const result = (status: string, value: number) => ({ status, code: { text: 'potassium' }, valueQuantity: { value, unit: 'mmol/L' } });

	it('shows a corrected result with the original beside it', () => {
		const { asha, ben } = cast();
		const first = asha.creates('Observation', { result: result('final', 6.9) });
		const corrected = ben.edits(first, { set: { result: result('corrected', 3.9) } });
		const state = fold(first, corrected);
		expect(group(state, 'result')).toMatchObject({ conflict: false, review: false, shown: [{ change: corrected.id }, { change: first.id }] });
		expect(shownResource(state)['valueQuantity']).toEqual({ value: 3.9, unit: 'mmol/L' });
		expect(explain(group(state, 'result')).code).toBe('amended');
	});

	it('keeps the original in front of amendments that had not seen each other, and asks for a review', () => {
		const { asha, ben } = cast();
		const first = asha.creates('Observation', { result: result('final', 6.9) });
		const a = asha.edits(first, { set: { result: result('corrected', 3.9) } });
		const b = ben.edits(first, { set: { result: result('corrected', 4.9) } });
		const state = fold(first, a, b);
		expect(group(state, 'result')).toMatchObject({ conflict: true, review: true });
		expect(group(state, 'result').shown.map(({ change }) => change)).toEqual([first.id, a.id, b.id]);
		expect(explain(group(state, 'result')).code).toBe('amended-differently');
	});

	it('takes for the original only what no final value preceded, seen directly or through other changes', () => {
		for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) {
			const ward = new Cast(name);
			const [asha, ben] = [ward.member('Asha', 'clinic A'), ward.member('Ben', 'clinic A')];
			const first = asha.creates('Observation', { result: result('final', 6.9) });
			const remark = asha.edits(first, { add: { notes: { r: { text: 'haemolysed' } } } });
			const a = asha.edits(remark, { set: { result: result('corrected', 3.9) } });
			const b = ben.edits(remark, { set: { result: result('corrected', 4.9) } });
			expect(group(fold(first, remark, a, b), 'result').shown[0]?.change).toBe(first.id);
		}
	});

	it('lets no clock choose between two originals of one preliminary result', () => {
		const order = [0, 1].map((late) => {
			const { asha, ben } = cast();
			const first = asha.creates('Observation', { result: result('preliminary', 5) });
			const a = asha.edits(first, { set: { result: result('final', 5.1) }, at: FIRST_MORNING_MS + (1 + late) * 3_600_000 });
			const b = ben.edits(first, { set: { result: result('final', 5.2) }, at: FIRST_MORNING_MS + (2 - late) * 3_600_000 });
			const state = group(fold(first, a, b), 'result');
			expect(state).toMatchObject({ conflict: true, review: true });
			return state.shown.map(({ value }) => value);
		});
		expect(order[0]).toEqual(order[1]);
	});

	it('replaces a draft note silently, and a signed one never', () => {
		const { asha, ben } = cast();
		const draft = asha.creates('Composition', { note: { status: 'preliminary', title: 'a' } });
		const signed = asha.edits(draft, { set: { note: { status: 'final', title: 'b' } } });
		expect(group(fold(draft, signed), 'note').shown.map(({ change }) => change)).toEqual([signed.id]);
		const cleared = ben.clears(signed, 'note');
		expect(shownResource(fold(draft, signed, cleared))['title']).toBe('b');
	});

	it('retracts a result entered in error and still shows what it said', () => {
		const { asha } = cast();
		const first = asha.creates('Observation', { result: result('final', 6.9) });
		const state = fold(first, asha.edits(first, { set: { result: { ...result('entered-in-error', 6.9) } }, reason: 'other patient' }));
		expect(state.retracted).toBe(true);
		expect(group(state, 'result').shown).toHaveLength(2);
	});
});

describe('a retraction that somebody contradicts', () => {
	it('leaves an order among those that are given: one took it back, another who had not seen that renewed it', () => {
		const { asha, ben } = cast();
		const first = asha.creates('MedicationRequest', { status: { status: 'draft' } });
		const [error, renewed] = [asha.edits(first, { set: { status: { status: 'entered-in-error' } } }), ben.edits(first, { set: { status: { status: 'active' } } })];
		const state = fold(first, error, renewed);
		expect(state.retracted).toBe(false);
		expect(group(state, 'status')).toMatchObject({ review: true, shown: [{ change: renewed.id }, { change: error.id }] });
		expect(fold(first, error, renewed, ben.edits([error, renewed], { set: { status: { status: 'entered-in-error' } } })).retracted).toBe(true);
	});

	it('leaves a result in the record that another corrected meanwhile, and takes it out when both took it back in their own words', () => {
		const { asha, ben } = cast();
		const result = (status: string, value: number) => ({ status, code: { text: 'potassium' }, valueQuantity: { value } });
		const first = asha.creates('Observation', { result: result('final', 6.9) });
		const error = asha.edits(first, { set: { result: result('entered-in-error', 6.9) } });
		expect(fold(first, error, ben.edits(first, { set: { result: result('corrected', 9.6) } })).retracted).toBe(false);
		expect(fold(first, error, ben.edits(first, { set: { result: result('entered-in-error', 9.6) } })).retracted).toBe(true);
	});

	it('is believed where error is the safer word: a product taken back by one is not given out because another uses it', () => {
		const { asha, ben } = cast();
		const first = asha.creates('Medication', { status: { status: 'active' } });
		const error = asha.edits(first, { set: { status: { status: 'entered-in-error' } } });
		expect(fold(first, error, ben.edits(first, { set: { status: { status: 'inactive' } } })).retracted).toBe(true);
	});
});

describe('what has not arrived', () => {
	it('supersedes nothing and marks the resource incomplete, and what arrived is shown', () => {
		const { asha, ben } = cast();
		const first = asha.creates('Patient', { birth: { birthDate: '1980-01-01' } });
		const second = ben.edits(first, { set: { sex: { gender: 'male' } } });
		const third = asha.edits(second, { set: { birth: { birthDate: '1980-01-02' } } });
		const gap = fold(first, third);
		expect(gap).toMatchObject({ incomplete: true, missing: [second.id] });
		expect(group(gap, 'birth')).toMatchObject({ conflict: true });
		expect(group(gap, 'birth').shown).toHaveLength(2);
		expect(fold(first, third, second)).toMatchObject({ incomplete: false, missing: [] });
		expect(group(fold(third, second, first), 'birth').shown).toHaveLength(1);
	});
});

describe('imports', () => {
	it('of one file on two devices are one: an edit of the one answers the other', () => {
		const { asha, ben } = cast();
		const create = { kind: 'import', system: 'urn:old', source: '7' } as const;
		const a = asha.creates('Patient', { birth: { birthDate: '1980-01-01' } }, { create });
		const b = ben.creates('Patient', { birth: { birthDate: '1980-01-01' } }, { create });
		expect(b.change.id).toBe(a.change.id);
		const edit = asha.edits(a, { set: { birth: { birthDate: '1980-01-02' } } });
		const state = fold(b, edit, a);
		expect(group(state, 'birth')).toMatchObject({ conflict: false, shown: [{ change: edit.id }] });
		expect(state.heads).toEqual([edit.id]);
	});

	it('that differ stand side by side', () => {
		const { asha, ben } = cast();
		const create = { kind: 'import', system: 'urn:old', source: '7' } as const;
		const a = asha.creates('Patient', { birth: { birthDate: '1980-01-01' } }, { create });
		const b = ben.creates('Patient', { birth: { birthDate: '1981-01-01' } }, { create });
		expect(group(fold(a, b), 'birth')).toMatchObject({ conflict: true, review: true });
	});
});

describe('attack 37: wrong clocks', () => {
	it('cannot beat a change that had seen them: ten years ahead, the end of the range, 1970', () => {
		for (const at of [FIRST_MORNING_MS + 10 * YEAR_MS, 2 ** 48 - 1, 0]) {
			const { asha, ben } = cast();
			const first = asha.creates('Patient', { languages: { communication: [{ language: { text: 'Hindi' } }] } });
			const wrong = ben.edits(first, { set: { languages: { communication: [{ language: { text: 'Odia' } }] } }, at, counter: 0xffff });
			const after = asha.edits(wrong, { set: { languages: { communication: [{ language: { text: 'Santali' } }] } } });
			const state = fold(first, wrong, after);
			expect(group(state, 'languages')).toMatchObject({ conflict: false, shown: [{ change: after.id }] });
			expect(state.changes.map(({ id }) => id)).toEqual([first.id, wrong.id, after.id]);
			expect(state.uncertain).toContain(wrong.id);
		}
	});

	it('hide nothing: the entry of a tablet that thinks it is 1970 is shown, and its time marked', () => {
		const { asha } = cast();
		const first = asha.creates('Patient', { sex: { gender: 'female' } }, { at: 0 });
		expect(fold(first)).toMatchObject({ uncertain: [first.id], incomplete: false });
		expect(shownResource(fold(first))['gender']).toBe('female');
	});

	it('an hour lost to daylight saving is no contradiction by itself', () => {
		const { asha } = cast();
		const first = asha.creates('Patient', { sex: { gender: 'female' } });
		expect(fold(first, asha.edits(first, { set: { birth: { birthDate: '1980' } } })).uncertain).toEqual([]);
	});
});

describe('attack 40: grinding a clock or an id', () => {
	it('wins a tie, never against what had seen it, and both values stay readable', () => {
		const { asha, ben } = cast();
		const first = asha.creates('Patient', { marital: { maritalStatus: { text: 'single' } } });
		const ground = ben.edits(first, { set: { marital: { maritalStatus: { text: 'married' } } }, at: 2 ** 48 - 1 });
		const honest = asha.edits(first, { set: { marital: { maritalStatus: { text: 'widowed' } } } });
		const tie = group(fold(first, ground, honest), 'marital');
		expect(tie.shown[0]?.change).toBe(ground.id);
		expect(tie.outvoted.map(({ change }) => change)).toEqual([honest.id]);
		const answered = asha.edits([ground, honest], { set: { marital: { maritalStatus: { text: 'widowed' } } } });
		expect(group(fold(first, ground, honest, answered), 'marital').shown[0]?.change).toBe(answered.id);
	});
});
