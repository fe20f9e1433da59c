/**
 * Promises about how things are written, kept and passed on, which no state shows: that a save cites what was on the screen and is shown as it
 * was saved, that keys and clocks are the author's own, that "at the hub" is said of what the hub confirmed, that nobody's app makes what the
 * law forbids, and that a linked chart is passed on whole.
 */
import type { DeviceApi } from '../sync/device/api.ts';
import type { VerifiedChange } from '../sync/change/change.ts';
import { documentsOf } from '../sync/store/index.ts';
import { appliedOn, arrivedOn, atHub, type Checks, type DeviceSaid } from './checks.ts';
import { isMadeBadly, type Judged, type Finding } from './oracle/expect.ts';
import { naiveStateHash } from './oracle/hash.ts';
import { droppedHeads } from './oracle/lost.ts';
import { mayRead, mayWrite } from './oracle/law.ts';
import { missingCopies, type Holding } from './oracle/sharing.ts';
import type { Sealed } from './oracle/open.ts';
import type { Seen } from './oracle/witness.ts';
import { unaccounted, type Noted, type WorkedOff } from './oracle/worked-off.ts';
import { draggedClock, notAsSaved, oddKeys, untouchedWritten, type SavedForm } from './oracle/written.ts';
import type { Plan } from './plan.ts';
import type { Machine, Tab } from './world/machine.ts';
import { START_MS } from './world/timeline.ts';
import { isUnknownToOlder, type Version } from './world/versions.ts';
import type { World } from './world/world.ts';

/** virtual ms after which a device that nobody touches has counted what it took in */
const REST_MS = 5000;

export class Watch {
	readonly #world: World;
	readonly #checks: Checks;
	readonly #saves: Seen[] = [];
	readonly #unlooked: { readonly machine: Machine; readonly seen: Seen }[] = [];
	/** own rows looked at */
	readonly #rows = new Set<string>();

	constructor(world: World, checks: Checks) {
		this.#world = world;
		this.#checks = checks;
	}

	/** A user of this machine saved something and was told that it is saved. */
	saw(machine: Machine, seen: Seen): void {
		this.#saves.push(seen);
		this.#unlooked.push({ machine, seen });
	}

	/** Opens what was just saved and compares it with the form. */
	async lookAtSaves(machine: Machine, device: DeviceApi): Promise<void> {
		const mine = this.#unlooked.filter((one) => one.machine === machine);
		for (const each of mine) this.#unlooked.splice(this.#unlooked.indexOf(each), 1);
		for (const { seen } of mine) {
			if (seen.form === null) continue;
			const opened = await device.openChart(seen.ref);
			if (!opened.ok) continue;
			for (const { kind, detail } of notAsSaved(opened.value, seen)) this.#world.fail(kind, `device ${machine.number}: ${detail}`);
		}
	}

	/** Clocks of new changes, and what is said to be at the hub. Cheap: after every act. */
	rows(machine: Machine): void {
		const { boxes, hub, plan, timeline } = this.#world;
		const hubs = [hub, ...boxes.map((box) => box.hub)];
		const latest = START_MS + timeline.now + mostAhead(plan, machine.number, timeline.now);
		for (const row of machine.disk.own.values()) {
			if (row.hub !== '' && hubs.find(({ key }) => key === row.hub)?.confirmed.has(row.envelope) !== true) this.#world.fail('forbidden', `device ${machine.number} says that ${row.change.slice(0, 8)} is at the hub, which never said so`);
			if (this.#rows.has(row.envelope) || !row.key.startsWith('c|')) continue;
			this.#rows.add(row.envelope);
			const { places } = this.#checks.oracle.judge.judge([{ db: row.db, document: JSON.parse(row.doc) }]);
			for (const signed of [...places.values()].flat()) for (const { kind, detail } of draggedClock(signed, latest)) this.#world.fail(kind, `device ${machine.number}: ${detail}`);
		}
	}

	/**
	 * A device in the midst of things, when its user rests: all that it has taken in is accounted for, what waits is counted on the screen, and its
	 * state is what the naive fold makes of what it applies.
	 */
	async inMidRun(machine: Machine, { process, device, version }: Tab): Promise<void> {
		if (device === null || !process.alive) return;
		await new Promise<void>((resolve) => void process.scheduler.after(REST_MS, resolve));
		const before = this.#takenIn(machine, version);
		for (const { kind, detail } of unaccounted(before)) this.#world.fail(kind, `device ${machine.number}: ${detail}`);
		const [said, { waiting }] = [await device.stateHashes(), await device.syncStatus()];
		const after = this.#takenIn(machine, version);
		if (!process.alive || !said.ok || after.text !== before.text) return;
		if (machine.tabs.length === 1 && waiting !== before.waiting) this.#world.fail('hidden', `device ${machine.number} says that ${String(waiting)} envelopes wait, and has noted ${String(before.waiting)}`);
		// the older version has a state hash of its own (the version of the rules is in it)
		if (version === 'older') return;
		for (const { site, comp, hash } of said.value) {
			const place = `${site}/${comp}`;
			const applied = before.applied.get(place) ?? new Set<string>();
			const changes = (before.places.get(place) ?? []).filter(({ id }) => applied.has(id));
			if (changes.length === applied.size && naiveStateHash(changes, comp) !== hash) {
				this.#world.fail('oracle', `device ${machine.number}: ${comp} of ${site.slice(0, 6)}: the state of ${String(changes.length)} changes is not what the naive fold makes of them`);
			}
		}
	}

	/** What a device says on its disk that it has taken in. */
	#takenIn(machine: Machine, version: Version): WorkedOff & { readonly places: Judged['places']; readonly waiting: number; readonly text: string } {
		const { disk } = machine;
		const { judge } = this.#checks.oracle;
		const applied = appliedOn(machine);
		const { places } = judge.judge(arrivedOn(machine));
		const cursors = disk.rows.get('cursor|ingest')?.body ?? '';
		const { pages: through } = (cursors === '' ? { pages: {} } : JSON.parse(cursors)) as { readonly pages: { readonly [database: string]: number } };
		const taken = judge.judge([...disk.pages.values()].filter(({ id, n, db }) => n > 0 && Number(id) <= (through[db.split('-').slice(-2).join('-')] ?? 0))
			.flatMap((row) => documentsOf(row).map((document) => ({ db: row.db, document: document as Sealed }))));
		const noted = new Map(disk.rows.keys({ from: 'verdict|page|', to: 'verdict|page|\uffff' }).flatMap((key) => JSON.parse(disk.rows.get(key)?.body ?? '[]') as { readonly envelope: string; readonly kind: Noted }[])
			.map(({ envelope, kind }) => [envelope, kind]));
		const alone = this.#world.appsOf(machine).every((app) => machine.isOlder(app));
		const isUnknown = ({ change }: VerifiedChange): boolean => version === 'older' && isUnknownToOlder(change);
		return {
			taken: [...taken.places].flatMap(([place, changes]) => (applied.has(place) ? changes : [])), applied, noted, isUnknown, alone, places,
			waiting: [...noted.values()].filter((kind) => kind === 'waiting').length, text: JSON.stringify([cursors, [...noted], [...applied].map(([place, ids]) => [place, [...ids]])])
		};
	}

