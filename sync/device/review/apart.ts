/**
 * Two facts that were written into one entry: each value that does not stay becomes an entry of its own.
 *
 * The new entry's id commits to the entry and to the change whose value it takes, so whoever repeats the decision, here or elsewhere, makes the same
 * entry. It is written before the value leaves the original: between the two writes it stands twice, never nowhere. A value that cannot be written as an
 * entry of its own keeps the decision from being written at all: it would stand nowhere.
 */
import type { Creation, Hash } from '../../change/change.ts';
import { diffResource } from '../../author/diff.ts';
import { ok } from '../../result.ts';
import { groupNamed } from '../../fhir/groups.ts';
import type { FhirResource } from '../../fhir/resource.ts';
import { shownResource } from '../../merge/assemble.ts';
import type { OpenQuestion, OpenValue } from '../../merge/review.ts';
import type { ResourceState } from '../../merge/state.ts';
import { resourceIdFor } from '../../verify/ids.ts';
import type { ChartRef, Outcome } from '../api.ts';
import { refuse } from '../outcome.ts';
import { itemDigest, type Draft } from '../saving.ts';

/**
 * One draft for each value of the question but the kept one.
 * @returns `not-safe` where a value is not valid as an entry of its own (this version knows less of it than the one that wrote it)
 */
export function apartDrafts(ref: ChartRef, state: ResourceState, { group, values }: OpenQuestion, kept: Hash, actor: Hash): Outcome<readonly Draft[]> {
	const drafts: Draft[] = [];
	for (const other of values) {
		if (other.change === kept) continue;
		const body = diffResource(null, withValue(state, group, other), { digest: itemDigest });
		if (!body.ok) return refuse('not-safe', `The other version cannot be written as an entry of its own. Nothing was decided. ${body.error.message}`);
		const create: Creation = { kind: 'moved', site: ref.site, chart: ref.chart, resource: state.id, change: other.change };
		const id = resourceIdFor(create, ref.chart, state.comp, state.type, actor);
		drafts.push({ ref, comp: state.comp, type: state.type, id, deps: [], after: [other.hlc], create, body: body.value });
	}
	return ok(drafts);
}

function withValue(state: ResourceState, group: string, { value }: OpenValue): FhirResource {
	const { id: _, ...shown } = shownResource(state);
	const properties = groupNamed(state.type, group)?.properties ?? new Set<string>();
	const rest = Object.fromEntries(Object.entries(shown).filter(([name]) => !properties.has(name)));
	return { ...rest, ...value, resourceType: state.type };
}
