/**
 * Version 1 of what membership signs and seals, byte for byte. The only test that fails when a format moves.
 *
 * The vectors are frozen: a new version gets new ones beside them. `FREEZE=1` writes the file where there is none.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkDocument, type AnswerDocument } from '../verify/document.ts';
import { encodeInvitation, parseInvitation } from './authoring/invitation.ts';
import { openAnswer } from './authoring/answer.ts';
import { keyDocuments, openDeliveries } from './authoring/deliveries.ts';
import { nameHub } from './authoring/hub.ts';
import { documentOf } from './authoring/pen.ts';
import { MembershipLog } from './log.ts';
import { parseStatement } from './parse.ts';
import { membershipFingerprint } from './fingerprint.ts';
import { answers, HUB_ORIGIN, must, setup, type Cast } from './testing/cast.ts';
import type { SignedStatement } from './types.ts';
import { isId, isHash } from '../change/ids.ts';

const FILE = new URL('./golden/membership.json', import.meta.url);

interface Vectors {
	/** control documents of a small organization, in the order in which they were made */
	readonly documents: readonly object[];
	/** id of the statement that stands for each kind */
	readonly statements: { readonly [kind: string]: string };
	readonly fingerprint: string;
	readonly link: string;
	readonly answer: object;
	/** the founder's keys, opened from the documents: epoch ids */
	readonly epochs: readonly string[];
}

async function make(): Promise<{ readonly cast: Cast; readonly vectors: Vectors; readonly answer: AnswerDocument }> {
	const cast = await setup('olga owner of region', 'clinic north below region', 'lea lead of north');
	const [olga, lea] = [cast.person('olga'), cast.person('lea')];
	const invited = olga.invites('clinician of north and region');
	const { answered } = answers(cast, 'carl', invited.link);
	olga.postsMember(lea, 'reviewer of region');
	lea.rotates({ site: cast.site('north'), comp: 'clinical' }, { site: null, comp: 'roster' });
	olga.posts(must(nameHub(olga.pen, { key: cast.hub.publicKey, origins: ['http://192.168.1.5:4000', HUB_ORIGIN] })));
	olga.refuses(invited, 'not needed');
	const kinds = new Map<string, SignedStatement>();
	for (const signed of olga.log.statements) if (!kinds.has(signed.statement.kind) || signed.statement.kind === 'epoch') kinds.set(signed.statement.kind, signed);
	return {
		cast, answer: answered.document,
		vectors: {
			documents: cast.documents.filter(({ v }) => v !== 'p1'), statements: Object.fromEntries([...kinds].map(([kind, { id }]) => [kind, id])),
			fingerprint: membershipFingerprint(cast.state), link: encodeInvitation(invited.link), answer: answered.document,
			epochs: olga.held.map((secret) => secret.epoch).sort()
		}
	};
}

let made: Awaited<ReturnType<typeof make>>;
let frozen: Vectors;
beforeAll(async () => {
	made = await make();
	if (process.env['FREEZE'] === '1' && !existsSync(FILE)) writeFileSync(FILE, `${JSON.stringify(made.vectors, null, '\t')}\n`);
	frozen = JSON.parse(readFileSync(FILE, 'utf8'));
});

describe('the frozen vectors of membership', () => {
	it('has one of each kind of statement, a key bundle, older keys, an answer and a link', () => {
		expect(Object.keys(frozen.statements).sort()).toEqual(['admit', 'epoch', 'genesis', 'grant', 'hub', 'invite', 'refuse', 'site']);
		const versions = new Set(frozen.documents.map((document) => must(checkDocument(document)).v));
		expect([...versions].sort()).toEqual(['k1', 'o1', 's1']);
	});

	it('are what the same people with the same keys write today, byte for byte', () => {
		expect(JSON.parse(JSON.stringify(made.vectors))).toEqual(frozen);
	});

	it('are read today as they were written: ids, members, keys', () => {
		const documents = frozen.documents.map((document) => must(checkDocument(document)));
		const log = new MembershipLog(made.cast.org);
		const added = log.add(documents.filter((document) => document.v === 's1'));
		expect(added.refused).toEqual([]);
		expect(log.state === null ? null : membershipFingerprint(log.state)).toBe(frozen.fingerprint);
		for (const [kind, id] of Object.entries(frozen.statements)) {
			expect(isHash(id) ? log.statement(id)?.statement.kind : null).toBe(kind);
		}
		const ring = openDeliveries(log, made.cast.person('olga').self, keyDocuments(documents));
		expect(ring.keys.map((secret) => secret.epoch).sort()).toEqual(frozen.epochs);
		expect(ring.problems).toEqual([]);
	});

	it('open: the link parses, and its answer can be opened while the invitation is open', () => {
		const invitation = must(parseInvitation(frozen.link));
		expect(encodeInvitation(invitation)).toBe(frozen.link);
		const log = new MembershipLog(made.cast.org);
		log.add(frozen.documents.map((document) => must(checkDocument(document))).filter((document) => document.v === 's1'));
		const before = log.at([invitation.statement]);
		const document = must(checkDocument(frozen.answer));
		if (before === null || document.v !== 'a1' || !isId(document.invitation)) throw new Error('the vectors hold an invitation and its answer');
		expect(must(openAnswer(before, made.cast.person('olga').self, document)).name).toBe('carl');
	});

	it('keep one text for a statement: what was parsed is written as it was', () => {
		for (const signed of made.cast.person('olga').log.statements) {
			expect(must(parseStatement(signed.text))).toEqual(signed.statement);
			expect(documentOf(signed).text).toBe(signed.text);
		}
	});
});
