import { describe, expect, test } from 'vitest';
import { parseForm } from '$sync/forms/parse.ts';
import { UNDER_FIVE } from '$sync/forms/templates/under-five.ts';
import { answersOf, appointmentBeside, controlOf, type Typed } from './typed.ts';

const parsed = parseForm(UNDER_FIVE);
if (!parsed.ok) throw new Error(parsed.error.message);
const form = parsed.value;
const typed = (more: Partial<Typed>): Typed => ({ typed: {}, dates: {}, many: {}, units: {}, fillings: {}, ...more });

describe('what is typed into a form', () => {
	test('is read as it stands: a decimal comma, the unit after the number', () => {
		const { given } = answersOf(form, typed({ typed: { weight: '7,9 kg', lethargic: 'no', position: 'standing' }, many: { problems: ['malaria'] } }));
		expect([given.get('weight'), given.get('lethargic'), given.get('position'), given.get('problems')]).toMatchObject([{ value: 7.9, unit: 'kg' }, { value: false }, { codings: [{ code: 'standing' }] }, { codings: [{ code: 'malaria' }] }]);
	});
	test('is never repaired: what is no number or no day is asked for again', () => {
		const { given } = answersOf(form, typed({ typed: { weight: '7.9.1' }, dates: { 'next-date': { day: '31', month: '2', year: '2027' } } }));
		expect([given.get('weight')?.kind, given.get('next-date')?.kind]).toEqual(['unreadable', 'unreadable']);
	});
	test('an option that the form does not offer is no answer', () => expect(answersOf(form, typed({ typed: { position: 'sitting' } })).given.has('position')).toBe(false));
	test('the suggested date knows which question it is for', () => {
		const suggested = form.all.get('next-suggested');
		expect(suggested === undefined ? '' : appointmentBeside(form, suggested)).toBe('next-date');
		expect(controlOf('lot@1')).toBe('q-lot-1');
	});
});
