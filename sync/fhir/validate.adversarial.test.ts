import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RECORDED_TYPES, structure } from './elements.ts';
import { groupsOf } from './groups.ts';
import { linkOf, relayMarkerOf } from './linkage.ts';
import { isPrimitiveValue } from './primitives.ts';
import { validateGroup, validateItem, validateResource, validateWrites } from './validate.ts';

const SEED = { seed: 42, numRuns: 400 };
const nested = (depth: number, wrap: (inner: unknown) => unknown): unknown => Array.from({ length: depth }).reduce<unknown>(wrap, 'x');

describe('attack 42: type confusion', () => {
	it('no JSON makes a validator throw', () => {
		const group = fc.constantFrom(...RECORDED_TYPES).chain((type) => fc.tuple(fc.constant(type), fc.constantFrom(...groupsOf(type).keys(), '__proto__', 'constructor', 'x')));
		fc.assert(fc.property(group, fc.jsonValue(), ([type, name], value) => {
			validateGroup(type, name, value);
			validateItem(type, name, value);
			validateResource(value);
			validateWrites(type, 'clinical', { set: { [name]: value }, unset: [name], add: { [name]: { k: value } }, remove: { [name]: ['k'] } });
			linkOf(value);
			relayMarkerOf(value);
		}), SEED);
	});

	it('any known element of any recorded type with any JSON gives an answer', () => {
		const property = fc.constantFrom(...RECORDED_TYPES).chain((type) => fc.tuple(fc.constant(type), fc.constantFrom(...(structure(type)?.properties.keys() ?? []))));
		fc.assert(fc.property(property, fc.jsonValue(), ([type, name], value) => {
			const { errors, unknown } = validateResource({ resourceType: type, [name]: value });
			for (const { path } of errors) expect(path.startsWith(type)).toBe(true);
			if (value === null) expect(errors.length + unknown.length).toBeGreaterThan(0);
		}), SEED);
	});

	it('names that every object answers to are no elements', () => {
		for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
			const resource = Object.defineProperty({ resourceType: 'Patient' }, name, { value: { birthDate: 5 }, enumerable: true });
			expect(validateResource(resource)).toMatchObject({ errors: [], unknown: [`Patient.${name}`] });
			expect(validateResource({ resourceType: name })).toMatchObject({ unknown: [name] });
		}
	});

	it('100,000 levels are an error, not a stack overflow: extensions, contained resources, sections, identifiers', () => {
		const wraps: readonly ((inner: unknown) => unknown)[] = [
			(inner) => ({ url: 'u', extension: [inner] }), (inner) => ({ resourceType: 'Patient', contained: [inner] }), (inner) => ({ section: [inner] }), (inner) => [inner]
		];
		for (const wrap of wraps) {
			const deep = nested(100_000, wrap);
			expect(validateResource({ resourceType: 'Composition', extension: [deep], contained: [deep], section: [deep] }).errors.length).toBeGreaterThan(0);
		}
		const identifier = nested(100_000, (inner) => ({ assigner: { identifier: inner } }));
		expect(validateResource({ resourceType: 'Patient', identifier: [identifier] }).errors.length).toBeGreaterThan(0);
	});

	it('a huge array is refused without walking it, and findings are bounded', () => {
		expect(validateResource({ resourceType: 'Patient', name: new Array(1_000_000).fill({ text: 5 }) }).errors).toEqual([{ path: 'Patient.name', message: 'has more than 10000 entries' }]);
		expect(validateResource({ resourceType: 'Patient', name: new Array(5_000).fill({ text: 5, a: 1 }) }).errors).toHaveLength(100);
	});

	it('a long text takes linear time in every primitive', () => {
		const types = ['base64Binary', 'canonical', 'code', 'date', 'dateTime', 'id', 'instant', 'oid', 'string', 'time', 'uri', 'uuid'];
		for (const text of ['A'.repeat(400_000) + '!', ' '.repeat(400_000) + '!', '1.'.repeat(200_000), 'a '.repeat(200_000), '='.repeat(400_000)]) {
			for (const type of types) expect(typeof isPrimitiveValue(type, text)).toBe('boolean');
		}
	});

	it('numbers that are not whole, finite or in range are no integers', () => {
		for (const value of [1.5, 2 ** 31, Number.NaN, Infinity, '1', null]) expect(isPrimitiveValue('integer', value)).toBe(false);
		expect(isPrimitiveValue('positiveInt', 0)).toBe(false);
		expect(isPrimitiveValue('unsignedInt', -1)).toBe(false);
		expect(isPrimitiveValue('decimal', Infinity)).toBe(false);
	});
});

describe('links and relay markers from elsewhere', () => {
	it('that are malformed in any place are none', () => {
		const item = (value: string) => ({ type: 'source', resource: { identifier: { system: 'urn:saddlebag:chart', value } } });
		const [a, b] = [`${'1'.repeat(32)}/${'2'.repeat(32)}`, `${'3'.repeat(32)}/${'4'.repeat(32)}`];
		const state = (valueCode: string) => [{ url: 'urn:saddlebag:link-state', valueCode }];
		expect(linkOf({ item: [item(a), item(b)], modifierExtension: state('linked') })).not.toBeNull();
		for (const value of [
			{ item: [item(a), item(a)], modifierExtension: state('linked') }, { item: [item(a)], modifierExtension: state('linked') }, { item: [item(a), item(b)] },
			{ item: [item(a), item(b), item(b)], modifierExtension: state('linked') }, { item: [item(a), item(b)], modifierExtension: state('married') },
			{ item: [item(a), item(b)], modifierExtension: [...state('linked'), ...state('not-same')] }, { item: [item(`${a}/x`), item(b)], modifierExtension: state('linked') }
		]) expect(linkOf(value)).toBeNull();
	});
});
