/** The reviews' part of the fake device: a few open questions, a history and a notice, which go away when they are decided. */
import type { Attribution, ChartRef, Outcome, SaveReceipt } from '$sync/device/api.ts';
import type { ConflictReview, Decision, Notice, ReviewApi, ReviewItem, ReviewLine, ReviewValue } from '$sync/device/review-api.ts';
import type { Discrepancy } from '$sync/ehr/view.ts';
import type { FhirResource } from '$sync/fhir/resource.ts';
import { err, ok, problem } from '$sync/result.ts';
import { emptyMedication, writeMedication } from '$lib/fhir/medication.ts';
import { A, B, FakeMembers, hash, id, NOW, siteNames } from './fakeMembers.ts';

type Answer<F extends keyof ReviewApi> = ReturnType<ReviewApi[F]>;

const order = (dose: number, frequency: 'three-daily' | 'twice-daily'): FhirResource =>
	writeMedication(null, { ...emptyMedication(), drug: 'amoxicillin', dose: String(dose), route: 'oral', frequency }, { dose, days: null }, '2026-08-13');

const lineOf = (item: ReviewItem): ReviewLine => item.kind === 'conflict' ? { ...item, about: item.resource } : { ...item, across: true, contested: item.answers.length > 1 };

export abstract class FakeReviews extends FakeMembers implements ReviewApi {
	#settled = new Set<string>();
	#staleOnce = true;

	protected abstract discrepancies(): readonly Discrepancy[];
	protected abstract patientRef(): ChartRef;

