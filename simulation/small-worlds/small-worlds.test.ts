/**
 * Every order of delivery: the same at the end, the same as the naive oracle, and at each step on the way a function of what has
 * come and not of the order in which it came.
 */
import libsodium from 'libsodium-wrappers';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { stateHash } from '../../sync/merge/hash.ts';
import { digestHash } from '../../sync/verify/digest.ts';
import { ready } from '../../sync/verify/sodium.ts';
import { useCrypto } from '../crypto/mode.ts';
import { naiveStateHash } from '../oracle/hash.ts';
import { naiveLinks } from '../oracle/links.ts';
import { deliveryName, scenarios, type Scenario } from './scenarios.ts';
import { ordersOf, SmallDevice, type Delivery } from './small-world.ts';

// thousands of gates: the stand-in makes a signature cost microseconds
vi.mock('../../sync/verify/sodium.ts', () => import('../crypto/sodium.ts'));

const COMPARTMENTS = ['desk', 'clinical', 'restricted'] as const;
let all: readonly Scenario[] = [];

beforeAll(async () => {
	useCrypto('stand-in');
	await libsodium.ready;
	await ready();
	all = scenarios();
});

/** Delivers in this order, and compares each state on the way with what other orders made of the same deliveries. */
function run({ world, name }: Scenario, order: readonly Delivery[], known: Map<number, string>): SmallDevice {
	const device = new SmallDevice(world);
	let delivered = 0;
	for (const delivery of order) {
		device.deliver(delivery);
		delivered |= 1 << world.deliveries.indexOf(delivery);
		const { state } = device;
		const before = known.get(delivered);
		if (before === undefined) known.set(delivered, state);
		else if (before !== state) throw new Error(`${name}: the order ${order.map(deliveryName).join(', ')} makes something else of what had come by ${deliveryName(delivery)}`);
	}
	return device;
}

const NAMES = [
	...['last', 'both', 'safest', 'union', 'append', 'furthest', 'frozen'].map((rule) => `two people at one entry, rule ${rule}, one of them deciding`), 'a dep that never comes',
	'one import made twice, and edited by who saw one of them', 'retracted by one, edited by another', 'linked, taken back, and denied by somebody who had not seen it',
	'linked by two at once, taken back by one', 'copies beside what they are of, and before it', 'a key that comes late, to what its author had no right to write',
	'a key and the statement that admits the authors, both late', 'a change with another\'s signature that a later one of its chain commits to',
	'a change that names a predecessor it cannot follow', 'a second beginning, a stranger, and a key of another compartment'
];

describe('in every order of delivery', () => {
	it('has all its scenarios', () => {
		expect(all.map(({ name }) => name)).toEqual(NAMES);
		expect(Math.max(...all.map(({ world }) => world.deliveries.length))).toBe(6);
	});

	it.each(NAMES)('%s', (name) => {
		const scenario = all.find((one) => one.name === name) as Scenario;
		const { world, ward, counts } = scenario;
		const known = new Map<number, string>();
		let reader: SmallDevice | null = null;
		for (const order of ordersOf(world.deliveries)) reader = run(scenario, order, known);
		expect(known.size).toBe(2 ** world.deliveries.length - 1);
		const applied = reader?.applied ?? [];
		expect(applied.map(({ id }) => id).sort()).toEqual(counts);
		for (const comp of COMPARTMENTS) expect(naiveStateHash(applied, comp)).toBe(stateHash(reader?.charts ?? [], comp, (text) => digestHash('saddlebag/state/1', text)));
		expect(naiveLinks(ward.both, applied).map(({ standing }) => standing)).toEqual((JSON.parse(reader?.state ?? '[[],[[]]]') as [string[], [[string, string, string][]]])[1][0].map(([, , standing]) => standing));
	});
});

describe('the trying of orders', () => {
	it('notices a device that goes by the order of arrival', () => {
		const scenario = all[0] as Scenario;
		const known = new Map<number, string>();
		const [first, ...rest] = scenario.world.deliveries;
		run(scenario, scenario.world.deliveries, known);
		known.set(2 ** scenario.world.deliveries.length - 1, 'another state');
		expect(() => run(scenario, [...rest, first as Delivery], known)).toThrow('makes something else');
	});

	it('gives every order once', () => {
		const orders = [...ordersOf([1, 2, 3, 4])].map((order) => order.join(''));
		expect(new Set(orders).size).toBe(24);
	});
});
