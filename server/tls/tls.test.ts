/** Certificates of a hub on a local network, as the TLS of Node and OpenSSL judge them. */
import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, get } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pino } from 'pino';
import { fixedClock } from '../../sync/change/ports.ts';
import { startHub } from '../hub.ts';
import { must, temporaryFolder } from '../testing/device.ts';
import { lanAddresses, namesFor } from './addresses.ts';
import { Authority, type Credentials } from './authority.ts';
import { ipBytes, serverCertificate } from './certificate.ts';
import { openLan } from './lan.ts';
import { trustPage } from './trust-page.ts';

const DAY_MS = 24 * 3600 * 1000;
const NAMES = namesFor(['192.168.1.5'], 'Box.example');
const clock = fixedClock(Date.now());
let place: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
	place = temporaryFolder();
	clock.set(Date.now());
});
afterEach(() => place.remove());
const open = (): Authority => must(Authority.open(path.join(place.folder, 'tls'), 'box', clock));

/** Whether a client that trusts only the authority takes the server for `servername` or for its address; else the error's code. */
async function handshake(credentials: Pick<Credentials, 'key' | 'cert'>, authority: Authority, servername?: string): Promise<string> {
	const server = createServer({ key: credentials.key, cert: credentials.cert }, (_request, response) => response.end('ok'));
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	const result = await new Promise<string>((settle) => {
		const options = { host: '127.0.0.1', port, ca: authority.certificate.toString(), agent: false, ...(servername ? { servername } : {}) };
		get(options, (response) => {
			response.resume();
			settle('trusted');
		}).on('error', (error: NodeJS.ErrnoException) => settle(`${error.code}: ${error.message}`));
	});
	server.closeAllConnections();
	server.close();
	return result;
}

describe('the authority', () => {
	it('is made once, kept from others, and its certificates are trusted by who trusts it', async () => {
		const authority = open();
		const credentials = authority.credentialsFor(NAMES);
		expect(await handshake(credentials, authority)).toBe('trusted');
		expect(await handshake(credentials, authority, 'box.local')).toBe('trusted');
		expect(await handshake(credentials, authority, 'other.local')).toMatch(/^ERR_TLS_CERT_ALTNAME_INVALID/);
		expect(open().fingerprint).toBe(authority.fingerprint);
		expect(authority.certificate.ca).toBe(true);
		if (process.platform !== 'win32') expect(statSync(path.join(place.folder, 'tls', 'authority.key.pem')).mode & 0o777).toBe(0o600);
	});

	it('can vouch for no website, even by whoever steals its key', async () => {
		const authority = open();
		const stolen = { name: 'Saddlebag on box', key: createPrivateKey(readFileSync(path.join(place.folder, 'tls', 'authority.key.pem'))) };
		const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
		const validity = { from: Date.now() - DAY_MS, until: Date.now() + DAY_MS };
		for (const names of [{ dns: ['bank.example'], ips: [] }, { dns: [], ips: ['127.0.0.1', '8.8.8.8'] }]) {
			const cert = serverCertificate(stolen, { name: 'forged', key }, names, validity);
			const forged = { key: key.export({ type: 'pkcs8', format: 'pem' }).toString(), cert };
			expect(await handshake(forged, authority, names.dns[0])).toMatch(/permitted subtree violation/);
		}
	});

	it('that is damaged is said to be, and not replaced', () => {
		open();
		rmSync(path.join(place.folder, 'tls', 'authority.key.pem'));
		expect(Authority.open(path.join(place.folder, 'tls'), 'box', clock)).toMatchObject({ ok: false, error: { code: 'bad-authority' } });
	});

	it('made by a machine that thinks it is 1970 is valid all the same', async () => {
		clock.set(0);
		const authority = open();
		expect(await handshake(authority.credentialsFor(NAMES), authority)).toBe('trusted');
	});
});

