/** Entries of the laboratory in words, as every entry is described. */
import { m } from '$lib/paraglide/messages.js';
import { concept, list, text } from '$lib/fhir/read.ts';
import { formatFhirDate } from '$lib/format/date.ts';
import { isolated } from '$lib/format/direction.ts';
import type { FhirResource } from '$sync/fhir/resource.ts';
import type { Priority } from '$sync/laboratory/record.ts';
import { orderName, specimenOf, urgencyName } from './words.ts';

const dated = (date: string | undefined): string => (date === undefined ? '' : formatFhirDate(date));

export function laboratoryWords(resource: FhirResource): readonly [title: string, rest: { readonly details: readonly string[]; readonly body?: string; readonly past?: boolean }] {
	const status = text(resource, 'status') ?? '';
	switch (resource.resourceType) {
		case 'ServiceRequest': {
			const priority = (['routine', 'urgent', 'asap', 'stat'] as const satisfies readonly Priority[]).find((one) => one === text(resource, 'priority'));
			return [m.lab_order_of({ what: orderName(resource) }), {
				details: [priority === undefined || priority === 'routine' ? '' : urgencyName(priority), concept(resource, 'reasonCode', 0) ?? '', dated(text(resource, 'authoredOn')), status === 'revoked' ? m.lab_state_cancelled() : '', text(resource, 'note', 0, 'text') ?? ''], past: ['completed', 'revoked'].includes(status)
			}];
		}
		case 'Specimen':
			return [m.lab_specimen({ kind: specimenOf(resource) }), {
				details: [dated(text(resource, 'collection', 'collectedDateTime')), isolated(text(resource, 'accessionIdentifier', 'value') ?? ''), status === 'unsatisfactory' ? m.lab_spoilt_done() : '', text(list(resource, 'note').at(-1), 'text') ?? ''], past: status === 'unsatisfactory'
			}];
		case 'DiagnosticReport':
			return [m.lab_report_of({ what: orderName(resource) }), { details: [dated(text(resource, 'effectiveDateTime') ?? text(resource, 'issued')), status === 'partial' ? m.lab_state_partial() : '', text(resource, 'conclusion') ?? ''] }];
		default:
			return [m.lab_acknowledged(), { details: [dated(text(resource, 'authoredOn')), text(resource, 'note', 0, 'text') ?? ''] }];
	}
}
