import { describe, expect, test } from 'vitest';
import { findIngredients } from './concept.ts';
import { pregnancyConcerns } from './pregnancy.ts';
import { INGREDIENTS, PREGNANCY } from './table/index.ts';

const concernsOf = (text: string) => pregnancyConcerns(findIngredients({ text }));

describe('a medicine in pregnancy', () => {
	test.each([
		['Warfarin 5 mg', 'critical'], ['Enalapril 10 mg tablet', 'critical'], ['losartan', 'critical'], ['Sodium valproate 200 mg', 'critical'], ['Methotrexate 2.5 mg', 'critical'],
		['Ibuprofen 400 mg', 'warning'], ['Doxycycline 100 mg', 'warning'], ['Co-trimoxazole 960 mg', 'warning'], ['Albendazole 400 mg', 'warning'], ['Aspirin 75 mg', 'info']
	] as const)('%s: %s, with its source', (text, severity) => {
		const [gravest] = concernsOf(text);
		expect(gravest?.severity).toBe(severity);
		expect(gravest?.sources.join()).toMatch(/\w{10}/u);
	});

	test.each(['Paracetamol 500 mg', 'Amoxicillin 500 mg', 'TLD', 'Ferrous sulfate', 'Methyldopa 250 mg', 'Sulfadoxine pyrimethamine', 'artemether/lumefantrine'])('%s raises nothing', (text) => {
		expect(concernsOf(text)).toEqual([]);
	});

	test('a medicine known by its class alone counts as a member', () => {
		expect(pregnancyConcerns({ kind: 'found', ingredients: [], classes: ['ace-inhibitors'], unresolved: [], label: 'ACE inhibitor' })).toMatchObject([{ severity: 'critical' }]);
	});

	test('what cannot be read raises nothing here: that it was not read is said elsewhere', () => {
		expect(concernsOf('the white pills')).toEqual([]);
	});

	test('each row is about one class or ingredient, once, and excepts only members', () => {
		expect(new Set(PREGNANCY.map(({ on }) => on)).size).toBe(PREGNANCY.length);
		for (const { on, except = [] } of PREGNANCY) for (const inn of except) expect(INGREDIENTS.find((row) => row.inn === inn)?.classes).toContain(on);
	});
});
