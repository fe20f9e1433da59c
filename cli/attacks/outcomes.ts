/**
 * Outcomes of tests as the two runners report them, and the verdict on each class.
 *
 * A class holds when at least one test is named after it and all of them passed. A test that was skipped is no test: it says so on the list. Reports are
 * read as they come, field by field: a runner that changes its format must not make a class pass.
 */
import { isObject } from '../../sync/change/canonical.ts';
import type { AttackClass } from './classes.ts';
import { classesIn } from './names.ts';

export interface Outcome {
	/** with the blocks around it */
	readonly name: string;
	readonly file: string;
	readonly state: 'passed' | 'failed' | 'skipped';
	readonly in: 'node' | 'browser';
}

/** Of vitest's JSON report: the tests named after a class. */
export function vitestOutcomes(report: unknown, root: string): readonly Outcome[] {
	const outcomes: Outcome[] = [];
	for (const file of listIn(report, 'testResults')) {
		for (const result of listIn(file, 'assertionResults')) {
			const name = textIn(result, 'fullName');
			if (classesIn(name).length > 0) outcomes.push({ name, file: below(root, textIn(file, 'name')), state: stateOf(textIn(result, 'status')), in: 'node' });
		}
	}
	return outcomes;
}

/** Of Playwright's JSON report: suites nest, files are the outermost. */
export function playwrightOutcomes(report: unknown): readonly Outcome[] {
	const outcomes: Outcome[] = [];
	const visit = (suite: unknown, file: string, blocks: readonly string[]): void => {
		for (const spec of listIn(suite, 'specs')) {
			const name = [...blocks, textIn(spec, 'title')].join(' ');
			if (classesIn(name).length === 0) continue;
			const tests = listIn(spec, 'tests').map((test) => textIn(test, 'status'));
			const state = tests.length === 0 || tests.includes('skipped') ? 'skipped' : tests.every((status) => status === 'expected' || status === 'flaky') ? 'passed' : 'failed';
			outcomes.push({ name, file: `e2e/${file}`, state, in: 'browser' });
		}
		for (const inner of listIn(suite, 'suites')) visit(inner, file, [...blocks, textIn(inner, 'title')]);
	};
	for (const suite of listIn(report, 'suites')) visit(suite, textIn(suite, 'file'), []);
	return outcomes;
}

export interface ClassResult {
	readonly attack: AttackClass;
	readonly tests: readonly Outcome[];
	readonly verdict: 'holds' | 'failed' | 'no test' | 'waits';
}

/** The verdict on each class. `waits`: without a test, and named as resting on a capability that is not built. */
export function judge(classes: readonly AttackClass[], outcomes: readonly Outcome[]): readonly ClassResult[] {
	return classes.map((attack) => {
		const tests = outcomes.filter(({ name }) => classesIn(name).includes(attack.number));
		if (tests.some(({ state }) => state === 'failed')) return { attack, tests, verdict: 'failed' };
		if (tests.some(({ state }) => state === 'passed')) return { attack, tests, verdict: 'holds' };
		return { attack, tests, verdict: attack.rest === undefined ? 'no test' : 'waits' };
	});
}

/** Tests named after a class that does not exist: a slip of the pen would else count for nothing, unseen. */
export const strays = (classes: readonly AttackClass[], outcomes: readonly Outcome[]): readonly Outcome[] =>
	outcomes.filter(({ name }) => classesIn(name).some((number) => !classes.some((attack) => attack.number === number)));

/** The list as text: each class with its verdict, its tests and their outcome. */
export function listing(results: readonly ClassResult[]): string {
	const mark = { passed: '  ok     ', failed: '  FAILED ', skipped: '  skipped' } as const;
	return results.flatMap(({ attack, tests, verdict }) => [
		`${String(attack.number).padStart(2)} ${attack.by.padEnd(2)} ${attack.what}`,
		`      ${verdict === 'waits' ? `waits for: ${attack.rest ?? ''}` : verdict.toUpperCase()}${verdict === 'holds' && attack.rest !== undefined ? ` (the rest waits for: ${attack.rest})` : ''}`,
		...tests.map((test) => `    ${mark[test.state]} ${test.name}  [${test.file}${test.in === 'browser' ? ', in a browser' : ''}]`)
	]).join('\n');
}

function stateOf(status: string): Outcome['state'] {
	if (status === 'passed' || status === 'failed') return status;
	return 'skipped';
}

const listIn = (value: unknown, field: string): readonly unknown[] => {
	const list: unknown = isObject(value) ? value[field] : undefined;
	return Array.isArray(list) ? list : [];
};
const textIn = (value: unknown, field: string): string => {
	const text: unknown = isObject(value) ? value[field] : undefined;
	return typeof text === 'string' ? text : '';
};
const below = (root: string, file: string): string => (file.startsWith(`${root}/`) ? file.slice(root.length + 1) : file);
