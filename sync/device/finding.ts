/**
 * Finding patients, and charts that may be of one person: over what is in memory while unlocked.
 */
import type { FhirResource } from '../fhir/resource.ts';
import { identityOf, type ChartIdentity } from '../matching/identity.ts';
import { findDuplicates, findPairs, type MatchedPair } from '../matching/match.ts';
import type { Id } from '../change/change.ts';
import type { ChartRef, PairProposal, PatientHit } from './api.ts';
import type { ChartEntry } from './chart-index.ts';
import type { Custody } from './custody.ts';
import type { SearchEntry } from '../store/patientIndex.ts';
import type { LinkBook } from './link-book.ts';
import type { Session } from './session.ts';
import type { ToldIndex } from './told-index.ts';

/** A chart that is not there yet: what a new patient's form says. */
const UNBORN = '' as Id;

export class Finding {
	readonly #session: Session;
	readonly #links: LinkBook;
	readonly #custody: Custody;
	readonly #told: ToldIndex;
	readonly #pause: () => Promise<void>;
	#matched: { readonly version: number; readonly pairs: Promise<readonly MatchedPair[]> } | null = null;

	constructor(session: Session, links: LinkBook, custody: Custody, told: ToldIndex, pause: () => Promise<void>) {
		this.#session = session;
		this.#links = links;
		this.#custody = custody;
		this.#told = told;
		this.#pause = pause;
	}

	async search({ query, site, limit }: { readonly query: string; readonly site: Id | null; readonly limit: number }): Promise<readonly PatientHit[]> {
		await this.#custody.refresh();
		const here = this.#session.index.search(query, site, limit).map((entry) => this.#hit(entry));
		// nobody browses another site's patients: they are found by who knows whom to look for
		if (query.trim() === '' || here.length >= limit) return here;
		await this.#told.read();
		return [...here, ...this.#told.search(query, limit - here.length).map((entry) => this.#toldHit(entry))];
	}

	/** Charts that may be of the person about to be registered. */
	async duplicatesOf(patient: FhirResource): Promise<readonly PairProposal[]> {
		await this.#custody.refresh();
		const subject = identityOf(UNBORN, UNBORN, patient);
		await this.#told.read();
		const told = this.#told.all().map(identityTold);
		return findDuplicates(subject, [...this.#identities(), ...told]).map((pair) => this.#proposal(pair, 'matching')).filter((proposal) => proposal !== null);
	}

	/** Proposed links first, then what matching finds and nobody has judged yet. */
	async proposals(limit: number): Promise<readonly PairProposal[]> {
		await this.#custody.refresh();
		const proposed = this.#links.all().filter(({ state }) => state === 'proposed').flatMap(({ charts }) => {
			const [a, b] = charts.map(({ site, chart }) => this.#session.index.get(site, chart)?.identity ?? null);
			if (a === null || a === undefined || b === null || b === undefined) return [];
			return findDuplicates(a, [b], 1, 0).map((pair) => this.#proposal(pair, 'link-proposal'));
		});
		const found = (await this.#pairs()).filter(({ a, b }) => this.#links.between(a, b) === null || this.#links.between(a, b)?.state === 'undone');
		return [...proposed, ...found.map((pair) => this.#proposal(pair, 'matching'))].filter((proposal) => proposal !== null).slice(0, limit);
	}

	/** Computed once per state of the index; it takes seconds for tens of thousands of charts, and lets other work run meanwhile. */
	#pairs(): Promise<readonly MatchedPair[]> {
		const { version } = this.#session.index;
		if (this.#matched?.version !== version) {
			const pairs = findPairs(this.#identities(), { pause: this.#pause }).then((result) => result.pairs);
			this.#matched = { version, pairs };
		}
		return this.#matched.pairs;
	}

	#identities(): readonly ChartIdentity[] {
		const identities: ChartIdentity[] = [];
		for (const { identity } of this.#session.index.all()) if (identity !== null) identities.push(identity);
		return identities;
	}

	#proposal({ a, b, fields, weight, probability }: MatchedPair, origin: PairProposal['origin']): PairProposal | null {
		const [one, other] = [this.#known(a), this.#known(b)];
		if (other === null) return null;
		return { a: one ?? unborn(a), b: other, fields, weight, probability, origin };
	}

	#known({ site, chart }: ChartIdentity): PatientHit | null {
		const held = this.#session.index.get(site, chart);
		if (held !== null) return this.#hit(held);
		const told = chart === UNBORN ? null : this.#told.get(site, chart);
		return told === null ? null : this.#toldHit(told);
	}

	#toldHit({ site, chart, name, birthDate, village }: SearchEntry): PatientHit {
		const ref: ChartRef = { site, chart };
		return {
			...ref, siteName: this.#session.siteName(site), name, birthDate, gender: null, village, phone: null, identifiers: [], deceased: false,
			linked: this.#links.of(ref).filter(({ state }) => state === 'proposed' || state === 'in-force').flatMap(({ charts }) => charts.filter((one) => one.chart !== chart)), unsent: false, told: true
		};
	}

	#hit(entry: ChartEntry): PatientHit {
		const ref: ChartRef = { site: entry.site, chart: entry.chart };
		return {
			...ref, siteName: this.#session.siteName(entry.site), name: entry.name, birthDate: entry.birthDate, gender: entry.gender, village: entry.village, phone: entry.phone,
			identifiers: entry.identifiers, deceased: entry.deceased,
			linked: this.#links.person(ref).slice(1), unsent: this.#custody.isUnsent(ref)
		};
	}
}

const identityTold = ({ site, chart, name, birthDate, village }: SearchEntry): ChartIdentity => ({ site, chart, names: [name], birthDate, gender: null, village, phones: [], identifiers: [] });

const unborn = (identity: ChartIdentity): PatientHit => ({
	site: identity.site, chart: identity.chart, siteName: '', name: identity.names[0] ?? '', birthDate: identity.birthDate, gender: identity.gender,
	village: identity.village, phone: identity.phones[0] ?? null, identifiers: identity.identifiers.map(({ value }) => value), deceased: false, linked: [], unsent: false
});
