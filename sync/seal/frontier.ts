/**
 * What a frontier says, sealed for the readers of a compartment.
 *
 * A hub that knew which chains a device holds would know who writes how much, so each part is under a key of its compartment, and in `care` there are
 * always two of one size: a device without the restricted key puts random bytes in the place of the second, and nobody without that key can tell. The
 * associated data binds organization, device, site, compartment and epoch; the counter stands inside too, so that a part carried over from an
 * earlier statement (by a user of the device who holds no key of it) is known as what it is.
 */
import { canonicalJson, isObject, parseCanonical } from '../change/canonical.ts';
import { SEEN_MAX, type Compartment, type Hash, type Id, type Json } from '../change/change.ts';
import { isHash } from '../change/ids.ts';
import type { Random } from '../change/ports.ts';
import { hasOnly, isSortedSetOf } from '../change/shape.ts';
import { frame } from '../verify/digest.ts';
import { AEAD_TAG_BYTES, NONCE_BYTES } from '../verify/document.ts';
import type { FrontierPart } from '../verify/frontier.ts';
import { padme } from '../verify/padme.ts';
import type { EpochKeys } from './epoch.ts';
import { bytesOfFields, fieldsOf, isTagOf, openParts, sealParts, textPart } from './siv.ts';

/** How far a device holds one author's chain in a compartment without a gap. */
export interface ChainPosition {
	readonly actor: Hash;
	readonly seq: number;
	/** the change at that position */
	readonly id: Hash;
	/** first characters of the ids at `markPositions(seq)`: where two histories part is found between two of them */
	readonly marks: readonly string[];
}

export interface FrontierState {
	readonly v: 1;
	/** of the statement it was made for */
	readonly n: number;
	/** ms since 1970, by the device's clock: for people, evidence of nothing */
	readonly at: number;
	/** heads of the membership log */
	readonly seen: readonly Hash[];
	/** sorted by actor */
	readonly chains: readonly ChainPosition[];
}

/** Characters of an id in a mark: 48 bits tell where, the full hash at the end tells whether. */
export const MARK_CHARACTERS = 8;
export const CHAINS_MAX = 4096;
/** chains that fit a statement: a device with more leaves out those it heard of longest ago */
const STATE_BYTES_MAX = 180 * 1024;
const MARK = /^[A-Za-z0-9_-]{8}$/;

/** Positions before `seq` of which a mark is kept: 1, 2, 4, 8 … behind. */
export function markPositions(seq: number): readonly number[] {
	const positions: number[] = [];
	for (let back = 1; seq - back >= 1; back *= 2) positions.push(seq - back);
	return positions;
}

export interface FrontierPlace { readonly device: Id; readonly keys: EpochKeys }

/** The text of what is held. Chains beyond what a statement carries are left out, shortest first: the long ones prove most. */
export function encodeState(state: FrontierState): string {
	const rows = [...state.chains].sort((a, b) => b.seq - a.seq);
	for (let count = Math.min(rows.length, CHAINS_MAX); ; count = Math.floor(count * 0.9)) {
		const chains = rows.slice(0, count).sort((a, b) => (a.actor < b.actor ? -1 : 1)).map(({ actor, seq, id, marks }) => [actor, seq, id, marks.join('')]);
		const text = canonicalJson({ ...state, chains });
		if (text.length <= STATE_BYTES_MAX || count === 0) return text;
	}
}

/** What such a text says; null when it is none. Total. */
export function parseState(text: string): FrontierState | null {
	const parsed = parseCanonical(text, { bytesMax: STATE_BYTES_MAX });
	if (!parsed.ok || !isObject(parsed.value) || !hasOnly(parsed.value, ['v', 'n', 'at', 'seen', 'chains'])) return null;
	const { v, n, at, seen, chains: raw } = parsed.value;
	if (v !== 1 || !isCount(n) || n < 1 || !isCount(at) || !isSortedSetOf(seen, isHash, SEEN_MAX) || !Array.isArray(raw) || raw.length > CHAINS_MAX) return null;
	const chains: ChainPosition[] = [];
	for (const row of raw as readonly Json[]) {
		const chain = parseChain(row);
		const before = chains.at(-1);
		if (chain === null || (before !== undefined && before.actor >= chain.actor)) return null;
		chains.push(chain);
	}
	return { v, n, at, seen, chains };
}

function parseChain(row: Json): ChainPosition | null {
	if (!Array.isArray(row) || row.length !== 4) return null;
	const [actor, seq, id, marks] = row as readonly Json[];
	if (!isHash(actor) || !isCount(seq) || seq < 1 || !isHash(id) || typeof marks !== 'string') return null;
	const positions = markPositions(seq);
	if (marks.length !== positions.length * MARK_CHARACTERS) return null;
	const list = positions.map((_, i) => marks.slice(i * MARK_CHARACTERS, (i + 1) * MARK_CHARACTERS));
	return list.every((mark) => MARK.test(mark)) ? { actor, seq, id, marks: list } : null;
}

/**
 * Seals texts as parts of one size, one for each place; null makes a part that is none. `size`: bytes of padded plaintext at least, for a part carried over.
 */
export function sealStates(states: readonly ({ readonly place: FrontierPlace; readonly text: string } | null)[], random: Random, size = 0): readonly FrontierPart[] {
	const longest = Math.max(size, ...states.map((state) => (state === null ? 0 : padme(framedLength(state.text)))));
	return states.map((state) => {
		if (state === null) return fieldsOf({ tag: random.bytes(32), nonce: random.bytes(NONCE_BYTES), ciphertext: random.bytes(Math.max(longest, padme(0)) + AEAD_TAG_BYTES) });
		const filler = new Uint8Array(longest - framedLength(state.text));
		return fieldsOf(sealParts(state.place.keys.frontier, adOf(state.place), [state.text, filler]));
	});
}

/** The text of the part that one of these keys opens; null when none does. Total on any part. */
export function openState(places: readonly FrontierPlace[], parts: readonly FrontierPart[]): { readonly comp: Compartment; readonly state: FrontierState } | null {
	for (const part of parts) {
		const fields = bytesOfFields(part);
		if (fields === null) continue;
		for (const place of places) {
			if (!isTagOf(place.keys.frontier, fields.nonce, fields.tag)) continue;
			const opened = openParts(place.keys.frontier, adOf(place), fields.nonce, fields.ciphertext, 2);
			const text = opened?.[1]?.every((byte) => byte === 0) === true ? textPart(opened[0]) : null;
			const state = text === null ? null : parseState(text);
			if (state !== null) return { comp: place.keys.comp, state };
		}
	}
	return null;
}

/** Bytes of padded plaintext in a part. */
export const partBytes = ({ c }: FrontierPart): number => Math.floor((c.length * 3) / 4) - AEAD_TAG_BYTES;

const framedLength = (text: string): number => 8 + new TextEncoder().encode(text).length;
const adOf = ({ device, keys }: FrontierPlace): Uint8Array => frame('saddlebag/frontier/1', 'f1', keys.org, device, keys.site, keys.comp, keys.epoch);
const isCount = (value: Json | undefined): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
