/**
 * Unit and property tests run without SvelteKit's dev server: nothing under test needs its routing, and its watchers would keep the
 * test run from ending.
 */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
	plugins: [svelte()],
	resolve: {
		alias: { $sync: fileURLToPath(new URL('./sync', import.meta.url)), $lib: fileURLToPath(new URL('./src/lib', import.meta.url)) }
	},
	test: {
		include: ['{sync,server,cli,src,simulation,eslint,e2e,conformance}/**/*.test.{ts,js}'],
		environment: 'node',
		pool: 'forks',
		maxWorkers: 2,
		testTimeout: 30_000,
		hookTimeout: 60_000
	}
});
