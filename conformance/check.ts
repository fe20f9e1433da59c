/**
 * What the protocol of the hub is, as checks: a question to a database server, and the answer that CouchDB gives.
 *
 * Expected answers follow CouchDB's documentation and were verified against CouchDB 3.5.0. Where a hub of Saddlebag answers otherwise on purpose, the check
 * says how and why; anything else is a difference. The checks cover what RxDB's handlers, PouchDB's replicator and nano use.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Target } from './target.ts';

export interface Check {
	readonly name: string;
	/** the part of the answer that matters */
	readonly ask: (target: Target) => Promise<unknown>;
	/** what CouchDB answers */
	readonly couchdb: unknown;
	/** what a hub answers instead, on purpose */
	readonly hub?: { readonly answer: unknown; readonly why: string };
	/** the question makes no sense to the other kind */
	readonly only?: Target['kind'];
	/** needs a server that can be restarted in between */
	readonly restarts?: true;
}

export type Verdict =
	| { readonly kind: 'same' }
	/** from CouchDB, as recorded */
	| { readonly kind: 'deliberate'; readonly why: string }
	| { readonly kind: 'differs'; readonly expected: unknown; readonly got: unknown }
	| { readonly kind: 'left-out'; readonly why: string };

export interface Outcome { readonly group: string; readonly name: string; readonly verdict: Verdict }
export type Group = readonly [name: string, checks: readonly Check[]];

/** Asks one after the other: checks of a group may rest on those before. */
export async function run(groups: readonly Group[], target: Target, told: (outcome: Outcome) => void = () => undefined): Promise<readonly Outcome[]> {
	const outcomes: Outcome[] = [];
	for (const [group, checks] of groups) {
		for (const check of checks) {
			const outcome = { group, name: check.name, verdict: await verdictOf(check, target) };
			outcomes.push(outcome);
			told(outcome);
		}
	}
	return outcomes;
}

async function verdictOf(check: Check, target: Target): Promise<Verdict> {
	if (check.only !== undefined && check.only !== target.kind) return { kind: 'left-out', why: `is asked of a ${check.only} only` };
	if (check.restarts === true && target.restart === null) return { kind: 'left-out', why: 'the server cannot be restarted from here' };
	const deliberate = target.kind === 'hub' ? check.hub : undefined;
	const expected = deliberate === undefined ? check.couchdb : deliberate.answer;
	let got: unknown;
	try {
		got = await check.ask(target);
	} catch (error) {
		got = { failed: error instanceof Error ? error.message : String(error) };
	}
	if (!isDeepStrictEqual(got, expected)) return { kind: 'differs', expected, got };
	return deliberate === undefined ? { kind: 'same' } : { kind: 'deliberate', why: deliberate.why };
}

/** `N checks, N same, N differ`: recorded differences count as such, what was left out not at all. */
export function summary(outcomes: readonly Outcome[]): { readonly line: string; readonly unexpected: number } {
	const of = (kind: Verdict['kind']): number => outcomes.filter(({ verdict }) => verdict.kind === kind).length;
	const asked = outcomes.length - of('left-out');
	return { line: `${asked} checks, ${of('same')} same, ${of('deliberate') + of('differs')} differ`, unexpected: of('differs') };
}
