/**
 * Units of measure, as far as two results must be compared: a part of UCUM (https://ucum.org) and the spellings that clinics use.
 *
 * A unit is a factor and its dimensions; two quantities compare when their dimensions are equal. Mass and amount of a substance compare only for
 * analytes whose molar mass is listed. A unit that cannot be read compares with nothing, which is told, and never taken for a difference.
 */

/** Exponents: metre, gram, second, kelvin, mole, arbitrary international unit, enzyme unit, equivalent, tablet-like pieces. */
const DIMENSIONS = ['m', 'g', 's', 'K', 'mol', 'IU', 'U', 'eq', 'piece'] as const;
type Dimension = (typeof DIMENSIONS)[number];

export interface Unit {
	readonly factor: number;
	/** added before the factor: degrees Celsius and Fahrenheit */
	readonly offset: number;
	/** canonical text of the dimensions: equal texts compare */
	readonly dimensions: string;
}

interface Term { readonly factor: number; readonly of: Partial<Record<Dimension, number>>; readonly metric: boolean; readonly offset?: number }

const term = (factor: number, of: Term['of'], metric = false, offset?: number): Term => ({ factor, of, metric, ...(offset === undefined ? {} : { offset }) });
const PASCAL = { g: 1, m: -1, s: -2 } as const;

const ATOMS: ReadonlyMap<string, Term> = new Map([
	['m', term(1, { m: 1 }, true)], ['g', term(1, { g: 1 }, true)], ['s', term(1, { s: 1 }, true)], ['mol', term(1, { mol: 1 }, true)], ['K', term(1, { K: 1 }, true)],
	['L', term(0.001, { m: 3 }, true)], ['l', term(0.001, { m: 3 }, true)], ['min', term(60, { s: 1 })], ['h', term(3600, { s: 1 })], ['d', term(86_400, { s: 1 })],
	['wk', term(604_800, { s: 1 })], ['mo', term(2_629_800, { s: 1 })], ['a', term(31_557_600, { s: 1 })],
	['Pa', term(1000, PASCAL, true)], ['bar', term(1e8, PASCAL, true)], ['m[Hg]', term(133_322_387.415, PASCAL, true)], ['m[H2O]', term(9_806_650, PASCAL, true)],
	['Cel', term(1, { K: 1 }, false, 273.15)], ['[degF]', term(5 / 9, { K: 1 }, false, 459.67)],
	['[lb_av]', term(453.592_37, { g: 1 })], ['[oz_av]', term(28.349_523_125, { g: 1 })], ['[in_i]', term(0.0254, { m: 1 })], ['[ft_i]', term(0.3048, { m: 1 })],
	['U', term(1, { U: 1 }, true)], ['[IU]', term(1, { IU: 1 }, true)], ['[iU]', term(1, { IU: 1 }, true)], ['eq', term(1, { eq: 1 }, true)], ['kat', term(6e7, { U: 1 }, true)],
	['%', term(0.01, {})], ['1', term(1, {})], ['{piece}', term(1, { piece: 1 })]
]);

const PREFIXES: ReadonlyMap<string, number> = new Map([
	['k', 1e3], ['h', 1e2], ['da', 10], ['d', 0.1], ['c', 0.01], ['m', 1e-3], ['u', 1e-6], ['n', 1e-9], ['p', 1e-12], ['f', 1e-15], ['M', 1e6], ['G', 1e9]
]);

