import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FhirResource } from '../fhir/resource.ts';
import { validateResource } from '../fhir/validate.ts';
import { isOpen, isReferral, nextSteps, overdueDays, referralsOf, sentWith, STEPS, stepOf, writeReferral, writeStep, type Step, type Urgency } from './referral.ts';

const SENT = '2026-11-01T09:00:00+03:00';
const stored = (id: string, resource: FhirResource): FhirResource => ({ ...resource, id });
const request = (more: { readonly status?: string } = {}): FhirResource => ({
	...stored('q1', writeReferral({ to: { site: 'katwe', name: 'Katwe Clinic' }, service: 'Ultrasound', reason: 'Pain since a week', urgency: 'urgent', note: '', sent: [{ type: 'Condition', id: 'c1', words: 'Gallstones' }] }, SENT)), ...more
});
const task = (step: Step, id = 't1', words = ''): FhirResource => stored(id, writeStep(null, 'q1', step, words, SENT));
const state = (...resources: readonly FhirResource[]): string => referralsOf(resources)[0]?.state ?? 'none';

describe('a referral', () => {
	it.each([['received', 'received'], ['accepted', 'accepted'], ['arrived', 'arrived'], ['answered', 'answered'], ['declined', 'declined']] as const)('with the step %s stands as %s', (step, expected) => {
		expect(state(request(), task(step))).toBe(expected);
	});
	it('is sent until somebody says something, and closed by the sender', () => {
		expect([state(request()), state(request({ status: 'completed' }), task('answered')), state(request({ status: 'revoked' }))]).toEqual(['sent', 'closed', 'cancelled']);
	});
	it('an answer to what was called off meanwhile is still to be read', () => expect(state(request({ status: 'revoked' }), task('answered'))).toBe('answered'));
	it('of several steps the furthest counts, whoever said it and in whatever order', () => {
		fc.assert(fc.property(fc.array(fc.constantFrom(...STEPS), { minLength: 1, maxLength: 5 }), fc.integer(), (steps, turn) => {
			const tasks = steps.map((step, index) => task(step, `t${index}`));
			const turned = [...tasks.slice(Math.abs(turn) % tasks.length), ...tasks.slice(0, Math.abs(turn) % tasks.length)];
			expect(state(...turned, request())).toBe(state(request(), ...tasks));
		}), { seed: 71, numRuns: 200 });
	});
	it('declined at one place and seen at another is a contradiction, and so is treating what was called off', () => {
		const contradiction = (...all: readonly FhirResource[]): boolean | undefined => referralsOf(all)[0]?.contradiction;
		expect([contradiction(request(), task('declined'), task('accepted', 't2')), contradiction(request({ status: 'revoked' }), task('arrived')), contradiction(request(), task('declined')), contradiction(request(), task('answered'))]).toEqual([true, true, false, false]);
	});
	it('the answer goes back in words, a reason for declining too, and one Task carries all steps', () => {
		const accepted = task('accepted');
		const answered = writeStep(accepted, 'q1', 'answered', 'No stones seen.', SENT);
		expect([answered['id'], stepOf(answered), referralsOf([request(), answered])[0]?.answers]).toEqual(['t1', 'answered', ['No stones seen.']]);
		expect(writeStep(null, 'q1', 'declined', 'No sonographer.', SENT)).toMatchObject({ status: 'rejected', statusReason: { text: 'No sonographer.' } });
	});
	it('each step leads on to the end, and what ended leads nowhere', () => {
		for (const from of ['sent', 'received', 'accepted', 'arrived'] as const) for (const step of nextSteps(from)) expect(nextSteps(step).length).toBeLessThan(nextSteps(from).length + 1);
		expect([nextSteps('closed'), nextSteps('cancelled'), nextSteps('answered'), isOpen({ state: 'answered' }), isOpen({ state: 'declined' }), isOpen({ state: 'closed' })]).toEqual([[], [], [], true, true, false]);
	});
	it.each([['urgent', '2026-11-08T10:00:00+03:00', 0], ['urgent', '2026-11-09T10:00:00+03:00', 1], ['stat', '2026-11-04T10:00:00+03:00', 2], ['routine', '2026-11-22T10:00:00+03:00', 0]] as const)('%s at %s: overdue by %s days', (urgency: Urgency, now, days) => {
		expect(overdueDays({ state: 'accepted', urgency, sentOn: SENT }, Date.parse(now))).toBe(days);
		expect(overdueDays({ state: 'arrived', urgency, sentOn: SENT }, Date.parse(now))).toBe(0);
	});
	it('one from a visit form counts; a laboratory order does not, nor what is entered in error', () => {
		expect(isReferral({ resourceType: 'ServiceRequest', status: 'active', intent: 'order', code: { text: 'District hospital' } })).toBe(true);
		expect(isReferral({ resourceType: 'ServiceRequest', category: [{ coding: [{ code: '108252007' }] }], code: { text: 'Blood count' } })).toBe(false);
		expect(referralsOf([request({ status: 'entered-in-error' })])).toEqual([]);
	});
	it('what is recorded is FHIR as this app records it, and says where to and what was sent', () => {
		for (const resource of [request(), task('answered', 't1', 'Seen')]) expect(validateResource(resource)).toMatchObject({ errors: [], unknown: [] });
		expect(referralsOf([request()])[0]?.to).toEqual({ site: 'katwe', name: 'Katwe Clinic' });
		expect(sentWith(request())).toEqual([{ reference: 'Condition/c1', words: 'Gallstones' }]);
	});
	it('is total over any resources', () => {
		const any = fc.array(fc.record({ resourceType: fc.constantFrom('ServiceRequest', 'Task'), id: fc.string(), focus: fc.jsonValue(), code: fc.jsonValue(), category: fc.jsonValue(), output: fc.jsonValue(), performer: fc.jsonValue(), status: fc.jsonValue() }));
		fc.assert(fc.property(any, (resources) => {
			expect(Array.isArray(referralsOf(JSON.parse(JSON.stringify(resources)) as FhirResource[]))).toBe(true);
		}), { seed: 72, numRuns: 200 });
	});
});
