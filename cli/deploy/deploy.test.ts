/**
 * The deployment files, read: no container engine and no systemd run here. Every file says that it was not run; what they name exists; secrets are not in them; and
 * what a hub must not be reached by is not published.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readStart, USAGE } from '../options/start.mjs';
import { readYaml, type Yaml } from './yaml.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const DEPLOY = path.join(ROOT, 'deploy');
const read = (file: string): string => readFileSync(path.join(DEPLOY, file), 'utf8');
const at = (value: Yaml | undefined, ...keys: readonly string[]): Yaml | undefined => keys.reduce<Yaml | undefined>((inner, key) => (inner instanceof Map ? inner.get(key) : undefined), value);
const map = (value: Yaml | undefined): ReadonlyMap<string, Yaml> => (value instanceof Map ? value : new Map<string, Yaml>());
const list = (value: Yaml | undefined): readonly Yaml[] => (Array.isArray(value) ? (value as readonly Yaml[]) : []);

/** Keys of the Compose Specification that these files may use. */
const SERVICE_KEYS = new Set(['image', 'build', 'restart', 'ports', 'environment', 'volumes', 'networks', 'depends_on', 'secrets', 'read_only', 'tmpfs', 'cap_drop', 'security_opt', 'stop_grace_period', 'healthcheck', 'hostname']);

describe.each(['compose.yaml', 'cluster/compose.yaml'])('deploy/%s', (file) => {
	const compose = readYaml(read(file));
	const services = map(at(compose, 'services'));
	const folder = path.dirname(path.join(DEPLOY, file));

	it('is of the form of a compose file, and names nothing that is not in it', () => {
		expect([...map(compose).keys()].sort()).toEqual(['networks', 'secrets', 'services', 'volumes']);
		const [networks, volumes, secrets] = ['networks', 'volumes', 'secrets'].map((key) => map(at(compose, key)));
		for (const [name, service] of services) {
			expect([...map(service).keys()].filter((key) => !SERVICE_KEYS.has(key)), name).toEqual([]);
			expect(map(service).has('image') || map(service).has('build'), name).toBe(true);
			const joined = at(service, 'networks');
			for (const network of joined instanceof Map ? joined.keys() : list(joined)) expect(networks?.has(String(network)), `${name} ${String(network)}`).toBe(true);
			for (const secret of list(at(service, 'secrets'))) expect(secrets?.has(String(secret))).toBe(true);
			const needed = at(service, 'depends_on');
			for (const other of needed instanceof Map ? needed.keys() : list(needed)) expect(services.has(String(other)), `${name} needs ${String(other)}`).toBe(true);
			for (const volume of list(at(service, 'volumes'))) {
				const [source = ''] = String(volume).split(':');
				if (source.startsWith('.')) expect(existsSync(path.join(folder, source)), source).toBe(true);
				else expect(volumes?.has(source), source).toBe(true);
			}
			const image = at(service, 'image');
			if (typeof image === 'string' && image !== 'saddlebag') expect(image, 'pinned').toMatch(/^[a-z]+:\d+\.\d+\.\d+$/);
		}
	});

	it('publishes nothing but TLS; databases stand in a network without a way out', () => {
		expect([...services].filter(([, service]) => map(service).has('ports')).map(([name]) => name)).toEqual(['tls']);
		expect(list(at(services.get('tls'), 'ports'))).toEqual(['80:80', '443:443']);
		expect(at(compose, 'networks', 'back', 'internal')).toBe('true');
		for (const [name, service] of services) {
			if (!name.startsWith('couchdb')) continue;
			const joined = at(service, 'networks');
			expect(joined instanceof Map ? [...joined.keys()] : joined).toEqual(['back']);
		}
	});

	it('gives gateways settings that a hub takes, and no secret in clear', () => {
		const gateways = [...services].filter(([name]) => name.startsWith('gateway'));
		expect(gateways.length).toBeGreaterThan(0);
		for (const [, gateway] of gateways) {
			const given = Object.fromEntries([...map(at(gateway, 'environment'))].map(([key, value]) => [key, String(value).replace(/\$\{SADDLEBAG_NAME[^}]*\}/, 'hub.example.org')]));
			expect(readStart([], { ...imageEnvironment(), ...given }, '/srv/saddlebag')).toMatchObject({ kind: 'run', settings: { origins: ['https://hub.example.org'], dataFolder: '/var/lib/saddlebag', couch: { secretFile: '/run/secrets/couchdb_secret' }, hubKeyFile: '/run/secrets/hub_key' } });
		}
		for (const line of read(file).split('\n')) if (/PASSWORD|SECRET|COOKIE/.test(line)) expect(line).toMatch(/\$\{[A-Z_]+:\?|_FILE: \/run\/secrets\//);
	});
});

function imageEnvironment(): Record<string, string> {
	const line = /^ENV (SADDLEBAG_DATA=.*)$/m.exec(read('Dockerfile'))?.[1] ?? '';
	return Object.fromEntries(line.split(' ').map((pair) => pair.split('=') as [string, string]));
}

describe('the image', () => {
	const steps = read('Dockerfile').split('\n').filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split(' ')[0]);
	it('is made of known steps, runs as nobody in particular, and starts what is there', () => {
		expect(steps.filter((step) => !['FROM', 'WORKDIR', 'COPY', 'RUN', 'ENV', 'USER', 'VOLUME', 'EXPOSE', 'STOPSIGNAL', 'HEALTHCHECK', 'CMD'].includes(step ?? ''))).toEqual([]);
		expect(read('Dockerfile')).toMatch(/^USER node$/m);
		expect(existsSync(path.join(ROOT, 'cli/start.mjs'))).toBe(true);
		expect(readStart([], imageEnvironment(), '/')).toMatchObject({ kind: 'run', settings: { host: '0.0.0.0', port: 4000 } });
		for (const left of ['node_modules', 'data', '.git']) expect(read('Dockerfile.dockerignore').split('\n')).toContain(left);
	});
});

