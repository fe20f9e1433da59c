/**
 * A chart whose entry's form decides a conflict: it opens on one of the versions, and what it saves is the decision.
 *
 * The decision holds the group in question and nothing else. What the person changed beside it on the same form follows as an ordinary
 * change on top; were that to fail, the decision stands and the form says so.
 */
import type { Entry, Outcome, SaveReceipt, SaveRequest } from '$sync/device/api.ts';
import type { ConflictReview } from '$sync/device/review-api.ts';
import type { FhirResource } from '$sync/fhir/resource.ts';
import type { Session } from '$lib/device/session.svelte.ts';
import type { FormKind } from '$lib/chart/forms.ts';
import { ChartRecord } from '$lib/chart/record.svelte.ts';
import { isNoKnownAllergy } from '$lib/fhir/allergy.ts';
import { readings, VITALS } from '$lib/fhir/vitals.ts';
import type { Json } from '$sync/change/change.ts';

/** The groups that the form of a type has fields for. */
const ON_FORM: ReadonlyMap<string, { readonly form: FormKind; readonly groups: readonly string[] }> = new Map([
	['Patient', { form: 'patient', groups: ['birth', 'sex'] }],
	['AllergyIntolerance', { form: 'allergy', groups: ['substance', 'status', 'criticality', 'onset'] }],
	['Condition', { form: 'problem', groups: ['problem', 'status', 'onset'] }],
	['MedicationRequest', { form: 'medicine', groups: ['medication', 'status'] }],
	['Observation', { form: 'vitals', groups: ['result'] }],
	['Immunization', { form: 'vaccine', groups: ['vaccination'] }],
	['Composition', { form: 'note', groups: ['note'] }]
]);

/** The form in which a new value is entered; null when there is none for this group, and its parts are entered one by one. */
export function formFor(item: ConflictReview): FormKind | null {
	const found = ON_FORM.get(item.type);
	if (found === undefined || item.item !== null || !found.groups.includes(item.group)) return null;
	if (item.type === 'AllergyIntolerance' && isNoKnownAllergy(item.resource)) return null;
	if (item.type === 'Observation') {
		const signs = readings(item.resource);
		if (signs.length === 0 || signs.some((sign) => sign.unit !== VITALS[sign.vital].unit)) return null;
	}
	return found.form;
}

/** The elements of `resource` that belong to a group, by its properties. */
export function elementsOf(resource: FhirResource, properties: ReadonlySet<string>): FhirResource {
	const kept = Object.entries(resource).filter(([name]) => properties.has(name));
	return { ...Object.fromEntries(kept), resourceType: resource.resourceType };
}

/** `resource` with the group as the version has it. */
export function withGroup(resource: FhirResource, version: FhirResource | null, properties: ReadonlySet<string>): FhirResource {
	const rest = Object.entries(resource).filter(([name]) => !properties.has(name));
	const group = version === null ? [] : Object.entries(version).filter(([name]): boolean => properties.has(name));
	return { ...Object.fromEntries<Json>([...rest, ...group]), resourceType: resource.resourceType };
}

export class ResolvingRecord extends ChartRecord {
	override readonly scope = 'review';

	constructor(
		session: Session, private readonly item: ConflictReview, private readonly properties: ReadonlySet<string>,
		private readonly decide: (value: FhirResource) => Promise<Outcome<SaveReceipt>>
	) {
		super(session, item.ref);
	}

	/** The entry as the form opens on it: with the version that is shown meanwhile. */
	override entry(): Entry | null {
		const found = this.view?.patient?.id === this.item.id ? this.view.patient : super.entry(this.item.id);
		const shown = this.item.values.find((value) => value.shown) ?? this.item.values[0];
		return found === null ? null : { ...found, resource: withGroup(found.resource, shown?.value ?? null, this.properties), heads: this.item.heads };
	}

	override async save(request: SaveRequest): Promise<Outcome<SaveReceipt>> {
		const before = this.entry();
		const decided = await this.decide(elementsOf(request.resource, this.properties));
		if (!decided.ok || before === null) return decided;
		const rest = (resource: FhirResource): string => JSON.stringify(Object.entries(resource).filter(([name]) => !this.properties.has(name)).toSorted(([a], [b]) => (a < b ? -1 : 1)));
		if (rest(before.resource) === rest(request.resource)) return decided;
		return super.save({ ...request, heads: decided.value.heads });
	}
}

