/**
 * Registering patients, and saying which charts are of one person.
 *
 * A link is written twice, once in the chart at each site, as far as the user may write there. Where the user's roles reach both sites it takes
 * effect; else it stands as a proposal for somebody whose roles do (attack 53). Charts are never merged: taking a link back is another word.
 */
import type { Creation, Id } from '../change/change.ts';
import { linkValue, type LinkState } from '../fhir/linkage.ts';
import type { FhirResource } from '../fhir/resource.ts';
import type { Random } from '../change/ports.ts';
import { canWrite, may, reaches } from '../membership/selectors.ts';
import { shownResource } from '../merge/assemble.ts';
import { ok } from '../result.ts';
import { chartId, linkId } from '../verify/ids.ts';
import type { ChartRef, LinkInfo, Outcome } from './api.ts';
import type { ChartReader } from './chart-reader.ts';
import type { LinkBook, Standing } from './link-book.ts';
import { notAllowed, notHere, refuse } from './outcome.ts';
import { following, type Draft, type Saving } from './saving.ts';
import type { Session } from './session.ts';
import type { ToldIndex } from './told-index.ts';

export class Linking {
	readonly #session: Session;
	readonly #links: LinkBook;
	readonly #reader: ChartReader;
	readonly #saving: Saving;
	readonly #random: Random;
	readonly #told: Pick<ToldIndex, 'get'>;

	constructor(session: Session, links: LinkBook, reader: ChartReader, saving: Saving, random: Random, told: Pick<ToldIndex, 'get'>) {
		this.#session = session;
		this.#links = links;
		this.#reader = reader;
		this.#saving = saving;
		this.#random = random;
		this.#told = told;
	}

	async register({ site, patient }: { readonly site: Id; readonly patient: FhirResource }): Promise<Outcome<ChartRef>> {
		const draft = await this.#newPatient(site, patient);
		if (!draft.ok) return draft;
		const written = await this.#saving.write([draft.value]);
		return written.ok ? ok(draft.value.ref) : written;
	}

	/**
	 * A chart at `site` with the found one's demographics, and the link between both: one transaction. Of a patient whom only a shared desk index names, with
	 * what that says; the link is then a proposal for somebody whose roles reach both sites.
	 */
	async bringHere({ found, site }: { readonly found: ChartRef; readonly site: Id }): Promise<Outcome<ChartRef>> {
		if (found.site === site) return ok(found);
		const here = this.#links.person(found).find((chart) => chart.site === site);
		if (here !== undefined) return ok(here);
		const demographics = await this.#demographics(found);
		if (demographics === null) return notHere();
		const draft = await this.#newPatient(site, demographics);
		if (!draft.ok) return draft;
		const link = this.#words(draft.value.ref, found, 'linked');
		const written = await this.#saving.write([draft.value, ...link]);
		return written.ok ? ok(draft.value.ref) : written;
	}

	async #demographics(found: ChartRef): Promise<FhirResource | null> {
		const chart = await this.#reader.state(found);
		const patient = chart === null ? undefined : [...chart.resources.values()].find((resource) => resource.type === 'Patient');
		if (patient !== undefined) {
			const { id: _, ...demographics } = shownResource(patient);
			return demographics;
		}
		const told = this.#told.get(found.site, found.chart);
		if (told === null) return null;
		return {
			resourceType: 'Patient', name: [{ text: told.name }], ...(told.birthDate === null ? {} : { birthDate: told.birthDate }),
			...(told.village === null ? {} : { address: [{ city: told.village }] })
		};
	}

	/** States something of two charts. What may be stated is a matter of roles; what it brings about is judged by every reader. */
	async state(a: ChartRef, b: ChartRef, word: LinkState, reason = ''): Promise<Outcome<LinkInfo>> {
		const state = this.#session.state;
		const { actor } = this.#session.self;
		if (state === null) return notHere();
		if (a.chart === b.chart) return refuse('same-chart', 'A chart cannot be linked to itself.');
		if (word !== 'linked') {
			if (!reaches(state, actor, [a.site, b.site], 'unlink')) return notAllowed('take back links between these sites');
			if (reason.trim() === '') return refuse('no-reason', 'Say why: the reason is kept with the charts.');
		}
		const drafts = this.#words(a, b, word, reason);
		if (drafts.length === 0) return notAllowed('link charts at these sites');
		const written = await this.#saving.write(drafts);
		if (!written.ok) return written;
		const standing = this.#links.between(a, b);
		return standing === null ? refuse('no-link', 'The link was written and cannot be read back.') : ok(this.info(standing));
	}

	info({ charts, state, by, at }: Standing): LinkInfo {
		return { charts, state, by: this.#session.authorName(by), at };
	}

	/** One change for each of both charts that this user may write to. */
	#words(a: ChartRef, b: ChartRef, word: LinkState, reason = ''): readonly Draft[] {
		const state = this.#session.state;
		const id = linkId(a.chart, b.chart);
		const charts = [a.chart, b.chart].sort() as [Id, Id];
		return [a, b].flatMap((ref): Draft[] => {
			if (state === null || !this.#session.holds(ref.site, 'desk') || !canWrite(state, this.#session.self.actor, ref.site, 'desk')) return [];
			const copy = this.#links.copy(id, ref);
			const shared = {
				ref, comp: 'desk', type: 'Linkage', id, body: { set: { link: linkValue([a, b], word) }, unset: [], add: {}, remove: {} },
				...(reason.trim() === '' ? {} : { reason: reason.trim() })
			} as const;
			return copy === null ? [{ ...shared, deps: [], create: { kind: 'link', charts } satisfies Creation }] : [{ ...shared, ...following(copy) }];
		});
	}

	async #newPatient(site: Id, patient: FhirResource): Promise<Outcome<Draft>> {
		const state = this.#session.state;
		const { actor } = this.#session.self;
		if (state === null || !may(state, actor, 'register', site)) return notAllowed('register patients at this site');
		if (patient.resourceType !== 'Patient') return refuse('bad-resource', 'Only patients are registered.');
		const ref = { site, chart: chartId(site, actor, this.#random.bytes(16)) };
		const draft = await this.#saving.draft({ ref, comp: 'desk', resource: patient, heads: [] });
		if (!draft.ok) return draft;
		return draft.value === null ? refuse('empty', 'Enter at least a name.') : ok(draft.value);
	}
}

