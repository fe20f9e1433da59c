/**
 * Search entries in memory, packed: a device above fifty clinics keeps half a million, and as many objects with their texts would be a gigabyte.
 *
 * Entries are numbered as they come. An entry is text in large byte arrays; its name, its site and how recent it is stand in columns beside it,
 * so that only what is shown is unpacked. An entry that was replaced or taken out is dead: its bytes stay until `compact`, which numbers the
 * living anew, in the same order. Plaintext, therefore never outside of the memory of an unlocked worker.
 */
import type { Id } from '../change/change.ts';
import { isId } from '../change/ids.ts';

/** What is kept of an entry beside its site and chart, as JSON. */
export interface Packing<E> {
	pack(entry: E): unknown;
	/** The inverse of `pack`, of the JSON that this process wrote itself. */
	unpack(site: Id, chart: Id, packed: unknown): E;
}

interface Named {
	readonly site: Id;
	readonly chart: Id;
	readonly changed: string;
}

export const NONE = 0xffffffff;
const CHUNK_BYTES = 1 << 20;
/** Characters of a reading of the hybrid clock that are compared; it has 17. */
const CLOCK = 20;
const ID_WORDS = 4;
const DEAD = 0xffff;
const SITES_MAX = DEAD;

export class PackedEntries<E extends Named> {
	readonly #packing: Packing<E>;
	#count = 0;
	#live = 0;
	#sites: Id[] = [];
	#siteNumbers = new Map<Id, number>();
	/** living entries of each site */
	#counts: number[] = [];
	/** site of each entry, or DEAD */
	#site = new Uint16Array(1024);
	#charts = new Uint32Array(1024 * ID_WORDS);
	#clocks = new Uint8Array(1024 * CLOCK);
	/** chunk, offset and length of the text of each entry */
	#places = new Uint32Array(1024 * 3);
	#chunks: Uint8Array[] = [];
	/** bytes written in the last chunk */
	#filled = CHUNK_BYTES;
	/** open addressing over site and chart: number of an entry plus one, or 0 */
	#slots = new Uint32Array(4096);
	readonly #encoder = new TextEncoder();
	readonly #decoder = new TextDecoder();

	constructor(packing: Packing<E>) {
		this.#packing = packing;
	}

	/** Numbers given so far, dead ones included. */
	get count(): number {
		return this.#count;
	}
	get live(): number {
		return this.#live;
	}

	/** Adds an entry, and takes out the one of the same chart. Answers both numbers. */
	add(entry: E): { readonly number: number; readonly replaced: number } {
		this.#grow();
		const number = this.#count++;
		const site = this.#siteNumber(entry.site);
		const replaced = this.find(entry.site, entry.chart);
		if (replaced !== NONE) this.#bury(replaced);
		this.#site[number] = site;
		this.#charts.set(wordsOf(entry.chart), number * ID_WORDS);
		const clock = number * CLOCK;
		for (let at = 0; at < CLOCK; at++) this.#clocks[clock + at] = at < entry.changed.length ? entry.changed.charCodeAt(at) : 0;
		this.#places.set(this.#write(this.#encoder.encode(JSON.stringify(this.#packing.pack(entry)))), number * 3);
		this.#counts[site] = (this.#counts[site] ?? 0) + 1;
		this.#live++;
		this.#slots[this.#slotOf(site, number * ID_WORDS, this.#charts)] = number + 1;
		return { number, replaced };
	}

