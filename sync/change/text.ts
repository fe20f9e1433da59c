/**
 * The text of a change: what is signed, hashed and carried.
 *
 * Canonical JSON, so that a change has one text and a text says one thing. `parseChange` is total and strict: it takes exactly the texts
 * that `encodeChange` writes, checks every limit, and tells what a newer app made (`unknown-version`: waits for an
 * upgrade) from what no app should have made (quarantine). What a group may hold is FHIR's business, not checked here.
 */
import { err, ok, problem, type Problem, type Result } from '../result.ts';
import { canonicalJson, isObject, parseCanonical, parseJson } from './canonical.ts';
import { CHANGE_TEXT_BYTES_MAX, CHANGE_VERSION, DEPS_MAX, ELEMENT_BYTES_MAX, SEEN_MAX, type Change, type Json, type JsonObject } from './change.ts';
import { parseCreation } from './creation.ts';
import { isHlc } from './hlc.ts';
import { isCompartment, isHash, isId } from './ids.ts';
import { hasOnly, isGroupName, isKeyOfItem, isSortedSet, isSortedSetOf } from './shape.ts';
import { utf8Length } from './utf8.ts';

/** groups written or cleared by one change; no recorded FHIR type has nearly as many */
export const GROUPS_MAX = 128;
/** items of one union group added or removed by one change */
export const ITEMS_MAX = 1024;
/** UTF-8 bytes of a reason */
export const REASON_BYTES_MAX = 2048;

export type ChangeProblem = Problem<'unknown-version' | 'too-large' | 'not-json' | 'not-canonical' | 'bad-change'>;

const FIELDS = ['v', 'org', 'site', 'comp', 'chart', 'type', 'id', 'actor', 'seq', 'prev', 'deps', 'hlc', 'seen', 'set', 'unset', 'add', 'remove'];
const OPTIONAL = ['create', 'reason'];
const RESOURCE_TYPE = /^[A-Z][A-Za-z]{0,63}$/;

/** The text to sign. Throws on a change that `parseChange` would refuse: that one was made wrongly here. */
export function encodeChange(change: Change): string {
	const text = canonicalJson(change);
	const parsed = parseChange(text);
	if (!parsed.ok) throw new TypeError(`a change was made that nobody would accept: ${parsed.error.message}`);
	return text;
}

/** The change that a received text says, or why it says none. Never throws. */
export function parseChange(text: string): Result<Change, ChangeProblem> {
	const parsed = parseCanonical(text, { bytesMax: CHANGE_TEXT_BYTES_MAX });
	// A newer version may have another text form, so its version is looked for even where the form is not ours.
	if (!parsed.ok) return parsed.error.code === 'not-canonical' && isNewer(text) ? err(newer()) : parsed;
	const raw = parsed.value;
	if (!isObject(raw)) return bad('it is not an object');
	if (raw['v'] !== CHANGE_VERSION) return isNewerVersion(raw['v']) ? err(newer()) : bad('its version is not a version');
	if (!hasOnly(raw, FIELDS, OPTIONAL)) return bad('a field is missing or unknown');
	return readFields(raw, text.length);
}

const newer = (): ChangeProblem => problem('unknown-version', 'This entry was made by a newer version of the app. It will appear after an upgrade.');
const bad = (why: string): Result<never, ChangeProblem> => err(problem('bad-change', `The change is not valid: ${why}.`));
const isNewerVersion = (v: unknown): boolean => typeof v === 'number' && Number.isSafeInteger(v) && v > CHANGE_VERSION;

function isNewer(text: string): boolean {
	try {
		const raw = parseJson(text);
		return isObject(raw) && isNewerVersion(raw['v']);
	} catch {
		return false;
	}
}

