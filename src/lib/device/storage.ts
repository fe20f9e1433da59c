/**
 * What the browser says of this app's storage: whether it keeps it until somebody erases it, how much is used and how much it grants. Without its promise a
 * browser that runs out of space may erase everything of an origin at once, unsent work included.
 */

export interface StorageStanding {
	/** the browser promised to keep it; null: it does not say */
	readonly kept: boolean | null;
	/** bytes */
	readonly used: number | null;
	readonly granted: number | null;
}

export async function storageStanding(): Promise<StorageStanding> {
	const manager: Partial<StorageManager> = navigator.storage ?? {};
	const kept = (await manager.persisted?.().catch(() => null)) ?? null;
	const estimate = (await manager.estimate?.().catch(() => null)) ?? null;
	return { kept, used: estimate?.usage ?? null, granted: estimate?.quota ?? null };
}

/** Asks the browser for its promise, where it has not given it. Some ask the person, some decide by themselves (installed, used often). */
export async function askToKeep(): Promise<boolean | null> {
	const manager: Partial<StorageManager> = navigator.storage ?? {};
	if ((await manager.persisted?.().catch(() => null)) === true) return true;
	return (await manager.persist?.().catch(() => null)) ?? null;
}
