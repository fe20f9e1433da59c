/**
 * Are changes written as they must be: by the keys that the table gives, by a clock that nobody else drags along, and so that what was saved is
 * what is shown?
 */
import type { Entry } from '../../sync/device/api.ts';
import type { Json, VerifiedChange } from '../../sync/change/change.ts';
import { groupOfProperty } from '../../sync/fhir/groups.ts';
import type { FhirResource } from '../../sync/fhir/resource.ts';
import { isRecordedType, type RecordedType } from '../../sync/fhir/elements.ts';
import { isListRow, rulesOf } from '../../sync/merge/rules/table.ts';
import { b64, digested } from './bytes.ts';
import { canonical } from './canonical.ts';
import type { Finding } from './expect.ts';
import { briefly } from './law.ts';
import type { Seen } from './witness.ts';

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
 * whoever wrote what the entry cited and lacked when the form was opened. That may have come since, and stands in what the form left as it was.
 */
export function notAsSaved(view: ShownChart, { id, change, form, opened, missing }: Pick<Seen, 'id' | 'change' | 'form' | 'opened' | 'missing'>): readonly Finding[] {
	const entry = [...(view.patient === null ? [] : [view.patient]), ...view.entries].find((one) => one.id === id);
	const type = form?.resourceType ?? '';
	if (form === null || entry === undefined || entry.heads.length !== 1 || entry.heads[0] !== change || !isRecordedType(type)) return [];
	const touched = opened === null || missing.length === 0 ? null : touchedGroups(type, form, opened);
	const wrong = Object.keys(form).filter((name) => {
		const group = groupOfProperty(type, name);
		if (group === null || group === 'never' || name === 'resourceType' || name === 'id' || touched?.has(group.name) === false) return false;
		return unordered(form[name] ?? null) !== unordered(entry.resource[name] ?? null);
	});
	return wrong.length === 0 ? [] : [{ kind: 'lost', detail: `${type} ${id.slice(0, 6)} was saved with ${wrong.map((name) => `${name} ${canonical(form[name])}`).join(', ')} and shows ${wrong.map((name) => canonical(entry.resource[name])).join(', ')}`.slice(0, 500) }];
}

/** Groups in which a form differs from the entry that it was opened on. */
function touchedGroups(type: RecordedType, form: FhirResource, opened: FhirResource): ReadonlySet<string> {
	return new Set([...Object.keys(form), ...Object.keys(opened)].flatMap((name) => {
		const group = groupOfProperty(type, name);
		return group === null || group === 'never' || unordered(form[name] ?? null) === unordered(opened[name] ?? null) ? [] : [group.name];
	}));
}

/** A save of a form that was opened on an entry. */
export interface SavedForm { readonly change: string; readonly form: FhirResource; readonly opened: FhirResource; readonly resolve: readonly string[] }

/** Groups that a save wrote although its form left them as they were: somebody's value or item would be gone that nobody meant to touch. */
export function untouchedWritten(saves: readonly SavedForm[], byId: ReadonlyMap<string, VerifiedChange>): readonly Finding[] {
	return saves.flatMap(({ change: id, form, opened, resolve }): readonly Finding[] => {
		const change = byId.get(id)?.change;
		const type = change?.type ?? '';
		if (change === undefined || !isRecordedType(type)) return [];
		const touched = new Set([...resolve, ...touchedGroups(type, form, opened)]);
		const written = [...Object.keys(change.set), ...change.unset, ...Object.keys(change.add), ...Object.keys(change.remove)].filter((group) => !touched.has(group));
		return written.length === 0 ? [] : [{ kind: 'forbidden', detail: `${briefly(id, change)} writes ${written.join(', ')}, which its author left as it was` }];
	});
}

/** Lists keep their items, not always their order. */
const unordered = (value: Json): string => (Array.isArray(value) ? canonical((value as readonly Json[]).map(canonical).sort()) : canonical(value));
