/**
 * What the gate says of one envelope. Verdicts are a function of the envelope, the keys held, the membership log and the chains held, never of
 * the order in which things arrived: whatever is `waiting` is asked again when keys, statements or an upgrade come, and what is `late` when
 * a position is attested or a missing link of the chain arrives.
 */
import type { SignedChange, VerifiedChange } from '../change/change.ts';

export type WaitingReason =
	| 'no-key' // no epoch key held commits to this tag (another compartment, or a key still on its way)
	| 'unknown-version' // made by a newer version of the app
	| 'unknown-actor' // the author is not in the membership log yet
	| 'unknown-statement' // cites membership heads that have not arrived
	| 'unknown-element' // a resource type or group this version does not know: carried on, folded after an upgrade
	| 'no-authority-yet'; // an author whose statements, as far as known, do not entitle it (relayed: the voucher's author)

export type QuarantineReason =
	| 'bad-document' // not an envelope: shape, size, hash
	| 'bad-ciphertext' // tag matched a key and it did not open: context swapped or bytes changed
	| 'bad-change' // opened, but not a valid change text
	| 'wrong-context' // org, site or compartment under the signature is not where it was found
	| 'bad-signature'
	| 'bad-chain' // seq/prev contradict what the chain commits to, cited heads went backwards
	| 'bad-creation' // id does not commit to its beginning, or a dep-less change for an existing resource
	| 'bad-resource' // a known element of the wrong type
	| 'not-entitled'; // the author, at the log position it cites, had no right to write there

/** closed: beyond what is attested of a chain that was closed. fallen: the author's right rested on somebody who fell at the same time. */
export type LateReason = 'closed' | 'fallen';

/** A sound change that does not count: shown apart, in no chart, to be adopted by somebody or not (design S7). */
export interface LateChange extends SignedChange, Pick<VerifiedChange, 'envelope' | 'via' | 'heldAt'> {}

export type Verdict =
	| { readonly kind: 'late'; readonly envelope: string; readonly reason: LateReason; readonly change: LateChange }
	| { readonly kind: 'accepted'; readonly change: VerifiedChange }
	| { readonly kind: 'waiting'; readonly envelope: string; readonly reason: WaitingReason }
	| { readonly kind: 'quarantined'; readonly envelope: string; readonly reason: QuarantineReason; readonly detail: string };
