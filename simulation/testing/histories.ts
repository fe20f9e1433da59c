/**
 * Random histories of one resource, for comparing folds: who writes what, having seen which of the changes before, by clocks that lie.
 *
 * Values are chosen so that every rule has something to decide: words from the declared orders, words that no order lists, equal values said
 * twice, clearings, items added, removed and replaced under one key, roots of an import made twice, deps that never arrived.
 */
import type { Creation, GroupValue, VerifiedChange } from '../../sync/change/change.ts';
import { seededRandom } from '../../sync/change/ports.ts';
import { DEFINITIONS, groupsOf } from '../../sync/fhir/groups.ts';
import { Cast, FIRST_MORNING_MS, type Member } from '../../sync/merge/cast.ts';

const STATUSES = ['final', 'completed', 'amended', 'preliminary', 'active', 'in-progress', 'cancelled', 'entered-in-error', 'booked', 'odd'];
const CLINICAL = ['active', 'resolved', 'inactive', 'odd'];

export const RECORDED = Object.keys(DEFINITIONS);

/** Small numbers that follow from a seed. */
export function numbers(seed: string): (below: number) => number {
	const random = seededRandom(seed);
	return (below) => {
		const [a = 0, b = 0] = random.bytes(2);
		return ((a << 8) | b) % below;
	};
}

/** Up to `most` changes of one resource of a random type; some of them may be left out, as if they had not arrived. */
export function randomHistory(seed: string, most = 9): readonly VerifiedChange[] {
	const next = numbers(seed);
	const type = RECORDED[next(RECORDED.length)] ?? 'Patient';
	const cast = new Cast(seed);
	const people = ['Asha', 'Ben', 'Chi'].map((name) => cast.member(name, 'clinic A'));
	const made: VerifiedChange[] = [];
	for (let left = 1 + next(most); left > 0; left--) {
		const by = people[next(people.length)];
		if (by !== undefined) made.push(oneChange(type, by, made, next));
	}
	return made.filter((_, at) => at === 0 || next(6) > 0);
}

function oneChange(type: string, by: Member, made: readonly VerifiedChange[], next: (below: number) => number): VerifiedChange {
	const groups = [...groupsOf(type).values()];
	const target = groups[next(groups.length)];
	const [value, kind, name] = [next(STATUSES.length), next(5), target?.name ?? ''];
	const content: GroupValue = { status: STATUSES[value] ?? 'odd', marker: value % 3, criticality: value % 2 ? 'high' : 'low', clinicalStatus: { coding: [{ code: CLINICAL[value % 4] ?? 'odd' }] } };
	const key = `k${String(value % 2)}`;
	const isList = target !== undefined && target.list !== null;
	const what = {
		set: !isList && kind > 0 ? { [name]: content } : {}, unset: !isList && kind === 0 ? [name] : [],
		add: isList && kind > 1 ? { [name]: { [key]: { marker: value % 3 } } } : {}, remove: isList && kind < 3 ? { [name]: [key] } : {},
		at: FIRST_MORNING_MS + next(6) * 60_000 - (next(20) === 0 ? 8 * 365 * 24 * 3_600_000 : 0)
	};
	const create: Creation = next(2) === 0 ? { kind: 'import', system: 'urn:old', source: '1' } : { kind: 'random', rand: 'r' };
	const [first, ...rest] = made.filter(() => next(3) === 0);
	const change = first === undefined ? by.creates(type, what.set, { ...what, create }) : by.edits([first, ...rest], what);
	// one resource, whatever the actor: the gate would have refused a second id
	return { ...change, change: { ...change.change, id: made[0]?.change.id ?? change.change.id } };
}

/** The same items in an order of their own. */
export function shuffled<T>(items: readonly T[], seed: string): readonly T[] {
	const next = numbers(seed);
	const left = [...items];
	const out: T[] = [];
	while (left.length > 0) out.push(...left.splice(next(left.length), 1));
	return out;
}
