/**
 * What exists on this device only: counted, saved as a file, taken in from one; and what must not happen before that.
 *
 * A file holds sealed envelopes and signed statements as they would go to the hub, so that making one needs no key and a locked tablet's work can be
 * saved by whoever finds it. Whoever imports it passes them through the same gate, and on to the hub.
 */
import type { Hash, Id } from '../change/change.ts';
import { toHex } from '../change/base64url.ts';
import { hlcMs } from '../change/hlc.ts';
import { openDocument } from '../gate/open.ts';
import { encodeBundle, isEnvelope, parseBundle, type BundleEntry } from '../replication/bundle-file.ts';
import { actorsOn } from '../membership/selectors.ts';
import { ok } from '../result.ts';
import { utf8 } from '../change/utf8.ts';
import { chainName, type OwnEnvelope } from '../store/ownEnvelopes.ts';
import { isOfNoChart } from './beside-charts.ts';
import { countUnsentFiles, isChunkEntry, takeChunks, unsentChunks } from './files/carried.ts';
import type { Accounts } from './accounts.ts';
import type { Outcome } from './api.ts';
import type { FrontierWatch } from './frontier.ts';
import type { Inside } from './inside.ts';
import type { FileImport, Unsent, WhereKnown } from './members-api.ts';
import { parseDatabase } from './ingest.ts';
import { noHub, refuse } from './outcome.ts';
import type { Session } from './session.ts';

/** rows read at once */
const BATCH = 1000;
/** a tablet with less is asked to be emptied before a save fails */
const NEARLY_FULL_BYTES = 50 * 1024 * 1024;
const SAVED = 'saved-in-file';

/** chain -> through which position its changes were in a file, and when (ms since 1970). */
type SavedChains = { readonly [chain: string]: { readonly seq: number; readonly at: number } };
interface Saved {
	readonly chains: SavedChains;
	/** `_id`s of what is in no chain: copies for linked sites, what was carried here, statements */
	readonly others: ReadonlySet<string>;
}

export class UnsentWork {
	readonly #inside: Inside;
	readonly #accounts: Accounts;
	/** files of this run of the app, and what notes that they are saved */
	readonly #handedOut = new Map<string, () => Promise<void>>();

	constructor(inside: Inside, accounts: Accounts) {
		this.#inside = inside;
		this.#accounts = accounts;
	}

