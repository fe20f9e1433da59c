import libsodium from 'libsodium-wrappers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Hash, VerifiedChange } from '../../sync/change/change.ts';
import { foldCharts } from '../../sync/merge/chart.ts';
import { stateHash } from '../../sync/merge/hash.ts';
import { ROLE_TABLE } from '../../sync/membership/roles.ts';
import { epochKeys } from '../../sync/seal/epoch.ts';
import { digestHash } from '../../sync/verify/digest.ts';
import { ready } from '../../sync/verify/sodium.ts';
import { Evidence } from '../testing/evidence.ts';
import { compareStates, diverged, forbiddenChanges, Judge, within, type Arrived, type SaidOfPlace } from './expect.ts';
import { PERMITS } from './law.ts';

beforeAll(async () => {
	await libsodium.ready;
	await ready();
});

/** What an honest device says of changes. */
function said(e: Evidence, changes: readonly VerifiedChange[], count = changes.length): SaidOfPlace {
	return { site: e.a, comp: 'clinical', changes: count, hash: stateHash(foldCharts(changes), 'clinical', (text) => digestHash('saddlebag/state/1', text)) };
}
const whyOf = (e: Evidence, arrived: readonly Arrived[]): readonly string[] => new Judge(e.law, e.keys).judge(arrived).refused.map(({ why }) => why);
const countsOf = (e: Evidence, arrived: readonly Arrived[], unknown: readonly string[] = []): readonly VerifiedChange[] =>
	new Judge(e.law, e.keys).judge(arrived, unknown).places.get(`${e.a}/clinical`) ?? [];

describe('what a disk calls for', () => {
	it('counts envelopes of those who may write, and copies that were vouched for, each once', () => {
		const e = new Evidence(1);
		const chain = e.chain(e.nurseA, 3);
		const copy = e.change(e.nurseB, { site: e.b });
		const deposit = e.deposit(copy, e.a, e.nurseB);
		const all = [...chain.map((signed) => e.arrived(signed)), ...chain.map((signed) => e.arrived(signed)), e.arrived(copy, deposit, e.a)];
		expect(countsOf(e, all).map(({ id, via }) => [id, via])).toEqual([...chain.map(({ id }) => [id, 'native']), [copy.id, 'relayed']]);
		expect(countsOf(e, all, ['AllergyIntolerance'])).toEqual([]);
	});

	it('refuses what the law forbids, and says why', () => {
		const e = new Evidence(2);
		const restricted = e.change(e.nurseB, { site: e.b, comp: 'restricted' });
		expect(whyOf(e, [e.arrived(e.change(e.receptionistA))])).toEqual(['by somebody who may not write there']);
		expect(whyOf(e, [e.arrived(e.change(e.stranger))])).toEqual(['by nobody']);
		expect(whyOf(e, [e.arrived(e.change(e.nurseB))])).toEqual(['by somebody who may not write there']);
		expect(whyOf(e, [e.arrived(e.change(e.nurseA, {}, e.nurseB))])).toEqual(['not signed by its author']);
		expect(whyOf(e, [e.arrived(e.change(e.nurseA, { id: e.chart }))])).toEqual(['an id that does not commit to its beginning']);
		const signed = e.change(e.nurseA);
		expect(whyOf(e, [{ db: `sb-${e.a}-desk`, document: e.envelope(signed, e.epoch(e.a, 'desk')) }])).toEqual(['a clinical change under a desk key']);
		expect(whyOf(e, [e.arrived(signed, e.envelope(signed, e.epoch(e.b, 'clinical')), e.b)])).toEqual(['of another site, and not relayed']);
		expect(whyOf(e, [e.arrived(restricted, e.deposit(restricted, e.a, e.nurseB), e.a)])).toEqual(['by somebody who may not write there']);
		const copy = e.change(e.nurseB, { site: e.b });
		expect(whyOf(e, [e.arrived(copy, e.deposit(copy, e.a, e.nurseA), e.a)])).toEqual(['vouched for by somebody who may not read there']);
		expect(whyOf(e, [e.arrived(copy, e.deposit(copy, e.a, e.nurseB, { to: e.region }), e.a)])).toEqual(['with a voucher for something else']);
		expect(whyOf(e, [e.arrived(copy, e.deposit(copy, e.a, e.nurseB, {}, e.nurseA), e.a)])).toEqual(['with a voucher that is not signed']);
	});

	it('does not open what was sealed in any other way than the format says', () => {
		const e = new Evidence(3);
		const [key] = e.keys.filter(({ site, comp }) => site === e.a && comp === 'clinical');
		const keys = epochKeys(e.org, e.a, 'clinical', key?.key ?? new Uint8Array(32));
		const without = { ...keys, ad: new Uint8Array(0) };
		const signed = e.change(e.nurseA);
		const judge = new Judge(e.law, e.keys);
		expect(judge.judge([e.arrived(signed, e.envelope(signed, keys))]).unopened).toEqual([]);
		expect(judge.judge([e.arrived(signed, e.envelope(signed, without))]).unopened).toHaveLength(1);
		const envelope = e.envelope(signed);
		expect(judge.judge([e.arrived(signed, { ...envelope, _id: envelope._id.replace(/^./, envelope._id.startsWith('0') ? '1' : '0') })]).unopened).toHaveLength(1);
	});
});

