/**
 * What is allowed, as the oracle has it from the plan: who is posted where, and what a post permits.
 *
 * The table says by itself what each role may do, so that a bug in `sync/membership` shows; a test compares it with the one there. Signatures
 * are verified by the engine of the run, everything else by the letter of docs/formats.md.
 */
import type { Change, Compartment } from '../../sync/change/change.ts';
import { sodium } from '../../sync/verify/sodium.ts';
import { digested, framed, unb64 } from './bytes.ts';
import { canonical } from './canonical.ts';
import type { OpenedChange } from './open.ts';

export interface Post { readonly site: string; readonly role: string }
export interface LawActor {
	/** Ed25519 public key, base64url */
	readonly sign: string;
	readonly posts: readonly Post[];
}

/** The organization as it really is, whatever any device believes of it. */
export interface Law {
	readonly org: string;
	/** site -> the site above it, null for the first */
	readonly sites: ReadonlyMap<string, string | null>;
	/** actor -> keys and posts */
	readonly actors: ReadonlyMap<string, LawActor>;
	/** posts at the heads that are cited; null while one is missing. Absent where nobody loses anything: then posts are as they are now */
	readonly then?: (actor: string, seen: readonly string[]) => readonly Post[] | null;
}

export type Right = Compartment;
export interface Permits { readonly tree: boolean; readonly reads: readonly Right[]; readonly writes: readonly Right[]; readonly links: boolean }

const ALL: readonly Right[] = ['desk', 'clinical', 'restricted'];
const CARE: readonly Right[] = ['desk', 'clinical'];
export const PERMITS: ReadonlyMap<string, Permits> = new Map([
	['owner', { tree: true, reads: ALL, writes: ALL, links: true }],
	['lead', { tree: true, reads: ALL, writes: ALL, links: true }],
	['clinician', { tree: false, reads: CARE, writes: CARE, links: true }],
	['health-worker', { tree: false, reads: CARE, writes: CARE, links: true }],
	['receptionist', { tree: false, reads: ['desk'], writes: ['desk'], links: false }],
	['laboratory', { tree: false, reads: CARE, writes: ['clinical'], links: false }],
	['reviewer', { tree: true, reads: CARE, writes: CARE, links: true }]
]);

/** The site itself and all above it. */
export function upward(law: Law, site: string): readonly string[] {
	const path: string[] = [];
	for (let here: string | null = site; here !== null && !path.includes(here); here = law.sites.get(here) ?? null) path.push(here);
	return path;
}

/** Does one of these posts permit something at a site? */
export function grantedBy(law: Law, posts: readonly Post[], site: string, asks: (permits: Permits) => boolean): boolean {
	return posts.some((post) => {
		const permits = PERMITS.get(post.role);
		return permits !== undefined && law.sites.has(site) && asks(permits) && (permits.tree ? upward(law, site).includes(post.site) : post.site === site);
	});
}

const permitted = (law: Law, actor: string, site: string, asks: (permits: Permits) => boolean): boolean => grantedBy(law, law.actors.get(actor)?.posts ?? [], site, asks);

/** What is asked of a right that was used citing `seen`: null when it was there, else why not. */
function unentitled(law: Law, actor: string, seen: readonly string[], site: string, asks: (permits: Permits) => boolean, why: string): string | null {
	const posts = law.then === undefined ? (law.actors.get(actor)?.posts ?? []) : law.then(actor, seen);
	if (posts === null) return UNHEARD;
	return grantedBy(law, posts, site, asks) ? null : why;
}
/** Nobody's fault: it counts once the statement comes. */
export const UNHEARD = 'citing a statement that is not here';

export const mayRead = (law: Law, actor: string, site: string, comp: Right): boolean => permitted(law, actor, site, ({ reads }) => reads.includes(comp));
export const mayWrite = (law: Law, actor: string, site: string, comp: Right): boolean => permitted(law, actor, site, ({ writes }) => writes.includes(comp));
export const mayLink = (law: Law, actor: string, sites: readonly string[]): boolean => sites.every((site) => permitted(law, actor, site, ({ links }) => links));

