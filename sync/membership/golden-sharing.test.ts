/** Version 1 of the statements that share a desk index and end that, byte for byte. Frozen, as `golden.test.ts` is. `FREEZE=1` writes the file where there is none. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { checkDocument } from '../verify/document.ts';
import { endShare, shareIndex } from './authoring/sharing.ts';
import { MembershipLog } from './log.ts';
import { sharesInForce } from './shares.ts';
import { must, setup } from './testing/cast.ts';

const FILE = new URL('./golden/sharing.json', import.meta.url);

interface Frozen { readonly documents: readonly object[]; readonly shares: readonly object[] }
let made: Frozen;
let frozen: Frozen;
let org: MembershipLog['org'];

function sharesOf(documents: readonly object[]): readonly object[] {
	const log = new MembershipLog(org);
	log.add(documents.map((document) => must(checkDocument(document))).filter((document) => document.v === 's1'));
	return [...(log.state?.shares.values() ?? [])];
}

beforeAll(async () => {
	const cast = await setup('olga owner of region', 'clinic north below region', 'clinic south below region');
	const olga = cast.person('olga');
	org = cast.org;
	olga.posts(must(shareIndex(olga.pen, cast.site('north'), [cast.site('south')])));
	const [share] = sharesInForce(cast.state);
	if (share === undefined) throw new Error('nothing is shared');
	olga.posts(must(endShare(olga.pen, share.statement)));
	made = JSON.parse(JSON.stringify({ documents: cast.documents, shares: sharesOf(cast.documents) }));
	if (process.env['FREEZE'] === '1' && !existsSync(FILE)) writeFileSync(FILE, `${JSON.stringify(made, null, '\t')}\n`);
	frozen = JSON.parse(readFileSync(FILE, 'utf8'));
});

it('the frozen vectors are what the same owner writes today, byte for byte, and say the same', () => {
	expect(made).toEqual(frozen);
	expect(sharesOf(frozen.documents)).toEqual(frozen.shares);
	expect(frozen.documents.filter((document) => /\\"kind\\":\\"(share|unshare)\\"/.test(JSON.stringify(document)))).toHaveLength(2);
});
