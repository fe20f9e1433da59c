import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../change/change.ts';
import type { FhirResource } from '../fhir/resource.ts';
import { dateOf, dayOf } from './calendar.ts';
import { CALL, CALL_UNTIL, COMMUNICATION, workOf, WORK_TYPES, type ChartWork, type WorkEntry } from './chart-work.ts';
import { followed } from './follow-list.ts';
import { STANDARD } from './schedule.ts';

const TODAY = '2026-08-14';
const NOW = Date.parse('2026-08-14T09:00:00Z');
const ago = (days: number): string => dateOf((dayOf(TODAY) ?? 0) - days);
const msAgo = (days: number): number => NOW - days * 86_400_000;
const member = 'a'.repeat(32);
const entry = (id: string, resource: FhirResource, at = NOW): WorkEntry => ({ id, resource: { ...resource, id }, by: 'actor', at });
const work = (...entries: readonly WorkEntry[]): ChartWork => {
	const made = workOf(entries);
	if (made === null) throw new Error('nothing is kept');
	return made;
};
const call = (outcome: string, days: number, until = ''): WorkEntry => entry(`call-${days}`, {
	resourceType: 'Communication', status: 'completed', category: [{ coding: [{ system: COMMUNICATION, code: 'call' }] }], topic: { coding: [{ system: CALL, code: outcome }] },
	...(until === '' ? {} : { extension: [{ url: CALL_UNTIL, valueDate: until }] })
}, msAgo(days));
const visit = (days: number, status = 'finished'): WorkEntry => entry(`visit-${days}`, { resourceType: 'Encounter', status, period: { start: `${ago(days)}T08:00:00Z` } });
const appointment = (days: number, status: string): WorkEntry => entry(`appointment-${days}`, { resourceType: 'Appointment', status, start: `${ago(days)}T10:00:00+03:00`, created: ago(days + 30), description: 'Wound', minutesDuration: 15 });
const pressure = (days: number): WorkEntry => entry('pressure', { resourceType: 'Observation', code: { coding: [{ code: '8480-6' }] }, valueQuantity: { value: 150 }, effectiveDateTime: ago(days) });
const hypertension = entry('problem', { resourceType: 'Condition', clinicalStatus: { coding: [{ code: 'active' }] }, code: { text: 'Hypertension' } });
const adult = { birthDate: '1970-01-01', sex: null, deceased: false } as const;
const listed = (...entries: readonly WorkEntry[]) => followed(adult, [work(hypertension, ...entries)], TODAY, NOW, STANDARD);

describe('what is kept of a chart', () => {
	it('an open task, until it is finished', () => {
		const task: FhirResource = { resourceType: 'Task', status: 'requested', intent: 'order', description: 'Home visit after birth', priority: 'urgent', restriction: { period: { end: '2026-08-20' } }, owner: { reference: `Practitioner/${member}` } };
		expect(work(entry('t', task)).tasks).toEqual([{ id: 't', what: 'Home visit after birth', due: '2026-08-20', urgent: true, owner: member, by: 'actor', at: NOW }]);
		expect(workOf([entry('t', { ...task, status: 'completed' })])).toBeNull();
		// what is done about a referral stands with the referral
		expect(workOf([entry('t', { ...task, code: { coding: [{ system: 'urn:saddlebag:task', code: 'referral' }] } })])).toBeNull();
	});
	it('messages with whom they are for, a visit that goes on', () => {
		const message: FhirResource = { resourceType: 'Communication', status: 'completed', category: [{ coding: [{ system: COMMUNICATION, code: 'message' }] }], recipient: [{ reference: `Practitioner/${member}` }, { reference: 'Patient/x' }], payload: [{ contentString: 'See the dressing.' }], inResponseTo: [{ reference: `Communication/${member}` }] };
		expect(work(entry('m', message)).messages).toMatchObject([{ words: 'See the dressing.', to: [member], answers: member }]);
		expect(work(visit(0, 'in-progress')).visits).toMatchObject([{ id: 'visit-0' }]);
	});
	it('an appointment with a time, and one of the day alone', () => {
		expect(work(appointment(-3, 'booked')).appointments).toMatchObject([{ minutes: 15, status: 'booked', what: 'Wound' }]);
		expect(work(entry('p', { resourceType: 'Appointment', status: 'proposed', requestedPeriod: [{ start: '2026-09-01' }] })).appointments).toMatchObject([{ start: '2026-09-01', minutes: 0 }]);
	});
	it('does not depend on the order of entries, and nothing makes it throw (property)', () => {
		const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;
		const odd = fc.record({ resourceType: fc.constantFrom(...WORK_TYPES), status: fc.oneof(json, fc.constantFrom('requested', 'booked', 'in-progress', 'active')), category: fc.oneof(json, fc.constant([{ coding: [{ system: COMMUNICATION, code: 'message' }] }])), payload: json, recipient: json, start: fc.oneof(json, fc.constant('2026-08-14')), period: json, restriction: json, topic: json, extension: json });
		fc.assert(fc.property(fc.uniqueArray(fc.tuple(fc.uuid(), odd), { maxLength: 8, selector: ([id]) => id }), fc.integer(), (made, turn) => {
			const entries = made.map(([id, resource], i) => entry(id, resource as FhirResource, NOW + i));
			const at = Math.abs(turn) % Math.max(1, entries.length);
			expect(workOf([...entries.slice(at), ...entries.slice(0, at)])).toEqual(workOf(entries));
		}), { seed: 3, numRuns: 300 });
	});
});

