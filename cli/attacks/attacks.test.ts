/**
 * The list of attacks is whole: each class has a test named after it, a row in the threat model, and what that row names exists. Read from the sources, so that
 * every run of the tests says so; `npm run attacks` runs them class by class.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ATTACK_CLASSES } from './classes.ts';
import { classesIn, namedTests } from './names.ts';
import { judge, listing, playwrightOutcomes, strays, vitestOutcomes } from './outcomes.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const tests = namedTests(ROOT);

describe('every class of attack', () => {
	it('is numbered from 1 to 60, once', () => {
		expect(ATTACK_CLASSES.map(({ number }) => number)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
	});

	it('has a test that is named after it, or names what it waits for', () => {
		const covered = new Set(tests.flatMap(({ classes }) => classes));
		const bare = ATTACK_CLASSES.filter(({ number, rest }) => !covered.has(number) && rest === undefined);
		expect(bare.map(({ number, what }) => `attack ${String(number).padStart(2, '0')}: ${what}`)).toEqual([]);
	});

	it('is named with two digits, in a form that the list can read, and exists', () => {
		const known = new Set(ATTACK_CLASSES.map(({ number }) => number));
		const odd = tests.filter(({ title, classes }) => classes.length === 0 || classes.some((number) => !known.has(number)) || /\battack \d[:,]/.test(title));
		expect(odd.map(({ file, line, title }) => `${file}:${line} ${title}`)).toEqual([]);
	});
});

describe('names', () => {
	it('say their classes', () => {
		expect(classesIn('a block attack 07: cheap › attack 25, 46: dumps')).toEqual([7, 25, 46]);
		expect(classesIn('attack 02 and 05: opens nowhere else')).toEqual([2, 5]);
		expect(classesIn('attack: a browser that lies')).toEqual([]);
		expect(classesIn('the attack 9 of somebody')).toEqual([]);
	});
});

describe('outcomes', () => {
	const classes = [1, 2, 3, 4].map((number) => ({ number, by: 'H', what: `what ${number}`, outcome: '', ...(number === 4 ? { rest: 'carriers' } : {}) }));
	const node = {
		testResults: [{
			name: '/root/sync/a.test.ts',
			assertionResults: [
				{ fullName: 'attack 01: holds', status: 'passed' }, { fullName: 'attack 02: breaks', status: 'failed' }, { fullName: 'other', status: 'passed' },
				{ fullName: 'attack 03: left out', status: 'pending' }, { fullName: 'attack 61: nobody', status: 'passed' }
			]
		}]
	};
	const browser = { suites: [{ file: 'b.spec.ts', suites: [{ title: 'attack 01: in a browser', specs: [{ title: 'too', tests: [{ status: 'expected' }] }] }] }] };

	it('of both runners make the verdict on a class', () => {
		const outcomes = [...vitestOutcomes(node, '/root'), ...playwrightOutcomes(browser)];
		const results = judge(classes, outcomes);
		expect(results.map(({ verdict }) => verdict)).toEqual(['holds', 'failed', 'no test', 'waits']);
		expect(results[0]?.tests.map((test) => [test.file, test.in])).toEqual([['sync/a.test.ts', 'node'], ['e2e/b.spec.ts', 'browser']]);
		expect(strays(classes, outcomes).map(({ name }) => name)).toEqual(['attack 61: nobody']);
		expect(listing(results)).toContain('waits for: carriers');
	});

	it('that are not as expected let no class pass', () => {
		for (const report of [null, 7, {}, { testResults: 'x' }, { testResults: [{ assertionResults: [{ status: 'passed' }] }] }]) expect(vitestOutcomes(report, '/root')).toEqual([]);
		for (const report of [null, 'x', { suites: [{ specs: [{ title: 'attack 01: x', tests: [] }] }] }]) {
			expect(judge(classes, playwrightOutcomes(report))[0]?.verdict).toBe('no test');
		}
	});
});

describe('the threat model', () => {
	const rows = threatRows(readFileSync(path.join(ROOT, 'docs', 'threat-model.md'), 'utf8'));

	it('has one row for each class', () => {
		expect(rows.flatMap(({ numbers }) => numbers).sort((a, b) => a - b)).toEqual(ATTACK_CLASSES.map(({ number }) => number));
	});

	it('names a file of tests for each class, and that file has a test of it', () => {
		const amiss = rows.flatMap(({ numbers, files }) => numbers.filter((number) => {
			const rest = ATTACK_CLASSES.find((attack) => attack.number === number)?.rest;
			return files.some((file) => !tests.some((test) => test.file === file && test.classes.includes(number))) || (files.length === 0 && rest === undefined);
		}));
		expect(amiss).toEqual([]);
	});
});

/** Rows of the table of classes: the numbers in the first column, and the test files named in backticks. */
function threatRows(page: string): readonly { readonly numbers: readonly number[]; readonly files: readonly string[] }[] {
	return page.split('\n').flatMap((line) => {
		const match = /^\| (\d{1,2}) \|/.exec(line);
		if (!match?.[1]) return [];
		const files = [...line.matchAll(/`([\w./-]+\.(?:test|spec)\.ts)`/g)].flatMap((file) => file[1] ?? []);
		return [{ numbers: [Number(match[1])], files }];
	});
}
