/** Allowances: what was used comes back with time, nobody pays for another, and one address is one party. */
import { describe, expect, it } from 'vitest';
import { fixedClock } from '../../sync/change/ports.ts';
import { ALLOWANCES, addressOf, Budgets, partyOf } from './budgets.ts';

const small = { stranger: { burst: 3, perSecond: 0.5 } };

describe('an allowance', () => {
	it('is used up, says how long to wait, and is refilled no further than full', () => {
		const clock = fixedClock(1_000_000);
		const budgets = new Budgets(clock, small);
		for (let i = 0; i < 3; i++) expect(budgets.take('stranger', 'a')).toBeNull();
		expect(budgets.take('stranger', 'a')).toBe(2);
		expect(budgets.take('stranger', 'b')).toBeNull();
		clock.set(clock.now() + 2000);
		expect(budgets.take('stranger', 'a')).toBeNull();
		expect(budgets.take('stranger', 'a')).toBe(2);
		clock.set(clock.now() + 3_600_000);
		for (let i = 0; i < 3; i++) expect(budgets.take('stranger', 'a')).toBeNull();
		expect(budgets.take('stranger', 'a')).not.toBeNull();
	});

	it('is not refilled by a clock that falls back, and lets one amount larger than itself pass when it is full', () => {
		const clock = fixedClock(1_000_000);
		const budgets = new Budgets(clock, small);
		expect(budgets.take('stranger', 'a', 10)).toBeNull();
		clock.set(0);
		expect(budgets.take('stranger', 'a')).not.toBeNull();
	});

	it('of a hundred thousand parties takes no more memory than that', () => {
		const budgets = new Budgets(fixedClock(0), small);
		for (let i = 0; i < 150_000; i++) budgets.take('stranger', `party ${i}`);
		// the first ones are forgotten, hence full again
		for (let i = 0; i < 3; i++) expect(budgets.take('stranger', 'party 0')).toBeNull();
	});

	it('lets an import of ten thousand charts and a clinic that signs in at once pass', () => {
		expect(ALLOWANCES.bytes.burst).toBeGreaterThan(10_000 * 100 * 1500);
		expect(ALLOWANCES.stranger.burst).toBeGreaterThan(2 * 500);
	});
});

describe('an address', () => {
	it('of IPv6 is its network, of IPv4 itself, also where it is written as the other', () => {
		expect(partyOf('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2');
		expect(partyOf('2001:db8:1:2::9')).toBe('2001:db8:1:2');
		expect(partyOf('2001:DB8::9')).toBe('2001:db8:0:0');
		expect(partyOf('fe80::1%eth0')).toBe('fe80:0:0:0');
		expect(partyOf('::ffff:10.1.2.3')).toBe('10.1.2.3');
		expect(partyOf('10.1.2.3')).toBe('10.1.2.3');
		expect(partyOf(undefined)).toBe('unknown');
	});

	it('behind a proxy is the one that the proxy saw, not what its client says of itself', () => {
		expect(addressOf('127.0.0.1', '203.0.113.9')).toBe('203.0.113.9');
		expect(addressOf('127.0.0.1', '198.51.100.1, 10.0.0.1,203.0.113.9')).toBe('203.0.113.9');
		expect(addressOf('127.0.0.1', '203.0.113.9:51234')).toBe('203.0.113.9');
		expect(addressOf('127.0.0.1', '1.1.1.1, [2001:db8::9]:443')).toBe('2001:db8::9');
		expect(addressOf('127.0.0.1', '2001:db8::9')).toBe('2001:db8::9');
		for (const none of [null, '', ' ', 'unknown', '203.0.113.9, ', '203.0.113.9, <script>', '999.1.1.1']) expect(addressOf('127.0.0.1', none)).toBe('127.0.0.1');
	});
});
