/**
 * A real CouchDB for tests, where `COUCHDB_URL` names one with an administrator (`http://admin:pw@localhost:5984`). Each test file has a prefix of its own,
 * whose databases are removed afterwards. Without one, tests say that they were skipped.
 */
import { randomBytes } from 'node:crypto';
import type { ServerScope } from 'nano';
import { asAdministrator, ask, type CouchAddress } from '../couchdb/provision.ts';
import type { CouchOptions } from '../couchdb/client.ts';
import { openCouch } from '../couchdb/settings.ts';

const url = process.env['COUCHDB_URL'] ?? null;
export const hasCouch = url !== null;
export const skipMessage = 'COUCHDB_URL is not set: what is said of a real CouchDB was NOT checked.';
if (!hasCouch) console.log(skipMessage);

export interface TestCouch {
	readonly options: CouchOptions;
	readonly admin: ServerScope;
	readonly address: CouchAddress & { readonly admin: string };
	readonly prefix: string;
	/** Removes the databases of the prefix. */
	readonly remove: () => Promise<void>;
}

export async function testCouch(): Promise<TestCouch> {
	if (url === null) throw new Error(skipMessage);
	const ready = await openCouch({ url, secret: null, secretFile: null });
	if (!ready.ok) throw new Error(ready.error.message);
	const admin = asAdministrator(url);
	const prefix = `t${randomBytes(5).toString('hex')}`;
	return {
		options: ready.value.options, admin, address: { url: ready.value.options.url, admin: url }, prefix,
		remove: async () => {
			const { json } = await ask(admin, 'GET', '_all_dbs');
			for (const name of json as readonly string[]) if (name.startsWith(`${prefix}-`)) await admin.db.destroy(name);
		}
	};
}
