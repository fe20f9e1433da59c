/**
 * A chart as the screen shows it: entries with author, time, custody and conflicts, the links, and the shared record of the person.
 *
 * Authors, sites and times come from verified headers, never from inside a resource (attack 52). Whatever is held is shown: an incomplete
 * or retracted entry is marked, never left out (D8).
 */
import type { VerifiedChange } from '../change/change.ts';
import { hlcMs } from '../change/hlc.ts';
import { isAnswer } from '../ehr/answers.ts';
import type { EhrView } from '../ehr/view.ts';
import { shownResource, valueOf } from '../merge/assemble.ts';
import { explain } from '../merge/explain.ts';
import type { ChartState, GroupState, ResourceState } from '../merge/state.ts';
import { canRead, canWrite } from '../membership/selectors.ts';
import type { Attribution, ChartRef, ChartView, ConflictInfo, Entry } from './api.ts';
import type { ChartReader } from './chart-reader.ts';
import type { Custody } from './custody.ts';
import type { LinkBook } from './link-book.ts';
import type { Linking } from './linking.ts';
import { misplacedIn, type ChartsRead, type Origins } from './review/origins.ts';
import type { RegisterView } from './register-api.ts';
import type { Session } from './session.ts';

export class ChartViews {
	readonly #session: Session;
	readonly #reader: ChartReader;
	readonly #links: LinkBook;
	readonly #linking: Linking;
	readonly #custody: Custody;
	readonly #origins: Origins;

	constructor(session: Session, reader: ChartReader, links: LinkBook, linking: Linking, custody: Custody, origins: Origins) {
		this.#session = session;
		this.#reader = reader;
		this.#links = links;
		this.#linking = linking;
		this.#custody = custody;
		this.#origins = origins;
	}

	/** Null when nothing of the chart is held. */
	async open(ref: ChartRef): Promise<ChartView | null> {
		const [chart, others] = await this.#person(ref);
		if (chart === null) return null;
		await this.#custody.refresh();
		const shown = [...chart.resources.values()].filter((resource) => resource.type !== 'Linkage' && !(resource.type === 'DetectedIssue' && isAnswer(resource)));
		const read: ChartsRead = new Map();
		const entries = await Promise.all(shown.map((resource) => this.#entry(resource, read)));
		const patient = entries.find(({ type, retracted }) => type === 'Patient' && !retracted) ?? null;
		const own = await this.#reader.records.view([chart]);
		const actors = new Set([chart, ...others].flatMap((held) => [...held.resources.values()].flatMap(({ changes }) => changes.map(({ change }) => change.actor))));
		const state = this.#session.state;
		return {
			ref, siteName: this.#session.siteName(ref.site), patient, entries: entries.filter((entry) => entry !== patient),
			links: this.#links.of(ref).map((standing) => this.#linking.info(standing)),
			authors: Object.fromEntries([...actors].map((actor) => [actor, this.#session.authorName(actor)])),
			siteNames: Object.fromEntries([...(state?.sites.keys() ?? [])].map((site) => [site, this.#session.siteName(site)])),
			ehr: this.#links.of(ref).some(({ state: standing }) => standing === 'in-force') ? await this.#reader.records.view([chart, ...others]) : null,
			misplaced: misplacedIn(this.#session, [chart, ...others]),
			alerts: own.discrepancies,
			hidden: 0,
			clinicalKept: state === null || !canRead(state, this.#session.self.actor, ref.site, 'clinical') || this.#session.holds(ref.site, 'clinical'),
			writable: state !== null && canWrite(state, this.#session.self.actor, ref.site, 'clinical') && this.#session.sealingEpoch(ref.site, 'clinical') !== null
		};
	}

	/** The register of a site: entries alone, since nobody is its patient. */
	async register(ref: ChartRef): Promise<RegisterView> {
		const register = await this.#reader.state(ref);
		await this.#custody.refresh();
		const state = this.#session.state;
		const read: ChartsRead = new Map();
		return {
			ref, siteName: this.#session.siteName(ref.site), entries: await Promise.all([...(register?.resources.values() ?? [])].map((resource) => this.#entry(resource, read))),
			writable: state !== null && canWrite(state, this.#session.self.actor, ref.site, 'clinical') && this.#session.sealingEpoch(ref.site, 'clinical') !== null
		};
	}

	/** The discrepancies that a change would bring about, here and in the shared record. */
	async alertsWith(ref: ChartRef, imagined: VerifiedChange): Promise<EhrView['discrepancies']> {
		const [before, others] = await this.#person(ref);
		const after = await this.#reader.state(ref, [imagined]);
		if (after === null) return [];
		const { records } = this.#reader;
		const known = new Set(before === null ? [] : (await records.view([before, ...others])).discrepancies.map(({ id }) => id));
		return (await records.view([after, ...others])).discrepancies.filter(({ id }) => !known.has(id));
	}

	/** The chart itself, and the other charts of its person as far as held. */
	async #person(ref: ChartRef): Promise<readonly [ChartState | null, readonly ChartState[]]> {
		const states = await Promise.all(this.#links.person(ref).map((member) => this.#reader.state(member)));
		const [chart, ...others] = states;
		return [chart ?? null, others.filter((state) => state !== null)];
	}

	async #entry(state: ResourceState, read: ChartsRead = new Map()): Promise<Entry> {
		const [first] = state.changes;
		const last = state.changes.at(-1);
		if (first === undefined || last === undefined) throw new TypeError('a resource without changes');
		const uncertain = new Set(state.uncertain);
		return {
			type: state.type, id: state.id, comp: state.comp, resource: shownResource(state), heads: state.heads,
			recorded: this.#attribution(first, uncertain.has(first.id)), changed: this.#attribution(last, uncertain.has(last.id)),
			incomplete: state.incomplete, retracted: state.retracted, custody: this.#custody.of(state.changes),
			conflicts: [...state.groups.values()].filter(({ conflict }) => conflict).map((group) => this.#conflict(state, group)), state,
			...(await this.#origins.of(state, read))
		};
	}

	#conflict(state: ResourceState, group: GroupState): ConflictInfo {
		const shown = new Set(group.shown.map(({ change }) => change));
		const byId = new Map(state.changes.map((signed) => [signed.id, signed]));
		const uncertain = new Set(state.uncertain);
		return {
			group: group.group, rule: group.rule, review: group.review, why: explain(group).text,
			values: group.heads.flatMap((write) => {
				const signed = byId.get(write.change);
				if (signed === undefined) return [];
				return [{ value: write.value === null ? null : valueOf(state, write), by: this.#attribution(signed, uncertain.has(signed.id)), shown: shown.has(write.change) }];
			})
		};
	}

	#attribution({ id, change }: VerifiedChange, uncertainTime: boolean): Attribution {
		return {
			change: id, member: this.#session.authorName(change.actor), site: change.site, siteName: this.#session.siteName(change.site), at: hlcMs(change.hlc), uncertainTime
		};
	}
}
