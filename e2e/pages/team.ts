/** Setting up the organization: from the link that the hub printed to colleagues who were compared and admitted. */
import { expect, type Locator, type Page } from '@playwright/test';
import type { Person } from './person.ts';

export type RoleName = 'Lead' | 'Clinician' | 'Health worker' | 'Receptionist' | 'Laboratory' | 'Reviewer';
export interface Post { readonly site: string; readonly role: RoleName }

/** From the set-up link to the organization's own page. */
export async function createOrganization(owner: Person, setupLink: string, { name, site }: { readonly name: string; readonly site: string }): Promise<void> {
	await owner.open(setupLink);
	const { page } = owner;
	await page.getByLabel('Organization').fill(name);
	await page.getByLabel('First site').fill(site);
	await page.getByLabel('Your name').fill(owner.name);
	await page.getByLabel('Passphrase', { exact: true }).fill(owner.passphrase);
	await page.getByRole('button', { name: 'Create organization' }).click();
	await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible({ timeout: 60_000 });
}

export async function addSite(owner: Person, name: string, kind: 'Clinic' | 'Outreach team' | 'Region' = 'Clinic'): Promise<void> {
	const { page } = owner;
	await owner.goTo('Team');
	await page.getByRole('button', { name: 'Add site' }).click();
	const form = page.getByRole('form', { name: 'Add site' });
	await form.getByLabel('Name of the site').fill(name);
	await form.getByRole('radio', { name: kind }).check();
	await form.getByRole('button', { name: 'Save site' }).click();
	await expect(page.getByTestId('site').filter({ hasText: name })).toBeVisible();
}

/** An option of a list of sites, which indents them by their place in the tree. */
async function choose(list: Locator, name: string): Promise<void> {
	const value = await list.getByRole('option', { name }).first().getAttribute('value');
	await list.selectOption(value);
}

/** Makes an invitation and leaves it on screen. @returns its link, as copied from the field */
export async function invite(owner: Person, posts: readonly Post[]): Promise<string> {
	const { page } = owner;
	await owner.goTo('Team');
	await page.getByRole('button', { name: 'Invite someone' }).click();
	const form = page.getByRole('form', { name: 'Invite someone' });
	for (const [index, post] of posts.entries()) {
		if (index > 0) await form.getByRole('button', { name: 'Add another site' }).click();
		await choose(form.getByLabel('Site', { exact: true }).nth(index), post.site);
		await form.getByLabel('Role', { exact: true }).nth(index).selectOption({ label: post.role });
	}
	await form.getByRole('button', { name: 'Make invitation' }).click();
	return page.getByLabel('Invitation link').inputValue();
}

export const invitationCode = (page: Page): Locator => page.getByRole('img', { name: /QR code/u });

export async function closeInvitation(owner: Person): Promise<void> {
	await owner.page.getByRole('region', { name: 'Invitation' }).getByRole('button', { name: 'Close' }).click();
}

/** The code to compare, as a person would read it out. */
export async function comparisonCode(within: Page | Locator): Promise<string> {
	const shown = within.getByTestId('comparison-code');
	await expect(shown).toBeVisible({ timeout: 60_000 });
	return (await shown.locator('bdi').innerText()).replace(/\s+/gu, ' ').trim();
}

/** Reads the invitation on the new device. */
export async function openInvitation(newcomer: Person, link: string): Promise<void> {
	await newcomer.open(link);
	await expect(newcomer.page.getByRole('button', { name: 'Accept and continue' })).toBeVisible();
}

/** Accepts, chooses a passphrase and waits for the code. @returns the code on the newcomer's screen */
export async function acceptInvitation(newcomer: Person): Promise<string> {
	const { page } = newcomer;
	await page.getByRole('button', { name: 'Accept and continue' }).click();
	await page.getByLabel('Your name').fill(newcomer.name);
	await page.getByLabel('Passphrase', { exact: true }).fill(newcomer.passphrase);
	await page.getByRole('button', { name: 'Send answer' }).click();
	return comparisonCode(page);
}

export const pendingAnswer = (owner: Person, name: string): Locator => owner.page.getByTestId('pending-answer').filter({ hasText: name });

/** The inviter sees who asks for what; both read the same code; then the newcomer is let in. */
export async function compareAndAdmit(owner: Person, newcomer: Person, codeOnTheirScreen: string): Promise<void> {
	await owner.goTo('Team');
	const answer = pendingAnswer(owner, newcomer.name);
	await expect(answer).toBeVisible({ timeout: 60_000 });
	expect(await comparisonCode(answer), 'the code is the same on both screens').toBe(codeOnTheirScreen);
	await answer.getByRole('button', { name: 'The codes are the same on both screens' }).click();
	await expect(answer).toBeHidden({ timeout: 60_000 });
}

/** The newcomer's device goes on by itself. */
export async function isAdmitted(newcomer: Person): Promise<void> {
	await expect(newcomer.page.getByTestId('user-name')).toHaveText(newcomer.name, { timeout: 60_000 });
}

/** All of it, without looking at anything on the way. */
export async function join(owner: Person, newcomer: Person, posts: readonly Post[]): Promise<void> {
	const link = await invite(owner, posts);
	await closeInvitation(owner);
	await openInvitation(newcomer, link);
	const code = await acceptInvitation(newcomer);
	await compareAndAdmit(owner, newcomer, code);
	await isAdmitted(newcomer);
}
