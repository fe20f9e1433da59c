/** How much is sent at once. */
import { describe, expect, it } from 'vitest';
import { Pace } from './pace.ts';

const MOST = 4 * 1024 * 1024;
/** A line that carries so many characters a second, and on which silence of more than 30 s ends a request. */
function sendsOver(perSecond: number, characters: number): { readonly seconds: number; readonly broken: number } {
	const pace = new Pace(MOST);
	let [seconds, broken] = [0, 0];
	for (let left = characters; left > 0; ) {
		const batch = Math.min(left, pace.characters);
		const took = batch / perSecond + 0.8;
		if (took > 30) {
			broken++;
			seconds += 30;
			pace.brokeOff(batch);
			continue;
		}
		seconds += took;
		pace.took(took * 1000, batch);
		left -= batch;
	}
	return { seconds, broken };
}

describe('the pace of a push', () => {
	it('never breaks off over a line of 50 kbit/s, and takes little more than the line needs', () => {
		const { seconds, broken } = sendsOver(6_250, 1_200_000);
		expect(broken).toBe(0);
		expect(seconds).toBeLessThan(1.15 * (1_200_000 / 6_250));
	});

	it('finds what a line of 5 kbit/s carries', () => {
		const { broken, seconds } = sendsOver(625, 100_000);
		expect(broken).toBeLessThanOrEqual(2);
		expect(seconds).toBeLessThan(2 * (100_000 / 625));
	});

	it('is as much as a hub takes over a fast line after a few requests, and never more', () => {
		const pace = new Pace(MOST);
		for (let each = 0; each < 10; each++) pace.took(50, pace.characters);
		expect(pace.characters).toBe(MOST);
		pace.took(50, 100);
		expect(pace.characters).toBe(MOST);
	});

	it('does not grow by what a small request took, nor by a clock that was set back, and never falls to nothing', () => {
		const pace = new Pace(MOST);
		const before = pace.characters;
		pace.took(10, 200);
		pace.took(-86_400_000, before);
		expect(pace.characters).toBe(before);
		for (let each = 0; each < 20; each++) pace.brokeOff(pace.characters);
		expect(pace.characters).toBeGreaterThan(4_000);
	});
});
