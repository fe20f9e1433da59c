/** Frontiers: one form, the same bytes for ever, and parts that only readers of a compartment tell from random bytes. */
import { beforeAll, describe, expect, test } from 'vitest';
import golden from './golden/frontier.json' with { type: 'json' };
import { fromBase64url } from '../change/base64url.ts';
import type { Hash } from '../change/change.ts';
import { hashOf, idOf, isHash, isId } from '../change/ids.ts';
import { seededRandom } from '../change/ports.ts';
import { carryFrontiers, checkFrontier, encodeFrontier, isSignedBy, readCarried, sortParts } from '../verify/frontier.ts';
import { ready } from '../verify/sodium.ts';
import { epochKeys, newEpoch } from './epoch.ts';
import { encodeState, markPositions, openState, parseState, partBytes, sealStates, type FrontierState } from './frontier.ts';
import { scriptedRandom } from './fixture.ts';
import { sign, signingKeyFrom } from './keys.ts';

beforeAll(ready);

const bytes = (text: string): Uint8Array => fromBase64url(text) ?? new Uint8Array(0);
function valid<T extends string>(value: string, is: (value: unknown) => value is T): T {
	if (!is(value)) throw new Error(`malformed vector ${value}`);
	return value;
}
const org = valid(golden.org, isHash);
const site = valid(golden.site, isId);
const device = valid(golden.device, isId);
const random = seededRandom('frontiers');
const hash = (): Hash => hashOf(random.bytes(32));

describe('a frontier', () => {
	const keys = () => epochKeys(org, site, 'clinical', bytes(golden.key));

	test('is sealed, signed and named as ever: version 1 is frozen', () => {
		const sealed = sealStates([{ place: { device, keys: keys() }, text: golden.state }, null], scriptedRandom(...golden.random.map(bytes)));
		const text = encodeFrontier({ v: 1, org, device, site, kind: 'care', n: 3, parts: sortParts(sealed) });
		expect(text).toBe(golden.document.text);
		expect(sign('saddlebag/frontier/1', text, signingKeyFrom(bytes(golden.transportSeed)))).toBe(golden.document.sig);
		const checked = checkFrontier(golden.document);
		if (!checked.ok) throw new Error(checked.error.message);
		expect(isSignedBy(checked.value.document, golden.transport)).toBe(true);
		const opened = openState([{ device, keys: keys() }], checked.value.statement.parts);
		expect(opened?.comp).toBe('clinical');
		expect(opened?.state).toMatchObject({ v: 1, n: 3, chains: [{ actor: golden.actor, seq: 5 }] });
		expect(opened === null ? null : encodeState(opened.state)).toBe(golden.state);
	});

	test('goes from device to device as one text', () => {
		const checked = checkFrontier(golden.document);
		if (!checked.ok) throw new Error(checked.error.message);
		const text = carryFrontiers([checked.value.document]);
		expect(readCarried(` ${text}\n`)).toEqual([checked.value]);
		for (const other of ['', 'x', text.slice(0, -2), text.replace(':', ';'), `${text}A`]) expect(readCarried(other)).toBeNull();
	});
});

describe('what it says', () => {
	const chain = (seq: number) => ({ actor: hash(), seq, id: hash(), marks: markPositions(seq).map(() => 'abcdefgh') });
	const stateOf = (seqs: readonly number[]): FrontierState => ({ v: 1, n: 1, at: 5, seen: [hash()].sort(), chains: seqs.map(chain).sort((a, b) => (a.actor < b.actor ? -1 : 1)) });

	test('has marks at powers of two behind each position', () => {
		expect(markPositions(1)).toEqual([]);
		expect(markPositions(10)).toEqual([9, 8, 6, 2]);
	});

	test('reads back as it was written, and leaves out the shortest chains when there are too many', () => {
		const state = stateOf([1, 2, 700]);
		expect(parseState(encodeState(state))).toEqual(state);
		const many = parseState(encodeState(stateOf(Array.from({ length: 3000 }, (_, i) => i + 1))));
		expect(many?.chains.length).toBeGreaterThan(500);
		expect(Math.min(...(many?.chains ?? []).map(({ seq }) => seq))).toBeGreaterThan(3000 - (many?.chains.length ?? 0));
	});
});

