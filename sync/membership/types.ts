/**
 * The membership log: who may do what where, and which keys they hold.
 *
 * A hash graph of signed statements, a control plane of its own, fetched first and whole. The state is a pure function of the
 * set of statements (`resolve`); what a statement may do is judged at its own causal past, so that the order of delivery never
 * decides an outcome. Statement kinds this version does not know wait and are carried on.
 */
import type { Compartment, Hash, Hlc, Id, Signature } from '../change/change.ts';

export const ROLES = ['owner', 'lead', 'clinician', 'health-worker', 'receptionist', 'laboratory', 'reviewer'] as const;
export type Role = (typeof ROLES)[number];

export const SITE_KINDS = ['region', 'clinic', 'outreach'] as const;
export type SiteKind = (typeof SITE_KINDS)[number];

/** Text that only members may read (names, reasons): sealed under the roster key of that epoch, base64url. */
export interface RosterSealed {
	readonly epoch: Hash;
	readonly box: string;
}

/** Public keys of an actor (one member on one device); base64url of 32 bytes each. Small-order keys are refused at enrolment. */
export interface ActorKeys {
	/** commits to the transport key: nobody else can claim the device */
	readonly device: Id;
	/** Ed25519: signs changes and statements */
	readonly sign: string;
	/** X25519: wrapped keys are sealed to it */
	readonly seal: string;
	/** Ed25519 of the device: opens hub sessions while locked, decrypts nothing */
	readonly transport: string;
}

export interface Grant {
	readonly site: Id;
	readonly role: Role;
}

/** An epoch: a generation of the key of one compartment of one site, or of the roster (site null, comp 'roster'). */
export interface EpochDeclaration {
	readonly site: Id | null;
	readonly comp: Compartment | 'roster';
	/** commits to the key: hash of domain, site, comp and key. A recipient whose key does not hash to this was given another key */
	readonly epoch: Hash;
	/** X25519 public key derived from the epoch key: deposits are sealed to it */
	readonly pub: string;
	/** epochs this one succeeds; their keys are wrapped under it in the key document `older`, named by hash (null when none) */
	readonly supersedes: readonly Hash[];
	readonly older: string | null;
}

/** One bundle of all its new keys per recipient: a separate control document, named here by its `_id`. */
export interface KeyDelivery {
	readonly actor: Hash;
	readonly bundle: string;
}

export interface HubKey {
	/** Ed25519 public key of the hub, base64url: sessions are bound to it */
	readonly key: string;
	/** origins under which the hub is reached, e.g. https://192.168.1.5:4000 */
	readonly origins: readonly string[];
}

interface Base<Kind extends string> {
	readonly v: 1;
	readonly kind: Kind;
	/** the organization: id of the genesis statement; absent only in the genesis itself */
	readonly org?: Hash;
	/** the author; in the genesis the owner's first actor */
	readonly actor: Hash;
	/** heads of the log the author had seen, sorted; empty only in the genesis */
	readonly prev: readonly Hash[];
	readonly hlc: Hlc;
}

