import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../sync/change/ports.ts';
import { LeakScanner } from './leak.ts';

const random = seededRandom('leak');
const key = random.bytes(32);
const ciphertext = (bytes: number): string => Buffer.from(random.bytes(bytes)).toString('base64url');
const envelope = (more: object = {}): string => JSON.stringify({ docs: [{ _id: Buffer.from(random.bytes(32)).toString('hex'), v: 'e1', t: ciphertext(32), n: ciphertext(24), c: ciphertext(528), ...more }] });

function scanner(): LeakScanner {
	const made = new LeakScanner();
	for (const text of ['Achieng Odhiambo', 'Penicillin', 'HIV disease', 'birthDate', 'correct horse']) made.addText(text);
	made.addSecret('an epoch key', key);
	return made;
}

describe('the scan for plaintext and secrets', () => {
	it('finds nothing in envelopes', () => {
		for (let run = 0; run < 50; run++) expect(scanner().scan(envelope())).toBeNull();
	});

	it.each([
		['a name in a field of its own', envelope({ name: 'Achieng Odhiambo' }), 'Achieng'],
		['a name at the very end', 'Penicillin', 'Penicillin'],
		['a name as base64url', envelope({ c: Buffer.from('xHIV diseasey').toString('base64url') }), 'HIV'],
		['a body left unencrypted inside base64url', envelope({ c: Buffer.from(JSON.stringify({ birthDate: '1980-01-01' })).toString('base64url') }), 'birthDate'],
		['a name in hex', envelope({ t: Buffer.from('Penicillin').toString('hex') }), 'Penicillin'],
		['a key as bytes', Buffer.concat([Buffer.from('x'), key]), 'epoch key'],
		['a key as base64url', envelope({ key: Buffer.from(key).toString('base64url') }), 'epoch key'],
		['a key as hex', envelope({ key: Buffer.from(key).toString('hex') }), 'epoch key'],
		['a key in a box that is none', envelope({ text: JSON.stringify({ box: Buffer.from(JSON.stringify({ keys: [Buffer.from(key).toString('base64url')] })).toString('base64url') }) }), 'epoch key']
	])('finds %s', (_what, body, pattern) => {
		expect(scanner().scan(body)?.pattern).toContain(pattern);
	});

	it('is quick: a megabyte of envelopes in well under a second, whatever the number of patterns', () => {
		const made = scanner();
		for (let each = 0; each < 2000; each++) made.addText(`Patient number ${String(each)}`);
		const body = Array.from({ length: 1100 }, () => envelope()).join('');
		const started = performance.now();
		expect(made.scan(body)).toBeNull();
		expect(performance.now() - started).toBeLessThan(1000);
	});
});
