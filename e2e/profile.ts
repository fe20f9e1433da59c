/** A browser profile on disk: one person's device, which can be closed, opened again, and looked into while it is closed. */
import { chromium, type BrowserContext, type Page } from '@playwright/test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const CHROMIUM_FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
export const PHONE = { width: 360, height: 640 } as const;
export const DESKTOP = { width: 1280, height: 800 } as const;

export class Profile {
	readonly folder: string;
	#context: BrowserContext | null = null;
	readonly #viewport: { readonly width: number; readonly height: number };
	/** what the console and uncaught errors said */
	readonly complaints: string[] = [];

	readonly #serviceWorkers: 'allow' | 'block';

	/** @param serviceWorkers blocked where a test has to stand in the way of single requests */
	constructor(viewport: { readonly width: number; readonly height: number } = PHONE, serviceWorkers: 'allow' | 'block' = 'allow') {
		this.folder = mkdtempSync(path.join(tmpdir(), 'saddlebag-profile-'));
		this.#viewport = viewport;
		this.#serviceWorkers = serviceWorkers;
	}

	async open(): Promise<BrowserContext> {
		if (this.#context) return this.#context;
		const executablePath = process.env['CHROMIUM_PATH'];
		const context = await chromium.launchPersistentContext(this.folder, {
			...(executablePath ? { executablePath } : {}),
			args: CHROMIUM_FLAGS, viewport: this.#viewport, hasTouch: this.#viewport.width < 600, permissions: ['clipboard-read', 'clipboard-write'],
			serviceWorkers: this.#serviceWorkers
		});
		context.setDefaultTimeout(30_000);
		context.on('weberror', (error) => this.#complain(`uncaught: ${error.error().message}`));
		context.on('console', (message) => {
			if (message.type() === 'error') this.#complain(`console: ${message.text()}`);
		});
		this.#context = context;
		return context;
	}

	#complain(text: string): void {
		this.complaints.push(text);
		if (process.env['SADDLEBAG_E2E_VERBOSE'] === '1') console.log(`${this.folder}: ${text}`);
	}

	/** The profile's one tab, at an address. */
	async page(url?: string): Promise<Page> {
		const context = await this.open();
		const page = context.pages()[0] ?? (await context.newPage());
		if (url) await page.goto(url);
		return page;
	}

	/** Closes the browser, as when a phone is switched off; what is on its disk stays. */
	async close(): Promise<void> {
		await this.#context?.close();
		this.#context = null;
	}

	async remove(): Promise<void> {
		await this.close();
		rmSync(this.folder, { recursive: true, force: true });
	}
}
