/** An open chart: what a nurse adds and changes there, and what they see of it. */
import { expect, type Locator, type Page } from '@playwright/test';
import { fillDate } from './patients.ts';
import type { Person } from './person.ts';

export type Section = 'Summary' | 'Allergies' | 'Problems' | 'Medicines' | 'Vitals' | 'Vaccines' | 'Laboratory' | 'Care' | 'Notes' | 'Shared record';

export interface NewAllergy { readonly substance: string; readonly reactions?: string; readonly note?: string }
export interface Prescription { readonly drug: string; readonly dose?: string; readonly unit?: string; readonly days?: string; readonly note?: string }
export interface NewVaccine { readonly vaccine: string; readonly on?: readonly [string, string, string]; readonly dose?: string; readonly lot?: string }
export interface NewProblem { readonly name: string; readonly since?: string; readonly note?: string }

export class Chart {
	readonly nurse: Person;

	private constructor(nurse: Person) {
		this.nurse = nurse;
	}

	/** The chart that is opening, once its banner shows whose it is. */
	static async opened(nurse: Person, name: string): Promise<Chart> {
		const chart = new Chart(nurse);
		await expect(chart.banner).toContainText(new RegExp(name, 'iu'));
		return chart;
	}

	get page(): Page {
		return this.nurse.page;
	}
	get banner(): Locator {
		return this.page.getByTestId('patient-banner');
	}
	get entries(): Locator {
		return this.page.getByTestId('entry');
	}
	get discrepancies(): Locator {
		return this.page.getByTestId('discrepancy');
	}
	get alert(): Locator {
		return this.page.getByRole('dialog', { name: 'Stop and check' });
	}

	async show(section: Section): Promise<void> {
		const link = this.page.getByRole('navigation', { name: 'Sections of the chart' }).getByRole('link', { name: section, exact: true });
		await link.click();
		await expect(link).toHaveAttribute('aria-current', 'page');
	}

	async hasSharedRecord(): Promise<boolean> {
		return this.page.getByRole('navigation', { name: 'Sections of the chart' }).getByRole('link', { name: 'Shared record' }).isVisible();
	}

	/** Opens the form of a section. @returns the form */
	async start(section: Section, action: string): Promise<Locator> {
		await this.show(section);
		await this.page.getByRole('button', { name: action, exact: true }).click();
		const form = this.page.getByRole('form', { name: action });
		await expect(form).toBeVisible();
		return form;
	}

	/** Saves the open form and waits until the device said that it is stored. */
	async save(form: Locator): Promise<void> {
		await form.getByRole('button', { name: 'Save', exact: true }).click();
		await this.stored(form);
	}

	async stored(form: Locator): Promise<void> {
		await expect(form).toBeHidden();
		await expect(this.page.getByTestId('saved')).toContainText('Saved on this device');
	}

	async addAllergy({ substance, reactions, note }: NewAllergy): Promise<void> {
		const form = await this.start('Allergies', 'Add allergy');
		await form.getByLabel('Substance').fill(substance);
		if (reactions !== undefined) await form.getByLabel('Reactions').fill(reactions);
		await form.getByRole('group', { name: 'Risk' }).getByRole('radio', { name: /high risk/u }).check();
		await form.getByRole('group', { name: 'Certainty' }).getByRole('radio', { name: 'Confirmed', exact: true }).check();
		if (note !== undefined) await form.getByLabel('Note').fill(note);
		await this.save(form);
		await expect(this.entries.filter({ hasText: substance })).toBeVisible();
	}

	/** Fills in a problem and leaves it open. */
	async fillProblem({ name, since, note }: NewProblem): Promise<Locator> {
		const form = await this.start('Problems', 'Add problem');
		await form.getByLabel('Problem or diagnosis').fill(name);
		if (since !== undefined) await form.getByLabel('Year').fill(since);
		if (note !== undefined) await form.getByLabel('Note').fill(note);
		return form;
	}

	async addProblem(problem: NewProblem): Promise<void> {
		const { name } = problem;
		await this.save(await this.fillProblem(problem));
		await expect(this.entries.filter({ hasText: name })).toBeVisible();
	}

	/** Fills a prescription and leaves it open. */
	async fillPrescription({ drug, dose, unit = 'mg', days, note }: Prescription): Promise<Locator> {
		const form = await this.start('Medicines', 'Prescribe medicine');
		await form.getByLabel('Medicine', { exact: true }).fill(drug);
		if (dose !== undefined) {
			await form.getByLabel('Dose').fill(dose);
			await form.getByLabel('Unit').selectOption({ label: unit });
		}
		await form.getByLabel('How often').selectOption({ label: '3 times daily' });
		if (days !== undefined) await form.getByLabel('For how many days').fill(days);
		if (note !== undefined) await form.getByLabel('Note').fill(note);
		return form;
	}

	async prescribe(prescription: Prescription): Promise<void> {
		await this.save(await this.fillPrescription(prescription));
		await expect(this.entries.filter({ hasText: prescription.drug })).toBeVisible();
	}

