/**
 * A plan from a seed. Seeds differ in size, length, cryptography and in which faults they have at all: a mix in which everything happens a
 * little would seldom let anything happen for long.
 */
import type { Role } from '../sync/membership/types.ts';
import { TRICKS } from './actors/rogue.ts';
import { Dice } from './dice.ts';
import { withBoxes } from './generate-boxes.ts';
import { withEpisodes } from './generate-episodes.ts';
import { withRemovals } from './generate-removals.ts';
import type { Lie } from './world/lies.ts';
import type { Act, CryptoMode, DevicePlan, Fault, FaultKind, MemberPlan, Plan, SitePlan, Step } from './plan.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Shapes of organizations are few, so that runs share what founding one costs. */
const SHAPES = 6;

/** A plan of its own seed; in some, people are removed as well, in some there are boxes. */
export const planOf = (seed: number): Plan => withBoxes(withRemovals(withEpisodes(planWithout(seed))));

function planWithout(seed: number): Plan {
	const dice = new Dice(`plan ${seed}`);
	// in RxDB's own replication three devices at most, which neither crash nor are put back: RxDB in memory knows neither
	const rxdb = dice.chance(0.03);
	const size = rxdb ? 0 : dice.fraction();
	// most worlds are small: what goes wrong among thirty devices nearly always goes wrong among four
	const [siteCount, memberCount, stepCount] = size < 0.7 ? [2, rxdb ? 3 : dice.between(3, 4), dice.between(15, 40)] : size < 0.93 ? [3, dice.between(5, 7), dice.between(30, 60)]
		: size < 0.99 ? [5, 12, dice.between(50, 90)] : [8, 30, dice.between(80, 140)];
	const shape = new Dice(`shape ${siteCount} ${memberCount} ${dice.below(SHAPES)}`);
	const sites = sitesOf(siteCount, shape);
	const honest = membersOf(memberCount, siteCount, shape);
	const rogue = dice.chance(0.25);
	const members: readonly MemberPlan[] = rogue ? [...honest, { posts: [{ site: 1, role: 'laboratory' }] }] : honest;
	const crypto: CryptoMode = memberCount < 8 && dice.chance(0.1) ? 'real' : 'stand-in';
	const long = dice.fraction();
	const length = long < 0.6 ? dice.spread(5 * MINUTE, 3 * HOUR) : long < 0.85 ? dice.spread(3 * HOUR, 5 * DAY) : dice.spread(5 * DAY, 60 * DAY);
	const devices = devicesOf(memberCount, dice).filter(({ tabOf }) => !rxdb || tabOf === null);
	const steps = stepsOf({ count: stepCount, length, devices, members: memberCount, sites: siteCount, rogue, dice });
	const faults = faultsOf({ seed, length, devices, dice }).filter(({ fault }) => !rxdb || (fault.kind !== 'crash' && fault.kind !== 'device-backup'));
	return {
		seed, crypto, driver: rxdb ? 'rxdb' : 'handlers', sites, members, ...(rxdb ? { devices, steps } : versions(seed, devices, steps, length)), faults, heal: length,
		awake: dice.spread(20 * SECOND, 4 * MINUTE), diskMs: dice.chance(0.3) ? dice.between(2, 60) : 0
	};
}

/** In some worlds some apps are older, and are upgraded one by one; what is left is upgraded when the world heals. */
function versions(seed: number, devices: readonly DevicePlan[], steps: readonly Step[], length: number): Pick<Plan, 'devices' | 'steps'> {
	const dice = new Dice(`versions ${seed}`);
	if (!dice.chance(0.3)) return { devices, steps };
	const share = dice.of([0.25, 0.5, 0.75]);
	const mixed = devices.map((device): DevicePlan => (dice.chance(share) ? { ...device, version: 'older' } : device));
	const upgrades = mixed.flatMap(({ version }, device): Step[] => (version === 'older' && dice.chance(0.7) ? [{ at: dice.below(length), device, act: { kind: 'upgrade' } }] : []));
	return { devices: mixed, steps: [...steps, ...upgrades].sort((a, b) => a.at - b.at) };
}

function sitesOf(count: number, dice: Dice): readonly SitePlan[] {
	return Array.from({ length: count }, (_, i): SitePlan => {
		if (i === 0) return { kind: 'region', parent: null };
		return { kind: i % 4 === 3 ? 'outreach' : 'clinic', parent: i < 3 ? 0 : dice.below(i) };
	});
}

const ROLES: readonly Role[] = ['clinician', 'clinician', 'clinician', 'lead', 'health-worker', 'receptionist', 'reviewer', 'laboratory'];

