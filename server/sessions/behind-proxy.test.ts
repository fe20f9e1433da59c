/** Clients behind a proxy: each has an allowance of its own, and none can make itself more by what it says of its address. */
import { afterEach, describe, expect, it } from 'vitest';
import { startHub, type TestHub } from '../testing.ts';
import { temporaryFolder } from '../testing/device.ts';

const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
	for (const step of cleanUp.splice(0).reverse()) await step();
});

async function hub(behindProxy: boolean): Promise<TestHub> {
	const { folder, remove } = temporaryFolder();
	cleanUp.push(remove);
	const started = await startHub({ dataFolder: folder, behindProxy, allowances: { stranger: { burst: 2, perSecond: 0.001 }, restore: { burst: 2, perSecond: 0.001 } } });
	cleanUp.push(() => started.stop());
	return started;
}
/** How many of the requests were refused as too many. */
async function refused({ url }: TestHub, route: string, forwarded: readonly string[]): Promise<number> {
	let count = 0;
	for (const each of forwarded) if ((await fetch(`${url}/_hub/${route}`, { method: 'POST', headers: { 'X-Forwarded-For': each } })).status === 429) count++;
	return count;
}

describe.each(['challenge', 'restore'])('requests without a session (%s)', (route) => {
	it('are counted by the address that the proxy saw', async () => {
		const behind = await hub(true);
		expect(await refused(behind, route, Array.from({ length: 6 }, (_, i) => `203.0.113.${i}`))).toBe(0);
		expect(await refused(behind, route, Array.from({ length: 6 }, () => '198.51.100.1'))).toBe(4);
		expect(await refused(behind, route, Array.from({ length: 6 }, (_, i) => `203.0.113.${i}, 198.51.100.2`))).toBe(4);
	});

	it('are counted by the address of the connection where no proxy was named', async () => {
		expect(await refused(await hub(false), route, Array.from({ length: 6 }, (_, i) => `203.0.113.${i}`))).toBe(4);
	});
});
