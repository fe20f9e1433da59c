import { describe, expect, it } from 'vitest';
import type { VerifiedChange } from '../change/change.ts';
import { Cast } from './cast.ts';
import { foldResource } from './fold.ts';
import { openQuestion, openQuestions } from './review.ts';
import { resolutionsOf } from './resolution.ts';
import { CHOICES_OF_RULE, KEEP_BOTH, type ReviewChoice } from './rules/choices.ts';
import { TABLE } from './rules/table.ts';
import type { ResourceState } from './state.ts';

const ward = new Cast();
const [asha, ben, chi] = [ward.member('Asha', 'clinic A'), ward.member('Ben', 'clinic A'), ward.member('Chi', 'clinic A')];
const drug = (text: string) => ({ set: { medication: { medicationCodeableConcept: { text } } } });
const fold = (...changes: VerifiedChange[]): ResourceState => {
	const state = foldResource(changes);
	if (state === null) throw new Error('nothing to fold');
	return state;
};
const only = (state: ResourceState) => {
	const [question, ...more] = openQuestions(state);
	if (question === undefined || more.length > 0) throw new Error(`${more.length + (question === undefined ? 0 : 1)} questions`);
	return question;
};
const result = (status: string, value: number) => ({ set: { result: { status, valueInteger: value } } });

describe('an open question', () => {
	const first = asha.creates('MedicationRequest', drug('Metformin 500').set);
	const a = asha.edits(first, drug('Metformin 850'));
	const b = ben.edits(first, drug('Metformin 1000'));

	it('is none while one value stands, while people agree, or where the rule settles it', () => {
		expect(openQuestions(fold(first, a))).toEqual([]);
		expect(openQuestions(fold(first, a, ben.edits(first, drug('Metformin 850'))))).toEqual([]);
		const language = asha.creates('Patient', { languages: { communication: [] } });
		expect(openQuestions(fold(language, asha.edits(language, { unset: ['languages'] }), ben.edits(language, { set: { languages: { communication: [{ preferred: true }] } } })))).toEqual([]);
	});

	it('lists every value with who wrote it and when, what all had seen, and what is shown', () => {
		const question = only(fold(first, a, b));
		expect(question).toMatchObject({ group: 'medication', item: null, rule: 'both', reopened: false, gravity: 'critical', since: a.change.hlc });
		expect(question.values.map(({ change, actor, shown }) => ({ change, actor, shown }))).toEqual([
			{ change: a.id, actor: asha.actor, shown: true }, { change: b.id, actor: ben.actor, shown: true }
		]);
		expect(question.ancestor?.change).toBe(first.id);
	});

	it('lists one value once, however many wrote it, and a cleared one as well', () => {
		const values = only(fold(first, a, b, chi.edits(first, drug('Metformin 850')), chi.edits(first, { unset: ['medication'] }))).values;
		expect(values.map(({ value }) => value?.['medicationCodeableConcept'] ?? null)).toEqual([{ text: 'Metformin 850' }, { text: 'Metformin 1000' }, null]);
	});

	it('offers the final original beside its amendments, though it was superseded', () => {
		const final = asha.creates('Observation', result('final', 1).set);
		const question = only(fold(final, asha.edits(final, result('corrected', 2)), ben.edits(final, result('corrected', 3))));
		expect(question.values.map(({ value }) => value?.['valueInteger'])).toEqual([1, 2, 3]);
	});

	it('is about one item of a list, and about no other', () => {
		const names = asha.creates('Patient', {}, { add: { names: { official: { text: 'Mary' }, nickname: { text: 'Munni' } } } });
		const state = fold(names, asha.edits(names, { add: { names: { official: { text: 'Maria' } } } }), ben.edits(names, { add: { names: { official: { text: 'Marie' } } } }));
		const question = only(state);
		expect(question).toMatchObject({ group: 'names', item: 'official' });
		expect(question.values.map(({ value }) => value)).toEqual([{ name: [{ text: 'Maria' }] }, { name: [{ text: 'Marie' }] }]);
		expect(openQuestion(state, 'names', 'nickname')).toBeNull();
	});

	it('is none about an entry that was taken back, unless that itself is disputed', () => {
		const taken = chi.edits(first, { set: { status: { status: 'entered-in-error' } } });
		expect(openQuestions(fold(first, a, b, taken))).toEqual([]);
		expect(openQuestions(fold(first, a, b, taken, asha.edits(first, { set: { status: { status: 'active' } } }))).map(({ group }) => group)).toEqual(['medication', 'status']);
	});

	it('is not about links and answers: those are stated anew', () => {
		const issue = asha.creates('DetectedIssue', { judgement: { status: 'final' } });
		const state = fold(issue, asha.edits(issue, { set: { judgement: { status: 'final', detail: 'a' } } }), ben.edits(issue, { set: { judgement: { status: 'final', detail: 'b' } } }));
		expect(openQuestions(state)).toEqual([]);
	});
});

