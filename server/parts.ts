/**
 * What the routes of the hub work with: made once at start (`hub.ts`), passed to each route.
 */
import type { Logger } from 'pino';
import type { Clock } from '../sync/change/ports.ts';
import type { Identity } from './identity.ts';
import type { Carrier } from './carrier/carrier.ts';
import type { Packs } from './packs/packs.ts';
import type { Operations } from './operations/routes.ts';
import type { Organization } from './organization.ts';
import type { Setup } from './setup.ts';
import type { Budgets } from './sessions/budgets.ts';
import type { Tokens } from './sessions/token.ts';
import type { FrontierStore } from './storage/frontiers.ts';
import type { HubStorage } from './storage/port.ts';

export interface HubParts {
	readonly version: string;
	readonly prefix: string;
	readonly identity: Identity;
	readonly storage: HubStorage;
	readonly organization: Organization;
	readonly setup: Setup;
	readonly tokens: Tokens;
	readonly budgets: Budgets;
	/** every request comes through a proxy, whose word on addresses counts */
	readonly behindProxy: boolean;
	readonly frontiers: FrontierStore;
	readonly packs: Packs;
	/** null on a hub that is no box */
	readonly carrier: Carrier | null;
	readonly operations: Operations;
	/** origins under which this hub is reached: what a session must name, besides those the membership log lists */
	readonly origins: () => readonly string[];
	/** further pages below `/_hub/`, by name */
	readonly pages: ReadonlyMap<string, () => Response>;
	/** aborted when the hub stops: whoever waits is sent home */
	readonly stopping: AbortSignal;
	readonly clock: Clock;
	readonly log: Logger;
}
