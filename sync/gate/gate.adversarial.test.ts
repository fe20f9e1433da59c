import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Id } from '../change/change.ts';
import { hashOf } from '../change/ids.ts';
import { ready } from '../verify/sodium.ts';
import { ChainKnowledge } from './chain.ts';
import type { DatabaseName } from './context.ts';
import type { Inspection } from './gate.ts';
import { Setting } from './testing/setting.ts';

beforeAll(ready);

const care = (site: Id): DatabaseName => ({ kind: 'care', site });
const words = ({ verdicts }: Inspection): string[] => verdicts.map((verdict) => (verdict.kind === 'accepted' ? 'accepted' : `${verdict.kind}: ${verdict.reason}`));

describe('attacks on the gate', () => {
	it('attack 03: a change signed by another valid member is not its named author\'s', () => {
		const s = new Setting(103);
		expect(words(s.gate(s.a).inspect([s.envelope(s.change(s.nurseA, {}, s.receptionistA))], care(s.a)))).toEqual(['quarantined: bad-signature']);
	});

	it('attack 03: a change of another author cannot be smuggled in as the predecessor of one\'s own', () => {
		const s = new Setting(104);
		const stolen = s.change(s.nurseA, {}, s.nurseB);
		const own = s.change(s.nurseB, { site: s.a, seq: 2, prev: stolen.id });
		expect(words(s.gate(s.a).inspect([s.envelope(stolen), s.envelope(own)], care(s.a)))[0]).toBe('quarantined: bad-signature');
	});

	it('attack 05: control documents, deposits for others and envelopes do not pass for one another', () => {
		const s = new Setting(105);
		const signed = s.change(s.nurseA);
		const envelope = s.envelope(signed);
		const deposit = s.deposit(signed, s.b, s.nurseA);
		const found = s.gate(s.a).inspect([{ ...envelope, v: 'd1' }, { ...deposit, v: 'e1' }, deposit], care(s.a));
		expect(words(found)).toEqual(['quarantined: bad-document', 'quarantined: bad-document', 'waiting: no-key']);
	});

	it('attack 27: a withheld change in mid-chain is detected at the next one, and what arrived is shown', () => {
		const s = new Setting(127);
		const chains = new ChainKnowledge();
		const chain = s.chain(s.nurseA, 5);
		const held = chain.filter((signed) => signed.change.seq !== 3).map((signed) => s.envelope(signed));
		expect(words(s.gate(s.a, chains).inspect(held, care(s.a)))).toEqual(['accepted', 'accepted', 'accepted', 'accepted']);
		expect(chains.gaps(() => true)).toEqual([{ actor: s.nurseA.actor, site: s.a, comp: 'clinical', seq: 3, missing: chain[2]?.id }]);
		s.gate(s.a, chains).inspect([s.envelope(chain[2] as (typeof chain)[0])], care(s.a));
		expect(chains.gaps(() => true)).toEqual([]);
	});

	it('attack 31: a deletion, another revision or another body under an id is refused, the true document stays accepted', () => {
		const s = new Setting(131);
		const envelope = s.envelope(s.change(s.nurseA));
		const other = s.envelope(s.change(s.nurseA));
		const found = [{ ...envelope, _deleted: true }, { ...envelope, _rev: '2-abc' }, { ...other, _id: envelope._id }, envelope];
		expect(words(s.gate(s.a).inspect(found, care(s.a)))).toEqual([...Array<string>(3).fill('quarantined: bad-document'), 'accepted']);
	});

	it.each([0, 2, 4])('attack 33: poison at position %i of a batch stops nothing', (position) => {
		const s = new Setting(133);
		const good = s.chain(s.nurseA, 4).map((signed) => s.envelope(signed));
		const poisons: unknown[] = [null, undefined, 7, 'x', [], {}, { _id: 1 }, { _id: '__proto__', v: 'e1' }, { ...good[0], c: 'A'.repeat(1000) }, new Map(), { v: 'e99' }];
		const batch = [...good.slice(0, position), ...poisons, ...good.slice(position)];
		const { verdicts } = s.gate(s.a).inspect(batch, care(s.a));
		expect(verdicts.length).toBe(batch.length);
		expect(verdicts.filter((verdict) => verdict.kind === 'accepted').length).toBe(4);
	});

	it('attack 33: no JSON whatever makes the gate throw, and each document gets a verdict of its own', () => {
		const s = new Setting(134);
		const good = s.envelope(s.change(s.nurseA));
		const altered = fc.record({ _id: fc.constantFrom(good._id, 'x', 7), v: fc.constantFrom('e1', 'd1', 's1', 'e2', null), t: fc.jsonValue(), n: fc.jsonValue(), c: fc.jsonValue() });
		fc.assert(
			fc.property(fc.array(fc.oneof(fc.jsonValue(), altered), { maxLength: 6 }), (poison) => {
				const { verdicts } = s.gate(s.a).inspect([...poison, good], care(s.a));
				expect(verdicts.length).toBe(poison.length + 1);
				expect(verdicts.at(-1)?.kind).toBe('accepted');
			}),
			{ seed: 134, numRuns: 200 }
		);
	});

	it('attack 35: a database served under another site\'s or organization\'s name', () => {
		const s = new Setting(135);
		const envelope = s.envelope(s.change(s.nurseA));
		expect(words(s.gate(s.b).inspect([envelope], care(s.b)))).toEqual(['waiting: no-key']);
		const elsewhere = s.change(s.nurseA, { org: hashOf(s.random.bytes(32)) });
		expect(words(s.gate(s.a).inspect([s.envelope(elsewhere)], care(s.a)))).toEqual(['quarantined: wrong-context']);
		// a holder of site B's key seals a change of site A there, as if A's patient were B's
		expect(words(s.gate(s.b).inspect([s.envelope(s.change(s.nurseA), s.epoch(s.b, 'clinical'))], care(s.b)))).toEqual(['quarantined: wrong-context']);
	});

	it('attack 38: two changes at one position are both kept and the device is flagged, in either order', () => {
		const s = new Setting(138);
		const [one, two] = [s.change(s.nurseA), s.change(s.nurseA)];
		for (const order of [[one, two], [two, one]] as const) {
			const chains = new ChainKnowledge();
			const gate = s.gate(s.a, chains);
			expect(order.flatMap((signed) => words(gate.inspect([s.envelope(signed)], care(s.a))))).toEqual(['accepted', 'accepted']);
			expect(chains.equivocations()).toEqual([{ actor: s.nurseA.actor, site: s.a, comp: 'clinical', seq: 1, changes: [one.id, two.id].sort() }]);
		}
	});

	it('attack 39: changes that cite what does not exist, or 20,000 orphans, neither stall nor throw', () => {
		const s = new Setting(139);
		const unknown = hashOf(s.random.bytes(32));
		const orphan = s.change(s.nurseA, { seq: 900_000, prev: unknown, deps: [hashOf(s.random.bytes(32))] });
		expect(words(s.gate(s.a).inspect([s.envelope(orphan)], care(s.a)))).toEqual(['accepted']);
		const chains = new ChainKnowledge();
		for (let seq = 2; seq <= 40_000; seq += 2) {
			chains.learn({ id: hashOf(s.random.bytes(32)), actor: s.nurseA.actor, site: s.a, comp: 'clinical', seq, prev: hashOf(s.random.bytes(32)), seen: [], envelope: '' });
		}
		expect(chains.gaps(() => true).length).toBe(20_000);
		expect(chains.tip(s.nurseA.actor, s.a, 'clinical')?.seq).toBe(40_000);
	});

	it('attack 39: a change whose cited heads go back behind its predecessor\'s is quarantined, in either order of arrival', () => {
		const s = new Setting(140);
		const first = s.change(s.nurseA);
		const second = s.change(s.nurseA, { seq: 2, prev: first.id, seen: [s.past] });
		expect(words(s.gate(s.a).inspect([s.envelope(second), s.envelope(first)], care(s.a)))).toEqual(['quarantined: bad-chain', 'accepted']);
	});

	it('attack 52: the author is who signed, whatever names the content claims', () => {
		const s = new Setting(152);
		const set = { provenance: { recorder: { display: 'Dr Somebody Else' } } };
		const { verdicts } = s.gate(s.a).inspect([s.envelope(s.change(s.nurseA, { set }))], care(s.a));
		expect(verdicts.map((verdict) => (verdict.kind === 'accepted' ? verdict.change.change.actor : null))).toEqual([s.nurseA.actor]);
	});

	it('attack 53: a link kept in a chart that it does not link is refused', () => {
		const s = new Setting(153);
		const [x, y] = [s.change(s.nurseA).change.id, s.change(s.nurseA).change.id].sort() as [Id, Id];
		const link = s.change(s.nurseA, { comp: 'desk', type: 'Linkage', create: { kind: 'link', charts: [x, y] }, set: { link: { active: true } } });
		expect(words(s.gate(s.a).inspect([s.envelope(link)], { kind: 'desk', site: s.a }))).toEqual(['quarantined: bad-creation']);
	});

	it('attack 54: a restricted change sealed again under the clinical or the desk key does not change its compartment', () => {
		const s = new Setting(154);
		const restricted = s.change(s.nurseA, { comp: 'restricted' });
		const gate = s.gate(s.a);
		expect(words(gate.inspect([s.envelope(restricted, s.epoch(s.a, 'clinical'))], care(s.a)))).toEqual(['quarantined: wrong-context']);
		expect(words(gate.inspect([s.envelope(restricted, s.epoch(s.a, 'desk'))], { kind: 'desk', site: s.a }))).toEqual(['quarantined: wrong-context']);
	});

	it('attack 55: a dep-less change for a colleague\'s resource is no creation', () => {
		const s = new Setting(155);
		const original = s.change(s.nurseA).change;
		const planted = s.change(s.receptionistA, { id: original.id, create: original.create });
		expect(words(s.gate(s.a).inspect([s.envelope(planted)], care(s.a)))).toEqual(['quarantined: bad-creation']);
	});

	describe('attack 56: copies count only where someone entitled at the origin vouches', () => {
		it('accepts a copy that an author of the origin vouches for', () => {
			const s = new Setting(156);
			const { verdicts } = s.gate(s.b).inspect([s.deposit(s.change(s.nurseA), s.b, s.nurseA)], care(s.b));
			expect(verdicts.map((verdict) => (verdict.kind === 'accepted' ? [verdict.change.via, verdict.change.heldAt] : verdict))).toEqual([['relayed', s.b]]);
		});

		it('refuses a voucher of somebody who could not read it there, who was not entitled yet, or who did not sign it', () => {
			const s = new Setting(157);
			const signed = s.change(s.nurseA);
			const deposits = [
				s.deposit(signed, s.b, s.nurseB), s.deposit(signed, s.b, s.receptionistA), s.deposit(signed, s.b, s.nurseA, { seen: [s.past] }),
				s.deposit(signed, s.b, s.nurseA, {}, s.nurseB)
			];
			expect(words(s.gate(s.b).inspect(deposits, care(s.b)))).toEqual([
				'quarantined: not-entitled', 'quarantined: not-entitled', 'quarantined: not-entitled', 'quarantined: bad-signature'
			]);
		});

		it('lets a voucher of somebody unknown wait', () => {
			const s = new Setting(158);
			expect(words(s.gate(s.b).inspect([s.deposit(s.change(s.nurseA), s.b, s.stranger)], care(s.b)))).toEqual(['waiting: no-authority-yet']);
		});

		it('refuses a voucher for another change, another receiving site or another origin, and a copy to its own site', () => {
			const s = new Setting(159);
			const [signed, other] = [s.change(s.nurseA), s.change(s.nurseA)];
			const found = [
				s.deposit(signed, s.b, s.nurseA, { change: other.id }), s.deposit(signed, s.b, s.nurseA, { to: s.region }), s.deposit(signed, s.b, s.nurseA, { site: s.region })
			];
			expect(words(s.gate(s.b).inspect(found, care(s.b)))).toEqual(Array(3).fill('quarantined: wrong-context'));
			expect(words(s.gate(s.a).inspect([s.deposit(signed, s.a, s.nurseA)], care(s.a)))).toEqual(['quarantined: wrong-context']);
		});

		it('never takes a restricted copy', () => {
			const s = new Setting(160);
			expect(words(s.gate(s.b).inspect([s.deposit(s.change(s.nurseA, { comp: 'restricted' }), s.b, s.nurseA)], care(s.b)))).toEqual(['quarantined: wrong-context']);
		});
	});
});
