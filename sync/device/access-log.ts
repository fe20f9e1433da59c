/**
 * Who opened which chart: written by whoever opens it, before it is shown, and readable by the leads of the site.
 *
 * A stream of its own: no chart, head or state hash knows of it, so that reading changes no record (D4). Each (actor, site) has a chain; what was
 * taken out, altered or put in twice shows to whoever reads the log. Break-the-glass asks for a reason before restricted entries are
 * shown; it opens nothing that this user's keys do not open (S2).
 */
import { encodeAccessRecord, parseAccessRecord, REASON_CHARACTERS_MAX, type AccessKind, type AccessRecordText } from '../change/access-record.ts';
import type { Hash, Id } from '../change/change.ts';
import { deskOf } from '../membership/databases.ts';
import { epochToSealTo } from '../membership/renewal.ts';
import { ok } from '../result.ts';
import { openAccess, sealAccess } from '../seal/access.ts';
import { epochKeys } from '../seal/epoch.ts';
import { sign } from '../seal/keys.ts';
import type { Store } from '../store/index.ts';
import type { AccessDocument } from '../verify/document.ts';
import { accessRecordId } from '../verify/ids.ts';
import { verifySignature } from '../verify/signature.ts';
import type { ChartRef, ChartView, Outcome } from './api.ts';
import { ACCESS_PAGES } from './beside-charts.ts';
import type { AccessLog, AccessRecord } from './members-api.ts';
import { notAllowed, notArrived, refuse } from './outcome.ts';
import type { Session } from './session.ts';

/** ms in which opening the same chart again is the same opening */
const SAME_MS = 15 * 60_000;

interface Found { readonly id: Hash; readonly record: AccessRecordText }

/** What decides whether an entry is shown without a reason. */
interface Curtained { readonly comp: string; readonly changes: readonly { readonly change: { readonly actor: Hash } }[] }

export class AccessNotes {
	readonly #store: Store;
	readonly #session: Session;
	readonly #now: () => number;
	readonly #prefix: string;
	/** chart -> when its opening was last noted, in this session */
	readonly #noted = new Map<string, number>();
	/** charts whose restricted entries are shown until locking */
	readonly #broken = new Set<string>();
	/** this actor's last record at a site, as far as known */
	readonly #tips = new Map<Id, { readonly seq: number; readonly record: Hash | null }>();
	#turn: Promise<unknown> = Promise.resolve();

	constructor(store: Store, session: Session, now: () => number, prefix: string) {
		this.#store = store;
		this.#session = session;
		this.#now = now;
		this.#prefix = prefix;
	}

