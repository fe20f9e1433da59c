/**
 * Saving: from a form to a change that is durable on this disk.
 *
 * What the form shows is compared with the resource as it was on the screen (its heads), not as it is now, so that what somebody else
 * changed meanwhile is not taken for an edit. The change is stamped and signed once, within one lock with its chain position; the promise
 * resolves after strict durability was confirmed. Then the same gate judges it that judges everybody's.
 */
import { toBase64url } from '../change/base64url.ts';
import type { Compartment, Creation, Hash, Hlc, Id, SignedChange, VerifiedChange } from '../change/change.ts';
import { diffResource } from '../author/diff.ts';
import { signChange, stampChange, type ChangeBody } from '../author/stamp.ts';
import { validateWrites } from '../fhir/validate.ts';
import { acceptedBefore } from '../gate/gate.ts';
import { foldResource } from '../merge/fold.ts';
import type { ResourceState } from '../merge/state.ts';
import { databaseOf } from '../membership/databases.ts';
import { canWrite } from '../membership/selectors.ts';
import { err, ok, type Problem, type Result } from '../result.ts';
import { sealChange } from '../seal/envelope.ts';
import type { NewOwn, OwnEnvelope } from '../store/index.ts';
import { digestHash } from '../verify/digest.ts';
import { resourceIdFor } from '../verify/ids.ts';
import type { ChartRef, Outcome, SaveReceipt, SaveRequest } from './api.ts';
import type { BatchEntry } from './batch-api.ts';
import { named, type NewResource } from './batch.ts';
import type { ChartReader } from './chart-reader.ts';
import type { Ingest } from './ingest.ts';
import { accessEnded, appTooOld, locked, notAllowed, refuse, usedElsewhere } from './outcome.ts';
import type { DevicePorts } from './ports.ts';
import type { Session } from './session.ts';

/** A change to be made, before it has a chain position. */
export interface Draft {
	readonly ref: ChartRef;
	readonly comp: Compartment;
	readonly type: string;
	readonly id: Id;
	readonly deps: readonly Hash[];
	/** clock readings of what was on the screen: the change comes after them, whatever this clock says */
	readonly after?: readonly Hlc[];
	readonly create?: Creation;
	readonly body: ChangeBody;
	readonly reason?: string;
}

/** What goes out along with own changes, in the same transaction: copies for the sites of linked charts. `stored`: to be called once that is. */
export interface Companions {
	readonly rows: readonly NewOwn[];
	stored(): Promise<void>;
}
export type CompanionsOf = (written: readonly SignedChange[]) => Promise<Companions>;

export class Saving {
	readonly #ports: DevicePorts;
	readonly #session: Session;
	readonly #ingest: Ingest;
	readonly #reader: ChartReader;
	readonly #prefix: string;
	readonly #companions: CompanionsOf;
	readonly #takeOn: (site: Id) => Promise<Outcome<null>>;

	/** `takeOn`: keeps the care of a site from now on, so that what is written there is shown and sent. */
	constructor(
		ports: DevicePorts, session: Session, ingest: Ingest, reader: ChartReader, prefix: string, companions: CompanionsOf, takeOn: (site: Id) => Promise<Outcome<null>>
	) {
		this.#takeOn = takeOn;
		this.#ports = ports;
		this.#session = session;
		this.#ingest = ingest;
		this.#reader = reader;
		this.#prefix = prefix;
		this.#companions = companions;
	}

