/**
 * The version of the rules (design D3): the state of a compartment is a function of its changes, of the membership statements and of this version. It enters
 * the state hash, so that devices of two versions are not taken for diverged, and it marks what is derived and kept (search entries, open questions,
 * findings), so that it is made again after an upgrade.
 *
 * So it must move whenever a row, an order, an item key, a safe choice or the meaning of "retracted" does. What they all do is written down here as one digest
 * for each version; reasons may be worded anew. After a change of the rules: raise `RULES_VERSION`, then `UPDATE_RULES=1 npx vitest run sync/merge/rules`.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../change/canonical.ts';
import type { GroupValue, Json, VerifiedChange } from '../../change/change.ts';
import { RECORDED_TYPES } from '../../fhir/elements.ts';
import { groupsOf } from '../../fhir/groups.ts';
import { Cast } from '../cast.ts';
import { foldResource } from '../fold.ts';
import { openQuestions } from '../review.ts';
import { orderOf, sample } from '../testing/rows.ts';
import { gravityOf } from './choices.ts';
import type { Row } from './row.ts';
import { RULES_VERSION, TABLE } from './table.ts';

const FILE = new URL('./golden/versions.json', import.meta.url);
interface Known { readonly version: number; readonly digest: string }
const known = (): readonly Known[] => JSON.parse(readFileSync(FILE, 'utf8')) as readonly Known[];

/** Items of the kinds that lists hold: what names them is written into changes. */
const ITEMS: readonly Json[] = [
	{ system: 'urn:a', value: ' 1 2', use: 'home' }, { use: 'official', family: 'A', text: 'A' }, { url: 'urn:x', valueCode: 'x' }, { text: 'words', coding: [{ code: 'b' }, { code: 'a' }] },
	{ reference: 'Practitioner/1', display: 'B' }, { manifestation: [{ text: 'Rash' }], onset: '2020', severity: 'mild' }, { code: { text: 'X' }, type: [{ text: 'T' }], rank: 2 },
	{ actor: { reference: 'Patient/1' }, role: [{ coding: [{ code: 'r' }] }], type: 'work' }, 'words'
];

/** What a row says, its reason aside. */
function declared(type: string, row: Row): Json {
	const order = orderOf(row);
	const group = groupsOf(type).get(row.group);
	return [
		type, row.group, row.rule, (group?.elements ?? []).map(({ name }) => name), group?.list ?? null, order === null ? null : [order.of, [...order.ranks]],
		row.rule === 'furthest' ? row.contradictions.map((pair) => [...pair]) : null, row.rule === 'frozen' ? row.final.of : null,
		row.rule === 'union' || row.rule === 'append' ? [row.key.of, ITEMS.map((item) => row.key.key(item))] : null,
		row.rule === 'union' ? [row.sameKey, row.place === undefined ? null : [row.place.of, ITEMS.map((item) => row.place?.rank(item) ?? 0)]] : null,
		gravityOf(type, row.group, row.rule)
	];
}

/** What comes of values that two people write without seeing each other, and of writing the first of them over both. */
function outcomes(type: string, row: Row): Json {
	const order = orderOf(row);
	const list = row.rule === 'union' || row.rule === 'append';
	const write = (value: GroupValue, key = 'k') => (list ? { add: { [row.group]: { [key]: value } } } : { set: { [row.group]: value } });
	const words: readonly GroupValue[] = order === null ? [{ marker: 'a' }, { marker: 'b' }] : order.ranks.map((word) => sample(`${type}.${row.group}`, order, word));
	const finals: readonly GroupValue[] = row.rule === 'frozen' ? ['final', 'completed', 'current', 'amended', 'entered-in-error'].map((status) => ({ status })) : [];
	return [...words, ...finals].flatMap((a, at, all) => all.filter((_, other) => other !== at).map((b): Json => {
		const ward = new Cast(`${type}.${row.group}`);
		const [asha, ben] = [ward.member('Asha', 'clinic A'), ward.member('Ben', 'clinic B')];
		const begun = list ? asha.creates(type, {}, write({ marker: 'before' })) : asha.creates(type, { [row.group]: { marker: 'before' } });
		const [x, y] = [asha.edits(begun, write(a)), ben.edits(begun, write(b))];
		return [told([begun, x, y]), told([begun, asha.edits(begun, write(a)), asha.edits([x, y], write(a, 'j'))]), told([begun, x, y, ben.edits([x, y], write(b))])];
	}));
}

/** A state by its values, without ids. */
function told(changes: readonly VerifiedChange[]): Json {
	const state = foldResource(changes);
	if (state === null) return null;
	return [
		state.retracted, [...state.groups.values()].map(({ group, shown, outvoted, conflict, review }) => [group, shown.map(({ value }) => value), outvoted.map(({ value }) => value), conflict, review]),
		openQuestions(state).map(({ group, item, choices, reopened }) => [group, item, [...choices], reopened])
	];
}

const digest = (): string => {
	const hash = createHash('sha256');
	for (const type of RECORDED_TYPES) for (const row of TABLE[type]) hash.update(canonicalJson([declared(type, row), outcomes(type, row)]));
	return hash.digest('hex');
};

describe('the version of the rules', () => {
	it('names exactly what they do: whoever changes a rule raises it', () => {
		const present = digest();
		const last = known().at(-1);
		if (process.env['UPDATE_RULES'] === '1' && RULES_VERSION > (last?.version ?? 0)) {
			writeFileSync(FILE, `${JSON.stringify([...known(), { version: RULES_VERSION, digest: present }], null, '\t')}\n`);
		}
		const said = known().at(-1);
		expect(said?.version, 'RULES_VERSION is the last of golden/versions.json').toBe(RULES_VERSION);
		expect(present, 'the rules do something else than in this version: raise RULES_VERSION').toBe(said?.digest);
	});

	it('only ever goes up', () => {
		const versions = known().map(({ version }) => version);
		expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
		expect(new Set(known().map((one) => one.digest)).size).toBe(versions.length);
	});
});
