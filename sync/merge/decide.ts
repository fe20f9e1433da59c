/**
 * What is shown while several writes of a group stand side by side: the rules of the table, applied.
 *
 * One distinct value is the value. Several are the business of the rule: it chooses what leads, and says whether a person must
 * look. `shown[0]` is what the assembled resource carries; whatever is not shown stays in `outvoted`, and its author is told.
 */
import { canonicalJson } from '../change/canonical.ts';
import { byClock } from './dag.ts';
import { labelOf, type Order, type Row, type RowOf } from './rules/row.ts';
import type { GroupState, Write } from './state.ts';

/** The rules of groups that are written as a whole. */
export type WholeRow = Exclude<Row, { rule: 'union' | 'append' }>;

/** The same value: compared as canonical text, so that key order and who said it do not count. */
export const textOfValue = (write: Write): string => (write.value === null ? '' : canonicalJson(write.value));

/** One write per distinct value, the earliest by clock of those that say it, in clock order. */
export function distinctValues(writes: readonly Write[]): readonly Write[] {
	if (writes.length < 2) return writes;
	const byText = new Map<string, Write>();
	for (const write of [...writes].sort(byClock)) {
		const text = textOfValue(write);
		if (!byText.has(text)) byText.set(text, write);
	}
	return [...byText.values()];
}

/**
 * The state of a group from its unsuperseded writes.
 * @param originals final writes that no final write preceded (for `frozen`), superseded or not
 */
export function decide(row: WholeRow, heads: readonly Write[], originals: readonly Write[]): GroupState {
	const [only] = heads;
	const frozenBefore = row.rule === 'frozen' && originals.length > 0;
	if (heads.length === 1 && only !== undefined && !frozenBefore) return singleValue(row, only);
	const ordered = [...heads].sort(byClock);
	const values = distinctValues(ordered);
	if (frozenBefore) return stateOf(row, ordered, frozen(values, originals));
	if (values.length < 2) return stateOf(row, ordered, { shown: values, conflict: false, review: false, outvoted: NOTHING });
	const { shown, review } = choose(row, ordered, values);
	const onScreen = new Set(shown.map(textOfValue));
	return stateOf(row, ordered, { shown, conflict: true, review, outvoted: ordered.filter((write) => !onScreen.has(textOfValue(write))) });
}

/** The state of a group that has one write. */
export function singleValue(row: WholeRow, write: Write): GroupState {
	const only = [write];
	return { group: row.group, rule: row.rule, heads: only, shown: only, items: NO_ITEMS, conflict: false, review: false, outvoted: NOTHING };
}
const NOTHING: readonly Write[] = [];
const NO_ITEMS: GroupState['items'] = [];

type Decided = Pick<GroupState, 'shown' | 'conflict' | 'review' | 'outvoted'>;

const stateOf = (row: WholeRow, heads: readonly Write[], { shown, conflict, review, outvoted }: Decided): GroupState =>
	({ group: row.group, rule: row.rule, heads, shown, items: NO_ITEMS, conflict, review, outvoted });

interface Choice {
	readonly shown: readonly Write[];
	readonly review: boolean;
}

function choose(row: WholeRow, heads: readonly Write[], values: readonly Write[]): Choice {
	switch (row.rule) {
		case 'last':
			return { shown: latest(heads, values), review: false };
		case 'both':
			return { shown: leadingFirst(values, row.leads), review: true };
		case 'safest':
			return { shown: safest(row, values), review: true };
		case 'furthest':
			return furthest(row, heads, values);
		case 'frozen':
			// Nothing final yet: drafts that differ are shown side by side.
			return { shown: leadingFirst(values), review: true };
	}
}

/** The value of the write that is latest by clock, then id. */
function latest(heads: readonly Write[], values: readonly Write[]): readonly Write[] {
	const last = heads.at(-1);
	const text = last === undefined ? '' : textOfValue(last);
	return values.filter((write) => textOfValue(write) === text);
}

/** By the declared order, then newest first. */
function leadingFirst(values: readonly Write[], order?: Order): readonly Write[] {
	const newest = [...values].sort((a, b) => byClock(b, a));
	return order === undefined ? newest : newest.sort((a, b) => rank(order, a) - rank(order, b));
}

/** Place in the order; behind all others for a word that it does not list. */
function rank(order: Order, write: Write): number {
	const place = order.ranks.indexOf(labelOf(order, write.value));
	return place < 0 ? order.ranks.length : place;
}
const isRanked = (order: Order, write: Write): boolean => rank(order, write) < order.ranks.length;

/** The safest, and beside it what the order does not list: nobody said that it may be passed over. */
function safest(row: RowOf<'safest'>, values: readonly Write[]): readonly Write[] {
	const best = values.reduce((least, write) => Math.min(least, rank(row.order, write)), Infinity);
	return leadingFirst(values.filter((write) => rank(row.order, write) === best || !isRanked(row.order, write)), row.order);
}

function furthest(row: RowOf<'furthest'>, heads: readonly Write[], values: readonly Write[]): Choice {
	const labels = new Set(values.map((write) => labelOf(row.order, write.value)));
	const contradict = row.contradictions.some(([a, b]) => labels.has(a) && labels.has(b));
	const unranked = labels.size > 1 && values.some((write) => !isRanked(row.order, write));
	if (contradict || unranked) return { shown: leadingFirst(values, row.order), review: true };
	const best = values.reduce((least, write) => Math.min(least, rank(row.order, write)), Infinity);
	const ahead = (writes: readonly Write[]): readonly Write[] => writes.filter((write) => rank(row.order, write) === best);
	return { shown: latest(ahead(heads), ahead(values)), review: false };
}

/**
 * What was final stays on screen. One later value is an amendment, which leads with the original beside it (a corrected report goes
 * out as corrected and the original is kept: 42 CFR 493.1291(k); FHIR R4 Observation.status `corrected`). Several that had not seen
 * each other are a review, and meanwhile the original leads. Between originals the clock does not choose: they stand by id.
 */
function frozen(values: readonly Write[], originals: readonly Write[]): Decided {
	const [current] = values;
	const first = [...distinctValues(originals)].sort((a, b) => (a.change < b.change ? -1 : 1));
	const conflict = values.length > 1;
	const amended = !conflict && current !== undefined && current.value !== null;
	return { shown: distinctInOrder(amended ? [current, ...first] : [...first, ...values]), conflict, review: conflict, outvoted: [] };
}

function distinctInOrder(writes: readonly Write[]): readonly Write[] {
	const seen = new Set<string>();
	return writes.filter((write) => {
		const text = textOfValue(write);
		return !seen.has(text) && seen.add(text).size > 0;
	});
}