	/** Changes the dose of an order. */
	async changeDose(drug: string, dose: string): Promise<void> {
		await this.show('Medicines');
		await this.entries.filter({ hasText: drug }).getByRole('button', { name: `Change ${drug}` }).click();
		const form = this.page.getByRole('form', { name: 'Change medicine' });
		await form.getByLabel('Dose').fill(dose);
		await this.save(form);
	}

	/** Opens the history of an entry by its link. */
	async history(section: Section, entry: string): Promise<void> {
		await this.show(section);
		await this.entries.filter({ hasText: entry }).getByRole('link', { name: /^History/u }).click();
		await expect(this.page.getByRole('heading', { name: /^History/u })).toBeVisible();
	}

	/** "This belongs to another patient": up to the page on which both are named. */
	async startMoving(section: Section, entry: string, to: string): Promise<Locator> {
		await this.show(section);
		await this.entries.filter({ hasText: entry }).getByRole('button', { name: `Wrong patient: ${entry}` }).click();
		const dialog = this.page.getByRole('dialog', { name: 'This belongs to another patient' });
		await dialog.getByRole('searchbox').fill(to);
		await dialog.getByTestId('move-hit').filter({ hasText: new RegExp(to, 'iu') }).click();
		await expect(dialog).toContainText('cannot be called back');
		return dialog;
	}

	async recordVitals({ systolic, diastolic, pulse, weight }: { readonly systolic: string; readonly diastolic: string; readonly pulse: string; readonly weight: string }): Promise<void> {
		const form = await this.start('Vitals', 'Record vitals');
		await form.getByLabel('Systolic pressure').fill(systolic);
		await form.getByLabel('Diastolic pressure').fill(diastolic);
		await form.getByLabel('Pulse').fill(pulse);
		await form.getByLabel('Weight').fill(weight);
		await this.save(form);
		await expect(this.entries.filter({ hasText: `${systolic}/${diastolic}` })).toBeVisible();
	}

	async addVaccine({ vaccine, on, dose, lot }: NewVaccine): Promise<void> {
		const form = await this.start('Vaccines', 'Add vaccine');
		await form.getByLabel('Vaccine', { exact: true }).selectOption({ label: vaccine });
		if (on !== undefined) await fillDate(form.getByRole('group', { name: 'Date' }), on);
		if (dose !== undefined) await form.getByLabel('Dose number').fill(dose);
		if (lot !== undefined) await form.getByLabel('Lot').fill(lot);
		await this.save(form);
		await expect(this.entries.filter({ hasText: vaccine })).toBeVisible();
	}

	async addOtherVaccine({ vaccine, lot }: { readonly vaccine: string; readonly lot: string }): Promise<void> {
		const form = await this.start('Vaccines', 'Add vaccine');
		await form.getByLabel('Vaccine', { exact: true }).selectOption({ label: 'Another vaccine' });
		await form.getByLabel('Name of the vaccine').fill(vaccine);
		await form.getByLabel('Lot').fill(lot);
		await this.save(form);
		await expect(this.entries.filter({ hasText: vaccine })).toBeVisible();
	}

	/** Goes on after the alert, for a reason in words. */
	async prescribeAnyway(reason: string): Promise<void> {
		await this.alert.getByRole('radio', { name: 'Another reason' }).check();
		await this.alert.getByLabel('Reason', { exact: true }).fill(reason);
		await this.alert.getByRole('button', { name: 'Prescribe anyway' }).click();
	}

	async writeNote({ title, text }: { readonly title?: string; readonly text: string }): Promise<void> {
		const form = await this.start('Notes', 'Write note');
		if (title !== undefined) await form.getByLabel('Title').fill(title);
		await form.getByLabel('Text').fill(text);
		await this.save(form);
		await expect(this.entries.filter({ hasText: text })).toBeVisible();
	}

	async correctBirthDate(born: readonly [string, string, string]): Promise<void> {
		const form = await this.start('Summary', 'Correct personal details');
		await fillDate(form.getByRole('group', { name: 'Date of birth' }), born);
		await this.save(form);
		await expect(this.banner).toContainText(born[2]);
	}

	async retract(entry: string, reason: string): Promise<void> {
		await this.entries.filter({ hasText: entry }).getByRole('button', { name: 'Recorded in error' }).click();
		const form = this.page.getByRole('form', { name: 'Recorded in error' });
		await form.getByLabel('Reason').fill(reason);
		await form.getByRole('button', { name: 'Mark as recorded in error' }).click();
		await this.stored(form);
	}

	/** Every entry of a section in words, sorted. */
	async read(section: Section): Promise<string[]> {
		await this.show(section);
		return (await this.entries.allInnerTexts()).map((text) => text.replace(/\s+/gu, ' ').trim()).toSorted();
	}

	async unlink(reason: string): Promise<void> {
		await this.show('Summary');
		await this.page.getByTestId('chart-link').getByRole('button', { name: 'Unlink' }).click();
		const dialog = this.page.getByRole('dialog', { name: 'Unlink the charts' });
		await dialog.getByLabel('Reason').fill(reason);
		await dialog.getByRole('button', { name: 'Unlink charts' }).click();
		await expect(dialog).toBeHidden();
		await expect(this.page.getByTestId('saved')).toContainText('no longer linked');
	}
}
