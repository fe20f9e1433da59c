/**
 * Who answered an invitation on this device a moment ago: their secrets are kept in memory, so that they are let in on being admitted without
 * giving the passphrase again. After a quarter of an hour, or when the app was closed, the passphrase is asked for.
 */
import type { Hash } from '../change/change.ts';
import type { ActorSecrets } from '../seal/passphrase.ts';
import type { Account } from './identity.ts';
import type { Inside } from './inside.ts';

/** ms */
const HOPE_MS = 15 * 60_000;

export class Hopeful {
	readonly #inside: Inside;
	readonly #kept = new Map<Hash, { readonly secrets: ActorSecrets; readonly until: number }>();
	#turn: Promise<void> = Promise.resolve();

	constructor(inside: Inside) {
		this.#inside = inside;
	}

	remember({ actor }: Account, secrets: ActorSecrets): void {
		this.#kept.set(actor, { secrets, until: this.#inside.ports.clock.now() + HOPE_MS });
	}

	/** Whoever was admitted meanwhile uses this device from now on; unlocked, when nobody else is. */
	welcome(): Promise<void> {
		const mine = this.#turn.then(() => this.#welcome());
		this.#turn = mine.catch(() => undefined);
		return mine;
	}

	async #welcome(): Promise<void> {
		const { identities, ports } = this.#inside;
		for (const account of await identities.accounts()) {
			const member = this.#inside.control()?.state?.actors.get(account.actor)?.member;
			if (account.answered === null || member === undefined || !this.#inside.isMember(account)) continue;
			const hope = this.#kept.get(account.actor);
			const user = await identities.admitted(account, member);
			this.#kept.delete(account.actor);
			if (hope !== undefined && this.#inside.unlocked() === null && ports.clock.now() < hope.until) await this.#inside.enter(user, hope.secrets);
			else await this.#inside.usersChanged();
		}
	}
}
