/**
 * Waiting: what the two longpolls (`_changes`, `_db_updates`) share.
 *
 * A waiting request ends with news, with its time, with its client, or with the hub, whichever comes first. Meanwhile a heartbeat, where
 * asked for, keeps proxies and mobile lines from closing it: a line break, which JSON ignores.
 */

export interface Wait {
	/** calls `news` when there may be some, until the returned function is called */
	readonly listen: (news: () => void) => () => void;
	/** looked at before waiting, so that news between the last look and now is not missed */
	readonly isThere: () => boolean;
	readonly timeoutMs: number;
	/** null: none */
	readonly heartbeatMs: number | null;
	readonly onHeartbeat: () => void;
	readonly signals: readonly AbortSignal[];
}

/** Settles when there is news, or there will be none. Never rejects. */
export function waitForNews(wait: Wait): Promise<void> {
	return new Promise((settle) => {
		const end = () => {
			stopListening();
			clearTimeout(timeout);
			clearInterval(heartbeat);
			for (const signal of wait.signals) signal.removeEventListener('abort', end);
			settle();
		};
		const stopListening = wait.listen(() => {
			if (wait.isThere()) end();
		});
		const timeout = setTimeout(end, wait.timeoutMs);
		const heartbeat = wait.heartbeatMs === null ? undefined : setInterval(wait.onHeartbeat, wait.heartbeatMs);
		for (const signal of wait.signals) signal.addEventListener('abort', end);
		if (wait.isThere() || wait.signals.some((signal) => signal.aborted)) end();
	});
}

const encoder = new TextEncoder();

export interface JsonStream {
	/** Sends a piece; settles when the client has room for more. */
	readonly send: (text: string) => Promise<void>;
	/** Sends a piece whatever the room: for what is small. */
	readonly push: (text: string) => void;
	readonly gone: AbortSignal;
}

/** A JSON answer written piece by piece, no faster than the client reads. `write` failing breaks the connection off: half an answer must not look whole. */
export function streamJson(write: (stream: JsonStream) => Promise<void>): Response {
	const gone = new AbortController();
	let resume: (() => void) | null = null;
	const release = () => {
		resume?.();
		resume = null;
	};
	const body = new ReadableStream<Uint8Array>({
		start(controller) {
			const push = (text: string) => {
				if (!gone.signal.aborted) controller.enqueue(encoder.encode(text));
			};
			const send = async (text: string) => {
				push(text);
				if (!gone.signal.aborted && (controller.desiredSize ?? 1) <= 0) await new Promise<void>((room) => (resume = room));
			};
			write({ send, push, gone: gone.signal }).then(
				() => (gone.signal.aborted ? undefined : controller.close()),
				(error: unknown) => controller.error(error)
			);
		},
		pull: release,
		cancel() {
			gone.abort();
			release();
		}
	});
	return new Response(body, { headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' } });
}
