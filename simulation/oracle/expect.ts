/**
 * What a device must show, from what has reached its disk: every envelope opened by the format, judged by the law, folded naively.
 *
 * Compared with what the device says, this finds at once what is hidden (arrived, allowed, not counted), what is forbidden (counted, not
 * allowed), and what is folded wrongly. It holds when the device has worked off what it has, and holds the keys and the log.
 */
import type { Compartment, Hash, Id, VerifiedChange } from '../../sync/change/change.ts';
import type { Failure } from '../report.ts';
import { naiveStateHash } from './hash.ts';
import { briefly, objection, UNHEARD, type Law } from './law.ts';
import { openByFormat, type OpenedChange, type Sealed, type WorldKey } from './open.ts';
import { reaches, type Link, type Removals } from './removals.ts';

/** A document on a disk, and the name of the hub's database that it is of. */
export interface Arrived { readonly db: string; readonly document: Sealed }
export type Finding = Pick<Failure, 'kind' | 'detail'>;

export interface Judged {
	/** what counts, by `site/compartment` of the place where it was found */
	readonly places: ReadonlyMap<string, readonly VerifiedChange[]>;
	/** opened and not allowed: id, why, and who made it (the author; of a copy, who vouched for it) */
	readonly refused: readonly { readonly id: string; readonly why: string; readonly actors: readonly string[] }[];
	/** what no key of the world opens: made by nobody of the organization, or not sealed as the format says */
	readonly unopened: readonly string[];
	/** opened and allowed when it was written, and beyond what is attested of a chain that was closed: in no chart, and in the late lane */
	readonly late: readonly VerifiedChange[];
}

/** Remembers verdicts, which depend on nothing but the document, so that thirty devices cost one. */
export class Judge {
	readonly law: Law;
	readonly #keys: readonly WorldKey[];
	readonly #known = new Map<string, { readonly found: OpenedChange; readonly why: string | null } | null>();

	readonly #removals: Removals | null;

	/** `removals`: null where nobody loses anything, or while not all have heard of it: then everything counts that was allowed when it was written. */
	constructor(law: Law, keys: readonly WorldKey[], removals: Removals | null = null) {
		this.law = law;
		this.#keys = keys;
		this.#removals = removals?.any === true ? removals : null;
	}

	/** `unknownTypes`: what the device's older version of the app leaves waiting. */
	judge(arrived: Iterable<Arrived>, unknownTypes: readonly string[] = []): Judged {
		const places = new Map<string, Map<string, VerifiedChange>>();
		const refused: { readonly id: string; readonly why: string; readonly actors: readonly string[] }[] = [];
		const unopened: string[] = [];
		const late = new Map<string, VerifiedChange>();
		const all = [...arrived];
		const byId = this.#removals === null ? new Map<string, Link>() : this.#links(all);
		for (const { db, document } of all) {
			const name = /([0-9a-f]{32})-(desk|care)$/.exec(db);
			if (name === null) continue;
			const [site, kind] = [name[1] ?? '', name[2] ?? ''];
			const known = this.#verdict(document, site, kind);
			if (known === null) unopened.push(document._id);
			else if (known.why !== null) refused.push({ id: known.found.id, why: known.why, actors: makersOf(known.found) });
			else if (this.#removals !== null && !counts(this.#removals, known.found, byId)) {
				// of a copy its voucher decides: it waits for one of somebody else
				if (known.found.voucher === null) late.set(known.found.id, verified(known.found, document._id, site));
			} else if (!unknownTypes.includes(known.found.change.type)) {
				const place = `${site}/${known.found.comp}`;
				const here = places.get(place) ?? new Map<string, VerifiedChange>();
				places.set(place, here);
				const before = here.get(known.found.id);
				if (before === undefined || before.via === 'relayed') here.set(known.found.id, verified(known.found, document._id, site));
			}
		}
		return { places: new Map([...places].map(([place, changes]) => [place, [...changes.values()]])), refused, unopened, late: [...late.values()] };
	}

	/** Everything that opens and is allowed when it is written, late or not. */
	*opened(arrived: Iterable<Arrived>): Generator<OpenedChange> {
		for (const { db, document } of arrived) {
			const [, site = '', kind = ''] = /([0-9a-f]{32})-(desk|care)$/.exec(db) ?? [];
			const known = site === '' ? null : this.#verdict(document, site, kind);
			if (known !== null && known.why === null) yield known.found;
		}
	}

	/** All authentic changes, by id. */
	#links(arrived: readonly Arrived[]): ReadonlyMap<string, Link> {
		const byId = new Map<string, Link>();
		for (const found of this.opened(arrived)) byId.set(found.id, linkOf(found));
		return byId;
	}

	#verdict(document: Sealed, site: string, kind: string): { readonly found: OpenedChange; readonly why: string | null } | null {
		const name = `${site}/${kind}/${document._id}`;
		const known = this.#known.get(name);
		if (known !== undefined) return known;
		const found = openByFormat(document, site, this.#keys.filter(({ comp }) => (comp === 'desk') === (kind === 'desk')));
		const verdict = found === null ? null : { found, why: objection(this.law, found, site) };
		this.#known.set(name, verdict);
		return verdict;
	}
}

