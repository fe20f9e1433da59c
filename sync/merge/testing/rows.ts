/**
 * Values and writes for tests of the table: for every ranked word of a row a value that says it, and two people who write a group without seeing each other.
 */
import type { GroupValue } from '../../change/change.ts';
import { JUDGEMENTS, judgedValue } from '../../fhir/detected-issue.ts';
import { linkValue } from '../../fhir/linkage.ts';
import { Cast, fakeId } from '../cast.ts';
import { foldResource } from '../fold.ts';
import type { Order, Row } from '../rules/row.ts';
import type { GroupState } from '../state.ts';

/** What a row ranks its words by; null: it ranks none. */
export const orderOf = (row: Row): Order | null => (row.rule === 'both' ? (row.leads ?? null) : row.rule === 'safest' || row.rule === 'furthest' ? row.order : null);

const concept = (code: string) => ({ coding: [{ code }] });
const CHARTS = [{ site: fakeId('a'), chart: fakeId('1') }, { site: fakeId('b'), chart: fakeId('2') }] as const;

/** A value of the group whose word is the given one, where the word is not simply the code of an element. */
const SAMPLES: { readonly [name: string]: (word: string) => GroupValue } = {
	'Patient.deceased': (word) => ({ deceasedBoolean: word === 'deceased' }),
	'Patient.record': (word) => ({ active: word === 'active' }),
	'AllergyIntolerance.status': statusOf,
	'Condition.status': statusOf,
	'Condition.severity': (word) => ({ severity: concept(word) }),
	'Goal.priority': (word) => ({ priority: concept(word) }),
	'Consent.consent': consentOf,
	'DetectedIssue.judgement': (word) => {
		const value = judgedValue({ subject: 'recorded-twice', judgement: JUDGEMENTS.find((known) => known === word) ?? 'not-sure', note: '', entries: [] });
		return word === 'entered-in-error' ? { ...value, status: word } : value;
	},
	'Linkage.link': (word) => linkValue(CHARTS, word === 'not-same' || word === 'unlinked' ? word : 'linked')
};

function statusOf(word: string): GroupValue {
	return ['refuted', 'entered-in-error'].includes(word) ? { verificationStatus: concept(word) } : { clinicalStatus: concept(word) };
}

function consentOf(word: string): GroupValue {
	if (word === 'denied') return { status: 'active', provision: { type: 'deny' } };
	if (word === 'permitted') return { status: 'active', provision: { type: 'permit' } };
	return { status: word === 'unspecified' ? 'active' : word };
}

/** A value of a group whose word is the given one. */
export const sample = (name: string, order: Order, word: string): GroupValue => (SAMPLES[name] ?? ((code: string) => ({ [order.of]: code })))(word);

/** Two people write the group without seeing each other; the second has the later clock. */
export function concurrently(type: string, group: string, first: GroupValue, second: GroupValue): GroupState {
	const ward = new Cast();
	const [asha, ben] = [ward.member('Asha', 'clinic A'), ward.member('Ben', 'clinic B')];
	const begin = asha.creates(type, { [group]: { marker: 'before' } });
	const state = foldResource([begin, asha.edits(begin, { set: { [group]: first } }), ben.edits(begin, { set: { [group]: second } })]);
	const found = state?.groups.get(group);
	if (found === undefined) throw new Error(`${type}.${group} was not folded`);
	return found;
}
