/**
 * Members, devices and keys in the field: the part of `DeviceApi` for joining without a line, several people on one tablet, locking, losing a
 * device or a person, the recovery kit, custody, and who opened what.
 *
 * Whatever is taken away, granted or restored here is a signed statement or a signed record of who did it. Nothing here erases a record, and
 * nothing opens what this user's keys do not open anyway.
 */
import type { Compartment, Hash, Id } from '../change/change.ts';
import type { Role } from '../membership/types.ts';
import type { ChartRef, ChartView, InvitationLink, LocalUser, Outcome, PendingAnswer } from './api.ts';

// --- who has access -------------------------------------------------------------------------------------------------------------------------

/** One role of one person at one site: since when and by whom. */
export interface AccessGrant {
	readonly member: Id;
	readonly name: string;
	readonly site: Id;
	readonly siteName: string;
	readonly role: Role;
	/** the role reaches this site from one above it */
	readonly through: Id | null;
	/** ms since 1970, by the clock of who granted it */
	readonly since: number;
	readonly by: string;
	/** keys with which this person reads: a fingerprint for each device */
	readonly devices: readonly { readonly actor: Hash; readonly device: Id; readonly fingerprint: string; readonly self: boolean }[];
	/** what the role opens there */
	readonly reads: readonly Compartment[];
}

/** Somebody who had access and lost it. */
export interface PastAccess { readonly member: Id; readonly name: string; readonly removed: Removal; readonly at: number; readonly by: string; readonly reason: string | null }

/** Which version of the app runs here, and which one the organization requires of all. */
export interface AppVersions {
	readonly running: string;
	readonly required: string | null;
	/** what runs here is older: it reads, and writes nothing */
	readonly outdated: boolean;
	readonly mayRequire: boolean;
}

// --- taking away ----------------------------------------------------------------------------------------------------------------------------

/** member: the person, on all devices. device: whoever used it. actor: one person on one device. role: one role at one site. */
export type Removal =
	| { readonly kind: 'member'; readonly member: Id }
	| { readonly kind: 'device'; readonly device: Id }
	| { readonly kind: 'actor'; readonly actor: Hash }
	| { readonly kind: 'role'; readonly member: Id; readonly site: Id; readonly role: Role };

/** What a removal would do, to be shown before it is done. */
export interface RemovalEffect {
	readonly allowed: boolean;
	/** why not, when it is not */
	readonly why: string | null;
	/** compartments whose keys are renewed */
	readonly places: readonly { readonly site: Id; readonly siteName: string; readonly comps: readonly Compartment[] }[];
	readonly actors: readonly { readonly actor: Hash; readonly name: string; readonly fingerprint: string }[];
	/** a sentence each: what cannot be called back, who is left in charge */
	readonly warnings: readonly string[];
}
export interface RemovalReport { readonly statement: Hash; /** compartments with a new key */ readonly renewed: number; /** keys still to be renewed here at the next exchange: 0 when all is done */ readonly left: number }

/** Changes of somebody whose chain was closed: visible, in no chart until adopted, never dropped. */
export interface LateWork {
	readonly actor: Hash;
	readonly name: string;
	readonly ref: ChartRef;
	readonly siteName: string;
	readonly patient: string;
	readonly changes: readonly { readonly change: Hash; readonly type: string; readonly id: Id; readonly comp: Compartment; /** by the author's clock, which is no evidence */ readonly at: number }[];
	/** may this user adopt it (writes there)? */
	readonly writable: boolean;
}

// --- joining --------------------------------------------------------------------------------------------------------------------------------

/**
 * An invitation in both forms. `link` holds a secret and nothing else: what it says (names, sites, roles, expiry) waits sealed on the hub.
 * `offline` carries all that in itself, for a place without internet: it is longer, and whoever reads it reads the names.
 */
export interface Invitation extends InvitationLink { readonly offline: string }

/** Text for a code to be scanned, or to be saved as a file: both are the same text. A long one comes in parts to be scanned one after the other. */
export interface Carried { readonly text: string; /** each fits one QR code; scanned in any order */ readonly codes: readonly string[]; /** of the file */ readonly name: string }

/** How far a text that comes in several codes has been read. */
export type ScanProgress = { readonly kind: 'whole'; readonly text: string } | { readonly kind: 'more'; readonly have: number; readonly of: number };

// --- locking --------------------------------------------------------------------------------------------------------------------------------

