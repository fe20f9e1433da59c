/**
 * Notices that a user has put away: kept on this device, for this user alone, under a name that says nothing.
 *
 * Only a digest of the notice's key is kept, keyed with the user's own secret: whoever reads the locked disk learns how many notices were put away and
 * not of what, and another user of the device learns no more.
 */
import { toBase64url } from '../../change/base64url.ts';
import { utf8 } from '../../change/utf8.ts';
import type { NamedValues } from '../../store/plainRows.ts';
import { frame, keyedDigest } from '../../verify/digest.ts';
import type { Session } from '../session.ts';

const prefixOf = (member: string): string => `dismissed|${member}|`;

export class Dismissed {
	readonly #values: NamedValues;
	readonly #session: Session;
	#known: Promise<ReadonlySet<string>> | null = null;

	constructor(values: NamedValues, session: Session) {
		this.#values = values;
		this.#session = session;
	}

	async add(key: string): Promise<null> {
		await this.#values.put(this.#nameOf(key), '');
		this.#known = null;
		return null;
	}

	async filter<T extends { readonly key: string }>(notices: readonly T[]): Promise<readonly T[]> {
		if (notices.length === 0) return notices;
		this.#known ??= this.#values.list(prefixOf(this.#session.user.member)).then((values) => new Set(values.keys()));
		const known = await this.#known;
		return notices.filter(({ key }) => !known.has(this.#nameOf(key)));
	}

	#nameOf(key: string): string {
		// locking wipes the secret: names made of zeros would be anybody's to compute
		if (this.#session.closed) throw new Error('The device was locked meanwhile.');
		const secret = keyedDigest(this.#session.self.seal.secret, utf8('saddlebag/dismissed/1'));
		return prefixOf(this.#session.user.member) + toBase64url(keyedDigest(secret, frame(key)));
	}
}

