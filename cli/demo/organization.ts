/**
 * The demo's organization, set up by the same doors that people use: set-up link, invitations, answers, compared codes.
 */
import type { Id } from '../../sync/change/change.ts';
import type { DeviceApi, Outcome } from '../../sync/device/api.ts';
import type { Role } from '../../sync/membership/types.ts';
import { DEMO_SITES, DISTRICT_NAME, OWNER, REGION_NAME } from './cast.ts';
import type { SiteKey } from './district.ts';

export type SiteIds = { readonly [Key in SiteKey | 'region']: Id };

export interface Founding {
	readonly owner: DeviceApi;
	readonly sites: SiteIds;
}

/** Building the demo has nobody to ask: whatever a device refuses ends it, with the device's own sentence. */
export class DemoFailure extends Error {}

/** The value, or the end of building. */
export async function must<T>(outcome: Promise<Outcome<T>>, doing: string): Promise<T> {
	const result = await outcome;
	if (!result.ok) throw new DemoFailure(`${doing}: ${result.error.message}`);
	return result.value;
}

export async function found(owner: DeviceApi, setupLink: string): Promise<Founding> {
	await must(owner.createOrganization({ setupLink, name: DISTRICT_NAME, siteName: REGION_NAME, ownerName: OWNER.name, passphrase: OWNER.passphrase }), 'setting up the organization');
	const { root } = await must(owner.organization(), 'reading the organization');
	const sites: Partial<Record<SiteKey | 'region', Id>> = { region: root };
	for (const site of DEMO_SITES) sites[site.key] = await must(owner.addSite({ name: site.name, kind: site.kind, parent: root }), `adding ${site.name}`);
	const { kibarani, lwanda, outreach, region } = sites;
	if (!kibarani || !lwanda || !outreach || !region) throw new DemoFailure('a site is missing');
	return { owner, sites: { kibarani, lwanda, outreach, region } };
}

export interface Newcomer {
	readonly name: string;
	readonly role: Role;
	readonly sites: readonly (SiteKey | 'region')[];
	readonly passphrase: string;
}

/** Invites, answers on a device of their own, compares the codes as two people would, admits. */
export async function join({ owner, sites }: Founding, { name, role, sites: posts, passphrase }: Newcomer, device: DeviceApi): Promise<void> {
	const grants = posts.map((site) => ({ site: sites[site], role }));
	const { link, invitation } = await must(owner.invite({ grants, days: 7 }), `inviting ${name}`);
	await owner.syncNow();
	const { code } = await must(device.answerInvitation({ link, name, passphrase }), `${name} answering`);
	await owner.syncNow();
	const answers = await must(owner.pendingAnswers(), 'reading the answers');
	const answer = answers.find((a) => a.invitation === invitation);
	if (!answer) throw new DemoFailure(`the answer of ${name} did not arrive`);
	if (answer.code !== code) throw new DemoFailure(`the codes differ for ${name}: somebody stands between`);
	await must(owner.admit({ invitation, answer: answer.answer, code }), `admitting ${name}`);
	await owner.syncNow();
	await device.syncNow();
	const state = await device.lockState();
	if (state.kind !== 'unlocked') throw new DemoFailure(`${name} was admitted and is not in`);
}
