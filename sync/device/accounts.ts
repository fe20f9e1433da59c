/**
 * The people of one tablet and their ways in: passphrase, PIN, the device's own authenticator.
 *
 * The passphrase opens the wrap on the disk. The others are conveniences that only who is unlocked can set up: a PIN lasts as long as the
 * app runs (`pin.ts`), a passkey until it is taken away, and both end with the passphrase they were set up under (attack 26). Every
 * way in ends in the same secrets of the same actor, so that each change is by who is unlocked.
 */
import { fromBase64url, toBase64url } from '../change/base64url.ts';
import type { Id } from '../change/change.ts';
import { ok } from '../result.ts';
import { openPasskeyWrap, PRF_BYTES, wrapForPasskey } from '../seal/passkey.ts';
import { createWrap, readSecrets, secretsText, type ActorSecrets } from '../seal/passphrase.ts';
import type { PinKeeper } from '../seal/pin.ts';
import type { LocalUser, Outcome } from './api.ts';
import { eraseDraftsOf } from './drafts.ts';
import { userOf, wrapContext, type Account } from './identity.ts';
import type { Inside } from './inside.ts';
import type { QuickUnlock } from './members-api.ts';
import { locked, notArrived, refuse } from './outcome.ts';
import type { Session } from './session.ts';

/** Where PINs are kept: in this very worker, or, in a browser, in one that outlives it and is asked through a port. */
export interface PinStore {
	keep(...given: Parameters<PinKeeper['keep']>): ReturnType<PinKeeper['keep']>;
	open(...given: Parameters<PinKeeper['open']>): ReturnType<PinKeeper['open']>;
	triesLeft(name: string): Promise<number | null> | number | null;
	forget(name: string): Promise<void> | void;
}

const LABEL_CHARACTERS_MAX = 24;
const PASSKEYS_MAX = 8;
const CREDENTIAL_BYTES_MAX = 1024;
const COLORS = 8;

export class Accounts {
	readonly #inside: Inside;
	readonly #pins: PinStore;
	/** unlocking and changing of wraps take turns: a passphrase changed in between must not be undone */
	#turn: Promise<unknown> = Promise.resolve();

	constructor(inside: Inside, pins: PinStore) {
		this.#inside = inside;
		this.#pins = pins;
	}

	async unlock({ member, passphrase }: { readonly member: Id; readonly passphrase: string }): Promise<Outcome<LocalUser>> {
		return this.#with(member, (account) => this.#inside.identities.unlock(account, passphrase));
	}

