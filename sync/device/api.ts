/**
 * What a device can do: the one interface between the screens (or the command line) and everything below.
 *
 * In the browser the device lives in a worker that holds the open keys; this interface is what crosses the boundary, so every
 * argument and result is structured-clonable data, and every expected failure is a `Result` whose message can be shown.
 * Subscriptions take a callback (a comlink proxy in the browser) and return an id for `unsubscribe`.
 */
import type { BatchApi } from './batch-api.ts';
import type { BoxApi } from './box-api.ts';
import type { Compartment, Hash, Hlc, Id } from '../change/change.ts';
import type { FhirResource } from '../fhir/resource.ts';
import type { EhrView } from '../ehr/view.ts';
import type { ResourceState } from '../merge/state.ts';
import type { Role, SiteKind } from '../membership/types.ts';
import type { Problem, Result } from '../result.ts';
import type { BundleApi } from './bundle-api.ts';
import type { DeskIndexApi } from './desk-index-api.ts';
import type { DraftsApi } from './drafts-api.ts';
import type { FilesApi } from './files-api.ts';
import type { FrontierApi, SyncAlarm } from './frontier-api.ts';
import type { Invitation, MembersApi } from './members-api.ts';
import type { OrdersApi } from './orders-api.ts';
import type { RegisterApi } from './register-api.ts';
import type { WorklistApi } from './worklist-api.ts';
import type { EntryOrigin, EntryRetraction, MisplacedEntry, ReviewApi } from './review-api.ts';

export type Outcome<T> = Result<T, Problem>;

/** A chart is named by its site and its id. */
export interface ChartRef { readonly site: Id; readonly chart: Id }

/** When, by whom and why somebody's access ended, as far as this device can tell. `at`: ms since 1970, by the clock of who ended it; 0 where not known. */
export interface AccessEnded { readonly at: number; readonly by: string; readonly reason: string | null }

export interface LocalUser { readonly member: Id; readonly organization: Hash; /** shown on the lock screen: chosen by the user for this device, may be initials */ readonly label: string; readonly color: number }

export type LockState =
	| { readonly kind: 'empty' } // no organization on this device
	| { readonly kind: 'awaiting-admission'; readonly invitation: Id; readonly label: string; readonly code: string }
	| { readonly kind: 'locked'; readonly users: readonly LocalUser[]; readonly waitingToSend: number; /** people who answered an invitation on this device and are not admitted yet */ readonly awaiting: readonly { readonly invitation: Id; readonly label: string; readonly code: string }[] }
	/**
	 * `ended`: the user was removed. Nothing is shown and nothing written any more; what was not sent can be saved as a file, and a recovery kit be used.
	 * `outdated`: the organization requires a newer version of the app: everything can be read, and nothing written
	 */
	| { readonly kind: 'unlocked'; readonly user: LocalUser; readonly ended?: AccessEnded; readonly outdated?: { readonly running: string; readonly required: string } };

export interface SyncStatus {
	readonly line: 'connected' | 'offline' | 'connecting' | 'no-hub';
	/** changes that exist on this device only */
	readonly waitingToSend: number;
	readonly sending: { readonly done: number; readonly total: number } | null;
	readonly receiving: { readonly done: number; readonly total: number | null } | null;
	/** ms since 1970 of the last completed transfer each way, null when never */
	readonly lastSent: number | null;
	readonly lastReceived: number | null;
	/** envelopes that cannot be opened or understood yet, and those that never will */
	readonly waiting: number;
	readonly quarantined: number;
	/** plain sentence for the person: what the last failure was, null when the last exchange went well */
	readonly problem: string | null;
	readonly hub: string | null;
	/** how old each site's news is: ms since 1970 of its newest change held here */
	readonly sites: readonly { readonly site: Id; readonly newest: number | null }[];
	/** where the hub's view and what devices signed do not go together; empty when all is well, and while locked */
	readonly alarms: readonly SyncAlarm[];
}

