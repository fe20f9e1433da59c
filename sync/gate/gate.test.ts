import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SignedChange } from '../change/change.ts';
import { ready } from '../verify/sodium.ts';
import { ChainKnowledge } from './chain.ts';
import type { DatabaseName } from './context.ts';
import type { Inspection } from './gate.ts';
import { Setting } from './testing/setting.ts';
import type { Verdict } from './verdict.ts';

beforeAll(ready);

const care = (s: Setting): DatabaseName => ({ kind: 'care', site: s.a });
const careB = (s: Setting): DatabaseName => ({ kind: 'care', site: s.b });
const words = ({ verdicts }: Inspection): string[] => verdicts.map(word);
const word = (verdict: Verdict): string => (verdict.kind === 'accepted' ? 'accepted' : `${verdict.kind}: ${verdict.reason}`);
const idsOf = (verdicts: readonly Verdict[]): string[] => verdicts.flatMap((verdict) => (verdict.kind === 'accepted' ? [verdict.change.id] : [])).sort();

describe('the gate', () => {
	it('accepts what an entitled author wrote, with where it was found', () => {
		const s = new Setting(1);
		const signed = s.change(s.nurseA);
		const { verdicts } = s.gate(s.a).inspect([s.envelope(signed)], care(s));
		expect(verdicts).toEqual([{ kind: 'accepted', change: { ...signed, __verified: true, envelope: s.envelope(signed)._id, via: 'native', heldAt: s.a } }]);
	});

	it('lets what it holds no key for wait, and accepts it with the key', () => {
		const s = new Setting(2);
		const envelope = s.envelope(s.change(s.nurseB, { site: s.b }));
		expect(words(s.gate(s.a).inspect([envelope], careB(s)))).toEqual(['waiting: no-key']);
		expect(words(s.gate(s.b).inspect([envelope], careB(s)))).toEqual(['accepted']);
	});

	it('lets a change wait whose author or cited statements have not arrived, and accepts it when they have', () => {
		const s = new Setting(3);
		const chains = new ChainKnowledge();
		const envelope = s.envelope(s.change(s.nurseA));
		s.forget();
		expect(words(s.gate(s.a, chains).inspect([envelope], care(s)))).toEqual(['waiting: unknown-actor']);
		s.remember();
		expect(words(s.gate(s.a, chains).inspect([envelope], care(s)))).toEqual(['accepted']);
	});

	it('refuses a receptionist who writes a clinical entry, and an author who cites a state before being posted', () => {
		const s = new Setting(4);
		const [clinical, early] = [s.change(s.receptionistA), s.change(s.nurseA, { seen: [s.past] })];
		expect(words(s.gate(s.a).inspect([s.envelope(clinical), s.envelope(early)], care(s)))).toEqual(['quarantined: not-entitled', 'quarantined: not-entitled']);
	});

	it('lets unknown types and elements wait for an upgrade', () => {
		const s = new Setting(5);
		const set = { status: { fromTheFuture: 1 } };
		expect(words(s.gate(s.a).inspect([s.envelope(s.change(s.nurseA, { type: 'Hologram', set })), s.envelope(s.change(s.nurseA, { set, seq: 1 }))], care(s))))
			.toEqual(['waiting: unknown-element', 'waiting: unknown-element']);
	});

	it('verifies about one signature for a whole chain, whatever the order of the batch', () => {
		const s = new Setting(6);
		const chain = s.chain(s.nurseA, 40);
		// all but the last carry a signature that is not the author's: only hash links can vouch for them
		const forged: SignedChange[] = [];
		for (let seq = 1; seq <= 39; seq++) forged.push(s.change(s.nurseA, { seq, prev: forged.at(-1)?.id ?? null }, s.stranger));
		const last = s.change(s.nurseA, { seq: 40, prev: forged.at(-1)?.id ?? null });
		const shuffled = [...forged.slice(20), last, ...forged.slice(0, 20)];
		expect(words(s.gate(s.a).inspect(shuffled.map((signed) => s.envelope(signed)), care(s)))).toEqual(shuffled.map(() => 'accepted'));
		expect(words(s.gate(s.a).inspect(chain.map((signed) => s.envelope(signed)), care(s)))).toEqual(chain.map(() => 'accepted'));
	});

	it('keeps its knowledge of chains across batches and restarts', () => {
		const s = new Setting(7);
		const chain = s.chain(s.nurseA, 3);
		const chains = new ChainKnowledge();
		const { learned } = s.gate(s.a, chains).inspect(chain.slice(0, 2).map((signed) => s.envelope(signed)), care(s));
		const restarted = new ChainKnowledge();
		for (const entry of learned) restarted.learn(entry);
		expect(restarted.tip(s.nurseA.actor, s.a, 'clinical')).toEqual({ seq: 2, id: chain[1]?.id });
	});

	it('gives the same accepted changes, flags and revisions for every order and batching of arrival', () => {
		const s = new Setting(8);
		const chain = s.chain(s.nurseA, 5);
		const at = (i: number): SignedChange => chain[i] as SignedChange;
		const fork = s.change(s.nurseA, { seq: 3, prev: at(1).id });
		const backwards = s.change(s.nurseA, { seq: 5, prev: at(3).id, seen: [s.past] });
		const wrongPlace = s.change(s.nurseA, { seq: 9, prev: at(0).id });
		const forgedButCommitted = s.change(s.nurseA, { seq: 6, prev: at(4).id }, s.stranger);
		const commits = s.change(s.nurseA, { seq: 7, prev: forgedButCommitted.id });
		const forged = s.change(s.nurseA, { seq: 6, prev: at(4).id }, s.stranger);
		const all = [...chain, fork, backwards, wrongPlace, forgedButCommitted, commits, forged].map((signed) => s.envelope(signed));
		const expected = outcome(s, [all]);
		expect(expected.accepted).toEqual([...chain, fork, forgedButCommitted, commits].map((signed) => signed.id).sort());
		fc.assert(
			fc.property(fc.shuffledSubarray(all, { minLength: all.length }), fc.integer({ min: 1, max: all.length }), (order, size) => {
				const batches = [];
				for (let from = 0; from < order.length; from += size) batches.push(order.slice(from, from + size));
				expect(outcome(s, batches)).toEqual(expected);
			}),
			{ seed: 8, numRuns: 120 }
		);
	});
});

/** As a device does: takes back what is revised, inspects again what is reconsidered. */
function outcome(s: Setting, batches: readonly (readonly { readonly _id: string }[])[]) {
	const chains = new ChainKnowledge();
	const gate = s.gate(s.a, chains);
	const accepted = new Set<string>();
	const byId = new Map(batches.flat().map((document) => [document._id, document]));
	for (const batch of batches) {
		for (let due = [...batch]; due.length > 0; ) {
			const { verdicts, revised, reconsider } = gate.inspect(due, care(s));
			for (const id of idsOf(verdicts)) accepted.add(id);
			for (const { change } of revised) accepted.delete(change);
			due = reconsider.map((id) => byId.get(id)).filter((document) => document !== undefined);
		}
	}
	return { accepted: [...accepted].sort(), flagged: chains.equivocations(), gaps: chains.gaps(() => true).length };
}
