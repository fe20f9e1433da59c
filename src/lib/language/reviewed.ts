/**
 * Which languages a clinician who speaks them has read. A file `messages/reviewed/<language>.json` says so by name and date and for
 * which wording (docs/languages/README.md); without it the app says that nobody has.
 */
import type { Locale } from './languages.ts';

export interface Review { readonly name: string; readonly role: string; readonly date: string; readonly words: string }

const files = import.meta.glob<Review>('/messages/reviewed/*.json', { eager: true, import: 'default' });

export const reviewOf = (locale: Locale): Review | null => files[`/messages/reviewed/${locale}.json`] ?? null;
