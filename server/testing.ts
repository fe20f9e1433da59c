/**
 * A hub for the tests of other rooms: the real one, in this process, on a free port, without a log.
 */
import path from 'node:path';
import { pino } from 'pino';
import type { Clock } from '../sync/change/ports.ts';
import { startHub as start, type HubOptions, type RunningHub } from './hub.ts';

export interface TestHub extends RunningHub {
	/** `url/setup#token`, as the hub would print it */
	readonly setupLink: string;
}

export interface TestHubOptions {
	readonly dataFolder: string;
	/** 0 or absent: any free one */
	readonly port?: number;
	readonly buildFolder?: string;
	readonly clock?: Clock;
	readonly allowances?: HubOptions['allowances'];
	readonly origins?: HubOptions['origins'];
	readonly timeouts?: HubOptions['timeouts'];
	readonly couch?: HubOptions['couch'];
	readonly hubKey?: HubOptions['hubKey'];
	readonly prefix?: string;
	readonly behindProxy?: boolean;
	readonly packs?: HubOptions['packs'];
	readonly upstream?: string;
	readonly backoff?: HubOptions['backoff'];
}

/** Starts a hub over `dataFolder`; stopping and starting again with the same folder and port continues. */
export async function startHub(options: TestHubOptions): Promise<TestHub> {
	const started = await start({
		host: 'localhost',
		version: 'test',
		buildFolder: path.join(process.cwd(), 'build'),
		log: pino({ level: 'silent' }),
		...options,
		port: options.port ?? 0
	});
	if (!started.ok) throw new Error(started.error.message);
	const hub = started.value;
	return {
		...hub,
		get setupToken() {
			return hub.setupToken;
		},
		get setupLink() {
			return `${hub.url}/setup#${hub.setupToken ?? ''}`;
		}
	};
}