/** Spellings on paper and in other systems, by their text in lower case without spaces. What is ambiguous is left out. */
const SPELLINGS: ReadonlyMap<string, string> = new Map([
	['mcg', 'ug'], ['microgram', 'ug'], ['micrograms', 'ug'], ['milligram', 'mg'], ['milligrams', 'mg'], ['gram', 'g'], ['grams', 'g'], ['gm', 'g'], ['kgs', 'kg'], ['kilogram', 'kg'], ['kilograms', 'kg'],
	['lb', '[lb_av]'], ['lbs', '[lb_av]'], ['pound', '[lb_av]'], ['pounds', '[lb_av]'], ['oz', '[oz_av]'], ['in', '[in_i]'], ['inch', '[in_i]'], ['inches', '[in_i]'], ['ft', '[ft_i]'],
	['cms', 'cm'], ['centimeter', 'cm'], ['centimetre', 'cm'], ['meter', 'm'], ['metre', 'm'], ['cc', 'mL'], ['ml', 'mL'], ['dl', 'dL'], ['liter', 'L'], ['litre', 'L'],
	['c', 'Cel'], ['°c', 'Cel'], ['degc', 'Cel'], ['celsius', 'Cel'], ['degreescelsius', 'Cel'], ['f', '[degF]'], ['°f', '[degF]'], ['degf', '[degF]'], ['fahrenheit', '[degF]'],
	['mmhg', 'mm[Hg]'], ['kpa', 'kPa'], ['cmh2o', 'cm[H2O]'], ['bpm', '/min'], ['beats/min', '/min'], ['beats/minute', '/min'], ['breaths/min', '/min'], ['breaths/minute', '/min'], ['/minute', '/min'],
	['iu', '[IU]'], ['iu/l', '[IU]/L'], ['iu/ml', '[IU]/mL'], ['miu/l', 'm[IU]/L'], ['miu/ml', 'm[IU]/mL'], ['u/l', 'U/L'], ['meq/l', 'meq/L'], ['percent', '%'], ['sec', 's'], ['seconds', 's'], ['secs', 's'],
	['years', 'a'], ['year', 'a'], ['months', 'mo'], ['month', 'mo'], ['weeks', 'wk'], ['week', 'wk'], ['days', 'd'], ['day', 'd'], ['hours', 'h'], ['minutes', 'min'],
	['tablet', '{piece}'], ['tablets', '{piece}'], ['tab', '{piece}'], ['tabs', '{piece}'], ['capsule', '{piece}'], ['capsules', '{piece}'], ['cap', '{piece}'],
	['mg/dl', 'mg/dL'], ['g/dl', 'g/dL'], ['g/l', 'g/L'], ['mmol/l', 'mmol/L'], ['umol/l', 'umol/L'], ['ug/dl', 'ug/dL'], ['ng/ml', 'ng/mL'], ['pg/ml', 'pg/mL'], ['mg/l', 'mg/L'], ['cells/ul', '/uL'],
	['cells/mm3', '/uL'], ['/mm3', '/uL'], ['cells/mm^3', '/uL'], ['x10^9/l', '10*9/L'], ['10^9/l', '10*9/L'], ['10e9/l', '10*9/L'], ['10^3/ul', '10*3/uL'], ['x10^3/ul', '10*3/uL'], ['k/ul', '10*3/uL'], ['10^12/l', '10*12/L'], ['x10^12/l', '10*12/L'], ['10^6/ul', '10*6/uL']
]);

const known = new Map<string, Unit | null>();
const KNOWN_MAX = 1_024;
const LENGTH_MAX = 40;

/** The unit that a code or text names; null when it cannot be read. An absent unit is a number without one. */
export function unitOf(text: string): Unit | null {
	const found = known.get(text);
	if (found !== undefined) return found;
	if (known.size >= KNOWN_MAX) known.clear();
	const unit = text.length > LENGTH_MAX ? null : read(text);
	known.set(text, unit);
	return unit;
}

function read(text: string): Unit | null {
	const plain = text.trim().replaceAll(/[µμ]/gu, 'u');
	if (plain === '') return { factor: 1, offset: 0, dimensions: '' };
	const spelled = SPELLINGS.get(plain.toLowerCase().replaceAll(/\s+/gu, ''));
	const expression = spelled ?? plain.replaceAll(/\{[^{}]*\}/gu, (note) => (note === '{piece}' ? note : ''));
	return product(expression);
}

function product(expression: string): Unit | null {
	let factor = 1;
	const exponents = new Map<Dimension, number>();
	let offset = 0;
	const parts = expression.split(/([./])/u);
	let sign = 1;
	for (const [at, part] of parts.entries()) {
		if (part === '.') { sign = 1; continue; }
		if (part === '/') { sign = -1; continue; }
		// "/min" begins without a numerator.
		if (part === '') { if (at === 0 && parts.length > 1) continue; return null; }
		const one = atom(part);
		if (one === null) return null;
		if (one.term.offset !== undefined && parts.length > 1) return null;
		offset = one.term.offset ?? 0;
		factor *= (one.scale * one.term.factor) ** (sign * one.exponent);
		for (const [dimension, power] of Object.entries(one.term.of) as [Dimension, number][]) exponents.set(dimension, (exponents.get(dimension) ?? 0) + sign * one.exponent * power);
	}
	const dimensions = DIMENSIONS.flatMap((name) => ((exponents.get(name) ?? 0) === 0 ? [] : [`${name}${exponents.get(name) ?? 0}`])).join(' ');
	return Number.isFinite(factor) && factor > 0 ? { factor, offset, dimensions } : null;
}

function atom(part: string): { readonly term: Term; readonly scale: number; readonly exponent: number } | null {
	const power = /^10[*^](-?\d{1,2})$/u.exec(part);
	if (power !== null) return { term: { factor: 10 ** Number(power[1]), of: {}, metric: false }, scale: 1, exponent: 1 };
	const [, body = part, digits = '1'] = /^(.*?[^\d])(-?\d)$/u.exec(part) ?? [];
	const exponent = Number(digits);
	const exact = ATOMS.get(body);
	if (exact !== undefined) return { term: exact, scale: 1, exponent };
	for (const length of [1, 2]) {
		const [scale, metric] = [PREFIXES.get(body.slice(0, length)), ATOMS.get(body.slice(length))];
		if (scale !== undefined && metric?.metric === true) return { term: metric, scale, exponent };
	}
	return null;
}

/**
 * Grams per mole of analytes whose results stand in mass units at one laboratory and in molar ones at another: sums of IUPAC standard atomic
 * weights. LOINC has two codes for one such test, the mass first; names are for results without a code.
 */
