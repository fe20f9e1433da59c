/**
 * One HTTP exchange with limits on everything that comes back (A5, attack 34).
 *
 * The body is counted as it is read, after decompression, so that neither a huge page nor a compression bomb fills the memory; silence and
 * dribbling both end the exchange. What was cut off is an error and never half an answer: JSON must parse whole.
 */
import { err, ok, type Result } from '../result.ts';
import { hubProblem, statusProblem, type HubProblem } from './hubProblem.ts';
import type { Scheduler } from './scheduler.ts';

/** As much of `fetch` as is used here: what a simulator has to imitate. */
export type Fetch = (url: string, init: RequestInit) => Promise<Answer>;
export interface Answer {
	readonly status: number;
	readonly ok: boolean;
	readonly body: { getReader(): Reader } | null;
}
interface Reader {
	read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
	cancel(): Promise<void>;
}

export interface Exchange {
	readonly url: string;
	readonly method: 'GET' | 'POST';
	readonly body?: string;
	readonly token?: string;
	/** bytes that are here already: only what comes after them is asked for */
	readonly from?: number;
	readonly signal: AbortSignal;
	/** bytes of the decompressed body that are read at most */
	readonly bytesMax: number;
	/** ms without a byte */
	readonly silenceMs: number;
	/** ms from begin to end */
	readonly wholeMs: number;
}

/** The JSON of an answer with status 2xx, or what went wrong. Never throws. */
export async function exchange(fetch: Fetch, scheduler: Scheduler, request: Exchange): Promise<Result<unknown, HubProblem>> {
	const watch = new Watch(scheduler, request);
	try {
		const response = await fetch(request.url, requestInit(request, 'application/json', watch.signal));
		watch.heard();
		const text = await readText(response, request.bytesMax, watch);
		if (text === null) return err(hubProblem('too-large', `The hub's answer exceeds ${request.bytesMax} bytes.`, response.status));
		const parsed = parse(text);
		if (!response.ok) return err(statusProblem(response.status, reasonOf(parsed.ok ? parsed.value : null)));
		return parsed.ok ? parsed : err(hubProblem('bad-answer', 'The hub’s answer was cut off or is not JSON.', response.status));
	} catch {
		return err(watch.problem ?? hubProblem('unreachable', 'The hub cannot be reached.'));
	} finally {
		watch.end();
	}
}

/** What came of an answer in bytes, also when it was cut off: the rest can be asked for. */
export interface ReceivedBytes {
	readonly chunks: readonly Uint8Array[];
	/** the answer begins where it was asked to, and not at the beginning */
	readonly partial: boolean;
	/** null when it came whole */
	readonly problem: HubProblem | null;
}

/** The bytes of an answer with status 2xx. Never throws. */
export async function exchangeBytes(fetch: Fetch, scheduler: Scheduler, request: Exchange): Promise<ReceivedBytes> {
	const watch = new Watch(scheduler, request);
	const chunks: Uint8Array[] = [];
	let partial = false;
	try {
		const response = await fetch(request.url, requestInit(request, 'application/octet-stream', watch.signal));
		watch.heard();
		if (!response.ok) {
			const text = await readText(response, ERROR_BYTES_MAX, watch);
			const parsed = parse(text ?? '');
			return { chunks, partial, problem: statusProblem(response.status, reasonOf(parsed.ok ? parsed.value : null)) };
		}
		partial = response.status === PARTIAL_CONTENT;
		const whole = await readChunks(response, request.bytesMax, watch, (chunk) => chunks.push(chunk));
		return { chunks, partial, problem: whole ? null : hubProblem('too-large', `The hub's answer exceeds ${request.bytesMax} bytes.`, response.status) };
	} catch {
		return { chunks, partial, problem: watch.problem ?? hubProblem('unreachable', 'The hub cannot be reached.') };
	} finally {
		watch.end();
	}
}

const PARTIAL_CONTENT = 206;
/** bytes of the body of an error that are looked at */
const ERROR_BYTES_MAX = 64 * 1024;

const requestInit = (request: Exchange, accept: string, signal: AbortSignal): RequestInit => ({
	method: request.method,
	signal,
	redirect: 'error',
	credentials: 'omit',
	cache: 'no-store',
	referrerPolicy: 'no-referrer',
	headers: {
		accept,
		...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
		...(request.token === undefined ? {} : { authorization: `Bearer ${request.token}` }),
		...(request.from === undefined ? {} : { range: `bytes=${String(request.from)}-` })
	},
	...(request.body === undefined ? {} : { body: request.body })
});

/** Ends an exchange that is silent, slow or called off, and remembers which. */
class Watch {
	problem: HubProblem | null = null;
	readonly #scheduler: Scheduler;
	readonly #request: Exchange;
	readonly #controller = new AbortController();
	readonly #cancelWhole: () => void;
	#cancelSilence: () => void = () => undefined;
	readonly #stop = (): void => this.#abort(hubProblem('stopped', 'Called off.'));

	constructor(scheduler: Scheduler, request: Exchange) {
		this.#scheduler = scheduler;
		this.#request = request;
		this.#cancelWhole = scheduler.after(request.wholeMs, () => this.#abort(hubProblem('timeout', 'The hub took too long to answer.')));
		if (request.signal.aborted) this.#stop();
		else request.signal.addEventListener('abort', this.#stop);
		this.heard();
	}

	get signal(): AbortSignal {
		return this.#controller.signal;
	}

	heard(): void {
		this.#cancelSilence();
		this.#cancelSilence = this.#scheduler.after(this.#request.silenceMs, () => this.#abort(hubProblem('timeout', 'The hub fell silent.')));
	}

	end(): void {
		this.#cancelWhole();
		this.#cancelSilence();
		this.#request.signal.removeEventListener('abort', this.#stop);
	}

	#abort(problem: HubProblem): void {
		this.problem ??= problem;
		this.#controller.abort();
	}
}

/** Null when the body is longer than allowed. */
async function readText(response: Answer, bytesMax: number, watch: Watch): Promise<string | null> {
	const decoder = new TextDecoder();
	let text = '';
	const whole = await readChunks(response, bytesMax, watch, (chunk) => (text += decoder.decode(chunk, { stream: true })));
	return whole ? text + decoder.decode() : null;
}

/** False when the body is longer than allowed. */
async function readChunks(response: Answer, bytesMax: number, watch: Watch, take: (chunk: Uint8Array) => void): Promise<boolean> {
	if (response.body === null) return true;
	const reader = response.body.getReader();
	// a fake fetch or an old browser may not end a read when its request is aborted: race them
	const stopped = new Promise<never>((_, reject) => watch.signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true }));
	stopped.catch(() => undefined);
	let bytes = 0;
	for (;;) {
		const { done, value } = await Promise.race([reader.read(), stopped]);
		if (done || value === undefined) return true;
		watch.heard();
		bytes += value.length;
		if (bytes > bytesMax) {
			reader.cancel().catch(() => undefined);
			return false;
		}
		take(value);
	}
}

function parse(text: string): Result<unknown, null> {
	try {
		return ok(JSON.parse(text));
	} catch {
		return err(null);
	}
}

/** The reason in CouchDB's way of saying errors. */
function reasonOf(answer: unknown): string {
	if (typeof answer !== 'object' || answer === null || !('reason' in answer)) return '';
	return typeof answer.reason === 'string' ? answer.reason : '';
}
