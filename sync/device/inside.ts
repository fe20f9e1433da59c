/** What parts that outlive an unlocking may ask of the device they belong to. */
import type { LocalUser, Outcome } from './api.ts';
import type { ControlPlane } from './control.ts';
import type { Account, HubAddress, Identities } from './identity.ts';
import type { Joining } from './joining.ts';
import type { DevicePorts } from './ports.ts';
import type { ActorSecrets } from '../seal/passphrase.ts';
import type { Scope } from '../replication/replication.ts';
import type { Unlocked } from './unlocked.ts';

export interface Inside {
	readonly ports: DevicePorts;
	readonly identities: Identities;
	readonly joining: Joining;
	control(): ControlPlane | null;
	hub(): HubAddress | null;
	unlocked(): Unlocked | null;
	/** what this device replicates; null before there is an organization and a hub */
	scope(): Scope | null;
	/** Is the account somebody's whom the membership log lets in? */
	isMember(account: Account): boolean;
	/** Was the account somebody's whom the membership log let in, and who was removed since? */
	wasRemoved(account: Account): boolean;
	/** Unlocks: whoever was unlocked before is locked first. */
	enter(account: Account, secrets: ActorSecrets): Promise<Outcome<LocalUser>>;
	lock(): Promise<void>;
	/** Reads again what is on the disk of organization and hub, and begins to replicate when there are both. */
	start(): Promise<void>;
	/** Control documents were stored by another path than the exchange with the hub. */
	controlArrived(ids: readonly string[]): Promise<void>;
	/** Who uses this device, or waits to, changed. */
	usersChanged(): Promise<void>;
	/** Envelopes were stored that are to be taken in and sent. */
	envelopesArrived(): void;
	/** Ends everything and removes it from this device. */
	erase(): Promise<void>;
}
