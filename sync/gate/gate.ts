/**
 * The gate: the only way from remote bytes to a change that counts.
 *
 * A batch of documents of one database goes through it stage by stage: hash and shape, key tag and decryption, text, context,
 * authenticity (about one signature a chain), chain, beginning, FHIR, membership. Each document gets its own verdict; a bad one never stops
 * the others, and nothing here throws on remote input. Verdicts are a function of the envelope, the keys, the log and the set of
 * changes known, never of the order in which they came: what a later arrival overturns is reported as `revised`, be it a change or a statement
 * that closes a chain (late.ts).
 */
import type { Change, Compartment, Hash, Id, SignedChange, VerifiedChange } from '../change/change.ts';
import type { SignedVoucher } from '../change/voucher.ts';
import { canWrite } from '../membership/selectors.ts';
import type { MembershipState } from '../membership/types.ts';
import { verifySignature } from '../verify/signature.ts';
import { contradiction, entryOf, type ChainEntry, type ChainKnowledge } from './chain.ts';
import { creationCommits, writesAreFhir, quarantined, waiting, type DatabaseName, type Membership, type Objection } from './context.ts';
import type { Keyring } from './keyring.ts';
import { openDocument, type Opened } from './open.ts';
import { LateLane, LateMarks, type Revised } from './late.ts';
import type { LateChange, Verdict } from './verdict.ts';
import { voucherCounts } from './vouched.ts';

export interface Inspection {
	/** one for each document, in the order given */
	readonly verdicts: readonly Verdict[];
	/** changes accepted earlier that contradict what has arrived now, or are late by what the log says now: no longer to be folded */
	readonly revised: readonly Revised[];
	/** what is new in the knowledge of chains, to be kept on the device */
	readonly learned: readonly ChainEntry[];
	/** envelopes quarantined for their signature, for which a later change of their chain now vouches, or late ones that are attested now: inspect again */
	readonly reconsider: readonly string[];
	/** compartments that hold copies for which somebody vouched who has been removed since: to be judged anew */
	readonly stale: readonly { readonly site: Id; readonly comp: Compartment }[];
	/** chains of which something that was late counts now */
	readonly reopened: readonly Pick<ChainEntry, 'actor' | 'site' | 'comp'>[];
}

/** A document on its way through the gate: where it stands in the batch, and what is known of it so far. */
interface Candidate {
	readonly index: number;
	readonly opened: Opened;
	authentic: boolean;
}

export interface GateParts {
	readonly org: Hash;
	readonly keyring: Keyring;
	readonly log: Membership;
	/** chain positions known so far; the gate adds to it */
	readonly chains: ChainKnowledge;
	/** what was late when last judged; empty for a device that begins */
	readonly marks?: LateMarks;
}

export class Gate {
	readonly #parts: GateParts;
	/** entitlement by (heads, actor, site, compartment): a batch repeats the same few */
	readonly #entitled = new Map<string, Objection | null>();
	/** whether cited heads moved forward, by both: the same few again, too */
	readonly #covered = new Map<string, boolean>();
	#judgedAt: MembershipState | null = null;
	readonly #late: LateLane;

	constructor(parts: GateParts) {
		this.#parts = parts;
		this.#late = new LateLane(parts.chains, parts.log, parts.marks ?? new LateMarks());
	}

