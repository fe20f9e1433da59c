/**
 * The promises that are checked while a world runs and after it has healed.
 *
 * What "lost" means. A change is acknowledged when the act that wrote it was; from then on it must be on the disk of its author's device. When
 * that disk is put back to an older state, changes acknowledged since are excused there until the exchange with the hub is over. When a disk or the
 * hub is put back and a change is then on no disk and at no hub, it was destroyed (D1: "anything but the loss of every device and hub that
 * holds it") and is not looked for any more. Nothing else excuses: what a hub loses by being put back or by lying, its devices must refill.
 */
import { keyDocuments, openDeliveries } from '../sync/membership/authoring/deliveries.ts';
import { MembershipLog } from '../sync/membership/log.ts';
import { openLocalKey, openTextRow } from '../sync/seal/local.ts';
import { documentsOf, type ControlDocument } from '../sync/store/index.ts';
import { compareStates, diverged, Judge, within, type Arrived, type Judged, type SaidOfPlace } from './oracle/expect.ts';
import { chartsToOpen, compareChart } from './oracle/charts.ts';
import { mayWrite, type Law } from './oracle/law.ts';
import type { FailureKind } from './report.ts';
import { GivenPlaces } from './oracle/given.ts';
import { forkedChains } from './oracle/lost.ts';
import { canonical } from './oracle/canonical.ts';
import type { Sealed, WorldKey } from './oracle/open.ts';
import { activeMachines, allKeys, controlAtHub, controlOn, laneOf, letInByRemoved, mayStillWrite, organizationBy, sealedForShutOut, settledDocuments, survivorsOfFights, usesOfKits, type Organization } from './removed.ts';
import type { Machine } from './world/machine.ts';
import { CANARY } from './world/organization.ts';
import type { World } from './world/world.ts';

interface Acknowledged {
	readonly machine: Machine;
	/** the place in its chain: key of the own row */
	readonly key: string;
	/** destroyed with the only disk that held it */
	destroyed: boolean;
	/** the disk was put back since */
	excused: boolean;
}

export interface DeviceSaid { readonly machine: Machine; readonly places: readonly SaidOfPlace[]; readonly problem: string | null }

export class Checks {
	readonly #world: World;
	/** by id of the change */
	readonly acknowledged = new Map<string, Acknowledged>();
	readonly #given = new GivenPlaces();
	/** own rows looked at already, per machine */
	readonly #seen = new Map<Machine, Set<string>>();

	#served: { readonly moved: string; readonly machines: readonly Machine[] } | null = null;

	/** machines whose users joined in the run -> the machine of who admitted them */
	readonly #joined = new Map<Machine, Machine>();

	constructor(world: World) {
		this.#world = world;
		for (const machine of world.machines) machine.disk.onOwn = (keys) => this.#noteGiven(machine, keys);
	}

	/** An act of a user of this machine was acknowledged: what is durable there is from now on not to be lost. */
	noteAcknowledged(machine: Machine): void {
		const seen = this.#seen.get(machine) ?? new Set<string>();
		this.#seen.set(machine, seen);
		for (const key of machine.disk.own.keys({ from: 'c|', to: 'c|\uffff' })) {
			if (seen.has(key)) continue;
			seen.add(key);
			const row = machine.disk.own.get(key);
			if (row !== undefined) this.acknowledged.set(row.change, { machine, key, destroyed: false, excused: false });
		}
	}

