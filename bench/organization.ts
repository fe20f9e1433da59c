/** The organization that is measured: a hub in this process, an owner without a screen, and people who join from the browser. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { must } from '../cli/demo/organization.ts';
import { startHub, type TestHub } from '../server/testing.ts';
import type { Id } from '../sync/change/change.ts';
import type { Role } from '../sync/membership/types.ts';
import { createHeadlessDevice } from '../sync/device/headless.ts';
import type { Device } from '../sync/device/device.ts';
import type { BenchFile } from './records.ts';

export const PASSPHRASE = 'a passphrase for measuring';

export class BenchOrganization {
	readonly #folder = mkdtempSync(path.join(tmpdir(), 'saddlebag-bench-'));
	readonly #buildFolder: string;
	#hub: TestHub | null = null;
	#owner: Device | null = null;

	constructor(buildFolder: string) {
		this.#buildFolder = buildFolder;
	}
	get hub(): TestHub {
		if (!this.#hub) throw new Error('the hub is not running');
		return this.#hub;
	}
	get owner(): Device {
		if (!this.#owner) throw new Error('there is no owner');
		return this.#owner;
	}

	async found(): Promise<void> {
		await this.startHub();
		this.#owner = await createHeadlessDevice({ name: `bench-owner-${process.pid}` });
		await must(this.owner.createOrganization({ setupLink: this.hub.setupLink, name: 'Bench', siteName: 'Region', ownerName: 'Olive Owner', passphrase: PASSPHRASE }), 'founding');
	}
	async startHub(): Promise<void> {
		this.#hub = await startHub({ dataFolder: this.#folder, buildFolder: this.#buildFolder, port: this.#hub?.port ?? 0 });
	}
	async stopHub(): Promise<void> {
		await this.hub.stop();
	}
	async addSite(name: string): Promise<Id> {
		const { root, members } = await must(this.owner.organization(), 'reading the organization');
		const site = await must(this.owner.addSite({ name, kind: 'clinic', parent: root }), `adding ${name}`);
		const self = members.find((member) => member.self);
		if (self) await must(this.owner.post({ member: self.member, site, role: 'clinician' }), `posting the owner to ${name}`);
		await this.owner.syncNow();
		return site;
	}

	/** Imports and sends. @returns changes recorded */
	async fill(site: Id, files: readonly BenchFile[]): Promise<number> {
		const encoder = new TextEncoder();
		const report = await must(this.owner.importBundles({ site, operation: 'bench', files: files.map((f) => ({ name: f.name, bytes: encoder.encode(f.text) })) }), 'importing');
		await this.owner.syncNow();
		for (let tries = 0; (await this.owner.syncStatus()).waitingToSend > 0; tries++) {
			if (tries > 20) throw new Error('the hub does not take what was imported');
			await this.owner.syncNow();
		}
		return Object.values(report.recorded).reduce((sum, n) => sum + n, 0);
	}

	/** A person of `sites` joins in the browser; the page's clock starts just before the admission is sent. */
	async joinInBrowser(page: Page, sites: readonly Id[], role: Role = 'clinician'): Promise<void> {
		const { link, invitation } = await must(this.owner.invite({ grants: sites.map((site) => ({ site, role })), days: 7 }), 'inviting');
		await this.owner.syncNow();
		await page.goto(this.hub.url);
		const code = await page.evaluate(([url, passphrase]) => window.bench.join(url, 'Bench Nurse', passphrase), [link, PASSPHRASE] as const);
		await this.owner.syncNow();
		const answer = (await must(this.owner.pendingAnswers(), 'reading the answers')).find((a) => a.invitation === invitation);
		if (answer?.code !== code) throw new Error('the codes differ, or the answer did not arrive');
		await page.evaluate(() => window.bench.arm());
		await must(this.owner.admit({ invitation, answer: answer.answer, code }), 'admitting');
		await this.owner.syncNow();
	}

	async close(): Promise<void> {
		await this.#owner?.close();
		await this.#hub?.stop();
		rmSync(this.#folder, { recursive: true, force: true });
	}
}