describe('a device compared with its disk', () => {
	let e: Evidence;
	beforeAll(() => {
		e = new Evidence(4);
	});

	it('is right when it counts what arrived and is allowed', () => {
		const arrived = e.chain(e.nurseA, 4).map((signed) => e.arrived(signed));
		const judged = new Judge(e.law, e.keys).judge(arrived);
		expect(compareStates(judged, [said(e, countsOf(e, arrived))])).toEqual([]);
	});

	it('hides, adds or folds wrongly', () => {
		const arrived = e.chain(e.nurseA, 4).map((signed) => e.arrived(signed));
		const judged = new Judge(e.law, e.keys).judge(arrived);
		const counted = countsOf(e, arrived);
		const kinds = (place: SaidOfPlace): readonly string[] => compareStates(judged, [place]).map(({ kind }) => kind);
		expect(kinds(said(e, counted.slice(1)))).toEqual(['hidden']);
		expect(kinds(said(e, counted, 5))).toEqual(['forbidden']);
		expect(kinds(said(e, counted.slice(1), 4))).toEqual(['oracle']);
	});

	it('applies what no envelope holds, or what the law forbids', () => {
		const good = e.change(e.nurseA);
		const bad = e.change(e.receptionistA);
		const judged = new Judge(e.law, e.keys).judge([e.arrived(good), e.arrived(bad)]);
		const applied = [good, bad].map((signed): VerifiedChange => ({ ...signed, __verified: true, envelope: '', via: 'native', heldAt: e.a }));
		expect(forbiddenChanges(judged, applied).map(({ detail }) => detail.split(': ')[1])).toEqual(['by somebody who may not write there']);
		expect(forbiddenChanges(new Judge(e.law, e.keys).judge([]), applied)).toHaveLength(2);
	});

	it('shows another state than one that holds the same', () => {
		const counted = countsOf(e, e.chain(e.nurseA, 2).map((signed) => e.arrived(signed)));
		const held = counted.map(({ id }) => id);
		const place = said(e, counted);
		const other: SaidOfPlace = { ...place, hash: e.org as Hash };
		expect(diverged([{ device: '1', place, held }, { device: '2', place, held: [...held].reverse() }])).toEqual([]);
		expect(diverged([{ device: '1', place, held }, { device: '2', place: other, held }]).map(({ kind }) => kind)).toEqual(['diverged']);
		expect(diverged([{ device: '1', place, held }, { device: '2', place: other, held: held.slice(1) }])).toEqual([]);
	});

	it('answers only for places that its user may read', () => {
		const judged = new Judge(e.law, e.keys).judge([e.arrived(e.change(e.nurseA))]);
		expect(within(judged, [{ site: e.a, comp: 'desk' }]).places.size).toBe(0);
		expect(within(judged, [{ site: e.a, comp: 'clinical' }]).places.size).toBe(1);
	});
});

describe('the law of the oracle', () => {
	it('is that of the role table', () => {
		for (const [role, row] of Object.entries(ROLE_TABLE)) {
			expect(PERMITS.get(role), role).toEqual({ tree: row.reach === 'tree', reads: row.reads, writes: row.writes, links: row.acts.includes('link') });
		}
		expect(PERMITS.size).toBe(Object.keys(ROLE_TABLE).length);
	});
});
