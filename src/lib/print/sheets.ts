/**
 * What is printed of a chart: lines of words, in the same words and order as on the screen, allergies first whatever is printed (ux rule 55). A line is
 * never split over two pages, so that a dose stands whole.
 */
import type { Entry } from '$sync/device/api.ts';
import type { EhrItem } from '$sync/ehr/view.ts';
import type { FhirResource } from '$sync/fhir/resource.ts';
import { isLabOrder, isLabResult } from '$sync/laboratory/orders.ts';
import { isReferral } from '$sync/referrals/referral.ts';
import { m } from '$lib/paraglide/messages.js';
import { describe } from '$lib/chart/describe.ts';
import type { ChartRecord } from '$lib/chart/record.svelte.ts';
import { isNoKnownAllergy } from '$lib/fhir/allergy.ts';
import { text } from '$lib/fhir/read.ts';
import { readings, VITAL_NAMES } from '$lib/fhir/vitals.ts';
import { formatFhirDate } from '$lib/format/date.ts';

export const SHEETS = ['summary', 'prescription', 'referral', 'laboratory', 'appointment', 'card'] as const;
export type SheetKind = (typeof SHEETS)[number];

export type Line =
	| { readonly kind: 'title' | 'heading' | 'text' | 'alarm'; readonly text: string }
	/** an entry: what it is, its value, the rest */
	| { readonly kind: 'entry'; readonly title: string; readonly value: string; readonly details: string; readonly body: string }
	/** a line to be written on */
	| { readonly kind: 'sign'; readonly text: string };

/** What may be printed on such a sheet, for the person to choose from. */
export function choices(kind: SheetKind, record: ChartRecord): readonly Entry[] {
	const entries = record.view?.entries.filter((e) => !e.retracted) ?? [];
	const newest = (list: readonly Entry[]): readonly Entry[] => list.toSorted((a, b) => b.recorded.at - a.recorded.at);
	switch (kind) {
		case 'prescription': return newest(entries.filter((e) => e.type === 'MedicationRequest' && !describe(e.resource).past));
		case 'referral': return newest(entries.filter((e) => isReferral(e.resource)));
		case 'laboratory': return newest(entries.filter((e) => isLabOrder(e.resource)));
		case 'appointment': return newest(entries.filter((e) => e.type === 'Appointment' && !['cancelled', 'noshow', 'fulfilled'].includes(text(e.resource, 'status') ?? '')));
		default: return [];
	}
}

export function sheetTitle(kind: SheetKind): string {
	const titles: Readonly<Record<SheetKind, () => string>> = {
		summary: m.print_summary, prescription: m.print_prescription, referral: m.print_referral, laboratory: m.print_laboratory, appointment: m.print_appointment, card: m.print_card
	};
	return titles[kind]();
}

/** The lines of a sheet. `chosen`: entries that it is about. */
export function linesOf(kind: SheetKind, record: ChartRecord, chosen: readonly Entry[]): readonly Line[] {
	const about = chosen.map(({ resource }) => (resource.resourceType === 'Appointment' ? appointmentLine(resource) : entryLine(resource)));
	const title: Line = { kind: 'title', text: sheetTitle(kind) };
	switch (kind) {
		case 'summary': return [title, ...allergyLines(record), ...current(record), ...vitalLines(record), ...section(m.section_vaccines(), record, 'Immunization'), ...resultLines(record), ...section(m.section_notes(), record, 'Composition', 3)];
		case 'prescription': return [title, ...allergyLines(record), { kind: 'heading', text: m.section_medicines() }, ...about, { kind: 'sign', text: m.print_prescriber() }, { kind: 'sign', text: m.print_dispensed_by() }];
		case 'referral': return [title, ...about, ...allergyLines(record), ...current(record), ...vitalLines(record), ...resultLines(record), { kind: 'sign', text: m.print_referred_by() }, { kind: 'heading', text: m.print_answer() }, { kind: 'sign', text: m.print_answer_lines() }, { kind: 'sign', text: '' }];
		case 'laboratory': return [title, ...allergyLines(record), { kind: 'heading', text: m.print_tests() }, ...about, { kind: 'sign', text: m.print_requested_by() }, { kind: 'sign', text: m.print_sample_taken() }];
		case 'appointment': return [title, ...about, { kind: 'text', text: m.print_bring() }];
		case 'card': return [title];
	}
}

/** One of the four states of the banner, in words; what is not known to be complete is never "none". */
function allergyLines(record: ChartRecord): readonly Line[] {
	const state = record.allergies;
	const words = { known: m.allergies_known(), 'none-known': m.allergies_none_known(), 'not-recorded': m.allergies_not_recorded(), unavailable: m.allergies_unavailable() }[state];
	const entries = state === 'known' ? [...record.entries('AllergyIntolerance').shown, ...record.elsewhere('AllergyIntolerance').map(({ lead }) => lead)].map((e) => e.resource).filter((r) => !isNoKnownAllergy(r) && !describe(r).past) : [];
	return [{ kind: 'alarm', text: words }, ...entries.map((r) => entryLine(r))];
}

const current = (record: ChartRecord): readonly Line[] => [...section(m.section_problems(), record, 'Condition'), ...section(m.section_medicines(), record, 'MedicationRequest')];

/** What is in force, here and in linked charts. */
function section(heading: string, record: ChartRecord, type: string, most = Infinity): readonly Line[] {
	const own = record.entries(type).shown.map((e) => e.resource);
	const elsewhere = record.elsewhere(type).map((i: EhrItem) => i.lead.resource);
	const shown = [...own, ...elsewhere].filter((r) => !describe(r).past).slice(0, most);
	return shown.length === 0 ? [{ kind: 'heading', text: heading }, { kind: 'text', text: m.not_recorded() }] : [{ kind: 'heading', text: heading }, ...shown.map((r) => entryLine(r))];
}

/** The latest of each. */
function vitalLines(record: ChartRecord): readonly Line[] {
	const all = record.entries('Observation').shown.map((e) => e.resource);
	const latest = VITAL_NAMES.flatMap((vital) => all.find((r) => readings(r).some((one) => one.vital === vital)) ?? []).filter((r, index, list) => list.indexOf(r) === index);
	return latest.length === 0 ? [] : [{ kind: 'heading', text: m.section_vitals() }, ...latest.map((r) => entryLine(r))];
}

const RESULTS_MAX = 12;
function resultLines(record: ChartRecord): readonly Line[] {
	const results = record.entries('Observation').shown.map((e) => e.resource).filter((r) => isLabResult(r)).slice(0, RESULTS_MAX);
	return results.length === 0 ? [] : [{ kind: 'heading', text: m.section_laboratory() }, ...results.map((r) => entryLine(r))];
}

function entryLine(resource: FhirResource): Line {
	const { title, value, details, body } = describe(resource);
	return { kind: 'entry', title, value, details: details.join(' · '), body };
}

function appointmentLine(resource: FhirResource): Line {
	const start = text(resource, 'start') ?? text(resource, 'requestedPeriod', 0, 'start');
	return { kind: 'entry', title: formatFhirDate(start), value: '', details: describe(resource).details.join(' · '), body: text(resource, 'description') ?? '' };
}