describe.each(readdirSync(DEPLOY).filter((name) => /\.(?:service|timer)$/.test(name)))('deploy/%s', (name) => {
	const sections = new Map<string, (readonly [string, string])[]>();
	let section = '';
	for (const line of read(name).split('\n')) {
		const header = /^\[(\w+)\]$/.exec(line)?.[1];
		if (header !== undefined) sections.set((section = header), []);
		else if (line !== '' && !line.startsWith('#')) {
			const [, key = '', value = ''] = /^([A-Za-z]+)=(.*)$/.exec(line) ?? [];
			expect(key, line).not.toBe('');
			sections.get(section)?.push([key, value]);
		}
	}
	it('is a unit whose program is there', () => {
		expect([...sections.keys()].every((one) => ['Unit', 'Service', 'Timer', 'Install'].includes(one))).toBe(true);
		for (const [key, value] of sections.get('Service') ?? []) {
			if (key !== 'ExecStart') continue;
			const program = /\/opt\/saddlebag\/(\S+)/.exec(value)?.[1] ?? '';
			expect(existsSync(path.join(ROOT, program)), program).toBe(true);
		}
	});
	it('is taken by systemd, where there is one to ask', () => {
		const asked = spawnSync('systemd-analyze', ['--version']);
		if (asked.status !== 0) console.log(`systemd-analyze is not here: ${name} was read by this test only.`);
		else expect(spawnSync('systemd-analyze', ['verify', '--man=no', path.join(DEPLOY, name)], { encoding: 'utf8' }).stderr).not.toMatch(/Unknown key|Failed to parse/);
	});
});

it('the box is started with settings that a hub takes', () => {
	const given = Object.fromEntries(read('box.env.example').split('\n').filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split('=') as [string, string]));
	expect(readStart([], { ...given, SADDLEBAG_DATA: '/var/lib/saddlebag', SADDLEBAG_LAN: '1' }, '/opt/saddlebag')).toMatchObject({ kind: 'run', settings: { lan: true, upstream: 'https://hub.example.org', dataFolder: '/var/lib/saddlebag' } });
	expect(USAGE).toContain('--upstream');
});

it('every file says that it was not run by the tests, and the page of deployments names it', () => {
	const page = readFileSync(path.join(ROOT, 'docs/deploy.md'), 'utf8');
	for (const file of ['Dockerfile', 'Caddyfile', 'compose.yaml', 'saddlebag-box.service', 'saddlebag-backup.service', 'saddlebag-backup.timer', 'couchdb/local.ini', 'cluster/compose.yaml', 'cluster/Caddyfile', 'cluster/join.sh']) {
		expect(read(file), file).toMatch(/[Nn]ot run by the tests/);
		expect(page, file).toContain(`deploy/${file}`);
	}
});

it('the reader of these files refuses what it does not understand', () => {
	for (const wrong of ['a: 1\na: 2', 'a:\n   b: 1', 'a: [1]', 'a: &x', 'a:\n  - b: 1', 'a: b: c', '\ta: 1', 'a:']) expect(() => readYaml(wrong), wrong).toThrow();
});
