/**
 * How a resource begins: the part of a first change to which the resource's id commits, so that nobody can plant a second beginning.
 */
import type { Creation, Json } from './change.ts';
import { isObject } from './canonical.ts';
import { isHash, isId, isRand } from './ids.ts';
import { hasOnly, isSortedSetOf, isText } from './shape.ts';

/** UTF-8 bytes of a source system or source id */
export const SOURCE_BYTES_MAX = 2048;
/** UTF-8 bytes of a discrepancy's kind */
export const DISCREPANCY_BYTES_MAX = 128;
/** resources that one answer is about */
export const ANSWERED_MAX = 64;

/** The beginning that a received value names, or null. */
export function parseCreation(raw: Json): Creation | null {
	if (!isObject(raw)) return null;
	switch (raw['kind']) {
		case 'random': {
			const { rand } = raw;
			return hasOnly(raw, ['kind', 'rand']) && isRand(rand) ? { kind: 'random', rand } : null;
		}
		case 'import': {
			const { system, source } = raw;
			if (!hasOnly(raw, ['kind', 'system', 'source']) || !isText(system, SOURCE_BYTES_MAX) || !isText(source, SOURCE_BYTES_MAX)) return null;
			return { kind: 'import', system, source };
		}
		case 'link': {
			const { charts } = raw;
			if (!hasOnly(raw, ['kind', 'charts']) || !isSortedSetOf(charts, isId, 2)) return null;
			const [a, b] = charts;
			return a === undefined || b === undefined ? null : { kind: 'link', charts: [a, b] };
		}
		case 'answer': {
			const { discrepancy, resources } = raw;
			if (!hasOnly(raw, ['kind', 'discrepancy', 'resources']) || !isText(discrepancy, DISCREPANCY_BYTES_MAX)) return null;
			if (!isSortedSetOf(resources, isId, ANSWERED_MAX) || resources.length === 0) return null;
			return { kind: 'answer', discrepancy, resources };
		}
		case 'moved': {
			const { site, chart, resource, change } = raw;
			if (!hasOnly(raw, ['kind', 'site', 'chart', 'resource', 'change'])) return null;
			return isId(site) && isId(chart) && isId(resource) && isHash(change) ? { kind: 'moved', site, chart, resource, change } : null;
		}
		default:
			return null;
	}
}
