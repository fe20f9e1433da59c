import { Linter } from 'eslint';
import { describe, expect, it } from 'vitest';
import rule, { mayImport } from './import-direction.js';

/** @param {string} filename @param {string} code */
function messages(filename, code) {
	const linter = new Linter({ cwd: '/project' });
	return linter
		.verify(code, [{ files: ['**/*.ts'], plugins: { house: { rules: { direction: rule } } }, rules: { 'house/direction': 'error' } }], `/project/${filename}`)
		.map((m) => m.message);
}

describe('the direction of imports', () => {
	it('lets the hub import what needs no secret', () => {
		expect(messages('server/routes.ts', "import { checkDocument } from '../sync/verify/document.ts';")).toEqual([]);
		expect(messages('server/routes.ts', "import { MembershipLog } from '../sync/membership/log.ts';")).toEqual([]);
	});
	it('fails when the hub imports what opens envelopes, merges, or keeps records', () => {
		for (const room of ['seal/envelope', 'merge/fold', 'store/store', 'membership/authoring/admit'])
			expect(messages('server/routes.ts', `import { x } from '../sync/${room}.ts';`)).toHaveLength(1);
	});
	it('fails when a lower room imports a higher one, in every form of import', () => {
		for (const code of ["import '../merge/fold.ts';", "export * from '../merge/fold.ts';", "export { x } from '../merge/fold.ts';", "const x = import('../merge/fold.ts');"])
			expect(messages('sync/change/text.ts', code)).toHaveLength(1);
	});
	it('keeps libsodium to verify and seal, and RxDB out of the screens', () => {
		expect(messages('sync/merge/hash.ts', "import s from 'libsodium-wrappers';")).toHaveLength(1);
		expect(messages('src/lib/x.ts', "import { x } from 'rxdb/plugins/core';")).toHaveLength(1);
		expect(messages('sync/seal/keys.ts', "import s from 'libsodium-wrappers';")).toEqual([]);
	});
	it('keeps clocks, randomness and node out of the pure rooms', () => {
		expect(messages('sync/merge/fold.ts', 'const t = Date.now();')).toHaveLength(1);
		expect(messages('sync/seal/keys.ts', 'const t = Math.random();')).toHaveLength(1);
		expect(messages('sync/ehr/links.ts', "import fs from 'node:fs';")).toHaveLength(1);
		expect(messages('sync/device/loop.ts', 'const t = Date.now();')).toEqual([]);
	});
	it('names every room of sync, so that a new one cannot escape the table', () => {
		expect(mayImport('sync/merge', 'sync/somewhere/new.ts')).toBe(false);
	});
});
