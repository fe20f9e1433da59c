import { describe, expect, test } from 'vitest';
import type { SyncStatus } from '$sync/device/api.ts';
import { lineInWords } from './status.ts';

const now = new Date(2026, 7, 14, 9, 42).getTime();
const status = (over: Partial<SyncStatus>): SyncStatus => ({
	line: 'connected', waitingToSend: 0, sending: null, receiving: null, lastSent: now, lastReceived: now, waiting: 0, quarantined: 0, problem: null, hub: null, sites: [], alarms: [], ...over
});

describe('the state of the line', () => {
	test.each([
		[{}, 'All at the hub'], [{ waitingToSend: 1 }, '1 record waits here'], [{ line: 'offline', waitingToSend: 12 }, 'No connection, 12 records wait here'],
		[{ line: 'offline' }, 'No connection'], [{ sending: { done: 3, total: 12 } }, 'Sending 3 of 12'], [{ line: 'connecting' }, 'Looking for the hub']
	] as const)('%o', (over, words) => expect(lineInWords(status(over), now).short).toBe(words));

	test('being offline is not alarming; being without news for 12 hours is', () => {
		expect(lineInWords(status({ line: 'offline' }), now).amber).toBe(false);
		const old = now - 12 * 3_600_000 - 1;
		expect(lineInWords(status({ lastSent: old, lastReceived: old }), now).amber).toBe(true);
		expect(lineInWords(status({ lastSent: old, lastReceived: now }), now).amber).toBe(false);
	});

	test('it never claims that something is synced', () => {
		for (const line of ['connected', 'offline', 'connecting', 'no-hub'] as const) for (const waitingToSend of [0, 3]) {
			const words = lineInWords(status({ line, waitingToSend }), now);
			expect(`${words.short} ${words.full}`).not.toMatch(/synced|cloud|error/iu);
		}
	});
});
