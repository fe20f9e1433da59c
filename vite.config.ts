import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vitest/config';

export default defineConfig({
	plugins: [
		tailwindcss(),
		paraglideVitePlugin({ project: './project.inlang', outdir: './src/lib/paraglide', strategy: ['localStorage', 'preferredLanguage', 'baseLocale'] }),
		sveltekit()
	],
	worker: { format: 'es' },
	build: { target: 'es2022' },
	test: {
		include: ['{sync,server,cli,src,simulation,eslint}/**/*.test.{ts,js}'],
		environment: 'node',
		pool: 'forks',
		testTimeout: 30_000
	}
});
