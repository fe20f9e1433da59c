/**
 * What a person decides about values that no rule may decide, and what a person is told: the part of `DeviceApi` for reviews, history, notices
 * and entries that stand in the wrong place.
 *
 * Every decision is an ordinary change by an ordinary author. Nothing here can destroy a value: what was not chosen stays in the history.
 */
import type { Compartment, Hash, Id } from '../change/change.ts';
import type { Severity, Discrepancy } from '../ehr/view.ts';
import type { FhirResource } from '../fhir/resource.ts';
import type { Attribution, ChartRef, Outcome, SaveReceipt } from './api.ts';

/** One side of a conflict, or a value of the past. */
export interface ReviewValue {
	/** the change that wrote it: names the value in a decision */
	readonly change: Hash;
	/** the group's elements (of a list: the item alone) as FHIR JSON; null when it was cleared or removed */
	readonly value: FhirResource | null;
	readonly by: Attribution;
	readonly shown: boolean;
}

/**
 * keep: one of the values. keep-both: the values stand side by side as entries of their own (only where two facts may both be true).
 * combine: what all sides added. new-value: something that none of them said. not-sure: the item stays open, and others see who looked.
 */
export type ReviewChoice = 'keep' | 'keep-both' | 'combine' | 'new-value' | 'not-sure';

/** An open question about one group (or one item of a list) of one entry. */
export interface ConflictReview {
	readonly kind: 'conflict';
	/** stable while the question is the same: place, resource, group and item key; not the heads */
	readonly key: string;
	readonly ref: ChartRef;
	readonly patient: string;
	readonly type: string;
	readonly id: Id;
	readonly comp: Compartment;
	readonly group: string;
	/** key of the item in a list, else null */
	readonly item: string | null;
	/** the entry as it is shown now: what the item is about */
	readonly resource: FhirResource;
	/** resource heads to be cited: a decision on other heads than these is refused as stale */
	readonly heads: readonly Hash[];
	readonly rule: string;
	/** why this is shown meanwhile, a sentence */
	readonly why: string;
	readonly values: readonly ReviewValue[];
	/** what all sides had seen last; null when they share nothing */
	readonly ancestor: ReviewValue | null;
	/** the safe choices for this rule */
	readonly choices: readonly ReviewChoice[];
	/** a decision stood here before: a head that the decider had not seen arrived since, or two decided differently */
	readonly reopened: boolean;
	/** who looked and was not sure */
	readonly notSure: readonly Attribution[];
	readonly severity: Severity;
	/** may this user decide it (writes there, compartment open)? */
	readonly writable: boolean;
}

/** Two entries of a person that cannot both be true, or are unsafe together. */
export interface DiscrepancyReview {
	readonly kind: 'discrepancy';
	readonly key: string;
	readonly ref: ChartRef;
	readonly patient: string;
	readonly discrepancy: Discrepancy;
	readonly severity: Severity;
	/** an earlier answer that lapsed because an entry it judged has moved since; null when there was none */
	readonly lapsed: DiscrepancyAnswer | null;
	/** answers that differ, by people who had not seen each other's: none of them closes it, and who answers now replaces them all. The latest first; mostly none */
	readonly answers: readonly DiscrepancyAnswer[];
	readonly writable: boolean;
}
export type ReviewItem = ConflictReview | DiscrepancyReview;

/**
 * A line of the work list: whose, where, how grave and what it is about, and none of the values that it is between. Those are in the item, and whoever opens
 * the item is noted in the access log.
 */
export type ReviewLine = {
	readonly key: string;
	readonly ref: ChartRef;
	readonly patient: string;
	readonly severity: Severity;
} & (
	| {
		readonly kind: 'conflict'; readonly type: string; readonly id: Id; readonly group: string; readonly reopened: boolean;
		/** the elements that name the entry (`sync/fhir/naming.ts`); none of a restricted entry before a reason was given */
		readonly about: FhirResource;
	}
	| { readonly kind: 'discrepancy'; readonly discrepancy: Pick<Discrepancy, 'id' | 'kind' | 'severity' | 'facts'>; /** between entries of several charts */ readonly across: boolean; /** answered in two ways */ readonly contested: boolean }
);

export type Judgement = 'accepted-risk' | 'not-a-problem' | 'will-follow-up';
/** The answer to a discrepancy: a resource of its own (FHIR DetectedIssue) that cites the heads it judged and lapses when they move. */
export interface DiscrepancyAnswer { readonly judgement: Judgement; readonly note: string; readonly by: Attribution }

/** An entry as it was on screen. */
export interface SeenEntry { readonly site: Id; readonly chart: Id; readonly id: Id; readonly heads: readonly Hash[] }

/** An entry of a known chart, with the heads that were on screen. */
export type EntryOnScreen = Pick<SeenEntry, 'id' | 'heads'>;

export interface Decision {
	readonly ref: ChartRef;
	readonly id: Id;
	readonly group: string;
	readonly item: string | null;
	/** as in the review item */
	readonly heads: readonly Hash[];
	readonly choice: ReviewChoice;
	/** for `keep`: which value */
	readonly keep?: Hash;
	/** for `new-value`: the group's elements (of a list: the item) */
	readonly value?: FhirResource;
	readonly reason?: string;
}

export interface HistoryItem {
	readonly change: Hash;
	readonly kind: 'set' | 'clear' | 'add' | 'remove';
	readonly item: string | null;
	readonly value: FhirResource | null;
	readonly by: Attribution;
	readonly current: boolean;
	readonly shown: boolean;
	readonly reason: string | null;
	/** a relayed copy: which site it came from is in `by` */
	readonly relayed: boolean;
}
export interface GroupHistory { readonly group: string; readonly rule: string; /** why the present value is shown */ readonly why: string; readonly entries: readonly HistoryItem[] }