	/** Judges a batch of documents of one database, whatever they are. */
	inspect(documents: readonly unknown[], found: DatabaseName): Inspection {
		if (this.#judgedAt !== this.#parts.log.state) {
			this.#judgedAt = this.#parts.log.state;
			this.#entitled.clear();
			this.#covered.clear();
		}
		const turned = this.#late.turn();
		const objections = new Map<number, Objection>();
		const candidates: Candidate[] = [];
		for (const [index, document] of documents.entries()) {
			const opened = openDocument(document, found, this.#parts.org, this.#parts.keyring);
			if (opened.ok) candidates.push({ index, opened: opened.value, authentic: false });
			else objections.set(index, opened.error);
		}
		const { learned, reconsider } = this.#authenticate(candidates, objections);
		const closed = this.#late.learned(learned);
		const here = new Set(candidates.map((candidate) => candidate.opened.signed.id));
		const revised = [...this.#overturned(learned, here), ...[...turned.revised, ...closed.revised].filter(({ change }) => !here.has(change))];
		for (const candidate of candidates) {
			if (objections.has(candidate.index)) continue;
			const objection = this.#judge(candidate.opened);
			if (objection !== null) objections.set(candidate.index, objection);
		}
		const byIndex = new Map(candidates.map((candidate) => [candidate.index, candidate.opened]));
		const verdicts = documents.map((document, index) => verdictOf(document, objections.get(index) ?? null, byIndex.get(index) ?? null));
		return { verdicts, revised, learned, reconsider: [...reconsider, ...turned.reconsider, ...closed.reconsider], stale: turned.stale, reopened: [...turned.reopened, ...closed.reopened] };
	}

	/**
	 * Decides who really wrote what. From the latest position of each chain downwards, so that one signature authenticates all that
	 * lies before it by hash; what no authentic change commits to needs a valid signature of its own.
	 */
	#authenticate(candidates: readonly Candidate[], objections: Map<number, Objection>): { learned: ChainEntry[]; reconsider: string[] } {
		const learned: ChainEntry[] = [];
		const reconsider: string[] = [];
		const { chains, log } = this.#parts;
		const latestFirst = [...candidates].sort((a, b) => b.opened.signed.change.seq - a.opened.signed.change.seq);
		for (const candidate of latestFirst) {
			const { signed, envelope } = candidate.opened;
			const { actor } = signed.change;
			const keys = (log.state?.actors.get(actor) ?? log.state?.fallen.get(actor))?.keys;
			if (keys === undefined) {
				objections.set(candidate.index, waiting('unknown-actor'));
				continue;
			}
			candidate.authentic = chains.has(signed.id) || chains.isCommitted(signed.change, signed.id)
				|| verifySignature('saddlebag/change/1', signed.text, signed.sig, keys.sign);
			if (!candidate.authentic) {
				chains.suspect(signed.id, envelope);
				objections.set(candidate.index, quarantined('bad-signature', 'not signed by the author it names'));
				continue;
			}
			if (chains.has(signed.id)) continue;
			const entry = entryOf(signed.change, signed.id, envelope);
			const vouchedFor = chains.learn(entry);
			learned.push(entry);
			if (vouchedFor !== null) reconsider.push(vouchedFor);
		}
		return { learned, reconsider };
	}

	/** Earlier changes whose stated predecessor has only now arrived and cannot be one. */
	#overturned(learned: readonly ChainEntry[], here: ReadonlySet<Hash>): readonly Revised[] {
		const revised: Revised[] = [];
		for (const entry of learned) {
			for (const follower of this.#parts.chains.followers(entry.id)) {
				if (here.has(follower.id)) continue;
				const detail = contradiction(follower, entry, this.#covers) ?? (this.#forward(follower.seen, entry.seen) === null ? 'the change before it cites what has not arrived' : null);
				if (detail !== null) revised.push({ change: follower.id, envelope: follower.envelope, detail, late: false });
			}
		}
		return revised;
	}

	#judge(opened: Opened): Objection | null {
		const { change, id } = opened.signed;
		return this.#chainHolds(change, id) ?? creationCommits(change) ?? this.#authorMayWrite(change) ?? writesAreFhir(change)
			?? (opened.voucher === null ? this.#late.objection({ ...change, id }) : this.#vouched(opened.voucher, opened.heldAt));
	}

	/** Of a copy its voucher decides, not its chain, which is relayed in part: who vouches says that it was accepted at its origin. */
	#vouched(voucher: SignedVoucher, heldAt: Id): Objection | null {
		const objection = voucherCounts(voucher, this.#parts.log);
		if (objection === null) this.#late.vouchedBy(voucher.voucher.actor, heldAt, voucher.voucher.comp);
		return objection;
	}

	#chainHolds(change: Change, id: Hash): Objection | null {
		const before = change.prev === null ? undefined : this.#parts.chains.entry(change.prev);
		const detail = before === undefined ? null : contradiction({ ...change, id }, before, this.#covers);
		if (detail !== null) return quarantined('bad-chain', detail);
		return before !== undefined && this.#forward(change.seen, before.seen) === null ? waiting('unknown-statement') : null;
	}

	/**
	 * Do cited heads move forward (S7)? With all that the earlier one cites, nothing is in force that the later one had not seen: a statement that is void
	 * is no head of anything, so an honest author cites it once and then no more. A function of both alone. Null: a head of the earlier one has not arrived.
	 */
	#forward(later: readonly Hash[], earlier: readonly Hash[]): boolean | null {
		const { log } = this.#parts;
		// While the later heads are not all here, the change waits for them and is judged again.
		if (earlier.every((head) => later.includes(head)) || log.at(later) === null) return true;
		const name = `${later.join()}/${earlier.join()}`;
		const known = this.#covered.get(name);
		if (known !== undefined) return known;
		const saw = (heads: readonly Hash[]): boolean => heads.every((head) => later.some((one) => one === head || log.isBefore(head, one)));
		const both = saw(earlier) ? null : log.at([...new Set([...later, ...earlier])]);
		if (both === null && !earlier.every((head) => log.at([head]) !== null)) return null;
		const forward = both === null || saw(both.heads);
		this.#covered.set(name, forward);
		return forward;
	}

