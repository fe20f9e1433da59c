/**
 * The answer to a discrepancy as a FHIR DetectedIssue: what was judged, how, and which heads of which entries were on screen.
 *
 * FHIR's DetectedIssue says what is wrong (`code`), between which entries (`implicated`), what was done about it (`mitigation.action`) and why
 * (`detail`). What FHIR has no place for, the heads that were judged, stands as extensions of each reference: an answer counts only while those
 * entries have not moved since, so the heads are part of the judgement and written with it, in one group.
 */
import { isObject } from '../change/canonical.ts';
import type { GroupValue, Hash, Id, Json } from '../change/change.ts';
import { isHash, isId } from '../change/ids.ts';

/** The most cautious first. `not-sure`: somebody looked and could not tell; it answers nothing, and others see who looked. */
export const JUDGEMENTS = ['not-sure', 'will-follow-up', 'accepted-risk', 'not-a-problem'] as const;
export type Judgement = (typeof JUDGEMENTS)[number];

const JUDGEMENT_SYSTEM = 'urn:saddlebag:judgement';
const DISCREPANCY_SYSTEM = 'urn:saddlebag:discrepancy';
const CHART_SYSTEM = 'urn:saddlebag:chart';
const HEAD_URL = 'urn:saddlebag:head';
/** entries read from one answer; more is no answer */
export const JUDGED_MAX = 256;

/** An entry as it was when it was judged. */
export interface JudgedEntry {
	readonly site: Id;
	readonly chart: Id;
	readonly type: string;
	readonly id: Id;
	readonly heads: readonly Hash[];
}

export interface Judged {
	/** what the answer is about: kind of the discrepancy, with its element where it has one */
	readonly subject: string;
	readonly judgement: Judgement;
	readonly note: string;
	readonly entries: readonly JudgedEntry[];
}

/** Value of the group `judgement`. */
export function judgedValue({ subject, judgement, note, entries }: Judged): GroupValue {
	return {
		status: 'final',
		code: { coding: [{ system: DISCREPANCY_SYSTEM, code: subject }] },
		implicated: entries.map(({ site, chart, type, id, heads }) => ({
			reference: `${type}/${id}`, type, identifier: { system: CHART_SYSTEM, value: `${site}/${chart}` },
			extension: heads.map((head) => ({ url: HEAD_URL, valueString: head }))
		})),
		...(note === '' ? {} : { detail: note }),
		mitigation: [{ action: { coding: [{ system: JUDGEMENT_SYSTEM, code: judgement }] } }]
	};
}

/** What a DetectedIssue (or the value of its group `judgement`) answers; null when it is no answer of ours. Total. */
export function judgedOf(value: unknown): Judged | null {
	if (!isObject(value)) return null;
	const subject = codeOf(value['code'], DISCREPANCY_SYSTEM);
	const word = judgementOf(value);
	const { implicated, detail } = value;
	if (subject === null || word === null || !Array.isArray(implicated) || implicated.length === 0 || implicated.length > JUDGED_MAX) return null;
	const entries = (implicated as readonly Json[]).map(entryOf);
	const whole = entries.filter((entry) => entry !== null);
	return whole.length < entries.length ? null : { subject, judgement: word, note: typeof detail === 'string' ? detail : '', entries: whole };
}

/** The judgement that a value states; null when it states none. */
export function judgementOf(value: GroupValue): Judgement | null {
	const [first] = Array.isArray(value['mitigation']) ? (value['mitigation'] as readonly Json[]) : [];
	const code = isObject(first) ? codeOf(first['action'], JUDGEMENT_SYSTEM) : null;
	return JUDGEMENTS.find((word) => word === code) ?? null;
}

function codeOf(concept: Json | undefined, system: string): string | null {
	const codings = isObject(concept) && Array.isArray(concept['coding']) ? (concept['coding'] as readonly Json[]) : [];
	for (const coding of codings) if (isObject(coding) && coding['system'] === system && typeof coding['code'] === 'string') return coding['code'];
	return null;
}

function entryOf(item: Json): JudgedEntry | null {
	if (!isObject(item)) return null;
	const { reference, identifier, extension } = item;
	const [type = '', id, ...more] = typeof reference === 'string' ? reference.split('/') : [];
	const named = isObject(identifier) && identifier['system'] === CHART_SYSTEM && typeof identifier['value'] === 'string' ? identifier['value'].split('/') : [];
	const [site, chart, ...rest] = named;
	if (type === '' || !isId(id) || more.length > 0 || !isId(site) || !isId(chart) || rest.length > 0 || !Array.isArray(extension)) return null;
	const heads = (extension as readonly Json[]).map((one) => (isObject(one) && one['url'] === HEAD_URL && isHash(one['valueString']) ? one['valueString'] : null));
	const whole = heads.filter((head) => head !== null);
	return whole.length < heads.length || whole.length === 0 ? null : { site, chart, type, id, heads: whole };
}
