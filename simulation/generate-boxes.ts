/**
 * Worlds with clinic boxes and with files that people carry, in a range of seeds of their own.
 *
 * A clinic has a box, or two that carry the same site; some who work there never see the hub and send and receive by a box alone, others are near one for a while. The line
 * between box and hub is cut for days, and loses; boxes are killed and put back to old backups. Files are written of all, or of what somebody lacks, and taken in by devices, by the
 * hub and by boxes, later, twice, in any order, and damaged. The hub tells no lies here: that a liar is found out is for the other seeds, and what a box owes can be told only
 * where what it was answered is true.
 *
 * Drawn apart from the rest of a plan, so that the other seeds are what they were.
 */
import { Dice } from './dice.ts';
import type { BoxPlan, DevicePlan, Fault, FaultKind, MemberPlan, Plan, Step } from './plan.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;
export const BOXES_FROM = 2_000_000;
/** the site whose devices are near the boxes: most people are there */
const CLINIC = 1;

export const hasBoxes = (seed: number): boolean => seed >= BOXES_FROM;

export function withBoxes(plan: Plan): Plan {
	if (!hasBoxes(plan.seed) || plan.driver === 'rxdb') return plan;
	const dice = new Dice(`boxes ${String(plan.seed)}`);
	const honest = plan.devices.reduce((most, { member }) => Math.max(most, member), 0) + 1;
	const two = dice.chance(0.4);
	const boxes: readonly BoxPlan[] = Array.from({ length: two ? 2 : 1 }, () => ({ sites: plan.sites.length > 2 && dice.chance(0.3) ? [CLINIC, 2] : [CLINIC] }));
	// who is only at the clinic can live with a box alone
	const far = new Set([1, 3].filter((member) => member < honest && dice.chance(member === 1 ? 0.7 : 0.5)));
	const members = plan.members.map((member, number): MemberPlan => (far.has(number) ? { posts: [{ site: CLINIC, role: 'clinician' }] } : member));
	const near = boxes.map((_, box) => box);
	const devices = plan.devices.map((device): DevicePlan => {
		if (far.has(device.member)) return { ...device, near, far: true };
		return device.member === 2 || dice.chance(0.3) ? { ...device, near: [dice.of(near)] } : device;
	});
	const isFar = (device: number): boolean => devices[device % devices.length]?.far === true;
	const steps = plan.steps.filter(({ device, act }) => (act.kind === 'post' ? !far.has(act.member) : act.kind === 'take-on' ? !isFar(device) : true));
	const left = dice.chance(0.4) ? leftBehind(plan, boxes.length, devices, dice) : { steps: [], faults: [] };
	const kept = plan.faults.filter(({ fault }) => !('share' in fault && !['drop', 'drop-answer', 'duplicate', 'truncate'].includes(fault.kind)));
	return {
		...plan, members, boxes, devices, steps: [...steps, ...left.steps, ...filesOf(plan, devices.length, boxes.length, dice)].sort((a, b) => a.at - b.at),
		faults: [...kept, ...left.faults, ...faultsOf(plan, devices, boxes.length, dice)].sort((a, b) => a.at - b.at)
	};
}

function faultsOf({ heal, seed }: Plan, devices: readonly DevicePlan[], boxes: number, dice: Dice): readonly Fault[] {
	const faults: Fault[] = [];
	const add = (at: number, ms: number, device: number | null, fault: FaultKind): void => void faults.push({ at, ms, device, seed: seed * 1000 + 600 + faults.length, fault });
	const span = (): number => dice.spread(Math.min(MINUTE, heal), Math.max(MINUTE, Math.min(heal, 10 * DAY)));
	for (const [number, { near, far, tabOf }] of devices.entries()) {
		if (near === undefined || far === true || tabOf !== null) continue;
		for (let n = dice.between(1, 2); n > 0; n--) add(dice.below(heal), span(), number, { kind: 'no-hub' });
	}
	for (let box = 0; box < boxes; box++) {
		for (let n = dice.between(0, 3); n > 0; n--) add(dice.below(heal), span(), null, { kind: 'box-cut', box });
		for (let n = dice.between(0, 2); n > 0; n--) add(dice.below(heal), span(), null, { kind: 'box-line', box, loss: dice.of(['drop', 'drop-answer', 'duplicate', 'truncate']), share: dice.fraction() * 0.5 });
		for (let n = dice.chance(0.6) ? dice.between(1, 4) : 0; n > 0; n--) add(dice.below(heal), 0, null, { kind: 'box-crash', box, awaits: dice.spread(1, 300), downMs: dice.spread(SECOND, 10 * MINUTE) });
		if (dice.chance(0.3)) add(dice.below(heal), 0, null, { kind: 'box-backup', box, age: dice.spread(MINUTE, Math.max(2 * MINUTE, heal)) });
	}
	if (dice.chance(0.3)) add(dice.below(heal), 0, null, { kind: 'hub-backup', age: dice.spread(MINUTE, Math.max(2 * MINUTE, heal)) });
	return faults;
}

