/**
 * FHIR's primitive types: which JSON value is one. Source: HL7 FHIR R4 (4.0.1), https://hl7.org/fhir/R4/datatypes.html.
 *
 * Every test runs in time linear in the text: the published pattern of base64Binary, for one, does not.
 */

type Test = (value: unknown) => boolean;

const text = (pattern: RegExp): Test => (value) => typeof value === 'string' && pattern.test(value);
const INT_MAX = 2 ** 31 - 1;
const whole = (min: number): Test => (value) => typeof value === 'number' && Number.isInteger(value) && value >= min && value <= INT_MAX;

const YEAR = '(?:[1-9]\\d{3}|0[1-9]\\d{2}|00[1-9]\\d|000[1-9])';
const MONTH = '(?:0[1-9]|1[0-2])';
const DAY = '(?:0[1-9]|[12]\\d|3[01])';
const TIME = '(?:[01]\\d|2[0-3]):[0-5]\\d:(?:[0-5]\\d|60)(?:\\.\\d+)?';
const ZONE = '(?:Z|[+-](?:(?:0\\d|1[0-3]):[0-5]\\d|14:00))';
const DATE = new RegExp(`^${YEAR}(?:-${MONTH}(?:-${DAY})?)?$`);
const DATE_TIME = new RegExp(`^${YEAR}(?:-${MONTH}(?:-${DAY}(?:T${TIME}${ZONE})?)?)?$`);
const INSTANT = new RegExp(`^${YEAR}-${MONTH}-${DAY}T${TIME}${ZONE}$`);

/** The day exists: the 31st of February is no date, though each of its parts is well formed. */
function dayExists(value: string): boolean {
	if (value.length < 10) return true;
	const [year = 0, month = 0, day = 0] = value.slice(0, 10).split('-').map(Number);
	return day <= (month === 2 ? (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31);
}

const dated = (pattern: RegExp): Test => (value) => typeof value === 'string' && pattern.test(value) && dayExists(value);
const nonEmpty: Test = (value) => typeof value === 'string' && value !== '';
const uri = text(/^\S+$/);

const TESTS: ReadonlyMap<string, Test> = new Map([
	['base64Binary', (value: unknown) => typeof value === 'string' && /^[0-9A-Za-z+/]+={0,2}$/.test(value.replaceAll(/\s/g, ''))],
	['boolean', (value: unknown) => typeof value === 'boolean'],
	['canonical', uri],
	['code', text(/^\S+(?:[ \t\n\r]\S+)*$/)],
	['date', dated(DATE)],
	['dateTime', dated(DATE_TIME)],
	['decimal', (value: unknown) => typeof value === 'number' && Number.isFinite(value)],
	['id', text(/^[A-Za-z0-9.-]{1,64}$/)],
	['instant', dated(INSTANT)],
	['integer', whole(-INT_MAX - 1)],
	['markdown', nonEmpty],
	['oid', text(/^urn:oid:[0-2](?:\.(?:0|[1-9]\d*))+$/)],
	['positiveInt', whole(1)],
	['string', nonEmpty],
	['time', text(new RegExp(`^${TIME}$`))],
	['unsignedInt', whole(0)],
	['uri', uri],
	['url', uri],
	['uuid', text(/^urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i)],
	['xhtml', nonEmpty]
]);

export const isPrimitive = (type: string): boolean => TESTS.has(type);

/** Whether a JSON value is of a primitive type. False for a type that is not primitive. */
export const isPrimitiveValue = (type: string, value: unknown): boolean => TESTS.get(type)?.(value) ?? false;
