/**
 * The words of a language as `messages/<language>.json` holds them (inlang message format): a text, or one text for each case of a
 * selector such as a plural. Nothing is compiled here: what is wrong must be found before it is.
 */
export interface Variant {
	/** selector -> case, `countPlural` -> `one`; empty for a plain text */
	readonly cases: ReadonlyMap<string, string>;
	readonly text: string;
}

export interface Message {
	readonly key: string;
	/** selectors that are plurals, with the input they count */
	readonly plurals: ReadonlyMap<string, string>;
	readonly variants: readonly Variant[];
}

export interface Catalogue {
	readonly messages: ReadonlyMap<string, Message>;
	/** what could not be read, in words */
	readonly unreadable: readonly string[];
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []);

function casesOf(match: string): ReadonlyMap<string, string> {
	return new Map(match.split(',').map((part) => {
		const [selector = '', value = ''] = part.split('=').map((side) => side.trim());
		return [selector, value] as const;
	}));
}

function messageOf(key: string, value: unknown): Message | null {
	if (typeof value === 'string') return { key, plurals: new Map(), variants: [{ cases: new Map(), text: value }] };
	const choice: unknown = Array.isArray(value) && value.length === 1 ? value[0] : null;
	if (!isRecord(choice) || !isRecord(choice['match'])) return null;
	const plurals = new Map(texts(choice['declarations']).flatMap((declared) => {
		const found = /^local (\w+) = (\w+): plural$/u.exec(declared);
		return found?.[1] !== undefined && found[2] !== undefined ? [[found[1], found[2]] as const] : [];
	}));
	const variants: Variant[] = [];
	for (const [match, text] of Object.entries(choice['match'])) {
		if (typeof text !== 'string') return null;
		variants.push({ cases: casesOf(match), text });
	}
	return { key, plurals, variants };
}

/** Reads the text of a file; what cannot be read is said and left out. A key that stands twice would hide its first words. */
export function readCatalogue(json: string): Catalogue {
	let all: unknown;
	try {
		all = JSON.parse(json);
	} catch (error) {
		return { messages: new Map(), unreadable: [`the file is not JSON: ${error instanceof Error ? error.message : String(error)}`] };
	}
	if (!isRecord(all)) return { messages: new Map(), unreadable: ['the file is not one object of keys'] };
	const keys = [...json.matchAll(/^(?:\t| {2,4})"([^"]+)":/gmu)].map((found) => found[1] ?? '');
	const unreadable = [...new Set(keys.filter((key, index) => keys.indexOf(key) !== index))].map((key) => `${key} stands twice`);
	const messages = new Map<string, Message>();
	for (const [key, value] of Object.entries(all)) {
		if (key === '$schema') continue;
		const message = messageOf(key, value);
		if (message === null) unreadable.push(`${key} is neither a text nor texts by case`);
		else messages.set(key, message);
	}
	return { messages, unreadable };
}

/** Names of the values that a text takes in. */
export const placeholders = (text: string): readonly string[] => [...text.matchAll(/\{([^{}]*)\}/gu)].map((found) => found[1] ?? '').toSorted();
