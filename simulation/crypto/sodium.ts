/**
 * What a bundle of the simulator has in the place of `sync/verify/sodium.ts`: the same two functions, with the engine that the run names.
 */
import libsodium from 'libsodium-wrappers';
import { cryptoInUse } from './mode.ts';
import { standIn, type Primitives } from './stand-in.ts';

let cheap: Primitives | null = null;

export async function ready(): Promise<void> {
	await libsodium.ready;
	cheap ??= standIn();
}

export function sodium(): Primitives | typeof libsodium {
	if (cheap === null) throw new Error('libsodium is not loaded: await ready() first');
	return cryptoInUse() === 'real' ? libsodium : cheap;
}
