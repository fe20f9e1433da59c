/**
 * What frontiers bring to the screen: alarms where a hub's view and what devices signed do not go together, and the comparison of two devices without any
 * hub. Part of `DeviceApi`.
 */
import type { Compartment, Id } from '../change/change.ts';
import type { Outcome } from './api.ts';

export type AlarmKind =
	/** another device holds entries that the hub does not give to this one */
	| 'withheld'
	/** two histories of one author: a copied or altered device, or a hub that showed each side one of them. Both are kept */
	| 'fork'
	/** the hub serves less than it once did: it was restored from an old state, or hides what it had. What is held here is given back to it */
	| 'hub-went-back'
	/** another device knows of membership statements (admissions, removals) that the hub does not give to this one */
	| 'log-withheld'
	/** this device's identity was used elsewhere, or this device was set back to an earlier state */
	| 'used-elsewhere'
	/** the hub answers, and has had no news of any other device of that site for a week */
	| 'silent';

export interface SyncAlarm {
	readonly kind: AlarmKind;
	readonly site: Id | null;
	readonly siteName: string | null;
	readonly comp: Compartment | null;
	/** whose entries: the chain in which histories part */
	readonly author: string | null;
	/** positions in that chain: the first that is missing, or the last that both have (fork); and the last that the others state */
	readonly from: number | null;
	readonly to: number | null;
	/** people whose devices state otherwise */
	readonly others: readonly string[];
	/** ms since 1970 by this device's clock */
	readonly since: number;
	/** all of it as a sentence */
	readonly message: string;
}

export interface FrontierComparison {
	/** people of the other device */
	readonly others: readonly string[];
	/** ms since 1970 by the other device's clock */
	readonly at: number;
	/** chains that both hold alike, that the other holds further, and that are held further here */
	readonly same: number;
	readonly behind: number;
	readonly ahead: number;
	/** where the views part, each with its position */
	readonly alarms: readonly SyncAlarm[];
	/** databases of which this user can open nothing: not compared */
	readonly notCompared: number;
}

export interface FrontierApi {
	/** What this device holds, signed and sealed, as one text: to be shown as a code or saved as a file, and compared on another device. */
	ownFrontier(): Promise<Outcome<string>>;
	/** Compares what another device stated with what is held here: shows a hub that gives two clinics different views, without asking it. */
	compareFrontier(text: string): Promise<Outcome<FrontierComparison>>;
}
