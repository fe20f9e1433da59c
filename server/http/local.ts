/**
 * `_local` documents: where replicators keep how far they came. In no feed, never passed on.
 *
 * Each device has its own, and sees no other's: what CouchDB lets all members of a database share would here let one device turn another's replication back.
 */
import { isObject } from '../../sync/change/canonical.ts';
import { err, ok, type Result } from '../../sync/result.ts';
import { LOCAL_BYTES_MAX } from '../limits.ts';
import type { HubParts } from '../parts.ts';
import type { Session } from '../sessions/token.ts';
import type { HubDatabase } from '../storage/port.ts';
import type { JsonRecord } from './body.ts';
import { answer, badRequest, notFound, tooLarge, tooMany, type Failure } from './failure.ts';

const ID_LENGTH_MAX = 256;

/** The name under which a device's document is kept. */
const nameOf = ({ device }: Session, id: string): string => `${device}:${id}`;

export async function readLocal(session: Session, database: HubDatabase, id: string): Promise<Result<Response, Failure>> {
	const found = id.length <= ID_LENGTH_MAX ? await database.local(nameOf(session, id)) : null;
	return found === null ? err(notFound('missing')) : ok(answer({ _id: `_local/${id}`, _rev: found.rev, ...found.fields }));
}

/** Puts it in the place of what is there, whatever revision is named, as CouchDB does. */
export async function writeLocal(hub: HubParts, session: Session, database: HubDatabase, id: string, body: JsonRecord): Promise<Result<Response, Failure>> {
	if (id.length > ID_LENGTH_MAX) return err(badRequest(`A local document has a name of at most ${ID_LENGTH_MAX} characters.`));
	const { _id, _rev, ...fields } = body;
	if (_rev !== undefined && (typeof _rev !== 'string' || !/^0-\d{1,9}$/.test(_rev))) return err(badRequest('Invalid rev format'));
	if (_id !== undefined && typeof _id !== 'string') return err(badRequest('Document id must be a string'));
	if (Object.keys(fields).some((name) => name.startsWith('_'))) return err(badRequest('A field of a local document must not begin with _.'));
	const bytes = JSON.stringify(fields).length;
	if (bytes > LOCAL_BYTES_MAX) return err(tooLarge(`A local document may have ${LOCAL_BYTES_MAX} bytes.`));
	const wait = hub.budgets.take('bytes', session.device, bytes);
	if (wait !== null) return err(tooMany(wait));
	if (!isObject(fields)) return err(badRequest('Document must be a JSON object'));
	const rev = await database.putLocal(nameOf(session, id), fields, typeof _rev === 'string' ? _rev : null);
	return ok(answer({ ok: true, id: `_local/${id}`, rev }, 201));
}
