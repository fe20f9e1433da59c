/** Findings, visits and everything else: the same entry told twice is shown once; where more is claimed, the row says why. */
import { canonicalJson } from '../../change/canonical.ts';
import { words } from '../../formulary/names.ts';
import { at, codesOf, conceptKeys, dateOf, identifierKeys, listOf, nameOf, objectsIn, textOf, type Reading } from '../read.ts';
import type { Severity, Source } from '../view.ts';
import { remembered, type FactRule } from './rule.ts';

/**
 * Numbers that can make two entries one: those that say whose numbering it is. A number never joins what is named differently: the four results of one
 * blood sample, and the three medicines of one prescription, bear one number.
 */
const identified = (source: Source): readonly string[] => identifierKeys(source.resource['identifier']).filter((key) => !key.startsWith('|')).map((key) => `identifier ${key}`);
const shareIdentifier = (a: Source, b: Source): boolean => identified(a).some((key) => identified(b).includes(key));

/** An entry that is shown once however often it was told, and claims no more. */
const quietly = (type: string, keys: FactRule['keys'], same: FactRule['same'], sameWhen: string, reason: string): FactRule =>
	({ type, keys, same, leads: () => 0, differences: [], twice: null, sameWhen, leadsWhen: 'the latest', reason });

/** The moment of a finding as written, to the minute where there is one. */
const moment = ({ resource }: Source): string => (textOf(resource['effectiveDateTime']) || textOf(at(resource['effectivePeriod'], 'start'))).slice(0, 16);
const VALUES = ['valueQuantity', 'valueCodeableConcept', 'valueString', 'valueBoolean', 'valueInteger', 'valueRange', 'valueRatio', 'valueDateTime', 'component'];
const valueText = remembered(({ resource }: Source): string => canonicalJson(VALUES.map((name) => resource[name] ?? null)));

const FINDINGS = quietly(
	'Observation',
	remembered((source: Source) => [moment(source), ...identified(source)].flatMap((where) => conceptKeys(source.resource['code']).map((key) => `${where} ${key}`))),
	(a, b) => valueText(a) === valueText(b) && (shareIdentifier(a, b) || (moment(a) !== '' && moment(a) === moment(b))),
	'they share a code or name and the value, and the moment or an identifier',
	'A measurement copied to a second chart is one measurement; two different values of one moment are two findings, and both are shown.'
);

const day = (name: string, period: string) => ({ resource }: Source): string => dateOf(resource[name]) || dateOf(at(resource[period], 'start'));

const codedOnADay = (type: string, date: (source: Source) => string, says: (source: Source) => string, saysWhat: string, reason: string): FactRule => quietly(
	type, remembered((source: Source) => [date(source), ...identified(source)].flatMap((where) => conceptKeys(source.resource['code']).map((key) => `${where} ${key}`))),
	(a, b) => says(a) === says(b) && samePlace(a, b) && (shareIdentifier(a, b) || (date(a) !== '' && date(a) === date(b))),
	`they share a code or name, ${saysWhat}, and the day or an identifier, and no body site speaks against it`, reason
);
const bodySites = remembered(({ resource }: Source): readonly string[] => listOf(resource['bodySite']).flatMap(conceptKeys));
const samePlace = (a: Source, b: Source): boolean => {
	const [x, y] = [bodySites(a), bodySites(b)];
	return namesFit(x, y);
};

const concluded = ({ resource }: Source): string => [words(textOf(resource['conclusion'])).join(' '), ...listOf(resource['conclusionCode']).flatMap(conceptKeys)].join(' ');

/** By number alone, unless `named` (what the entry is of) speaks against it. */
const byIdentifier = (type: string, named: string | null, reason: string): FactRule => quietly(
	type, identified, named === null ? () => true : (a, b) => namesFit(conceptKeys(a.resource[named]), conceptKeys(b.resource[named])),
	named === null ? 'they share an identifier' : `they share an identifier, and their \`${named}\` does not speak against it`, reason
);
const namesFit = (x: readonly string[], y: readonly string[]): boolean => x.length === 0 || y.length === 0 || x.some((key) => y.includes(key));
/** Entries that are never one: each stands for itself. */
const alone = (type: string, sameWhen: string, reason: string): FactRule => quietly(type, () => [], () => false, sameWhen, reason);

/** The same thing by a code or name of one of its elements, whose status is told when the sites differ about it. */
const byConcept = (type: string, element: string, status: string, severity: Severity, reason: string): FactRule => ({
	...quietly(
		type, remembered((source: Source) => listed(source.resource[element]).flatMap(conceptKeys)), () => true, `they share a code or name of \`${element}\``, reason
	),
	differences: [{ kind: 'status-differs', element: status, severity, says: ({ resource }) => textOf(resource[status]), facts: ({ resource }) => ({ entry: nameOf(listed(resource[element])[0]) }) }]
});
const listed = (value: Reading): readonly Reading[] => (Array.isArray(value) ? listOf(value) : [value]);

