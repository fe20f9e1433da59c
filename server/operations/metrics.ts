/**
 * What a hub counts about itself, as Prometheus reads it: sessions, pushes, pulls, refused documents, how long each site has been silent, the disk.
 *
 * Counters and ids of sites only: nothing of a record, no device, no person, no address. They begin at zero with each start, as Prometheus expects.
 */
import { statfs } from 'node:fs/promises';
import type { Clock } from '../../sync/change/ports.ts';
import type { HubStorage } from '../storage/port.ts';
import { parseDatabaseName } from '../storage/names.ts';

/** What was asked for, as far as it is counted apart. */
export type Traffic = 'session' | 'push' | 'pull' | 'deposit' | 'wait' | 'other';
const TRAFFIC: readonly Traffic[] = ['session', 'push', 'pull', 'deposit', 'wait', 'other'];
/** upper bounds of the histogram of answers, in seconds */
const BOUNDS = [0.01, 0.05, 0.25, 1, 5, 30] as const;
type StatusClass = '2xx' | '4xx' | '429' | '5xx' | '507';

export interface Gauge { readonly name: string; readonly help: string; readonly labels?: Readonly<Record<string, string>>; readonly value: number }

export class Metrics {
	readonly #clock: Clock;
	readonly #dataFolder: string;
	readonly #prefix: string;
	readonly #begun: number;
	readonly #answers = new Map<string, number>();
	readonly #seconds = new Map<Traffic, { readonly buckets: number[]; sum: number; count: number }>();
	/** site -> ms since 1970 of its last news, as far as it came since the start */
	readonly #news = new Map<string, number>();
	readonly #gauges = new Set<() => readonly Gauge[]>();
	#stored = 0;
	#refused = 0;
	#running = 0;

