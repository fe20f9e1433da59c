/** The page of the benchmarks: the app's worker and its peer, without the app's screens. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

export default defineConfig({
	root: path.join(root, 'bench/browser'),
	publicDir: path.join(root, 'node_modules/pouchdb/dist'),
	resolve: { alias: { $sync: path.join(root, 'sync') } },
	worker: { format: 'es' },
	build: { outDir: path.join(root, 'artifacts/bench'), emptyOutDir: true, target: 'es2022' }
});
