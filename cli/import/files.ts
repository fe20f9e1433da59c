/**
 * FHIR bundle files named on the command line: files as they are, folders for the `.json` and `.json.gz` directly in them.
 *
 * In order of name, so that the same arguments mean the same import on every machine.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { err, ok, problem, type Problem, type Result } from '../../sync/result.ts';

export interface BundleFile {
	/** without its folder: what messages name */
	readonly name: string;
	readonly path: string;
}

export const isBundleName = (name: string): boolean => /\.json(\.gz)?$/i.test(name);

/** The files that `args` name, each once. A folder without any is an error: somebody meant another. */
export function findBundles(args: readonly string[]): Result<readonly BundleFile[], Problem> {
	const found = new Map<string, BundleFile>();
	for (const arg of args) {
		const at = path.resolve(arg);
		try {
			const names = statSync(at).isDirectory() ? readdirSync(at).filter(isBundleName).map((name) => path.join(at, name)) : [at];
			if (names.length === 0) return err(problem('no-files', `${arg} has no .json or .json.gz files.`));
			for (const file of names.sort()) if (statSync(file).isFile()) found.set(file, { name: path.basename(file), path: file });
		} catch (error) {
			return err(problem('no-files', `${arg} cannot be read: ${error instanceof Error ? error.message : String(error)}`));
		}
	}
	return found.size === 0 ? err(problem('no-files', 'Name at least one file, or a folder with FHIR bundles (.json, .json.gz).')) : ok([...found.values()]);
}

export const readBundleFile = (file: BundleFile): { readonly name: string; readonly bytes: Uint8Array } => ({ name: file.name, bytes: readFileSync(file.path) });