/** Ways to unlock besides the passphrase, for one user of this device, now. */
export interface QuickUnlock {
	readonly member: Id;
	/** a PIN is kept in this window's memory, with so many tries left; null when there is none */
	readonly pin: { readonly triesLeft: number } | null;
	/** keys of the device's own authenticator (WebAuthn with PRF): `credential` and `salt` are base64url, for `navigator.credentials.get` */
	readonly passkeys: readonly Passkey[];
}
export interface Passkey { readonly credential: string; readonly salt: string; /** ms since 1970 */ readonly made: number }

// --- recovery -------------------------------------------------------------------------------------------------------------------------------

/** One share of a kit, to be printed: the text has a checksum of its own, the same text is in its code. */
export interface RecoveryShare { readonly kit: string; readonly number: number; readonly of: number; readonly needed: number; readonly text: string }
export interface RecoveryKitInfo {
	/** short name printed on each share */
	readonly kit: string;
	readonly made: number;
	readonly by: string;
	readonly needed: number;
	readonly of: number;
	/** replaced by a later kit, or ended: its shares open nothing any more */
	readonly ended: boolean;
	readonly uses: readonly { readonly at: number; readonly for: string }[];
}

// --- custody --------------------------------------------------------------------------------------------------------------------------------

/** Where a change is known to be. */
export interface WhereKnown {
	readonly change: Hash;
	readonly here: boolean;
	/** hubs that confirmed it */
	readonly hubs: readonly { readonly hub: string; readonly at: number }[];
	/** devices that stated that they hold it */
	readonly devices: readonly { readonly device: Id; readonly names: readonly string[]; readonly at: number }[];
	/** in a file that was saved from this device: when, null when in none */
	readonly inFile: number | null;
}
export interface Unsent {
	/** changes that no hub has confirmed */
	readonly changes: number;
	/** of these, those in no file saved from this device either */
	readonly nowhereElse: number;
	/** statements (admissions, revocations…) that no hub has confirmed */
	readonly statements: number;
	/** of the oldest, ms since 1970; null when there is none */
	readonly oldest: number | null;
	/** bytes the browser still grants this app; null when it does not say */
	readonly bytesLeft: number | null;
	/** storage is nearly full: to be told before a save fails */
	readonly nearlyFull: boolean;
}
export interface FileImport {
	readonly organization: Hash;
	/** new here */
	readonly envelopes: number;
	readonly statements: number;
	/** were here already */
	readonly already: number;
	/** refused, with the reason */
	readonly refused: readonly { readonly document: string; readonly reason: string }[];
}

// --- access log -----------------------------------------------------------------------------------------------------------------------------

export interface AccessRecord {
	readonly ref: ChartRef;
	readonly siteName: string;
	readonly patient: string | null;
	/** opened: the chart was shown. glass: restricted entries of it were shown after giving a reason */
	readonly kind: 'opened' | 'glass';
	readonly reason: string | null;
	readonly actor: Hash;
	readonly name: string;
	/** ms since 1970 by the reader's clock */
	readonly at: number;
}
/** `broken`: places where a record of somebody's log is missing, was altered, or two stand in one place. */
export interface AccessLog { readonly records: readonly AccessRecord[]; readonly broken: readonly { readonly actor: Hash; readonly name: string; readonly what: string }[] }

export interface MembersApi {
	/** Who can read what, since when and by whom. `site` null: everywhere. */
	access(site: Id | null): Promise<Outcome<{ readonly grants: readonly AccessGrant[]; readonly past: readonly PastAccess[] }>>;
	removalEffect(removal: Removal): Promise<Outcome<RemovalEffect>>;
	/** Takes away, and renews every key that was readable there. What the hub has not yet heard is told at the next exchange. */
	revoke(request: { readonly removal: Removal; readonly reason: string }): Promise<Outcome<RemovalReport>>;
	lateWork(request: { readonly site: Id | null }): Promise<Outcome<readonly LateWork[]>>;
	/** Writes late work into the chart in this user's name, its author and time kept with it. `changes` absent: all of that actor in that chart. */
	adoptLate(request: { readonly actor: Hash; readonly ref: ChartRef; readonly changes?: readonly Hash[]; readonly reason: string }): Promise<Outcome<{ readonly adopted: number }>>;

	/** For somebody who is a member already: a new device, a dead tablet or a forgotten passphrase. What they may do stays as it is. */
	reinvite(request: { readonly member: Id; readonly days: number }): Promise<Outcome<Invitation>>;
	/** An open invitation of this user again: both forms. */
	invitation(id: Id): Promise<Outcome<Invitation>>;
	/** The answer of an account that waits on this device, to be carried to the inviter. */
	carriedAnswer(invitation: Id): Promise<Outcome<Carried>>;
	/** Takes a carried answer in: it stands among `pendingAnswers` afterwards. Grants nothing. */
	takeAnswer(text: string): Promise<Outcome<PendingAnswer>>;
	/**
	 * `admit`, without a line: the code is compared as ever, expiry is judged by this device. Answers what the newcomer's device must take in
	 * (statements and its key bundle).
	 */
	admitOffline(request: { readonly invitation: Id; readonly answer: string; readonly code: string }): Promise<Outcome<Carried>>;
	/** On the newcomer's device: takes the carried admission in. It is unlocked if it answered a moment ago, else locked. */
	takeAdmission(text: string): Promise<Outcome<null>>;
	/** One scanned code of several; the parts are kept in memory until the text is whole. */
	scanned(code: string): Promise<Outcome<ScanProgress>>;

