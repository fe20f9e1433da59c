/**
 * All parts of a device that need open keys, put together for one unlocked user.
 */
import type { Id } from '../change/change.ts';
import { canRead } from '../membership/selectors.ts';
import { ok } from '../result.ts';
import type { Outcome } from './api.ts';
import { AccessNotes } from './access-log.ts';
import { VersionDesk } from './app-versions.ts';
import { ChartReader } from './chart-reader.ts';
import { ChartViews } from './chart-view.ts';
import { Custody } from './custody.ts';
import { DeskIndex } from './desk-index.ts';
import { DraftShelf } from './drafts.ts';
import { EntryRules } from './entry-rules.ts';
import { FileDesk } from './files/desk.ts';
import { Finding } from './finding.ts';
import { Followed } from './followed.ts';
import { FrontierWatch, type WatchedHub } from './frontier.ts';
import { Importing } from './import/importing.ts';
import { Ingest, type IngestHooks } from './ingest.ts';
import type { DeviceKeys } from './identity.ts';
import { LinkBook } from './link-book.ts';
import { LateWorkDesk } from './late.ts';
import { Linking } from './linking.ts';
import { Organization } from './organization.ts';
import { notAllowed } from './outcome.ts';
import type { Store } from '../store/index.ts';
import type { DevicePorts } from './ports.ts';
import { Projection } from './projection.ts';
import { Recovery } from './recovery.ts';
import { Relay } from './relay.ts';
import { Answering } from './review/answering.ts';
import { Deciding } from './review/deciding.ts';
import { Dismissed } from './review/dismissed.ts';
import { FindingIndex } from './review/finding-index.ts';
import { MovedLog } from './review/moved-log.ts';
import { Moving } from './review/moving.ts';
import { Origins } from './review/origins.ts';
import { OwnSeal } from './review/own-seal.ts';
import { QuestionIndex } from './review/question-index.ts';
import { ReviewQueue } from './review/queue.ts';
import { Revoking } from './revoking.ts';
import { Saving } from './saving.ts';
import { placeName, type Place, type Session } from './session.ts';
import { DayIndex } from './worklist/day-index.ts';
import { OpenOrdersList } from './worklist/orders.ts';
import { ReadMarks } from './worklist/read-marks.ts';
import { Worklist } from './worklist/worklist.ts';

export interface UnlockedHooks extends IngestHooks {
	/** the membership log was written to */
	organizationChanged(): void;
	/** there are envelopes to take in */
	ingestDue(): void;
	/** keys of own rows on their way */
	underway(): ReadonlySet<string>;
	/** what frontiers are exchanged with; null while there is none */
	exchange(): WatchedHub | null;
}

export class Unlocked {
	readonly store: Store;
	readonly session: Session;
	readonly projection: Projection;
	readonly ingest: Ingest;
	readonly links: LinkBook;
	readonly reader: ChartReader;
	readonly relay: Relay;
	readonly saving: Saving;
	readonly linking: Linking;
	readonly custody: Custody;
	readonly views: ChartViews;
	readonly finding: Finding;
	readonly deskIndex: DeskIndex;
	readonly importing: Importing;
	readonly organization: Organization;
	/** to be called when a statement was made */
	readonly said: () => void;
	readonly revoking: Revoking;
	readonly recovery: Recovery;
	readonly lateDesk: LateWorkDesk;
	readonly versions: VersionDesk;
	readonly followed: Followed;
	readonly notes: AccessNotes;
	readonly frontiers: FrontierWatch;
	readonly answering: Answering;
	readonly deciding: Deciding;
	readonly moving: Moving;
	readonly dismissed: Dismissed;
	readonly drafts: DraftShelf;
	readonly files: FileDesk;
	readonly queue: ReviewQueue;
	readonly readMarks: ReadMarks;
	readonly worklist: Worklist;
	readonly openOrders: OpenOrdersList;
	/** the user had been removed when keys were last read: there is nothing open to be closed */
	endedBefore: boolean;
	/** the version that this app was too old for then */
	tooOldFor: string | null;
	readonly #entryRules: EntryRules;
	readonly #repaired = new Set<string>();

