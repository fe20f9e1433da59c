/**
 * A change: an immutable, signed statement that writes groups of elements of one FHIR R4 resource in one chart.
 *
 * It is never updated and never deleted. What is signed is the UTF-8 text, byte for byte; the text has exactly one valid form
 * (see `text.ts`), so that a hash of it names one change for ever. A save is stamped once; a retry is the same bytes.
 */

/** BLAKE2b-256 as 43 characters of unpadded base64url: change ids, statement ids, organization, actors, epochs. */
export type Hash = string & { readonly __brand: 'Hash' };
/** 128 bits as 32 lower-case hex digits, a valid FHIR id: sites, charts, resources, members, devices, invitations. */
export type Id = string & { readonly __brand: 'Id' };
/** Hybrid logical clock: 12 hex digits of milliseconds since 1970, '-', 4 hex digits of counter. Sorts as text. */
export type Hlc = string & { readonly __brand: 'Hlc' };
/** 64 bytes of Ed25519, unpadded base64url (86 characters). */
export type Signature = string & { readonly __brand: 'Signature' };

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export const COMPARTMENTS = ['desk', 'clinical', 'restricted'] as const;
/** What a role may read. A resource lives in one compartment for life. */
export type Compartment = (typeof COMPARTMENTS)[number];

/**
 * How a resource's id commits to its beginning, so that nobody can plant a second one:
 *  - `random`: id = hash of chart, compartment, creating actor and `rand` (16 bytes, base64url);
 *  - `import`: id = hash of chart, compartment, source system and source id: equal roots of one import are one;
 *  - `link`:   id = hash of the two sorted chart ids (a Linkage, kept at both sites);
 *  - `answer`: id = hash of a discrepancy's kind and the sorted resource ids it is about;
 *  - `moved`: id = hash of the chart and compartment it came to, and of the entry it came from with the change cited for it: repeating a move makes
 *    the same entry. `change` is the beginning of the entry that was moved, or the change whose value was made an entry of its own.
 */
export type Creation =
	| { readonly kind: 'random'; readonly rand: string }
	| { readonly kind: 'import'; readonly system: string; readonly source: string }
	| { readonly kind: 'link'; readonly charts: readonly [Id, Id] }
	| { readonly kind: 'answer'; readonly discrepancy: string; readonly resources: readonly Id[] }
	| { readonly kind: 'moved'; readonly site: Id; readonly chart: Id; readonly resource: Id; readonly change: Hash };

/** Values of a group's elements, by FHIR element name. Writing a group writes all its elements: an absent one is cleared. */
export type GroupValue = JsonObject;

export interface Change {
	readonly v: 1;
	readonly org: Hash;
	/** the origin site: whose chart this is, and whose epoch sealed it there */
	readonly site: Id;
	readonly comp: Compartment;
	readonly chart: Id;
	/** FHIR resource type */
	readonly type: string;
	/** FHIR resource id, commits to `create` of the first change */
	readonly id: Id;
	readonly actor: Hash;
	/** position in the chain of (actor, site, comp), from 1 */
	readonly seq: number;
	/** id of the change before it in that chain; null exactly when seq is 1 */
	readonly prev: Hash | null;
	/** heads of this resource that the author had on screen, sorted, at most 64 */
	readonly deps: readonly Hash[];
	readonly hlc: Hlc;
	/** membership heads that the author had seen, sorted, at most 64 */
	readonly seen: readonly Hash[];
	/** present exactly when deps is empty: a change without deps is a beginning */
	readonly create?: Creation;
	/** group name -> all elements of that group */
	readonly set: { readonly [group: string]: GroupValue };
	/** groups cleared */
	readonly unset: readonly string[];
	/** union groups: item key -> item. The key is what counts; it is never recomputed by a reader */
	readonly add: { readonly [group: string]: { readonly [key: string]: Json } };
	/** union groups: item keys taken out; supersedes only adds in this change's causal past */
	readonly remove: { readonly [group: string]: readonly string[] };
	/** why, where a rule asks for a reason (entered-in-error, override of an alert) */
	readonly reason?: string;
}

export const CHANGE_VERSION = 1;
export const DEPS_MAX = 64;
export const SEEN_MAX = 64;
/** limit of the signed text: an envelope of it stays under the hub's 256 KiB. Larger elements go into files (chunks). */
export const CHANGE_TEXT_BYTES_MAX = 160 * 1024;
/** an element above this goes into sealed chunks cited by hash */
export const ELEMENT_BYTES_MAX = 64 * 1024;

/** A change as it was signed: the text is what the signature covers and what travels; it is never written anew. */
export interface SignedChange {
	readonly id: Hash;
	readonly text: string;
	readonly sig: Signature;
	readonly change: Change;
}

/**
 * A signed change that passed the whole gate. Only the gate makes one (brand), and only these reach the fold.
 * `via`: in the own database of its origin site, or relayed into another site's as a deposit.
 */
export interface VerifiedChange extends SignedChange {
	readonly __verified: true;
	/** id of the envelope it was opened from */
	readonly envelope: string;
	readonly via: 'native' | 'relayed';
	/** the site in whose database it was found: equals change.site when native */
	readonly heldAt: Id;
}
