import { expect, test } from 'vitest';
import { adviceFor, passphraseErrors } from './passphrase.ts';

test.each([
	['river stone', 'short'], ['aaaaaaaaaaaaaaaa', 'guessable'], ['123456789012', 'guessable'], ['qwertyuiopasdfgh', 'guessable'], ['passwordpassword', 'guessable'],
	['river stone cup', 'fair'], ['river stone candle market', 'strong'], ['нож ложка вилка тарелка', 'strong']
] as const)('"%s" is %s', (passphrase, advice) => expect(adviceFor(passphrase)).toBe(advice));

test('the own name is no secret', () => expect(adviceFor('beatrice owner!', 'Beatrice Owner')).toBe('guessable'));

test('characters are counted as people count them', () => expect(adviceFor('👩🏽‍⚕️'.repeat(2))).toBe('short'));

test('a weak one is named at its field, a good one is taken', () => {
	expect(passphraseErrors('passphrase', 'short', '')).toEqual([{ field: 'passphrase', message: 'Enter a passphrase of at least 12 characters' }]);
	expect(passphraseErrors('passphrase', 'river stone candle market', '')).toEqual([]);
});
