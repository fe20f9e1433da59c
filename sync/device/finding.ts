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
import type { LinkBook } from './link-book.ts';
import type { Session } from './session.ts';

/** A chart that is not there yet: what a new patient's form says. */
const UNBORN = '' as Id;

export class Finding {
	readonly #session: Session;
	readonly #links: LinkBook;
	readonly #custody: Custody;
	readonly #pause: () => Promise<void>;
	#matched: { readonly version: number; readonly pairs: Promise<readonly MatchedPair[]> } | null = null;

	constructor(session: Session, links: LinkBook, custody: Custody, pause: () => Promise<void>) {
		this.#session = session;
		this.#links = links;
		this.#custody = custody;
		this.#pause = pause;
	}

	async search({ query, site, limit }: { readonly query: string; readonly site: Id | null; readonly limit: number }): Promise<readonly PatientHit[]> {
		await this.#custody.refresh();
		return this.#session.index.search(query, site, limit).map((entry) => this.#hit(entry));
	}

	/** Charts that may be of the person about to be registered. */
	async duplicatesOf(patient: FhirResource): Promise<readonly PairProposal[]> {
		await this.#custody.refresh();
		const subject = identityOf(UNBORN, UNBORN, patient);
		return findDuplicates(subject, this.#identities()).map((pair) => this.#proposal(pair, 'matching')).filter((proposal) => proposal !== null);
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
		const [first, second] = [a, b].map((identity) => this.#session.index.get(identity.site, identity.chart));
		const other = second ?? null;
		if (other === null) return null;
		const one = first ?? null;
		return { a: one === null ? unborn(a) : this.#hit(one), b: this.#hit(other), fields, weight, probability, origin };
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

const unborn = (identity: ChartIdentity): PatientHit => ({
	site: identity.site, chart: identity.chart, siteName: '', name: identity.names[0] ?? '', birthDate: identity.birthDate, gender: identity.gender,
	village: identity.village, phone: identity.phones[0] ?? null, identifiers: identity.identifiers.map(({ value }) => value), deceased: false, linked: [], unsent: false
});
