/**
 * The shared desk index, written: what other sites are told of a site's patients, by whichever device of it is there.
 *
 * What is due follows from the charts and from what the site's own copies say was told, so it needs no list of its own: a patient registered, corrected or
 * taken back is due, and so is everything after a share began, or after its teller was removed (whose word counts no more). Each part is sealed to
 * the `desk` of every site that was named, under an epoch that nobody removed holds (S3); where there is none it waits. The site's own copy, which keeps
 * its other devices from telling the same, is sent once the hub has all of these: a device that is lost in between has then told nobody that it was done.
 */
import { encodeIndexRecord, INDEX_ENTRIES_MAX, INDEX_TEXT_CHARACTERS_MAX, type IndexEntry } from '../change/index-record.ts';
import type { Hash, Id } from '../change/change.ts';
import { isWellFormed } from '../change/utf8.ts';
import { endShare, shareIndex } from '../membership/authoring/sharing.ts';
import { deskOf } from '../membership/databases.ts';
import { usableEpochs } from '../membership/renewal.ts';
import { canWrite, may } from '../membership/selectors.ts';
import { sharesInForce } from '../membership/shares.ts';
import type { ShareState } from '../membership/types.ts';
import { ok } from '../result.ts';
import { sealIndex } from '../seal/desk-index.ts';
import { sign } from '../seal/keys.ts';
import type { SignedText } from '../seal/opened.ts';
import type { NewOwn, Store } from '../store/index.ts';
import type { IndexDocument } from '../verify/document.ts';
import { indexRecordId } from '../verify/ids.ts';
import type { Outcome } from './api.ts';
import type { ChartEntry } from './chart-index.ts';
import type { ShareInfo } from './desk-index-api.ts';
import { notArrived } from './outcome.ts';
import type { Session } from './session.ts';
import { MADE, ToldIndex } from './told-index.ts';

/** A part that this device made, as kept: the site's own copy, and whether all have it. */
interface Made {
	readonly site: Id;
	readonly share: Hash;
	readonly document: IndexDocument;
	readonly done: boolean;
}
const rowKey = (record: string, to: Id): string => `d|i|${record}|${to}`;

export class DeskIndex {
	readonly told: ToldIndex;
	readonly #store: Store;
	readonly #session: Session;
	readonly #prefix: string;
	#running: Promise<void> | null = null;
	/** parts wait for the hub: this is to be run when it has more */
	waits = false;

	constructor(store: Store, session: Session, prefix: string) {
		this.#store = store;
		this.#session = session;
		this.#prefix = prefix;
		this.told = new ToldIndex(store, session);
	}

	/** Tells what is due. */
	run(): Promise<void> {
		this.#running ??= this.#run().finally(() => (this.#running = null));
		return this.#running;
	}

