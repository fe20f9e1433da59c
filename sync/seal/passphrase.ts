/**
 * An actor's secret keys under a passphrase.
 *
 * Argon2id (RFC 9106) makes a wrapping key from the passphrase; that key wraps the actor's secrets and never encrypts data, so that a new
 * passphrase means one new wrap. The parameters are authenticated with the secrets, and parameters below the floor are refused
 * before the passphrase is used: whoever can write to the disk could else make guessing cheap (attack 7). A ceiling keeps an
 * altered wrap from taking all memory.
 */
import { argon2id } from 'hash-wasm';
import { err, ok, problem, type Problem, type Result } from '../result.ts';
import { fromBase64url, toBase64url } from '../change/base64url.ts';
import { canonicalJson, isObject, parseCanonical } from '../change/canonical.ts';
import type { Hash, Id, Json } from '../change/change.ts';
import { isRand } from '../change/ids.ts';
import type { Random } from '../change/ports.ts';
import { hasOnly } from '../change/shape.ts';
import { fromUtf8, isWellFormed, utf8 } from '../change/utf8.ts';
import { frame } from '../verify/digest.ts';
import { NONCE_BYTES } from '../verify/document.ts';
import { sodium } from '../verify/sodium.ts';
import { keyBytes, sealKeyFrom, signingKeyFrom, type SealKey, type SigningKey } from './keys.ts';

/** The second choice of RFC 9106 section 4 (64 MiB, 3 passes), with one lane: WebAssembly has one thread. */
export const ARGON2_MEMORY_KIB = 64 * 1024;
export const ARGON2_PASSES = 3;
const MEMORY_KIB_MAX = 1024 * 1024;
const PASSES_MAX = 16;
const SALT_BYTES = 16;
/** NIST SP 800-63B section 3.1.1.2 */
export const PASSPHRASE_CHARACTERS_MIN = 8;

export interface KdfParameters {
	readonly name: 'argon2id';
	/** KiB */
	readonly memory: number;
	readonly passes: number;
	readonly lanes: 1;
	/** 16 bytes, base64url */
	readonly salt: string;
}

/** As it lies on the device's disk. */
export interface PassphraseWrap {
	readonly v: 1;
	readonly kdf: KdfParameters;
	readonly n: string;
	readonly c: string;
}

/** Whose secrets: a wrap moved to another account does not open. */
export interface WrapContext {
	readonly org: Hash;
	readonly member: Id;
	readonly device: Id;
}

/** What a locked device cannot do without: signing, and opening what was sealed to the actor. */
export interface ActorSecrets {
	readonly sign: SigningKey;
	readonly seal: SealKey;
}

export type WrapProblem = Problem<'wrong-passphrase' | 'weak-parameters' | 'bad-wrap'>;

/** Wraps an actor's secrets; takes part of a second, on purpose. */
export async function createWrap(
	passphrase: string, secrets: ActorSecrets, context: WrapContext, random: Random
): Promise<Result<PassphraseWrap, Problem<'short-passphrase'>>> {
	if (!isWellFormed(passphrase) || [...passphrase.normalize('NFKC')].length < PASSPHRASE_CHARACTERS_MIN) {
		return err(problem('short-passphrase', `Choose a passphrase of at least ${PASSPHRASE_CHARACTERS_MIN} characters.`));
	}
	const kdf: KdfParameters = { name: 'argon2id', memory: ARGON2_MEMORY_KIB, passes: ARGON2_PASSES, lanes: 1, salt: toBase64url(random.bytes(SALT_BYTES)) };
	const nonce = random.bytes(NONCE_BYTES);
	const plaintext = secretsText(secrets);
	const key = await wrappingKey(passphrase, kdf);
	const ciphertext = sodium().crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, wrapAd(context, kdf), null, nonce, key);
	return ok({ v: 1, kdf, n: toBase64url(nonce), c: toBase64url(ciphertext) });
}