	#noteGiven(machine: Machine, keys: readonly string[]): void {
		const applied = (): ReadonlySet<string> | null => (machine.restored === 0 ? null : new Set([...appliedOn(machine).values()].flatMap((changes) => [...changes])));
		for (const key of keys) {
			const row = key.startsWith('c|') ? machine.disk.own.get(key) : undefined;
			if (row !== undefined) this.#given.note(machine.number, key, row.change, applied);
		}
	}

	/** To be called when a machine's disk, or the hub (null), was put back: what is on no disk and at no hub any more is gone for good. */
	noteRestored(machine: Machine | null): void {
		const judge = this.#judge();
		const held = new Set(allOf(judge.judge(atHub(this.#world)).places));
		for (const other of this.#world.machines) for (const change of allOf(judge.judge(arrivedOn(other)).places)) held.add(change);
		if (machine !== null) this.#seen.set(machine, new Set(machine.disk.own.keys({ from: 'c|', to: 'c|\uffff' })));
		for (const [change, noted] of this.acknowledged) {
			if (!held.has(change)) noted.destroyed = true;
			if (noted.machine === machine && machine.disk.own.get(noted.key)?.change !== change) noted.excused = true;
		}
	}

	/** No acknowledged change missing from its author's device. Cheap: at every step. */
	authorsKeep(machine: Machine): void {
		for (const [change, noted] of this.acknowledged) {
			if (noted.machine !== machine || noted.excused) continue;
			if (machine.disk.own.get(noted.key)?.change !== change) this.#world.fail('lost', `${change.slice(0, 8)} was acknowledged on device ${machine.number} and is not there any more`);
		}
	}

	/** What a device applies and what its disk calls for: nothing forbidden at any moment. */
	nothingForbidden(machine: Machine): void {
		const applied = appliedOn(machine);
		const judged = this.#judge().judge(arrivedOn(machine));
		const allowed = new Set(allOf(judged.places));
		for (const [place, changes] of applied) {
			for (const change of changes) if (!allowed.has(change)) this.#world.fail('forbidden', `device ${machine.number} applies ${change.slice(0, 8)} in ${place.slice(0, 6)}, which is not allowed`);
		}
	}

	/** Have all devices that hold a place come to hold the same? Null when so, else what is missing. */
	apart(said: readonly DeviceSaid[]): string | null {
		const byPlace = new Map<string, SaidOfPlace & { readonly device: number }>();
		for (const { machine, places } of said) {
			for (const place of places) {
				const name = `${place.comp} of ${place.site.slice(0, 6)}`;
				const other = byPlace.get(name);
				if (other === undefined) byPlace.set(name, { ...place, device: machine.number });
				else if (other.hash !== place.hash) return `${name}: device ${other.device} counts ${other.changes} changes, device ${machine.number} ${place.changes}`;
			}
		}
		return null;
	}

	/** What a device still keeps to itself; null when nothing. */
	unsent(): string | null {
		for (const machine of this.served()) {
			const { disk, number } = machine;
			for (const row of disk.own.values()) if (row.hub === '' && !this.#lostTheRight(machine, row.key) && !this.#inVain(machine, row)) return `device ${number} has not sent ${row.key.slice(0, 12)} of ${row.db}${row.refused === '' ? '' : `, refused: ${row.refused}`}`;
		}
		return null;
	}

	/** A device that has not heard of all that was said of the organization; null when there is none. */
	unheard(said: readonly DeviceSaid[]): string | null {
		const { organization } = this.settled;
		if (organization === null) return null;
		const all = organization.documents.filter(({ v }) => v === 's1').length;
		for (const { machine } of said) {
			const known = controlOn(machine).filter(({ v }) => v === 's1').length;
			if (known !== all) return `device ${machine.number}: knows ${String(known)} of ${String(all)} statements`;
		}
		return null;
	}

	/** Somebody was told that they were admitted on this device. */
	noteJoined(device: number, by: Machine): void {
		const machine = this.#world.machineOf(device);
		if (machine !== null) this.#joined.set(machine, by);
	}

	/** Machines that the hub still serves: all but those of people who were removed. */
	served(): readonly Machine[] {
		if (this.#world.plan.removals !== true) return this.#world.machines;
		const moved = this.#controlMoved();
		if (this.#served?.moved !== moved) this.#served = { moved, machines: activeMachines(this.#world, controlAtHub(this.#world)) };
		return this.#served.machines;
	}

	/** Its device rightly says that something stays with it: of a post that was lost, or carried here for a database that its user may not write to. */
	stranded(machine: Machine): boolean {
		return [...machine.disk.own.values()].some((row) => row.hub === '' && (this.#inVain(machine, row) || this.#lostTheRight(machine, row.key)));
	}

	/** Lost a post: what they wrote for it and had not sent stays with them. */
	#lostSomething({ person }: Machine): boolean {
		return this.settled.organization?.removals.touched(person.self.actor) === true;
	}

	/** Carried here in a file, and not to be handed in by somebody of this role: it stays until it is carried on. */
	#inVain({ person }: Machine, { key, db }: { readonly key: string; readonly db: string }): boolean {
		const [, site = '', kind = ''] = /([0-9a-f]{32})-(desk|care)$/.exec(db) ?? [];
		return (this.#world.plan.removals === true || this.#world.plan.boxes !== undefined) && key.startsWith('x|') && !mayWrite(this.settled.law, person.self.actor, site, kind === 'desk' ? 'desk' : 'clinical');
	}

	/** What a post was taken for stays where it was written: nobody takes it from there any more, but in a file. */
	#lostTheRight(machine: Machine, key: string): boolean {
		const [kind, , site = '', comp = ''] = key.split('|');
		const { organization } = this.settled;
		return kind === 'c' && organization !== null && this.#lostSomething(machine) && !mayStillWrite(organization, machine.person.self.actor, site, comp);
	}

	/** After healing: what the removed may not do any more, and what must not be done to them. */
	async removed(said: readonly DeviceSaid[]): Promise<void> {
		const { judge, organization } = this.settled;
		if (organization === null) return;
		const fail = (device: string, { kind, detail }: { readonly kind: FailureKind; readonly detail: string }): void => this.#world.fail(kind, `${device}${detail}`);
		for (const [{ number, person }, by] of this.#joined) {
			// an admission by somebody who lost something may be void, or known to their own device alone
			if (organization.removals.touched(by.person.self.actor)) continue;
			if (![...organization.state.actors.keys()].some((actor) => actor === person.self.actor)) fail(`device ${number}: `, { kind: 'lost', detail: 'its user was admitted, and is nobody' });
		}
		if (!organization.removals.any) return;
		for (const { machine, places } of said) {
			const device = machine.tabs[0]?.device;
			const judged = within(judge.judge(arrivedOn(machine)), places);
			if (device !== null && device !== undefined) for (const finding of await laneOf(device, judged)) fail(`device ${machine.number}: `, finding);
		}
		this.#nothingOfThemVanished(said);
		const opened = judge.opened([...said.flatMap(({ machine }) => [...arrivedOn(machine)]), ...atHub(this.#world)]);
		for (const finding of [...sealedForShutOut(this.#world.founded.people.map(({ self }) => self), organization, opened), ...usesOfKits(organization), ...survivorsOfFights(this.#world, organization), ...letInByRemoved(organization)]) fail('', finding);
	}

	/** Of what somebody wrote who lost something, all that the hub has is with every device that holds the place: in its charts, or in the late lane. */
	#nothingOfThemVanished(said: readonly DeviceSaid[]): void {
		const { judge, organization } = this.settled;
		const idsIn = ({ places, late }: Judged, name: string): ReadonlySet<string> =>
			new Set([...(places.get(name) ?? []), ...late.filter(({ heldAt, change }) => `${heldAt}/${change.comp}` === name)].map(({ id }) => id));
		const hub = judge.judge(atHub(this.#world));
		const devices = said.map(({ machine, places }) => ({ machine, names: places.map(({ site, comp }) => `${site}/${comp}`), judged: judge.judge(arrivedOn(machine)) }));
		const theirs = [...this.acknowledged].filter(([, { destroyed, machine }]) => !destroyed && organization?.removals.touched(machine.person.self.actor) === true);
		for (const [change, { key, machine: author }] of theirs) {
			const [, , site = '', comp = ''] = key.split('|');
			const name = `${site}/${comp}`;
			if (!idsIn(hub, name).has(change)) continue;
			for (const { machine, names, judged } of devices) {
				if (names.includes(name) && !idsIn(judged, name).has(change)) this.#world.fail('lost', `${change.slice(0, 8)} (${comp} of ${site.slice(0, 6)}) of device ${author.number}, whose user lost something, is at the hub, and neither in the charts of device ${machine.number} nor late there`);
			}
		}
	}

	/** After healing: the same everywhere, everything there, nothing else, and what the naive oracle makes of it. */
	healed(said: readonly DeviceSaid[]): void {
		const world = this.#world;
		const { judge } = this.settled;
		for (const { machine, places, problem } of said) {
			const judged = judge.judge(arrivedOn(machine));
			for (const finding of compareStates(judged, places)) world.fail(finding.kind, `device ${machine.number}: ${finding.detail}`);
			if (problem !== null && !this.stranded(machine)) world.fail('liveness', `device ${machine.number} still says: ${problem}`);
		}
		const held = said.flatMap(({ machine, places }) => {
			const applied = appliedOn(machine);
			return places.map((place) => ({ device: `device ${machine.number}`, place, held: [...(applied.get(`${place.site}/${place.comp}`) ?? [])] }));
		});
		for (const finding of diverged(held)) world.fail(finding.kind, finding.detail);
		this.#everythingThere(held, judge);
	}

	/** Every acknowledged change is applied on every device that holds its place, its author's among them. */
	#everythingThere(held: readonly { readonly device: string; readonly place: SaidOfPlace; readonly held: readonly string[] }[], judge: Judge): void {
		const byPlace = new Map<string, { readonly device: string; readonly held: ReadonlySet<string> }[]>();
		for (const { device, place, held: changes } of held) {
			const name = `${place.site}/${place.comp}`;
			byPlace.set(name, [...(byPlace.get(name) ?? []), { device, held: new Set(changes) }]);
		}
		const late = new Set(this.#world.machines.flatMap((machine) => judge.judge(arrivedOn(machine)).late.map(({ id }) => `device ${machine.number} ${id}`)));
		for (const [change, { key, destroyed, machine }] of this.acknowledged) {
			// how far the work of somebody who lost something counts is for the comparison of states
			if (destroyed || this.settled.organization?.removals.touched(machine.person.self.actor) === true) continue;
			const [, , site = '', comp = ''] = key.split('|');
			for (const { device, held: changes } of byPlace.get(`${site}/${comp}`) ?? []) {
				// late without having lost anything: the right it was written by rested on somebody who fell
				if (!changes.has(change) && !late.has(`${device} ${change}`)) this.#world.fail('lost', `${change.slice(0, 8)} (${comp} of ${site.slice(0, 6)}) was acknowledged on device ${machine.number} and is not on ${device}`);
			}
		}
		const all = this.#world.machines.flatMap((machine) => [...judge.judge(arrivedOn(machine)).places.values()].flat());
		const honest = new Set<string>(this.#world.machines.map(({ person }) => person.self.actor));
		for (const finding of forkedChains(all, (actor, fork) => !honest.has(actor) || this.#given.couldNotKnow(fork.map(({ id }) => id)))) this.#world.fail(finding.kind, finding.detail);
	}

	/** Open charts against the naive fold and links; and the shared record, on devices that hold the same. */
	async views(said: readonly DeviceSaid[]): Promise<void> {
		const { judge, law } = this.settled;
		const byHoldings = new Map<string, string>();
		for (const { machine, places } of said) {
			const device = machine.tabs[0]?.device;
			if (device === null || device === undefined) continue;
			// the disk also holds what only others' keys open
			const judged = within(judge.judge(arrivedOn(machine)), places);
			const holdings = places.map(({ site, comp, hash }) => `${site}/${comp}/${hash}`).join(' ');
			for (const { site, chart, opens } of chartsToOpen(law, judged)) {
				const closed = await device.openChart({ site, chart });
				const opened = closed.ok && closed.value.hidden > 0 ? await device.breakGlass({ ref: { site, chart }, reason: `To compare ${CANARY}` }) : closed;
				if (opened.ok && !opens) this.#world.fail('forbidden', `device ${machine.number} shows copies of chart ${chart.slice(0, 6)}, which no link joins to anything here`);
				if (!opened.ok && !opens) continue;
				if (!opened.ok) {
					this.#world.fail('total', `device ${machine.number} does not open chart ${chart.slice(0, 6)}: ${opened.error.message}`);
					continue;
				}
				for (const finding of compareChart(law, judged, opened.value)) this.#world.fail(finding.kind, `device ${machine.number}: ${finding.detail}`);
				const view = shown(opened.value.ehr);
				const name = `${holdings} ${chart}`;
				const other = byHoldings.get(name);
				byHoldings.set(name, view);
				if (other !== undefined && other !== view) this.#world.fail('diverged', `device ${machine.number} shows another shared record of chart ${chart.slice(0, 6)} than a device that holds the same: ${firstDifference(view, other)}`);
			}
		}
	}

	#judged: { readonly moved: string; readonly documents: number; readonly judge: Judge; readonly law: Law } | null = null;

	/** The oracle with the organization as it is now: statements made in the run are read from wherever they are. */
	#judge(): Judge {
		return this.oracle.judge;
	}

	#settled: { readonly moved: string; readonly judge: Judge; readonly law: Law; readonly organization: Organization | null } | null = null;

	/** How much of the log and of keys is where: another text when any of it moved. */
	#controlMoved(): string {
		const { machines, hub } = this.#world;
		return [hub.database('sb-control').docs.size, ...machines.map(({ disk, restored }) => `${disk.rows.keys({ from: 'control|', to: 'control|\uffff' }).length}/${restored}`)].join(' ');
	}

	/** The oracle when all who are served have heard of every removal. Where nobody is removed, the same as ever. */
	get settled(): { readonly judge: Judge; readonly law: Law; readonly organization: Organization | null } {
		if (this.#world.plan.removals !== true) return { ...this.oracle, organization: null };
		const moved = this.#controlMoved();
		if (this.#settled?.moved === moved) return this.#settled;
		const documents = settledDocuments(this.#world);
		const organization = organizationBy(this.#world.founded.org, documents);
		const { law, removals } = organization;
		this.#settled = { moved, judge: new Judge(law, allKeys(this.#world, organization), removals), law, organization };
		return this.#settled;
	}

	/** The oracle at any moment: of removals nobody need have heard, so that everything counts that was allowed when it was written. */
	get oracle(): { readonly judge: Judge; readonly law: Law } {
		const moved = this.#controlMoved();
		if (this.#judged?.moved === moved) return this.#judged;
		const documents = controlDocuments(this.#world);
		if (this.#judged?.documents === documents.length) {
			this.#judged = { ...this.#judged, moved };
			return this.#judged;
		}
		if (this.#world.plan.removals === true) {
			const organization = organizationBy(this.#world.founded.org, documents);
			this.#judged = { moved, documents: documents.length, judge: new Judge(organization.law, allKeys(this.#world, organization)), law: organization.law };
			return this.#judged;
		}
		const { founded } = this.#world;
		const log = new MembershipLog(founded.org);
		log.add(documents.filter((document) => document.v === 's1'));
		const { state } = log;
		const owner = founded.people[0];
		if (state === null || owner === undefined) throw new Error('a world without an organization');
		const law: Law = {
			org: founded.org,
			sites: new Map([...state.sites.values()].map(({ site, parent }) => [site, parent])),
			actors: new Map([...state.actors.values()].map(({ actor, keys, member }) => [actor, { sign: keys.sign, posts: state.members.get(member)?.grants ?? [] }]))
		};
		const keys = openDeliveries(log, owner.self, keyDocuments(documents)).keys.flatMap(({ site, comp, epoch, key }): WorldKey[] =>
			site === null || comp === 'roster' ? [] : [{ org: founded.org, site, comp, epoch, key }]);
		this.#judged = { moved, documents: documents.length, judge: new Judge(law, keys), law };
		return this.#judged;
	}
}

const allOf = (places: ReadonlyMap<string, readonly { readonly id: string }[]>): readonly string[] => [...places.values()].flat().map(({ id }) => id);

/** A shared record as it is seen: in which of several envelopes a copy came is part of no screen. */
const shown = (view: unknown): string => canonical(JSON.parse(JSON.stringify(view, (key, value: unknown) => (key === 'envelope' || key === 'heldAt' ? undefined : value))));

function firstDifference(a: string, b: string): string {
	let at = 0;
	while (at < a.length && a[at] === b[at]) at++;
	const around = (text: string): string => text.slice(Math.max(0, at - 120), at + 120);
	return `${around(a)} | ${around(b)}`;
}

function controlDocuments({ machines, hub }: World): readonly ControlDocument[] {
	const found = new Map<string, ControlDocument>();
	for (const { disk } of machines) {
		for (const key of disk.rows.keys({ from: 'control|', to: 'control|\uffff' })) {
			if (!found.has(key)) found.set(key, JSON.parse(disk.rows.get(key)?.body ?? '') as ControlDocument);
		}
	}
	for (const document of hub.database('sb-control').docs.values()) {
		const key = `control|${document._id}`;
		if (!found.has(key)) found.set(key, JSON.parse(JSON.stringify(document)) as ControlDocument);
	}
	return [...found.values()];
}

/** Every envelope on a disk, with the database it is of. */
export function* arrivedOn({ disk }: Machine): Generator<Arrived> {
	// what others wrote and somebody carried here in a file waits among the own
	for (const row of disk.own.values()) if (!row.key.startsWith('d|')) yield { db: row.db, document: JSON.parse(row.doc) as Sealed };
	for (const row of disk.pages.values()) {
		if (row.n > 0) for (const document of documentsOf(row)) yield { db: row.db, document: document as Sealed };
	}
}

export function* atHub({ hub, boxes }: World): Generator<Arrived> {
	for (const [db, { docs }] of [hub, ...boxes.map((box) => box.hub)].flatMap(({ databases }) => [...databases])) if (!db.endsWith('-control')) for (const document of docs.values()) yield { db, document: JSON.parse(JSON.stringify(document)) as Sealed };
}

/** What a device applies, by place: read from its sealed rows with its user's keys. */
export function appliedOn({ disk, person }: Machine): ReadonlyMap<string, ReadonlySet<string>> {
	const applied = new Map<string, Set<string>>();
	for (const name of disk.rows.keys({ from: 'identity|local|', to: 'identity|local|\uffff' })) {
		const [, , site = '', comp = ''] = name.split('|');
		const boxes = JSON.parse(disk.rows.get(name)?.body ?? '{}') as { readonly [actor: string]: string };
		const box = boxes[person.self.actor];
		const key = box === undefined ? null : openLocalKey(person.self.seal, box);
		if (key === null) continue;
		const here = new Set<string>();
		applied.set(`${site}/${comp}`, here);
		for (const row of disk.rows.keys({ from: `chart|${site}|${comp}|`, to: `chart|${site}|${comp}|\uffff` })) {
			const text = openTextRow(key, 'charts', row, disk.rows.get(row)?.body ?? '');
			if (text !== null) for (const [id] of JSON.parse(text) as [string][]) here.add(id);
		}
	}
	return applied;
}