	/** The shares in force that concern a site of this user. */
	shares(): Outcome<readonly ShareInfo[]> {
		const { state, self } = this.#session;
		if (state === null) return notArrived();
		const named = (site: Id) => ({ site, name: this.#session.siteName(site) });
		return ok(sharesInForce(state).map((share) => ({
			share: share.statement, site: named(share.site), with: share.with.map(named), by: this.#session.authorName(share.by), mayEnd: may(state, self.actor, 'share', share.site)
		})));
	}

	share = (site: Id, among: readonly Id[]) => shareIndex(this.#session.pen(), site, among);
	end = (share: Hash) => endShare(this.#session.pen(), share);

	async #run(): Promise<void> {
		const { state, self } = this.#session;
		this.waits = false;
		if (state === null || state.shares.size === 0 || this.#session.closed || this.#session.ended || this.#session.outdated !== null) return;
		await this.told.read();
		for (const share of sharesInForce(state)) {
			if (this.#session.closed || !this.#session.holds(share.site, 'desk') || !canWrite(state, self.actor, share.site, 'desk')) continue;
			const due = this.#due(share);
			for (let from = 0; from < due.length; from += INDEX_ENTRIES_MAX) await this.#make(share, due.slice(from, from + INDEX_ENTRIES_MAX));
		}
		await this.told.read();
		for (const [name, text] of await this.#store.cursors.list(MADE)) {
			const made = JSON.parse(text) as Made;
			if (!made.done && !this.#session.closed) await this.#send(name.slice(MADE.length) as Hash, made);
		}
	}

	#due(share: ShareState): readonly IndexEntry[] {
		const told = this.told.toldOf(share.site, share.statement);
		const due: IndexEntry[] = [];
		for (const entry of this.#session.index.all(share.site)) {
			const one = dueOf(entry, told.get(entry.chart) ?? null);
			if (one !== null) due.push(one);
		}
		return due.sort((a, b) => (a.chart < b.chart ? -1 : 1));
	}

	async #make({ site, statement: share }: ShareState, entries: readonly IndexEntry[]): Promise<void> {
		const { self, control } = this.#session;
		if (this.#session.closed) return;
		const text = encodeIndexRecord({ v: 1, org: control.org, site, share, actor: self.actor, entries });
		const signed: SignedText = { text, sig: sign('saddlebag/desk-index-record/1', text, self.sign) };
		const document = this.#sealed(signed, site);
		if (document === null) return;
		await this.#store.cursors.put(MADE + indexRecordId(signed.text, signed.sig), JSON.stringify({ site, share, document, done: false } satisfies Made));
	}

	/** Null while every epoch of the site is open to somebody who was removed. */
	#sealed(signed: SignedText, to: Id): IndexDocument | null {
		const { state, control } = this.#session;
		const epoch = state === null ? undefined : usableEpochs(state, { site: to, comp: 'desk' }).at(-1);
		if (epoch === undefined) return null;
		const sealed = sealIndex({ org: control.org, site: to, epoch: epoch.epoch, pub: epoch.pub }, signed);
		return sealed.ok ? sealed.value : null;
	}

	/** Rows for every site that was named, and the site's own when the hub has all of these. A row that was taken back, as somebody was removed there, is made again. */
	async #send(record: Hash, made: Made): Promise<void> {
		const { state, self } = this.#session;
		const share = state?.shares.get(made.share);
		const own = this.told.counting(made.site).find(({ id, record: { actor } }) => id === record && actor === self.actor);
		// the share ended, or its teller is another user of this device
		if (share === undefined || share.ended !== null || own === undefined) return;
		if (!(await this.#sendTo(record, own.signed, share.with))) return;
		if (await this.#sendTo(record, own.signed, [made.site])) await this.#store.cursors.put(MADE + record, JSON.stringify({ ...made, done: true } satisfies Made));
	}

	/** True when the hub has the part for each of these sites. */
	async #sendTo(record: Hash, signed: SignedText, sites: readonly Id[]): Promise<boolean> {
		const held = new Map((await this.#store.own.get(sites.map((to) => rowKey(record, to)))).map((row) => [row.key, row]));
		const rows = sites.filter((to) => !held.has(rowKey(record, to))).flatMap((to): NewOwn[] => {
			const document = this.#sealed(signed, to);
			return document === null ? [] : [{ kind: 'index', to, change: record, db: `${this.#prefix}-${deskOf(to)}`, document }];
		});
		if (rows.length > 0) await this.#store.own.append(() => rows);
		const arrived = sites.every((to) => held.get(rowKey(record, to))?.custody.state === 'at-hub');
		if (!arrived) this.waits = true;
		return arrived;
	}
}

/**
 * What is to be told of a chart after `before`; null when that is true still. Nothing either where the numbers are used up: who may write here may take
 * the last one, and has to be removed before more is told of that patient.
 */
export function dueOf(entry: ChartEntry, before: IndexEntry | null): IndexEntry | null {
	const now = factsOf(entry);
	if (before === null ? now.name === null : before.name === now.name && before.year === now.year && before.village === now.village) return null;
	const n = (before?.n ?? 0) + 1;
	return Number.isSafeInteger(n) ? { chart: entry.chart, n, ...now } : null;
}

/** What is told of a chart: of one whose patient was taken back nothing. */
function factsOf({ identity }: ChartEntry): Omit<IndexEntry, 'chart' | 'n'> {
	const name = clipped(identity?.names[0] ?? null);
	if (identity === null || name === null) return { name: null, year: null, village: null };
	const year = /^\d{4}/.exec(identity.birthDate ?? '')?.[0];
	return { name, year: year === undefined ? null : Number(year), village: clipped(identity.village) };
}

function clipped(text: string | null): string | null {
	const cut = text?.trim().slice(0, INDEX_TEXT_CHARACTERS_MAX) ?? '';
	const whole = isWellFormed(cut) ? cut : cut.slice(0, -1);
	return whole === '' || !isWellFormed(whole) ? null : whole;
}
