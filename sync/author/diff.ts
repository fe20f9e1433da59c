/**
 * What a save writes: the groups in which the form differs from what was on screen, and nothing else.
 *
 * An untouched group must not be written, or an old form would overwrite what a colleague recorded meanwhile. In a list, items are
 * added and removed by key, so two people who each add one lose none. A group under review is written only when the caller names it
 * as resolved; that a form changed it otherwise is an error, be it to a new value or to that of another head, since either dropping the
 * edit or settling the conflict by accident loses somebody's entry. Elements that FHIR R4 does not know are an error that lists them: none is dropped silently.
 */
import { canonicalJson } from '../change/canonical.ts';
import type { GroupValue, Json } from '../change/change.ts';
import { isRecordedType, type RecordedType } from '../fhir/elements.ts';
import { groupOfProperty, groupsOf, type Group } from '../fhir/groups.ts';
import type { FhirResource } from '../fhir/resource.ts';
import { validateResource } from '../fhir/validate.ts';
import { isListRow, rulesOf, type ListRow } from '../merge/rules/table.ts';
import type { GroupState, Item, ResourceState } from '../merge/state.ts';
import { err, ok, type Problem, type Result } from '../result.ts';
import type { ChangeBody } from './stamp.ts';

export interface DiffOptions {
	/** groups under review that this save decides: written even if unchanged */
	readonly resolve?: readonly string[];
	/** hash of a text, for items without a natural key; at most 64 characters */
	readonly digest: (text: string) => string;
}

export interface DiffProblem extends Problem<'not-recorded' | 'bad-resource' | 'unknown-element' | 'in-conflict'> {
	/** the elements or groups it is about */
	readonly paths: readonly string[];
}

/**
 * The writes that lead from what was on screen to the form's resource; empty when nothing differs. `before` null: a new resource.
 * `after` is a whole resource: an element that it lacks is cleared. `id`, `meta` and the reference to the patient are ignored.
 */
export function diffResource(before: ResourceState | null, after: FhirResource, options: DiffOptions): Result<ChangeBody, DiffProblem> {
	const type = after.resourceType;
	if (!isRecordedType(type) || (before !== null && before.type !== type)) {
		return fail('not-recorded', 'This kind of entry is not recorded here', [type]);
	}
	const { errors, unknown } = validateResource(after);
	if (errors.length > 0) return fail('bad-resource', 'The entry is not valid', errors.map(({ path, message }) => `${path} ${message}`));
	if (unknown.length > 0) return fail('unknown-element', 'The entry has elements that this version does not know', unknown);
	const values = byGroup(type, after);
	const writes = new Writes();
	const resolve = new Set(options.resolve ?? []);
	const rules = rulesOf(type);
	for (const group of groupsOf(type).values()) {
		const row = rules.get(group.name);
		const state = before?.groups.get(group.name) ?? null;
		const value = values.get(group.name) ?? null;
		if (row !== undefined && isListRow(row)) diffList(writes, group, row, state, itemsIn(group, value), resolve.has(group.name), options.digest);
		else diffWhole(writes, group.name, state, value, resolve.has(group.name));
	}
	if (writes.undecided.length > 0) return fail('in-conflict', 'Nothing was saved. These parts were recorded differently by two people, and must be decided first', writes.undecided);
	return ok(writes.body());
}

const fail = (code: DiffProblem['code'], message: string, paths: readonly string[]): Result<never, DiffProblem> =>
	err({ code, message: `${message}: ${paths.slice(0, 5).join('; ')}${paths.length > 5 ? ` and ${paths.length - 5} more` : ''}.`, paths });

class Writes {
	readonly set = new Map<string, GroupValue>();
	readonly unset: string[] = [];
	readonly add = new Map<string, Map<string, Json>>();
	readonly remove = new Map<string, string[]>();
	/** groups under review that the form changed without deciding them */
	readonly undecided: string[] = [];

	addItem(group: string, key: string, item: Json): void {
		const items = this.add.get(group) ?? new Map<string, Json>();
		this.add.set(group, items.set(key, item));
	}

	removeItem(group: string, key: string): void {
		this.remove.set(group, [...(this.remove.get(group) ?? []), key]);
	}

