/**
 * Natural keys of list items: what makes two entries of a list the same entry, so that correcting one replaces it, and two people
 * who correct it differently are seen to disagree.
 *
 * The key is written into the change and never computed again by a reader (an app that computed it otherwise would split or join
 * items). An item without a natural key is named by its hash.
 */
import { isObject } from '../../change/canonical.ts';
import type { Json, JsonObject } from '../../change/change.ts';
import { ITEM_KEY_BYTES_MAX } from '../../change/shape.ts';
import { utf8Length } from '../../change/utf8.ts';
import { codesOf } from './order.ts';
import type { ItemKey, ItemPlace } from './row.ts';

/** Parts joined so that different parts never give the same key. */
function join(parts: readonly string[]): string | null {
	if (parts.every((part) => part === '')) return null;
	const key = parts.map((part) => part.normalize('NFC').replaceAll('%', '%25').replaceAll('|', '%7C')).join('|');
	return utf8Length(key) <= ITEM_KEY_BYTES_MAX - RESERVED_BYTES ? key : null;
}
/** left for the suffix that tells apart two items of one natural key */
const RESERVED_BYTES = 64;

const text = (value: Json | undefined): string => (typeof value === 'string' ? value.trim() : '');

/** A CodeableConcept by its codes in order, or by its text. */
export function conceptKey(concept: Json | undefined): string {
	const codes = codesOf(concept);
	if (codes.length > 0) return [...codes].sort().join(' ');
	return isObject(concept) ? text(concept['text']).toLowerCase() : '';
}

/** A Reference by what it points at. */
export function referenceKey(reference: Json | undefined): string {
	if (!isObject(reference)) return '';
	const identifier = reference['identifier'];
	return text(reference['reference']) || (isObject(identifier) ? `${text(identifier['system'])} ${text(identifier['value'])}`.trim() : '') || text(reference['display']);
}

const keyed = (of: string, key: (item: JsonObject) => string | null): ItemKey => ({ of, key: (item) => (isObject(item) ? key(item) : null) });
const all = (value: Json | undefined, key: (item: Json) => string): string => (Array.isArray(value) ? (value as readonly Json[]).map(key).sort().join(' ') : '');

export const BY_CONTENT: ItemKey = { of: 'the whole item', key: () => null };
export const IDENTIFIER = keyed('system and value', (item) => join([text(item['system']), text(item['value'])]));
export const NAME = keyed('use', (item) => text(item['use']) || 'unstated');
export const TELECOM = keyed('system and value', (item) => join([text(item['system']), text(item['value']).replaceAll(/[\s()-]/g, '')]));
export const ADDRESS = keyed('use and type', (item) => `${text(item['use']) || 'unstated'}|${text(item['type'])}`);
export const EXTENSION = keyed('url', (item) => join([text(item['url'])]));
export const REACTION = keyed('manifestations and onset', (item) => join([all(item['manifestation'], conceptKey), text(item['onset'])]));
export const CONCEPT: ItemKey = { of: 'codes or text', key: (item) => join([conceptKey(item)]) };
export const REFERENCE: ItemKey = { of: 'what it refers to', key: (item) => join([referenceKey(item)]) };
export const NOTE = BY_CONTENT;

/** An item named by references and concepts among its own elements. */
export const byParts = (references: readonly string[], concepts: readonly string[] = [], texts: readonly string[] = []): ItemKey =>
	keyed([...references, ...concepts, ...texts].join(' and '), (item) =>
		join([
			...references.map((element) => referenceKey(item[element])),
			...concepts.map((element) => (Array.isArray(item[element]) ? all(item[element], conceptKey) : conceptKey(item[element]))),
			...texts.map((element) => text(item[element]))
		])
	);

const byUse = (uses: readonly string[]): ItemPlace => ({
	of: `use: ${uses.join(', ')}`,
	rank: (item) => {
		const place = uses.indexOf(isObject(item) && typeof item['use'] === 'string' ? item['use'] : 'unstated');
		return place < 0 ? uses.length : place;
	}
});
/** Readers of FHIR take the first name of a list for the person's name. */
export const NAME_PLACE = byUse(['official', 'usual', 'unstated', 'temp', 'anonymous', 'nickname', 'maiden', 'old']);
export const ADDRESS_PLACE = byUse(['home', 'unstated', 'temp', 'work', 'billing', 'old']);
const UNRANKED = 2 ** 31;
/** FHIR: rank 1 is the number to try first. */
export const TELECOM_PLACE: ItemPlace = {
	of: 'rank',
	rank: (item) => (!isObject(item) ? UNRANKED : item['use'] === 'old' ? UNRANKED + 1 : typeof item['rank'] === 'number' ? Math.min(item['rank'], UNRANKED) : UNRANKED)
};
