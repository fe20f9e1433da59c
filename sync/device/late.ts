/**
 * What a device does about closed chains: says how far it holds them, keeps what is late apart, and lets a clinician take it over (S7).
 *
 * On news of a removal, first of all, it attests how far it had accepted the closed chains: a lead who was behind throws out nobody's work. Then charts
 * are made to agree with the log, and what no hub has is sealed again under keys that nobody removed can open.
 */
import { canonicalJson } from '../change/canonical.ts';
import type { Creation, Hash, Id, VerifiedChange } from '../change/change.ts';
import { hlcMs } from '../change/hlc.ts';
import type { LateChange } from '../gate/verdict.ts';
import { attest } from '../membership/authoring/removal.ts';
import { usableEpochs } from '../membership/renewal.ts';
import { canRead, canWrite } from '../membership/selectors.ts';
import type { ChainPosition, Closing } from '../membership/types.ts';
import { ok } from '../result.ts';
import { openWithAny, sealChange } from '../seal/envelope.ts';
import { chainName, type Store } from '../store/index.ts';
import { readChange, resourceIdFor } from '../verify/ids.ts';
import type { ChartRef, Outcome } from './api.ts';
import type { ChartReader } from './chart-reader.ts';
import { parseDatabase, type Ingest } from './ingest.ts';
import type { LateApi } from './late-api.ts';
import type { LateWork } from './members-api.ts';
import { notAllowed, refuse } from './outcome.ts';
import type { Relay } from './relay.ts';
import { acceptedEnds } from './revoking.ts';
import type { Draft, Saving } from './saving.ts';
import type { Session } from './session.ts';

const OWN_BATCH = 200;
/** name of the cursor, the user follows: the closings under which unsent work was sealed again. What this user cannot open, another who uses the device can */
const RESEALED = 'resealed|';

export class LateWorkDesk implements LateApi {
	readonly #session: Session;
	readonly #store: Store;
	readonly #ingest: Ingest;
	readonly #saving: Saving;
	readonly #reader: ChartReader;
	readonly #relay: Pick<Relay, 'sealAgain'>;
	readonly #changed: () => void;

	/** `changed`: the log was written to. */
	constructor(session: Session, store: Store, ingest: Ingest, saving: Saving, reader: ChartReader, relay: Pick<Relay, 'sealAgain'>, changed: () => void) {
		this.#session = session;
		this.#store = store;
		this.#ingest = ingest;
		this.#saving = saving;
		this.#reader = reader;
		this.#relay = relay;
		this.#changed = changed;
	}

