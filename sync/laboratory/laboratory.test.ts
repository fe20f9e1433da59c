import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FhirResource } from '../fhir/resource.ts';
import { validateResource } from '../fhir/validate.ts';
import { flagOf, isCritical, judge, judgeValue, rangeIn, unitOf } from './flags.ts';
import { isOpen, ordersOf, referenced } from './orders.ts';
import { RANGE_ROWS, rangeFor, type Person } from './ranges.ts';
import { flagEntered, rejectedSpecimen, withStatus, writeAcknowledgement, writeOrder, writeReport, writeResult, writeSpecimen } from './record.ts';
import { LAB_PANELS, LAB_PANEL_KEYS, LAB_TESTS, LAB_TEST_KEYS, labPanel, labTest, testByLoinc, type LabTestKey, type QuantityTest } from './tests.ts';

const TODAY = '2026-11-22';
const person = (birthDate: string | null, sex: Person['sex'], pregnancyWeeks: number | null = null): Person => ({ birthDate, sex, pregnancyWeeks });
const woman = person('1991-03-04', 'female');
const measured = (key: LabTestKey): QuantityTest => {
	const test = labTest(key);
	if (test?.kind !== 'quantity') throw new Error(key);
	return test;
};
const flag = (key: LabTestKey, value: number, who = woman, unit = 0) => {
	const test = measured(key);
	return judgeValue(test, value, test.units[unit] ?? test.units[0], who, TODAY).flag;
};
const population = (key: LabTestKey, who: Person): string => {
	const found = rangeFor(key, who, TODAY);
	return found.row === null ? found.why : found.row.population;
};

describe('tests and panels', () => {
	it('every key has its test and panel, once, and every code one test', () => {
		expect(LAB_TESTS.map(({ key }) => key)).toEqual([...LAB_TEST_KEYS]);
		expect(LAB_PANELS.map(({ key }) => key)).toEqual([...LAB_PANEL_KEYS]);
		const codes = LAB_TESTS.flatMap((test) => [test.loinc, ...(test.kind === 'quantity' ? test.units.flatMap(({ loinc }) => loinc ?? []) : [])]);
		expect(new Set(codes).size).toBe(codes.length);
	});
	it('codes have the check digit that LOINC gives them (modulus 10)', () => {
		const codes = [...LAB_TESTS.flatMap((test) => [test.loinc, ...(test.kind === 'quantity' ? test.units.flatMap(({ loinc }) => loinc ?? []) : [])]), ...LAB_PANELS.flatMap(({ loinc }) => loinc ?? [])];
		for (const code of codes) {
			const [number = '', check = ''] = code.split('-');
			const sum = [...number].reverse().reduce((total, digit, index) => {
				const doubled = Number(digit) * (index % 2 === 0 ? 2 : 1);
				return total + (doubled > 9 ? doubled - 9 : doubled);
			}, 0);
			expect(`${code}: ${(10 - (sum % 10)) % 10}`).toBe(`${code}: ${check}`);
		}
	});
	it('no unit is written in a way that is misread (ISMP)', () => {
		for (const test of LAB_TESTS) for (const { shown } of test.kind === 'quantity' ? test.units : []) expect(shown).not.toMatch(/\b(?:U|IU|ug|cc)\b|µ/u);
	});
	it('a test is found by the code of either unit', () => expect([testByLoinc('14682-9')?.key, testByLoinc('2160-0')?.key, testByLoinc('0-0')]).toEqual(['creatinine', 'creatinine', null]));
});