	/** Label and colour of the user on this device's lock screen. */
	appearAs(request: { readonly label: string; readonly color: number }): Promise<Outcome<LocalUser>>;
	/** The wrap under the old passphrase is gone afterwards, and every passkey and PIN of this user on this device with it. */
	changePassphrase(request: { readonly old: string; readonly fresh: string }): Promise<Outcome<null>>;
	quickUnlocks(): Promise<readonly QuickUnlock[]>;
	/** At least 6 digits. Kept in memory only, erased after five wrong tries, when the app ends, or when the passphrase changes. */
	setPin(pin: string): Promise<Outcome<null>>;
	unlockWithPin(request: { readonly member: Id; readonly pin: string }): Promise<Outcome<LocalUser>>;
	/** A salt for a credential about to be made; `addPasskey` follows. */
	passkeySalt(): Promise<Outcome<{ readonly salt: string; readonly user: string }>>;
	/** `output`: 32 bytes of the authenticator's PRF for that salt. */
	addPasskey(request: { readonly credential: string; readonly salt: string; readonly output: Uint8Array }): Promise<Outcome<null>>;
	unlockWithPasskey(request: { readonly member: Id; readonly credential: string; readonly output: Uint8Array }): Promise<Outcome<LocalUser>>;
	removePasskey(credential: string): Promise<Outcome<null>>;
	/** Takes a user off this device. Refused with code `unsent` while something of theirs is only here; `evenUnsent` after it was saved as a file. */
	removeUser(request: { readonly member: Id; readonly evenUnsent: boolean }): Promise<Outcome<null>>;

	recoveryKits(): Promise<Outcome<readonly RecoveryKitInfo[]>>;
	/** Makes a kit and ends the one before. The shares are shown once and kept nowhere. Owners only. */
	appVersions(): Promise<Outcome<AppVersions>>;
	/** By an owner, and none newer than what runs here. `version`: `1.2.3`; a lower one takes a mistake back. */
	requireAppVersion(version: string): Promise<Outcome<null>>;

	makeRecoveryKit(request: { readonly needed: number; readonly of: number }): Promise<Outcome<readonly RecoveryShare[]>>;
	/** What a share's text says, checked by its own checksum: a typing error shows here. */
	readShare(text: string): Promise<Outcome<RecoveryShare>>;
	/** With enough shares of the present kit: the user who is unlocked becomes an owner, whoever fell before. A signed event that all members see. */
	useRecoveryKit(request: { readonly shares: readonly string[]; readonly reason: string }): Promise<Outcome<null>>;

	unsent(): Promise<Unsent>;
	whereKnown(changes: readonly Hash[]): Promise<Outcome<readonly WhereKnown[]>>;
	/** Everything that no hub has confirmed, as a file: sealed envelopes and statements as they would be sent (docs/formats.md). Works while locked. */
	exportUnsent(): Promise<Outcome<{ readonly name: string; readonly bytes: Uint8Array; readonly documents: number; /** for `savedUnsent` */ readonly file: string }>>;
	/** Somebody saw the file where it was saved: from now on what is in it does not exist on this device only. */
	savedUnsent(file: string): Promise<Outcome<null>>;
	/** Takes in a file that any device of this organization saved. Each document passes the same gate as from a hub. Works while locked. */
	importFile(bytes: Uint8Array): Promise<Outcome<FileImport>>;
	/** Erases this app's data on this device. Refused with code `unsent` while something is only here and in no saved file; `evenUnsent` overrides. */
	wipe(request: { readonly evenUnsent: boolean }): Promise<Outcome<null>>;

	/** Restricted entries of a chart, for who holds their key anyway, after giving a reason: shown to this user until locking, and recorded. */
	breakGlass(request: { readonly ref: ChartRef; readonly reason: string }): Promise<Outcome<ChartView>>;
	/** For leads. Newest first. `chart` null: all charts of the site. */
	accessLog(request: { readonly site: Id; readonly chart: Id | null; readonly limit: number }): Promise<Outcome<AccessLog>>;
}
