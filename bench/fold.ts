/**
 * Measures the fold: changes in memory to charts, beside Automerge and Yjs documents given the same edits in the same run. `npx tsx bench/fold.ts`.
 *
 * Compared is what a reader does with changes that have arrived and were checked: all of them applied to nothing, and the resulting values
 * read once. Saddlebag folds parsed changes by the rules table, with conflicts, reviews and history per group; the peers apply their encoded
 * changes and give the merged map: they know no rules, no review and no history per group, and decode binary while they apply, which
 * Saddlebag did at the gate. The peers are measured on a tenth of the edits, as one document per resource and as one per chart. Rates, not
 * times, are compared; each is the median of its runs, and the time is that of the processor (the machine may be busy).
 */
import * as Automerge from '@automerge/automerge';
import * as Y from 'yjs';
import type { GroupValue, VerifiedChange } from '../sync/change/change.ts';
import { Cast, fakeId } from '../sync/merge/cast.ts';
import { ChartFold, foldCharts } from '../sync/merge/chart.ts';
import { median, printFigures, type Figure } from './report.ts';

const QUICK = process.argv.includes('--quick');
const CHANGES = QUICK ? 40_000 : 200_000;
const PEER_CHANGES = QUICK ? 4_000 : 20_000;
const RUNS = QUICK ? 3 : 7;
const PEER_RUNS = 3;
const GOAL = 200_000;
const PER_CHART = 100;

/** Edits of one resource: written once, corrected by its author in every third, and beside that by somebody who had not seen it in every ninth. */
interface Written { readonly chart: number; readonly name: string; readonly first: GroupValue; readonly status: GroupValue; readonly correction: GroupValue | null; readonly beside: GroupValue | null }

function written(changes: number): readonly Written[] {
	const all: Written[] = [];
	for (let count = 0, n = 0; count < changes; n++) {
		const [corrected, beside] = [n % 3 === 0, n % 9 === 0];
		all.push({
			chart: Math.floor(n / (PER_CHART * 0.7)), name: `r${String(n)}`, status: { status: 'active' },
			first: { intent: 'order', medicationCodeableConcept: { text: 'Metformin 500 mg' }, dosageInstruction: [{ text: `${String(n % 4)} daily` }] },
			correction: corrected ? { intent: 'order', medicationCodeableConcept: { text: 'Metformin 850 mg' }, dosageInstruction: [{ text: 'twice daily' }] } : null,
			beside: beside ? { intent: 'order', medicationCodeableConcept: { text: 'Metformin 1000 mg' }, dosageInstruction: [{ text: 'once daily' }] } : null
		});
		count += 1 + Number(corrected) + Number(beside);
	}
	return all;
}

function changesOf(all: readonly Written[]): readonly VerifiedChange[] {
	const cast = new Cast();
	return all.flatMap(({ chart, name, first, status, correction, beside }) => {
		const [asha, ben] = [cast.member('Asha', 'clinic A'), cast.member('Ben', 'clinic A')];
		const begun = asha.creates('MedicationRequest', { medication: first, status }, { chart: fakeId(`chart ${String(chart)}`), id: fakeId(name) });
		return [
			begun, ...(correction === null ? [] : [asha.edits(begun, { set: { medication: correction } })]), ...(beside === null ? [] : [ben.edits(begun, { set: { medication: beside } })])
		];
	});
}

/** Changes per second of processor time. */
function rate(changes: number, runs: number, work: () => number): number {
	const rates: number[] = [];
	let seen = 0;
	for (let run = 0; run < runs; run++) {
		const before = process.cpuUsage();
		seen += work();
		const { user, system } = process.cpuUsage(before);
		rates.push(changes / ((user + system) / 1e6));
	}
	if (seen === 0) throw new Error('nothing was read');
	return median(rates);
}

const plain = (value: GroupValue): GroupValue => JSON.parse(JSON.stringify(value)) as GroupValue;
type Groups = { [name: string]: { [group: string]: GroupValue } };
/** The documents: by resource, or by chart. */
const documentsOf = (all: readonly Written[], byChart: boolean): readonly (readonly Written[])[] => {
	if (!byChart) return all.map((one) => [one]);
	const charts = new Map<number, Written[]>();
	for (const one of all) charts.set(one.chart, [...(charts.get(one.chart) ?? []), one]);
	return [...charts.values()];
};

