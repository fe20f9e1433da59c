/** A hub as a process of its own, to be killed: folder, port (0: any), and an origin under which it is reached besides. */
import { pino } from 'pino';
import { startHub } from '../../server/hub.ts';

const [dataFolder = '', port = '0', origin] = process.argv.slice(2);
const unlimited = { burst: 1e12, perSecond: 1e9 };
const started = await startHub({
	dataFolder, port: Number(port), host: '127.0.0.1', buildFolder: dataFolder, version: 'test', log: pino({ level: 'silent' }),
	origins: () => (origin === undefined ? [] : [origin]), allowances: { request: unlimited, bytes: unlimited, stranger: unlimited }
});
if (!started.ok) throw new Error(started.error.message);
const { value: hub } = started;
console.log(JSON.stringify({ url: hub.url, port: hub.port, key: hub.key, setupToken: hub.setupToken }));
process.on('SIGTERM', () => void hub.stop());
