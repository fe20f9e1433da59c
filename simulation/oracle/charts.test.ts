import libsodium from 'libsodium-wrappers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Hash, Id, SignedChange } from '../../sync/change/change.ts';
import type { ChartView, Entry } from '../../sync/device/api.ts';
import { linkedCharts } from '../../sync/ehr/links.ts';
import { linkValue, type LinkState } from '../../sync/fhir/linkage.ts';
import type { Person } from '../../sync/gate/testing/setting.ts';
import { foldCharts } from '../../sync/merge/chart.ts';
import type { ChartState, ResourceState } from '../../sync/merge/state.ts';
import { linkId } from '../../sync/verify/ids.ts';
import { ready } from '../../sync/verify/sodium.ts';
import { Evidence } from '../testing/evidence.ts';
import { compareChart } from './charts.ts';
import { Judge, type Judged } from './expect.ts';
import { mayLink } from './law.ts';

/** A nurse posted at both clinics, a chart at each, and what she says of the two. */
class Linked extends Evidence {
	readonly chartB: Id;
	readonly here: { readonly site: Id; readonly chart: Id };
	readonly there: { readonly site: Id; readonly chart: Id };
	readonly #chains = new Map<string, { readonly seq: number; readonly id: Hash }>();

	constructor(seed: number) {
		super(seed);
		this.chartB = this.change(this.nurseB).change.id;
		[this.here, this.there] = [{ site: this.a, chart: this.chart }, { site: this.b, chart: this.chartB }];
		const actor = this.law.actors.get(this.nurseA.actor);
		Object.assign(actor ?? {}, { posts: [{ site: this.a, role: 'clinician' }, { site: this.b, role: 'clinician' }] });
	}

	/** The statement of both copies, on top of earlier ones. */
	says(by: Person, state: LinkState, upon: readonly SignedChange[] = []): readonly SignedChange[] {
		const id = linkId(this.here.chart, this.there.chart);
		const charts = [this.here.chart, this.there.chart].sort() as [Id, Id];
		return [this.here, this.there].map(({ site, chart }) => {
			const own = upon.filter(({ change }) => change.site === site);
			const chain = `${by.actor}/${site}`;
			const tip = this.#chains.get(chain) ?? null;
			const body = {
				site, comp: 'desk' as const, chart, type: 'Linkage', id, seq: (tip?.seq ?? 0) + 1, prev: tip?.id ?? null, deps: own.map((one) => one.id).sort(),
				set: { link: linkValue([this.here, this.there], state) }
			};
			const signed = this.change(by, own.length === 0 ? { ...body, create: { kind: 'link', charts } } : body);
			this.#chains.set(chain, { seq: signed.change.seq, id: signed.id });
			return signed;
		});
	}

	judged(changes: readonly SignedChange[], copies: readonly SignedChange[] = []): Judged {
		return new Judge(this.law, this.keys).judge([...changes.map((signed) => this.arrived(signed)), ...copies.map((signed) => this.arrived(signed, this.deposit(signed, this.a, this.nurseB), this.a))]);
	}

	/** The view of the chart at clinic A that an honest device would give. */
	view(judged: Judged, shared: boolean): ChartView {
		const states = foldCharts([...judged.places.values()].flat());
		const chart = states.find((one) => one.chart === this.chart);
		const linked = linkedCharts(states.flatMap((one) => [...one.resources.values()]), (actor, sites) => mayLink(this.law, actor, sites));
		return viewOf(this.here, chart, linked.links.map(({ charts, standing }) => ({ charts, state: standing, by: '', at: '' as never })), shared);
	}
}

function viewOf(ref: ChartView['ref'], chart: ChartState | undefined, links: ChartView['links'], shared: boolean): ChartView {
	const entries = [...(chart?.resources.values() ?? [])].filter(({ type }) => type !== 'Linkage').map(entryOf);
	const ehr = shared ? { charts: links.flatMap(({ charts }) => charts.map((one) => ({ ...one, held: 'native' as const }))), demographics: [], patients: [], items: [], discrepancies: [] } : null;
	return { ref, siteName: '', patient: null, entries, links, authors: {}, siteNames: {}, ehr, alerts: [], clinicalKept: true, writable: true, hidden: 0 };
}

