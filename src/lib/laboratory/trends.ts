/** Each laboratory measure over time, in the first unit of its test; what is in a unit without a factor is counted, never mixed in. */
import { number, text } from '$lib/fhir/read.ts';
import type { Trend, TrendPoint } from '$lib/growth/trends.ts';
import type { FhirResource } from '$sync/fhir/resource.ts';
import { inFirstUnit, testOf, unitOf } from '$sync/laboratory/flags.ts';
import { LAB_TESTS, type QuantityTest } from '$sync/laboratory/tests.ts';
import { testName } from './words.ts';

interface Read { readonly test: QuantityTest; readonly point: TrendPoint | null }

function read(resource: FhirResource): Read | null {
	const test = testOf(resource);
	const value = number(resource, 'valueQuantity', 'value');
	const when = text(resource, 'effectiveDateTime') ?? '';
	if (resource.resourceType !== 'Observation' || test?.kind !== 'quantity' || value === undefined || Number.isNaN(Date.parse(when)) || when.length < 10) return null;
	const unit = unitOf(test, text(resource, 'valueQuantity', 'code') ?? '') ?? unitOf(test, text(resource, 'valueQuantity', 'unit') ?? '');
	if (unit === null) return { test, point: null };
	const first = test.units[0];
	return { test, point: { at: Date.parse(when), when, value: Math.round(inFirstUnit(value, unit) * 100) / 100, unit: first.shown, converted: unit !== first, recorded: `${value} ${unit.shown}` } };
}

/** Tests with two values or more, those measured last first. */
export function labTrends(resources: readonly FhirResource[]): readonly Trend[] {
	const found = resources.map(read).filter((one) => one !== null);
	return LAB_TESTS.flatMap((test): readonly Trend[] => {
		const own = found.filter((one) => one.test === test);
		const points = own.map(({ point }) => point).filter((point) => point !== null).toSorted((a, b) => a.at - b.at);
		return points.length < 2 || test.kind !== 'quantity' ? [] : [{ name: test.key, title: testName(test.key), unit: test.units[0].shown, points, otherUnits: own.length - points.length }];
	}).toSorted((a, b) => (b.points.at(-1)?.at ?? 0) - (a.points.at(-1)?.at ?? 0));
}
