/**
 * The hub's own routes, below `/_hub`: what it is, founding, sessions, invitations and answers to them, deposits.
 */
import { Hono } from 'hono';
import { isKeyText } from '../../sync/change/ids.ts';
import type { Id } from '../../sync/change/change.ts';
import { parseSession, type SessionRequest } from '../../sync/change/session.ts';
import { checkDocument } from '../../sync/verify/document.ts';
import { verifySignature } from '../../sync/verify/signature.ts';
import { err, ok, type Result } from '../../sync/result.ts';
import { CONTROL } from '../../sync/membership/databases.ts';
import { BODY_BYTES_MAX, PAGE_ROWS_MAX, RESTORE_BODY_BYTES_MAX, STRANGER_BODY_BYTES_MAX } from '../limits.ts';
import type { HubParts } from '../parts.ts';
import { sessionOf } from '../sessions/access.ts';
import type { Session } from '../sessions/token.ts';
import { parseDatabaseName } from '../storage/names.ts';
import { withJson, type JsonRecord } from './body.ts';
import { deposit } from './bulk-docs.ts';
import { listFrontiers, putFrontier } from './frontiers.ts';
import { packRoute } from './packs.ts';
import { answer, badRequest, conflict, forbidden, methodNotAllowed, notFound, refuse, unauthorized, type Failure } from './failure.ts';

export function hubRoutes(hub: HubParts): Hono {
	const app = new Hono({ strict: false });
	const post = (handle: (body: JsonRecord) => Promise<Result<unknown, Failure>>, status = 200, bytesMax = STRANGER_BODY_BYTES_MAX) => async (c: { req: { raw: Request } }) => {
		const result = await withJson(c.req.raw, async (body) => {
			const handled = await handle(body);
			return handled.ok ? answer(handled.value, status) : refuse(handled.error);
		}, bytesMax);
		return result.ok ? result.value : refuse(result.error);
	};

	app.get('/info', () => answer(info(hub)));
	app.post('/setup', post(async (body) => {
		const founded = await hub.setup.found(body['token'], body['documents']);
		if (founded.ok) hub.log.info({ org: founded.value }, 'organization founded');
		return founded.ok ? ok({ ok: true, org: founded.value }) : founded;
	}, 201));
	app.post('/challenge', () => answer({ nonce: hub.tokens.challenge(), hub: hub.identity.key }));
	app.post('/session', post(async (body) => openSession(hub, body)));
	app.post('/answer', post((body) => storeAnswer(hub, body), 201));
	app.post('/preview', post(async (body) => preview(hub, body)));
	app.post('/ended', post((body) => ended(hub, body)));
	app.post('/restore', post((body) => restore(hub, body), 201, RESTORE_BODY_BYTES_MAX));
	app.post('/deposit/:database', async (c) => {
		const session = sessionOf(hub, c.req.raw);
		if (!session.ok) return refuse(session.error);
		const name = c.req.param('database');
		const place = parseDatabaseName(hub.prefix, name);
		if (place === null || place.kind === 'control' || place.kind === 'files' || !hub.organization.hasDatabase(place)) return refuse(notFound('Database does not exist.'));
		return post(async (body) => {
			await hub.carrier?.expects(name);
			return deposit(hub, session.value, await hub.storage.get(name, { device: session.value.device, mode: 'deposit' }), place, body);
		}, 201, BODY_BYTES_MAX)(c);
	});
	const withSession = (handle: (session: Session, body: JsonRecord) => Promise<Result<unknown, Failure>>) => async (c: { req: { raw: Request } }) => {
		const session = sessionOf(hub, c.req.raw);
		return session.ok ? post((body) => handle(session.value, body), 200, BODY_BYTES_MAX)(c) : refuse(session.error);
	};
	app.post('/frontiers', withSession((session, body) => listFrontiers(hub, session, body)));
	app.post('/frontier', withSession((session, body) => putFrontier(hub, session, body)));
	for (const path of ['/setup', '/challenge', '/session', '/answer', '/preview', '/ended', '/restore', '/frontiers', '/frontier', '/deposit/:database']) app.all(path, () => refuse(methodNotAllowed('Only POST allowed')));
	app.get('/pack/:database', (c) => packRoute(hub, c.req.raw, c.req.param('database')));
	app.all('/pack/:database', () => refuse(methodNotAllowed('Only GET allowed')));
	app.all('/info', () => refuse(methodNotAllowed('Only GET allowed')));
	for (const [name, page] of hub.pages) app.get(`/${name}`, page);
	app.all('*', () => refuse(notFound('missing')));
	return app;
}

const info = (hub: HubParts) => ({
	saddlebag: hub.version,
	hub: hub.identity.key,
	org: hub.organization.org,
	configured: hub.organization.org !== null,
	prefix: hub.prefix,
	/** of the app; a hint for who is about to join, who is held to what the signed log says */
	minimum: hub.organization.minimumVersion,
	/** under which this hub is reached, the one that invitations should carry first */
	origins: hub.origins(),
	/** how a box carries */
	...(hub.carrier === null ? {} : { box: hub.carrier.status })
});

