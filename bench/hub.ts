/**
 * What the hub costs, as a process of its own: pull and push of 20,000 envelopes through the gateway over CouchDB beside CouchDB asked directly in the same run (where
 * `COUCHDB_URL` names one with an administrator), and over embedded databases; 100 devices that poll while 20 push; and its memory while 100,000 envelopes pass.
 */
import { readFileSync } from 'node:fs';
import { HubProcess } from '../cli/faults/hub-process.ts';
import { asProxy, ask } from '../server/couchdb/provision.ts';
import { GATEWAY_USER, proxyHeaders, rolesFor } from '../server/couchdb/roles.ts';
import { hasCouch, testCouch } from '../server/testing/couchdb.ts';
import { Device, envelope, foundedOver, revised, temporaryFolder } from '../server/testing/device.ts';
import { median, printFigures, quantile, type Figure } from './report.ts';

const QUICK = process.argv.includes('--quick');
const RUNS = QUICK ? 1 : 3;
const ENVELOPES = QUICK ? 4_000 : 20_000;
const PASSING = QUICK ? 20_000 : 100_000;
const CROWD_MS = QUICK ? 5_000 : 20_000;
/** documents a request: as the app sends and fetches */
const BATCH = 500;
/** bytes of a sealed change as most are: one observation, padded */
const PLAINTEXT = 1_024;
const POLLING = 100;
const PUSHING = 20;
const MIB = 1024 * 1024;

type Post = (route: string, body: unknown) => Promise<number>;
type Get = (route: string) => Promise<unknown>;

const drawn = (count: number) => Array.from({ length: count }, () => revised(envelope('e1', PLAINTEXT)));
type Drawn = ReturnType<typeof drawn>;

async function timed(work: () => Promise<void>): Promise<number> {
	const began = performance.now();
	await work();
	return (performance.now() - began) / 1000;
}

async function pushAll(post: Post, route: string, documents: Drawn): Promise<void> {
	for (let from = 0; from < documents.length; from += BATCH) {
		const status = await post(`${route}/_bulk_docs`, { new_edits: false, docs: documents.slice(from, from + BATCH) });
		if (status !== 201) throw new Error(`a push was answered ${String(status)}`);
	}
}

interface Page { readonly results: readonly unknown[]; readonly last_seq: string }
async function pullAll(get: Get, route: string, count: number): Promise<void> {
	let seen = 0;
	for (let since = '0'; ; ) {
		const page = (await get(`${route}/_changes?${new URLSearchParams({ since, limit: String(BATCH), include_docs: 'true' })}`)) as Page;
		if (page.results.length === 0) break;
		seen += page.results.length;
		since = page.last_seq;
	}
	if (seen < count) throw new Error(`${String(seen)} of ${String(count)} were pulled`);
}

async function running(settings: HubProcess['settings']): Promise<{ readonly hub: HubProcess; readonly end: () => Promise<void> }> {
	const place = temporaryFolder();
	const hub = await new HubProcess(place.folder, 0, settings).start();
	return { hub, end: async () => { await hub.stop(); place.remove(); } };
}

const rate = (seconds: readonly number[]): number => ENVELOPES / median(seconds);
const seen = (what: string, seconds: number): void => console.error(`${what}: ${seconds.toFixed(2)} s, ${(ENVELOPES / seconds).toFixed(0)} a second`);

