/**
 * What a hub can do to the app on a device that has it: nothing as long as the service worker keeps the release it stored. Files that the hub replaces later are not run,
 * and another release is used only when the person takes it. (That a hub serves a false release to somebody who has none yet, or replaces the worker script itself, is not
 * refused by any of this: docs/threat-model.md.)
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { startHub } from '../server/testing.ts';
import { Profile } from './profile.ts';

const BUILD = path.join(import.meta.dirname, '..', 'build');

/** Every page and script of a build, made to say that it ran; the compressed copies are taken away, so that no old one is served. */
function poison(folder: string): void {
	for (const entry of readdirSync(folder, { withFileTypes: true })) {
		const file = path.join(folder, entry.name);
		if (entry.isDirectory()) poison(file);
		else if (/\.(?:br|gz)$/.test(entry.name)) rmSync(file);
		else if (entry.name.endsWith('.html')) writeFileSync(file, '<!doctype html><title>poisoned</title><h1>poisoned</h1>');
		else if (entry.name.endsWith('.js') && entry.name !== 'service-worker.js') writeFileSync(file, `document.title = 'poisoned';\n${readFileSync(file, 'utf8')}`);
	}
}

const controlled = (page: Page) => expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);

test('attack 48: files that the hub replaces later are not run by a device that has a release, and another worker waits for the person', async () => {
	const folder = mkdtempSync(path.join(tmpdir(), 'saddlebag-release-'));
	const [data, build] = [path.join(folder, 'data'), path.join(folder, 'build')];
	cpSync(BUILD, build, { recursive: true });
	let hub = await startHub({ dataFolder: data, buildFolder: build });
	const profile = new Profile();
	try {
		const page = await profile.page(hub.url);
		await page.evaluate(async () => {
			await navigator.serviceWorker.ready;
		});
		await page.reload();
		await controlled(page);
		await expect(page).toHaveTitle(/ - /u);
		const title = await page.title();
		const scripts = () => page.evaluate(() => [...document.scripts].map(({ src }) => src).filter((src) => src !== ''));
		const before = await scripts();

		await hub.stop();
		poison(build);
		hub = await startHub({ dataFolder: data, buildFolder: build, port: hub.port });
		expect(await (await fetch(`${hub.url}/`)).text()).toContain('poisoned');
		for (const address of ['/', '/sync', '/patients/x']) {
			await page.goto(hub.url + address);
			await expect(page.getByText('poisoned')).toHaveCount(0);
			await expect(page).not.toHaveTitle('poisoned');
		}
		await page.goto(hub.url);
		await expect(page).toHaveTitle(title);
		expect(await scripts()).toEqual(before);

		// the worker of another release is fetched, and does not take over by itself
		const release = (await page.evaluate(() => caches.keys())).find((name) => name.startsWith('saddlebag-'))?.slice('saddlebag-'.length) ?? '';
		expect(release).not.toBe('');
		const worker = path.join(build, 'service-worker.js');
		const script = readFileSync(worker, 'utf8');
		expect(script).toContain(release);
		writeFileSync(worker, script.replaceAll(release, `${release}9`));
		await hub.stop();
		hub = await startHub({ dataFolder: data, buildFolder: build, port: hub.port });
		const waits = await page.evaluate(async () => {
			const registration = await navigator.serviceWorker.ready;
			await registration.update().catch(() => undefined);
			await new Promise((later) => setTimeout(later, 2_000));
			return { active: registration.active?.state, taken: registration.active !== navigator.serviceWorker.controller };
		});
		expect(waits).toEqual({ active: 'activated', taken: false });
		await page.reload();
		await expect(page).toHaveTitle(title);
		await expect(page.getByText('poisoned')).toHaveCount(0);
	} finally {
		await profile.remove();
		await hub.stop();
		rmSync(folder, { recursive: true, force: true });
	}
});
