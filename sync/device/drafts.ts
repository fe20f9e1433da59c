/**
 * Unfinished forms on the disk, sealed under a key that follows from their author's own secret.
 *
 * The names of the rows are keyed digests: whoever reads a locked disk learns how many forms somebody left unfinished, and neither of whom nor what
 * they say; another user of the tablet learns no more. Writes and erasures are made one after the other, so that a draft that was thrown away does
 * not come back by a keystroke that was on its way.
 */
import { toBase64url } from '../change/base64url.ts';
import { isObject } from '../change/canonical.ts';
import type { Id } from '../change/change.ts';
import type { Clock } from '../change/ports.ts';
import { utf8 } from '../change/utf8.ts';
import { ok } from '../result.ts';
import type { NamedValues } from '../store/plainRows.ts';
import type { RowSeal } from '../store/sealedCharts.ts';
import { frame, keyedDigest } from '../verify/digest.ts';
import type { Outcome } from './api.ts';
import { DRAFT_LENGTH_MAX, type KeptDraft } from './drafts-api.ts';
import { refuse } from './outcome.ts';
import type { Session } from './session.ts';

const COLLECTION = 'draft';
const NAME_LENGTH_MAX = 400;
const prefixOf = (member: Id): string => `draft|${member}|`;

export class DraftShelf {
	readonly #values: NamedValues;
	readonly #session: Session;
	readonly #seal: RowSeal;
	readonly #clock: Clock;
	#turn: Promise<unknown> = Promise.resolve();

	/** `seal`: under the user's own key */
	constructor(values: NamedValues, session: Session, seal: RowSeal, clock: Clock) {
		this.#values = values;
		this.#session = session;
		this.#seal = seal;
		this.#clock = clock;
	}

	async keep({ name, text }: { readonly name: string; readonly text: string }): Promise<Outcome<null>> {
		if (name.length > NAME_LENGTH_MAX || text.length > DRAFT_LENGTH_MAX) return refuse('too-large', 'This form is too long to be kept while it is not finished. Save it now.');
		return this.#inTurn(async () => {
			const key = this.#nameOf(name);
			await this.#values.put(key, this.#seal.seal(COLLECTION, key, JSON.stringify({ v: 1, name, text, at: Math.trunc(this.#clock.now()) })));
			return ok(null);
		});
	}

	/** What does not open is left out: it is nobody's who is unlocked. */
	async all(): Promise<readonly KeptDraft[]> {
		return this.#inTurn(async () => {
			const rows = await this.#values.list(prefixOf(this.#session.user.member));
			const kept = [...rows].flatMap(([key, body]) => {
				const text = body === '' ? null : this.#seal.open(COLLECTION, key, body);
				const draft = text === null ? null : draftOf(text);
				return draft === null ? [] : [draft];
			});
			return kept.toSorted((a, b) => b.at - a.at);
		});
	}

	async drop(name: string): Promise<null> {
		return this.#inTurn(async () => {
			await this.#values.remove([this.#nameOf(name)]);
			return null;
		});
	}

	#inTurn<T>(act: () => Promise<T>): Promise<T> {
		const mine = this.#turn.then(act);
		this.#turn = mine.catch(() => undefined);
		return mine;
	}

	#nameOf(name: string): string {
		// locking wipes the secret: names made of zeros would be anybody's to compute
		if (this.#session.closed) throw new Error('The device was locked meanwhile.');
		const secret = keyedDigest(this.#session.self.seal.secret, utf8('saddlebag/draft-name/1'));
		return prefixOf(this.#session.user.member) + toBase64url(keyedDigest(secret, frame(name)));
	}
}

/** Somebody was taken off this device: nobody can open their drafts any more. */
export async function eraseDraftsOf(values: NamedValues, member: Id): Promise<void> {
	const rows = await values.list(prefixOf(member));
	if (rows.size > 0) await values.remove([...rows.keys()]);
}

/** The seal proves that it was written here; an older app may have written less. */
function draftOf(text: string): KeptDraft | null {
	const parsed: unknown = JSON.parse(text);
	if (!isObject(parsed)) return null;
	const { v, name, text: typed, at } = parsed;
	return v === 1 && typeof name === 'string' && typeof typed === 'string' && typeof at === 'number' ? { name, text: typed, at } : null;
}
