/** What is written of an unfinished form: which form it is of, for the lists that offer it again, and what is in it. */

export interface DraftAbout {
	/** which form, as `open` of a chart takes it; `register` for a registration */
	readonly kind: string;
	readonly site: string | null;
	readonly chart: string | null;
	/** the entry that it changes, or the name of a template; null for a new entry */
	readonly id: string | null;
	/** whom it is of, in words, as known when it was begun */
	readonly person: string;
}

export interface Kept {
	readonly about: DraftAbout;
	readonly data: unknown;
	/** ms since 1970 of the last keystroke */
	readonly at: number;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
const textOrNull = (value: unknown): value is string | null => value === null || typeof value === 'string';

/** Null: written by another version of the app in a way that this one does not know. */
export function parseKept(text: string, at: number): Kept | null {
	let parsed: unknown;
	try {
		parsed = JSON.parse(text);
	} catch {
		return null;
	}
	if (!isRecord(parsed) || parsed['v'] !== 1 || !isRecord(parsed['about'])) return null;
	const { kind, site, chart, id, person } = parsed['about'];
	if (typeof kind !== 'string' || typeof person !== 'string' || !textOrNull(site) || !textOrNull(chart) || !textOrNull(id)) return null;
	return { about: { kind, site, chart, id, person }, data: parsed['data'], at };
}

/**
 * The values of `stored` in the shape of `fresh`: what an older form did not have keeps its beginning, what this one does not have is left out. Lists are
 * taken whole where they are lists of text.
 */
export function filledIn<T extends object>(fresh: T, stored: unknown): T {
	if (!isRecord(stored)) return fresh;
	const merged = Object.entries(fresh).map(([key, value]: [string, unknown]) => [key, Object.hasOwn(stored, key) ? oneFilledIn(value, stored[key]) : value]);
	return Object.fromEntries(merged) as T;
}

function oneFilledIn(fresh: unknown, stored: unknown): unknown {
	if (isRecord(fresh)) return filledIn(fresh, stored);
	if (Array.isArray(fresh)) return Array.isArray(stored) && stored.every((each) => typeof each === 'string') ? stored : fresh;
	return typeof stored === typeof fresh ? stored : fresh;
}
