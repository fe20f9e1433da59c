/**
 * Short episodes laid over a plan: a result that two people finish at once, an entry that is labelled as sensitive while somebody writes on in it, and
 * apps that end while they store what came in.
 *
 * What they need is rare among acts that are drawn one by one: a draft that several people have on the screen, a post that may label. Drawn
 * apart from the rest of a plan, so that the rest stays what it was.
 */
import { Dice } from './dice.ts';
import type { Fault, Plan, Step } from './plan.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** devices of the two clinicians of the second site, whose charts come first on every list (`membersOf`, `chartsOf`) */
const NURSES = [1, 2] as const;
/** device of the owner, who may label */
const OWNER = 0;
/** form of an observation (`actors/forms.ts`), of which every third is a draft */
const OBSERVATION = 3;

export function withEpisodes(plan: Plan): Plan {
	const dice = new Dice(`episodes ${plan.seed}`);
	const steps = [...(dice.chance(0.3) ? repeated(2, () => twoFinish(plan, dice)) : []), ...(dice.chance(0.12) ? labelled(plan, dice) : [])];
	const faults = plan.driver === 'handlers' && dice.chance(0.15) ? cutOff(plan, dice) : [];
	return { ...plan, steps: [...plan.steps, ...steps].sort((a, b) => a.at - b.at), faults: [...plan.faults, ...faults].sort((a, b) => a.at - b.at) };
}

const repeated = (times: number, make: () => readonly Step[]): readonly Step[] => Array.from({ length: times }, make).flat();

/** A moment with some time after it, as far as the plan has any. */
const moment = ({ heal }: Plan, dice: Dice): number => Math.round(heal * (0.1 + 0.6 * dice.fraction()));

/** A draft is recorded, both nurses open it, and each reports what she found. */
function twoFinish(plan: Plan, dice: Dice): readonly Step[] {
	const at = moment(plan, dice);
	const later = at + dice.spread(10 * SECOND, MINUTE);
	const chart = dice.below(2);
	const finish = (device: number): Step => ({
		at: later + dice.below(2 * SECOND), device, act: { kind: 'finish', chart, entry: 0, value: dice.below(45), think: dice.spread(5 * SECOND, MINUTE) }
	});
	return [
		{ at, device: NURSES[0], act: { kind: 'record', chart, form: OBSERVATION, value: 3 * dice.below(300) } },
		{ at: at + 5 * SECOND, device: NURSES[1], act: { kind: 'visit' } }, ...NURSES.map(finish)
	];
}

/** The owner labels an entry as sensitive, or takes the label off, while a nurse has it open. */
function labelled(plan: Plan, dice: Dice): readonly Step[] {
	const at = moment(plan, dice);
	const [chart, entry] = [dice.below(2), dice.below(4)];
	const later = at + dice.spread(10 * SECOND, 2 * MINUTE);
	const label = (when: number): Step => ({ at: when, device: OWNER, act: { kind: 'relabel', chart, entry } });
	return [
		{ at, device: OWNER, act: { kind: 'take-on', site: 1 } }, label(later),
		{ at: later + dice.below(2 * SECOND), device: dice.of(NURSES), act: { kind: 'edit', chart, entry: 1 + entry, value: dice.below(1000), think: dice.spread(SECOND, MINUTE) } },
		...(dice.chance(0.4) ? [label(later + dice.spread(30 * SECOND, 10 * MINUTE))] : [])
	];
}

/** Apps end within a few steps of documents coming in. */
const cutOff = (plan: Plan, dice: Dice): readonly Fault[] => Array.from({ length: dice.between(3, 8) }, (_, number): Fault => ({
	at: dice.below(plan.heal), ms: 0, device: dice.below(plan.devices.length), seed: plan.seed * 1000 + 800 + number,
	fault: { kind: 'crash', awaits: dice.between(1, 12), downMs: dice.spread(SECOND, MINUTE), receiving: true }
}));
