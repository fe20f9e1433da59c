/**
 * An organization and its devices before a real hub, for tests that read as sentences.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { seededRandom, type Random } from '../../sync/change/ports.ts';
import { toBase64url } from '../../sync/change/base64url.ts';
import { encodeSession } from '../../sync/change/session.ts';
import type { Id } from '../../sync/change/change.ts';
import { databasesFor } from '../../sync/membership/databases.ts';
import { Cast, must, type Person } from '../../sync/membership/testing/cast.ts';
import { newSigningKey, sign, type SigningKey } from '../../sync/seal/keys.ts';
import { revisionOf, type DepositDocument, type EnvelopeDocument, type WireDocument } from '../../sync/verify/document.ts';
import { envelopeDocumentId } from '../../sync/verify/ids.ts';
import { ready } from '../../sync/verify/sodium.ts';
import { startHub, type TestHub, type TestHubOptions } from '../testing.ts';

/** A new folder below the system's own for such, and its removal. */
export function temporaryFolder(): { readonly folder: string; readonly remove: () => void } {
	const folder = mkdtempSync(path.join(tmpdir(), 'saddlebag-hub-test-'));
	return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A cast whose organization names a hub that runs. */
class HubCast extends Cast {
	override readonly hub: SigningKey;
	constructor(random: Random, hubKey: string) {
		super(random);
		this.hub = { ...newSigningKey(random), publicKey: hubKey };
	}
}

const randomBytes = seededRandom('documents of the hub tests');

/** A document that only a holder of the key could tell from a sealed change: right in all that a hub can see. */
export function envelope(v: 'e1', size?: number): EnvelopeDocument;
export function envelope(v: 'd1', size?: number): DepositDocument;
export function envelope(v: 'e1' | 'd1', size = 512): EnvelopeDocument | DepositDocument {
	const t = randomBytes.bytes(32);
	const n = randomBytes.bytes(24);
	const c = randomBytes.bytes(size + 16 + (v === 'd1' ? 32 : 0));
	return { _id: envelopeDocumentId(v, t, n, c), v, t: toBase64url(t), n: toBase64url(n), c: toBase64url(c) };
}
export const envelopes = (count: number): EnvelopeDocument[] => Array.from({ length: count }, () => envelope('e1'));

/** With the one revision it can have, as a push carries it. */
export const revised = <T extends WireDocument>(document: T): T & { readonly _rev: string } => ({ ...document, _rev: revisionOf(document._id) });

export interface Reply {
	readonly status: number;
	readonly json: unknown;
}

/** A hub as far as a device knows it: in this process or another. */
export type Reached = Pick<TestHub, 'url' | 'key' | 'setupToken'>;

/** One device of one member, with a session or without. */
export class Device {
	token: string | null = null;

	constructor(readonly hub: Reached, readonly person: Person, readonly prefix = 'sb') {}

	get id(): Id {
		return this.person.self.keys.device;
	}
	database(site: string, kind: 'desk' | 'care' | 'files'): string {
		return `${this.prefix}-${this.person.cast.site(site)}-${kind}`;
	}
	get control(): string {
		return `${this.prefix}-control`;
	}

	async send(method: 'GET' | 'POST', route: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
		const response = await fetch(this.hub.url + route, {
			method,
			headers: {
				...(this.token === null ? {} : { Authorization: `Bearer ${this.token}` }),
				...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
				...headers
			},
			...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) })
		});
		const text = await response.text();
		return { status: response.status, json: text === '' ? null : JSON.parse(text) };
	}
	get(route: string): Promise<Reply> {
		return this.send('GET', route);
	}
	post(route: string, body: unknown): Promise<Reply> {
		return this.send('POST', route, body);
	}

	/** The text of a session request; a fresh challenge unless one is given. */
	async sessionText(changes: Partial<{ hub: string; origin: string; nonce: string; databases: readonly string[] }> = {}): Promise<string> {
		const nonce = changes.nonce ?? (await this.challenge());
		const org = this.person.cast.org;
		const databases = [...(changes.databases ?? databasesFor(this.person.state, this.id).mayRead.map((name) => `${this.prefix}-${name}`))].sort();
		return encodeSession({ v: 1, hub: this.hub.key, origin: this.hub.url, org, device: this.id, ...changes, databases, nonce });
	}
	async challenge(): Promise<string> {
		const { json } = await this.send('POST', '/_hub/challenge');
		return (json as { nonce: string }).nonce;
	}
	/** Sends a signed session request, by default as a good device would. */
	requestSession(text: string, key: SigningKey = this.person.transport): Promise<Reply> {
		return this.post('/_hub/session', { text, sig: sign('saddlebag/session/1', text, key) });
	}
	async opensSession(databases?: readonly string[]): Promise<this> {
		const reply = await this.requestSession(await this.sessionText(databases ? { databases } : {}));
		if (reply.status !== 200) throw new Error(JSON.stringify(reply));
		this.token = (reply.json as { token: string }).token;
		return this;
	}

	/** Pushes documents as they are, with their revision. */
	pushes(database: string, documents: readonly WireDocument[]): Promise<Reply> {
		return this.post(`/couch/${database}/_bulk_docs`, { new_edits: false, docs: documents.map(revised) });
	}
	/** Ids of all documents in a database, in the order of its changes. */
	async ids(database: string): Promise<string[]> {
		const { json } = await this.get(`/couch/${database}/_changes`);
		return (json as { results: { id: string }[] }).results.map((row) => row.id);
	}
	/** Sends what its person wrote to the hub's control database. */
	async syncsControl(): Promise<Reply> {
		return this.pushes(this.control, this.person.cast.documents);
	}
}

export interface FoundedHub {
	readonly hub: TestHub;
	readonly cast: Cast;
	/** the owner's, with a session */
	readonly owner: Device;
	/** Starts the hub again over the same folder. */
	readonly restart: () => Promise<FoundedHub>;
	readonly end: () => Promise<void>;
}

/** A hub with an organization: olga owns the region, whose clinic is north. */
export async function foundedHub(options: Partial<TestHubOptions> = {}): Promise<FoundedHub> {
	const place = temporaryFolder();
	const hub = await startHub({ dataFolder: place.folder, ...options });
	const { cast, owner } = await foundedOver(hub, options.prefix);
	return running(hub, cast, owner, place, options);
}

/** Founds that organization at a hub that has none. */
export async function foundedOver(hub: Reached, prefix?: string): Promise<{ readonly cast: Cast; readonly owner: Device }> {
	await ready();
	const cast = new HubCast(seededRandom('hub'), hub.key);
	const olga = cast.founder('olga', 'region');
	const owner = new Device(hub, olga, prefix);
	const founded = await owner.post('/_hub/setup', { token: hub.setupToken, documents: cast.documents });
	if (founded.status !== 201) throw new Error(JSON.stringify(founded));
	olga.addsSite('north', 'region');
	await owner.opensSession([owner.control]);
	await owner.syncsControl();
	await owner.opensSession();
	return { cast, owner };
}

function running(hub: TestHub, cast: Cast, owner: Device, place: ReturnType<typeof temporaryFolder>, options: Partial<TestHubOptions>): FoundedHub {
	return {
		hub, cast, owner,
		restart: async () => {
			await hub.stop();
			const again = await startHub({ dataFolder: place.folder, ...options });
			return running(again, cast, await new Device(again, owner.person, owner.prefix).opensSession(), place, options);
		},
		end: async () => {
			await hub.stop();
			place.remove();
		}
	};
}

export { must };
