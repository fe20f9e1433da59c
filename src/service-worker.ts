/// <reference types="@sveltejs/kit" />
/// <reference lib="webworker" />
/**
 * Keeps one whole release of the app on the device, so that it starts with no line at all. All or nothing: a release is used only
 * when every file of it was stored, and a newer one takes over only when the person agrees. Nothing but the app's own files is ever
 * cached: no answer of the hub, no record.
 */
import { build, files, version } from '$service-worker';
import { withHubs } from './lib/device/policy-header.ts';

declare const self: ServiceWorkerGlobalScope;
const worker = self;
const RELEASE = `saddlebag-${version}`;
const SHELL = '/';
const ASSETS = [SHELL, ...build, ...files];
const KNOWN = new Set(ASSETS);
const POLICY = 'content-security-policy';

worker.addEventListener('install', (event) => {
	event.waitUntil(
		caches.open(RELEASE).then((cache) => cache.addAll(ASSETS.map((path) => new Request(path, { cache: 'reload' }))))
	);
});

async function takeOver(): Promise<void> {
	for (const name of await caches.keys()) if (name.startsWith('saddlebag-') && name !== RELEASE) await caches.delete(name);
	await worker.clients.claim();
}

worker.addEventListener('activate', (event) => event.waitUntil(takeOver()));

worker.addEventListener('message', (event) => {
	const data: unknown = event.data;
	if (data === 'activate') void worker.skipWaiting();
	if (typeof data === 'object' && data !== null && 'kind' in data && data.kind === 'hubs' && 'origins' in data && Array.isArray(data.origins)) event.waitUntil(nameHubs(data.origins));
});

/**
 * The kept files with the same bodies, and the hubs that the log names now: no line is needed, and no hub's word taken. Of the page and of every script, since a worker, in which
 * the app speaks to its hub, goes by the policy of its own script.
 */
async function nameHubs(origins: readonly unknown[]): Promise<void> {
	const cache = await caches.open(RELEASE);
	for (const path of ASSETS) {
		const kept = await cache.match(path);
		const before = kept?.headers.get(POLICY) ?? null;
		const policy = before === null ? null : withHubs(before, origins);
		if (kept === undefined || policy === null || policy === before) continue;
		const headers = new Headers(kept.headers);
		headers.set(POLICY, policy);
		// of the bytes on the line, which are not those that are kept
		for (const name of ['content-encoding', 'content-length']) headers.delete(name);
		await cache.put(path, new Response(await kept.blob(), { status: kept.status, headers }));
	}
}

async function fromRelease(request: Request, path: string): Promise<Response> {
	const cache = await caches.open(RELEASE);
	return (await cache.match(path)) ?? fetch(request);
}

worker.addEventListener('fetch', (event) => {
	const url = new URL(event.request.url);
	if (event.request.method !== 'GET' || url.origin !== worker.location.origin) return;
	if (KNOWN.has(url.pathname)) event.respondWith(fromRelease(event.request, url.pathname));
	else if (event.request.mode === 'navigate' && !url.pathname.startsWith('/_hub') && !url.pathname.startsWith('/couch')) {
		event.respondWith(fromRelease(event.request, SHELL));
	}
});
