/**
 * Founding the organization: once, by whoever holds the link that the hub printed when it was started.
 *
 * The token lives in memory and on the terminal only, is new at each start, and is void from the moment there is an organization. What is founded
 * must name this hub's key: an organization made for another hub would have devices looking for that one (attack 35).
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Hash } from '../sync/change/change.ts';
import { readStatement, resolve } from '../sync/membership/log.ts';
import type { Genesis } from '../sync/membership/types.ts';
import { err, ok, type Result } from '../sync/result.ts';
import { checkDocument, type StatementDocument, type WireDocument } from '../sync/verify/document.ts';
import { badRequest, conflict, forbidden, type Failure } from './http/failure.ts';
import type { Organization } from './organization.ts';

const USED = 'An organization was founded here already. Ask one of its members for an invitation.';

export class Setup {
	readonly #token = randomBytes(24).toString('base64url');
	readonly #organization: Organization;
	readonly #hub: string;

	/** `hub`: public key of this hub. */
	constructor(organization: Organization, hub: string) {
		this.#organization = organization;
		this.#hub = hub;
	}

	/** What the set-up link carries; null when there is an organization. */
	get token(): string | null {
		return this.#organization.org === null ? this.#token : null;
	}

	/** Founds the organization; the id of its genesis statement. */
	async found(token: unknown, documents: unknown): Promise<Result<Hash, Failure>> {
		if (this.token === null) return err(conflict(USED));
		if (typeof token !== 'string' || !isEqual(token, this.#token))
			return err(forbidden('This set-up link is not valid any more. Start the hub again for a new one.'));
		const founding = checkFounding(documents, this.#hub);
		if (!founding.ok) return founding;
		const founded = await this.#organization.found(founding.value.org, founding.value.documents);
		return founded ? ok(founding.value.org) : err(conflict(USED));
	}
}

/** Compares without telling by its time how much agreed. */
function isEqual(a: string, b: string): boolean {
	const hash = (text: string) => createHash('sha256').update(text).digest();
	return timingSafeEqual(hash(a), hash(b));
}

interface Founding {
	readonly org: Hash;
	readonly documents: readonly WireDocument[];
}

/** A sound genesis naming this hub, with the key documents that it cites, and nothing else. */
function checkFounding(raw: unknown, hub: string): Result<Founding, Failure> {
	if (!Array.isArray(raw)) return err(badRequest('`documents` must be an array.'));
	const documents: WireDocument[] = [];
	for (const each of raw as readonly unknown[]) {
		const checked = checkDocument(each);
		if (!checked.ok) return err(badRequest(checked.error.message));
		documents.push(checked.value);
	}
	const statements = documents.filter((document) => document.v === 's1');
	const [statement, ...others] = statements;
	if (statement === undefined || others.length > 0) return err(badRequest('Exactly one statement is expected: the one that founds the organization.'));
	const genesis = readGenesis(statement);
	if (!genesis.ok) return genesis;
	if (genesis.value.genesis.hub.key !== hub) return err(forbidden('The organization was made for another hub: open the set-up link of this one and try again.'));
	const cited = keysCited(genesis.value.genesis);
	const keys = documents.filter((document) => document !== statement);
	if (keys.some((document) => !cited.has(document._id))) return err(badRequest('A document is not one that the founding statement names.'));
	if (new Set(keys.map((document) => document._id)).size < cited.size) return err(badRequest('A key document that the founding statement names is missing.'));
	return ok({ org: genesis.value.org, documents });
}

function readGenesis(document: StatementDocument): Result<{ readonly org: Hash; readonly genesis: Genesis }, Failure> {
	const read = readStatement(document.text, document.sig);
	if (!read.ok) return err(badRequest(read.error.message));
	const { id, statement } = read.value;
	if (statement.kind !== 'genesis') return err(badRequest('The statement does not found an organization.'));
	if (resolve(id, [document]) === null) return err(forbidden('The founding statement is not sound: its signature, keys or ids do not agree.'));
	return ok({ org: id, genesis: statement });
}

/** `_id`s of the key documents that a genesis names. */
function keysCited({ epochs, deliveries }: Genesis): ReadonlySet<string> {
	const older = epochs.flatMap((epoch) => (epoch.older === null ? [] : [epoch.older]));
	return new Set([...older, ...deliveries.map((delivery) => delivery.bundle)]);
}