export interface SiteInfo { readonly site: Id; readonly parent: Id | null; readonly kind: SiteKind; readonly name: string; /** posted here directly */ readonly posted: boolean; /** role of the user here, directly or through the tree */ readonly role: Role | null }
export interface MemberInfo { readonly member: Id; readonly name: string; readonly grants: readonly { readonly site: Id; readonly role: Role }[]; readonly actors: readonly { readonly actor: Hash; readonly device: Id; readonly fingerprint: string }[]; readonly self: boolean }
export interface OrganizationInfo { readonly org: Hash; readonly name: string; readonly root: Id; readonly sites: readonly SiteInfo[]; readonly members: readonly MemberInfo[]; readonly waiting: number; readonly refused: number; readonly can: { readonly addSite: boolean; readonly invite: boolean; readonly link: boolean } }

export interface InvitationLink { readonly link: string; readonly invitation: Id; readonly expires: number }
/** What an invitation says before anything is granted. */
export interface InvitationPreview { readonly organization: string; readonly inviter: string; readonly grants: readonly { readonly site: string; readonly role: Role }[]; readonly expires: number; readonly expired: boolean; readonly hub: string }
/** An answer that reached the inviter: who asks for what, and the code to compare with the one on the other screen. */
export interface PendingAnswer { readonly invitation: Id; readonly answer: string; readonly name: string; readonly grants: readonly { readonly site: Id; readonly siteName: string; readonly role: Role }[]; readonly code: string; readonly expired: boolean }

export interface PatientHit extends ChartRef {
	readonly siteName: string; readonly name: string; readonly birthDate: string | null; readonly gender: string | null;
	readonly village: string | null; readonly phone: string | null; readonly identifiers: readonly string[]; readonly deceased: boolean;
	/** other charts linked to this one */
	readonly linked: readonly ChartRef[];
	readonly unsent: boolean;
	/** known by the shared desk index of its site alone: name, year of birth and village; nothing of its chart is here, and it cannot be opened */
	readonly told?: true;
}

/** Agreement of one field of a pair of charts: how it compares and what it weighs (log2 of the likelihood ratio). */
export interface FieldAgreement { readonly field: 'name' | 'birthDate' | 'sex' | 'village' | 'phone' | 'identifier'; readonly a: string; readonly b: string; readonly level: 'agrees' | 'close' | 'differs' | 'missing'; readonly weight: number }
export interface PairProposal { readonly a: PatientHit; readonly b: PatientHit; readonly fields: readonly FieldAgreement[]; readonly weight: number; /** posterior probability that both are one person */ readonly probability: number; readonly origin: 'matching' | 'link-proposal' }

export interface LinkInfo { readonly charts: readonly [ChartRef, ChartRef]; readonly state: 'in-force' | 'proposed' | 'undone' | 'not-same' | 'contested'; readonly by: string; readonly at: Hlc }

/** Who recorded something, in words, from verified headers. */
export interface Attribution { readonly change: Hash; readonly member: string; readonly site: Id; readonly siteName: string; readonly at: number; readonly uncertainTime: boolean }
export type Custody = { readonly state: 'this-device' } | { readonly state: 'sending' } | { readonly state: 'at-hub'; readonly at: number } | { readonly state: 'refused'; readonly reason: string };
export interface Entry {
	readonly type: string; readonly id: Id; readonly comp: Compartment;
	/** the resource as shown, FHIR R4 JSON */
	readonly resource: FhirResource;
	/** heads on screen: hand them back when saving */
	readonly heads: readonly Hash[];
	readonly recorded: Attribution; readonly changed: Attribution;
	readonly incomplete: boolean; readonly retracted: boolean;
	readonly custody: Custody;
	readonly conflicts: readonly ConflictInfo[];
	/** present when it was moved here, relabelled, or told apart from another entry */
	readonly origin?: EntryOrigin;
	/** present when it was taken back */
	readonly retraction?: EntryRetraction;
	readonly state: ResourceState;
}
export interface ConflictInfo { readonly group: string; readonly rule: string; readonly review: boolean; readonly why: string; readonly values: readonly { readonly value: FhirResource | null; readonly by: Attribution; readonly shown: boolean }[] }

