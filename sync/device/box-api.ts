/** Boxes that carry sites: the part of `DeviceApi` for whoever leads them. */
import type { Id } from '../change/change.ts';
import type { Outcome } from './api.ts';

/** A box as the log has it. */
export interface BoxInfo {
	readonly key: string;
	/** the first characters of the key, in groups, as the box's own page shows them */
	readonly short: string;
	readonly origins: readonly string[];
	readonly sites: readonly { readonly site: Id; readonly name: string }[];
	/** this user leads one of its sites or more, and may end its carrying of these */
	readonly mayDismiss: boolean;
	/** of its sites those that this user does not lead: it goes on carrying them */
	readonly keeps: readonly { readonly site: Id; readonly name: string }[];
	readonly ended: boolean;
}
/** What a box asks with, and the sites that this user could let it carry. */
export interface BoxRequest {
	readonly key: string;
	readonly short: string;
	readonly origins: readonly string[];
	readonly sites: readonly { readonly site: Id; readonly name: string }[];
}

export interface BoxApi {
	boxes(): Promise<Outcome<readonly BoxInfo[]>>;
	/** Origins of the hubs and boxes that the membership log names: what a page of the app may speak to. */
	reachableHubs(): Promise<Outcome<readonly string[]>>;
	/** What the link of a box says: to be compared with what the box shows before anything is let. */
	readBox(link: string): Promise<Outcome<BoxRequest>>;
	/** Lets it carry these sites: it gets their envelopes and no key. */
	letBoxCarry(request: { readonly link: string; readonly sites: readonly Id[] }): Promise<Outcome<null>>;
	/** Ends that for good, lost, stolen or taken out of service: for all its sites, or for those that this user leads. */
	dismissBox(request: { readonly key: string; readonly reason: string }): Promise<Outcome<null>>;
}