	/**
	 * Notes that a chart is opened. To be awaited before it is shown. A storage that takes no more must not keep a nurse from a chart: it is shown all
	 * the same, and noted when it is opened again.
	 */
	async opened(ref: ChartRef): Promise<void> {
		const last = this.#noted.get(ref.chart);
		if (last !== undefined && Math.abs(this.#now() - last) < SAME_MS) return;
		try {
			await this.#write(ref, 'opened', null);
		} catch {
			return;
		}
		this.#noted.set(ref.chart, this.#now());
	}

	async breakGlass(ref: ChartRef, given: string): Promise<Outcome<null>> {
		const reason = given.normalize('NFC').trim();
		if (reason === '' || reason.length > REASON_CHARACTERS_MAX) return refuse('no-reason', 'Say in a sentence why you have to see the restricted entries.');
		if (!this.#session.holds(ref.site, 'restricted')) return notAllowed('see restricted entries at that site');
		await this.#write(ref, 'glass', reason);
		this.#broken.add(ref.chart);
		return ok(null);
	}

	/** Is this entry restricted, of others alone, and in a chart that no reason was given for? */
	hides({ chart }: Pick<ChartRef, 'chart'>, { comp, changes }: Curtained): boolean {
		return comp === 'restricted' && !this.#broken.has(chart) && changes.every(({ change }) => change.actor !== this.#session.self.actor);
	}

	/** A view without the restricted entries of others that no reason was given for. Alerts stay: who prescribes must know. */
	curtain(view: ChartView): ChartView {
		if (this.#broken.has(view.ref.chart)) return view;
		const isHidden = (entry: Curtained): boolean => this.hides(view.ref, entry);
		const entries = view.entries.filter(({ state }) => !isHidden(state));
		if (entries.length === view.entries.length) return view;
		const ehr = view.ehr === null ? null : { ...view.ehr, items: view.ehr.items.filter(({ sources }) => !sources.every(({ state }) => isHidden(state))) };
		return { ...view, entries, ehr, hidden: view.entries.length - entries.length };
	}

	/** For who holds the `restricted` key of the site: its leads, and the owners. */
	async read({ site, chart, limit }: { readonly site: Id; readonly chart: Id | null; readonly limit: number }): Promise<Outcome<AccessLog>> {
		const { state, held, control } = this.#session;
		if (state === null) return notArrived();
		const epochs = held.filter((secret) => secret.site === site && secret.comp === 'restricted').map(({ key }) => epochKeys(control.org, site, 'restricted', key));
		if (epochs.length === 0) return notAllowed('read who opened which chart at that site');
		const found = new Map<Hash, Found>();
		for (const document of await this.#documents(site)) {
			for (const epoch of epochs) {
				const signed = openAccess(epoch, document);
				const record = signed === null ? null : parseAccessRecord(signed.text);
				if (signed === null || !record?.ok || record.value.org !== control.org || record.value.site !== site) continue;
				const key = state.actors.get(record.value.actor)?.keys.sign;
				if (key === undefined || !verifySignature('saddlebag/access/1', signed.text, signed.sig, key)) continue;
				const id = accessRecordId(signed.text, signed.sig);
				found.set(id, { id, record: record.value });
			}
		}
		const records = [...found.values()].filter(({ record }) => chart === null || record.chart === chart)
			.sort((a, b) => b.record.at - a.record.at || (a.id < b.id ? -1 : 1)).slice(0, Math.max(0, limit)).map(({ record }) => this.#shown(record));
		return ok({ records, broken: this.#breaks(found) });
	}

	#shown({ site, chart, kind, reason, actor, at }: AccessRecordText): AccessRecord {
		return {
			ref: { site, chart }, siteName: this.#session.siteName(site), patient: this.#session.index.get(site, chart)?.name ?? null, kind, reason, actor,
			name: this.#session.authorName(actor), at
		};
	}

	/** Chains that are not whole. The end of a chain proves nothing: what follows may not have arrived. */
	#breaks(found: ReadonlyMap<Hash, Found>): AccessLog['broken'] {
		const chains = new Map<Hash, Found[]>();
		for (const one of found.values()) chains.set(one.record.actor, [...(chains.get(one.record.actor) ?? []), one]);
		const broken: { actor: Hash; name: string; what: string }[] = [];
		for (const [actor, chain] of chains) {
			const name = this.#session.authorName(actor);
			const places = new Set(chain.map(({ record }) => record.seq));
			if (places.size < chain.length) broken.push({ actor, name, what: 'Two records stand in one place: this log was written on a copy of the device, or altered.' });
			const missing = chain.filter(({ record }) => record.prev !== null && !found.has(record.prev)).length;
			if (missing > 0) broken.push({ actor, name, what: `Records are missing in ${String(missing)} ${missing === 1 ? 'place' : 'places'}: not arrived yet, or held back.` });
		}
		return broken;
	}

	async #documents(site: Id): Promise<readonly AccessDocument[]> {
		const documents = new Map<string, AccessDocument>();
		for (const document of await this.#store.own.notes(site)) documents.set(document._id, document);
		const names = await this.#store.cursors.list(`${ACCESS_PAGES}${deskOf(site)}|`);
		const numbers = [...names.keys()].map((name) => Number(name.split('|').at(-1)));
		for (const number of numbers) {
			for (const page of await this.#store.pages.get([number])) {
				for (const document of page.documents) if (document.v === 'l1') documents.set(document._id, document);
			}
		}
		return [...documents.values()];
	}

	#write(ref: ChartRef, kind: AccessKind, reason: string | null): Promise<void> {
		const mine = this.#turn.then(() => this.#append(ref, kind, reason));
		this.#turn = mine.catch(() => undefined);
		return mine;
	}

	async #append({ site, chart }: ChartRef, kind: AccessKind, reason: string | null): Promise<void> {
		const { state, self, control } = this.#session;
		const epoch = state === null ? null : epochToSealTo(state, { site, comp: 'restricted' });
		// a site whose statement has not arrived has no chart that could be opened
		if (epoch === null || this.#session.closed) return;
		for (let tip = await this.#tip(site); ; tip = await this.#tip(site)) {
			const seq = tip.seq + 1;
			const text = encodeAccessRecord({ v: 1, org: control.org, site, chart, actor: self.actor, seq, prev: tip.record, at: Math.max(0, Math.trunc(this.#now())), kind, reason });
			const sig = sign('saddlebag/access/1', text, self.sign);
			if (this.#session.closed) return;
			const sealed = sealAccess({ org: control.org, site, epoch: epoch.epoch, pub: epoch.pub }, { text, sig });
			if (!sealed.ok) throw new Error(sealed.error.message);
			const record = accessRecordId(text, sig);
			const taken = await this.#store.own.note({ actor: self.actor, site, seq, record, db: `${this.#prefix}-${deskOf(site)}`, document: sealed.value });
			if (!taken) continue;
			this.#tips.set(site, { seq, record });
			return;
		}
	}

	/** The last place of this actor's chain at a site, from durable rows: found by doubling, as places have no gaps. */
	async #tip(site: Id): Promise<{ readonly seq: number; readonly record: Hash | null }> {
		const { actor } = this.#session.self;
		let tip = this.#tips.get(site) ?? { seq: 0, record: null };
		for (let step = 1; ; ) {
			const next = await this.#store.own.noted(actor, site, tip.seq + step);
			if (next !== null) {
				tip = { seq: tip.seq + step, record: next.record };
				step *= 2;
			} else if (step === 1) break;
			else step = Math.floor(step / 2);
		}
		this.#tips.set(site, tip);
		return tip;
	}
}
