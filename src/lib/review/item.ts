/** An item of the work list in words: what it is about, and how grave, for its row in the list. */
import { m } from '$lib/paraglide/messages.js';
import { describe } from '$lib/chart/describe.ts';
import { sentence, severityInWords } from '$lib/record/discrepancy.ts';
import { groupName, typeName } from '$lib/record/groups.ts';
import type { IconName } from '$lib/ui/icons.ts';
import type { ReviewChoice, ReviewLine, ConflictReview, Judgement } from '$sync/device/review-api.ts';
import type { FhirResource } from '$sync/fhir/resource.ts';
import type { WorkItem } from './worklist.svelte.ts';

export const LETTERS = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L'] as const;
export const letter = (index: number): string => LETTERS[index] ?? String(index + 1);

export const has = (item: ConflictReview, choice: ReviewChoice): boolean => item.choices.includes(choice);

/** "Medicine: amoxicillin"; of a person only what it is about, for the name stands beside it anyway. */
export const entryTitle = (item: { readonly type: string; readonly about: FhirResource }): string =>
	item.type === 'Patient' ? typeName(item.type) : m.review_about({ type: typeName(item.type), title: describe(item.about).title });

export interface RowWords {
	readonly icon: IconName;
	readonly tone: 'danger' | 'warn' | 'info';
	readonly grave: string;
	readonly kind: string;
	readonly who: string;
	readonly what: string;
	readonly site: string;
}

const named = (patient: string): string => (patient === '' ? m.review_no_patient() : patient);

function reviewWords(review: ReviewLine, siteName: (site: string) => string): RowWords {
	const severity = severityInWords(review.severity);
	const words = { icon: severity.icon, tone: severity.tone, grave: severity.text, who: named(review.patient), site: siteName(review.ref.site) };
	if (review.kind === 'discrepancy') return { ...words, kind: m.review_kind_discrepancy_short(), what: sentence({ ...review.discrepancy, across: review.across }) };
	return { ...words, kind: m.review_kind_conflict_short(), what: `${entryTitle(review)}, ${groupName(review.group)}` };
}

export function rowWords(item: WorkItem, siteName: (site: string) => string): RowWords {
	if (item.kind !== 'duplicate') return reviewWords(item.review, siteName);
	const { a, b } = item.pair;
	return {
		icon: 'link', tone: 'info', grave: m.alert_info(), kind: m.review_kind_duplicate_short(), who: named(a.name), what: m.review_pair_of({ a: named(a.name), b: named(b.name) }),
		site: [...new Set([a.siteName, b.siteName])].join(', ')
	};
}

export function judgementInWords(judgement: Judgement): { readonly label: string; readonly hint: string } {
	switch (judgement) {
		case 'accepted-risk': return { label: m.judgement_accepted_risk(), hint: m.judgement_accepted_risk_hint() };
		case 'not-a-problem': return { label: m.judgement_not_a_problem(), hint: m.judgement_not_a_problem_hint() };
		case 'will-follow-up': return { label: m.judgement_will_follow_up(), hint: m.judgement_will_follow_up_hint() };
	}
}