	async save(request: SaveRequest): Promise<Outcome<SaveReceipt>> {
		const draft = await this.draft(request);
		if (!draft.ok) return draft;
		if (draft.value === null) return ok({ change: null, id: request.resource.id as Id, heads: request.heads });
		const written = await this.write([draft.value]);
		if (!written.ok) return written;
		const signed = written.value[0] as SignedChange;
		return ok({ change: signed.id, id: signed.change.id, heads: await this.#headsAfter(request, signed) });
	}

	/**
	 * Saves several resources in one transaction: each a change of its own, all of them or none. A new one may be named by a `fullUrl`, by which the others
	 * refer to it, as in a FHIR transaction.
	 */
	async saveAll(requests: readonly BatchEntry[]): Promise<Outcome<readonly SaveReceipt[]>> {
		const planned = named(requests, ({ ref, comp, resource }) => this.#creation(ref, comp, resource.resourceType));
		if (!planned.ok) return planned;
		const drafts: (Draft | null)[] = [];
		for (const { request, creation } of planned.value) {
			const draft = await this.draft(request, creation);
			if (!draft.ok) return draft;
			drafts.push(draft.value);
		}
		const written = await this.write(drafts.filter((draft) => draft !== null));
		if (!written.ok) return written;
		const left = [...written.value];
		const receipts: SaveReceipt[] = [];
		for (const [index, { request }] of planned.value.entries()) {
			const signed = drafts[index] === null ? undefined : left.shift();
			if (signed === undefined) receipts.push({ change: null, id: request.resource.id as Id, heads: request.heads });
			// what begins an entry is its one head
			else receipts.push({ change: signed.id, id: signed.change.id, heads: signed.change.deps.length === 0 ? [signed.id] : await this.#headsAfter(request, signed) });
		}
		return ok(receipts);
	}

	#creation(ref: ChartRef, comp: Compartment, type: string): NewResource {
		const create: Creation = { kind: 'random', rand: toBase64url(this.#ports.random.bytes(16)) };
		return { create, id: resourceIdFor(create, ref.chart, comp, type, this.#session.self.actor) };
	}

	/** The change that a save would make; null when nothing differs. `creation`: of a new resource whose id is known beforehand. */
	async draft(request: SaveRequest, creation: NewResource | null = null): Promise<Outcome<Draft | null>> {
		const { ref, comp, resource, reason } = request;
		const state = this.#session.state;
		if (this.#session.ended) return accessEnded();
		if (this.#session.outdated !== null) return appTooOld(this.#session.outdated);
		if (state === null || !canWrite(state, this.#session.self.actor, ref.site, comp)) return notAllowed('write there');
		const before = resource.id === undefined ? ok(null) : await this.#before(request);
		if (!before.ok) return before;
		const body = diffResource(before.value, resource, { resolve: request.resolve ?? [], digest: itemDigest });
		if (!body.ok) return body;
		const empty = isNothing(body.value);
		if (before.value !== null && empty) return ok(null);
		if (empty) return refuse('empty', 'There is nothing in this entry to save.');
		const sound = validateWrites(resource.resourceType, comp, body.value);
		const fault = sound.errors[0];
		if (fault !== undefined) return refuse('bad-resource', `This entry cannot be saved: ${fault.path} ${fault.message}.`);
		if (sound.unknown.length > 0) return refuse('unknown-element', `This version of the app does not record ${sound.unknown.join(', ')}.`);
		const shared = { ref, comp, type: resource.resourceType, body: body.value, ...(reason === undefined ? {} : { reason }) };
		if (before.value !== null) return ok({ ...shared, id: before.value.id, ...following(before.value) });
		return ok({ ...shared, ...(creation ?? this.#creation(ref, comp, resource.resourceType)), deps: [] });
	}

	/** The change as if it were saved, for looking at what it would bring about. It is neither signed nor stored. */
	imagine(draft: Draft): VerifiedChange | null {
		const stamped = this.#stamp(draft, null);
		if (!stamped.ok) return null;
		const id = 'imagined' as Hash;
		return acceptedBefore({ id, text: '', sig: '' as SignedChange['sig'], change: stamped.value }, { envelope: '', via: 'native', heldAt: draft.ref.site });
	}

	/** Stamps, signs, seals and stores drafts in one transaction, in order. All are there or none. */
	async write(drafts: readonly Draft[]): Promise<Outcome<readonly SignedChange[]>> {
		if (drafts.length === 0) return ok([]);
		// its chains are closed: whatever it wrote now would be nobody's (S7)
		if (this.#session.ended) return accessEnded();
		if (this.#session.outdated !== null) return appTooOld(this.#session.outdated);
		// where it is known beforehand that nothing reaches the disk for certain, nothing is written that could come up again later
		if (this.#ports.store.durability() !== null) {
			const promised = this.#confirmDurable();
			if (!promised.ok) return promised;
		}
		for (const { ref, comp } of drafts) {
			if (comp === 'desk' || this.#session.holds(ref.site, comp)) continue;
			const taken = await this.#takeOn(ref.site);
			if (!taken.ok) return taken;
		}
		for (const { ref, comp } of drafts) await this.#session.ensureSealing({ site: ref.site, comp });
		return this.#ingest.exclusive(async () => {
			let failure: Problem | null = null;
			let signed: readonly SignedChange[] = [];
			let companions: Companions | null = null;
			const stored = await this.#ports.store.own.append(async (head) => {
				const made = await this.#seal(drafts, head);
				if (!made.ok) {
					failure = made.error;
					return [];
				}
				signed = made.value.signed;
				companions = await this.#companions(signed);
				return [...made.value.rows, ...companions.rows];
			});
			if (failure !== null) return err(failure);
			if (!stored.ok) return stored;
			await (companions as Companions | null)?.stored();
			const durable = this.#confirmDurable();
			if (!durable.ok) return durable;
			return (await this.#taken(stored.value)) ? ok(signed) : refuse('not-accepted', 'The entry is stored, but this device\'s own checks did not accept it. Report this to whoever maintains the app.');
		});
	}

	/** Runs a section in which nothing is saved or taken in, by any tab. */
	alone<T>(section: () => Promise<T>): Promise<T> {
		return this.#ingest.exclusive(section);
	}

	async #taken(rows: readonly OwnEnvelope[]): Promise<boolean> {
		return this.#ingest.takeSaved(rows);
	}

	/** D1: "saved on this device" is said on strict durability only. */
	#confirmDurable(): Result<null, Problem> {
		if (!this.#ports.requireStrict || this.#ports.store.durability() === 'strict') return ok(null);
		return refuse('not-durable', 'This browser does not confirm that entries reach the disk. The entry was handed to it, but may be lost if the power fails now. Use a current Chromium-based browser or Firefox.');
	}

	async #seal(drafts: readonly Draft[], head: Parameters<Parameters<DevicePorts['store']['own']['append']>[0]>[0]): Promise<Outcome<{ rows: NewOwn[]; signed: SignedChange[] }>> {
		const tips = new Map<string, { seq: number; id: Hash } | null>();
		const rows: NewOwn[] = [];
		const signed: SignedChange[] = [];
		for (const draft of drafts) {
			const { site } = draft.ref;
			const chain = { actor: this.#session.self.actor, site, comp: draft.comp };
			const place = `${site}/${draft.comp}`;
			if (!tips.has(place)) {
				const last = await head(chain);
				// the same identity wrote on elsewhere (a copied profile, a restored backup): writing here would fork its chain (attack 44)
				const known = this.#session.chains.tip(chain.actor, site, draft.comp);
				if ((known?.seq ?? 0) > last.seq) return usedElsewhere();
				tips.set(place, last.change === null ? null : { seq: last.seq, id: last.change });
			}
			// locking wipes the keys: what is signed with wiped ones would be in the chain for ever
			if (this.#session.closed) return locked();
			const stamped = this.#stamp(draft, tips.get(place) ?? null);
			if (!stamped.ok) return stamped;
			const made = signChange(stamped.value, this.#session.self.sign);
			if (!made.ok) return made;
			const epoch = this.#session.sealingEpoch(site, draft.comp);
			if (epoch === null) return refuse('no-key', 'This device holds no key of that site yet. Wait for the next exchange with the hub.');
			tips.set(place, { seq: made.value.change.seq, id: made.value.id });
			signed.push(made.value);
			rows.push({
				kind: 'change', chain, seq: made.value.change.seq, change: made.value.id, db: `${this.#prefix}-${databaseOf(site, draft.comp)}`, document: sealChange(epoch, made.value)
			});
		}
		return ok({ rows, signed });
	}

	#stamp(draft: Draft, tip: { readonly seq: number; readonly id: Hash } | null): ReturnType<typeof stampChange> {
		const { ref, comp, type, id, deps, after, create, body, reason } = draft;
		return stampChange({
			org: this.#session.control.org, site: ref.site, chart: ref.chart, comp, type, id, actor: this.#session.self.actor, tip, deps, hlc: this.#session.tick(after),
			seen: this.#session.state?.heads ?? [], body, ...(create === undefined ? {} : { create }), ...(reason === undefined ? {} : { reason })
		});
	}

	/** The resource as it was on the screen. */
	async #before({ ref, comp, resource, heads, missing = [] }: SaveRequest): Promise<Outcome<ResourceState>> {
		const changes = (await this.#reader.changes(ref)).filter(({ change }) => change.id === resource.id && change.comp === comp);
		if (changes.length === 0) return refuse('unknown-entry', 'This entry is not on this device.');
		if (changes[0]?.change.type !== resource.resourceType) return refuse('bad-resource', 'An entry cannot become one of another type.');
		const seen = onScreen(heads, missing, changes);
		if (heads.some((head) => seen.every(({ id }) => id !== head))) return refuse('unknown-heads', 'What the form was opened on is not on this device. Open the entry again.');
		const state = foldResource(seen);
		return state === null ? refuse('unknown-heads', 'Open the entry again before changing it.') : ok(state);
	}

	async #headsAfter(request: SaveRequest, signed: SignedChange): Promise<readonly Hash[]> {
		const changes = (await this.#reader.changes(request.ref)).filter(({ change }) => change.id === signed.change.id && change.comp === request.comp);
		return foldResource(changes)?.heads ?? [signed.id];
	}
}

/** What a change to a resource cites: its heads, and their clock readings to come after. */
export function following({ heads, changes }: ResourceState): Pick<Draft, 'deps' | 'after'> {
	const cited = new Set(heads);
	return { deps: heads, after: changes.filter(({ id }) => cited.has(id)).map(({ change }) => change.hlc) };
}

/** Key of a list item that has no natural key. */
export const itemDigest = (text: string): string => digestHash('saddlebag/item-key/1', text);

const isNothing = (body: ChangeBody): boolean =>
	body.unset.length === 0 && [body.set, body.add, body.remove].every((part) => Object.keys(part).length === 0);

/**
 * What a form was opened on: the heads and everything they rest on, but what had not arrived then. A value or an item of a list that came meanwhile
 * must not count as one that the form changed back or took out.
 */
export function onScreen(heads: readonly Hash[], missing: readonly Hash[], changes: readonly VerifiedChange[]): readonly VerifiedChange[] {
	const byId = new Map(changes.map((signed) => [signed.id, signed]));
	for (const id of missing) byId.delete(id);
	const past = new Map<Hash, VerifiedChange>();
	const open = [...heads];
	for (let id = open.pop(); id !== undefined; id = open.pop()) {
		const signed = byId.get(id);
		if (signed === undefined || past.has(id)) continue;
		past.set(id, signed);
		open.push(...signed.change.deps);
	}
	return changes.filter(({ id }) => past.has(id));
}

