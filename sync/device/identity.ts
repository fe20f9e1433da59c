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
import { openWrap, type ActorSecrets, type PassphraseWrap } from '../seal/passphrase.ts';
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
	/** of the names of its databases */
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
	readonly answered: { readonly invitation: Id; readonly code: string; readonly document: AnswerDocument; readonly delivered: boolean } | null;
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

	async accounts(): Promise<readonly Account[]> {
		return [...(await this.#values.list('account|')).values()].map((text) => JSON.parse(text) as Account);
	}

	async put(account: Account): Promise<void> {
		await this.#values.put(`account|${account.member}`, JSON.stringify(account));
	}

	async colorFor(): Promise<number> {
		return (await this.accounts()).length % COLORS;
	}

	async unlock(account: Account, passphrase: string): Promise<Result<ActorSecrets, Problem>> {
		const opened = await openWrap(passphrase, account.wrap, { org: account.organization, member: account.member, device: account.keys.device });
		if (opened.ok && opened.value.seal.publicKey !== account.keys.seal) return err(problem('bad-wrap', 'The stored keys of this account are damaged.'));
		return opened;
	}
}

function readDevice(text: string): DeviceKeys {
	const { transport } = JSON.parse(text) as { transport: string };
	const seed = fromBase64url(transport);
	if (seed === null) throw new Error('the device key on this disk is damaged');
	const key = signingKeyFrom(seed);
	return { device: deviceIdOf(key.publicKey), transport: key };
}
