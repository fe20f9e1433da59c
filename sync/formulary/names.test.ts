import { describe, expect, test } from 'vitest';
import { statedAbsence } from './absence.ts';
import { findIngredients } from './concept.ts';
import { readNames } from './names.ts';
import { CLASSES, COMBINATIONS, CROSS_REACTIONS, INGREDIENTS, NO_CROSS_REACTIONS, PREGNANCY, SOURCES } from './table/index.ts';

describe('names in product text', () => {
	test.each([
		['Amoxicillin 250 MG Oral Capsule', ['amoxicillin']],
		['Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet', ['amoxicillin', 'clavulanic acid']],
		['Penicillin V Potassium 250 MG Oral Tablet', ['phenoxymethylpenicillin']],
		['Acetaminophen 325 MG / Oxycodone Hydrochloride 5 MG Oral Tablet', ['oxycodone', 'paracetamol']],
		['diphenhydrAMINE Hydrochloride 25 MG Oral Tablet', ['diphenhydramine']],
		['24 HR metoprolol succinate 100 MG Extended Release Oral Tablet [Toprol]', ['metoprolol']],
		['NITROFURANTOIN, MACROCRYSTALS 50 MG Oral Capsule', ['nitrofurantoin']],
		['NDA020800 0.3 ML Epinephrine 1 MG/ML Auto-Injector', ['epinephrine']],
		['metformin (GLUCOPHAGE) tablet', ['metformin']],
		['Tylenol Extra Strength (acetaminophen)', ['paracetamol']],
		['Co-trimoxazole 960 mg', ['sulfamethoxazole', 'trimethoprim']],
		['artéméther-luméfantrine', ['artemether', 'lumefantrine']],
		['Amoxicilline + acide clavulanique, comprimé', ['amoxicillin', 'clavulanic acid']],
		['TDF/3TC/DTG', ['dolutegravir', 'lamivudine', 'tenofovir disoproxil']],
		['Vitamin B 12 5 MG/ML Injectable Solution', ['hydroxocobalamin']],
		['penicilina procaína', ['benzylpenicillin', 'procaine']]
	])('%s', (text, ingredients) => {
		expect(readNames(text)).toMatchObject({ ingredients, unresolved: [] });
	});

	test('names match whole words only', () => {
		expect(readNames('penicillamine').ingredients).toEqual([]);
		expect(readNames('pseudoiodine nutmeg eggplant fishhook').classes).toEqual([]);
		expect(readNames('eggplant').ingredients).toEqual([]);
	});

	test('an unknown part is reported, not dropped', () => {
		expect(readNames('paracetamol / orphenadrine 35 mg').unresolved).toEqual(['orphenadrine']);
		expect(readNames('paracetamol-orphenadrine').unresolved).toEqual(['orphenadrine']);
	});

	test('a concept with one complete coding is complete, whatever brand the text adds', () => {
		const concept = { text: 'Zamox-X / forte', coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '723', display: 'amoxicillin' }] };
		expect(findIngredients(concept)).toMatchObject({ kind: 'found', ingredients: ['amoxicillin'], unresolved: [] });
	});

	test('values of a wrong type count as absent', () => {
		expect(findIngredients({ text: 5, coding: 'x' })).toMatchObject({ kind: 'uncoded', why: 'nothing-recorded' });
		expect(findIngredients({ coding: [null, 7, { code: [] }] })).toMatchObject({ kind: 'uncoded' });
	});

	test('statements of absence are known in three languages and by code, and "no information" is none', () => {
		expect(statedAbsence({ text: 'No known allergies' })).toBe('any');
		expect(statedAbsence({ text: 'Aucune allergie connue' })).toBe('any');
		expect(statedAbsence({ text: 'NKDA' })).toBe('drug');
		expect(statedAbsence({ coding: [{ system: 'http://snomed.info/sct', code: '716186003' }] })).toBe('any');
		expect(statedAbsence({ coding: [{ system: 'http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips', code: 'no-allergy-info' }] })).toBeNull();
		expect(statedAbsence({ text: 'penicillin' })).toBeNull();
	});
});

describe('the table', () => {
	test('has at least 80 ingredients, each once', () => {
		expect(INGREDIENTS.length).toBeGreaterThanOrEqual(80);
		expect(new Set(INGREDIENTS.map((row) => row.inn)).size).toBe(INGREDIENTS.length);
	});

	test('every row, class, cross-reaction and combination cites a listed source, and no source is idle', () => {
		const cited = [
			...INGREDIENTS.map((row) => row.source), ...CLASSES.flatMap((row) => [row.source, ...(row.within === null ? [] : [row.within.source])]),
			...CROSS_REACTIONS.map((row) => row.source), ...NO_CROSS_REACTIONS.map((row) => row.source), ...COMBINATIONS.map((row) => row.source),
			...PREGNANCY.map((row) => row.source)
		];
		expect(cited.filter((key) => !SOURCES.has(key))).toEqual([]);
		expect([...SOURCES.keys()].filter((key) => !cited.includes(key))).toEqual([]);
	});

	test('every class, ingredient and combination that a row refers to exists', () => {
		const classes = new Set(CLASSES.map((row) => row.id));
		const inns = new Set(INGREDIENTS.map((row) => row.inn));
		const known = (term: string): boolean => (term.startsWith('=') ? inns.has(term.slice(1)) : classes.has(term));
		expect(INGREDIENTS.flatMap((row) => row.classes).filter((id) => !classes.has(id))).toEqual([]);
		expect(COMBINATIONS.flatMap((row) => row.ingredients).filter((inn) => !inns.has(inn))).toEqual([]);
		expect([...[...CROSS_REACTIONS, ...NO_CROSS_REACTIONS].flatMap((row) => [row.a, row.b]), ...PREGNANCY.map((row) => row.on)].filter((term) => !known(term))).toEqual([]);
	});

	test('no name or code stands for two ingredients, unless a combination says so', () => {
		const names = INGREDIENTS.flatMap((row) => [row.inn, ...row.names, ...row.rxnorm.map((c) => `r${c}`), ...row.snomed.map((c) => `s${c}`)]);
		const classNames = CLASSES.flatMap((row) => [...row.names, ...row.snomed.map((c) => `s${c}`)]);
		const all = [...new Set(names), ...new Set(classNames), ...COMBINATIONS.flatMap((row) => row.names)];
		expect(all.filter((name, at) => all.indexOf(name) !== at)).toEqual([]);
		expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
	});
});