function readFields(raw: JsonObject, textLength: number): Result<Change, ChangeProblem> {
	const { org, site, comp, chart, type, id, actor, seq, prev, deps, hlc, seen, reason } = raw;
	if (!isHash(org)) return bad('org is not a hash');
	if (!isId(site)) return bad('site is not an id');
	if (!isCompartment(comp)) return bad('comp is not a compartment');
	if (!isId(chart)) return bad('chart is not an id');
	if (typeof type !== 'string' || !RESOURCE_TYPE.test(type)) return bad('type is not a resource type');
	if (!isId(id)) return bad('id is not an id');
	if (!isHash(actor)) return bad('actor is not a hash');
	if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 1) return bad('seq is not a position');
	if (prev !== null && !isHash(prev)) return bad('prev is not a hash');
	if ((prev === null) !== (seq === 1)) return bad('prev is null exactly at position 1');
	if (!isSortedSetOf(deps, isHash, DEPS_MAX)) return bad(`deps are at most ${DEPS_MAX} hashes, sorted`);
	if (!isHlc(hlc)) return bad('hlc is not a clock reading');
	if (!isSortedSetOf(seen, isHash, SEEN_MAX)) return bad(`seen are at most ${SEEN_MAX} hashes, sorted`);
	if (reason !== undefined && (typeof reason !== 'string' || reason === '' || utf8Length(reason) > REASON_BYTES_MAX)) return bad('reason is empty or too long');
	if ((raw['create'] !== undefined) !== (deps.length === 0)) return bad('create is present exactly when deps is empty');
	const create = raw['create'] === undefined ? undefined : parseCreation(raw['create']);
	if (create === null) return bad('create names no valid beginning');
	const writes = readWrites(raw, textLength > ELEMENT_BYTES_MAX);
	if (!writes.ok) return writes;
	return ok({
		v: CHANGE_VERSION, org, site, comp, chart, type, id, actor, seq, prev, deps, hlc, seen,
		...(create === undefined ? {} : { create }),
		...writes.value,
		...(reason === undefined ? {} : { reason })
	});
}

type Writes = Pick<Change, 'set' | 'unset' | 'add' | 'remove'>;

function readWrites(raw: JsonObject, large: boolean): Result<Writes, ChangeProblem> {
	const { set, unset, add, remove } = raw;
	if (!isGroupMap(set, isGroupValue)) return bad('set is not a map of groups to their elements');
	if (!isSortedSet(unset, isGroupName, GROUPS_MAX)) return bad('unset is not a sorted list of groups');
	if (!isGroupMap(add, isItems)) return bad('add is not a map of groups to items by key');
	if (!isGroupMap(remove, isItemKeys)) return bad('remove is not a map of groups to sorted item keys');
	if (unset.some((group) => Object.hasOwn(set, group))) return bad('a group is both set and unset');
	const count = unset.length + Object.keys(set).length + Object.keys(add).length + Object.keys(remove).length;
	if (count === 0) return bad('it writes nothing');
	if (large && !elementsFit(set, add)) return bad(`an element is larger than ${ELEMENT_BYTES_MAX} bytes`);
	return ok({ set, unset, add, remove });
}

function isGroupMap<T extends Json>(value: Json | undefined, isMember: (member: Json) => member is T): value is { readonly [group: string]: T } {
	if (!isObject(value)) return false;
	const entries = Object.entries(value);
	return entries.length <= GROUPS_MAX && entries.every(([group, member]) => isGroupName(group) && isMember(member));
}

// An empty value would be a second way to say what `unset` says.
const isGroupValue = (value: Json): value is JsonObject => isObject(value) && Object.keys(value).length > 0;

function isItems(value: Json): value is JsonObject {
	if (!isObject(value)) return false;
	const keys = Object.keys(value);
	return keys.length > 0 && keys.length <= ITEMS_MAX && keys.every(isKeyOfItem);
}

const isItemKeys = (value: Json): value is readonly string[] => isSortedSet(value, isKeyOfItem, ITEMS_MAX) && value.length > 0;

/** A larger element goes into sealed chunks cited by hash, so that no chart is slow to open because of one photo. */
function elementsFit(set: Writes['set'], add: Writes['add']): boolean {
	const fits = (element: Json): boolean => utf8Length(canonicalJson(element)) <= ELEMENT_BYTES_MAX;
	return [...Object.values(set), ...Object.values(add)].every((elements) => Object.values(elements).every(fits));
}