function automerge(all: readonly Written[], byChart: boolean): () => number {
	const documents = documentsOf(all, byChart).map((entries) => {
		const changes: Automerge.Change[] = [];
		let document = Automerge.init<Groups>();
		for (const { name, first, status, correction, beside } of entries) {
			document = Automerge.change(document, (draft) => { draft[name] = { medication: plain(first), status: plain(status) }; });
			let other = beside === null ? null : Automerge.clone(document);
			if (correction !== null) document = Automerge.change(document, (draft) => { const entry = draft[name]; if (entry !== undefined) entry['medication'] = plain(correction); });
			if (other === null || beside === null) continue;
			other = Automerge.change(other, (draft) => { const entry = draft[name]; if (entry !== undefined) entry['medication'] = plain(beside); });
			document = Automerge.merge(document, other);
		}
		changes.push(...Automerge.getAllChanges(document));
		Automerge.free(document);
		return changes;
	});
	return () => documents.reduce((sum, changes) => {
		const [document] = Automerge.applyChanges(Automerge.init<Groups>(), changes);
		const read = Object.keys(Automerge.toJS(document)).length;
		Automerge.free(document);
		return sum + read;
	}, 0);
}

function yjs(all: readonly Written[], byChart: boolean): () => number {
	const documents = documentsOf(all, byChart).map((entries) => {
		const updates: Uint8Array[] = [];
		const document = new Y.Doc();
		document.on('update', (update: Uint8Array) => updates.push(update));
		const set = (on: Y.Doc, name: string, group: string, value: GroupValue): void => {
			const resources = on.getMap<Y.Map<GroupValue>>('resources');
			const entry = resources.get(name) ?? resources.set(name, new Y.Map<GroupValue>());
			entry.set(group, value);
		};
		for (const { name, first, status, correction, beside } of entries) {
			document.transact(() => { set(document, name, 'medication', first); set(document, name, 'status', status); });
			const other = new Y.Doc();
			if (beside !== null) {
				Y.applyUpdate(other, Y.encodeStateAsUpdate(document));
				other.transact(() => set(other, name, 'medication', beside));
			}
			if (correction !== null) document.transact(() => set(document, name, 'medication', correction));
			if (beside !== null) Y.applyUpdate(document, Y.encodeStateAsUpdate(other, Y.encodeStateVector(document)));
		}
		return updates;
	});
	return () => documents.reduce((sum, updates) => {
		const document = new Y.Doc();
		for (const update of updates) Y.applyUpdate(document, update);
		return sum + Object.keys(document.getMap('resources').toJSON()).length;
	}, 0);
}

const changes = changesOf(written(CHANGES));
const ours = rate(changes.length, RUNS, () => foldCharts(changes).reduce((sum, { resources }) => sum + resources.size, 0));
const peers = written(PEER_CHANGES);
const peerChanges = changesOf(peers).length;
const perSecond = (bench: string, peer: number | null, runs: number): Figure =>
	({ bench, unit: 'per s', saddlebag: ours, peer, goal: peer === null ? `at least ${String(GOAL)} per s` : null, met: peer === null ? ours >= GOAL : null, runs });

/** One change into an open chart of 5,000 resources: what is folded is its resource. */
function oneChange(): Figure {
	const cast = new Cast();
	const asha = cast.member('Asha', 'clinic A');
	const fold = new ChartFold(asha.site, asha.chart);
	const begun = Array.from({ length: 5_000 }, (_, n) => asha.creates('Condition', { problem: { code: { text: `problem ${String(n)}` } } }, { id: fakeId(`p${String(n)}`) }));
	fold.applyAll(begun);
	const edits = begun.slice(0, 2_000).map((first) => asha.edits(first, { set: { problem: { code: { text: 'another' } } } }));
	if (fold.chart.resources.size !== begun.length) throw new Error('the chart is not whole');
	const before = process.cpuUsage();
	for (const edit of edits) {
		fold.apply(edit);
		if (fold.chart.resources.get(edit.change.id)?.changes.length !== 2) throw new Error('the change was not folded');
	}
	const { user, system } = process.cpuUsage(before);
	return { bench: 'one change into an open chart of 5000 entries', unit: 'ms', saddlebag: (user + system) / 1e3 / edits.length, peer: null, goal: null, met: null, runs: edits.length };
}

printFigures([
	perSecond(`fold of ${String(changes.length)} changes from memory`, null, RUNS), oneChange(),
	perSecond(`fold, beside Automerge with one document per resource (${String(peerChanges)} changes)`, rate(peerChanges, PEER_RUNS, automerge(peers, false)), PEER_RUNS),
	perSecond(`fold, beside Automerge with one document per chart (${String(peerChanges)} changes)`, rate(peerChanges, PEER_RUNS, automerge(peers, true)), PEER_RUNS),
	perSecond(`fold, beside Yjs with one document per resource (${String(peerChanges)} changes)`, rate(peerChanges, PEER_RUNS, yjs(peers, false)), PEER_RUNS),
	perSecond(`fold, beside Yjs with one document per chart (${String(peerChanges)} changes)`, rate(peerChanges, PEER_RUNS, yjs(peers, true)), PEER_RUNS)
]);
