/**
 * One plan, from beginning to end: people act, faults happen, the world heals, and the promises are checked on the way and at the end.
 *
 * Deterministic: the same plan gives the same bytes of the trace. Nothing waits for a real clock; all chance comes from seeds in the plan.
 */
import { ready } from '../sync/verify/sodium.ts';
import { perform } from './actors/acts.ts';
import type { Around, Newcomer } from './actors/people.ts';
import { Carried } from './carried.ts';
import { Checks, type DeviceSaid } from './checks.ts';
import { useCrypto } from './crypto/mode.ts';
import { witnessed } from './oracle/witness.ts';
import type { Plan, Step } from './plan.ts';
import type { Report } from './report.ts';
import { controlOn } from './removed.ts';
import type { Machine, Tab } from './world/machine.ts';
import { Watch } from './watch.ts';
import { virtualGlobals } from './world/globals.ts';
import { drained, START_MS } from './world/timeline.ts';
import { World } from './world/world.ts';

export interface RunOptions {
	/** told the last lines of the trace when the run is over */
	readonly onTrace?: (lines: readonly string[]) => void;
	/** told what became of each act: for finding out what a mix of plans does */
	/** given the world before anything happens in it */
	readonly onBegin?: (world: World) => void;
	/** given the world when the run is over, before its apps end: for looking into a failure */
	readonly onEnd?: (world: World) => Promise<void> | void;
	readonly onAct?: (kind: string, outcome: string) => void;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/**
 * After healing all devices are used for a while, again and again. By the last time they must hold the same: what is to be looked at once a day
 * (ids compared with the hub) has then been looked at.
 */
const WAVES: readonly { readonly after: number; readonly ms: number }[] = [
	{ after: 0, ms: 3 * MINUTE }, { after: 0, ms: 5 * MINUTE }, { after: HOUR, ms: 5 * MINUTE }, { after: 6 * HOUR, ms: 5 * MINUTE }, { after: 20 * HOUR, ms: 5 * MINUTE },
	{ after: 26 * HOUR, ms: 5 * MINUTE }, { after: 26 * HOUR, ms: 5 * MINUTE }
];
/** events without which no run of this size ends: a loop that never rests is a failure, not a run that takes long */
const TICKS_MAX = 2_000_000;
const CHECK_EVERY = 7;
/** for which somebody who joins keeps the device in hand */
const JOINING_MS = 5 * MINUTE;
/** acts after which what a device has worked off is looked at as a whole: a coprime of the other, so that both get around */
const LOOK_EVERY = 10;

export async function runPlan(plan: Plan, options: RunOptions = {}): Promise<Report> {
	useCrypto(plan.crypto);
	await ready();
	const world = await World.of(plan);
	const run = new Run(world, options);
	options.onBegin?.(world);
	const globals = plan.driver === 'rxdb' || plan.boxes !== undefined ? virtualGlobals(world.timeline, plan.seed) : null;
	const onRejection = (failure: unknown): void => world.fail('total', `a rejection that nobody heard: ${String(failure instanceof Error ? failure.stack : failure)}`);
	process.on('unhandledRejection', onRejection);
	try {
		await run.whole();
		await drained();
		await options.onEnd?.(world);
	} finally {
		process.off('unhandledRejection', onRejection);
		if (plan.driver === 'rxdb') await run.end();
		for (const machine of world.machines) machine.crash();
		for (const box of world.boxes) box.kill();
		globals?.restore();
	}
	options.onTrace?.(world.trace.lines);
	return {
		seed: plan.seed, changes: run.checks.acknowledged.size, faults: world.faults.count, failures: world.failures, traceHash: world.trace.digest(), ticks: world.timeline.ticks
	};
}

/** Resolves when an app ends: who waits for what it says waits no longer. */
const goneOut = ({ process }: Tab): Promise<null> => new Promise((resolve) => void process.onDeath(() => resolve(null)));

class Run {
	readonly checks: Checks;
	readonly #watch: Watch;
	readonly #carried: Carried;
	readonly #world: World;
	readonly #options: RunOptions;
	/** acts begun and not over */
	readonly #open = new Map<number, { readonly tab: Tab; readonly what: string }>();
	#acts = 0;

	constructor(world: World, options: RunOptions) {
		this.#world = world;
		this.#options = options;
		this.checks = new Checks(world);
		this.#watch = new Watch(world, this.checks);
		this.#carried = new Carried(world);
		world.onRestored = (machine) => this.checks.noteRestored(machine);
	}

