/**
 * Bugs in removing people and in what becomes of their work.
 */
import { REMOVALS_FROM } from '../generate-removals.ts';
import type { Mutant } from './mutant.ts';

const BUGS: readonly Mutant[] = [
	{
		name: 'later changes of a removed actor are accepted', file: 'sync/gate/late.ts', find: 'return this.#coverage.covers(standing.positions, entry) ? null : \'closed\';', replace: 'return null;',
		why: 'Who was removed goes on writing by citing an old state of the log (attack 19; back-dated events in Matrix rooms before room version 12).', caughtBy: ['forbidden', 'liveness']
	},
	{
		name: 'the author\'s clock says what was before a removal', file: 'sync/gate/late.ts', find: 'const reason = this.#reason(change);\n\t\treturn reason === null',
		replace: 'const cut = this.#closed.has(change.actor) ? this.#standing(change) : null;\n\t\tconst reason = cut?.kind === \'closed\' && cut.closings.some((id) => change.hlc < this.#log.log.statement(id).statement.hlc) ? null : this.#reason(change);\n\t\treturn reason === null',
		why: 'A removed device sets its clock back and writes on (timestamps as evidence in certificate revocation; design S7).', caughtBy: ['forbidden', 'liveness', 'diverged']
	},
	{
		name: 'the new key is delivered to who was removed', file: 'sync/membership/authoring/site.ts', find: '\tconst reach = new Map(',
		replace: '\tauthority = { ...authority, closings: new Map() };\n\tconst reach = new Map(',
		also: [
			{ file: 'sync/membership/refusal.ts', find: 'deliveries.every(({ actor }) => isActive(past, actor) ||', replace: 'deliveries.every(({ actor }) => past.actors.has(actor) ||' },
			{ file: 'sync/membership/refusal.ts', find: 'places.length === 0 || deliveries.every', replace: 'true || deliveries.every' },
			{ file: 'sync/membership/renewal.ts', find: '|| !epoch.holders.every((holder) => canHold(state, holder, site, comp))', replace: '|| (epoch.supersedes.length === 0 && !epoch.holders.every((holder) => canHold(state, holder, site, comp)))' }
		],
		why: 'A rotation made out to the list of members as it was before the removal (sender keys of group messengers; attack 17).', caughtBy: ['forbidden']
	},
	{
		name: 'late changes are dropped', file: 'sync/gate/gate.ts', find: 'return opened === null ? notJudged(envelope) : { ...objection, envelope, change: lateChange(opened) };',
		replace: 'return { kind: \'quarantined\', envelope, reason: \'not-entitled\', detail: \'late\' };',
		why: 'What an honest nurse wrote offline after she was removed is gone (CouchDB answers 403, and the client deletes).', caughtBy: ['hidden']
	},
	{
		name: 'mutual removal is settled by the order of ids', file: 'sync/membership/concurrent.ts', find: 'return this.run(possible, barred, true);',
		replace: 'const beaten = (node) => [...possible].some((other) => other !== node && other.signed.id < node.signed.id && other.signed.statement.actors?.includes(node.signed.statement.actor) && this.areConcurrent(this.takers.find((taker) => taker.node === other), node));\n\t\treturn this.run(new Set([...possible].filter((node) => !beaten(node))), barred, true);',
		why: 'Of two who remove each other the one with the lower hash stays, and can be computed for (Matrix state resolution; attack 23).', caughtBy: ['forbidden', 'liveness', 'diverged']
	}
];

export const REMOVAL_MUTANTS: readonly Mutant[] = BUGS.map((bug) => ({ ...bug, from: REMOVALS_FROM }));
