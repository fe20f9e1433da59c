import { describe, expect, it } from 'vitest';
import type { Hash, VerifiedChange } from '../change/change.ts';
import { Cast } from './cast.ts';
import { foldResource } from './fold.ts';
import { outvotedValues } from './notice.ts';

const ward = new Cast();
const [asha, ben, chi] = [ward.member('Asha', 'clinic A'), ward.member('Ben', 'clinic A'), ward.member('Chi', 'clinic A')];
const marital = (text: string) => ({ set: { marital: { maritalStatus: { text } } } });
const told = (who: Hash, ...changes: VerifiedChange[]) => {
	const state = foldResource(changes);
	return state === null ? [] : outvotedValues(state, (actor) => actor === who).map(({ change, by }) => [change, by?.change ?? null]);
};

describe('what the author of a value is told', () => {
	const first = asha.creates('Patient', marital('single').set);
	const a = asha.edits(first, marital('married'));
	const b = ben.edits(first, marital('widowed'));

	it('that a rule shows another value, and tells nobody else', () => {
		expect(told(asha.actor, first, a, b)).toEqual([[a.id, null]]);
		expect(told(ben.actor, first, a, b)).toEqual([]);
	});

	it('nothing more once the value is shown, or was written over by someone who saw it', () => {
		expect(told(asha.actor, first, a, b, asha.edits([a, b], marital('married')))).toEqual([]);
		expect(told(asha.actor, first, a, ben.edits(a, marital('divorced')))).toEqual([]);
		expect(told(asha.actor, first, a, b, asha.edits([a, b], marital('divorced')))).toEqual([]);
	});

	it('that somebody decided for another value, and who', () => {
		const decided = chi.edits([a, b], { ...marital('widowed'), reason: 'asked her' });
		expect(told(asha.actor, first, a, b, decided)).toEqual([[a.id, decided.id]]);
		expect(told(ben.actor, first, a, b, decided)).toEqual([]);
		expect(told(asha.actor, first, a, b, decided, chi.edits(decided, marital('married')))).toEqual([]);
	});

	it('of one item of a list, by the same rules', () => {
		const phone = (rank: number) => ({ add: { telecom: { 'phone|1': { value: '1', rank } } } });
		const begun = asha.creates('Patient', {}, phone(1));
		const [x, y] = [asha.edits(begun, phone(2)), ben.edits(begun, phone(3))];
		expect(told(asha.actor, begun, x, y)).toEqual([[x.id, null]]);
		const decided = chi.edits([x, y], phone(3));
		expect(told(asha.actor, begun, x, y, decided)).toEqual([[x.id, decided.id]]);
		expect(told(asha.actor, begun, x, y, decided, ben.edits(decided, phone(2)))).toEqual([]);
	});

	it('that somebody took out an item of which two versions stood', () => {
		const begun = asha.creates('Patient', marital('single').set);
		const phone = (use: string) => ({ add: { telecom: { 'phone|1': { value: '1', use } } } });
		const [x, y] = [asha.edits(begun, phone('home')), ben.edits(begun, phone('work'))];
		const taken = chi.edits([x, y], { remove: { telecom: ['phone|1'] }, reason: 'not theirs' });
		for (const [who, own] of [[asha, x], [ben, y]] as const) expect(told(who.actor, begun, x, y, taken)).toEqual([[own.id, taken.id]]);
	});

	it('that an item they took out of a list stays, since somebody wrote it at the same time', () => {
		const phone = (use: string) => ({ add: { telecom: { 'phone|1': { value: '1', use } } } });
		const begun = asha.creates('Patient', marital('single').set, phone('home'));
		const [taken, edited] = [asha.edits(begun, { remove: { telecom: ['phone|1'] } }), ben.edits(begun, phone('work'))];
		expect(told(asha.actor, begun, taken, edited)).toEqual([[taken.id, null]]);
		expect(told(asha.actor, edited, taken, begun)).toEqual([[taken.id, null]]);
		expect(told(ben.actor, begun, taken, edited)).toEqual([]);
		// it is gone, or somebody who saw the removal wrote it: nothing more to tell
		expect(told(asha.actor, begun, taken)).toEqual([]);
		expect(told(asha.actor, begun, taken, edited, asha.edits([taken, edited], { remove: { telecom: ['phone|1'] } }))).toEqual([]);
		expect(told(asha.actor, begun, taken, ben.edits(taken, phone('work')))).toEqual([]);
		// and that somebody who saw both let it stand is a decision
		const kept = chi.edits([taken, edited], { ...phone('work'), reason: 'rang her' });
		expect(told(asha.actor, begun, taken, edited, kept)).toEqual([[taken.id, kept.id]]);
	});

	it('of a reaction that they took out and two others wrote differently: once for each removal', () => {
		const rash = (severity: string) => ({ add: { reactions: { rash: { manifestation: [{ text: 'rash' }], severity } } } });
		const begun = asha.creates('AllergyIntolerance', { substance: { code: { text: 'Latex' } } }, rash('mild'));
		const taken = asha.edits(begun, { remove: { reactions: ['rash'] } });
		const all = [begun, taken, ben.edits(begun, rash('moderate')), chi.edits(begun, rash('severe'))];
		expect(told(asha.actor, ...all)).toEqual([[taken.id, null]]);
	});

	it('that the entry was taken back by someone who had not seen the value', () => {
		const order = asha.creates('MedicationRequest', { status: { status: 'active' }, medication: { medicationCodeableConcept: { text: 'A' } } });
		const taken = ben.edits(order, { set: { status: { status: 'entered-in-error' } }, reason: 'other patient' });
		const edited = asha.edits(order, { set: { medication: { medicationCodeableConcept: { text: 'B' } } } });
		expect(told(asha.actor, order, taken, edited)).toEqual([[edited.id, taken.id]]);
		expect(told(asha.actor, order, taken)).toEqual([]);
		expect(told(asha.actor, order, edited, ben.edits(edited, { set: { status: { status: 'entered-in-error' } } }))).toEqual([]);
	});

	it('nothing of what the same author wrote on two devices at once and settled', () => {
		const tablet = ward.member('Asha', 'clinic A');
		const again = tablet.edits(first, marital('divorced'));
		expect(told(asha.actor, first, a, again)).toEqual([]);
	});
});
