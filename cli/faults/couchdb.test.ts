/**
 * A CouchDB behind gateways that is killed, alone and as a cluster of three nodes behind a balancer, with real processes: where `COUCHDB_BIN` names an installation.
 */
import { generateKeyPairSync } from 'node:crypto';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { run, summary, type Outcome } from '../../conformance/check.ts';
import { GROUPS } from '../../conformance/groups.ts';
import { couchDirectly, newHub } from '../../conformance/places.ts';
import { Target } from '../../conformance/target.ts';
import { seededRandom } from '../../sync/change/ports.ts';
import { openCouch } from '../../server/couchdb/settings.ts';
import { Device, foundedOver, temporaryFolder } from '../../server/testing/device.ts';
import { COUCHDB_BIN, CouchProcess, joined } from './couchdb-process.ts';
import { HubProcess } from './hub-process.ts';
import { BadLine } from './line.ts';
import { allIds, counted, Traffic } from './traffic.ts';

const LONG = process.env['SADDLEBAG_LONG'] === '1';
const KILLS = LONG ? 25 : 2;
if (COUCHDB_BIN === null) console.log('COUCHDB_BIN is not set: CouchDB was NOT killed, and no cluster was made.');
const ending: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
	for (const end of ending.splice(0).reverse()) await end();
});
const pause = (ms: number): Promise<void> => new Promise((later) => setTimeout(later, ms));

function folder(): string {
	const place = temporaryFolder();
	ending.push(() => place.remove());
	return place.folder;
}
async function secretOf(url: string): Promise<string> {
	const opened = await openCouch({ url, secret: null, secretFile: null });
	if (!opened.ok) throw new Error(opened.error.message);
	return opened.value.options.secret;
}
async function gateway(settings: HubProcess['settings']): Promise<HubProcess> {
	const hub = await new HubProcess(folder(), 0, settings).start();
	ending.push(() => hub.kill());
	return hub;
}
const at = (hub: HubProcess, like: Device): Device => Object.assign(new Device({ url: hub.url, key: hub.key, setupToken: null }, like.person), { token: like.token });
/**
 * What a cluster answers otherwise than one node, through a gateway and without: counts lag behind what was written, and the rows of two shards come in no one order. No
 * client goes by either.
 */
function isOfClusters({ name, verdict }: Outcome): boolean {
	if (verdict.kind !== 'differs') return true;
	const uncounted = (value: unknown): string => JSON.stringify(value).replace(/-?\d+(?=\]?$)/u, '#');
	return name === 'goes on after the sequence of any row' || uncounted(verdict.expected) === uncounted(verdict.got);
}
/** Settles when the gateway gives out what is there again. */
const readable = (device: Device, database: string): Promise<string[]> => vi.waitFor(() => allIds(device, database), { timeout: 60_000, interval: 250 });

describe.runIf(COUCHDB_BIN !== null)('a CouchDB', { timeout: 600_000 }, () => {
	it(`killed ${String(KILLS)} times under its gateway in the middle of pushes and pulls loses nothing that was acknowledged`, async () => {
		const couch = await new CouchProcess({ folder: folder(), name: `saddlebag-alone-${String(process.pid)}` }).start();
		ending.push(() => couch.kill());
		const hub = await gateway({ couch: { url: `http://127.0.0.1:${String(couch.port)}`, secret: await secretOf(couch.url) } });
		const { owner } = await foundedOver(hub);
		const care = owner.database('north', 'care');
		const traffic = new Traffic(() => at(hub, owner), care);
		const random = seededRandom('kills of CouchDB');
		let inPush = 0;
		for (let kill = 0; kill < KILLS; kill++) {
			await pause(300 + 3 * (random.bytes(1)[0] ?? 0));
			if (traffic.pushing) inPush++;
			await couch.kill();
			await couch.start();
		}
		await pause(500);
		await traffic.end();
		const { acknowledged, found, lost, missed } = counted(traffic, await readable(at(hub, owner), care));
		console.log(`${String(KILLS)} kills of CouchDB, ${String(inPush)} in mid-push: acknowledged ${String(acknowledged)}, found ${String(found)}. Lost: ${String(lost.length)}`);
		expect(acknowledged).toBeGreaterThan(0);
		expect(lost).toEqual([]);
		expect(missed).toEqual([]);
	});
});

