/**
 * Bugs of boxes that carry, and of files that people carry.
 */
import { BOXES_FROM } from '../generate-boxes.ts';
import type { Mutant } from './mutant.ts';

const BUGS: readonly Mutant[] = [
	{
		name: 'a box moves its mark before the hub above acknowledged', file: 'server/carrier/ferry.ts', find: '		const sent = await send(parts, theirs, due, deposit);\n		if (!sent.ok) return sent.error;\n		tally.refused',
		replace: '		Object.assign(marks, { deposited: lastSeq, stranded }, deposit ? {} : { pushed: lastSeq });\n		await writeMarks(database, marks);\n		const sent = await send(parts, theirs, due, deposit);\n		if (!sent.ok) return sent.error;\n		tally.refused',
		why: 'A line that is cut in mid-push skips a batch for good (PouchDB replication wrote its checkpoint before the target had answered).', caughtBy: ['lost', 'liveness', 'hidden']
	},
	{
		name: 'a box forgets at a restart where something was deposited', file: 'server/carrier/visited.ts', find: 'const stored = (await (await this.#storage.get(controlName(this.#prefix))).local(VISITED))?.fields[\'databases\'];',
		replace: 'const stored: unknown = null;',
		why: 'Copies for other sites lie on the box for ever, acknowledged (a queue in memory: this project, before it was kept beside the log).', caughtBy: ['lost', 'liveness', 'hidden', 'diverged']
	},
	{
		name: 'a box does not look whether the hub above went back', file: 'server/carrier/ferry.ts', find: 'if (difference === \'0\' || !lasts || difference === marks.looked) return null;', replace: 'return null;',
		why: 'A hub that is restored from a backup is not filled again by the only one who has it all (CouchDB replication trusts its checkpoints).', caughtBy: ['lost', 'liveness', 'hidden', 'diverged']
	},
	{
		name: 'a box acknowledges what it does not carry', file: 'server/carrier/carrier.ts', find: 'return place !== null && (place.kind === \'control\' || this.#carried().includes(place.site));', replace: 'return place !== null;',
		why: 'What a visitor writes for another site is taken, and goes nowhere (this project, mended in ee352b0).', caughtBy: ['lost', 'liveness', 'hidden', 'diverged']
	},
	{
		name: 'a damaged line ends the reading of a file', file: 'sync/verify/bundle.ts', find: '		this.#salvage(bytes, found);\n', replace: '		this.problem = notABundle();\n		return;\n',
		why: 'One bad sector on a memory stick costs a month of work (archives that are read whole or not at all).', caughtBy: ['hidden']
	},
	{
		name: 'two documents in one line of a damaged file are both left out', file: 'sync/verify/bundle.ts', find: 'for (let at = text.indexOf(BEGINS); at !== -1; ) {', replace: 'for (let at = -1; at !== -1; ) {',
		why: 'Where a line feed is damaged, the sound lines beside it are lost with it (design: a damaged file loses only its damaged envelopes).', caughtBy: ['hidden']
	},
	{
		name: 'what came in a file counts as sent to the hub', seen: 2_000_008, file: 'sync/store/ownEnvelopes.ts', find: 'envelope: document._id, db, doc: JSON.stringify(document), hub: \'\', at: 0, refused: \'\'\n		}])).values()];',
		replace: 'envelope: document._id, db, doc: JSON.stringify(document), hub: \'file\', at: 1, refused: \'\'\n		}])).values()];',
		why: 'What was imported is taken for synchronized, and the screen says so (sneakernet imports of DHIS2 and OpenMRS queues).', caughtBy: ['forbidden', 'lost', 'liveness']
	},
	{
		name: 'a file of what another device lacks holds what it has', seen: 2_000_021, file: 'sync/device/bundles.ts', find: 'return !frontiers.heldBy({ actor, site, comp, seq, id }).some(({ device }) => devices.has(device));', replace: 'return frontiers.heldBy({ actor, site, comp, seq, id }).some(({ device }) => devices.has(device));',
		why: 'A difference that is taken from the wrong side: what is asked for is what is not in the file (rsync with source and target exchanged).', caughtBy: ['hidden', 'lost']
	}
];

export const BOX_MUTANTS: readonly Mutant[] = BUGS.map((bug) => ({ ...bug, from: BOXES_FROM }));
