/** Referrals, plans, goals and procedures in words. */
import { m } from '$lib/paraglide/messages.js';
import { formatFhirDate } from '$lib/format/date.ts';
import { formatQuantity } from '$lib/format/number.ts';
import { concept, list, text } from '$lib/fhir/read.ts';
import type { StateLook } from '$lib/laboratory/words.ts';
import type { FhirResource } from '$sync/fhir/resource.ts';
import { activityWords, isOpenActivity, readGoal, type GoalStatus, type MeasureKey, type Progress, type Target } from '$sync/goals/goals.ts';
import { stepOf, type ReferralState, type Step, type Urgency } from '$sync/referrals/referral.ts';

export function referralState(state: ReferralState): StateLook {
	switch (state) {
		case 'sent': return { name: m.ref_sent(), icon: 'waiting', tone: 'plain' };
		case 'received': return { name: m.ref_received(), icon: 'waiting', tone: 'plain' };
		case 'accepted': return { name: m.ref_accepted(), icon: 'check', tone: 'plain' };
		case 'arrived': return { name: m.ref_arrived(), icon: 'person', tone: 'plain' };
		case 'answered': return { name: m.ref_answered(), icon: 'warning', tone: 'warn' };
		case 'declined': return { name: m.ref_declined(), icon: 'danger', tone: 'danger' };
		case 'cancelled': return { name: m.ref_cancelled(), icon: 'none', tone: 'plain' };
		case 'closed': return { name: m.ref_closed(), icon: 'check', tone: 'good' };
	}
}

export function stepName(step: Step): string {
	const names: Readonly<Record<Step, () => string>> = { received: m.ref_do_received, accepted: m.ref_do_accepted, arrived: m.ref_do_arrived, answered: m.ref_do_answered, declined: m.ref_do_declined };
	return names[step]();
}

/** What the other side did, as said beside who did it. */
export const stepDone = (step: Step): string => (step === 'answered' ? m.ref_was_answered() : referralState(step).name);

export const urgencyOf = (urgency: Urgency): string => (urgency === 'stat' ? m.urgency_stat() : urgency === 'urgent' ? m.urgency_urgent() : m.urgency_routine());

export function measureName(key: MeasureKey): string {
	const names: Readonly<Record<MeasureKey, () => string>> = {
		systolic: m.vital_systolic, diastolic: m.vital_diastolic, weight: m.vital_weight, 'glucose-fasting': m.lab_glucose_fasting, hba1c: () => 'HbA1c', haemoglobin: m.lab_haemoglobin
	};
	return names[key]();
}

export function goalStatusName(status: GoalStatus): string {
	return status === 'active' ? m.goal_active() : status === 'completed' ? m.goal_completed() : status === 'on-hold' ? m.medicine_on_hold() : m.goal_given_up();
}

export function targetWords(target: Target): string {
	const value = formatQuantity(target.value, target.measure.shown);
	const words = target.direction === 'at-most' ? m.goal_at_most_words({ measure: measureName(target.measure.key), value }) : m.goal_at_least_words({ measure: measureName(target.measure.key), value });
	return target.due === '' ? words : m.goal_by({ what: words, date: formatFhirDate(target.due) });
}

export function progressLook(state: Progress['state']): StateLook {
	switch (state) {
		case 'met': return { name: m.goal_met(), icon: 'check', tone: 'good' };
		case 'not-met': return { name: m.goal_not_met(), icon: 'waiting', tone: 'plain' };
		case 'overdue': return { name: m.goal_overdue(), icon: 'warning', tone: 'warn' };
		case 'not-measured': return { name: m.goal_not_measured(), icon: 'unknown', tone: 'plain' };
	}
}

export function planStatusName(status: string): string {
	return status === 'active' ? m.goal_active() : status === 'completed' ? m.goal_completed() : status === 'on-hold' ? m.medicine_on_hold() : status === 'draft' ? m.medicine_draft() : m.goal_given_up();
}

/** The rest of an entry of care, after its title: value, details, body, and whether it is past. */
export function careWords(resource: FhirResource): readonly [title: string, rest: { readonly value?: string; readonly details: readonly string[]; readonly body?: string; readonly past?: boolean }] {
	const status = text(resource, 'status') ?? '';
	switch (resource.resourceType) {
		case 'Procedure': {
			const when = text(resource, 'performedDateTime') ?? text(resource, 'performedPeriod', 'start');
			return [concept(resource, 'code') ?? '', {
				details: [status === 'not-done' ? m.proc_not_done() : '', when === undefined ? '' : formatFhirDate(when), concept(resource, 'bodySite', 0) ?? '', concept(resource, 'outcome') ?? '', concept(resource, 'statusReason') ?? '', text(resource, 'note', 0, 'text') ?? ''], past: status === 'not-done'
			}];
		}
		case 'Goal': {
			const goal = readGoal(resource);
			return [goal.description, { details: [goal.target === null ? (goal.due === '' ? '' : m.goal_by_date({ date: formatFhirDate(goal.due) })) : targetWords(goal.target), goalStatusName(goal.status), goal.note], past: goal.status !== 'active' }];
		}
		case 'CarePlan': {
			const activities = list(resource, 'activity').map((one) => (isOpenActivity(one) ? activityWords(one) : m.plan_done_line({ what: activityWords(one) }))).filter((words) => words !== '');
			return [text(resource, 'title') ?? concept(resource, 'category', 0) ?? '', { details: [planStatusName(status), text(resource, 'description') ?? ''], body: activities.map((one) => `• ${one}`).join('\n'), past: status !== 'active' && status !== 'draft' }];
		}
		case 'CareTeam': {
			const members = list(resource, 'participant').map((one) => [text(one, 'member', 'display') ?? '', concept(one, 'role', 0) ?? ''].filter((words) => words !== '').join(', '));
			return [text(resource, 'name') ?? m.team_title(), { details: [], body: members.map((one) => `• ${one}`).join('\n'), past: ['inactive', 'suspended'].includes(status) }];
		}
		case 'ServiceRequest': {
			const to = text(resource, 'performer', 0, 'display') ?? '';
			const on = text(resource, 'authoredOn');
			return [concept(resource, 'code') ?? '', { details: [to === '' ? '' : m.ref_to_line({ site: to }), concept(resource, 'reasonCode', 0) ?? '', on === undefined ? '' : formatFhirDate(on)], past: ['completed', 'revoked'].includes(status) }];
		}
		default: {
			const step = stepOf(resource);
			const answer = list(resource, 'output').flatMap((one) => text(one, 'valueString') ?? []);
			const on = text(resource, 'lastModified') ?? text(resource, 'authoredOn');
			return [m.ref_task(), { details: [step === null ? status : stepDone(step), on === undefined ? '' : formatFhirDate(on), concept(resource, 'statusReason') ?? ''], body: answer.join('\n') }];
		}
	}
}
