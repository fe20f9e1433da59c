import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Clinics, must } from '../sync/device/testing/clinics.ts';
import { drawDistrict } from './demo/district.ts';
import { main } from './import.ts';
import { findBundles } from './import/files.ts';
import { runImport, type ImportOptions, type ImportOutcome } from './import/run.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'saddlebag-import-'));
const good = path.join(folder, 'good');
const PASSPHRASE = 'a passphrase of a clerk';

function bundleFiles(): void {
	const { bundles } = drawDistrict(0, Date.UTC(2026, 5, 1));
	for (const [index, { name, bundle }] of bundles.entries()) {
		const bytes = new TextEncoder().encode(JSON.stringify(bundle));
		writeFileSync(path.join(good, index % 2 === 0 ? `${name}.json` : `${name}.json.gz`), index % 2 === 0 ? bytes : gzipSync(bytes));
	}
}

describe('saddlebag import', () => {
	let clinics: Clinics;
	let recorded = 0;

	beforeAll(async () => {
		clinics = await Clinics.found();
		mkdirSync(good);
		bundleFiles();
	}, 60_000);
	afterAll(async () => {
		await clinics.close();
		rmSync(folder, { recursive: true, force: true });
	});

	/** The owner admits whoever shows the code that the owner sees. */
	const admit = async (code: string): Promise<void> => {
		await clinics.owner.syncNow();
		const answer = (await must(clinics.owner.pendingAnswers())).find((one) => one.code === code);
		if (answer === undefined) throw new Error('nobody with this code asked');
		await must(clinics.owner.admit({ invitation: answer.invitation, answer: answer.answer, code }));
		await clinics.owner.syncNow();
	};

	const run = async (args: readonly string[], over: Partial<ImportOptions> = {}): Promise<ImportOutcome> => {
		const files = findBundles(args);
		if (!files.ok) throw new Error(files.error.message);
		let admitted: Promise<void> = Promise.resolve();
		const outcome = await runImport({
			files: files.value, folder: null, invitation: null, site: null, name: 'Import clerk', passphrase: () => Promise.resolve(PASSPHRASE),
			signal: { aborted: false }, pollMs: 20, progress: () => undefined, onCancel: () => undefined,
			print: (line) => {
				const code = /^ {4}(\S.*)$/m.exec(line)?.[1];
				if (code !== undefined) admitted = admit(code);
			},
			...over
		});
		await admitted;
		if (!outcome.ok) throw new Error(`${outcome.error.code}: ${outcome.error.message}`);
		return outcome.value;
	};

	const invitation = async (): Promise<string> => {
		const { link } = await must(clinics.owner.invite({ grants: [{ site: clinics.a, role: 'clinician' }], days: 1 }));
		await clinics.owner.syncNow();
		return link;
	};
	const kept = path.join(folder, 'device');

	it('joins with a compared code, imports, and says that everything is at the hub when it is', async () => {
		const outcome = await run([good], { invitation: await invitation(), folder: kept });
		expect(outcome).toMatchObject({ refused: [], cancelled: false, notAtHub: null });
		expect(outcome.tally.charts).toBe(6);
		recorded = outcome.tally.total;
		expect(recorded).toBeGreaterThan(40);
		await clinics.owner.syncNow();
		const hits = await must(clinics.owner.search({ query: 'achieng', site: clinics.a, limit: 10 }));
		expect(hits.length).toBe(2);
	}, 60_000);

	it('adds nothing when the kept device imports the same files again', async () => {
		const outcome = await run([good], { folder: kept, site: 'clinic a' });
		expect(outcome.tally.total).toBe(0);
		expect(outcome.tally.already).toBe(recorded);
		expect(outcome.notAtHub).toBeNull();
	}, 60_000);

	it('adds nothing when another device does', async () => {
		const outcome = await run([good], { invitation: await invitation() });
		expect(outcome.tally.total).toBe(0);
		expect(outcome.tally.already).toBe(recorded);
	}, 60_000);

	it('refuses a malformed file with the entry and the reason, records nothing of it, and imports the others', async () => {
		const patient = { resourceType: 'Patient', id: 'p', name: [{ family: 'Halfway' }] };
		const bad = path.join(folder, 'bad.json');
		const fine = path.join(folder, 'fine.json');
		writeFileSync(bad, JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry: [{ resource: patient }, { resource: { resourceType: 'Condition', subject: { reference: 'Patient/p' }, recordedDate: 7 } }] }));
		writeFileSync(fine, JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry: [{ resource: { ...patient, name: [{ family: 'Whole' }] } }] }));
		const outcome = await run([bad, fine], { folder: kept });
		expect(outcome.refused).toHaveLength(1);
		expect(outcome.refused[0]).toMatch(/bad\.json was not imported: entry 2 \(Condition\)/);
		expect(outcome.tally.total).toBe(1);
		await clinics.owner.syncNow();
		expect(await must(clinics.owner.search({ query: 'halfway', site: null, limit: 5 }))).toEqual([]);
		expect(await must(clinics.owner.search({ query: 'whole', site: null, limit: 5 }))).toHaveLength(1);
	}, 60_000);

	it('stops when it is cancelled, and a kept device sends later what it had recorded', async () => {
		const more = path.join(folder, 'more');
		mkdirSync(more);
		for (const number of [1, 2, 3, 4]) {
			writeFileSync(path.join(more, `${number}.json`), JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry: [{ resource: { resourceType: 'Patient', id: `more-${number}`, name: [{ family: `More${number}` }] } }] }));
		}
		const signal = { aborted: false };
		const cancelled = await run([more], { folder: kept, signal, progress: (_, done) => void (signal.aborted ||= done === 2) });
		expect(cancelled.cancelled).toBe(true);
		expect(cancelled.tally.total).toBeLessThan(4);
		const again = await run([more], { folder: kept });
		expect(again.tally.total + again.tally.already).toBe(4);
		expect(again.notAtHub).toBeNull();
		await clinics.owner.syncNow();
		expect(await must(clinics.owner.search({ query: 'more', site: null, limit: 9 }))).toHaveLength(4);
	}, 60_000);

	it('imports nothing under a wrong passphrase or at a site it is not posted to', async () => {
		await expect(run([good], { folder: kept, passphrase: () => Promise.resolve('not the passphrase') })).rejects.toThrow('wrong-passphrase');
		await expect(run([good], { folder: kept, site: 'Clinic B' })).rejects.toThrow('"Clinic A"');
		await expect(run([good])).rejects.toThrow('--invitation');
	}, 60_000);

	it('does not start while the hub cannot be reached', async () => {
		await clinics.stopHub();
		await expect(run([good], { folder: kept })).rejects.toThrow('no-hub');
		await clinics.startHub();
	}, 60_000);

	it('says what is wrong with its arguments and begins nothing', async () => {
		const said: string[] = [];
		const before = console.error;
		console.error = (line: string) => void said.push(line);
		try {
			expect(await main(['--nope', good])).toBe(1);
			expect(await main([path.join(folder, 'nowhere')])).toBe(1);
		} finally {
			console.error = before;
		}
		expect(said[0]).toContain('--nope');
		expect(said[1]).toContain('cannot be read');
	});
});
