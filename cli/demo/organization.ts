/**
 * Builds the demo's organization by the same doors that people use: set-up link, invitations, answers, compared codes, imports, links.
 */
import type { DeviceApi, Outcome } from '../../sync/device/api.ts';
import type { Id } from '../../sync/change/change.ts';
import type { ChartRef } from '../../sync/device/api.ts';
import { CAST, DEMO_SITES, DISTRICT_NAME, OWNER, REGION_NAME, type CastMember } from './cast.ts';
import type { DemoBundle, District, SiteKey } from './district.ts';

export type SiteIds = { readonly [Key in SiteKey | 'region']: Id };

export interface Founding {
	readonly owner: DeviceApi;
	readonly sites: SiteIds;
}

/** The value, or an end with the sentence that the device gave: building the demo has nobody to ask. */
export async function must<T>(outcome: Promise<Outcome<T>>, doing: string): Promise<T> {
	const result = await outcome;
	if (!result.ok) throw new Error(`${doing}: ${result.error.message}`);
	return result.value;
}

export async function found(owner: DeviceApi, setupLink: string): Promise<Founding> {
	await must(owner.createOrganization({ setupLink, name: DISTRICT_NAME, siteName: REGION_NAME, ownerName: OWNER.name, passphrase: OWNER.passphrase }), 'setting up the organization');
	const { root } = await must(owner.organization(), 'reading the organization');
	const sites: Partial<Record<SiteKey | 'region', Id>> = { region: root };
	for (const site of DEMO_SITES) sites[site.key] = await must(owner.addSite({ name: site.name, kind: site.kind, parent: root }), `adding ${site.name}`);
	const { kibarani, lwanda, outreach, region } = sites;
	if (!kibarani || !lwanda || !outreach || !region) throw new Error('a site is missing');
	return { owner, sites: { kibarani, lwanda, outreach, region } };
}

/** Invites, answers on a device of their own, compares the codes as two people would, admits. */
export async function join({ owner, sites }: Founding, member: CastMember, device: DeviceApi): Promise<void> {
	const grants = member.sites.map((site) => ({ site: sites[site], role: member.role }));
	const { link, invitation } = await must(owner.invite({ grants, days: 7 }), `inviting ${member.name}`);
	const { code } = await must(device.answerInvitation({ link, name: member.name, passphrase: member.passphrase }), `${member.name} answering`);
	await owner.syncNow();
	const answers = await must(owner.pendingAnswers(), 'reading the answers');
	const answer = answers.find((a) => a.invitation === invitation);
	if (!answer) throw new Error(`the answer of ${member.name} did not arrive`);
	if (answer.code !== code) throw new Error(`the codes differ for ${member.name}: somebody stands between`);
	await must(owner.admit({ invitation, answer: answer.answer, code }), `admitting ${member.name}`);
	await owner.syncNow();
	await device.syncNow();
}

export interface Imported { readonly charts: ReadonlyMap<string, ChartRef>; readonly resources: number }

/** @param bundles of one site @returns the chart each bundle became, by bundle name */
export async function importAt(device: DeviceApi, site: Id, bundles: readonly DemoBundle[], report: (done: number, total: number) => void): Promise<Imported> {
	const charts = new Map<string, ChartRef>();
	let resources = 0;
	for (const [index, { name, bundle }] of bundles.entries()) {
		const bytes = new TextEncoder().encode(JSON.stringify(bundle));
		const result = await must(device.importBundles({ site, files: [{ name: `${name}.json`, bytes }], operation: `demo-${name}` }), `importing ${name}`);
		const chart = result.charts[0];
		if (chart) charts.set(name, chart);
		resources += Object.values(result.recorded).reduce((sum, n) => sum + n, 0);
		report(index + 1, bundles.length);
	}
	return { charts, resources };
}

/** Links the told stories' charts, so that a shared record is there to look at; the drawn ones wait as proposals for the reviewer. */
export async function linkStories(reviewer: DeviceApi, district: District, charts: ReadonlyMap<string, ChartRef>, stories: number): Promise<number> {
	let linked = 0;
	for (const [first, second] of district.shared.slice(0, stories)) {
		const a = charts.get(first);
		const b = charts.get(second);
		if (!a || !b) continue;
		await must(reviewer.link({ a, b }), `linking ${first} and ${second}`);
		linked++;
	}
	return linked;
}

export const everybody = (): readonly CastMember[] => [OWNER, ...CAST];
