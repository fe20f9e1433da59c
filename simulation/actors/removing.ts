/**
 * Acts of people who remove others, lose somebody's post, take late work over, and carry what a cut-off colleague wrote to where it is read.
 */
import type { Act } from '../plan.ts';
import { CANARY } from '../world/organization.ts';
import { at, said, type ActOptions, type ActOutcome } from './acts.ts';

export type RemovalAct = Extract<Act, { kind: 'revoke' | 'withdraw' | 'adopt' | 'carry' }>;
const reason = `Because of ${CANARY}`;

export async function performRemoval({ device, members, file }: ActOptions, act: RemovalAct): Promise<ActOutcome> {
	if (act.kind === 'carry') {
		const bytes = await file(act.from);
		return bytes === null ? 'nothing' : said(await device.importFile(bytes));
	}
	if (act.kind === 'adopt') {
		const late = await device.lateWork({ site: null });
		if (!late.ok) return said(late);
		const mine = late.value.filter(({ writable }) => writable);
		if (mine.length === 0) return 'nothing';
		const { actor, ref } = at(mine, act.item);
		return said(await device.adoptLate({ actor, ref, reason }));
	}
	const organization = await device.organization();
	if (!organization.ok) return said(organization);
	const member = organization.value.members.find((one) => one.member === at(members, act.member));
	if (member === undefined) return 'nothing';
	if (act.kind === 'revoke') {
		const [actor] = member.actors;
		return said(await device.revoke({ removal: act.whole || actor === undefined ? { kind: 'member', member: member.member } : { kind: 'device', device: actor.device }, reason }));
	}
	if (member.grants.length === 0) return 'nothing';
	return said(await device.revoke({ removal: { kind: 'role', member: member.member, ...at(member.grants, act.post) }, reason }));
}
