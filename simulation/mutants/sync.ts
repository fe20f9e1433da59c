/**
 * Bugs in sending, receiving, judging and sharing.
 */
import type { Mutant } from './mutant.ts';

export const SYNC_MUTANTS: readonly Mutant[] = [
	{
		name: 'cursor moved before what it covers is kept', seen: 73, file: 'sync/device/ingest.ts', find: '		for (const page of pages) {\n			const database = parseDatabase(page.db);',
		replace: '		const before = { ...this.#cursors.pages };\n		for (const name of openable) this.#cursors.pages[name] = Math.max(before[name] ?? 0, pages.at(-1)?.number ?? 0);\n		if (pages.length > 0) await this.#writeCursors();\n		for (const page of pages) {\n			const database = parseDatabase(page.db);',
		also: [{ file: 'sync/device/ingest.ts', find: 'page.number > (this.#cursors.pages[bareName(database)] ?? 0)) await', replace: 'page.number > (before[bareName(database)] ?? 0)) await' }],
		why: 'A crash in between skips a page for good (RxDB replicateCouchDB and PouchDB checkpoints before their documents).', caughtBy: ['hidden', 'liveness', 'lost', 'diverged']
	},
	{
		name: 'held noted before the page is durable', seen: 55, file: 'sync/replication/pull.ts', find: 'round.received += documents.length;',
		replace: 'round.received += documents.length;\n\t\tvoid this.#options.store.pages.noteHeld(number + 500_000_000, db, documents.map((document) => document._id)).catch(() => undefined);',
		why: 'An envelope that was never written counts as held, and is never asked for again.', caughtBy: ['hidden', 'liveness', 'lost', 'diverged']
	},
	{
		name: 'push treats a refusal as taken', seen: 15, file: 'sync/replication/push.ts', find: 'const taken = batch.filter((own) => !reasons.has(own.document._id));', replace: 'const taken = batch;',
		why: 'A 409 or 403 of one document is read as success (PouchDB bulkDocs answers 201 with errors inside; RxDB stops for ever instead).', caughtBy: ['forbidden']
	},
	{
		name: 'the hub\'s _deleted is obeyed', seen: 9, file: 'sync/replication/pull.ts', find: 'const checked = row.deleted || isDeleted(row.doc) ? null : checkDocument(row.doc);',
		replace: 'const checked = row.deleted || isDeleted(row.doc) ? null : checkDocument(row.doc);\n\t\t\tif (checked === null) this.#options.held.add(db, [row.id]);',
		why: 'A hub that marks a document deleted takes it from every device (RxDB replicateCouchDB obeys it; attack 31).', caughtBy: ['hidden', 'liveness', 'lost', 'diverged']
	},
	{
		name: 'one bad document ends the page, which counts as received', seen: 9, file: 'sync/replication/pull.ts', find: 'else if (!row.id.startsWith(\'_design/\')) bad.push(badDocument(row, checked));',
		replace: 'else if (!row.id.startsWith(\'_design/\')) { bad.push(badDocument(row, checked)); this.#options.held.add(db, rows.map(({ id }) => id)); break; }',
		also: [{ file: 'sync/replication/pull.ts', find: 'this.suspect.set(db, (this.suspect.get(db) ?? 0) + bad.length);', replace: '' }],
		why: 'What follows a forged document is never stored (RxDB stops at one rejected document; design A1).', caughtBy: ['hidden', 'liveness', 'lost', 'diverged']
	},
	{
		name: 'waiting envelopes forgotten when a key arrives', seen: 128, file: 'sync/device/ingest.ts', find: 'if ((await this.#store.cursors.get(RETRIED)) === known) return;', replace: 'if ((await this.#store.cursors.get(RETRIED)) !== null) return;',
		why: '"Unable to decrypt" that stays after the key has come (Matrix clients, for years).', caughtBy: ['hidden', 'liveness', 'lost', 'diverged']
	},
	{
		name: 'gate accepts who may not write', seen: 5, file: 'sync/gate/gate.ts', find: 'if (canWrite(state, actor, site, comp)) return null;', replace: 'if (state.actors.has(actor)) return null;',
		why: 'Whoever holds a key to read is taken for one who may write (attack 3; CouchDB validates at the server alone).', caughtBy: ['forbidden']
	},
	{
		name: 'gate accepts a change of another compartment', seen: 8, file: 'sync/gate/context.ts', find: 'if (change.comp !== found.comp) return quarantined(\'wrong-context\', `a change of compartment ${change.comp} under a key of ${found.comp}`);', replace: '',
		why: 'A restricted entry sealed for the desk is shown to the desk, or a desk clerk writes a diagnosis (attack 35).', caughtBy: ['forbidden']
	},
	{
		name: 'gate accepts a second beginning', seen: 5, file: 'sync/gate/context.ts', find: 'if (committed !== change.id) return quarantined(\'bad-creation\', \'the resource id does not commit to this beginning\');', replace: '',
		why: 'Somebody plants a beginning under another\'s entry, older than the true one (attack 55).', caughtBy: ['forbidden']
	},
	{
		name: 'restricted entries are relayed', seen: 4, file: 'sync/device/relay.ts', find: 'const RELAYED: readonly Compartment[] = [\'desk\', \'clinical\'];', replace: 'const RELAYED: readonly Compartment[] = [\'desk\', \'clinical\', \'restricted\'];',
		why: 'Sharing a chart shares what was labelled sensitive (42 CFR part 2; consent segmentation forgotten in HIE exports).', caughtBy: ['forbidden']
	},
	{
		name: 'relay skips what was written before the link', seen: 4, file: 'sync/device/relay.ts', find: '!(await this.#send(history.changes, duty.to))', replace: '!(await this.#send([], duty.to))',
		why: 'The other site sees only what is new: the old allergy is missing (event subscriptions without a first snapshot).', caughtBy: ['hidden']
	},
	{
		name: 'unlink leaves copies in view', seen: 59, file: 'sync/device/chart-reader.ts', find: 'this.#links.person(ref).length > 1 ? this.#holders(ref) :', replace: 'this.#links.of(ref).length > 0 ? this.#holders(ref) :',
		why: 'A wrong match is taken back and the stranger\'s record stays (master patient index unmerge).', caughtBy: ['forbidden', 'oracle']
	},
	{
		name: 'a link by somebody who reaches one site takes effect', seen: 6, file: 'sync/device/link-book.ts', find: '=> reaches(state, actor, sites, \'link\') || had(', replace: '=> sites.some((site) => reaches(state, actor, [site], \'link\')) || had(',
		why: 'Anybody with one post pulls a stranger\'s record over (attack 53).', caughtBy: ['oracle', 'forbidden']
	}
];
