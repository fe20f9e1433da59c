/**
 * A device in memory, for looking at screens in a development server (`?fake`): made-up people, no storage, no keys, no hub.
 * It is reached only where `import.meta.env.DEV` is true, so that a build for use cannot contain it.
 */
import type { Hlc, Id } from '$sync/change/change.ts';
import type {
	Attribution, ChartRef, ChartView, ConflictInfo, DeviceApi, DeviceEvent, Entry, LocalUser, LockState, OrganizationInfo, Outcome, PairProposal, PatientHit, SyncStatus
} from '$sync/device/api.ts';
import type { Discrepancy, EhrItem, EhrView, Source } from '$sync/ehr/view.ts';
import type { FhirResource } from '$sync/fhir/resource.ts';
import type { ResourceState } from '$sync/merge/state.ts';
import { err, ok, problem } from '$sync/result.ts';
import { emptyAllergy, writeAllergy } from '$lib/fhir/allergy.ts';
import { emptyMedication, writeMedication } from '$lib/fhir/medication.ts';
import { emptyPatient, readPatient, shownName, writePatient } from '$lib/fhir/patient.ts';
import { emptyProblem, writeProblem } from '$lib/fhir/problem.ts';
import { writeVitals } from '$lib/fhir/vitals.ts';
import { writeNote } from '$lib/fhir/note.ts';
import { emptyImmunization, writeImmunization } from '$lib/fhir/immunization.ts';
import { A, B, hash, id, NOW, REGION, siteNames } from './fakeMembers.ts';
import { FakeWorklist } from './fakeWorklist.ts';

const hlc = (ms: number): Hlc => `${ms.toString(16).padStart(12, '0')}-0000` as Hlc;
const user: LocalUser = { member: id(10), organization: hash(1), label: 'Nurse Amina', color: 3 };

interface FakeChart { ref: ChartRef; entries: Entry[] }

export class FakeDevice extends FakeWorklist implements DeviceApi {
	#listeners = new Map<number, (event: DeviceEvent) => void>();
	#next = 100;
	#charts: FakeChart[] = [];
	#linked = false;
	#lock: LockState;

	constructor(start: string) {
		super();
		const users: LocalUser[] = [user, { member: id(11), organization: hash(1), label: 'Dr. Okello', color: 1 }];
		this.#lock = start === 'empty' ? { kind: 'empty' } : start === 'unlocked' ? { kind: 'unlocked', user } : { kind: 'locked', users, waitingToSend: 12, awaiting: [] };
		this.#seed();
	}

