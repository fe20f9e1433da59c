import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig, type Plugin } from 'vite';

/**
 * SvelteKit hides its announcer of page changes with a style attribute, which the hub's policy (style-src 'self') refuses. The same rules
 * stand in src/app.css.
 */
const announcerWithoutInlineStyle: Plugin = {
	name: 'announcer-without-inline-style',
	enforce: 'pre',
	transform(code, id) {
		if (!id.replace(/[?#].*$/, '').endsWith('/generated/root.svelte')) return null;
		return { code: code.replace(/(<div id="svelte-announcer"[^>]*?) style="[^"]*"/, '$1'), map: null };
	}
};

export default defineConfig({
	plugins: [
		announcerWithoutInlineStyle,
		tailwindcss(),
		paraglideVitePlugin({ project: './project.inlang', outdir: './src/lib/paraglide', strategy: ['localStorage', 'preferredLanguage', 'baseLocale'] }),
		sveltekit()
	],
	worker: { format: 'es' },
	build: { target: 'es2022' },
});
