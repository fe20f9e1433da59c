import { describe, expect, test } from 'vitest';
import type { Id, VerifiedChange } from '../change/change.ts';
import type { Judgement } from '../fhir/detected-issue.ts';
import { Cast, fakeId, type Member } from '../merge/cast.ts';
import { foldCharts } from '../merge/chart.ts';
import { answered, answerTo, type Answered } from './answers.ts';
import { reconcile } from './reconcile.ts';

/** Two clinics whose charts of Awa are linked: an allergy at A, a prescription at B. */
class Ward {
	readonly cast = new Cast();
	readonly asha = this.cast.member('Asha', 'clinic A');
	readonly ben = this.cast.member('Ben', 'clinic B');
	readonly rosa = this.cast.member('Rosa', 'region');
	readonly allergy = this.asha.creates('AllergyIntolerance', { substance: { code: { text: 'Penicillin' } } }, { id: fakeId('allergy') });
	readonly order = this.ben.creates('MedicationRequest', { medication: { intent: 'order', medicationCodeableConcept: { text: 'amoxicillin' } }, status: { status: 'active' } }, { id: fakeId('order') });
	readonly changes: VerifiedChange[] = [this.allergy, this.order];

	see(changes: readonly VerifiedChange[] = this.changes): Answered {
		const charts = foldCharts(changes);
		return answered(reconcile(charts), charts);
	}

	/** What `by` writes who sees these changes: a change of the answer in the chart where `by` works. */
	answers(by: Member, judgement: Judgement, sees: readonly VerifiedChange[] = this.changes, kind = 'allergy-against-prescription'): VerifiedChange {
		const { open, answered: closed } = this.see(sees);
		const found = [...open, ...closed].find(({ discrepancy }) => discrepancy.kind === kind);
		if (found === undefined) throw new Error(`${by.actor} sees no ${kind}`);
		const draft = answerTo(found, judgement, 'spoke to the patient');
		if (!draft.ok) throw new Error(draft.error.message);
		const { comp, create, value } = draft.value;
		const id = fakeId(`answer ${create.discrepancy} ${create.resources.join(' ')}`);
		const before = foldCharts(sees).find(({ chart }) => chart === by.chart)?.resources.get(id);
		const [first, ...others] = before === undefined ? [] : sees.filter((change) => before.heads.includes(change.id));
		return first === undefined ? by.creates('DetectedIssue', { judgement: value }, { id, comp, create }) : by.edits([first, ...others], { set: { judgement: value } });
	}

	stops(by: Member): VerifiedChange {
		return by.edits(this.order, { set: { status: { status: 'on-hold' } } });
	}
}

const kinds = (list: Answered['open']): readonly string[] => list.map(({ discrepancy }) => discrepancy.kind);

