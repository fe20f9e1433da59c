/** What a device replicates, and where others find its hub: answers of the membership log. */
import type { Id } from '../change/change.ts';
import { CONTROL, databasesFor } from '../membership/databases.ts';
import type { Scope } from '../replication/replication.ts';
import type { ControlPlane } from './control.ts';
import type { HubAddress } from './identity.ts';

/** Asked again whenever the log grew or a site was taken on. */
export function scopeOf(control: ControlPlane, hub: HubAddress, device: Id, takenOn: ReadonlySet<Id>): Scope {
	const replicated = control.state === null ? [] : databasesFor(control.state, device, takenOn).replicates;
	return {
		org: control.org, device, hub: hub.key, control: `${hub.prefix}-${CONTROL}`,
		databases: replicated.filter((name) => name !== CONTROL).map((name) => `${hub.prefix}-${name}`)
	};
}

const THIS_MACHINE = /^https?:\/\/(localhost|127\.|\[::1\])/;

/** An address of the hub for an invited person's device: the first that is not this very machine, where there is one. */
export function invitationOrigin(control: ControlPlane | null, hub: HubAddress): string {
	const origins = control?.state?.hubs.find(({ key }) => key === hub.key)?.origins ?? [];
	return origins.find((origin) => !THIS_MACHINE.test(origin)) ?? hub.origin;
}
