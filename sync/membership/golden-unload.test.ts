/** Version 1 of the statement that takes sites from a box, byte for byte. Frozen, as `golden.test.ts` is. `FREEZE=1` writes the file where there is none. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { seededRandom } from '../change/ports.ts';
import { newSigningKey, sign } from '../seal/keys.ts';
import { checkDocument } from '../verify/document.ts';
import { letCarry, unload } from './authoring/carrier.ts';
import { carrierProofText, type CarrierRequest } from './carrier.ts';
import { MembershipLog } from './log.ts';
import { must, setup } from './testing/cast.ts';

const FILE = new URL('./golden/unload.json', import.meta.url);

interface Frozen { readonly documents: readonly object[]; readonly carriers: readonly object[] }
let made: Frozen;
let frozen: Frozen;

function carriersOf(org: MembershipLog['org'], documents: readonly object[]): readonly object[] {
	const log = new MembershipLog(org);
	log.add(documents.map((document) => must(checkDocument(document))).filter((document) => document.v === 's1'));
	return [...(log.state?.carriers.values() ?? [])];
}

let org: MembershipLog['org'];
beforeAll(async () => {
	const cast = await setup('olga owner of region', 'clinic north below region');
	const olga = cast.person('olga');
	const box = newSigningKey(seededRandom('the box of the golden vectors'));
	const hub = { key: box.publicKey, origins: ['https://192.168.8.1:4000'] };
	const request: CarrierRequest = { v: 1, org: cast.org, hub, proof: sign('saddlebag/enrolment/1', carrierProofText(cast.org, hub), box) as CarrierRequest['proof'] };
	olga.posts(must(letCarry(olga.pen, request, [cast.site('north')])));
	olga.posts(must(unload(olga.pen, box.publicKey, [cast.site('north')], 'stolen')));
	org = cast.org;
	made = JSON.parse(JSON.stringify({ documents: cast.documents, carriers: carriersOf(org, cast.documents) }));
	if (process.env['FREEZE'] === '1' && !existsSync(FILE)) writeFileSync(FILE, `${JSON.stringify(made, null, '\t')}\n`);
	frozen = JSON.parse(readFileSync(FILE, 'utf8'));
});

it('the frozen vectors are what the same owner and box write today, byte for byte, and say the same', () => {
	expect(made).toEqual(frozen);
	expect(carriersOf(org, frozen.documents)).toEqual(frozen.carriers);
	expect(frozen.documents.filter((document) => /\\"kind\\":\\"(carrier|unload)\\"/.test(JSON.stringify(document)))).toHaveLength(2);
});
