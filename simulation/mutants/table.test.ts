import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyPatches, ROOT } from '../bundle.ts';
import { patchesOf } from './mutant.ts';
import { MUTANTS } from './table.ts';

describe('the known bugs', () => {
	it('are at least 22, each under a name of its own', () => {
		expect(MUTANTS.length).toBeGreaterThanOrEqual(22);
		expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
	});

	it.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))('can still be put into the source: %s', (_, mutant) => {
		const patches = patchesOf(mutant);
		for (const file of new Set(patches.map((patch) => patch.file))) {
			const source = readFileSync(path.join(ROOT, file), 'utf8');
			expect(applyPatches(source, patches.filter((patch) => patch.file === file))).not.toBe(source);
		}
		expect(mutant.caughtBy.length).toBeGreaterThan(0);
	});
});
