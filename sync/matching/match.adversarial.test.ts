import { expect, test } from 'vitest';
import type { Id } from '../change/change.ts';
import { identityOf, prepare, type ChartIdentity } from './identity.ts';
import { findPairs } from './match.ts';

const same = (at: number, name: string): ChartIdentity => ({
	site: 's' as Id, chart: `c${at}` as Id, names: [name], birthDate: '1990-01-01', gender: 'female', village: 'A', phones: ['0700000000'],
	identifiers: [{ system: 'x', value: '00000000' }]
});

test('six thousand charts that agree on everything are compared along their order, not each with each', async () => {
	const { compared } = await findPairs(Array.from({ length: 6_000 }, (_, at) => same(at, 'Ana Ba')));
	expect(compared).toBeLessThan(6_000 * 60);
});

test('a chart with very many, very long names and identifiers is cut, not refused', () => {
	const prepared = prepare(identityOf('s' as Id, 'c' as Id, {
		resourceType: 'Patient', name: Array.from({ length: 5_000 }, (_, at) => ({ given: [`n${at}`.repeat(500)], family: 'x '.repeat(5_000) })),
		identifier: Array.from({ length: 5_000 }, (_, at) => ({ system: 's', value: `${at}`.repeat(1_000) }))
	}));
	expect(prepared.names.length).toBeLessThanOrEqual(8);
	expect(prepared.identifiers.length).toBeLessThanOrEqual(8);
	expect(Math.max(...prepared.names.flat().map((word) => word.length))).toBeLessThanOrEqual(200);
});

test('names of object machinery are names', async () => {
	const { pairs } = await findPairs([same(1, '__proto__ constructor'), same(2, 'constructor __proto__')]);
	expect(pairs).toHaveLength(1);
	expect(pairs[0]?.fields[0]?.level).toBe('agrees');
});
