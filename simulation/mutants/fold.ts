/**
 * Bugs in making a state of changes.
 */
import type { Mutant } from './mutant.ts';

export const FOLD_MUTANTS: readonly Mutant[] = [
	{
		name: 'author time before causal order', seen: 4, file: 'sync/merge/dag.ts',
		find: 'if (at >= 0 && at !== own) parents.push(at);', replace: 'if (at >= 0 && at !== own && (changes[at]?.change.hlc ?? \'\') <= change.hlc) parents.push(at);',
		why: 'An edit by a slow clock does not replace what it edited (last-write-wins by wall clock: cht-core, DHIS2 Android).', caughtBy: ['oracle']
	},
	{
		name: 'last write by arrival', file: 'sync/merge/dag.ts', find: 'const sorted = distinct(given).sort(stampOrder);', replace: 'const sorted = distinct(given);',
		also: [{ file: 'sync/merge/decide.ts', find: 'const ordered = [...heads].sort(byClock);', replace: 'const ordered = [...heads];' }],
		why: 'What synced last wins, so two devices show different values (OpenMRS sync, msupply mobile#4843).', caughtBy: ['diverged', 'oracle', 'liveness']
	},
	{
		name: 'remove supersedes adds it has not seen', seen: 4, file: 'sync/merge/supersede.ts', find: 'if (((later[touch.at] ?? 0) & bit) !== 0) touch.superseded = true;',
		replace: 'if (((later[touch.at] ?? 0) & bit) !== 0 || (register.key !== null && register.touches.some((other) => other !== touch && other.kind === \'remove\'))) touch.superseded = true;',
		why: 'A remove-wins set loses what a colleague added meanwhile (Shapiro and others, "A comprehensive study of CRDTs", 2011, section 3.3).', caughtBy: ['oracle']
	},
	{
		name: '`safest` picks the later', seen: 11, file: 'sync/merge/decide.ts', find: 'return { shown: safest(row, values), review: true };', replace: 'return { shown: latest(heads, values), review: true };',
		why: 'An allergy called resolved by the later clock is not shown (msupply mobile#4843: a deceased flag overwritten).', caughtBy: ['oracle']
	},
	{
		name: 'the clock chooses the original of a final result', file: 'sync/merge/decide.ts', find: 'sort((a, b) => (a.change < b.change ? -1 : 1));', replace: 'sort(byClock);',
		why: 'A device whose clock is behind puts its result in the place of the one that care was given on (42 CFR 493.1291(k) keeps the original).', caughtBy: ['oracle']
	},
	{
		name: 'conflict heads deduplicated by author', seen: 19, file: 'sync/merge/decide.ts', find: 'const ordered = [...heads].sort(byClock);',
		replace: 'const ordered = [...heads].sort(byClock).filter((write, at, all) => all.findLastIndex((other) => other.actor === write.actor) === at);',
		why: 'Two tabs of one person, or a restored tablet, disagree with themselves, and one of the values vanishes (Automerge before actor ids per session).', caughtBy: ['oracle']
	},
	{
		name: 'outvoted writes are not marked', seen: 11, file: 'sync/merge/decide.ts', find: 'outvoted: ordered.filter((write) => !onScreen.has(textOfValue(write)))', replace: 'outvoted: NOTHING',
		why: 'The author whose value is not shown is never told (CouchDB keeps losing revisions where nobody looks).', caughtBy: ['oracle']
	},
	{
		name: 'chart hash depends on the order of arrival', file: 'sync/merge/hash.ts', find: 'return digest(canonicalJson(described.sort(byFirst)));', replace: 'return digest(canonicalJson(described));',
		why: 'Replicas that hold the same look different, and a real difference goes unnoticed among false ones.', caughtBy: ['diverged', 'oracle', 'liveness']
	},
	{
		name: 'what waits for a dep is not shown', seen: 5, file: 'sync/device/chart-view.ts', find: 'filter((resource) => resource.type !== \'Linkage\' &&', replace: 'filter((resource) => resource.type !== \'Linkage\' && resource.missing.length === 0 &&',
		why: 'Causal delivery that holds back an allergy until everything before it has come (design D8; Hypercore and Automerge buffer).', caughtBy: ['hidden']
	},
	{
		name: 'retraction hides the entry', seen: 4, file: 'sync/device/chart-view.ts', find: 'filter((resource) => resource.type !== \'Linkage\' &&', replace: 'filter((resource) => resource.type !== \'Linkage\' && !resource.retracted &&',
		why: 'An entry made in error disappears, and with it what was done because of it (deleted-means-gone: avni, CommCare).', caughtBy: ['hidden']
	}
];
