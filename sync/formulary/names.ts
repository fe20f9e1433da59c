/**
 * Reading drug and allergen names out of text: "Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet", "Allergie à la pénicilline".
 *
 * Text becomes words (lower case, no diacritics, no punctuation) and listed names are found as whole words, the longest first.
 * Then each part of the text between separators ('/', '+', ',', '-', "and") must have given a name, or consist only of words that
 * describe a product (strength, form, salt, route); otherwise that part is reported as unresolved. Invariant: no word that is
 * neither listed nor descriptive is silently dropped, and no spelling is guessed.
 */
import { CLASSES, COMBINATIONS, INGREDIENTS } from './table/index.ts';

/** What a text names. */
export interface NamedSubstances {
	/** INNs */
	readonly ingredients: readonly string[];
	/** class ids */
	readonly classes: readonly string[];
	/** parts of the text that named nothing known */
	readonly unresolved: readonly string[];
}

/** What a name stands for. `unresolved`: parts of a product that are not in the table. */
export interface Target { readonly ingredients: readonly string[]; readonly classes: readonly string[]; readonly unresolved?: readonly string[] }

/** Words that describe a product and name no substance: strengths, forms, salts, routes, packs. */
const DESCRIPTIVE = new Set((
	'mg mcg ug g kg ml l iu ui unit units meq mmol mol hr hour hours day days actuat per dose doses w v nda ' +
	'microgram micrograms milligram milligrams gram grams ' +
	'oral tablet tablets tab tabs capsule capsules cap caps caplet pill pills comprime comprimes gelule gelules capsula capsulas comprimido ' +
	'comprimidos tableta tabletas solution suspension syrup sirop jarabe solucion injection injectable injeccion inyectable inj powder ' +
	'poudre polvo vial ampoule ampolla cream creme crema ointment pommade pomada gel lotion drops gouttes gotas eye ear nasal spray inhaler ' +
	'inhalador inhalateur inhalation metered dry chewable dispersible effervescent coated film enteric extended release delayed modified ' +
	'prolonged er xr sr cr ir retard forte prefilled syringe cartridge pen patch transdermal system implant intrauterine device suppository ' +
	'rectal vaginal topical cutaneous mucosal sublingual buccal intravenous intramuscular subcutaneous parenteral swallow insertion ring pack ' +
	'kit for of in the a an with to de la le les du des el los del y et con avec pour para product products preparation medicinal only ' +
	'containing sodium potassium calcium hydrochloride hcl hydrobromide sulfate sulphate maleate fumarate tartrate succinate phosphate ' +
	'acetate besylate besilate mesylate citrate nitrate trihydrate monohydrate anhydrous sodica potasica sodique potassique macrocrystals ' +
	'base salt dihydrate bitartrate propionate dipropionate furoate abuse deterrent auto injector autoinjector strength extra daily once twice ' +
	'adult paediatric pediatric child children infant flavour flavored sugar free generic brand once long acting depot'
).split(' '));

/** Words around the name of an allergen. */
const ALLERGY_WORDS = new Set((
	'allergy allergies allergic intolerance hypersensitivity sensitivity reaction reactions adverse anaphylaxis anaphylactic rash drug drugs ' +
	'medicine medicines medication finding disorder substance class antibiotic antibiotics group known history propensity severe mild moderate ' +
	'allergie allergique allergies reaccion alergia alergico alergica alergias intolerancia al las aux au medicament medicamento unspecified all any ' +
	'type derivatives derivative structure antibacterial mechanism action'
).split(' '));

/** Words that turn a sentence round: what such a text says of an allergy is not decided here. */
const NEGATIONS = new Set(
	'no not non none denies denied without never nil pas aucun aucune sans sin ningun ninguna niega nunca negative tolerates tolerated'.split(' ')
);

const STOP_SPLIT = /\s*(?:[/+,;&|–—-]|\band\b|\bet\b|\by\b|\bwith\b|\bplus\b)\s*/u;

// eslint-disable-next-line no-control-regex -- the range is what ASCII is
const isAscii = (text: string): boolean => /^[\x00-\x7f]*$/u.test(text);

/** Lower-case words without diacritics or punctuation. */
export function words(text: string): string[] {
	const plain = isAscii(text) ? text.toLowerCase() : text.normalize('NFKD').replace(/\p{M}+/gu, '').toLowerCase().replaceAll('œ', 'oe').replaceAll('æ', 'ae').replaceAll('ß', 'ss');
	return plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
}

/** Listed names, found as whole words, the longest first. */
export class NameBook {
	readonly #index = new Map<string, Target>();
	#longest = 0;

