/**
 * The simulator's worker as one file, with known bugs put in on the way if asked.
 *
 * A patch replaces text of a source file as it is loaded, so that shipped code needs no switches for its own faults. A patch that does not fit
 * (its text occurs never, or more than once, or its file is not in the bundle) is an error: a mutant that changes nothing would look like one
 * that nobody catches. In the place of `sync/verify/sodium.ts` comes a module with two engines, of which each run names one.
 *
 * What `simulation/world/older.ts` imports is built a second time, as an older version of the app would be (`OLDER_PATCHES`), known bugs included.
 */
import { build, type Plugin } from 'esbuild';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { OLDER_PATCHES } from './world/older-lacks.ts';

/** Replaces one place in one source file. */
export interface SourcePatch {
	/** from the root of the project, with `/` */
	readonly file: string;
	/** occurs exactly once in the file */
	readonly find: string;
	readonly replace: string;
}

export interface BundleOptions {
	/** from the root of the project; else the worker of the simulator */
	readonly entry?: string;
	readonly patches?: readonly SourcePatch[];
}

export interface Bundle {
	/** an ES module for Node */
	readonly path: string;
	remove(): Promise<void>;
}

export const ROOT = path.resolve(import.meta.dirname, '..');
const SODIUM = path.join(ROOT, 'sync/verify/sodium.ts');
const IN_ITS_PLACE = path.join(ROOT, 'simulation/crypto/sodium.ts');
const ARGON2 = path.join(ROOT, 'simulation/crypto/argon2.ts');
const OLDER = path.join(ROOT, 'simulation/world/older.ts');
/** modules of the older version */
const NAMESPACE = 'older';

/** Bundles an entry with all it imports of the project; packages stay outside. Rejects when a patch does not fit. */
export async function bundle({ entry = 'simulation/worker.ts', patches = [] }: BundleOptions = {}): Promise<Bundle> {
	// beside the packages, so that what stays outside is found from there
	const cache = path.join(ROOT, 'node_modules/.cache/simulation');
	await mkdir(cache, { recursive: true });
	const folder = await mkdtemp(path.join(cache, 'bundle-'));
	const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
	const outfile = path.join(folder, 'worker.mjs');
	const patching = patcher(patches);
	try {
		await build({
			entryPoints: [path.join(ROOT, entry)], outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20', packages: 'external',
			legalComments: 'none', logLevel: 'silent', absWorkingDir: ROOT, sourcemap: 'inline', sourcesContent: false, plugins: [standIns, olderVersion(patches), patching.plugin]
		});
		const unused = patches.filter(({ file }) => !patching.loaded.has(file));
		if (unused.length > 0) throw new Error(`the bundle does not contain ${unused.map(({ file }) => file).join(', ')}`);
	} catch (failure) {
		await remove();
		throw failure;
	}
	return { path: outfile, remove };
}

/** The text with all patches put in. Throws for one that does not fit. */
export function applyPatches(source: string, patches: readonly SourcePatch[]): string {
	let text = source;
	for (const { file, find, replace } of patches) {
		const found = text.split(find).length - 1;
		if (found !== 1) throw new Error(`the patch of ${file} does not fit: its text occurs ${String(found)} times: ${find}`);
		text = text.replace(find, () => replace);
	}
	return text;
}

const standIns: Plugin = {
	name: 'stand-ins',
	setup: ({ onResolve }) => {
		onResolve({ filter: /sodium\.ts$/ }, ({ path: imported, resolveDir }) =>
			path.resolve(resolveDir, imported) === SODIUM ? { path: IN_ITS_PLACE } : null);
		onResolve({ filter: /^hash-wasm$/ }, () => ({ path: ARGON2 }));
	}
};

/** Whatever is reached from the older version's first import is of the older version, but packages and the stand-ins, whose state is one. */
const olderVersion = (patches: readonly SourcePatch[]): Plugin => ({
	name: 'older version',
	setup: ({ onResolve, onLoad }) => {
		onResolve({ filter: /^\./ }, ({ path: imported, resolveDir, importer, namespace }) =>
			namespace === NAMESPACE || importer === OLDER ? { path: path.resolve(resolveDir, imported), namespace: NAMESPACE } : null);
		onLoad({ filter: /\.ts$/, namespace: NAMESPACE }, async ({ path: file }) => {
			const name = path.relative(ROOT, file).split(path.sep).join('/');
			const known = applyPatches(await readFile(file, 'utf8'), patches.filter((patch) => patch.file === name));
			return { contents: applyPatches(known, OLDER_PATCHES.filter((patch) => patch.file === name)), loader: 'ts', resolveDir: path.dirname(file) };
		});
	}
});

function patcher(patches: readonly SourcePatch[]): { readonly plugin: Plugin; readonly loaded: ReadonlySet<string> } {
	const loaded = new Set<string>();
	const plugin: Plugin = {
		name: 'patches',
		setup: ({ onLoad }) => {
			onLoad({ filter: /\.ts$/, namespace: 'file' }, async ({ path: file }) => {
				const name = path.relative(ROOT, file).split(path.sep).join('/');
				const here = patches.filter((patch) => patch.file === name);
				if (here.length === 0) return null;
				loaded.add(name);
				return { contents: applyPatches(await readFile(file, 'utf8'), here), loader: 'ts' };
			});
		}
	};
	return { plugin, loaded };
}
