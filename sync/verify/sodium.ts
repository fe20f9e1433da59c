/**
 * libsodium, loaded once.
 *
 * The only file that imports the primitives, and only `sync/verify` and `sync/seal` import it (design section 4): one engine gives one
 * verdict on every device. Verdicts on odd Ed25519 keys differ between libraries, and replicas that disagree on one would differ for ever.
 * Loading compiles WebAssembly, hence the one `await ready()` at start; all calls afterwards are synchronous.
 */
import libsodium from 'libsodium-wrappers';

let loaded = false;

/** Resolves when the primitives may be used. Call it once where a program or a worker starts; repeats cost nothing. */
export async function ready(): Promise<void> {
	await libsodium.ready;
	loaded = true;
}

/** The primitives. Throws before `ready()`: that is a defect in the start of the program. */
export function sodium(): typeof libsodium {
	if (!loaded) throw new Error('libsodium is not loaded: await ready() first');
	return libsodium;
}
