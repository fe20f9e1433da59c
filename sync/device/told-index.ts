/**
 * What devices of sites tell of their patients, as far as it reached this one: the shared desk index, read.
 *
 * Parts come in the `desk` of each site that is told, and the site's own copy in its own. Each is opened once and kept in memory while unlocked; whether it
 * counts is asked of the membership log as it is now, so that a share that ends, or whose teller was removed, leaves every view at once.
 */
import { laterOf, parseIndexRecord, type IndexEntry, type IndexRecordText } from '../change/index-record.ts';
import type { Hash, Id } from '../change/change.ts';
import { deskOf } from '../membership/databases.ts';
import { mayTell } from '../membership/shares.ts';
import type { MembershipState } from '../membership/types.ts';
import { openIndex } from '../seal/desk-index.ts';
import type { SignedText } from '../seal/opened.ts';
import { PatientIndex, type SearchEntry } from '../store/patientIndex.ts';
import type { Store } from '../store/index.ts';
import type { IndexDocument } from '../verify/document.ts';
import { indexRecordId } from '../verify/ids.ts';
import { verifySignature } from '../verify/signature.ts';
import { INDEX_DOCUMENTS } from './beside-charts.ts';
import { placeName, type Session } from './session.ts';

/** Parts that this device made: `<record>` follows, and the site's own copy is the value. */
export const MADE = 'index-made|';

export interface Told {
	readonly id: Hash;
	readonly signed: SignedText;
	readonly record: IndexRecordText;
	/** the site in whose `desk` it lies */
	readonly reader: Id;
}
/** Patients of sites whose charts are not here, and for what they were put together. */
interface Found {
	readonly state: MembershipState;
	readonly version: number;
	readonly places: string;
	readonly index: PatientIndex;
	readonly entries: ReadonlyMap<string, SearchEntry>;
}
const nameOf = (site: Id, chart: Id): string => `${site}/${chart}`;

export class ToldIndex {
	readonly #store: Store;
	readonly #session: Session;
	readonly #told = new Map<string, Told>();
	/** names of what was looked at: rows of cursors, or `_id`s */
	readonly #seen = new Set<string>();
	/** documents under a key that has not come, or by somebody whom the log does not know yet, with the site in whose desk they lie */
	readonly #closed = new Map<string, { readonly document: IndexDocument; readonly reader: Id }>();
	/** how many keys and statements were known when closed ones were last tried */
	#learned = '';
	#version = 0;
	#found: Found | null = null;

	constructor(store: Store, session: Session) {
		this.#store = store;
		this.#session = session;
	}

