/**
 * A world of one plan: the organization, the hub, the network, the devices, and the faults between them.
 */
import { seededRandom } from '../../sync/change/ports.ts';
import type { Id } from '../../sync/change/change.ts';
import { Rogue } from '../actors/rogue.ts';
import { Dice } from '../dice.ts';
import { Faults } from '../faults.ts';
import { LeakScanner } from '../oracle/leak.ts';
import type { CarriedFile } from '../oracle/files.ts';
import type { DevicePlan, FaultKind, Plan } from '../plan.ts';
import type { Failure, FailureKind } from '../report.ts';
import { Box } from './box.ts';
import type { DiskImage } from './disk.ts';
import { FrontierMemory } from './hub-frontiers.ts';
import { ORIGIN, originOfBox, SimulatedHub } from './hub.ts';
import type { HubImage } from './hub-data.ts';
import { Machine, type Tab } from './machine.ts';
import { Network, type Line } from './network.ts';
import { CANARY, organizationOf, PASSPHRASE, type Founded } from './organization.ts';
import { Timeline } from './timeline.ts';
import { Trace } from './trace.ts';

const FAILURES_MAX = 20;
/** a box is switched on while somebody works, and so long after */
const BOX_AWAKE_MS = 120_000;
/** runs in this thread: RxDB keeps its databases in memory by name */
let runs = 0;

export class World {
	readonly plan: Plan;
	readonly founded: Founded;
	readonly timeline = new Timeline();
	readonly trace = new Trace();
	readonly hub: SimulatedHub;
	/** by number of the plan */
	readonly boxes: readonly Box[];
	readonly machines: readonly Machine[];
	readonly faults: Faults;
	/** null in a world of honest people */
	readonly rogue: Rogue | null;
	readonly failures: Failure[] = [];
	/** shares of the recovery kits that were made, the last first */
	readonly paper: (readonly string[])[] = [];
	/** files that people carry */
	readonly files: CarriedFile[] = [];
	/** told when a machine's storage, or the hub's (null), was put back, before anything runs on it */
	onRestored: (machine: Machine | null) => void = () => undefined;
	readonly #scanner = new LeakScanner();
	readonly #scanned = new Set<string>();

