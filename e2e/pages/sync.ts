/** Where the records are, as the app says it. */
import { expect } from '@playwright/test';
import type { Person } from './person.ts';

export interface SyncPage { readonly waitingToSend: number; readonly notOpened: number; readonly quarantined: number }

const count = async (person: Person, what: string): Promise<number> => Number((await person.page.getByTestId(what).innerText()).replace(/\D/gu, ''));

export async function readSyncPage(person: Person): Promise<SyncPage> {
	await person.goTo('Sync');
	await expect(person.page.getByRole('heading', { name: 'Where the records are' })).toBeVisible();
	return { waitingToSend: await count(person, 'waiting-to-send'), notOpened: await count(person, 'not-opened'), quarantined: await count(person, 'quarantined') };
}

export const pill = (person: Person) => person.page.getByTestId('sync-pill');

/** The device reaches the hub and nothing waits on it any more. */
export async function allIsAtTheHub(person: Person): Promise<void> {
	await expect(pill(person)).toHaveAttribute('data-line', 'connected', { timeout: 60_000 });
	await expect(pill(person)).toHaveAttribute('data-waiting', '0', { timeout: 60_000 });
}

/** As a person in a hurry: go to the page and press "Try now". */
export async function tryNow(person: Person): Promise<void> {
	await person.goTo('Sync');
	await person.page.getByRole('button', { name: 'Try now' }).click();
}
