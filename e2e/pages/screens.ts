/** Pictures of every step, on a small phone and on a desktop, for people to look at. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { DESKTOP, PHONE } from '../profile.ts';

export const ROOT = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
const FOLDER = path.join(ROOT, 'artifacts', 'screens');

const taken = new Map<string, number>();

/** @param story what the pictures are of: they are numbered within it @returns the files: phone, desktop */
export async function picture(page: Page, story: string, name: string): Promise<readonly [string, string]> {
	mkdirSync(FOLDER, { recursive: true });
	const number = (taken.get(story) ?? 0) + 1;
	taken.set(story, number);
	const before = page.viewportSize();
	const files: string[] = [];
	for (const [kind, size] of [['phone', PHONE], ['desktop', DESKTOP]] as const) {
		const file = path.join(FOLDER, `${story}-${String(number).padStart(2, '0')}-${name}-${kind}.png`);
		await page.setViewportSize(size);
		// the banner of a chart sticks to the top of what is in view
		await page.evaluate(() => scrollTo(0, 0));
		// as high as what there is to see, so that nothing lies under the bar at the bottom
		const height = await page.evaluate(() => document.documentElement.scrollHeight);
		await page.setViewportSize({ width: size.width, height: Math.max(size.height, height) });
		await page.screenshot({ path: file, animations: 'disabled' });
		files.push(file);
	}
	if (before !== null) await page.setViewportSize(before);
	return [files[0] ?? '', files[1] ?? ''];
}
