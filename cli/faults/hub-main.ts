/** A hub as a process of its own, to be killed: what it is to be is its one argument, as JSON (`hub-process.ts`). */
import { pino } from 'pino';
import { startHub } from '../../server/hub.ts';
import type { HubSettings } from './hub-process.ts';

const { dataFolder, port, origin, upstream, couch, hubKey, prefix, clockMs } = JSON.parse(process.argv[2] ?? '') as HubSettings & { readonly dataFolder: string; readonly port: number };
if (clockMs !== undefined && clockMs !== 0) {
	// of the whole process: timers go on as they do when somebody sets a machine's clock
	const now = Date.now.bind(Date);
	Date.now = () => now() + clockMs;
}
const unlimited = { burst: 1e12, perSecond: 1e9 };
const started = await startHub({
	dataFolder, port, host: '127.0.0.1', buildFolder: dataFolder, version: 'test', log: pino({ level: 'silent' }),
	origins: () => (origin === undefined ? [] : origin.split(' ')), allowances: { request: unlimited, bytes: unlimited, stranger: unlimited },
	...(upstream === undefined ? {} : { upstream, backoff: { firstMs: 50, mostMs: 400 } }), ...(couch === undefined ? {} : { couch }), ...(hubKey === undefined ? {} : { hubKey }), ...(prefix === undefined ? {} : { prefix })
});
if (!started.ok) throw new Error(started.error.message);
const { value: hub } = started;
console.log(JSON.stringify({ url: hub.url, port: hub.port, key: hub.key, setupToken: hub.setupToken }));
process.on('SIGTERM', () => void hub.stop());
