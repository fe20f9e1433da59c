/**
 * The documents on a hub, and the check that everyone makes of them: hub, gate, box and restore alike.
 *
 * Shape, size, and that `_id` is the hash of the rest: without any secret, so the hub refuses what no device would take. One id has one
 * body and one possible revision for ever; there is nothing for CouchDB to conflict about, and a document altered or marked deleted
 * is simply not that document. Documents of a later version cannot be checked here and say so (`unknown-version`).
 */
import { err, ok, problem, type Problem, type Result } from '../result.ts';
import { fromBase64url, toBase64url } from '../change/base64url.ts';
import { isObject } from '../change/canonical.ts';
import type { Id, Json, JsonObject, Signature } from '../change/change.ts';
import { isDocumentId, isId, isSignature } from '../change/ids.ts';
import { isWellFormed, utf8Length } from '../change/utf8.ts';
import { answerDocumentId, envelopeDocumentId, keyBundleDocumentId, olderKeysDocumentId, previewDocumentId, statementDocumentId } from './ids.ts';
import { isPaddedLength } from './padme.ts';

/** A change sealed under an epoch of its own site. */
export interface EnvelopeDocument { readonly _id: string; readonly v: 'e1'; readonly t: string; readonly n: string; readonly c: string }
/** A relayed change and its voucher, sealed to the public key of an epoch of another site. */
export interface DepositDocument { readonly _id: string; readonly v: 'd1'; readonly t: string; readonly n: string; readonly c: string }
/** A record of the access log, sealed to the leads of a site. */
export interface AccessDocument { readonly _id: string; readonly v: 'l1'; readonly t: string; readonly n: string; readonly c: string }
/** What the members of a site are told of the patients of another, or a site's own copy of it: sealed to who reads the desk there. */
export interface IndexDocument { readonly _id: string; readonly v: 'i1'; readonly t: string; readonly n: string; readonly c: string }
/** A membership statement. */
export interface StatementDocument { readonly _id: string; readonly v: 's1'; readonly text: string; readonly sig: Signature }
/** Keys for one recipient. */
export interface KeyBundleDocument { readonly _id: string; readonly v: 'k1'; readonly c: string }
/** Keys of the epochs before, under the newer one's. */
export interface OlderKeysDocument { readonly _id: string; readonly v: 'o1'; readonly n: string; readonly c: string }
/** An answer to an invitation. */
export interface AnswerDocument { readonly _id: string; readonly v: 'a1'; readonly invitation: Id; readonly c: string; readonly sig: Signature }
/** What an invitation says, sealed under its seed, for who has the link. */
export interface PreviewDocument { readonly _id: string; readonly v: 'p1'; readonly invitation: Id; readonly n: string; readonly c: string; readonly sig: Signature }

/** What is sealed under an epoch, in the fields that all its kinds share. */
export type SealedDocument = EnvelopeDocument | DepositDocument | AccessDocument | IndexDocument;
/** Its fields as bytes. */
export interface SealedFields { readonly tag: Uint8Array; readonly nonce: Uint8Array; readonly body: Uint8Array }

export type WireDocument = EnvelopeDocument | DepositDocument | StatementDocument | KeyBundleDocument | OlderKeysDocument | AnswerDocument | PreviewDocument | AccessDocument | IndexDocument;
export type DocumentProblem = Problem<'bad-document' | 'unknown-version' | 'too-large' | 'bad-id' | 'bad-revision'>;

/** UTF-8 bytes of a document as JSON, without what CouchDB adds. */
export const DOCUMENT_BYTES_MAX = 256 * 1024;
/** UTF-8 bytes of a sealed preview: it is given to whoever asks */
export const PREVIEW_BYTES_MAX = 32 * 1024;
/** nonce of XChaCha20-Poly1305 */
export const NONCE_BYTES = 24;
/** authenticator of Poly1305 */
export const AEAD_TAG_BYTES = 16;
/** X25519 public key before a deposit's ciphertext */
export const EPHEMERAL_BYTES = 32;
/** what an X25519 sealed box adds: ephemeral key and authenticator */
export const SEALED_BOX_BYTES = 48;