	private constructor(plan: Plan, founded: Founded) {
		this.plan = plan;
		// who joins is told apart from others only then
		const people = [...founded.people];
		this.founded = { ...founded, people };
		this.faults = new Faults(plan, this.timeline);
		this.hub = new SimulatedHub(this.timeline, seededRandom(`hub ${plan.seed}`), founded.hub.publicKey);
		const dice = new Dice(`world ${plan.seed}`);
		if (plan.boxes !== undefined) this.hub.frontiers = new FrontierMemory();
		const hubAt = (origin: string): SimulatedHub | null => (origin === ORIGIN ? this.hub : (this.boxes.find(({ hub }) => hub.origin === origin)?.hub ?? null));
		const network = new Network({ timeline: this.timeline, hubAt, dice, inspect: (text) => this.#inspect(text) });
		this.boxes = (plan.boxes ?? []).map((_, number) => new Box({
			number, seed: plan.seed, timeline: this.timeline, network, hub: this.hub, key: founded.boxes[number] as Founded['boxes'][number], line: this.faults.lineOfBox(number),
			broken: (kind, what) => this.fail(kind, what)
		}));
		this.machines = plan.devices.filter(({ tabOf }) => tabOf === null).map((device, number) => new Machine({
			number, seed: plan.seed, timeline: this.timeline, network, founded, person: founded.people[device.member] ?? founded.people[0] as Founded['people'][number],
			lineTo: this.#linesOf(device, number), onAwake: (until) => this.boxes.forEach((box) => box.awakeUntil(until + BOX_AWAKE_MS)), skew: this.faults.skew(number, device.skew), diskMs: plan.diskMs, rx: plan.driver === 'rxdb' ? `sim${plan.seed}r${++runs}` : null, dice: new Dice(`machine ${plan.seed} ${number}`),
			older: plan.devices.flatMap((one, app) => (one.version === 'older' && (one.tabOf ?? app) === number ? [app] : [])),
			joins: plan.members[device.member]?.joins === true, broken: (what) => this.fail('total', what),
			known: (person) => {
				people[device.member] = person;
				this.#watchForKeysOf(`of device ${number}`, person);
			}
		}));
		const last = founded.people.length - 1;
		const site = founded.sites[(plan.members[last]?.posts[0]?.site ?? 0) % founded.sites.length];
		const person = plan.devices.some(({ member }) => member === last) ? undefined : founded.people[last];
		this.rogue = person === undefined || site === undefined ? null : new Rogue(founded, person, site, this.hub, this.timeline, plan.seed);
		this.#watchFor();
	}

	static async of(plan: Plan): Promise<World> {
		const founded = await organizationOf(plan);
		const world = new World(plan, founded);
		await world.hub.start(founded.documents);
		for (const box of world.boxes) box.start();
		return world;
	}

	#linesOf({ near = [], far = false }: DevicePlan, number: number): (origin: string) => Line {
		const home = this.faults.lineToHub(number, far);
		const boxes = new Map((this.plan.boxes ?? []).map((_, box) => [originOfBox(box), this.faults.lineToBox(number, near.includes(box))]));
		return (origin) => boxes.get(origin) ?? home;
	}

	/** What must be in nothing that is handed to the hub: any text that people wrote, passphrases, every secret key of the beginning. */
	#watchFor(): void {
		this.#scanner.addText(CANARY);
		this.#scanner.addText(PASSPHRASE);
		for (const [i, person] of this.founded.people.entries()) this.#watchForKeysOf(String(i), person);
		for (const { comp, key } of this.founded.keys) this.#scanner.addSecret(`key of ${comp}`, key);
	}

