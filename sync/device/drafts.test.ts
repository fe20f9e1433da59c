/** Unfinished forms: kept over a crash and a lock, each for its author alone, sealed, never sent, and gone once they are saved or thrown away. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Id } from '../change/change.ts';
import { memoryStorage } from '../store/index.ts';
import type { Device } from './device.ts';
import { DRAFT_LENGTH_MAX } from './drafts-api.ts';
import { Clinics, must, PASSPHRASE } from './testing/clinics.ts';

let clinics: Clinics;
let tablet: Device;
let [amina, ruth] = ['', ''] as Id[] as [Id, Id];
const storage = memoryStorage();
const names = async (): Promise<readonly string[]> => (await must(tablet.drafts())).map(({ name }) => name);

beforeAll(async () => {
	clinics = await Clinics.found();
	tablet = await clinics.device('tablet', { storage });
	await clinics.join('Amina Kato', tablet, [{ site: clinics.a, role: 'clinician' }]);
	await clinics.join('Ruth Auma', tablet, [{ site: clinics.a, role: 'clinician' }]);
	const { members } = await must(clinics.owner.organization());
	const idOf = (name: string): Id => members.find((member) => member.name === name)?.member ?? ('' as Id);
	[amina, ruth] = [idOf('Amina Kato'), idOf('Ruth Auma')];
});
afterAll(() => clinics.close());
const unlock = (member: Id) => must(tablet.unlock({ member, passphrase: PASSPHRASE }));

describe('a form that is not finished', () => {
	test('is there again, as last typed, after locking, and is its author’s alone', async () => {
		await unlock(amina);
		for (const text of ['cough', 'cough for', 'cough for three days']) await must(tablet.keepDraft({ name: 'note of Grace', text }));
		await tablet.lock();
		await unlock(ruth);
		expect(await must(tablet.drafts())).toEqual([]);
		await must(tablet.keepDraft({ name: 'note of Grace', text: 'what Ruth typed' }));
		await must(tablet.dropDraft('note of Grace'));
		await unlock(amina);
		expect(await must(tablet.drafts())).toEqual([{ name: 'note of Grace', text: 'cough for three days', at: expect.any(Number) }]);
	});

	test('is gone once it is saved or thrown away, also where a keystroke was still on its way', async () => {
		await unlock(amina);
		const keystrokes = ['a', 'ab', 'abc'].map((text) => tablet.keepDraft({ name: 'problem', text }));
		const dropped = tablet.dropDraft('problem');
		await Promise.all([...keystrokes, dropped]);
		expect(await names()).toEqual(['note of Grace']);
		await must(tablet.keepDraft({ name: 'problem', text: 'begun anew' }));
		expect(await names()).toContain('problem');
		await must(tablet.dropDraft('problem'));
	});

	test('is not asked for, kept or erased while locked', async () => {
		await unlock(amina);
		await tablet.lock();
		for (const asked of [tablet.drafts(), tablet.keepDraft({ name: 'x', text: 'y' }), tablet.dropDraft('note of Grace')]) expect(await asked).toMatchObject({ ok: false, error: { code: 'locked' } });
	});

	test('lies sealed, under a name that does not say of whom it is, and waits for no hub', async () => {
		await unlock(amina);
		const before = await tablet.unsent();
		await must(tablet.keepDraft({ name: 'note of Grace', text: 'cough for three days' }));
		expect((await tablet.unsent()).changes).toBe(before.changes);
		const text = (await must(tablet.exportUnsent())).bytes;
		expect(new TextDecoder().decode(text)).not.toContain('cough');
	});

	test('that is longer than any form is refused, and says so', async () => {
		await unlock(amina);
		expect(await tablet.keepDraft({ name: 'endless', text: 'x'.repeat(DRAFT_LENGTH_MAX + 1) })).toMatchObject({ ok: false, error: { code: 'too-large' } });
	});

	test('goes with whoever is taken off the device, and with nobody else', async () => {
		await unlock(ruth);
		await must(tablet.keepDraft({ name: 'of Ruth', text: 'hers' }));
		await tablet.syncNow();
		await must(tablet.removeUser({ member: ruth, evenUnsent: true }));
		await unlock(amina);
		expect(await names()).toEqual(['note of Grace']);
	});
});
