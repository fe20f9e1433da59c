import { expect, test } from 'vitest';
import type { Id } from '$sync/change/change.ts';
import { cardText, readCard } from './card.ts';

const ref = { site: '0'.repeat(32) as Id, chart: 'f'.repeat(32) as Id };

test('a card names its chart, and nothing else', () => {
	expect(readCard(cardText(ref))).toEqual(ref);
	expect(cardText(ref).length).toBeLessThan(100);
});
test('a code of something else is no card', () => {
	for (const text of ['', 'https://example.org', `${cardText(ref)}:x`, cardText(ref).slice(0, -1), cardText(ref).replace('chart', 'file'), '0700123456']) expect(readCard(text)).toBeNull();
});
