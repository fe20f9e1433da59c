/**
 * Short episodes laid over worlds in which people are removed: two leads remove each other while both are cut off, a lead who is being removed goes on
 * handing out posts, somebody learns of a removal between the copy of a change and what is attested of it, and a recovery kit is used by two.
 *
 * What they need (several lines down at the right moments) is rare among acts that are drawn one by one. Drawn apart from the rest of a plan, so that the rest
 * stays what it was.
 */
import { Dice } from './dice.ts';
import type { Role } from '../sync/membership/types.ts';
import type { Act, Fault, Plan, Step } from './plan.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** device of the owner, and those of the two clinicians of the second site, who lead the region in these worlds (`withLeads`) */
const OWNER = 0;
const LEADS = [1, 2] as const;

interface Made { readonly steps: readonly Step[]; readonly faults: readonly Fault[] }

/** `honest`: members with a device, the first so many. */
export function withRemovalEpisodes(plan: Plan, honest: number): Plan {
	const dice = new Dice(`removal episodes ${plan.seed}`);
	const scene: Scene = { plan, honest, dice, seed: plan.seed * 1000 + 960 };
	const made = [
		...(dice.chance(0.25) ? [removeEachOther(scene)] : []), ...(dice.chance(0.25) ? [goesOnGivingPosts(scene)] : []),
		...(dice.chance(0.3) ? [copyBeforeAttest(scene)] : []), ...(dice.chance(0.2) ? [kitUsedTwice(scene)] : [])
	];
	return { ...plan, steps: [...plan.steps, ...made.flatMap(({ steps }) => steps)], faults: [...plan.faults, ...made.flatMap(({ faults }) => faults)] };
}

interface Scene { readonly plan: Plan; readonly honest: number; readonly dice: Dice; readonly seed: number }

const moment = ({ plan, dice }: Scene, from: number, to: number): number => Math.round(plan.heal * (from + (to - from) * dice.fraction()));
const step = (at: number, device: number, act: Act): Step => ({ at, device, act });
const cutOff = (device: number, from: number, until: number, seed: number): Fault => ({ at: Math.max(0, from), ms: until - from, device, seed, fault: { kind: 'partition' } });
const visits = (at: number, devices: readonly number[]): readonly Step[] => devices.map((device, n) => step(at + n * SECOND, device, { kind: 'visit' }));
const record = (at: number, device: number, dice: Dice, chart = dice.below(2)): Step => step(at, device, { kind: 'record', chart, form: dice.below(30), value: dice.below(1000) });

function post(at: number, device: number, { dice, honest, plan }: Scene): Step {
	return step(at, device, { kind: 'post', member: dice.below(honest), site: dice.below(plan.sites.length), role: dice.of<Role>(['clinician', 'receptionist', 'lead', 'reviewer']) });
}

/**
 * Both leads are cut off, each removes the other, and both write on and hand out posts until they hear of it. A hub lets nobody in whose removal it has: what
 * the second of them said comes in a file, as what both did comes here.
 */
function removeEachOther(scene: Scene): Made {
	const { plan, dice, seed } = scene;
	// before the other removals of such a world, one of which would have been enough
	const at = moment(scene, 0.06, 0.2);
	const apart = Math.round(plan.heal * (0.1 + 0.5 * dice.fraction()));
	const whole = dice.chance(0.5);
	const steps = LEADS.flatMap((device, n): readonly Step[] => {
		const blow = at + dice.below(Math.round(apart * 0.6));
		const other = LEADS[1 - n] ?? OWNER;
		const after = blow + dice.below(Math.max(1, apart - (blow - at)));
		const carried = at + Math.round(apart * (0.7 + 0.1 * n));
		return [
			step(blow, device, { kind: 'revoke', member: other, whole }), record(after, device, dice), ...(dice.chance(0.5) ? [post(after, device, scene)] : []),
			...visits(carried, [device]), step(carried + 3 * SECOND, OWNER, { kind: 'carry', from: device })
		];
	});
	return { steps: [...visits(at - 2 * SECOND, LEADS), ...steps], faults: LEADS.map((device, n) => cutOff(device, at - SECOND, at + apart, seed + n)) };
}