	/** Takes in what came since. */
	async read(): Promise<void> {
		const { keyring, control } = this.#session;
		const known = `${String(keyring.size)} ${String(control.log.size)}`;
		if (this.#learned !== known) {
			this.#learned = known;
			for (const [id, { document, reader }] of this.#closed) this.#take(id, document, reader);
		}
		for (const { site, comp } of this.#session.places) {
			if (comp !== 'desk') continue;
			const prefix = `${INDEX_DOCUMENTS}${deskOf(site)}|`;
			for (const name of (await this.#store.cursors.list(prefix)).keys()) {
				if (this.#seen.has(name) || this.#session.closed) continue;
				for (const document of await this.#documents(name.slice(prefix.length))) this.#take(document._id, document, site);
				this.#seen.add(name);
			}
		}
		for (const [name, text] of await this.#store.cursors.list(MADE)) {
			if (this.#seen.has(name)) continue;
			const { site, document } = JSON.parse(text) as { readonly site: Id; readonly document: IndexDocument };
			if (!this.#session.holds(site, 'desk')) continue;
			this.#take(document._id, document, site);
			this.#seen.add(name);
		}
	}

	/** What counts now of what lies in the desk of this site. */
	counting(reader: Id): readonly Told[] {
		const { state } = this.#session;
		return state === null || !this.#session.holds(reader, 'desk') ? [] : [...this.#told.values()].filter((told) => told.reader === reader && mayTell(state, told.record, reader));
	}

	/** What was told by a site of its own patients under one share, by chart, as the site's own copies say. */
	toldOf(site: Id, share: Hash): ReadonlyMap<Id, IndexEntry> {
		const entries = new Map<Id, IndexEntry>();
		for (const { record } of this.counting(site)) {
			if (record.share !== share) continue;
			for (const entry of record.entries) {
				const known = entries.get(entry.chart);
				entries.set(entry.chart, known === undefined ? entry : laterOf(known, entry));
			}
		}
		return entries;
	}

	/** Patients of sites whose charts are not here. Hits, best first. */
	search(query: string, limit: number): readonly SearchEntry[] {
		return this.#known()?.index.search(query, null, limit) ?? [];
	}

	get(site: Id, chart: Id): SearchEntry | null {
		return this.#known()?.entries.get(nameOf(site, chart)) ?? null;
	}

	all(): readonly SearchEntry[] {
		return [...(this.#known()?.entries.values() ?? [])];
	}

	#known(): Found | null {
		const { state } = this.#session;
		if (state === null || this.#session.closed) return null;
		const places = this.#session.places.map(placeName).join(' ');
		if (this.#found?.state === state && this.#found.version === this.#version && this.#found.places === places) return this.#found;
		const latest = new Map<string, { readonly site: Id; readonly entry: IndexEntry }>();
		for (const reader of new Set([...this.#told.values()].map((told) => told.reader))) {
			for (const { record: { site, entries } } of this.counting(reader)) {
				// where the chart itself is here, it says more
				if (site === reader || this.#session.holds(site, 'desk')) continue;
				for (const entry of entries) {
					const key = nameOf(site, entry.chart);
					const known = latest.get(key)?.entry;
					latest.set(key, { site, entry: known === undefined ? entry : laterOf(known, entry) });
				}
			}
		}
		const entries = new Map([...latest].flatMap(([key, { site, entry }]) => (entry.name === null ? [] : [[key, searchable(site, entry.chart, entry.name, entry)] as const])));
		const found = new PatientIndex();
		found.put([...entries.values()]);
		this.#found = { state, version: this.#version, places, index: found, entries };
		return this.#found;
	}

	/** `place`: number of a page, or key of what was carried here. */
	async #documents(place: string): Promise<readonly IndexDocument[]> {
		const all = place.startsWith('x|')
			? (await this.#store.own.get([place])).map(({ document }) => document)
			: (await this.#store.pages.get([Number(place)])).flatMap(({ documents }) => documents);
		return all.flatMap((document) => (document.v === 'i1' ? [document] : []));
	}

	#take(id: string, document: IndexDocument, reader: Id): void {
		const { keyring, control, state } = this.#session;
		const signed = keyring.of(reader, 'desk').map((epoch) => openIndex(epoch, document)).find((opened) => opened !== null) ?? null;
		if (signed === null) {
			this.#closed.set(id, { document, reader });
			return;
		}
		const record = parseIndexRecord(signed.text);
		const key = record.ok ? state?.actors.get(record.value.actor)?.keys.sign : undefined;
		// of whom the log does not know yet: looked at again when it says more
		if (record.ok && key === undefined) this.#closed.set(id, { document, reader });
		else this.#closed.delete(id);
		if (!record.ok || key === undefined || record.value.org !== control.org) return;
		if (!verifySignature('saddlebag/desk-index-record/1', signed.text, signed.sig, key)) return;
		const name = indexRecordId(signed.text, signed.sig);
		this.#told.set(`${name} ${reader}`, { id: name, signed, record: record.value, reader });
		this.#version++;
	}
}

const searchable = (site: Id, chart: Id, name: string, { year, village }: IndexEntry): SearchEntry => ({
	site, chart, name, also: [], birthDate: year === null ? null : String(year).padStart(4, '0'), gender: null, village, phone: null, identifiers: [], deceased: false, changed: ''
});
