/** What is purged, and what never is: against a CouchDB of the test's own making, so that what happens between two requests can be chosen. */
import { describe, expect, it } from 'vitest';
import { revisionOf } from '../../sync/verify/document.ts';
import { ready } from '../../sync/verify/sodium.ts';
import { envelope, revised } from '../testing/device.ts';
import { Purge } from './checked-row.ts';
import { Couch, CouchError, type CouchReply } from './client.ts';

await ready();
const right = revised(envelope('e1'));
const id = right._id;
const falseBody = { ...revised(envelope('e1')), _id: id, _rev: revisionOf(id) };

/** Holds one body under the id. */
class OneDocument extends Couch {
	body: object | null = falseBody;
	purges = 0;
	/** how many purges are done, and never answered */
	lost = 0;
	/** before the next reading is answered */
	meanwhile: () => Promise<void> | void = () => undefined;
	atOnce = 0;
	mostAtOnce = 0;

	constructor() {
		super({ url: 'http://couchdb.invalid', secret: '' });
	}

	override async expect(_statuses: readonly number[], _as: unknown, _method: string, route: string): Promise<CouchReply> {
		if (route.includes('/_all_docs')) {
			this.mostAtOnce = Math.max(this.mostAtOnce, ++this.atOnce);
			await this.meanwhile();
			this.atOnce--;
			const row = this.body === null ? { key: id, error: 'not_found' } : { id, key: id, value: { rev: revisionOf(id) }, doc: this.body };
			return { status: 200, json: { rows: [row] } };
		}
		this.purges++;
		this.body = null;
		if (this.lost-- > 0) throw new CouchError('POST', route, null, 'the answer was lost');
		return { status: 201, json: { purged: {} } };
	}
}

describe('a purge', () => {
	it('takes a false body away, and says so once', async () => {
		const couch = new OneDocument();
		const told: string[] = [];
		const purge = new Purge(couch, (_, which) => told.push(which));
		expect(await purge.take('db', [id])).toEqual([]);
		expect([couch.body, couch.purges, told]).toEqual([null, 1, [id]]);
		await purge.take('db', []);
		expect(couch.purges).toBe(1);
	});

	it('whose answer was lost is not repeated over the right body, which was given back since', async () => {
		const couch = new OneDocument();
		couch.lost = 1;
		const purge = new Purge(couch, () => undefined);
		expect(await purge.take('db', [id])).toEqual([id]);
		couch.body = right;
		expect(await purge.take('db', [])).toEqual([]);
		expect([couch.body, couch.purges]).toEqual([right, 1]);
	});

	it('is not done where the right body came after the reader saw the false one', async () => {
		const couch = new OneDocument();
		couch.meanwhile = () => {
			couch.body = right;
		};
		const purge = new Purge(couch, () => undefined);
		expect(await purge.take('db', [id])).toEqual([]);
		expect([couch.body, couch.purges]).toEqual([right, 0]);
	});

	it('of several readers at once is done by one at a time, each with a look of its own', async () => {
		const couch = new OneDocument();
		const purge = new Purge(couch, () => undefined);
		await Promise.all(Array.from({ length: 5 }, () => purge.take('db', [id])));
		expect([couch.purges, couch.mostAtOnce]).toEqual([1, 1]);
	});

	it('that fails again and again is tried at each request, and keeps nobody longer than two tries', async () => {
		const couch = new OneDocument();
		const purge = new Purge(couch, () => undefined);
		couch.lost = 3;
		couch.meanwhile = () => {
			couch.body = falseBody;
		};
		await Promise.all(Array.from({ length: 20 }, () => purge.take('db', [id])));
		expect(couch.purges).toBe(2);
		couch.lost = 0;
		couch.meanwhile = () => undefined;
		couch.body = falseBody;
		expect(await purge.take('db', [id])).toEqual([]);
		expect(couch.body).toBeNull();
	});
});
