/**
 * One open chart: what the device shows of it, kept fresh while changes arrive, and the saves made from its forms. What the person
 * saw when a form was opened (heads) goes back with the save, so that two people never overwrite each other unseen.
 */
import type { ChartRef, ChartView, Entry, Outcome, SaveReceipt, SaveRequest } from '$sync/device/api.ts';
import type { BatchEntry } from '$sync/device/batch-api.ts';
import type { ConflictReview } from '$sync/device/review-api.ts';
import type { Discrepancy, EhrItem } from '$sync/ehr/view.ts';
import { ok } from '$sync/result.ts';
import type { Session } from '$lib/device/session.svelte.ts';
import { refusal } from '$lib/language/refusals.ts';
import { isNoKnownAllergy, readAllergy } from '$lib/fhir/allergy.ts';
import { rightsAt, type Rights } from '$lib/organization/rights.ts';
import { ENTRY_TYPES, isRetracted } from '$lib/fhir/entry.ts';
import { clinicalDate } from './describe.ts';
import { hasOwnSection } from './sections.ts';
import type { FhirResource } from '$sync/fhir/resource.ts';

export type AllergyState = 'known' | 'none-known' | 'not-recorded' | 'unavailable';

/** Have a section of their own, or are shown as what they are: the person, links, answers to discrepancies. */
const NOT_OTHER: readonly string[] = [...ENTRY_TYPES, 'Patient', 'Linkage', 'DetectedIssue'];

export class ChartRecord {
	view = $state.raw<ChartView | null>(null);
	problem = $state<string | null>(null);
	/** what was last stored here, said once; null when nothing was */
	saved = $state<string | null>(null);
	#asked = 0;
	#latest: Promise<void> = Promise.resolve();

	constructor(private readonly session: Session, readonly ref: ChartRef) {}

	/** what its drafts are of, when that is not the chart itself */
	readonly scope: string = 'chart';

