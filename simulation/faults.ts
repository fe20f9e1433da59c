/**
 * The faults of a plan in force: asked by lines, the hub and clocks at the moment of need, and carried out where they are events. What chance
 * decides within a fault follows from the fault's own seed. After healing none is in force, but wrong clocks stay wrong.
 */
import { Dice } from './dice.ts';
import type { Fault, FaultKind, Plan } from './plan.ts';
import type { Line } from './world/network.ts';
import { HONEST, liesOf, type Liar, type Lie, type Lies } from './world/lies.ts';
import type { Timeline } from './world/timeline.ts';

type LineFault = 'drop' | 'drop-answer' | 'duplicate' | 'truncate';
interface Active extends Fault {
	readonly dice: Dice;
}

const LIES: readonly string[] = ['withhold', 'replay', 'rewind', 'swap', 'forge', 'conflict', 'lose-write', 'serve-deleted', 'reorder', 'partial-batch'] satisfies readonly Lie[];

export class Faults {
	/** that happened so far */
	count = 0;
	readonly #plan: Plan;
	readonly #timeline: Timeline;
	readonly #all: readonly Active[];
	readonly #madeUp = new Set<string>();

	constructor(plan: Plan, timeline: Timeline) {
		this.#plan = plan;
		this.#timeline = timeline;
		this.#all = plan.faults.map((fault) => ({ ...fault, dice: new Dice(`fault ${fault.seed}`) }));
	}

	happened(): void {
		this.count++;
	}

	/** The line of a device. */
	line(device: number): Line {
		const mine = this.#all.filter((fault) => fault.device === null || fault.device === device);
		const of = (kind: FaultKind['kind']): Active[] => mine.filter(({ fault }) => fault.kind === kind);
		const partitions = of('partition');
		const delays = of('delay');
		const byKind = new Map((['drop', 'drop-answer', 'duplicate', 'truncate'] as const).map((kind) => [kind, of(kind)]));
		return {
			up: () => {
				const up = !partitions.some((fault) => this.#isOn(fault));
				if (!up) this.count++;
				return up;
			},
			happens: (kind: LineFault) => {
				const happens = (byKind.get(kind) ?? []).some(({ fault, dice, ...when }) => this.#isOn(when) && 'share' in fault && dice.chance(fault.share));
				if (happens) this.count++;
				return happens;
			},
			delayMs: () => delays.reduce((ms, { fault, dice, ...when }) => ms + (fault.kind === 'delay' && this.#isOn(when) ? dice.below(fault.ms) : 0), 0)
		};
	}

	/** The line of a device to the hub. `far`: there is none, ever. */
	lineToHub(device: number, far: boolean): Line {
		const line = this.line(device);
		const away = this.#all.filter(({ fault, device: of }) => fault.kind === 'no-hub' && of === device);
		return far || away.length > 0 ? { ...line, up: () => !far && !away.some((fault) => this.#isOn(fault)) && line.up() } : line;
	}

	/** The line of a device to a box. It stays when the world has healed: a device that keeps more than its box carries must find back to the hub by itself. */
	lineToBox(device: number, near: boolean): Line {
		const line = this.line(device);
		return { ...line, up: () => near && line.up() };
	}

	/** The line between a box and the hub. */
	lineOfBox(box: number): Line {
		const mine = this.#all.filter(({ fault }) => 'box' in fault && fault.box === box);
		const cuts = mine.filter(({ fault }) => fault.kind === 'box-cut');
		return {
			up: () => {
				const up = !cuts.some((fault) => this.#isOn(fault));
				if (!up) this.count++;
				return up;
			},
			happens: (loss) => {
				const happens = mine.some(({ fault, dice, ...when }) => fault.kind === 'box-line' && fault.loss === loss && this.#isOn(when) && dice.chance(fault.share));
				if (happens) this.count++;
				return happens;
			},
			delayMs: () => 0
		};
	}

	/** ms that the clock of a device is ahead of the truth, now. */
	skew(device: number, from: number): () => number {
		const jumps = this.#all.filter(({ fault, device: of }) => fault.kind === 'clock-jump' && of === device);
		return () => jumps.reduce((ms, { fault, at }) => ms + (fault.kind === 'clock-jump' && at <= this.#timeline.now ? fault.ms : 0), from);
	}

	/** The lies that the hub tells now. */
	lies(): Lies {
		const liars = this.#all.flatMap(({ fault, dice, ...when }): Liar[] =>
			isLie(fault) && this.#isOn(when) ? [{ lie: fault.kind, share: fault.share, dice, told: () => this.count++ }] : []);
		return liars.length === 0 ? HONEST : liesOf(liars, this.#madeUp);
	}

	/** Moments at which the lies change. */
	liesChange(): readonly number[] {
		return this.#all.flatMap(({ fault, at, ms }) => (isLie(fault) ? [at, at + ms] : []));
	}

	/** Those that are events of their own, with their dice. */
	events(): readonly Active[] {
		return this.#all.filter(({ fault }) => ['crash', 'device-backup', 'hub-crash', 'hub-backup', 'box-crash', 'box-backup'].includes(fault.kind));
	}

	#isOn({ at, ms }: Pick<Fault, 'at' | 'ms'>): boolean {
		const { now } = this.#timeline;
		return now < this.#plan.heal && at <= now && now < at + ms;
	}
}

const isLie = (fault: FaultKind): fault is Extract<FaultKind, { readonly kind: Lie }> => LIES.includes(fault.kind);
