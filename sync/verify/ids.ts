/**
 * What each thing is called: names that commit to what they name.
 *
 * Whoever holds the bytes can compute the name, so nobody can give one name two bodies (ids of the membership log: `sync/membership/ids.ts`). In digests ids and hashes are taken as their text,
 * signatures, keys and random values as bytes.
 */
import type { Compartment, Creation, Hash, Id, Signature, SignedChange } from '../change/change.ts';
import { fromBase64url, toHex } from '../change/base64url.ts';
import { canonicalJson } from '../change/canonical.ts';
import { bytesOf } from '../change/ids.ts';
import { parseChange, type ChangeProblem } from '../change/text.ts';
import { ok, type Result } from '../result.ts';
import { digest, digestHash, digestId } from './digest.ts';

export const changeId = (text: string, sig: Signature): Hash => digestHash('saddlebag/change-id/1', text, bytesOf(sig));
export const statementId = (text: string, sig: Signature): Hash => digestHash('saddlebag/statement-id/1', text, bytesOf(sig));

/** A text and its signature as a change with its id. The signature is not verified here. */
export function readChange(text: string, sig: Signature): Result<SignedChange, ChangeProblem> {
	const parsed = parseChange(text);
	return parsed.ok ? ok({ id: changeId(text, sig), text, sig, change: parsed.value }) : parsed;
}

/** Public keys of an actor, as its enrolment states them: base64url of 32 bytes each. */
export interface ActorPublicKeys {
	readonly device: Id;
	readonly sign: string;
	readonly seal: string;
	readonly transport: string;
}

/** Canonical JSON of exactly the four fields, whatever else the object carries. */
export const actorKeysText = ({ device, seal, sign, transport }: ActorPublicKeys): string => canonicalJson({ device, seal, sign, transport });

export const actorId = (keys: ActorPublicKeys): Hash => digestHash('saddlebag/actor/1', actorKeysText(keys));

/** `rand`: 16 random bytes. */
export const chartId = (site: Id, actor: Hash, rand: Uint8Array): Id => digestId('saddlebag/chart-id/1', site, actor, rand);
/** The chart into which a patient of a source system is imported at a site: the same at every import. */
export const importedChartId = (site: Id, system: string, source: string): Id => digestId('saddlebag/chart-import/1', site, system, source);
/** The chart without a patient that each site has. */
export const registerChartId = (site: Id): Id => digestId('saddlebag/register/1', site);

/** The id that a resource must have for its beginning: anyone can check it, so nobody can plant a second beginning. */
export function resourceIdFor(creation: Creation, chart: Id, comp: Compartment, type: string, actor: Hash): Id {
	switch (creation.kind) {
		case 'random':
			return digestId('saddlebag/resource-id/1', chart, comp, actor, randBytes(creation.rand));
		case 'import':
			return digestId('saddlebag/resource-import/1', chart, comp, type, creation.system, creation.source);
		case 'link':
			return linkId(creation.charts[0], creation.charts[1]);
		case 'answer':
			return answerId(creation.discrepancy, creation.resources);
		case 'moved':
			return digestId('saddlebag/resource-moved/1', chart, comp, type, creation.site, creation.chart, creation.resource, creation.change);
	}
}

function randBytes(rand: string): Uint8Array {
	const bytes = fromBase64url(rand);
	if (bytes === null) throw new TypeError('a random value that does not decode was never parsed');
	return bytes;
}

/** The same for both orders of the charts, hence at both sites. */
export const linkId = (a: Id, b: Id): Id => digestId('saddlebag/link-id/1', ...[a, b].sort());
/** The answer to a discrepancy of `kind` about these resources, in any order. */
export const answerId = (kind: string, resources: readonly Id[]): Id => digestId('saddlebag/answer-id/1', kind, ...[...resources].sort());

/** Commits to the key: whoever was handed another key under this name can prove it. `site` null and comp `roster`: the names. */
export const epochId = (site: Id | null, comp: Compartment | 'roster', key: Uint8Array): Hash =>
	digestHash('saddlebag/epoch-id/1', site ?? '', comp, key);

/** Id of a record of the access log. */
export const accessRecordId = (text: string, sig: Signature): Hash => digestHash('saddlebag/access-record-id/1', text, bytesOf(sig));
/** Id of a part of a shared desk index. */
export const indexRecordId = (text: string, sig: Signature): Hash => digestHash('saddlebag/desk-index-record-id/1', text, bytesOf(sig));
/** `_id` of an envelope or deposit, over the raw bytes of its fields. */
export const envelopeDocumentId = (v: 'e1' | 'd1' | 'l1' | 'i1', t: Uint8Array, n: Uint8Array, c: Uint8Array): string =>
	toHex(digest('saddlebag/envelope-id/1', v, t, n, c));
export const statementDocumentId = (text: string, sig: Signature): string => toHex(bytesOf(statementId(text, sig)));
export const keyBundleDocumentId = (c: Uint8Array): string => toHex(digest('saddlebag/key-bundle-id/1', 'k1', c));
export const olderKeysDocumentId = (n: Uint8Array, c: Uint8Array): string => toHex(digest('saddlebag/older-keys-id/1', 'o1', n, c));
export const answerDocumentId = (invitation: Id, c: Uint8Array, sig: Signature): string =>
	toHex(digest('saddlebag/answer-document-id/1', 'a1', invitation, c, bytesOf(sig)));
export const previewDocumentId = (invitation: Id, n: Uint8Array, c: Uint8Array, sig: Signature): string =>
	toHex(digest('saddlebag/preview-document-id/1', 'p1', invitation, n, c, bytesOf(sig)));
