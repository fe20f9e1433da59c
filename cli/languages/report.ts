/** Reads the languages of the project, says what is wrong with them, and keeps the reviewers' pages. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCatalogue, type Catalogue } from './catalogue.ts';
import { findingsOf, type Finding } from './problems.ts';
import { digestOf, isSafetyCritical, readReview, safetyPage, type Review } from './safety.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The locales of `project.inlang/settings.json`, English first, with their names in English. */
export const LANGUAGE_NAMES: Readonly<Record<string, string>> = { en: 'English', fr: 'French', es: 'Spanish', sw: 'Swahili', ar: 'Arabic' };

export interface Language {
	readonly locale: string;
	readonly name: string;
	readonly catalogue: Catalogue;
	readonly review: Review | null;
	readonly findings: readonly Finding[];
	/** what the reviewers' page has to be, and where it is */
	readonly page: { readonly file: string; readonly text: string };
}

function localesOf(settings: unknown): readonly string[] {
	const locales: unknown = typeof settings === 'object' && settings !== null ? Reflect.get(settings, 'locales') : null;
	return Array.isArray(locales) ? locales.filter((one) => typeof one === 'string') : [];
}

function reviewIn(root: string, locale: string, catalogue: Catalogue, findings: Finding[]): Review | null {
	const file = path.join(root, 'messages', 'reviewed', `${locale}.json`);
	if (!existsSync(file)) return null;
	const review = readReview(readFileSync(file, 'utf8'));
	const digest = digestOf(catalogue);
	if (review === null) findings.push({ key: `reviewed/${locale}.json`, what: 'does not give name, role, date and words', notice: false });
	else if (review.words !== digest) findings.push({ key: `reviewed/${locale}.json`, what: `is a review of other words (${review.words}) than those that are there (${digest}): have what changed reviewed, or remove it`, notice: false });
	return review;
}

/** All languages of the project at `root`. */
export function readLanguages(root: string = ROOT): readonly Language[] {
	const read = (locale: string): Catalogue => {
		const file = path.join(root, 'messages', `${locale}.json`);
		return existsSync(file) ? readCatalogue(readFileSync(file, 'utf8')) : { messages: new Map(), unreadable: ['there is no file'] };
	};
	const base = read('en');
	return localesOf(JSON.parse(readFileSync(path.join(root, 'project.inlang', 'settings.json'), 'utf8'))).map((locale) => {
		const catalogue = locale === 'en' ? base : read(locale);
		const findings = [...findingsOf(base, catalogue, locale)];
		const review = reviewIn(root, locale, catalogue, findings);
		const name = LANGUAGE_NAMES[locale] ?? locale;
		const page = { file: path.join(root, 'docs', 'languages', `safety-${locale}.md`), text: safetyPage(base, catalogue, { locale, name }, review) };
		return { locale, name, catalogue, review, findings, page };
	});
}

/** Prints the state of every language; true when nothing has to be mended. */
export function report(options: { readonly write: boolean; readonly notices: boolean }): boolean {
	let held = true;
	for (const { locale, name, catalogue, review, findings, page } of readLanguages()) {
		const wrong = findings.filter((f) => !f.notice);
		const notices = findings.filter((f) => f.notice);
		const critical = [...catalogue.messages.keys()].filter(isSafetyCritical).length;
		console.log(`${locale} ${name}: ${catalogue.messages.size} texts, ${critical} of them safety-critical; ${wrong.length} to mend, ${notices.length} to look at; ${review === null ? 'not reviewed by a clinician' : `reviewed by ${review.name} on ${review.date}`}`);
		for (const finding of options.notices ? findings : wrong) console.log(`  ${finding.notice ? 'look' : 'mend'}  ${finding.key} ${finding.what}`);
		if (options.write) {
			mkdirSync(path.dirname(page.file), { recursive: true });
			writeFileSync(page.file, page.text);
		} else if (!existsSync(page.file) || readFileSync(page.file, 'utf8') !== page.text) {
			console.log(`  mend  docs/languages/safety-${locale}.md is not of these words: npm run languages -- --write`);
			held = false;
		}
		held &&= wrong.length === 0;
	}
	return held;
}
