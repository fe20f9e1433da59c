/**
 * A hub as a process of its own, for the test that traces its system calls: folder, and `synced` or `unsynced`.
 */
import { pino } from 'pino';
import { startHub } from '../hub.ts';
import { syncedLevelDOWN, unsyncedLevelDOWN } from '../storage/synced-leveldown.ts';

const [dataFolder = '', mode] = process.argv.slice(2);
const started = await startHub({
	dataFolder, port: 0, host: '127.0.0.1', buildFolder: dataFolder, version: 'test', log: pino({ level: 'silent' }),
	levelDOWN: mode === 'unsynced' ? unsyncedLevelDOWN : syncedLevelDOWN
});
if (!started.ok) throw new Error(started.error.message);
const hub = started.value;
console.log(JSON.stringify({ pid: process.pid, url: hub.url, key: hub.key, setupToken: hub.setupToken }));
process.on('SIGTERM', () => void hub.stop());
