/** Every statement of the formulary can be checked by a pharmacist: which passage of which source, and where that is. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { formularyPage, placeOf } from './page.ts';
import { CLASSES, CROSS_REACTIONS, NO_CROSS_REACTIONS, PREGNANCY, SOURCES } from './table/index.ts';

/** A section, a boxed warning, an annex, a numbered document, or volume and pages. */
const PASSAGE = /section \d|\bBoxed Warning|Contraindications|Warnings?\b|Precautions|\b\d\.\d\b|Annex \d|part I|\d{4};\s?\d+:\d+|\d{4}\/\d|\(WHO\/|WHO; \d{4}|\b\d{1,2} (?:July|October) \d{4}|chapter|edition|value set|recommended lists|of the named drug/u;

describe('the sources of the formulary', () => {
	test('name a passage or a document, and where it is looked up unless it is an article', () => {
		for (const [key, citation] of SOURCES) {
			expect(citation, key).toMatch(PASSAGE);
			const found = placeOf(citation) !== null || /\d{4};\s?\d+:\d+/u.test(citation) || /World Health Organization|American College of Radiology|HL7/u.test(citation);
			expect(found, `${key}: ${citation}`).toBe(true);
		}
	});

	test('stand beside every row that can raise or silence an alert', () => {
		const page = formularyPage();
		const rows = [...PREGNANCY, ...CROSS_REACTIONS, ...NO_CROSS_REACTIONS, ...CLASSES];
		for (const { source } of rows) expect(page).toContain(`| ${source} |`);
		expect(page.split('\n').filter((line) => line.startsWith('| ')).length).toBeGreaterThan(rows.length + SOURCES.size);
	});

	test('a label is looked up by the name of its drug alone', () => {
		expect(placeOf(SOURCES.get('preg-warfarin') ?? '')).toBe('https://dailymed.nlm.nih.gov/dailymed/search.cfm?query=warfarin%20sodium');
	});
});

describe('docs/formulary-rows.md', () => {
	test('is current (npx tsx sync/formulary/generate/page.ts writes it)', () => {
		expect(readFileSync(new URL('../../docs/formulary-rows.md', import.meta.url), 'utf8')).toBe(formularyPage());
	});
});
