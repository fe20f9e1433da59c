/** CouchDB enforces access itself; provisioning is safe to repeat; the doctor finds what is wrong; several gateways are one hub. */
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ready } from '../../sync/verify/sodium.ts';
import { startHub, type TestHub } from '../testing.ts';
import { hasCouch, testCouch, type TestCouch } from '../testing/couchdb.ts';
import { Device, envelope, envelopes, foundedOver, revised, temporaryFolder } from '../testing/device.ts';
import { Couch } from './client.ts';
import { examineCouch, exitCodeOf } from './doctor.ts';
import { ask, provisionDatabase, provisionServer } from './provision.ts';
import { proxyHeaders, roleOf } from './roles.ts';

await ready();

describe.skipIf(!hasCouch)('two gateways before one CouchDB', () => {
	let couch: TestCouch;
	let [one, other]: [TestHub, TestHub] = [] as never;
	let owner: Device;
	let atOther: Device;
	let desk: string;
	const folders = [temporaryFolder(), temporaryFolder()] as const;
	beforeAll(async () => {
		couch = await testCouch();
		const hubKey = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
		const options = { couch: couch.options, prefix: couch.prefix, hubKey };
		[one, other] = [await startHub({ dataFolder: folders[0].folder, ...options }), await startHub({ dataFolder: folders[1].folder, ...options })];
		({ owner } = await foundedOver(one, couch.prefix));
		desk = owner.database('north', 'desk');
	}, 60_000);
	afterAll(async () => {
		await one.stop();
		await other.stop();
		for (const { remove } of folders) remove();
		await couch.remove();
	});

	it('are one hub: what was founded at one is known at the other, whose set-up link is void', async () => {
		expect(other.key).toBe(one.key);
		await expect.poll(() => other.setupToken, { timeout: 10_000 }).toBeNull();
		atOther = await new Device(other, owner.person, couch.prefix).opensSession();
		expect((await atOther.get(`/couch/${desk}`)).status).toBe(200);
	});

	it('take each other’s sessions, and no challenge that the other gave', async () => {
		const roaming = new Device(other, owner.person, couch.prefix);
		roaming.token = owner.token;
		expect((await roaming.get(`/couch/${desk}`)).status).toBe(200);
		const text = await new Device(other, owner.person, couch.prefix).sessionText({ nonce: await owner.challenge() });
		expect(await new Device(other, owner.person, couch.prefix).requestSession(text)).toMatchObject({ status: 401 });
	});

	it('wake who waits at one when something is pushed at the other, and take each other’s cursors', async () => {
		await owner.pushes(desk, envelopes(3));
		const { last_seq: since } = (await owner.get(`/couch/${desk}/_changes`)).json as { last_seq: string };
		const waiting = atOther.get(`/couch/${desk}/_changes?feed=longpoll&since=${since}&timeout=20000`);
		const arriving = envelope('e1');
		await owner.pushes(desk, [arriving]);
		expect((await waiting).json).toMatchObject({ results: [{ id: arriving._id }] });
	});

	it('audit by name only what is right: a false body under the name of a document does not pass for it', async () => {
		const [document, false_] = [envelope('e1'), envelope('e1')];
		await ask(couch.admin, 'POST', `${desk}/_bulk_docs`, { new_edits: false, docs: [{ ...revised(document), c: false_.c }] });
		const there = async (device: Device): Promise<unknown> => (await device.post(`/couch/${desk}/_all_docs`, { keys: [document._id] })).json;
		expect(await there(owner)).toMatchObject({ rows: [{ key: document._id, error: 'not_found' }] });
		expect(await owner.pushes(desk, [document])).toEqual({ status: 201, json: [] });
		expect(await there(atOther)).toMatchObject({ rows: [{ id: document._id }] });
		expect((await owner.get(`/couch/${desk}/${document._id}`)).json).toEqual(revised(document));
	});

	it('make no conflicting leaf of a forged revision, and take away one that an administrator made', async () => {
		const document = envelope('e1');
		await owner.pushes(desk, [document]);
		const forged = { ...document, _rev: `1-${'f'.repeat(32)}` };
		expect((await ask(couch.admin, 'POST', `${desk}/_bulk_docs`, { new_edits: false, docs: [forged] })).json).toMatchObject([{ error: 'forbidden' }]);
		// who is an administrator can take the rule away first
		const { json } = await ask(couch.admin, 'GET', `${desk}/_design/saddlebag`);
		await ask(couch.admin, 'PUT', `${desk}/_design/saddlebag`, { ...(json as object), validate_doc_update: 'function () {}' });
		expect((await ask(couch.admin, 'POST', `${desk}/_bulk_docs`, { new_edits: false, docs: [forged] })).json).toEqual([]);
		await owner.get(`/couch/${desk}/_changes`);
		expect((await ask(couch.admin, 'GET', `${desk}/${document._id}?conflicts=true`)).json).toEqual(revised(document));
	});

	it('are examined, and the doctor names the rule that was changed and the access that was opened; provisioning mends both', async () => {
		const patient = { ...couch.address, secret: couch.options.secret, prefix: couch.prefix, now: Date.now };
		await ask(couch.admin, 'PUT', `${desk}/_security`, { members: { names: [], roles: [] }, admins: { names: [], roles: [] } });
		const sick = await examineCouch(patient);
		expect(sick.filter(({ severity }) => severity === 'error').map(({ what }) => what)).toEqual([`Who may reach ${desk} is not what it should be.`, `The rule in ${desk} is old, or was changed.`]);
		expect(exitCodeOf(sick)).toBe(2);
		expect(await provisionDatabase(couch.admin, desk)).toHaveLength(2);
		expect(await provisionDatabase(couch.admin, desk)).toEqual([]);
		expect(await provisionServer(couch.admin, couch.address.url)).toEqual({ secret: couch.options.secret, done: [] });
		const well = await examineCouch(patient);
		expect(well.filter(({ severity }) => severity === 'error')).toEqual([]);
		expect((await examineCouch({ ...patient, secret: 'x'.repeat(40) })).map(({ what }) => what)).toContain('CouchDB does not take the secret that was given: gateways cannot work.');
		expect((await examineCouch({ ...patient, now: () => Date.now() - 3_600_000 })).some(({ severity, what }) => severity === 'error' && what.includes('clocks'))).toBe(true);
		expect(exitCodeOf(await examineCouch({ ...patient, url: 'http://127.0.0.1:9' }))).toBe(2);
	});

	it('attack 58: who reaches CouchDB and has no secret gets nothing', async () => {
		const { url, secret } = couch.options;
		const routes = ['_all_dbs', '_db_updates', '_users/_all_docs', `${couch.prefix}-control/_changes?include_docs=true`, `${couch.prefix}-gateway/_all_docs`, `${desk}/_all_docs`, desk, '_node/_local/_config'];
		const guesses: Record<string, string>[] = [
			{}, { 'X-Auth-CouchDB-UserName': 'admin', 'X-Auth-CouchDB-Roles': '_admin' }, proxyHeaders('saddlebag-gateway', ['_admin'], ''), proxyHeaders('saddlebag-gateway', ['_admin'], secret.slice(1)),
			// of a name that is none: CouchDB locks one that is after five guesses
			{ Authorization: `Basic ${Buffer.from('nobody:guess').toString('base64')}` }, { Authorization: `Bearer ${owner.token}` }
		];
		for (const headers of guesses) {
			for (const route of routes) {
				const response = await fetch(`${url}/${route}`, { headers });
				expect([route, response.status]).toEqual([route, 401]);
				expect(Object.keys((await response.json()) as object).sort()).toEqual(['error', 'reason']);
			}
			const written = await fetch(`${url}/${desk}/_bulk_docs`, { method: 'POST', headers: { ...headers, 'Content-Type': 'application/json' }, body: JSON.stringify({ new_edits: false, docs: [revised(envelope('e1'))] }) });
			expect(written.status).toBe(401);
		}
	});

	it('ask with the roles of the device alone: CouchDB lets those of one database into no other', async () => {
		const asked = new Couch(couch.options);
		const care = owner.database('north', 'care');
		const reader = { user: owner.id, roles: [roleOf(desk, 'read')] };
		expect((await asked.ask(reader, 'GET', `/${desk}/_changes?limit=1`)).status).toBe(200);
		await owner.get(`/couch/${care}`);
		for (const route of [`/${care}/_changes`, `/${care}/_all_docs`, `/${couch.prefix}-gateway/_all_docs`, '/_all_dbs']) expect([route, [401, 403].includes((await asked.ask(reader, 'GET', route)).status)]).toEqual([route, true]);
		const push = { new_edits: false, docs: [revised(envelope('e1'))] };
		expect((await asked.ask(reader, 'POST', `/${desk}/_bulk_docs`, push)).json).toMatchObject([{ error: 'unauthorized' }]);
		expect((await asked.ask({ user: owner.id, roles: [roleOf(desk, 'deposit')] }, 'POST', `/${desk}/_bulk_docs`, push)).json).toMatchObject([{ error: 'forbidden' }]);
	});
});

describe.skipIf(!hasCouch)('a database that a gateway makes', () => {
	it('is cut into as many files as the server says, or as it is told', async () => {
		const couch = await testCouch();
		try {
			const configured = await ask(couch.admin, 'GET', '_node/_local/_config/cluster/q');
			// what CouchDB does where nothing is set
			const q = configured.status === 404 ? 2 : Number(configured.json);
			const cut = async (name: string): Promise<unknown> => ((await ask(couch.admin, 'GET', name)).json as { cluster: { q: number } }).cluster.q;
			await provisionDatabase(couch.admin, `${couch.prefix}-as-configured`);
			await provisionDatabase(couch.admin, `${couch.prefix}-as-told`, { shards: q + 1 });
			expect([await cut(`${couch.prefix}-as-configured`), await cut(`${couch.prefix}-as-told`)]).toEqual([q, q + 1]);
		} finally {
			await couch.remove();
		}
	});
});
