/**
 * Which language was chosen on this device, and by whom. It lies in the clear beside the names of the lock screen, because it has to be
 * known before anybody unlocks; people of a shared tablet each have their own, and who has chosen none is shown the device's.
 * A language is not clinical and names nobody; the keys are the members' ids, which the lock screen keeps in the clear as well.
 */
import { isLocale, preferredLocale, type Locale } from './languages.ts';

const DEVICE_KEY = 'saddlebag/language';
const keyOf = (member: string | null): string => (member === null ? DEVICE_KEY : `${DEVICE_KEY}/${member}`);

/** The part of localStorage that is needed. */
export type Shelf = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** The language to show to `member`, or to whoever stands before the device when nobody is chosen yet. */
export function chosenLanguage(shelf: Shelf, member: string | null, browser: readonly string[]): Locale {
	const own = member === null ? null : shelf.getItem(keyOf(member));
	if (isLocale(own)) return own;
	const device = shelf.getItem(DEVICE_KEY);
	return isLocale(device) ? device : preferredLocale(browser);
}

/** Keeps the choice: of a person, or of the device. The first person to choose chooses for the device too. */
export function chooseLanguage(shelf: Shelf, member: string | null, locale: Locale): void {
	shelf.setItem(keyOf(member), locale);
	if (shelf.getItem(DEVICE_KEY) === null) shelf.setItem(DEVICE_KEY, locale);
}

/** An erased device keeps its own language, and nothing of its people. */
export function forgetPeople(shelf: Shelf & Pick<Storage, 'length' | 'key'>): void {
	const keys = Array.from({ length: shelf.length }, (_, index) => shelf.key(index) ?? '');
	for (const key of keys) if (key.startsWith(`${DEVICE_KEY}/`)) shelf.removeItem(key);
}

/** Who leaves the device leaves no choice behind. */
export const forgetLanguage = (shelf: Shelf, member: string): void => shelf.removeItem(keyOf(member));
