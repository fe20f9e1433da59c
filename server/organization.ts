/**
 * What this hub knows of its organization: the membership log, read from the control database and checked as it grows.
 *
 * The hub takes no part in the organization: it holds no key, can add no reader and sign no statement. It judges with the same code as every
 * device, for two ends only: not to store what every device would refuse, and to know which device may reach which database.
 */
import { isObject, parseCanonical } from '../sync/change/canonical.ts';
import type { Hash, Id } from '../sync/change/change.ts';
import { toHex } from '../sync/change/base64url.ts';
import { bytesOf, isHash } from '../sync/change/ids.ts';
import { answeredInvitation, previewedInvitation } from '../sync/membership/answer.ts';
import { activeCarriers } from '../sync/membership/carrier.ts';
import { databasesFor } from '../sync/membership/databases.ts';
import { MembershipLog } from '../sync/membership/log.ts';
import { STATEMENT_TEXT_BYTES_MAX } from '../sync/membership/parse.ts';
import { formerTransportKeyOf, minimumVersion, transportKeyOf } from '../sync/membership/selectors.ts';
import type { MembershipState } from '../sync/membership/types.ts';
import { err, ok, type Result } from '../sync/result.ts';
import { checkDocument, type AnswerDocument, type PreviewDocument, type StatementDocument, type WireDocument } from '../sync/verify/document.ts';
import { statementId } from '../sync/verify/ids.ts';
import { verifySignature } from '../sync/verify/signature.ts';
import { refusal, storedForm, type Refusal } from './documents.ts';
import { PAGE_ROWS_MAX } from './limits.ts';
import { farewellOf, judgeRestoration } from './restoring.ts';
import type { DatabaseName } from './storage/names.ts';
import { FROM_START, type HubDatabase, type SharedState } from './storage/port.ts';
import { Turns } from './turns.ts';

/** Statements that cite what has not arrived are kept for it, up to so many. */
const WAITING_MAX = 1_000;

/** What is asked of the database that holds the log. */
export type ControlDatabase = Pick<HubDatabase, 'changes' | 'write'>;

/** Names of databases, with the hub's prefix. */
export interface Access {
	readonly read: ReadonlySet<string>;
	readonly write: ReadonlySet<string>;
}

const NO_ACCESS: Access = { read: new Set(), write: new Set() };
const CARE = '-care';

export class Organization {
	readonly #control: ControlDatabase;
	readonly #prefix: string;
	readonly #turns = new Turns();
	/** invitation -> `_id` of its one answer */
	readonly #answers = new Map<Id, string>();
	/** invitation -> its one preview */
	readonly #previews = new Map<Id, PreviewDocument>();
	readonly #access = new Map<Id, Access>();
	/** the state that `#access` follows from */
	#accessAt: MembershipState | null = null;
	#log: MembershipLog | null = null;
	readonly #shared: SharedState | null;
	/** where the control database was read to */
	#since = FROM_START;
	/** read while it was not known which genesis counts */
	readonly #unadded: StatementDocument[] = [];

	private constructor(control: ControlDatabase, prefix: string, shared: SharedState | null) {
		this.#control = control;
		this.#prefix = prefix;
		this.#shared = shared;
	}

	/**
	 * Reads the control database. What is in it was checked before it was stored, and is checked again: a disk can change. `shared`: other gateways write
	 * there too, and what they wrote is taken up by `follow`.
	 */
	static async load(control: ControlDatabase, prefix: string, shared: SharedState | null = null): Promise<Organization> {
		const organization = new Organization(control, prefix, shared);
		await organization.#read();
		return organization;
	}

	/** Takes up what other gateways stored since the last look. */
	follow(): Promise<void> {
		return this.#turns.take(() => this.#read());
	}

	/** Page by page: what was read is kept before the next page is asked for, so that a failure loses nothing and the next look goes on from there. */
	async #read(): Promise<void> {
		for (;;) {
			const page = await this.#control.changes({ since: this.#since, limit: PAGE_ROWS_MAX, includeDocs: true });
			if (!page.ok) throw new Error(page.error.message);
			for (const row of page.value.rows) {
				const checked = checkDocument(row.doc);
				if (checked.ok && checked.value.v === 's1') this.#unadded.push(checked.value);
				if (checked.ok && checked.value.v === 'a1' && !this.#answers.has(checked.value.invitation)) this.#answers.set(checked.value.invitation, checked.value._id);
				if (checked.ok && checked.value.v === 'p1') this.#previews.set(checked.value.invitation, checked.value);
			}
			this.#log?.add(this.#unadded.splice(0));
			this.#since = page.value.lastSeq;
			if (page.value.rows.length === 0 || page.value.pending === 0) break;
		}
		if (this.#log === null) await this.#findGenesis();
	}

	/** Of several (two gateways were set up at once), the one that was claimed first. */
	async #findGenesis(): Promise<void> {
		const geneses = this.#unadded.filter((statement) => isGenesis(statement)).map(({ text, sig }) => statementId(text, sig));
		const [first] = geneses;
		if (first === undefined) return;
		const held = this.#shared === null ? first : ((await this.#shared.organization()) ?? (await this.#shared.claim(first)));
		const genesis = geneses.find((id) => id === held);
		if (genesis !== undefined) this.#begin(genesis, this.#unadded.splice(0));
	}

