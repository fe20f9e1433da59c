/**
 * Who uses this device: its transport key, and for each user an account with public keys and secrets wrapped under a passphrase.
 *
 * Nothing here needs unlocking, and nothing here opens a record: the transport key only opens hub sessions, so that a locked device still
 * carries envelopes; an actor's secrets are under Argon2id. No name is kept, only the label a user chose (S1).
 */
import { fromBase64url, toBase64url } from '../change/base64url.ts';
import type { Hash, Id } from '../change/change.ts';
import type { Random } from '../change/ports.ts';
import { deviceIdOf } from '../membership/ids.ts';
import type { ActorKeys } from '../membership/types.ts';
import { err, problem, type Result, type Problem } from '../result.ts';
import { newSigningKey, signingKeyFrom, type SigningKey } from '../seal/keys.ts';
import type { PasskeyWrap } from '../seal/passkey.ts';
import { openWrap, type ActorSecrets, type PassphraseWrap, type WrapContext } from '../seal/passphrase.ts';
import type { NamedValues } from '../store/plainRows.ts';
import type { AnswerDocument } from '../verify/document.ts';
import type { LocalUser } from './api.ts';

export interface DeviceKeys {
	readonly device: Id;
	readonly transport: SigningKey;
}

/** The hub this device talks to, as its set-up or invitation link named it. */
export interface HubAddress {
	readonly key: string;
	readonly origin: string;
	/** of the names of its databases; empty until the hub was reached once, or an admission that was carried here said so */
	readonly prefix: string;
}

/** An account on this device. It is a member's once the log says so; before, `answered` says what it waits for. */
export interface Account {
	readonly member: Id;
	readonly organization: Hash;
	readonly actor: Hash;
	readonly keys: ActorKeys;
	readonly label: string;
	readonly color: number;
	readonly wrap: PassphraseWrap;
	/** the id that the wraps are bound to, where it is not the member's: that of an invitation for somebody who is a member already is learned on admission */
	readonly bound?: Id;
	readonly passkeys?: readonly StoredPasskey[];
	readonly answered: Answered | null;
}

/** What an account waits for. Its answer is carried to the hub by this device, or by hand. */
export interface Answered {
	readonly invitation: Id;
	readonly code: string;
	readonly document: AnswerDocument;
	readonly delivered: boolean;
	/** ms since 1970 */
	readonly expires: number;
}

/** The actor's secrets once more, under a secret that only the device's authenticator gives. */
export interface StoredPasskey {
	readonly credential: string;
	readonly salt: string;
	readonly made: number;
	readonly wrap: PasskeyWrap;
}

const COLORS = 8;

/** Initials: enough to find oneself on a lock screen, and no name on the disk. */
export function initials(name: string): string {
	const letters = name.trim().split(/\s+/).map((word) => [...word][0] ?? '').filter((letter) => letter !== '');
	return (letters.length > 2 ? [letters[0], letters.at(-1)] : letters).join('').toUpperCase() || '?';
}

export const userOf = ({ member, organization, label, color }: Account): LocalUser => ({ member, organization, label, color });

export class Identities {
	readonly #values: NamedValues;
	readonly #random: Random;

	constructor(values: NamedValues, random: Random) {
		this.#values = values;
		this.#random = random;
	}

	/** The device's own keys, made at the first call. Two tabs that start at once agree on the first one stored. */
	async device(): Promise<DeviceKeys> {
		const kept = await this.#values.get('device');
		if (kept !== null) return readDevice(kept);
		const fresh = newSigningKey(this.#random);
		await this.#values.claim('device', JSON.stringify({ transport: toBase64url(fresh.seed) }));
		return readDevice((await this.#values.get('device')) ?? '');
	}

	async organization(): Promise<{ readonly org: Hash; readonly hub: HubAddress } | null> {
		const kept = await this.#values.get('organization');
		return kept === null ? null : (JSON.parse(kept) as { org: Hash; hub: HubAddress });
	}

	/** Binds this device to an organization, once. False when it is bound to another already. */
	async join(org: Hash, hub: HubAddress): Promise<boolean> {
		if (await this.#values.claim('organization', JSON.stringify({ org, hub }))) return true;
		return (await this.organization())?.org === org;
	}

	/** What the hub calls its databases was learned. */
	async learnPrefix(prefix: string): Promise<void> {
		const kept = await this.organization();
		if (kept?.hub.prefix === '') await this.#values.put('organization', JSON.stringify({ org: kept.org, hub: { ...kept.hub, prefix } }));
	}

	/** Everybody who uses this device, then who answered an invitation on it and waits. */
	async accounts(): Promise<readonly Account[]> {
		const kept = [...(await this.#values.list('account|')).values(), ...(await this.#values.list('answered|')).values()];
		return kept.map((text) => JSON.parse(text) as Account);
	}

	/** Waiting accounts lie apart: who is invited again on their own device stays in until they are admitted. */
	async put(account: Account): Promise<void> {
		await this.#values.put(keyOf(account), JSON.stringify(account));
	}

	/** The account is a member's: `member` is who the log says that it is. */
	async admitted(account: Account, member: Id): Promise<Account> {
		const user: Account = { ...account, member, ...(member === account.member ? {} : { bound: account.bound ?? account.member }), answered: null };
		await this.put(user);
		await this.#values.remove([keyOf(account)].filter((key) => key !== keyOf(user)));
		return user;
	}

	async remove(account: Account): Promise<void> {
		await this.#values.remove([keyOf(account)]);
	}

	async colorFor(): Promise<number> {
		return (await this.accounts()).length % COLORS;
	}

	async unlock(account: Account, passphrase: string): Promise<Result<ActorSecrets, Problem>> {
		const opened = await openWrap(passphrase, account.wrap, wrapContext(account));
		if (opened.ok && opened.value.seal.publicKey !== account.keys.seal) return err(problem('bad-wrap', 'The stored keys of this account are damaged.'));
		return opened;
	}
}

/** Whose secrets the wraps of an account are. */
export const wrapContext = ({ organization, member, bound, keys }: Account): WrapContext => ({ org: organization, member: bound ?? member, device: keys.device });

const keyOf = ({ member, answered }: Account): string => (answered === null ? `account|${member}` : `answered|${answered.invitation}`);

function readDevice(text: string): DeviceKeys {
	const { transport } = JSON.parse(text) as { transport: string };
	const seed = fromBase64url(transport);
	if (seed === null) throw new Error('the device key on this disk is damaged');
	const key = signingKeyFrom(seed);
	return { device: deviceIdOf(key.publicKey), transport: key };
}