/** Why a change must not count in the database of `site` where it was found; null when it must. */
export function objection(law: Law, found: OpenedChange, site: string): string | null {
	const { change, voucher } = found;
	if (change.org !== law.org) return 'of another organization';
	if (change.comp !== found.comp) return `a ${change.comp} change under a ${found.comp} key`;
	if (canonical(change) !== found.text) return 'a text that is not its own canonical form';
	const author = law.actors.get(change.actor);
	if (author === undefined) return 'by nobody';
	const unfit = unentitled(law, change.actor, change.seen, change.site, ({ writes }) => writes.includes(change.comp), 'by somebody who may not write there');
	if (unfit !== null) return unfit;
	if (!signed(author.sign, 'saddlebag/change/1', found.text, found.sig)) return 'not signed by its author';
	if (change.create !== undefined && beginningOf(change) !== change.id) return 'an id that does not commit to its beginning';
	if ((change.create === undefined) === (change.deps.length === 0)) return 'a beginning without a creation, or one with deps';
	if ((change.prev === null) !== (change.seq === 1)) return 'a chain that does not begin with its first change';
	return voucher === null ? (change.site === site ? null : 'of another site, and not relayed') : misrelayed(law, found, voucher, site);
}

function misrelayed(law: Law, { id, change }: OpenedChange, voucher: { readonly text: string; readonly sig: string }, site: string): string | null {
	if (change.site === site) return 'relayed to its own site';
	if (change.comp === 'restricted') return 'restricted, and relayed';
	const said = JSON.parse(voucher.text) as { readonly org: string; readonly site: string; readonly comp: Right; readonly change: string; readonly to: string; readonly actor: string; readonly seen: readonly string[] };
	if (said.org !== law.org || said.site !== change.site || said.comp !== change.comp || said.change !== id || said.to !== site) return 'with a voucher for something else';
	const unfit = unentitled(law, said.actor, said.seen, change.site, ({ reads }) => reads.includes(change.comp), 'vouched for by somebody who may not read there');
	if (unfit !== null) return unfit;
	return signed(law.actors.get(said.actor)?.sign ?? '', 'saddlebag/voucher/1', voucher.text, voucher.sig) ? null : 'with a voucher that is not signed';
}

function signed(key: string, domain: string, text: string, sig: string): boolean {
	const [keyBytes, sigBytes] = [unb64(key), unb64(sig)];
	return keyBytes.length === 32 && sigBytes.length === 64 && sodium().crypto_sign_verify_detached(sigBytes, framed(domain, text), keyBytes);
}

/** The id that a resource must have for its beginning (docs/formats.md, Identifiers). */
export function beginningOf({ create, chart, comp, type, actor }: Change): string {
	const id = (domain: string, ...parts: readonly (string | Uint8Array)[]): string => digested(domain, ...parts).subarray(0, 16).toString('hex');
	switch (create?.kind) {
		case 'random':
			return id('saddlebag/resource-id/1', chart, comp, actor, unb64(create.rand));
		case 'import':
			return id('saddlebag/resource-import/1', chart, comp, type, create.system, create.source);
		case 'link':
			return id('saddlebag/link-id/1', ...[...create.charts].sort());
		case 'answer':
			return id('saddlebag/answer-id/1', create.discrepancy, ...[...create.resources].sort());
		case 'moved':
			return id('saddlebag/resource-moved/1', chart, comp, type, create.site, create.chart, create.resource, create.change);
		default:
			return '';
	}
}

/** For messages: what a change is, briefly. */
export const briefly = (id: string, { type, seq, actor, comp, site }: Change): string =>
	`${id.slice(0, 8)} (${type}, ${comp} of ${site.slice(0, 6)}, number ${String(seq)} of ${actor.slice(0, 6)})`;

