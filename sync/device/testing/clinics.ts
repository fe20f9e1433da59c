/**
 * A real hub in this process and headless devices around it: a region over two clinics, with people who joined by the doors that people use.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Id } from '../../change/change.ts';
import type { Role } from '../../membership/types.ts';
import { startHub, type TestHub, type TestHubOptions } from '../../../server/testing.ts';
import type { ChartRef, ChartView, Outcome } from '../api.ts';
import type { Device } from '../device.ts';
import { createHeadlessDevice, type HeadlessOptions } from '../headless.ts';

export const PASSPHRASE = 'a passphrase for tests';

/** The value, or the end of the test with the sentence that the device gave. */
export async function must<T>(outcome: Promise<Outcome<T>>): Promise<T> {
	const result = await outcome;
	if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
	return result.value;
}

let names = 0;

export class Clinics {
	readonly folder = mkdtempSync(path.join(tmpdir(), 'saddlebag-clinics-'));
	readonly devices: Device[] = [];
	hub!: TestHub;
	owner!: Device;
	region!: Id;
	a!: Id;
	b!: Id;

	/** The hub, the owner's device, the region and clinics A and B. */
	static async found(options: Partial<TestHubOptions> = {}): Promise<Clinics> {
		const clinics = new Clinics();
		clinics.hub = await startHub({ dataFolder: clinics.folder, ...options });
		clinics.owner = await clinics.device('owner');
		await must(clinics.owner.createOrganization({ setupLink: clinics.hub.setupLink, name: 'Rural health', siteName: 'Region', ownerName: 'Olive Owner', passphrase: PASSPHRASE }));
		const { root } = await must(clinics.owner.organization());
		clinics.region = root;
		clinics.a = await must(clinics.owner.addSite({ name: 'Clinic A', kind: 'clinic', parent: root }));
		clinics.b = await must(clinics.owner.addSite({ name: 'Clinic B', kind: 'clinic', parent: root }));
		await clinics.owner.syncNow();
		return clinics;
	}

	async device(who: string, options: Partial<HeadlessOptions> = {}): Promise<Device> {
		const device = await createHeadlessDevice({ name: `${who}-${process.pid}-${++names}`, ...options });
		this.devices.push(device);
		return device;
	}

	/** Invites, answers, compares the codes, admits, and waits until the new device is in. */
	async join(name: string, device: Device, grants: readonly { readonly site: Id; readonly role: Role }[]): Promise<Device> {
		const { link, invitation } = await must(this.owner.invite({ grants, days: 7 }));
		await this.owner.syncNow();
		const { code } = await must(device.answerInvitation({ link, name, passphrase: PASSPHRASE }));
		await this.owner.syncNow();
		const answer = (await must(this.owner.pendingAnswers())).find((one) => one.invitation === invitation);
		if (answer === undefined) throw new Error(`the answer of ${name} did not arrive`);
		if (answer.code !== code) throw new Error('the codes differ');
		await must(this.owner.admit({ invitation, answer: answer.answer, code }));
		await this.owner.syncNow();
		await device.syncNow();
		return device;
	}

	async stopHub(): Promise<void> {
		await this.hub.stop();
	}

	async startHub(): Promise<void> {
		this.hub = await startHub({ dataFolder: this.folder, port: this.hub.port });
	}

	async close(): Promise<void> {
		for (const device of this.devices) await device.close();
		await this.hub.stop();
		rmSync(this.folder, { recursive: true, force: true });
	}
}

/** Everybody exchanges, twice around, so that what one relays reaches the others. */
export async function everybodySyncs(...devices: readonly Device[]): Promise<void> {
	for (let round = 0; round < 2; round++) for (const device of devices) await device.syncNow();
}

export const view = (device: Device, ref: ChartRef): Promise<ChartView> => must(device.openChart(ref));