/** Fewest UTF-8 bytes of a document that is not text: braces, names, `_id`. */
const FRAME_BYTES = 128;
const VERSIONS = ['e1', 'd1', 's1', 'k1', 'o1', 'a1', 'p1', 'l1', 'i1'];
const VERSION = /^[a-z]{1,8}[1-9][0-9]{0,3}$/;

/** The one revision that a document can have: `1-` and the first half of its id. Written with `new_edits: false`. */
export const revisionOf = (_id: string): string => `1-${_id.slice(0, 32)}`;

/** The document of a signed statement. */
export const statementDocument = (text: string, sig: Signature): StatementDocument => ({ _id: statementDocumentId(text, sig), v: 's1', text, sig });

/** The document of an answer to an invitation; `c` is base64url of a sealed box. */
export function answerDocument(invitation: Id, c: string, sig: Signature): AnswerDocument {
	const body = fromBase64url(c);
	if (body === null) throw new TypeError('a box made here always decodes');
	return { _id: answerDocumentId(invitation, body, sig), v: 'a1', invitation, c, sig };
}

/**
 * A received document, checked; its fields and nothing else. `_rev` and `_revisions` may be there if they say the one possible
 * revision, and are taken off; `_deleted` or any other field is refused. Total on any value.
 */
export function checkDocument(raw: unknown): Result<WireDocument, DocumentProblem> {
	if (!isObject(raw)) return bad('it is not an object');
	if (isChecked(raw)) return ok(raw);
	const { _id, v } = raw;
	if (!isDocumentId(_id)) return fail('bad-id', 'The name of the document is not 64 hex digits.');
	if (typeof v !== 'string' || !VERSION.test(v)) return bad('it has no version');
	if (!VERSIONS.includes(v)) return fail('unknown-version', 'The document was made by a newer version of the app.');
	const revision = checkRevision(raw, _id);
	if (revision !== null) return err(revision);
	switch (v) {
		case 'e1':
		case 'd1':
		case 'l1':
		case 'i1':
			return checkEnvelope(raw, _id, v);
		case 's1':
			return checkStatement(raw, _id);
		case 'k1':
			return checkKeyBundle(raw, _id);
		case 'o1':
			return checkOlderKeys(raw, _id);
		case 'p1':
			return checkPreview(raw, _id);
		default:
			return checkAnswer(raw, _id);
	}
}

const fail = (code: DocumentProblem['code'], message: string): Result<never, DocumentProblem> => err(problem(code, message));
const bad = (why: string): Result<never, DocumentProblem> => fail('bad-document', `The document is not valid: ${why}.`);
const tooLarge = (): Result<never, DocumentProblem> => fail('too-large', `The document is larger than ${DOCUMENT_BYTES_MAX} bytes.`);
const badId = (): Result<never, DocumentProblem> => fail('bad-id', 'The name of the document is not the hash of its body.');

function checkRevision(raw: JsonObject, _id: string): DocumentProblem | null {
	const { _rev, _revisions } = raw;
	if (_rev !== undefined && _rev !== revisionOf(_id)) return problem('bad-revision', 'The document has another revision than the one it can have.');
	if (_revisions === undefined) return null;
	const ids: Json | undefined = isObject(_revisions) ? _revisions['ids'] : undefined;
	const one = isObject(_revisions) && Object.keys(_revisions).length === 2 && _revisions['start'] === 1 && Array.isArray(ids) && ids.length === 1;
	return one && ids[0] === _id.slice(0, 32) ? null : problem('bad-revision', 'The document has a history, and none has one.');
}

/** Exactly these fields besides the ones checked already. */
function hasFields(raw: JsonObject, fields: readonly string[]): boolean {
	const own = Object.keys(raw).filter((key) => key !== '_rev' && key !== '_revisions');
	return own.length === fields.length + 2 && fields.every((field) => Object.hasOwn(raw, field));
}