describe('ranges by age and sex', () => {
	it('each row has a source, and limits in order within what is possible', () => {
		for (const row of RANGE_ROWS) {
			expect(row.source).not.toBe('');
			const [from, to] = measured(row.test).possible;
			const inOrder = [from, row.criticalLow?.value, row.low, row.high, row.criticalHigh?.value, to].filter((limit) => limit !== null && limit !== undefined);
			expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b));
		}
	});
	it.each([
		['2026-11-01', 'female', 'no-row'], ['2025-11-20', 'male', 'months-6-23'], ['2024-06-01', 'male', 'months-24-59'], ['2018-01-01', 'female', 'years-5-11'], ['2013-01-01', 'female', 'years-12-14'],
		['2005-01-01', 'female', 'women'], ['2005-01-01', 'male', 'men']
	] as const)('haemoglobin of one born %s, %s: %s', (born, sex, expected) => expect(population('haemoglobin', person(born, sex))).toBe(expected));
	it.each([[8, 'pregnancy-first'], [13, 'pregnancy-second'], [27, 'pregnancy-second'], [28, 'pregnancy-third']] as const)('in week %s of pregnancy: %s', (weeks, expected) => expect(population('haemoglobin', person('1998-01-01', 'female', weeks))).toBe(expected));
	it('what depends on a sex that is not known is not judged; what does not, is', () => {
		expect(population('haemoglobin', person('1990-01-01', null))).toBe('sex-not-known');
		expect([population('haemoglobin', person('2018-01-01', null)), population('potassium', person('1990-01-01', null))]).toEqual(['years-5-11', 'adults']);
	});
	it('a year of birth serves where every day of it gives the same row', () => {
		expect([population('haemoglobin', person('1990', 'male')), population('haemoglobin', person('2011', 'male')), population('potassium', person('2008', 'male'))]).toEqual(['men', 'age-not-known', 'age-not-known']);
		expect(population('potassium', person(null, 'male'))).toBe('age-not-known');
		expect(population('glucose-fasting', person(null, null))).toBe('everyone');
	});
	it('adult limits are not put on children', () => expect(population('leukocytes', person('2020-01-01', 'male'))).toBe('no-row'));
	it('one row at most fits one person', () => {
		fc.assert(fc.property(fc.integer({ min: 0, max: 36_000 }), fc.constantFrom('female' as const, 'male' as const), fc.option(fc.integer({ min: 0, max: 43 })), fc.constantFrom(...LAB_TEST_KEYS), (age, sex, weeks, test) => {
			const rows = RANGE_ROWS.filter((row) => row.test === test && (row.sex === null || row.sex === sex) && age >= row.days[0] && age < row.days[1]
				&& (row.weeks === 'any' || (row.weeks === null ? weeks === null : weeks !== null && weeks >= row.weeks[0] && weeks < row.weeks[1])));
			expect(rows.length).toBeLessThanOrEqual(1);
		}), { seed: 61, numRuns: 2000 });
	});
});

