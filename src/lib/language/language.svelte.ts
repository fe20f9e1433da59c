/**
 * The language on the screen. Changing it loads the words, turns the page round where the language is written from the right, and has
 * everything drawn anew (`{#key language.locale}` in the root layout): no reload, so nobody is locked out by it and drafts stay.
 */
import { overwriteGetLocale } from '$lib/paraglide/runtime.js';
import { chooseLanguage, chosenLanguage } from './choice.ts';
import { directionOf, loadWords, type Locale } from './languages.ts';
import { speak } from './spoken.ts';

class Language {
	locale = $state<Locale>('en');
	/** whose language it is: null is the device's, before anybody is chosen on the lock screen */
	#member: string | null = null;
	#wanted: Locale | null = null;

	/** Before the first screen is drawn. */
	async start(): Promise<void> {
		overwriteGetLocale(() => this.locale);
		await this.#show(chosenLanguage(localStorage, null, navigator.languages));
	}

	/** Somebody was chosen on the lock screen, is in, or has left. */
	async showFor(member: string | null): Promise<void> {
		this.#member = member;
		await this.#show(chosenLanguage(localStorage, member, navigator.languages));
	}

	/** Chosen by who is in front of the screen now. */
	async choose(locale: Locale): Promise<void> {
		await this.#show(locale);
		chooseLanguage(localStorage, this.#member, locale);
	}

	async #show(locale: Locale): Promise<void> {
		this.#wanted = locale;
		const words = await loadWords(locale);
		if (this.#wanted !== locale) return;
		speak(words);
		this.locale = locale;
		document.documentElement.lang = locale;
		document.documentElement.dir = directionOf(locale);
	}
}

export const language = new Language();
