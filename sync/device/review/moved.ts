/**
 * What a move writes, as drafts: pure, and the same at every attempt, so that repeating it writes nothing twice.
 */
import { isObject } from '../../change/canonical.ts';
import type { Compartment, Creation, Hash, Id, Json, JsonObject } from '../../change/change.ts';
import { toBase64url } from '../../change/base64url.ts';
import { diffResource } from '../../author/diff.ts';
import { canRetract, RETRACTION_URL } from '../../author/retract.ts';
import type { ChangeBody } from '../../author/stamp.ts';
import { shownResource } from '../../merge/assemble.ts';
import type { ResourceState } from '../../merge/state.ts';
import { ok } from '../../result.ts';
import { digest } from '../../verify/digest.ts';
import { resourceIdFor } from '../../verify/ids.ts';
import type { ChartRef, Outcome } from '../api.ts';
import { refuse } from '../outcome.ts';
import { itemDigest, type Draft } from '../saving.ts';

/** An entry, and what it is to become. */
export interface MovedTo { readonly state: ResourceState; readonly draft: Draft }

/** Where entries go, and who reads them there. */
interface Place { readonly ref: ChartRef; readonly comp: Compartment }

/** Words about other entries, which would be about nothing elsewhere. */
const STAYS: ReadonlySet<string> = new Set(['DetectedIssue', 'Linkage']);

/**
 * The entry as it begins in its new place: with all values as they are shown.
 * @returns `incomplete` while the beginning of the original has not arrived: the new entry's name commits to it
 */
export function movedDraft(state: ResourceState, { ref, comp }: Place, actor: Hash): Outcome<Draft> {
	if (!canRetract(state.type) || STAYS.has(state.type)) return refuse('not-retractable', 'An entry of this kind is corrected where it is, not moved.');
	const first = state.changes.find(({ change }) => change.create !== undefined);
	if (first === undefined) return refuse('incomplete', 'The beginning of this entry has not arrived on this device yet.');
	const create: Creation = { kind: 'moved', site: state.site, chart: state.chart, resource: state.id, change: first.id };
	const id = resourceIdFor(create, ref.chart, comp, state.type, actor);
	const { id: _, ...shown } = shownResource(state);
	const body = diffResource(null, { ...withoutMark(shown), resourceType: state.type }, { digest: itemDigest });
	if (!body.ok) return body;
	return ok({ ref, comp, type: state.type, id, deps: [], after: state.changes.map(({ change }) => change.hlc), create, body: body.value });
}

/** That the original was taken back once is no fact about the entry in its new place. */
function withoutMark({ extension, ...rest }: JsonObject): JsonObject {
	const kept = Array.isArray(extension) ? (extension as readonly Json[]).filter((one) => !isObject(one) || one['url'] !== RETRACTION_URL) : [];
	return kept.length === 0 ? rest : { ...rest, extension: kept };
}

/** The new entries, with references among those that moved together pointing at each other's new names. */
export function renamed(moves: readonly MovedTo[]): readonly Draft[] {
	const names = new Map(moves.map(({ state, draft }) => [`${state.type}/${state.id}`, `${state.type}/${draft.id}`]));
	return moves.map(({ draft }) => ({ ...draft, body: renamedBody(draft.body, names) }));
}

function renamedBody(body: ChangeBody, names: ReadonlyMap<string, string>): ChangeBody {
	const set = Object.fromEntries(Object.entries(body.set).map(([group, value]) => [group, renamedObject(value, names)]));
	const add = Object.fromEntries(Object.entries(body.add).map(([group, items]) => [group, renamedObject(items, names)]));
	return { ...body, set, add };
}

const renamedObject = (value: { readonly [name: string]: Json }, names: ReadonlyMap<string, string>): { readonly [name: string]: Json } =>
	Object.fromEntries(Object.entries(value).map(([name, member]) => [name, name === 'reference' && typeof member === 'string' ? (names.get(member) ?? member) : renamedIn(member, names)]));

function renamedIn(value: Json, names: ReadonlyMap<string, string>): Json {
	if (Array.isArray(value)) return (value as readonly Json[]).map((item) => renamedIn(item, names));
	return isObject(value) ? renamedObject(value, names) : value;
}

/**
 * One line for people who read a chart: what came or went, and why. Its name is derived from what it is about, so that the same author writes it once. The
 * other chart is named by its id alone: who may open that chart finds the name there.
 */
export function lineDraft(
	word: 'moved-here' | 'moved-away', { ref, comp }: Place, about: readonly { readonly type: string; readonly id: Id }[], other: ChartRef, why: string, actor: Hash
): Draft {
	const named = about.map(({ type, id }) => `${type}/${id}`).sort();
	const create: Creation = { kind: 'random', rand: toBase64url(digest('saddlebag/moved-line/1', word, other.site, other.chart, ...named).subarray(0, 16)) };
	const message = {
		status: 'completed', category: [{ coding: [{ system: 'urn:saddlebag:line', code: word }] }], topic: { coding: [{ system: 'urn:saddlebag:line', code: word }] },
		about: [...named.map((reference) => ({ reference })), { type: 'Patient', identifier: { system: 'urn:saddlebag:chart', value: `${other.site}/${other.chart}` } }],
		payload: [{ contentString: why }]
	};
	return {
		ref, comp, type: 'Communication', id: resourceIdFor(create, ref.chart, comp, 'Communication', actor), deps: [], create,
		body: { set: { message }, unset: [], add: {}, remove: {} }, reason: why
	};
}
