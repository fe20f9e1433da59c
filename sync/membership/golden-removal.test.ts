/**
 * Version 1 of the statements that take away, attest and restore, and of a recovery share, byte for byte. Frozen, as `golden.test.ts` is: a new version
 * gets vectors of its own. `FREEZE=1` writes the file where there is none.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { combine } from 'shamir-secret-sharing';
import { beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../change/ports.ts';
import { hashOf } from '../change/ids.ts';
import { toBase64url } from '../change/base64url.ts';
import { checkDocument } from '../verify/document.ts';
import { kitFrom } from './authoring/kit.ts';
import { attest, revoke, withdraw } from './authoring/removal.ts';
import { encodeShare, kitMark, parseShare } from './authoring/share.ts';
import { membershipFingerprint } from './fingerprint.ts';
import { MembershipLog } from './log.ts';
import { must, setup, type Cast } from './testing/cast.ts';

const FILE = new URL('./golden/removal.json', import.meta.url);

interface Vectors {
	readonly documents: readonly object[];
	readonly statements: { readonly [kind: string]: string };
	readonly fingerprint: string;
	/** actors that are closed at the end, and the kit's state */
	readonly closed: readonly string[];
	readonly seed: string;
	readonly kit: string;
	readonly shares: readonly string[];
}

/** Two shares of three as the library splits: seed and one line of random coefficients at abscissae 1 to 3, so that the text is the same each time. */
function sharesOf(seed: Uint8Array, coefficients: Uint8Array): readonly Uint8Array[] {
	const times = (a: number, b: number): number => {
		let product = 0;
		for (let [x, y] = [a, b]; y > 0; y >>= 1) {
			if (y & 1) product ^= x;
			x = (x << 1) ^ (x & 0x80 ? 0x11b : 0);
		}
		return product;
	};
	return [1, 2, 3].map((x) => Uint8Array.from([...seed.map((byte, i) => byte ^ times(coefficients[i] ?? 0, x)), x]));
}

async function make(): Promise<{ readonly cast: Cast; readonly vectors: Vectors }> {
	const cast = await setup('olga owner of region', 'omar owner of region', 'clinic north below region', 'lea lead of north', 'carl clinician of north', 'nora clinician of north');
	const [olga, omar, lea, carl, nora] = ['olga', 'omar', 'lea', 'carl', 'nora'].map((name) => cast.person(name));
	if (olga === undefined || omar === undefined || lea === undefined || carl === undefined || nora === undefined) throw new Error('the cast is incomplete');
	const position = { actor: carl.actor, site: cast.site('north'), comp: 'clinical', seq: 7, change: hashOf(cast.random.bytes(32)) } as const;
	const kit = olga.makesKit(2, 3);
	const removal = lea.posts(must(revoke(lea.pen, { member: carl.member, actors: [carl.actor], positions: [position], reason: 'left' })));
	nora.posts(must(attest(nora.pen, removal.signed.id, [{ ...position, seq: 8, change: hashOf(cast.random.bytes(32)) }])));
	olga.posts(must(withdraw(olga.pen, { member: lea.member, grants: cast.grants('lead of north'), positions: [], reason: '' })));
	olga.removes(omar);
	omar.restoresWith(kit, { remove: [olga.actor] });
	const kinds = ['kit', 'revoke', 'attest', 'withdraw', 'restore'];
	const statements = omar.log.statements.filter(({ statement }) => kinds.includes(statement.kind)).map(({ id, statement }) => [statement.kind, id]);
	const shares = sharesOf(kit.seed, seededRandom('shares').bytes(32)).map((bytes, i) => encodeShare({ kit: kitMark(kit.kit), number: i + 1, of: 3, needed: 2, bytes }));
	return {
		cast,
		vectors: {
			documents: cast.documents.filter(({ v }) => v !== 'p1'), statements: Object.fromEntries(statements), fingerprint: membershipFingerprint(cast.state),
			closed: [...cast.state.closings.keys()].sort(), seed: toBase64url(kit.seed), kit: kit.kit, shares
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

describe('the frozen vectors of removals and recovery', () => {
	it('have one of each kind, and are what the same people write today, byte for byte', () => {
		expect(Object.keys(frozen.statements).sort()).toEqual(['attest', 'kit', 'restore', 'revoke', 'withdraw']);
		expect(JSON.parse(JSON.stringify(made.vectors))).toEqual(frozen);
	});

	it('are read today as they were written', () => {
		const log = new MembershipLog(made.cast.org);
		const added = log.add(frozen.documents.map((document) => must(checkDocument(document))).filter((document) => document.v === 's1'));
		expect(added.refused).toEqual([]);
		expect(log.state === null ? null : membershipFingerprint(log.state)).toBe(frozen.fingerprint);
		expect([...(log.state?.closings.keys() ?? [])].sort()).toEqual(frozen.closed);
	});

	it('open: any two shares make the kit', async () => {
		for (const pair of [[0, 1], [2, 0], [1, 2]]) {
			const seed = await combine(pair.map((i) => must(parseShare(frozen.shares[i] ?? '')).bytes));
			expect(toBase64url(seed)).toBe(frozen.seed);
			expect(kitFrom(seed).actor).toBe(frozen.kit);
		}
	});
});
