/**
 * Who this hub is: an Ed25519 key made once and kept in the data folder.
 *
 * Devices know the hub by its public key, as the membership log enrols it; sessions are bound to it. The secret seed also gives the key
 * under which session tokens are authenticated, so that a restart does not end sessions and several gateways can serve one
 * hub. It opens no record: whoever steals it can pose as the hub, which is not trusted with anything.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, hkdfSync, sign as signBytes, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Signature } from '../sync/change/change.ts';
import { isKeyText, signatureOf } from '../sync/change/ids.ts';
import { err, ok, problem, type Problem, type Result } from '../sync/result.ts';
import { signedBytes } from '../sync/verify/signature.ts';
import { writeFileDurably } from './storage/durable-file.ts';

export interface Identity {
	/** Ed25519 public key, base64url */
	readonly key: string;
	/** authenticates session tokens and challenges */
	readonly macKey: Uint8Array;
	/** As a box does, which is a device too: this key opens its sessions at the hub above, and asks that it may carry. */
	readonly sign: (domain: 'saddlebag/session/1' | 'saddlebag/enrolment/1', text: string) => Signature;
}

const FILE = 'hub.key.pem';

/** Reads the key from the data folder, making it at the first start. */
export function loadIdentity(folder: string): Result<Identity, Problem<'bad-hub-key'>> {
	const file = path.join(folder, FILE);
	if (!existsSync(file)) {
		const { privateKey } = generateKeyPairSync('ed25519');
		writeFileDurably(file, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 0o600);
	}
	let pem: string;
	try {
		pem = readFileSync(file, 'utf8');
	} catch {
		pem = '';
	}
	return readIdentity(pem, file);
}

/** The key from its PEM; `from` is named where it cannot be read. */
export function readIdentity(pem: string, from: string): Result<Identity, Problem<'bad-hub-key'>> {
	let secret: KeyObject;
	try {
		secret = createPrivateKey(pem);
	} catch {
		return err(problem('bad-hub-key', `The key of this hub in ${from} cannot be read. Restore it from a backup: devices know the hub by it.`));
	}
	const publicKey = createPublicKey(secret).export({ format: 'jwk' }).x;
	const seed = secret.export({ format: 'jwk' }).d;
	if (secret.asymmetricKeyType !== 'ed25519' || !isKeyText(publicKey) || seed === undefined)
		return err(problem('bad-hub-key', `The key in ${from} is not an Ed25519 key. Restore it from a backup: devices know the hub by it.`));
	const macKey = new Uint8Array(hkdfSync('sha256', Buffer.from(seed, 'base64url'), '', 'saddlebag/hub-session-mac/1', 32));
	return ok({ key: publicKey, macKey, sign: (domain, text) => signatureOf(new Uint8Array(signBytes(null, signedBytes(domain, text), secret))) });
}
