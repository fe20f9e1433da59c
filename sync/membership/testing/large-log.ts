/** A log as a large organization has after years: for tests of scale and for the benchmark. */
import { MembershipLog } from '../log.ts';
import { admit } from '../authoring/admit.ts';
import { answer, openAnswer } from '../authoring/answer.ts';
import { invite } from '../authoring/invite.ts';
import { documentOf, type Pen, type Written } from '../authoring/pen.ts';
import { addSite } from '../authoring/site.ts';
import { rotate } from '../authoring/rotate.ts';
import type { EpochSecret } from '../../seal/epoch.ts';
import { newSigningKey } from '../../seal/keys.ts';
import type { StatementDocument } from '../../verify/document.ts';
import { HUB_ORIGIN, must, setup } from './cast.ts';
import type { Hash, Id } from '../../change/change.ts';
import type { Grant } from '../types.ts';

/** One site in twenty statements, and members invited and admitted to them one by one, with a rotation now and then. */
export async function largeLog(statements: number): Promise<{ readonly log: MembershipLog; readonly documents: readonly StatementDocument[] }> {
	const cast = await setup('olga owner of region');
	const { self, log } = cast.person('olga');
	const documents = [...cast.statements];
	const held: EpochSecret[] = [...cast.person('olga').held];
	const sites: Id[] = [];
	const hub = { key: cast.hub.publicKey, origin: HUB_ORIGIN };
	const take = <T extends Written>(written: T): T => {
		documents.push(documentOf(written.signed));
		log.add([written.signed]);
		held.push(...written.keys);
		return written;
	};
	const pen = (): Pen => ({ log, self, held, hlc: cast.now(), random: cast.random });
	for (let i = 0; i < statements / 20; i++) sites.push(take(must(addSite(pen(), { name: `site ${i}`, kind: 'clinic', parent: cast.site('region') }))).site);
	for (let i = 0; documents.length < statements; i++) {
		const site = sites[i % sites.length] ?? cast.site('region');
		const grants: readonly Grant[] = [{ site, role: i % 40 === 0 ? 'lead' : 'clinician' }];
		const invited = take(must(invite(pen(), { grants, expires: cast.clock.now() + 1e9, hub })));
		const answered = answer(invited.link, { name: `member ${i}`, transport: newSigningKey(cast.random), random: cast.random });
		if (log.state === null) throw new Error('the log has a beginning');
		const opened = must(openAnswer(log.state, self, answered.document));
		take(must(admit(pen(), { answer: opened, nowMs: cast.clock.now() })));
		if (i % 50 === 49) take(must(rotate(pen(), [{ site, comp: 'clinical' }])));
	}
	return { log, documents };
}

/** Somebody who reads `sites` sites through the tree, among `members` others who do: what a removal has to renew and whom it has to reach. */
export async function wideOrganization(members: number, sites: number): Promise<{ readonly pen: () => Pen; readonly log: MembershipLog; readonly victim: Hash }> {
	const cast = await setup('olga owner of region');
	const olga = cast.person('olga');
	const { self, log } = olga;
	const held: EpochSecret[] = [...olga.held];
	const hub = { key: cast.hub.publicKey, origin: HUB_ORIGIN };
	const take = <T extends Written>(written: T): T => {
		log.add([written.signed]);
		held.push(...written.keys);
		return written;
	};
	const pen = (): Pen => ({ log, self, held, hlc: cast.now(), random: cast.random });
	for (let i = 0; i < sites; i++) take(must(addSite(pen(), { name: `site ${i}`, kind: 'clinic', parent: cast.site('region') })));
	let victim = self.actor;
	for (let i = 0; i < members; i++) {
		const invited = take(must(invite(pen(), { grants: [{ site: cast.site('region'), role: 'lead' }], expires: cast.clock.now() + 1e9, hub })));
		const answered = answer(invited.link, { name: `lead ${i}`, transport: newSigningKey(cast.random), random: cast.random });
		if (log.state === null) throw new Error('the log has a beginning');
		take(must(admit(pen(), { answer: must(openAnswer(log.state, self, answered.document)), nowMs: cast.clock.now() })));
		victim = answered.self.actor;
	}
	return { pen, log, victim };
}
