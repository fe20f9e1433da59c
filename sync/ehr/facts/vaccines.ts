/**
 * Vaccines: which product protects against what, how close two doses may be, and when two entries are one dose.
 *
 * Codes are CVX (US Centers for Disease Control and Prevention, free to use). Minimum intervals: CDC, General Best Practice Guidelines
 * for Immunization (ACIP), table 3-2 "Recommended and minimum ages and intervals between doses", and the four-day grace period of its
 * section "Timing and spacing". Where the interval depends on the dose number (DTaP 3 to 4, hepatitis B 2 to 3), the shortest of the series
 * is used: what is reported is too close under any reading.
 */
import { words } from '../../formulary/names.ts';
import { codesOf, conceptKeys, dateOf, datesFit, dayOf, nameOf, objectsIn, at, textOf } from '../read.ts';
import type { Source } from '../view.ts';
import { remembered, type FactRule } from './rule.ts';

export const CVX = 'http://hl7.org/fhir/sid/cvx';
export const ACIP = 'CDC, General Best Practice Guidelines for Immunization (ACIP), table 3-2 Minimum intervals between doses';
export const ACIP_LIVE = 'CDC, General Best Practice Guidelines for Immunization (ACIP), table 3-4: live injectable vaccines on the same day or 28 days apart';
/** Doses up to four days early count (ACIP). */
export const GRACE_DAYS = 4;
export const LIVE_INTERVAL_DAYS = 28;

export interface Antigen {
	readonly id: string;
	readonly label: string;
	/** minimum days between two doses; null: no second dose is foreseen, or any interval is accepted */
	readonly days: number | null;
	readonly cvx: readonly string[];
	/** whole words or phrases of a vaccine's name */
	readonly names: readonly string[];
	/** injected and live: another such vaccine on another day needs 28 days */
	readonly live?: true;
}

/** DTaP-containing combinations count for each antigen they hold. */
export const ANTIGENS: readonly Antigen[] = [
	{ id: 'dtp', label: 'diphtheria, tetanus, pertussis', days: 28, cvx: ['01', '20', '22', '50', '102', '106', '107', '110', '120', '130', '146', '198'], names: ['dtp', 'dtap', 'dtwp', 'dpt', 'dtc', 'pentavalent', 'hexavalent', 'penta'] },
	{ id: 'td', label: 'tetanus, diphtheria', days: 28, cvx: ['09', '28', '35', '112', '113', '138', '139', '196'], names: ['td', 'tt', 'tetanus toxoid'] },
	{ id: 'tdap', label: 'tetanus, diphtheria, pertussis booster', days: null, cvx: ['115'], names: ['tdap'] },
	{ id: 'hepatitis-b', label: 'hepatitis B', days: 28, cvx: ['08', '42', '43', '44', '45', '51', '102', '104', '110', '146', '189', '198'], names: ['hep b', 'hepb', 'hepatitis b', 'hepatite b', 'pentavalent', 'hexavalent', 'penta'] },
	{ id: 'hib', label: 'Haemophilus influenzae b', days: 28, cvx: ['17', '22', '46', '47', '48', '49', '50', '51', '102', '120', '146', '148', '198'], names: ['hib', 'haemophilus influenzae b', 'pentavalent', 'hexavalent', 'penta'] },
	{ id: 'ipv', label: 'inactivated polio', days: 28, cvx: ['10', '110', '120', '130', '146'], names: ['ipv', 'vpi', 'hexavalent'] },
	{ id: 'opv', label: 'oral polio', days: 28, cvx: ['02', '178', '179', '182'], names: ['opv', 'bopv', 'vpo'] },
	{ id: 'pcv', label: 'pneumococcal conjugate', days: 28, cvx: ['100', '133', '152', '177', '215', '216'], names: ['pcv', 'pcv10', 'pcv13', 'pneumococcal conjugate'] },
	{ id: 'ppsv', label: 'pneumococcal polysaccharide', days: 1826, cvx: ['33'], names: ['ppsv23', 'pneumococcal polysaccharide'] },
	{ id: 'rotavirus', label: 'rotavirus', days: 28, cvx: ['74', '116', '119', '122'], names: ['rotavirus', 'rota'] },
	{ id: 'measles', label: 'measles', days: 28, cvx: ['03', '04', '05', '94'], names: ['mmr', 'mr', 'measles', 'rougeole', 'sarampion', 'ror', 'mmrv'], live: true },
	{ id: 'varicella', label: 'varicella', days: 28, cvx: ['21', '94'], names: ['varicella', 'mmrv'], live: true },
	{ id: 'yellow-fever', label: 'yellow fever', days: null, cvx: ['37', '184'], names: ['yellow fever', 'fievre jaune', 'fiebre amarilla'], live: true },
	{ id: 'hepatitis-a', label: 'hepatitis A', days: 180, cvx: ['31', '52', '83', '84', '85'], names: ['hep a', 'hepa', 'hepatitis a', 'hepatite a'] },
	{ id: 'hpv', label: 'human papillomavirus', days: 28, cvx: ['62', '118', '137', '165'], names: ['hpv', 'vph', 'papillomavirus'] },
	{ id: 'meningococcal', label: 'meningococcal conjugate', days: 56, cvx: ['108', '114', '136', '147', '203'], names: ['menacwy', 'mcv4', 'mcv4p', 'meningococcal mcv4p'] },
	{ id: 'influenza', label: 'influenza', days: 28, cvx: ['15', '16', '88', '140', '141', '150', '155', '158', '161', '171', '185', '186'], names: ['influenza', 'flu', 'grippe', 'gripe'] },
	{ id: 'bcg', label: 'BCG', days: null, cvx: ['19'], names: ['bcg'], live: true }
];

