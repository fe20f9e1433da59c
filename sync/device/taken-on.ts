/**
 * Sites whose care this device keeps although its users reach them through the tree only.
 *
 * Who runs a region reaches every site below, and would not have all their records on one tablet (design section 6). A site is taken on when
 * asked for, or by the first clinical entry written there: what is written must be sent, and that is done with databases that are kept.
 * Taken on once is taken on: nothing on this device gives a site back yet.
 */
import type { Id } from '../change/change.ts';
import { isId } from '../change/ids.ts';
import type { NamedValues } from '../store/plainRows.ts';

const PREFIX = 'taken-on|';

export class TakenOn {
	readonly #values: NamedValues;
	#sites: ReadonlySet<Id> = new Set();

	constructor(values: NamedValues) {
		this.#values = values;
	}

	get sites(): ReadonlySet<Id> {
		return this.#sites;
	}

	/** Reads what this or another tab has stored. True when a site is new. */
	async load(): Promise<boolean> {
		const before = this.#sites.size;
		this.#sites = new Set([...(await this.#values.list(PREFIX)).keys()].map((name) => name.slice(PREFIX.length)).filter(isId));
		return this.#sites.size > before;
	}

	/** Durable when it resolves. False when the site was taken on before. */
	async add(site: Id): Promise<boolean> {
		if (this.#sites.has(site)) return false;
		await this.#values.claim(PREFIX + site, '');
		await this.load();
		return true;
	}

	/** Is this the key of a stored value of this kind? */
	static isName(name: string): boolean {
		return name.startsWith(PREFIX);
	}
}
