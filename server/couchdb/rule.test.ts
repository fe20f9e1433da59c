/**
 * One rule, three places: the gateway runs it, its text runs in an engine of another context, and CouchDB runs it. The verdict is the same on shape, size, writer and
 * revision; that an id is the hash of its body only the gateway sees, and this table marks it.
 */
import { createContext, runInContext } from 'node:vm';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isId } from '../../sync/change/ids.ts';
import { revisionOf } from '../../sync/verify/document.ts';
import { ready } from '../../sync/verify/sodium.ts';
import { admitDocument } from '../documents.ts';
import { siteDatabaseName, type DatabaseName } from '../storage/names.ts';
import { hasCouch, testCouch, type TestCouch } from '../testing/couchdb.ts';
import { envelope, revised } from '../testing/device.ts';
import { Couch } from './client.ts';
import { ruleRefuses, ruleText, RULE_VERSION, type Writer } from './design.ts';
import { provisionDatabase } from './provision.ts';
import { roleOf } from './roles.ts';

await ready();
const SITE = '5'.repeat(32);
if (!isId(SITE)) throw new Error('a site is named by an id');
const DESK: DatabaseName = { kind: 'desk', site: SITE };

type Mode = 'write' | 'deposit' | 'read' | 'elsewhere';
interface Row {
	readonly what: string;
	readonly make: () => unknown;
	readonly as?: Mode;
	/** null: is taken */
	readonly refused: RegExp | null;
	/** the rule takes it; the gateway, which sees the hash, does not */
	readonly gatewayRefuses?: RegExp;
	/** CouchDB does not even ask the rule */
	readonly couchRefusesFirst?: true;
}

const e1 = (): Record<string, unknown> => ({ ...revised(envelope('e1')) });
const d1 = (): Record<string, unknown> => ({ ...revised(envelope('d1')) });
const sized = (characters: number): Record<string, unknown> => ({ ...e1(), c: 'A'.repeat(characters) });

const TABLE: readonly Row[] = [
	{ what: 'an envelope', make: e1, refused: null },
	{ what: 'an envelope with the history it can have', make: () => { const document = e1(); return { ...document, _revisions: { start: 1, ids: [String(document['_id']).slice(0, 32)] } }; }, refused: null },
	{ what: 'a deposit', make: d1, refused: null },
	{ what: 'an envelope whose body is another’s', make: () => ({ ...e1(), c: envelope('e1').c }), refused: null, gatewayRefuses: /hash of its body/ },
	{ what: 'an envelope of a size that no padding gives', make: () => ({ ...e1(), c: 'A'.repeat(800) }), refused: null, gatewayRefuses: /padded size/ },
	// shape
	{ what: 'no version', make: () => { const { v: _, ...document } = e1(); return document; }, refused: /no version/ },
	{ what: 'a version that is no text', make: () => ({ ...e1(), v: 1 }), refused: /no version/ },
	{ what: 'a newer version', make: () => ({ ...e1(), v: 'e2' }), refused: /newer version/ },
	{ what: 'a missing field', make: () => { const { n: _, ...document } = e1(); return document; }, refused: /missing or unknown/ },
	{ what: 'a further field', make: () => ({ ...e1(), note: 'plain' }), refused: /missing or unknown/ },
	{ what: 'a further field named as objects are', make: () => ({ ...e1(), constructor: 'x' }), refused: /missing or unknown/ },
	{ what: 'a field that is no text', make: () => ({ ...e1(), c: ['A'] }), refused: /missing or unknown/ },
	{ what: 'a field that is null', make: () => ({ ...e1(), t: null }), refused: /missing or unknown/ },
	{ what: 'an empty body', make: () => ({ ...e1(), c: '' }), refused: /does not decode/ },
	{ what: 'a tag of another size', make: () => ({ ...e1(), t: 'A'.repeat(42) }), refused: /does not decode/ },
	{ what: 'a tag with stray bits', make: () => ({ ...e1(), t: `${'A'.repeat(42)}B` }), refused: /does not decode/ },
	{ what: 'a nonce of another size', make: () => ({ ...e1(), n: 'A'.repeat(31) }), refused: /does not decode/ },
	{ what: 'a body that is not base64url', make: () => ({ ...e1(), c: 'AA+/' }), refused: /does not decode/ },
	{ what: 'a body with stray bits', make: () => ({ ...e1(), c: 'AAAAAB' }), refused: /does not decode/ },
	{ what: 'a body of a length that nothing has', make: () => ({ ...e1(), c: 'AAAAA' }), refused: /does not decode/ },
	{ what: 'a statement in a site’s database', make: () => ({ ...e1(), v: 's1' }), refused: /does not belong/ },
	{ what: 'a name that is no hash', make: () => ({ ...e1(), _id: 'patient-7' }), refused: /64 hex digits/ },
	{ what: 'a name in capitals', make: () => { const document = e1(); return { ...document, _id: `${String(document['_id']).slice(0, 63)}A` }; }, refused: /64 hex digits/ },
	{ what: 'an attachment', make: () => ({ ...e1(), _attachments: { a: { content_type: 'text/plain', data: '' } } }), refused: /Attachments/ },
	{ what: 'no object', make: () => 'document', refused: /JSON object/, couchRefusesFirst: true },
	{ what: 'null', make: () => null, refused: /JSON object/, couchRefusesFirst: true },
	{ what: 'a list', make: () => [e1()], refused: /JSON object/, couchRefusesFirst: true },
	// size
	{ what: 'an envelope as large as may be', make: () => sized(262_144 - 128 - 43 - 32 - 1), refused: null, gatewayRefuses: /hash of its body|padded/ },
	{ what: 'an envelope one character larger', make: () => sized(262_144 - 128 - 43 - 32 + 1), refused: /larger than 262144/ },
	// revision
	{ what: 'no revision', make: () => { const { _rev: _, ...document } = e1(); return document; }, refused: /no _rev/, couchRefusesFirst: true },
	{ what: 'another first revision', make: () => ({ ...e1(), _rev: `1-${'0'.repeat(32)}` }), refused: /another revision/ },
	{ what: 'a second revision', make: () => { const document = e1(); return { ...document, _rev: `2-${String(document['_id']).slice(0, 32)}`, _revisions: { start: 2, ids: [String(document['_id']).slice(0, 32), 'a'.repeat(32)] } }; }, refused: /another revision/ },
	{ what: 'a deletion', make: () => ({ ...e1(), _deleted: true }), refused: /deletion/ },
	{ what: 'a deletion without a body', make: () => { const { _id, _rev } = e1(); return { _id, _rev, _deleted: true }; }, refused: /deletion/ },
	// writer
	{ what: 'an envelope of one who may only deposit', make: e1, as: 'deposit', refused: /Only deposits/ },
	{ what: 'a deposit of one who may only deposit', make: d1, as: 'deposit', refused: null },
	{ what: 'an envelope of one who may only read', make: e1, as: 'read', refused: /may not write/ },
	{ what: 'a deposit of one who may only read', make: d1, as: 'read', refused: /may not write/ },
	{ what: 'an envelope of one who may write elsewhere', make: e1, as: 'elsewhere', refused: /may not write|not allowed to access/ }
];

