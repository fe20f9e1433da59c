/**
 * Giving a device away and taking one over: see `hand-over.ts` for what travels and why it is safe.
 *
 * The receiving browser must be empty. What binds it to the organization is stored last, so that an interrupted taking over leaves an
 * empty device that can begin again.
 */
import { fromBase64url, toBase64url } from '../change/base64url.ts';
import { actorIdOf, deviceIdOf } from '../membership/ids.ts';
import { ok } from '../result.ts';
import type { HubClient } from '../replication/hubClient.ts';
import { signingKeyFrom } from '../seal/keys.ts';
import type { Store } from '../store/index.ts';
import type { Outcome } from './api.ts';
import { encodeHandOver, parseHandOver, type HandOver } from './hand-over.ts';
import type { Account, DeviceKeys, Identities } from './identity.ts';
import { refuse } from './outcome.ts';

/** What is handed over of the one account of this device. Refused once it wrote anything: its chains would be continued in two places. */
export async function handOverOf(store: Store, identities: Identities, { transport }: DeviceKeys, name: string): Promise<Outcome<string>> {
	const organization = await identities.organization();
	const [account, ...others] = await identities.accounts();
	if (organization === null || account === undefined || others.length > 0) return refuse('not-one-user', 'Only a device with exactly one user can be handed over.');
	if ((await store.own.chains()).length > 0) return refuse('has-written', 'This device has written entries already: it cannot be handed over.');
	if ((await store.own.countOnThisDeviceOnly()) > 0 || (await store.control.unsent(organization.hub.key)).some(({ v }) => v !== 'a1')) {
		return refuse('unsent', 'Something of this device has not reached the hub yet.');
	}
	const { answered: _, bound, passkeys: __, ...kept } = account;
	if (bound !== undefined) return refuse('not-one-user', 'An account that was invited again cannot be handed over.');
	return ok(encodeHandOver({ v: 1, name, transport: toBase64url(transport.seed), hub: organization.hub, account: kept }));
}

/** Null when the parts belong together. */
function faultIn({ transport, account }: HandOver): string | null {
	const seed = fromBase64url(transport);
	if (seed?.length !== 32) return 'the transport key is damaged';
	const { publicKey } = signingKeyFrom(seed);
	if (publicKey !== account.keys.transport || deviceIdOf(publicKey) !== account.keys.device) return 'the transport key is another device\'s';
	return actorIdOf(account.keys) === account.actor ? null : 'the account is another device\'s';
}

/** The hub is asked first: a browser is not bound to an organization that is not there any more. */
async function checked(given: string, client: (origin: string) => HubClient): Promise<Outcome<HandOver>> {
	const handOver = parseHandOver(given);
	if (!handOver.ok) return handOver;
	const fault = faultIn(handOver.value);
	if (fault !== null) return refuse('not-a-hand-over', `This link does not fit together: ${fault}.`);
	const { hub, account } = handOver.value;
	const info = await client(hub.origin).info();
	if (!info.ok) return info;
	return info.value.hub === hub.key && info.value.org === account.organization ? handOver : refuse('wrong-hub', 'The hub at this address is not the one that this link was made for. If the demo was built anew, use its new links.');
}

/** Stores a hand-over as this device's identity. Again with the same one it changes nothing. */
export async function adopt(given: string, store: Store, identities: Identities, client: (origin: string) => HubClient): Promise<Outcome<Account>> {
	const handOver = await checked(given, client);
	if (!handOver.ok) return handOver;
	const { hub, transport } = handOver.value;
	const account: Account = { ...handOver.value.account, answered: null };
	return store.locks.exclusive(`saddlebag-identity-${store.name}`, async () => {
		const present = await identities.accounts();
		if ((await identities.organization()) !== null) {
			if (present.length === 1 && present[0]?.actor === account.actor) return ok(account);
			return refuse('already-joined', 'This browser belongs to an organization already. Open the link in another browser profile: one profile for each person.');
		}
		await store.identity.remove(present.map(({ member }) => `account|${member}`));
		await store.identity.put('device', JSON.stringify({ transport }));
		await identities.put(account);
		await identities.join(account.organization, hub);
		return ok(account);
	});
}