describe('the certificate of the hub', () => {
	it('is kept while it serves', () => {
		const first = open().credentialsFor(NAMES);
		const second = open().credentialsFor(NAMES);
		expect([first.renewed, second.renewed]).toEqual([true, false]);
		expect(second.cert).toBe(first.cert);
	});

	it('is renewed when an address is new', () => {
		open().credentialsFor(NAMES);
		const renewed = open().credentialsFor(namesFor(['192.168.1.5', '10.0.0.7'], 'box'));
		expect(renewed.renewed).toBe(true);
		expect(new X509Certificate(renewed.cert).checkIP('10.0.0.7')).toBe('10.0.0.7');
	});

	it('is renewed before it ends, and lasts at most 398 days', () => {
		const certificate = new X509Certificate(open().credentialsFor(NAMES).cert);
		expect(Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)).toBeLessThanOrEqual(398 * DAY_MS);
		clock.set(Date.parse(certificate.validTo) - 29 * DAY_MS);
		expect(open().credentialsFor(NAMES).renewed).toBe(true);
	});

	it('is renewed when its key is not the one beside it', () => {
		open().credentialsFor(NAMES);
		rmSync(path.join(place.folder, 'tls', 'hub.key.pem'));
		expect(open().credentialsFor(NAMES).renewed).toBe(true);
	});
});

describe('addresses', () => {
	const at = (address: string, internal = false) => ({ address, family: 'IPv4' as const, internal, netmask: '', mac: '', cidr: null });
	it('on the local network are found, the likelier first', () => {
		const found = lanAddresses({ lo: [at('127.0.0.1', true)], eth0: [at('10.1.2.3'), at('203.0.113.9')], wlan0: [at('192.168.8.2')], docker0: [at('172.17.0.1')] });
		expect(found).toEqual(['192.168.8.2', '10.1.2.3']);
	});
	it('are written in network order', () => {
		expect(ipBytes('192.168.1.5')).toEqual(Buffer.from([192, 168, 1, 5]));
		expect(ipBytes('::1')).toEqual(Buffer.from([...Array<number>(15).fill(0), 1]));
		expect(ipBytes('fe80::')).toEqual(Buffer.from([0xfe, 0x80, ...Array<number>(14).fill(0)]));
	});
	it('become the origins of the hub', () => {
		const lan = must(openLan({ dataFolder: place.folder, port: 4000, clock, log: pino({ level: 'silent' }), addresses: () => ['192.168.1.5'], machine: 'box' }));
		expect(lan.origins()).toEqual(['https://192.168.1.5:4000', 'https://box.local:4000']);
	});
});

describe('a hub whose address changes', () => {
	it('is told of new credentials and origins', () => {
		vi.useFakeTimers();
		let addresses = ['192.168.1.5'];
		const lan = must(openLan({ dataFolder: place.folder, port: 4000, clock, log: pino({ level: 'silent' }), addresses: () => addresses, machine: 'box' }));
		const changed = vi.fn();
		const stop = lan.watch(changed);
		vi.advanceTimersByTime(120_000);
		expect(changed).not.toHaveBeenCalled();
		addresses = ['10.0.0.7'];
		vi.advanceTimersByTime(60_000);
		expect(changed).toHaveBeenCalledOnce();
		expect(lan.origins()[0]).toBe('https://10.0.0.7:4000');
		stop();
		vi.useRealTimers();
	});

	it('takes them without a restart', async () => {
		const authority = open();
		const first = authority.credentialsFor(NAMES);
		const options = { dataFolder: path.join(place.folder, 'data'), buildFolder: place.folder, port: 0, host: '127.0.0.1', version: 'test', log: pino({ level: 'silent' }), tls: first };
		const hub = must(await startHub(options));
		const serial = () =>
			new Promise<string>((settle, failed) => {
				get({ host: '127.0.0.1', port: hub.port, path: '/_hub/info', ca: authority.certificate.toString(), agent: false }, (response) => {
					const { serialNumber } = (response.socket as TLSSocket).getPeerCertificate();
					response.resume();
					settle(serialNumber);
				}).on('error', failed);
			});
		expect(await serial()).toBe(new X509Certificate(first.cert).serialNumber);
		const second = authority.credentialsFor(namesFor(['10.0.0.7'], 'box'));
		hub.renewTls(second);
		expect(await serial()).toBe(new X509Certificate(second.cert).serialNumber);
		await hub.stop();
	});
});

it('the page shows the fingerprint and lets nothing else in', () => {
	const page = trustPage('AA:BB', 'https://192.168.1.5:4000/"><script>');
	expect(page).toContain('AA:BB');
	expect(page).not.toContain('<script>');
	for (const system of ['Android', 'iPhone', 'Windows', 'Linux', 'Firefox']) expect(page).toContain(system);
});
