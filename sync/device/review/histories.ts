/**
 * The history of an entry for people: every value every group ever had, by whom, where, when and why, and why the present one is shown.
 */
import { isObject } from '../../change/canonical.ts';
import type { Json } from '../../change/change.ts';
import { elementOf } from '../../merge/review.ts';
import { explain } from '../../merge/explain.ts';
import { historyOf, type HistoryEntry } from '../../merge/history.ts';
import { isListRow, rulesOf } from '../../merge/rules/table.ts';
import type { ResourceState } from '../../merge/state.ts';
import type { FhirResource } from '../../fhir/resource.ts';
import { attributeIn } from '../attribution.ts';
import type { GroupHistory, HistoryItem } from '../review-api.ts';
import type { Session } from '../session.ts';

/** The histories of one group, or of all that were ever written, in the table's order. */
export function groupHistories(session: Session, state: ResourceState, group: string | null): readonly GroupHistory[] {
	const relayed = new Set(state.changes.filter(({ via }) => via === 'relayed').map(({ id }) => id));
	return [...rulesOf(state.type)].filter(([name]) => group === null || name === group).flatMap(([name, row]): readonly GroupHistory[] => {
		const entries = historyOf(state, name);
		if (entries.length === 0) return [];
		const present = state.groups.get(name);
		const element = isListRow(row) ? row.element : null;
		const items = entries.map((entry): HistoryItem => ({
			change: entry.change, kind: entry.kind, item: entry.key, value: partOf(state, element, entry.value), by: attributeIn(session, state, entry),
			current: entry.current, shown: entry.shown, reason: entry.reason, relayed: relayed.has(entry.change)
		}));
		return [{ group: name, rule: row.rule, why: present === undefined ? '' : explain(present).text, entries: items }];
	});
}

/** A value as a partial resource: the elements of its group alone, of a list the one item under its element. */
function partOf(state: ResourceState, element: string | null, value: Json | null): FhirResource | null {
	if (value === null) return null;
	const elements = element !== null ? { [element]: [value] } : isObject(value) ? value : {};
	return { ...elements, resourceType: state.type, id: state.id };
}

/** The value of a history entry as a partial resource. */
export const valueIn = (state: ResourceState, group: string, { key, value }: HistoryEntry): FhirResource | null => partOf(state, key === null ? null : elementOf(state.type, group), value);
