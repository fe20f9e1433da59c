/**
 * What is known of every chart in memory while unlocked: the search entry, the identifying facts for matching, and the links it keeps.
 *
 * Derived from the desk resources of each chart and kept sealed with the search entries, so that unlocking reads one small part per
 * thousand charts and no chart.
 */
import type { Hlc, Id, VerifiedChange } from '../change/change.ts';
import { hlcMs, isHlc } from '../change/hlc.ts';
import { identityOf, type ChartIdentity } from '../matching/identity.ts';
import { shownResource } from '../merge/assemble.ts';
import { ChartFold } from '../merge/chart.ts';
import type { Packing } from '../store/packedEntries.ts';
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

/** All that an entry holds follows from this: what is searched is a part of the identity. */
type Packed = readonly [facts: readonly [
	names: ChartIdentity['names'], birthDate: string | null, gender: string | null, village: string | null, phones: ChartIdentity['phones'],
	identifiers: readonly (readonly [system: string, value: string])[]
] | null, deceased: boolean, changed: string, links: readonly KeptLink[]];

const PACKING: Packing<ChartEntry> = {
	pack: ({ identity: known, deceased, changed, links }): Packed => [
		known === null ? null : [known.names, known.birthDate, known.gender, known.village, known.phones, known.identifiers.map(({ system, value }) => [system, value] as const)],
		deceased, changed, links
	],
	unpack(site, chart, packed) {
		const [facts, deceased, changed, links] = packed as Packed;
		if (facts === null) return { ...withoutPatient(site, chart), changed, links };
		const [names, birthDate, gender, village, phones, identifiers] = facts;
		const identity = { site, chart, names, birthDate, gender, village, phones, identifiers: identifiers.map(([system, value]) => ({ system, value })) };
		return { ...searchable(identity), deceased, changed, identity, links };
	}
};

export class ChartIndex {
	readonly #patients = new PatientIndex(PACKING);
	/** link id -> copies by the chart that keeps them */
	readonly #links = new Map<Id, Map<string, KeptLink>>();
	/** moves whenever an entry does: what is derived from all of them knows when it is stale */
	version = 0;
	/** moves only when a link does */
	linksVersion = 0;
	/** ms since 1970 of the newest change held of each site, by its author's clock */
	readonly newest = new Map<Id, number>();

	put(entries: readonly SearchEntry[]): void {
		const charts = entries.filter(isEntry);
		this.#patients.put(charts);
		this.version++;
		for (const entry of charts) {
			if (isHlc(entry.changed)) this.heard(entry.site, entry.changed);
			for (const link of entry.links) this.#keepLink(`${entry.site}/${entry.chart}`, link);
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
		return this.#patients.get(site, chart);
	}

	has(site: Id, chart: Id): boolean {
		return this.#patients.has(site, chart);
	}

	/** Every entry, or those of a site. To be read to its end before the index changes. */
	all(site: Id | null = null): Generator<ChartEntry> {
		return this.#patients.all(site);
	}

	/** Charts held of a site. */
	chartsAt(site: Id): readonly Id[] {
		return this.#patients.chartsAt(site);
	}

	countAt(site: Id): number {
		return this.#patients.countAt(site);
	}

	/** Charts of patients: the register and charts whose Patient has not arrived are left out. */
	search(query: string, site: Id | null, limit: number): readonly ChartEntry[] {
		return this.#patients.search(query, site, limit * 2).filter((entry) => entry.identity !== null).slice(0, limit);
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
	if (patient === null) return { ...withoutPatient(site, chart), changed, links };
	const identity = identityOf(site, chart, patient);
	const deceased = patient['deceasedBoolean'] === true || typeof patient['deceasedDateTime'] === 'string';
	return { ...searchable(identity), deceased, changed, identity, links };
}

const withoutPatient = (site: Id, chart: Id): Omit<ChartEntry, 'changed' | 'links'> =>
	({ site, chart, name: '', also: [], birthDate: null, gender: null, village: null, phone: null, identifiers: [], deceased: false, identity: null });

function searchable({ site, chart, names, birthDate, gender, village, phones, identifiers }: ChartIdentity): Omit<SearchEntry, 'changed' | 'deceased'> {
	return { site, chart, name: names[0] ?? '', also: names.slice(1), birthDate, gender, village, phone: phones[0] ?? null, identifiers: identifiers.map(({ value }) => value) };
}
