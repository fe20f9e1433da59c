/**
 * The verifier judges the edge cases of Ed25519 and X25519 in a browser as it does in Node: replicas on both kinds of device never part over a key or a signature.
 */
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { build } from 'esbuild';
import { edgeVerdicts } from '../sync/verify/golden/verdicts.ts';
import { ready } from '../sync/verify/sodium.ts';
import { Profile } from './profile.ts';

test('attack 09: Ed25519 and X25519 edge cases have the same verdict in a browser as in Node', async () => {
	const bundle = await build({
		entryPoints: [path.join(import.meta.dirname, 'bundled', 'edges.ts')], bundle: true, write: false, format: 'iife', platform: 'browser', target: 'es2022', logLevel: 'error'
	});
	const profile = new Profile();
	try {
		const page = await profile.page('about:blank');
		await page.addScriptTag({ content: bundle.outputFiles[0]?.text ?? '' });
		const there = await page.evaluate(() => globalThis.edgeVerdictsHere());
		await ready();
		const here = edgeVerdicts();
		expect(here.signatures.length + here.keys.length).toBeGreaterThan(50);
		expect(there).toEqual(here);
	} finally {
		await profile.remove();
	}
});
