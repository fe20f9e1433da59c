import { describe, expect, it } from 'vitest';
import type { VerifiedChange } from '../../sync/change/change.ts';
import { Cast } from '../../sync/merge/cast.ts';
import { unaccounted, type Noted } from './worked-off.ts';

const asha = new Cast('worked-off').member('Asha', 'clinic A');
const flag = asha.creates('Flag', { flag: { status: 'active' } });
const place = `${flag.heldAt}/${flag.change.comp}`;
const found = (applied: readonly string[], noted: readonly (readonly [string, Noted])[], isUnknown: (signed: VerifiedChange) => boolean = () => true, alone = true): readonly string[] =>
	unaccounted({ taken: [flag], applied: new Map([[place, new Set(applied)]]), noted: new Map(noted), isUnknown, alone }).map(({ kind }) => kind);

describe('what a device has worked off', () => {
	it('is applied, or waits', () => {
		expect(found([flag.id], [], () => false)).toEqual([]);
		expect(found([], [[flag.envelope, 'waiting']])).toEqual([]);
	});

	it('is forbidden when it is of a newer version and nothing newer worked on that disk', () => {
		expect(found([flag.id], [])).toEqual(['forbidden']);
		expect(found([flag.id], [], () => true, false)).toEqual([]);
	});

	it('is hidden when it is neither', () => expect(found([], [])).toEqual(['hidden']));

	it('is hidden when what a newer version wrote was put away for ever', () => {
		expect(found([], [[flag.envelope, 'quarantined']])).toEqual(['hidden']);
		expect(found([], [[flag.envelope, 'quarantined']], () => false)).toEqual([]);
	});
});
