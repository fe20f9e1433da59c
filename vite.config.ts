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

/**
 * The compiled messages would bring all languages wherever one word is used. In the app they are replaced by the words of the one language
 * that is loaded (docs/adr/0008-one-language-is-loaded.md); unit tests and types keep the compiled ones, which have the same shape.
 */
const chosenLanguageOnly: Plugin = {
	name: 'chosen-language-only',
	enforce: 'pre',
	transform(code, id) {
		if (!id.replace(/[?#].*$/, '').endsWith('/paraglide/messages.js')) return null;
		return { code: "export { m } from '../language/spoken.ts';", map: null };
	}
};

export default defineConfig({
	plugins: [
		announcerWithoutInlineStyle,
		tailwindcss(),
		paraglideVitePlugin({ project: './project.inlang', outdir: './src/lib/paraglide', outputStructure: 'locale-modules', strategy: ['baseLocale'] }),
		chosenLanguageOnly,
		sveltekit()
	],
	worker: { format: 'es' },
	build: { target: 'es2022' },
});