	#by(n: number, name: string, site = A, hours = 0, uncertainTime = false): Attribution {
		return { change: hash(n), member: name, site, siteName: siteNames.get(site) ?? '', at: NOW - hours * 3_600_000, uncertainTime };
	}
	#value(n: number, value: FhirResource | null, by: Attribution, shown: boolean): ReviewValue {
		return { change: hash(n), value, by, shown };
	}

	#conflicts(): readonly ConflictReview[] {
		const ref = this.patientRef();
		const shared = { kind: 'conflict' as const, ref, patient: 'MBABAZI, Grace', comp: 'clinical' as const, item: null, reopened: false, notSure: [], writable: true };
		const { resourceType: _r, ...group } = order(500, 'three-daily');
		return [
			{ ...shared, key: 'c1', type: 'MedicationRequest', id: id(31), group: 'medication', resource: { ...order(500, 'three-daily'), id: id(31) }, heads: [hash(41), hash(42)], rule: 'both', severity: 'critical',
				why: 'Two people changed this without seeing each other. All values are shown until somebody decides.', choices: ['keep', 'keep-both', 'new-value', 'not-sure'], reopened: true, notSure: [this.#by(47, 'Dr. Okello', B, 1)],
				ancestor: this.#value(40, { resourceType: 'MedicationRequest', ...group }, this.#by(40, 'Nurse Amina', A, 48), false),
				values: [this.#value(41, order(250, 'three-daily'), this.#by(41, 'Nurse Amina', A, 5), true), this.#value(42, order(500, 'twice-daily'), this.#by(42, 'Nurse Joy', B, 3, true), false)] },
			{ ...shared, key: 'c2', type: 'Patient', id: id(32), comp: 'desk', group: 'birth', resource: { resourceType: 'Patient', id: id(32), name: [{ family: 'Mbabazi', given: ['Grace'] }], birthDate: '1991-03-04' }, heads: [hash(43), hash(44)], rule: 'both', severity: 'warning',
				why: 'Two people changed this without seeing each other. All values are shown until somebody decides.', choices: ['keep', 'new-value', 'not-sure'], ancestor: null,
				values: [this.#value(43, { resourceType: 'Patient', birthDate: '1991-03-14' }, this.#by(43, 'Nurse Amina', A, 5), true), this.#value(44, null, this.#by(44, 'Dr. Okello', B, 3), false)] },
			{ ...shared, key: 'c3', type: 'Patient', id: id(32), comp: 'desk', group: 'identifiers', item: 'NIN', resource: { resourceType: 'Patient', id: id(32) }, heads: [hash(45), hash(46)], rule: 'union', severity: 'info', writable: true,
				why: 'Two people recorded the same item differently. Both versions are shown until somebody decides.', choices: ['keep', 'combine', 'new-value', 'not-sure'], ancestor: null,
				values: [this.#value(45, { resourceType: 'Patient', identifier: [{ system: 'urn:nin', value: '1297287652' }] }, this.#by(45, 'Nurse Amina', A, 5), true), this.#value(46, { resourceType: 'Patient', identifier: [{ system: 'urn:nin', value: '1297287653' }] }, this.#by(46, 'Dr. Okello', B, 3), true)] }
		];
	}

	#items(): readonly ReviewItem[] {
		const between = this.discrepancies().map((discrepancy): ReviewItem => ({
			kind: 'discrepancy', key: discrepancy.id, ref: this.patientRef(), patient: 'MBABAZI, Grace', discrepancy, severity: discrepancy.severity, writable: true,
			answers: discrepancy.kind !== 'status-differs' ? [] : [{ judgement: 'accepted-risk', note: 'Stopped here on purpose', by: this.#by(61, 'Nurse Amina', A, 5) }, { judgement: 'will-follow-up', note: '', by: this.#by(62, 'Dr. Okello', B, 4) }],
			lapsed: discrepancy.kind === 'demographics-differ' ? { judgement: 'will-follow-up', note: 'Ask her sister', by: this.#by(60, 'Dr. Okello', B, 80) } : null
		}));
		const rank = { critical: 0, warning: 1, info: 2 };
		return [...this.#conflicts(), ...between].filter((item) => !this.#settled.has(item.key)).toSorted((a, b) => rank[a.severity] - rank[b.severity]);
	}

	async reviews({ limit }: { readonly limit: number }): Answer<'reviews'> {
		const items = this.#items();
		return ok({ total: items.length, items: items.slice(0, limit).map(lineOf) });
	}
	async openReview({ key }: { readonly key: string }): Answer<'openReview'> { return ok(this.#items().find((item) => item.key === key) ?? null); }
	async chartReviews(): Answer<'chartReviews'> { return ok(this.#items()); }
	async decide(decision: Decision): Promise<Outcome<SaveReceipt>> {
		if (this.#staleOnce && decision.choice === 'keep-both') {
			this.#staleOnce = false;
			return err(problem('stale', 'Something arrived meanwhile.'));
		}
		const item = this.#conflicts().find((one) => one.id === decision.id && one.group === decision.group);
		if (item !== undefined && decision.choice !== 'not-sure') this.#settled.add(item.key);
		return ok({ change: hash(90), id: decision.id, heads: [hash(90)] });
	}
	async answerDiscrepancy({ discrepancy }: { readonly discrepancy: string }): Promise<Outcome<SaveReceipt>> {
		this.#settled.add(discrepancy);
		return ok({ change: hash(91), id: id(91), heads: [hash(91)] });
	}
	async history(): Answer<'history'> {
		const [first] = this.#conflicts();
		const step = { kind: 'set' as const, item: null, reason: null, relayed: false };
		if (first === undefined) return ok([]);
		return ok([
			{ group: 'medication', rule: 'both', why: first.why, entries: [
				{ ...step, change: hash(40), value: order(500, 'three-daily'), by: this.#by(40, 'Nurse Amina', A, 48), current: false, shown: false },
				{ ...step, change: hash(41), value: order(250, 'three-daily'), by: this.#by(41, 'Nurse Amina', A, 5), current: true, shown: true, reason: 'Weight is 14 kg' },
				{ ...step, change: hash(42), value: order(500, 'twice-daily'), by: this.#by(42, 'Nurse Joy', B, 3, true), current: true, shown: false, relayed: true }] },
			{ group: 'status', rule: 'both', why: 'This is the only value that nobody has replaced.', entries: [{ ...step, change: hash(40), value: { resourceType: 'MedicationRequest', status: 'active' }, by: this.#by(40, 'Nurse Amina', A, 48), current: true, shown: true }] }
		]);
	}
	async notices(): Answer<'notices'> {
		const [item] = this.#conflicts();
		const [mine, theirs] = item?.values ?? [];
		if (item === undefined || mine === undefined || theirs === undefined || this.#settled.has('n1')) return ok([]);
		const notice: Notice = { key: 'n1', ref: item.ref, patient: item.patient, type: item.type, id: item.id, about: item.resource, group: item.group, item: null, yours: { ...mine, shown: false }, shown: [{ ...theirs, shown: true }], why: 'Dr. Okello decided for the other version.', heads: item.heads, writable: true };
		return ok([notice]);
	}
	async restore(): Promise<Outcome<SaveReceipt>> { this.#settled.add('n1'); return ok({ change: hash(92), id: id(31), heads: [] }); }
	async dismissNotice(key: string): Answer<'dismissNotice'> { this.#settled.add(key); return ok(null); }
	async moveToPatient({ entries }: Parameters<ReviewApi['moveToPatient']>[0]): Answer<'moveToPatient'> { return ok({ moved: entries.map(({ id: from }) => ({ from, to: id(99) })) }); }
	async relabel(): Promise<Outcome<SaveReceipt>> { return ok({ change: hash(93), id: id(93), heads: [] }); }
	abstract retract(request: Parameters<ReviewApi['retract']>[0]): Promise<Outcome<SaveReceipt>>;
}