	#watchForKeysOf(whose: string, { self, transport }: Founded['people'][number]): void {
		this.#scanner.addSecret(`transport key ${whose}`, transport.seed);
		this.#scanner.addSecret(`signing key ${whose}`, self.sign.seed);
		this.#scanner.addSecret(`sealing key ${whose}`, self.seal.secret);
	}

	/** Shares of a recovery kit were printed: they are handed to no hub. */
	watchForShares(shares: readonly string[]): void {
		for (const share of shares) this.#scanner.addText(share);
	}

	#inspect(text: string): void {
		if (text.length < 16) return;
		// most of what is sent is the same questions again
		if (text.length < 512) {
			if (this.#scanned.has(text)) return;
			this.#scanned.add(text);
		}
		const leak = this.#scanner.scan(text);
		if (leak !== null) this.fail('leaked', `${leak.pattern} was handed to the hub, ${leak.at}`);
	}

	fail(kind: FailureKind, detail: string): void {
		if (this.failures.length < FAILURES_MAX && !this.failures.some((one) => one.kind === kind && one.detail === detail)) {
			this.failures.push({ kind, at: this.timeline.now, detail });
		}
		this.trace.note(this.timeline.now, `FAILED ${kind}: ${detail}`);
	}

	/** The machine and tab that a number of the plan means. */
	machineOf(device: number): Machine | null {
		const planned = this.plan.devices[device % this.plan.devices.length];
		if (planned === undefined) return null;
		const number = planned.tabOf ?? device % this.plan.devices.length;
		return this.machines[number] ?? null;
	}

	tabOf(device: number): Tab | null {
		return this.machineOf(device)?.tab(device) ?? null;
	}

	get memberIds(): readonly Id[] {
		return this.founded.people.map(({ member }) => member);
	}

	/** All numbers of the plan whose app runs on this machine. */
	appsOf(machine: Machine): readonly number[] {
		return this.plan.devices.flatMap((_, number) => (this.machineOf(number) === machine ? [number] : []));
	}

	/** Carries out the faults that are events, at their times. */
	scheduleFaults(): void {
		for (const time of [...this.faults.liesChange(), this.plan.heal]) this.timeline.at(time, () => (this.hub.lies = this.faults.lies()));
		for (const { at, fault, device } of this.faults.events()) {
			if (fault.kind === 'crash') this.timeline.at(at, () => this.#lightFuse(device ?? 0, fault));
			if (fault.kind === 'hub-crash') this.timeline.at(at, () => this.#crashHub(fault.downMs, null));
			if (fault.kind === 'hub-backup') this.#backUpHub(at, fault.age);
			if (fault.kind === 'device-backup') this.#backUpDevice(at, fault.age, device ?? 0);
			if (fault.kind === 'box-crash') this.timeline.at(at, () => this.#crashBox(fault));
			if (fault.kind === 'box-backup') this.#backUpBox(at, fault.age, fault.box);
		}
	}

	#lightFuse(device: number, { awaits, downMs, receiving = false }: Extract<FaultKind, { kind: 'crash' }>): void {
		const machine = this.machineOf(device);
		const tab = this.tabOf(device);
		if (machine === null || tab === null || tab.process.fuse !== null || tab.process.fuseOnReceiving !== null) return;
		if (receiving) tab.process.fuseOnReceiving = awaits;
		else tab.process.fuse = awaits;
		tab.process.onDeath(() => {
			this.faults.happened();
			this.trace.note(this.timeline.now, `app ${device} died`);
			this.timeline.at(this.timeline.now + downMs, () => machine.start(device));
		});
	}

	#crashHub(downMs: number, image: HubImage | null): void {
		if (!this.hub.up) return;
		this.faults.happened();
		this.trace.note(this.timeline.now, image === null ? 'hub crashes' : 'hub is put back');
		this.hub.crash();
		this.timeline.at(Math.min(this.timeline.now + downMs, Math.max(this.plan.heal, this.timeline.now)), () => {
			if (image !== null) this.hub.restore(image);
			if (image !== null) this.onRestored(null);
			void this.hub.start();
		});
	}

	#backUpHub(at: number, age: number): void {
		let image: HubImage | null = null;
		this.timeline.at(Math.max(0, at - age), () => (image = this.hub.image()));
		this.timeline.at(at, () => this.#crashHub(1000, image));
	}

	#backUpDevice(at: number, age: number, device: number): void {
		let image: DiskImage | null = null;
		const machine = this.machineOf(device);
		if (machine === null) return;
		this.timeline.at(Math.max(0, at - age), () => (image = machine.disk.image()));
		this.timeline.at(at, () => {
			if (image === null) return;
			this.faults.happened();
			this.trace.note(this.timeline.now, `device ${machine.number} is put back`);
			const running = this.appsOf(machine).filter((app) => machine.tab(app) !== null);
			machine.restore(image);
			this.onRestored(machine);
			for (const app of running) machine.start(app);
		});
	}

	#crashBox({ box: number, awaits, downMs }: Extract<FaultKind, { kind: 'box-crash' }>): void {
		const box = this.boxes[number];
		if (box === undefined || box.process === null || box.process.fuse !== null) return;
		box.process.fuse = awaits;
		box.process.onDeath(() => {
			this.faults.happened();
			this.trace.note(this.timeline.now, `box ${String(number)} died`);
			this.timeline.at(this.timeline.now + downMs, () => box.start());
		});
	}

	#backUpBox(at: number, age: number, number: number): void {
		const box = this.boxes[number];
		if (box === undefined) return;
		let image: HubImage | null = null;
		this.timeline.at(Math.max(0, at - age), () => (image = box.hub.image()));
		this.timeline.at(at, () => {
			if (image === null) return;
			this.faults.happened();
			this.trace.note(this.timeline.now, `box ${String(number)} is put back`);
			box.restore(image);
			this.onRestored(null);
			box.start();
		});
	}
}
