/** Where a reader goes on, whatever became of the hub meanwhile. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countAfter, formatSequence, parseEpochs, parseSince, type Epoch } from './sequence.ts';

const since = (text: string) => {
	const parsed = parseSince(text);
	if (!parsed.ok) throw new Error(parsed.error.message);
	return parsed.value;
};
const FIRST: Epoch = { name: 'aaaaaaaa', from: 0 };

describe('a sequence', () => {
	it('of the present epoch is where it says', () => {
		expect(countAfter(since(formatSequence(7, [FIRST])), [FIRST], 10)).toBe(7);
		expect(countAfter(since('now'), [FIRST], 10)).toBe(10);
		expect(countAfter(since('3'), [FIRST], 10)).toBe(3);
	});

	it('of an epoch that ended goes on where it was, when nothing was lost', () => {
		const epochs = [FIRST, { name: 'bbbbbbbb', from: 10 }];
		expect(countAfter(since('10-aaaaaaaa'), epochs, 20)).toBe(10);
	});

	it('of a lost future goes back to the backup', () => {
		const restored = [FIRST, { name: 'cccccccc', from: 100 }];
		expect(countAfter(since('120-aaaaaaaa'), restored, 300)).toBe(100);
	});

	it('of an unknown epoch starts from the beginning', () => {
		expect(countAfter(since('50-dddddddd'), [FIRST], 100)).toBe(0);
	});

	it('never leads past what the reader can have seen in a shared past', () => {
		const histories = fc.record({ shared: fc.nat(50), lost: fc.nat(50), since: fc.nat(50), read: fc.nat(100) });
		fc.assert(
			fc.property(histories, ({ shared, lost, since: more, read }) => {
				// One epoch with `shared` writes in the backup and `lost` after it; the restored hub then wrote `more`.
				const at = Math.min(read, shared + lost);
				const restored = [FIRST, { name: 'eeeeeeee', from: shared }];
				expect(countAfter(since(`${at}-aaaaaaaa`), restored, shared + more)).toBe(Math.min(at, shared));
			}),
			{ seed: 30 }
		);
	});

	it.each(['', 'x', '-1', '1-', '1-xyz', '1.5', "1' or '1", '9'.repeat(20), '1-AAAAAAAA'])('is not %j', (text) => {
		expect(parseSince(text).ok).toBe(false);
	});
});

it('stored epochs that are none are left out', () => {
	expect(parseEpochs([FIRST, null, 7, { name: 'x' }])).toEqual([FIRST]);
	expect(parseEpochs('x')).toEqual([]);
});