function checkEnvelope(raw: JsonObject, _id: string, v: SealedDocument['v']): Result<SealedDocument, DocumentProblem> {
	const { t, n, c } = raw;
	if (!hasFields(raw, ['t', 'n', 'c']) || typeof t !== 'string' || typeof n !== 'string' || typeof c !== 'string') return bad('a field is missing or unknown');
	if (t.length + n.length + c.length + FRAME_BYTES > DOCUMENT_BYTES_MAX) return tooLarge();
	const tag = bytesOfSize(t, 32);
	const nonce = bytesOfSize(n, NONCE_BYTES);
	const body = fromBase64url(c);
	if (tag === null || nonce === null || body === null) return bad('a field does not decode');
	return sealedDocument(_id, v, { tag, nonce, body }, { t, n, c });
}

/**
 * What sealed documents were decoded to when they passed the check. They are frozen: what passed once is not decoded and hashed again by the gate, nor by
 * whoever opens it, as long as it is the same object.
 */
const decoded = new WeakMap<object, SealedFields>();
const isChecked = (raw: object): raw is SealedDocument => SealedBytes.of(raw) !== null || decoded.has(raw);

/** The fields of a document that passed the check here, as bytes; null for any other. */
export const decodedFields = (document: object): SealedFields | null => SealedBytes.of(document) ?? decoded.get(document) ?? null;

/**
 * A sealed document that came as bytes and passed the check: its text is written when somebody reads it, which a first sync does not. A spread copies no
 * getters: `plainDocument` makes the object that is sent or stored.
 */
class SealedBytes {
	readonly _id: string;
	readonly v: SealedDocument['v'];
	readonly #fields: SealedFields;

	constructor(_id: string, v: SealedDocument['v'], fields: SealedFields) {
		this._id = _id;
		this.v = v;
		this.#fields = fields;
	}

	static of(document: object): SealedFields | null {
		return #fields in document ? document.#fields : null;
	}

