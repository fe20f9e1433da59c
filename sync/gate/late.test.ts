/** Closed chains: what counts, what is late, and that no order of arrival decides it. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Hash, SignedChange } from '../change/change.ts';
import { MembershipLog } from '../membership/log.ts';
import { attest, revoke, withdraw } from '../membership/authoring/removal.ts';
import { must } from '../membership/testing/cast.ts';
import type { ChainPosition } from '../membership/types.ts';
import type { StatementDocument } from '../verify/document.ts';
import { ready } from '../verify/sodium.ts';
import { ClinicSetting } from './testing/clinic-setting.ts';
import { LateMarks } from './late.ts';

beforeAll(ready);

const positionOf = (signed: SignedChange): ChainPosition =>
	({ actor: signed.change.actor, site: signed.change.site, comp: signed.change.comp, seq: signed.change.seq, change: signed.id });
const at = (chain: readonly SignedChange[], seq: number): SignedChange => chain[seq - 1] as SignedChange;

describe('a closed chain', () => {
	it('attack 16: counts as far as the revoker attests it, whatever heads and clock its author chose', async () => {
		const s = await ClinicSetting.make();
		const chain = s.chain(s.carl, 6);
		const [olga] = [s.cast.person('olga')];
		olga.posts(must(revoke(olga.pen, { member: null, actors: [s.carl.actor], positions: [positionOf(at(chain, 4))], reason: '' })));
		expect(s.judge(chain)).toEqual(['accepted', 'accepted', 'accepted', 'accepted', 'late: closed', 'late: closed']);
	});

	it('attack 16: counts further when a device that held it attests more, so that a revoker who was behind throws out nobody\'s work', async () => {
		const s = await ClinicSetting.make();
		const chain = s.chain(s.carl, 6);
		const [olga, nora] = [s.cast.person('olga'), s.cast.person('nora')];
		const removal = olga.posts(must(revoke(olga.pen, { member: null, actors: [s.carl.actor], positions: [positionOf(at(chain, 1))], reason: '' })));
		nora.posts(must(attest(nora.pen, removal.signed.id, [positionOf(at(chain, 5))])));
		expect(s.judge(chain).filter((word) => word === 'accepted')).toHaveLength(5);
		expect(s.judge(chain.slice(0, 3)), 'what lies before a position that is not held is late until it is').toEqual(['accepted', 'late: closed', 'late: closed']);
	});

	it('counts only up to the fork where two attested positions lie on forked paths', async () => {
		const s = await ClinicSetting.make();
		const chain = s.chain(s.carl, 5);
		const fork = s.change(s.carl, { seq: 4, prev: at(chain, 3).id });
		const [olga, nora] = [s.cast.person('olga'), s.cast.person('nora')];
		const removal = olga.posts(must(revoke(olga.pen, { member: null, actors: [s.carl.actor], positions: [positionOf(at(chain, 5))], reason: '' })));
		expect(s.judge([...chain, fork])).toEqual(['accepted', 'accepted', 'accepted', 'accepted', 'accepted', 'late: closed']);
		nora.posts(must(attest(nora.pen, removal.signed.id, [positionOf(fork)])));
		expect(s.judge([...chain, fork])).toEqual(['accepted', 'accepted', 'accepted', 'late: closed', 'late: closed', 'late: closed']);
	});

	it('attack 16: a forged path below the attested position does not count while the hub withholds the true one', async () => {
		const s = await ClinicSetting.make();
		const chain = s.chain(s.carl, 5);
		const forged = s.change(s.carl, { seq: 3, prev: at(chain, 2).id });
		const olga = s.cast.person('olga');
		olga.posts(must(revoke(olga.pen, { member: null, actors: [s.carl.actor], positions: [positionOf(at(chain, 5))], reason: '' })));
		expect(s.judge([at(chain, 1), at(chain, 2), forged])).toEqual(['late: closed', 'late: closed', 'late: closed']);
		expect(s.judge([at(chain, 1), at(chain, 2), at(chain, 5), forged])).toEqual(['late: closed', 'late: closed', 'accepted', 'late: closed']);
		expect(s.judge([...chain, forged]).at(-1)).toBe('late: closed');
	});

	it('does not close by an attested position that nobody holds', async () => {
		const s = await ClinicSetting.make();
		const chain = s.chain(s.carl, 3);
		const [olga, nora] = [s.cast.person('olga'), s.cast.person('nora')];
		const removal = olga.posts(must(revoke(olga.pen, { member: null, actors: [s.carl.actor], positions: [positionOf(at(chain, 3))], reason: '' })));
		nora.posts(must(attest(nora.pen, removal.signed.id, [{ ...positionOf(at(chain, 1)), change: s.cast.org }])));
		expect(s.judge(chain)).toEqual(['accepted', 'accepted', 'accepted']);
	});

	it('counts again where the post was given anew and the author cites that, and leaves late what was late', async () => {
		const s = await ClinicSetting.make();
		const chain = s.chain(s.carl, 3);
		const olga = s.cast.person('olga');
		olga.posts(must(withdraw(olga.pen, { member: s.carl.member, grants: s.cast.grants('clinician of north'), positions: [positionOf(at(chain, 2))], reason: '' })));
		olga.postsMember(s.carl, 'clinician of north');
		const again = s.change(s.carl, { seq: 4, prev: at(chain, 3).id, seen: s.cast.state.heads });
		expect(s.judge([...chain, again])).toEqual(['accepted', 'accepted', 'late: closed', 'accepted']);
		const next = s.change(s.carl, { seq: 5, prev: again.id, seen: s.cast.state.heads });
		olga.posts(must(revoke(olga.pen, { member: null, actors: [s.carl.actor], positions: [positionOf(again)], reason: '' })));
		expect(s.judge([...chain, again, next])).toEqual(['accepted', 'accepted', 'late: closed', 'accepted', 'late: closed']);
	});

	it('leaves chains of other posts alone when one post is taken', async () => {
		const s = await ClinicSetting.make();
		const olga = s.cast.person('olga');
		olga.postsMember(s.carl, 'lead of north');
		const chain = s.chain(s.carl, 2, { seen: s.cast.state.heads });
		olga.posts(must(withdraw(olga.pen, { member: s.carl.member, grants: s.cast.grants('lead of north'), positions: [], reason: '' })));
		expect(s.judge(chain)).toEqual(['accepted', 'accepted']);
	});

	it('goes to the late lane whole where the author\'s right rested on somebody who fell at the same time, and waits for nothing', async () => {
		const s = await ClinicSetting.make();
		const [olga, lea] = [s.cast.person('olga'), s.cast.person('lea')];
		for (const person of [olga, lea]) person.goesOffline();
		const zed = lea.brings('zed', 'clinician of north');
		const chain = s.chain(zed, 3, { seen: lea.state.heads });
		olga.removes(lea);
		for (const person of [olga, lea]) person.comesBack();
		expect(s.judge(chain)).toEqual(['late: fallen', 'late: fallen', 'late: fallen']);
	});

	it('goes on where its author cited a statement that they later learned is void: it was seen all the same', async () => {
		const s = await ClinicSetting.make();
		const [olga, lea] = [s.cast.person('olga'), s.cast.person('lea')];
		for (const person of [olga, lea]) person.goesOffline();
		lea.brings('zed', 'clinician of north');
		const first = s.change(s.carl, { seen: lea.state.heads });
		olga.removes(lea);
		for (const person of [olga, lea]) person.comesBack();
		const second = s.change(s.carl, { seq: 2, prev: first.id, seen: s.cast.state.heads });
		expect(s.judge([first, second])).toEqual(['accepted', 'accepted']);
	});

	it('comes back when the recovery kit undoes the removal', async () => {
		const s = await ClinicSetting.make();
		const olga = s.cast.person('olga');
		const kit = olga.makesKit();
		const chain = s.chain(s.carl, 2);
		olga.removes(s.carl);
		expect(s.judge(chain)).toEqual(['late: closed', 'late: closed']);
		olga.restoresWith(kit, { reinstate: [s.carl.actor] });
		expect(s.judge(chain)).toEqual(['accepted', 'accepted']);
	});
});

describe('a voucher', () => {
	it('attack 56: of somebody who was removed counts no more, and one by another device of the origin does', async () => {
		const s = await ClinicSetting.make();
		const signed = s.change(s.carl);
		const [byNora, byLea] = [s.deposit(signed, s.cast.person('nora')), s.deposit(signed, s.cast.person('lea'))];
		expect(s.judgeAt('south', [byNora])).toEqual(['accepted']);
		s.cast.person('olga').removes(s.cast.person('nora'));
		expect(s.judgeAt('south', [byNora, byLea])).toEqual(['waiting: no-authority-yet', 'accepted']);
	});
});

describe('the verdicts on closed chains', () => {
	it('attack 18: are the same for every interleaving of changes and statements, in any batches', async () => {
		const s = await ClinicSetting.make();
		const early = [...s.cast.statements];
		const [olga, lea, nora, lars] = [s.cast.person('olga'), s.cast.person('lea'), s.cast.person('nora'), s.cast.person('lars')];
		const chain = s.chain(s.carl, 6);
		const fork = s.change(s.carl, { seq: 3, prev: at(chain, 2).id });
		const backwards = s.change(s.carl, { seq: 7, prev: at(chain, 6).id, seen: [s.cast.org] });
		for (const person of [olga, lea, nora, lars]) person.goesOffline();
		const zed = lea.brings('zed', 'clinician of north');
		const byZed = s.chain(zed, 2, { seen: lea.state.heads });
		const removal = olga.posts(must(revoke(olga.pen, { member: null, actors: [s.carl.actor], positions: [positionOf(at(chain, 2))], reason: '' })));
		lars.removes(lea);
		for (const person of [olga, lea, lars, nora]) person.comesBack();
		nora.posts(must(attest(nora.pen, removal.signed.id, [positionOf(at(chain, 4))])));
		const changes = [...chain, fork, backwards, ...byZed];
		const late = s.cast.statements.filter((statement) => !early.includes(statement));
		const deposits = [s.deposit(at(chain, 6), nora), s.deposit(at(chain, 1), lea)];
		const expected = outcome(s, early, [late, changes.map((signed) => s.envelope(signed))], deposits);
		expect(expected.accepted).toEqual([...chain.slice(0, 4)].map(({ id }) => id).sort());
		expect(expected.late).toEqual([at(chain, 5), at(chain, 6), fork, ...byZed].map(({ id }) => id).sort());
		const events = [...late, ...changes.map((signed) => s.envelope(signed))];
		fc.assert(fc.property(fc.shuffledSubarray(events, { minLength: events.length }), fc.integer({ min: 1, max: 5 }), (order, size) => {
			const batches = [];
			for (let from = 0; from < order.length; from += size) batches.push(order.slice(from, from + size));
			expect(outcome(s, early, batches, deposits)).toEqual(expected);
		}), { seed: 18, numRuns: 60 });
	});
});

type Arriving = { readonly _id: string; readonly v: string };

/** As a device does: takes back, judges again, and retries what waits whenever statements came. */
function outcome(s: ClinicSetting, early: readonly StatementDocument[], batches: readonly (readonly Arriving[])[], deposits: readonly Arriving[]) {
	const log = new MembershipLog(s.cast.org);
	log.add(early);
	const gate = s.gate(log, new LateMarks());
	const kinds = new Map<string, string>();
	const ids = new Map<string, Hash>();
	const held: Arriving[] = [];
	const inspect = (documents: readonly Arriving[]): void => {
		for (let due = [...documents]; ; ) {
			const { verdicts, revised, reconsider } = gate.inspect(due, s.care);
			for (const verdict of verdicts) {
				const envelope = verdict.kind === 'accepted' ? verdict.change.envelope : verdict.envelope;
				kinds.set(envelope, verdict.kind);
				if (verdict.kind === 'accepted' || verdict.kind === 'late') ids.set(envelope, verdict.change.id);
			}
			const back = new Set([...revised.map(({ envelope }) => envelope), ...reconsider]);
			due = held.filter(({ _id }) => back.has(_id));
			if (due.length === 0) return;
		}
	};
	for (const batch of batches) {
		const arrived = batch.filter(({ v }) => v !== 's1');
		log.add(batch.filter((document): document is StatementDocument => document.v === 's1'));
		held.push(...arrived);
		inspect(arrived);
		inspect(held.filter(({ _id }) => kinds.get(_id) === 'waiting'));
	}
	const of = (kind: string): Hash[] => [...kinds].filter(([, one]) => one === kind).map(([envelope]) => ids.get(envelope) as Hash).sort();
	const copies = s.gateOf('south', log).inspect(deposits, s.careOf('south')).verdicts.map(({ kind }) => kind);
	return { accepted: of('accepted'), late: of('late'), waiting: of('waiting').length, copies };
}