/**
 * A chart of the clinic is linked to one of the region, and copies of what is written there are handed to a box that has no line; it is killed before it has one again, and nobody
 * writes anything more that would remind it of them.
 */
function leftBehind({ heal, seed }: Plan, boxes: number, devices: readonly DevicePlan[], dice: Dice): { readonly steps: readonly Step[]; readonly faults: readonly Fault[] } {
	const writer = Math.max(1, devices.findIndex(({ far }) => far === true));
	const early = Math.round(heal * 0.3);
	const late = Math.round(heal * (0.8 + 0.1 * dice.fraction()));
	const steps: Step[] = [
		{ at: early, device: 0, act: { kind: 'register', site: 0, person: 1 } }, { at: early + 5 * SECOND, device: writer, act: { kind: 'register', site: CLINIC, person: 1 } },
		{ at: early + MINUTE, device: writer, act: { kind: 'visit' } }, { at: early + 2 * MINUTE, device: 0, act: { kind: 'visit' } },
		...[0, 1].map((chart): Step => ({ at: early + 2 * MINUTE + 10 * SECOND * (1 + chart), device: 0, act: { kind: 'link', chart, other: 1 + chart } })),
		{ at: early + 4 * MINUTE, device: writer, act: { kind: 'visit' } },
		...[0, 1, 0].map((chart, n): Step => ({ at: late + 10 * SECOND * (1 + n), device: writer, act: { kind: 'record', chart, form: dice.below(30), value: dice.below(1000) } }))
	];
	const faults = Array.from({ length: boxes }, (_, box): readonly Fault[] => [
		{ at: late, ms: Math.max(1, heal - late), device: null, seed: seed * 1000 + 700 + 2 * box, fault: { kind: 'box-cut', box } },
		{ at: late + 50 * SECOND, ms: 0, device: null, seed: seed * 1000 + 701 + 2 * box, fault: { kind: 'box-crash', box, awaits: 1, downMs: 5 * SECOND } }
	]).flat();
	const cut: readonly Fault[] = devices[writer]?.far === true ? [] : [{ at: early, ms: heal - early, device: writer, seed: seed * 1000 + 710, fault: { kind: 'no-hub' } }];
	return { steps, faults: [...faults, ...cut] };
}

/** Somebody writes a file, and it is taken in at a few places, some of it damaged. */
function filesOf({ heal }: Plan, devices: number, boxes: number, dice: Dice): readonly Step[] {
	const steps: Step[] = [];
	const damage = (): number => (dice.chance(0.4) ? 1 + dice.below(1_000_000) : 0);
	const box = (): number | null => (dice.chance(0.5) ? null : dice.below(boxes));
	for (let n = dice.chance(0.8) ? dice.between(1, 4) : 0; n > 0; n--) {
		const at = Math.round(heal * (0.15 + 0.75 * dice.fraction()));
		const written: Step['act'] = dice.chance(0.2) ? { kind: 'hub-writes', box: box() }
			: { kind: 'write-file', lacking: dice.of(['nothing', 'nothing', 'device', 'site']), target: dice.below(10), bytesMax: dice.chance(0.3) ? dice.between(5_000, 30_000) : 10_000_000 };
		steps.push({ at, device: dice.below(devices), act: written });
		for (let readers = dice.between(1, 4); readers > 0; readers--) {
			const later = at + dice.spread(5 * SECOND, Math.max(10 * SECOND, heal - at));
			const file = dice.below(20);
			steps.push({ at: later, device: dice.below(devices), act: dice.chance(0.3) ? { kind: 'hub-reads', box: box(), file, damage: damage() } : { kind: 'read-file', file, damage: damage() } });
		}
	}
	return steps;
}
