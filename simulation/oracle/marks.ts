/**
 * What a box says of how far it got, at the moment at which that is durable: what it counts as sent was answered for by the hub above, and is there unless that
 * lost it since. A mark that moves before its answer loses whatever a cut line or a power failure keeps from arriving.
 */
import type { JsonObject } from '../../sync/change/change.ts';
import type { HubDatabase } from '../world/hub-data.ts';
import type { Finding } from './expect.ts';

/** The hub above, as somebody sees it who knows all: what it ever answered for, or holds. */
export interface Above {
	readonly confirmed: ReadonlySet<string>;
	readonly refused: ReadonlySet<string>;
	database(name: string): Pick<HubDatabase, 'docs'>;
}

const DEPOSITS: readonly unknown[] = ['d1', 'l1', 'i1'];

export class MarksCheck {
	readonly #above: Above;
	readonly #carries: (db: string) => boolean;
	/** mark -> documents of the feed looked at */
	readonly #looked = new Map<string, number>();
	/** seen above at some time */
	readonly #were = new Set<string>();

	constructor(above: Above, carries: (db: string) => boolean) {
		this.#above = above;
		this.#carries = carries;
	}

	/** `fields`: the box's own note about its database. */
	look(ours: Pick<HubDatabase, 'name' | 'log' | 'docs' | 'countAfter'>, fields: JsonObject): readonly Finding[] {
		const { docs } = this.#above.database(ours.name);
		const carried = this.#carries(ours.name);
		const through = (mark: string): number => (typeof fields[mark] === 'string' ? (ours.countAfter(fields[mark]) ?? 0) : 0);
		const findings: Finding[] = [];
		for (const mark of ['pushed', 'deposited']) {
			const name = `${ours.name} ${mark}`;
			const to = through(mark);
			for (let i = this.#looked.get(name) ?? 0; i < to; i++) {
				const id = ours.log[i] ?? '';
				const due = carried || DEPOSITS.includes(ours.docs.get(id)?.['v']);
				if (docs.has(id)) this.#were.add(id);
				if (due && !this.#were.has(id) && !this.#above.confirmed.has(id) && !this.#above.refused.has(id)) {
					findings.push({ kind: 'lost', detail: `${id.slice(0, 8)} of ${ours.name} counts as sent, and the hub above never answered for it` });
				}
			}
			this.#looked.set(name, Math.max(to, this.#looked.get(name) ?? 0));
		}
		return findings;
	}
}
