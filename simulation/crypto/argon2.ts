/**
 * What a bundle of the simulator has in the place of Argon2id: one hash of everything that Argon2id would have hashed.
 *
 * It differs from Argon2id in costing nothing, which is all that Argon2id is for; another passphrase, salt or parameter gives another key all
 * the same. It stands in for both engines: at the parameters that the wrap enforces, thirty devices would spend a seed's time on nothing else.
 */
import libsodium from 'libsodium-wrappers';
import type { IArgon2Options } from 'hash-wasm';
import { utf8 } from '../../sync/change/utf8.ts';
import { frame } from '../../sync/verify/digest.ts';

const SALT_BYTES_MIN = 8;

/** 16 to 64 bytes, deterministic. Rejects what hash-wasm rejects of what is used here. */
export function argon2id(options: IArgon2Options): Promise<Uint8Array> {
	const [password, salt] = [bytesOf(options.password), bytesOf(options.salt)];
	if (password.length === 0) return Promise.reject(new Error('Password must be specified'));
	if (salt.length < SALT_BYTES_MIN) return Promise.reject(new Error('Salt should be at least 8 bytes long'));
	const numbers = [options.memorySize, options.iterations, options.parallelism, options.hashLength].map(String);
	return Promise.resolve(libsodium.crypto_generichash(options.hashLength, frame('simulation/argon2id', password, salt, ...numbers), null));
}

const bytesOf = (data: IArgon2Options['password']): Uint8Array => {
	if (typeof data === 'string') return utf8(data);
	if (data instanceof Uint8Array) return data;
	throw new TypeError('only text and bytes are used here');
};

