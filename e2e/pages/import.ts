/** Taking records over from another system. */
import { expect } from '@playwright/test';
import type { Person } from './person.ts';

/** Imports one bundle and waits for the report. */
export async function importBundle(person: Person, name: string, bundle: object): Promise<void> {
	const { page } = person;
	await person.goTo('Import');
	await page.getByLabel('Files').setInputFiles({ name, mimeType: 'application/fhir+json', buffer: Buffer.from(JSON.stringify(bundle)) });
	await page.getByRole('button', { name: 'Import', exact: true }).click();
	await expect(page.getByTestId('import-report')).toBeVisible({ timeout: 60_000 });
}
