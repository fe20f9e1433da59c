/** Medicines that are ordered twice, or in different doses, by people who do not know of each other. */
import { canonicalJson } from '../../change/canonical.ts';
import { discrepancy } from '../discrepancy.ts';
import { dosesDiffer, doseInWords } from '../facts/dose.ts';
import { contentsOf, doseOf, drugOf, isBeingGiven, isOrder, MEDICATION_TYPES } from '../facts/medications.ts';
import { conceptKeys, nameOf, textOf } from '../read.ts';
import { readingsOf } from '../sources.ts';
import type { Discrepancy, Source } from '../view.ts';
import { factsOf, type Check, type Fact, type Gathered } from './gathered.ts';

/** What a fact contains: ingredients by name; without a listed one, the product as the sites name it. */
function contents(fact: Fact, { medications }: Gathered): readonly string[] {
	const found = fact.flatMap((source) => {
		const content = contentsOf(source, medications);
		return content.kind === 'found' ? [...content.ingredients, ...content.classes] : [];
	});
	return [...new Set(found.length > 0 ? found : fact.flatMap(({ resource }) => conceptKeys(resource['medicationCodeableConcept'])))];
}

const given = new WeakMap<Gathered['medications'], WeakMap<Fact, ReadonlyMap<string, readonly Source[]>>>();

/** Readings of a fact that are being given, by what they contain. Read once under what is known of medicines. */
function givenIn(fact: Fact, gathered: Gathered): ReadonlyMap<string, readonly Source[]> {
	let known = given.get(gathered.medications);
	if (known === undefined) given.set(gathered.medications, (known = new WeakMap<Fact, ReadonlyMap<string, readonly Source[]>>()));
	const before = known.get(fact);
	if (before !== undefined) return before;
	const found = new Map<string, Source[]>();
	for (const reading of fact.flatMap(readingsOf).filter(isBeingGiven)) {
		for (const ingredient of contents([reading], gathered)) {
			const readings = found.get(ingredient);
			if (readings === undefined) found.set(ingredient, [reading]);
			else readings.push(reading);
		}
	}
	known.set(fact, found);
	return found;
}

/** Facts being given, by what they contain: of an entry whose medicine two people changed at once, each reading under its own. */
function byIngredient(facts: readonly Fact[], gathered: Gathered): ReadonlyMap<string, readonly Fact[]> {
	const groups = new Map<string, Fact[]>();
	for (const fact of facts) {
		for (const [ingredient, readings] of givenIn(fact, gathered)) {
			const known = groups.get(ingredient);
			if (known === undefined) groups.set(ingredient, [readings]);
			else known.push(readings);
		}
	}
	return groups;
}

/** One discrepancy per set of entries: a product shared under several names or ingredients is said once, under the first of them. */
function oncePerSet(found: readonly Discrepancy[]): readonly Discrepancy[] {
	const kept = new Map<string, Discrepancy>();
	for (const one of [...found].sort((a, b) => (String(a.facts['ingredient']) < String(b.facts['ingredient']) ? -1 : 1))) {
		const entries = one.between.map(({ site, chart, id }) => `${site}/${chart}/${id}`).join(' ');
		if (!kept.has(entries)) kept.set(entries, one);
	}
	return [...kept.values()];
}

const plainName = (ingredient: string, facts: readonly Fact[]): string =>
	/^text |\|/u.test(ingredient) ? (facts[0]?.[0] === undefined ? '' : drugOf(facts[0][0])) : ingredient;

export const duplicateOrders: Check = (gathered) => oncePerSet([...byIngredient(factsOf(gathered, 'MedicationRequest'), gathered)].flatMap(([ingredient, facts]) => {
	if (facts.length < 2) return [];
	const name = plainName(ingredient, facts);
	return [discrepancy('duplicate-active-order', 'warning', facts.flat(), { ingredient: name, drug: name, orders: String(facts.length) }, [], name)];
}));

const OPEN_REQUEST = new Set(['active', 'on-hold', 'draft']);

/** The same test or referral asked for at two places: it is done twice, or each place waits for the other. */
export const duplicateRequests: Check = (gathered) => {
	const byCode = new Map<string, Fact[]>();
	for (const fact of factsOf(gathered, 'ServiceRequest')) {
		const open = fact.filter(({ resource }) => OPEN_REQUEST.has(textOf(resource['status'])) && resource['doNotPerform'] !== true && textOf(resource['intent']) !== 'proposal');
		for (const key of new Set(open.flatMap(({ resource }) => conceptKeys(resource['code'])))) {
			const known = byCode.get(key);
			if (known === undefined) byCode.set(key, [open]);
			else known.push(open);
		}
	}
	return oncePerSet([...byCode.values()].filter((facts) => facts.length > 1).map((facts) => {
		const entry = nameOf(facts[0]?.[0]?.resource['code']);
		return discrepancy('duplicate-active-order', 'info', facts.flat(), { entry, ingredient: entry, orders: String(facts.length) }, [], entry);
	}));
};

/** Doses of one ingredient that differ: between orders, and between an order and what the person is said to take. */
export const differingDoses: Check = (gathered) => {
	const facts = MEDICATION_TYPES.flatMap((type) => factsOf(gathered, type));
	return oncePerSet([...byIngredient(facts, gathered)].flatMap(([ingredient, group]) => {
		if (group.length < 2 || !group.flat().some(isOrder)) return [];
		const differing = new Set(differingIn(group, gathered));
		// Two entries of one fact that differ are found where the fact is gathered.
		if (group.filter((fact) => fact.some((source) => differing.has(source))).length < 2) return [];
		const name = plainName(ingredient, group);
		return [discrepancy('dose-differs', 'warning', [...differing], { ingredient: name, drug: name, doses: dosesOf([...differing]) }, [], dosesOf([...differing]))];
	}));
};

/** Sources whose dose differs from that of another with the same contents: doses of amoxicillin and of amoxicillin with clavulanic acid are not compared. */
function differingIn(group: readonly Fact[], gathered: Gathered): readonly Source[] {
	const said = group.flat().map((source) => ({ source, of: contents([source], gathered).join(' + '), dose: doseOf(source) }));
	// Many entries say few different doses: each dose is compared once.
	const doses = new Map(said.map((one) => [canonicalJson([one.of, one.dose]), one]));
	const distinct = [...doses.values()];
	const apart = new Set([...doses].filter(([, a]) => distinct.some((b) => a.of === b.of && dosesDiffer(a.dose, b.dose) === true)).map(([key]) => key));
	return said.filter((one) => apart.has(canonicalJson([one.of, one.dose]))).map(({ source }) => source);
}

const dosesOf = (sources: readonly Source[]): string => [...new Set(sources.map((source) => doseInWords(doseOf(source))))].sort().join(' | ');
