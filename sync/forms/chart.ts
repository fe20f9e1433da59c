/** What a chart says to a form: the newest value of each code, to be shown beside the box, compared with what is typed, and carried on where the template says so. */
import type { Json } from '../change/change.ts';
import { at, list, text } from '../fhir/path.ts';
import type { FhirResource } from '../fhir/resource.ts';
import type { Answer, Previous } from './answers.ts';
import type { Coding } from './form.ts';
import { readAnswer } from './response.ts';

const nameOf = (system: string | undefined, code: string): string => `${system ?? ''} ${code}`;

function valueOf(from: Json): Answer | null {
	const unit = text(from, 'valueQuantity', 'code');
	const concept = at(from, 'valueCodeableConcept');
	if (concept !== undefined) {
		const codings = list(concept, 'coding').flatMap((c) => readAnswer({ valueCoding: c }) ?? []).flatMap((a) => (a.kind === 'coding' ? a.codings : []));
		return codings.length === 0 ? null : { kind: 'coding', codings };
	}
	const read = readAnswer(from);
	// a unit that is no UCUM code cannot be compared: the value is left out rather than taken for another unit
	if (read?.kind === 'number' && at(from, 'valueQuantity') !== undefined) return unit === undefined ? (read.unit === null ? read : null) : { ...read, unit };
	return read?.kind === 'date' ? { ...read, value: read.value.slice(0, 10) } : read;
}

/** Looks up the newest value of a code among a chart's entries in force (retracted ones left out by the caller). */
export function previousIn(resources: readonly FhirResource[]): (coding: Coding) => Previous | null {
	const newest = new Map<string, Previous>();
	for (const resource of resources) {
		if (resource.resourceType !== 'Observation') continue;
		const when = text(resource, 'effectiveDateTime') ?? text(resource, 'issued') ?? '';
		for (const part of [resource, ...list(resource, 'component')]) {
			const answer = valueOf(part);
			if (answer === null) continue;
			for (const coding of list(part, 'code', 'coding')) {
				const name = nameOf(text(coding, 'system'), text(coding, 'code') ?? '');
				const known = newest.get(name);
				if (known === undefined || when > known.when) newest.set(name, { answer, when });
			}
		}
	}
	return (coding) => (coding.code === undefined ? null : (newest.get(nameOf(coding.system, coding.code)) ?? null));
}
