/** A browser profile on disk: one person's device, which can be closed, opened again, and looked into while it is closed. */
import { chromium, type BrowserContext, type Page } from '@playwright/test';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
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

	/** Ends every process of this browser at once, as a flat battery does: it closes nothing and writes nothing more. */
	async kill(): Promise<void> {
		const context = this.#context;
		if (context === null) return;
		this.#context = null;
		const closed = new Promise<void>((resolve) => context.once('close', () => resolve()));
		for (const pid of readdirSync('/proc').filter((name) => /^\d+$/u.test(name))) {
			const command = commandOf(pid);
			if (command.includes(`--user-data-dir=${this.folder}`)) process.kill(Number(pid), 'SIGKILL');
		}
		await closed;
		// left by a browser that did not close: it would not open the profile again
		for (const name of ['SingletonLock', 'SingletonCookie', 'SingletonSocket']) rmSync(path.join(this.folder, name), { force: true });
	}

	async remove(): Promise<void> {
		await this.close();
		rmSync(this.folder, { recursive: true, force: true });
	}
}

/** Arguments of a process; empty when it has ended. */
function commandOf(pid: string): string {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
	} catch {
		return '';
	}
}
