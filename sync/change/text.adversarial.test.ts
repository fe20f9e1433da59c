/**
 * What a member or a newer, older or broken client can put into a signed text.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from './canonical.ts';
import { encodeChange, parseChange } from './text.ts';
import { exampleAmendment, exampleChange } from './example.ts';
import { encodeSession, parseSession } from './session.ts';
import { encodeVoucher, parseVoucher } from './voucher.ts';
import { hashOf, idOf } from './ids.ts';
import { seededRandom } from './ports.ts';
import { sortedSet } from './shape.ts';

const seed = 4;
const random = seededRandom('text.adversarial');
const hash = () => hashOf(random.bytes(32));
const id = () => idOf(random.bytes(16));
/** The example with a field replaced by anything, as canonical text. */
const withField = (field: string, value: unknown): string => canonicalJson({ ...exampleChange(), [field]: value });
const code = (text: string): string => {
	const parsed = parseChange(text);
	return parsed.ok ? 'accepted' : parsed.error.code;
};

describe('a change text from outside', () => {
	test('attack 08: every other writing of a valid change is refused', () => {
		const text = encodeChange(exampleChange());
		const others = [
			` ${text}`, `${text}\n`, `\ufeff${text}`, text.replace('"v":1', '"v":1.0'), text.replace('"seq":1', '"seq":1e0'), text.replace('{"actor"', '{ "actor"'), text.replace('38.5', '38.50'), text.replace('°', '\\u00b0'),
			text.replace('"v":1}', '"v":1,"v":1}'), text.replace('{"actor"', '{"__proto__":{},"actor"'), text.replace('°', '\ud800'), text.replace('°', '\\ud800'), text.replace('38.5', '1e400'), text.replace('38.5', '-0')
		];
		for (const other of others) {
			expect(other).not.toBe(text);
			expect(code(other), other).not.toBe('accepted');
		}
	});

	test('attack 08: any single character put in, taken out or replaced gives no second text of the same change', () => {
		const text = encodeChange(exampleChange());
		const original = parseChange(text);
		fc.assert(fc.property(fc.nat(text.length - 1), fc.constantFrom('', ' ', '0', 'A', '"', '\u0000', '\\', '\ud800'), fc.nat(1), (at, put, drop) => {
			const changed = text.slice(0, at) + put + text.slice(at + drop);
			const parsed = parseChange(changed);
			if (changed !== text && parsed.ok) expect(parsed).not.toEqual(original);
		}), { seed, numRuns: 3000 });
	});

	const malformed: readonly (readonly [string, string, unknown])[] = [
		['a field of the wrong type', 'org', 1], ['a short hash', 'org', 'abc'], ['a hash with stray bits', 'org', `${'A'.repeat(42)}B`], ['a site in capitals', 'site', 'A'.repeat(32)],
		['an unknown compartment', 'comp', 'everything'], ['a type that is a path', 'type', '../Patient'], ['position 0', 'seq', 0], ['half a position', 'seq', 1.5], ['a position beyond the safe integers', 'seq', 2 ** 53],
		['prev at position 1', 'prev', hash()], ['unsorted heads', 'seen', ['b', 'a']], ['a head twice', 'seen', [exampleChange().org, exampleChange().org]],
		['too many heads', 'seen', sortedSet(Array.from({ length: 65 }, hash))], ['a clock in decimal', 'hlc', '1700000000000'], ['a list for a map', 'set', []], ['null for a map', 'add', null],
		['a group that is a prototype', 'set', { constructor: { a: 1 } }], ['a group with an empty value', 'set', { status: {} }], ['a group with a bare value', 'set', { status: 'final' }],
		['a group named as a path', 'unset', ['a/b']], ['groups unsorted', 'unset', ['b', 'a']], ['a group set and unset', 'unset', ['status']], ['no items', 'add', { name: {} }], ['an item without key', 'add', { name: { '': 1 } }],
		['an endless item key', 'add', { name: { ['k'.repeat(1025)]: 1 } }], ['keys unsorted', 'remove', { name: ['b', 'a'] }], ['no keys', 'remove', { name: [] }], ['an empty reason', 'reason', ''],
		['a field more', 'author', 'Dr. Somebody'], ['no version', 'v', null], ['an older version', 'v', 0], ['a version in words', 'v', '1'],
		['an unknown beginning', 'create', { kind: 'found', rand: 'AAAAAAAAAAAAAAAAAAAAAA' }], ['a beginning with more', 'create', { kind: 'random', rand: 'AAAAAAAAAAAAAAAAAAAAAA', x: 1 }], ['a short random value', 'create', { kind: 'random', rand: 'AAAA' }],
		['a link of one chart', 'create', { kind: 'link', charts: [exampleChange().chart] }], ['a link in the wrong order', 'create', { kind: 'link', charts: ['f'.repeat(32), 'a'.repeat(32)] }], ['an answer about nothing', 'create', { kind: 'answer', discrepancy: 'x', resources: [] }],
		['a move from nowhere', 'create', { kind: 'moved', site: exampleChange().site, chart: exampleChange().chart, resource: exampleChange().id }],
		['a move that cites no change', 'create', { kind: 'moved', site: exampleChange().site, chart: exampleChange().chart, resource: exampleChange().id, change: exampleChange().id }],
		['a move with an author of its own', 'create', { kind: 'moved', site: exampleChange().site, chart: exampleChange().chart, resource: exampleChange().id, change: exampleChange().org, author: 'Dr Who' }]
	];
	test.each(malformed)('attack 42: %s is refused', (_what, field, value) => {
		expect(code(withField(field, value))).toBe('bad-change');
	});

	test('attack 55: a change without deps is a beginning, and only that one is', () => {
		expect(code(withField('create', undefined))).toBe('bad-change');
		expect(code(canonicalJson({ ...exampleAmendment(), create: exampleChange().create }))).toBe('bad-change');
		expect(code(canonicalJson(exampleAmendment()))).toBe('accepted');
	});

	test('attack 60: more deps than a resolution ever needs are refused', () => {
		expect(code(canonicalJson(exampleAmendment({ deps: sortedSet(Array.from({ length: 64 }, hash)) })))).toBe('accepted');
		expect(code(canonicalJson(exampleAmendment({ deps: sortedSet(Array.from({ length: 65 }, hash)) })))).toBe('bad-change');
	});

	test('attack 06: a newer version waits whatever its form, an older or invented one is refused', () => {
		expect(code(withField('v', 2))).toBe('unknown-version');
		expect(code('{"v":2,"body":"anything", "a":1}')).toBe('unknown-version');
		expect(code('{"v":2')).toBe('not-json');
		for (const v of [0, -1, 1.5, 2 ** 53, '2', true, [2]]) expect(code(withField('v', v)), String(v)).toBe('bad-change');
	});

	test('attack 08: depth and size are bounded before anything is built from them', () => {
		expect(code(`{"v":1,"set":${'['.repeat(70_000)}${']'.repeat(70_000)}}`)).toBe('not-canonical');
		expect(code(`"${'x'.repeat(200_000)}"`)).toBe('too-large');
	});

	test('the parser is total: any text and any JSON get a verdict', () => {
		fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
			expect(parseChange(text).ok).toBe(false);
		}), { seed });
		fc.assert(fc.property(fc.constantFrom(...Object.keys(exampleAmendment()), 'create', 'reason', 'x'), fc.jsonValue(), (field, value) => {
			const text = JSON.stringify({ ...exampleChange(), [field]: value });
			expect(typeof parseChange(text).ok).toBe('boolean');
		}), { seed, numRuns: 1000 });
	});
});

