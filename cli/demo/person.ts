/**
 * One made-up person and what a rural clinic records of them: the truth from which each site's chart is then written, with the
 * mistakes that real registers have.
 */
import type { Draw } from './draw.ts';
import { ALLERGENS, FAMILY_NAMES, GIVEN_FEMALE, GIVEN_MALE, VILLAGES, type Coded, type Prescription, DRUGS, PROBLEMS } from './vocabulary.ts';

export type Programme = 'hypertension' | 'diabetes' | 'asthma' | 'child' | 'acute';

export interface Person {
	readonly family: string;
	readonly given: string;
	readonly gender: 'female' | 'male';
	/** ISO date */
	readonly born: string;
	readonly village: string;
	readonly phone: string;
	/** kg of a grown person, about which visits vary */
	readonly weight: number;
	readonly programme: Programme;
	readonly problem: Coded | null;
	readonly treatment: readonly Prescription[];
	readonly allergy: Coded | null;
	readonly bloodGroup: 'A' | 'B' | 'AB' | 'O';
}

const DAY_MS = 86_400_000;
export const isoDate = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

const AGES: Record<Programme, readonly [number, number]> = { hypertension: [38, 79], diabetes: [35, 74], asthma: [8, 55], child: [0, 4], acute: [5, 70] };
const TREATMENT: Record<Programme, readonly Prescription[]> = {
	hypertension: [DRUGS.amlodipine, DRUGS.hydrochlorothiazide], diabetes: [DRUGS.metformin], asthma: [DRUGS.salbutamol], child: [], acute: [DRUGS.paracetamol]
};
const PROBLEM: Record<Programme, Coded | null> = { hypertension: PROBLEMS.hypertension, diabetes: PROBLEMS.diabetes, asthma: PROBLEMS.asthma, child: null, acute: PROBLEMS.malaria };

/** @param today ms since 1970: ages are reckoned from it */
export function drawPerson(draw: Draw, today: number): Person {
	const gender = draw.chance(0.56) ? 'female' : 'male';
	const programme = draw.pick<Programme>(['hypertension', 'hypertension', 'diabetes', 'asthma', 'child', 'child', 'acute', 'acute']);
	const [youngest, oldest] = AGES[programme];
	const days = draw.int(youngest * 365 + 30, oldest * 365 + 364);
	return {
		family: draw.pick(FAMILY_NAMES),
		given: draw.pick(gender === 'female' ? GIVEN_FEMALE : GIVEN_MALE),
		gender,
		born: isoDate(today - days * DAY_MS),
		village: draw.pick(VILLAGES),
		phone: `07${draw.int(10, 49)} ${draw.int(100, 999)} ${draw.int(100, 999)}`,
		weight: draw.int(46, 88),
		programme,
		problem: PROBLEM[programme],
		treatment: TREATMENT[programme].slice(0, draw.int(1, 2)),
		allergy: draw.chance(0.12) ? draw.pick(ALLERGENS) : null,
		bloodGroup: draw.pick(['O', 'O', 'O', 'A', 'A', 'B', 'AB'])
	};
}

/** The same person as another register wrote them down: a spelling, a date, a number that is not quite the same. */
export function asWrittenElsewhere(draw: Draw, person: Person): Person {
	const spelled = draw.chance(0.4) ? person.given.replace(/i/, 'y').replace(/(.)\1/, '$1') : person.given;
	const [year = '', month = '', day = ''] = person.born.split('-');
	const born = draw.chance(0.3) ? (Number(day) <= 12 ? `${year}-${day}-${month}` : `${Number(year) + 1}-${month}-${day}`) : person.born;
	return {
		...person,
		given: spelled,
		born,
		phone: draw.chance(0.3) ? '' : person.phone,
		village: draw.chance(0.2) ? draw.pick(VILLAGES) : person.village,
		bloodGroup: draw.chance(0.1) ? draw.pick(['A', 'B', 'O']) : person.bloodGroup
	};
}
