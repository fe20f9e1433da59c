/** The shared record of a person, read from the screen. */
import { expect, type Locator } from '@playwright/test';
import type { Chart } from './chart.ts';

export interface SharedItem { readonly type: string; readonly text: string; readonly sources: readonly string[] }
export interface Difference { readonly kind: string; readonly text: string }
export interface SharedRecord { readonly differences: readonly Difference[]; readonly items: readonly SharedItem[] }

const words = (text: string): string => text.replace(/\s+/gu, ' ').trim();
/** what every screen says in the same order, whoever looks */
const inOrder = <T extends { readonly text: string }>(list: readonly T[]): T[] => list.toSorted((a, b) => a.text.localeCompare(b.text));

export async function showSharedRecord(chart: Chart): Promise<Locator> {
	await chart.show('Shared record');
	const record = chart.page.getByTestId('shared-record');
	await expect(record).toBeVisible();
	return record;
}

/** Everything that the shared record says: differences, items, and the sources of each. */
export async function readSharedRecord(chart: Chart): Promise<SharedRecord> {
	const record = await showSharedRecord(chart);
	await record.locator('details').evaluateAll((all) => all.forEach((one) => one.setAttribute('open', '')));
	const differences: Difference[] = [];
	for (const card of await record.getByTestId('discrepancy').all()) {
		differences.push({ kind: (await card.getAttribute('data-kind')) ?? '', text: words(await card.innerText()) });
	}
	const items: SharedItem[] = [];
	for (const item of await record.getByTestId('shared-item').all()) {
		const sources = (await item.getByTestId('source').allInnerTexts()).map(words).toSorted();
		items.push({ type: (await item.getAttribute('data-type')) ?? '', text: words(await item.innerText()), sources });
	}
	return { differences: inOrder(differences), items: inOrder(items) };
}

export const ofType = (record: SharedRecord, type: string): readonly SharedItem[] => record.items.filter((item) => item.type === type);
export const kinds = (record: SharedRecord): readonly string[] => [...new Set(record.differences.map(({ kind }) => kind))].toSorted();