	/** Number of the living entry of a chart, or NONE. */
	find(site: Id, chart: Id): number {
		const known = this.#siteNumbers.get(site);
		if (known === undefined) return NONE;
		const number = (this.#slots[this.#slotOf(known, 0, wordsOf(chart))] ?? 0) - 1;
		return number < 0 || this.isDead(number) ? NONE : number;
	}

	isDead(number: number): boolean {
		return this.#site[number] === DEAD;
	}

	/** The number under which `isAt` knows a site; -1 when it has no entry. */
	siteNumber(site: Id): number {
		return this.#siteNumbers.get(site) ?? -1;
	}

	isAt(number: number, site: number): boolean {
		return this.#site[number] === site;
	}

	countAt(site: Id): number {
		return this.#counts[this.siteNumber(site)] ?? 0;
	}

	chartOf(number: number): Id {
		const at = number * ID_WORDS;
		let text = '';
		for (let word = at; word < at + ID_WORDS; word++) text += (this.#charts[word] ?? 0).toString(16).padStart(8, '0');
		return text as Id;
	}

	/** The entry of this number, unpacked. */
	get(number: number): E {
		const [chunk = 0, offset = 0, length = 0] = this.#places.subarray(number * 3, number * 3 + 3);
		const text = this.#decoder.decode(this.#chunks[chunk]?.subarray(offset, offset + length));
		return this.#packing.unpack(this.#sites[this.#site[number] ?? 0] as Id, this.chartOf(number), JSON.parse(text));
	}

	/** Order of a list: the more recently changed first, then by chart. */
	newer(a: number, b: number): number {
		for (let at = 0; at < CLOCK; at++) {
			const difference = (this.#clocks[b * CLOCK + at] ?? 0) - (this.#clocks[a * CLOCK + at] ?? 0);
			if (difference !== 0) return difference;
		}
		for (let at = 0; at < ID_WORDS; at++) {
			const difference = (this.#charts[a * ID_WORDS + at] ?? 0) - (this.#charts[b * ID_WORDS + at] ?? 0);
			if (difference !== 0) return difference;
		}
		return 0;
	}

	dropSite(site: Id): void {
		const gone = this.siteNumber(site);
		for (let number = 0; number < this.#count; number++) if (this.#site[number] === gone) this.#bury(number);
	}

	/** Numbers the living anew, in the order they have. Answers the new number of each old one; NONE for a dead one. */
	compact(): Uint32Array {
		const numbers = new Uint32Array(this.#count).fill(NONE);
		const before = { chunks: this.#chunks, places: this.#places, count: this.#count };
		[this.#chunks, this.#filled, this.#places] = [[], CHUNK_BYTES, new Uint32Array(this.#places.length)];
		this.#count = 0;
		for (let old = 0; old < before.count; old++) {
			if (this.isDead(old)) continue;
			const number = this.#count++;
			const [chunk = 0, offset = 0, length = 0] = before.places.subarray(old * 3, old * 3 + 3);
			this.#places.set(this.#write((before.chunks[chunk] ?? new Uint8Array()).subarray(offset, offset + length)), number * 3);
			this.#site[number] = this.#site[old] ?? DEAD;
			this.#charts.copyWithin(number * ID_WORDS, old * ID_WORDS, (old + 1) * ID_WORDS);
			this.#clocks.copyWithin(number * CLOCK, old * CLOCK, (old + 1) * CLOCK);
			numbers[old] = number;
		}
		this.#index(this.#slots.length);
		return numbers;
	}

	#bury(number: number): void {
		const site = this.#site[number] ?? DEAD;
		if (site === DEAD) return;
		this.#counts[site] = (this.#counts[site] ?? 1) - 1;
		this.#site[number] = DEAD;
		this.#live--;
	}

	#siteNumber(site: Id): number {
		const known = this.#siteNumbers.get(site);
		if (known !== undefined) return known;
		if (this.#sites.length >= SITES_MAX) throw new RangeError(`an index holds ${SITES_MAX} sites`);
		this.#siteNumbers.set(site, this.#sites.length);
		return this.#sites.push(site) - 1;
	}

	/** Where the text came to lie: chunk, offset, length. */
	#write(text: Uint8Array): readonly [number, number, number] {
		let chunk = this.#chunks.at(-1);
		if (chunk === undefined || this.#filled + text.length > chunk.length) {
			chunk = new Uint8Array(Math.max(CHUNK_BYTES, text.length));
			this.#chunks.push(chunk);
			this.#filled = 0;
		}
		chunk.set(text, this.#filled);
		this.#filled += text.length;
		return [this.#chunks.length - 1, this.#filled - text.length, text.length];
	}

	#grow(): void {
		if (this.#count === this.#site.length) {
			const length = this.#site.length * 2;
			this.#site = grown(this.#site, new Uint16Array(length));
			this.#charts = grown(this.#charts, new Uint32Array(length * ID_WORDS));
			this.#clocks = grown(this.#clocks, new Uint8Array(length * CLOCK));
			this.#places = grown(this.#places, new Uint32Array(length * 3));
		}
		// slots of the dead are taken too, until they are compacted
		if (this.#count * 2 >= this.#slots.length) this.#index(this.#slots.length * 2);
	}

	/** Slots of the living alone. */
	#index(length: number): void {
		this.#slots = new Uint32Array(length);
		for (let number = 0; number < this.#count; number++) {
			const site = this.#site[number] ?? DEAD;
			if (site !== DEAD) this.#slots[this.#slotOf(site, number * ID_WORDS, this.#charts)] = number + 1;
		}
	}

	/** The slot of a chart: the one that names its entry, dead or alive, else the first free one. */
	#slotOf(site: number, at: number, charts: Uint32Array): number {
		const mask = this.#slots.length - 1;
		let slot = mixed(site, charts, at) & mask;
		for (let entry = this.#slots[slot] ?? 0; entry !== 0; entry = this.#slots[slot] ?? 0) {
			if (this.#isOf(entry - 1, site, charts, at)) return slot;
			slot = (slot + 1) & mask;
		}
		return slot;
	}

	/** A dead entry is of no chart: its site is not known any more, and its slot leads on to the next. */
	#isOf(number: number, site: number, charts: Uint32Array, at: number): boolean {
		if (this.#site[number] !== site) return false;
		for (let word = 0; word < ID_WORDS; word++) if (this.#charts[number * ID_WORDS + word] !== charts[at + word]) return false;
		return true;
	}
}

function grown<T extends Uint8Array | Uint16Array | Uint32Array>(from: T, into: T): T {
	into.set(from);
	return into;
}

/** An id as four words. */
function wordsOf(id: Id): Uint32Array {
	if (!isId(id)) throw new TypeError('an entry is named by an id');
	return Uint32Array.from([0, 8, 16, 24], (at) => Number.parseInt(id.slice(at, at + 8), 16));
}

function mixed(site: number, charts: Uint32Array, at: number): number {
	let hash = Math.imul(site + 1, 0x9e3779b1);
	for (let word = 0; word < ID_WORDS; word++) {
		hash = Math.imul(hash ^ (charts[at + word] ?? 0), 0x85ebca6b);
		hash ^= hash >>> 15;
	}
	return hash >>> 0;
}