	/** The log moved, or somebody unlocked: attests, makes the charts agree, and seals unsent work again where it must be. */
	async settle(): Promise<void> {
		if (this.#session.state === null || this.#session.places.length === 0) return;
		await this.#ingest.turn(() => this.#attestNew());
		await this.#sealAgain();
	}

	/** Chains that were closed since this was last looked at, as far as they had been accepted here. */
	async #attestNew(): Promise<void> {
		const { state, late, self } = this.#session;
		if (state === null) return;
		const due = new Map<Hash, ChainPosition[]>();
		for (const [actor, closings] of state.closings) {
			const fresh = closings.filter(({ statement, by }) => !late.closings.has(statement) && by !== self.actor);
			if (fresh.length === 0) continue;
			const ends = acceptedEnds(this.#session, actor).filter(({ site, comp }) => canRead(state, self.actor, site, comp));
			for (const closing of fresh) {
				// who lost a post is no witness to what was written under it
				if (state.closings.get(self.actor)?.some(({ statement }) => statement === closing.statement) === true) continue;
				const more = ends.filter((end) => isTouched(closing, end.site, state) && !this.#isAttested(closing, end));
				if (more.length > 0) due.set(closing.statement, [...(due.get(closing.statement) ?? []), ...more]);
			}
		}
		for (const [closing, positions] of due) {
			const made = attest(this.#session.pen(), closing, positions);
			if (!made.ok) continue;
			await this.#session.control.publish(made.value);
			this.#changed();
		}
	}

	/** The end lies on the path of a position that is attested already. */
	#isAttested({ positions }: Closing, end: ChainPosition): boolean {
		const { chains } = this.#session;
		return positions.some(({ site, comp, seq, change }) => {
			if (site !== end.site || comp !== end.comp || seq < end.seq) return false;
			for (let here = chains.entry(change); here !== undefined && here.seq >= end.seq; here = here.prev === null ? undefined : chains.entry(here.prev)) if (here.id === end.change) return true;
			return false;
		});
	}

	/** Own changes that no hub has, and that lie under a key which somebody removed holds (design section 6, Local). */
	async #sealAgain(): Promise<void> {
		const { state } = this.#session;
		if (state === null || state.closings.size === 0) return;
		const known = [...state.closings.values()].flatMap((closings) => closings.map(({ statement }) => statement)).sort().join();
		const cursor = RESEALED + this.#session.self.actor;
		if ((await this.#store.cursors.get(cursor)) === known) return;
		await this.#relay.sealAgain(() => this.#ingest.run());
		for (let after: string | null = null; !this.#session.closed; ) {
			const rows = await this.#store.own.onThisDeviceOnly(OWN_BATCH, after);
			for (const { key, kind, chain, document } of rows) {
				if (kind !== 'change' || chain === null || document.v !== 'e1') continue;
				const opened = openWithAny(this.#session.keyring.of(chain.site, chain.comp), document);
				if (!opened.ok || usableEpochs(state, chain).some(({ epoch }) => epoch === opened.value.epoch.epoch) || !(await this.#session.ensureSealing(chain))) continue;
				const signed = readChange(opened.value.text, opened.value.sig);
				const epoch = this.#session.sealingEpoch(chain.site, chain.comp);
				if (signed.ok && epoch !== null) await this.#store.own.replaceUnsent(key, sealChange(epoch, signed.value));
			}
			const last = rows.at(-1);
			if (last === undefined) break;
			after = last.key;
		}
		if (!this.#session.closed) await this.#store.cursors.put(cursor, known);
	}

	async lateWork({ site }: { readonly site: Id | null }): Promise<Outcome<readonly LateWork[]>> {
		const byChart = new Map<string, { readonly ref: ChartRef; readonly actor: Hash; readonly changes: LateChange[] }>();
		for (const signed of await this.#late()) {
			const { change } = signed;
			if (site !== null && change.site !== site) continue;
			const key = `${change.actor}/${change.site}/${change.chart}`;
			const known = byChart.get(key) ?? { ref: { site: change.site, chart: change.chart }, actor: change.actor, changes: [] };
			known.changes.push(signed);
			byChart.set(key, known);
		}
		const found: LateWork[] = [];
		for (const { ref, actor, changes } of byChart.values()) {
			const adoption = new Adoption(this.#session, await this.#reader.changes(ref), ref);
			const left = inOrder(changes).filter((signed) => adoption.adopted(signed) === null);
			if (left.length > 0) found.push(this.#describe(ref, actor, left));
		}
		return ok(found.sort((a, b) => (a.changes[0]?.at ?? 0) - (b.changes[0]?.at ?? 0)));
	}

	async adoptLate({ actor, ref, changes, reason }: Parameters<LateApi['adoptLate']>[0]): ReturnType<LateApi['adoptLate']> {
		const why = reason.trim();
		if (why === '') return refuse('no-reason', 'Say why you take this over: the reason is kept with the entries.');
		await this.#ingest.run();
		const here = (await this.#late()).filter(({ change }) => change.actor === actor && change.site === ref.site && change.chart === ref.chart);
		if (here.length === 0 || changes?.some((id) => !here.some((signed) => signed.id === id)) === true) return refuse('unknown-entry', 'Some of these entries are not in the late lane of this device.');
		const chosen = inOrder(changes === undefined ? here : withWhatItRestsOn(changes, here));
		const { state, self } = this.#session;
		if (state === null || !chosen.every(({ change }) => canWrite(state, self.actor, ref.site, change.comp))) return notAllowed('write there');
		let adopted = 0;
		for (let left = chosen; left.length > 0; ) {
			const adoption = new Adoption(this.#session, await this.#reader.changes(ref), ref);
			const open = left.filter((signed) => adoption.adopted(signed) === null);
			// what rests on another late change is written once that one is
			const ready = open.filter((signed) => !open.some((other) => other.id !== signed.id && adoption.restsOn(signed, other)));
			const written = await this.#saving.write(ready.map((signed) => adoption.draft(signed, why)));
			if (!written.ok) return written;
			adopted += written.value.length;
			left = ready.length === 0 ? [] : open.filter((signed) => !ready.includes(signed));
		}
		return ok({ adopted });
	}

	/** What is in the late lane of a chart, taken over or not. */
	async lateOf({ site, chart }: ChartRef): Promise<readonly LateChange[]> {
		return this.#session.late.late.size === 0 ? [] : (await this.#late()).filter(({ change }) => change.site === site && change.chart === chart);
	}

	#describe(ref: ChartRef, actor: Hash, changes: readonly LateChange[]): LateWork {
		const { state, self, index } = this.#session;
		const member = (state?.actors.get(actor) ?? state?.fallen.get(actor))?.member;
		return {
			actor, name: member === undefined || state?.members.has(member) !== true ? this.#fallenName(changes, actor) : this.#session.memberName(member),
			ref, siteName: this.#session.siteName(ref.site), patient: index.get(ref.site, ref.chart)?.name ?? '',
			changes: changes.map(({ id, change }) => ({ change: id, type: change.type, id: change.id, comp: change.comp, at: hlcMs(change.hlc) })),
			writable: state !== null && changes.every(({ change }) => canWrite(state, self.actor, ref.site, change.comp))
		};
	}

	/** Of somebody who never was a member by the present log: the name stands in the admission that is void. */
	#fallenName(changes: readonly LateChange[], actor: Hash): string {
		const then = changes[0] === undefined ? null : this.#session.control.at(changes[0].change.seen);
		const member = then?.actors.get(actor)?.member;
		return this.#session.name(member === undefined ? null : (then?.members.get(member)?.name ?? null)) ?? this.#session.authorName(actor);
	}

	/** Everything late that this user can open: pulled, carried here in a file, and written here by others who use this device. */
	async #late(): Promise<readonly LateChange[]> {
		const found = new Map<Hash, LateChange>();
		const inspect = (documents: readonly unknown[], db: string): void => {
			const database = parseDatabase(db);
			if (database === null || documents.length === 0) return;
			for (const verdict of this.#session.gate.inspect(documents, database).verdicts) if (verdict.kind === 'late') found.set(verdict.change.id, verdict.change);
		};
		for (const [number, verdicts] of await this.#store.verdicts.all()) {
			const due = new Set(verdicts.filter(({ kind }) => kind === 'late').map(({ envelope }) => envelope));
			const [page] = due.size === 0 ? [] : await this.#store.pages.get([number]);
			if (page !== undefined) inspect(page.documents.filter(({ _id }) => due.has(_id)), page.db);
		}
		if (this.#session.late.late.size > 0) {
			const keys = await this.#store.own.carried(Number.MAX_SAFE_INTEGER);
			for (let from = 0; from < keys.length; from += OWN_BATCH) for (const row of await this.#store.own.get(keys.slice(from, from + OWN_BATCH))) inspect([row.document], row.db);
		}
		const late = [...this.#session.late.late].flatMap((id) => this.#session.chains.entry(id) ?? []);
		const own = new Set((await this.#store.own.chains()).map(chainName));
		for (const chain of new Map(late.filter((entry) => own.has(chainName(entry))).map((entry) => [chainName(entry), entry])).values()) {
			for (let after = 0; ; ) {
				const rows = await this.#store.own.after(chain, after, OWN_BATCH);
				for (const row of rows) if (this.#session.late.late.has(row.change)) inspect([row.document], row.db);
				const last = rows.at(-1);
				if (last === undefined) break;
				after = last.seq;
			}
		}
		return [...found.values()];
	}
}

/** A post's closing touches the chains at sites that its role reaches; whether they are cut is for the gate. */
const isTouched = ({ grants }: Closing, site: Id, { sites }: { readonly sites: ReadonlyMap<Id, unknown> }): boolean =>
	grants === null || sites.has(site);

/** An edit of something late is nothing without it. */
function withWhatItRestsOn(chosen: readonly Hash[], all: readonly LateChange[]): readonly LateChange[] {
	const byId = new Map(all.map((signed) => [signed.id, signed]));
	const found = new Set<LateChange>();
	const open = [...chosen];
	for (let id = open.pop(); id !== undefined; id = open.pop()) {
		const signed = byId.get(id);
		if (signed === undefined || found.has(signed)) continue;
		found.add(signed);
		open.push(...signed.change.deps);
	}
	return [...found];
}

/** Along each chain, and by the clock between them. */
const inOrder = (changes: readonly LateChange[]): readonly LateChange[] =>
	[...changes].sort((a, b) => (a.change.site === b.change.site && a.change.comp === b.change.comp && a.change.actor === b.change.actor ? a.change.seq - b.change.seq : a.change.hlc < b.change.hlc ? -1 : 1));

/** How late changes of one chart look when somebody takes them over, and which were. */
class Adoption {
	readonly #session: Session;
	readonly #ref: ChartRef;
	readonly #byId = new Map<Hash, VerifiedChange>();
	/** the content of an edit over its heads, or of a link or answer -> the change that says it */
	readonly #edits = new Map<string, Hash>();
	/** resource -> its beginning */
	readonly #begun = new Map<Id, Hash>();
	readonly #taken = new Map<Hash, Hash>();

	constructor(session: Session, changes: readonly VerifiedChange[], ref: ChartRef) {
		this.#session = session;
		this.#ref = ref;
		for (const signed of changes) {
			this.#byId.set(signed.id, signed);
			if (signed.change.create !== undefined) this.#begun.set(signed.change.id, signed.id);
			if (signed.change.create === undefined || isStated(signed.change.create)) this.#edits.set(editOf(signed.change, signed.change.id, signed.change.deps), signed.id);
		}
	}

	/** The change that took it over; null while nobody did. To be asked along the chain. */
	adopted(late: LateChange): Hash | null {
		const { change } = late;
		const by = change.create !== undefined && !isStated(change.create) ? this.#begun.get(this.#entry(late)) : this.#edits.get(editOf(change, this.#target(change), this.#deps(change.deps)));
		if (by === undefined) return null;
		this.#taken.set(late.id, by);
		return by;
	}

	restsOn({ change }: LateChange, other: LateChange): boolean {
		return change.deps.includes(other.id) || (other.change.create !== undefined && other.change.id === change.id);
	}

	draft(late: LateChange, reason: string): Draft {
		const { change } = late;
		const { comp, type, set, unset, add, remove, hlc } = change;
		const shared = { ref: this.#ref, comp, type, after: [hlc], body: { set, unset, add, remove }, reason };
		if (change.create !== undefined) return { ...shared, id: this.#entry(late), deps: [], create: this.#creation(late) };
		return { ...shared, id: this.#target(change), deps: this.#deps(change.deps) };
	}

	#creation({ id, change }: LateChange): Creation {
		if (change.create !== undefined && isStated(change.create)) return change.create;
		return { kind: 'moved', site: this.#ref.site, chart: this.#ref.chart, resource: change.id, change: id };
	}

	/** The entry that a late beginning becomes: the same for whoever takes it over. */
	#entry(late: LateChange): Id {
		const { comp, type } = late.change;
		return resourceIdFor(this.#creation(late), this.#ref.chart, comp, type, this.#session.self.actor);
	}

	/** The entry that a late edit is of: the adopted one where its beginning was late. */
	#target({ id, deps }: LateChange['change']): Id {
		for (const dep of deps) {
			const taken = this.#taken.get(dep);
			const there = taken === undefined ? undefined : this.#byId.get(taken);
			if (there !== undefined) return there.change.id;
		}
		return id;
	}

	/** The heads it was written over, with adopted ones in place of the late. */
	#deps(deps: readonly Hash[]): readonly Hash[] {
		return [...new Set(deps.map((dep) => this.#taken.get(dep) ?? dep))].sort();
	}
}

/** The id commits to what is stated, not to who states it: a link that somebody takes over is the same link, not another one of the same charts. */
const isStated = ({ kind }: Creation): boolean => kind === 'link' || kind === 'answer';

const editOf = ({ type, comp, set, unset, add, remove }: LateChange['change'], id: Id, deps: readonly Hash[]): string =>
	canonicalJson({ id, type, comp, deps, set, unset, add, remove });
