/**
 * A thin line between devices and a hub: so many bytes a second each way, a latency, and packets that are lost. What is lost is sent again after a time, as TCP does, and what
 * is behind it waits: a stall. Which are lost follows from a seed. It knows connections and bytes, nothing of what they carry.
 */
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Random } from '../sync/change/ports.ts';

export interface LineShape {
	readonly bytesPerSecond: number;
	/** there and back */
	readonly latencyMs: number;
	/** share of packets that are lost, 0 to 1 */
	readonly loss: number;
}

/** bytes of a packet, and of its headers, which cross the line too */
const PACKET = 1_400;
const HEADERS = 40;
const pause = (ms: number): Promise<void> => new Promise((later) => setTimeout(later, ms));

export class ThinLine {
	/** that crossed it, with the headers of packets and what was sent again */
	readonly bytes = { up: 0, down: 0 };
	/** nothing passes, and nobody is told, as when somebody drives through a valley */
	dead = false;
	stalls = 0;
	readonly #shape: LineShape;
	readonly #random: Random;
	readonly #server: Server;
	readonly #open = new Set<Socket>();
	/** when each direction is free again, ms */
	readonly #free = { up: 0, down: 0 };

	constructor(shape: LineShape, random: Random, to: () => number) {
		this.#shape = shape;
		this.#random = random;
		this.#server = createServer({ pauseOnConnect: true }, (near) => {
			const far = connect(to(), '127.0.0.1');
			for (const socket of [near, far]) {
				this.#open.add(socket);
				socket.setNoDelay(true);
				socket.on('error', () => undefined);
				socket.on('close', () => {
					this.#open.delete(socket);
					near.destroy();
					far.destroy();
				});
			}
			void this.#carry(near, far, 'up');
			void this.#carry(far, near, 'down');
			near.resume();
		});
	}

	async listen(port: number): Promise<void> {
		await new Promise<void>((listening, failed) => {
			this.#server.once('error', failed);
			this.#server.listen(port, '127.0.0.1', listening);
		});
	}
	get port(): number {
		return (this.#server.address() as AddressInfo).port;
	}

	/** Ends all connections, as when the line is given to somebody else. */
	cut(): void {
		for (const socket of this.#open) socket.destroy();
	}

	async close(): Promise<void> {
		this.cut();
		await new Promise<void>((closed) => this.#server.close(() => closed()));
	}

	async #carry(from: Socket, to: Socket, way: 'up' | 'down'): Promise<void> {
		try {
			for await (const chunk of from) {
				for (let at = 0; at < (chunk as Buffer).length; at += PACKET) await this.#packet((chunk as Buffer).subarray(at, at + PACKET), to, way);
			}
			to.end();
		} catch {
			to.destroy();
		}
	}

	async #packet(bytes: Buffer, to: Socket, way: 'up' | 'down'): Promise<void> {
		const { bytesPerSecond, latencyMs, loss } = this.#shape;
		while (this.dead) await pause(50);
		const onLine = bytes.length + HEADERS;
		const [a = 0, b = 0] = this.#random.bytes(2);
		const lost = (a * 256 + b) / 65_536 < loss;
		const begins = Math.max(performance.now(), this.#free[way]);
		// sent again when nobody has said for a while that it came
		const stall = lost ? 1.5 * latencyMs : 0;
		if (lost) this.stalls++;
		this.#free[way] = begins + stall + ((lost ? 2 : 1) * onLine * 1000) / bytesPerSecond;
		this.bytes[way] += (lost ? 2 : 1) * onLine;
		await pause(this.#free[way] - performance.now());
		const arrives = performance.now() + latencyMs / 2;
		setTimeout(() => (to.destroyed ? undefined : to.write(bytes)), Math.max(0, arrives - performance.now()));
	}
}
