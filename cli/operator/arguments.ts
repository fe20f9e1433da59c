/** Arguments of the commands for whoever runs a hub. */
import path from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { err, ok, problem, type Problem, type Result } from '../../sync/result.ts';

export interface Arguments { readonly flags: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>; readonly files: readonly string[] }

export function readArguments(args: readonly string[], options: NonNullable<ParseArgsConfig['options']>): Result<Arguments, Problem> {
	try {
		const { values, positionals } = parseArgs({ args: [...args], options: { ...options, help: { type: 'boolean', short: 'h' } }, allowPositionals: true });
		return ok({ flags: values, files: positionals });
	} catch (error) {
		return err(problem('bad-arguments', error instanceof Error ? (error.message.split('. ')[0] ?? error.message) : String(error)));
	}
}

/** The hub's data folder, as `npm start` finds it. */
export const dataFolderOf = (flag: unknown, root: string): string => path.resolve(root, typeof flag === 'string' ? flag : (process.env['SADDLEBAG_DATA'] ?? 'data'));

export const text = (flag: unknown): string | null => (typeof flag === 'string' ? flag : null);
export const texts = (flag: unknown): readonly string[] => (Array.isArray(flag) ? flag.filter((one): one is string => typeof one === 'string') : []);
