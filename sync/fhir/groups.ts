/**
 * Which elements of each recorded type form a group, and where a type may live.
 *
 * Every element of the published StructureDefinition is in exactly one group or is declared as never recorded, with the reason; a test
 * fails when one is missing. Groups are looked up in maps: their names and elements come from other people's devices.
 */
import type { Compartment } from '../change/change.ts';
import { isRecordedType, propertyNames, structure, type Element, type RecordedType } from './elements.ts';
import * as care from './groups/care.ts';
import { NEVER, type TypeDefinition } from './groups/definition.ts';
import * as desk from './groups/desk.ts';
import * as documents from './groups/documents.ts';
import * as findings from './groups/findings.ts';
import * as medication from './groups/medication.ts';

export type { TypeDefinition } from './groups/definition.ts';

export const DEFINITIONS: { readonly [type in RecordedType]: TypeDefinition } = { ...desk, ...findings, ...medication, ...care, ...documents };

export interface Group {
	readonly type: RecordedType;
	readonly name: string;
	readonly elements: readonly Element[];
	/** JSON properties a value of this group may have: choices expanded, siblings of primitives included */
	readonly properties: ReadonlySet<string>;
	/** the repeating element whose items are added and removed by key; null: the group is written as a whole */
	readonly list: string | null;
}

interface TypeGroups {
	readonly groups: ReadonlyMap<string, Group>;
	/** JSON property -> group; null: declared as never recorded */
	readonly byProperty: ReadonlyMap<string, Group | null>;
}

const built = new Map<RecordedType, TypeGroups>();

function build(type: RecordedType): TypeGroups {
	const known = built.get(type);
	if (known !== undefined) return known;
	const definition = DEFINITIONS[type];
	const published = structure(type);
	const groups = new Map<string, Group>();
	const byProperty = new Map<string, Group | null>();
	const elementOf = (name: string): Element => {
		const found = published?.elements.get(name);
		if (found === undefined) throw new TypeError(`${type} has no element ${name}`);
		return found;
	};
	for (const name of [...Object.keys(NEVER), ...Object.keys(definition.never)]) {
		for (const property of propertyNames(elementOf(name))) byProperty.set(property.name, null);
	}
	for (const [name, members] of Object.entries(definition.groups)) {
		const list = 'list' in members ? members.list : null;
		const elements = ('list' in members ? [members.list] : members).map(elementOf);
		const properties = new Set(elements.flatMap((of) => propertyNames(of).map((property) => property.name)));
		const group: Group = { type, name, elements, properties, list };
		groups.set(name, group);
		for (const property of properties) byProperty.set(property, group);
	}
	const made: TypeGroups = { groups, byProperty };
	built.set(type, made);
	return made;
}

/** The groups of a type by name, in their declared order; empty for a type that is not recorded. */
export const groupsOf = (type: string): ReadonlyMap<string, Group> => (isRecordedType(type) ? build(type).groups : new Map());

export const groupNamed = (type: string, name: string): Group | null => groupsOf(type).get(name) ?? null;

/** The group that carries a JSON property of a type; 'never' when it is declared as not recorded, null when FHIR R4 has no such element. */
export function groupOfProperty(type: string, property: string): Group | 'never' | null {
	if (!isRecordedType(type)) return null;
	const found = build(type).byProperty.get(property);
	return found === undefined ? null : (found ?? 'never');
}

/** Where resources of a type may live; empty for a type that is not recorded. The first is where they live unless labelled sensitive. */
export const compartmentsOf = (type: string): readonly Compartment[] => (isRecordedType(type) ? DEFINITIONS[type].comps : []);
export const mayLiveIn = (type: string, comp: Compartment): boolean => compartmentsOf(type).includes(comp);