/** "Your value is not the one shown": for the author, on any device where the author's member is unlocked. */
export interface Notice {
	/** stable: resource, group, item and the outvoted change */
	readonly key: string;
	readonly ref: ChartRef;
	readonly patient: string;
	readonly type: string;
	readonly id: Id;
	/** the elements that name the entry: which medicine, which problem (`sync/fhir/naming.ts`) */
	readonly about: FhirResource;
	readonly group: string;
	/** key of the item in a list, else null */
	readonly item: string | null;
	/** `value` null: you cleared it, or took the item out of the list */
	readonly yours: ReviewValue;
	readonly shown: readonly ReviewValue[];
	readonly why: string;
	readonly heads: readonly Hash[];
	readonly writable: boolean;
}

/**
 * Where an entry came from that was written anew: moved from another chart, relabelled, or told apart from a second fact in one entry. Who and when
 * come from the verified headers of the original, which the entry cites; never from its content (attack 52).
 */
export interface EntryOrigin {
	/** adopted: written by somebody after their chain was closed, and taken over by somebody who may write */
	readonly how: 'moved' | 'relabelled' | 'kept-apart' | 'adopted';
	readonly from: ChartRef;
	readonly id: Id;
	/** who put it here */
	readonly by: Attribution;
	readonly reason: string | null;
	/** who recorded it first; null where the original cannot be read here, or does not say what this entry said when it was put here */
	readonly original: Attribution | null;
	/** the original can be read here, and says something else: it is not shown as its author's word */
	readonly altered: boolean;
}

/** That an entry was taken back: by whom, why, and whether it belongs to another patient. */
export interface EntryRetraction { readonly by: Attribution; readonly reason: string | null; readonly otherPatient: boolean }

/** An entry of this person's charts that belongs to another patient: to be told wherever it was read. */
export interface MisplacedEntry { readonly ref: ChartRef; readonly type: string; readonly id: Id; readonly resource: FhirResource; readonly retraction: EntryRetraction }

export interface ReviewApi {
	/**
	 * Most dangerous first, then oldest. `site` null: all places the user can read. `unread`: charts not looked at for discrepancies yet (after the first sync of
	 * a large site); they follow behind, and asking again later shows more.
	 */
	reviews(request: { readonly site: Id | null; readonly limit: number }): Promise<Outcome<{ readonly total: number; readonly items: readonly ReviewLine[]; readonly unread?: number }>>;
	/** The item of a line, with all values; null when nothing is left to decide. Noted in the access log of the charts whose values it shows. */
	openReview(request: { readonly ref: ChartRef; readonly key: string }): Promise<Outcome<ReviewItem | null>>;
	/** What is open in one chart, most dangerous first: of that chart alone, whatever else waits at the site. Noted as an opening of the chart. */
	chartReviews(ref: ChartRef): Promise<Outcome<readonly ReviewItem[]>>;
	/** Code `stale` when the heads moved since the item was shown: nothing is written, the item must be looked at again. */
	decide(decision: Decision): Promise<Outcome<SaveReceipt>>;
	/**
	 * Answers a discrepancy; it leaves the queue until an entry it rests on moves. `seen`: the entries it stood between on screen. Code `stale` when they are not
	 * those any more, or somebody else answered meanwhile: nothing is written, since nobody may be made to judge what they did not see. `answers`: the
	 * differing answers that were on screen (their changes), which this one replaces.
	 */
	answerDiscrepancy(request: {
		readonly ref: ChartRef; readonly discrepancy: string; readonly judgement: Judgement; readonly note: string; readonly seen: readonly SeenEntry[]; readonly answers?: readonly Hash[];
	}): Promise<Outcome<SaveReceipt>>;
	/** Every value an entry's groups ever had, newest last. `group` null: all groups ever written. Also for entries of linked charts held as copies. */
	history(request: { readonly ref: ChartRef; readonly id: Id; readonly group: string | null }): Promise<Outcome<readonly GroupHistory[]>>;
	notices(): Promise<Outcome<readonly Notice[]>>;
	/** Writes one's outvoted value again, over all heads: a new change. */
	restore(request: { readonly ref: ChartRef; readonly id: Id; readonly group: string; readonly item: string | null; readonly change: Hash; readonly heads: readonly Hash[] }): Promise<Outcome<SaveReceipt>>;
	/** Puts a notice away on this device for this user. */
	dismissNotice(key: string): Promise<Outcome<null>>;
	/**
	 * "This belongs to another patient": entered-in-error here, the same entries there with their original author and time in their provenance,
	 * one line in both charts. Resumable: cut off half way, repeating it writes what is missing and nothing twice. Code `stale` when something was written to one
	 * of the entries that was not on screen: nothing is moved, since it would go along unseen.
	 */
	moveToPatient(request: { readonly from: ChartRef; readonly entries: readonly EntryOnScreen[]; readonly to: ChartRef; readonly reason: string }): Promise<Outcome<{ readonly moved: readonly { readonly from: Id; readonly to: Id }[] }>>;
	/**
	 * Relabelling: a new resource in the other compartment, a bare retraction here. What was readable stays readable to those who had it. Code `stale` as above.
	 */
	relabel(request: { readonly ref: ChartRef; readonly id: Id; readonly heads: readonly Hash[]; readonly comp: Compartment; readonly reason: string }): Promise<Outcome<SaveReceipt>>;
	/** Marks as entered in error: kept, struck through, with the reason. */
	retract(request: { readonly ref: ChartRef; readonly id: Id; readonly heads: readonly Hash[]; readonly reason: string }): Promise<Outcome<SaveReceipt>>;
}
