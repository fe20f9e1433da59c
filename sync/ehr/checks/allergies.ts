/**
 * Allergies against what is prescribed or taken, wherever each was recorded; entries that cannot be checked; and "no known allergies"
 * beside an allergy. The formulary decides; what it cannot decide is said, never passed over.
 */
import { checkSubstances, type Clash } from '../../formulary/allergy.ts';
import { words } from '../../formulary/names.ts';
import { discrepancy } from '../discrepancy.ts';
import { absenceOf, allergensOf, isInForce, substanceOf } from '../facts/allergies.ts';
import { contentsOf, drugOf, isBeingGiven, MEDICATION_TYPES } from '../facts/medications.ts';
import { codeOf, listOf, textOf } from '../read.ts';
import { readingsOf } from '../sources.ts';
import type { Discrepancy, Severity, Source } from '../view.ts';
import { factsOf, ofFact, type Check, type Fact, type Gathered } from './gathered.ts';

const inForce = ofFact((fact): readonly Source[] => fact.flatMap(readingsOf).filter(isInForce));
const given = ofFact((fact): readonly Source[] => fact.flatMap(readingsOf).filter(isBeingGiven));
/** The entries behind some of their readings. */
const entriesOf = (fact: Fact, readings: readonly Source[]): readonly Source[] => fact.filter(({ state }) => readings.some((reading) => reading.state === state));
const categories = ({ resource }: Source): readonly string[] => listOf(resource['category']).map(textOf);

const RANK: { readonly [severity in Severity]: number } = { critical: 0, warning: 1, info: 2 };
const WHY = {
	'nothing-recorded': 'nothing is recorded', 'not-in-formulary': 'not in the formulary', negated: 'worded as a negation', 'partly-unknown': 'contains something that is not in the formulary'
} as const;

interface Unchecked { readonly fact: Fact; readonly side: 'allergy' | 'medication'; readonly why: string; readonly what: string }
interface Judged { readonly clash: Discrepancy | null; readonly unchecked: readonly Unchecked[] }
interface Verdicts { readonly clashes: readonly Discrepancy[]; readonly unchecked: ReadonlyMap<string, Unchecked> }

const judgedWith = new WeakMap<Gathered['medications'], WeakMap<Fact, WeakMap<Fact, Judged>>>();

/** Each pair is judged once under what is known of medicines: a new entry costs the pairs that it is of. */
function judge(allergy: Fact, medicine: Fact, medications: Gathered['medications']): Judged {
	let byAllergy = judgedWith.get(medications);
	if (byAllergy === undefined) judgedWith.set(medications, (byAllergy = new WeakMap<Fact, WeakMap<Fact, Judged>>()));
	let byMedicine = byAllergy.get(allergy);
	if (byMedicine === undefined) byAllergy.set(allergy, (byMedicine = new WeakMap<Fact, Judged>()));
	let judged = byMedicine.get(medicine);
	if (judged === undefined) byMedicine.set(medicine, (judged = judgeAnew(allergy, medicine, medications)));
	return judged;
}

/** An intolerance, or an allergy the formulary knows as weaker, does not interrupt. */
function judgeAnew(allergy: Fact, medicine: Fact, medications: Gathered['medications']): Judged {
	let worst: { readonly of: Clash; readonly severity: Severity } | null = null;
	const unchecked: Unchecked[] = [];
	for (const allergen of inForce(allergy)) {
		for (const drug of given(medicine)) {
			const check = checkSubstances(allergensOf(allergen, medications.local), contentsOf(drug, medications));
			if (check.kind === 'cannot-check') {
				unchecked.push({ fact: check.side === 'allergy' ? allergy : medicine, side: check.side, why: WHY[check.why], what: check.what });
			}
			const [strongest] = check.kind === 'clash' ? check.clashes : [];
			if (strongest === undefined) continue;
			const severity = allergen.resource['type'] === 'intolerance' && strongest.severity === 'critical' ? 'warning' : strongest.severity;
			if (worst === null || RANK[severity] < RANK[worst.severity]) worst = { of: strongest, severity };
		}
	}
	return { clash: worst === null ? null : clashOf(worst, allergy, medicine), unchecked };
}

const keyOf = (fact: Fact): string => fact.map(({ site, chart, id }) => `${site}/${chart}/${id}`).sort().join(' ');

const reached = new WeakMap<Gathered, Verdicts>();

/** Two checks ask for the same verdicts of one view. */
function verdicts(gathered: Gathered): Verdicts {
	const known = reached.get(gathered);
	if (known !== undefined) return known;
	const made = judgeAll(gathered);
	reached.set(gathered, made);
	return made;
}

