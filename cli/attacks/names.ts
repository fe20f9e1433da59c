/**
 * Which tests belong to which class, by their names alone: a test, or a block of tests, is called `attack 27: …`, or `attack 25, 46: …` or `attack 02 and 05: …` where it shows
 * two. Read from the sources, so that this costs no run, and from the names in a report.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The classes that a test's full name (with the blocks around it) says it belongs to, in order, without repeats. */
export function classesIn(name: string): readonly number[] {
	const found = [...name.matchAll(/\battack ((?:\d{1,2}(?:, | and ))*\d{1,2}):/g)].flatMap((match) => (match[1] ?? '').split(/, | and /).map(Number));
	return [...new Set(found)].sort((a, b) => a - b);
}

export interface NamedTest {
	/** path from the root of the project */
	readonly file: string;
	readonly line: number;
	/** as it stands in the source: a table's placeholders are not filled in */
	readonly title: string;
	readonly classes: readonly number[];
}

const FOLDERS = ['sync', 'server', 'cli', 'src', 'simulation', 'eslint', 'e2e'];
const TEST_FILE = /\.(?:test|spec)\.(?:ts|js)$/;
/** the first argument of a test or of a block; a table (`test.each(…)(`) may stand in between, on other lines too */
const TITLE = /(?:\b(?:test|it|describe)(?:\.\w+)*\(|\)\()\s*(['"`])((?:\\.|(?!\1)[^\n\\])*\battack \d(?:\\.|(?!\1)[^\n\\])*)\1/g;

/** Every test and block named after a class, in the order of files and lines. */
export function namedTests(root: string): readonly NamedTest[] {
	return FOLDERS.flatMap((folder) => filesIn(path.join(root, folder)))
		.filter((file) => TEST_FILE.test(file))
		.flatMap((file) => {
			const source = readFileSync(file, 'utf8');
			return [...source.matchAll(TITLE)].map((match) => {
				const title = (match[2] ?? '').replace(/\\(.)/g, '$1');
				return { file: path.relative(root, file), line: source.slice(0, match.index).split('\n').length, title, classes: classesIn(title) };
			});
		});
}

function filesIn(folder: string): readonly string[] {
	return readdirSync(folder, { withFileTypes: true })
		.filter((entry) => entry.name !== 'node_modules')
		.sort((a, b) => (a.name < b.name ? -1 : 1))
		.flatMap((entry) => (entry.isDirectory() ? filesIn(path.join(folder, entry.name)) : [path.join(folder, entry.name)]));
}
