/**
 * The languages of the app: their names in themselves, the direction they are written in, and the one that a device is taken to want
 * before anybody chose. The words of a language are loaded when it is chosen, and only they.
 */
import type { Words } from './spoken.ts';

export const LANGUAGES = ['en', 'fr', 'es', 'sw', 'ar'] as const;
export type Locale = (typeof LANGUAGES)[number];

/** In the language itself, so that a reader finds it on a screen that is in another one. */
export const ownName: Readonly<Record<Locale, string>> = { en: 'English', fr: 'Français', es: 'Español', sw: 'Kiswahili', ar: 'العربية' };

export const directionOf = (locale: Locale): 'ltr' | 'rtl' => (locale === 'ar' ? 'rtl' : 'ltr');

export const isLocale = (text: unknown): text is Locale => LANGUAGES.some((one) => one === text);

/** The first of the browser's languages that the app speaks; English when there is none. */
export function preferredLocale(browser: readonly string[]): Locale {
	return browser.map((tag) => tag.split('-')[0]?.toLowerCase()).find(isLocale) ?? 'en';
}

const loaders: Readonly<Record<Locale, () => Promise<Words>>> = {
	en: () => import('$lib/paraglide/messages/en.js'),
	fr: () => import('$lib/paraglide/messages/fr.js'),
	es: () => import('$lib/paraglide/messages/es.js'),
	sw: () => import('$lib/paraglide/messages/sw.js'),
	ar: () => import('$lib/paraglide/messages/ar.js')
};

export const loadWords = (locale: Locale): Promise<Words> => loaders[locale]();
