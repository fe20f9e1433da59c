/**
 * Files of any size for carrying by hand: everything that this device holds, or what another device or site lacks, and taking one in. Part of `DeviceApi`.
 */
import type { Hash, Id } from '../change/change.ts';
import type { Outcome } from './api.ts';

/** Whom a file may be made for: what they stated that they hold is left out of it. */
export type BundleTarget =
	| { readonly kind: 'device'; readonly device: Id; readonly names: readonly string[]; /** of its newest statement, ms since 1970 by its clock */ readonly at: number }
	| { readonly kind: 'site'; readonly site: Id; readonly name: string };

/** A piece of a file: pieces of one `part` in order make one file, which ends with `last`. */
export interface BundlePiece { readonly part: number; readonly name: string; readonly bytes: Uint8Array; readonly last: boolean }

export interface BundleProgress { readonly done: number; readonly total: number }

export interface BundleExport {
	/** files that were written */
	readonly files: number;
	readonly documents: number;
	/** documents left out, because those it is for stated that they hold them or do not keep their database */
	readonly leftOut: number;
}

/** What is read of a file: a `Blob` is one. */
export interface BundleSource {
	/** bytes */
	readonly size: number;
	slice(from: number, to: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

export interface BundleImport {
	readonly organization: Hash | null;
	/** new here */
	readonly envelopes: number;
	readonly statements: number;
	/** were here already */
	readonly already: number;
	/** of sites that this device does not keep: left in the file */
	readonly elsewhere: number;
	/** lines of the file that are no document, because it was damaged; of some the reason */
	readonly damaged: number;
	readonly refused: readonly { readonly document: string; readonly reason: string }[];
	/** nothing of the file is missing */
	readonly whole: boolean;
	/** another file follows this one */
	readonly more: boolean;
}

export interface BundleApi {
	/** Devices that stated what they hold, and sites that they are posted to: for whom `exportBundle` can leave out what is there. */
	bundleTargets(): Promise<Outcome<readonly BundleTarget[]>>;
	/**
	 * Writes sealed envelopes and statements as they would be sent, piece by piece, into files of at most about `bytesMax` bytes. `lacking` null: everything
	 * that this device holds, and works while locked; else what that device, or every device of that site, is not known to hold. `cancel(operation)` ends it; files that
	 * were ended before are whole.
	 */
	exportBundle(request: {
		readonly lacking: { readonly device: Id } | { readonly site: Id } | null; readonly bytesMax: number; readonly operation: string;
		readonly write: (piece: BundlePiece) => void | Promise<void>; readonly progress?: (progress: BundleProgress) => void;
	}): Promise<Outcome<BundleExport>>;
	/**
	 * Takes in a file that any device or hub of this organization wrote, in any order, twice, or damaged: of a damaged one everything that is sound. Each document passes
	 * the same gate as from a hub. Works while locked. `cancel(operation)` ends it; what was taken in stays.
	 */
	importBundle(request: { readonly file: BundleSource; readonly operation: string; readonly progress?: (progress: BundleProgress) => void }): Promise<Outcome<BundleImport>>;
}
