/**
 * Where a laboratory order stands, read from what was recorded: the order (ServiceRequest), its samples (Specimen), its results (Observation), the
 * report that issues them (DiagnosticReport), and who took note of it (Task). Kept nowhere: a result that arrives from another site settles
 * an order without anybody's doing.
 *
 * Total over any resources: references may dangle, point to themselves or name another type. What is entered in error counts for nothing.
 */
import { at, code, hasCode, list, text } from '../fhir/path.ts';
import type { Json } from '../change/change.ts';
import type { FhirResource } from '../fhir/resource.ts';
import { testOf } from './flags.ts';
import { LAB_TEST_KEYS, LABORATORY, labPanel, type LabPanel } from './tests.ts';

export const LABORATORY_PROCEDURE = '108252007';
export const TASK_CODES = 'urn:saddlebag:task';
export const ACKNOWLEDGE = 'acknowledge-result';

export type OrderState = 'ordered' | 'specimen-taken' | 'specimen-rejected' | 'partial' | 'resulted' | 'acknowledged' | 'cancelled';

export interface LabOrder {
	/** null: a report that no order here asked for */
	readonly order: FhirResource | null;
	readonly panel: LabPanel | null;
	readonly specimens: readonly FhirResource[];
	/** the newest first; more than one when a part came later */
	readonly reports: readonly FhirResource[];
	readonly results: readonly FhirResource[];
	/** who took note of the reports */
	readonly acknowledgements: readonly FhirResource[];
	readonly state: OrderState;
	/** FHIR dateTime of what happened last, for sorting */
	readonly moved: string;
}

const inForce = (resource: FhirResource): boolean => text(resource, 'status') !== 'entered-in-error';
export const idOf = (resource: FhirResource): string => text(resource, 'id') ?? '';

/** The id that a reference to a resource of this type names; null for another's, an absolute or a broken one. */
export function referenced(from: Json | undefined, type: string): string | null {
	const [named, id, ...more] = (text(from, 'reference') ?? '').split('/');
	return named === type && id !== undefined && id !== '' && more.length === 0 ? id : null;
}
const refersTo = (references: readonly Json[], type: string, id: string): boolean => references.some((one) => referenced(one, type) === id);

export const isLabOrder = (resource: FhirResource): boolean =>
	resource.resourceType === 'ServiceRequest' && (list(resource, 'category').some((one) => hasCode(one, LABORATORY_PROCEDURE)) || code(at(resource, 'code'), LABORATORY) !== undefined);
export const isLabReport = (resource: FhirResource): boolean =>
	resource.resourceType === 'DiagnosticReport' && list(resource, 'category').some((one) => list(one, 'coding').some((c) => ['lab', 'laboratory'].includes((text(c, 'code') ?? '').toLowerCase())));
export const isLabResult = (resource: FhirResource): boolean =>
	resource.resourceType === 'Observation' && list(resource, 'category').some((one) => hasCode(one, 'laboratory'));
export const isAcknowledgement = (resource: FhirResource): boolean => resource.resourceType === 'Task' && code(at(resource, 'code'), TASK_CODES) === ACKNOWLEDGE;

const whenOf = (resource: FhirResource): string =>
	text(resource, 'issued') ?? text(resource, 'effectiveDateTime') ?? text(resource, 'collection', 'collectedDateTime') ?? text(resource, 'lastModified') ?? text(resource, 'authoredOn') ?? '';
const newestFirst = (a: FhirResource, b: FhirResource): number => whenOf(b).localeCompare(whenOf(a)) || idOf(a).localeCompare(idOf(b));

const OPEN_REPORT: readonly string[] = ['registered', 'partial', 'preliminary'];
/** A specimen that says it cannot be used. */
const SPOILT: readonly string[] = ['unsatisfactory', 'unavailable'];

interface Parts { readonly specimens: readonly FhirResource[]; readonly reports: readonly FhirResource[]; readonly results: readonly FhirResource[]; readonly acknowledgements: readonly FhirResource[] }

