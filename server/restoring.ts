/**
 * What the hub does for those who are out: it takes a valid use of the recovery kit, and tells a removed device what removed it.
 *
 * A fallen owner opens no session, so that the one statement that outranks every removal has a door of its own (design S8). The door is as narrow
 * as that statement: a batch is stored whole or not at all, holds exactly one use of a kit that this hub knows, signed by the kit, and besides it
 * only what the statement rests on and the key documents that those name. Pure: it judges, and `Organization` stores.
 */
import type { Hash, Id } from '../sync/change/change.ts';
import { MembershipLog, readStatement } from '../sync/membership/log.ts';
import type { MembershipState, SignedStatement, Statement } from '../sync/membership/types.ts';
import { err, ok, type Result } from '../sync/result.ts';
import { checkDocument, type KeyBundleDocument, type OlderKeysDocument, type StatementDocument, type WireDocument } from '../sync/verify/document.ts';
import { verifySignature } from '../sync/verify/signature.ts';

/** statements of one use: it, and what was written on the fallen device and never reached the hub */
const STATEMENTS_MAX = 200;
const DOCUMENTS_MAX = 4_000;

export interface Restoration {
	/** all of them are stored together */
	readonly documents: readonly (StatementDocument | KeyBundleDocument | OlderKeysDocument)[];
	readonly restore: Hash;
}

/** Judges a batch that claims to use a recovery kit. Total on any value; the cheap questions first, as anybody may ask. */
export function judgeRestoration(log: MembershipLog, raw: unknown): Result<Restoration, string> {
	const documents = readDocuments(raw);
	if (!documents.ok) return documents;
	const statements = new Map<Hash, SignedStatement>();
	for (const document of documents.value) {
		if (document.v !== 's1') continue;
		const read = readStatement(document.text, document.sig);
		if (!read.ok) return err(read.error.message);
		statements.set(read.value.id, read.value);
	}
	const uses = [...statements.values()].filter(({ statement }) => statement.kind === 'restore');
	const [use] = uses;
	if (use === undefined || uses.length > 1) return err('Exactly one use of a recovery kit is taken here.');
	const kit = log.state?.kits.get(use.statement.actor);
	if (kit === undefined) return err('This recovery kit is not known to this hub.');
	// a use that claims not to know of an earlier one does not come in here: its papers may have been kept back (attack 24)
	if (kit.status !== 'current' && kit.used !== use.id) return err('This recovery kit was used or replaced.');
	if (!verifySignature('saddlebag/statement/1', use.text, use.sig, kit.keys.sign)) return err('The recovery kit did not sign this.');
	const past = pastWithin(statements, use);
	if (past.size !== statements.size) return err('It holds a statement that the use of the kit does not rest on.');
	const named = keyDocumentsOf([...past].map(({ statement }) => statement));
	if (documents.value.some(({ v, _id }) => v !== 's1' && !named.has(_id))) return err('It holds a key document that none of its statements names.');
	// only whoever held enough shares comes this far: the log is judged as every device will judge it
	const trial = new MembershipLog(log.org);
	trial.add(log.statements);
	const added = trial.add([...past]);
	if (added.waiting.length > 0) return err('It rests on a statement that has not arrived.');
	const [refused] = added.refused;
	if (refused !== undefined) return err(refused.reason);
	if (trial.state?.included.has(use.id) !== true) return err(reasonFor(trial.state, use.id));
	return ok({ documents: documents.value, restore: use.id });
}

const reasonFor = (state: MembershipState | null, id: Hash): string =>
	state?.refused.find((one) => one.id === id)?.reason ?? 'This recovery kit was used or replaced.';

function readDocuments(raw: unknown): Result<readonly (StatementDocument | KeyBundleDocument | OlderKeysDocument)[], string> {
	if (!Array.isArray(raw) || raw.length === 0) return err('`documents` is expected.');
	if (raw.length > DOCUMENTS_MAX) return err(`At most ${DOCUMENTS_MAX} documents are taken at once.`);
	const read: (StatementDocument | KeyBundleDocument | OlderKeysDocument)[] = [];
	for (const one of raw) {
		const checked = checkDocument(one);
		if (!checked.ok) return err(checked.error.message);
		if (!isOfTheLog(checked.value)) return err(`A document of version ${checked.value.v} is not taken here.`);
		read.push(checked.value);
	}
	return read.filter(({ v }) => v === 's1').length > STATEMENTS_MAX ? err(`At most ${STATEMENTS_MAX} statements are taken at once.`) : ok(read);
}

const isOfTheLog = (document: WireDocument): document is StatementDocument | KeyBundleDocument | OlderKeysDocument =>
	document.v === 's1' || document.v === 'k1' || document.v === 'o1';

/** A statement and everything it cites, as far as it is among these. */
function pastWithin(statements: ReadonlyMap<Hash, SignedStatement>, from: SignedStatement): ReadonlySet<SignedStatement> {
	const past = new Set<SignedStatement>();
	const open = [from];
	for (let next = open.pop(); next !== undefined; next = open.pop()) {
		if (past.has(next)) continue;
		past.add(next);
		for (const cited of next.statement.prev) {
			const known = statements.get(cited);
			if (known !== undefined) open.push(known);
		}
	}
	return past;
}

/** `_id`s of the key documents that statements name. */
function keyDocumentsOf(statements: readonly Statement[]): ReadonlySet<string> {
	const named = new Set<string>();
	for (const statement of statements) {
		if ('deliveries' in statement) for (const { bundle } of statement.deliveries) named.add(bundle);
		if ('epochs' in statement) for (const { older } of statement.epochs) if (older !== null) named.add(older);
	}
	return named;
}

/**
 * What a removed device may still learn: the statements that closed it and all they rest on, and the key documents that those deliver to a
 * recovery kit, which open to nobody without its shares. Nothing that was said after the removal, and no key for anybody.
 */
export function farewellOf(log: MembershipLog, device: Id): { readonly statements: readonly SignedStatement[]; readonly keyDocuments: ReadonlySet<string> } {
	const { state } = log;
	const closings = state === null ? [] : [...state.actors.values()].filter(({ keys }) => keys.device === device)
		.flatMap(({ actor }) => state.closings.get(actor)?.filter(({ grants }) => grants === null) ?? []);
	const known = new Map(log.statements.map((signed) => [signed.id, signed]));
	const past = new Set<SignedStatement>();
	for (const { statement } of closings) {
		const closing = known.get(statement);
		if (closing !== undefined) for (const one of pastWithin(known, closing)) past.add(one);
	}
	const kits = new Set(state?.kits.keys() ?? []);
	const keyDocuments = new Set<string>();
	for (const { statement } of past) {
		if ('deliveries' in statement) for (const { actor, bundle } of statement.deliveries) if (kits.has(actor)) keyDocuments.add(bundle);
		if ('epochs' in statement) for (const { older } of statement.epochs) if (older !== null) keyDocuments.add(older);
	}
	return { statements: [...past], keyDocuments };
}
