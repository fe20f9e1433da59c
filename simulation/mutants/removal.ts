/**
 * Bugs in removing people and in what becomes of their work.
 */
import { REMOVALS_FROM } from '../generate-removals.ts';
import type { Mutant } from './mutant.ts';

const BUGS: readonly Mutant[] = [
	{
		name: 'later changes of a removed actor are accepted', seen: 1_000_001, file: 'sync/gate/late.ts', find: 'return this.#coverage.covers(standing.positions, entry) ? null : \'closed\';', replace: 'return null;',
		why: 'Who was removed goes on writing by citing an old state of the log (attack 19; back-dated events in Matrix rooms before room version 12).', caughtBy: ['forbidden', 'liveness']
	},
	{
		name: 'the author\'s clock says what was before a removal', seen: 1_000_004, file: 'sync/gate/late.ts', find: 'const reason = this.#reason(change);\n\t\treturn reason === null',
		replace: 'const cut = this.#closed.has(change.actor) ? this.#standing(change) : null;\n\t\tconst reason = cut?.kind === \'closed\' && cut.closings.some((id) => change.hlc < this.#log.log.statement(id).statement.hlc) ? null : this.#reason(change);\n\t\treturn reason === null',
		why: 'A removed device sets its clock back and writes on (timestamps as evidence in certificate revocation; design S7).', caughtBy: ['forbidden', 'liveness', 'diverged']
	},
	{
		name: 'the new key is delivered to who was removed', seen: 1_000_000, file: 'sync/membership/authoring/site.ts', find: '\tconst reach = new Map(',
		replace: '\tauthority = { ...authority, closings: new Map() };\n\tconst reach = new Map(',
		also: [
			{ file: 'sync/membership/refusal.ts', find: 'deliveries.every(({ actor }) => isActive(past, actor) ||', replace: 'deliveries.every(({ actor }) => past.actors.has(actor) ||' },
			{ file: 'sync/membership/refusal.ts', find: 'places.length === 0 || deliveries.every', replace: 'true || deliveries.every' },
			{ file: 'sync/membership/renewal.ts', find: '|| !epoch.holders.every((holder) => canHold(state, holder, site, comp))', replace: '|| (epoch.supersedes.length === 0 && !epoch.holders.every((holder) => canHold(state, holder, site, comp)))' }
		],
		why: 'A rotation made out to the list of members as it was before the removal (sender keys of group messengers; attack 17).', caughtBy: ['forbidden']
	},
	{
		name: 'late changes are dropped', seen: 1_000_001, file: 'sync/gate/gate.ts', find: 'return opened === null ? notJudged(envelope) : { ...objection, envelope, change: lateChange(opened) };',
		replace: 'return { kind: \'quarantined\', envelope, reason: \'not-entitled\', detail: \'late\' };',
		why: 'What an honest nurse wrote offline after she was removed is gone (CouchDB answers 403, and the client deletes).', caughtBy: ['hidden']
	},
	{
		name: 'mutual removal is settled by the order of ids', seen: 1_000_029, file: 'sync/membership/concurrent.ts', find: 'return this.run(possible, barred, true);',
		replace: 'const beaten = (node) => [...possible].some((other) => other !== node && other.signed.id < node.signed.id && other.signed.statement.actors?.includes(node.signed.statement.actor) && this.areConcurrent(this.takers.find((taker) => taker.node === other), node));\n\t\treturn this.run(new Set([...possible].filter((node) => !beaten(node))), barred, true);',
		why: 'Of two who remove each other the one with the lower hash stays, and can be computed for (Matrix state resolution; attack 23).', caughtBy: ['forbidden', 'liveness', 'diverged']
	},
	{
		name: 'keys that a removed device holds are sealed under on', seen: 1_000_000, file: 'sync/membership/renewal.ts', find: 'const usable = all.filter(({ epoch }) => !lost.has(epoch));', replace: 'const usable = all;',
		why: 'A rotation that nobody waits for: who was behind, or lost the key in the middle of it, goes on under the old one (attack 17, 22).', caughtBy: ['forbidden']
	},
	{
		name: 'what a removed lead said at the same time counts', seen: 1_000_025, file: 'sync/membership/concurrent.ts',
		find: 'certain ? null : this.objectionTo(node, statement, core, acting);', replace: 'certain || !isTaking(statement) ? null : this.objectionTo(node, statement, core, acting);',
		why: 'A lead who is about to go lets a friend in, and stays by them (duelling admins in Keybase teams and Signal groups; design S8).', caughtBy: ['forbidden']
	},
	{
		name: 'positions that the revoker states are forgotten', seen: 1_000_001, file: 'sync/membership/taking-away.ts', find: 'positions: attested(id, by, actor, positions) };', replace: 'positions: [] };',
		why: 'A removal throws out all the work of who left, except what somebody else happens to attest (design S7).', caughtBy: ['hidden', 'liveness', 'forbidden']
	},
	{
		name: 'a lower role leaves the keys of the higher one', seen: 1_000_020, file: 'sync/device/session.ts', find: 'this.keyring.retain(new Set(this.#held.map(({ epoch }) => epoch)));', replace: '',
		why: 'Who is posted lower while unlocked reads on until they lock (role changes that take effect at the next sign-in).', caughtBy: ['hidden', 'liveness', 'forbidden', 'lost']
	},
	{
		name: 'late work that is attested comes in by its first envelope alone', seen: 1_000_031, file: 'sync/device/ingest.ts', find: 'await this.#inspectAgain(({ kind }) => kind === \'late\');', replace: '',
		why: 'A change that reached a device as a copy first stays late at its own site (this project, found by seed 1,000,011).', caughtBy: ['hidden', 'liveness']
	}
];

export const REMOVAL_MUTANTS: readonly Mutant[] = BUGS.map((bug) => ({ ...bug, from: REMOVALS_FROM }));
