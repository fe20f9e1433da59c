/**
 * Rows that are one user's alone: sealed under a key made from the user's own secret, which is nowhere on a locked disk but under the passphrase.
 *
 * For what mixes sites and compartments (no compartment's key would do) and is nobody else's to read on a shared device.
 */
import type { Random } from '../../change/ports.ts';
import { utf8 } from '../../change/utf8.ts';
import { openTextRow, sealTextRow } from '../../seal/local.ts';
import type { RowSeal } from '../../store/sealedCharts.ts';
import { keyedDigest } from '../../verify/digest.ts';
import type { Session } from '../session.ts';

export class OwnSeal implements RowSeal {
	readonly #session: Session;
	readonly #random: Random;

	constructor(session: Session, random: Random) {
		this.#session = session;
		this.#random = random;
	}

	seal(collection: string, row: string, text: string): string {
		return sealTextRow(this.#key(), collection, row, text, this.#random);
	}

	open(collection: string, row: string, sealed: string): string | null {
		return openTextRow(this.#key(), collection, row, sealed);
	}

	#key(): { readonly key: Uint8Array } {
		// locking wipes the secret: a key made of zeros would seal for everybody
		if (this.#session.closed) throw new Error('The device was locked meanwhile.');
		return { key: keyedDigest(this.#session.self.seal.secret, utf8('saddlebag/own-rows/1')) };
	}
}
