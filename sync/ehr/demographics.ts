/**
 * Who the person is, as each linked chart states it: every value with its sources, and where two cannot both be true.
 *
 * A value in conflict within one chart counts with each of its writers: both corrections of a birth date are on the table, not the one
 * that happens to lead.
 */
import { canonicalJson } from '../change/canonical.ts';
import type { Json } from '../change/change.ts';
import { words } from '../formulary/names.ts';
import { discrepancy } from './discrepancy.ts';
import { listOf, objectOf, objectsIn, textOf } from './read.ts';
import { byRecency, bySource } from './sources.ts';
import type { Discrepancy, EhrView, Severity, Source } from './view.ts';

interface Demographic {
	readonly element: string;
	readonly group: string;
	/** values that one write states */
	readonly values: (resource: { readonly [key: string]: Json }) => readonly Json[];
	/** equal texts are one value; null: nothing is stated */
	readonly text: (value: Json) => string | null;
	/** in words, for docs/reconciliation.md */
	readonly sameWhen: string;
	readonly apartWhen: string;
	/** which of its values contradict each other, and how grave that is; null: several may be true at once */
	readonly contradiction: { readonly severity: Severity; readonly contradict: (a: Json, b: Json) => boolean } | null;
}

const one = (...names: readonly string[]) => (resource: { readonly [key: string]: Json }): readonly Json[] =>
	names.flatMap((name) => { const value = resource[name]; return value === undefined ? [] : [value]; });
const many = (name: string) => (resource: { readonly [key: string]: Json }): readonly Json[] => listOf(resource[name]);
const plain = (value: Json): string | null => (value === '' || value === null ? null : canonicalJson(value));

/** Given and family names in any order, case and script marks: how a name is cut differs from site to site. */
function nameText(value: Json): string | null {
	const name = objectOf(value);
	const parts = [...listOf(name?.['given']).map(textOf), textOf(name?.['family'])].join(' ').trim() || textOf(name?.['text']);
	return words(parts).sort().join(' ') || null;
}
const phoneText = (value: Json): string | null => {
	const telecom = objectOf(value);
	const text = textOf(telecom?.['value']);
	return text === '' ? null : /@/u.test(text) ? text.toLowerCase() : text.replace(/\D+/gu, '').slice(-8) || text.toLowerCase();
};
const addressText = (value: Json): string | null => {
	const address = objectOf(value);
	const parts = [...listOf(address?.['line']).map(textOf), ...['city', 'district', 'state', 'postalCode', 'country', 'text'].map((name) => textOf(address?.[name]))];
	return words(parts.join(' ')).join(' ') || null;
};
const identifierText = (value: Json): string | null => {
	const identifier = objectOf(value);
	return textOf(identifier?.['value']) === '' ? null : `${textOf(identifier?.['system'])}|${textOf(identifier?.['value'])}`;
};
const isDead = (value: Json): boolean => value === true || (typeof value === 'string' && value !== '');

/** "1980" and "1980-05-01" do not contradict each other; "1980-05" and "1981" do. */
const partsDiffer = (a: Json, b: Json): boolean => {
	const [x, y] = [textOf(a), textOf(b)];
	const shared = Math.min(x.length, y.length);
	return x.slice(0, shared) !== y.slice(0, shared);
};
const saysUnknown = (value: Json): boolean => value === 'unknown' || value === '';
const sameSystem = (a: Json, b: Json): boolean => {
	const [x, y] = [objectOf(a), objectOf(b)];
	return textOf(x?.['system']) !== '' && textOf(x?.['system']) === textOf(y?.['system']);
};