export interface Genesis extends Base<'genesis'> {
	readonly rand: string;
	readonly name: RosterSealed;
	readonly root: { readonly site: Id; readonly kind: SiteKind; readonly name: RosterSealed };
	readonly owner: { readonly member: Id; readonly name: RosterSealed; readonly keys: ActorKeys };
	readonly hub: HubKey;
	readonly epochs: readonly EpochDeclaration[];
	readonly deliveries: readonly KeyDelivery[];
}
/** Adds a hub, or new origins of one. */
export interface HubStatement extends Base<'hub'> {
	readonly hub: HubKey;
}
/** Adds a site below another, with its first epochs and their delivery to every actor entitled to them. */
export interface SiteStatement extends Base<'site'> {
	/** commits to the author, the parent and `rand`: nobody else can claim the id */
	readonly site: Id;
	readonly rand: string;
	readonly parent: Id;
	readonly siteKind: SiteKind;
	readonly name: RosterSealed;
	readonly epochs: readonly EpochDeclaration[];
	readonly deliveries: readonly KeyDelivery[];
}
/** Announces an invitation: single use, dead after `expires`, holds no data key. */
export interface InviteStatement extends Base<'invite'> {
	/** commits to the inviting actor and `key` */
	readonly invitation: Id;
	/** Ed25519 public key whose secret half is in the link: only its holder can answer */
	readonly key: string;
	/** commits to the invitation */
	readonly member: Id;
	readonly grants: readonly Grant[];
	/** milliseconds since 1970; judged by the admitting device */
	readonly expires: number;
}
/** Admits the actor that answered an invitation, with its grants and its key bundle. Only the inviting actor can open answers, so only it admits. */
export interface AdmitStatement extends Base<'admit'> {
	readonly invitation: Id;
	readonly member: Id;
	readonly name: RosterSealed;
	readonly keys: ActorKeys;
	/** by the new actor's signing key over organization, invitation and keys: it agreed to this invitation and no other */
	readonly proof: Signature;
	/** at most the grants of the invitation */
	readonly grants: readonly Grant[];
	/** `_id` of the answer document that was compared and admitted */
	readonly answer: string;
	readonly deliveries: readonly KeyDelivery[];
}
/** Posts a member to a further site. */
export interface GrantStatement extends Base<'grant'> {
	readonly member: Id;
	readonly grants: readonly Grant[];
	readonly deliveries: readonly KeyDelivery[];
}
/** Starts epochs (rotation), or delivers keys again to actors entitled to them (epochs empty). */
export interface EpochStatement extends Base<'epoch'> {
	readonly epochs: readonly EpochDeclaration[];
	readonly deliveries: readonly KeyDelivery[];
}
/** Ends an open invitation. */
export interface RefuseStatement extends Base<'refuse'> {
	readonly invitation: Id;
	readonly reason: RosterSealed | null;
}

/** How far somebody holds a chain: the hash commits to everything before it. */
export interface ChainPosition {
	readonly actor: Hash;
	readonly site: Id;
	readonly comp: Compartment;
	/** from 1 */
	readonly seq: number;
	readonly change: Hash;
}
/** What all statements that take something away say besides: how far the author holds the chains that are closed, why, and the keys that follow. */
interface TakingAway {
	readonly positions: readonly ChainPosition[];
	/** sealed under a roster key that those who lose something do not hold */
	readonly reason: RosterSealed | null;
	readonly epochs: readonly EpochDeclaration[];
	readonly deliveries: readonly KeyDelivery[];
}
/** Takes actors out of the organization for good. */
export interface RevokeStatement extends Base<'revoke'>, TakingAway {
	/** the person as a whole: whoever is admitted for it concurrently falls too; null when single actors or a device are meant */
	readonly member: Id | null;
	readonly actors: readonly Hash[];
}
/** Takes roles at sites from a member: a move, or a demotion when a lower role was granted before. */
export interface WithdrawStatement extends Base<'withdraw'>, TakingAway {
	readonly member: Id;
	readonly grants: readonly Grant[];
}
/** How far a device that held the compartments holds chains that a statement closed: it had them before it learned of the closing. */
export interface AttestStatement extends Base<'attest'> {
	/** the statement that closed them */
	readonly closing: Hash;
	readonly positions: readonly ChainPosition[];
}
/** Makes a recovery kit: keys whose secret is printed in shares and kept nowhere. It holds the keys of every compartment. */
export interface KitStatement extends Base<'kit'> {
	/** as of an actor: the kit's name is the id of these keys */
	readonly keys: ActorKeys;
	readonly needed: number;
	readonly shares: number;
	/** kits that this one ends */
	readonly replaces: readonly Hash[];
	/** by the kit's own key: the author held it */
	readonly proof: Signature;
	readonly deliveries: readonly KeyDelivery[];
}
/** Use of a recovery kit, once: installs an owner, undoes and makes removals. Its author (`actor`) is the kit. Outranks every other statement. */
export interface RestoreStatement extends Base<'restore'> {
	/** a new member on a new device, or one that is known and comes back */
	readonly owner: { readonly member: Id; readonly name: RosterSealed; readonly keys: ActorKeys; readonly proof: Signature };
	/** actors that were removed and are members again */
	readonly reinstate: readonly Hash[];
	/** actors that are removed */
	readonly actors: readonly Hash[];
	readonly positions: readonly ChainPosition[];
	readonly reason: RosterSealed | null;
	readonly deliveries: readonly KeyDelivery[];
}

