/**
 * A bad line between devices and a hub: it cuts, truncates, delays, duplicates, resets, and answers 502 in the hub's place. Which request meets which fault follows
 * from a seed; a fault may strike before the hub heard of the request, or after it did its work and before the device hears of it.
 */
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Random } from '../../sync/change/ports.ts';

export const FAULTS = ['cut', 'reset', 'truncate', 'delay', 'duplicate', '502'] as const;
export type Fault = (typeof FAULTS)[number];

const DELAY_MS_MAX = 400;
/** hops that are of the connection and not of the message */
const HOPS = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length']);

interface Answer { readonly status: number; readonly headers: IncomingMessage['headers']; readonly body: Buffer }

export class BadLine {
	/** how often each struck */
	readonly struck = new Map<Fault, number>();
	/** the line is good while false */
	bad = true;
	readonly #random: Random;
	readonly #to: () => number;
	readonly #share: number;
	readonly #server: Server;

	/** `share` of requests, 0 to 1, meet a fault; the others go to `to()`, a port on this machine. */
	constructor(random: Random, to: () => number, share: number) {
		this.#random = random;
		this.#to = to;
		this.#share = share;
		this.#server = createServer((incoming, outgoing) => void this.#pass(incoming, outgoing).catch(() => outgoing.destroy()));
	}

	async listen(port: number): Promise<number> {
		await new Promise<void>((listening, failed) => {
			this.#server.once('error', failed);
			this.#server.listen(port, '127.0.0.1', listening);
		});
		return (this.#server.address() as AddressInfo).port;
	}

	async close(): Promise<void> {
		this.#server.closeAllConnections();
		await new Promise<void>((closed) => this.#server.close(() => closed()));
	}

	#fraction(): number {
		const [a = 0, b = 0] = this.#random.bytes(2);
		return (a * 256 + b) / 65_536;
	}

	async #pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
		const fault = this.bad && this.#fraction() < this.#share ? (FAULTS[Math.floor(this.#fraction() * FAULTS.length)] ?? null) : null;
		if (fault !== null) this.struck.set(fault, (this.struck.get(fault) ?? 0) + 1);
		const body = await bodyOf(incoming);
		if (fault === 'cut') return void incoming.socket.destroy();
		if (fault === '502') return void outgoing.writeHead(502, { 'Content-Type': 'text/html' }).end('<h1>502 Bad Gateway</h1>');
		if (fault === 'delay') await new Promise((later) => setTimeout(later, this.#fraction() * DELAY_MS_MAX));
		if (fault === 'duplicate') await this.#forward(incoming, body);
		const answer = await this.#forward(incoming, body);
		// the hub did its work, and the device does not hear of it
		if (fault === 'reset') return void incoming.socket.resetAndDestroy();
		const headers = Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !HOPS.has(name)));
		outgoing.writeHead(answer.status, { ...headers, 'Content-Length': String(answer.body.length) });
		if (fault !== 'truncate') return void outgoing.end(answer.body);
		outgoing.write(answer.body.subarray(0, Math.floor(answer.body.length * this.#fraction())));
		setImmediate(() => incoming.socket.destroy());
	}

	#forward(incoming: IncomingMessage, body: Buffer): Promise<Answer> {
		return new Promise((settle, failed) => {
			const sent = request({ host: '127.0.0.1', port: this.#to(), method: incoming.method, path: incoming.url, headers: { ...incoming.headers, connection: 'close' } }, (answer) => {
				bodyOf(answer).then((whole) => settle({ status: answer.statusCode ?? 502, headers: answer.headers, body: whole }), failed);
			});
			sent.once('error', failed);
			sent.end(body);
		});
	}
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of message) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks);
}
