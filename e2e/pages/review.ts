/** The work of somebody who reaches both sites: which charts are of one person. */
import { expect, type Locator } from '@playwright/test';
import type { Person } from './person.ts';

export const proposal = (reviewer: Person, name: string): Locator => reviewer.page.getByTestId('proposal').filter({ hasText: new RegExp(name, 'iu') });

/** Waits for a proposed pair, looking again as charts arrive. */
export async function showProposal(reviewer: Person, name: string): Promise<Locator> {
	const pair = proposal(reviewer, name);
	await expect(async () => {
		await reviewer.goTo('Patients');
		await reviewer.goTo('Review');
		await expect(pair).toBeVisible({ timeout: 5_000 });
	}).toPass({ timeout: 60_000 });
	return pair;
}

export async function link(reviewer: Person, name: string): Promise<void> {
	const pair = await showProposal(reviewer, name);
	await pair.getByRole('button', { name: 'Link records' }).click();
	await expect(reviewer.page.getByTestId('saved')).toContainText('Linked');
}