describe('attack 45: the two parts of a care database', () => {
	const clinical = () => epochKeys(org, site, 'clinical', newEpoch(site, 'clinical', random).key);
	const restricted = () => epochKeys(org, site, 'restricted', newEpoch(site, 'restricted', random).key);
	const text = (length: number): string => encodeState({ v: 1, n: 1, at: 5, seen: [], chains: Array.from({ length }, () => ({ actor: hash(), seq: 1, id: hash(), marks: [] })).sort((a, b) => (a.actor < b.actor ? -1 : 1)) });

	test('are of one size, whether the device holds both keys, one, and however much lies under each', () => {
		for (const [a, b] of [[1, 40], [40, 1], [0, 0], [7, null]] as const) {
			const parts = sealStates([{ place: { device, keys: clinical() }, text: text(a) }, b === null ? null : { place: { device, keys: restricted() }, text: text(b) }], random);
			expect(new Set(parts.map(({ c }) => c.length)).size).toBe(1);
			expect(checkFrontier({ v: 'f1', text: encodeFrontier({ v: 1, org, device, site, kind: 'care', n: 1, parts: sortParts(parts) }), sig: golden.document.sig }).ok).toBe(true);
		}
	});

	test('keep their size when one is carried over', () => {
		const [, carried] = sealStates([{ place: { device, keys: clinical() }, text: text(3) }, { place: { device, keys: restricted() }, text: text(60) }], random);
		if (carried === undefined) throw new Error('two parts were made');
		const [made] = sealStates([{ place: { device, keys: clinical() }, text: text(3) }], random, partBytes(carried));
		expect(made?.c.length).toBe(carried.c.length);
	});
});

describe('attack 39: a frontier made up', () => {
	test('of another device, site or compartment opens nowhere', () => {
		const epoch = newEpoch(site, 'clinical', random);
		const text = encodeState({ v: 1, n: 1, at: 5, seen: [], chains: [] });
		const parts = sealStates([{ place: { device, keys: epochKeys(org, site, 'clinical', epoch.key) }, text }], random);
		const open = (place: Parameters<typeof openState>[0][number]) => openState([place], parts);
		expect(open({ device, keys: epochKeys(org, site, 'clinical', epoch.key) })).not.toBeNull();
		expect(open({ device: idOf(random.bytes(16)), keys: epochKeys(org, site, 'clinical', epoch.key) })).toBeNull();
		expect(open({ device, keys: epochKeys(org, idOf(random.bytes(16)), 'clinical', epoch.key) })).toBeNull();
		expect(open({ device, keys: epochKeys(org, site, 'restricted', epoch.key) })).toBeNull();
		expect(open({ device, keys: epochKeys(hash(), site, 'clinical', epoch.key) })).toBeNull();
	});

	test('with positions before the first, marks that are none, actors twice or counters that overflow says nothing', () => {
		const [a, b] = [hash(), hash()].sort();
		const good = `{"at":5,"chains":[["${a}",2,"${b}","abcdefgh"]],"n":1,"seen":[],"v":1}`;
		expect(parseState(good)).not.toBeNull();
		const bad = [
			good.replace('",2,"', '",0,"'), good.replace('",2,"', '",3,"'), good.replace('",2,"', '",1e400,"'), good.replace('abcdefgh', 'abc!efgh'), good.replace('abcdefgh', ''),
			good.replace(']],', `],["${a}",2,"${b}","abcdefgh"]],`), good.replace('"n":1', '"n":0'), good.replace('"n":1', '"n":9007199254740992'), good.replace('"at":5', '"at":-1'),
			good.replace('"v":1', '"v":2'), good.replace('"v":1', '"v":1,"w":1'), `${good} `, '', '[]', 'null'
		];
		for (const text of bad) expect(parseState(text), text).toBeNull();
	});

	test('is refused whatever is changed in it, and is total on anything', () => {
		for (const raw of [null, 7, [], {}, { v: 'f1' }, { ...golden.document, _id: 'x' }, { ...golden.document, sig: 'x' }, { ...golden.document, text: `${golden.document.text} ` }]) {
			expect(checkFrontier(raw)).toMatchObject({ ok: false, error: { code: 'bad-frontier' } });
		}
		expect(checkFrontier({ ...golden.document, v: 'f2' })).toMatchObject({ ok: false, error: { code: 'unknown-version' } });
		for (const [from, to] of [['"kind":"care"', '"kind":"desk"'], ['"n":3', '"n":4'], ['"n":3', '"n":0'], ['"n":3', '"n":2.5']] as const) {
			const checked = checkFrontier({ ...golden.document, text: golden.document.text.replace(from, to) });
			expect(checked.ok && isSignedBy(checked.value.document, golden.transport), to).toBe(false);
		}
		const { text } = golden.document;
		for (let at = 0; at < text.length; at += 11) {
			const changed = checkFrontier({ ...golden.document, text: text.slice(0, at) + (text[at] === '0' ? '1' : '0') + text.slice(at + 1) });
			expect(changed.ok && isSignedBy(changed.value.document, golden.transport)).toBe(false);
		}
	});
});