export interface ChartView {
	readonly ref: ChartRef; readonly siteName: string;
	readonly patient: Entry | null;
	readonly entries: readonly Entry[];
	readonly links: readonly LinkInfo[];
	/** people shown by actor, for every actor that occurs in this view */
	readonly authors: { readonly [actor: string]: string };
	readonly siteNames: { readonly [site: string]: string };
	/** present when at least one link is in force */
	readonly ehr: EhrView | null;
	/** entries of this person's charts, linked ones included, that were found to belong to another patient */
	readonly misplaced?: readonly MisplacedEntry[];
	/** safety alerts of this chart alone (allergy against prescription within one site), same shape as in the EHR view */
	readonly alerts: EhrView['discrepancies'];
	/**
	 * False: the user may read the clinical part of this chart, and this device does not keep it (a site reached through the tree and not taken
	 * on). Nothing may then be said of allergies; `takeOn` brings the records here.
	 */
	readonly clinicalKept: boolean;
	/** restricted entries whose key this user holds and that are not in this view: shown by `breakGlass`, which asks for a reason. Safety alerts take them into account */
	readonly hidden: number;
	/** the user may write clinical entries here */
	readonly writable: boolean;
}

export interface SaveRequest {
	readonly ref: ChartRef;
	readonly comp: Compartment;
	/** FHIR resource; `id` absent for a new one */
	readonly resource: FhirResource;
	/** heads the form was opened on; empty for a new resource */
	readonly heads: readonly Hash[];
	/** what the entry cited and lacked when the form was opened (`missing` of its state): it may have come since, and was not on the screen */
	readonly missing?: readonly Hash[];
	/** groups to write even if unchanged (a resolution of a conflict) */
	readonly resolve?: readonly string[];
	readonly reason?: string;
}
/** Saved on this device: strict durability was asked for and confirmed. `change` null: nothing differed, nothing was written. */
export interface SaveReceipt { readonly change: Hash | null; readonly id: Id; readonly heads: readonly Hash[] }

export interface ImportProgress { readonly file: string; readonly done: number; readonly total: number }
export interface ImportReport {
	readonly charts: readonly ChartRef[];
	readonly recorded: { readonly [type: string]: number };
	/** resources already here from an earlier import of the same source */
	readonly already: number;
	/** resource types that Saddlebag does not record, counted, none silently dropped */
	readonly notRecorded: { readonly [type: string]: number };
	/** elements left out because no group of the recorded type holds them, counted by Type.element */
	readonly leftOut: { readonly [path: string]: number };
}

export type DeviceEvent =
	| { readonly kind: 'lock'; readonly state: LockState }
	| { readonly kind: 'sync'; readonly status: SyncStatus }
	| { readonly kind: 'organization' }
	/** charts whose state moved; 'all' after a rebuild */
	| { readonly kind: 'charts'; readonly charts: readonly ChartRef[] | 'all' };

export interface DeviceApi extends ReviewApi, MembersApi, FrontierApi, RegisterApi, BundleApi, BoxApi, DeskIndexApi, DraftsApi, BatchApi, FilesApi, WorklistApi, OrdersApi {
	subscribe(listener: (event: DeviceEvent) => void): Promise<number>;
	unsubscribe(id: number): Promise<void>;
	lockState(): Promise<LockState>;
	syncStatus(): Promise<SyncStatus>;
	/** Tries the hub now, without waiting for the back-off. */
	syncNow(): Promise<void>;

