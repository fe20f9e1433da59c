/**
 * An open chart compared with what its changes call for: entries, conflicts, review marks, outvoted writes, links, and whether there is a
 * shared record.
 */
import type { ChartView } from '../../sync/device/api.ts';
import type { Id, VerifiedChange } from '../../sync/change/change.ts';
import type { GroupState, ResourceState } from '../../sync/merge/state.ts';
import { canonical } from './canonical.ts';
import type { Finding, Judged } from './expect.ts';
import type { NaiveGroup, NaiveResource } from './fold.ts';
import { naiveResources } from './hash.ts';
import type { Law } from './law.ts';
import { naiveLinks, naivePerson, type NaiveLink } from './links.ts';

/**
 * Where a view differs from the naive fold of what reached the disk. Relayed copies count while a link is in force and no longer: then a chart
 * is what its own site's databases say. `judged`: within the places that the reader holds.
 */
export function compareChart(law: Law, judged: Judged, view: ChartView): readonly Finding[] {
	const links = naiveLinks(law, [...judged.places.values()].flat());
	const name = `${view.ref.site}/${view.ref.chart}`;
	const own = changesOf(judged, name, links);
	const where = `chart ${view.ref.chart.slice(0, 6)} of ${view.ref.site.slice(0, 6)}`;
	return [...compareEntries(where, naiveResources(own), view), ...compareLinks(where, name, links, view), ...compareSharing(where, name, links, view)];
}

/** Links and answers to discrepancies are about entries, and shown elsewhere. */
const NO_ENTRIES: readonly string[] = ['Linkage', 'DetectedIssue'];

/** What is to be read of a chart. */
function changesOf(judged: Judged, name: string, links: readonly NaiveLink[]): readonly VerifiedChange[] {
	const linked = naivePerson(links, name).length > 1;
	const own = new Map<string, VerifiedChange>();
	for (const signed of [...judged.places.values()].flat()) {
		const { site, chart } = signed.change;
		if (`${site}/${chart}` === name && (signed.via === 'native' || (linked && !own.has(signed.id)))) own.set(signed.id, signed);
	}
	return [...own.values()];
}

/** Every chart of which something has arrived, and whether it is to be opened: of one that is here as copies only, nothing is once no link is in force. */
export function chartsToOpen(law: Law, judged: Judged): readonly { readonly site: Id; readonly chart: Id; readonly opens: boolean }[] {
	const all = [...judged.places.values()].flat();
	const links = naiveLinks(law, all);
	const refs = new Map(all.map(({ change: { site, chart } }) => [`${site}/${chart}`, { site, chart }]));
	return [...refs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, ref]) => ({ ...ref, opens: changesOf(judged, name, links).length > 0 }));
}

function compareEntries(where: string, expected: readonly NaiveResource[], view: ChartView): readonly Finding[] {
	const shown = [...(view.patient === null ? [] : [view.patient]), ...view.entries].map(({ state }) => flat(state));
	const nameOf = ({ comp, type, id }: NaiveResource): string => `${comp}/${type}/${id}`;
	const byName = new Map(shown.map((resource) => [nameOf(resource), resource]));
	const wanted = expected.filter(({ type }) => !NO_ENTRIES.includes(type));
	const closed = wanted.filter((resource) => resource.comp === 'restricted' && !byName.has(nameOf(resource)));
	// a view leaves out all restricted entries, and says how many, or none
	if (view.hidden > 0 && closed.length === view.hidden) return compareEntries(where, wanted.filter((resource) => !closed.includes(resource)), { ...view, hidden: 0 });
	const findings = wanted.flatMap((resource): readonly Finding[] => {
		const here = byName.get(nameOf(resource));
		byName.delete(nameOf(resource));
		if (here === undefined) return [{ kind: 'hidden', detail: `${where}: ${resource.type} ${resource.id.slice(0, 6)} arrived and is not shown` }];
		const difference = differenceOf(resource, here);
		return difference === null ? [] : [{ kind: 'oracle', detail: `${where}: ${resource.type} ${resource.id.slice(0, 6)}: ${difference}` }];
	});
	return [...findings, ...[...byName.values()].map(({ type, id }): Finding => ({ kind: 'forbidden', detail: `${where}: ${type} ${id.slice(0, 6)} is shown, and nothing that arrived here calls for it` }))];
}

/** The first part in which two states differ, in words; null when they are equal. */
export function differenceOf(wanted: NaiveResource, shown: NaiveResource): string | null {
	for (const part of ['heads', 'missing', 'retracted', 'uncertain', 'changes'] as const) {
		if (canonical(wanted[part]) !== canonical(shown[part])) return `${part} are ${canonical(shown[part])}, not ${canonical(wanted[part])}`;
	}
	const parts = ['name', 'rule', 'conflict', 'review', 'heads', 'shown', 'outvoted', 'items'];
	for (let at = 0; at < Math.max(wanted.groups.length, shown.groups.length); at++) {
		const [want, have] = [wanted.groups[at], shown.groups[at]];
		if (canonical(want) === canonical(have)) continue;
		const part = parts.findIndex((_, place) => canonical(want?.[place]) !== canonical(have?.[place]));
		return `${String(want?.[0] ?? have?.[0])}: ${parts[part] ?? 'group'} ${canonical(have?.[part])}, not ${canonical(want?.[part])}`.slice(0, 400);
	}
	return null;
}

/** A state in the form of the naive fold. */
export function flat(state: ResourceState): NaiveResource {
	const { type, id, site, chart, comp, heads, missing, retracted, uncertain } = state;
	return { type, id, site, chart, comp, heads, missing, retracted, uncertain, changes: state.changes.map((signed) => signed.id), groups: [...state.groups.values()].map(flatGroup) };
}

const flatGroup = (group: GroupState): NaiveGroup => [
	group.group, group.rule, group.conflict, group.review, group.heads.map(({ change }) => change), group.shown.map(({ change, value }) => [change, value]),
	group.outvoted.map(({ change }) => change), group.items.map(({ key, bodies }) => [key, bodies.map(({ change, body }) => [change, body])])
];

function compareLinks(where: string, name: string, links: readonly NaiveLink[], view: ChartView): readonly Finding[] {
	const wanted = links.filter(({ charts }) => charts.includes(name)).map(({ charts, standing }) => `${charts.join(' ')}: ${standing}`).sort();
	const shown = view.links.map(({ charts, state }) => `${charts.map(({ site, chart }) => `${site}/${chart}`).join(' ')}: ${state}`).sort();
	return canonical(wanted) === canonical(shown) ? [] : [{ kind: 'oracle', detail: `${where}: links are ${canonical(shown)}, not ${canonical(wanted)}` }];
}

/** A shared record is there exactly while a link is in force, and has no entry of a chart that is not of the person. */
function compareSharing(where: string, name: string, links: readonly NaiveLink[], view: ChartView): readonly Finding[] {
	const person = naivePerson(links, name);
	if ((view.ehr !== null) !== person.length > 1) return [{ kind: 'oracle', detail: `${where}: the shared record is ${view.ehr === null ? 'missing' : 'shown'} with ${String(person.length)} charts of the person` }];
	const strange = view.ehr?.charts.filter(({ site, chart }) => !person.includes(`${site}/${chart}`)) ?? [];
	return strange.map(({ chart }) => ({ kind: 'forbidden', detail: `${where}: the shared record holds chart ${chart.slice(0, 6)}, which no link in force joins to it` }));
}
