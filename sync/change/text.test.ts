import { describe, expect, test } from 'vitest';
import { CHANGE_TEXT_BYTES_MAX, DEPS_MAX, ELEMENT_BYTES_MAX, type Change, type Creation } from './change.ts';
import { exampleAmendment, exampleChange } from './example.ts';
import { hashOf, idOf } from './ids.ts';
import { fixedClock, seededRandom, steppingClock } from './ports.ts';
import { sortedSet } from './shape.ts';
import { encodeChange, parseChange } from './text.ts';

const random = seededRandom('text.test');
const hashes = (count: number) => sortedSet(Array.from({ length: count }, () => hashOf(random.bytes(32))));
const ids = (count: number) => sortedSet(Array.from({ length: count }, () => idOf(random.bytes(16))));
const charts = ids(2);

describe('the text of a change', () => {
	const beginnings: readonly Creation[] = [
		{ kind: 'random', rand: 'AAAAAAAAAAAAAAAAAAAAAA' },
		{ kind: 'import', system: 'https://ehr.example/patients', source: 'Patient/42' },
		{ kind: 'link', charts: [charts[0] ?? idOf(random.bytes(16)), charts[1] ?? idOf(random.bytes(16))] },
		{ kind: 'answer', discrepancy: 'allergy-against-prescription', resources: ids(3) },
		{ kind: 'moved', site: idOf(random.bytes(16)), chart: idOf(random.bytes(16)), resource: idOf(random.bytes(16)), change: hashOf(random.bytes(32)) }
	];
	test.each(beginnings.map((create) => [create.kind, create] as const))('says a beginning of kind %s', (_kind, create) => {
		const change = exampleChange({ create });
		expect(parseChange(encodeChange(change))).toEqual({ ok: true, value: change });
	});

	test('says every kind of write', () => {
		const change = exampleAmendment({
			set: { name: { name: [{ family: 'Ngũgĩ 🩺', _given: [null, { id: '1' }] }] } },
			unset: ['address', 'deceased[x]'],
			add: { identifier: { 'urn:x|1': { system: 'urn:x', value: '1' } } },
			remove: { telecom: ['a', 'b'] },
			reason: 'entered for another person',
			deps: hashes(DEPS_MAX),
			seen: hashes(64)
		});
		expect(parseChange(encodeChange(change))).toEqual({ ok: true, value: change });
	});

	test('a retry is the same bytes, in whatever order the object was built', () => {
		const change = exampleChange();
		const reversed = Object.fromEntries(Object.entries(change).reverse());
		expect(encodeChange({ ...exampleChange(), ...reversed })).toBe(encodeChange(change));
	});

	test('refuses to write what nobody would accept', () => {
		expect(() => encodeChange(exampleChange({ set: {} }))).toThrow('writes nothing');
		expect(() => encodeChange(exampleChange({ seq: 2 }))).toThrow('prev is null exactly at position 1');
	});

	test('holds its limits to the byte', () => {
		const withNote = (bytes: number): Change => exampleChange({ set: { note: { text: 'x'.repeat(bytes - 2) } } });
		expect(() => encodeChange(withNote(ELEMENT_BYTES_MAX))).not.toThrow();
		expect(() => encodeChange(withNote(ELEMENT_BYTES_MAX + 1))).toThrow('larger than 65536 bytes');
		const item = 'x'.repeat(ELEMENT_BYTES_MAX - 2);
		expect(() => encodeChange(exampleChange({ add: { note: { a: item, b: item, c: 'x'.repeat(30_000) } } }))).not.toThrow();
		expect(() => encodeChange(exampleChange({ add: { note: { a: item, b: item, c: item } } }))).toThrow(`larger than ${CHANGE_TEXT_BYTES_MAX}`);
	});
});

test('the fakes of the ports repeat and move as said', () => {
	expect(seededRandom(7).bytes(9)).toEqual(seededRandom(7).bytes(9));
	expect(seededRandom(7).bytes(9)).not.toEqual(seededRandom(8).bytes(9));
	const clock = steppingClock(10, 5);
	expect([clock.now(), clock.now()]).toEqual([10, 15]);
	const still = fixedClock(1);
	still.set(3);
	expect([still.now(), still.now()]).toEqual([3, 3]);
});