describe('flags', () => {
	it.each([['haemoglobin', 12, 'normal'], ['haemoglobin', 11.9, 'low'], ['haemoglobin', 8, 'low'], ['haemoglobin', 7.9, 'critical-low'], ['potassium', 2.5, 'critical-low'], ['potassium', 2.6, 'low'], ['potassium', 5.2, 'normal'], ['potassium', 6.4, 'high'], ['potassium', 6.5, 'critical-high'], ['platelets', 49, 'critical-low'], ['platelets', 50, 'low'], ['platelets', 1001, 'critical-high'], ['glucose-random', 2.9, 'critical-low'], ['hba1c', 6.4, 'normal'], ['hba1c', 6.5, 'high']] as const)('%s %s is %s', (key, value, expected) => expect(flag(key, value)).toBe(expected));
	it('the same value in another unit has the same flag', () => {
		for (const row of RANGE_ROWS) {
			const test = measured(row.test);
			for (const unit of test.units) {
				fc.assert(fc.property(fc.integer({ min: Math.ceil(test.possible[0] * 10), max: Math.floor(test.possible[1] * 10) }), (tenths) => {
					const value = tenths / 10;
					expect(flagOf(Number(((value / unit.factor) * unit.factor).toPrecision(12)), row)).toBe(flagOf(value, row));
				}), { seed: 62, numRuns: 50 });
			}
		}
		expect([flag('haemoglobin', 7.9, woman, 0), flag('haemoglobin', 79, woman, 1), flag('creatinine', 4, woman, 1)]).toEqual(['critical-low', 'critical-low', 'critical-high']);
	});
	it('further out is never less grave', () => {
		const rank = { 'critical-low': 2, low: 1, normal: 0, high: 1, 'critical-high': 2, abnormal: 1, critical: 2 };
		fc.assert(fc.property(fc.constantFrom(...RANGE_ROWS), fc.double({ min: 0, max: 200, noNaN: true }), fc.double({ min: 0, max: 50, noNaN: true }), (row, value, more) => {
			const middle = row.low ?? row.high ?? 0;
			const further = value < middle ? value - more : value + more;
			if ((row.low !== null && value < row.low) || (row.high !== null && value > row.high)) expect(rank[flagOf(further, row)]).toBeGreaterThanOrEqual(rank[flagOf(value, row)]);
		}), { seed: 63, numRuns: 500 });
	});
	it('limits are shown in the unit of the value', () => {
		const row = RANGE_ROWS.find(({ test, population: of }) => test === 'haemoglobin' && of === 'women');
		const unit = measured('haemoglobin').units[1];
		if (row === undefined || unit === undefined) throw new Error('no row');
		expect(rangeIn(row, unit)).toMatchObject({ low: 120, high: null, unit: 'g/L', population: 'women' });
	});
	it('an imported result is read in the unit it came in; one without a factor is not judged', () => {
		const result = (value: number, unit: string, more = {}): FhirResource => ({ resourceType: 'Observation', status: 'final', code: { coding: [{ system: 'http://loinc.org', code: '718-7' }] }, effectiveDateTime: TODAY, valueQuantity: { value, unit, code: unit }, ...more });
		expect([judge(result(79, 'g/L'), woman).flag, judge(result(4.9, 'mmol/L'), woman)]).toEqual(['critical-low', { flag: null, range: null, why: 'other-unit' }]);
		expect(unitOf(measured('platelets'), 'x10*9/L')?.code).toBe('10*9/L');
	});
	it('what the laboratory said goes first, and hides nothing that needs action', () => {
		const printed = { referenceRange: [{ low: { value: 6, unit: 'g/dL' }, high: { value: 16, unit: 'g/dL' } }] };
		const result = (value: number, more: object): FhirResource => ({ resourceType: 'Observation', status: 'final', code: { coding: [{ code: '718-7' }] }, effectiveDateTime: TODAY, valueQuantity: { value, unit: 'g/dL', code: 'g/dL' }, ...more });
		expect(judge(result(11, printed), woman)).toMatchObject({ flag: 'normal', range: { low: 6, population: null } });
		expect(judge(result(7, printed), woman).flag).toBe('critical-low');
		expect(judge(result(11, { ...printed, interpretation: [{ coding: [{ code: 'H' }] }] }), woman).flag).toBe('high');
	});
	it('answers: a positive malaria test needs action, a blood group is not judged', () => {
		const answer = (code: string, key: string): FhirResource => ({ resourceType: 'Observation', code: { coding: [{ code }] }, valueCodeableConcept: { coding: [{ system: 'urn:saddlebag:laboratory', code: key }] } });
		expect(['70569-9 positive', '70569-9 negative', '882-1 A+', '20454-5 2+'].map((one) => judge(answer(one.split(' ')[0] ?? '', one.split(' ')[1] ?? ''), woman).flag)).toEqual(['critical', 'normal', null, 'abnormal']);
	});
	it('a judgement is total', () => {
		fc.assert(fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (value, range, interpretation) => {
			const read = judge(JSON.parse(JSON.stringify({ resourceType: 'Observation', code: { coding: [{ code: '718-7' }] }, valueQuantity: value, referenceRange: range, interpretation })) as FhirResource, woman);
			expect(typeof isCritical(read.flag)).toBe('boolean');
		}), { seed: 64, numRuns: 300 });
	});
});