	/** A name that is listed already stands for both: nothing that a name stood for is ever taken away. */
	list(name: string, target: Target): void {
		const tokens = words(name);
		if (tokens.length === 0) return;
		const key = tokens.join(' ');
		const known = this.#index.get(key);
		this.#longest = Math.max(this.#longest, tokens.length);
		this.#index.set(key, known === undefined ? target : {
			ingredients: [...new Set([...known.ingredients, ...target.ingredients])], classes: [...new Set([...known.classes, ...target.classes])],
			unresolved: [...new Set([...(known.unresolved ?? []), ...(target.unresolved ?? [])])]
		});
	}

	/** The longest listed name that starts at `at`, with its length in words. */
	at(tokens: readonly string[], at: number): { readonly target: Target; readonly length: number } | null {
		for (let length = Math.min(this.#longest, tokens.length - at); length > 0; length--) {
			const target = this.#index.get(tokens.slice(at, at + length).join(' '));
			if (target !== undefined) return { target, length };
		}
		return null;
	}
}

const BUILT_IN: NameBook = builtIn();

function builtIn(): NameBook {
	const book = new NameBook();
	for (const ingredient of INGREDIENTS) for (const name of [ingredient.inn, ...ingredient.names]) book.list(name, { ingredients: [ingredient.inn], classes: [] });
	for (const combination of COMBINATIONS) for (const name of combination.names) book.list(name, { ingredients: combination.ingredients, classes: [] });
	for (const group of CLASSES) for (const name of group.names) book.list(name, { ingredients: [], classes: [group.id] });
	return book;
}

const isNumberLike = (word: string): boolean => /^\d+(?:[a-z]{1,4})?$/u.test(word);
const isDescriptive = (word: string): boolean => DESCRIPTIVE.has(word) || ALLERGY_WORDS.has(word) || isNumberLike(word);

/**
 * Finds listed names in a text, those of the table and besides them those of `local`, each book read on its own: a local name cannot hide a
 * listed one that stands within it. A bracketed part ("[Toprol]", "(GLUCOPHAGE)") is another name of what stands outside: it may add
 * names, and is not reported when it adds none, unless nothing outside named anything.
 */
export function readNames(text: string, local: NameBook | null = null): NamedSubstances {
	const books = local === null ? [BUILT_IN] : [BUILT_IN, local];
	const ingredients = new Set<string>();
	const classes = new Set<string>();
	// A name may itself contain a separator ("artemether/lumefantrine" is split, "co-trimoxazole" is not): the whole is scanned for names,
	// the parts for what was left without one.
	const unresolved: string[] = [];
	const outside = text.replace(/\[[^[\]]*\]|\([^()]*\)/gu, ' ');
	const inNames = new Set<string>();
	const all = words(text);
	for (const book of books) {
		for (let at = 0; at < all.length;) {
			const name = book.at(all, at);
			if (name === null) { at += 1; continue; }
			name.target.ingredients.forEach((inn) => ingredients.add(inn));
			name.target.classes.forEach((id) => classes.add(id));
			unresolved.push(...(name.target.unresolved ?? []));
			for (const piece of piecesOf(all.slice(at, at + name.length))) inNames.add(piece);
			at += name.length;
		}
	}
	for (const part of outside.split(STOP_SPLIT)) {
		const tokens = words(part);
		if (hasName(books, tokens) || tokens.every(isDescriptive) || inNames.has(tokens.join(' '))) continue;
		unresolved.push(tokens.filter((word) => !isDescriptive(word)).join(' '));
	}
	// "Tylenol (acetaminophen)": one part whose only known name stands in brackets is that name.
	const bracketed = text.match(/\[[^[\]]*\]|\([^()]*\)/gu) ?? [];
	const resolvedByBrackets = unresolved.length === 1 && outside.split(STOP_SPLIT).length === 1 && bracketed.some((part) => hasName(books, words(part)));
	return { ingredients: [...ingredients].sort(), classes: [...classes].sort(), unresolved: resolvedByBrackets ? [] : unresolved };
}

const hasName = (books: readonly NameBook[], tokens: readonly string[]): boolean => tokens.some((_, at) => books.some((book) => book.at(tokens, at) !== null));

/** All runs of words of a name: "co" and "trimoxazole" of "co-trimoxazole" are pieces of it and no unknown parts. */
function piecesOf(name: readonly string[]): string[] {
	return name.flatMap((_, from) => name.slice(from).map((__, length) => name.slice(from, from + length + 1).join(' ')));
}

/** A text that says "no", "denies", "tolerates" …: what it says of an allergy needs a person. */
export const isNegated = (text: string): boolean => words(text).some((word) => NEGATIONS.has(word));