	/** Id of the genesis statement; null while there is no organization. */
	get org(): Hash | null {
		return this.#log?.org ?? null;
	}
	get state(): MembershipState | null {
		return this.#log?.state ?? null;
	}

	/** What a device may read and write by the log as it is now; nothing for a device that is not enrolled. */
	accessOf(device: Id): Access {
		const state = this.state;
		if (state === null) return NO_ACCESS;
		if (this.#accessAt !== state) {
			this.#access.clear();
			this.#accessAt = state;
		}
		const known = this.#access.get(device);
		if (known) return known;
		const { mayRead, mayWrite } = databasesFor(state, device);
		const access = { read: this.#named(mayRead), write: this.#named(mayWrite) };
		this.#access.set(device, access);
		return access;
	}

	/** With the prefix of this hub; who reads or writes a site's care reaches its files. */
	#named(names: readonly string[]): ReadonlySet<string> {
		const files = names.filter((name) => name.endsWith(CARE)).map((name) => `${name.slice(0, -CARE.length)}-files`);
		return new Set([...names, ...files].map((name) => `${this.#prefix}-${name}`));
	}

	/** The oldest version of the app that the log asks for; null when none. */
	get minimumVersion(): string | null {
		return this.state === null ? null : minimumVersion(this.state);
	}

	transportKey(device: Id): string | null {
		return this.state === null ? null : transportKeyOf(this.state, device);
	}

	hasDatabase(place: DatabaseName): boolean {
		return place.kind === 'control' || (this.state?.sites.has(place.site) ?? false);
	}

	/** Origins that the log gives to this hub, and to all hubs and boxes. */
	originsOf(hub: string | null): readonly string[] {
		const state = this.state;
		if (state === null) return [];
		return [...state.hubs, ...activeCarriers(state)].filter((each) => hub === null || each.key === hub).flatMap((each) => each.origins);
	}

	/** Stores the founding documents, checked by `setup.ts`; false when there is an organization already. */
	found(org: Hash, documents: readonly WireDocument[]): Promise<boolean> {
		return this.#turns.take(async () => {
			if (this.#log !== null) return false;
			await this.#control.write(documents.map(storedForm));
			if (this.#shared !== null && (await this.#shared.claim(org)) !== org) return false;
			this.#begin(org, documents.filter((document) => document.v === 's1'));
			return true;
		});
	}

