import { describe, expect, it } from 'vitest';
import { hashOf, idOf } from '../change/ids.ts';
import { linkOf, linkValue, relayItem, relayKey, relayMarkerOf } from './linkage.ts';
import { validateGroup, validateItem } from './validate.ts';

const id = (digit: number) => idOf(new Uint8Array(16).fill(digit));
const charts = [{ site: id(9), chart: id(1) }, { site: id(8), chart: id(2) }] as const;

describe('a link', () => {
	it('reads back as it was written, in whichever order the charts were named', () => {
		for (const state of ['linked', 'unlinked', 'not-same'] as const) {
			expect(linkOf(linkValue(charts, state))).toEqual({ charts, state });
			expect(linkValue([charts[1], charts[0]], state)).toEqual(linkValue(charts, state));
		}
	});

	it('is valid FHIR', () => {
		expect(validateGroup('Linkage', 'link', linkValue(charts, 'not-same'))).toMatchObject({ errors: [], unknown: [] });
	});

	it('is active only while it links', () => {
		expect(linkValue(charts, 'linked')['active']).toBe(true);
		expect(linkValue(charts, 'unlinked')['active']).toBe(false);
	});
});

describe('a relay marker', () => {
	const marker = { to: id(8), comp: 'clinical', through: [{ actor: hashOf(new Uint8Array(32).fill(3)), seq: 12 }] } as const;

	it('reads back as it was written, and is valid FHIR', () => {
		expect(relayMarkerOf(relayItem(marker))).toEqual(marker);
		expect(validateItem('Linkage', 'relay', relayItem(marker))).toMatchObject({ errors: [], unknown: [] });
	});

	it('has one key per receiving site and compartment', () => {
		expect(relayKey({ to: id(8), comp: 'desk' })).not.toBe(relayKey(marker));
	});
});
