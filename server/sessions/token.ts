/**
 * Challenges and session tokens: text that the hub authenticated itself, so that it need not remember what it gave out.
 *
 * A token names this hub, the device and the databases, and ends. It is authenticated under a key that only this hub has, hence void
 * at any other (attack 57). A challenge ends too, and is used once: those used are remembered until they would have ended; only a
 * device that signed one can fill that memory.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { isObject, parseJson } from '../../sync/change/canonical.ts';
import type { Hash, Id } from '../../sync/change/change.ts';
import { isHash, isId } from '../../sync/change/ids.ts';
import type { Clock } from '../../sync/change/ports.ts';
import { CHALLENGE_MS, SESSION_MS } from '../limits.ts';
import { parseDatabaseName, siteDatabaseName, SITE_DATABASES, controlName } from '../storage/names.ts';

export interface Session {
	readonly org: Hash;
	readonly device: Id;
	readonly databases: ReadonlySet<string>;
	/** milliseconds since 1970 by the hub's clock */
	readonly expires: number;
}

const BASE64URL = /^[A-Za-z0-9_-]+$/;

export class Tokens {
	readonly #key: Uint8Array;
	readonly #hub: string;
	readonly #prefix: string;
	readonly #clock: Clock;
	readonly #challenge: string;
	/** used challenges and when they would have ended, oldest first */
	readonly #used = new Map<string, number>();

	/** `instance`: of several gateways of one hub each has its own; a challenge is answered at the one that gave it, which knows whether it was used. */
	constructor(identity: { readonly key: string; readonly macKey: Uint8Array }, prefix: string, clock: Clock, instance = '') {
		this.#challenge = `challenge${instance}`;
		this.#key = identity.macKey;
		this.#hub = identity.key;
		this.#prefix = prefix;
		this.#clock = clock;
	}

	/** A fresh challenge: random bytes, its end, and the proof that this hub made it. */
	challenge(): string {
		const end = (this.#clock.now() + CHALLENGE_MS).toString(36);
		const body = `${randomBytes(16).toString('base64url')}.${end}`;
		return `${body}.${this.#mac(this.#challenge, body)}`;
	}

	/** Whether this hub gave the challenge out, it has not ended, and it was not used. */
	isOpen(challenge: string): boolean {
		const [random, end, mac, ...more] = challenge.split('.');
		if (random === undefined || end === undefined || mac === undefined || more.length > 0) return false;
		if (!this.#matches(this.#challenge, `${random}.${end}`, mac)) return false;
		return Number.parseInt(end, 36) > this.#clock.now() && !this.#used.has(challenge);
	}

	/** To be called once the signature over it was good: from now on it is void. */
	use(challenge: string): void {
		const now = this.#clock.now();
		for (const [used, end] of this.#used) {
			if (end > now) break;
			this.#used.delete(used);
		}
		this.#used.set(challenge, now + CHALLENGE_MS);
	}

	/** A token for these databases, and when it ends (milliseconds since 1970). */
	issue(org: Hash, device: Id, databases: Iterable<string>): { readonly token: string; readonly expires: number } {
		const expires = this.#clock.now() + SESSION_MS;
		const body = Buffer.from(JSON.stringify({ h: this.#hub, o: org, d: device, e: expires, b: this.#pack(databases) })).toString('base64url');
		return { token: `${body}.${this.#mac('session', body)}`, expires };
	}

	/** What a token says; null when this hub did not issue it or it has ended. */
	read(token: string): Session | null {
		const [body, mac, ...more] = token.split('.');
		if (body === undefined || mac === undefined || more.length > 0 || !BASE64URL.test(body)) return null;
		if (!this.#matches('session', body, mac)) return null;
		const said = parseJson(Buffer.from(body, 'base64url').toString('utf8'));
		if (!isObject(said)) return null;
		const { h: hub, o: org, d: device, e: expires, b: packed } = said;
		if (hub !== this.#hub || !isHash(org) || !isId(device) || typeof expires !== 'number' || typeof packed !== 'string') return null;
		return expires > this.#clock.now() ? { org, device, expires, databases: new Set(this.#unpack(packed)) } : null;
	}

	/** Thousands of names must fit in a header: per site its bytes and one digit for which of its databases; `c` for control. */
	#pack(databases: Iterable<string>): string {
		const sites = new Map<Id, number>();
		let control = '';
		for (const name of databases) {
			const parsed = parseDatabaseName(this.#prefix, name);
			if (parsed === null) continue;
			if (parsed.kind === 'control') control = 'c';
			else sites.set(parsed.site, (sites.get(parsed.site) ?? 0) | (1 << SITE_DATABASES.indexOf(parsed.kind)));
		}
		return control + [...sites].map(([site, kinds]) => Buffer.from(site, 'hex').toString('base64url') + kinds).join('');
	}

	#unpack(packed: string): string[] {
		const names = packed.startsWith('c') ? [controlName(this.#prefix)] : [];
		for (let i = names.length; i + 23 <= packed.length; i += 23) {
			const site = Buffer.from(packed.slice(i, i + 22), 'base64url').toString('hex');
			const kinds = Number(packed[i + 22]);
			if (!isId(site)) continue;
			SITE_DATABASES.forEach((kind, bit) => {
				if (kinds & (1 << bit)) names.push(siteDatabaseName(this.#prefix, site, kind));
			});
		}
		return names;
	}

	#mac(use: string, body: string): string {
		return createHmac('sha256', this.#key).update(`saddlebag/hub-${use}/1\0${body}`).digest('base64url');
	}

	#matches(use: string, body: string, mac: string): boolean {
		const expected = Buffer.from(this.#mac(use, body));
		const given = Buffer.from(mac);
		return expected.length === given.length && timingSafeEqual(expected, given);
	}
}