/** Each run with databases of its own, the two in turn. */
async function besideCouch(): Promise<readonly Figure[]> {
	const couch = await testCouch();
	const { hub, end } = await running({ couch: couch.options, prefix: couch.prefix });
	const times: Record<'push' | 'pull', { ours: number[]; theirs: number[] }> = { push: { ours: [], theirs: [] }, pull: { ours: [], theirs: [] } };
	try {
		const { owner } = await foundedOver(hub, couch.prefix);
		const direct = `${couch.prefix}-${'d'.repeat(32)}-care`;
		const sites = Array.from({ length: RUNS }, (_, each) => `bench${String(each)}`);
		for (const site of sites) owner.person.addsSite(site, 'region');
		await owner.syncsControl();
		await owner.opensSession();
		for (const [each, site] of sites.entries()) {
			const theirs = `${direct.replace(/^(.*)-d{32}/u, `$1-${String(each).padStart(32, 'd')}`)}`;
			await provisionedLike(couch, theirs, owner.database(site, 'care'), owner);
			// as the gateway asks it: by a caller whose roles CouchDB judges
			const headers = proxyHeaders(GATEWAY_USER, rolesFor(theirs, null), couch.options.secret);
			const asked = async (route: string, body?: unknown) => fetch(couch.options.url + route, { method: body === undefined ? 'GET' : 'POST', headers: { ...headers, 'Content-Type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
			const post: Post = async (route, body) => { const answer = await asked(route, body); await answer.text(); return answer.status; };
			const get: Get = async (route) => (await asked(route)).json();
			const documents = drawn(ENVELOPES);
			const ours = `/couch/${owner.database(site, 'care')}`;
			const steps = [
				['push', 'ours', () => pushAll(async (route, body) => (await owner.post(route, body)).status, ours, documents)], ['push', 'theirs', () => pushAll(post, `/${theirs}`, documents)],
				['pull', 'ours', () => pullAll(async (route) => (await owner.get(route)).json, ours, ENVELOPES)], ['pull', 'theirs', () => pullAll(get, `/${theirs}`, ENVELOPES)]
			] as const;
			// who goes first finds the disk idle
			for (const [what, whose, work] of each % 2 === 0 ? steps : [steps[1], steps[0], steps[3], steps[2]]) {
				const seconds = await timed(work);
				times[what][whose].push(seconds);
				seen(`${what} ${whose === 'ours' ? 'through the gateway' : 'to CouchDB directly'}`, seconds);
			}
		}
	} finally {
		await end();
		await couch.remove();
	}
	return (['push', 'pull'] as const).map((what) => {
		const cost = median(times[what].ours) / median(times[what].theirs) - 1;
		return { bench: `${what} of ${String(ENVELOPES)} envelopes over CouchDB`, unit: 'per s', saddlebag: rate(times[what].ours), peer: rate(times[what].theirs), goal: `at most 15 % more time: ${(100 * cost).toFixed(0)} %`, met: cost <= 0.15, runs: RUNS };
	});
}

/** A database with the same access and rule as one that the gateway made. */
async function provisionedLike(couch: Awaited<ReturnType<typeof testCouch>>, name: string, like: string, owner: Device): Promise<void> {
	await owner.get(`/couch/${like}`);
	const admin = asProxy(couch.options.url, GATEWAY_USER, ['_admin'], couch.options.secret);
	const security = (await ask(admin, 'GET', `${like}/_security`)).json as object;
	const design = (await ask(admin, 'GET', `${like}/_all_docs?startkey="_design"&endkey="_design0"&include_docs=true`)).json as { readonly rows: readonly { readonly doc: { readonly _id: string } }[] };
	await ask(admin, 'PUT', name);
	const rename = (text: string): string => text.replaceAll(like, name);
	await ask(admin, 'PUT', `${name}/_security`, JSON.parse(rename(JSON.stringify(security))) as object);
	for (const { doc } of design.rows) await ask(admin, 'PUT', `${name}/${doc._id}`, { ...(JSON.parse(rename(JSON.stringify(doc))) as object), _rev: undefined });
}

async function embedded(): Promise<readonly Figure[]> {
	const times: Record<'push' | 'pull', number[]> = { push: [], pull: [] };
	for (let run = 0; run < RUNS; run++) {
		const { hub, end } = await running({});
		const { owner } = await foundedOver(hub);
		const ours = `/couch/${owner.database('north', 'care')}`;
		const documents = drawn(ENVELOPES);
		times.push.push(await timed(() => pushAll(async (route, body) => (await owner.post(route, body)).status, ours, documents)));
		times.pull.push(await timed(() => pullAll(async (route) => (await owner.get(route)).json, ours, ENVELOPES)));
		for (const what of ['push', 'pull'] as const) seen(`${what}, embedded`, times[what].at(-1) ?? 0);
		await end();
	}
	return (['push', 'pull'] as const).map((what) => ({ bench: `${what} of ${String(ENVELOPES)} envelopes, embedded`, unit: 'per s', saddlebag: rate(times[what]), peer: null, goal: null, met: null, runs: RUNS }));
}

/** 100 devices of ten sites wait for news and fetch it, while two of each site push five changes, look at what they wrote, and push again. */
async function crowd(): Promise<readonly Figure[]> {
	const SITES = 10;
	const { hub, end } = await running({});
	const { owner } = await foundedOver(hub);
	const sites = Array.from({ length: SITES }, (_, each) => `crowd${String(each)}`);
	for (const site of sites) owner.person.addsSite(site, 'region');
	await owner.syncsControl();
	const at = (site: string): Promise<Device> => new Device({ url: hub.url, key: hub.key, setupToken: null }, owner.person).opensSession([owner.database(site, 'care'), owner.database(site, 'desk'), owner.control]);
	const siteOf = (each: number): string => sites[each % SITES] ?? '';
	const waiting: Device[] = [];
	const writing: Device[] = [];
	for (let each = 0; each < POLLING; each++) waiting.push(await at(siteOf(each)));
	for (let each = 0; each < PUSHING; each++) writing.push(await at(siteOf(each)));
	const ends = performance.now() + CROWD_MS;
	let [errors, news, fetched] = [0, 0, 0];
	const polling = waiting.map(async (device, each) => {
		const care = owner.database(siteOf(each), 'care');
		for (let since = 'now', from = '0'; performance.now() < ends; ) {
			const updates = await device.get(`/couch/_db_updates?feed=longpoll&since=${since}&timeout=2000`);
			if (updates.status !== 200) errors++;
			const { results, last_seq: last } = updates.json as Page;
			since = last;
			if (results.length === 0) continue;
			news++;
			const page = await device.get(`/couch/${care}/_changes?since=${from}&limit=500&include_docs=true`);
			if (page.status !== 200) errors++;
			const { results: rows, last_seq: next } = page.json as Page;
			from = next;
			fetched += rows.length;
		}
	});
	const times: number[] = [];
	const pushing = writing.map(async (device, each) => {
		while (performance.now() < ends) {
			const docs = drawn(5);
			const began = performance.now();
			const { status } = await device.post(`/couch/${owner.database(siteOf(each), 'care')}/_bulk_docs`, { new_edits: false, docs });
			times.push(performance.now() - began);
			if (status !== 201) errors++;
			await new Promise((later) => setTimeout(later, 1_000));
		}
	});
	await Promise.all([...polling, ...pushing]);
	await end();
	const p99 = quantile(times, 0.99);
	console.error(`${String(POLLING)} polling, ${String(PUSHING)} pushing: ${String(times.length)} pushes, ${String(news)} times news, ${String(fetched)} rows fetched, ${String(errors)} errors; a push ${median(times).toFixed(0)} ms, 99 of 100 under ${p99.toFixed(0)} ms`);
	return [{ bench: `99th percentile of a push, ${String(POLLING)} devices polling, ${String(PUSHING)} pushing`, unit: 'ms', saddlebag: p99, peer: null, goal: 'under 250 ms, no error', met: p99 < 250 && errors === 0, runs: times.length }];
}

/** What a process holds in memory of its own, bytes: not the files of its databases, which the system keeps there while there is room. */
const residentOf = (pid: number): number => Number(/RssAnon:\s+(\d+)/u.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1] ?? 0) * 1024;

async function memory(): Promise<readonly Figure[]> {
	const { hub, end } = await running({});
	const { owner } = await foundedOver(hub);
	const care = `/couch/${owner.database('north', 'care')}`;
	const marks: number[] = [];
	let since = '0';
	for (let passed = 0; passed < PASSING; ) {
		await pushAll(async (route, body) => (await owner.post(route, body)).status, care, drawn(PASSING / 20));
		passed += PASSING / 20;
		for (;;) {
			const page = (await owner.get(`${care}/_changes?${new URLSearchParams({ since, limit: String(BATCH), include_docs: 'true' })}`)).json as Page;
			if (page.results.length === 0) break;
			since = page.last_seq;
		}
		marks.push(residentOf(hub.pid));
	}
	await end();
	const [early, late] = [median(marks.slice(4, 8)), median(marks.slice(-4))];
	console.error(`memory of the hub while ${String(PASSING)} envelopes pass, MB: ${marks.map((mark) => (mark / MIB).toFixed(0)).join(' ')}`);
	return [{ bench: `memory after ${String(PASSING)} envelopes, beside after a third of them`, unit: 'share', saddlebag: late / early, peer: null, goal: 'flat: under 1.2', met: late / early < 1.2, runs: 1 }];
}

if (!hasCouch) console.error('COUCHDB_URL is not set: the gateway is not compared with CouchDB.');
const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice('--only='.length);
const parts = { couchdb: hasCouch ? besideCouch : () => Promise.resolve([]), embedded, crowd, memory };
const figures: Figure[] = [];
for (const [name, part] of Object.entries(parts)) if (only === undefined || only === name) figures.push(...(await part()));
printFigures(figures);
process.exitCode = figures.some(({ met }) => met === false) ? 1 : 0;
