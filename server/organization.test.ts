/** What a gateway knows of its organization, where the CouchDB below it fails now and then. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../sync/change/ports.ts';
import { Cast } from '../sync/membership/testing/cast.ts';
import { ready } from '../sync/verify/sodium.ts';
import { ok } from '../sync/result.ts';
import { storedForm } from './documents.ts';
import { Organization, type ControlDatabase } from './organization.ts';
import type { SharedState, StoredDocument } from './storage/port.ts';

await ready();

const stored = (cast: Cast): readonly StoredDocument[] => cast.documents.map(storedForm);

/** A control database in pages of three rows, and what gateways share: each request may fail. */
class FailingNow implements ControlDatabase, SharedState {
	documents: readonly StoredDocument[] = [];
	claimed: string | null = null;
	/** requests until one fails; null: none does */
	left: number | null = null;

	#mayFail(): void {
		if (this.left !== null && this.left-- === 0) {
			this.left = null;
			throw new Error('no answer');
		}
	}
	async changes({ since }: { readonly since: string }): ReturnType<ControlDatabase['changes']> {
		this.#mayFail();
		const at = Number(since);
		const docs = this.documents.slice(at, at + 3);
		const rows = docs.map((doc, i) => ({ seq: String(at + i + 1), id: doc._id, changes: [{ rev: doc._rev }], doc }));
		return ok({ rows, lastSeq: String(at + rows.length), pending: this.documents.length - at - rows.length });
	}
	async write(): Promise<void> {}
	async organization(): Promise<string | null> {
		this.#mayFail();
		return this.claimed;
	}
	async claim(org: string): Promise<string> {
		this.#mayFail();
		return (this.claimed ??= org);
	}
}

function founded(): Cast {
	const cast = new Cast(seededRandom('organizations of gateways'));
	cast.founder('olga', 'region');
	cast.person('olga').addsSite('north', 'region');
	return cast;
}

describe('a gateway whose CouchDB fails at a request', () => {
	it('knows every statement at the next look, whichever page it was that failed', async () => {
		const cast = founded();
		const before = stored(cast);
		for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) cast.person('olga').addsSite(name, 'region');
		const after = stored(cast);
		const pages = Math.ceil((after.length - before.length) / 3);
		expect(pages).toBeGreaterThan(1);
		for (let failing = 0; failing < pages; failing++) {
			const couch = new FailingNow();
			couch.documents = before;
			const organization = await Organization.load(couch, 'sb', couch);
			couch.documents = after;
			couch.left = failing;
			await expect(organization.follow()).rejects.toThrow('no answer');
			await organization.follow();
			expect([organization.state?.sites.size, organization.state?.waiting.length]).toEqual([(await Organization.load(couch, 'sb', couch)).state?.sites.size, 0]);
		}
	});

	it('finds the genesis at the next look, whether the log or the claim was what failed', async () => {
		const cast = founded();
		for (let failing = 0; failing < 4; failing++) {
			const couch = new FailingNow();
			const organization = await Organization.load(couch, 'sb', couch);
			couch.documents = stored(cast);
			couch.left = failing;
			await expect(organization.follow()).rejects.toThrow('no answer');
			await organization.follow();
			expect(organization.org).toBe(cast.org);
			expect(organization.state?.waiting).toEqual([]);
		}
	});
});
