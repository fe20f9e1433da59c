/**
 * People are removed, in a range of seeds of their own: while they are cut off and go on writing, by somebody who is behind, two leads at once each other, or
 * of one post only; and what they wrote is carried to others, and taken over or not. In some of these worlds somebody joins, gets a lower role, or uses the
 * recovery kit, keys are renewed without need, and two leads act on the same person without hearing of each other.
 *
 * Drawn apart from the rest of a plan, so that the other seeds are what they were.
 */
import { Dice } from './dice.ts';
import { hasBoxes } from './generate-boxes.ts';
import type { Role } from '../sync/membership/types.ts';
import { withRemovalEpisodes } from './generate-removal-episodes.ts';
import type { Act, DevicePlan, Fault, MemberPlan, Plan, Step } from './plan.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** Seeds from here on are worlds with removals. They are a range of their own while not all of them hold (docs/simulation.md). */
export const REMOVALS_FROM = 1_000_000;

export function withRemovals(plan: Plan): Plan {
	const dice = new Dice(`removals ${plan.seed}`);
	const honest = plan.devices.reduce((most, { member }) => Math.max(most, member), 0) + 1;
	if (plan.seed < REMOVALS_FROM || hasBoxes(plan.seed) || plan.driver === 'rxdb' || honest < 3) return plan;
	const own = plan.devices.flatMap(({ tabOf }, number) => (tabOf === null ? [number] : []));
	const rounds = dice.chance(0.3) ? 2 : 1;
	const steps: Step[] = [...plan.steps];
	const faults: Fault[] = [...plan.faults];
	for (let round = 0; round < rounds; round++) {
		const made = removal({ plan, own, honest, seed: plan.seed * 1000 + 900 + 10 * round, at: Math.round(plan.heal * (0.25 + 0.35 * dice.fraction())) }, dice);
		steps.push(...made.steps);
		faults.push(...made.faults);
	}
	const whole: Plan = { ...plan, members: withLeads(plan.members), steps, faults, removals: true };
	return inOrder(withNewcomer(withRemovalEpisodes(withPeople(whole, own, honest), honest), honest));
}

const inOrder = (plan: Plan): Plan => ({ ...plan, steps: plan.steps.map((step) => ({ ...step, at: Math.max(0, step.at) })).sort((a, b) => a.at - b.at), faults: [...plan.faults].sort((a, b) => a.at - b.at) });

/** The first two clinicians lead the region as well: somebody besides the owner must be able to remove. */
const withLeads = (members: readonly MemberPlan[]): readonly MemberPlan[] =>
	members.map((member, number) => (number === 1 || number === 2 ? { posts: [...member.posts, { site: 0, role: 'lead' }] } : member));

interface Scene { readonly plan: Plan; readonly own: readonly number[]; readonly honest: number; readonly seed: number; readonly at: number }
interface Made { readonly steps: readonly Step[]; readonly faults: readonly Fault[] }

