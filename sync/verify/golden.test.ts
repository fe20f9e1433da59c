/** Names, signed bytes and verdicts of version 1 are frozen: this fails when a byte moves. From `sync/seal/golden/vectors.py`. */
import { beforeAll, describe, expect, test } from 'vitest';
import edges from './golden/edge-signatures.json' with { type: 'json' };
import golden from './golden/ids.json' with { type: 'json' };
import session from './golden/session.json' with { type: 'json' };
import { toHex } from '../change/base64url.ts';
import { parseJson } from '../change/canonical.ts';
import { parseCreation } from '../change/creation.ts';
import { bytesOf, isHash, isId, isSignature, idOf } from '../change/ids.ts';
import { parseSession } from '../change/session.ts';
import { fromBase64url } from '../change/base64url.ts';
import { actorId, changeId, chartId, epochId, importedChartId, readChange, registerChartId, resourceIdFor, statementDocumentId, statementId } from './ids.ts';
import { isAcceptablePublicKey, signedBytes, verifySignature } from './signature.ts';
import { ready } from './sodium.ts';

beforeAll(ready);

function valid<T extends string>(value: string, is: (value: unknown) => value is T): T {
	if (!is(value)) throw new Error(`malformed vector ${value}`);
	return value;
}
const bytes = (text: string): Uint8Array => fromBase64url(text) ?? new Uint8Array(0);

describe('names', () => {
	const actor = () => actorId({ ...golden.actorKeys, device: valid(golden.actorKeys.device, isId) });
	const site = valid(golden.site, isId);
	const chart = valid(golden.chart, isId);

	test('of actor and charts', () => {
		expect(actor()).toBe(golden.actor);
		expect(chartId(site, actor(), bytes(golden.rand))).toBe(golden.chart);
		expect(importedChartId(site, golden.importedChart.system, golden.importedChart.source)).toBe(golden.importedChart.id);
		expect(registerChartId(site)).toBe(golden.register);
	});

	test.each(golden.resources.map((resource) => [resource.create.kind, resource] as const))('of a resource that begins as %s', (_kind, { create, id }) => {
		const creation = parseCreation(parseJson(JSON.stringify(create)));
		if (creation === null) throw new Error('malformed vector');
		expect(resourceIdFor(creation, chart, 'clinical', 'Condition', actor())).toBe(id);
	});

	test('of epochs', () => {
		expect(epochId(site, 'clinical', bytes(golden.epochKey))).toBe(golden.epoch);
		expect(epochId(null, 'roster', bytes(golden.rosterKey))).toBe(golden.rosterEpoch);
	});

	test('of a statement and a change', () => {
		const statementSig = valid(golden.statement.sig, isSignature);
		expect(statementId(golden.statement.text, statementSig)).toBe(golden.statement.id);
		expect(statementDocumentId(golden.statement.text, statementSig)).toBe(golden.statement._id);
		expect(toHex(bytesOf(valid(golden.statement.id, isHash)))).toBe(golden.statement._id);
		const changeSig = valid(golden.change.sig, isSignature);
		expect(changeId(golden.change.text, changeSig)).toBe(golden.change.id);
		expect(readChange(golden.change.text, changeSig)).toMatchObject({ ok: true, value: { id: golden.change.id } });
		expect(verifySignature('saddlebag/change/1', golden.change.text, changeSig, golden.actorKeys.sign)).toBe(true);
	});

	test('commit to every part: another site, compartment, type or creator is another name', () => {
		const creation = parseCreation({ kind: 'import', system: 'urn:source', source: '7' });
		if (creation === null) throw new Error('malformed vector');
		const other = idOf(bytes(golden.epochKey));
		const names = [
			resourceIdFor(creation, chart, 'clinical', 'Condition', actor()), resourceIdFor(creation, other, 'clinical', 'Condition', actor()),
			resourceIdFor(creation, chart, 'restricted', 'Condition', actor()), resourceIdFor(creation, chart, 'clinical', 'Procedure', actor()),
			resourceIdFor({ kind: 'import', system: 'urn:sourc', source: 'e7' }, chart, 'clinical', 'Condition', actor())
		];
		expect(new Set(names).size).toBe(names.length);
	});
});

test('the text that opens a session is framed and signed as ever', () => {
	expect(toHex(signedBytes('saddlebag/session/1', session.text))).toBe(session.signed);
	expect(parseSession(session.text).ok).toBe(true);
	expect(verifySignature('saddlebag/session/1', session.text, session.sig, session.publicKey)).toBe(true);
});

describe('attack 09: small-order and mixed-order keys, S not below the group order, second encodings', () => {
	test.each(edges.map((edge) => [edge.what, edge] as const))('%s', (_what, edge) => {
		expect(verifySignature('saddlebag/change/1', edge.text, edge.sig, edge.key)).toBe(edge.verifies);
		expect(isAcceptablePublicKey(edge.key)).toBe(edge.enrols);
	});
});