/**
 * Opens a session for a device that signed this hub's challenge with its transport key. The signed origin must be one of this hub's: a page
 * elsewhere that passes a challenge on is told apart by it. Databases that the device may not reach are left out of the answer.
 */
function openSession(hub: HubParts, body: JsonRecord): Result<unknown, Failure> {
	const said = signedChallenge(hub, body, (device) => hub.organization.transportKey(device));
	if (!said.ok) return said;
	const { org, device } = said.value;
	const access = hub.organization.accessOf(device);
	// what a box does not carry would be acknowledged here and go nowhere
	const databases = said.value.databases.filter((name) => (access.read.has(name) || access.write.has(name)) && (hub.carrier?.serves(name) ?? true));
	// `packs`: that there are some, so that nobody asks a hub of an older version in vain
	return ok({ ...hub.tokens.issue(org, device, databases), databases, packs: true });
}

/** Tells a removed device, which signs as for a session, what removed it. */
async function ended(hub: HubParts, body: JsonRecord): Promise<Result<unknown, Failure>> {
	const said = signedChallenge(hub, body, (device) => hub.organization.formerTransportKey(device));
	if (!said.ok) return said;
	const { statements, keyDocuments } = hub.organization.farewell(said.value.device);
	const control = await hub.storage.get(`${hub.prefix}-${CONTROL}`);
	const documents: unknown[] = [...statements];
	for (let from = 0; from < keyDocuments.length; from += PAGE_ROWS_MAX) {
		const keys = keyDocuments.slice(from, from + PAGE_ROWS_MAX);
		const { rows } = await control.allDocs({ keys, includeDocs: true, limit: keys.length, skip: 0, descending: false, inclusiveEnd: true });
		for (const row of rows) {
			if ('doc' in row) documents.push(row.doc);
		}
	}
	return ok({ documents });
}

/** Takes a use of the recovery kit from somebody who was removed. */
async function restore(hub: HubParts, body: JsonRecord): Promise<Result<unknown, Failure>> {
	const taken = await hub.organization.restore(body['documents']);
	if (!taken.ok) {
		hub.log.warn({ reason: taken.error }, 'use of a recovery kit refused');
		return err(forbidden(taken.error));
	}
	hub.log.warn({ statement: taken.value }, 'recovery kit used');
	return ok({ ok: true, restore: taken.value });
}

/** What a device signed for this hub and this challenge, with the key that the log has for it. */
function signedChallenge(hub: HubParts, body: JsonRecord, keyOf: (device: Id) => string | null): Result<SessionRequest, Failure> {
	const { text, sig } = body;
	if (typeof text !== 'string' || typeof sig !== 'string') return err(badRequest('`text` and `sig` are expected.'));
	const parsed = parseSession(text);
	if (!parsed.ok) return err(badRequest(parsed.error.message));
	const said = parsed.value;
	if (said.hub !== hub.identity.key) return err(forbidden('The session is for another hub.'));
	if (![...hub.origins(), ...hub.organization.originsOf(hub.identity.key)].includes(said.origin))
		return err(forbidden(`This hub is not reached at ${said.origin}. Start it with --origin ${said.origin} if it is.`));
	if (said.org !== hub.organization.org) return err(forbidden('The session is for another organization.'));
	if (!hub.tokens.isOpen(said.nonce)) return err(unauthorized('The challenge was used, has ended, or is not of this hub: ask for another.'));
	const key = keyOf(said.device);
	if (key === null) return err(unauthorized('This device is not enrolled in the organization, or not yet.'));
	if (!verifySignature('saddlebag/session/1', text, sig, key)) return err(unauthorized('The signature is not that of this device.'));
	hub.tokens.use(said.nonce);
	return ok(said);
}

/** What the inviter left for who holds the link, sealed: asked for with the public half of the invitation key. */
function preview(hub: HubParts, body: JsonRecord): Result<unknown, Failure> {
	const { key } = body;
	if (!isKeyText(key)) return err(badRequest('`key` is expected.'));
	const document = hub.organization.previewOf(key);
	return document === null ? err(notFound('No open invitation has this key.')) : ok({ document });
}

/** Stores the answer to an open invitation; a repeat of the same is no fault. 404: the inviter's device has not been here since it invited. */
async function storeAnswer(hub: HubParts, body: JsonRecord): Promise<Result<unknown, Failure>> {
	const checked = checkDocument(body['document']);
	if (!checked.ok) return err(badRequest(checked.error.message));
	if (checked.value.v !== 'a1') return err(badRequest('The document is not an answer to an invitation.'));
	const [refused] = await hub.organization.accept([checked.value]);
	if (refused && hub.organization.state?.invitations.has(checked.value.invitation) !== true) return err(notFound(refused.reason));
	return refused ? err((refused.error === 'conflict' ? conflict : forbidden)(refused.reason)) : ok({ ok: true, id: checked.value._id });
}
