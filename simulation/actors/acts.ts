/**
 * What a user does, through the same interface as the screens. An act chooses among what its device shows at that moment; where there is
 * nothing to act on, it does nothing.
 */
import type { ChartRef, ChartView, DeviceApi, Entry, Outcome, PatientHit } from '../../sync/device/api.ts';
import type { Id } from '../../sync/change/change.ts';
import type { FhirResource } from '../../sync/fhir/resource.ts';
import type { Act } from '../plan.ts';
import { CANARY, nameOfSite, PASSPHRASE } from '../world/organization.ts';
import { performCarrying, type Shelf } from './carrying.ts';
import { performPeople, type Around } from './people.ts';
import { performRemoval } from './removing.ts';
import { edited, FORMS, patient } from './forms.ts';

export interface ActOptions {
	readonly device: DeviceApi;
	readonly act: Act;
	readonly sites: readonly Id[];
	readonly members: readonly Id[];
	/** of the user who acts */
	readonly self: Id;
	readonly around: Around;
	/** what another device has not sent, as a file */
	readonly file: (device: number) => Promise<Uint8Array | null>;
	readonly shelf: Shelf;
	/** waits, virtual ms */
	readonly think: (ms: number) => Promise<void>;
}

/** What became of an act, in a word: `done`, `nothing` to act on, or the code with which it was refused. */
export type ActOutcome = string;

const CHARTS_MAX = 200;
const reason = `Because of ${CANARY}`;

export async function perform(options: ActOptions): Promise<ActOutcome> {
	const { device, act, sites } = options;
	switch (act.kind) {
		case 'register':
			return said(await device.registerPatient({ site: await ownSite(options, act.site), patient: patient(act.person, act.site + act.person) }));
		case 'record':
			return record(options, act);
		case 'edit':
		case 'resolve':
		case 'retract':
		case 'restore':
		case 'move':
		case 'finish':
		case 'relabel':
			return onEntry(options, act);
		case 'link':
		case 'unlink':
		case 'not-same':
			return onPair(options, act);
		case 'decide':
			return decide(options, act);
		case 'take-on':
			return said(await device.takeOn(at(sites, act.site)));
		case 'post':
			return said(await device.post({ member: at(options.members, act.member), site: at(sites, act.site), role: act.role }));
		case 'add-site':
			return said(await device.addSite({ name: nameOfSite(100 + act.site), kind: 'outreach', parent: at(sites, act.site) }));
		case 'demote':
		case 'rotate':
		case 'make-kit':
		case 'recover':
		case 'join':
			return performPeople(options, act);
		case 'revoke':
		case 'withdraw':
		case 'adopt':
		case 'carry':
			return performRemoval(options, act);
		case 'write-file':
		case 'read-file':
			return performCarrying(options, act);
		case 'lock':
			await device.lock();
			return said(await device.unlock({ member: options.self, passphrase: PASSPHRASE }));
		default:
			return 'nothing';
	}
}

export const said = (outcome: Outcome<unknown>): ActOutcome => {
	if (outcome.ok) return 'done';
	return outcome.error.code === 'failed' ? `failed: ${outcome.error.message}` : outcome.error.code;
};
export const at = <T>(list: readonly T[], number: number): T => {
	const item = list[number % list.length];
	if (item === undefined) throw new RangeError('an empty list');
	return item;
};

/** A site where the user is posted, if any: people know where they work. */
async function ownSite({ device, sites }: ActOptions, number: number): Promise<Id> {
	const organization = await device.organization();
	const posted = organization.ok ? organization.value.sites.filter((site) => site.posted || site.role === 'owner').map(({ site }) => site) : [];
	return at(posted.length > 0 ? posted : sites, number);
}

/** Charts of this device in an order that does not change as they are written to: those of the second site, where most people are, first. */
async function chartsOf({ device, sites }: ActOptions): Promise<readonly PatientHit[]> {
	const found = await device.search({ query: '', site: null, limit: CHARTS_MAX });
	const rank = ({ site }: PatientHit): number => (sites.indexOf(site) + sites.length - 1) % sites.length;
	return found.ok ? [...found.value].sort((a, b) => rank(a) - rank(b) || (a.chart < b.chart ? -1 : 1)) : [];
}

async function chartAt(options: ActOptions, number: number): Promise<ChartRef | null> {
	const charts = await chartsOf(options);
	const hit = charts[number % Math.max(1, charts.length)];
	return hit === undefined ? null : { site: hit.site, chart: hit.chart };
}

async function record(options: ActOptions, act: Extract<Act, { kind: 'record' }>): Promise<ActOutcome> {
	const ref = await chartAt(options, act.chart);
	if (ref === null) return 'nothing';
	const form = at(FORMS, act.form);
	return said(await options.device.save({ ref, comp: form.comp, resource: form.make(act.value), heads: [] }));
}

type EntryAct = Extract<Act, { kind: 'edit' | 'resolve' | 'retract' | 'restore' | 'move' | 'finish' | 'relabel' }>;

async function onEntry(options: ActOptions, act: EntryAct): Promise<ActOutcome> {
	const { device } = options;
	const ref = await chartAt(options, act.chart);
	if (ref === null) return 'nothing';
	const opened = await device.openChart(ref);
	if (!opened.ok) return said(opened);
	const entries = entriesOf(opened.value).filter((entry) => isMeant(act.kind, entry));
	const entry = entries[act.entry % Math.max(1, entries.length)];
	if (entry === undefined) return 'nothing';
	if (act.kind === 'edit') return edit(options, ref, entry, act);
	if (act.kind === 'resolve') return resolve(device, ref, entry, act.value);
	if (act.kind === 'retract') return said(await device.retract({ ref, id: entry.id, heads: entry.heads, reason }));
	if (act.kind === 'move') return move(options, ref, entry, act.other);
	if (act.kind === 'finish') return finish(options, ref, entry, act);
	if (act.kind === 'relabel') return said(await device.relabel({ ref, id: entry.id, heads: entry.heads, comp: entry.comp === 'restricted' ? 'clinical' : 'restricted', reason }));
	return restore(device, ref, entry, act.value);
}

