/**
 * Messages that a user has read: kept on this device, for this user alone, sealed under the user's own key.
 *
 * Reading writes nothing that is replicated (D4): who wrote a message learns of an answer, not of a glance. The newest are kept, older messages
 * count as read.
 */
import type { Id } from '../../change/change.ts';
import type { NamedValues } from '../../store/plainRows.ts';
import type { RowSeal } from '../../store/sealedCharts.ts';
import type { Session } from '../session.ts';

const COLLECTION = 'read-messages';
const IDS_MAX = 5_000;

export class ReadMarks {
	readonly #values: NamedValues;
	readonly #session: Session;
	readonly #seal: RowSeal;
	#known: Promise<Set<Id>> | null = null;
	#writing: Promise<unknown> = Promise.resolve();

	constructor(values: NamedValues, session: Session, seal: RowSeal) {
		this.#values = values;
		this.#session = session;
		this.#seal = seal;
	}

	/** Ids of messages that were read here. */
	ids(): Promise<ReadonlySet<Id>> {
		return this.#load();
	}

	async add(ids: readonly Id[]): Promise<null> {
		const turn = this.#writing.then(async () => {
			// another tab may have added to it
			this.#known = null;
			const known = await this.#load();
			const fresh = ids.filter((id) => !known.has(id));
			if (fresh.length === 0) return;
			for (const id of fresh) known.add(id);
			await this.#values.put(this.#name, this.#seal.seal(COLLECTION, this.#name, JSON.stringify([...known].slice(-IDS_MAX))));
		});
		this.#writing = turn.catch(() => undefined);
		await turn;
		return null;
	}

	get #name(): string {
		return `read|${this.#session.user.member}`;
	}

	#load(): Promise<Set<Id>> {
		this.#known ??= (async () => {
			const sealed = await this.#values.get(this.#name);
			const text = sealed === null ? null : this.#seal.open(COLLECTION, this.#name, sealed);
			return new Set<Id>(text === null ? [] : (JSON.parse(text) as readonly Id[]));
		})();
		return this.#known;
	}
}