/** What a dose protects against: by CVX code, else by the words of its name. */
export const antigensOf: (source: Source) => readonly Antigen[] = remembered(({ resource }) => {
	const cvx = codesOf(resource['vaccineCode']).filter(({ system }) => system === CVX).map(({ code }) => code);
	const coded = ANTIGENS.filter((antigen) => antigen.cvx.some((code) => cvx.includes(code)));
	if (coded.length > 0) return coded;
	const name = ` ${words(nameOf(resource['vaccineCode'])).join(' ')} `;
	return ANTIGENS.filter((antigen) => antigen.names.some((phrase) => name.includes(` ${phrase} `)));
});

export const givenOn: (source: Source) => string = remembered(({ resource }) => dateOf(resource['occurrenceDateTime']) || dateOf(resource['occurrenceString']));
export const wasGiven = ({ resource }: Source): boolean => textOf(resource['status']) === 'completed';
export const vaccineOf = ({ resource }: Source): string => nameOf(resource['vaccineCode']);

const lotOf = remembered(({ resource }: Source): string => textOf(resource['lotNumber']).toUpperCase().replace(/[^A-Z0-9]/gu, ''));
const doseNumber = remembered(({ resource }: Source): string => {
	const [protocol] = objectsIn(resource['protocolApplied']);
	return String(at(protocol, 'doseNumberPositiveInt') ?? at(protocol, 'doseNumberString') ?? '');
});
const protects = remembered((source: Source): string => antigensOf(source).map(({ id }) => id).join(' '));

/**
 * Doses that may be one share a key: of the vaccine with the day, the lot, or the dose number near the day. So a long card is compared along its days, and
 * not each dose with each.
 */
const keys = remembered((source: Source): readonly string[] => {
	const against = protects(source);
	const vaccines = [...(against === '' ? [] : [`against ${against}`]), ...conceptKeys(source.resource['vaccineCode'])];
	const [on, lot, dose] = [givenOn(source), lotOf(source), doseNumber(source)];
	const day = dayOf(on);
	const told = [
		...(day === null ? [] : [`on ${on}`]), ...(lot === '' ? [] : [`lot ${lot}`]),
		// two days that follow each other share one of these; a card that says only the month or the year shares the year
		...(dose === '' || day === null ? [] : [`dose ${dose} by ${String(day)}`, `dose ${dose} by ${String(day + 1)}`]), ...(dose === '' || on === '' ? [] : [`dose ${dose} in ${on.slice(0, 4)}`])
	];
	return vaccines.flatMap((vaccine) => told.map((when) => `${vaccine} ${when}`));
});

/** The same product, or products against the same diseases: hepatitis B alone and within a pentavalent vaccine are two doses. */
function sameVaccine(a: Source, b: Source): boolean {
	const [x, y] = [protects(a), protects(b)];
	if (x !== '' && y !== '') return x === y;
	const known = conceptKeys(b.resource['vaccineCode']);
	return conceptKeys(a.resource['vaccineCode']).some((key) => known.includes(key));
}

/** One dose told twice: of one vaccine on one day, or a day apart with the same lot or dose number (the card was read by two people). */
function sameDose(a: Source, b: Source): boolean {
	if (!sameVaccine(a, b)) return false;
	const [x, y] = [givenOn(a), givenOn(b)];
	if (x === '' || y === '') return lotOf(a) !== '' && lotOf(a) === lotOf(b);
	// A card that says only the year fits each dose of that year: it would make all of them one.
	if (x === y && dayOf(x) !== null) return true;
	return datesFit(x, y, 1) && ((lotOf(a) !== '' && lotOf(a) === lotOf(b)) || (doseNumber(a) !== '' && doseNumber(a) === doseNumber(b)));
}

export const VACCINES: FactRule = {
	type: 'Immunization', keys, same: sameDose, leads: (source) => (wasGiven(source) ? 0 : 1),
	differences: [{
		kind: 'status-differs', element: 'status', severity: 'warning', says: ({ resource }) => textOf(resource['status']), facts: (lead) => ({ vaccine: vaccineOf(lead) })
	}],
	twice: { severity: 'info', facts: (lead) => ({ vaccine: vaccineOf(lead) }) },
	sameWhen: 'they are of one vaccine or against the same antigens, given on one day, or a day apart with one lot or dose number',
	leadsWhen: 'given before not given, then the latest',
	reason: 'A dose counted twice ends a series early; a dose not seen is given again.'
};
