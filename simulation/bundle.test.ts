import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { applyPatches, bundle, type Bundle, type SourcePatch } from './bundle.ts';
import type { CryptoMode } from './plan.ts';

const ENTRY = 'simulation/testing/bundled.ts';
interface Bundled {
	sealAndOpen(mode: CryptoMode, openedWith: 'own' | 'other'): Promise<{ readonly text: string | null; readonly authentic: boolean; readonly publicKey: string }>;
}

const made: Bundle[] = [];
async function load(patches: readonly SourcePatch[] = []): Promise<Bundled> {
	const bundled = await bundle({ entry: ENTRY, patches });
	made.push(bundled);
	return (await import(/* @vite-ignore */ pathToFileURL(bundled.path).href)) as Bundled;
}

afterEach(async () => {
	for (const each of made.splice(0)) await each.remove();
});

describe('a bundle of the simulator', () => {
	it('runs the same code over libsodium and over the stand-in, with keys of their own', async () => {
		const { sealAndOpen } = await load();
		const [real, cheap] = [await sealAndOpen('real', 'own'), await sealAndOpen('stand-in', 'own')];
		for (const each of [real, cheap]) expect(each).toMatchObject({ text: 'Penicillin', authentic: true });
		expect(real.publicKey).not.toBe(cheap.publicKey);
		for (const mode of ['real', 'stand-in'] as const) expect((await sealAndOpen(mode, 'other')).text).toBeNull();
	});

	it('puts a bug in at the place that a patch names', async () => {
		const { sealAndOpen } = await load([{ file: 'sync/verify/signature.ts', find: 'export const signedBytes = (domain: SignatureDomain, textOrBytes: Part): Uint8Array => frame(domain, textOrBytes);', replace: 'export const signedBytes = (domain: SignatureDomain, _: Part): Uint8Array => frame(domain, String(++calls));\nlet calls = 0;' }]);
		expect((await sealAndOpen('stand-in', 'own')).authentic).toBe(false);
	});

	it('fails for a patch whose text is not there, is there twice, or whose file is not in the bundle', async () => {
		const file = 'sync/verify/padme.ts';
		await expect(bundle({ entry: ENTRY, patches: [{ file, find: 'no such text', replace: '' }] })).rejects.toThrow('occurs 0 times');
		await expect(bundle({ entry: ENTRY, patches: [{ file, find: 'length', replace: '' }] })).rejects.toThrow('does not fit');
		await expect(bundle({ entry: ENTRY, patches: [{ file: 'sync/ehr/view.ts', find: 'a', replace: 'b' }] })).rejects.toThrow('does not contain sync/ehr/view.ts');
	});

	it('takes the replacement as it stands', () => {
		expect(applyPatches('a(b)', [{ file: 'x', find: '(b)', replace: '$&$1' }])).toBe('a$&$1');
	});
});