const linkOf = ({ id, change: { actor, site, comp, seq, prev, seen } }: OpenedChange): Link => ({ id, actor, site, comp, seq, prev, seen });

/** Does what was allowed when it was written still count? */
function counts(removals: Removals, found: OpenedChange, byId: ReadonlyMap<string, Link>): boolean {
	const link = linkOf(found);
	if (found.voucher !== null) {
		const { actor, seen } = JSON.parse(found.voucher.text) as Pick<Link, 'actor' | 'seen'>;
		return removals.limit({ ...link, actor, seen }, 'reads') === null;
	}
	const positions = removals.limit(link, 'writes');
	return positions === null || reaches(positions, link, byId);
}

function makersOf({ change, voucher }: OpenedChange): readonly string[] {
	return voucher === null ? [change.actor] : [(JSON.parse(voucher.text) as { readonly actor: string }).actor];
}

/** What somebody's unmodified app made although the law forbids it. */
export function isMadeBadly({ refused }: Judged, honest: ReadonlySet<string>): readonly Finding[] {
	return refused.filter(({ actors, why }) => why !== UNHEARD && actors.every((actor) => honest.has(actor)))
		.map(({ id, why, actors }) => ({ kind: 'forbidden', detail: `${id.slice(0, 8)} was made by ${actors.map((actor) => actor.slice(0, 6)).join()}: ${why}` }));
}

function verified({ id, text, sig, change, voucher }: OpenedChange, envelope: string, site: string): VerifiedChange {
	return {
		id: id as Hash, text, sig: sig as VerifiedChange['sig'], change, envelope, via: voucher === null ? 'native' : 'relayed', heldAt: site as Id, __verified: true
	};
}

/** The part of it that a reader of these places holds: a disk may have envelopes that only others' keys open. */
export function within({ places, refused, unopened, late }: Judged, held: readonly Pick<SaidOfPlace, 'site' | 'comp'>[]): Judged {
	const names = new Set(held.map(({ site, comp }) => `${site}/${comp}`));
	return { places: new Map([...places].filter(([name]) => names.has(name))), refused, unopened, late: late.filter(({ heldAt, change }) => names.has(`${heldAt}/${change.comp}`)) };
}

/** What a device says of itself (`stateHashes`). */
export interface SaidOfPlace { readonly site: Id; readonly comp: Compartment; readonly hash: Hash; readonly changes: number }

/** Where what a device says differs from what its disk calls for. */
export function compareStates(judged: Judged, said: readonly SaidOfPlace[]): readonly Finding[] {
	return said.flatMap(({ site, comp, hash, changes }): readonly Finding[] => {
		const expected = judged.places.get(`${site}/${comp}`) ?? [];
		const place = `${comp} of ${site.slice(0, 6)}`;
		if (changes < expected.length) return [{ kind: 'hidden', detail: `${place}: ${String(changes)} of the ${String(expected.length)} changes that arrived are counted` }];
		if (changes > expected.length) return [{ kind: 'forbidden', detail: `${place}: ${String(changes)} changes are counted, ${String(expected.length)} are allowed` }];
		return naiveStateHash(expected, comp) === hash ? [] : [{ kind: 'oracle', detail: `${place}: the state of ${String(changes)} changes is not what the naive fold makes of them` }];
	});
}

/** Changes applied that are not among those allowed: at any moment, whatever else is still to come. */
export function forbiddenChanges(judged: Judged, applied: readonly VerifiedChange[]): readonly Finding[] {
	const allowed = new Set([...judged.places.values()].flat().map(({ id }) => id));
	const why = new Map(judged.refused.map((each) => [each.id, each.why]));
	return applied.filter(({ id }) => !allowed.has(id))
		.map(({ id, change }) => ({ kind: 'forbidden', detail: `${briefly(id, change)} is applied: ${why.get(id) ?? 'it is in no envelope here'}` }));
}

/** Two devices that hold the same changes of a place must show the same. */
export function diverged(said: readonly { readonly device: string; readonly place: SaidOfPlace; readonly held: readonly string[] }[]): readonly Finding[] {
	const bySet = new Map<string, { readonly device: string; readonly hash: Hash }>();
	return said.flatMap(({ device, place, held }): readonly Finding[] => {
		const name = [place.site, place.comp, ...[...held].sort()].join(' ');
		const other = bySet.get(name);
		if (other === undefined) bySet.set(name, { device, hash: place.hash });
		return other === undefined || other.hash === place.hash ? [] : [{ kind: 'diverged', detail: `${place.comp} of ${place.site.slice(0, 6)}: ${other.device} and ${device} hold the same ${String(held.length)} changes and show another state` }];
	});
}
