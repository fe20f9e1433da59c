/** What `npm start` is told by flags and environment. */
import { describe, expect, it } from 'vitest';
import { readStart, USAGE } from './start.mjs';

const read = (args: readonly string[], env: Record<string, string> = {}) => readStart([...args], env, '/srv/saddlebag');
const settings = (args: readonly string[], env: Record<string, string> = {}) => {
	const choice = read(args, env);
	if (choice.kind !== 'run') throw new Error(JSON.stringify(choice));
	return choice.settings;
};

describe('npm start', () => {
	it('needs to be told nothing', () => {
		expect(settings([])).toEqual({
			port: 4000, dataFolder: '/srv/saddlebag/data', host: 'localhost', logLevel: 'warn', behindProxy: false, lan: false, trustPort: 4001, tlsCert: null, tlsKey: null, origins: [], couch: null, hubKeyFile: null, upstream: null
		});
	});

	it('is told by the environment, and by flags before it', () => {
		const env = { PORT: '5000', SADDLEBAG_DATA: '/var/lib/saddlebag', SADDLEBAG_HOST: '10.0.0.1', SADDLEBAG_BEHIND_PROXY: '1', SADDLEBAG_LOG_LEVEL: 'debug', SADDLEBAG_ORIGIN: 'https://a.example https://b.example' };
		expect(settings([], env)).toMatchObject({ port: 5000, trustPort: 5001, dataFolder: '/var/lib/saddlebag', host: '10.0.0.1', logLevel: 'debug', origins: ['https://a.example', 'https://b.example'] });
		expect(settings(['--port', '6000', '--data', 'else', '--log-level', 'warn'], env)).toMatchObject({ port: 6000, dataFolder: '/srv/saddlebag/else', logLevel: 'warn' });
	});

	it('is told of a CouchDB by the environment alone', () => {
		expect(settings([], { COUCHDB_URL: 'http://localhost:5984', COUCHDB_SECRET_FILE: '/etc/secret', SADDLEBAG_HUB_KEY_FILE: '/etc/hub.pem' })).toMatchObject({
			couch: { url: 'http://localhost:5984', secret: null, secretFile: '/etc/secret' }, hubKeyFile: '/etc/hub.pem'
		});
	});

	it('listens to the whole network only when told to', () => {
		expect(settings(['--lan'])).toMatchObject({ lan: true, host: '::' });
		expect(settings([], { SADDLEBAG_LAN: '1' })).toMatchObject({ lan: true });
		expect(settings([], { SADDLEBAG_LAN: '0' })).toMatchObject({ lan: false, host: 'localhost' });
		expect(settings(['--lan', '--host', '192.168.1.5'])).toMatchObject({ host: '192.168.1.5' });
	});

	it('explains every flag', () => {
		expect(read(['--help'])).toEqual({ kind: 'help' });
		for (const flag of ['port', 'data', 'host', 'lan', 'trust-port', 'tls-cert', 'tls-key', 'origin', 'log-level', 'demo', 'help']) expect(USAGE).toContain(`--${flag}`);
	});

	it.each([
		[['--port', '0'], /--port/],
		[['--port', '70000'], /--port/],
		[['--port', 'abc'], /--port/],
		[['--lan', '--trust-port', '4000'], /--trust-port/],
		[['--log-level', 'loud'], /--log-level/],
		[['--tls-cert', 'a.pem'], /belong together/],
		[['--lan', '--tls-cert', 'a.pem', '--tls-key', 'b.pem'], /its own certificate/],
		[['--origin', 'https://a.example/'], /origin/],
		[['--origin', 'hub.example'], /origin/],
		[['--prot', '4000'], /--prot/],
		[['4000'], /4000/]
	])('says what is wrong with %j', (args, words) => {
		expect(read(args)).toMatchObject({ kind: 'wrong', message: expect.stringMatching(words) });
	});
});

describe('without HTTPS', () => {
	it('the hub is served on this machine only, unless a proxy stands before it', () => {
		for (const host of ['0.0.0.0', '::', '192.168.1.5', 'hub.example.org']) {
			expect(readStart(['--host', host], {}, '/')).toMatchObject({ kind: 'wrong' });
			expect(readStart([], { SADDLEBAG_HOST: host }, '/')).toMatchObject({ kind: 'wrong' });
			expect(readStart(['--host', host, '--behind-proxy'], {}, '/')).toMatchObject({ kind: 'run', settings: { host, behindProxy: true } });
			expect(readStart(['--host', host], { SADDLEBAG_BEHIND_PROXY: '1' }, '/')).toMatchObject({ kind: 'run' });
		}
		for (const host of ['localhost', '127.0.0.1', '::1']) expect(readStart(['--host', host], {}, '/')).toMatchObject({ kind: 'run' });
		expect(readStart(['--host', '::', '--tls-cert', 'a', '--tls-key', 'b'], {}, '/')).toMatchObject({ kind: 'run' });
		// whoever is reached directly takes nobody's word on an address
		for (const direct of [['--lan'], ['--tls-cert', 'a', '--tls-key', 'b']]) expect(readStart(direct, { SADDLEBAG_BEHIND_PROXY: '1' }, '/')).toMatchObject({ settings: { behindProxy: false } });
	});
});
