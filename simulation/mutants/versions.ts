/**
 * Bugs of apps of several versions among each other.
 */
import type { Mutant } from './mutant.ts';

export const VERSION_MUTANTS: readonly Mutant[] = [
	{
		name: 'what a newer version wrote is put away for ever', file: 'sync/gate/context.ts', find: 'return unknown.length > 0 ? waiting(\'unknown-element\') : null;',
		replace: 'return unknown.length > 0 ? quarantined(\'bad-resource\', unknown.join()) : null;',
		why: 'A field that a strict parser does not know makes the record invalid (FHIR servers that answer 400 to unknown elements; protocol buffers before unknown fields were kept).', caughtBy: ['hidden', 'liveness', 'diverged']
	},
	{
		name: 'nothing is tried again after an upgrade', file: 'sync/device/ingest.ts', find: 'control.log.size, RULES_VERSION].join', replace: 'control.log.size].join',
		also: [{ file: 'sync/device/ingest.ts', find: '([\'bad-signature\', \'unknown-element\', \'unknown-version\'])', replace: '([\'bad-signature\'])' }],
		why: 'What was skipped as unknown stays skipped when the app has learned of it (Matrix clients and events of newer room versions).', caughtBy: ['hidden', 'liveness', 'diverged']
	},
	{
		name: 'unknown parts of a change are dropped, the rest is applied', file: 'sync/gate/context.ts', find: 'return unknown.length > 0 ? waiting(\'unknown-element\') : null;', replace: 'return null;',
		why: 'Two versions make two states of the same changes, and the older one\'s is kept after the upgrade (Automerge and Yjs documents under changed schemas).', caughtBy: ['hidden', 'total', 'oracle', 'diverged', 'forbidden']
	},
	{
		name: 'what waits for an upgrade is not counted', file: 'sync/store/plainRows.ts', find: 'if (verdict.kind === \'waiting\') waiting++;', replace: 'if (verdict.kind === \'waiting\') continue;',
		why: 'The screen says that all is here while entries of a newer app are not shown (design D7).', caughtBy: ['hidden']
	}
];
