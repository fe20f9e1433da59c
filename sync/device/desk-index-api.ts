/** Desk indexes that sites share: the part of `DeviceApi` for whoever leads them. */
import type { Hash, Id } from '../change/change.ts';
import type { Outcome } from './api.ts';

/** A share in force, as everybody in the organization may know. */
export interface ShareInfo {
	/** the statement that began it */
	readonly share: Hash;
	/** whose patients are found */
	readonly site: { readonly site: Id; readonly name: string };
	/** whose members find them */
	readonly with: readonly { readonly site: Id; readonly name: string }[];
	readonly by: string;
	/** this user leads the site, and may end it */
	readonly mayEnd: boolean;
}

export interface DeskIndexApi {
	sharedIndexes(): Promise<Outcome<readonly ShareInfo[]>>;
	/** Lets the members of the sites `among` find the patients of `site` by name, year of birth and village. The user leads all of them. */
	shareIndex(request: { readonly site: Id; readonly among: readonly Id[] }): Promise<Outcome<null>>;
	/** Ends that: what was told leaves every view. What was readable stays readable for who kept it. */
	endSharedIndex(request: { readonly share: Hash }): Promise<Outcome<null>>;
}
