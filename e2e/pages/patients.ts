/** Finding people and registering them. */
import { expect, type Locator } from '@playwright/test';
import { Chart } from './chart.ts';
import type { Person } from './person.ts';

export interface NewPatient {
	readonly family: string;
	readonly given: string;
	/** day, month and year */
	readonly born: readonly [string, string, string];
	readonly sex: 'Female' | 'Male' | 'Other';
	readonly village?: string;
	readonly phone?: string;
	readonly identifier?: string;
}

export async function search(nurse: Person, query: string): Promise<void> {
	await nurse.goTo('Patients');
	await nurse.page.getByRole('searchbox').fill(query);
}

export const hit = (nurse: Person, name: string | RegExp): Locator => nurse.page.getByTestId('patient-hit').filter({ hasText: name });
export const hitsAt = (nurse: Person, site: string): Locator => nurse.page.getByRole('region', { name: new RegExp(`(?:At|From) ${site}$`, 'u') }).getByTestId('patient-hit');

/** Nobody is found, so the person is new: up to the filled form. */
export async function fillRegistration(nurse: Person, patient: NewPatient): Promise<void> {
	const { page } = nurse;
	await search(nurse, `${patient.given} ${patient.family}`);
	await page.getByRole('button', { name: 'Register new patient' }).click();
	// the search has become the name
	await expect(page.getByLabel('Family name')).toHaveValue(patient.family.split(' ').at(-1) ?? '');
	await page.getByLabel('Family name').fill(patient.family);
	await page.getByLabel('Given names').fill(patient.given);
	await page.getByRole('group', { name: 'What is known of the birth?' }).getByRole('radio', { name: 'Date of birth' }).check();
	await fillDate(page.getByRole('group', { name: 'Date of birth' }), patient.born);
	await page.getByRole('group', { name: 'Sex' }).getByRole('radio', { name: patient.sex, exact: true }).check();
	if (patient.village !== undefined) await page.getByLabel('Village').fill(patient.village);
	if (patient.phone !== undefined) await page.getByLabel('Phone').fill(patient.phone);
	if (patient.identifier !== undefined) await page.getByLabel('Identifier').fill(patient.identifier);
}

export async function fillDate(boxes: Locator, [day, month, year]: readonly [string, string, string]): Promise<void> {
	await boxes.getByLabel('Day').fill(day);
	await boxes.getByLabel('Month').fill(month);
	await boxes.getByLabel('Year').fill(year);
}

/** Stores what was filled in; the chart opens. */
export async function register(nurse: Person, patient: NewPatient): Promise<Chart> {
	await fillRegistration(nurse, patient);
	await nurse.page.getByRole('button', { name: 'Register patient' }).click();
	return Chart.opened(nurse, patient.family);
}

/** Opens a found chart by its name, at a site when there are several. */
export async function openChart(nurse: Person, query: string, site?: string): Promise<Chart> {
	await search(nurse, query);
	const rows = site === undefined ? hit(nurse, new RegExp(query.split(' ').at(-1) ?? '', 'iu')) : hitsAt(nurse, site);
	await rows.first().getByRole('link').click();
	return Chart.opened(nurse, query.split(' ').at(-1) ?? '');
}

/** Makes a chart at the present site for somebody found at another, linked to that one, in one step. */
export async function bringHere(nurse: Person, query: string, from: string): Promise<Chart> {
	await search(nurse, query);
	await hitsAt(nurse, from).first().getByRole('button', { name: 'Bring here' }).click();
	return Chart.opened(nurse, query.split(' ').at(-1) ?? '');
}
