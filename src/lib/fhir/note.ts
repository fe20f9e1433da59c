/**
 * A note: a Composition with one section. Its narrative is XHTML on the wire; here it is only ever made from and read as plain text,
 * so that no markup from another device reaches a screen.
 */
import type { Json } from '$sync/change/change.ts';
import type { FhirResource } from '$sync/fhir/resource.ts';
import { at, hasCode, list, text } from './read.ts';
import { coded, withElements } from './write.ts';

export interface NoteFields {
	title: string;
	body: string;
	/** entries of the problem list that the visit was about, as `Condition/id` */
	problems: string[];
	/** a diagnosis that is not in the problem list */
	diagnosis: string;
}

export const emptyNote = (title: string): NoteFields => ({ title, body: '', problems: [], diagnosis: '' });

/** LOINC's heading of the section with the diagnoses. */
const DIAGNOSIS = '29548-5';

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Characters that XML 1.0 cannot hold are left out: a narrative with one of them would not be well-formed. */
export function narrative(plain: string): string {
	const safe = plain.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '').replace(/[&<>"']/gu, (c) => escapes[c] ?? c);
	return `<div xmlns="http://www.w3.org/1999/xhtml"><p>${safe.replace(/\r?\n/gu, '<br/>')}</p></div>`;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', '#39': "'" };

/** The words of a narrative: line breaks kept, every tag dropped. What comes out is text and is shown as text. */
export function plainText(div: string): string {
	return div
		.replace(/<br\s*\/?>/giu, '\n')
		.replace(/<\/(?:p|div|li|tr|h[1-6])>/giu, '\n')
		.replace(/<[^>]*>/gu, '')
		.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,6});/giu, (whole, name: string) => entities[name.toLowerCase()] ?? numeric(name) ?? whole)
		.replace(/\n{3,}/gu, '\n\n')
		.trim();
}

function numeric(name: string): string | null {
	if (!name.startsWith('#')) return null;
	const point = name[1]?.toLowerCase() === 'x' ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
	return Number.isInteger(point) && point > 0 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff) ? String.fromCodePoint(point) : null;
}

export function readNote(resource: FhirResource): NoteFields {
	const diagnoses = list(resource, 'section').filter((s) => hasCode(at(s, 'code'), DIAGNOSIS));
	const problems = diagnoses.flatMap((s) => list(s, 'entry')).flatMap((one) => text(one, 'reference') ?? []);
	const bodies = list(resource, 'section').filter((s) => !diagnoses.includes(s)).map((s) => plainText(text(s, 'text', 'div') ?? '')).filter((s) => s !== '');
	return {
		title: text(resource, 'title') ?? '', body: bodies.length > 0 ? bodies.join('\n\n') : plainText(text(resource, 'text', 'div') ?? ''), problems,
		diagnosis: diagnoses.map((s) => text(s, 'title') ?? '').join(', ')
	};
}

/** The diagnoses of a note in words, those of the problem list as they were called then. */
export const diagnosesOf = (resource: FhirResource): readonly string[] => list(resource, 'section').filter((s) => hasCode(at(s, 'code'), DIAGNOSIS))
	.flatMap((s) => [...list(s, 'entry').flatMap((one) => text(one, 'display') ?? []), text(s, 'title') ?? '']).filter((words) => words !== '');

/** `called`: a problem's name, for readers without the problem list. A signed note is final; a change of it is an amendment. `author` is a reference: who wrote it is told by the signature, not by this. */
export function writeNote(before: FhirResource | null, fields: NoteFields, member: string, date: string, called: (problem: string) => string = () => ''): FhirResource {
	const entry = fields.problems.map((reference): Json => ({ reference, ...(called(reference) === '' ? {} : { display: called(reference) }) }));
	const diagnosis: readonly Json[] = entry.length === 0 && fields.diagnosis.trim() === '' ? [] : [{
		...(fields.diagnosis.trim() === '' ? {} : { title: fields.diagnosis.trim() }), code: coded('http://loinc.org', DIAGNOSIS), ...(entry.length === 0 ? {} : { entry }),
		text: { status: 'generated', div: narrative([...fields.problems.map(called), fields.diagnosis.trim()].filter((words) => words !== '').join('\n')) }
	}];
	const base: FhirResource = before ?? {
		resourceType: 'Composition',
		type: coded('http://loinc.org', '34109-9', 'Note'),
		author: [{ reference: `Practitioner/${member}` }],
		date
	};
	return withElements(base, {
		status: before === null ? 'final' : 'amended',
		title: fields.title.trim(),
		section: [{ title: fields.title.trim(), text: { status: 'generated', div: narrative(fields.body.trim()) } }, ...diagnosis]
	});
}