	createOrganization(request: { readonly setupLink: string; readonly name: string; readonly siteName: string; readonly ownerName: string; readonly passphrase: string }): Promise<Outcome<LocalUser>>;
	previewInvitation(link: string): Promise<Outcome<InvitationPreview>>;
	/** Makes this device's keys, answers the invitation, and says the code that the inviter must see too. */
	answerInvitation(request: { readonly link: string; readonly name: string; readonly passphrase: string }): Promise<Outcome<{ readonly code: string }>>;
	/**
	 * Makes this device, which must be empty, the one that a hand-over names (`hand-over.ts`), and fetches everything. A link is taken as well.
	 * Afterwards it is locked; the passphrase is the account's.
	 */
	takeOver(handOver: string): Promise<Outcome<LocalUser>>;
	unlock(request: { readonly member: Id; readonly passphrase: string }): Promise<Outcome<LocalUser>>;
	lock(): Promise<void>;

	organization(): Promise<Outcome<OrganizationInfo>>;
	addSite(request: { readonly name: string; readonly kind: SiteKind; readonly parent: Id }): Promise<Outcome<Id>>;
	invite(request: { readonly grants: readonly { readonly site: Id; readonly role: Role }[]; readonly days: number }): Promise<Outcome<Invitation>>;
	pendingAnswers(): Promise<Outcome<readonly PendingAnswer[]>>;
	/** `code` is what the inviter confirmed to be the same on both screens. */
	admit(request: { readonly invitation: Id; readonly answer: string; readonly code: string }): Promise<Outcome<null>>;
	refuse(request: { readonly invitation: Id; readonly reason: string }): Promise<Outcome<null>>;
	post(request: { readonly member: Id; readonly site: Id; readonly role: Role }): Promise<Outcome<null>>;

	/**
	 * Keeps the clinical records of a site that the user reaches through the tree of sites only; others are kept anyway. Writing or importing
	 * an entry there does the same by itself. They arrive with the next exchange.
	 */
	takeOn(site: Id): Promise<Outcome<null>>;

	/** Over all sites whose desk the user can read. Empty query: most recently changed first. Hits at `site` first. */
	search(request: { readonly query: string; readonly site: Id | null; readonly limit: number }): Promise<Outcome<readonly PatientHit[]>>;
	possibleDuplicates(patient: FhirResource): Promise<Outcome<readonly PairProposal[]>>;
	registerPatient(request: { readonly site: Id; readonly patient: FhirResource }): Promise<Outcome<ChartRef>>;
	/** Makes a chart at `site`, with the found one's demographics, and links the two: one step. */
	bringHere(request: { readonly found: ChartRef; readonly site: Id }): Promise<Outcome<ChartRef>>;
	openChart(ref: ChartRef): Promise<Outcome<ChartView>>;
	save(request: SaveRequest): Promise<Outcome<SaveReceipt>>;
	/**
	 * The safety alerts that saving this would raise (this chart and, where linked, the shared record, as if the resource were already there);
	 * writes nothing. A prescriber must see an allergy before the prescription exists, not after.
	 */
	alertsBefore(request: SaveRequest): Promise<Outcome<EhrView['discrepancies']>>;

	proposals(request: { readonly limit: number }): Promise<Outcome<readonly PairProposal[]>>;
	link(request: { readonly a: ChartRef; readonly b: ChartRef }): Promise<Outcome<LinkInfo>>;
	unlink(request: { readonly a: ChartRef; readonly b: ChartRef; readonly reason: string }): Promise<Outcome<LinkInfo>>;
	notSame(request: { readonly a: ChartRef; readonly b: ChartRef; readonly reason: string }): Promise<Outcome<LinkInfo>>;

	importBundles(request: { readonly site: Id; readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[]; readonly progress?: (progress: ImportProgress) => void; readonly operation: string }): Promise<Outcome<ImportReport>>;
	/** Cancels a running long operation; what it had not committed is not there. */
	cancel(operation: string): Promise<void>;
	/** Hash of each (site, compartment) this user can open: equal on every device that holds the same. */
	stateHashes(): Promise<Outcome<readonly { readonly site: Id; readonly comp: Compartment; readonly hash: Hash; readonly changes: number }[]>>;
}