	#by(site: Id, name = 'Nurse Amina', at = NOW): Attribution {
		return { change: hash(this.#next++), member: name, site, siteName: siteNames.get(site) ?? '', at, uncertainTime: false };
	}

	#entry(ref: ChartRef, resource: FhirResource, custody: Entry['custody'] = { state: 'at-hub', at: NOW }, conflicts: ConflictInfo[] = []): Entry {
		const entryId = (resource.id as Id | undefined) ?? id(this.#next++);
		const comp = resource.resourceType === 'Patient' ? 'desk' : 'clinical';
		const state: ResourceState = { type: resource.resourceType, id: entryId, chart: ref.chart, site: ref.site, comp, heads: [], incomplete: false, missing: [], groups: new Map(), retracted: false, changes: [], uncertain: [] };
		const by = this.#by(ref.site);
		return { type: resource.resourceType, id: entryId, comp, resource: { ...resource, id: entryId }, heads: [hash(this.#next++)], recorded: by, changed: by, incomplete: false, retracted: false, custody, conflicts, state };
	}

	#seed(): void {
		const a: ChartRef = { site: A, chart: id(20) };
		const b: ChartRef = { site: B, chart: id(21) };
		const patient = (given: string, birthDate: string, village: string): FhirResource =>
			writePatient({ resourceType: 'Patient' }, { ...emptyPatient(), family: 'Mbabazi', given, birthDate, gender: 'female', village, phone: '0772123456', identifier: '1297287652' });
		const pa = this.#entry(a, patient('Grace', '1991-03-04', 'Bwera'));
		const conflict: ConflictInfo = { group: 'birth', rule: 'both', review: true, why: 'Two birth dates cannot both be right.', values: [
			{ value: { resourceType: 'Patient', birthDate: '1991-03-04' }, by: this.#by(A), shown: true },
			{ value: { resourceType: 'Patient', birthDate: '1991-04-03' }, by: this.#by(A, 'Dr. Okello'), shown: true }] };
		this.#charts = [
			{ ref: a, entries: [{ ...pa, conflicts: [conflict] },
				this.#entry(a, writeAllergy(null, { ...emptyAllergy(), substance: 'Penicillin', reactions: 'rash, wheeze', severity: 'severe', criticality: 'high' }, '2026-08-01'), { state: 'this-device' }),
				this.#entry(a, writeProblem(null, { ...emptyProblem(), name: 'Essential hypertension', onset: '2019' }, '2026-08-01')),
				...writeVitals({ systolic: 148, diastolic: 92, pulse: 78, weight: 63.5, height: 161, temperature: 36.8 }, '2026-08-11T09:20:00+03:00').map((r) => this.#entry(a, r)),
				this.#entry(a, writeMedication(null, { ...emptyMedication(), drug: 'hydrochlorothiazide', dose: '12.5', route: 'oral', frequency: 'once-daily' }, { dose: 12.5, days: null }, '2026-08-11')),
				this.#entry(a, writeImmunization(null, { ...emptyImmunization('2026-02-02'), vaccine: '139', dose: '2' }, 2, '2026-02-02')),
				this.#entry(a, writeNote(null, { problems: [], diagnosis: '', title: 'Clinic note', body: 'Headache for two days.\nNo fever. Advised rest.' }, user.member, '2026-08-11T09:30:00+03:00'))] },
			{ ref: b, entries: [this.#entry(b, patient('Grace N.', '1991-04-03', 'Katwe')),
				this.#entry(b, writeMedication(null, { ...emptyMedication(), drug: 'amoxicillin', dose: '500', route: 'oral', frequency: 'three-daily', days: '7' }, { dose: 500, days: 7 }, '2026-08-13'))] }
		];
		const c: ChartRef = { site: A, chart: id(22) };
		const measured = ([['2025-06-14', 3.4, 50], ['2025-09-20', 5.6, 59.5], ['2025-12-14', 6.9, 65.5], ['2026-03-16', 7.6, 70], ['2026-08-11', 8, 74.5]] as const).flatMap(([on, weight, height]) => writeVitals({ weight, height }, on));
		this.#charts.push({ ref: c, entries: [this.#entry(c, writePatient({ resourceType: 'Patient' }, { ...emptyPatient(), family: 'Okello', given: 'Joseph', birthDate: '2025-06-14', gender: 'male', village: 'Bwera' })),
			...measured.map((r) => this.#entry(c, r)),
			...([['19', '2025-06-15', 1], ['198', '2025-07-28', 1], ['198', '2025-09-05', 2], ['133', '2025-07-28', 1]] as const).map(([vaccine, date, dose]) => this.#entry(c, writeImmunization(null, { ...emptyImmunization(date), vaccine, dose: String(dose) }, dose, date)))] });
		this.#linked = true;
	}

	protected discrepancies(): readonly Discrepancy[] { return this.#linked ? this.#ehr().discrepancies : []; }
	protected patientRef(): ChartRef { return { site: A, chart: id(20) }; }
	async retract(request: Parameters<DeviceApi['retract']>[0]): ReturnType<DeviceApi['retract']> {
		for (const chart of this.#charts) chart.entries = chart.entries.map((entry) => (entry.id === request.id ? { ...entry, retracted: true } : entry));
		return ok({ change: hash(this.#next++), id: request.id, heads: [] });
	}
	async appearAs(request: Parameters<DeviceApi['appearAs']>[0]): Promise<Outcome<LocalUser>> { return ok({ ...user, ...request }); }
	async unlockWithPin(request: Parameters<DeviceApi['unlockWithPin']>[0]): Promise<Outcome<LocalUser>> {
		return request.pin === '123456' ? this.unlock({ member: request.member, passphrase: 'by PIN' }) : err(problem('wrong-pin', 'That is not the PIN. 4 tries are left.'));
	}

	#emit(event: DeviceEvent): void {
		for (const listener of this.#listeners.values()) listener(event);
	}
	#setLock(state: LockState): void {
		this.#lock = state;
		this.#emit({ kind: 'lock', state });
	}

	async subscribe(listener: (event: DeviceEvent) => void): Promise<number> {
		const n = this.#next++;
		this.#listeners.set(n, listener);
		return n;
	}
	async unsubscribe(n: number): Promise<void> { this.#listeners.delete(n); }
	async lockState(): Promise<LockState> { return this.#lock; }
	async syncStatus(): Promise<SyncStatus> {
		return { line: 'offline', waitingToSend: 12, sending: null, receiving: null, lastSent: NOW - 7_200_000, lastReceived: NOW - 7_300_000, waiting: 3, quarantined: 1, problem: 'The hub could not be reached. It will be tried again by itself.', hub: 'https://hub.example', sites: [{ site: A, newest: NOW }, { site: B, newest: NOW - 3 * 86_400_000 }, { site: REGION, newest: null }], alarms: [] };
	}
	async syncNow(): Promise<void> {}
	async createOrganization(): Promise<Outcome<LocalUser>> { this.#setLock({ kind: 'unlocked', user }); return ok(user); }
	async previewInvitation(): Promise<ReturnType<DeviceApi['previewInvitation']> extends Promise<infer T> ? T : never> {
		return ok({ organization: 'Rwenzori Health', inviter: 'Dr. Okello', grants: [{ site: 'Bwera Health Post', role: 'clinician' }], expires: NOW + 6 * 86_400_000, expired: false, hub: 'https://hub.example' });
	}
	async answerInvitation(): Promise<Outcome<{ readonly code: string }>> { this.#setLock({ kind: 'awaiting-admission', invitation: id(70), label: 'Nurse Amina', code: 'K7QP-3MZW' }); return ok({ code: 'K7QP-3MZW' }); }
	async takeOver(): Promise<Outcome<LocalUser>> { this.#setLock({ kind: 'locked', users: [user], waitingToSend: 0, awaiting: [] }); return ok(user); }
	async unlock(request: { readonly member: Id; readonly passphrase: string }): Promise<Outcome<LocalUser>> {
		if (request.passphrase.length < 4) return err(problem('wrong-passphrase', 'That is not the passphrase of this person on this device.'));
		this.#setLock({ kind: 'unlocked', user });
		return ok(user);
	}
	async lock(): Promise<void> { this.#setLock({ kind: 'locked', users: [user, { ...user, member: id(11), label: 'Dr. Okello', color: 1 }], waitingToSend: 12, awaiting: [] }); }
	async organization(): Promise<Outcome<OrganizationInfo>> {
		return ok({ org: hash(1), name: 'Rwenzori Health', root: REGION, sites: [
			{ site: REGION, parent: null, kind: 'region', name: 'Kasese District', posted: false, role: 'owner' },
			{ site: A, parent: REGION, kind: 'clinic', name: 'Bwera Health Post', posted: true, role: 'clinician' },
			{ site: B, parent: REGION, kind: 'clinic', name: 'Katwe Clinic', posted: true, role: 'clinician' }],
		members: [{ member: user.member, name: user.label, grants: [{ site: A, role: 'clinician' }, { site: B, role: 'clinician' }], actors: [{ actor: hash(5), device: id(5), fingerprint: 'AB12 CD34' }], self: true }, { member: id(11), name: 'Dr. Okello', grants: [{ site: REGION, role: 'owner' }], actors: [{ actor: hash(6), device: id(6), fingerprint: 'EF56 7890' }], self: false }],
		waiting: 0, refused: 0, can: { addSite: true, invite: true, link: true } });
	}
	async addSite(): Promise<Outcome<Id>> { return ok(id(this.#next++)); }
	async invite(): ReturnType<DeviceApi['invite']> { return this.invitation(); }
	async pendingAnswers(): ReturnType<DeviceApi['pendingAnswers']> {
		return ok([{ invitation: id(70), answer: 'aa', name: 'Nurse Joy', grants: [{ site: B, siteName: 'Katwe Clinic', role: 'clinician' }], code: 'K7QP-3MZW', expired: false }]);
	}
	async admit(): Promise<Outcome<null>> { return ok(null); }
	async refuse(): Promise<Outcome<null>> { return ok(null); }
	async post(): Promise<Outcome<null>> { return ok(null); }
	async takeOn(): Promise<Outcome<null>> { return ok(null); }
	async register(site: Id): ReturnType<DeviceApi['register']> { return ok({ ref: { site, chart: id(60) }, siteName: siteNames.get(site) ?? '', entries: [], writable: true }); }

	#hit(chart: FakeChart): PatientHit {
		const patient = chart.entries[0]?.resource ?? { resourceType: 'Patient' };
		const f = readPatient(patient);
		return { ...chart.ref, siteName: siteNames.get(chart.ref.site) ?? '', name: shownName(patient), birthDate: f.birthDate || null, gender: f.gender || null, village: f.village || null, phone: f.phone || null, identifiers: f.identifier === '' ? [] : [f.identifier], deceased: false,
			linked: this.#linked && chart.ref.chart !== id(22) ? this.#charts.map((c) => c.ref).filter((r) => r.chart !== chart.ref.chart && r.chart !== id(22)) : [], unsent: chart.entries.some((e) => e.custody.state === 'this-device') };
	}
	async search(request: { readonly query: string }): Promise<Outcome<readonly PatientHit[]>> {
		const words = request.query.toLowerCase().split(/\s+/u);
		return ok(this.#charts.map((c) => this.#hit(c)).filter((h) => words.every((w) => `${h.name} ${h.phone ?? ''} ${h.identifiers.join(' ')}`.toLowerCase().includes(w))));
	}
	#pair(a: PatientHit, b: PatientHit): PairProposal {
		return { a, b, weight: 9.4, probability: 0.97, origin: 'matching', fields: [
			{ field: 'name', a: a.name, b: b.name, level: 'close', weight: 4.1 }, { field: 'birthDate', a: a.birthDate ?? '', b: b.birthDate ?? '', level: 'differs', weight: -2.2 },
			{ field: 'sex', a: 'female', b: 'female', level: 'agrees', weight: 1 }, { field: 'village', a: a.village ?? '', b: b.village ?? '', level: 'differs', weight: -1.1 },
			{ field: 'phone', a: a.phone ?? '', b: b.phone ?? '', level: 'agrees', weight: 7.6 }, { field: 'identifier', a: '', b: '', level: 'missing', weight: 0 }] };
	}
	async possibleDuplicates(): Promise<Outcome<readonly PairProposal[]>> {
		const [a, b] = this.#charts.map((c) => this.#hit(c));
		return ok(a === undefined || b === undefined ? [] : [this.#pair(a, b)]);
	}
	async registerPatient(request: { readonly site: Id; readonly patient: FhirResource }): Promise<Outcome<ChartRef>> {
		const ref: ChartRef = { site: request.site, chart: id(this.#next++) };
		this.#charts.push({ ref, entries: [this.#entry(ref, request.patient, { state: 'this-device' })] });
		return ok(ref);
	}
	async bringHere(request: { readonly found: ChartRef; readonly site: Id }): Promise<Outcome<ChartRef>> {
		const found = this.#charts.find((c) => c.ref.chart === request.found.chart)?.entries[0]?.resource ?? { resourceType: 'Patient' };
		return this.registerPatient({ site: request.site, patient: { ...found, id: undefined as never } });
	}

	#ehr(): EhrView {
		const sources = this.#charts.flatMap((c) => c.entries.map((e): Source => ({ site: c.ref.site, chart: c.ref.chart, type: e.type, id: e.id, actor: c.ref.site === A ? hash(5) : hash(6), hlc: hlc(e.changed.at), uncertainTime: false, state: e.state, resource: e.resource })));
		const allergy = sources.find((s) => s.type === 'AllergyIntolerance');
		const drug = sources.find((s) => s.type === 'MedicationRequest' && s.site === B);
		const discrepancies: Discrepancy[] = allergy === undefined || drug === undefined ? [] : [
			{ id: 'd1', kind: 'allergy-against-prescription', subject: '', severity: 'critical', facts: { substance: 'penicillin', drug: 'amoxicillin', via: 'penicillins' }, between: [allergy, drug], basis: ['WHO Model Formulary 2008'] },
			{ id: 'd2', kind: 'demographics-differ', subject: '', severity: 'warning', facts: { element: 'birthDate' }, between: sources.filter((s) => s.type === 'Patient'), basis: [] }];
		const items = sources.filter((s) => s.type !== 'Patient').map((s): EhrItem => ({ key: s.id, type: s.type, lead: s, sources: [s], discrepancies: discrepancies.filter((d) => d.between.includes(s)).map((d) => d.id) }));
		return { charts: this.#charts.map((c) => ({ ...c.ref, held: c.ref.site === A ? 'native' : 'relayed' })), demographics: [{ element: 'birthDate', values: sources.filter((s) => s.type === 'Patient').map((s) => ({ value: s.resource.birthDate, sources: [s] })) }], patients: sources.filter((s) => s.type === 'Patient'), items, discrepancies };
	}
	async openChart(ref: ChartRef): Promise<Outcome<ChartView>> {
		const chart = this.#charts.find((c) => c.ref.chart === ref.chart);
		if (chart === undefined) return err(problem('no-chart', 'This chart is not on this device.'));
		const [c0, c1] = this.#charts;
		const linked = this.#linked && ref.chart !== id(22);
		return ok({ ref: chart.ref, siteName: siteNames.get(chart.ref.site) ?? '', patient: chart.entries[0] ?? null, entries: chart.entries.slice(1),
			links: linked && c0 !== undefined && c1 !== undefined ? [{ charts: [c0.ref, c1.ref], state: 'in-force', by: 'Dr. Okello', at: hlc(NOW) }] : [],
			authors: { [hash(5)]: 'Nurse Amina', [hash(6)]: 'Dr. Okello' }, siteNames: Object.fromEntries(siteNames), ehr: linked ? this.#ehr() : null, alerts: [], clinicalKept: true, hidden: 0, writable: true });
	}
	async saveAll(requests: Parameters<DeviceApi['saveAll']>[0]): ReturnType<DeviceApi['saveAll']> {
		const receipts = [];
		for (const request of requests) {
			const saved = await this.save(request);
			if (!saved.ok) return saved;
			receipts.push(saved.value);
		}
		return ok(receipts);
	}
	async save(request: Parameters<DeviceApi['save']>[0]): ReturnType<DeviceApi['save']> {
		const chart = this.#charts.find((c) => c.ref.chart === request.ref.chart);
		if (chart === undefined) return err(problem('no-chart', 'This chart is not on this device.'));
		const made = this.#entry(chart.ref, request.resource, { state: 'this-device' });
		const at = chart.entries.findIndex((e) => e.id === made.id);
		if (at >= 0) chart.entries[at] = made;
		else chart.entries.push(made);
		this.#emit({ kind: 'charts', charts: [chart.ref] });
		return ok({ change: hash(this.#next++), id: made.id, heads: made.heads });
	}
	async alertsBefore(request: Parameters<DeviceApi['save']>[0]): ReturnType<DeviceApi['alertsBefore']> {
		return ok(request.resource.resourceType === 'MedicationRequest' && JSON.stringify(request.resource).includes('amox') ? this.#ehr().discrepancies.slice(0, 1) : []);
	}
	async proposals(): Promise<Outcome<readonly PairProposal[]>> { return this.possibleDuplicates(); }
	async link(request: { readonly a: ChartRef; readonly b: ChartRef }): ReturnType<DeviceApi['link']> { this.#linked = true; return ok({ charts: [request.a, request.b], state: 'in-force', by: user.label, at: hlc(NOW) }); }
	async unlink(request: { readonly a: ChartRef; readonly b: ChartRef }): ReturnType<DeviceApi['link']> { this.#linked = false; return ok({ charts: [request.a, request.b], state: 'undone', by: user.label, at: hlc(NOW) }); }
	async notSame(request: { readonly a: ChartRef; readonly b: ChartRef }): ReturnType<DeviceApi['link']> { return this.unlink(request); }
	async boxes(): ReturnType<DeviceApi['boxes']> { return ok([]); }
	async reachableHubs(): ReturnType<DeviceApi['reachableHubs']> { return ok([]); }
	async readBox(): ReturnType<DeviceApi['readBox']> {
		return ok({ key: 'B'.repeat(43), short: 'BBBB BBBB BBBB BBBB', origins: ['https://192.168.8.1:4000'], sites: [] });
	}
	async letBoxCarry(): ReturnType<DeviceApi['letBoxCarry']> { return ok(null); }
	async dismissBox(): ReturnType<DeviceApi['dismissBox']> { return ok(null); }
	async sharedIndexes(): ReturnType<DeviceApi['sharedIndexes']> { return ok([]); }
	async shareIndex(): ReturnType<DeviceApi['shareIndex']> { return ok(null); }
	async endSharedIndex(): ReturnType<DeviceApi['endSharedIndex']> { return ok(null); }
	async bundleTargets(): ReturnType<DeviceApi['bundleTargets']> {
		return ok([]);
	}
	async exportBundle({ write }: Parameters<DeviceApi['exportBundle']>[0]): ReturnType<DeviceApi['exportBundle']> {
		await write({ part: 1, name: 'records.saddlebag', bytes: new Uint8Array(2_000), last: true });
		return ok({ files: 1, documents: 240, leftOut: 0 });
	}
	async importBundle(): ReturnType<DeviceApi['importBundle']> {
		return ok({ organization: null, envelopes: 9, statements: 1, already: 3, elsewhere: 0, damaged: 0, refused: [], whole: true, more: false });
	}
	async importBundles(request: Parameters<DeviceApi['importBundles']>[0]): ReturnType<DeviceApi['importBundles']> {
		request.progress?.({ file: request.files[0]?.name ?? '', done: 40, total: 100 });
		return ok({ charts: this.#charts.map((c) => c.ref), recorded: { Patient: 1, Condition: 12, Observation: 220 }, already: 3, notRecorded: { Claim: 44, ExplanationOfBenefit: 44 }, leftOut: { 'Patient.maritalStatus': 1 } });
	}
	async cancel(): Promise<void> {}
	async stateHashes(): ReturnType<DeviceApi['stateHashes']> { return ok([{ site: A, comp: 'desk', hash: hash(99), changes: 12 }]); }
}
