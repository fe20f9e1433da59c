/**
 * Edge cases of Ed25519 and X25519: one verdict, here and in a browser (`e2e/edges.spec.ts` runs the same function there). An engine that judged one of them otherwise
 * would part the replicas for ever.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import keys from './golden/edge-keys.json' with { type: 'json' };
import signatures from './golden/edge-signatures.json' with { type: 'json' };
import { edgeVerdicts } from './golden/verdicts.ts';
import { ready } from './sodium.ts';

beforeAll(ready);

describe('attack 09: edge cases have the verdict of the published analysis', () => {
	test('Ed25519: small order, mixed order, S not below the group order, second encodings', () => {
		expect(edgeVerdicts().signatures).toEqual(signatures.map(({ what, verifies, enrols }) => ({ what, verifies, enrols })));
		expect(signatures.length).toBeGreaterThan(30);
	});

	test('X25519: small order on the curve and on its twist, second encodings, the ignored bit', () => {
		expect(edgeVerdicts().keys).toEqual(keys.map(({ what, enrols }) => ({ what, enrols })));
		expect(keys.filter(({ enrols }) => enrols)).toHaveLength(3);
	});
});