	async unlockWithPin({ member, pin }: { readonly member: Id; readonly pin: string }): Promise<Outcome<LocalUser>> {
		return this.#with(member, async (account) => {
			const kept = await this.#pins.open(pinName(account), pin);
			if (!kept.ok) return kept;
			const secrets = readSecrets(kept.value);
			return secrets === null ? refuse('no-pin', 'There is no PIN any more. Unlock with your passphrase.') : ok(secrets);
		});
	}

	async unlockWithPasskey({ member, credential, output }: { readonly member: Id; readonly credential: string; readonly output: Uint8Array }): Promise<Outcome<LocalUser>> {
		return this.#with(member, async (account) => {
			const passkey = account.passkeys?.find((one) => one.credential === credential);
			const opened = openPasskeyWrap(output, credential, passkey?.wrap ?? null, wrapContext(account));
			output.fill(0);
			return opened;
		});
	}

	/** Opens an account of this device by some secret. */
	#with(member: Id, open: (account: Account) => Promise<Outcome<ActorSecrets>>): Promise<Outcome<LocalUser>> {
		return this.#inTurn(async () => {
			const account = await this.#account(member);
			if (account === null) return refuse('unknown-user', 'This person does not use this device.');
			if (this.#inside.control()?.state === null) return notArrived();
			// who was removed gets in to learn of it, to save what was not sent, and to use a recovery kit
			if (!this.#inside.isMember(account) && !this.#inside.wasRemoved(account)) return refuse('not-admitted', 'You are not admitted on this device. Ask the person who runs your site.');
			const secrets = await open(account);
			if (!secrets.ok) return secrets;
			if (secrets.value.seal.publicKey !== account.keys.seal) return refuse('bad-wrap', 'The stored keys of this account are damaged.');
			return this.#inside.enter(account, secrets.value);
		});
	}

	async appearAs(session: Session, { label, color }: { readonly label: string; readonly color: number }): Promise<Outcome<LocalUser>> {
		const clean = label.normalize('NFC').trim().replace(/\s+/g, ' ');
		if (clean === '' || [...clean].length > LABEL_CHARACTERS_MAX) return refuse('bad-label', `Choose up to ${String(LABEL_CHARACTERS_MAX)} characters for the lock screen.`);
		return this.#change(session, (account) => ok({ ...account, label: clean, color: Math.abs(Math.trunc(color)) % COLORS }));
	}

	async changePassphrase(session: Session, { old, fresh }: { readonly old: string; readonly fresh: string }): Promise<Outcome<null>> {
		const changed = await this.#change(session, async (account) => {
			const secrets = await this.#inside.identities.unlock(account, old);
			if (!secrets.ok) return secrets;
			const wrap = await createWrap(fresh, secrets.value, wrapContext(account), this.#inside.ports.random);
			return wrap.ok ? ok({ ...account, wrap: wrap.value, passkeys: [] }) : wrap;
		});
		if (!changed.ok) return changed;
		const account = await this.#account(session.user.member);
		if (account !== null) await this.#pins.forget(pinName(account));
		return ok(null);
	}

	async quickUnlocks(): Promise<readonly QuickUnlock[]> {
		const users = (await this.#inside.identities.accounts()).filter(({ answered }) => answered === null);
		return Promise.all(users.map(async (account) => {
			const triesLeft = await this.#pins.triesLeft(pinName(account));
			return {
				member: account.member, pin: triesLeft === null ? null : { triesLeft },
				passkeys: (account.passkeys ?? []).map(({ credential, salt, made }) => ({ credential, salt, made }))
			};
		}));
	}

	async setPin(session: Session, pin: string): Promise<Outcome<null>> {
		const account = await this.#account(session.user.member);
		if (account === null || session.closed) return locked();
		return this.#pins.keep(pinName(account), pin, secretsText(session.self));
	}

	async passkeySalt(session: Session): Promise<Outcome<{ readonly salt: string; readonly user: string }>> {
		const account = await this.#account(session.user.member);
		return account === null ? locked() : ok({ salt: toBase64url(this.#inside.ports.random.bytes(PRF_BYTES)), user: account.actor });
	}

	async addPasskey(session: Session, request: { readonly credential: string; readonly salt: string; readonly output: Uint8Array }): Promise<Outcome<null>> {
		const { credential, salt, output } = request;
		const id = fromBase64url(credential);
		if (id === null || id.length === 0 || id.length > CREDENTIAL_BYTES_MAX || fromBase64url(salt)?.length !== PRF_BYTES) return refuse('bad-passkey', 'The device’s authenticator answered with something unexpected.');
		const { clock, random } = this.#inside.ports;
		const added = await this.#change(session, (account) => {
			if (session.closed) return locked();
			const others = (account.passkeys ?? []).filter((one) => one.credential !== credential);
			if (others.length >= PASSKEYS_MAX) return refuse('too-many', 'Take one of your passkeys away first.');
			const wrap = wrapForPasskey(output, credential, session.self, wrapContext(account), random);
			return wrap.ok ? ok({ ...account, passkeys: [...others, { credential, salt, made: clock.now(), wrap: wrap.value }] }) : wrap;
		});
		output.fill(0);
		return added.ok ? ok(null) : added;
	}

	async removePasskey(session: Session, credential: string): Promise<Outcome<null>> {
		const removed = await this.#change(session, (account) => ok({ ...account, passkeys: (account.passkeys ?? []).filter((one) => one.credential !== credential) }));
		return removed.ok ? ok(null) : removed;
	}

	/** Takes somebody off this device: their wraps. Their envelopes stay and are sent. */
	async remove(account: Account): Promise<void> {
		await this.#inTurn(async () => {
			if (this.#inside.unlocked()?.session.self.actor === account.actor) await this.#inside.lock();
			await this.#pins.forget(pinName(account));
			await this.#inside.identities.remove(account);
			await eraseDraftsOf(this.#inside.ports.store.cursors, account.member);
			await this.#inside.usersChanged();
		});
	}

	async #change(session: Session, change: (account: Account) => Promise<Outcome<Account>> | Outcome<Account>): Promise<Outcome<LocalUser>> {
		return this.#inTurn(async () => {
			const account = await this.#account(session.user.member);
			if (account === null) return locked();
			const changed = await change(account);
			if (!changed.ok) return changed;
			await this.#inside.identities.put(changed.value);
			return ok(userOf(changed.value));
		});
	}

	#inTurn<T>(act: () => Promise<T>): Promise<T> {
		const mine = this.#turn.then(act);
		this.#turn = mine.catch(() => undefined);
		return mine;
	}

	async #account(member: Id): Promise<Account | null> {
		return (await this.#inside.identities.accounts()).find((account) => account.member === member && account.answered === null) ?? null;
	}
}

/** One PIN for each actor: who is invited again begins without one. */
const pinName = ({ actor }: Account): string => actor;