/** A lead is removed by the owner, does not hear of it, and lets people in meanwhile. */
function goesOnGivingPosts(scene: Scene): Made {
	const { plan, dice, seed } = scene;
	const lead = dice.of(LEADS);
	const at = moment(scene, 0.2, 0.6);
	const apart = Math.round((plan.heal - at) * (0.3 + 0.5 * dice.fraction()));
	const given = Array.from({ length: dice.between(1, 2) }, () => post(at + dice.below(apart), lead, scene));
	return { steps: [step(at + dice.below(Math.round(apart / 2)), OWNER, { kind: 'revoke', member: lead, whole: dice.chance(0.6) }), ...given], faults: [cutOff(lead, at - SECOND, at + apart, seed + 2)] };
}

/**
 * Charts of two sites are linked, and one of the nurses writes in one of them. The owner does not have it yet and removes her; then it comes, as a copy and as
 * itself, and is late; then the other nurse, who had it before, hears of the removal and attests it.
 */
function copyBeforeAttest(scene: Scene): Made {
	const { plan, dice, seed } = scene;
	const [nurse, colleague] = dice.chance(0.5) ? LEADS : ([LEADS[1], LEADS[0]] as const);
	const start = moment(scene, 0.1, 0.5);
	const unit = Math.max(5 * SECOND, Math.min(MINUTE, Math.round((plan.heal - start) / 14)));
	const at = (units: number): number => start + units * unit;
	const far = plan.sites.length > 2 ? 2 : 0;
	const steps: readonly Step[] = [
		step(at(0), OWNER, { kind: 'take-on', site: 1 }), step(at(0) + SECOND, OWNER, { kind: 'take-on', site: far }),
		step(at(0) + 2 * SECOND, nurse, { kind: 'register', site: 1, person: dice.below(3) }), step(at(0) + 3 * SECOND, OWNER, { kind: 'register', site: 0, person: dice.below(3) }),
		step(at(1), OWNER, { kind: 'link', chart: 0, other: 1 }), ...visits(at(2), [nurse, colleague, OWNER]),
		...Array.from({ length: 3 }, (_, n) => record(at(3.2) + n * 2 * SECOND, nurse, dice, n % 2)),
		step(at(3.4), nurse, { kind: 'edit', chart: 0, entry: 0, value: dice.below(1000), think: 0 }), ...visits(at(4), [nurse, colleague]),
		step(at(5.5), OWNER, { kind: 'revoke', member: nurse, whole: dice.chance(0.5) }), ...visits(at(6.5), [OWNER, ...Array.from({ length: scene.honest - 3 }, (_, n) => 3 + n)]),
		...visits(at(8.5), [colleague]), ...visits(at(9.5), [OWNER, colleague])
	];
	return { steps, faults: [cutOff(OWNER, at(3), at(6), seed + 3), cutOff(colleague, at(5), at(8), seed + 4)] };
}

/** A kit is made; two leads find the shares and use them without hearing of each other, a third person later. */
function kitUsedTwice(scene: Scene): Made {
	const { plan, dice, seed } = scene;
	const made = moment(scene, 0.02, 0.15);
	const at = moment(scene, 0.3, 0.6);
	const apart = Math.round((plan.heal - at) * (0.3 + 0.4 * dice.fraction()));
	const uses = LEADS.flatMap((device): readonly Step[] => {
		const use = at + dice.below(Math.round(apart * 0.7));
		return [step(use, device, { kind: 'recover' }), record(use + 5 * SECOND, device, dice), ...(dice.chance(0.5) ? [post(use + 6 * SECOND, device, scene)] : [])];
	});
	// the paper of a kit that was replaced is still in somebody's drawer
	const replaced: readonly Step[] = dice.chance(0.3) ? [step(at + dice.below(apart), OWNER, { kind: 'make-kit' })] : [];
	const later = step(at + apart + dice.below(Math.max(1, plan.heal - at - apart)), dice.below(scene.honest), { kind: 'recover', ...(dice.chance(0.5) ? { older: 1 } : {}) });
	return { steps: [step(made, OWNER, { kind: 'make-kit' }), ...uses, ...replaced, later], faults: LEADS.map((device, n) => cutOff(device, at - SECOND, at + apart, seed + 5 + n)) };
}