const rolesOf = (db: string, mode: Mode = 'write'): readonly string[] => (mode === 'elsewhere' ? [roleOf(db.replace('-desk', '-care'), 'write')] : [roleOf(db, mode)]);

/** The text that CouchDB gets, in an engine whose objects are not this one's. */
const elsewhere = createContext({});
function inAnotherContext(raw: unknown, { db, roles }: Writer): string | null {
	const call = `(() => { try { (${ruleText()})(JSON.parse(${JSON.stringify(JSON.stringify(raw))}), null, JSON.parse(${JSON.stringify(JSON.stringify({ db, name: null, roles }))})); return null; }
		catch (thrown) { return thrown.forbidden || thrown.unauthorized || 'threw ' + thrown; } })()`;
	const verdict: unknown = runInContext(call, elsewhere);
	return verdict === null ? null : String(verdict);
}

describe('the rule for documents', () => {
	const db = siteDatabaseName('sb', SITE, 'desk');
	it.each(TABLE)('gives one verdict here and as CouchDB gets it: $what', ({ make, as, refused, gatewayRefuses }) => {
		const raw = make();
		const writer = { db, roles: rolesOf(db, as) };
		const here = ruleRefuses(raw, writer);
		expect(inAnotherContext(raw, writer)).toBe(here);
		if (refused === null) expect(here).toBeNull();
		else expect(here).toMatch(refused);
		if (as !== undefined && as !== 'deposit') return;
		const admitted = admitDocument(raw, DESK, as);
		expect(admitted.ok ? null : admitted.error.reason).toEqual(refused === null && gatewayRefuses === undefined ? null : expect.stringMatching(gatewayRefuses ?? refused ?? /./));
	});

	it('gives one verdict on anything at all', () => {
		const values = fc.record({ _id: fc.oneof(fc.constant('a'.repeat(64)), fc.string()), _rev: fc.oneof(fc.constant(`1-${'a'.repeat(32)}`), fc.string()), v: fc.constantFrom('e1', 'd1', 's1', 'x9', 'k1'), t: fc.oneof(fc.constant('A'.repeat(43)), fc.jsonValue()), n: fc.oneof(fc.constant('A'.repeat(32)), fc.jsonValue()), c: fc.jsonValue() }, { requiredKeys: [] });
		fc.assert(fc.property(fc.oneof(values, fc.jsonValue()), (raw) => {
			const plain: unknown = JSON.parse(JSON.stringify(raw));
			expect(inAnotherContext(plain, { db, roles: rolesOf(db) })).toBe(ruleRefuses(plain, { db, roles: rolesOf(db) }));
		}), { seed: 5, numRuns: 300 });
	});

	it('lets an administrator write no other shapes than anybody', () => {
		expect(ruleRefuses(e1(), { db, roles: ['_admin'] })).toBeNull();
		expect(ruleRefuses({ ...e1(), note: 'x' }, { db, roles: ['_admin'] })).toMatch(/unknown/);
		expect(ruleRefuses(e1(), { db: 'somebody-elses', roles: ['_admin'] })).toMatch(/no database of a hub/);
	});

	it('replaces a frontier by one with a higher counter only, and founds once', () => {
		const gateway = { db: 'sb-gateway', roles: ['sb-gateway-write'] };
		const frontier = (n: number, id = `frontier:${SITE}-desk:${SITE}`): object => ({ _id: id, n, document: { v: 'f1', text: 'x', sig: `${'A'.repeat(85)}A` } });
		expect(ruleRefuses(frontier(2), gateway)).toBeNull();
		expect(ruleRefuses(frontier(3), gateway, frontier(2))).toBeNull();
		expect(ruleRefuses(frontier(2), gateway, frontier(2))).toMatch(/counter 2 is held/);
		expect(ruleRefuses(frontier(1, 'elsewhere'), gateway)).toMatch(/none of what gateways share/);
		expect(ruleRefuses({ ...frontier(9), _deleted: true }, gateway, frontier(2))).toMatch(/not removed/);
		const organization = (org: string): object => ({ _id: 'organization', org });
		expect(ruleRefuses(organization('A'.repeat(43)), gateway)).toBeNull();
		expect(ruleRefuses(organization(`${'B'.repeat(42)}A`), gateway, organization('A'.repeat(43)))).toMatch(/founded here already/);
		expect(ruleRefuses(frontier(2), { db: 'sb-gateway', roles: [] })).toMatch(/may not write/);
	});

	it('has a number that was raised with its text', () => {
		// of two gateways the older must not undo what the newer put: raise RULE_VERSION, then put the new digest here
		expect([RULE_VERSION, createHash('sha256').update(ruleText()).digest('hex').slice(0, 16)]).toEqual([2, '4f2445f52645265f']);
	});
});

