/**
 * The cast of merge tests: people at sites who write changes of one organization, in words of the ward.
 *
 *   const ward = new Cast();
 *   const asha = ward.member('Asha', 'clinic A');
 *   const first = asha.creates('Patient', { birth: { birthDate: '1980-01-01' } });
 *   const fixed = asha.edits(first, { set: { birth: { birthDate: '1980-01-02' } } });
 *
 * Ids are made from counters and a name, not by hashing, so tests need no cryptography; for a given sequence of calls they are
 * always the same. Nothing here is signed: it is for the fold, which only ever sees what the gate verified.
 */
import type { Change, Compartment, Creation, GroupValue, Hash, Hlc, Id, Json, VerifiedChange } from '../change/change.ts';
import { canonicalJson } from '../change/canonical.ts';
import { hlc } from '../change/hlc.ts';
import { hashOf, idOf, signatureOf } from '../change/ids.ts';
import { compartmentsOf } from '../fhir/groups.ts';

export interface Writing {
	readonly set?: { readonly [group: string]: GroupValue };
	readonly unset?: readonly string[];
	readonly add?: { readonly [group: string]: { readonly [key: string]: Json } };
	readonly remove?: { readonly [group: string]: readonly string[] };
	readonly reason?: string;
	/** the author's clock, ms since 1970; else one minute after the last change of the cast */
	readonly at?: number;
	/** Hlc counter */
	readonly counter?: number;
}

export interface Beginning extends Writing {
	readonly chart?: Id;
	readonly comp?: Compartment;
	readonly create?: Creation;
	/** else derived from the creation, as real ids are */
	readonly id?: Id;
}

/** 2026-01-05 08:00 UTC: the first morning of every test. */
export const FIRST_MORNING_MS = Date.UTC(2026, 0, 5, 8);
const MINUTE_MS = 60_000;

/** 32 bytes from a text: xorshift over an FNV start. Spreads well enough to order ids at random, and is no hash. */
function scatter(text: string, length: number): Uint8Array {
	let state = 0x811c9dc5;
	for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193) >>> 0;
	state ||= 1;
	return Uint8Array.from({ length }, () => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return state & 0xff;
	});
}

export const fakeHash = (name: string): Hash => hashOf(scatter(name, 32));
export const fakeId = (name: string): Id => idOf(scatter(name, 16));

export class Cast {
	readonly org: Hash = fakeHash('organization');
	#nowMs = FIRST_MORNING_MS;
	#count = 0;
	readonly #chains = new Map<string, { seq: number; last: Hash }>();
	readonly #name: string;

	/** Changes of two casts of different names have different ids. */
	constructor(name = '') {
		this.#name = name;
	}

	/** A member at work at a site. The chart is that of the cast's patient there. */
	member(name: string, site: string): Member {
		return new Member(this, fakeHash(`actor ${name}`), fakeId(`site ${site}`), fakeId(`chart at ${site}`));
	}

	/** Stamps and wraps a change as the gate would hand it on. */
	make(body: Omit<Change, 'v' | 'org' | 'seq' | 'prev' | 'hlc' | 'seen'>, at: number | undefined, counter = 0): VerifiedChange {
		this.#nowMs = at === undefined ? this.#nowMs + MINUTE_MS : this.#nowMs;
		const name = `${body.actor} ${body.site} ${body.comp}`;
		const tip = this.#chains.get(name) ?? null;
		const stamp: Hlc = hlc(at ?? this.#nowMs, counter);
		const change: Change = { v: 1, org: this.org, seq: (tip?.seq ?? 0) + 1, prev: tip?.last ?? null, hlc: stamp, seen: [], ...body };
		const id = fakeHash(`change ${this.#name}${this.#count++}`);
		this.#chains.set(name, { seq: change.seq, last: id });
		return verified(id, change);
	}
}

export class Member {
	readonly #cast: Cast;
	readonly actor: Hash;
	readonly site: Id;
	readonly chart: Id;

	constructor(cast: Cast, actor: Hash, site: Id, chart: Id) {
		this.#cast = cast;
		this.actor = actor;
		this.site = site;
		this.chart = chart;
	}

	/** Begins a resource: `set` are its first groups. */
	creates(type: string, set: { readonly [group: string]: GroupValue }, more: Beginning = {}): VerifiedChange {
		const create: Creation = more.create ?? { kind: 'random', rand: `${this.actor}${more.at ?? ''}` };
		const chart = more.chart ?? this.chart;
		const comp = more.comp ?? compartmentsOf(type)[0] ?? 'clinical';
		const id = more.id ?? fakeId(create.kind === 'link' ? canonicalJson(create) : `${chart} ${comp} ${type} ${canonicalJson(create)}`);
		return this.#cast.make(
			{ site: this.site, comp, chart, type, id, actor: this.actor, deps: [], create, ...writing({ ...more, set }) }, more.at, more.counter
		);
	}

	/** Writes to a resource, having seen the given changes of it (the first of them says which resource). */
	edits(seen: VerifiedChange | readonly [VerifiedChange, ...VerifiedChange[]], what: Writing): VerifiedChange {
		const all: readonly VerifiedChange[] = 'change' in seen ? [seen] : seen;
		const [first] = all;
		if (first === undefined) throw new TypeError('an edit has seen something');
		const { site, comp, chart, type, id } = first.change;
		return this.#cast.make({ site, comp, chart, type, id, actor: this.actor, deps: all.map((signed) => signed.id).sort(), ...writing(what) }, what.at, what.counter);
	}

	/** Clears a group. */
	clears(seen: VerifiedChange, group: string, what: Writing = {}): VerifiedChange {
		return this.edits(seen, { ...what, unset: [group] });
	}
}

const writing = ({ set = {}, unset = [], add = {}, remove = {}, reason }: Writing): Pick<Change, 'set' | 'unset' | 'add' | 'remove' | 'reason'> => ({
	set, unset, add, remove, ...(reason === undefined ? {} : { reason })
});

/** A change as if the gate had verified it. */
export function verified(id: Hash, change: Change): VerifiedChange {
	return {
		id, change, text: canonicalJson(change), sig: signatureOf(scatter(id, 64)), __verified: true, envelope: `envelope of ${id}`, via: 'native', heldAt: change.site
	};
}

/** The same change as a relayed copy in another site's database. */
export const relayedTo = (signed: VerifiedChange, site: string): VerifiedChange => ({ ...signed, via: 'relayed', heldAt: fakeId(`site ${site}`), envelope: `deposit of ${signed.id}` });

/** A stand-in for a real digest: of equal texts equal, of different texts different as far as tests go. */
export function fakeDigest(text: string): Hash {
	let a = 0x9e3779b9;
	let b = 0x85ebca6b;
	for (let i = 0; i < text.length; i++) {
		const unit = text.charCodeAt(i);
		a = Math.imul(a ^ unit, 0x01000193);
		b = Math.imul(b + unit, 0x5bd1e995) ^ (b >>> 13);
	}
	return fakeHash(`${a}:${b}:${text.length}`);
}
