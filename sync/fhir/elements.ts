/**
 * What the published StructureDefinitions say of an element: its types, whether it repeats, and the JSON properties that carry it.
 *
 * A choice element (`value[x]`) has one property per type (`valueQuantity` …), a primitive has a sibling (`_valueString`) for its id
 * and extensions. The table is text and is read once per structure, when first asked for.
 */
import { ANY_TYPES, RECORDED_TYPES, STRUCTURES } from './elements.generated.ts';
import { isPrimitive } from './primitives.ts';

export { FHIR_VERSION } from './elements.generated.ts';

/** A FHIR resource type that Saddlebag records. */
export type RecordedType = (typeof RECORDED_TYPES)[number];
export const isRecordedType = (value: unknown): value is RecordedType => RECORDED_TYPES.some((type) => type === value);
export { RECORDED_TYPES };

export interface Element {
	/** name in the StructureDefinition: `onset[x]` for a choice */
	readonly name: string;
	readonly required: boolean;
	readonly repeats: boolean;
	/** datatypes, or `@path` of a nested structure */
	readonly types: readonly string[];
	readonly choice: boolean;
}

/** One JSON property of a structure. */
export interface Property {
	readonly element: Element;
	readonly type: string;
	/** `_x`: id and extensions of a primitive */
	readonly sibling: boolean;
}

export interface Structure {
	readonly name: string;
	/** by StructureDefinition name */
	readonly elements: ReadonlyMap<string, Element>;
	/** by JSON property name */
	readonly properties: ReadonlyMap<string, Property>;
}

const TOKEN = /^(\w+)(\[x\])?([?!*+])(\S+)$/;
const STRING_ID = element('id', '?', ['string']);
const EXTENSION = element('extension', '*', ['Extension']);
const MODIFIER_EXTENSION = element('modifierExtension', '*', ['Extension']);
/** datatypes that are BackboneElements: an extension of theirs may change what they mean */
const BACKBONE_DATATYPES: ReadonlySet<string> = new Set(['Dosage', 'Timing']);

const parsed = new Map<string, Structure>();
const tokens = new Map(Object.entries(STRUCTURES));

function element(name: string, cardinality: string, types: readonly string[]): Element {
	return {
		name, types, required: cardinality === '!' || cardinality === '+', repeats: cardinality === '*' || cardinality === '+', choice: name.endsWith('[x]')
	};
}

/** The structure of a resource type, a datatype or a nested path (`Patient.contact`); null when the table has none. */
export function structure(name: string): Structure | null {
	const known = parsed.get(name);
	if (known !== undefined) return known;
	const text = tokens.get(name);
	if (text === undefined) return null;
	const elements = new Map<string, Element>();
	for (const token of text.split(' ')) {
		const [, own = '', choice = '', cardinality = '', types = ''] = TOKEN.exec(token) ?? [];
		elements.set(own + choice, element(own + choice, cardinality, types === 'any' ? ANY_TYPES.split(' ') : types.split('|')));
	}
	for (const implied of impliedElements(name)) elements.set(implied.name, implied);
	const made: Structure = { name, elements, properties: propertiesOf(elements.values()) };
	parsed.set(name, made);
	return made;
}

function impliedElements(name: string): readonly Element[] {
	if (isRecordedType(name)) return [];
	const nestedInResource = isRecordedType(name.split('.')[0]);
	return nestedInResource || BACKBONE_DATATYPES.has(name) ? [STRING_ID, EXTENSION, MODIFIER_EXTENSION] : [STRING_ID, EXTENSION];
}

/** The JSON properties that carry an element: one per type of a choice, and a sibling for each primitive. */
export function propertyNames(of: Element): readonly { readonly name: string; readonly type: string; readonly sibling: boolean }[] {
	const stem = of.choice ? of.name.slice(0, -'[x]'.length) : of.name;
	return of.types.flatMap((type) => {
		const name = of.choice ? stem + type.charAt(0).toUpperCase() + type.slice(1) : stem;
		return isPrimitive(type) ? [{ name, type, sibling: false }, { name: `_${name}`, type, sibling: true }] : [{ name, type, sibling: false }];
	});
}

function propertiesOf(elements: Iterable<Element>): ReadonlyMap<string, Property> {
	const properties = new Map<string, Property>();
	for (const of of elements) {
		for (const { name, type, sibling } of propertyNames(of)) properties.set(name, { element: of, type, sibling });
	}
	return properties;
}
