/**
 * Imports TypeScript as it stands, from wherever the command was given. Only after the dependencies are installed.
 */
import { register } from 'tsx/esm/api';

let registered = false;

/** @param {URL} file @returns {Promise<any>} the module */
export function importTypeScript(file) {
	if (!registered) register();
	registered = true;
	return import(file.href);
}
