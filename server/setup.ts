/**
 * Founding the organization: once, by whoever holds the link that the hub printed when it was started.
 *
 * The token lives in memory and on the terminal only, is new at each start, and is void from the moment there is an organization. What is founded
 * must name this hub's key: an organization made for another hub would have devices looking for that one (attack 35).
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Hash } from '../sync/change/change.ts';
import { MembershipLog, readStatement } from '../sync/membership/log.ts';
import type { SignedStatement, Statement } from '../sync/membership/types.ts';
import { err, ok, type Result } from '../sync/result.ts';
import { checkDocument, type WireDocument } from '../sync/verify/document.ts';
import { badRequest, conflict, forbidden, type Failure } from './http/failure.ts';
import { BATCH_DOCUMENTS_MAX } from './limits.ts';
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

/** A sound genesis naming this hub, first statements that follow from it, the key documents that they name, and nothing else. */
function checkFounding(raw: unknown, hub: string): Result<Founding, Failure> {
	if (!Array.isArray(raw) || raw.length > BATCH_DOCUMENTS_MAX) return err(badRequest('`documents` must be an array of at most 1,000 documents.'));
	const documents: WireDocument[] = [];
	for (const each of raw as readonly unknown[]) {
		const checked = checkDocument(each);
		if (!checked.ok) return err(badRequest(checked.error.message));
		documents.push(checked.value);
	}
	const statements = readStatements(documents);
	if (!statements.ok) return statements;
	const geneses = statements.value.filter((signed) => signed.statement.kind === 'genesis');
	const [genesis] = geneses;
	if (genesis?.statement.kind !== 'genesis' || geneses.length > 1) return err(badRequest('Exactly one statement that founds an organization is expected.'));
	if (genesis.statement.hub.key !== hub) return err(forbidden('The organization was made for another hub: open the set-up link of this one and try again.'));
	const log = new MembershipLog(genesis.id);
	const added = log.add(statements.value);
	if (added.refused[0]) return err(forbidden(`A founding statement is not sound: ${added.refused[0].reason}`));
	if (added.waiting.length > 0) return err(badRequest('A founding statement cites one that is not here.'));
	return checkKeys(documents, statements.value) ?? ok({ org: genesis.id, documents });
}

function readStatements(documents: readonly WireDocument[]): Result<readonly SignedStatement[], Failure> {
	const statements: SignedStatement[] = [];
	for (const document of documents) {
		if (document.v !== 's1') continue;
		const read = readStatement(document.text, document.sig);
		if (!read.ok) return err(badRequest(read.error.message));
		statements.push(read.value);
	}
	return ok(statements);
}

/** Null when the key documents are exactly those that the statements name. */
function checkKeys(documents: readonly WireDocument[], statements: readonly SignedStatement[]): Result<never, Failure> | null {
	const named = new Set(statements.flatMap(({ statement }) => keysNamed(statement)));
	const here = new Set(documents.filter((document) => document.v !== 's1').map((document) => document._id));
	if ([...here].some((id) => !named.has(id))) return err(badRequest('A document is not one that the founding statements name.'));
	return here.size < named.size ? err(badRequest('A key document that the founding statements name is missing.')) : null;
}

/** `_id`s of the key documents that a statement names. */
function keysNamed(statement: Statement): readonly string[] {
	const epochs = 'epochs' in statement ? statement.epochs : [];
	const deliveries = 'deliveries' in statement ? statement.deliveries : [];
	return [...epochs.flatMap((epoch) => epoch.older ?? []), ...deliveries.map((delivery) => delivery.bundle)];
}
