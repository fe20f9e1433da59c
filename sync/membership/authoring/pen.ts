/**
 * What it takes to write a statement: an actor's secrets, the log as far as known, the keys held, a clock reading and randomness.
 *
 * A statement is checked against the log before it leaves: what every other device would refuse is an error here, with the reason, and nothing
 * is posted. Stamped once: a retry posts the same documents.
 */
import { canonicalJson } from '../../change/canonical.ts';
import { toHex } from '../../change/base64url.ts';
import type { Hash, Hlc } from '../../change/change.ts';
import { bytesOf } from '../../change/ids.ts';
import type { Random } from '../../change/ports.ts';
import { err, ok, problem, type Problem, type Result } from '../../result.ts';
import type { EpochSecret } from '../../seal/epoch.ts';
import { newSealKey, newSigningKey, sign, type SealKey, type SigningKey } from '../../seal/keys.ts';
import type { KeyBundleDocument, OlderKeysDocument, PreviewDocument, StatementDocument } from '../../verify/document.ts';
import { statementId } from '../../verify/ids.ts';
import { actorIdOf, deviceIdOf } from '../ids.ts';
import { MembershipLog } from '../log.ts';
import { PREV_MAX } from '../parse.ts';
import type { ActorKeys, MembershipState, SignedStatement, Statement } from '../types.ts';

/** Secrets of one member on one device. The transport key belongs to the device and is shared by the members who use it. */
export interface ActorSecrets {
	readonly actor: Hash;
	readonly keys: ActorKeys;
	readonly sign: SigningKey;
	readonly seal: SealKey;
}

export interface Pen {
	readonly log: MembershipLog;
	readonly self: ActorSecrets;
	/** epoch keys held, the roster's included */
	readonly held: readonly EpochSecret[];
	readonly hlc: Hlc;
	readonly random: Random;
}

export type ControlDocument = StatementDocument | KeyBundleDocument | OlderKeysDocument | PreviewDocument;

export interface Written {
	readonly signed: SignedStatement;
	/** to post to `control`: key documents first, then the statement that names them */
	readonly documents: readonly ControlDocument[];
	/** keys of epochs that the statement starts */
	readonly keys: readonly EpochSecret[];
}

export type AuthoringProblem = Problem<'no-log' | 'not-allowed' | 'no-key' | 'expired' | 'unknown-member' | 'unknown-kit' | 'kit-ended'>;
export type Outcome<T> = Result<T, AuthoringProblem>;

/** Fresh keys for a member on the device with this transport key. */
export function newActor(transport: SigningKey, random: Random): ActorSecrets {
	return actorFrom(transport, newSigningKey(random), newSealKey(random));
}

/** The same from secrets that were kept. */
export function actorFrom(transport: Pick<SigningKey, 'publicKey'>, signing: SigningKey, seal: SealKey): ActorSecrets {
	const keys: ActorKeys = { device: deviceIdOf(transport.publicKey), sign: signing.publicKey, seal: seal.publicKey, transport: transport.publicKey };
	return { actor: actorIdOf(keys), keys, sign: signing, seal };
}

/** The state to write on; a problem before the log has its beginning. */
export function present({ log }: Pen): Outcome<MembershipState> {
	return log.state === null ? err(problem('no-log', 'The organization\'s membership has not arrived on this device yet.')) : ok(log.state);
}

type Body<T> = T extends Statement ? Omit<T, 'v' | 'org' | 'actor' | 'prev' | 'hlc'> : never;
export type StatementBody = Body<Exclude<Statement, { readonly kind: 'genesis' }>>;

/**
 * Signs a statement on all heads of the log and checks that it will be taken. `knowing`: statements that it rests on besides; void ones are no heads, and
 * one that nothing cites is in nobody's past.
 */
export function write(
	pen: Pen, body: StatementBody, keyDocuments: readonly ControlDocument[] = [], keys: readonly EpochSecret[] = [], knowing: readonly Hash[] = []
): Outcome<Written> {
	const state = present(pen);
	if (!state.ok) return state;
	const { log, self, hlc } = pen;
	const { heads } = state.value;
	const besides = knowing.filter((known) => !heads.some((head) => head === known || log.isBefore(known, head)));
	// as many as a statement may cite; the rest is for the next one, which has these in its past
	const prev = besides.length === 0 ? heads : [...new Set([...heads, ...[...besides].sort().slice(0, PREV_MAX - heads.length)])].sort();
	const signed = signStatement({ ...body, v: 1, org: log.org, actor: self.actor, prev, hlc }, self);
	const preview = log.preview(signed);
	if (preview.kind === 'refused') return err(problem('not-allowed', preview.reason));
	return ok({ signed, documents: [...keyDocuments, documentOf(signed)], keys });
}

export function signStatement(statement: Statement, self: ActorSecrets): SignedStatement {
	const text = canonicalJson(statement);
	const sig = sign('saddlebag/statement/1', text, self.sign);
	return { id: statementId(text, sig), text, sig, statement };
}

export const documentOf = ({ id, text, sig }: SignedStatement): StatementDocument => ({ _id: toHex(bytesOf(id)), v: 's1', text, sig });
