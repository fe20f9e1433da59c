/**
 * What one device, or one address, may ask of the hub in a time (invariant A5): a member's device that is stolen, broken or hostile must not fill the disk of
 * all, nor a stranger keep the hub busy.
 *
 * Token buckets: an allowance for a first sync or an import, refilled at a steady rate. Held in memory, as a restart that refills them costs nothing that an
 * attacker could bring about. Beyond an allowance the answer is 429 with the time to wait; nothing is stored, and devices try again later.
 */
import { isIP } from 'node:net';
import type { Clock } from '../../sync/change/ports.ts';

export interface Allowance {
	/** at once, at most */
	readonly burst: number;
	/** refilled in a second */
	readonly perSecond: number;
}

const HOUR = 3600;
const MIB = 1024 * 1024;

/** Generous beside what people do: an import of ten thousand charts passes in one go, a clinic behind one address signs in after a power cut. */
export const ALLOWANCES = {
	/** requests of one address without a session: challenges, session openings, answers, set-up */
	stranger: { burst: 1200, perSecond: 5 },
	/** uses of a recovery kit from one address: a person at a table, correcting themselves */
	restore: { burst: 30, perSecond: 30 / HOUR },
	/** requests of one device */
	request: { burst: 3000, perSecond: 20 },
	/** bytes of documents that one device stores in databases of sites */
	bytes: { burst: 2048 * MIB, perSecond: (128 * MIB) / HOUR },
	/** documents that one device stores in the membership log's database */
	control: { burst: 20_000, perSecond: 5_000 / HOUR },
	/** documents that one device deposits at sites that it may not write to */
	deposit: { burst: 100_000, perSecond: 20_000 / HOUR }
} as const satisfies { readonly [name: string]: Allowance };

export type AllowanceName = keyof typeof ALLOWANCES;

interface Level { left: number; at: number }
const LEVELS_MAX = 100_000;

export class Budgets {
	readonly #clock: Clock;
	readonly #allowances: { readonly [name in AllowanceName]: Allowance };
	/** who used something of what; oldest use first */
	readonly #levels = new Map<string, Level>();

	constructor(clock: Clock, allowances: Partial<{ readonly [name in AllowanceName]: Allowance }> = {}) {
		this.#clock = clock;
		this.#allowances = { ...ALLOWANCES, ...allowances };
	}

	/**
	 * Takes `amount` of an allowance; null when it was there, else the seconds to wait for it. An amount above the whole allowance is taken when the allowance is
	 * full: the limits of a single request are elsewhere.
	 */
	take(name: AllowanceName, who: string, amount = 1): number | null {
		const { burst, perSecond } = this.#allowances[name];
		const key = `${name} ${who}`;
		const now = this.#clock.now();
		const level = this.#levels.get(key) ?? { left: burst, at: now };
		// a clock that fell back refills nothing and takes nothing away
		const left = Math.min(burst, level.left + (Math.max(0, now - level.at) / 1000) * perSecond);
		const needed = Math.min(amount, burst);
		const taken = left >= needed;
		this.#levels.delete(key);
		this.#levels.set(key, { left: taken ? left - needed : left, at: now });
		this.#forget();
		return taken ? null : Math.max(1, Math.ceil((needed - left) / perSecond));
	}

	/** Those used longest ago: theirs have refilled most. */
	#forget(): void {
		while (this.#levels.size > LEVELS_MAX) {
			const [oldest] = this.#levels.keys();
			if (oldest === undefined) return;
			this.#levels.delete(oldest);
		}
	}
}

/**
 * The address that a request came from. Behind a proxy, of `X-Forwarded-For` the last, which that proxy itself wrote: what stands before it is the client's own
 * word, and would give everybody as many allowances as they name addresses. `forwarded`: that header, null where none may be trusted or it is absent.
 */
export function addressOf(remote: string | undefined, forwarded: string | null): string | undefined {
	const last = forwarded?.split(',').at(-1)?.trim() ?? '';
	// some proxies add the port
	const bare = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(last)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(last)?.[1] ?? last;
	return isIP(bare) === 0 ? remote : bare;
}

/** An address as one party: of IPv6 the network of 64 bits, which one household or attacker has as a whole. */
export function partyOf(address: string | undefined): string {
	if (address === undefined) return 'unknown';
	const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
	if (mapped?.[1] !== undefined) return mapped[1];
	if (!address.includes(':')) return address;
	const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
	const front = head === '' ? [] : head.split(':');
	const back = tail === undefined || tail === '' ? [] : tail.split(':');
	const zeros = tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0');
	return [...front, ...zeros, ...back].slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16)).join(':');
}
