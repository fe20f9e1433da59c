/** A log as a large organization has after years says the same whichever way it arrived. How fast is `bench/membership.ts`'s business. */
import { describe, expect, it } from 'vitest';
import { MembershipLog } from './log.ts';
import { owedKeys } from './selectors.ts';
import { largeLog } from './testing/large-log.ts';

const STATEMENTS = process.env['SADDLEBAG_LONG'] === '1' ? 1_000 : 200;

describe('a large log', () => {
	it(`of ${STATEMENTS} statements has one state whole, backwards and one by one, and owes nobody a key`, async () => {
		const { log, documents } = await largeLog(STATEMENTS);
		const whole = new MembershipLog(log.org);
		whole.add(documents);
		expect(whole.state?.included.size).toBe(documents.length);
		expect(whole.state?.refused).toEqual([]);
		const backwards = new MembershipLog(log.org);
		backwards.add([...documents].reverse());
		expect(backwards.state?.heads).toEqual(whole.state?.heads);
		const incremental = new MembershipLog(log.org);
		incremental.add(documents.slice(0, -1));
		incremental.add(documents.slice(-1));
		expect(incremental.state?.heads).toEqual(whole.state?.heads);
		expect(whole.state === null ? null : owedKeys(whole.state)).toEqual([]);
	}, 60_000);
});
