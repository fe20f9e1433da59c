/**
 * Waiting until the hub has everything: a record is said to be at the hub only when the hub confirmed it (A3).
 */
import type { DeviceApi, SyncStatus } from '../../sync/device/api.ts';
import { err, ok, problem, type Problem, type Result } from '../../sync/result.ts';

/** exchanges without anything new confirmed after which the waiting ends */
const IDLE_ROUNDS_MAX = 3;

/** Exchanges until nothing of this device waits to be sent. An error says what is still only here, and why. */
export async function untilAtHub(device: DeviceApi, signal: { readonly aborted: boolean }, report: (status: SyncStatus) => void = () => undefined): Promise<Result<null, Problem>> {
	let before = Infinity;
	for (let idle = 0; idle < IDLE_ROUNDS_MAX; ) {
		if (signal.aborted) return err(problem('cancelled', 'Cancelled while sending.'));
		await device.syncNow();
		const status = await device.syncStatus();
		report(status);
		if (status.waitingToSend === 0 && status.line === 'connected') return ok(null);
		idle = status.waitingToSend < before ? 0 : idle + 1;
		before = Math.min(before, status.waitingToSend);
	}
	const { waitingToSend, problem: why } = await device.syncStatus();
	return err(problem('not-at-hub', `${waitingToSend} changes are on this device only: ${why ?? 'the hub did not confirm them'}.`));
}
