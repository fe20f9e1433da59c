/**
 * The data of a hub on this machine: through the operator's door while the hub runs, else its folder itself.
 */
import { randomBytes } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { backupOf } from '../../server/backup/backup.ts';
import { entriesOf, takeBundle, type BundlePass, type BundleReport } from '../../server/bundles.ts';
import { DOOR_FILE, doorProof, readDoor, type DoorAddress } from '../../server/operations/door.ts';
import { openData } from '../../server/operations/open-data.ts';
import { isObject, parseJson } from '../../sync/change/canonical.ts';
import { err, ok, problem, type Problem, type Result } from '../../sync/result.ts';
import { writeBundle } from '../../sync/verify/bundle.ts';

const PROOF_TIMEOUT_MS = 10_000;
const PROOF_CHARACTERS_MAX = 1_000;

export interface HubData {
	/** one file of everything, or of some sites (ids) with the statements */
	bundle(sites: readonly string[] | null): AsyncIterable<Uint8Array>;
	/** Takes in what a file holds of one kind. */
	take(file: string, pass: BundlePass): Promise<Result<BundleReport, Problem>>;
	backup(): AsyncIterable<Uint8Array>;
	close(): Promise<void>;
}

/** Opens the data of the hub in `folder`. */
export async function openHubData(folder: string): Promise<Result<HubData, Problem>> {
	const door = doorOf(folder);
	if (door !== null && (await answers(door))) return ok(throughDoor(door));
	const opened = await openData(folder);
	if (!opened.ok) return opened;
	const data = opened.value;
	return ok({
		bundle: (sites) => bundleOf(data, sites === null ? null : new Set(sites)),
		take: (file, pass) => takeBundle(data, createReadStream(file), pass),
		backup: () => encoded(backupOf(data, Date.now())),
		close: data.close
	});
}

async function* bundleOf(data: Parameters<typeof entriesOf>[0], sites: ReadonlySet<string> | null): AsyncGenerator<Uint8Array> {
	const { org } = data.organization;
	if (org === null) throw new Error('This hub has no organization yet.');
	for await (const { bytes } of writeBundle({ org, hub: null }, entriesOf(data, sites), Infinity)) yield bytes;
}
async function* encoded(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
	for await (const text of texts) yield Buffer.from(text);
}

function doorOf(folder: string): DoorAddress | null {
	const file = path.join(folder, DOOR_FILE);
	return existsSync(file) ? readDoor(readFileSync(file, 'utf8')) : null;
}

/** Whether the hub that wrote the file is behind it: the file may be left of one that was killed, and its port be anybody's. The token is not sent. */
async function answers({ port, token }: DoorAddress): Promise<boolean> {
	const nonce = randomBytes(24).toString('base64url');
	try {
		const said = await fetch(`http://127.0.0.1:${String(port)}/proof/${nonce}`, { redirect: 'error', signal: AbortSignal.timeout(PROOF_TIMEOUT_MS) });
		const proof = parsed((await said.text()).slice(0, PROOF_CHARACTERS_MAX));
		return isObject(proof) && proof['proof'] === doorProof(token, nonce);
	} catch {
		return false;
	}
}

/** Without `fetch`, whose patience for an answer ends before a large file is taken in. */
async function send({ port, token }: DoorAddress, method: 'GET' | 'POST', route: string, file?: string): Promise<IncomingMessage> {
	const sent = request({ host: '127.0.0.1', port, path: route, method, headers: { Authorization: `Bearer ${token}` } });
	const answer = new Promise<IncomingMessage>((settle, failed) => {
		sent.once('response', settle);
		sent.once('error', failed);
	});
	if (file === undefined) sent.end();
	// a hub that refuses early need not read the rest
	else await Promise.race([pipeline(createReadStream(file), sent).catch(() => undefined), answer]);
	return answer;
}

function throughDoor(door: DoorAddress): HubData {
	return {
		bundle: (sites) => bodyOf(send(door, 'GET', `/bundle${sites === null ? '' : `?${sites.map((site) => `site=${encodeURIComponent(site)}`).join('&')}`}`)),
		take: async (file, pass) => {
			const answer = await send(door, 'POST', `/bundle/${pass}`, file);
			const said = parsed(await textOf(answer));
			return answer.statusCode === 200 && isReport(said) ? ok(said) : err(problem('refused', reasonIn(said)));
		},
		backup: () => bodyOf(send(door, 'GET', '/backup')),
		close: () => Promise.resolve()
	};
}

async function* bodyOf(sending: Promise<IncomingMessage>): AsyncGenerator<Uint8Array> {
	const answer = await sending;
	if (answer.statusCode !== 200) throw new Error(reasonIn(parsed(await textOf(answer))));
	for await (const chunk of answer) yield chunk as Uint8Array;
	if (!answer.complete) throw new Error('The hub broke off before the end.');
}

async function textOf(answer: IncomingMessage): Promise<string> {
	let text = '';
	answer.setEncoding('utf8');
	for await (const chunk of answer) text += String(chunk);
	return text;
}

function parsed(text: string): unknown {
	try {
		return parseJson(text);
	} catch {
		return null;
	}
}

const reasonIn = (said: unknown): string => (isObject(said) && typeof said['reason'] === 'string' ? said['reason'] : 'The hub refused without a reason.');

/** Our own hub's words, of this or another version. */
function isReport(said: unknown): said is BundleReport {
	return isObject(said) && ['stored', 'already', 'refused', 'damaged'].every((key) => typeof said[key] === 'number') && Array.isArray(said['reasons']) && typeof said['whole'] === 'boolean';
}