/** Member 0 owns the organization. Some are posted to two sites. */
function membersOf(count: number, sites: number, dice: Dice): readonly MemberPlan[] {
	return Array.from({ length: count }, (_, i): MemberPlan => {
		if (i === 0) return { posts: [{ site: 0, role: 'owner' }] };
		// two clinicians of one clinic at least: without them nothing of interest is written
		const role = i <= 2 ? 'clinician' : dice.of(ROLES);
		const site = i <= 2 ? 1 : i <= sites ? i - 1 : dice.below(sites);
		// one of them keeps the desk of the other site: she sees both charts, and may link none
		const elsewhere = i === 2 ? 'receptionist' : role;
		return { posts: [{ site, role }, ...(i > 0 && dice.chance(0.4) ? [{ site: (site + 1) % sites, role: elsewhere }] : [])] };
	});
}

/** One device for each member; now and then the first ones have a second tab open. */
function devicesOf(members: number, dice: Dice): readonly DevicePlan[] {
	const wrongClocks = dice.chance(0.4) ? dice.fraction() * 0.6 : 0;
	const tabs = dice.chance(0.25) ? dice.between(1, 2) : 0;
	const own = Array.from({ length: members }, (_, member): DevicePlan => ({
		member, tabOf: null,
		skew: dice.chance(wrongClocks) ? (dice.chance(0.5) ? -1 : 1) * dice.spread(SECOND, 10 * 365 * DAY) : dice.between(-2 * SECOND, 2 * SECOND)
	}));
	const second = Array.from({ length: Math.min(tabs, members) }, (_, i): DevicePlan => ({ member: (i + 1) % members, tabOf: (i + 1) % members, skew: 0 }));
	return [...own, ...second];
}

interface StepsOptions {
	readonly count: number;
	readonly length: number;
	readonly devices: readonly DevicePlan[];
	readonly members: number;
	readonly sites: number;
	readonly rogue: boolean;
	readonly dice: Dice;
}

/** People work at the same hours: steps come in bursts, so that they meet. */
function stepsOf({ count, length, devices, members, sites, rogue, dice }: StepsOptions): readonly Step[] {
	const bursts = Math.max(1, Math.round(count / dice.between(4, 15)));
	const burst = dice.spread(10 * SECOND, 10 * MINUTE);
	const starts = Array.from({ length: bursts }, (_, i) => (i === 0 ? 0 : dice.below(Math.max(1, length - burst)))).sort((a, b) => a - b);
	const hot = dice.between(1, 4);
	const value = (): number => dice.below(1000);
	const chart = (): number => (dice.chance(0.8) ? dice.below(hot) : value());
	const steps: Step[] = [];
	for (let i = 0; i < count; i++) {
		const start = starts[Math.min(bursts - 1, Math.floor((i * bursts) / count))] ?? 0;
		const early = i < Math.max(3, count * 0.08);
		if (!early && rogue && dice.chance(0.2)) {
			steps.push({ at: start + dice.below(burst), device: 0, act: { kind: 'rogue', trick: dice.of(TRICKS), value: value() } });
			continue;
		}
		if (!early && dice.chance(0.15)) {
			steps.push(...duel(start + dice.below(burst), devices.length, { chart, value }, dice));
			continue;
		}
		steps.push({ at: start + dice.below(burst), device: dice.below(devices.length), act: early ? { kind: 'register', site: dice.below(sites), person: dice.below(3) } : actOf(dice, { chart, value, members, sites }) });
	}
	return steps.sort((a, b) => a.at - b.at);
}

/** Two or three people change the same thing at the same time, each on what was there before. */
function duel(at: number, devices: number, { chart, value }: { readonly chart: () => number; readonly value: () => number }, dice: Dice): readonly Step[] {
	const same = { kind: 'edit', chart: chart(), entry: dice.chance(0.7) ? dice.below(3) : value() } as const;
	const group = 100 * dice.below(10);
	const first = dice.below(Math.min(devices, 3));
	return Array.from({ length: dice.between(2, 3) }, (_, i): Step => ({
		at: at + dice.below(3 * SECOND), device: dice.chance(0.8) ? 1 + ((first + i) % Math.min(devices - 1, 3)) : dice.below(devices),
		act: { ...same, value: group + dice.below(100), think: dice.spread(SECOND, 2 * MINUTE) }
	}));
}

