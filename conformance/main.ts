/** The command line of the conformance suite. */
import { parseArgs } from 'node:util';
import { ready } from '../sync/verify/sodium.ts';
import { run, summary, type Outcome } from './check.ts';
import { GROUPS } from './groups.ts';
import { couchDirectly, hubHere, newHub, openHub } from './places.ts';
import { Target, type Place } from './target.ts';

const USAGE = `npm run conformance [-- --url URL] [-- --verbose]

Asks what RxDB's handlers, PouchDB's replicator and nano ask, and compares the answers with CouchDB's. URL is one of

  (none)                             a hub of its own, with embedded databases
  http://admin:pw@localhost:5984     a CouchDB, directly: two databases are made and removed
  http://localhost:4000/setup#TOKEN  a new hub, by the set-up link it printed: it is given an organization for the checks, for good
  http://localhost:4000              a hub, with --token T (of a session) and twice --database NAME (empty ones that it may write to)

Ends with: N checks, N same, N differ. Differences that are on purpose are listed with their reason; the exit code is 1 when there are others.`;

async function placeFor(url: string | undefined, token: string | undefined, databases: readonly string[]): Promise<Place> {
	if (url === undefined) return hubHere({ port: 0 });
	const { username, hash } = new URL(url);
	if (username !== '') return couchDirectly(url);
	if (hash !== '') return newHub(url);
	const [one, other] = databases;
	if (token === undefined || one === undefined || other === undefined) throw new Error(USAGE);
	return openHub(url, token, [one, other]);
}

function lines({ group, name, verdict }: Outcome, verbose: boolean): readonly string[] {
	const what = `${group}: ${name}`;
	switch (verdict.kind) {
		case 'same':
			return verbose ? [`  same       ${what}`] : [];
		case 'left-out':
			return verbose ? [`  left out   ${what} (${verdict.why})`] : [];
		case 'deliberate':
			return [`  on purpose ${what}: ${verdict.why}`];
		case 'differs':
			return [`  DIFFERS    ${what}`, `             expected ${JSON.stringify(verdict.expected)}`, `             got      ${JSON.stringify(verdict.got)}`];
	}
}

async function main(): Promise<number> {
	const { values } = parseArgs({
		options: { url: { type: 'string' }, token: { type: 'string' }, database: { type: 'string', multiple: true }, verbose: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } }
	});
	if (values.help) {
		console.log(USAGE);
		return 0;
	}
	await ready();
	const place = await placeFor(values.url, values.token, values.database ?? []);
	try {
		const outcomes = await run(GROUPS, new Target(place), (outcome) => lines(outcome, values.verbose).forEach((line) => console.log(line)));
		const { line, unexpected } = summary(outcomes);
		console.log(line);
		return unexpected === 0 ? 0 : 1;
	} finally {
		await place.end();
	}
}

main().then(
	(code) => process.exit(code),
	(error: unknown) => {
		console.error(error instanceof Error ? error.message : error);
		process.exit(2);
	}
);