function entryOf(state: ResourceState): Entry {
	const by = { change: '' as Hash, member: '', site: state.site, siteName: '', at: 0, uncertainTime: false };
	return {
		type: state.type, id: state.id, comp: state.comp, resource: { resourceType: state.type }, heads: state.heads, recorded: by, changed: by, incomplete: state.incomplete, retracted: state.retracted,
		custody: { state: 'this-device' }, conflicts: [], state
	};
}

beforeAll(async () => {
	await libsodium.ready;
	await ready();
});

describe('an open chart', () => {
	it('is as the naive fold has it', () => {
		const e = new Linked(1);
		const judged = e.judged(e.chain(e.nurseA, 3));
		expect(compareChart(e.law, judged, e.view(judged, false))).toEqual([]);
	});

	it('hides an entry, invents one, or shows another state', () => {
		const e = new Linked(2);
		const chain = e.chain(e.nurseA, 3);
		const judged = e.judged(chain);
		const fewer = e.view(e.judged(chain.slice(1)), false);
		expect(compareChart(e.law, judged, fewer).map(({ kind }) => kind)).toEqual(['hidden']);
		expect(compareChart(e.law, e.judged(chain.slice(1)), e.view(judged, false)).map(({ kind }) => kind)).toEqual(['forbidden']);
		const honest = e.view(judged, false);
		const entries = honest.entries.map((entry, at) => (at === 0 ? { ...entry, state: { ...entry.state, groups: new Map([...entry.state.groups].map(([name, group]) => [name, { ...group, review: true }])) } } : entry));
		expect(compareChart(e.law, judged, { ...honest, entries }).map(({ detail }) => detail.split(': ')[2])).toEqual(['status']);
	});
});

describe('a linked chart', () => {
	it('has a shared record exactly while a link is in force', () => {
		const e = new Linked(3);
		const linked = e.says(e.nurseA, 'linked');
		const judged = e.judged(linked);
		expect(e.view(judged, true).links.map(({ state }) => state)).toEqual(['in-force']);
		expect(compareChart(e.law, judged, e.view(judged, true))).toEqual([]);
		expect(compareChart(e.law, judged, e.view(judged, false)).map(({ kind }) => kind)).toEqual(['oracle']);
		const undone = e.judged([...linked, ...e.says(e.nurseA, 'unlinked', linked)]);
		expect(e.view(undone, false).links.map(({ state }) => state)).toEqual(['undone']);
		expect(compareChart(e.law, undone, e.view(undone, false))).toEqual([]);
		expect(compareChart(e.law, undone, e.view(undone, true)).length).toBeGreaterThan(0);
	});

	it('is proposed by who reaches one site only, and contested when it is linked and denied at once', () => {
		const e = new Linked(4);
		const proposed = e.judged(e.says(e.nurseB, 'linked').slice(1));
		expect(e.view(proposed, false).links.map(({ state }) => state)).toEqual(['proposed']);
		expect(compareChart(e.law, proposed, e.view(proposed, false))).toEqual([]);
		const first = e.says(e.nurseA, 'linked');
		const contested = e.judged([...first, ...e.says(e.nurseA, 'not-same', first), ...e.says(e.nurseA, 'linked', first)]);
		expect(e.view(contested, false).links.map(({ state }) => state)).toEqual(['contested']);
		expect(compareChart(e.law, contested, e.view(contested, false))).toEqual([]);
		expect(compareChart(e.law, contested, { ...e.view(contested, false), links: [] }).map(({ kind }) => kind)).toEqual(['oracle']);
	});

	it('leaves copies out of every view once the link is undone', () => {
		const e = new Linked(5);
		const copy = e.change(e.nurseB, { site: e.b, chart: e.chartB });
		const linked = e.says(e.nurseA, 'linked');
		const undone = e.says(e.nurseA, 'unlinked', linked);
		const judged = e.judged([...linked, ...undone], [copy]);
		const there = (found: Judged): ChartView => viewOf(e.there, foldCharts([...found.places.values()].flat()).find(({ chart }) => chart === e.chartB), e.view(found, false).links, false);
		expect(compareChart(e.law, judged, there(judged)).map(({ kind }) => kind)).toEqual(['forbidden']);
	});
});
