/** The languages of the app are whole and safe, and the check of it finds what is not. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readCatalogue } from './catalogue.ts';
import { findingsOf, pluralCases } from './problems.ts';
import { readLanguages } from './report.ts';
import { digestOf, isSafetyCritical, readReview, safetyPage } from './safety.ts';

const languages = readLanguages();

describe.each(languages.map((one) => [one.locale, one] as const))('%s', (_, language) => {
	test('is complete, and nothing in it is unsafe', () => expect(language.findings.filter((f) => !f.notice).map((f) => `${f.key}: ${f.what}`)).toEqual([]));

	test('the page for its reviewers has the words of now', () => {
		expect(existsSync(language.page.file) ? readFileSync(language.page.file, 'utf8') : '', 'run: npm run languages -- --write').toBe(language.page.text);
	});
});

test('the five languages are there', () => expect(languages.map((one) => one.locale)).toEqual(['en', 'fr', 'es', 'sw', 'ar']));

describe('what the check finds', () => {
	const plural = (cases: Readonly<Record<string, string>>): unknown => [
		{ declarations: ['input count', 'local countPlural = count: plural'], selectors: ['countPlural'], match: Object.fromEntries(Object.entries(cases).map(([one, text]) => [`countPlural=${one}`, text])) }
	];
	const catalogue = (messages: object) => readCatalogue(JSON.stringify(messages));
	const english = catalogue({ dose: 'Give {dose} every 8 hours', waits: plural({ one: '{count} record waits', other: '{count} records wait' }) });
	const french = { dose: 'Donner {dose} toutes les 8 heures', waits: plural({ one: '{count} fiche attend', many: '{count} de fiches attendent', other: '{count} fiches attendent' }) };
	const found = (translated: object, locale = 'fr'): readonly string[] => findingsOf(english, catalogue(translated), locale).filter((f) => !f.notice).map((f) => `${f.key} ${f.what}`);

	test('control: nothing in words that are whole', () => expect(found(french)).toEqual([]));

	test.each([
		['missing words', { waits: french.waits }, 'dose is missing'],
		['words left over', { ...french, dosis: 'x' }, 'dosis is not in the English file'],
		['a dose without its number', { ...french, dose: 'Donner toutes les 8 heures' }, 'dose lost {dose}'],
		['a value that nothing fills', { ...french, dose: 'Donner {dosis} toutes les 8 heures, {dose}' }, 'dose has {dosis}'],
		['another number', { ...french, dose: 'Donner {dose} toutes les 6 heures' }, 'dose has other numbers'],
		['a case of the plural that is not there', { ...french, waits: plural({ one: '{count} fiche', other: '{count} fiches' }) }, 'waits has no words for the plural case "many"'],
		['no plural at all', { ...french, waits: '{count} fiches' }, 'waits has no cases of countPlural'],
		['HTML', { ...french, dose: 'Donner <b>{dose}</b> toutes les 8 heures' }, 'dose HTML'],
		['a character that turns text round', { ...french, dose: 'Donner \u202e{dose} toutes les 8 heures' }, 'dose a character that turns'],
		['a letter that nobody sees', { ...french, dose: 'Donner {dose}\u200b toutes les 8 heures' }, 'dose a character that is not seen'],
		['a control character', { ...french, dose: 'Donner {dose}\u0007 toutes les 8 heures' }, 'dose a control character'],
		['digits that are read otherwise', { ...french, dose: 'Donner {dose} toutes les 8 heures ٥' }, 'dose Arabic-Indic digits'],
		['an abbreviation of ISMP’s list', { ...french, dose: 'Donner {dose} µg toutes les 8 heures' }, 'dose an abbreviation'],
		['no words', { ...french, dose: ' ' }, 'dose no words'],
		['a text that is none', { ...french, dose: 8 }, 'dose is neither']
	])('%s', (_, translated, what) => expect(found(translated).some((one) => one.trim().startsWith(what))).toBe(true));

	test('a key that stands twice', () => expect(readCatalogue('{\n\t"a": "1",\n\t"a": "2"\n}').unreadable).toEqual(['a stands twice']));

	test('the count may be a word where only one number is meant, and nowhere else', () => {
		const arabic = { zero: 'لا سجلات', one: 'سجل واحد', two: 'سجلان', few: '{count} سجلات', many: '{count} سجلاً', other: '{count} سجل' };
		const texts = { dose: '{dose} كل 8 ساعات', waits: plural(arabic) };
		expect(found(texts, 'ar')).toEqual([]);
		expect(found({ ...texts, waits: plural({ ...arabic, few: 'سجلات' }) }, 'ar')).toHaveLength(1);
	});

	test('the cases of the languages, after CLDR', () => {
		expect(['en', 'fr', 'es', 'sw', 'ar'].map((locale) => [...pluralCases(locale)].filter(([, only]) => only !== null))).toEqual([
			[['one', 1]], [], [['one', 1]], [['one', 1]], [['zero', 0], ['one', 1], ['two', 2]]
		]);
		expect([...pluralCases('ar').keys()].toSorted()).toEqual(['few', 'many', 'one', 'other', 'two', 'zero']);
	});
});

describe('a review by a clinician', () => {
	const words = readCatalogue(JSON.stringify({ alert_back: 'Back to the form', nav_team: 'Team' }));

	test('is of the safety-critical words: another word among them is another review, a word elsewhere is not', () => {
		expect(digestOf(readCatalogue(JSON.stringify({ alert_back: 'Return to the form', nav_team: 'Team' })))).not.toBe(digestOf(words));
		expect(digestOf(readCatalogue(JSON.stringify({ alert_back: 'Back to the form', nav_team: 'People' })))).toBe(digestOf(words));
	});

	test('names somebody, or is none', () => {
		const review = { name: 'Dr Amina Kato', role: 'Clinical officer', date: '2026-11-22', words: '0123456789abcdef' };
		expect(readReview(JSON.stringify(review))).toEqual(review);
		for (const lacks of ['name', 'role', 'date', 'words']) expect(readReview(JSON.stringify({ ...review, [lacks]: '' }))).toBeNull();
		expect(readReview('{')).toBeNull();
		expect(safetyPage(words, words, { locale: 'en', name: 'English' }, null)).toContain('Not yet reviewed');
	});

	test('what can harm is among the words: allergy alerts, doses, conflicts, erasing, custody', () => {
		const keys = ['alert_allergy', 'allergies_none_known', 'dose_of', 'route_oral', 'erase_body', 'only_copy', 'custody_this_device', 'sync_offline_waiting', 'number_read_as'];
		expect(keys.filter((key) => !isSafetyCritical(key))).toEqual([]);
		const known = languages[0]?.catalogue.messages;
		expect(keys.filter((key) => !known?.has(key))).toEqual([]);
	});
});