/** The oldest version of the app that may write: said by an owner, until one that knows of it says another. */
export interface MinimumStatement extends Base<'minimum'> {
	/** `1.2.3` */
	readonly version: string;
}

/**
 * Lets a box carry sites: a hub that holds no data key, and is a device that reads and writes the databases of these sites. Said again, it adds sites and
 * replaces the addresses.
 */
export interface CarrierStatement extends Base<'carrier'> {
	/** the box's key: as of a hub, and as the transport key of its device */
	readonly hub: HubKey;
	readonly sites: readonly Id[];
	/** by that key over the organization, the key and the addresses: the box asked for this, and nobody names addresses for another's key */
	readonly proof: Signature;
}
/** Takes the right to carry from a box for good: what is carried on is carried by one with another key. */
export interface DismissStatement extends Base<'dismiss'> {
	/** the box's key */
	readonly carrier: string;
	readonly reason: RosterSealed | null;
}
/** Takes sites from a box for good, by whoever leads them and perhaps not all that it carries; with the last of them it carries nothing. */
export interface UnloadStatement extends Base<'unload'> {
	/** the box's key */
	readonly carrier: string;
	/** sorted */
	readonly sites: readonly Id[];
	readonly reason: RosterSealed | null;
}

/**
 * Lets the members of other sites find the patients of a site by its desk index: name, year of birth, village and the chart's id, and nothing else. Each is a
 * statement of its own, ended by its own id, so that of several said at the same time all stand.
 */
export interface ShareStatement extends Base<'share'> {
	/** whose patients are found */
	readonly site: Id;
	/** whose members find them: sorted, without the site itself */
	readonly with: readonly Id[];
}
/** Ends a share for good, whatever was said at the same time: to share with other sites is another share. */
export interface UnshareStatement extends Base<'unshare'> {
	/** the statement that began it */
	readonly share: Hash;
}

export type Statement =
	| Genesis | HubStatement | SiteStatement | InviteStatement | AdmitStatement | GrantStatement | EpochStatement | RefuseStatement
	| RevokeStatement | WithdrawStatement | AttestStatement | KitStatement | RestoreStatement | MinimumStatement | CarrierStatement
	| DismissStatement | UnloadStatement | ShareStatement | UnshareStatement;

/** A statement as it was signed: text under the signature, id = hash of text and signature. */
export interface SignedStatement {
	readonly id: Hash;
	readonly text: string;
	readonly sig: Signature;
	readonly statement: Statement;
}

