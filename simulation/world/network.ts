/**
 * Lines between devices and the hub: they take time, fail, lose, double and hold back. All that a device hands to the hub passes here, and is
 * looked at for what must not leave a device.
 */
import type { Fetch } from '../../sync/replication/boundedFetch.ts';
import { isObject } from '../../sync/change/canonical.ts';
import type { Dice } from '../dice.ts';
import type { HubAnswer, SimulatedHub } from './hub.ts';
import { never, type Process } from './process.ts';
import type { Timeline } from './timeline.ts';

/** What is wrong with a line now; shares are of requests. */
export interface Line {
	/** is there a line? */
	readonly up: () => boolean;
	/** is this fault to happen to the request at hand? */
	readonly happens: (fault: 'drop' | 'drop-answer' | 'duplicate' | 'truncate') => boolean;
	/** further ms that a message takes, each way */
	readonly delayMs: () => number;
}

export interface NetworkOptions {
	readonly timeline: Timeline;
	/** the hub or box at an origin; null: nothing is there */
	readonly hubAt: (origin: string) => SimulatedHub | null;
	readonly dice: Dice;
	/** sees everything that is handed to the hub, before it goes */
	readonly inspect: (text: string) => void;
}

type Answering = Awaited<ReturnType<Fetch>>;
const encoder = new TextEncoder();

export class Network {
	readonly #options: NetworkOptions;

	constructor(options: NetworkOptions) {
		this.#options = options;
	}

	/** `fetch` for one process on a device with these lines, by the origin they lead to. */
	fetchFor(process: Process, lineTo: (origin: string) => Line): Fetch {
		return (url, init) => {
			if (!process.survives()) return never();
			return this.#exchange(process, lineTo, url, init, responseOf);
		};
	}

	/** As `fetchFor`, with whole responses, as a hub's own code asks for them. */
	requestsFor(process: Process, lineTo: (origin: string) => Line): (url: string, init: RequestInit) => Promise<Response> {
		return (url, init) => {
			if (!process.survives()) return never();
			return this.#exchange(process, lineTo, url, init, ({ status, value }, truncated) => {
				const text = JSON.stringify(value);
				return new Response(truncated ? text.slice(0, text.length >> 1) : text, { status });
			});
		};
	}

	#exchange<T>(process: Process, lineTo: (origin: string) => Line, url: string, init: RequestInit, made: (answered: HubAnswer, truncated: boolean) => T): Promise<T> {
		const { timeline, dice, inspect } = this.#options;
		const { origin } = new URL(url);
		const line = lineTo(origin);
		const hub = this.#options.hubAt(origin);
		const signal = init.signal ?? null;
		const body = typeof init.body === 'string' ? init.body : '';
		const token = tokenOf(init.headers);
		inspect(url);
		inspect(body);
		if (token !== null) inspect(token);
		return new Promise((resolve, reject) => {
			let over = false;
			let gone = (): void => undefined;
			const settle = (act: () => void): void => {
				if (over) return;
				over = true;
				signal?.removeEventListener('abort', abort);
				if (process.alive) process.whenAwake(() => (process.survives() ? act() : undefined));
			};
			const fail = (): void => settle(() => reject(new TypeError('fetch failed')));
			const abort = (): void => {
				gone();
				settle(() => reject(new DOMException('aborted', 'AbortError')));
			};
			if (signal?.aborted === true) return abort();
			signal?.addEventListener('abort', abort);
			const travel = (): number => dice.between(10, 120) + line.delayMs();
			if (hub === null || !line.up()) return void timeline.at(timeline.now + dice.between(1, 50), fail);
			// what is lost on its way is not reported: the sender waits for an answer until it gives up
			if (line.happens('drop')) return void (dice.chance(0.5) ? timeline.at(timeline.now + travel(), fail) : undefined);
			const twice = line.happens('duplicate');
			const deliver = (first: boolean): void => {
				if (!line.up()) return first ? fail() : undefined;
				void this.#answer(hub, url, init.method ?? 'GET', body, token, (end) => (first ? (gone = end) : undefined)).then((answered) => {
					if (!first) return;
					timeline.at(timeline.now + travel(), () => {
						if (answered === null || !line.up() || line.happens('drop-answer')) return fail();
						settle(() => {
							if (url.includes('/_changes') && holdsDocuments(answered)) process.receives();
							resolve(made(answered, line.happens('truncate')));
						});
					});
				});
			};
			timeline.at(timeline.now + travel(), () => deliver(true));
			if (twice) timeline.at(timeline.now + travel() + dice.between(0, 60_000), () => deliver(false));
		});
	}

	#answer(hub: SimulatedHub, url: string, method: string, body: string, token: string | null, onGone: (gone: () => void) => void): Promise<HubAnswer | null> {
		const { pathname, searchParams } = new URL(url);
		return hub.handle({ method, path: decodeURIComponent(pathname), query: searchParams, body: body === '' ? null : JSON.parse(body), token, onGone });
	}
}

const holdsDocuments = ({ value }: HubAnswer): boolean => isObject(value) && Array.isArray(value['results']) && value['results'].length > 0;

function tokenOf(headers: RequestInit['headers']): string | null {
	const authorization = isObject(headers) ? headers['authorization'] : null;
	return typeof authorization === 'string' ? authorization.replace(/^Bearer /, '') : null;
}

function responseOf({ status, value }: HubAnswer, truncated: boolean): Answering {
	const text = JSON.stringify(value);
	let bytes: Uint8Array<ArrayBuffer> | null = encoder.encode(truncated ? text.slice(0, text.length >> 1) : text);
	return {
		status,
		ok: status >= 200 && status < 300,
		body: {
			getReader: () => ({
				read: () => {
					const value = bytes;
					bytes = null;
					return Promise.resolve(value === null ? { done: true, value: undefined } : { done: false, value });
				},
				cancel: () => Promise.resolve()
			})
		}
	};
}
