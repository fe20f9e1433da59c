import { describe, expect, test } from 'vitest';
import { chooseLanguage, chosenLanguage, forgetLanguage, forgetPeople } from './choice.ts';
import { directionOf, LANGUAGES, preferredLocale } from './languages.ts';
import { m, speak } from './spoken.ts';

function shelf(): Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'> {
	const kept = new Map<string, string>();
	return {
		get length() { return kept.size; }, key: (index) => [...kept.keys()][index] ?? null,
		getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value), removeItem: (key) => void kept.delete(key)
	};
}

describe('which language is shown', () => {
	test('before anybody chose, the first that the browser wants and the app speaks', () => {
		expect([['de', 'sw-KE', 'en'], ['ar-SD'], ['pt'], []].map(preferredLocale)).toEqual(['sw', 'ar', 'en', 'en']);
	});

	test('people of a shared tablet each have their own; who has chosen none has the device’s', () => {
		const kept = shelf();
		chooseLanguage(kept, null, 'fr');
		chooseLanguage(kept, 'amina', 'ar');
		expect([null, 'amina', 'olive'].map((member) => chosenLanguage(kept, member, ['en']))).toEqual(['fr', 'ar', 'fr']);
		forgetLanguage(kept, 'amina');
		expect(chosenLanguage(kept, 'amina', ['en'])).toBe('fr');
	});

	test('an erased device keeps its own language and nothing of its people', () => {
		const kept = shelf();
		for (const [member, locale] of [[null, 'fr'], ['amina', 'ar'], ['olive', 'es']] as const) chooseLanguage(kept, member, locale);
		forgetPeople(kept);
		expect([kept.length, chosenLanguage(kept, null, ['en']), chosenLanguage(kept, 'amina', ['en'])]).toEqual([1, 'fr', 'fr']);
	});

	test('the first to choose chooses for the lock screen', () => {
		const kept = shelf();
		chooseLanguage(kept, 'amina', 'sw');
		chooseLanguage(kept, 'olive', 'es');
		expect(chosenLanguage(kept, null, ['en'])).toBe('sw');
	});

	test('what somebody else put there is not taken for a language', () => {
		const kept = shelf();
		kept.setItem('saddlebag/language', '__proto__');
		expect(chosenLanguage(kept, null, ['es'])).toBe('es');
	});

	test('only Arabic is written from the right', () => expect(LANGUAGES.filter((one) => directionOf(one) === 'rtl')).toEqual(['ar']));
});

test('words may be referred to before a language is there, and are then said in the one that is', () => {
	const reference: unknown = Reflect.get(m, 'greeting');
	const say = (): unknown => (typeof reference === 'function' ? reference({ name: 'Grace' }) : null);
	expect(say).toThrow('before a language was loaded');
	const greet = (word: string) => ({ greeting: (inputs?: object) => `${word} ${String(Reflect.get(inputs ?? {}, 'name'))}` });
	speak(greet('Hello'));
	expect(say()).toBe('Hello Grace');
	speak(greet('Habari'));
	expect(say()).toBe('Habari Grace');
});