function actOf(dice: Dice, { chart, value, members, sites }: { readonly chart: () => number; readonly value: () => number; readonly members: number; readonly sites: number }): Act {
	const kind = dice.fraction();
	if (kind < 0.02) return { kind: 'register', site: dice.below(sites), person: dice.below(4) };
	if (kind < 0.22) return { kind: 'record', chart: chart(), form: dice.below(30), value: value() };
	if (kind < 0.55) return { kind: 'edit', chart: chart(), entry: dice.chance(0.6) ? dice.below(2) : value(), value: value(), think: dice.chance(0.5) ? dice.spread(SECOND, 3 * MINUTE) : 0 };
	if (kind < 0.6) return { kind: 'resolve', chart: chart(), entry: value(), value: value() };
	if (kind < 0.64) return { kind: 'decide', item: value(), choice: value(), value: value() };
	if (kind < 0.67) return { kind: 'retract', chart: chart(), entry: value() };
	if (kind < 0.69) return { kind: 'restore', chart: chart(), entry: value(), value: value() };
	if (kind < 0.71) return { kind: 'move', chart: chart(), entry: 1 + value(), other: value() };
	if (kind < 0.79) return { kind: 'link', chart: chart(), other: value() };
	if (kind < 0.81) return { kind: 'unlink', chart: chart(), other: value() };
	if (kind < 0.825) return { kind: 'not-same', chart: chart(), other: value() };
	if (kind < 0.845) return { kind: 'take-on', site: dice.below(sites) };
	if (kind < 0.855) return { kind: 'post', member: dice.below(members), site: dice.below(sites), role: dice.of<Role>(['clinician', 'receptionist', 'reviewer']) };
	if (kind < 0.86) return { kind: 'add-site', site: dice.below(sites) };
	if (kind < 0.88) return { kind: 'lock' };
	if (kind < 0.91) return { kind: 'restart' };
	return { kind: 'visit' };
}

interface FaultsOptions {
	readonly seed: number;
	readonly length: number;
	readonly devices: readonly DevicePlan[];
	readonly dice: Dice;
}

type Make = (dice: Dice) => { readonly fault: FaultKind; readonly ms: number; readonly device: boolean };
const share = (dice: Dice): number => (dice.chance(0.15) ? 1 : dice.fraction() * 0.6);

/** What may go wrong, and how long it lasts. */
function kindsOf(length: number): readonly Make[] {
	const span = (dice: Dice): number => dice.spread(Math.min(10 * SECOND, length), length);
	const lie = (kind: Lie): Make => (dice) => ({ fault: { kind, share: share(dice) }, ms: span(dice), device: false });
	const line = (kind: 'drop' | 'drop-answer' | 'duplicate' | 'truncate'): Make => (dice) => ({ fault: { kind, share: share(dice) }, ms: span(dice), device: true });
	return [
		(dice) => ({ fault: { kind: 'partition' }, ms: dice.spread(MINUTE, 60 * DAY), device: true }),
		(dice) => ({ fault: { kind: 'partition' }, ms: dice.spread(MINUTE, length), device: true }),
		line('drop'), line('drop-answer'), line('duplicate'), line('truncate'),
		(dice) => ({ fault: { kind: 'delay', ms: dice.spread(SECOND, 2 * MINUTE) }, ms: span(dice), device: true }),
		(dice) => ({ fault: { kind: 'crash', awaits: dice.spread(1, 400), downMs: dice.spread(SECOND, HOUR) }, ms: 0, device: true }),
		(dice) => ({ fault: { kind: 'crash', awaits: dice.spread(1, 60), downMs: dice.spread(SECOND, MINUTE) }, ms: 0, device: true }),
		(dice) => ({ fault: { kind: 'clock-jump', ms: (dice.chance(0.5) ? -1 : 1) * dice.spread(SECOND, 10 * 365 * DAY) }, ms: 0, device: true }),
		(dice) => ({ fault: { kind: 'device-backup', age: dice.spread(MINUTE, Math.max(2 * MINUTE, length)) }, ms: 0, device: true }),
		(dice) => ({ fault: { kind: 'hub-crash', downMs: dice.spread(SECOND, 10 * MINUTE) }, ms: 0, device: false }),
		(dice) => ({ fault: { kind: 'hub-backup', age: dice.spread(MINUTE, Math.max(2 * MINUTE, length)) }, ms: 0, device: false }),
		lie('withhold'), lie('replay'), lie('rewind'), lie('swap'), lie('forge'), lie('conflict'), lie('lose-write'), lie('serve-deleted'), lie('reorder'), lie('partial-batch')
	];
}

function faultsOf({ seed, length, devices, dice }: FaultsOptions): readonly Fault[] {
	if (dice.chance(0.06)) return [];
	const kinds = kindsOf(length);
	const chosen = kinds.filter(() => dice.chance(0.22));
	if (chosen.length === 0) return [];
	const heavy = dice.chance(0.25);
	const count = heavy ? dice.between(8, 25) : dice.between(1, 8);
	return Array.from({ length: count }, (_, i): Fault => {
		const { fault, ms, device } = dice.of(chosen)(dice);
		return { at: dice.below(length), ms, device: device && dice.chance(0.85) ? dice.below(devices.length) : device && fault.kind !== 'partition' && ms > 0 ? null : device ? dice.below(devices.length) : null, seed: seed * 1000 + i, fault };
	}).sort((a, b) => a.at - b.at);
}
