/**
 * Building the demo: an organization with its members, registers filled at each site by clerks, the told stories linked, all of it at the hub.
 *
 * Every device here is in this process and in memory: the hub's data and the members' hand-overs are all that remains. A building that ends early
 * leaves nothing worth keeping, so that its caller starts again from nothing.
 */
import { createHeadlessDevice } from '../../sync/device/headless.ts';
import type { Device } from '../../sync/device/device.ts';
import type { ChartRef } from '../../sync/device/api.ts';
import { systemRandom } from '../../sync/device/ports.ts';
import { toBase64url, toHex } from '../../sync/change/base64url.ts';
import { untilAtHub } from '../import/hub.ts';
import { ImportTally } from '../import/report.ts';
import { CAST, CLERKS, OWNER } from './cast.ts';
import type { SiteKey } from './district.ts';
import { DemoFailure, found, join, must, type SiteIds } from './organization.ts';

export interface DemoFile {
	readonly site: SiteKey;
	/** of all files a different one */
	readonly name: string;
	readonly bytes: Uint8Array;
}

export interface DemoPatients {
	readonly files: readonly DemoFile[];
	/** names of files that are of one person */
	readonly shared: readonly (readonly [string, string])[];
	/** how many of `shared`, from the first, are linked; the others wait as proposals */
	readonly linked: number;
	/** where a visitor should look first */
	readonly hint: string;
}

export interface BuildOptions {
	readonly setupLink: string;
	readonly patients: DemoPatients;
	readonly signal: { readonly aborted: boolean };
	/** one line of what is being done; `done` of `total` where it is counted */
	readonly report: (doing: string, done?: number, total?: number) => void;
}

export interface Built {
	/** member's name -> hand-over */
	readonly handOvers: ReadonlyMap<string, string>;
	readonly tally: ImportTally;
	readonly linked: number;
	readonly charts: ReadonlyMap<string, ChartRef>;
}

export async function buildDemo(options: BuildOptions): Promise<Built> {
	const open = new Set<Device>();
	const device = async (who: string): Promise<Device> => {
		if (options.signal.aborted) throw new DemoFailure('cancelled');
		const made = await createHeadlessDevice({ name: `demo-${who}-${toHex(systemRandom.bytes(4))}` });
		open.add(made);
		return made;
	};
	const handOver = async (of: Device, name: string): Promise<string> => {
		const text = await must(of.handOver(name), `handing over the device of ${name}`);
		open.delete(of);
		return text;
	};
	try {
		const present = await staff(options, device, handOver);
		const { tally, charts } = await fillRegisters(options, present);
		const linked = await linkStories(options, present, charts);
		return { handOvers: present.handOvers, tally, charts, linked };
	} finally {
		for (const each of open) await each.close();
	}
}

interface Staff {
	readonly sites: SiteIds;
	readonly clerkAt: { readonly [Key in SiteKey | 'region']: Device };
	/** each once, in the order of the cast */
	readonly clerks: readonly Device[];
	readonly handOvers: ReadonlyMap<string, string>;
}

/** Members are handed over as soon as they are in; clerks stay. */
async function staff(
	{ setupLink, report, signal }: BuildOptions, device: (who: string) => Promise<Device>, handOver: (of: Device, name: string) => Promise<string>
): Promise<Staff> {
	const owner = await device('owner');
	report('founding the organization');
	const founding = await found(owner, setupLink);
	const total = CAST.length + CLERKS.length;
	const handOvers = new Map<string, string>();
	for (const [index, member] of CAST.entries()) {
		report('admitting members', index, total);
		const theirs = await device(`member-${index}`);
		await join(founding, member, theirs);
		handOvers.set(member.name, await handOver(theirs, member.name));
	}
	const clerkAt: Partial<Record<SiteKey | 'region', Device>> = {};
	for (const [index, { name, role, sites }] of CLERKS.entries()) {
		report('admitting members', CAST.length + index, total);
		const theirs = await device(`clerk-${index}`);
		await join(founding, { name, role, sites, passphrase: toBase64url(systemRandom.bytes(24)) }, theirs);
		for (const site of sites) clerkAt[site] = theirs;
	}
	mustSend(await untilAtHub(owner, signal));
	handOvers.set(OWNER.name, await handOver(owner, OWNER.name));
	const { kibarani, lwanda, outreach, region } = clerkAt;
	if (!kibarani || !lwanda || !outreach || !region) throw new DemoFailure('a clerk is missing');
	return { sites: founding.sites, clerkAt: { kibarani, lwanda, outreach, region }, clerks: [...new Set([kibarani, lwanda, outreach, region])], handOvers };
}

async function fillRegisters({ patients, report, signal }: BuildOptions, { sites, clerkAt, clerks }: Staff): Promise<{ tally: ImportTally; charts: ReadonlyMap<string, ChartRef> }> {
	const tally = new ImportTally();
	const charts = new Map<string, ChartRef>();
	for (const [index, { site, name, bytes }] of patients.files.entries()) {
		if (signal.aborted) throw new DemoFailure('cancelled');
		report('filling the registers', index, patients.files.length);
		const imported = await must(clerkAt[site].importBundles({ site: sites[site], files: [{ name, bytes }], operation: name }), `importing ${name}`);
		tally.add(imported);
		const [chart] = imported.charts;
		if (chart !== undefined) charts.set(name, chart);
	}
	for (const [index, clerk] of clerks.entries()) {
		report('sending to the hub', index, clerks.length);
		mustSend(await untilAtHub(clerk, signal));
	}
	return { tally, charts };
}

/** Links, and lets the clerks pass the linked charts on, as their devices do of themselves. */
async function linkStories({ patients, report, signal }: BuildOptions, { clerkAt: { region }, clerks }: Staff, charts: ReadonlyMap<string, ChartRef>): Promise<number> {
	await region.syncNow();
	let linked = 0;
	for (const [first, second] of patients.shared.slice(0, patients.linked)) {
		report('linking charts of one person', linked, patients.linked);
		const [a, b] = [charts.get(first), charts.get(second)];
		if (a === undefined || b === undefined) continue;
		await must(region.link({ a, b }), `linking ${first} and ${second}`);
		linked++;
	}
	mustSend(await untilAtHub(region, signal));
	// what one passes on is news for the others: twice around
	for (let turn = 0; turn < clerks.length * 2; turn++) {
		report('passing linked charts on', turn, clerks.length * 2);
		const clerk = clerks[turn % clerks.length];
		if (clerk !== undefined) mustSend(await untilAtHub(clerk, signal));
	}
	return linked;
}

function mustSend(sent: Awaited<ReturnType<typeof untilAtHub>>): void {
	if (!sent.ok) throw new DemoFailure(sent.error.message);
}
