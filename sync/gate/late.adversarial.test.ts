/** People who lost a post or a right go on writing on a device that was admitted at the same time, or bear witness to their own work. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Hash, SignedChange } from '../change/change.ts';
import { grant } from '../membership/authoring/grant.ts';
import { invite } from '../membership/authoring/invite.ts';
import { attest, withdraw } from '../membership/authoring/removal.ts';
import { answers, HUB_ORIGIN, must, type Person } from '../membership/testing/cast.ts';
import { ready } from '../verify/sodium.ts';
import { ClinicSetting } from './testing/clinic-setting.ts';

beforeAll(ready);

/** The member on a further device, admitted by this person. */
function admitsAgain(by: Person, member: Person, words: string): { readonly tablet: Person; readonly admission: Hash } {
	const { cast } = by;
	const invited = by.posts(must(invite(by.pen, {
		member: member.member, grants: cast.grants(words), expires: cast.clock.now() + 7 * 24 * 3600 * 1000, hub: { key: cast.hub.publicKey, origin: HUB_ORIGIN }
	})));
	const { person: tablet, answered } = answers(cast, 'tablet', invited.link);
	const { signed } = by.admits(answered.document);
	return { tablet: cast.add(tablet), admission: signed.id };
}

describe('a change written on the heads of before', () => {
	it('attack 16: is late on a device that was admitted while another lead took the post away', async () => {
		const s = await ClinicSetting.make();
		const [olga, lea] = [s.cast.person('olga'), s.cast.person('lea').goesOffline()];
		olga.posts(must(withdraw(olga.pen, { member: s.carl.member, grants: s.cast.grants('clinician of north'), positions: [], reason: '' })));
		const { tablet } = admitsAgain(lea, s.carl, 'clinician of north');
		const seen = lea.state.heads;
		lea.comesBack();
		expect(s.judge(s.chain(tablet, 2, { seen }))).toEqual(['late: closed', 'late: closed']);
	});

	it('attack 16: is late on a device that was admitted while the post was given by a lead who fell', async () => {
		const s = await ClinicSetting.make();
		const olga = s.cast.person('olga');
		const [omar, lina] = [olga.brings('omar', 'owner of region').goesOffline(), olga.brings('lina', 'lead of region')];
		omar.comesBack().goesOffline();
		lina.goesOffline();
		olga.removes(lina);
		const post = lina.posts(must(grant(lina.pen, { member: s.carl.member, grants: s.cast.grants('clinician of south') })));
		const { tablet, admission } = admitsAgain(omar, s.carl, 'clinician of north');
		for (const person of [omar, lina]) person.comesBack();
		const chain = s.chain(tablet, 2, { site: s.cast.site('south'), seen: [post.signed.id, admission].sort() });
		expect(s.judgeAt('south', chain.map((signed) => s.envelope(signed)))).toEqual(['late: fallen', 'late: fallen']);
	});

	it('attack 16: does not count because its author says so, who was demoted and may still read there', async () => {
		const s = await ClinicSetting.make();
		const [olga, nora] = [s.cast.person('olga'), s.cast.person('nora')];
		const chain = s.chain(s.carl, 3);
		const last = chain[2] as SignedChange;
		const position = { actor: s.carl.actor, site: last.change.site, comp: last.change.comp, seq: 3, change: last.id };
		olga.postsMember(s.carl, 'laboratory of north');
		const { signed: { id: closing } } = olga.posts(must(withdraw(olga.pen, { member: s.carl.member, grants: s.cast.grants('clinician of north'), positions: [], reason: '' })));
		s.carl.forges({ kind: 'attest', closing, positions: [position] });
		expect(s.judge(chain)).toEqual(['late: closed', 'late: closed', 'late: closed']);
		nora.posts(must(attest(nora.pen, closing, [position])));
		expect(s.judge(chain)).toEqual(['accepted', 'accepted', 'accepted']);
	});
});
