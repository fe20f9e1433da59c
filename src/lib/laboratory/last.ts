/** The newest value of a test in a chart, in its first unit. */
import { number, text } from '$lib/fhir/read.ts';
import type { FhirResource } from '$sync/fhir/resource.ts';
import { inFirstUnit, testOf, unitOf } from '$sync/laboratory/flags.ts';
import type { QuantityTest } from '$sync/laboratory/tests.ts';

export interface Last { readonly value: number; /** FHIR date or dateTime */ readonly when: string }

export function lastOf(resources: readonly FhirResource[], test: QuantityTest): Last | null {
	let last: Last | null = null;
	for (const resource of resources) {
		if (resource.resourceType !== 'Observation' || testOf(resource) !== test) continue;
		const value = number(resource, 'valueQuantity', 'value');
		const unit = unitOf(test, text(resource, 'valueQuantity', 'code') ?? '') ?? unitOf(test, text(resource, 'valueQuantity', 'unit') ?? '');
		const when = text(resource, 'effectiveDateTime') ?? '';
		if (value === undefined || unit === null || (last !== null && when <= last.when)) continue;
		last = { value: Math.round(inFirstUnit(value, unit) * 100) / 100, when };
	}
	return last;
}
