/** Version 1 of the statement that requires a version of the app, byte for byte. Frozen, as `golden.test.ts` is. `FREEZE=1` writes the file where there is none. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { checkDocument } from '../verify/document.ts';
import { requireVersion } from './authoring/minimum.ts';
import { MembershipLog } from './log.ts';
import { minimumVersion } from './selectors.ts';
import { must, setup } from './testing/cast.ts';

const FILE = new URL('./golden/minimum.json', import.meta.url);

let documents: readonly object[];
let org: Parameters<typeof minimumOf>[0];
let frozen: { readonly documents: readonly object[]; readonly minimum: string };

function minimumOf(of: MembershipLog['org'], from: readonly object[]): string | null {
	const log = new MembershipLog(of);
	log.add(from.map((document) => must(checkDocument(document))).filter((document) => document.v === 's1'));
	return log.state === null ? null : minimumVersion(log.state);
}

beforeAll(async () => {
	const cast = await setup('olga owner of region');
	const olga = cast.person('olga');
	olga.posts(must(requireVersion(olga.pen, '0.9.0')));
	olga.posts(must(requireVersion(olga.pen, '1.2.3')));
	({ documents, org } = cast);
	if (process.env['FREEZE'] === '1' && !existsSync(FILE)) writeFileSync(FILE, `${JSON.stringify({ documents, minimum: '1.2.3' }, null, '\t')}\n`);
	frozen = JSON.parse(readFileSync(FILE, 'utf8'));
});

it('the frozen vector of a required version is what the same owner writes today, byte for byte, and says the same', () => {
	expect(JSON.parse(JSON.stringify(documents))).toEqual(frozen.documents);
	expect(frozen.documents.filter((document) => JSON.stringify(document).includes('minimum'))).toHaveLength(2);
	expect(minimumOf(org, frozen.documents)).toBe(frozen.minimum);
});