describe('an answer to a discrepancy', () => {
	test('closes it, stands in the chart where its author works, and is no entry of the record', () => {
		const ward = new Ward();
		expect(kinds(ward.see().open)).toEqual(['allergy-against-prescription']);
		ward.changes.push(ward.answers(ward.ben, 'accepted-risk'));
		const { open, answered: closed } = ward.see();
		expect(open).toEqual([]);
		expect(closed).toMatchObject([{ contested: false, answers: [{ actor: ward.ben.actor, judged: { judgement: 'accepted-risk', note: 'spoke to the patient' } }] }]);
		expect(reconcile(foldCharts(ward.changes)).items.map(({ type }) => type)).toEqual(['AllergyIntolerance', 'MedicationRequest']);
	});

	test('has one name whoever writes it, in whichever chart, and the compartment of the most sensitive entry', () => {
		const ward = new Ward();
		const restricted = ward.asha.creates('AllergyIntolerance', { substance: { code: { text: 'Nevirapine' } } }, { id: fakeId('other allergy'), comp: 'restricted' });
		const order = ward.ben.creates('MedicationRequest', { medication: { intent: 'order', medicationCodeableConcept: { text: 'nevirapine' } }, status: { status: 'active' } }, { id: fakeId('other order') });
		const charts = foldCharts([restricted, order]);
		const [found] = answered(reconcile(charts), charts).open;
		if (found === undefined) throw new Error('nothing found');
		expect(answerTo(found, 'accepted-risk', '')).toMatchObject({
			ok: true, value: { comp: 'restricted', create: { kind: 'answer', discrepancy: 'allergy-against-prescription', resources: [restricted.change.id, order.change.id].sort() } }
		});
	});

	test('lapses when an entry it judged moves, and the earlier answer stands beside the open discrepancy', () => {
		const ward = new Ward();
		const answer = ward.answers(ward.ben, 'accepted-risk');
		ward.changes.push(answer, ward.asha.edits(ward.allergy, { set: { substance: { code: { text: 'Amoxicillin' } } } }));
		const { open, answered: closed, lapsed } = ward.see();
		expect(closed).toEqual([]);
		expect(open).toMatchObject([{ answers: [], lapsed: [{ change: answer.id }] }]);
		expect(lapsed).toEqual(open);
		ward.changes.push(ward.answers(ward.ben, 'not-a-problem'));
		expect(kinds(ward.see().answered)).toEqual(['allergy-against-prescription']);
	});

	test('is not touched by a group of another entry, and goes with its discrepancy', () => {
		const ward = new Ward();
		ward.changes.push(ward.answers(ward.ben, 'accepted-risk'), ward.asha.creates('Condition', { problem: { code: { text: 'Asthma' } } }));
		expect(kinds(ward.see().answered)).toEqual(['allergy-against-prescription']);
		ward.changes.push(ward.ben.edits(ward.order, { set: { status: { status: 'entered-in-error' } } }));
		expect(ward.see()).toEqual({ open: [], answered: [], lapsed: [] });
	});

	test('taken back (entered in error) answers nothing', () => {
		const ward = new Ward();
		const answer = ward.answers(ward.ben, 'accepted-risk');
		ward.changes.push(answer, ward.ben.edits(answer, { set: { judgement: { ...answer.change.set['judgement'], status: 'entered-in-error' } } }));
		expect(kinds(ward.see().open)).toEqual(['allergy-against-prescription']);
	});

	test('"not sure" closes nothing and says who looked; a later answer of somebody who saw it does', () => {
		const ward = new Ward();
		ward.changes.push(ward.answers(ward.asha, 'not-sure'));
		expect(ward.see().open).toMatchObject([{ answers: [{ actor: ward.asha.actor, judged: { judgement: 'not-sure' } }], contested: false }]);
		ward.changes.push(ward.answers(ward.ben, 'not-a-problem'));
		expect(ward.see()).toMatchObject({ open: [], answered: [{ answers: [{ actor: ward.ben.actor }] }] });
	});
});

describe('two people answer the same discrepancy', () => {
	test('differently and unseen, in two charts: it is open and contested, until one answers who saw both', () => {
		const ward = new Ward();
		const [a, b] = [ward.answers(ward.asha, 'will-follow-up'), ward.answers(ward.ben, 'not-a-problem')];
		ward.changes.push(a, b);
		expect(ward.see().open).toMatchObject([{ contested: true }]);
		expect(ward.see().open[0]?.answers.map(({ change }) => change).sort()).toEqual([a.id, b.id].sort());
		ward.changes.push(ward.answers(ward.rosa, 'accepted-risk'));
		expect(ward.see()).toMatchObject({ open: [], answered: [{ contested: false, answers: [{ actor: ward.rosa.actor }] }] });
	});

	test('differently and unseen, in one chart: the same, and the next answer there replaces both', () => {
		const ward = new Ward();
		const dora = ward.cast.member('Dora', 'clinic B');
		ward.changes.push(ward.answers(ward.ben, 'not-a-problem'), ward.answers(dora, 'will-follow-up'));
		expect(ward.see().open).toMatchObject([{ contested: true }]);
		ward.changes.push(ward.answers(dora, 'accepted-risk'));
		expect(kinds(ward.see().answered)).toEqual(['allergy-against-prescription']);
	});

	test('in the same way: it is answered', () => {
		const ward = new Ward();
		ward.changes.push(ward.answers(ward.asha, 'accepted-risk'), ward.answers(ward.ben, 'accepted-risk'));
		expect(ward.see()).toMatchObject({ open: [], answered: [{ contested: false }] });
	});
});

