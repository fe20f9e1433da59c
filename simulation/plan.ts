/**
 * A plan: everything that a run will do, decided up front from one number. Pure data, so that a failing plan can be written down, replayed
 * and made smaller by leaving out steps and faults.
 *
 * Every step is total: it names devices, charts and entries by number, taken modulo what is there when its time comes, and a step whose
 * precondition is gone does nothing. What is random inside a fault (which of the messages is dropped) comes from the fault's own seed, so that
 * leaving out one does not change the others.
 */
import type { Role, SiteKind } from '../sync/membership/types.ts';
import type { Trick } from './actors/rogue.ts';
import type { Lie } from './world/lies.ts';
import type { Version } from './world/versions.ts';

export { planOf } from './generate.ts';

/** `real`: libsodium. `stand-in`: a cheap, honest imitation with the same interface (see `simulation/bundle.ts`). */
export type CryptoMode = 'real' | 'stand-in';
/** `handlers`: the replication handlers called by a plain loop. `rxdb`: inside RxDB's own replication on memory storage. */
export type DriverMode = 'handlers' | 'rxdb';

export interface SitePlan {
	readonly kind: SiteKind;
	/** number of an earlier site; null for the first alone */
	readonly parent: number | null;
}

export interface MemberPlan {
	readonly posts: readonly { readonly site: number; readonly role: Role }[];
	/** is no member until somebody admits them in the run; then they are posted by that */
	readonly joins?: boolean;
}

export interface DevicePlan {
	/** number of the member who uses it */
	readonly member: number;
	/** number of the device whose store and line this one shares as another tab; null for a device of its own */
	readonly tabOf: number | null;
	/** ms that its clock is ahead of true time (negative: behind) */
	readonly skew: number;
	/** the version of its app, until it is upgraded; absent: the present one */
	readonly version?: Version;
	/** numbers of the boxes that it reaches while the world runs; absent: none */
	readonly near?: readonly number[];
	/** has no line to the hub, not even when the world has healed: whatever it sends goes by its boxes */
	readonly far?: boolean;
}

/** A clinic box: a hub that carries sites, with a line of its own to the hub above. */
export interface BoxPlan {
	/** numbers of the sites that it carries */
	readonly sites: readonly number[];
}

/** What a user does. Numbers choose among what is there at that time. */
export type Act =
	| { readonly kind: 'register'; readonly site: number; readonly person: number }
	| { readonly kind: 'record'; readonly chart: number; readonly form: number; readonly value: number }
	/** `think`: virtual ms for which the form is open before it is saved */
	| { readonly kind: 'edit'; readonly chart: number; readonly entry: number; readonly value: number; readonly think: number }
	| { readonly kind: 'resolve'; readonly chart: number; readonly entry: number; readonly value: number }
	| { readonly kind: 'retract'; readonly chart: number; readonly entry: number }
	| { readonly kind: 'link'; readonly chart: number; readonly other: number }
	| { readonly kind: 'unlink'; readonly chart: number; readonly other: number }
	| { readonly kind: 'not-same'; readonly chart: number; readonly other: number }
	| { readonly kind: 'decide'; readonly item: number; readonly choice: number; readonly value: number }
	| { readonly kind: 'restore'; readonly chart: number; readonly entry: number; readonly value: number }
	| { readonly kind: 'move'; readonly chart: number; readonly entry: number; readonly other: number }
	/** reports a result that is a draft; `think` as in `edit` */
	| { readonly kind: 'finish'; readonly chart: number; readonly entry: number; readonly value: number; readonly think: number }
	/** to the restricted compartment, or out of it */
	| { readonly kind: 'relabel'; readonly chart: number; readonly entry: number }
	| { readonly kind: 'take-on'; readonly site: number }
	| { readonly kind: 'post'; readonly member: number; readonly site: number; readonly role: Role }
	| { readonly kind: 'add-site'; readonly site: number }
	/** the last member, who has no device here but a modified app, writes what no honest app would */
	| { readonly kind: 'rogue'; readonly trick: Trick; readonly value: number }
	/** takes somebody out of the organization: a person on all devices, or (not `whole`) one device */
	| { readonly kind: 'revoke'; readonly member: number; readonly whole: boolean }
	/** takes one role from somebody */
	| { readonly kind: 'withdraw'; readonly member: number; readonly post: number }
	/** gives somebody another role in the place of one that they have */
	| { readonly kind: 'demote'; readonly member: number; readonly post: number; readonly role: Role }
	/** new keys for a place of theirs, although nobody was removed */
	| { readonly kind: 'rotate'; readonly place: number }
	/** makes a recovery kit: its shares are printed */
	| { readonly kind: 'make-kit' }
	/** uses the kit last made, or the one so many before it: whoever does becomes an owner */
	| { readonly kind: 'recover'; readonly older?: number }
	/**
	 * admits the user of a device that is of no organization yet; `byHand`: by codes on both screens, without a line. `again`: number of the member
	 * who uses it, invited anew with what they are posted to
	 */
	| { readonly kind: 'join'; readonly newcomer: number; readonly site: number; readonly role: Role; readonly byHand: boolean; readonly again?: number }
	/** takes over late work, all of one person in one chart */
	| { readonly kind: 'adopt'; readonly item: number }
	/** takes in a file of what another device has not sent */
	| { readonly kind: 'carry'; readonly from: number }
	/** writes a file of all that the device holds, or of what a device or a site lacks, for somebody to carry */
	| { readonly kind: 'write-file'; readonly lacking: 'nothing' | 'device' | 'site'; readonly target: number; readonly bytesMax: number }
	/** takes in a file that somebody carried; `damage`: from which its damage follows, 0 for none */
	| { readonly kind: 'read-file'; readonly file: number; readonly damage: number }
	/** as those, by whoever runs the hub, or a box */
	| { readonly kind: 'hub-writes'; readonly box: number | null }
	| { readonly kind: 'hub-reads'; readonly box: number | null; readonly file: number; readonly damage: number }
	/** locks the app, and unlocks it again */
	| { readonly kind: 'lock' }
	/** closes the app, and opens it again */
	| { readonly kind: 'restart' }
	/** an app of an older version is upgraded to the present one */
	| { readonly kind: 'upgrade' }
	/** the app is opened and looked at; nothing is done */
	| { readonly kind: 'visit' };