	async whole(): Promise<void> {
		const { plan, timeline, machines } = this.#world;
		const goOn = (): boolean => timeline.ticks < TICKS_MAX;
		this.#world.scheduleFaults();
		for (const machine of machines) for (const app of this.#world.appsOf(machine)) machine.start(app);
		for (const machine of machines) machine.awakeUntil(plan.awake);
		for (const [number, step] of plan.steps.entries()) timeline.at(step.at, () => this.#step(number, step));
		await timeline.run(plan.heal, goOn);
		await this.#heal(goOn);
		if (!goOn()) this.#world.fail('liveness', 'the world does not come to rest');
	}

	/** All lines up, all faults off: the devices must come to hold the same. */
	async #heal(goOn: () => boolean): Promise<void> {
		const { plan, timeline, machines, trace } = this.#world;
		let apart: string | null = 'nothing was exchanged';
		let said: readonly DeviceSaid[] = [];
		for (const { after, ms } of WAVES) {
			await timeline.run(timeline.now + after, goOn);
			for (const box of this.#world.boxes) {
				if (box.process !== null) box.process.fuse = null;
				box.start();
			}
			for (const machine of machines) {
				for (const { process } of machine.tabs) process.fuse = process.fuseOnReceiving = null;
				for (const app of this.#world.appsOf(machine)) {
					machine.upgrade(app);
					machine.start(app);
					if (plan.removals === true) machine.comeBack(app);
				}
				machine.awakeUntil(timeline.now + ms);
			}
			await timeline.run(timeline.now + ms - 1, goOn);
			said = await this.#ask();
			apart = said.length < this.checks.served().length ? 'a device does not answer' : (this.checks.apart(said) ?? said.find(({ machine, problem }) => problem !== null && !this.checks.stranded(machine))?.problem ?? this.checks.unheard(said) ?? this.checks.unsent() ?? this.#busy() ?? this.#watch.owed(said) ?? this.#carried.behind());
			trace.note(timeline.now, `healing: ${apart ?? 'all hold the same'}`);
			if (apart === null || !goOn()) break;
		}
		if (apart !== null) this.#world.fail('liveness', apart);
		for (const machine of machines) {
			this.checks.authorsKeep(machine);
			this.checks.nothingForbidden(machine);
		}
		this.checks.healed(said);
		this.#watch.healed(said);
		await this.#within(this.checks.views(said));
		await this.#within(this.checks.removed(said));
	}

	/** An act of a living app that is not over; null when there is none. */
	#busy(): string | null {
		for (const { tab, what } of this.#open.values()) if (tab.process.alive) return `an act is not over: ${what}`;
		return null;
	}

	/** Closes all apps, for which events must go on. */
	end(): Promise<void> {
		return this.#within(Promise.all(this.#world.machines.map((machine) => machine.close())));
	}

	/** What each device says of itself. */
	async #ask(): Promise<readonly DeviceSaid[]> {
		const said: DeviceSaid[] = [];
		await this.#within(Promise.all(this.checks.served().map(async (machine) => {
			const device = machine.tabs.find((tab) => tab.device !== null)?.device;
			if (device === null || device === undefined) return;
			const [places, status] = [await device.stateHashes(), await device.syncStatus()];
			if (!places.ok) return this.#world.fail('total', `device ${machine.number} does not say what it holds: ${places.error.message}`);
			said.push({ machine, places: places.value, problem: status.problem });
		})));
		for (const { machine, places } of said) this.#world.trace.note(this.#world.timeline.now, `device ${machine.number} holds ${places.map(({ hash, changes }) => `${changes} ${hash.slice(0, 8)}`).join(', ')}`);
		return said.sort((a, b) => a.machine.number - b.machine.number);
	}

	/** Lets events happen until something asked for is there, a minute at most. */
	async #within(asked: Promise<unknown>): Promise<void> {
		let over = false;
		const done = asked.then(() => (over = true), (failure: unknown) => {
			over = true;
			this.#world.fail('total', `asking a device threw: ${String(failure instanceof Error ? failure.stack : failure)}`);
		});
		await drained();
		const { timeline } = this.#world;
		for (const until = timeline.now + MINUTE; !over && timeline.now < until; ) await timeline.run(timeline.now + 50);
		if (over) await done;
	}

	#step(number: number, { device, act }: Step): void {
		const { plan, timeline, trace } = this.#world;
		if (act.kind === 'rogue') {
			const played = this.#world.rogue?.play(act.trick, act.value) ?? false;
			if (played) this.#world.faults.happened();
			this.#options.onAct?.(act.trick, played ? 'done' : 'nothing');
			return trace.note(timeline.now, `step ${number}: rogue ${act.trick} ${played ? 'done' : 'nothing'}`);
		}
		if (act.kind === 'hub-writes' || act.kind === 'hub-reads') {
			void this.#carried.act(act).then((outcome) => trace.note(timeline.now, `step ${number}: ${act.kind} ${outcome}`));
			return;
		}
		const machine = this.#world.machineOf(device);
		if (machine === null) return;
		machine.awakeUntil(timeline.now + plan.awake + ('think' in act ? act.think : 0));
		const tab = this.#world.tabOf(device);
		if (tab === null) return;
		if (act.kind === 'restart' && plan.driver === 'handlers') {
			trace.note(timeline.now, `app ${device} restarts`);
			tab.process.die();
			machine.start(device);
			return;
		}
		tab.turn = tab.turn.then(() => (act.kind === 'upgrade' ? this.#upgrade(number, device, machine, tab) : this.#act(number, device, machine, tab, act)));
	}

	/** Before an older app is upgraded, it says what waits for that. */
	async #upgrade(number: number, device: number, machine: Machine, tab: Tab): Promise<void> {
		if (!tab.process.alive || !machine.isOlder(device)) return;
		await this.#watch.inMidRun(machine, tab);
		if (!tab.process.alive) return;
		this.#world.faults.happened();
		this.#world.trace.note(this.#world.timeline.now, `step ${number}: app ${device} is upgraded`);
		machine.upgrade(device);
	}

	/** What a device has not sent, as its user saves it; null when it does not run, or goes out while they do. */
	async #fileOf(number: number): Promise<Uint8Array | null> {
		const tab = this.#world.tabOf(number);
		if (tab === null || tab.device === null) return null;
		const saved = await Promise.race([tab.device.exportUnsent(), goneOut(tab)]);
		return saved?.ok === true ? saved.value.bytes : null;
	}

	#around(machine: Machine): Around {
		const { paper, timeline } = this.#world;
		return { person: machine.person, documents: () => controlOn(machine), nowMs: START_MS + Math.floor(timeline.now), paper, newcomer: (device) => this.#newcomer(device) };
	}

	#newcomer(number: number): Newcomer | null {
		const machine = this.#world.machineOf(number);
		const tab = this.#world.tabOf(number);
		if (machine === null || tab === null || tab.device === null || machine.account?.answered === null) return null;
		machine.awakeUntil(this.#world.timeline.now + JOINING_MS);
		return {
			device: tab.device, gone: goneOut(tab),
			answered: () => Promise.resolve(machine.account?.answered?.invitation ?? null), known: () => machine.learnUser()
		};
	}

	async #act(number: number, device: number, machine: Machine, tab: Tab, act: Step['act']): Promise<void> {
		if (!tab.process.alive || tab.device === null) return;
		const { timeline, trace, founded, memberIds } = this.#world;
		this.#open.set(number, { tab, what: `step ${number}, ${act.kind}` });
		try {
			const outcome = await perform({
				device: witnessed(tab.device, (seen) => this.#watch.saw(machine, seen)), act, sites: founded.sites, members: memberIds, self: machine.person.member,
				around: this.#around(machine), file: (from) => this.#fileOf(from), shelf: { files: this.#world.files, took: (file, taken) => this.#carried.took(machine, file, taken), wrote: (other, listed) => this.#carried.wrote(machine, other, listed) },
				think: (ms) => new Promise((resolve) => void tab.process.scheduler.after(ms, resolve))
			});
			trace.note(timeline.now, `step ${number}: ${device} ${act.kind} ${outcome}`);
			this.#options.onAct?.(act.kind, outcome);
			if (outcome === 'done') this.checks.noteAcknowledged(machine);
			if (outcome === 'done' && act.kind === 'make-kit') this.#world.watchForShares(this.#world.paper[0] ?? []);
			if (outcome === 'done' && act.kind === 'join') this.checks.noteJoined(act.newcomer, machine);
			await this.#watch.lookAtSaves(machine, tab.device);
			if (outcome.startsWith('failed')) this.#world.fail('total', `step ${number}, ${act.kind}, ${outcome}`);
		} catch (failure) {
			this.#world.fail('total', `step ${number}, ${act.kind}, threw: ${String(failure instanceof Error ? failure.stack : failure)}`);
		}
		this.#open.delete(number);
		this.checks.authorsKeep(machine);
		this.#watch.rows(machine);
		if (++this.#acts % CHECK_EVERY === 0) this.checks.nothingForbidden(machine);
		if (this.#acts % LOOK_EVERY === 0) await this.#watch.inMidRun(machine, tab);
	}
}
