/**
 * What of a chart's referrals and laboratory orders still waits for somebody, small enough to be kept for all patients. A referral's steps may stand in
 * another chart of the person than the request, so both are kept and put together by whoever knows which charts are of one person.
 */
import { code, concept, text, at } from '../fhir/path.ts';
import type { FhirResource } from '../fhir/resource.ts';
import { isCritical, judge } from '../laboratory/flags.ts';
import { idOf, isOpen, ordersOf, type OrderState } from '../laboratory/orders.ts';
import { LABORATORY } from '../laboratory/tests.ts';
import { focusOf, isReferral, isReferralTask, stepOf, toOf, urgencyOf, type Step, type Urgency } from '../referrals/referral.ts';

export interface KeptReferral { readonly id: string; readonly what: string; readonly reason: string; readonly urgency: Urgency; /** a site's id, '' for a place outside */ readonly site: string; readonly to: string; /** FHIR dateTime */ readonly on: string; readonly status: string }
export interface KeptStep { readonly request: string; readonly step: Step }
/** `panel`: a panel's key, '' for a test in words. */
export interface KeptLabOrder { readonly id: string; readonly panel: string; readonly what: string; readonly state: OrderState; readonly critical: boolean; readonly urgent: boolean; /** FHIR dateTime of what happened last */ readonly on: string }
export interface KeptOrders { readonly referrals: readonly KeptReferral[]; readonly steps: readonly KeptStep[]; readonly laboratory: readonly KeptLabOrder[] }

/** Types that are read for it. */
export const ORDER_TYPES = ['ServiceRequest', 'Task', 'Specimen', 'DiagnosticReport', 'Observation'] as const;

const KEPT_MAX = 40;
const WORDS_MAX = 200;
const NOBODY = { sex: null, birthDate: null, pregnancyWeeks: null } as const;
const words = (said: string | undefined): string => (said ?? '').trim().slice(0, WORDS_MAX);
const inForce = (resource: FhirResource): boolean => text(resource, 'status') !== 'entered-in-error';

function referralOf(resource: FhirResource): KeptReferral {
	const { site, name } = toOf(resource);
	return {
		id: idOf(resource), what: words(concept(resource, 'code')), reason: words(concept(resource, 'reasonCode', 0)), urgency: urgencyOf(resource), site: (site ?? '').slice(0, 64), to: words(name),
		on: (text(resource, 'authoredOn') ?? '').slice(0, 35), status: text(resource, 'status') ?? ''
	};
}

/** Of resources in force, with their ids. The order of them does not matter. */
export function ordersKept(resources: readonly FhirResource[]): KeptOrders {
	const valid = resources.filter(inForce).toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
	const steps = valid.filter(isReferralTask).flatMap((task): readonly KeptStep[] => {
		const step = stepOf(task);
		return step === null || focusOf(task) === '' ? [] : [{ request: focusOf(task), step }];
	});
	// a chart without an order of its own has none to be put together
	const laboratory = valid.some(({ resourceType }) => resourceType === 'ServiceRequest') ? ordersOf(valid).filter(isOpen) : [];
	return {
		referrals: valid.filter(isReferral).filter((one) => text(one, 'status') !== 'completed').map(referralOf).toSorted((a, b) => b.on.localeCompare(a.on)).slice(0, KEPT_MAX), steps: steps.slice(0, KEPT_MAX),
		laboratory: laboratory.slice(0, KEPT_MAX).map(({ order, state, results, moved }): KeptLabOrder => ({
			id: order === null ? '' : idOf(order), panel: order === null ? '' : (code(at(order, 'code'), LABORATORY) ?? ''), what: words(order === null ? '' : concept(order, 'code')), state,
			critical: results.some((one) => isCritical(judge(one, NOBODY).flag)), urgent: order !== null && urgencyOf(order) !== 'routine', on: moved.slice(0, 35)
		}))
	};
}

export const NO_ORDERS: KeptOrders = { referrals: [], steps: [], laboratory: [] };
export const hasOrders = ({ referrals, steps, laboratory }: KeptOrders): boolean => referrals.length + steps.length + laboratory.length > 0;