/** What a consent allows: an objection at one site and a permission at the other cannot both hold. */
const stance = ({ resource }: Source): string => (textOf(resource['status']) === 'active' ? textOf(at(resource['provision'], 'type')) || 'unspecified' : '');
const CONSENTS: FactRule = {
	...quietly('Consent', remembered((source: Source) => conceptKeys(source.resource['scope'])), () => true, 'they are about the same scope',
		'What was shared cannot be called back: a person who objected at one clinic and is said to have agreed at the other must be asked.'),
	leads: (source) => ['deny', 'unspecified', '', 'permit'].indexOf(stance(source)), leadsWhen: 'an objection before a permission, then the latest',
	differences: [{ kind: 'status-differs', element: 'provision', severity: 'warning', says: stance, facts: ({ resource }) => ({ entry: nameOf(resource['scope']) }) }]
};

const FLAGS: FactRule = {
	...byConcept('Flag', 'code', 'status', 'warning', 'A do-not-resuscitate or infection warning that is active at one site and lifted at the other is dangerous to miss either way.'),
	leads: ({ resource }) => (textOf(resource['status']) === 'active' ? 0 : 1), leadsWhen: 'active before inactive, then the latest'
};

const relation = ({ resource }: Source): string => conceptKeys(resource['relationship'])[0] ?? '';
/** Two brothers with one disease are two brothers. */
const called = ({ resource }: Source): string => words(textOf(resource['name'])).sort().join(' ');
const RELATIVES = quietly(
	'FamilyMemberHistory', remembered((source: Source) => objectsIn(source.resource['condition']).flatMap((condition) => conceptKeys(condition['code'])).map((key) => `${relation(source)} ${key}`)),
	(a, b) => relation(a) !== '' && (called(a) === '' || called(b) === '' || called(a) === called(b)), 'they share the relation and one of its conditions, and no name speaks against it', 'A mother\'s breast cancer told at two clinics is one mother with one cancer, not a doubled family risk.'
);

const names = ({ resource }: Source): readonly string[] => objectsIn(resource['name']).flatMap((name) => {
	const said = words([...listOf(name['given']).map(textOf), textOf(name['family']), textOf(name['text'])].join(' ')).sort().join(' ');
	return said === '' ? [] : [`name ${said}`];
});
const CONTACTS = quietly('RelatedPerson', remembered((source: Source) => [...names(source), ...identified(source)]), () => true, 'they share a name in any order of its parts, or an identifier', 'A mother entered at two clinics is one number to call.');

export const OTHERS: readonly FactRule[] = [
	FINDINGS, CONSENTS, FLAGS, RELATIVES, CONTACTS,
	codedOnADay('Procedure', day('performedDateTime', 'performedPeriod'), ({ resource }) => String(textOf(resource['status']) === 'not-done'), 'both done or both not done', 'An operation on one day at one place of the body happened once.'),
	codedOnADay('DiagnosticReport', day('effectiveDateTime', 'effectivePeriod'), concluded, 'the conclusion', 'A report that the laboratory sent to two sites is one report; benign at one and malignant at the other are two, and both are shown.'),
	byConcept('EpisodeOfCare', 'type', 'status', 'info', 'One programme (antenatal, tuberculosis, HIV) attended at two sites is one programme; where one site ended it, follow-up stops by mistake.'),
	byConcept('Goal', 'description', 'lifecycleStatus', 'info', 'A goal agreed at two visits is one goal; reached here and pursued there wastes the visit.'),
	byIdentifier('Encounter', null, 'Two visits of one day at two sites are two visits: only a shared visit number says that they are one.'),
	byIdentifier('ServiceRequest', 'code', 'A test asked for twice may be meant twice; the check for duplicate orders tells of it, the list joins only what has one number.'),
	byIdentifier('Specimen', 'type', 'Only the number on the tube says that two specimens are one: joined by guess, a result goes to the wrong tube.'),
	byIdentifier('MedicationDispense', 'medicationCodeableConcept', 'Two packs handed out on one day are two packs, and counting them as one hides a double supply.'),
	byIdentifier('Medication', 'code', 'Products of one name differ in strength; only a product number makes two entries one product.'),
	byIdentifier('CarePlan', null, 'Plans of two sites are read side by side by whoever coordinates; joined without a shared number one would hide the other.'),
	byIdentifier('CareTeam', null, 'Each site\'s team is whom to call there, even where both bear the name of one programme.'),
	byIdentifier('Appointment', null, 'Two appointments at one hour are a clash that the person must hear of, unless they have one booking number.'),
	byIdentifier('Task', 'code', 'A task is somebody\'s to do at one site; the same words at another site are another\'s.'),
	byIdentifier('Communication', null, 'A call made twice was made twice, unless its number says otherwise.'),
	byIdentifier('Composition', 'type', 'A note is one person\'s words on one occasion; two notes of one title are two.'),
	byIdentifier('DocumentReference', 'type', 'Scans of one paper made at two sites may show different pages.'),
	byIdentifier('QuestionnaireResponse', null, 'A form filled twice is two answers in time; a trend is read from both.'),
	byIdentifier('Coverage', null, 'An insurance is known by its policy number; two without one may be two policies.'),
	alone('DetectedIssue', 'never: answers to discrepancies stand beside those, and imported alerts are shown one by one', 'An alert that a decision support raised at one site was raised on what was known there.'),
	alone('Questionnaire', 'never: forms live in the register chart of a site', 'Each site\'s version of a form is what its answers were given to.'),
	alone('PlanDefinition', 'never: schedules live in the register chart of a site', 'Which schedule a site follows is the site\'s, and doses are judged by published intervals.'),
	alone('MedicationKnowledge', 'never: formulary edits live in the register chart of a site', 'An edit of the formulary is about a product and not about a person; it is laid over the table that the checks read.'),
	alone('Patient', 'never: who the person is stands above the entries, each value with its sources', 'Demographics that disagree are discrepancies of their own, value by value, and no chart\'s person is hidden behind another\'s.'),
	alone('Linkage', 'never: what is said of links decides which charts are looked at together', 'A link is about charts, and both its copies are read as one history where links are judged.')
];

