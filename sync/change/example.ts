/**
 * Sound changes for tests: every field valid, the same from every run. Not used by the app.
 */
import { CHANGE_VERSION, type Change } from './change.ts';
import { hlc } from './hlc.ts';
import { hashOf, idOf } from './ids.ts';
import { seededRandom } from './ports.ts';
import { toBase64url } from './base64url.ts';

/** A first blood pressure of a fixed chart; the same seed gives the same ids. */
export function exampleChange(overrides: Partial<Change> = {}, seed: number | string = 'example'): Change {
	const random = seededRandom(seed);
	return {
		v: CHANGE_VERSION,
		org: hashOf(random.bytes(32)),
		site: idOf(random.bytes(16)),
		comp: 'clinical',
		chart: idOf(random.bytes(16)),
		type: 'Observation',
		id: idOf(random.bytes(16)),
		actor: hashOf(random.bytes(32)),
		seq: 1,
		prev: null,
		deps: [],
		hlc: hlc(Date.UTC(2026, 0, 15, 9, 30)),
		seen: [hashOf(random.bytes(32))],
		create: { kind: 'random', rand: toBase64url(random.bytes(16)) },
		set: {
			status: { status: 'final' },
			value: { code: { text: 'Temperature, °C' }, valueQuantity: { value: 38.5, unit: 'Cel' } }
		},
		unset: [],
		add: {},
		remove: {},
		...overrides
	};
}

/** The same resource changed later: cites `deps`, begins nothing. */
export function exampleAmendment(overrides: Partial<Change> = {}): Change {
	const { create: _create, ...later } = exampleChange();
	const random = seededRandom('amendment');
	return { ...later, seq: 2, prev: hashOf(random.bytes(32)), deps: [hashOf(random.bytes(32))], ...overrides };
}