	body(): ChangeBody {
		return {
			set: Object.fromEntries(this.set), unset: [...this.unset].sort(),
			add: Object.fromEntries([...this.add].map(([group, items]) => [group, Object.fromEntries(items)])),
			remove: Object.fromEntries([...this.remove].map(([group, keys]) => [group, [...keys].sort()]))
		};
	}
}

function byGroup(type: RecordedType, resource: FhirResource): ReadonlyMap<string, GroupValue> {
	const values = new Map<string, [string, Json][]>();
	for (const [property, value] of Object.entries(resource)) {
		const group = groupOfProperty(type, property);
		if (group === null || group === 'never') continue;
		const elements = values.get(group.name) ?? [];
		values.set(group.name, elements);
		elements.push([property, value]);
	}
	return new Map([...values].map(([group, elements]) => [group, Object.fromEntries(elements)]));
}

const itemsIn = (group: Group, value: GroupValue | null): readonly Json[] => {
	const items = value === null || group.list === null ? null : value[group.list];
	return Array.isArray(items) ? (items as readonly Json[]) : [];
};

const same = (a: Json | null, b: Json | null): boolean => canonicalJson(a) === canonicalJson(b);

function diffWhole(writes: Writes, group: string, state: GroupState | null, value: GroupValue | null, resolved: boolean): void {
	// a form has room for one value, the leading one: whoever leaves another of those in dispute there has chosen it
	if (same(state?.shown[0]?.value ?? null, value) && !resolved) return;
	if (state?.review === true && !resolved) writes.undecided.push(group);
	else if (value !== null) writes.set.set(group, value);
	else if (state !== null) writes.unset.push(group);
}

function diffList(
	writes: Writes, group: Group, row: ListRow, state: GroupState | null, after: readonly Json[], resolved: boolean, digest: (text: string) => string
): void {
	const before = (state?.items ?? []).map((item) => ({ item, bodies: shownBodies(row, item), kept: new Set<string>() }));
	const unmatched = new Map<string, Json>();
	for (const item of after) {
		const text = canonicalJson(item);
		const holder = before.find(({ bodies, kept }) => bodies.has(text) && !kept.has(text));
		if (holder !== undefined) holder.kept.add(text);
		else if (!before.some(({ bodies }) => bodies.has(text))) unmatched.set(text, item);
	}
	const taken = new Set(before.filter(({ kept }) => kept.size > 0).map(({ item }) => item.key));
	for (const [text, item] of unmatched) {
		const natural = row.key.key(item) ?? digest(text);
		const key = taken.has(natural) ? `${natural}~${digest(text)}` : natural;
		taken.add(key);
		writes.addItem(group.name, key, item);
	}
	const added = writes.add.get(group.name);
	for (const { item, bodies, kept } of before) {
		const disputed = row.rule === 'union' && row.sameKey === 'both' && bodies.size > 1;
		if (disputed && kept.size < bodies.size && !resolved) writes.undecided.push(group.name);
		else if (kept.size === 0 && added?.has(item.key) !== true) writes.removeItem(group.name, item.key);
		else if (resolved && kept.size > 0 && item.bodies.length > 1) keepApart(writes, group.name, item, bodies, kept, digest);
	}
}

/** Bodies of an item that the assembled resource shows, by canonical text. */
function shownBodies(row: ListRow, item: Item): ReadonlyMap<string, Json> {
	const shown = row.rule === 'union' && row.sameKey === 'last' ? item.bodies.slice(0, 1) : item.bodies;
	return new Map(shown.map(({ body }) => [canonicalJson(body), body]));
}

/** The bodies that a resolution keeps: one takes the disputed key, any other becomes an item of its own. */
function keepApart(writes: Writes, group: string, item: Item, bodies: ReadonlyMap<string, Json>, kept: ReadonlySet<string>, digest: (text: string) => string): void {
	[...kept].sort().forEach((text, place) => {
		const body = bodies.get(text);
		if (body !== undefined) writes.addItem(group, place === 0 ? item.key : `${item.key}~${digest(text)}`, body);
	});
}