	/** Settles when the newest answer is on screen: one overtaken by a later question waits for that one. */
	async load(): Promise<void> {
		let asked = (this.#latest = this.#ask(++this.#asked));
		await asked;
		while (asked !== this.#latest) await (asked = this.#latest);
	}

	async #ask(mine: number): Promise<void> {
		const outcome = await this.session.device.openChart(this.ref);
		if (mine !== this.#asked) return;
		if (outcome.ok) {
			this.view = outcome.value;
			this.problem = null;
		} else this.problem = refusal(outcome.error);
	}

	/** Reloads when this chart, or one linked to it, moved. */
	watch(): () => void {
		return this.session.onCharts((charts) => {
			const linked = [this.ref.chart, ...(this.view?.links ?? []).flatMap((l) => l.charts.map((c) => c.chart))];
			if (charts === 'all' || charts.some((c) => linked.includes(c.chart))) void this.load();
		});
	}

	/** Entries of one type in force, newest first; those entered in error are apart. */
	entries(type: string): { readonly shown: readonly Entry[]; readonly retracted: readonly Entry[] } {
		const all = (this.view?.entries ?? []).filter((e) => e.type === type).toSorted((a, b) => clinicalDate(b.resource).localeCompare(clinicalDate(a.resource)) || b.changed.at - a.changed.at);
		return { shown: all.filter((e) => !e.retracted), retracted: all.filter((e) => e.retracted) };
	}

	/** What linked charts say and this one does not: shown beside the own entries, for a clinician must not miss it. */
	elsewhere(type: string): readonly EhrItem[] {
		return (this.view?.ehr?.items ?? []).filter((i) => i.type === type && i.sources.every((s) => s.chart !== this.ref.chart) && !isRetracted(i.lead.resource));
	}

	get otherTypes(): readonly string[] {
		const types = (this.view?.entries ?? []).filter((e) => !hasOwnSection(e.resource)).map((e) => e.type).filter((type) => !NOT_OTHER.includes(type));
		return types.filter((type, index) => types.indexOf(type) === index).toSorted();
	}

	/** An entry by its id, the person's own details included. */
	entry(id: string | null): Entry | null {
		const patient = this.view?.patient ?? null;
		return patient !== null && patient.id === id ? patient : (this.view?.entries.find((e) => e.id === id) ?? null);
	}

	/** Which of the four states the banner shows: over all linked charts, and "unavailable" wherever something may be missing. */
	get allergies(): AllergyState {
		const view = this.view;
		if (view === null) return 'unavailable';
		const own = this.entries('AllergyIntolerance').shown;
		const elsewhere = view.ehr?.items.filter((i) => i.type === 'AllergyIntolerance').flatMap((i) => i.sources) ?? [];
		const all: readonly FhirResource[] = [...own.map((e) => e.resource), ...elsewhere.map((s) => s.resource).filter((r) => !isRetracted(r))];
		if (all.some((r) => !isNoKnownAllergy(r) && readAllergy(r).status === 'active')) return 'known';
		if (view.patient === null || !this.rights.readsClinical || !view.clinicalKept || own.some((e) => e.incomplete)) return 'unavailable';
		return all.some(isNoKnownAllergy) ? 'none-known' : 'not-recorded';
	}

	/** Substances of active allergies, here and in linked charts, for the banner. */
	get allergyNames(): readonly string[] {
		const all = [...this.entries('AllergyIntolerance').shown, ...this.elsewhere('AllergyIntolerance').map((item) => item.lead)];
		return all.filter((e) => !isNoKnownAllergy(e.resource)).map((e) => readAllergy(e.resource)).filter((f) => f.status === 'active').map((f) => f.substance);
	}

	/** What the member may do in this chart by the role at its site. */
	get rights(): Rights {
		return rightsAt(this.session.organization, this.view?.ref.site);
	}

	/** `on`: what was on the screen when the form was opened. */
	request(resource: FhirResource, on: Pick<SaveRequest, 'heads' | 'missing'>, more: Pick<SaveRequest, 'resolve' | 'reason'> = {}): SaveRequest {
		const { heads, missing = [] } = on;
		return { ref: this.view?.ref ?? this.ref, comp: resource.resourceType === 'Patient' ? 'desk' : 'clinical', resource, heads, ...(missing.length > 0 ? { missing } : {}), ...more };
	}

	async save(request: SaveRequest): Promise<Outcome<SaveReceipt>> {
		const outcome = await this.session.device.save(request);
		if (outcome.ok) await this.load();
		return outcome;
	}

	/** In one act: all of it is stored, or nothing. */
	async saveAll(requests: readonly BatchEntry[]): Promise<Outcome<readonly SaveReceipt[]>> {
		const outcome = await this.session.device.saveAll(requests);
		if (outcome.ok) await this.load();
		return outcome;
	}

	/** The conflicts of this chart that wait for a person, as the work list has them; no other chart is looked at. */
	async questions(): Promise<Outcome<readonly ConflictReview[]>> {
		const outcome = await this.session.device.chartReviews(this.ref);
		return outcome.ok ? ok(outcome.value.filter((item) => item.kind === 'conflict')) : outcome;
	}

	/** Shows what is restricted, for a reason that is recorded. The view stays so until locking. */
	async breakGlass(reason: string): Promise<Outcome<ChartView>> {
		const outcome = await this.session.device.breakGlass({ ref: this.ref, reason });
		if (outcome.ok) this.view = outcome.value;
		return outcome;
	}

	async alertsBefore(request: SaveRequest): Promise<readonly Discrepancy[]> {
		const outcome = await this.session.device.alertsBefore(request);
		return outcome.ok ? outcome.value : [];
	}

	/** Alerts and discrepancies of this chart and of the shared record, the gravest first. */
	get alerts(): readonly Discrepancy[] {
		const rank = { critical: 0, warning: 1, info: 2 };
		const all = [...(this.view?.ehr?.discrepancies ?? []), ...(this.view?.alerts ?? [])];
		return all.filter((d, index) => all.findIndex((other) => other.id === d.id) === index).toSorted((a, b) => rank[a.severity] - rank[b.severity] || a.id.localeCompare(b.id));
	}
}
