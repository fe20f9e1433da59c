/**
 * Boxes and files of a world: what becomes of a file at a device, a hub or a box, and whether what a box was given is where it was to go.
 */
import { isId } from '../sync/change/ids.ts';
import { databasesFor } from '../sync/membership/databases.ts';
import type { BundleImport } from '../sync/device/bundle-api.ts';
import { documentsOf } from '../sync/store/index.ts';
import { writeBundle } from '../sync/verify/bundle.ts';
import { entriesOf, takeBundle, type OpenData } from '../server/bundles.ts';
import { fromShelf } from './actors/carrying.ts';
import { carriedFile, notTakenIn, type CarriedFile } from './oracle/files.ts';
import type { Act } from './plan.ts';
import { ORIGIN, PREFIX, type SimulatedHub } from './world/hub.ts';
import { SimulatedStorage } from './world/hub-storage.ts';
import type { Machine } from './world/machine.ts';
import type { World } from './world/world.ts';

export type HubAct = Extract<Act, { kind: 'hub-writes' | 'hub-reads' }>;

const BYTES_MAX = 40_000;

export class Carried {
	readonly #world: World;

	constructor(world: World) {
		this.#world = world;
	}

	/** A device took a file in: what was whole in it is on its disk, but for what it says that it does not keep. */
	took({ disk, number }: Machine, { documents }: CarriedFile, { envelopes, already, elsewhere }: BundleImport): void {
		const here = new Set(envelopesOn({ disk }).map(({ id }) => id));
		for (const { kind, detail } of notTakenIn(documents, here, elsewhere)) this.#world.fail(kind, `device ${String(number)}: ${detail}`);
		if (envelopes + already + elsewhere < documents.length) {
			this.#world.fail('hidden', `device ${String(number)}: ${String(documents.length)} documents are whole in a file, and it speaks of ${String(envelopes + already + elsewhere)}`);
		}
	}

	/**
	 * A device wrote a file of what another device lacks: all that is here, of databases that the other keeps, and not there, must be in it. Of one that was put back nothing can be
	 * said: it may have stated before that it held more.
	 */
	wrote({ disk, number }: Machine, device: string, listed: ReadonlySet<string>): void {
		const other = this.#world.machines.find(({ person }) => person.self.keys.device === device);
		const state = this.#world.hub.organization.state;
		if (other === undefined || other.restored > 0 || state === null) return;
		const kept = new Set(databasesFor(state, other.person.self.keys.device).replicates.map((name) => `${PREFIX}-${name}`));
		const there = new Set(envelopesOn(other).map(({ id }) => id));
		const short = envelopesOn({ disk }).filter(({ db, id }) => kept.has(db) && !there.has(id) && !listed.has(id));
		if (short.length > 0) this.#world.fail('hidden', `device ${String(number)} writes a file for device ${String(other.number)} without ${String(short.length)} envelopes that are lacked there, as ${short[0]?.id.slice(0, 8) ?? ''}`);
	}

	/** Whoever runs the hub, or a box, writes a file or takes one in. */
	async act(act: HubAct): Promise<string> {
		const hub = act.box === null ? this.#world.hub : this.#world.boxes[act.box % Math.max(1, this.#world.boxes.length)]?.hub;
		if (hub?.up !== true || hub.organization.org === null) return 'nothing';
		const { files } = this.#world;
		const data: OpenData = { prefix: PREFIX, storage: new SimulatedStorage({ hub, process: null }), organization: hub.organization };
		if (act.kind === 'hub-writes') {
			const pieces = new Map<number, number[]>();
			const header = { org: hub.organization.org, hub: { key: hub.key, origin: ORIGIN, prefix: PREFIX } };
			for await (const { part, bytes } of writeBundle(header, entriesOf(data, null), BYTES_MAX)) pieces.set(part, [...(pieces.get(part) ?? []), ...bytes]);
			for (const bytes of pieces.values()) files.push(carriedFile(new Uint8Array(bytes)));
			return 'done';
		}
		const file = fromShelf(files, act.file, act.damage);
		if (file === null) return 'nothing';
		const chunks = async function* (): AsyncGenerator<Uint8Array> {
			for (let at = 0; at < file.bytes.length; at += 1000) yield await Promise.resolve(file.bytes.subarray(at, at + 1000));
		};
		for (const pass of ['statements', 'envelopes'] as const) {
			const taken = await takeBundle(data, chunks(), pass);
			if (!taken.ok && file.documents.length > 0) this.#world.fail('hidden', `${nameOf(act)} does not take in a file with ${String(file.documents.length)} sound documents: ${taken.error.message}`);
		}
		if (hub.up) this.#tookAtHub(hub, file, nameOf(act));
		return 'done';
	}

	#tookAtHub(hub: SimulatedHub, { documents }: CarriedFile, name: string): void {
		const known = documents.filter(({ db }) => {
			const site = db.slice(0, 32);
			return isId(site) && hub.organization.state?.sites.has(site) === true;
		});
		const here = new Set(known.filter(({ db, id }) => hub.database(`${PREFIX}-${db}`).docs.has(id)).map(({ id }) => id));
		for (const { kind, detail } of notTakenIn(known, here, 0)) this.#world.fail(kind, `${name}: ${detail}`);
	}

	/** A document that is at a box and not above, or above and not at a box that carries its site; null when there is none. */
	behind(): string | null {
		const { boxes, hub } = this.#world;
		for (const box of boxes) {
			if (!box.hub.up) return `box ${String(box.number)} does not run`;
			for (const [name, { docs }] of box.hub.databases) {
				const above = hub.database(name).docs;
				const carried = box.serves(name);
				for (const [id, { v }] of docs) if (!above.has(id) && ((carried && v !== 'a1' && v !== 'p1') || v === 'd1' || v === 'l1' || v === 'i1')) return `${id.slice(0, 8)} of ${name} is at box ${String(box.number)} and not above`;
				if (!carried) continue;
				// answers to invitations that were used since are taken by no hub that reads the log first
				for (const [id, { v }] of above) if (!docs.has(id) && v !== 'a1' && v !== 'p1') return `${id.slice(0, 8)} of ${name} is at the hub and not at box ${String(box.number)}`;
			}
		}
		return null;
	}
}

const envelopesOn = ({ disk }: Pick<Machine, 'disk'>): readonly { readonly db: string; readonly id: string }[] => [
	...[...disk.own.values()].map(({ db, envelope }) => ({ db, id: envelope })),
	...[...disk.pages.values()].flatMap((row) => (row.n > 0 ? documentsOf(row).map(({ _id }) => ({ db: row.db, id: _id })) : []))
];

const nameOf = ({ box }: HubAct): string => (box === null ? 'the hub' : `box ${String(box)}`);
