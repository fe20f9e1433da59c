/**
 * Whether an entry says that the person is pregnant, until when that can hold, or that she is not.
 *
 * Codes: SNOMED CT findings of the IPS free set and of published value sets; LOINC 82810-3 with its answer list; ICD-10 chapters by code (Z33,
 * Z34, Z35, O09 to O75, O98, O99: neither abortion nor puerperium). In text only whole words count, and a text that denies, asks or looks back says nothing.
 */
import { hlcMs } from '../../change/hlc.ts';
import { isNegated, words } from '../../formulary/names.ts';
import { at, codeOf, codesOf, dateOf, dayOf, latestDay, nameOf, textOf } from '../read.ts';
import type { Source } from '../view.ts';
import { remembered } from './rule.ts';

export interface PregnancyStatement {
	readonly pregnant: boolean;
	/** day since 1970 on which it was true */
	readonly on: number;
	/** last day on which it can hold; null: an open problem or episode, until somebody closes it */
	readonly until: number | null;
}

/** 42 weeks, and a week for a date that was estimated. */
const LONGEST_DAYS = 301;

const PREGNANT = new Set(['77386006', '72892002', '47200007', '127364007', '424525001', 'LA15173-0']);
const NOT_PREGNANT = new Set(['60001007', 'LA26683-5']);
const STATUS_CODES = new Set(['82810-3', '11449-6', '77386006', '2106-3', '2118-8', '2110-5']);
const ICD10 = /^(?:Z3[345]|O(?:09|[1-6]\d|7[0-5]|9[89]))/u;
/** delivery, puerperium, abortion and ectopic pregnancy by text end a pregnancy or were none that goes on */
const ELSEWHEN = new Set('history previous past planning test desire unwanted ectopic molar miscarriage abortion aborted terminated termination postpartum postnatal delivered antecedents antecedentes risk plan contraception'.split(' '));
const WORDS = new Set('pregnant pregnancy gravid gravida antenatal prenatal anc enceinte grossesse embarazo embarazada'.split(' '));
const POSITIVE = new Set(['LA6576-8', '10828004', '260373001']);
const NEGATIVE = new Set(['LA6577-6', '260385009', '260415000']);

const saysPregnant = (text: string): boolean => {
	const spoken = words(text);
	return spoken.some((word) => WORDS.has(word)) && !spoken.some((word) => ELSEWHEN.has(word)) && !isNegated(text);
};
const dayWritten = ({ hlc }: Source): number => Math.floor(hlcMs(hlc) / 86_400_000);
const firstDay = (...dates: readonly string[]): number | null => dates.map((date) => dayOf(date.length === 10 ? date : latestDay(date))).find((day) => day !== null) ?? null;

/** What an entry says of a pregnancy; null when it says nothing. */
export const pregnancyOf: (source: Source) => PregnancyStatement | null = remembered((source: Source) => {
	switch (source.type) {
		case 'Condition':
			return ofProblem(source);
		case 'Observation':
			return ofFinding(source);
		case 'EpisodeOfCare':
			return ofEpisode(source);
		default:
			return null;
	}
});

const codesPregnant = (concept: Parameters<typeof codesOf>[0]): boolean => codesOf(concept).some(({ system, code }) => PREGNANT.has(code) || (/icd-?10/iu.test(system) && ICD10.test(code)));

function ofProblem(source: Source): PregnancyStatement | null {
	const { resource } = source;
	if (!codesPregnant(resource['code']) && !saysPregnant(nameOf(resource['code']))) return null;
	if (['refuted', 'entered-in-error'].includes(codeOf(resource['verificationStatus']))) return null;
	const on = firstDay(dateOf(resource['recordedDate']), dateOf(resource['onsetDateTime']), dateOf(at(resource['onsetPeriod'], 'start'))) ?? dayWritten(source);
	const ended = firstDay(dateOf(resource['abatementDateTime']), dateOf(at(resource['abatementPeriod'], 'end')));
	if (['inactive', 'resolved', 'remission'].includes(codeOf(resource['clinicalStatus'])) && ended === null) return null;
	return { pregnant: true, on, until: ended };
}

function ofFinding(source: Source): PregnancyStatement | null {
	const { resource } = source;
	if (['cancelled', 'registered', 'entered-in-error'].includes(textOf(resource['status']))) return null;
	const asked = codesOf(resource['code']).some(({ code }) => STATUS_CODES.has(code)) || words(nameOf(resource['code'])).some((word) => WORDS.has(word));
	if (!asked) return null;
	const on = firstDay(dateOf(resource['effectiveDateTime']), dateOf(at(resource['effectivePeriod'], 'start'))) ?? dayWritten(source);
	const value = resource['valueCodeableConcept'];
	const codes = codesOf(value).map(({ code }) => code);
	const said = words(nameOf(value) || textOf(resource['valueString'])).join(' ');
	if (codes.some((code) => NOT_PREGNANT.has(code) || NEGATIVE.has(code)) || resource['valueBoolean'] === false || /^(?:not pregnant|no|neg|negative|non enceinte|no embarazada)$/u.test(said)) return { pregnant: false, on, until: null };
	const yes = codes.some((code) => PREGNANT.has(code) || POSITIVE.has(code)) || resource['valueBoolean'] === true || /^(?:pregnant|yes|pos|positive|enceinte|embarazada|currently pregnant|patient currently pregnant)$/u.test(said);
	return yes ? { pregnant: true, on, until: on + LONGEST_DAYS } : null;
}

function ofEpisode(source: Source): PregnancyStatement | null {
	const { resource } = source;
	if (!['active', 'onhold', 'finished'].includes(textOf(resource['status']))) return null;
	const types = Array.isArray(resource['type']) ? resource['type'] : [];
	if (!types.some((type) => codesPregnant(type) || saysPregnant(nameOf(type)))) return null;
	const on = firstDay(dateOf(at(resource['period'], 'start'))) ?? dayWritten(source);
	const ended = firstDay(dateOf(at(resource['period'], 'end')));
	if (textOf(resource['status']) === 'finished' && ended === null) return null;
	return { pregnant: true, on, until: ended ?? on + LONGEST_DAYS };
}
