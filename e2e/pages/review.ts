/** The work list: what waits for a person, one item open at a time. */
import { expect, type Locator } from '@playwright/test';
import type { Person } from './person.ts';

export const proposal = (reviewer: Person, name: string): Locator => reviewer.page.getByTestId('proposal').filter({ hasText: new RegExp(name, 'iu') });
export const row = (reviewer: Person, text: string | RegExp): Locator => reviewer.page.getByTestId('work-item').filter({ hasText: text });
export const version = (reviewer: Person, letter: string): Locator => reviewer.page.getByRole('region', { name: `Version ${letter}`, exact: true });

/** The list, with no item open. */
export async function showList(reviewer: Person): Promise<void> {
	await reviewer.goTo('Patients');
	await reviewer.goTo('Review');
	await expect(reviewer.page.getByRole('heading', { name: 'Review', exact: true })).toBeVisible();
}

/** Waits for an item, looking again as changes arrive, and opens it. */
export async function openItem(reviewer: Person, text: string | RegExp): Promise<Locator> {
	await expect(async () => {
		await showList(reviewer);
		await expect(row(reviewer, text).first()).toBeVisible({ timeout: 5_000 });
	}).toPass({ timeout: 60_000 });
	await row(reviewer, text).first().click();
	const item = reviewer.page.getByTestId('open-item');
	await expect(item).toBeVisible();
	return item;
}

/** Waits for a proposed pair, looking again as charts arrive, and opens it. */
export async function showProposal(reviewer: Person, name: string): Promise<Locator> {
	const pair = reviewer.page.locator('[data-kind="duplicate"]').filter({ hasText: new RegExp(name, 'iu') });
	await expect(async () => {
		await showList(reviewer);
		await expect(pair.first()).toBeVisible({ timeout: 5_000 });
	}).toPass({ timeout: 60_000 });
	await pair.first().click();
	await expect(proposal(reviewer, name)).toBeVisible();
	return proposal(reviewer, name);
}

export async function link(reviewer: Person, name: string): Promise<void> {
	const pair = await showProposal(reviewer, name);
	await pair.getByRole('button', { name: 'Link records' }).click();
	await expect(reviewer.page.getByTestId('saved')).toContainText('Linked');
}

/** Takes one of the versions of the open conflict, for a reason. */
export async function use(reviewer: Person, letter: string, reason?: string): Promise<void> {
	const { page } = reviewer;
	await page.getByRole('button', { name: `Use ${letter}`, exact: true }).click();
	const confirm = page.getByTestId('confirm');
	await expect(confirm).toContainText('Set aside');
	if (reason !== undefined) await confirm.getByLabel('Why this one?').fill(reason);
	await confirm.getByRole('button', { name: `Use ${letter}`, exact: true }).click();
	await expect(page.getByTestId('saved')).toContainText('saved on this device');
}

/** The letter of the version that says this. */
export async function letterOf(reviewer: Person, words: string | RegExp): Promise<string> {
	const found = reviewer.page.getByTestId('open-item').getByRole('region', { name: /^Version [A-H]$/u }).filter({ hasText: words });
	return ((await found.getAttribute('aria-label')) ?? '').replace('Version ', '');
}