/** The secrets in a wrap. A wrong passphrase and an altered wrap look alike. Total on any value. */
export async function openWrap(passphrase: string, raw: unknown, context: WrapContext): Promise<Result<ActorSecrets, WrapProblem>> {
	const wrap = parseWrap(raw);
	if (!wrap.ok) return wrap;
	const nonce = fromBase64url(wrap.value.n);
	const ciphertext = fromBase64url(wrap.value.c);
	if (nonce?.length !== NONCE_BYTES || ciphertext === null) return badWrap();
	if (!isWellFormed(passphrase) || passphrase === '') return wrongPassphrase();
	const key = await wrappingKey(passphrase, wrap.value.kdf);
	try {
		const plaintext = sodium().crypto_aead_xchacha20poly1305_ietf_decrypt(null, ciphertext, wrapAd(context, wrap.value.kdf), nonce, key);
		const secrets = readSecrets(plaintext);
		return secrets === null ? badWrap() : ok(secrets);
	} catch {
		return wrongPassphrase();
	}
}

const badWrap = (): Result<never, WrapProblem> => err(problem('bad-wrap', 'The stored keys of this account are damaged.'));
const wrongPassphrase = (): Result<never, WrapProblem> => err(problem('wrong-passphrase', 'This is not the passphrase.'));

/** NFKC, so that a passphrase typed on another keyboard or system is the same one (NIST SP 800-63B). */
const wrappingKey = (passphrase: string, kdf: KdfParameters): Promise<Uint8Array> =>
	argon2id({
		password: utf8(passphrase.normalize('NFKC')),
		salt: fromBase64url(kdf.salt) ?? new Uint8Array(0),
		memorySize: kdf.memory,
		iterations: kdf.passes,
		parallelism: kdf.lanes,
		hashLength: 32,
		outputType: 'binary'
	});

const wrapAd = ({ org, member, device }: WrapContext, kdf: KdfParameters): Uint8Array =>
	frame('saddlebag/actor-secrets/1', org, member, device, canonicalJson(kdf));

function parseWrap(raw: unknown): Result<PassphraseWrap, WrapProblem> {
	if (!isObject(raw) || !hasOnly(raw, ['v', 'kdf', 'n', 'c']) || raw['v'] !== 1) return badWrap();
	const { n, c, kdf } = raw;
	if (typeof n !== 'string' || typeof c !== 'string' || !isObject(kdf) || !hasOnly(kdf, ['name', 'memory', 'passes', 'lanes', 'salt'])) return badWrap();
	const { name, memory, passes, lanes, salt } = kdf;
	if (name !== 'argon2id' || lanes !== 1 || !isRand(salt)) return badWrap();
	if (!isCount(memory, MEMORY_KIB_MAX) || !isCount(passes, PASSES_MAX)) return badWrap();
	if (memory < ARGON2_MEMORY_KIB || passes < ARGON2_PASSES) {
		return err(problem('weak-parameters', 'The stored keys of this account were weakened. The passphrase was not used; enrol this device again.'));
	}
	return ok({ v: 1, kdf: { name, memory, passes, lanes, salt }, n, c });
}

const isCount = (value: Json | undefined, max: number): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max;

/** The secrets as bytes to be wrapped. */
export const secretsText = (secrets: ActorSecrets): Uint8Array =>
	utf8(canonicalJson({ v: 1, sign: toBase64url(secrets.sign.seed), seal: toBase64url(secrets.seal.secret) }));

/** What `secretsText` wrote, or null. */
export function readSecrets(plaintext: Uint8Array): ActorSecrets | null {
	const text = fromUtf8(plaintext);
	const parsed = text === null ? null : parseCanonical(text, { bytesMax: 1024 });
	if (!parsed?.ok || !isObject(parsed.value) || !hasOnly(parsed.value, ['v', 'sign', 'seal'])) return null;
	const { sign, seal } = parsed.value;
	const seed = typeof sign === 'string' ? keyBytes(sign) : null;
	const secret = typeof seal === 'string' ? keyBytes(seal) : null;
	return seed === null || secret === null ? null : { sign: signingKeyFrom(seed), seal: sealKeyFrom(secret) };
}