export interface SiteState {
	readonly site: Id;
	readonly parent: Id | null;
	readonly kind: SiteKind;
	readonly name: RosterSealed;
	/** the statement that made it */
	readonly statement: Hash;
}
export interface ActorState {
	readonly actor: Hash;
	readonly member: Id;
	readonly keys: ActorKeys;
	/** the statement that admitted it, and who signed that */
	readonly statement: Hash;
	readonly admittedBy: Hash;
}
export interface HeldGrant extends Grant {
	/** the statement that gave it, and who signed that */
	readonly statement: Hash;
	readonly by: Hash;
}
export interface MemberState {
	readonly member: Id;
	readonly name: RosterSealed;
	readonly grants: readonly HeldGrant[];
	/** posts that were taken away */
	readonly former: readonly (HeldGrant & { readonly ended: Hash })[];
	readonly actors: readonly Hash[];
}
/** Where an epoch belongs: `<site>/<comp>`, or `/roster`. Made by `epochPlace`. */
export type EpochPlace = string & { readonly __brand: 'EpochPlace' };
export interface EpochState extends EpochDeclaration {
	readonly statement: Hash;
	readonly by: Hash;
	/** position of its statement among those that took part, in the log's deterministic order: the newest usable one is sealed under */
	readonly order: number;
	/** actors it was delivered to */
	readonly holders: readonly Hash[];
}
export interface InvitationState {
	readonly invitation: Id;
	readonly key: string;
	/** commits to the invitation */
	readonly member: Id;
	readonly grants: readonly Grant[];
	readonly expires: number;
	readonly by: Hash;
	readonly status: 'open' | 'admitted' | 'refused';
}
/** A position that somebody signed for a closed chain. */
export interface Attested extends Omit<ChainPosition, 'actor'> {
	readonly by: Hash;
	readonly statement: Hash;
}
/** One statement that closed an actor's chains. */
export interface Closing {
	readonly statement: Hash;
	/** who said so; of a restore the kit */
	readonly by: Hash;
	/** the posts taken away; null: the actor as a whole */
	readonly grants: readonly Grant[] | null;
	readonly reason: RosterSealed | null;
	/** earlier closings of this actor that its author knew of */
	readonly knew: readonly Hash[];
	/** how far the chains count, by the author of the closing and by everyone who attested since */
	readonly positions: readonly Attested[];
}
/** A recovery kit; its name is the id of its keys. */
export interface KitState {
	readonly kit: Hash;
	readonly keys: ActorKeys;
	readonly needed: number;
	readonly shares: number;
	readonly statement: Hash;
	readonly by: Hash;
	readonly status: 'current' | 'replaced' | 'used';
	/** the restore that used it; null while nobody did */
	readonly used: Hash | null;
}
/** A version that an owner requires, and that no later statement took back. */
export interface RequiredVersion {
	readonly version: string;
	readonly statement: Hash;
	readonly by: Hash;
}
/** A box that carries sites, or did. */
export interface CarrierState {
	/** of the box: as a hub, and as a device */
	readonly key: string;
	readonly device: Id;
	readonly origins: readonly string[];
	/** sorted */
	readonly sites: readonly Id[];
	/** sites that were taken from it, sorted; absent when none were */
	readonly unloaded?: readonly Id[];
	/** the statement that first let it carry, and who signed that */
	readonly statement: Hash;
	readonly by: Hash;
	/** the statement that ended it; null while it carries */
	readonly ended: Hash | null;
}
/** A desk index that other sites search, or did. */
export interface ShareState {
	readonly site: Id;
	/** sorted */
	readonly with: readonly Id[];
	readonly statement: Hash;
	readonly by: Hash;
	/** the statement that ended it; null while it is in force */
	readonly ended: Hash | null;
}
export interface RefusedStatement {
	readonly id: Hash;
	readonly reason: string;
}

/** What the log says. Maps are keyed by remote strings, hence Map and never a plain object. */
export interface MembershipState {
	readonly org: Hash;
	readonly name: RosterSealed;
	readonly root: Id;
	readonly hubs: readonly HubKey[];
	readonly sites: ReadonlyMap<Id, SiteState>;
	readonly members: ReadonlyMap<Id, MemberState>;
	readonly actors: ReadonlyMap<Hash, ActorState>;
	/** epochs of each (site, compartment), oldest first; concurrent ones stand side by side */
	readonly epochs: ReadonlyMap<EpochPlace, readonly EpochState[]>;
	readonly invitations: ReadonlyMap<Id, InvitationState>;
	/** what was taken away, by actor; a closed actor stays among `actors`, so that its signatures can be read, and can do nothing */
	readonly closings: ReadonlyMap<Hash, readonly Closing[]>;
	/**
	 * Admitted, or given a post, by somebody who fell by a concurrent removal: never a member there; what rests on it goes to the late lane whole. Who
	 * is a member by something else is among `actors` too.
	 */
	readonly fallen: ReadonlyMap<Hash, ActorState>;
	readonly kits: ReadonlyMap<Hash, KitState>;
	/** several when owners said so at the same time: the greatest is asked for (`minimumVersion`) */
	readonly required: readonly RequiredVersion[];
	/** boxes that carry sites, by key */
	readonly carriers: ReadonlyMap<string, CarrierState>;
	/** desk indexes that other sites search, by the statement that began it */
	readonly shares: ReadonlyMap<Hash, ShareState>;
	/** heads of what took part; a new statement cites these */
	readonly heads: readonly Hash[];
	/** ids of all statements that took part */
	readonly included: ReadonlySet<Hash>;
	/** cite a statement that has not arrived, or are of an unknown kind: no effect yet, counted on screen */
	readonly waiting: readonly Hash[];
	/** cited by a statement and not arrived: while there is one, somebody withholds part of the log or it is still on its way */
	readonly missing: readonly Hash[];
	/** had no right to say what they say, at their place in the log: void for ever */
	readonly refused: readonly RefusedStatement[];
}