describe('the list of somebody who is overdue', () => {
	it('is to be called; agreed, later and removed as the last call says', () => {
		expect(listed(visit(60), pressure(60))).toMatchObject({ list: 'pending', late: 32, call: null });
		expect(listed(visit(60), pressure(60), call('no-answer', 1))).toMatchObject({ list: 'pending', call: { outcome: 'no-answer' } });
		expect(listed(visit(60), pressure(60), call('agreed', 1, ago(-2)))?.list).toBe('agreed');
		expect(listed(visit(60), pressure(60), call('later', 1, ago(-3)))?.list).toBe('later');
		expect(listed(visit(60), pressure(60), call('removed', 9), call('later', 20, ago(-30)))?.list).toBe('removed');
	});
	it('is to be called again when what was agreed has passed', () => {
		expect(listed(visit(60), pressure(60), call('agreed', 9, ago(1)))?.list).toBe('pending');
		expect(listed(visit(60), pressure(60), call('agreed', 9))?.list).toBe('pending');
		expect(listed(visit(60), pressure(60), call('agreed', 3))?.list).toBe('agreed');
		expect(listed(visit(60), pressure(60), call('later', 9, TODAY))?.list).toBe('pending');
	});
	it('a call before the last visit does not count any more', () => expect(listed(visit(60), pressure(60), call('removed', 90))).toMatchObject({ list: 'pending', call: null }));
	it('somebody with an appointment ahead has agreed; a no-show is overdue at once', () => {
		expect(listed(visit(60), pressure(60), appointment(-4, 'booked'))?.list).toBe('agreed');
		expect(followed(adult, [work(appointment(0, 'noshow'))], TODAY, NOW, STANDARD)).toMatchObject({ list: 'pending', dues: [{ programme: 'appointment', state: 'overdue' }] });
		expect(followed(adult, [work(appointment(2, 'noshow'), appointment(-9, 'booked'))], TODAY, NOW, STANDARD)?.dues.some(({ state }) => state === 'overdue') ?? false).toBe(false);
	});
	it('is away after a year without a visit', () => expect(listed(visit(400), pressure(400))?.list).toBe('away'));
	it('what another chart of the person says counts', () => expect(followed(adult, [work(hypertension, pressure(60)), work(visit(2), pressure(2))], TODAY, NOW, STANDARD)?.list).toBe('upcoming'));
	it('nobody dead is on any list', () => expect(followed({ ...adult, deceased: true }, [work(hypertension, pressure(60))], TODAY, NOW, STANDARD)).toBeNull());
});
