/**
 * An organization around a real hub whose owner works on a device without a screen: for stories that are about something else than
 * setting up (that one is told in browsers, in `two-clinics.spec.ts`). The people join through the same invitations.
 */
import { expect } from '@playwright/test';
import type { Id } from '../sync/change/change.ts';
import type { Outcome } from '../sync/device/api.ts';
import { createHeadlessDevice, type HeadlessOptions } from '../sync/device/headless.ts';
import type { Device } from '../sync/device/device.ts';
import type { Role } from '../sync/membership/types.ts';
import { HubProcess } from './hub.ts';
import { acceptInvitation, isAdmitted, openInvitation } from './pages/team.ts';
import { PASSPHRASE, type Person } from './pages/person.ts';

export interface Names { readonly organization: string; readonly region: string; readonly owner: string }
export interface Grant { readonly site: Id; readonly role: Role }

/** The value, or the end of the test with the sentence that the device gave. */
export async function must<T>(outcome: Promise<Outcome<T>>): Promise<T> {
	const result = await outcome;
	if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
	return result.value;
}

let devices = 0;
export const newDevice = (who: string, options: Partial<HeadlessOptions> = {}): Promise<Device> => createHeadlessDevice({ name: `${who}-${process.pid}-${++devices}`, ...options });

export class Office {
	readonly hub: HubProcess;
	readonly owner: Device;
	readonly region: Id;
	readonly #others: Device[] = [];

	private constructor(hub: HubProcess, owner: Device, region: Id) {
		this.hub = hub;
		this.owner = owner;
		this.region = region;
	}

	static async found(names: Names, passphrase = PASSPHRASE): Promise<Office> {
		const hub = await HubProcess.create();
		await hub.start();
		const owner = await newDevice('owner');
		await must(owner.createOrganization({ setupLink: hub.setupLink, name: names.organization, siteName: names.region, ownerName: names.owner, passphrase }));
		const { root } = await must(owner.organization());
		return new Office(hub, owner, root);
	}

	async addClinic(name: string): Promise<Id> {
		const site = await must(this.owner.addSite({ name, kind: 'clinic', parent: this.region }));
		await this.owner.syncNow();
		return site;
	}

	/** Somebody joins in a browser; the owner compares the code that the person reads out. */
	async join(person: Person, grants: readonly Grant[]): Promise<void> {
		const { link, invitation } = await must(this.owner.invite({ grants, days: 7 }));
		await this.owner.syncNow();
		await openInvitation(person, link);
		const code = await acceptInvitation(person);
		await this.#admit(invitation, code);
		await isAdmitted(person);
	}

	/** Somebody joins on a device without a screen. */
	async joinHeadless(name: string, grants: readonly Grant[], passphrase = PASSPHRASE, options: Partial<HeadlessOptions> = {}): Promise<Device> {
		const device = await newDevice('member', options);
		this.#others.push(device);
		const { link, invitation } = await must(this.owner.invite({ grants, days: 7 }));
		await this.owner.syncNow();
		const { code } = await must(device.answerInvitation({ link, name, passphrase }));
		await this.#admit(invitation, code);
		await device.syncNow();
		return device;
	}

	async #admit(invitation: Id, code: string): Promise<void> {
		await expect(async () => {
			await this.owner.syncNow();
			const answer = (await must(this.owner.pendingAnswers())).find((one) => one.invitation === invitation);
			expect(answer?.code.replace(/\s/gu, '')).toBe(code.replace(/\s/gu, ''));
			await must(this.owner.admit({ invitation, answer: answer?.answer ?? '', code: answer?.code ?? '' }));
		}).toPass({ timeout: 60_000 });
		await this.owner.syncNow();
	}

	async close(): Promise<void> {
		for (const device of [this.owner, ...this.#others]) await device.close();
		await this.hub.remove();
	}
}