describe('what may be decided', () => {
	const choicesFor = (type: string, group: string, first: VerifiedChange, ...edits: readonly VerifiedChange[]): readonly ReviewChoice[] | undefined =>
		openQuestions(fold(first, ...edits)).find((question) => question.group === group && first.change.type === type)?.choices;

	it('never combines or doubles what was final', () => {
		const final = asha.creates('Observation', result('final', 1).set);
		expect(choicesFor('Observation', 'result', final, asha.edits(final, result('corrected', 2)), ben.edits(final, result('corrected', 3)))).toEqual(['keep', 'new-value', 'not-sure']);
	});

	it('keeps both only where both can be true, and never where a value was cleared', () => {
		const birth = asha.creates('Patient', { birth: { birthDate: '1980' } });
		expect(choicesFor('Patient', 'birth', birth, asha.edits(birth, { set: { birth: { birthDate: '1981' } } }), ben.edits(birth, { set: { birth: { birthDate: '1982' } } }))).not.toContain('keep-both');
		const order = asha.creates('MedicationRequest', drug('A').set);
		expect(choicesFor('MedicationRequest', 'medication', order, asha.edits(order, drug('B')), ben.edits(order, drug('C')))).toContain('keep-both');
		expect(choicesFor('MedicationRequest', 'medication', order, asha.edits(order, drug('B')), ben.edits(order, { unset: ['medication'] }))).not.toContain('keep-both');
	});

	it('keeps no second entry while something else of the entry is disputed: it would take a side', () => {
		const order = asha.creates('MedicationRequest', { ...drug('A').set, status: { status: 'active' } });
		const edits = [asha.edits(order, { set: { ...drug('B').set, status: { status: 'stopped' } } }), ben.edits(order, { set: { ...drug('C').set, status: { status: 'completed' } } })];
		expect(choicesFor('MedicationRequest', 'medication', order, ...edits)).not.toContain('keep-both');
	});

	it('combines what both sides added to one item, and nothing that contradicts', () => {
		const rash = { manifestation: [{ text: 'rash' }] };
		const allergy = asha.creates('AllergyIntolerance', {}, { add: { reactions: { rash } } });
		const adds = (more: object) => ({ add: { reactions: { rash: { ...rash, ...more } } } });
		const choices = (a: object, b: object) => choicesFor('AllergyIntolerance', 'reactions', allergy, asha.edits(allergy, adds(a)), ben.edits(allergy, adds(b)));
		expect(choices({ severity: 'mild' }, { description: 'arms' })).toContain('combine');
		expect(choices({ severity: 'mild' }, { severity: 'severe' })).not.toContain('combine');
		// taken away by one side: only additions are combined
		const [full, bare] = [{ ...rash, note: [{ text: 'n' }] }, rash];
		const noted = asha.creates('AllergyIntolerance', {}, { add: { reactions: { rash: full } } });
		expect(choicesFor('AllergyIntolerance', 'reactions', noted, asha.edits(noted, { add: { reactions: { rash: bare } } }), ben.edits(noted, { add: { reactions: { rash: { ...full, severity: 'mild' } } } }))).not.toContain('combine');
	});

	it('has a reason in every row, and doubles nothing that the table freezes or ranks', () => {
		for (const { reason } of Object.values(CHOICES_OF_RULE)) expect(reason.length).toBeGreaterThan(40);
		const rows = new Map<string, string>(Object.entries(TABLE).flatMap(([type, all]) => all.map((row): [string, string] => [`${type}.${row.group}`, row.rule])));
		for (const [group, reason] of KEEP_BOTH) {
			expect(['both', 'union'], group).toContain(rows.get(group));
			expect(reason.length, group).toBeGreaterThan(30);
		}
	});
});

describe('a decision', () => {
	const first = asha.creates('MedicationRequest', drug('Metformin 500').set);
	const a = asha.edits(first, drug('Metformin 850'));
	const b = ben.edits(first, drug('Metformin 1000'));
	const decided = chi.edits([a, b], drug('Metformin 850'));

	it('is recognized by what its author had seen, whoever reads the history', () => {
		const [resolution, ...more] = resolutionsOf(fold(b, decided, a, first), 'medication', null);
		expect(more).toEqual([]);
		expect(resolution?.by.change).toBe(decided.id);
		expect(resolution?.settled.map(({ change }) => change)).toEqual([a.id, b.id]);
	});

	it('closes the question; an ordinary edit of one side does not', () => {
		expect(openQuestions(fold(first, a, b, decided))).toEqual([]);
		expect(resolutionsOf(fold(first, a, b, asha.edits(a, drug('Metformin 900'))), 'medication', null)).toEqual([]);
	});

	it('is opened again by a value that the decider had not seen, and by another decision', () => {
		expect(only(fold(first, a, b, decided, chi.edits(first, drug('Glibenclamide'))))).toMatchObject({ reopened: true });
		const other = ben.edits([a, b], drug('Metformin 1000'));
		const question = only(fold(first, a, b, decided, other));
		expect(question.reopened).toBe(true);
		expect(question.values.map(({ change }) => change)).toEqual([decided.id, other.id]);
	});

	it('is not opened again by the same decision made twice, nor does an edit after it make the old question a new one', () => {
		expect(openQuestions(fold(first, a, b, decided, ben.edits([a, b], drug('Metformin 850'))))).toEqual([]);
		const later = only(fold(first, a, b, decided, asha.edits(decided, drug('X')), ben.edits(decided, drug('Y'))));
		expect(later.reopened).toBe(false);
	});
});
