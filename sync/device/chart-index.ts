/**
 * What is known of every chart in memory while unlocked: the search entry, the identifying facts for matching, and the links it keeps.
 *
 * Derived from the desk resources of each chart and kept sealed with the search entries, so that unlocking reads one small part per
 * thousand charts and no chart.
 */
import type { Hlc, Id, VerifiedChange } from '../change/change.ts';
import { hlcMs, isHlc } from '../change/hlc.ts';
import type { FhirResource } from '../fhir/resource.ts';
import { identityOf, type ChartIdentity } from '../matching/identity.ts';
import { shownResource } from '../merge/assemble.ts';
import { ChartFold } from '../merge/chart.ts';
import { PatientIndex, type SearchEntry } from '../store/patientIndex.ts';

/** A Linkage as one site's chart keeps it: its changes, so that both copies can be folded together. */
export interface KeptLink {
	readonly id: Id;
	readonly changes: readonly VerifiedChange[];
}

export interface ChartEntry extends SearchEntry {
	readonly identity: ChartIdentity | null;
	readonly links: readonly KeptLink[];
}

const isEntry = (entry: SearchEntry): entry is ChartEntry => 'links' in entry;

export class ChartIndex {
	readonly #patients = new PatientIndex();
	/** link id -> copies by the chart that keeps them */
	readonly #links = new Map<Id, Map<string, KeptLink>>();
	/** moves whenever an entry does: what is derived from all of them knows when it is stale */
	version = 0;
	/** moves only when a link does */
	linksVersion = 0;
	/** ms since 1970 of the newest change held of each site, by its author's clock */
	readonly newest = new Map<Id, number>();

	put(entries: readonly SearchEntry[]): void {
		this.#patients.put(entries);
		this.version++;
		for (const entry of entries) {
			if (isHlc(entry.changed)) this.heard(entry.site, entry.changed);
			if (isEntry(entry)) for (const link of entry.links) this.#keepLink(`${entry.site}/${entry.chart}`, link);
		}
	}

	/** Copies of every link kept by a chart that is held here. */
	links(): IterableIterator<readonly [Id, ReadonlyMap<string, KeptLink>]> {
		return this.#links.entries();
	}

	link(id: Id): readonly KeptLink[] {
		return [...(this.#links.get(id)?.values() ?? [])];
	}

	#keepLink(keeper: string, link: KeptLink): void {
		const copies = this.#links.get(link.id) ?? new Map<string, KeptLink>();
		this.#links.set(link.id, copies);
		// changes are only ever added, so that as many are the same ones
		if (copies.get(keeper)?.changes.length === link.changes.length) return;
		copies.set(keeper, link);
		this.linksVersion++;
	}

	/** A change of a site arrived: how old its news is. */
	heard(site: Id, at: Hlc): void {
		this.newest.set(site, Math.max(this.newest.get(site) ?? 0, hlcMs(at)));
	}

	get(site: Id, chart: Id): ChartEntry | null {
		const entry = this.#patients.get(site, chart);
		return entry !== null && isEntry(entry) ? entry : null;
	}

	*all(): Generator<ChartEntry> {
		for (const entry of this.#patients.all()) if (isEntry(entry)) yield entry;
	}

	/** Charts held of a site. */
	countAt(site: Id): number {
		let count = 0;
		for (const entry of this.#patients.all()) if (entry.site === site) count++;
		return count;
	}

	/** Charts of patients: the register and charts whose Patient has not arrived are left out. */
	search(query: string, site: Id | null, limit: number): readonly ChartEntry[] {
		return this.#patients.search(query, site, limit * 2).filter(isEntry).filter((entry) => entry.identity !== null).slice(0, limit);
	}

	dropSite(site: Id): void {
		this.#patients.dropSite(site);
		for (const copies of this.#links.values()) for (const keeper of copies.keys()) if (keeper.startsWith(`${site}/`)) copies.delete(keeper);
		this.version++;
		this.linksVersion++;
	}

	clear(): void {
		this.#patients.clear();
		this.#links.clear();
		this.version++;
		this.linksVersion++;
		this.newest.clear();
	}
}

/** The entry of a chart, from all changes of its desk compartment held natively. Null when there are none. */
export function entryOf(site: Id, chart: Id, changes: readonly VerifiedChange[]): ChartEntry | null {
	const fold = new ChartFold(site, chart);
	fold.applyAll(changes);
	const resources = [...fold.chart.resources.values()];
	let changed = '';
	for (const { change } of changes) if (change.hlc > changed) changed = change.hlc;
	if (resources.length === 0) return null;
	const state = resources.find((resource) => resource.type === 'Patient' && !resource.retracted);
	const patient = state === undefined ? null : shownResource(state);
	const links = resources.filter((resource) => resource.type === 'Linkage').map(({ id, changes: said }): KeptLink => ({ id, changes: said }));
	if (patient === null) {
		return { site, chart, name: '', also: [], birthDate: null, gender: null, village: null, phone: null, identifiers: [], deceased: false, changed, identity: null, links };
	}
	return { ...searchable(site, chart, patient), changed, identity: identityOf(site, chart, patient), links };
}

function searchable(site: Id, chart: Id, patient: FhirResource): Omit<SearchEntry, 'changed'> {
	const identity = identityOf(site, chart, patient);
	return {
		site, chart,
		name: identity.names[0] ?? '', also: identity.names.slice(1), birthDate: identity.birthDate, gender: identity.gender, village: identity.village,
		phone: identity.phones[0] ?? null, identifiers: identity.identifiers.map(({ value }) => value),
		deceased: patient['deceasedBoolean'] === true || typeof patient['deceasedDateTime'] === 'string'
	};
}