const MOLAR: readonly { readonly grams: number; readonly loinc: readonly (readonly [string, string])[]; readonly words: readonly string[] }[] = [
	{ grams: 180.16, loinc: [['2345-7', '14749-6'], ['2339-0', '15074-8'], ['1558-6', '14771-0']], words: ['glucose', 'glycaemia', 'glycemia', 'glucosa', 'glycemie'] },
	{ grams: 113.12, loinc: [['2160-0', '14682-9']], words: ['creatinine', 'creatinina'] },
	{ grams: 386.65, loinc: [['2093-3', '14647-2'], ['2085-9', '14646-4']], words: ['cholesterol', 'colesterol'] },
	{ grams: 584.66, loinc: [['1975-2', '14631-6'], ['1968-7', '14629-0']], words: ['bilirubin', 'bilirubine', 'bilirrubina'] },
	{ grams: 168.11, loinc: [['3084-1', '14933-6']], words: ['urate', 'uric acid', 'acide urique', 'acido urico'] },
	{ grams: 40.078, loinc: [['17861-6', '2000-8']], words: ['calcium', 'calcio'] }
];

/** Grams per mole of what a test measures, null when it is not listed. */
export function molarMass(codes: readonly string[], name: readonly string[]): number | null {
	const text = ` ${name.join(' ')} `;
	return MOLAR.find(({ loinc, words }) => loinc.some((pair) => pair.some((code) => codes.includes(code))) || words.some((word) => text.includes(` ${word} `)))?.grams ?? null;
}

const MASS_CODE: ReadonlyMap<string, string> = new Map(MOLAR.flatMap(({ loinc }) => loinc.flatMap(([mass, molar]) => [[mass, mass], [molar, mass]] as const)));

/** The LOINC code of the mass test that a code is the same test as, null when it has no such pair. */
export const massCode = (code: string): string | null => MASS_CODE.get(code) ?? null;

export interface Amount { readonly value: number; readonly unit: string; /** <, <=, >=, > or empty */ readonly comparator: string }

const decimalsOf = (value: number): number => /\.(\d+)$/u.exec(String(value))?.[1]?.length ?? 0;

/** The smallest and largest that a written number can have been rounded from, in base units. */
function rangeOf({ value, comparator }: Amount, { factor, offset }: Unit): readonly [number, number] {
	const half = Math.abs(value) >= 1e15 ? 0 : 0.5 * 10 ** -decimalsOf(value);
	const [low, high] = [(value - half + offset) * factor, (value + half + offset) * factor];
	if (comparator.startsWith('<')) return [-Infinity, high];
	if (comparator.startsWith('>')) return [low, Infinity];
	return [low, high];
}

/** What conversion between laboratories' units may add to rounding. */
const CONVERSION = 0.01;

/**
 * Whether two results differ beyond rounding and conversion: yes, no, or null when their units do not compare.
 * @param grams of one mole of the analyte, where mass and amount of substance meet
 */
export function amountsDiffer(a: Amount, b: Amount, grams: number | null = null): boolean | null {
	const [x, y] = [unitOf(a.unit), unitOf(b.unit)];
	if (a.unit.trim() === b.unit.trim()) return apart(rangeOf(a, x ?? PLAIN), rangeOf(b, y ?? PLAIN), 0);
	if (x === null || y === null) return null;
	if (x.dimensions === y.dimensions) return apart(rangeOf(a, x), rangeOf(b, y), x.offset === y.offset && x.factor === y.factor ? 0 : CONVERSION);
	const [p, q] = [inGrams(x, grams), inGrams(y, grams)];
	return p === null || q === null || p.dimensions !== q.dimensions ? null : apart(rangeOf(a, p), rangeOf(b, q), CONVERSION);
}

const PLAIN: Unit = { factor: 1, offset: 0, dimensions: '' };

/** A unit with amount of substance as one with mass. */
function inGrams(unit: Unit, grams: number | null): Unit | null {
	if (!/\bmol1\b/u.test(unit.dimensions)) return unit;
	return grams === null || /\bg-?\d/u.test(unit.dimensions) ? null : weighed(unit, grams);
}
const weighed = ({ factor, offset, dimensions }: Unit, grams: number): Unit =>
	({ factor: factor * grams, offset, dimensions: byName(dimensions.replace(/\bmol1\b/u, 'g1')) });
const byName = (dimensions: string): string => DIMENSIONS.flatMap((name) => dimensions.split(' ').filter((part) => part.replace(/-?\d+$/u, '') === name)).join(' ');

function apart([a, b]: readonly [number, number], [x, y]: readonly [number, number], tolerance: number): boolean {
	const slack = tolerance === 0 ? 1e-9 : tolerance;
	const give = (one: number, other: number): number => slack * Math.max(Math.min(Math.abs(one), 1e300), Math.min(Math.abs(other), 1e300));
	return a - y > give(a, y) || x - b > give(x, b);
}
