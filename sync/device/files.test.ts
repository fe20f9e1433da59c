/** Photos and documents: sealed apart from the chart, sent until the hub has them, opened where somebody has the key, fetched again where a line broke. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seededRandom } from '../change/ports.ts';
import { utf8 } from '../change/utf8.ts';
import { CHUNK_BYTES, FILE_BYTES_MAX } from '../seal/file.ts';
import type { ChartRef, SaveRequest } from './api.ts';
import type { Device } from './device.ts';
import type { FileContent } from './files-api.ts';
import { Clinics, everybodySyncs, must, view } from './testing/clinics.ts';

const PICTURE: FileContent = { bytes: seededRandom('photo').bytes(2 * CHUNK_BYTES + 777), contentType: 'image/jpeg', title: 'Wound, left foot' };
const THUMBNAIL = { contentType: 'image/jpeg', data: 'AAAA' };
let clinics: Clinics;
let tablet: Device;
let phone: Device;
let ref: ChartRef;
let offline = false;
const asked: string[] = [];

beforeAll(async () => {
	clinics = await Clinics.found();
	const lines: typeof fetch = async (url, init) => {
		if (offline) throw new TypeError('no line');
		if (String(url).includes('-files')) asked.push(`${String(url).replace(/^.*couch\//u, '')} ${typeof init?.body === 'string' ? init.body : ''}`);
		return fetch(url, init);
	};
	tablet = await clinics.join('Amina Kato', await clinics.device('tablet', { fetch: (url, init) => lines(url, init) }), [{ site: clinics.a, role: 'clinician' }]);
	phone = await clinics.join('Ben Okello', await clinics.device('phone', { fetch: (url, init) => lines(url, init) }), [{ site: clinics.a, role: 'clinician' }]);
	ref = await must(tablet.registerPatient({ site: clinics.a, patient: { resourceType: 'Patient', name: [{ family: 'Mbabazi' }] } }));
	await everybodySyncs(tablet, phone);
});
afterAll(() => clinics.close());

const document = (more: Partial<SaveRequest> = {}): SaveRequest => ({ ref, comp: 'clinical', heads: [], resource: { resourceType: 'DocumentReference', status: 'current', type: { text: 'Photo' } }, ...more });
const fileOf = async (device: Device, entry: string) => (await must(device.files(ref))).find((one) => one.entry === entry)?.file;

describe('a photo', () => {
	let entry: string;

	test('taken without a line is here whole, counts as unsent work, and is in the file that is saved of it', async () => {
		offline = true;
		const { id } = await must(tablet.attachFile({ save: document(), file: PICTURE, thumbnail: THUMBNAIL }));
		entry = id;
		expect(await fileOf(tablet, entry)).toMatchObject({ here: true, sent: false, size: PICTURE.bytes.length, contentType: 'image/jpeg', title: 'Wound, left foot', thumbnail: THUMBNAIL });
		expect(await must(tablet.openFile({ ref, entry: id }))).toEqual(PICTURE);
		expect(await tablet.unsent()).toMatchObject({ changes: 2, nowhereElse: 2 });
		expect(await tablet.wipe({ evenUnsent: false })).toMatchObject({ ok: false, error: { code: 'unsent' } });
		// the entry, who opened it, and three chunks
		expect((await must(tablet.exportUnsent())).documents).toBe(5);
	});

	test('goes to the hub with the next exchange, also while locked, and is no unsent work any more', async () => {
		offline = false;
		await tablet.lock();
		await tablet.syncNow();
		expect(await tablet.unsent()).toMatchObject({ changes: 0, nowhereElse: 0 });
		const { members } = await must(clinics.owner.organization());
		await must(tablet.unlock({ member: members.find(({ name }) => name === 'Amina Kato')?.member ?? clinics.a, passphrase: 'a passphrase for tests' }));
		expect(await fileOf(tablet, entry)).toMatchObject({ sent: true });
	});

	test('is fetched by a colleague when it is opened, once; its small picture is there without asking', async () => {
		await phone.syncNow();
		offline = true;
		expect(await fileOf(phone, entry)).toMatchObject({ here: false, thumbnail: THUMBNAIL });
		expect(await phone.openFile({ ref, entry: entry as ChartRef['chart'] })).toMatchObject({ ok: false, error: { code: 'file-not-here' } });
		offline = false;
		expect(await must(phone.openFile({ ref, entry: entry as ChartRef['chart'] }))).toEqual(PICTURE);
		offline = true;
		expect(await must(phone.openFile({ ref, entry: entry as ChartRef['chart'] }))).toEqual(PICTURE);
		offline = false;
	});

	test('leaves the device in sealed chunks that say nothing of it', () => {
		const sent = asked.join('\n');
		expect(sent).toContain('_bulk_docs');
		expect(sent).not.toContain('Wound');
		for (const part of [PICTURE.bytes.subarray(0, 48), PICTURE.bytes.subarray(CHUNK_BYTES, CHUNK_BYTES + 48)]) expect(sent).not.toContain(Buffer.from(part).toString('base64url'));
	});

	test('of a size that no hub takes, of no bytes, at the desk, or with a large small picture, is refused with a sentence', async () => {
		const cases: [Partial<SaveRequest>, Partial<FileContent>, string, string?][] = [
			[{}, { bytes: new Uint8Array(FILE_BYTES_MAX + 1) }, 'too-large'], [{}, { bytes: new Uint8Array(0) }, 'empty'], [{ comp: 'desk' }, {}, 'bad-resource'],
			[{}, { contentType: 'text/html; charset=x' }, 'bad-resource'], [{ ref: { site: clinics.b, chart: ref.chart } }, {}, 'not-allowed'], [{}, {}, 'bad-resource', 'A'.repeat(20_000)]
		];
		for (const [save, file, code, data] of cases) {
			expect(await tablet.attachFile({ save: document(save), file: { ...PICTURE, bytes: utf8('small'), ...file }, ...(data === undefined ? {} : { thumbnail: { contentType: 'image/jpeg', data } }) })).toMatchObject({ ok: false, error: { code } });
		}
		expect(await tablet.unsent()).toMatchObject({ changes: 0, nowhereElse: 0 });
	});

	test('that was not sent yet says so to whoever opens it elsewhere, and comes once it is', async () => {
		const other = await must(tablet.attachFile({ save: document(), file: { ...PICTURE, bytes: seededRandom('other').bytes(3 * CHUNK_BYTES) } }));
		await everybodySyncs(tablet, phone);
		asked.length = 0;
		expect(await must(phone.fetchFiles([ref]))).toEqual({ done: 2, total: 2 });
		offline = true;
		expect((await must(phone.openFile({ ref, entry: other.id }))).bytes.length).toBe(3 * CHUNK_BYTES);
		offline = false;
	});

	test('comes by hand too: what one device alone has is sent by another that took it in', async () => {
		offline = true;
		const third = await must(tablet.attachFile({ save: document(), file: { ...PICTURE, bytes: seededRandom('third').bytes(1000) } }));
		const file = await must(tablet.exportUnsent());
		const taken = await must(phone.importFile(file.bytes));
		expect(taken).toMatchObject({ envelopes: 1, refused: [] });
		offline = false;
		await phone.syncNow();
		expect((await must(phone.openFile({ ref, entry: third.id }))).bytes.length).toBe(1000);
		expect((await view(phone, ref)).entries.some(({ id }) => id === third.id)).toBe(true);
	});
});
