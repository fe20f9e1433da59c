/** The hub runs the log and must not be able to hold a key: what it imports reaches no code that seals or opens. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOM = dirname(fileURLToPath(import.meta.url));
const IMPORT = /^(?:import|export)\s(?!type\s)[^'"]*['"](\.[^'"]+)['"]/gm;

function reached(file: string, seen = new Set<string>()): ReadonlySet<string> {
	if (seen.has(file)) return seen;
	seen.add(file);
	for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(IMPORT)) reached(join(dirname(file), path), seen);
	return seen;
}

describe('what the hub imports of membership', () => {
	it.each(['log.ts', 'selectors.ts', 'databases.ts', 'answer.ts', 'roles.ts', 'fingerprint.ts', 'parse.ts'])('%s reaches neither sealing nor authoring', (file) => {
		const files = [...reached(join(ROOM, file))];
		expect(files.filter((path) => path.includes('/seal/') || path.includes('/authoring/'))).toEqual([]);
		if (file === 'log.ts') expect(files.some((path) => path.endsWith('/verify/signature.ts'))).toBe(true);
	});

	it('would notice: authoring does reach sealing', () => {
		expect([...reached(join(ROOM, 'authoring/admit.ts'))].some((path) => path.includes('/seal/'))).toBe(true);
	});
});