	/** When all hold the same. */
	healed(said: readonly DeviceSaid[]): void {
		const { judge } = this.#checks.settled;
		const { machines } = this.#world;
		const honest = this.#honest();
		const judged = [...machines.map((machine) => judge.judge(arrivedOn(machine))), judge.judge(atHub(this.#world))];
		const natives = judged.flatMap(({ places }) => [...places.values()].flat()).filter(({ via }) => via === 'native');
		const byId = new Map<string, VerifiedChange>(natives.map((signed) => [signed.id, signed]));
		const findings = [
			...oddKeys([...byId.values()].filter(({ change }) => honest.has(change.actor))), ...droppedHeads(this.#saves.map(({ change, heads }) => ({ id: change, heads })), byId),
			...untouchedWritten(this.#saves.flatMap(({ change, form, opened, resolve }): SavedForm[] => (form === null || opened === null ? [] : [{ change, form, opened, resolve }])), byId),
			...this.#missing(said), ...judged.flatMap((one) => isMadeBadly(one, honest))
		];
		for (const { kind, detail } of findings) this.#world.fail(kind, detail);
		for (const machine of machines) this.rows(machine);
	}

	/** A copy of a linked chart's change that is still on its way; null when there is none. One that the hub took and lost is offered again a day later. */
	owed(said: readonly DeviceSaid[]): string | null {
		return this.#missing(said)[0]?.detail ?? null;
	}

	#honest(): ReadonlySet<string> {
		return new Set<string>(this.#world.machines.map(({ person }) => person.self.actor));
	}

	#missing(said: readonly DeviceSaid[]): readonly Finding[] {
		// who was to pass a copy on may have been removed before they could
		if (this.#world.plan.removals === true) return [];
		const { judge, law } = this.#checks.settled;
		const { machines } = this.#world;
		const honest = this.#honest();
		const all = [...machines.map(arrivedOn), atHub(this.#world)].flatMap((arrived) => [...judge.judge(arrived).places.values()].flat());
		const holdings = said.flatMap(({ machine, places }): Holding[] => {
			const applied = appliedOn(machine);
			return places.map(({ site, comp }) => ({ device: `device ${machine.number}`, site, comp, changes: applied.get(`${site}/${comp}`) ?? new Set() }));
		});
		const actorOf = new Map(machines.map(({ number, person }) => [`device ${number}`, person.self.actor]));
		const canPassOn = (site: string, comp: string): boolean => holdings.some((place) => {
			const actor = actorOf.get(place.device) ?? '';
			return place.site === site && place.comp === comp && mayRead(law, actor, site, comp as Holding['comp'] & 'desk') && mayWrite(law, actor, site, 'desk');
		});
		return missingCopies(law, all.filter(({ change }) => honest.has(change.actor)), holdings, canPassOn);
	}
}

/** ms by which a device's clock has at most been ahead of the truth so far; less than nothing when it was always behind. */
function mostAhead({ devices, faults }: Plan, number: number, now: number): number {
	let skew = devices[number]?.skew ?? 0;
	let most = skew;
	for (const { at, device, fault } of [...faults].sort((a, b) => a.at - b.at)) {
		if (fault.kind !== 'clock-jump' || device !== number || at > now) continue;
		skew += fault.ms;
		most = Math.max(most, skew);
	}
	return most;
}