function judgeAll(gathered: Gathered): Verdicts {
	const clashes: Discrepancy[] = [];
	const unchecked = new Map<string, Unchecked>();
	const allergies = factsOf(gathered, 'AllergyIntolerance').filter((fact) => inForce(fact).length > 0);
	const medicines = MEDICATION_TYPES.flatMap((type) => factsOf(gathered, type)).filter((fact) => given(fact).length > 0);
	for (const allergy of allergies) {
		// An allergy that cannot be read is said even where nothing is prescribed: the next prescriber counts on it.
		for (const allergen of inForce(allergy)) {
			const found = allergensOf(allergen, gathered.medications.local);
			if (found.kind === 'uncoded') unchecked.set(keyOf(allergy), { fact: allergy, side: 'allergy', why: WHY[found.why], what: found.label });
		}
		for (const medicine of medicines) {
			const judged = judge(allergy, medicine, gathered.medications);
			for (const entry of judged.unchecked) if (!unchecked.has(keyOf(entry.fact))) unchecked.set(keyOf(entry.fact), entry);
			if (judged.clash !== null) clashes.push(judged.clash);
		}
	}
	return { clashes, unchecked };
}

function clashOf({ of, severity }: { readonly of: Clash; readonly severity: Severity }, allergy: Fact, medicine: Fact): Discrepancy {
	const via = of.how === 'same-ingredient' ? '' : of.how === 'same-class' ? of.via : of.why;
	const [lead] = given(medicine);
	const facts = { substance: of.substance, drug: lead === undefined ? of.drug : ingredientIn(of.drug, drugOf(lead)), via, how: of.how };
	return discrepancy('allergy-against-prescription', severity, [...entriesOf(allergy, inForce(allergy)), ...entriesOf(medicine, given(medicine))], facts, of.sources, `${of.substance} > ${of.drug}`);
}

/** "sulfamethoxazole (Co-trimoxazole 960 mg)": the ingredient alone is not what the prescriber wrote. */
function ingredientIn(drug: string, product: string): string {
	return product === '' || ` ${words(product).join(' ')} `.includes(` ${words(drug).join(' ')} `) ? drug : `${drug} (${product})`;
}

export const allergyAgainstPrescription: Check = (gathered) => verdicts(gathered).clashes;

/** Food and environment seldom meet a medicine: an unreadable entry of that kind is a note. */
const isNoMedicine = (fact: Fact): boolean => {
	const all = fact.flatMap(categories);
	return all.length > 0 && all.every((category) => category === 'food' || category === 'environment');
};

export const uncodedEntries: Check = (gathered) => [...verdicts(gathered).unchecked.values()].map(({ fact, side, why, what }) => {
	const [lead] = fact;
	const name = lead === undefined ? what : side === 'allergy' ? substanceOf(lead) : drugOf(lead);
	const facts = { [side === 'allergy' ? 'substance' : 'drug']: name || what, why };
	return discrepancy('uncoded-cannot-check', side === 'allergy' && isNoMedicine(fact) ? 'info' : 'warning', fact, facts, [], name || what);
});

/** Which allergies a statement of absence denies: all, or those of its kind. An allergy of no stated kind counts as one to a medicine. */
function denies(scope: string, allergy: Source): boolean {
	if (scope === 'any') return true;
	const kinds = categories(allergy);
	const found = allergensOf(allergy);
	if (scope === 'latex') return found.kind === 'found' && found.ingredients.includes('natural rubber latex');
	if (scope === 'drug') return kinds.length === 0 ? found.kind === 'found' : kinds.includes('medication') || kinds.includes('biologic');
	return kinds.includes(scope);
}

export const noKnownAgainstAllergy: Check = (gathered) => {
	const facts = factsOf(gathered, 'AllergyIntolerance');
	const allergies = facts.flatMap(inForce);
	return facts.flatMap((fact) => {
		const stated = fact.flatMap(readingsOf).filter((source) => !['inactive', 'resolved'].includes(codeOf(source.resource['clinicalStatus'])) && absenceOf(source) !== null);
		const scope = stated[0] === undefined ? null : absenceOf(stated[0]);
		// What one entry says in two ways is a conflict of its values, and told as that.
		const denied = scope === null ? [] : allergies.filter((allergy) => denies(scope, allergy) && !fact.some(({ state }) => state === allergy.state));
		if (scope === null || denied.length === 0) return [];
		return [discrepancy('no-known-allergies-against-allergy', 'warning', [...stated, ...denied], { scope, substance: [...new Set(denied.map(substanceOf))].sort().join(', ') })];
	});
};
