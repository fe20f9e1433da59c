/**
 * The state of the line in words, for the pill on every screen. It follows real transfers, never the browser's own idea of being
 * online; it says where the records are and not "synced"; it turns amber when nothing has been exchanged for 12 hours (Simple), and
 * is never red for merely being offline.
 */
import { m } from '$lib/paraglide/messages.js';
import type { IconName } from '$lib/ui/icons.ts';
import { formatInstant } from '$lib/format/date.ts';
import type { SyncStatus } from '$sync/device/api.ts';

const STALE_MS = 12 * 3_600_000;

export interface LineInWords {
	readonly icon: IconName;
	readonly amber: boolean;
	readonly short: string;
	readonly full: string;
}

function times(status: SyncStatus): string {
	const sent = status.lastSent === null ? m.sync_never() : formatInstant(status.lastSent);
	const received = status.lastReceived === null ? m.sync_never() : formatInstant(status.lastReceived);
	return m.sync_last({ sent, received });
}

export function lineInWords(status: SyncStatus, now: number): LineInWords {
	const last = Math.max(status.lastSent ?? 0, status.lastReceived ?? 0);
	const amber = last > 0 && now - last > STALE_MS;
	const count = status.waitingToSend;
	if (status.sending !== null) {
		return { icon: 'sync', amber, short: m.sync_sending({ done: status.sending.done, total: status.sending.total }), full: m.sync_sending_full() };
	}
	if (status.receiving !== null) {
		const { done, total } = status.receiving;
		return { icon: 'sync', amber, short: total === null ? m.sync_receiving({ done }) : m.sync_receiving_of({ done, total }), full: m.sync_receiving_full() };
	}
	switch (status.line) {
		case 'offline':
			return { icon: 'offline', amber, short: count > 0 ? m.sync_offline_waiting({ count }) : m.sync_offline(), full: times(status) };
		case 'no-hub':
			return { icon: 'offline', amber, short: m.sync_no_hub(), full: times(status) };
		case 'connecting':
			return { icon: 'sync', amber, short: count > 0 ? m.sync_connecting_waiting({ count }) : m.sync_connecting(), full: times(status) };
		case 'connected':
			return { icon: count > 0 ? 'waiting' : 'check', amber, short: count > 0 ? m.sync_waiting({ count }) : m.sync_all_at_hub(), full: times(status) };
	}
}