	readonly #covers = (later: readonly Hash[], earlier: readonly Hash[]): boolean => this.#forward(later, earlier) !== false;

	#authorMayWrite(change: Change): Objection | null {
		const key = `${change.seen.join()}/${change.actor}/${change.site}/${change.comp}`;
		const known = this.#entitled.get(key);
		if (known !== undefined) return known;
		const objection = this.#entitlement(change.seen, change.actor, change.site, change.comp);
		this.#entitled.set(key, objection);
		return objection;
	}

	#entitlement(seen: readonly Hash[], actor: Hash, site: Id, comp: Compartment): Objection | null {
		const state = this.#parts.log.at(seen);
		if (seen.length === 0) return quarantined('not-entitled', 'it cites no state of the membership log');
		if (state === null) return waiting('unknown-statement');
		if (canWrite(state, actor, site, comp)) return null;
		return quarantined('not-entitled', 'the author had no right to write there at the state of the membership log it cites');
	}
}

function verdictOf(document: unknown, objection: Objection | null, opened: Opened | null): Verdict {
	const envelope = opened?.envelope ?? nameOf(document);
	if (objection?.kind === 'late') return opened === null ? notJudged(envelope) : { ...objection, envelope, change: lateChange(opened) };
	if (objection !== null) return { ...objection, envelope };
	if (opened === null) return notJudged(envelope);
	return { kind: 'accepted', change: verified(opened.signed, opened) };
}

const notJudged = (envelope: string): Verdict => ({ kind: 'quarantined', envelope, reason: 'bad-document', detail: 'not judged' });
const lateChange = ({ signed, envelope, via, heldAt }: Opened): LateChange => ({ ...signed, envelope, via, heldAt });

/** The `_id` a document claims, for the record of what was refused; never trusted. */
function nameOf(document: unknown): string {
	if (typeof document !== 'object' || document === null || !('_id' in document)) return '';
	return typeof document._id === 'string' ? document._id.slice(0, 64) : '';
}

function verified(signed: SignedChange, at: Pick<VerifiedChange, 'envelope' | 'via' | 'heldAt'>): VerifiedChange {
	return { ...signed, __verified: true, envelope: at.envelope, via: at.via, heldAt: at.heldAt };
}

/**
 * A change this gate has accepted before, read back from a local row that only this device can seal and open. Not for anything else:
 * no check is made again.
 */
export function acceptedBefore(signed: SignedChange, at: Pick<VerifiedChange, 'envelope' | 'via' | 'heldAt'>): VerifiedChange {
	return verified(signed, at);
}
