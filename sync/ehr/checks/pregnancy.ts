/**
 * A pregnancy at one site, and a medicine at another that harms it.
 *
 * No clock is asked: a medicine counts that is being given and was not begun after the pregnancy must have ended. A later statement that she
 * is not pregnant ends what was said before it; on the same day both stand, and the warning with them.
 */
import { pregnancyConcerns } from '../../formulary/pregnancy.ts';
import { discrepancy } from '../discrepancy.ts';
import { contentsOf, drugOf, isBeingGiven, MEDICATION_TYPES } from '../facts/medications.ts';
import { pregnancyOf, type PregnancyStatement } from '../facts/pregnancy.ts';
import { at, dateOf, dayOf } from '../read.ts';
import { readingsOf } from '../sources.ts';
import type { Source } from '../view.ts';
import { factsOf, ofFact, type Check, type Gathered } from './gathered.ts';

const STATED_IN = ['Condition', 'Observation', 'EpisodeOfCare'];

interface Said extends PregnancyStatement { readonly source: Source }

const statementsIn = ofFact((fact): readonly Said[] => fact.flatMap(readingsOf).flatMap((source) => {
	const statement = pregnancyOf(source);
	return statement === null ? [] : [{ ...statement, source }];
}));

/** Statements of a pregnancy that no later one ended. */
function pregnancies(gathered: Gathered): readonly Said[] {
	const said: Said[] = [];
	for (const type of STATED_IN) for (const fact of factsOf(gathered, type)) said.push(...statementsIn(fact));
	if (said.length === 0) return said;
	const denied = Math.max(...said.filter(({ pregnant }) => !pregnant).map(({ on }) => on), -Infinity);
	return said.filter(({ pregnant, on }) => pregnant && on >= denied);
}

/** The day on which a medicine was begun or ordered; null when nothing says so. */
const begun = ({ resource }: Source): number | null =>
	dayOf(dateOf(resource['authoredOn']) || dateOf(resource['effectiveDateTime']) || dateOf(at(resource['effectivePeriod'], 'start')) || dateOf(resource['dateAsserted']));

export const medicinesInPregnancy: Check = (gathered) => {
	const pregnant = pregnancies(gathered);
	if (pregnant.length === 0) return [];
	return MEDICATION_TYPES.flatMap((type) => factsOf(gathered, type)).flatMap((fact) => {
		const given = fact.flatMap(readingsOf).filter(isBeingGiven);
		const [gravest] = given.flatMap((source) => pregnancyConcerns(contentsOf(source, gathered.medications)).map((concern) => ({ source, concern })))
			.sort((a, b) => RANK[a.concern.severity] - RANK[b.concern.severity]);
		if (gravest === undefined) return [];
		const start = begun(gravest.source);
		const during = pregnant.filter(({ until }) => until === null || start === null || start <= until);
		if (during.length === 0) return [];
		const { drug, severity, why, sources } = gravest.concern;
		const facts = { drug: drugOf(gravest.source) || drug, ingredient: drug, why };
		const medicine = fact.filter(({ state }) => given.some((reading) => reading.state === state));
		return [discrepancy('pregnancy-against-medicine', severity, [...during.map(({ source }) => source), ...medicine], facts, sources, drug)];
	});
};

const RANK = { critical: 0, warning: 1, info: 2 } as const;