	#begin(org: Hash, statements: readonly StatementDocument[]): void {
		this.#log = new MembershipLog(org);
		this.#log.add(statements);
	}

	/**
	 * Stores control documents that every device would take; returns the refused with their reasons. Statements may come in any order within a
	 * batch. What cites a statement that has not arrived is kept for it, if an actor known here signed it.
	 */
	accept(documents: readonly WireDocument[]): Promise<readonly Refusal[]> {
		return this.#turns.take(async () => {
			if (this.#shared !== null) await this.#read();
			const log = this.#log;
			if (log === null) return documents.map((document) => refusal(storedForm(document), 'This hub has no organization yet.'));
			const refused: Refusal[] = [];
			const taken: WireDocument[] = [];
			const statements = documents.filter((document) => document.v === 's1');
			for (const [document, reason] of this.#judgeStatements(log, statements)) {
				if (reason === null) taken.push(document);
				else refused.push(refusal(storedForm(document), reason));
			}
			for (const document of documents) {
				if (document.v === 's1') continue;
				const judged = document.v === 'a1' ? this.#judgeAnswer(document) : document.v === 'p1' ? this.#judgePreview(document) : ok(null);
				if (judged.ok) taken.push(document);
				else refused.push(refusal(storedForm(document), judged.error, 'conflict'));
			}
			if (taken.length > 0) await this.#control.write(taken.map(storedForm));
			for (const document of taken) {
				if (document.v === 'a1') this.#answers.set(document.invitation, document._id);
				if (document.v === 'p1') this.#previews.set(document.invitation, document);
			}
			return refused;
		});
	}

	/**
	 * Stores a use of the recovery kit by somebody who may open no session (`restoring.ts`): whole, or with the reason not at all. A repeat of what is
	 * there is no fault.
	 */
	restore(raw: unknown): Promise<Result<Hash, string>> {
		return this.#turns.take(async () => {
			if (this.#shared !== null) await this.#read();
			const log = this.#log;
			if (log === null) return err('This hub has no organization yet.');
			const judged = judgeRestoration(log, raw);
			if (!judged.ok) return judged;
			const { documents, restore } = judged.value;
			// as everywhere: on the disk before it counts
			await this.#control.write(documents.map(storedForm));
			log.add(documents.filter((document) => document.v === 's1'));
			return ok(restore);
		});
	}

	/** The transport key of a device whose people were all removed; null for any other. */
	formerTransportKey(device: Id): string | null {
		return this.state === null ? null : formerTransportKeyOf(this.state, device);
	}

	/** What a removed device is told: the statements that removed it and what those rest on, and the ids of key documents (`restoring.ts`). */
	farewell(device: Id): { readonly statements: readonly StatementDocument[]; readonly keyDocuments: readonly string[] } {
		if (this.#log === null) return { statements: [], keyDocuments: [] };
		const { statements, keyDocuments } = farewellOf(this.#log, device);
		return { statements: statements.map(({ id, text, sig }) => ({ _id: toHex(bytesOf(id)), v: 's1', text, sig })), keyDocuments: [...keyDocuments] };
	}

	/** Adds to the log what may be added, and says of each statement why it was not (null: it was). */
	#judgeStatements(log: MembershipLog, statements: readonly StatementDocument[]): Map<StatementDocument, string | null> {
		const verdicts = new Map<StatementDocument, string | null>();
		let waiting = statements;
		// A statement may cite another of the same batch: go round until a round takes none.
		for (let before = -1; waiting.length !== before; ) {
			before = waiting.length;
			waiting = waiting.filter((document) => {
				const preview = log.preview(document);
				if (preview.kind === 'waiting') return true;
				if (preview.kind === 'taken') log.add([document]);
				verdicts.set(document, preview.kind === 'refused' ? preview.reason : null);
				return false;
			});
		}
		for (const document of waiting) {
			const reason = this.#whyNotKept(document);
			if (reason === null) log.add([document]);
			verdicts.set(document, reason);
		}
		return verdicts;
	}

	/** Why a statement that cannot be judged yet is not kept for later; null when it is. */
	#whyNotKept({ text, sig }: StatementDocument): string | null {
		const parsed = parseCanonical(text, { bytesMax: STATEMENT_TEXT_BYTES_MAX });
		if (!parsed.ok || !isObject(parsed.value)) return 'The statement is not valid.';
		const actor = parsed.value['actor'];
		const keys = isHash(actor) ? this.state?.actors.get(actor)?.keys : undefined;
		if (keys === undefined) return 'The statement was signed by an actor that this hub does not know. Send the statement that admits it first.';
		if (!verifySignature('saddlebag/statement/1', text, sig, keys.sign)) return 'The signature of the statement is not that of the actor it names.';
		return (this.state?.waiting.length ?? 0) < WAITING_MAX ? null : 'Too many statements wait for others already.';
	}

	#judgeAnswer(document: AnswerDocument): Result<null, string> {
		const state = this.state;
		if (state === null) return err('This hub has no organization yet.');
		const earlier = this.#answers.get(document.invitation);
		if (earlier === document._id) return ok(null);
		if (earlier !== undefined) return err('This invitation was answered already. Ask for a new one.');
		// Whether it has expired is judged by the device that admits: the hub's clock is evidence of nothing.
		const answered = answeredInvitation(state, document);
		return answered.ok ? ok(null) : err(answered.error.message);
	}

	/** The sealed preview of the open invitation with this key; null when there is none, or it was used or withdrawn. */
	previewOf(key: string): PreviewDocument | null {
		const open = [...(this.state?.invitations.values() ?? [])].find((invitation) => invitation.key === key && invitation.status === 'open');
		return open === undefined ? null : (this.#previews.get(open.invitation) ?? null);
	}

	#judgePreview(document: PreviewDocument): Result<null, string> {
		const state = this.state;
		if (state === null) return err('This hub has no organization yet.');
		const earlier = this.#previews.get(document.invitation)?._id;
		if (earlier === document._id) return ok(null);
		if (earlier !== undefined) return err('This invitation has a preview already.');
		const previewed = previewedInvitation(state, document);
		return previewed.ok ? ok(null) : err(previewed.error.message);
	}
}

/** Whether a statement says that it founds an organization: the log judges whether it does. */
function isGenesis({ text }: StatementDocument): boolean {
	const parsed = parseCanonical(text, { bytesMax: STATEMENT_TEXT_BYTES_MAX });
	return parsed.ok && isObject(parsed.value) && parsed.value['kind'] === 'genesis';
}
