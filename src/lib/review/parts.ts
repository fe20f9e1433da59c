/**
 * A value part by part, for what no form has fields for: each leaf of the FHIR JSON in a box of its own, and back again. Lists keep their
 * places and codes their systems; an emptied box takes its leaf out, and with it whatever is then empty around it.
 */
import type { Json } from '$sync/change/change.ts';
import type { FhirResource } from '$sync/fhir/resource.ts';
import { leavesOf, pathInWords } from './compare.ts';

export interface Part {
	readonly path: string;
	readonly label: string;
	readonly kind: 'text' | 'number' | 'boolean';
	text: string;
}

const kindOf = (leaf: Json): Part['kind'] => (typeof leaf === 'number' ? 'number' : typeof leaf === 'boolean' ? 'boolean' : 'text');

/** The leaves that a person can change, of the version they start from. */
export function partsOf(value: FhirResource): Part[] {
	return leavesOf(value).filter(([path]) => path !== 'resourceType' && path !== 'id')
		.map(([path, leaf]) => ({ path, label: pathInWords(path), kind: kindOf(leaf), text: String(leaf) }));
}

/** The first number that cannot be read; null when all can. */
export const unreadable = (parts: readonly Part[]): Part | null =>
	parts.find((part) => part.kind === 'number' && part.text.trim() !== '' && !/^-?\d+(?:[.,]\d+)?$/u.test(part.text.trim())) ?? null;

function leafOf(part: Part): Json | undefined {
	const text = part.text.trim();
	if (text === '') return undefined;
	if (part.kind === 'number') return Number(text.replace(',', '.'));
	return part.kind === 'boolean' ? text === 'true' : text;
}

function rebuilt(value: Json, path: string, parts: ReadonlyMap<string, Part>): Json | undefined {
	const at = (step: string): string => (path === '' ? step : `${path}.${step}`);
	if (typeof value !== 'object' || value === null) {
		const part = parts.get(path);
		return part === undefined ? value : leafOf(part);
	}
	if (Array.isArray(value)) {
		const kept = value.map((item: Json, index) => rebuilt(item, at(String(index)), parts)).filter((item) => item !== undefined);
		return kept.length === 0 ? undefined : kept;
	}
	const kept = Object.entries(value).flatMap(([name, item]: [string, Json]): [string, Json][] => {
		const now = rebuilt(item, at(name), parts);
		return now === undefined ? [] : [[name, now]];
	});
	return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

/** The value with the parts as they are now. */
export function assembled(value: FhirResource, parts: readonly Part[]): FhirResource {
	const byPath = new Map(parts.map((part) => [part.path, part]));
	const { resourceType, ...content } = value;
	const kept = Object.entries(content).flatMap(([name, item]): [string, Json][] => {
		const now = rebuilt(item, name, byPath);
		return now === undefined ? [] : [[name, now]];
	});
	return { ...Object.fromEntries(kept), resourceType };
}