describe.runIf(COUCHDB_BIN !== null && LONG)('three CouchDB nodes on one machine, a balancer that knows no device before them, and two gateways', { timeout: 600_000 }, () => {
	async function cluster(): Promise<{ readonly nodes: readonly CouchProcess[]; readonly balancer: string; readonly secret: string; readonly down: Set<CouchProcess> }> {
		const below = folder();
		const nodes = [1, 2, 3].map((each) => new CouchProcess({ folder: path.join(below, String(each)), name: `saddlebag-${String(each)}-${String(process.pid)}`, cluster: { shards: 2 } }));
		for (const node of nodes) {
			await node.start();
			ending.push(() => node.kill());
		}
		await joined(nodes);
		const down = new Set<CouchProcess>();
		let turn = 0;
		const balancer = new BadLine(seededRandom('balancer'), () => {
			const up = nodes.filter((node) => !down.has(node));
			return up[turn++ % up.length]?.port ?? 0;
		}, 0);
		const port = await balancer.listen(0);
		ending.push(() => balancer.close());
		const secret = await secretOf(nodes[0]?.url ?? '');
		// a balancer in earnest asks for this itself (deploy/cluster/Caddyfile)
		for (const node of nodes) await vi.waitFor(async () => expect((await node.ask('GET', '/_up')).status).toBe(200), { timeout: 60_000, interval: 250 });
		return { nodes, balancer: `http://127.0.0.1:${String(port)}`, secret, down };
	}

	it('answer as one CouchDB does, and lose nothing when one of them is killed and comes back', async () => {
		const { nodes, balancer, secret, down } = await cluster();
		const [first, , third] = nodes;
		if (first === undefined || third === undefined) throw new Error('no nodes');
		const hubKey = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
		const couch = { url: balancer, secret };

		for (const place of [await couchDirectly(first.url), await newHub(await (async () => {
			const hub = await gateway({ couch, hubKey, prefix: 'conform' });
			return `${hub.url}/setup#${hub.setupToken ?? ''}`;
		})())]) {
			const outcomes = await run(GROUPS, new Target(place), () => undefined);
			console.log(`${place.kind === 'hub' ? 'a gateway over a cluster' : 'the cluster'}: ${summary(outcomes).line}, but for counts and order ${String(outcomes.filter((outcome) => !isOfClusters(outcome)).length)}`);
			await place.end();
			expect(outcomes.filter((outcome) => !isOfClusters(outcome))).toEqual([]);
		}

		const [one, two] = [await gateway({ couch, hubKey }), await gateway({ couch, hubKey })];
		const { owner } = await foundedOver(one);
		const care = owner.database('north', 'care');
		// the second gateway hears of the site by CouchDB
		const other = await vi.waitFor(async () => {
			const device = await new Device({ url: two.url, key: two.key, setupToken: null }, owner.person).opensSession();
			await allIds(device, care);
			return device;
		}, { timeout: 20_000, interval: 250 });
		const traffics = [new Traffic(() => at(one, owner), care), new Traffic(() => at(two, other), care)];
		await pause(4_000);
		const before = traffics.map(({ acknowledged }) => acknowledged.length);
		down.add(third);
		await third.kill();
		await pause(8_000);
		const without = traffics.map(({ acknowledged }, each) => acknowledged.length - (before[each] ?? 0));
		await third.start();
		down.delete(third);
		await pause(4_000);
		await Promise.all(traffics.map((traffic) => traffic.end()));
		const held = await readable(at(one, owner), care);
		const counts = traffics.map((traffic) => counted(traffic, held));
		const sum = (numbers: readonly number[]): string => String(numbers.reduce((all, number) => all + number, 0));
		console.log(`a cluster of three of which one was killed: acknowledged ${sum(counts.map(({ acknowledged }) => acknowledged))}, ${sum(without)} of them while it was down, found ${String(new Set(held).size)}. Lost: ${sum(counts.map(({ lost }) => lost.length))}`);
		for (const { lost, missed } of counts) expect([lost, missed]).toEqual([[], []]);
		// two of three copies are a quorum: work goes on
		for (const count of without) expect(count).toBeGreaterThan(0);
	});
});
