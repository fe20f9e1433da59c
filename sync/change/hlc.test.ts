import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compare, DRIFT_MS_MAX, hlc, hlcCounter, hlcMs, isHlc, receive, tick } from './hlc.ts';

const seed = 3;
const reading = fc.tuple(fc.integer({ min: 0, max: 2 ** 48 - 2 }), fc.integer({ min: 0, max: 0xffff })).map(([ms, counter]) => hlc(ms, counter));
const wall = fc.oneof(fc.integer({ min: -(10 ** 13), max: 10 ** 15 }), fc.constantFrom(0, NaN, Infinity, -Infinity, 1.5));

describe('hybrid logical clock', () => {
	test('has one text form, which sorts as it counts', () => {
		expect(hlc(0x18f)).toBe('00000000018f-0000');
		expect(hlc(1, 0xffff)).toBe('000000000001-ffff');
		for (const text of ['18f-0000', '00000000018F-0000', '00000000018f-00000', '00000000018f_0000', '', null]) expect(isHlc(text)).toBe(false);
		fc.assert(fc.property(reading, reading, (a, b) => {
			expect(Math.sign(compare(a, b))).toBe(Math.sign(hlcMs(a) - hlcMs(b) || hlcCounter(a) - hlcCounter(b)));
		}), { seed });
	});

	test('always moves on, whatever the wall clock says', () => {
		fc.assert(fc.property(reading, wall, (local, ms) => {
			expect(compare(tick(local, ms), local)).toBe(1);
		}), { seed });
	});

	test('takes the wall clock where that is ahead, else counts', () => {
		expect(tick(null, 1000)).toBe(hlc(1000));
		expect(tick(hlc(1000, 7), 1001)).toBe(hlc(1001));
		expect(tick(hlc(1000, 7), 1000)).toBe(hlc(1000, 8));
		expect(tick(hlc(1000, 0xffff), 900)).toBe(hlc(1001, 0));
	});

	test('goes on from what it has seen', () => {
		expect(receive(hlc(1000), hlc(2000, 3), 1500)).toBe(hlc(2000, 3));
		expect(receive(hlc(3000), hlc(2000, 3), 1500)).toBe(hlc(3000));
		fc.assert(fc.property(reading, reading, wall, (local, remote, ms) => {
			expect(compare(receive(local, remote, ms), local)).toBeGreaterThanOrEqual(0);
		}), { seed });
	});

	test('attack 37: a remote clock in the future does not drag the local one, and the last reading of all stands', () => {
		const now = 1_700_000_000_000;
		expect(receive(hlc(now), hlc(now + DRIFT_MS_MAX), now)).toBe(hlc(now + DRIFT_MS_MAX));
		expect(receive(hlc(now), hlc(now + DRIFT_MS_MAX + 1), now)).toBe(hlc(now));
		expect(receive(null, hlc(2 ** 48 - 1, 0xffff), now)).toBe(hlc(now));
		const last = hlc(2 ** 48 - 1, 0xffff);
		expect(tick(last, now)).toBe(last);
	});

	test('attack 37: a reader whose clock stands in 1970 still writes in order', () => {
		const first = tick(null, 0);
		const second = tick(receive(first, hlc(1_700_000_000_000), 0), 0);
		expect(compare(second, first)).toBe(1);
		expect(hlcMs(second)).toBe(0);
	});
});