const BLOOD_GROUP_CODES = new Set(['882-1', '883-9', '10331-7', '77397-8', '1250-0', '112143006', '365637002', '44608003']);
const ABO: ReadonlyMap<string, string> = new Map([
	['LA19710-5', 'A'], ['LA19709-7', 'B'], ['LA28449-9', 'AB'], ['LA19708-9', 'O'], ['278149003', 'A'], ['278152006', 'A'], ['278150003', 'B'], ['278153001', 'B'],
	['278151004', 'AB'], ['278154007', 'AB'], ['278147001', 'O'], ['278148006', 'O'], ['112144000', 'A'], ['112149005', 'B'], ['165743006', 'AB'], ['58460004', 'O']
]);
const RHESUS: ReadonlyMap<string, string> = new Map([
	['LA6576-8', 'positive'], ['LA6577-6', 'negative'], ['165747007', 'positive'], ['165746003', 'negative'], ['278149003', 'positive'], ['278150003', 'positive'],
	['278151004', 'positive'], ['278147001', 'positive'], ['278152006', 'negative'], ['278153001', 'negative'], ['278154007', 'negative'], ['278148006', 'negative']
]);

export interface BloodGroup { readonly abo: string; readonly rhesus: string }

/** The blood group that an Observation states (LOINC or SNOMED CT codes, or words like "O pos", "AB Rh(D) negative"); null for other findings. */
export const bloodGroupOf: (source: Source) => BloodGroup | null = remembered(({ type, resource }) => {
	if (type !== 'Observation' || ['cancelled', 'entered-in-error', 'registered'].includes(textOf(resource['status']))) return null;
	const named = /\b(?:blood (?:group|type)|abo|groupe sanguin|grupo sangu[ií]neo|rhesus|rh type)\b/iu.test(nameOf(resource['code']));
	if (!named && !codesOf(resource['code']).some(({ code }) => BLOOD_GROUP_CODES.has(code))) return null;
	const value = resource['valueCodeableConcept'];
	const codes = codesOf(value).map(({ code }) => code);
	const text = `${nameOf(value)} ${textOf(resource['valueString'])}`.toUpperCase();
	const letters = /(?:^|[^A-Z])(AB|A|B|O|0)(?![A-Z])/u.exec(text.replace(/\bRH\b|\bGROUP\b|\bBLOOD\b/gu, ' '))?.[1]?.replace('0', 'O') ?? '';
	const sign = /POS|\+/u.test(text) ? 'positive' : /NEG|[A-Z0]\s*[-−–](?![A-Z])/u.test(text) ? 'negative' : '';
	const abo = codes.map((code) => ABO.get(code)).find((known) => known !== undefined) ?? letters;
	const rhesus = codes.map((code) => RHESUS.get(code)).find((known) => known !== undefined) ?? sign;
	return abo === '' && rhesus === '' ? null : { abo, rhesus };
});
