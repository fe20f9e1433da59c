/**
 * Canonical JSON of values that were parsed: keys sorted by UTF-16 code unit, no white space. The oracle's own, so that it does not share
 * a mistake with `sync/change/canonical.ts`. For trusted values only: it checks nothing.
 */
type Plain = null | undefined | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

export function canonical(value: unknown): string {
	return written(value as Plain);
}

function written(value: Plain): string {
	if (Array.isArray(value)) return `[${value.map((item: Plain) => written(item ?? null)).join(',')}]`;
	if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
	const known = Object.entries(value).filter(([, item]) => item !== undefined).sort(([a], [b]) => (a < b ? -1 : 1));
	return `{${known.map(([key, item]) => `${JSON.stringify(key)}:${written(item)}`).join(',')}}`;
}