describe.skipIf(!hasCouch)('the rule for documents in CouchDB', () => {
	let couch: TestCouch;
	let asked: Couch;
	let db: string;
	beforeAll(async () => {
		couch = await testCouch();
		asked = new Couch(couch.options);
		db = siteDatabaseName(couch.prefix, SITE, 'desk');
		await provisionDatabase(couch.admin, db);
	});
	afterAll(() => couch.remove());

	it.each(TABLE)('gives the same verdict: $what', async ({ make, as, refused, couchRefusesFirst }) => {
		const raw = make();
		const writer = { db, roles: rolesOf(db, as) };
		const { status, json } = await asked.ask({ user: 'somebody', roles: writer.roles }, 'POST', `/${db}/_bulk_docs`, { new_edits: false, docs: [raw] });
		const rows = Array.isArray(json) ? (json as readonly { readonly reason?: string }[]) : null;
		if (couchRefusesFirst === true) expect(status).toBe(400);
		else if (rows === null) expect([status, (json as { reason: string }).reason]).toEqual([403, expect.stringMatching(refused ?? /^$/)]);
		else expect(rows[0]?.reason ?? null).toBe(ruleRefuses(raw, writer));
	});

	it('refuses a second body only where the revision tells: the hash is the gateway’s', async () => {
		const [document, other] = [envelope('e1'), envelope('e1')];
		const as = { user: 'somebody', roles: [roleOf(db, 'write')] };
		const put = async (body: object): Promise<unknown> => (await asked.ask(as, 'POST', `/${db}/_bulk_docs`, { new_edits: false, docs: [body] })).json;
		expect(await put({ ...other, _id: document._id, _rev: revisionOf(document._id) })).toEqual([]);
		// and now the right one is taken for a repeat: which is why what is read is checked, and purged
		expect(await put(revised(document))).toEqual([]);
		expect((await asked.ask(as, 'GET', `/${db}/${document._id}`)).json).toMatchObject({ c: other.c });
	});
});
