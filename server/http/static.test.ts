/** The app as browsers get it: what is kept, what is asked for again, and what a page may do. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foundedHub, temporaryFolder, type FoundedHub } from '../testing/device.ts';
import { HUB_ORIGIN } from '../../sync/membership/testing/cast.ts';
import { StaticFiles } from './static.ts';

const INLINE = '\n\t{ start("</p>"); }\n';
const PAGE = `<!doctype html><script src="/a.js"></script><script>${INLINE}</script><p>Saddlebag</p>`;
const CODE = 'export const name = "saddlebag";\n'.repeat(200);

let world: FoundedHub;
const place = temporaryFolder();
const get = (route: string, headers: Record<string, string> = {}, method = 'GET') => fetch(world.hub.url + route, { method, headers });
beforeAll(async () => {
	const immutable = path.join(place.folder, '_app', 'immutable');
	mkdirSync(immutable, { recursive: true });
	writeFileSync(path.join(place.folder, 'index.html'), PAGE);
	writeFileSync(path.join(place.folder, 'service-worker.js'), CODE);
	writeFileSync(path.join(place.folder, '.saddlebag-sources'), 'stamp');
	writeFileSync(path.join(immutable, 'start.AbC1.js'), CODE);
	writeFileSync(path.join(immutable, 'sodium.wasm'), Buffer.from([0, 97, 115, 109]));
	writeFileSync(path.join(immutable, 'pre.js'), CODE);
	writeFileSync(path.join(immutable, 'pre.js.br'), 'compressed before');
	world = await foundedHub({ buildFolder: place.folder });
});
afterAll(async () => {
	await world.end();
	place.remove();
});

describe('files', () => {
	it('with a hash in their name are kept for ever, others asked for again', async () => {
		expect((await get('/_app/immutable/start.AbC1.js')).headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
		for (const route of ['/', '/index.html', '/service-worker.js', '/sites/1']) expect((await get(route)).headers.get('cache-control')).toBe('no-cache');
	});

	it('have the types that browsers insist on', async () => {
		expect((await get('/service-worker.js')).headers.get('content-type')).toBe('text/javascript; charset=utf-8');
		expect((await get('/_app/immutable/sodium.wasm')).headers.get('content-type')).toBe('application/wasm');
	});

	it('go out compressed to who can take it', async () => {
		const packed = await get('/service-worker.js', { 'Accept-Encoding': 'gzip' });
		expect(packed.headers.get('content-encoding')).toBe('gzip');
		expect(await packed.text()).toBe(CODE);
		expect((await get('/service-worker.js', { 'Accept-Encoding': 'identity' })).headers.get('content-encoding')).toBeNull();
		const files = new StaticFiles(place.folder);
		const before = await files.serve(new Request('http://hub/_app/immutable/pre.js', { headers: { 'Accept-Encoding': 'br, gzip' } }), []);
		expect([before.headers.get('content-encoding'), await before.text()]).toEqual(['br', 'compressed before']);
		const gzip = await files.serve(new Request('http://hub/_app/immutable/start.AbC1.js', { headers: { 'Accept-Encoding': 'gzip' } }), []);
		expect(gunzipSync(Buffer.from(await gzip.arrayBuffer())).toString()).toBe(CODE);
	});

	it('that have not changed are not sent again', async () => {
		const etag = (await get('/')).headers.get('etag') ?? '';
		const again = await get('/', { 'If-None-Match': etag });
		expect([again.status, await again.text()]).toEqual([304, '']);
		expect(again.headers.get('content-security-policy')).toContain("default-src 'none'");
	});

	it('are answered to HEAD without a body, and to nothing else', async () => {
		const head = await get('/', {}, 'HEAD');
		expect([head.status, await head.text()]).toEqual([200, '']);
		expect((await get('/', {}, 'POST')).status).toBe(405);
	});
});

describe('paths', () => {
	it('of the app lead to its page', async () => {
		for (const route of ['/', '/sites/1/charts/2', '/setup', '/join', '/a.b']) expect(await (await get(route)).text()).toBe(PAGE);
	});

	it('of scripts that are not there lead nowhere', async () => {
		expect((await get('/_app/immutable/old.js')).status).toBe(404);
		expect((await get('/_app/immutable/pre.js.br')).status).toBe(404);
	});

	it.each(['/../package.json', '/%2e%2e/package.json', '/..%2fpackage.json', '/.saddlebag-sources', '/_app/../.saddlebag-sources', '//etc/passwd', '/\\..\\package.json', '/%00'])('never lead out of the folder: %s', async (route) => {
		const files = new StaticFiles(place.folder);
		const body = await (await files.serve(new Request(`http://hub${route}`), [])).text();
		expect(body).toBe(PAGE);
	});

	it('say what to do while the app is not built', async () => {
		const none = await new StaticFiles(path.join(place.folder, 'none')).serve(new Request('http://hub/'), []);
		expect([none.status, await none.text()]).toEqual([503, expect.stringContaining('npm start')]);
	});
});

describe('what a page may do', () => {
	it('is run its own scripts and speak to the hubs of its organization', async () => {
		const policy = (await get('/')).headers.get('content-security-policy') ?? '';
		const directives = new Map(policy.split('; ').map((directive) => [directive.split(' ')[0], directive.split(' ').slice(1)]));
		const hash = createHash('sha256').update(INLINE).digest('base64');
		expect(directives.get('script-src')).toEqual(["'self'", "'wasm-unsafe-eval'", `'sha256-${hash}'`]);
		expect(directives.get('connect-src')).toEqual(["'self'", HUB_ORIGIN]);
		expect(directives.get('worker-src')).toEqual(["'self'"]);
		expect(directives.get('default-src')).toEqual(["'none'"]);
		expect(policy.replace("'wasm-unsafe-eval'", '')).not.toContain('unsafe');
	});

	it('every answer says how it may be used', async () => {
		for (const route of ['/', '/_hub/info', '/couch/', '/_app/none.js']) {
			const { headers } = await get(route);
			expect(headers.get('x-content-type-options')).toBe('nosniff');
			expect(headers.get('referrer-policy')).toBe('no-referrer');
			expect(headers.get('set-cookie')).toBeNull();
		}
	});
});

describe('a page of another origin', () => {
	const preflight = (origin: string) => get('/couch/sb-control/_changes', { Origin: origin, 'Access-Control-Request-Method': 'GET', 'Access-Control-Request-Headers': 'authorization' }, 'OPTIONS');

	it('may speak to this hub when a hub of the organization served it', async () => {
		const allowed = await preflight(HUB_ORIGIN);
		expect(allowed.status).toBe(204);
		expect(allowed.headers.get('access-control-allow-origin')).toBe(HUB_ORIGIN);
		expect(allowed.headers.get('access-control-allow-headers')).toMatch(/authorization/i);
		expect(allowed.headers.get('access-control-allow-credentials')).toBeNull();
		expect((await get('/_hub/info', { Origin: HUB_ORIGIN })).headers.get('access-control-allow-origin')).toBe(HUB_ORIGIN);
		const refused = await get('/couch/sb-control', { Origin: HUB_ORIGIN });
		expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, HUB_ORIGIN]);
	});

	it('may not otherwise', async () => {
		expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
		expect((await get('/_hub/info', { Origin: 'https://evil.example' })).headers.get('access-control-allow-origin')).toBeNull();
	});
});
