/**
 * Are changes written as they must be: by the keys that the table gives, by a clock that nobody else drags along, and so that what was saved is
 * what is shown?
 */
import type { Entry } from '../../sync/device/api.ts';
import type { Json, VerifiedChange } from '../../sync/change/change.ts';
import { groupOfProperty } from '../../sync/fhir/groups.ts';
import type { FhirResource } from '../../sync/fhir/resource.ts';
import { isRecordedType } from '../../sync/fhir/elements.ts';
import { isListRow, rulesOf } from '../../sync/merge/rules/table.ts';
import { b64, digested } from './bytes.ts';
import { canonical } from './canonical.ts';
import type { Finding } from './expect.ts';
import { briefly } from './law.ts';

/** List items stand under their natural key, or the hash of the item where they have none; a second one under a key adds `~` and its hash. */
export function oddKeys(changes: readonly VerifiedChange[]): readonly Finding[] {
	return changes.flatMap(({ id, change }): readonly Finding[] => Object.entries(change.add).flatMap(([group, items]) => {
		const row = rulesOf(change.type).get(group);
		if (row === undefined || !isListRow(row) || change.type === 'Linkage') return [];
		const odd = Object.entries(items).find(([key, item]) => {
			const hash = b64(digested('saddlebag/item-key/1', canonical(item)));
			const natural = row.key.key(item) ?? hash;
			return key !== natural && !key.endsWith(`~${hash}`);
		});
		return odd === undefined ? [] : [{ kind: 'forbidden', detail: `${briefly(id, change)} adds to ${group} under the key ${odd[0].slice(0, 60)}, which is not that of the item` }];
	}));
}

/** A clock reading beyond what the author's own clock has ever shown, and the minute for which others may be ahead (design D6). */
export function draggedClock({ id, change }: VerifiedChange, ownLatestMs: number): readonly Finding[] {
	const ahead = Number.parseInt(change.hlc.slice(0, 12), 16) - ownLatestMs;
	return ahead <= DRIFT_MS ? [] : [{ kind: 'forbidden', detail: `${briefly(id, change)} was stamped ${String(Math.round(ahead / 1000))} s ahead of any time that its author's clock has shown` }];
}
/** a minute, and a second for readings of one moment */
const DRIFT_MS = 61_000;

/** Of an open chart, what is compared with a form. */
type ShownEntry = Pick<Entry, 'id' | 'type' | 'heads' | 'resource' | 'state'>;
export interface ShownChart { readonly patient: ShownEntry | null; readonly entries: readonly ShownEntry[] }

/**
 * Parts of a saved form that the chart does not show. Only for a save that is the one head of its entry now: nobody else has a say in it, but
 * whoever wrote what was cited by the entry on the screen and had not arrived yet. Where that stands against a value that the form left as
 * it was, both are shown and marked, and the form's must be among them.
 */
export function notAsSaved(view: ShownChart, id: string, change: string, form: FhirResource): readonly Finding[] {
	const entry = [...(view.patient === null ? [] : [view.patient]), ...view.entries].find((one) => one.id === id);
	if (entry === undefined || entry.heads.length !== 1 || entry.heads[0] !== change) return [];
	const type = form.resourceType;
	if (!isRecordedType(type)) return [];
	const recorded = Object.keys(form).filter((name) => {
		const group = groupOfProperty(type, name);
		return group !== null && group !== 'never' && name !== 'resourceType' && name !== 'id';
	});
	const missing = recorded.filter((name) => unordered(form[name] ?? null) !== unordered(entry.resource[name] ?? null) && !isShownBeside(entry, change, name, form));
	return missing.length === 0 ? [] : [{ kind: 'lost', detail: `${type} ${id.slice(0, 6)} was saved with ${missing.map((name) => `${name} ${canonical(form[name])}`).join(', ')} and shows ${missing.map((name) => canonical(entry.resource[name])).join(', ')}`.slice(0, 500) }];
}

/** A save of a form that was opened on an entry. */
export interface SavedForm { readonly change: string; readonly form: FhirResource; readonly opened: FhirResource; readonly resolve: readonly string[] }

/** Groups that a save wrote although its form left them as they were: somebody's value or item would be gone that nobody meant to touch. */
export function untouchedWritten(saves: readonly SavedForm[], byId: ReadonlyMap<string, VerifiedChange>): readonly Finding[] {
	return saves.flatMap(({ change: id, form, opened, resolve }): readonly Finding[] => {
		const change = byId.get(id)?.change;
		if (change === undefined || !isRecordedType(change.type)) return [];
		const { type } = change;
		const touched = new Set(resolve);
		for (const name of new Set([...Object.keys(form), ...Object.keys(opened)])) {
			const group = groupOfProperty(type, name);
			if (group !== null && group !== 'never' && unordered(form[name] ?? null) !== unordered(opened[name] ?? null)) touched.add(group.name);
		}
		const written = [...Object.keys(change.set), ...change.unset, ...Object.keys(change.add), ...Object.keys(change.remove)].filter((group) => !touched.has(group));
		return written.length === 0 ? [] : [{ kind: 'forbidden', detail: `${briefly(id, change)} writes ${written.join(', ')}, which its author left as it was` }];
	});
}

/** Is the form's value one of several that are shown, none of them written by this save? */
function isShownBeside({ state, type }: ShownEntry, change: string, name: string, form: FhirResource): boolean {
	const group = isRecordedType(type) ? groupOfProperty(type, name) : null;
	const standing = group === null || group === 'never' ? undefined : state.groups.get(group.name);
	return standing?.review === true && standing.heads.every((write) => write.change !== change) && standing.shown.some(({ value }) => unordered(value?.[name] ?? null) === unordered(form[name] ?? null));
}

/** Lists keep their items, not always their order. */
const unordered = (value: Json): string => (Array.isArray(value) ? canonical((value as readonly Json[]).map(canonical).sort()) : canonical(value));