describe('an order from beginning to end', () => {
	const panel = labPanel('blood-count');
	if (panel === null) throw new Error('no panel');
	const stored = (id: string, resource: FhirResource): FhirResource => ({ ...resource, id });
	const order = stored('o1', writeOrder({ panel }, { priority: 'urgent', reason: 'pale', note: '' }, '2026-11-20T08:00:00+03:00'));
	const specimen = stored('s1', writeSpecimen('o1', { kind: 'blood', words: 'Blood', label: 'B-17', note: '' }, '2026-11-20T08:10:00+03:00'));
	const belongs = { order: 'o1', specimen: 's1', when: '2026-11-20T08:10:00+03:00', person: woman };
	const hb = measured('haemoglobin');
	const result = stored('r1', writeResult({ test: hb, value: 7.1, unit: hb.units[0], printed: null }, belongs));
	const report = (final: boolean, id = 'd1') => stored(id, writeReport(order['code'] ?? {}, ['r1'], belongs, { conclusion: 'Severe anaemia', final, issued: '2026-11-20T12:00:00+03:00' }));
	const seen = stored('t1', writeAcknowledgement('d1', { note: '' }, '2026-11-20T12:30:00+03:00'));
	const state = (...resources: readonly FhirResource[]): readonly string[] => ordersOf(resources).map((one) => one.state);

	it('is ordered, taken, found, seen', () => {
		expect(state(order)).toEqual(['ordered']);
		expect(state(order, specimen)).toEqual(['specimen-taken']);
		expect(state(order, specimen, result)).toEqual(['partial']);
		expect(state(order, specimen, result, report(false))).toEqual(['partial']);
		expect(state(order, specimen, result, report(true))).toEqual(['resulted']);
		expect(state(withStatus(order, 'completed'), specimen, result, report(true), seen)).toEqual(['acknowledged']);
	});
	it('does not depend on the order of what is read', () => {
		const all = [order, specimen, result, report(true), seen];
		const expected = ordersOf(all);
		fc.assert(fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
			expect(ordersOf(shuffled)).toEqual(expected);
		}), { seed: 65, numRuns: 40 });
	});
	it('a sample that cannot be used asks for another; a second one settles it', () => {
		const spoilt = rejectedSpecimen(specimen, 'haemolysed');
		expect([state(order, spoilt), state(order, spoilt, { ...specimen, id: 's2' })]).toEqual([['specimen-rejected'], ['specimen-taken']]);
	});
	it('an order that was called off is open no more; its results still count', () => {
		const revoked = withStatus(order, 'revoked');
		expect([state(revoked), ordersOf([revoked]).some(isOpen), state(revoked, result, report(true))]).toEqual([['cancelled'], false, ['resulted']]);
	});
	it('each issued report wants its own acknowledgement', () => expect(state(order, result, report(true), report(true, 'd2'), seen)).toEqual(['resulted']));
	it('what is entered in error counts for nothing', () => expect(state(order, withStatus(specimen, 'entered-in-error'), withStatus(result, 'entered-in-error'), withStatus(report(true), 'entered-in-error'))).toEqual(['ordered']));
	it('a report that nobody here asked for stands alone', () => {
		const foreign: FhirResource = { ...report(true), basedOn: [{ reference: 'ServiceRequest/elsewhere' }] };
		expect(ordersOf([foreign, result]).map((one) => [one.order, one.results.length, one.panel?.key, isOpen(one)])).toEqual([[null, 1, 'blood-count', false]]);
	});
	it('what is recorded is FHIR as this app records it, with flag and range', () => {
		for (const resource of [order, specimen, result, report(true), seen]) expect(validateResource(resource)).toMatchObject({ errors: [], unknown: [] });
		expect(judge(result, woman)).toMatchObject({ flag: 'critical-low', range: { low: 12, high: null, population: 'women' } });
		expect(result).toMatchObject({ interpretation: [{ coding: [{ code: 'LL' }] }], basedOn: [{ reference: 'ServiceRequest/o1' }] });
	});
	it('the printed range goes before ours and hides nothing critical', () => {
		const potassium = measured('potassium');
		const entered = (value: number) => flagEntered({ test: potassium, value, unit: potassium.units[0], printed: { low: 3, high: 7 } }, { person: woman, when: TODAY }).flag;
		expect([entered(5.5), entered(6.6), entered(2.9)]).toEqual(['normal', 'critical-high', 'low']);
	});
	it('a reference is read or refused, never guessed', () => {
		expect(['ServiceRequest/o1', 'Task/o1', 'ServiceRequest/', 'http://x/ServiceRequest/o1', '', 'ServiceRequest/o1/_history/1'].map((reference) => referenced({ reference }, 'ServiceRequest'))).toEqual(['o1', null, null, null, null, null]);
	});
	it('orders are total over any resources', () => {
		const any = fc.array(fc.record({ resourceType: fc.constantFrom('ServiceRequest', 'Specimen', 'Observation', 'DiagnosticReport', 'Task'), id: fc.string(), basedOn: fc.jsonValue(), result: fc.jsonValue(), code: fc.jsonValue(), category: fc.jsonValue(), focus: fc.jsonValue(), status: fc.jsonValue() }));
		fc.assert(fc.property(any, (resources) => {
			expect(Array.isArray(ordersOf(JSON.parse(JSON.stringify(resources)) as FhirResource[]))).toBe(true);
		}), { seed: 66, numRuns: 200 });
	});
});