function removal({ plan, own, honest, seed, at }: Scene, dice: Dice): Made {
	const mutual = dice.chance(0.35);
	const [first, second] = dice.chance(0.5) ? [1, 2] : [2, 1];
	const by = mutual ? first : dice.chance(0.6) ? 0 : first;
	const victim = mutual ? second : dice.chance(0.7) || honest < 4 ? second : dice.between(3, honest - 1);
	const left = Math.max(10 * SECOND, plan.heal - at);
	const apart = Math.round(left * (0.3 + 0.5 * dice.fraction()));
	const steps: Step[] = [{
		at, device: by, act: dice.chance(0.25) && !mutual ? { kind: 'withdraw', member: victim, post: dice.below(4) } : { kind: 'revoke', member: victim, whole: dice.chance(0.6) }
	}];
	const faults: Fault[] = [];
	const cutOff = (device: number, n: number): void => void faults.push({ at: Math.max(0, at - Math.round(apart * 0.2)), ms: apart, device, seed: seed + n, fault: { kind: 'partition' } });
	if (mutual) {
		const slow = dice.chance(0.5) ? 2 * SECOND : dice.below(apart);
		steps.push({ at: at + Math.min(slow, Math.round(apart / 2)), device: victim, act: { kind: 'revoke', member: by, whole: dice.chance(0.6) } });
	}
	// what is written before the removal and not sent, and what is written after it
	if (dice.chance(0.75)) cutOff(victim, 1);
	if (dice.chance(mutual ? 0.7 : 0.3)) cutOff(by, 2);
	for (let n = dice.between(2, 5); n > 0; n--) steps.push(work(at - Math.round(apart * 0.19) + dice.below(Math.round(apart * 0.9)), victim, dice));
	for (let n = dice.between(1, 3); n > 0; n--) steps.push(work(at + dice.below(left), dice.of(own), dice));
	const others = own.filter((device) => device !== victim && device !== by);
	for (let n = dice.between(1, 2); n > 0; n--) {
		// people who save and read a file stand beside each other, with both devices in use
		const when = at + dice.below(left);
		const to = dice.of(others.length > 0 ? others : own);
		steps.push({ at: when, device: victim, act: { kind: 'visit' } }, { at: when + 5 * SECOND, device: to, act: { kind: 'carry', from: victim } }, work(when + 8 * SECOND, to, dice));
		if (dice.chance(0.5)) steps.push({ at: when + Math.min(2 * MINUTE, left), device: to, act: { kind: 'adopt', item: dice.below(5) } });
	}
	if (dice.chance(0.5)) steps.push({ at: at + Math.round(left * 0.9), device: dice.of(own), act: { kind: 'adopt', item: dice.below(5) } });
	return { steps, faults };
}

/** Posts are exchanged for lower ones, keys renewed without need, a kit made and used; and leads who do not hear of each other act on the same people. */
function withPeople(plan: Plan, own: readonly number[], honest: number): Plan {
	const dice = new Dice(`people ${plan.seed}`);
	const steps: Step[] = [...plan.steps];
	const faults: Fault[] = [...plan.faults];
	const time = (from: number, to: number): number => Math.round(plan.heal * (from + (to - from) * dice.fraction()));
	const victim = (): number => (honest > 3 && dice.chance(0.6) ? dice.between(3, honest - 1) : dice.between(1, 2));
	const demotion = (member: number): Act => ({ kind: 'demote', member, post: dice.below(2), role: dice.of<Role>(['receptionist', 'receptionist', 'laboratory', 'clinician']) });
	if (dice.chance(0.4)) {
		const [at, member] = [time(0.2, 0.7), victim()];
		steps.push({ at, device: dice.chance(0.7) ? 0 : 1, act: demotion(member) });
		// before and after it, seen by all or by few
		for (let n = 4; n > 0; n--) steps.push(work(at + dice.below(Math.max(1, plan.heal - at)) - (n % 2) * Math.round(at * 0.3), dice.chance(0.5) ? member : dice.of(own), dice));
	}
	for (let n = dice.chance(0.35) ? dice.between(1, 2) : 0; n > 0; n--) {
		const at = time(0.1, 0.9);
		steps.push({ at, device: dice.of(own), act: { kind: 'rotate', place: dice.below(12) } }, work(at + dice.below(MINUTE), dice.of(own), dice));
	}
	if (dice.chance(0.35)) {
		// the owner and a lead, or two leads, each without the other's line
		const [at, member] = [time(0.3, 0.7), victim()];
		const apart = Math.round((plan.heal - at) * 0.6);
		const both = dice.chance(0.5) ? [0, 1] : [1, 2];
		for (const [n, device] of both.entries()) {
			const on = device === member ? 0 : member;
			const act: Act = dice.chance(0.4) ? demotion(on) : dice.chance(0.5) ? { kind: 'withdraw', member: on, post: dice.below(3) } : { kind: 'post', member: on, site: dice.below(plan.sites.length), role: dice.of<Role>(['clinician', 'receptionist', 'lead']) };
			steps.push({ at: at + dice.below(Math.max(1, apart)), device, act });
			faults.push({ at: Math.max(0, at - SECOND), ms: apart, device, seed: plan.seed * 1000 + 950 + n, fault: { kind: 'partition' } });
		}
	}
	if (dice.chance(0.3)) {
		steps.push({ at: time(0.02, 0.2), device: 0, act: { kind: 'make-kit' } });
		if (dice.chance(0.7)) steps.push({ at: time(0.4, 0.95), device: dice.chance(0.5) ? dice.between(1, 2) : dice.of(own), act: { kind: 'recover' } });
	}
	return { ...plan, steps, faults };
}