	constructor(clock: Clock, dataFolder: string, prefix: string, storage: Pick<HubStorage, 'onWritten'>) {
		this.#clock = clock;
		this.#dataFolder = dataFolder;
		this.#prefix = prefix;
		this.#begun = clock.now();
		storage.onWritten((name) => {
			const place = parseDatabaseName(this.#prefix, name);
			if (place !== null && place.kind !== 'control') this.#news.set(place.site, clock.now());
		});
	}

	/** A request began; to be called with its status when it was answered. */
	begin(traffic: Traffic): (status: number) => void {
		const began = this.#clock.now();
		this.#running++;
		return (status) => {
			this.#running--;
			const name = `${traffic} ${classOf(status)}`;
			this.#answers.set(name, (this.#answers.get(name) ?? 0) + 1);
			const seconds = Math.max(0, this.#clock.now() - began) / 1000;
			const of = this.#seconds.get(traffic) ?? { buckets: BOUNDS.map(() => 0), sum: 0, count: 0 };
			BOUNDS.forEach((bound, i) => (seconds <= bound ? (of.buckets[i] = (of.buckets[i] ?? 0) + 1) : 0));
			of.sum += seconds;
			of.count++;
			this.#seconds.set(traffic, of);
		};
	}

	/** Documents of one push: stored (or there before), and refused. */
	documents(stored: number, refused: number): void {
		this.#stored += stored;
		this.#refused += refused;
	}

	/** Further gauges, asked for at each reading: what a carrier knows of its upstream. */
	add(gauges: () => readonly Gauge[]): void {
		this.#gauges.add(gauges);
	}

	/** Bytes free on the disk of the data folder, and of all; null when the system does not say. */
	async disk(): Promise<{ readonly free: number; readonly total: number } | null> {
		try {
			const { bavail, blocks, bsize } = await statfs(this.#dataFolder);
			return { free: bavail * bsize, total: blocks * bsize };
		} catch {
			return null;
		}
	}

	/** All of it in the text format of Prometheus (version 0.0.4). */
	async text(): Promise<string> {
		const now = this.#clock.now();
		const lines: string[] = [];
		const write = (name: string, type: 'counter' | 'gauge', help: string, values: readonly (readonly [string, number])[]): void => {
			if (values.length > 0) lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...values.map(([labels, value]) => `${name}${labels} ${String(value)}`));
		};
		write('saddlebag_requests_total', 'counter', 'Requests answered, by what was asked for and how it was answered.', [...this.#answers].sort().map(([name, count]) => {
			const [traffic = '', status = ''] = name.split(' ');
			return [`{traffic="${traffic}",status="${status}"}`, count];
		}));
		this.#histogram(lines);
		write('saddlebag_requests_running', 'gauge', 'Requests being answered, waiting ones included.', [['', this.#running]]);
		write('saddlebag_documents_stored_total', 'counter', 'Documents of pushes that were taken.', [['', this.#stored]]);
		write('saddlebag_documents_refused_total', 'counter', 'Documents of pushes that were refused.', [['', this.#refused]]);
		write('saddlebag_site_silence_seconds', 'gauge', 'Time since the last news of a site that had some since the start.', [...this.#news].sort().map(([site, at]) => [`{site="${site}"}`, Math.max(0, now - at) / 1000]));
		const disk = await this.disk();
		if (disk !== null) {
			write('saddlebag_disk_free_bytes', 'gauge', 'Bytes free on the disk of the data folder.', [['', disk.free]]);
			write('saddlebag_disk_bytes', 'gauge', 'Bytes of the disk of the data folder.', [['', disk.total]]);
		}
		write('saddlebag_memory_bytes', 'gauge', 'Memory of the hub (resident set).', [['', process.memoryUsage.rss()]]);
		write('saddlebag_uptime_seconds', 'gauge', 'Time since the start.', [['', Math.max(0, now - this.#begun) / 1000]]);
		this.#further(lines);
		return `${lines.join('\n')}\n`;
	}

	#histogram(lines: string[]): void {
		const name = 'saddlebag_request_seconds';
		if (this.#seconds.size === 0) return;
		lines.push(`# HELP ${name} Time until an answer began.`, `# TYPE ${name} histogram`);
		for (const traffic of TRAFFIC) {
			const of = this.#seconds.get(traffic);
			if (of === undefined) continue;
			BOUNDS.forEach((bound, i) => lines.push(`${name}_bucket{traffic="${traffic}",le="${String(bound)}"} ${String(of.buckets[i] ?? 0)}`));
			lines.push(`${name}_bucket{traffic="${traffic}",le="+Inf"} ${String(of.count)}`, `${name}_sum{traffic="${traffic}"} ${of.sum.toFixed(3)}`, `${name}_count{traffic="${traffic}"} ${String(of.count)}`);
		}
	}

	#further(lines: string[]): void {
		const byName = new Map<string, Gauge[]>();
		for (const gauges of this.#gauges) for (const gauge of gauges()) byName.set(gauge.name, [...(byName.get(gauge.name) ?? []), gauge]);
		for (const [name, gauges] of byName) {
			lines.push(`# HELP ${name} ${gauges[0]?.help ?? ''}`, `# TYPE ${name} gauge`);
			for (const { labels, value } of gauges) lines.push(`${name}${labels === undefined ? '' : `{${Object.entries(labels).map(([key, text]) => `${key}="${text.replace(/[\\"\n]/g, '_')}"`).join(',')}}`} ${String(value)}`);
		}
	}
}

const classOf = (status: number): StatusClass => (status === 429 ? '429' : status === 507 ? '507' : status >= 500 ? '5xx' : status >= 400 ? '4xx' : '2xx');

/** What a request is counted as. */
export function trafficOf(method: string, path: string): Traffic {
	const last = path.replace(/\/$/, '').split('/').at(-1) ?? '';
	if (path.startsWith('/_hub/deposit/')) return 'deposit';
	if (path === '/_hub/session') return 'session';
	if (path.startsWith('/_hub/pack/')) return 'pull';
	if (!path.startsWith('/couch/')) return 'other';
	if (last === '_bulk_docs' && method === 'POST') return 'push';
	if (last === '_db_updates') return 'wait';
	return last === '_changes' || last === '_all_docs' || last === '_bulk_get' ? 'pull' : 'other';
}
