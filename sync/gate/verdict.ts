/**
 * What the gate says of one envelope. Verdicts are a function of the envelope, the keys held and the membership log, never of
 * the order in which things arrived: whatever is `waiting` is asked again when keys, statements or an upgrade come.
 */
import type { VerifiedChange } from '../change/change.ts';

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

export type Verdict =
	| { readonly kind: 'accepted'; readonly change: VerifiedChange }
	| { readonly kind: 'waiting'; readonly envelope: string; readonly reason: WaitingReason }
	| { readonly kind: 'quarantined'; readonly envelope: string; readonly reason: QuarantineReason; readonly detail: string };
