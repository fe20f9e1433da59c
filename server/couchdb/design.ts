/**
 * The rule for documents (`rule.js`) as the gateway runs it and as CouchDB gets it: one text for both.
 *
 * The design document holds the text of the file as it stands, never that of a compiled function: a compiler may rename and add what CouchDB does not have.
 * It carries a number that grows with every change of the rule, so that of two gateways of different versions the older never undoes what the newer put there.
 */
import { readFileSync } from 'node:fs';
import { validate } from './rule.js';

/** To be raised whenever the text of the rule changes; a test compares. */
export const RULE_VERSION = 2;
export const DESIGN_ID = '_design/saddlebag';

export interface Writer {
	/** database, with the hub's prefix */
	readonly db: string;
	/** as `roleOf` names them */
	readonly roles: readonly string[];
}

export interface DesignDocument {
	readonly _id: typeof DESIGN_ID;
	readonly language: 'javascript';
	readonly saddlebag: number;
	readonly validate_doc_update: string;
	/** nothing is to be computed from the documents */
	readonly options: { readonly partitioned: false };
}

let text: string | null = null;

/** The function expression that CouchDB runs. */
export function ruleText(): string {
	if (text !== null) return text;
	const file = readFileSync(new URL('./rule.js', import.meta.url), 'utf8');
	const begin = file.indexOf('function (newDoc, oldDoc, userCtx)');
	const end = file.lastIndexOf('};');
	if (begin === -1 || end < begin) throw new Error('the file of the rule is not one function');
	return (text = file.slice(begin, end + 1));
}

export const designDocument = (): DesignDocument =>
	({ _id: DESIGN_ID, language: 'javascript', saddlebag: RULE_VERSION, validate_doc_update: ruleText(), options: { partitioned: false } });

/** Null when the rule takes the document, else why not. Total on any value. */
export function ruleRefuses(raw: unknown, writer: Writer, old: unknown = null): string | null {
	try {
		validate(raw, old, { db: writer.db, name: null, roles: [...writer.roles] });
		return null;
	} catch (thrown) {
		if (typeof thrown === 'object' && thrown !== null) {
			if ('forbidden' in thrown) return String(thrown.forbidden);
			if ('unauthorized' in thrown) return String(thrown.unauthorized);
		}
		return 'The document is not valid.';
	}
}