describe('an answer that rests on what this reader does not hold', () => {
	test('is not lapsed by an entry that the reader does not hold: it judged more than is seen here', () => {
		const ward = new Ward();
		const second = ward.asha.creates('Condition', { problem: { code: { text: 'Asthma' } }, status: { clinicalStatus: { coding: [{ code: 'active' }] } } }, { id: fakeId('asthma A') });
		const third = ward.ben.creates('Condition', { problem: { code: { text: 'Asthma' } }, status: { clinicalStatus: { coding: [{ code: 'active' }] } } }, { id: fakeId('asthma B') });
		const fourth = ward.rosa.creates('Condition', { problem: { code: { text: 'Asthma' } }, status: { clinicalStatus: { coding: [{ code: 'active' }] } } }, { id: fakeId('asthma R') });
		const answer = ward.answers(ward.rosa, 'not-a-problem', [second, third, fourth], 'recorded-twice');
		expect(kinds(ward.see([second, third, answer]).answered)).toEqual(['recorded-twice']);
		// Held, and moved: now it counts.
		const moved = ward.rosa.edits(fourth, { set: { status: { clinicalStatus: { coding: [{ code: 'resolved' }] } } } });
		expect(ward.see([second, third, fourth, moved, answer]).answered.filter(({ discrepancy }) => discrepancy.kind === 'recorded-twice')).toEqual([]);
	});

	test('does not cover an entry that its author did not hold: the discrepancy is open, the answer beside it', () => {
		const ward = new Ward();
		const twice = (by: Member, name: string): VerifiedChange => by.creates('Condition', { problem: { code: { text: 'Asthma' } } }, { id: fakeId(name) });
		const [a, b, c] = [twice(ward.asha, 'asthma A'), twice(ward.ben, 'asthma B'), twice(ward.rosa, 'asthma R')];
		const answer = ward.answers(ward.ben, 'not-a-problem', [a, b], 'recorded-twice');
		expect(ward.see([a, b, c, answer]).open).toMatchObject([{ lapsed: [{ change: answer.id }] }]);
	});

	test('a cited head that has not arrived lapses nothing, and once it is here neither', () => {
		const ward = new Ward();
		const moved = ward.asha.edits(ward.allergy, { set: { severity: { criticality: 'high' } } });
		const answer = ward.answers(ward.rosa, 'accepted-risk', [...ward.changes, moved]);
		expect(kinds(ward.see([...ward.changes, answer]).answered)).toEqual(['allergy-against-prescription']);
		expect(kinds(ward.see([...ward.changes, moved, answer]).answered)).toEqual(['allergy-against-prescription']);
	});

	test('a head that follows one that was judged lapses it although another judged head has not arrived', () => {
		const ward = new Ward();
		const [one, other] = [ward.asha.edits(ward.allergy, { set: { severity: { criticality: 'high' } } }), ward.ben.edits(ward.allergy, { set: { severity: { criticality: 'low' } } })];
		const answer = ward.answers(ward.rosa, 'accepted-risk', [...ward.changes, one, other]);
		const later = ward.asha.edits(one, { set: { substance: { code: { text: 'Ampicillin' } } } });
		expect(ward.see([...ward.changes, one, answer]).answered).toHaveLength(1);
		expect(ward.see([...ward.changes, one, later, answer]).answered).toHaveLength(0);
	});
});

describe('what counts as an answer', () => {
	test('none in a lower compartment than what it judges, and none under the name of other entries', () => {
		const ward = new Ward();
		const answer = ward.answers(ward.ben, 'accepted-risk');
		const { create, set } = answer.change;
		if (create === undefined) throw new Error('it begins');
		expect(ward.see([...ward.changes, ward.ben.creates('DetectedIssue', set, { id: answer.change.id, comp: 'desk', create })]).answered).toEqual([]);
		const others: readonly Id[] = [fakeId('x'), fakeId('y')].sort();
		expect(ward.see([...ward.changes, ward.ben.creates('DetectedIssue', set, { create: { kind: 'answer', discrepancy: 'allergy-against-prescription', resources: others } })]).answered).toEqual([]);
		expect(ward.see([...ward.changes, ward.ben.creates('DetectedIssue', set, { create: { kind: 'random', rand: 'x' } })]).answered).toEqual([]);
	});

	test('values in conflict are decided, not answered; who was not sure stands beside them', () => {
		const ward = new Ward();
		const [one, other] = [ward.asha.edits(ward.allergy, { set: { substance: { code: { text: 'Ampicillin' } } } }), ward.ben.edits(ward.allergy, { set: { substance: { code: { text: 'Amoxicillin' } } } })];
		const conflict = [...ward.changes, one, other];
		const closing = ward.answers(ward.asha, 'not-a-problem', conflict, 'value-conflict');
		expect(kinds(ward.see([...conflict, closing]).open)).toContain('value-conflict');
		const unsure = ward.answers(ward.ben, 'not-sure', conflict, 'value-conflict');
		expect(unsure.change.create).toMatchObject({ discrepancy: 'value-conflict/substance', resources: [ward.allergy.change.id] });
		expect(ward.see([...conflict, unsure]).open.find(({ discrepancy }) => discrepancy.kind === 'value-conflict')).toMatchObject({ answers: [{ actor: ward.ben.actor }] });
		const decided = ward.asha.edits([one, other], { set: { substance: { code: { text: 'Amoxicillin' } } } });
		expect(kinds(ward.see([...conflict, unsure, decided]).open)).not.toContain('value-conflict');
	});

	test('any order of arrival gives the same', () => {
		const ward = new Ward();
		ward.changes.push(ward.answers(ward.asha, 'will-follow-up'), ward.answers(ward.ben, 'not-a-problem'), ward.stops(ward.ben));
		expect(ward.see([...ward.changes].reverse())).toEqual(ward.see());
	});
});
