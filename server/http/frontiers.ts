/**
 * Frontiers over HTTP: which the hub holds of the databases that a session may read, and newer ones put in their place.
 *
 * Any device that reads a database may hand in any device's frontier: it is signed by that device and replaces only an older one, so a hub that lost it, or a
 * box that never had it, gets it from whoever has it.
 */
import { isObject } from '../../sync/change/canonical.ts';
import { isId } from '../../sync/change/ids.ts';
import { checkFrontier, isSignedBy, type CheckedFrontier } from '../../sync/verify/frontier.ts';
import { err, ok, type Result } from '../../sync/result.ts';
import type { HubParts } from '../parts.ts';
import { reaches } from '../sessions/access.ts';
import type { Session } from '../sessions/token.ts';
import { databaseOfFrontier } from '../storage/frontiers.ts';
import type { JsonRecord } from './body.ts';
import { badRequest, conflict, forbidden, tooMany, type Failure } from './failure.ts';

/** bytes of frontiers in one answer; the others come at the next asking */
const ANSWER_BYTES_MAX = 8 * 1024 * 1024;
const KNOWN_MAX = 20_000;

export interface FrontierRow { readonly device: string; readonly database: string; readonly n: number }

export interface FrontiersAnswer {
	readonly held: readonly FrontierRow[];
	readonly documents: readonly unknown[];
	readonly last_seq: string;
	/** all that is held is listed, not only what was written since */
	readonly whole: boolean;
}

/**
 * What was written since the asking device last asked, with the documents; or, where that cannot be told (another run of the hub, the first time), all that
 * is held, with the documents whose counter is not the one known there.
 */
export async function listFrontiers(hub: HubParts, session: Session, body: JsonRecord): Promise<Result<FrontiersAnswer, Failure>> {
	const known = readKnown(body['known']);
	if (known === null) return err(badRequest('`known` is a list of devices, databases and counters.'));
	const since = hub.frontiers.seen(body['since']);
	const sequence = hub.frontiers.sequence;
	const held: FrontierRow[] = [];
	const documents: unknown[] = [];
	let bytes = 0;
	for (const name of session.databases) {
		const database = name.slice(hub.prefix.length + 1);
		if (!/-(?:desk|care)$/.test(database) || !reaches(hub, session, name)) continue;
		for (const [device, { statement, document, written }] of await hub.frontiers.of(database)) {
			if (since !== null && written <= since) continue;
			held.push({ device, database, n: statement.n });
			if ((known.get(`${device}|${database}`) ?? 0) >= statement.n || bytes > ANSWER_BYTES_MAX) continue;
			bytes += document.text.length;
			documents.push(document);
		}
	}
	// what did not fit is asked for anew, by counters
	return ok({ held, documents, last_seq: bytes > ANSWER_BYTES_MAX ? '0' : sequence, whole: since === null });
}

/** Takes a frontier that its device signed, of a database that the session reads. */
export async function putFrontier(hub: HubParts, session: Session, body: JsonRecord): Promise<Result<{ readonly ok: true }, Failure>> {
	const checked = checkFrontier(body['document']);
	if (!checked.ok) return err(badRequest(checked.error.message));
	const allowed = mayStand(hub, session, checked.value);
	if (!allowed.ok) return allowed;
	const wait = hub.budgets.take('bytes', session.device, checked.value.document.text.length);
	if (wait !== null) return err(tooMany(wait));
	const put = await hub.frontiers.put(checked.value);
	return put.taken ? ok({ ok: true }) : err(conflict(`A frontier under counter ${put.held} is held already.`));
}

function mayStand(hub: HubParts, session: Session, frontier: CheckedFrontier): Result<null, Failure> {
	const { org, device } = frontier.statement;
	if (org !== hub.organization.org) return err(forbidden('The frontier is of another organization.'));
	const name = `${hub.prefix}-${databaseOfFrontier(frontier)}`;
	if (!reaches(hub, session, name)) return err(forbidden('This session may not read that database.'));
	if (!hub.organization.accessOf(device).read.has(name)) return err(forbidden('The device of the frontier does not keep that database.'));
	const key = hub.organization.transportKey(device);
	return key !== null && isSignedBy(frontier.document, key) ? ok(null) : err(forbidden('The signature of the frontier is not that of its device.'));
}

function readKnown(raw: unknown): ReadonlyMap<string, number> | null {
	if (raw === undefined) return new Map();
	if (!Array.isArray(raw) || raw.length > KNOWN_MAX) return null;
	const known = new Map<string, number>();
	for (const row of raw as readonly unknown[]) {
		if (!isObject(row) || !isId(row['device']) || typeof row['database'] !== 'string' || typeof row['n'] !== 'number') return null;
		known.set(`${row['device']}|${row['database']}`, row['n']);
	}
	return known;
}