/** In some worlds somebody joins in the midst of it, or comes back with a new device: that device is the last that is no second tab. */
function withNewcomer(plan: Plan, honest: number): Plan {
	const dice = new Dice(`newcomer ${plan.seed}`);
	if (!dice.chance(0.4)) return plan;
	const number = plan.devices.filter(({ tabOf }) => tabOf === null).length;
	const later = (device: number): number => (device >= number ? device + 1 : device);
	const devices: readonly DevicePlan[] = [
		...plan.devices.slice(0, number), { member: honest, tabOf: null, skew: dice.between(-2 * SECOND, 2 * SECOND) }, ...plan.devices.slice(number)
	];
	const moved = plan.steps.map((step): Step => ({ ...step, device: later(step.device), ...(step.act.kind === 'carry' ? { act: { ...step.act, from: later(step.act.from) } } : {}) }));
	const site = dice.below(plan.sites.length);
	const at = Math.round(plan.heal * (0.15 + 0.5 * dice.fraction()));
	const byHand = dice.chance(0.6);
	const back = comesBack(plan, honest, at);
	const attempt = (when: number): Step => ({
		at: when, device: dice.chance(0.7) ? 0 : dice.between(1, 2), act: { kind: 'join', newcomer: number, site, role: dice.of<Role>(['clinician', 'clinician', 'health-worker', 'receptionist']), byHand, ...back.again }
	});
	const left = Math.max(1, plan.heal - at);
	const steps: Step[] = [...moved, ...back.lost, { at: Math.max(0, at - SECOND), device: number, act: { kind: 'visit' } }, attempt(at), attempt(at + Math.round(left * 0.5))];
	for (let n = dice.between(2, 4); n > 0; n--) steps.push(work(at + dice.below(left), dice.chance(0.7) ? number : dice.below(number), dice));
	if (dice.chance(0.3)) steps.push({ at: at + dice.below(left), device: number, act: { kind: 'restart' } });
	const members = [...plan.members.slice(0, honest), { posts: [], joins: true }, ...plan.members.slice(honest)];
	return { ...plan, members, devices, steps, faults: plan.faults.map((fault) => ({ ...fault, device: fault.device === null ? null : later(fault.device) })) };
}

/** A tablet was stolen or broke, or a passphrase was forgotten: whose it was is invited anew, in most cases after the old device was removed. */
function comesBack(plan: Plan, honest: number, at: number): { readonly again: { readonly again?: number }; readonly lost: readonly Step[] } {
	const dice = new Dice(`comes back ${plan.seed}`);
	if (!dice.chance(0.45)) return { again: {}, lost: [] };
	const member = honest > 3 && dice.chance(0.6) ? dice.between(3, honest - 1) : dice.between(1, 2);
	const lost: readonly Step[] = dice.chance(0.75) ? [{ at: Math.max(0, at - dice.between(5, 60) * SECOND), device: 0, act: { kind: 'revoke', member, whole: false } }] : [];
	return { again: { again: member }, lost };
}

const work = (at: number, device: number, dice: Dice): Step => ({
	at, device,
	act: dice.chance(0.6) ? { kind: 'record', chart: dice.below(2), form: dice.below(30), value: dice.below(1000) } : { kind: 'edit', chart: dice.below(2), entry: dice.below(3), value: dice.below(1000), think: 0 }
});
