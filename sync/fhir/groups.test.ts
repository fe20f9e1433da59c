import { describe, expect, it } from 'vitest';
import { propertyNames, RECORDED_TYPES, structure } from './elements.ts';
import { compartmentsOf, DEFINITIONS, groupOfProperty, groupsOf, mayLiveIn } from './groups.ts';
import { NEVER } from './groups/definition.ts';

describe.each(RECORDED_TYPES)('groups of %s', (type) => {
	const published = structure(type);
	const definition = DEFINITIONS[type];

	it('place every element of the published StructureDefinition exactly once', () => {
		const placed = [
			...Object.keys(NEVER), ...Object.keys(definition.never), ...[...groupsOf(type).values()].flatMap((group) => group.elements.map((element) => element.name))
		];
		expect([...placed].sort()).toEqual([...(published?.elements.keys() ?? [])].sort());
	});

	it('find a group for every JSON property: choices, and siblings of primitives', () => {
		for (const [property, { element }] of published?.properties ?? []) {
			const group = groupOfProperty(type, property);
			expect(group, property).not.toBeNull();
			if (group !== null && group !== 'never') expect(group.elements).toContain(element);
		}
	});

	it('make lists only of elements that repeat and are no bare primitives, so that an item is one JSON value', () => {
		for (const group of groupsOf(type).values()) {
			if (group.list === null) continue;
			const element = published?.elements.get(group.list);
			expect(element?.repeats, group.name).toBe(true);
			expect(element === undefined ? [] : propertyNames(element), group.name).toHaveLength(1);
		}
	});

	it('say why an element is never recorded', () => {
		for (const reason of Object.values(definition.never)) expect(reason.length).toBeGreaterThan(10);
	});
});

describe('compartments', () => {
	it('keep demographics, appointments and links at the desk, and clinical facts under keys the desk has not', () => {
		const desk = RECORDED_TYPES.filter((type) => mayLiveIn(type, 'desk'));
		expect(desk).toEqual(['Appointment', 'DetectedIssue', 'Linkage', 'Patient', 'RelatedPerson']);
		for (const type of RECORDED_TYPES) if (!desk.includes(type)) expect(compartmentsOf(type)).toEqual(['clinical', 'restricted']);
	});

	it('let the answer to a discrepancy live wherever what it judged lives, and with the clinical facts unless it says otherwise', () => {
		expect(compartmentsOf('DetectedIssue')).toEqual(['clinical', 'restricted', 'desk']);
	});

	it('offer nowhere to live to a type that is not recorded', () => {
		expect(compartmentsOf('Claim')).toEqual([]);
		expect(compartmentsOf('__proto__')).toEqual([]);
		expect(groupsOf('constructor').size).toBe(0);
		expect(groupOfProperty('Patient', '__proto__')).toBeNull();
		expect(groupOfProperty('Patient', 'toString')).toBeNull();
	});
});

describe('choices and siblings', () => {
	it('are all carried by the group of their element', () => {
		expect([...(groupsOf('Patient').get('deceased')?.properties ?? [])]).toEqual(['deceasedBoolean', '_deceasedBoolean', 'deceasedDateTime', '_deceasedDateTime']);
		expect([...(groupsOf('Patient').get('birth')?.properties ?? [])]).toEqual(['birthDate', '_birthDate']);
		expect(groupsOf('MedicationRequest').get('medication')?.properties.has('medicationCodeableConcept')).toBe(true);
	});
});
