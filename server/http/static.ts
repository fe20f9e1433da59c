/**
 * The built app: files known at start, and `index.html` for any other path, as the app routes itself.
 *
 * Only files that were listed at start are served, so no path can lead out of the folder. What carries its hash in its name is kept for ever by
 * browsers; the rest is asked for again each time, so that a new version is found as soon as there is a line. Text goes out
 * compressed: the line to a clinic is the slowest part of a first visit.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { contentSecurityPolicy } from './security.ts';

const TYPES = new Map([
	['.html', 'text/html; charset=utf-8'],
	['.js', 'text/javascript; charset=utf-8'],
	['.css', 'text/css; charset=utf-8'],
	['.json', 'application/json'],
	['.webmanifest', 'application/manifest+json'],
	['.svg', 'image/svg+xml'],
	['.png', 'image/png'],
	['.ico', 'image/x-icon'],
	['.woff2', 'font/woff2'],
	['.wasm', 'application/wasm'],
	['.txt', 'text/plain; charset=utf-8'],
	['.map', 'application/json']
]);
const COMPRESSIBLE = /^(?:text\/|application\/(?:json|manifest\+json|wasm)|image\/svg)/;
const COMPRESS_FROM_BYTES = 1024;

interface StaticFile {
	readonly content: Buffer;
	readonly type: string;
	readonly etag: string;
	readonly brotli: Buffer | null;
	gzip: Promise<Buffer> | null;
}

export class StaticFiles {
	readonly #files = new Map<string, StaticFile>();
	readonly #index: StaticFile | null;
	readonly #inlineScripts: readonly string[];

	/** Reads the folder; a missing one is an app not built yet. */
	constructor(folder: string) {
		if (existsSync(folder)) this.#read(folder, '/');
		this.#index = this.#files.get('/index.html') ?? null;
		this.#inlineScripts = this.#index ? scriptHashes(this.#index.content.toString('utf8')) : [];
	}

	#read(folder: string, at: string): void {
		for (const name of readdirSync(folder)) {
			if (name.startsWith('.')) continue;
			const file = path.join(folder, name);
			if (statSync(file).isDirectory()) {
				this.#read(file, `${at}${name}/`);
				continue;
			}
			if (name.endsWith('.br') || name.endsWith('.gz')) continue;
			const content = readFileSync(file);
			this.#files.set(at + name, {
				content,
				type: TYPES.get(path.extname(name)) ?? 'application/octet-stream',
				etag: `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`,
				brotli: existsSync(`${file}.br`) ? readFileSync(`${file}.br`) : null,
				gzip: existsSync(`${file}.gz`) ? Promise.resolve(readFileSync(`${file}.gz`)) : null
			});
		}
	}

	/** `connect`: origins of other hubs that the app may speak to. */
	async serve(request: Request, connect: readonly string[]): Promise<Response> {
		const { pathname } = new URL(request.url);
		const named = pathname === '/' ? '/index.html' : pathname;
		const exact = this.#files.get(named);
		// A missing script must not be answered with a page: browsers would keep the page under the script's name.
		if (!exact && named.startsWith('/_app/')) return text(404, 'There is no such file in this version of the app.');
		const file = exact ?? this.#index;
		if (!file) return text(503, 'The app is not built yet: run `npm start`, which builds it.');
		const headers = new Headers({
			'Content-Type': file.type,
			'Cache-Control': named.startsWith('/_app/immutable/') ? 'public, max-age=31536000, immutable' : 'no-cache',
			ETag: file.etag,
			Vary: 'Accept-Encoding',
			'Content-Security-Policy': contentSecurityPolicy(this.#inlineScripts, connect)
		});
		if (request.headers.get('if-none-match')?.split(/,\s*/).includes(file.etag)) return new Response(null, { status: 304, headers });
		const body = await encoded(file, request.headers.get('accept-encoding') ?? '', headers);
		headers.set('Content-Length', String(body.byteLength));
		return new Response(request.method === 'HEAD' ? null : new Uint8Array(body), { headers });
	}
}

async function encoded(file: StaticFile, accepted: string, headers: Headers): Promise<Buffer> {
	if (!COMPRESSIBLE.test(file.type) || file.content.byteLength < COMPRESS_FROM_BYTES) return file.content;
	if (file.brotli && /\bbr\b/.test(accepted)) {
		headers.set('Content-Encoding', 'br');
		return file.brotli;
	}
	if (!/\bgzip\b/.test(accepted)) return file.content;
	file.gzip ??= promisify(gzip)(file.content, { level: 9 });
	headers.set('Content-Encoding', 'gzip');
	return file.gzip;
}

const text = (status: number, message: string): Response =>
	new Response(`${message}\n`, { status, headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' } });

/** CSP sources of the scripts written into the page itself. */
export function scriptHashes(html: string): string[] {
	const scripts = html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/gi);
	return [...scripts].map((script) => `'sha256-${createHash('sha256').update(script[1] ?? '').digest('base64')}'`);
}