describe('vouchers and session requests from outside', () => {
	const voucher = { v: 1, org: hash(), site: id(), comp: 'desk', change: hash(), to: id(), actor: hash(), seen: [hash()] } as const;
	const session = { v: 1, hub: hash(), origin: 'https://hub.example', org: hash(), device: id(), databases: ['sb-control', 'sb-x-desk'], nonce: 'n' } as const;

	test('come back as they were said', () => {
		expect(parseVoucher(encodeVoucher(voucher))).toEqual({ ok: true, value: voucher });
		expect(parseSession(encodeSession(session))).toEqual({ ok: true, value: session });
	});

	test('attack 08: have one form, no field more or less, and bounded lists', () => {
		for (const field of Object.keys(voucher)) {
			expect(parseVoucher(canonicalJson({ ...voucher, [field]: undefined })).ok, field).toBe(false);
			expect(parseVoucher(canonicalJson({ ...voucher, [field]: 7 })).ok, field).toBe(false);
		}
		for (const field of Object.keys(session)) {
			expect(parseSession(canonicalJson({ ...session, [field]: undefined })).ok, field).toBe(false);
			expect(parseSession(canonicalJson({ ...session, [field]: {} })).ok, field).toBe(false);
		}
		expect(parseVoucher(` ${encodeVoucher(voucher)}`).ok).toBe(false);
		expect(parseSession(canonicalJson({ ...session, databases: ['b', 'a'] })).ok).toBe(false);
		expect(parseSession(canonicalJson({ ...session, admin: true })).ok).toBe(false);
	});

	test('attack 06: a newer voucher waits', () => {
		expect(parseVoucher(canonicalJson({ ...voucher, v: 2 }))).toMatchObject({ ok: false, error: { code: 'unknown-version' } });
		expect(parseVoucher('{"v":0}')).toMatchObject({ ok: false, error: { code: 'bad-voucher' } });
	});
});