/** Is an act of this kind about such an entry? */
function isMeant(kind: EntryAct['kind'], { conflicts, type, resource }: Entry): boolean {
	if (kind === 'resolve') return conflicts.length > 0;
	if (kind === 'finish') return type === 'Observation' && resource['status'] === 'preliminary';
	return kind === 'edit' || kind === 'restore' || type !== 'Patient';
}

const entriesOf = ({ patient, entries }: ChartView): readonly Entry[] => [...(patient === null ? [] : [patient]), ...entries];

async function edit({ device, think }: ActOptions, ref: ChartRef, entry: Entry, { value, think: ms }: Extract<Act, { kind: 'edit' }>): Promise<ActOutcome> {
	if (ms > 0) await think(ms);
	return said(await device.save({ ref, comp: entry.comp, resource: edited(entry.resource, value), heads: entry.heads, missing: entry.state.missing }));
}

async function finish({ device, think }: ActOptions, ref: ChartRef, entry: Entry, { value, think: ms }: Extract<Act, { kind: 'finish' }>): Promise<ActOutcome> {
	if (ms > 0) await think(ms);
	const resource: FhirResource = { ...entry.resource, status: 'final', valueQuantity: { value: 50 + value, unit: 'kg' } };
	return said(await device.save({ ref, comp: entry.comp, resource, heads: entry.heads, missing: entry.state.missing }));
}

/** A new value over all heads, for every group in conflict. */
async function resolve(device: DeviceApi, ref: ChartRef, entry: Entry, value: number): Promise<ActOutcome> {
	const groups = entry.conflicts.map(({ group }) => group);
	const chosen = entry.conflicts[0]?.values[value % Math.max(1, entry.conflicts[0].values.length)]?.value ?? null;
	const resource: FhirResource = { ...entry.resource, ...chosen };
	return said(await device.save({ ref, comp: entry.comp, resource, heads: entry.heads, missing: entry.state.missing, resolve: groups }));
}

async function restore(device: DeviceApi, ref: ChartRef, entry: Entry, value: number): Promise<ActOutcome> {
	const history = await device.history({ ref, id: entry.id, group: null });
	if (!history.ok) return said(history);
	const old = history.value.flatMap(({ group, entries }) => entries.filter(({ current, relayed }) => !current && !relayed).map((item) => ({ group, item })));
	const chosen = old[value % Math.max(1, old.length)];
	if (chosen === undefined) return 'nothing';
	const { group, item } = chosen;
	return said(await device.restore({ ref, id: entry.id, group, item: item.item, change: item.change, heads: entry.heads }));
}

async function move(options: ActOptions, from: ChartRef, entry: Entry, other: number): Promise<ActOutcome> {
	const to = await chartAt(options, other);
	if (to === null || to.chart === from.chart) return 'nothing';
	return said(await options.device.moveToPatient({ from, entries: [{ id: entry.id, heads: entry.heads }], to, reason }));
}

async function onPair(options: ActOptions, act: Extract<Act, { kind: 'link' | 'unlink' | 'not-same' }>): Promise<ActOutcome> {
	const { device } = options;
	const charts = await chartsOf(options);
	const first = charts[act.chart % Math.max(1, charts.length)];
	if (first === undefined) return 'nothing';
	// most links are between sites; some are not
	const others = charts.filter(({ site, chart }) => chart !== first.chart && (act.other % 5 === 0 || site !== first.site));
	const second = others[act.other % Math.max(1, others.length)];
	if (second === undefined) return 'nothing';
	const [a, b] = [first, second].map(({ site, chart }) => ({ site, chart })) as [ChartRef, ChartRef];
	if (act.kind === 'link') return said(await device.link({ a, b }));
	return said(await (act.kind === 'unlink' ? device.unlink({ a, b, reason }) : device.notSame({ a, b, reason })));
}

/** Takes an item of the review queue and decides it, one way or another. */
async function decide({ device }: ActOptions, act: Extract<Act, { kind: 'decide' }>): Promise<ActOutcome> {
	const queue = await device.reviews({ site: null, limit: 50 });
	if (!queue.ok) return said(queue);
	const line = queue.value.items[act.item % Math.max(1, queue.value.items.length)];
	if (line === undefined) return 'nothing';
	const opened = await device.openReview(line);
	if (!opened.ok) return said(opened);
	const item = opened.value;
	if (item === null) return 'nothing';
	if (item.kind === 'discrepancy') {
		return said(await device.answerDiscrepancy({ ref: item.ref, discrepancy: item.discrepancy.id, judgement: 'not-a-problem', note: reason, seen: item.discrepancy.between.map(({ site, chart, id, state }) => ({ site, chart, id, heads: state.heads })), answers: item.answers.map(({ by }) => by.change) }));
	}
	// a restricted entry, shown after giving a reason only
	if (item.choices.length === 0) return 'nothing';
	const choice = at(item.choices, act.choice);
	const keep = item.values[act.value % Math.max(1, item.values.length)];
	return said(await device.decide({
		ref: item.ref, id: item.id, group: item.group, item: item.item, heads: item.heads, choice, reason,
		...(choice === 'keep' && keep !== undefined ? { keep: keep.change } : {}),
		...(choice === 'new-value' && keep !== undefined && keep.value !== null ? { value: keep.value } : {})
	}));
}