	get t(): string {
		return toBase64url(this.#fields.tag);
	}
	get n(): string {
		return toBase64url(this.#fields.nonce);
	}
	get c(): string {
		return toBase64url(this.#fields.body);
	}
	toJSON(): object {
		const { _id, v, t, n, c } = this;
		return { _id, v, t, n, c };
	}
}

/** A document with its text fields as members of its own. */
export function plainDocument(document: SealedDocument): SealedDocument {
	const fields = SealedBytes.of(document);
	if (fields === null) return document;
	const { _id, v, t, n, c } = document;
	const plain = Object.freeze({ _id, v, t, n, c } as SealedDocument);
	decoded.set(plain, fields);
	return plain;
}

/**
 * A sealed document from its fields, given both as bytes and as their text, when its size is a padded one and its name the hash of the rest. `checkDocument` is
 * the same from text.
 */
function sealedDocument(_id: string, v: SealedDocument['v'], fields: SealedFields, text: { readonly t: string; readonly n: string; readonly c: string }): Result<SealedDocument, DocumentProblem> {
	const refused = objection(_id, v, fields);
	if (refused !== null) return refused;
	const document = Object.freeze({ _id, v, ...text } as SealedDocument);
	decoded.set(document, fields);
	return ok(document);
}

/** The same for who has the bytes alone; they must not change any more. */
export function sealedFromBytes(_id: string, v: SealedDocument['v'], fields: SealedFields): Result<SealedDocument, DocumentProblem> {
	return objection(_id, v, fields) ?? ok(new SealedBytes(_id, v, fields) as SealedDocument);
}

function objection(_id: string, v: SealedDocument['v'], { tag, nonce, body }: SealedFields): Result<never, DocumentProblem> | null {
	if (textLength(tag) + textLength(nonce) + textLength(body) + FRAME_BYTES > DOCUMENT_BYTES_MAX) return tooLarge();
	if (!isPaddedLength(body.length - AEAD_TAG_BYTES - (v === 'e1' ? 0 : EPHEMERAL_BYTES))) return bad('its size is not a padded size');
	return envelopeDocumentId(v, tag, nonce, body) === _id ? null : badId();
}

/** Characters of bytes as unpadded base64url. */
const textLength = (bytes: Uint8Array): number => Math.ceil((bytes.length * 4) / 3);

function checkStatement(raw: JsonObject, _id: string): Result<StatementDocument, DocumentProblem> {
	const { text, sig } = raw;
	if (!hasFields(raw, ['text', 'sig']) || typeof text !== 'string' || !isSignature(sig)) return bad('a field is missing, unknown or malformed');
	if (text.length + FRAME_BYTES > DOCUMENT_BYTES_MAX || utf8Length(JSON.stringify(text)) + sig.length + FRAME_BYTES > DOCUMENT_BYTES_MAX) return tooLarge();
	if (text === '' || !isWellFormed(text)) return bad('its text is not Unicode');
	return statementDocumentId(text, sig) === _id ? ok({ _id, v: 's1', text, sig }) : badId();
}

function checkKeyBundle(raw: JsonObject, _id: string): Result<KeyBundleDocument, DocumentProblem> {
	const { c } = raw;
	if (!hasFields(raw, ['c']) || typeof c !== 'string') return bad('a field is missing or unknown');
	if (c.length + FRAME_BYTES > DOCUMENT_BYTES_MAX) return tooLarge();
	const body = fromBase64url(c);
	if (body === null || body.length <= SEALED_BOX_BYTES) return bad('its box does not decode');
	return keyBundleDocumentId(body) === _id ? ok({ _id, v: 'k1', c }) : badId();
}

function checkOlderKeys(raw: JsonObject, _id: string): Result<OlderKeysDocument, DocumentProblem> {
	const { n, c } = raw;
	if (!hasFields(raw, ['n', 'c']) || typeof n !== 'string' || typeof c !== 'string') return bad('a field is missing or unknown');
	if (n.length + c.length + FRAME_BYTES > DOCUMENT_BYTES_MAX) return tooLarge();
	const nonce = bytesOfSize(n, NONCE_BYTES);
	const body = fromBase64url(c);
	if (nonce === null || body === null || body.length <= AEAD_TAG_BYTES) return bad('a field does not decode');
	return olderKeysDocumentId(nonce, body) === _id ? ok({ _id, v: 'o1', n, c }) : badId();
}

function checkAnswer(raw: JsonObject, _id: string): Result<AnswerDocument, DocumentProblem> {
	const { invitation, c, sig } = raw;
	if (!hasFields(raw, ['invitation', 'c', 'sig']) || !isId(invitation) || typeof c !== 'string' || !isSignature(sig)) return bad('a field is missing, unknown or malformed');
	if (c.length + FRAME_BYTES > DOCUMENT_BYTES_MAX) return tooLarge();
	const body = fromBase64url(c);
	if (body === null || body.length <= SEALED_BOX_BYTES) return bad('its box does not decode');
	return answerDocumentId(invitation, body, sig) === _id ? ok({ _id, v: 'a1', invitation, c, sig }) : badId();
}

function checkPreview(raw: JsonObject, _id: string): Result<PreviewDocument, DocumentProblem> {
	const { invitation, n, c, sig } = raw;
	if (!hasFields(raw, ['invitation', 'n', 'c', 'sig']) || !isId(invitation) || typeof n !== 'string' || typeof c !== 'string' || !isSignature(sig)) return bad('a field is missing, unknown or malformed');
	if (c.length + FRAME_BYTES > PREVIEW_BYTES_MAX) return tooLarge();
	const nonce = bytesOfSize(n, NONCE_BYTES);
	const body = fromBase64url(c);
	if (nonce === null || body === null || body.length <= AEAD_TAG_BYTES) return bad('a field does not decode');
	return previewDocumentId(invitation, nonce, body, sig) === _id ? ok({ _id, v: 'p1', invitation, n, c, sig }) : badId();
}

function bytesOfSize(text: string, size: number): Uint8Array | null {
	if (text.length !== Math.ceil((size * 4) / 3)) return null;
	return fromBase64url(text);
}