function stateOf(order: FhirResource | null, { specimens, reports, results, acknowledgements }: Parts): OrderState {
	const issued = reports.filter((report) => !OPEN_REPORT.includes(text(report, 'status') ?? '') && text(report, 'status') !== 'cancelled');
	const open = issued.filter((report) => !acknowledgements.some((task) => referenced(at(task, 'focus'), 'DiagnosticReport') === idOf(report)));
	// what was found out counts, whatever became of the order
	if (issued.length > 0) return open.length === 0 ? 'acknowledged' : 'resulted';
	if (['revoked', 'entered-in-error'].includes(text(order ?? undefined, 'status') ?? '')) return 'cancelled';
	if (results.length > 0 || reports.length > 0) return 'partial';
	if (specimens.length === 0) return 'ordered';
	return specimens.every((one) => SPOILT.includes(text(one, 'status') ?? '')) ? 'specimen-rejected' : 'specimen-taken';
}

function assembled(order: FhirResource | null, parts: Parts): LabOrder {
	const all = [...(order === null ? [] : [order]), ...parts.specimens, ...parts.reports, ...parts.results, ...parts.acknowledgements];
	const moved = all.map(whenOf).reduce((latest, one) => (one > latest ? one : latest), '');
	const panel = labPanel(code(at(order ?? parts.reports[0], 'code'), LABORATORY) ?? '');
	return { order, panel, ...parts, state: stateOf(order, parts), moved };
}

/** All orders of a person, and reports without one; those that moved last come first. Each report and result is in one of them. */
export function ordersOf(resources: readonly FhirResource[]): readonly LabOrder[] {
	// by id, so that nothing hangs on the order of reading
	const valid = resources.filter(inForce).toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : idOf(a) > idOf(b) ? 1 : 0));
	const of = (type: string): readonly FhirResource[] => valid.filter((one) => one.resourceType === type);
	const acknowledgements = of('Task').filter(isAcknowledgement).filter((task) => text(task, 'status') === 'completed');
	const specimens = of('Specimen');
	const observations = of('Observation');
	const taken = new Set<FhirResource>();
	const partsOf = (reports: readonly FhirResource[], order: FhirResource | null): Parts => {
		const named = new Set(reports.flatMap((report) => list(report, 'result').map((one) => referenced(one, 'Observation')).filter((id) => id !== null)));
		const results = observations.filter((one) => !taken.has(one) && (named.has(idOf(one)) || (order !== null && isLabResult(one) && refersTo(list(one, 'basedOn'), 'ServiceRequest', idOf(order)))));
		for (const one of [...reports, ...results]) taken.add(one);
		const asked = order === null ? [] : specimens.filter((one) => refersTo(list(one, 'request'), 'ServiceRequest', idOf(order)) || refersTo(list(order, 'specimen'), 'Specimen', idOf(one)));
		return {
			specimens: asked.toSorted(newestFirst), reports: reports.toSorted(newestFirst), results: results.toSorted((a, b) => placeOf(a) - placeOf(b)),
			acknowledgements: acknowledgements.filter((task) => reports.some((report) => referenced(at(task, 'focus'), 'DiagnosticReport') === idOf(report))).toSorted(newestFirst)
		};
	};
	const reports = of('DiagnosticReport');
	const asked = of('ServiceRequest').filter(isLabOrder).map((order) =>
		assembled(order, partsOf(reports.filter((report) => !taken.has(report) && refersTo(list(report, 'basedOn'), 'ServiceRequest', idOf(order))), order)));
	const unasked = reports.filter((report) => !taken.has(report) && isLabReport(report)).map((report) => assembled(null, partsOf([report], null)));
	return [...asked, ...unasked].toSorted((a, b) => b.moved.localeCompare(a.moved) || idOf(a.order ?? a.reports[0] ?? NOTHING).localeCompare(idOf(b.order ?? b.reports[0] ?? NOTHING)));
}
/** Results in the order of the table of tests; others after them. */
function placeOf(result: FhirResource): number {
	const key = testOf(result)?.key;
	return key === undefined ? LAB_TEST_KEYS.length : LAB_TEST_KEYS.indexOf(key);
}
const NOTHING: FhirResource = { resourceType: 'ServiceRequest' };

/** Somebody still has to do something: take a sample, enter a result, look at it. */
export const isOpen = ({ state, order }: LabOrder): boolean => state !== 'acknowledged' && state !== 'cancelled' && !(order === null && state === 'resulted');
