/**
 * What the rows of the formulary are.
 *
 * The table serves two questions: may this medicine be given to a person with this allergy, and in this pregnancy? It therefore holds ingredients under
 * their international non-proprietary name (INN), the classes that allergies are recorded and react by, declared
 * cross-reactions, and what harms a pregnancy. Every row names a published source. There are no ATC/DDD, DrugBank or CPT tables (their licences do not allow
 * shipping them), and a code stands in a row only where a list or data set in public use confirms it; docs/formulary.md says which.
 * RxNorm is free of charge (US National Library of Medicine); the SNOMED CT codes are those of published value sets.
 *
 * Invariant: a name that is not in the table resolves to nothing. Nothing is guessed from a spelling.
 */

export const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm';
export const SNOMED = 'http://snomed.info/sct';

/** How urgent a clash is: critical interrupts, warning stands beside the entry, info is a note. */
export type Severity = 'critical' | 'warning' | 'info';

export interface Ingredient {
	/** international non-proprietary name, lower case: the identity of the row */
	readonly inn: string;
	/** other names and listed spellings, lower case without diacritics (English, French, Spanish; common salts and brands) */
	readonly names: readonly string[];
	readonly rxnorm: readonly string[];
	/** SNOMED CT: the substance, and the finding "allergy to …" */
	readonly snomed: readonly string[];
	readonly classes: readonly string[];
	/** keys into `SOURCES`: why the row is here */
	readonly source: string;
}

/** A class by which allergies are recorded ("sulfonamide allergy"), and within which they may cross-react. */
export interface IngredientClass {
	readonly id: string;
	readonly label: string;
	readonly names: readonly string[];
	readonly snomed: readonly string[];
	/** an allergy to one member counts against the others, this urgently; null: members are not known to cross-react */
	readonly within: { readonly severity: Severity; readonly source: string } | null;
	readonly source: string;
}

/** Two classes (or ingredients, written `=inn`) that cross-react, in both directions. */
export interface CrossReaction {
	readonly id: string;
	readonly a: string;
	readonly b: string;
	readonly severity: Severity;
	readonly why: string;
	readonly source: string;
}

/** A fear that studies did not confirm: the pair is safe, and the answer says why. */
export interface NoCrossReaction {
	readonly a: string;
	readonly b: string;
	readonly why: string;
	readonly source: string;
}

/** A product name that stands for several ingredients. */
export interface Combination {
	readonly names: readonly string[];
	readonly ingredients: readonly string[];
	readonly source: string;
}

/** A medicine that harms a pregnancy. */
export interface PregnancyRow {
	/** a class id, or an ingredient written `=inn` */
	readonly on: string;
	/** members of the class that the row is not about */
	readonly except?: readonly string[];
	readonly severity: Severity;
	readonly why: string;
	readonly source: string;
}

interface RowExtras {
	readonly names?: readonly string[];
	readonly rxnorm?: string;
	readonly snomed?: readonly string[];
	readonly classes?: readonly string[];
}

/** Writes a row compactly: `row('amoxicillin', 'eml-6.2', { names: […], rxnorm: '723' })`. */
export const row = (inn: string, source: string, extras: RowExtras = {}): Ingredient => ({
	inn,
	names: extras.names ?? [],
	rxnorm: extras.rxnorm === undefined ? [] : [extras.rxnorm],
	snomed: extras.snomed ?? [],
	classes: extras.classes ?? [],
	source
});