export interface Step {
	/** virtual ms since the run began */
	readonly at: number;
	readonly device: number;
	readonly act: Act;
}

/** Shares are of messages or documents, from 0 to 1. */
export type FaultKind =
	| { readonly kind: 'partition' }
	| { readonly kind: 'drop'; readonly share: number }
	| { readonly kind: 'drop-answer'; readonly share: number }
	| { readonly kind: 'duplicate'; readonly share: number }
		| { readonly kind: 'delay'; readonly ms: number }
	| { readonly kind: 'truncate'; readonly share: number }
	/** the device's process ends at the n-th await after this time, with what was durable then */
	/** `receiving`: counted from when documents come in next, so that it ends while they are being stored */
	| { readonly kind: 'crash'; readonly awaits: number; readonly downMs: number; readonly receiving?: boolean }
	| { readonly kind: 'clock-jump'; readonly ms: number }
	/** the device gets its storage of `age` ms ago back */
	| { readonly kind: 'device-backup'; readonly age: number }
	| { readonly kind: 'hub-crash'; readonly downMs: number }
	| { readonly kind: 'hub-backup'; readonly age: number }
	/** the device has no line to the hub, but to the boxes near it */
	| { readonly kind: 'no-hub' }
	/** a box has no line to the hub */
	| { readonly kind: 'box-cut'; readonly box: number }
	/** shares of what goes between a box and the hub */
	| { readonly kind: 'box-line'; readonly box: number; readonly loss: 'drop' | 'drop-answer' | 'duplicate' | 'truncate'; readonly share: number }
	/** a box is killed at its n-th access to disk or net after this time */
	| { readonly kind: 'box-crash'; readonly box: number; readonly awaits: number; readonly downMs: number }
	/** a box gets its storage of `age` ms ago back */
	| { readonly kind: 'box-backup'; readonly box: number; readonly age: number }
	/** the hub lies, or fails in ways that look alike */
	| { readonly kind: Lie; readonly share: number };

export interface Fault {
	/** virtual ms since the run began */
	readonly at: number;
	/** virtual ms for which it lasts; 0 for what happens once */
	readonly ms: number;
	/** number of the device whose line, process, clock or storage it hits; null for all, or for the hub itself */
	readonly device: number | null;
	readonly seed: number;
	readonly fault: FaultKind;
}

export interface Plan {
	readonly seed: number;
	readonly crypto: CryptoMode;
	readonly driver: DriverMode;
	readonly sites: readonly SitePlan[];
	readonly members: readonly MemberPlan[];
	readonly devices: readonly DevicePlan[];
	readonly steps: readonly Step[];
	readonly faults: readonly Fault[];
	/** boxes, and files that people carry */
	readonly boxes?: readonly BoxPlan[];
	/** somebody is removed in it, or loses a post */
	readonly removals?: boolean;
	/** virtual ms for which a device stays in use after each step; then it is in standby, and runs nothing */
	readonly awake: number;
	/** longest virtual ms that an access to a disk takes; 0: none takes any */
	readonly diskMs: number;
	/** virtual ms after which all faults end, all lines are up, and the devices must come to hold the same */
	readonly heal: number;
}
