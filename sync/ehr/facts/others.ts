/** Findings, visits and everything else: the same entry told twice is shown once, and no more is claimed. */
import { canonicalJson } from '../../change/canonical.ts';
import { at, codesOf, conceptKeys, dateOf, identifierKeys, listOf, nameOf, textOf } from '../read.ts';
import type { Source } from '../view.ts';
import { remembered, type FactRule } from './rule.ts';

const identified = (source: Source): readonly string[] => identifierKeys(source.resource['identifier']).map((key) => `identifier ${key}`);
const shareIdentifier = (a: Source, b: Source): boolean => identified(a).some((key) => identified(b).includes(key));

const quietly = (type: string, keys: FactRule['keys'], same: FactRule['same'], reason: string): FactRule =>
	({ type, keys, same, leads: () => 0, differences: [], twice: null, reason });

/** The moment of a finding as written, to the minute where there is one. */
const moment = ({ resource }: Source): string => (textOf(resource['effectiveDateTime']) || textOf(at(resource['effectivePeriod'], 'start'))).slice(0, 16);
const VALUES = ['valueQuantity', 'valueCodeableConcept', 'valueString', 'valueBoolean', 'valueInteger', 'valueRange', 'valueRatio', 'valueDateTime', 'component'];
const valueText = remembered(({ resource }: Source): string => canonicalJson(VALUES.map((name) => resource[name] ?? null)));

export const FINDINGS: FactRule = quietly(
	'Observation',
	remembered((source: Source) => [...conceptKeys(source.resource['code']).map((key) => `${moment(source)} ${key}`), ...identified(source)]),
	(a, b) => shareIdentifier(a, b) || (moment(a) !== '' && moment(a) === moment(b) && valueText(a) === valueText(b)),
	'A measurement copied to a second chart is one measurement; two different values of one moment are two findings, and both are shown.'
);

const day = (name: string, period: string) => ({ resource }: Source): string => dateOf(resource[name]) || dateOf(at(resource[period], 'start'));

const codedOnADay = (type: string, code: string, date: (source: Source) => string, reason: string): FactRule => quietly(
	type, remembered((source: Source) => [...conceptKeys(source.resource[code]).map((key) => `${date(source)} ${key}`), ...identified(source)]),
	(a, b) => shareIdentifier(a, b) || (date(a) !== '' && date(a) === date(b) && samePlace(a, b)), reason
);
const bodySites = ({ resource }: Source): readonly string[] => listOf(resource['bodySite']).flatMap(conceptKeys);
const samePlace = (a: Source, b: Source): boolean => {
	const [x, y] = [bodySites(a), bodySites(b)];
	return x.length === 0 || y.length === 0 || x.some((key) => y.includes(key));
};

export const PROCEDURES = codedOnADay('Procedure', 'code', day('performedDateTime', 'performedPeriod'), 'An operation on one day at one place of the body happened once.');
export const REPORTS = codedOnADay('DiagnosticReport', 'code', day('effectiveDateTime', 'effectivePeriod'), 'A report sent to two sites is one report.');

const byIdentifier = (type: string): FactRule => quietly(type, identified, () => true, 'Only a shared identifier says that two of these are one.');
export const BY_IDENTIFIER: readonly FactRule[] = ['Encounter', 'ServiceRequest', 'MedicationDispense', 'Composition', 'DocumentReference', 'CarePlan', 'Appointment', 'Specimen'].map(byIdentifier);

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
