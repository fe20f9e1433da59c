import { describe, expect, it } from 'vitest';
import type { FhirResource } from '../fhir/resource.ts';
import { writeOrder, writeReport, writeResult, withStatus } from '../laboratory/record.ts';
import { labPanel, labTest } from '../laboratory/tests.ts';
import { writeReferral, writeStep } from '../referrals/referral.ts';
import { hasOrders, ordersKept } from './kept-orders.ts';

const NOW = '2026-11-20T09:00:00+03:00';
const stored = (id: string, resource: FhirResource): FhirResource => ({ ...resource, id });
const referral = stored('q1', writeReferral({ to: { site: 'katwe', name: 'Katwe Clinic' }, service: 'Ultrasound', reason: 'Pain', urgency: 'stat', note: '', sent: [] }, NOW));
const panel = labPanel('haemoglobin');
const test = labTest('haemoglobin');
if (panel === null || test?.kind !== 'quantity') throw new Error('no panel');
const order = stored('o1', writeOrder({ panel }, { priority: 'urgent', reason: '', note: '' }, NOW));
const belongs = { order: 'o1', specimen: null, when: NOW, person: { sex: 'female' as const, birthDate: '1991-03-04', pregnancyWeeks: null } };
const result = stored('r1', writeResult({ test, value: 6, unit: test.units[0], printed: null }, belongs));
const report = stored('d1', writeReport(order['code'] ?? {}, ['r1'], belongs, { conclusion: '', final: true, issued: NOW }));

describe('what of referrals and orders is kept for lists', () => {
	it('a referral until its sender closed it, and the steps about it wherever they stand', () => {
		expect(ordersKept([referral, stored('t1', writeStep(null, 'q1', 'accepted', '', NOW))])).toEqual({
			referrals: [{ id: 'q1', what: 'Ultrasound', reason: 'Pain', urgency: 'stat', site: 'katwe', to: 'Katwe Clinic', on: NOW, status: 'active' }], steps: [{ request: 'q1', step: 'accepted' }], laboratory: []
		});
		expect(ordersKept([withStatus(referral, 'completed')]).referrals).toEqual([]);
	});
	it('an order until its results were seen, with what is critical', () => {
		expect(ordersKept([order]).laboratory).toMatchObject([{ id: 'o1', panel: 'haemoglobin', state: 'ordered', critical: false, urgent: true }]);
		expect(ordersKept([report, result, order]).laboratory).toMatchObject([{ state: 'resulted', critical: true }]);
	});
	it('imported reports that nobody here asked for wait for nobody', () => expect(hasOrders(ordersKept([{ ...report, basedOn: [] }, result]))).toBe(false));
});
