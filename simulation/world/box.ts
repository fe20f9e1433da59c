/**
 * A clinic box of a simulated world: a hub near some devices, and the carrier as shipped (`server/carrier`) between it and the hub above, on a virtual disk and line.
 *
 * It is switched on while somebody works anywhere, and sleeps in between. It may be killed at any access to its disk or its line, and be put back to an old backup.
 * What its carrier says of itself, how far it sent and fetched, is held against what is there at the moment at which it is durable.
 */
import pino from 'pino';
import { seededRandom } from '../../sync/change/ports.ts';
import { sign, type SigningKey } from '../../sync/seal/keys.ts';
import { Carrier } from '../../server/carrier/carrier.ts';
import { controlName } from '../../server/storage/names.ts';
import { Dice } from '../dice.ts';
import { MarksCheck } from '../oracle/marks.ts';
import type { FailureKind } from '../report.ts';
import type { HubImage } from './hub-data.ts';
import { FrontierMemory } from './hub-frontiers.ts';
import { ORIGIN, originOfBox, PREFIX, SimulatedHub } from './hub.ts';
import { SimulatedStorage } from './hub-storage.ts';
import type { Line, Network } from './network.ts';
import { Process } from './process.ts';
import type { Timeline } from './timeline.ts';

export interface BoxOptions {
	readonly number: number;
	readonly seed: number;
	readonly timeline: Timeline;
	readonly network: Network;
	/** the one above */
	readonly hub: SimulatedHub;
	readonly key: SigningKey;
	readonly line: Line;
	readonly broken: (kind: FailureKind, what: string) => void;
}

export class Box {
	readonly hub: SimulatedHub;
	readonly number: number;
	/** null before the first start */
	process: Process | null = null;
	readonly #options: BoxOptions;
	readonly #dice: Dice;
	#storage: SimulatedStorage | null = null;
	#marks: MarksCheck;
	#carrier: Carrier | null = null;
	#awakeUntil = 0;

	constructor(options: BoxOptions) {
		const { number, seed, timeline, key } = options;
		this.#options = options;
		this.number = number;
		this.#dice = new Dice(`box ${String(seed)} ${String(number)}`);
		this.#marks = this.#newMarks();
		this.hub = new SimulatedHub(timeline, seededRandom(`box ${String(seed)} ${String(number)}`), key.publicKey, originOfBox(number), () => {
			if (this.#storage === null) throw new Error('a box without storage');
			return this.#storage.get(controlName(PREFIX));
		});
		this.hub.frontiers = new FrontierMemory();
		this.hub.up = false;
	}

	#newMarks(): MarksCheck {
		return new MarksCheck(this.#options.hub, (db) => this.serves(db));
	}

	/** Does it carry the database, as far as it knows? */
	serves(name: string): boolean {
		return this.#carrier?.serves(name) ?? false;
	}

	/** Does nothing when it runs. */
	start(): void {
		if (this.process?.alive === true) return;
		const { timeline, number, broken } = this.#options;
		const process = new Process({ timeline, dice: this.#dice, skew: () => 0, diskMs: 0, onDeath: () => this.#died() });
		this.process = process;
		process.asleep = timeline.now >= this.#awakeUntil;
		const storage = new SimulatedStorage({
			hub: this.hub, process, onLocal: (db, id, fields) => {
				if (id === 'carrier') for (const { kind, detail } of this.#marks.look(this.hub.database(db), fields)) broken(kind, `box ${String(number)}: ${detail}`);
			}
		});
		this.#storage = storage;
		void this.#open(process, storage).catch((failure: unknown) => broken('total', `box ${String(number)} does not start: ${String(failure instanceof Error ? failure.stack : failure)}`));
	}

	async #open(process: Process, storage: SimulatedStorage): Promise<void> {
		const { network, key, line, number, broken } = this.#options;
		await this.hub.start();
		const failures = { write: (text: string) => broken('total', `box ${String(number)}: ${text}`) };
		const carrier = new Carrier({
			upstream: ORIGIN, prefix: PREFIX, identity: { key: key.publicKey, macKey: key.seed, sign: (domain, text) => sign(domain, text, key) }, storage,
			frontiers: this.hub.frontiers ?? new FrontierMemory(), organization: this.hub.organization, origins: () => [originOfBox(number)], clock: process.clock,
			log: pino({ level: 'error' }, failures), fetch: network.requestsFor(process, () => line)
		});
		this.#carrier = carrier;
		this.hub.carrying = carrier;
		carrier.start();
	}

	#died(): void {
		this.hub.crash();
		this.hub.carrying = this.#carrier = null;
	}

	kill(): void {
		this.process?.die();
	}

	/** From an old backup; `start` it afterwards. */
	restore(image: HubImage): void {
		this.kill();
		this.hub.restore(image);
		this.#marks = this.#newMarks();
	}

	/** Switched on until then. */
	awakeUntil(time: number): void {
		const { timeline } = this.#options;
		if (time <= this.#awakeUntil) return;
		this.#awakeUntil = time;
		this.process?.wake();
		timeline.at(time, () => {
			if (timeline.now >= this.#awakeUntil && this.process !== null) this.process.asleep = true;
		});
	}
}