	/** `prefix`: of the names of the hub's databases. */
	constructor(ports: DevicePorts, device: DeviceKeys, session: Session, prefix: string, hooks: UnlockedHooks) {
		const { store } = ports;
		this.store = store;
		this.session = session;
		this.endedBefore = session.ended;
		this.tooOldFor = session.outdated?.required ?? null;
		this.frontiers = new FrontierWatch(ports, session, device, () => hooks.exchange());
		this.followed = new Followed(store, session, ports.token);
		const moved = new MovedLog(store.cursors, (place) => session.seal(place));
		this.projection = new Projection(store, session, this.followed, moved, (place) => this.#repair(place, hooks));
		this.ingest = new Ingest(store, session, this.projection, hooks);
		this.#entryRules = new EntryRules(store, session, this.projection, this.ingest, () => hooks.pause());
		this.links = new LinkBook(session);
		this.reader = new ChartReader(session, this.projection, this.links);
		this.relay = new Relay(session, store, this.links, this.projection, prefix);
		this.saving = new Saving(ports, session, this.ingest, this.reader, prefix, (written) => this.relay.companions(written), (site) => this.takeOn(site));
		this.deskIndex = new DeskIndex(store, session, prefix);
		this.linking = new Linking(session, this.links, this.reader, this.saving, ports.random, this.deskIndex.told);
		this.custody = new Custody(store, session, () => hooks.underway());
		this.views = new ChartViews(session, this.reader, this.links, this.linking, this.custody, new Origins(session, this.projection, (ref) => this.lateDesk.lateOf(ref)));
		this.finding = new Finding(session, this.links, this.custody, this.deskIndex.told, () => hooks.pause());
		this.importing = new Importing(session, this.reader, this.saving, () => hooks.pause());
		this.answering = new Answering(session, this.reader, this.links, this.saving);
		this.deciding = new Deciding(session, this.reader, this.saving, this.answering);
		this.moving = new Moving(session, this.reader, this.saving, this.relay, this.links, () => this.ingest.run());
		this.dismissed = new Dismissed(store.cursors, session);
		this.drafts = new DraftShelf(store.cursors, session, new OwnSeal(session, ports.random), ports.clock);
		const questions = new QuestionIndex(store, session, this.projection, this.ingest, moved, () => ports.clock.now(), () => hooks.pause());
		const findings = new FindingIndex(store.cursors, session, this.ingest, this.links, this.answering, moved, new OwnSeal(session, ports.random), () => ports.clock.now(), () => hooks.pause());
		this.queue = new ReviewQueue(session, this.links, this.answering, this.dismissed, questions, findings, (ref, state) => this.notes.hides(ref, state));
		this.readMarks = new ReadMarks(store.cursors, session, new OwnSeal(session, ports.random));
		const days = new DayIndex(store, session, this.projection, this.ingest, moved, () => ports.clock.now(), () => hooks.pause());
		this.worklist = new Worklist(session, days, this.links, this.reader, this.readMarks, () => ports.clock.now(), () => hooks.pause());
		this.openOrders = new OpenOrdersList(session, days, this.links);
		this.notes = new AccessNotes(store, session, () => ports.clock.now(), prefix);
		this.files = new FileDesk({ ports, session, reader: this.reader, saving: this.saving, notes: this.notes, prefix });
		this.revoking = new Revoking(session, () => hooks.organizationChanged());
		this.recovery = new Recovery(session, () => hooks.organizationChanged());
		this.lateDesk = new LateWorkDesk(session, store, this.ingest, this.saving, this.reader, this.relay, () => hooks.organizationChanged());
		this.versions = new VersionDesk(session, () => hooks.organizationChanged());
		this.said = () => hooks.organizationChanged();
		this.organization = new Organization(session, () => ports.clock.now(), () => hooks.organizationChanged());
	}

	/** Keys or statements came: opens what they open. */
	async refreshKeys(): Promise<void> {
		this.endedBefore = this.session.ended;
		this.tooOldFor = this.session.outdated?.required ?? null;
		const opened = await this.session.refreshKeys();
		await this.ingest.rebuild(opened.filter(({ rebuild }) => rebuild));
		await this.lateDesk.settle();
	}

	/** Keeps the care of a site that this user reaches through the tree. A site that is kept anyway is left as it is. */
	async takeOn(site: Id): Promise<Outcome<null>> {
		const { session } = this;
		if (session.state === null || !canRead(session.state, session.self.actor, site, 'clinical')) return notAllowed('keep the records of that site');
		if (session.holds(site, 'clinical')) return ok(null);
		await session.takenOn.add(site);
		await this.refreshKeys();
		return ok(null);
	}

	/** Rows that do not open are made again from the envelopes: once for each compartment, should the disk itself be failing. */
	#repair(place: Place, hooks: UnlockedHooks): void {
		if (this.#repaired.has(placeName(place))) return;
		this.#repaired.add(placeName(place));
		void this.ingest.rebuild([place]).then(() => hooks.ingestDue(), () => undefined);
	}

	/** What others are owed: linked sites their copies, and sites that find this one's patients what they are told. */
	async passOn(): Promise<void> {
		await this.relay.run(this.saving);
		await this.deskIndex.run();
	}

	/** Something waits for the hub to have more. */
	get waits(): boolean {
		return this.relay.waits || this.deskIndex.waits;
	}

	/** Takes in what has come, then does what is due under links. */
	async work(retryWaiting: boolean): Promise<void> {
		if (this.session.ended) return;
		await this.ingest.run();
		if (retryWaiting) {
			await this.ingest.retryWaiting();
			await this.#entryRules.keepUp();
		}
		if (this.session.closed || this.session.outdated !== null) return;
		await this.revoking.resume();
		await this.passOn();
		await this.organization.deliverOwed();
	}
}