export const DEMOGRAPHICS: readonly Demographic[] = [
	{ element: 'name', sameWhen: 'the same parts in any order, case and diacritics aside', apartWhen: 'two charts share no name', group: 'names', values: many('name'), text: nameText, contradiction: null },
	{ element: 'birthDate', sameWhen: 'equal', apartWhen: 'they differ as far as both are precise', group: 'birth', values: one('birthDate'), text: plain, contradiction: { severity: 'warning', contradict: partsDiffer } },
	{
		element: 'gender', sameWhen: 'equal', apartWhen: 'two are stated and neither is unknown', group: 'sex', values: one('gender'), text: plain,
		contradiction: { severity: 'warning', contradict: (a, b) => !saysUnknown(a) && !saysUnknown(b) }
	},
	{
		element: 'deceased', sameWhen: 'equal', apartWhen: 'one chart says dead and another alive, or the dates differ', group: 'deceased', values: one('deceasedDateTime', 'deceasedBoolean'), text: plain,
		contradiction: { severity: 'critical', contradict: (a, b) => isDead(a) !== isDead(b) || (typeof a === 'string' && typeof b === 'string' && partsDiffer(a.slice(0, 10), b.slice(0, 10))) }
	},
	{ element: 'telecom', sameWhen: 'the last eight digits, or the same mail address', apartWhen: 'never', group: 'telecom', values: many('telecom'), text: phoneText, contradiction: null },
	{ element: 'address', sameWhen: 'the same words in the same order', apartWhen: 'never', group: 'addresses', values: many('address'), text: addressText, contradiction: null },
	{ element: 'identifier', sameWhen: 'system and value', apartWhen: 'two values of one system', group: 'identifiers', values: many('identifier'), text: identifierText, contradiction: { severity: 'warning', contradict: sameSystem } }
];

type Stated = { readonly value: Json; readonly sources: readonly Source[] };

/** All values of one element, each with who states it; the one stated most recently first. */
function statedValues({ group, values, text }: Demographic, patients: readonly Source[]): readonly Stated[] {
	const byText = new Map<string, { value: Json; sources: Source[] }>();
	const state = (source: Source, value: Json): void => {
		const key = text(value);
		if (key === null) return;
		const known = byText.get(key);
		if (known === undefined) byText.set(key, { value, sources: [source] });
		else if (!known.sources.some(({ id, site, chart }) => id === source.id && site === source.site && chart === source.chart)) known.sources.push(source);
	};
	for (const patient of patients) {
		const groupState = patient.state.groups.get(group);
		if (groupState === undefined) {
			for (const value of values(patient.resource)) state(patient, value);
			continue;
		}
		for (const write of groupState.shown) {
			const source: Source = { ...patient, actor: write.actor, hlc: write.hlc, uncertainTime: patient.state.uncertain.includes(write.change) };
			for (const value of values(write.value ?? {})) state(source, value);
		}
	}
	const newest = (stated: Stated): Source | undefined => [...stated.sources].sort(byRecency)[0];
	return [...byText.entries()].map(([key, stated]) => ({ key, ...stated, sources: stated.sources.sort((a, b) => byRecency(a, b) || bySource(a, b)) })).sort((a, b) => {
		const [x, y] = [newest(a), newest(b)];
		if (x !== undefined && y !== undefined && x.hlc !== y.hlc) return x.hlc > y.hlc ? -1 : 1;
		return a.key < b.key ? -1 : 1;
	}).map(({ value, sources }) => ({ value, sources }));
}

export function reconcileDemographics(patients: readonly Source[]): { readonly demographics: EhrView['demographics']; readonly discrepancies: readonly Discrepancy[] } {
	const discrepancies: Discrepancy[] = [];
	const demographics = DEMOGRAPHICS.flatMap((demographic) => {
		const { element, contradiction } = demographic;
		const values = statedValues(demographic, patients);
		if (values.length === 0) return [];
		const against = contradiction === null ? [] : values.filter((a) => values.some((b) => a !== b && contradiction.contradict(a.value, b.value)));
		if (contradiction !== null && against.length > 0) {
			const facts = { element, values: against.map(({ value }) => inWords(value)).sort().join(' | ') };
			discrepancies.push(discrepancy('demographics-differ', contradiction.severity, against.flatMap(({ sources }) => sources), facts, [], element));
		}
		return [{ element, values }];
	});
	const names = demographics.find(({ element }) => element === 'name');
	const differing = namesApart(patients);
	if (names !== undefined && differing.length > 1) {
		discrepancies.push(discrepancy('demographics-differ', 'info', differing, { element: 'name' }, [], 'name'));
	}
	return { demographics, discrepancies };
}

/** Patients whose charts share no name with another's: each may have several, but one should be common. */
function namesApart(patients: readonly Source[]): readonly Source[] {
	const named = patients.map((source) => ({ source, names: objectsIn(source.resource['name']).flatMap((name) => nameText(name) ?? []) })).filter(({ names }) => names.length > 0);
	return named.filter(({ names }) => named.some((other) => !other.names.some((name) => names.includes(name)))).map(({ source }) => source);
}

const inWords = (value: Json): string => {
	if (typeof value === 'string') return value;
	const identifier = objectOf(value);
	return identifier === null ? String(value) : textOf(identifier['value']);
};