	async count(): Promise<Unsent> {
		const { ports } = this.#inside;
		const saved = await this.#saved();
		let [changes, nowhereElse] = [0, 0];
		for await (const row of this.#rows()) {
			// records of who looked at what are kept and sent, and are no entries
			if (isOfNoChart(row.document)) continue;
			changes++;
			if (!isIn(saved, row)) nowhereElse++;
		}
		const files = await countUnsentFiles(this.#inside, saved.others);
		[changes, nowhereElse] = [changes + files.files, nowhereElse + files.nowhereElse];
		const left = (await ports.storageLeft?.()) ?? null;
		const statements = (await this.statements()).length;
		return { changes, nowhereElse, statements, oldest: await this.#oldest(), bytesLeft: left, nearlyFull: left !== null && left < NEARLY_FULL_BYTES };
	}

	/** Of the oldest change that was not sent, by its author's clock, as far as the present user can open it; null while locked. */
	async #oldest(): Promise<number | null> {
		const unlocked = this.#inside.unlocked();
		if (unlocked === null) return null;
		const { keyring, control } = unlocked.session;
		const begun = new Set<string>();
		let oldest: number | null = null;
		for await (const { chain, db, document } of this.#rows()) {
			const database = parseDatabase(db);
			// along a chain time is told forwards: its first unsent change is its oldest
			if (chain === null || database === null || begun.has(chainName(chain))) continue;
			begun.add(chainName(chain));
			const opened = openDocument(document, database, control.org, keyring);
			if (opened.ok) oldest = Math.min(oldest ?? Infinity, hlcMs(opened.value.signed.change.hlc));
		}
		return oldest;
	}

	async whereKnown(session: Session, frontiers: Pick<FrontierWatch, 'heldBy'>, changes: readonly Hash[]): Promise<Outcome<readonly WhereKnown[]>> {
		const { store } = this.#inside.ports;
		const [custody, saved] = [await store.own.custodyOf(changes), await this.#saved()];
		return ok(changes.map((change) => {
			const own = custody.get(change);
			const entry = session.chains.entry(change) ?? null;
			const hub = this.#inside.hub();
			// what is in no own row came from the hub
			const hubs = own === undefined ? (entry === null || hub === null ? [] : [{ hub: hub.key, at: 0 }]) : own.state === 'at-hub' ? [{ hub: own.hub, at: own.at }] : [];
			const file = entry === null || own === undefined ? undefined : saved.chains[chainName(entry)];
			const devices = (entry === null ? [] : frontiers.heldBy(entry)).map(({ device, at }) => ({ device, at, names: namesOn(session, device) }));
			return { change, here: own !== undefined || entry !== null, hubs, devices, inFile: file !== undefined && entry !== null && entry.seq <= file.seq ? file.at : null };
		}));
	}

	/** Works while locked. What is in the file counts as saved once somebody has said that the file is there (`savedUnsent`): a browser does not tell. */
	async exportUnsent(): Promise<Outcome<{ readonly name: string; readonly bytes: Uint8Array; readonly documents: number; readonly file: string }>> {
		const [control, hub] = [this.#inside.control(), this.#inside.hub()];
		if (control === null || hub === null) return noHub();
		// before they are read: what is written meanwhile may be in the file or not
		const saved = await this.reached();
		const entries: BundleEntry[] = (await this.statements()).map((document) => ({ db: 'control', document }));
		for await (const { db, document } of this.#rows()) entries.push({ db: bare(db), document });
		for await (const entry of unsentChunks(this.#inside)) entries.push(entry);
		const at = this.#inside.ports.clock.now();
		const file = toHex(this.#inside.ports.random.bytes(8));
		this.#handedOut.set(file, saved);
		const day = new Date(at).toISOString().slice(0, 10);
		const bytes = utf8(encodeBundle({ org: control.org, hub: hub.prefix === '' ? null : hub, entries }));
		return ok({ name: `unsent-${day}.saddlebag`, bytes, documents: entries.length, file });
	}

	/** The file that an export made was seen where it was saved. */
	async savedUnsent(file: string): Promise<Outcome<null>> {
		const saved = this.#handedOut.get(file);
		if (saved === undefined) return refuse('unknown-file', 'This app no longer knows what was in that file. Save it once more.');
		await saved();
		this.#handedOut.clear();
		return ok(null);
	}

	/** How far unsent work reaches now; to be called when all of it is in a file, which then counts as a place where it is. */
	async reached(): Promise<() => Promise<void>> {
		const others = (await this.statements()).map(({ _id }) => _id);
		const reached = new Map<string, number>();
		for await (const { document, chain, seq } of this.#rows()) {
			if (chain === null) others.push(document._id);
			else reached.set(chainName(chain), Math.max(seq, reached.get(chainName(chain)) ?? 0));
		}
		for await (const { document } of unsentChunks(this.#inside)) others.push(document._id);
		const { clock, store } = this.#inside.ports;
		return async () => {
			const at = clock.now();
			const chains = { ...(await this.#saved()).chains, ...Object.fromEntries([...reached].map(([chain, seq]) => [chain, { seq, at }])) };
			await store.cursors.put(SAVED, JSON.stringify({ chains, others }));
		};
	}

	/** `_id`s of what no hub has acknowledged. */
	async envelopes(): Promise<ReadonlySet<string>> {
		const ids = new Set<string>();
		for await (const { document } of this.#rows()) ids.add(document._id);
		return ids;
	}

	/** Works while locked: what is not for databases that this device keeps is refused, the rest stored, sent on, and opened at the next unlocking. */
	async importFile(bytes: Uint8Array): Promise<Outcome<FileImport>> {
		const [control, hub, scope] = [this.#inside.control(), this.#inside.hub(), this.#inside.scope()];
		if (control === null || hub === null || scope === null) return noHub();
		const bundle = parseBundle(bytes);
		if (!bundle.ok) return bundle;
		if (bundle.value.org !== control.org) return refuse('other-organization', 'This file is of another organization.');
		const { store } = this.#inside.ports;
		const statements = bundle.value.entries.flatMap(({ document }) => (isEnvelope(document) ? [] : [document]));
		const added = await store.control.add(statements, null);
		if (added.length > 0) await this.#inside.controlArrived(added);
		// a statement in the file may be what lets this device keep the database
		const kept = new Set((this.#inside.scope() ?? scope).databases);
		const refused = [...bundle.value.refused];
		const rows = [];
		let envelopes = 0;
		const chunks = await takeChunks(this.#inside, bundle.value.entries.filter((entry) => isChunkEntry(entry)));
		refused.push(...chunks.refused.map((document) => ({ document, reason: 'It is of a site that this device does not keep.' })));
		for (const { db, document } of bundle.value.entries) {
			if (!isEnvelope(document) || isChunkEntry({ db })) continue;
			const name = `${hub.prefix}-${db}`;
			envelopes++;
			if (kept.has(name)) rows.push({ db: name, document });
			else refused.push({ document: document._id, reason: 'It is of a site that this device does not keep.' });
		}
		const fresh = await store.own.carry(rows);
		if (chunks.fresh > 0) this.#inside.envelopesArrived();
		if (fresh.length > 0) {
			await store.cursors.put(`carried|${fresh[0] ?? ''}`, JSON.stringify(fresh));
			this.#inside.envelopesArrived();
		}
		const already = statements.length - added.length + (envelopes - (refused.length - bundle.value.refused.length)) - fresh.length;
		return ok({ organization: control.org, envelopes: fresh.length, statements: added.length, already, refused });
	}

	async removeUser({ member, evenUnsent }: { readonly member: Id; readonly evenUnsent: boolean }): Promise<Outcome<null>> {
		const account = (await this.#inside.identities.accounts()).find((one) => one.member === member);
		if (account === undefined) return refuse('unknown-user', 'This person does not use this device.');
		const count = await this.#nowhereElse((row) => row.chain?.actor === account.actor);
		if (count > 0 && !evenUnsent) return unsent(count);
		await this.#accounts.remove(account);
		return ok(null);
	}

	async wipe({ evenUnsent }: { readonly evenUnsent: boolean }): Promise<Outcome<null>> {
		const count = await this.#nowhereElse(() => true);
		if (count > 0 && !evenUnsent) return unsent(count);
		await this.#inside.erase();
		return ok(null);
	}

	async #nowhereElse(of: (row: OwnEnvelope) => boolean): Promise<number> {
		const saved = await this.#saved();
		let count = 0;
		for await (const row of this.#rows()) if (!isOfNoChart(row.document) && of(row) && !isIn(saved, row)) count++;
		return count + (await countUnsentFiles(this.#inside, saved.others)).nowhereElse + (await this.statements()).filter(({ _id }) => !saved.others.has(_id)).length;
	}

	/** Statements and answers that no hub has acknowledged. */
	async statements(): Promise<readonly BundleEntry['document'][]> {
		const hub = this.#inside.hub();
		const { identities, ports } = this.#inside;
		const answers = (await identities.accounts()).flatMap(({ answered }) => (answered === null || answered.delivered ? [] : [answered.document]));
		const control = hub === null ? [] : (await ports.store.control.unsent(hub.key)).filter(({ v }) => v !== 'a1');
		return [...control, ...answers];
	}

	async #saved(): Promise<Saved> {
		const text = await this.#inside.ports.store.cursors.get(SAVED);
		const { chains, others } = text === null ? { chains: {}, others: [] } : (JSON.parse(text) as { readonly chains: SavedChains; readonly others: readonly string[] });
		return { chains, others: new Set(others) };
	}

	/** Own rows that no hub acknowledged, a bounded number at a time. */
	async *#rows(): AsyncGenerator<OwnEnvelope> {
		for (let after: string | null = null; ; ) {
			const rows: readonly OwnEnvelope[] = await this.#inside.ports.store.own.onThisDeviceOnly(BATCH, after);
			yield* rows;
			const last = rows.at(-1);
			if (last === undefined) return;
			after = last.key;
		}
	}
}

const isIn = ({ chains, others }: Saved, { chain, seq, document }: OwnEnvelope): boolean =>
	chain === null ? others.has(document._id) : Object.hasOwn(chains, chainName(chain)) && seq <= (chains[chainName(chain)]?.seq ?? 0);
/** The people who use a device. */
const namesOn = (session: Session, device: Id): readonly string[] => (session.state === null ? [] : actorsOn(session.state, device).map(({ member }) => session.memberName(member)));
/** Without the prefix of the hub. */
const bare = (db: string): string => db.slice(db.indexOf('-') + 1);
const unsent = (count: number) => refuse('unsent', `${String(count)} ${count === 1 ? 'entry exists' : 'entries exist'} on this device only. Save them as a file first, or wait until the hub has them.`);
