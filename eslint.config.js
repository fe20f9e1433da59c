import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import path from 'node:path';
import ts from 'typescript-eslint';
import importDirection from './eslint/import-direction.js';
import svelteConfig from './svelte.config.js';

const root = path.dirname(new URL(import.meta.url).pathname);

export default ts.config(
	{ ignores: ['build/', '.svelte-kit/', 'node_modules/', 'src/lib/paraglide/', 'data/', 'artifacts/', 'demo-data/'] },
	js.configs.recommended,
	...ts.configs.recommended,
	...svelte.configs.recommended,
	{
		languageOptions: { globals: { ...globals.browser, ...globals.node, ...globals.worker } },
		plugins: { house: { rules: { 'import-direction': importDirection } } },
		rules: {
			'house/import-direction': ['error', { root }],
			'no-undef': 'off',
			'max-lines': ['error', { max: 420 }],
			'max-lines-per-function': ['error', { max: 72 }],
			'no-restricted-syntax': [
				'error',
				{ selector: 'TSAsExpression > TSAsExpression[typeAnnotation.type="TSUnknownKeyword"]', message: 'A double cast hides what the data is: parse it.' }
			],
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
			'@typescript-eslint/no-explicit-any': 'error',
			eqeqeq: 'error',
			'no-empty': ['error', { allowEmptyCatch: false }]
		}
	},
	{
		files: ['**/*.ts'],
		ignores: ['src/service-worker.ts'],
		languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
		rules: { '@typescript-eslint/no-floating-promises': 'error', '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }] }
	},
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig } },
		rules: { 'svelte/no-navigation-without-resolve': 'off', 'max-lines-per-function': 'off' }
	},
	{ files: ['**/*.test.{ts,js}', 'e2e/**', 'bench/**'], rules: { 'max-lines-per-function': 'off', 'max-lines': ['error', { max: 600 }] } },
	{ files: ['**/*.generated.ts', '**/table.ts', '**/*.table.ts'], rules: { 'max-lines': 'off' } }
);
