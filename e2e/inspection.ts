/** Looking at a screen as a checker of accessibility does: axe, what stands out sideways, text at twice its size, and the way with the Tab key. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, type Locator, type Page } from '@playwright/test';
import type { AxeResults } from 'axe-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

declare global {
	interface Window {
		readonly axe: { run(of: Document, options: object): Promise<AxeResults> };
	}
}

/** Violations of WCAG 2.2 A and AA that axe finds. */
export async function violations(page: Page): Promise<readonly string[]> {
	await page.evaluate(AXE);
	const { violations: found } = await page.evaluate(
		(tags) => window.axe.run(document, { runOnly: { type: 'tag', values: tags } }), TAGS
	);
	return found.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${(failureSummary ?? '').replace(/\s+/gu, ' ')}`));
}

/** What stands out to the right of the screen: the page must not scroll sideways, and no text may be cut off. */
export const sideways = (page: Page): Promise<readonly string[]> =>
	page.evaluate(() => {
		const { scrollWidth, clientWidth } = document.documentElement;
		if (scrollWidth <= clientWidth) return [];
		const wide = [...document.querySelectorAll('body *')].filter((element) => element.getBoundingClientRect().right > clientWidth + 1);
		return wide.slice(-3).map((element) => `${String(scrollWidth)} px wide: ${element.outerHTML.slice(0, 120)}`);
	});

export async function twiceTheText(page: Page): Promise<readonly string[]> {
	await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
	const found = await sideways(page);
	await page.evaluate(() => (document.documentElement.style.fontSize = ''));
	return found.map((text) => `text at 200 %: ${text}`);
}

/** Everything that is wrong with the screen as it is now. */
export async function inspect(page: Page, screen: string): Promise<readonly string[]> {
	return [...(await violations(page)), ...(await sideways(page)), ...(await twiceTheText(page))].map((wrong) => `${screen}: ${wrong}`);
}

const STEPS_MAX = 80;

/** Presses Tab until the control has the focus, which must be visible where it is. */
export async function reach(page: Page, control: Locator): Promise<void> {
	await expect(control).toBeVisible();
	for (let step = 0; step < STEPS_MAX; step++) {
		if (await control.evaluate((element) => element === document.activeElement)) return expect(control).toBeInViewport();
		await page.keyboard.press('Tab');
	}
	throw new Error(`${STEPS_MAX} steps with Tab do not lead there`);
}
